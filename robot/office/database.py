"""The database as a whole."""

from robot.settings import Settings
from robot.store import store

__all__ = ["upgrade"]


def upgrade(settings: Settings) -> str:
    """Make the tables, or bring them to this version; return the version.

    Raises:
        DatabaseUnusable: It cannot be reached, or is newer than this program.
    """
    return store.upgrade(settings.database)
