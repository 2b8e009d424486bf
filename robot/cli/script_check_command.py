"""`perezvon script check`: what is wrong with scripts, how their calls end, and what the CRM is then told."""

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from robot.cli.counted import counted
from robot.cli.desk import desk
from robot.cli.errors import USAGE
from robot.office.scripts import Checked, check, find_script, script_names
from robot.script import Finding
from robot.script.ends import EndTold
from robot.script.paths import Proof

__all__ = ["register", "show_finding"]


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def register(script: typer.Typer) -> None:
    """Add the command."""
    script.command("check")(_check)


def _check(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SCRIPT...]", help="Files, or names in the dialogs folder; all of them if none."),
    ] = None,
    written: Annotated[
        Format, typer.Option("--format", help="github marks the lines of a pull request.")
    ] = Format.TEXT,
    ends: Annotated[bool, typer.Option("--ends", help="Show what each end tells the CRM, after each answer.")] = False,
) -> None:
    """Name everything that is wrong in scripts, or may surprise: where, why, and what to write instead.

    A script without errors is also walked in every way a caller can take it: the longest is shown.
    Ends with 2 when there is an error; warnings alone end with 0.
    """
    at = desk(context)
    checked = {
        path: check(path, at.settings)
        for path in (find_script(name, at.settings) for name in names or script_names(at.settings))
    }
    match written:
        case Format.TEXT:
            for path, result in checked.items():
                _tell(path, result, at.out, ends=ends)
        case Format.JSON:
            typer.echo(json.dumps([_as_json(path, result) for path, result in checked.items()], ensure_ascii=False))
        case Format.GITHUB:
            for result in checked.values():
                for finding in result.findings:
                    typer.echo(_for_github(finding))
    if any(result.errors for result in checked.values()):
        raise typer.Exit(USAGE)


def show_finding(finding: Finding, out: Console) -> None:
    """Print a finding with its remedy."""
    where = f"{finding.file}:{finding.place.line}:{finding.place.column}"
    style = "red" if finding.level == "error" else "yellow"
    told = Text.assemble(where, ": ", (f"{finding.level} {finding.rule}", style), ": ", finding.sentence)
    out.print(told, soft_wrap=True)
    out.print(Text(f"    {finding.remedy}", "dim"), soft_wrap=True)


def _tell(path: Path, result: Checked, out: Console, *, ends: bool) -> None:
    for finding in result.findings:
        show_finding(finding, out)
    verdict = ("not fit to be heard", "red") if result.errors else ("fit to be heard", "green")
    warnings = len(result.findings) - result.errors
    found = f"{counted(result.errors, 'error')}, {counted(warnings, 'warning')}"
    out.print(Text.assemble(f"{path}: {found}: ", verdict), soft_wrap=True)
    if result.proof is not None:
        _show_proof(result.proof, out)
        _show_ends(result.ends if ends else [end for end in result.ends if len(end.written) < 2], out, whole=ends)


def _show_proof(proof: Proof, out: Console) -> None:
    limits = f"every call ends, after {counted(proof.turns, 'answer')} and {proof.seconds:.0f} seconds at most"
    out.print(Text.assemble("  ", limits, "; the longest way:"), soft_wrap=True)
    out.print(Text(f"    {' '.join(proof.worst)}", "dim"), soft_wrap=True)


def _show_ends(ends: Sequence[EndTold], out: Console, *, whole: bool) -> None:
    if ends:
        which = "" if whole else " where the script leaves it to the answer"
        out.print(Text(f"  What the CRM is told{which} (* follows from the answer):"), soft_wrap=True)
    for end in ends:
        person = str(end.person) if end.person is not None else "as the call told"
        told = {"interest": str(end.interest), "person": person, "disposition": str(end.disposition)}
        words = ", ".join(f"{key} {value}{'' if key in end.written else ' *'}" for key, value in told.items())
        after = f" after {end.answer}" if end.answer else ""
        out.print(Text(f"    {end.step}{after}: {words}", "dim"), soft_wrap=True)


def _as_json(path: Path, result: Checked) -> dict[str, object]:
    proof = result.proof
    return {
        "file": str(path),
        "findings": [
            {
                "file": one.file, "line": one.place.line, "column": one.place.column, "level": one.level,
                "rule": one.rule, "sentence": one.sentence, "remedy": one.remedy,
            }
            for one in result.findings
        ],
        "proof": None
        if proof is None
        else {"turns": proof.turns, "seconds": round(proof.seconds, 1), "worst": list(proof.worst)},
        "ends": [
            {
                "step": end.step, "answer": end.answer, "interest": end.interest, "person": end.person,
                "disposition": end.disposition, "written": sorted(end.written),
            }
            for end in result.ends
        ],
    }  # fmt: skip


def _for_github(finding: Finding) -> str:
    """Write a finding as a workflow command, which marks the line in a pull request."""
    where = f"file={finding.file},line={finding.place.line},col={finding.place.column},title={finding.rule}"
    return f"::{finding.level} {_escaped(where)}::{_escaped(f'{finding.sentence} {finding.remedy}')}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
