"""`perezvon serve` and `perezvon call`: dialling for real."""

import asyncio
import contextlib
from typing import Annotated

import typer
from rich.text import Text

from robot.call.messages import Finished, FromCallMessage
from robot.campaign.errors import NotPossible
from robot.campaign.policy import Allowed, Never, NotNow
from robot.cli.desk import Desk, desk
from robot.cli.errors import FAILURE
from robot.cli.fields import read_fields
from robot.cli.rules import in_words
from robot.cli.stopping import stop_on_signals
from robot.cli.transcript import LiveTranscript
from robot.office import campaigns, retention, single
from robot.office.running import Nobody, run
from robot.store.store import Store
from robot.words import E164, AttemptId, Closed, Result, TargetId

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
    keeping = asyncio.create_task(retention.keep(store, at.settings, at.clock))
    try:
        await run(
            store, at.settings, at.clock, watcher=Nobody(), stop=stop,
            ready=lambda: at.out.print("Ready. Stop with Ctrl-C: open calls are hung up, nothing is lost."),
        )  # fmt: skip
    finally:
        keeping.cancel()
        await asyncio.wait((keeping,))
    at.out.print("Stopped.")


class _OneCall:
    """Shows one call, and remembers whether it was made at all, and carried."""

    def __init__(self, transcript: LiveTranscript) -> None:
        self.made = False
        self.trunk_failed = False
        self._transcript = transcript

    def placed(self, attempt: AttemptId, target: TargetId, phone: E164, number: int) -> None:
        self.made = True

    def handle(self, message: FromCallMessage) -> None:
        if isinstance(message, Finished):
            self.trunk_failed = message.outcome.result is Result.TRUNK_FAILED
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
    made, or the trunk did not carry it.
    """
    at = desk(context)
    with at.store() as store:
        prepared = single.prepare(
            store, at.settings, at.clock, number, script=script, trunk=trunk, fields=read_fields(fields or [])
        )
        shown = _OneCall(LiveTranscript(at.out))
        why_not = _why_not(prepared)
        try:
            if why_not is None:
                asyncio.run(_dial_one(at, store, prepared, shown))
                (row,) = campaigns.target_rows(store, prepared.name)
                if not shown.made:
                    why_not = in_words(row.closed_rule or row.waiting_rule or "nothing_due")
        finally:
            with contextlib.suppress(NotPossible):  # it has come to its end by itself
                campaigns.stop(store, at.clock, prepared.name)
        if why_not is not None:
            at.out.print(Text(f"The call was not made: {why_not}.", "yellow"), soft_wrap=True)
            raise typer.Exit(FAILURE)
        if shown.trunk_failed:
            told = "The trunk did not carry the call: see that its host and port are right and answer (-v shows more)."
            at.out.print(Text(told, "yellow"), soft_wrap=True)
            raise typer.Exit(FAILURE)


def _why_not(prepared: single.SingleCall) -> str | None:
    """Say why policy lets nobody be dialled now, before models are loaded for nothing."""
    match prepared.decision:
        case Allowed():
            return None
        case Never(rule=rule):
            return in_words(rule)
        case NotNow(until=until, rule=rule):
            return f"{in_words(rule)}; it may be made from {until.astimezone(prepared.zone):%Y-%m-%d %H:%M} there"


async def _dial_one(at: Desk, store: Store, prepared: single.SingleCall, shown: _OneCall) -> None:
    await run(
        store, at.settings, at.clock, watcher=shown, stop=stop_on_signals(), until_idle=True,
        only=(prepared.campaign,), target=prepared.target,
    )  # fmt: skip
