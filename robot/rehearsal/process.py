"""How the town's processes start and end: a JSON line on stdout says that one is ready, the end of stdin ends it.

The end of stdin comes whatever becomes of the starter, so that none of them is ever left behind.
"""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Mapping, Sequence

__all__ = ["Child", "TownError", "say_ready", "until_told_to_stop"]

Ready = dict[str, object]


class TownError(Exception):
    """Raised when the town, or a part of it, could not be started; the text says why."""


def say_ready(**what: object) -> None:
    """Tell the starter that we are ready, and where we listen."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def until_told_to_stop() -> None:
    """Wait for the end of stdin, SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    ended = asyncio.create_task(_end_of(reader))
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({ended, told}, return_when=asyncio.FIRST_COMPLETED)
    for task in (ended, told):
        task.cancel()
    transport.close()


async def _end_of(reader: asyncio.StreamReader) -> None:
    while await reader.read(4096):
        pass


class Child:
    """A process of ours that has said it is ready."""

    def __init__(self, process: asyncio.subprocess.Process, ready: Ready) -> None:
        """Keep the process and what it said; use `start`."""
        self._process = process
        self.ready = ready

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self._process.pid

    def number(self, name: str) -> int:
        """Return a whole number that it said, such as its port."""
        return int(str(self.ready[name]))

    @classmethod
    async def start(
        cls,
        module: str,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        timeout: float = 60.0,
    ) -> "Child":
        """Run ``python -m module`` and wait until it is ready; ``environment`` replaces ours where it is given.

        Raises:
            TownError: It ended, or said nothing in time; what it wrote to stderr stands above.
        """
        # A session of its own: Ctrl-C in the terminal is the starter's, who hangs up first and then stops us.
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True, env=environment,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            line = await asyncio.wait_for(process.stdout.readline(), timeout)
            ready = json.loads(line)
        except (TimeoutError, ValueError, asyncio.CancelledError) as error:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            if isinstance(error, asyncio.CancelledError):
                raise
            raise TownError(f"{module} did not start; what it said stands above") from error
        if "failed" in ready:
            await process.wait()
            raise TownError(str(ready["failed"]))
        return cls(process, ready)

    async def stop(self, patience: float = 5.0) -> None:
        """Close its stdin and wait; kill it where that does not help."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), patience)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def ended(self) -> int:
        """Wait for its end; return its exit code."""
        return await self._process.wait()
