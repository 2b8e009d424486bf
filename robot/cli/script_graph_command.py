"""`perezvon script graph`: a picture of a script, as Mermaid text or as an SVG file."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from robot.cli.counted import counted
from robot.cli.desk import desk
from robot.cli.errors import Mistaken
from robot.office.script_coverage import coverage_of
from robot.office.scripts import find_script
from robot.script import lay_out, load_script
from robot.script.drawing.mermaid import to_mermaid
from robot.script.drawing.picture import Picture, picture
from robot.script.drawing.svg import to_svg

__all__ = ["register"]


class _Format(StrEnum):
    MERMAID = "mermaid"
    SVG = "svg"


_WRITERS: Mapping[_Format, Callable[[Picture], str]] = {_Format.MERMAID: to_mermaid, _Format.SVG: to_svg}
_SUFFIXES = {".svg": _Format.SVG, ".mmd": _Format.MERMAID, ".mermaid": _Format.MERMAID}


def register(script: typer.Typer) -> None:
    """Add the command."""
    script.command("graph")(_graph)


def _graph(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SCRIPT", help="A file, or a name in the dialogs folder: return.en")],
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it: picture.svg, picture.mmd.")
    ] = None,
    form: Annotated[
        _Format | None, typer.Option("--format", help="By the file's name where left out; mermaid on the screen.")
    ] = None,
    coverage: Annotated[
        str | None,
        typer.Option(metavar="WHAT", help="Show who went where: in its tests, or in a campaign of that name."),
    ] = None,
) -> None:
    """Draw a script: a box for each step, arrows for what callers answer, outcomes in colours.

    With --coverage the picture tells how many calls went each way, which ways nobody went, and where callers hung up.
    """
    at = desk(context)
    script = load_script(find_script(name, at.settings))
    form = form or _form_of(out)
    counts = None
    if coverage is not None:
        walked = coverage_of(script, coverage, at.settings, at.clock, at.store)
        script, counts = walked.script, walked.coverage  # of a campaign, the version that it runs
        for remark in walked.remarks:
            typer.echo(remark, err=True)
    drawn = picture(script, lay_out(script), counts)
    written = _WRITERS[form](drawn)
    if out is None:
        typer.echo(written, nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(written, encoding="utf-8")
    at.out.print(Text(f"{out}: {counted(len(drawn.boxes), 'step')} drawn"), soft_wrap=True)


def _form_of(out: Path | None) -> _Format:
    """Return the format that a file's name stands for."""
    if out is None:
        return _Format.MERMAID
    form = _SUFFIXES.get(out.suffix.lower())
    if form is None:
        known = ", ".join(f"{out.stem}{suffix}" for suffix in _SUFFIXES)
        raise Mistaken(f"--out {out}: what is drawn follows from the file's name: {known}; or add --format.")
    return form
