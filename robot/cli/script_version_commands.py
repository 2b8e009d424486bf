"""`perezvon script diff` and `script schema`: versions of a script compared in words; the language, for editors."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from robot.cli.desk import desk
from robot.office.kept_scripts import CAMPAIGN, open_any
from robot.script.difference import differences
from robot.script.json_schema import json_schema, write_schema

__all__ = ["register"]

_Version = Annotated[
    str, typer.Argument(help=f"A file, a name in the dialogs folder, the beginning of a hash, or {CAMPAIGN}NAME.")
]


def register(script: typer.Typer) -> None:
    """Add the commands."""
    script.command("diff")(_diff)
    script.command("schema")(_schema)


def _diff(context: typer.Context, old: _Version, new: _Version) -> None:
    """Say in words what is different between two versions of a script."""
    at = desk(context)
    with at.store() as store:
        before, after = open_any(store, at.settings, old), open_any(store, at.settings, new)
    told = list(differences(before, after))
    for line in told:
        at.out.print(Text(line), soft_wrap=True)
    if not told:
        same = "They are the same." if before.hash == after.hash else "They say and do the same; only the text differs."
        at.out.print(same)


def _schema(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there.")] = None,
) -> None:
    """Print the JSON Schema of the language, with which editors complete and check scripts as you type."""
    if out is None:
        typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
        return
    write_schema(out)
    desk(context).out.print(f"Written to {out}", markup=False)
