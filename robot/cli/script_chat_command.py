"""`perezvon script chat`: talking with a script by text."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.text import Text

from robot.cli.desk import desk
from robot.cli.fields import contact_for
from robot.dialog.events import Finish, Say
from robot.office.chat import COMMANDS, Chat, ChatError, ChatTurn
from robot.office.scripts import find_script, open_understanding
from robot.office.voice_of_chat import Voice
from robot.script import load_script

__all__ = ["register", "told_of"]


def register(script: typer.Typer) -> None:
    """Add the command."""
    script.command("chat")(_chat)


def _chat(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SCRIPT", help="A file, or a name in the dialogs folder: return.en")],
    *,
    fields: Annotated[
        list[str] | None,
        typer.Option("--contact", "-c", metavar="FIELD=TEXT", help="A field of the contact: -c first_name=Anna"),
    ] = None,
    voice: Annotated[bool, typer.Option("--voice", help="Hear the robot, in the script's voice.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="With --voice: write WAV files there instead.")
    ] = None,
    inbound: Annotated[bool, typer.Option("--inbound", help="It is you who calls.")] = False,
    seed: Annotated[str, typer.Option(metavar="TEXT", help="Another seed may hear other variants.")] = "chat",
) -> None:
    """Talk with a script by text: you are the customer.

    The real dialog and the real understanding, without a line. After each of your lines it shows what was understood,
    how sure that is, what was learned and which step comes next.
    """
    at = desk(context)
    script = load_script(find_script(name, at.settings))

    def loading() -> None:
        if at.out.is_terminal:
            at.out.print(Text("Loading what it understands by…", "dim"))

    nlu = open_understanding(script, at.settings, loading=loading)
    zone = ZoneInfo(at.settings.zone)
    contact = contact_for(script, fields or [])
    chat = Chat(script, nlu, contact, clock=at.clock, zone=zone, variant_seed=seed)
    if sys.stdin.isatty():
        for command, what in COMMANDS.items():
            at.out.print(Text.assemble((f"{command:<10}", "bold"), what))
    with ExitStack() as stack:
        speaker = stack.enter_context(Voice(at.settings, script, out)) if voice or out is not None else None
        if speaker is not None and speaker.folder is not None:
            why = f"{speaker.why} " if speaker.why else ""
            at.out.print(Text(f"{why}What the robot says is written to {speaker.folder}.", "dim"), soft_wrap=True)
        _converse(chat, at.out, inbound=inbound, speak=speaker.speak if speaker is not None else None)


def _converse(chat: Chat, out: Console, *, inbound: bool, speak: Callable[[Say], None] | None) -> None:
    def show(turn: ChatTurn) -> None:
        _show_turn(turn, out)
        for say in turn.said if speak is not None else ():
            assert speak is not None
            speak(say)

    show(chat.begin(inbound=inbound))
    while not chat.over:
        try:
            typed = out.input("[bold green]you    [/]")
        except EOFError:
            out.print()
            return
        if not sys.stdin.isatty():  # nobody typed it on this screen
            out.print(Text(typed))
        try:
            show(chat.type(typed))
        except ChatError as wrong:
            out.print(Text(str(wrong), "yellow"))


def _show_turn(turn: ChatTurn, out: Console) -> None:
    if turn.understood is not None:
        meant = f"       understood as {turn.understood.intent}, {turn.understood.confidence:.2f} sure"
        second = turn.understood.ranking[1:2]
        meant += "".join(f"; then {intent} {share:.2f}" for intent, share in second)
        out.print(Text(meant, "dim"))
    for say in turn.said:
        out.print(Text.assemble(("robot  ", "bold cyan"), say.shown), soft_wrap=True)
    if turn.transfer is not None:
        out.print(Text(f"       transferring to {turn.transfer.name}: type /taken or /refused", "dim"))
    if turn.finish is not None:
        finish = turn.finish
        ended = f"       over: disposition {finish.disposition}, interest {finish.interest}, person {finish.person}"
        out.print(Text(ended, "bold"))
        for line in told_of(finish):
            out.print(Text(f"       {line}", "dim"), soft_wrap=True)
    else:
        out.print(Text(f"       at step {turn.step}", "dim"))
    for slot, value in sorted(turn.slots.items()):
        out.print(Text(f"       learned {slot} = {value}", "dim"))


def told_of(finish: Finish) -> Iterator[str]:
    """Give what the CRM is told beyond the verdict, a line each."""
    yield from (f"note: {note}" for note in finish.notes)
    yield from (f"change {field} to {value}" for field, value in finish.updates.items())
    if finish.tags:
        yield f"tags: {', '.join(finish.tags)}"
    for asked in finish.follow_ups:
        to = f" to {asked.to}" if asked.to else ""
        yield f"send {asked.channel}{to}: {asked.text}"
