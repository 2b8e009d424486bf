"""Time that passes only when nobody has anything to do: minutes of telephone calls, tested in milliseconds."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from models.pool import ModelPool

__all__ = ["VirtualClock", "VirtualPool", "in_virtual_time"]

_P = ParamSpec("_P")
_R = TypeVar("_R")
_NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday, noon in Moscow."""


class _Selector(selectors.SelectSelector):
    """Where a loop would sleep until its next timer, this one moves its clock there."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everybody waits, and nothing will ever happen")
            self.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._selector_of_time = _Selector()
        super().__init__(self._selector_of_time)

    def time(self) -> float:
        return self._selector_of_time.now


def in_virtual_time(work: Coroutine[Any, Any, _R]) -> _R:
    """Run a coroutine on a loop of virtual time; leave no task of it behind."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


class VirtualClock:
    """The clock of the running loop."""

    def now(self) -> datetime:
        return _NOON + timedelta(seconds=self.monotonic() - 1000.0)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class VirtualPool(ModelPool):
    """A pool whose work takes no time: threads know nothing of virtual time."""

    async def run(self, fn: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        await asyncio.sleep(0)
        return fn(*args, **kwargs)
