"""Calls in a language that nothing here hears: the robot speaks, and the other side answers with keys.

It is used only where the settings ask for it (``models.asr.ru = "keys"``): a robot must never be deaf by accident.
Whatever is said to it counts as not understood, and the script's ladder then asks for keys.
"""

from models.protocols import Expect, Partial, Pcm, Transcript

__all__ = ["KEYS_ONLY", "KeysOnly"]

KEYS_ONLY = "keys"
"""The name that stands in the settings in place of an engine's."""


class KeysOnly:
    """A recogniser that hears no words."""

    name = KEYS_ONLY

    def __init__(self, language: str) -> None:
        """Hear nothing of a language."""
        self.language = language

    def stream(self, expect: Expect, rate: int = 8000) -> "_Unheard":
        """Open a stream that recognises nothing."""
        return _Unheard()


class _Unheard:
    def feed(self, pcm: Pcm) -> Partial | None:
        return None

    def pause(self) -> Transcript | None:
        return None

    def finish(self) -> Transcript:
        return Transcript("", 0.0, engine=KEYS_ONLY)

    def close(self) -> None:
        return
