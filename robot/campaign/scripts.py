"""The scripts that campaigns were started with, kept by the hash of their text: as rows, and as files for calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from robot.script.loader import kept_sound, script_file
from robot.store.tables import scripts, sounds

__all__ = ["KeptScript", "keep", "write_files"]


@dataclass(frozen=True, slots=True)
class KeptScript:
    """One version of a script.

    Attributes:
        hash: Of its text.
        name: Its own name.
        language: ``en``, ``ru``, ``pl``.
        purpose: ``advertising`` or ``service``.
        text: The whole YAML, with all that it includes.
        recordings: SHA-256 → file, of the prompts that it plays.
    """

    hash: str
    name: str
    language: str
    purpose: str
    text: str
    recordings: Mapping[str, Path] = field(default_factory=dict)


def keep(conn: Connection, script: KeptScript, now: datetime) -> None:
    """Keep a version of a script for good; once is enough.

    Raises:
        OSError: One of its recordings cannot be read.
    """
    known = conn.execute(select(scripts.c.hash).where(scripts.c.hash == script.hash)).first()
    if known is not None:
        return
    values = {"hash": script.hash, "name": script.name, "language": script.language, "purpose": script.purpose}
    conn.execute(insert(scripts).values(**values, text=script.text, added_at=now))
    for sha256, path in script.recordings.items():
        if conn.execute(select(sounds.c.sha256).where(sounds.c.sha256 == sha256)).first() is None:
            conn.execute(insert(sounds).values(sha256=sha256, wav=path.read_bytes(), added_at=now))


def write_files(conn: Connection, data: Path, *, only: str | None = None) -> None:
    """Write the file of every kept script and recording that has none: the database alone is enough to go on from.

    ``only``: of scripts, the version of this hash alone.
    """
    kept = select(scripts.c.hash, scripts.c.text)
    for row in conn.execute(kept if only is None else kept.where(scripts.c.hash == only)):
        _write(script_file(data, row.hash), row.text.encode())
    for sha256 in conn.execute(select(sounds.c.sha256)).scalars():
        file = kept_sound(data, sha256)
        if not file.exists():
            _write(file, conn.execute(select(sounds.c.wav).where(sounds.c.sha256 == sha256)).scalar_one())


def _write(file: Path, content: bytes) -> None:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(content)
        part.replace(file)  # a call process never sees half a script
