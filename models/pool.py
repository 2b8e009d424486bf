"""The one thread pool of a process, in which every model runs.

Engines spin up threads of their own unless told not to, and a handful of calls then fight over the cores: each engine
is loaded with one thread (onnxruntime intra and inter, CTranslate2, torch), and the pool is as wide as the machine.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

__all__ = ["ModelPool", "one_thread_each"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def one_thread_each() -> None:
    """Tell numeric libraries to use one thread, by their environment variables, unless the operator has set them.

    ``OMP_NUM_THREADS`` (torch, CTranslate2), ``OPENBLAS_NUM_THREADS`` (numpy, scipy), ``MKL_NUM_THREADS`` (Intel
    builds), ``VECLIB_MAXIMUM_THREADS`` (macOS). A library reads its variable when it is first imported, so this belongs
    at the top of a process; child processes inherit it.
    """
    for name in _THREAD_VARIABLES:
        os.environ.setdefault(name, "1")


class ModelPool:
    """Runs blocking model calls off the event loop.

    Args:
        threads: How many; 0 = one a core.
    """

    def __init__(self, threads: int = 0) -> None:
        one_thread_each()
        self.threads = threads or os.cpu_count() or 1
        self._executor = ThreadPoolExecutor(self.threads, thread_name_prefix="model")

    async def run(self, fn: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Run ``fn`` in the pool and return what it returns.

        A cancelled caller stops waiting at once; what a thread has begun it ends, and its result is dropped.
        """
        return await asyncio.get_running_loop().run_in_executor(self._executor, lambda: fn(*args, **kwargs))

    def close(self) -> None:
        """Let running calls end, drop those that wait."""
        self._executor.shutdown(wait=True, cancel_futures=True)
