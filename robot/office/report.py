"""The report of a campaign: one HTML file that opens from disk, needs nothing else, and prints well.

It is for the company itself: phones, names and what people said stand in it as they are.
"""

import os
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from robot.clock import Clock, SystemClock
from robot.office.record import read_campaign, read_contacts, read_figures
from robot.store.store import Store
from robot.words import CampaignId, Channel, Closed, Disposition, Interest, NumberStatus, Result

__all__ = ["write_report"]

_ORDER: Mapping[str, tuple[str, ...]] = {
    "results": tuple(Result),
    "interest": tuple(Interest),
    "number_status": tuple(NumberStatus),
    "dispositions": tuple(Disposition),
    "closed": (*Closed, "open"),
}
"""In which order the words of a picture stand; those that nothing came to are left out."""


def write_report(store: Store, campaign_id: CampaignId, path: Path, *, clock: Clock | None = None) -> Path:
    """Write the report of a campaign, running or finished, and return the path that it was written to.

    The file appears whole or not at all; one that was there is replaced.

    Args:
        store: The open database.
        campaign_id: Which campaign.
        path: The file to write; its folder is made. Recordings are linked to by paths relative to it.
        clock: Where the report's own instant comes from; the machine's where `None`.

    Raises:
        LookupError: There is no such campaign.
        OSError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with store.reading() as conn:
        campaign = read_campaign(conn, campaign_id)
        told = _environment(campaign.zone, path.parent).get_template("report.html.jinja")
        page = told.stream(
            campaign=campaign,
            figures=read_figures(conn, campaign_id),
            contacts=read_contacts(conn, campaign_id),
            order=_ORDER,
            now=(clock or SystemClock()).now(),
        )
        try:
            with unfinished.open("w", encoding="utf-8") as file:
                file.writelines(page)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    return path


def _environment(zone: tzinfo, folder: Path) -> Environment:
    environment = Environment(
        loader=PackageLoader("robot.office"),
        autoescape=True,  # names and words come from other people
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "words": lambda word: str(word).replace("_", " "),
        "instant": _instant_in(zone),
        "lasting": _lasting,
        "percent": lambda part, whole: f"{part / whole:.0%}" if whole else "–",
        "link": _link_from(folder),
        "channel": {Channel.SMS: "SMS", Channel.EMAIL: "e-mail"}.__getitem__,
    }
    return environment


def _instant_in(zone: tzinfo) -> Callable[[datetime], str]:
    def instant(at: datetime) -> str:
        return f"{at.astimezone(zone):%-d %b %Y, %H:%M}"

    return instant


def _lasting(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _link_from(folder: Path) -> Callable[[str], str | None]:
    """Make paths into links that work from the report's folder; `None` where the file is not there any more."""

    def link(target: str) -> str | None:
        file = Path(target).resolve()
        return quote(Path(os.path.relpath(file, folder.resolve())).as_posix()) if file.is_file() else None

    return link
