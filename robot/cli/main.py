"""The command `perezvon`: what it can do, and how errors are told."""

import logging
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.logging import RichHandler

from robot.cli import (
    calling_commands,
    campaign_commands,
    config_commands,
    contact_commands,
    db_commands,
    event_commands,
    models_commands,
    rehearsal_commands,
    script_commands,
)  # fmt: skip
from robot.cli.desk import Desk
from robot.cli.errors import KNOWN, exit_code, tell

__all__ = ["app", "main"]

app = typer.Typer(
    name="perezvon",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    rehearsal_commands, calling_commands, campaign_commands, script_commands, contact_commands, models_commands,
    event_commands, db_commands, config_commands,
):  # fmt: skip
    module.register(app)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"perezvon {version('perezvon')}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="Settings; else perezvon.toml here. Stands before the command."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Call old customers back by voice, and tell the CRM what came of it.

    A first look: [bold]perezvon demo[/bold]. For one command: [bold]perezvon COMMAND --help[/bold].
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(name)s: %(message)s",
        handlers=[RichHandler(console=Console(stderr=True), show_path=False)],
    )
    context.obj = Desk(settings_file=config)


def main() -> None:
    """Run the command line; end with 0, 1 (it did not work) or 2 (it was asked for wrongly)."""
    try:
        app()
    except BrokenPipeError:
        # Whoever read our output has left; there is nobody to complain to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KNOWN as error:
        tell(error, Console(stderr=True))
        sys.exit(exit_code(error))


if __name__ == "__main__":
    main()
