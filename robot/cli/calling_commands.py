"""`perezvon serve` and `perezvon call`: dialling for real."""

import asyncio
import contextlib
from typing import Annotated

import typer
from rich.text import Text

from robot.call.messages import FromCallMessage
from robot.campaign.errors import NotPossible
from robot.cli.desk import Desk, desk
from robot.cli.errors import FAILURE
from robot.cli.fields import read_fields
from robot.cli.rules import in_words
from robot.cli.stopping import stop_on_signals
from robot.cli.transcript import LiveTranscript
from robot.office import campaigns, single
from robot.office.running import Nobody, run
from robot.store.store import Store
from robot.words import E164, AttemptId, Closed, TargetId

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(_serve)
    app.command("call")(_call)


def _serve(context: typer.Context) -> None:
    """Dial the campaigns that run, and deliver their outcomes, until told to stop (Ctrl-C or SIGTERM).

    Started again after whatever happened, it goes on where it stopped.
    """
    at = desk(context)
    with at.store() as store:
        asyncio.run(_dial(at, store))


async def _dial(at: Desk, store: Store) -> None:
    stop = stop_on_signals()
    at.out.print("Warming the models …", style="dim")
    await run(
        store, at.settings, at.clock, watcher=Nobody(), stop=stop,
        ready=lambda: at.out.print("Ready. Stop with Ctrl-C: open calls are hung up, nothing is lost."),
    )  # fmt: skip
    at.out.print("Stopped.")


class _OneCall:
    """Shows one call, and remembers whether it was made at all."""

    def __init__(self, transcript: LiveTranscript) -> None:
        self.made = False
        self._transcript = transcript

    def placed(self, attempt: AttemptId, target: TargetId, phone: E164, number: int) -> None:
        self.made = True

    def handle(self, message: FromCallMessage) -> None:
        self._transcript.handle(message)

    def note(self, target: TargetId, *, closed: Closed | None = None, due: object = None) -> None:
        return


def _call(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The phone, as you would write it.")],
    script: Annotated[str, typer.Option("--script", "-s", metavar="SCRIPT", help="A file, or a name: return.en")],
    trunk: Annotated[str | None, typer.Option(metavar="NAME", help="Which trunk, where there are several.")] = None,
    fields: Annotated[
        list[str] | None,
        typer.Option("--contact", "-c", metavar="FIELD=TEXT", help="Of the contact: -c first_name=Anna"),
    ] = None,
) -> None:
    """Make one call and watch what is said.

    It goes through the same rules as any campaign's: do-not-call list, calling hours in the contact's zone, and, for an
    advertising script, consent (-c consent_basis=contract -c consent_date=2026-01-31). Ends with 1 when it was not
    made.
    """
    at = desk(context)
    with at.store() as store:
        prepared = single.prepare(
            store, at.settings, at.clock, number, script=script, trunk=trunk, fields=read_fields(fields or [])
        )
        shown = _OneCall(LiveTranscript(at.out))
        try:
            asyncio.run(_dial_one(at, store, prepared, shown))
            (row,) = campaigns.target_rows(store, prepared.name)
        finally:
            with contextlib.suppress(NotPossible):  # it has come to its end by itself
                campaigns.stop(store, at.clock, prepared.name)
        if not shown.made:
            rule = row.closed_rule or row.waiting_rule or "nothing_due"
            at.out.print(Text(f"The call was not made: {in_words(rule)}.", "yellow"), soft_wrap=True)
            raise typer.Exit(FAILURE)


async def _dial_one(at: Desk, store: Store, prepared: single.SingleCall, shown: _OneCall) -> None:
    await run(
        store, at.settings, at.clock, watcher=shown, stop=stop_on_signals(), until_idle=True,
        only=(prepared.campaign,), target=prepared.target,
    )  # fmt: skip
