"""The program that speaks with a Piper voice: ``python -m models.tts.piper_worker VOICE.onnx``.

It is run by `models.tts.piper.PiperVoice` and by nothing else; requests come as frames on stdin.
"""

import json
import sys
from pathlib import Path

import numpy as np

from models.pool import one_thread_each
from models.protocols import Audio
from models.tts.frames import Header
from models.tts.process import serve

__all__ = ["main"]


def main(file: Path) -> None:
    """Load the voice in ``file``, say a word to warm it, and serve."""
    one_thread_each()
    import onnxruntime  # noqa: PLC0415  # an extra, and slow to import
    from piper import PiperVoice, SynthesisConfig  # noqa: PLC0415  # an extra, and slow to import
    from piper.config import PiperConfig  # noqa: PLC0415  # an extra, and slow to import

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # PiperVoice.load would take every core
    config = PiperConfig.from_dict(json.loads(Path(f"{file}.json").read_text("utf-8")))
    session = onnxruntime.InferenceSession(str(file), sess_options=options, providers=["CPUExecutionProvider"])
    voice = PiperVoice(session=session, config=config)

    def speak(request: Header) -> Audio:
        settings = SynthesisConfig(length_scale=config.length_scale / float(request["rate"]))
        chunks = [chunk.audio_int16_array for chunk in voice.synthesize(str(request["text"]), settings)]
        return Audio(np.concatenate(chunks) if chunks else np.zeros(0, np.int16), config.sample_rate)

    speak({"text": "Hello.", "rate": 1.0})
    serve(speak)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
