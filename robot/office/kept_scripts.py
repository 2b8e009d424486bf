"""Versions of scripts as people name them: a file, a name in the dialogs folder, a hash, or a campaign's own."""

import tempfile
from pathlib import Path

from sqlalchemy import select

from robot.campaign.lifecycle import find
from robot.campaign.scripts import write_files
from robot.office.scripts import find_script
from robot.script import Script, ScriptError, load_script, load_version
from robot.script.findings import Finding, Place
from robot.settings import Settings
from robot.store.store import Store
from robot.store.tables import campaigns, scripts

__all__ = ["CAMPAIGN", "open_any"]

CAMPAIGN = "campaign:"
"""Before a campaign's name: the version that it runs."""


def open_any(store: Store, settings: Settings, name: str) -> Script:
    """Open a version of a script.

    Args:
        store: The database, which keeps what campaigns were started with.
        settings: Where the dialogs folder is.
        name: A file, a name in the dialogs folder, the beginning of a hash (6 characters or more), or
            ``campaign:NAME``.

    Raises:
        ScriptError: There is none, or it cannot be used.
        NotPossible: There is no such campaign.
    """
    version = _version(store, name)
    if version is None:
        return load_script(find_script(name, settings))
    with tempfile.TemporaryDirectory() as folder, store.reading() as conn:
        write_files(conn, Path(folder), only=version)
        return load_version(Path(folder), version)


def _version(store: Store, name: str) -> str | None:
    with store.reading() as conn:
        if name.startswith(CAMPAIGN):
            campaign = find(conn, name.removeprefix(CAMPAIGN))
            version = conn.execute(select(campaigns.c.script_hash).where(campaigns.c.id == campaign)).scalar_one()
            if version is None:
                what = "The campaign was not started yet, and holds no version of its script."
                raise ScriptError([Finding(name, Place(), "no-script", what, "Name the script itself.")])
            return str(version)
        if len(name) < 6 or not set(name) <= set("0123456789abcdef"):
            return None
        found = conn.execute(select(scripts.c.hash).where(scripts.c.hash.startswith(name)).limit(2)).scalars().all()
    return str(found[0]) if len(found) == 1 else None
