"""The scripts that campaigns were started with, kept by the hash of their text: as rows, and as files for calls."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from robot.script import script_file
from robot.store.tables import scripts

__all__ = ["KeptScript", "keep", "write_files"]


@dataclass(frozen=True, slots=True)
class KeptScript:
    """One version of a script.

    Attributes:
        hash: Of its text.
        name: Its own name.
        language: ``en``, ``ru``.
        purpose: ``advertising`` or ``service``.
        text: The whole YAML.
    """

    hash: str
    name: str
    language: str
    purpose: str
    text: str


def keep(conn: Connection, script: KeptScript, now: datetime) -> None:
    """Keep a version of a script for good; once is enough."""
    known = conn.execute(select(scripts.c.hash).where(scripts.c.hash == script.hash)).first()
    if known is None:
        values = {"hash": script.hash, "name": script.name, "language": script.language, "purpose": script.purpose}
        conn.execute(insert(scripts).values(**values, text=script.text, added_at=now))


def write_files(conn: Connection, data: Path) -> None:
    """Write the file of every kept script that has none, so that the database alone is enough to go on from."""
    for row in conn.execute(select(scripts.c.hash, scripts.c.text)):
        file = script_file(data, row.hash)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(".part")
            part.write_bytes(row.text.encode())
            part.replace(file)  # a call process never sees half a script
