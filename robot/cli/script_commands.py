"""`perezvon script`: checking a script, and talking with it by text."""

import sys
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.text import Text

from robot.cli.counted import counted
from robot.cli.desk import desk
from robot.cli.errors import USAGE, Mistaken
from robot.cli.fields import read_fields
from robot.office.chat import COMMANDS, Chat, ChatError, ChatTurn
from robot.office.scripts import check, find_script, open_understanding
from robot.script import Finding, Script, load_script

__all__ = ["register"]

_script = typer.Typer(no_args_is_help=True)
_Name = Annotated[str, typer.Argument(metavar="SCRIPT", help="A file, or a name in the dialogs folder: return.en")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_script, name="script", help="Call scripts: check one, talk with it by text.")


@_script.callback()
def _group() -> None:
    """Call scripts: check one, talk with it by text."""


@_script.command("check")
def _check(
    context: typer.Context,
    names: Annotated[
        list[str], typer.Argument(metavar="SCRIPT...", help="Files, or names in the dialogs folder: return.en")
    ],
) -> None:
    """Name everything that is wrong in scripts, or may surprise: where, why, and what to write instead.

    Ends with 2 when there is an error; warnings alone end with 0.
    """
    at = desk(context)
    failed = False
    for name in names:
        path = find_script(name, at.settings)
        findings = check(path, at.settings)
        for finding in findings:
            _show(finding, at.out)
        errors = sum(finding.level == "error" for finding in findings)
        failed = failed or errors > 0
        verdict = ("not fit to be heard", "red") if errors else ("fit to be heard", "green")
        found = f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}"
        at.out.print(Text.assemble(f"{path}: {found}: ", verdict))
    if failed:
        raise typer.Exit(USAGE)


def _show(finding: Finding, out: Console) -> None:
    where = f"{finding.file}:{finding.place.line}:{finding.place.column}"
    style = "red" if finding.level == "error" else "yellow"
    told = Text.assemble(where, ": ", (f"{finding.level} {finding.rule}", style), ": ", finding.sentence)
    out.print(told, soft_wrap=True)
    out.print(Text(f"    {finding.remedy}", "dim"), soft_wrap=True)


@_script.command("chat")
def _chat(
    context: typer.Context,
    name: _Name,
    fields: Annotated[
        list[str] | None,
        typer.Option("--contact", "-c", metavar="FIELD=TEXT", help="A field of the contact: -c first_name=Anna"),
    ] = None,
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
    chat = Chat(script, nlu, _contact(script, fields or []), clock=at.clock, zone=zone, variant_seed=seed)
    if sys.stdin.isatty():
        for command, what in COMMANDS.items():
            at.out.print(Text.assemble((f"{command:<10}", "bold"), what))
    _show_turn(chat.begin(), at.out)
    while not chat.over:
        try:
            typed = at.out.input("[bold green]you    [/]")
        except EOFError:
            at.out.print()
            return
        if not sys.stdin.isatty():  # nobody typed it on this screen
            at.out.print(Text(typed))
        try:
            _show_turn(chat.type(typed), at.out)
        except ChatError as wrong:
            at.out.print(Text(str(wrong), "yellow"))


def _contact(script: Script, given: list[str]) -> dict[str, str]:
    """Take the fields that were given; those that the script needs besides are shown by their names in brackets."""
    known = {**script.needs, **script.may_have}
    contact = read_fields(given)
    for field, value in contact.items():
        if field not in known:
            raise Mistaken(
                f"--contact {field}={value}: the script has no field {field}; it has {', '.join(known) or 'none'}"
            )
    somebody = {"ru": "Анна"}.get(script.language, "Anna")
    return {field: somebody if kind == "name" else f"[{field}]" for field, kind in script.needs.items()} | contact


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
    else:
        out.print(Text(f"       at step {turn.step}", "dim"))
    for slot, value in sorted(turn.slots.items()):
        out.print(Text(f"       learned {slot} = {value}", "dim"))
