"""What one call says: text in, speech out on the line, sentence by sentence, rendered ahead where possible."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np

from models.pool import ModelPool
from models.protocols import Pcm
from models.tts.sentences import sentences
from models.tts.speech import Speaker
from robot.dialog.events import Say
from telephony.line import Line, Playback

__all__ = ["Mouth"]

_GAP_MS = 180
"""Silence between two sentences, which voices leave out when each is rendered alone."""


class Mouth:
    """One call's voice."""

    def __init__(self, line: Line, speaker: Speaker, pool: ModelPool, renders: asyncio.Semaphore) -> None:
        """Open a mouth.

        Args:
            line: Where it speaks.
            speaker: This call's voice.
            pool: The threads to render in.
            renders: How many may render at once in this process.
        """
        self._renders = renders
        self._line = line
        self._speaker = speaker
        self._pool = pool
        self._rendered: dict[str, asyncio.Task[Pcm]] = {}

    def prepare(self, say: Say) -> None:
        """Begin to render what may soon be said."""
        for sentence in self._sentences(say):
            self._render(sentence, say.personal)

    def say(self, say: Say) -> Playback:
        """Speak; what was said before is cut."""
        return self._line.play(self._sound(say), self._speaker.hz)

    def close(self) -> None:
        """Drop what was rendered and never said."""
        for task in self._rendered.values():
            task.cancel()
        self._rendered.clear()
        self._speaker.forget()

    async def _sound(self, say: Say) -> AsyncIterator[Pcm]:
        renderings = [self._render(sentence, say.personal) for sentence in self._sentences(say)]
        for index, rendering in enumerate(renderings):
            if index:
                yield np.zeros(_GAP_MS * self._speaker.hz // 1000, np.int16)
            yield await asyncio.shield(rendering)

    def _sentences(self, say: Say) -> list[str]:
        return sentences(say.text, self._speaker.voice.language)

    def _render(self, sentence: str, personal: bool) -> "asyncio.Task[Pcm]":
        task = self._rendered.get(sentence)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = asyncio.create_task(self._turn_to_speech(sentence, personal))
            self._rendered[sentence] = task
        return task

    async def _turn_to_speech(self, sentence: str, personal: bool) -> Pcm:
        kept = await self._pool.run(self._speaker.ready, sentence)
        if kept is not None:
            return kept.pcm
        async with self._renders:
            return await self._pool.run(self._speak, sentence, personal)

    def _speak(self, sentence: str, personal: bool) -> Pcm:
        return self._speaker.render(sentence, personal=personal).pcm
