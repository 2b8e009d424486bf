"""Peers to call in tests: `SippPeer` runs one of the sipp scenarios in ``sipp/`` on a loopback port of its own."""

import asyncio
import shutil
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["SippPeer", "free_port", "sipp_missing"]

_SCENARIOS = Path(__file__).parent / "sipp"
_HOST = "127.0.0.1"
_NO_PORT = 254
"""How sipp leaves when it cannot bind a port."""


def sipp_missing() -> str | None:
    """Return how to get sipp, where it is not installed."""
    return None if shutil.which("sipp") else "sipp is not installed; type: apt-get install -y sip-tester"


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """Return a port on loopback that nobody holds just now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class SippPeer:
    """One sipp process that plays a scenario; use it as an asynchronous context manager.

    >>> async with SippPeer("refuse", tmp_path, keys={"status": "486 Busy Here"}) as peer:
    ...     line = await trunk.dial(f"sip:100@{peer.address}")
    ...     assert await peer.wait() == 0  # the call went as the scenario says
    """

    def __init__(
        self,
        scenario: str,
        folder: Path,
        *,
        keys: Mapping[str, str] | None = None,
        calls: int = 1,
        echo: bool = False,
        port: int = 0,
    ) -> None:
        """Say what to play.

        Args:
            scenario: Name of a file in ``sipp/``, without ``.xml``.
            folder: Where it runs: sound files are looked for here, its error log is left here.
            keys: What stands for ``%name%`` in the scenario; sipp itself can vary no status line.
            calls: How many calls it takes before it leaves.
            echo: Send every RTP packet back.
            port: SIP port; 0 = any free one.
        """
        self.port = 0
        self.media_port = 0
        self._wanted_port = port
        self._folder = folder
        self._scenario = folder / f"{scenario}.xml"
        self._calls = calls
        self._echo = echo
        self._process: asyncio.subprocess.Process | None = None
        text = (_SCENARIOS / f"{scenario}.xml").read_text()
        for name, value in {"extra": "X-Peer: sipp", **(keys or {})}.items():
            text = text.replace(f"%{name}%", value)
        self._scenario.write_text(text)

    @property
    def address(self) -> str:
        """``host:port`` of its SIP."""
        return f"{_HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        """Start, and wait until it listens."""
        if missing := sipp_missing():
            raise RuntimeError(missing)
        async with asyncio.timeout(20):
            while not await self._start():
                pass
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, if it has not left."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def wait(self, timeout: float = 10.0) -> int:
        """Wait until it leaves; 0 = every call went as the scenario says."""
        assert self._process is not None
        async with asyncio.timeout(timeout):
            return await self._process.wait()

    def freeze(self) -> None:
        """Stop it in its tracks: its ports stay open, and nothing more comes from them."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def errors(self) -> str:
        """Return what sipp wrote about messages that it did not expect."""
        return "\n".join(file.read_text(errors="replace") for file in sorted(self._folder.glob("*_errors.log")))

    async def _start(self) -> bool:
        """Start on free ports; `False` when somebody else took one in the meantime."""
        self.port = self._wanted_port or free_port()
        self.media_port = free_port() & ~1
        command = [
            "sipp", "-sf", str(self._scenario), "-i", _HOST, "-p", str(self.port), "-mi", _HOST,
            "-mp", str(self.media_port), "-m", str(self._calls), "-nostdin", "-trace_err", "-timeout", "100s",
        ]  # fmt: skip
        self._process = await asyncio.create_subprocess_exec(
            *command,
            *(["-rtp_echo"] if self._echo else []),
            cwd=self._folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        while not self._listens():
            if self._process.returncode == _NO_PORT and not self._wanted_port:
                return False
            if self._process.returncode is not None:
                raise RuntimeError(f"sipp left at once ({self._process.returncode}): {' '.join(command)}")
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.02)  # its media port comes after
        return self._process.returncode is None

    def _listens(self) -> bool:
        wanted = f":{self.port:04X} "
        return any(wanted in line[:24] for line in Path("/proc/net/udp").read_text().splitlines()[1:])
