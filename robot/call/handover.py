"""Handing a caller over to somebody else, whatever becomes of it."""

import logging

from robot.words import AttemptId
from telephony.line import Line, LineGone, TransferOutcome

__all__ = ["hand_over"]

log = logging.getLogger(__name__)


async def hand_over(attempt: AttemptId, line: Line, to: str) -> TransferOutcome:
    """Ask for a blind transfer; return its outcome, and never raise: the call goes on without it."""
    try:
        return await line.transfer(to)
    except LineGone:
        return TransferOutcome.UNKNOWN
    except Exception:
        log.exception("attempt %s cannot be transferred", attempt)
        return TransferOutcome.REFUSED
