"""`perezvon script talk`: talking with a script by microphone and loudspeaker, or by WAV files."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.pool import ModelPool
from robot.call.messages import CallOutcome, Finished, Turn
from robot.cli.desk import Desk, desk
from robot.cli.errors import FAILURE, Mistaken
from robot.cli.fields import contact_for
from robot.cli.stopping import stop_on_signals
from robot.cli.transcript import LiveTranscript
from robot.office.scripts import find_script
from robot.office.talk import latency, open_kit, talk
from robot.script import Script, load_script
from robot.words import Result
from telephony.line import TransferOutcome
from telephony.local import FarEnd, WavCaller, read_utterance
from telephony.sound import Devices

__all__ = ["register"]

_WITHOUT_HEADSET = (
    "You are the customer. The robot does not hear you while it speaks, or it would hear itself; with headphones on, "
    "--headset lets you interrupt it. Ctrl-C hangs up."
)
_WITH_HEADSET = "You are the customer. Ctrl-C hangs up."


def register(script: typer.Typer) -> None:
    """Add the command to those of ``perezvon script``."""
    script.command("talk")(_talk)


def _talk(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SCRIPT", help="A file, or a name in the dialogs folder: return.en")],
    sounds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WAV",
            help="What the caller says, one file a turn, when the robot has finished; 0.8s:FILE is said 0.8 s after it "
            "began. Without any you speak yourself.",
        ),
    ] = None,
    *,
    fields: Annotated[
        list[str] | None,
        typer.Option("--contact", "-c", metavar="FIELD=TEXT", help="A field of the contact: -c first_name=Anna"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="WAV", help="Where to record both sides: caller left, robot right.")
    ] = None,
    headset: Annotated[
        bool,
        typer.Option("--headset", help="The microphone cannot hear the loudspeaker: the robot can be interrupted."),
    ] = False,
    refuse: Annotated[
        bool, typer.Option("--refuse-transfers", help="Nobody takes a call that is handed over.")
    ] = False,
    inbound: Annotated[bool, typer.Option("--inbound", help="It is you who calls.")] = False,
    seed: Annotated[str, typer.Option(metavar="TEXT", help="Another seed may hear other variants.")] = "talk",
) -> None:
    """Talk with a script by voice: you are the customer.

    Everything is as in a call, but the telephone: when an answer is over, being interrupted, hearing, understanding,
    the voice. In the end it shows how long each reply took, and what the CRM would be told.
    """
    at = desk(context)
    script = load_script(find_script(name, at.settings))
    contact = contact_for(script, fields or [])
    if sounds and headset:
        raise Mistaken("--headset is for the microphone; files are heard while the robot speaks as they are")
    transfers = TransferOutcome.REFUSED if refuse else TransferOutcome.DONE

    def with_(far_end: FarEnd) -> CallOutcome:
        return asyncio.run(
            _have(at, script, contact, far_end, recording=out, transfers=transfers, seed=seed, inbound=inbound)
        )

    if sounds:
        caller = WavCaller([read_utterance(sound) for sound in sounds])
        outcome = with_(caller)
        if caller.unsaid:
            unsaid = ", ".join(sounds[-caller.unsaid :])
            at.out.print(Text(f"\nNot said, as the call was over: {unsaid}", "yellow"), soft_wrap=True)
    else:
        with Devices(headset=headset) as devices:
            at.out.print(Text(_WITH_HEADSET if headset else _WITHOUT_HEADSET, "dim"), soft_wrap=True)
            outcome = with_(devices)
    if out is not None and outcome.recording is None:
        at.out.print(Text(f"{out} could not be written.", "yellow"), soft_wrap=True)
        raise typer.Exit(FAILURE)
    if outcome.result is Result.UNKNOWN:
        at.out.print(Text("The conversation broke off; -v shows why.", "red"))
        raise typer.Exit(FAILURE)


async def _have(
    at: Desk,
    script: Script,
    contact: dict[str, str],
    far_end: FarEnd,
    *,
    recording: Path | None,
    transfers: TransferOutcome,
    seed: str,
    inbound: bool,
) -> CallOutcome:
    hang_up = stop_on_signals()
    transcript = LiveTranscript(at.out)
    pool = ModelPool(at.settings.models.threads)
    try:
        if at.out.is_terminal:
            at.out.print(Text("Warming the models …", "dim"))
        async with open_kit(script, at.settings, pool) as kit:
            outcome = await talk(
                kit, far_end, contact, settings=at.settings, clock=at.clock, tell=transcript.handle,
                recording=recording, transfers=transfers, hang_up=hang_up, variant_seed=seed,
                inbound=inbound,
            )  # fmt: skip
    finally:
        pool.close()
    _show_latency(outcome.turns, at.out)
    transcript.handle(Finished(outcome=outcome))
    return outcome


def _show_latency(turns: tuple[Turn, ...], out: Console) -> None:
    table = Table("heard", "reply after", "pause", "words", "meaning", "voice", box=None, header_style="dim")
    for turn in turns:
        took = latency(turn)
        if took is not None:
            parts = (took.pause_ms, took.words_ms, took.meaning_ms, took.voice_ms)
            table.add_row(Text(turn.heard or "…"), f"{took.reply_ms} ms", *(f"{part} ms" for part in parts))
    if table.row_count:
        out.print()
        out.print(table)
