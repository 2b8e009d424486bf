"""What was said is kept for so many days (``calls.keep_personal_days``), and then deleted."""

import asyncio
import logging
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Text, cast, delete, or_, select, update

from robot.clock import Clock
from robot.office.contacts import NOTHING_TOLD, delete_files, strip_verdicts
from robot.settings import Settings
from robot.store.outbox import forget_older
from robot.store.store import Store
from robot.store.tables import attempts, targets, turns

__all__ = ["forget_expired", "keep"]

log = logging.getLogger(__name__)

_AT_A_TIME = 200
"""Dials that one transaction forgets, so that it never holds the writer for long."""
_EVERY = 3600.0
"""Seconds between two looks."""


async def keep(store: Store, settings: Settings, clock: Clock) -> None:
    """Forget what is over its days, now and every hour, until cancelled."""
    while True:
        try:
            while dials := await store.write(partial(forget_expired, settings=settings, clock=clock)):
                log.info("the recordings and transcripts of %d dials were over their days, and are deleted", dials)
        except Exception:  # the next look may do better; calls go on meanwhile
            log.exception("recordings and transcripts that are over their days could not be deleted")
        await asyncio.sleep(_EVERY)


def forget_expired(conn: Connection, *, settings: Settings, clock: Clock) -> int:
    """Delete recordings, transcripts, what was learned and told, and the events of the oldest dials over their days.

    What the dials came to stays. Reports of their campaigns are deleted with them, since they hold transcripts; they
    can be written again.

    Args:
        conn: A connection with a write transaction open.
        settings: How many days, and the data folder.
        clock: The time.

    Returns:
        How many dials were forgotten; with more than none there may be further ones.
    """
    before = clock.now() - timedelta(days=settings.calls.keep_personal_days)
    spoken = select(turns.c.attempt_id).where(turns.c.attempt_id == attempts.c.id).exists()
    expired = conn.execute(
        select(attempts.c.id, attempts.c.campaign_id, attempts.c.target_id, attempts.c.recording)
        .where(attempts.c.finished_at < before, or_(attempts.c.recording.is_not(None), spoken, _told_something()))
        .order_by(attempts.c.finished_at)
        .limit(_AT_A_TIME)
    ).all()
    forget_older(conn, before)
    if not expired:
        return 0
    dials = {row.id for row in expired}
    reported = {row.campaign_id for row in expired}
    delete_files(settings.data, dials | reported, {Path(row.recording) for row in expired if row.recording})
    conn.execute(delete(turns).where(turns.c.attempt_id.in_(dials)))
    conn.execute(update(attempts).where(attempts.c.id.in_(dials)).values(NOTHING_TOLD))
    strip_verdicts(conn, attempts, attempts.c.id.in_(dials))
    strip_verdicts(conn, targets, targets.c.id.in_({row.target_id for row in expired}))
    return len(dials)


def _told_something() -> ColumnElement[bool]:
    """Whether a script told the CRM anything in a dial: it may do so in one where nobody spoke."""
    columns = (attempts.c.notes, attempts.c.updates, attempts.c.tags, attempts.c.follow_ups)
    # As text, since PostgreSQL cannot compare JSON.
    return or_(*(cast(column, Text).not_in(("[]", "{}")) for column in columns))
