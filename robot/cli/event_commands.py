"""`perezvon events`: what the CRM is told."""

from typing import Annotated

import typer

from robot.cli.counted import counted
from robot.cli.desk import desk
from robot.office import events

__all__ = ["register"]

_events = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_events, name="events", help="What the CRM is told: send again what was given up.")


@_events.callback()
def _group() -> None:
    """What the CRM is told: send again what was given up."""


@_events.command("replay")
def _replay(
    context: typer.Context,
    campaign: Annotated[
        str | None, typer.Argument(metavar="[CAMPAIGN]", help="Its name or id; all where left out.")
    ] = None,
) -> None:
    """Send events again that the CRM never took and that were given up; they leave while `perezvon serve` runs."""
    at = desk(context)
    with at.store() as store:
        again = events.replay(store, at.clock, campaign)
    at.out.print(f"{counted(again, 'event')} will be sent again." if again else "No event was given up.")
