"""The database, opened: one writer at a time, any number of readers, and an event loop that never waits for a disk."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from robot.store.dialects import DatabaseUnusable, engine_for

__all__ = ["DatabaseUnusable", "Store", "upgrade"]

T = TypeVar("T")


class Store:
    """An open database.

    From plain code use `writing` and `reading`; from a coroutine, `write` and `read`, which run a function in a thread.
    All writes of one `Store` go through one thread, in the order they were asked for; several processes may each have
    a `Store` of the same database, and take turns.
    """

    def __init__(self, engine: Engine) -> None:
        """Use an engine of `engine_for`; `open` is the usual way."""
        self._reading = engine
        self._writing = engine.execution_options(writes=True)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-reader")

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a database that has the tables of this version.

        Raises:
            DatabaseUnusable: It cannot be reached, or its tables are of another version (see `upgrade`).
        """
        engine = engine_for(url)
        try:
            with engine.connect() as conn:
                found = MigrationContext.configure(conn).get_current_revision()
        except DBAPIError as refused:
            engine.dispose()
            raise DatabaseUnusable(f"the database {engine.url!r} cannot be opened: {refused.orig}") from refused
        newest = ScriptDirectory.from_config(_alembic()).get_current_head()
        if found != newest:
            engine.dispose()
            state = "has no tables yet" if found is None else f"has tables of version {found}, this program of {newest}"
            raise DatabaseUnusable(f"the database {engine.url!r} {state}; run: perezvon db upgrade")
        return cls(engine)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction as the only writer; commit it at the end, undo it on an exception."""
        with self._writing.begin() as conn:
            yield conn

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees the data as it is now, and is thrown away at the end."""
        with self._reading.connect() as conn:
            yield conn

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a write transaction, in the writer's thread.

        A caller that is cancelled does not stop it: what was begun is committed or undone whole.
        """

        def run() -> T:
            with self.writing() as conn:
                return work(conn)

        return await asyncio.get_running_loop().run_in_executor(self._writer, run)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a read transaction, in a reader's thread."""

        def run() -> T:
            with self.reading() as conn:
                return work(conn)

        return await asyncio.get_running_loop().run_in_executor(self._readers, run)

    def close(self) -> None:
        """Wait for writes under way, then let go of the database."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._reading.dispose()


def upgrade(url: str) -> str:
    """Bring a database to the tables of this version, making it where it does not exist; return the version.

    Raises:
        DatabaseUnusable: It cannot be reached, or it is newer than this program.
    """
    config = _alembic()
    engine = engine_for(url)
    try:
        with engine.execution_options(writes=True).begin() as conn:
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
            return MigrationContext.configure(conn).get_current_revision() or ""
    except DBAPIError as refused:
        raise DatabaseUnusable(f"the database {engine.url!r} cannot be brought up to date: {refused.orig}") from refused
    except CommandError as unknown:
        raise DatabaseUnusable(
            f"the database {engine.url!r} was made by a newer Perezvon ({unknown}); "
            "install that version, or use another database"
        ) from unknown
    finally:
        engine.dispose()


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
