"""The one clock, passed in wherever time is asked for, so that tests and the demo can hold it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "HeldClock", "SystemClock"]


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """Return the instant, in UTC and aware."""

    def monotonic(self) -> float:
        """Return seconds from an unknown start, never going back."""

    async def sleep(self, seconds: float) -> None:
        """Wait, at least ``seconds``."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the instant, in UTC and aware."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return ``time.monotonic()``, the clock that frames are stamped with."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait, at least ``seconds``."""
        await asyncio.sleep(seconds)


class HeldClock:
    """A clock that moves only when it is told to, or when somebody sleeps on it."""

    def __init__(self, start: datetime) -> None:
        """Hold the clock at ``start`` (aware)."""
        self._now = start.astimezone(UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        """Return the held instant."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds moved since the clock was made."""
        return self._monotonic

    def move(self, seconds: float) -> None:
        """Move the clock forward."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    async def sleep(self, seconds: float) -> None:
        """Move the clock forward and let others run."""
        self.move(max(0.0, seconds))
        await asyncio.sleep(0)
