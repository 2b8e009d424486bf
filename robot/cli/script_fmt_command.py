"""`perezvon script fmt`: scripts written as all scripts are written, and what YAML would stumble over mended."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from robot.cli.counted import counted
from robot.cli.desk import desk
from robot.cli.errors import FAILURE, USAGE
from robot.cli.script_check_command import show_finding
from robot.office.scripts import find_script
from robot.script.findings import Finding, Place, ScriptError
from robot.script.formatting import format_script
from robot.script.mending import mend

__all__ = ["register"]


def register(script: typer.Typer) -> None:
    """Add the command."""
    script.command("fmt")(_format)


def _format(
    context: typer.Context,
    names: Annotated[
        list[str], typer.Argument(metavar="SCRIPT...", help="Files, or names in the dialogs folder: return.en")
    ],
    check: Annotated[bool, typer.Option("--check", help="Change nothing; end with 1 where something would.")] = False,
) -> None:
    """Write scripts in good order: spaces, quotes, long sentences, the order of keys. Words and comments stay.

    What YAML would stumble over, and can only mean one thing, is mended. A script that cannot be read is left as it is;
    then the command ends with 2.
    """
    at = desk(context)
    unreadable = untidy = False
    for name in names:
        try:
            path = find_script(name, at.settings)
            done = _format_file(path, check=check)
        except ScriptError as wrong:
            unreadable = True
            for finding in wrong.findings:
                show_finding(finding, at.out)
            continue
        untidy = untidy or done is not None
        at.out.print(Text(f"{path}: {done or 'already in order'}"), soft_wrap=True)
    if unreadable:
        raise typer.Exit(USAGE)
    if check and untidy:
        raise typer.Exit(FAILURE)


def _format_file(path: Path, *, check: bool) -> str | None:
    """Put a file in order; tell what that takes, `None` where it is in order.

    Raises:
        ScriptError: It cannot be read; it is left as it is.
        OSError: It cannot be read or written.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        remedy = "Save it as UTF-8 (in the editor: “Save with encoding”)."
        raise ScriptError(
            [Finding(str(path), Place(), "not-utf8", "The file is not text in UTF-8.", remedy)]
        ) from error
    formatted = format_script(text, str(path)).encode()
    if formatted == data:
        return None
    if not check:
        _replace(path.resolve(), formatted)
    mended = sum(was != now for was, now in zip(text.split("\n"), mend(text).text.split("\n"), strict=True))
    if mended:
        return f"{counted(mended, 'line')} to mend" if check else f"mended {counted(mended, 'line')}"
    return "not in order" if check else "put in order"


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that it is always whole, with the permissions that it had."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as beside:
        written = Path(beside.name)
        try:
            beside.write(data)
            beside.close()
            shutil.copymode(path, written)
            written.replace(path)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
