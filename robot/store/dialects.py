"""Where SQLite and PostgreSQL differ: how they are opened, and how one writer at a time is had."""

import json
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

__all__ = ["DatabaseUnusable", "engine_for"]

_BUSY_MS = 10_000
"""How long a writer of SQLite waits for another process's transaction."""
_WRITER_LOCK = 0x7065_7265_7A76_6F6E
"""Key of PostgreSQL's advisory lock of the one writer: "perezvon" in ASCII."""


class DatabaseUnusable(Exception):
    """Raised when a database cannot be opened, or is not of this version; its text says what to do."""


def engine_for(address: str) -> Engine:
    """Make an engine whose transactions are read-only, or, with the option ``writes``, the only writer's.

    Raises:
        DatabaseUnusable: The address is no SQLite or PostgreSQL URL, or PostgreSQL's driver is not installed.
    """
    try:
        url = make_url(address)
    except ArgumentError as unread:
        raise DatabaseUnusable(
            f"{address!r} is not a database URL; write sqlite:///perezvon.sqlite or postgresql://user@host/name"
        ) from unread
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url)
        case "postgresql":
            return _postgresql(url)
        case other:
            raise DatabaseUnusable(
                f"Perezvon keeps its data in SQLite or PostgreSQL, not in {other!r}; write sqlite:///…"
            )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise DatabaseUnusable(
            "a SQLite database must be a file, since several threads share it; write sqlite:///x.sqlite"
        )
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise DatabaseUnusable(f"the folder {folder} of the database cannot be made: {refused.strerror}") from refused
    # Parameters hold phones, names and words: errors, which are logged, must not show them.
    engine = create_engine(url, connect_args={"check_same_thread": False}, json_serializer=_json, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver begins transactions by itself, and too late for BEGIN IMMEDIATE; we do it in _begin.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE takes the writer's lock at once: a transaction that reads first and writes then could fail halfway.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    if url.get_driver_name() != "psycopg":
        url = url.set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(url, pool_pre_ping=True, json_serializer=_json, hide_parameters=True)
    except ModuleNotFoundError as missing:
        raise DatabaseUnusable("PostgreSQL's driver is not installed; run: pip install 'psycopg[binary]'") from missing

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes", False):
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})
            connection.execute(text("SET LOCAL jit = off"))

    return engine
