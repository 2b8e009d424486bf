"""`perezvon script test`: conversations beside a script, run by text; what differs is shown as a diff."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from robot.cli.counted import counted
from robot.cli.desk import desk
from robot.cli.errors import FAILURE, Mistaken
from robot.office.script_tests import Line, Trial, Trials, find_tests, run_tests
from robot.script.coverage import EVERYWHERE, Transition

__all__ = ["register"]

_STYLES = {" ": "dim", "-": "red", "+": "green"}


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def register(script: typer.Typer) -> None:
    """Add the command."""
    script.command("test")(_test)


def _test(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCRIPT...]", help="Files, or names in the dialogs folder; all that have tests where left out"
        ),
    ] = None,
    *,
    coverage: Annotated[bool, typer.Option("--coverage", help="Tell which ways of a script no test took.")] = False,
    least: Annotated[
        int | None, typer.Option(min=0, max=100, metavar="PERCENT", help="Fail if fewer of the ways were taken.")
    ] = None,
    only: Annotated[str | None, typer.Option(metavar="NAME", help="Run the tests whose names contain this.")] = None,
    form: Annotated[_Format, typer.Option("--format", help="For people, or for programs.")] = _Format.TEXT,
) -> None:
    """Run the tests beside scripts: conversations by text, on a clock that runs as fast as they do.

    The tests of return.en.yaml stand in return.en.test.yaml. Ends with 1 when one fails, or when fewer ways than
    --least asks for were taken.
    """
    at = desk(context)

    def loading() -> None:
        if at.out.is_terminal and form is _Format.TEXT:
            at.out.print(Text("Loading what it understands by…", "dim"))

    found = find_tests(names or [], at.settings)
    if not found:
        raise Mistaken(f"No script in {at.settings.dialogs_folder} has tests; write them beside it as NAME.test.yaml.")
    told = [run_tests(script, tests, at.settings, only=only, loading=loading) for script, tests in found]
    if only is not None and not any(trials.trials for trials in told):
        raise Mistaken(f"--only {only}: no test has such a name")
    told = [trials for trials in told if trials.trials]
    if form is _Format.JSON:
        at.out.print(Text(json.dumps([_data(trials) for trials in told], ensure_ascii=False, indent=2)), soft_wrap=True)
    else:
        for trials in told:
            _show(trials, at.out, coverage=coverage or least is not None)
        if len(told) > 1:
            at.out.print(_total([trial for trials in told for trial in trials.trials], "all scripts"))
    failed = any(not trial.passed for trials in told for trial in trials.trials)
    if failed or (least is not None and any(_taken(trials) * 100 < least * len(trials.ways) for trials in told)):
        raise typer.Exit(FAILURE)


def _show(trials: Trials, out: Console, *, coverage: bool) -> None:
    out.print(Text(trials.file, "bold"), soft_wrap=True)
    for trial in trials.trials:
        result = ("  ok      ", "green") if trial.passed else ("  failed  ", "red")
        out.print(Text.assemble(result, trial.name, (f"  {trial.seconds:.0f} s", "dim")), soft_wrap=True)
    for trial in trials.trials:
        if not trial.passed:
            _show_failed(trial, trials.file, out)
    if any(not trial.passed for trial in trials.trials):
        out.print()
    out.print(_total(trials.trials, trials.script.title or trials.script.script), soft_wrap=True)
    if coverage:
        _show_coverage(trials, out)


def _show_failed(trial: Trial, file: str, out: Console) -> None:
    first = trial.differences[0].place
    out.print()
    out.print(Text.assemble((trial.name, "bold red"), (f"  {file}:{first.line}:{first.column}", "dim")), soft_wrap=True)
    for line in trial.lines():
        out.print(_line(line), soft_wrap=True)


def _line(line: Line) -> Text:
    said = line.who.replace("_", " ")
    if line.who == "not_robot":
        said = "robot, never"
    return Text(f"{line.sign} {said:<13}{line.text}".rstrip(), _STYLES[line.sign])


def _total(trials: Sequence[Trial], of: str) -> Text:
    failed = sum(not trial.passed for trial in trials)
    passed = f"{len(trials) - failed} of {counted(len(trials), 'test')} passed"
    return Text.assemble(f"{of}: ", (passed, "red" if failed else "green"))


def _taken(trials: Trials) -> int:
    return len(trials.ways) - len(trials.missing)


def _show_coverage(trials: Trials, out: Console) -> None:
    ways, taken = len(trials.ways), _taken(trials)
    style = "green" if taken == ways else "yellow"
    out.print(Text(f"{taken} of {ways} ways taken ({taken * 100 // max(1, ways)} %)", style))
    for way in trials.missing:
        out.print(Text(f"    {_way(way, trials)}"), soft_wrap=True)


def _way(way: Transition, trials: Trials) -> str:
    exits = trials.graph.everywhere if way.source == EVERYWHERE else trials.graph.nodes[way.source].exits
    to = exits.get(way.trigger)
    return f"{way.source}: {way.trigger}" + (f" → {to}" if to is not None else "")


def _data(trials: Trials) -> dict[str, object]:
    return {
        "script": trials.script.script,
        "file": trials.script.file,
        "tests_file": trials.file,
        "tests": [
            {
                "name": trial.name,
                "line": trial.place.line,
                "passed": trial.passed,
                "seconds": round(trial.seconds, 1),
                "differences": [
                    {
                        "what": difference.what,
                        "expected": difference.expected,
                        "got": difference.got,
                        "line": difference.place.line,
                        "column": difference.place.column,
                    }
                    for difference in trial.differences
                ],
                "conversation": [{"sign": line.sign, "who": line.who, "text": line.text} for line in trial.lines()],
            }
            for trial in trials.trials
        ],
        "coverage": {
            "ways": len(trials.ways),
            "taken": _taken(trials),
            "missing": [{"from": way.source, "by": way.trigger} for way in trials.missing],
        },
    }
