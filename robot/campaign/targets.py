"""How a target changes its state: it waits for a rule, or is closed and the CRM is told, in one transaction."""

from datetime import datetime

from sqlalchemy import Connection, update

from robot.crm.events import enqueue_target_closed
from robot.store.tables import TargetState, targets
from robot.words import Closed, TargetId

__all__ = ["close", "wait"]


def close(conn: Connection, target: TargetId, closed: Closed, rule: str, now: datetime) -> None:
    """Close a target, and tell the CRM."""
    closing = {"state": TargetState.CLOSED, "closed": closed, "closed_rule": rule, "closed_at": now}
    waiting_no_more = {"waiting_until": None, "waiting_rule": None}
    conn.execute(update(targets).where(targets.c.id == target).values(**closing, **waiting_no_more))
    enqueue_target_closed(conn, target, now)


def wait(conn: Connection, target: TargetId, until: datetime, rule: str) -> None:
    """Let a target wait for a rule."""
    waiting = {"state": TargetState.WAITING, "due_at": until, "waiting_until": until, "waiting_rule": rule}
    conn.execute(update(targets).where(targets.c.id == target).values(waiting))
