"""Events for the CRM that were given up."""

from robot.campaign import lifecycle
from robot.clock import Clock
from robot.store import outbox
from robot.store.store import Store

__all__ = ["replay"]


def replay(store: Store, clock: Clock, campaign: str | None = None) -> int:
    """Have events that were given up sent again, under their old ids; return how many.

    They leave while `perezvon serve` runs. A CRM that keeps the ids it has seen takes each once.

    Args:
        store: The database.
        clock: The time.
        campaign: Name or id of a campaign; all of them where left out.

    Raises:
        NotPossible: There is no such campaign.
    """
    with store.writing() as conn:
        of = lifecycle.find(conn, campaign) if campaign is not None else None
        return outbox.replay(conn, outbox.dead_letters(conn, of), clock.now())
