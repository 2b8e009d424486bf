"""What every command works with: the settings, the database, the screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import typer
from rich.console import Console

from robot.clock import Clock, SystemClock
from robot.office.configuration import load
from robot.settings import Settings
from robot.store.store import Store

__all__ = ["Desk", "desk"]


@dataclass
class Desk:
    """Made once a command line; opens things when they are first asked for.

    Attributes:
        settings_file: The file that ``--config`` named.
        out: Standard output.
        clock: The time.
    """

    settings_file: Path | None = None
    out: Console = field(default_factory=lambda: Console(highlight=False))
    clock: Clock = field(default_factory=SystemClock)

    @cached_property
    def settings(self) -> Settings:
        """The settings. Raises `ConfigurationError`."""
        return load(self.settings_file)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the database that the settings name, and close it at the end. Raises `DatabaseUnusable`."""
        store = Store.open(self.settings.database)
        try:
            yield store
        finally:
            store.close()


def desk(context: typer.Context) -> Desk:
    """Return the desk of this command line."""
    found = context.find_object(Desk)
    if found is None:
        found = context.obj = Desk()
    return found
