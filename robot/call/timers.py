"""Timers of one call, told apart by name; an old one that fires late is never taken for a new one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Due", "Timers"]

_Name = TypeVar("_Name")


@dataclass(frozen=True, slots=True)
class Due(Generic[_Name]):
    """A timer went off; whether it still counts `Timers.take` says."""

    timer: _Name
    number: int


class Timers(Generic[_Name]):
    """Timers by name, at most one of each."""

    def __init__(self, fire: Callable[[Due[_Name]], None]) -> None:
        """Have ``fire`` called, from the event loop, with each timer that goes off."""
        self._fire = fire
        self._armed: dict[_Name, tuple[int, asyncio.TimerHandle]] = {}
        self._count = 0

    def arm(self, timer: _Name, seconds: float) -> None:
        """Start a timer, anew if it runs."""
        self.disarm(timer)
        self._count += 1
        handle = asyncio.get_running_loop().call_later(seconds, self._fire, Due(timer, self._count))
        self._armed[timer] = (self._count, handle)

    def disarm(self, timer: _Name) -> None:
        """Stop a timer, if it runs."""
        if timer in self._armed:
            self._armed.pop(timer)[1].cancel()

    def take(self, due: Due[_Name]) -> bool:
        """Return whether a timer that went off still counts; it is then spent."""
        if self._armed.get(due.timer, (0,))[0] != due.number:
            return False
        del self._armed[due.timer]
        return True

    def close(self) -> None:
        """Stop them all."""
        for timer in tuple(self._armed):
            self.disarm(timer)
