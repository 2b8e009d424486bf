"""`perezvon demo` and `perezvon rehearse`: a campaign against the town, before anybody is dialled."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from robot.call.messages import FromCallMessage, Understood
from robot.cli.desk import Desk, desk
from robot.cli.errors import FAILURE, Mistaken
from robot.cli.live import Contacted, LiveTable
from robot.cli.stopping import stop_on_signals
from robot.office import campaigns
from robot.rehearsal.compare import Comparison
from robot.rehearsal.rehearse import TRANSCRIPTS, Rehearsal, Rehearsed, rehearsal
from robot.rehearsal.stage import PERSONAS
from robot.words import E164, AttemptId, Closed, TargetId

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("demo")(_demo)
    app.command("rehearse")(_rehearse)


def _demo(
    context: typer.Context,
    lang: Annotated[str, typer.Option("--lang", metavar="LANG", help="en or ru.")] = "en",
    folder: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where recordings, transcripts, report and database go.")
    ] = Path("out"),
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also draw the table as it was half way, as SVG.")
    ] = None,
) -> None:
    """See the whole job done: 24 contacts dialled over SIP, talked with, judged, and told to a CRM.

    Everybody it calls lives in a town on this machine; nothing leaves it. Ends with 1 when a verdict is not as
    expected.
    """
    personas = PERSONAS / f"return.{lang}.yaml"
    if not personas.is_file():
        known = ", ".join(sorted(file.stem.removeprefix("return.") for file in PERSONAS.glob("return.*.yaml")))
        raise Mistaken(f"there is no demo in {lang!r}; there is one in {known}")
    _perform(desk(context), personas, folder / f"demo-{lang}", script=None, minutes=3.0, picture=picture)


def _rehearse(
    context: typer.Context,
    personas: Annotated[Path, typer.Argument(metavar="PERSONAS", help="Who is called, and what is expected (YAML).")],
    script: Annotated[
        str | None, typer.Option(metavar="SCRIPT", help="Another script than the one that the file names.")
    ] = None,
    folder: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where recordings, transcripts, report and database go.")
    ] = Path("out"),
    minutes: Annotated[float, typer.Option(metavar="N", help="Begin no dial after so many minutes.")] = 3.0,
) -> None:
    """Try a campaign against people you made up, before dialling anyone: scratch database, loopback only.

    Start from the file of the demo; perezvon demo prints where it is.
    """
    name = personas.name.removesuffix(personas.suffix)
    _perform(desk(context), personas, folder / f"rehearsal-{name}", script=script, minutes=minutes, picture=None)


def _perform(
    at: Desk, personas: Path, folder: Path, *, script: str | None, minutes: float, picture: Path | None
) -> None:
    try:
        done = asyncio.run(_run(at, personas, folder.resolve(), script=script, minutes=minutes, picture=picture))
    except FileExistsError as occupied:
        raise Mistaken(str(occupied)) from occupied
    if not done:
        raise typer.Exit(FAILURE)


async def _run(
    at: Desk, personas: Path, folder: Path, *, script: str | None, minutes: float, picture: Path | None
) -> bool:
    out = at.out
    out.print(f"Waking the town of {personas.name} …", style="dim", highlight=False)
    async with rehearsal(personas, folder, at.settings, at.clock, script=script, minutes=minutes) as prepared:
        _say_imported(prepared, out)
        stop = stop_on_signals()
        out.print("Warming the models …", style="dim")
        table = _table(prepared, at)
        watcher = _Drawn(table, picture) if picture is not None else table
        with table:
            rehearsed = await prepared.run(at.clock, watcher, stop, ready=table.refresh)
            for row in campaigns.target_rows(prepared.store, prepared.imported.name):
                table.note(row.target, closed=row.closed, due=row.due_at if row.closed is None else None)
        if stop.is_set():
            out.print("Stopped: open calls were hung up, and what they came to is kept.")
            return False
        _say_where(prepared, rehearsed, personas, out)
        _say_compared(rehearsed.comparison, out)
        return rehearsed.comparison.agrees


def _table(prepared: Rehearsal, at: Desk) -> LiveTable:
    status = campaigns.status(prepared.store, prepared.imported.name)
    rows = campaigns.target_rows(prepared.store, prepared.imported.name)
    people = [Contacted(row.target, row.name, row.phone or E164("")) for row in rows]
    table = LiveTable(people, at.clock, title=prepared.imported.name, until=status.plan.until, console=at.out)
    for row in rows:
        if row.closed is not None:
            table.note(row.target, closed=row.closed)
    return table


class _Drawn:
    """A live table that is drawn once to a file, when a third of it is done and there is most to see."""

    def __init__(self, table: LiveTable, picture: Path) -> None:
        self._table = table
        self._picture: Path | None = picture

    def placed(self, attempt: AttemptId, target: TargetId, phone: E164, number: int) -> None:
        self._table.placed(attempt, target, phone, number)

    def handle(self, message: FromCallMessage) -> None:
        self._table.handle(message)
        if self._picture is not None and isinstance(message, Understood) and self._table.done * 3 >= self._table.total:
            self._table.snapshot_svg(self._picture)
            self._picture = None

    def note(self, target: TargetId, *, closed: Closed | None = None, due: datetime | None = None) -> None:
        self._table.note(target, closed=closed, due=due)


def _say_imported(prepared: Rehearsal, out: Console) -> None:
    report = prepared.imported.report
    out.print(f"Imported {report.accepted} of {report.rows} rows.", highlight=False)
    for rejected in report.rejected:
        out.print(Text(f"  row {rejected.row} was turned away: {rejected.reason}", "yellow"), soft_wrap=True)


def _say_where(prepared: Rehearsal, rehearsed: Rehearsed, personas: Path, out: Console) -> None:
    places = {
        "report": rehearsed.report,
        "recordings": prepared.settings.data / "recordings",
        "transcripts": prepared.folder / TRANSCRIPTS,
        "database": prepared.settings.database.removeprefix("sqlite:///"),
        "rejected rows": prepared.imported.report.rejects_file,
        "what the CRM received": prepared.town.crm_file,
        "what the town saw": prepared.town.journal_file,
        "who lives there": personas,
    }
    out.print()
    for name, place in places.items():
        if place is not None:
            out.print(Text.assemble((f"{name:23}", "dim"), str(place)), soft_wrap=True)
    out.print()


def _say_compared(comparison: Comparison, out: Console) -> None:
    for row in comparison.rows:
        if row.agrees:
            continue
        out.print(Text(f"{row.customer.name}: {row.customer.about}", "bold red"), soft_wrap=True)
        for disagreement in row.disagreements:
            out.print(Text(f"  {disagreement}", "red"), soft_wrap=True)
        for line in row.transcript:
            out.print(Text(f"    {line}", "dim"), soft_wrap=True)
    out.print(Text(comparison.last_line(), "bold green" if comparison.agrees else "bold red"), soft_wrap=True)
