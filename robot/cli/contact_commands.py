"""`perezvon dnc` and `perezvon contact`: whom not to call, and whom to forget."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text

from robot.cli.desk import desk
from robot.cli.errors import Mistaken
from robot.office import contacts, dnc

__all__ = ["register"]

_dnc = typer.Typer(no_args_is_help=True)
_contact = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_dnc, name="dnc", help="The do-not-call list.")
    app.add_typer(_contact, name="contact", help="People: forget one.")


@_dnc.callback()
def _dnc_group() -> None:
    """The do-not-call list. People who ask the robot not to be called again are put on it at once."""


@_contact.callback()
def _contact_group() -> None:
    """People: forget one."""


@_dnc.command("add")
def _add(
    context: typer.Context,
    phone: Annotated[
        str | None, typer.Argument(metavar="[PHONE]", help="As people write it: '8 (926) 123-45-67'")
    ] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="ID", help="All phones of a contact, by the id in your list.")
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Kept beside it.")] = "added by hand",
) -> None:
    """Put a phone, or all phones of a contact, on the list. It counts from the next call on."""
    if (phone is None) == (contact is None):
        raise Mistaken("name a phone, or a contact: perezvon dnc add +79261234567, perezvon dnc add --contact 4711")
    at = desk(context)
    with at.store() as store:
        if phone is not None:
            new = dnc.add(store, at.settings, at.clock, phone, reason)
        else:
            assert contact is not None, "checked above"
            new = dnc.add_contact(store, at.clock, contact, reason)
    at.out.print("It is on the list now." if new else "It was on the list already.")


@_dnc.command("list")
def _list(context: typer.Context) -> None:
    """Show the list, the oldest entry first."""
    at = desk(context)
    with at.store() as store:
        entries = dnc.list_all(store)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("phone or contact", "since", "by", "reason"):
        table.add_column(heading)
    zone = ZoneInfo(at.settings.zone)
    for entry in entries:
        who = entry.phone or f"contact {entry.external_id or entry.contact}"
        since = f"{entry.added_at.astimezone(zone):%Y-%m-%d %H:%M}"
        table.add_row(Text(who), since, entry.source, Text(entry.reason))
    at.out.print(table if entries else "Nobody is on the list.")


@_contact.command("erase")
def _erase(
    context: typer.Context,
    external_id: Annotated[str, typer.Argument(metavar="ID", help="The id in your list, or Perezvon's own.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget a person: name, phones, recordings, transcripts, events, rejected rows. It cannot be undone.

    What calls came to stays in the figures, without a name or a phone; who asked not to be called stays on the list.
    Reports in the data folder that name the person are deleted, and can be written again.
    """
    at = desk(context)
    if not yes:
        typer.confirm(f"Forget contact {external_id} for good?", abort=True)
    with at.store() as store:
        erased = contacts.erase(store, at.settings, at.clock, external_id)
    at.out.print(
        f"Forgotten: {erased.attempts} dials, {erased.files} files, {erased.events} events,"
        f" {erased.rejected_rows} rejected rows."
    )
