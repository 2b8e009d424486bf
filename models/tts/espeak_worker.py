"""The program that speaks with the espeak-ng library of a wheel: ``python -m models.tts.espeak_worker``.

It is run by `models.tts.espeak.EspeakVoice` and by nothing else; requests come as frames on stdin. The functions and
constants are those of ``speak_lib.h`` (espeak-ng 1.52).
"""

import ctypes
import sys

import numpy as np

from models.protocols import Audio
from models.tts.frames import Header
from models.tts.process import serve

__all__ = ["main"]

_RETRIEVAL = 1  # AUDIO_OUTPUT_RETRIEVAL: give the samples to a callback
_RATE, _PITCH = 1, 3  # espeakRATE, espeakPITCH
_UTF8 = 1  # espeakCHARS_UTF8
_OK = 0

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main() -> None:
    """Load the library and serve."""
    import espeakng_loader  # noqa: PLC0415  # an extra, and slow to import

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    sample_rate = library.espeak_Initialize(_RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0)
    if sample_rate <= 0:
        sys.exit("espeak-ng: its library could not be initialised; install the espeakng-loader package again")
    spoken: list[bytes] = []

    def take(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        if samples and count:
            spoken.append(ctypes.string_at(samples, count * 2))
        return 0

    callback = _Callback(take)  # held for as long as the library may call it
    library.espeak_SetSynthCallback(callback)

    def speak(request: Header) -> Audio:
        spoken.clear()
        voice = str(request["voice"])
        if library.espeak_SetVoiceByName(voice.encode()) != _OK:
            raise ValueError(f"there is no voice {voice!r}")
        library.espeak_SetParameter(_RATE, int(request["words_a_minute"]), 0)
        library.espeak_SetParameter(_PITCH, int(request["pitch"]), 0)
        text = str(request["text"]).encode()
        if library.espeak_Synth(text, len(text) + 1, 0, 1, 0, _UTF8, None, None) != _OK:
            raise RuntimeError("the engine could not speak this")
        library.espeak_Synchronize()
        return Audio(np.frombuffer(b"".join(spoken), np.int16), sample_rate)

    serve(speak)


if __name__ == "__main__":
    main()
