"""Which event may leave when. Pure: time and what is known come in as arguments."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from robot.store.outbox import Waiting
from robot.words import ContactId

__all__ = ["Departures", "departures", "next_try"]


@dataclass(frozen=True, slots=True)
class Departures:
    """What to do now.

    Attributes:
        now: Events to send at once, the longest due first; at most one a contact.
        next_at: When the next of the others is due; `None` where nothing else waits for an instant.
    """

    now: tuple[Waiting, ...]
    next_at: datetime | None


def departures(waiting: Iterable[Waiting], *, sending: AbstractSet[ContactId], now: datetime, room: int) -> Departures:
    """Choose the events that leave now.

    Of one contact, an event leaves only when every one before it is delivered or given up, so that a CRM never hears
    of the end of a story before its beginning. Contacts do not wait for each other.

    Args:
        waiting: Events that are neither delivered nor given up, in any order; of each contact at least the first.
        sending: Contacts that have an event on its way right now.
        now: The instant.
        room: How many more may be on their way at once.
    """
    first: dict[ContactId, Waiting] = {}
    for event in waiting:
        known = first.get(event.contact_id)
        if known is None or event.sequence < known.sequence:
            first[event.contact_id] = event
    free = sorted(
        (event for event in first.values() if event.contact_id not in sending),
        key=lambda event: (event.due_at, event.id),
    )
    due = [event for event in free if event.due_at <= now]
    later = [event.due_at for event in free if event.due_at > now]
    return Departures(tuple(due[: max(room, 0)]), min(later, default=None))


def next_try(
    failed: int, retry_after: Sequence[float], *, now: datetime, asked: float | None = None
) -> datetime | None:
    """Return when an event is tried again, or `None` where it is given up.

    Args:
        failed: How many tries have failed, the one just made included.
        retry_after: Seconds to wait after the first failed try, after the second, and so on.
        now: The instant of the failure.
        asked: Seconds that the receiver asked for (``Retry-After``); we wait no less.
    """
    if failed > len(retry_after):
        return None
    return now + timedelta(seconds=max(retry_after[failed - 1], asked or 0.0))
