"""`perezvon db`: the database's tables."""

import typer

from robot.cli.desk import desk
from robot.store.store import upgrade

__all__ = ["register"]

_db = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_db, name="db", help="The database.")


@_db.callback()
def _group() -> None:
    """The database."""


@_db.command("upgrade")
def _upgrade(context: typer.Context) -> None:
    """Make the tables, or bring them to this version. Run it after every update; it loses nothing."""
    at = desk(context)
    revision = upgrade(at.settings.database)
    at.out.print(f"The database is at version {revision}.")
