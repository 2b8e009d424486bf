"""A speech engine in a process of its own, both ends.

Piper and espeak-ng are GPL-3: they are never imported into ours, but run as separate programs that are asked over
stdin and answer over stdout, a sentence at a time. A process that dies or hangs is started again.
"""

import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

import numpy as np

from models.protocols import Audio, ModelError
from models.tts.frames import Header, read_frame, write_frame

__all__ = ["SpeechProcess", "serve"]

log = logging.getLogger(__name__)


class SpeechProcess:
    """Our end. It is started when first asked; one question at a time, so it may be shared by threads.

    Args:
        engine: Its name, for errors.
        command: What to run.
        timeout: Seconds to wait for a sentence before the process is thought hung.
    """

    def __init__(self, engine: str, command: Sequence[str], *, timeout: float = 30.0) -> None:
        self.engine = engine
        self._command = list(command)
        self._timeout = timeout
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def of_module(cls, engine: str, module: str, *arguments: str) -> "SpeechProcess":
        """Make one that runs ``python -m module arguments…`` with our own interpreter."""
        return cls(engine, [sys.executable, "-m", module, *arguments])

    def ask(self, header: Header) -> Audio:
        """Ask for a sentence.

        Raises:
            ModelError: The engine refused this text, or died over it twice.
        """
        with self._lock:
            answer = self._exchange(header)
            if answer is None:
                log.warning("speech process of %s died; it is started again", self.engine)
                answer = self._exchange(header)
        if answer is None:
            raise ModelError(
                f"{self.engine}: its process died twice over one sentence; run `{' '.join(self._command)}` to see why"
            )
        reply, body = answer
        if "error" in reply:
            raise ModelError(f"{self.engine}: {reply['error']}")
        return Audio(np.frombuffer(body, "<i2").astype(np.int16), int(reply["rate"]))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        """The running process, if one runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def _exchange(self, header: Header) -> tuple[Header, bytes] | None:
        if self._process is None or self._process.poll() is not None:
            self._end()
            # A session of its own: Ctrl-C in the terminal is ours to handle, the process ends when we close its stdin.
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        watchdog = threading.Timer(self._timeout, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            write_frame(process.stdin, header)
            answer = read_frame(process.stdout)
        except OSError:
            answer = None
        finally:
            watchdog.cancel()
        if answer is None:
            self._end()
        return answer

    def _end(self) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(1.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve(speak: Callable[[Header], Audio]) -> None:
    """Answer requests on stdin until it closes: the engine's end of a `SpeechProcess`."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not end up between frames
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        try:
            audio = speak(frame[0])
        except Exception as error:
            # Whatever one text did to the engine, the next may be spoken.
            write_frame(replies, {"error": f"{type(error).__name__}: {error}"})
        else:
            write_frame(replies, {"rate": audio.rate}, audio.pcm.astype("<i2").tobytes())
