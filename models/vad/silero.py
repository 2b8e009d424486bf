"""Silero VAD v6 by onnxruntime, without torch.

The network looks at 32 ms at a time, together with the last 4 ms before them, and keeps a state, ``float32[2, 1, 128]``
(https://github.com/snakers4/silero-vad, MIT). The ``silero-vad`` package requires torch, its ONNX file does not: the
file is found without importing the package.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.protocols import ModelError, ModelMissing, Pcm

__all__ = ["WINDOW_MS", "SileroVad", "SileroVadStream", "silero_vad_file"]

WINDOW_MS = 32
"""Length of a window, ms: 256 samples at 8 kHz, 512 at 16 kHz."""

_CONTEXT_MS = 4


def silero_vad_file() -> Path:
    """Return the ONNX file of the installed ``silero-vad`` package.

    Raises:
        ModelMissing: The package is not installed.
    """
    spec = importlib.util.find_spec("silero_vad")
    file = Path(spec.origin).parent / "data" / "silero_vad.onnx" if spec and spec.origin else None
    if file is None or not file.is_file():
        raise ModelMissing("voice activity: the silero-vad package is not installed; run: pip install 'perezvon[vad]'")
    return file


class SileroVad:
    """The detector; one session serves all streams.

    Args:
        file: The ONNX file; that of the ``silero-vad`` package where `None`.

    Raises:
        ModelMissing: There is no file.
    """

    def __init__(self, file: Path | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(file or silero_vad_file()), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self.stream().feed(np.zeros(512, np.int16))

    def stream(self, rate: int = 8000) -> "SileroVadStream":
        """Open a stream for one call.

        Raises:
            ModelError: ``rate`` is neither 8000 nor 16000 Hz.
        """
        return SileroVadStream(self._session, rate)


class SileroVadStream:
    """One call's ear for speech."""

    def __init__(self, session: onnxruntime.InferenceSession, rate: int) -> None:
        if rate not in (8000, 16000):
            raise ModelError(f"voice activity: {rate} Hz is not supported; open the stream at 8000 or 16000 Hz")
        self._session = session
        self._rate = np.array(rate, np.int64)
        self._window = rate * WINDOW_MS // 1000
        self._context = rate * _CONTEXT_MS // 1000
        self.reset()

    def reset(self) -> None:
        """Forget what was heard."""
        self._state: NDArray[np.generic] = np.zeros((2, 1, 128), np.float32)
        self._waiting: NDArray[np.floating] = np.zeros(self._context, np.float32)

    def feed(self, pcm: Pcm) -> Sequence[float]:
        """Take ``int16[n]``; return the probability of speech of each 32 ms window that they complete."""
        heard = np.concatenate((self._waiting, pcm.astype(np.float32) / 32768))
        probabilities: list[float] = []
        begin, size = 0, self._context + self._window
        while begin + size <= len(heard):
            window = heard[None, begin : begin + size]
            output, self._state = self._session.run(None, {"input": window, "state": self._state, "sr": self._rate})
            probabilities.append(float(output[0, 0]))
            begin += self._window
        self._waiting = heard[begin:]
        return probabilities
