"""`perezvon config`: the settings."""

import typer
from rich.text import Text

from robot.cli.counted import counted
from robot.cli.desk import desk
from robot.cli.errors import USAGE
from robot.office.configuration import DEFAULT_FILE
from robot.office.configuration_check import check

__all__ = ["register"]

_config = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_config, name="config", help="The settings: perezvon.toml and PEREZVON_… variables.")


@_config.callback()
def _group() -> None:
    """The settings: perezvon.toml and PEREZVON_… variables."""


@_config.command("check")
def _check(context: typer.Context) -> None:
    """Name every mistake in the settings, with its place and what to write instead.

    Ends with 2 when there is an error; warnings alone end with 0. Nothing is dialled or opened.
    """
    at = desk(context)
    if at.settings_file is None and not DEFAULT_FILE.exists():
        at.out.print(
            f"There is no {DEFAULT_FILE} in this folder, so defaults hold; begin with a copy of perezvon.example.toml.",
            soft_wrap=True,
        )
    mistakes = check(at.settings_file)
    for mistake in mistakes:
        style = "red" if mistake.level == "error" else "yellow"
        at.out.print(Text.assemble((mistake.level, style), " ", str(mistake)), soft_wrap=True)
    errors = sum(mistake.level == "error" for mistake in mistakes)
    if errors:
        raise typer.Exit(USAGE)
    file = at.settings_file or DEFAULT_FILE
    at.out.print(f"{file if file.exists() else 'The defaults'}: no errors, {counted(len(mistakes), 'warning')}.")
