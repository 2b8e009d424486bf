"""What one call says: text in, speech out on the line, sentence by sentence, rendered ahead where possible."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import numpy as np

from models.pool import ModelPool
from models.protocols import Pcm
from models.tts.sentences import sentences
from models.tts.speech import Speaker
from robot.call.recordings import Recordings
from robot.dialog.events import Recorded, Say
from telephony.line import Line, Playback

__all__ = ["Mouth"]

_GAP_MS = 180
"""Silence between two sentences, which voices leave out when each is rendered alone."""


class Mouth:
    """One call's voice."""

    def __init__(
        self, line: Line, speaker: Speaker, pool: ModelPool, renders: asyncio.Semaphore, recordings: Recordings
    ) -> None:
        """Open a mouth.

        Args:
            line: Where it speaks.
            speaker: This call's voice.
            pool: The threads to render in.
            renders: How many may render at once in this process.
            recordings: The script's recorded prompts.
        """
        self._recordings = recordings
        self._renders = renders
        self._line = line
        self._speaker = speaker
        self._pool = pool
        self._rendered: dict[str, asyncio.Task[Pcm]] = {}

    def prepare(self, say: Say) -> None:
        """Begin to render what may soon be said."""
        for piece in self._pieces(say):
            if isinstance(piece, str):
                self._render(piece, say.personal)

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
        # What is rendered begins before what is played has ended.
        pieces = [
            self._playing(piece.file) if isinstance(piece, Recorded) else self._render(piece, say.personal)
            for piece in self._pieces(say)
        ]
        for index, piece in enumerate(pieces):
            if index:
                yield np.zeros(_GAP_MS * self._speaker.hz // 1000, np.int16)
            yield await asyncio.shield(piece)

    def _playing(self, file: str) -> "asyncio.Task[Pcm]":
        return asyncio.create_task(self._pool.run(self._recordings.pcm, file, self._speaker.hz))

    def _pieces(self, say: Say) -> Iterator[str | Recorded]:
        """Give the sentences and the recordings of what is to be said, in order."""
        for piece in say.pieces:
            if isinstance(piece, Recorded):
                yield piece
            else:
                yield from sentences(piece, self._speaker.voice.language)

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
