"""`perezvon campaign`: lists in, campaigns started, paused and looked at."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from robot.campaign.load import load_plan
from robot.cli.counted import counted
from robot.cli.desk import Desk, desk
from robot.cli.errors import Mistaken
from robot.office import campaigns
from robot.office.kept_scripts import open_any
from robot.office.lists import Imported, import_list
from robot.office.report import write_report
from robot.office.transcripts import write_transcripts
from robot.script.difference import differences
from robot.store.tables import CampaignState
from robot.words import Interest

__all__ = ["register"]

_campaign = typer.Typer(no_args_is_help=True)
_Name = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Its name or id.")]
_STATE_STYLE = {
    CampaignState.DRAFT: "",
    CampaignState.RUNNING: "bold green",
    CampaignState.PAUSED: "yellow",
    CampaignState.FINISHED: "dim",
}
_SHOWN_REJECTS = 10


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_campaign, name="campaign", help="Campaigns: import a list, start, pause, look, report.")


@_campaign.callback()
def _group() -> None:
    """Campaigns: import a list, start, pause, look, report."""


@_campaign.command("import")
def _import(
    context: typer.Context,
    contacts: Annotated[Path, typer.Argument(metavar="LIST", help="The CSV file.")],
    plan: Annotated[Path, typer.Option("--plan", metavar="FILE", help="The campaign's plan, YAML.")],
    columns: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="HEADING=MEANING", help="What a column is: --column 'Моб. тел.=phone'"),
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where rows go that were not taken; else the data folder.")
    ] = None,
) -> None:
    """Import a contact list into the campaign of a plan, which is made if there is none of that name.

    Rows that cannot be used are written to a file with their numbers and reasons; none is dropped silently.
    """
    at = desk(context)
    mapping = dict(_column(one) for one in columns or [])
    read = load_plan(plan, at.settings.zone)
    with at.store() as store:
        imported = import_list(store, at.settings, at.clock, contacts, read, mapping=mapping, rejects=rejects)
    _show_import(imported, at.out)
    for window in read.windows:
        if window.opens > window.closes:
            hours = f"{window.opens:%H:%M} to {window.closes:%H:%M}"
            told = f"The window from {hours} lasts over midnight: people will be called at night. Is that meant?"
            at.out.print(Text(told, "yellow"), soft_wrap=True)


def _column(given: str) -> tuple[str, str]:
    heading, equals, meaning = given.rpartition("=")
    if not equals or not heading or not meaning:
        raise Mistaken(f"--column {given}: write it as HEADING=MEANING, such as --column Mobile=phone")
    return heading, meaning


def _show_import(imported: Imported, out: Console) -> None:
    report = imported.report
    out.print(Text.assemble((imported.name, "bold"), f": {report.accepted} of {report.rows} rows taken."))
    for rejected in (*report.rejected, *report.left_out)[:_SHOWN_REJECTS]:
        out.print(Text(f"  row {rejected.row}: {rejected.reason}", "yellow"), soft_wrap=True)
    more = len(report.rejected) + len(report.left_out) - _SHOWN_REJECTS
    if more > 0:
        out.print(Text(f"  … and {more} more", "yellow"))
    if report.rejects_file is not None:
        out.print(f"What was not taken stands, with reasons, in {report.rejects_file}", soft_wrap=True, markup=False)
    if report.not_allowed:
        out.print(f"{counted(report.not_allowed, 'contact')} will not be dialled: on the do-not-call list.")
    if report.without_consent:
        many = counted(report.without_consent, "contact")
        out.print(
            f"{many} will not be dialled: the script advertises, and the list has no consent of theirs"
            " (columns consent_basis and consent_date).", soft_wrap=True,
        )  # fmt: skip


@_campaign.command("start")
def _start(context: typer.Context, name: _Name) -> None:
    """Start a campaign with its script as it is now. Calls are made while `perezvon serve` runs."""
    at = desk(context)
    with at.store() as store:
        campaigns.start(store, at.settings, at.clock, name)
        status = campaigns.status(store, name)
    many = counted(status.targets, "contact")
    at.out.print(f"{status.name} runs: {many}. Calls are made while `perezvon serve` runs.", markup=False)


@_campaign.command("use-script")
def _use_script(
    context: typer.Context,
    name: _Name,
    script: Annotated[str, typer.Argument(metavar="SCRIPT", help="A file, or a name in the dialogs folder.")],
) -> None:
    """Move a started campaign to another version of its script, at once, for all calls not placed yet.

    What is different is shown. Calls under way go on with the version they began with; each dial keeps the hash of its
    own, and so does each event that the CRM gets.
    """
    at = desk(context)
    with at.store() as store:
        before, now = campaigns.use_script(store, at.settings, at.clock, name, script)
        if before == now.hash:
            at.out.print(f"{name} uses this very version already: {now.hash[:12]}.", markup=False)
            return
        for line in differences(open_any(store, at.settings, before), now):
            at.out.print(Text(f"  {line}"), soft_wrap=True)
    at.out.print(f"{name} now uses version {now.hash[:12]} instead of {before[:12]}.", markup=False)


@_campaign.command("pause")
def _pause(context: typer.Context, name: _Name) -> None:
    """Begin no more calls; those under way end by themselves."""
    at = desk(context)
    with at.store() as store:
        campaigns.pause(store, name)
    at.out.print(f"{name} is paused.", markup=False)


@_campaign.command("resume")
def _resume(context: typer.Context, name: _Name) -> None:
    """Go on with a paused campaign."""
    at = desk(context)
    with at.store() as store:
        campaigns.resume(store, name)
    at.out.print(f"{name} runs again.", markup=False)


@_campaign.command("stop")
def _stop(
    context: typer.Context,
    name: _Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Finish a campaign for good: contacts that are not done are closed, and the CRM is told."""
    at = desk(context)
    if not yes:
        typer.confirm(f"Finish {name} for good?", abort=True)
    with at.store() as store:
        closed = campaigns.stop(store, at.clock, name)
    at.out.print(f"{name} is finished; closed with it: {counted(closed, 'contact')}.", markup=False)


