"""`perezvon script`: everything that a marketer does with a call script; each command has a module of its own."""

import typer

from robot.cli import (
    script_chat_command,
    script_check_command,
    script_fmt_command,
    script_graph_command,
    script_replay_command,
    script_talk_command,
    script_test_command,
    script_version_commands,
)  # fmt: skip

__all__ = ["register"]

_script = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_script, name="script", help="Call scripts: check, try, test, draw and compare them.")


@_script.callback()
def _group() -> None:
    """Call scripts: check, try, test, draw and compare them."""


for module in (
    script_check_command, script_chat_command, script_talk_command, script_test_command, script_graph_command,
    script_fmt_command, script_version_commands, script_replay_command,
):  # fmt: skip
    module.register(_script)