@_campaign.command("status")
def _status(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[CAMPAIGN]", help="Its name or id; all where left out.")
    ] = None,
    contacts: Annotated[bool, typer.Option("--contacts", help="A line for each contact as well.")] = False,
) -> None:
    """Show how all campaigns are doing, or one of them in full."""
    at = desk(context)
    with at.store() as store:
        if name is None:
            _show_all(campaigns.list_all(store), at)
            return
        _show_status(campaigns.status(store, name), at)
        if contacts:
            _show_contacts(campaigns.target_rows(store, name), at)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading)
    return table


def _show_all(found: Sequence[campaigns.CampaignSummary], at: Desk) -> None:
    if not found:
        at.out.print("There are no campaigns yet. Make one: perezvon campaign import LIST --plan FILE")
        return
    table = _table("campaign", "state", "closed", "contacts", "made")
    for one in found:
        state = Text(one.state, _STATE_STYLE[one.state])
        table.add_row(Text(one.name), state, str(one.closed), str(one.targets), _when(one.created_at, at))
    at.out.print(table)


def _show_status(status: campaigns.CampaignStatus, at: Desk) -> None:
    at.out.print(Text.assemble((status.name, "bold"), "  ", (status.state, _STATE_STYLE[status.state])))
    lines = [
        ("contacts", ", ".join(f"{number} {state}" for state, number in status.by_state.items() if number) or "none"),
        ("closed", ", ".join(f"{number} {reason}" for reason, number in status.by_closed.items() if number)),
        ("waiting for", ", ".join(f"{number} {rule}" for rule, number in status.waiting.items())),
        ("dials", ", ".join(f"{number} {result}" for result, number in status.by_result.items() if number)),
        ("calls now", str(status.live)),
        ("next due", _when(status.next_due, at) if status.next_due else "nobody"),
        ("until", _when(status.plan.until, at) if status.plan.until else "no end set"),
        ("script", f"{status.plan.script}" + (f", version {status.script_hash[:12]}" if status.script_hash else "")),
        (
            "CRM events",
            f"{status.outbox.delivered} delivered, {status.outbox.waiting} waiting, {status.outbox.dead} given up"
            + (" (send them again: perezvon events replay)" if status.outbox.dead else ""),
        ),
    ]
    for label, value in lines:
        if value:
            at.out.print(Text.assemble((f"{label:<12}", "dim"), value.replace("_", " ")), soft_wrap=True)


def _show_contacts(rows: Sequence[campaigns.TargetRow], at: Desk) -> None:
    table = _table("id", "contact", "phone", "#", "state", "due", "result", "interest")
    for row in rows:
        done = row.closed is not None
        table.add_row(
            Text(row.external_id or ""),
            Text(row.name),
            row.phone or "",
            str(row.attempts),
            f"{row.closed} ({row.closed_rule})" if row.closed else row.state,
            "" if done else _when(row.due_at, at),
            row.disposition or row.result or "",
            "" if row.interest is Interest.UNKNOWN else row.interest,
            style="dim" if done else "",
        )
    at.out.print(table)


def _when(instant: datetime, at: Desk) -> str:
    return f"{instant.astimezone(ZoneInfo(at.settings.zone)):%Y-%m-%d %H:%M:%S}"


@_campaign.command("report")
def _report(
    context: typer.Context,
    name: _Name,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Else in the data folder.")] = None,
) -> None:
    """Write a campaign's report: one HTML page that opens from disk and needs nothing else; and transcripts as text."""
    at = desk(context)
    with at.store() as store:
        campaign = campaigns.find(store, name)
        path = to or at.settings.data / "reports" / f"{campaign}.html"
        written = write_report(store, campaign, path, clock=at.clock)
        transcripts = at.settings.data / "transcripts"
        conversations = write_transcripts(store, campaign, transcripts)
    at.out.print(f"{written}", markup=False, soft_wrap=True)
    if conversations:
        at.out.print(f"{conversations} transcripts in {transcripts}", markup=False, soft_wrap=True)
