"""A person on a line: hears by loudness, and does its reactions one after another."""

import asyncio
import time
from collections.abc import Callable, Sequence

from robot.rehearsal.ear import Ear
from robot.rehearsal.personas import Reaction
from robot.rehearsal.rtp import Pcm, RtpStream
from robot.rehearsal.sounds import beep

__all__ = ["Actor"]


class Actor:
    """Plays one person on one stream.

    Attributes:
        ear: What it hears.
        keys: Digits that the far side pressed.
        yielded_ms: How long the far side went on speaking when it was talked over, for each time, in ms.
        replied_ms: From the last sound of each thing said to the first of the far side's reply, in ms.
    """

    def __init__(self, stream: RtpStream, sound: Callable[[str], Pcm]) -> None:
        """Sit down at ``stream``; ``sound`` gives the samples of a line of text."""
        self.ear = Ear()
        self.keys = ""
        self.yielded_ms: list[int] = []
        self.replied_ms: list[int] = []
        self._said_until: float | None = None
        self._stream = stream
        self._sound = sound
        stream.heard = self.ear.hear
        stream.key = self._key

    def _key(self, key: str) -> None:
        self.keys += key

    async def play(self, reactions: Sequence[Reaction]) -> bool:
        """Do the reactions in order; return whether the person has then put the phone down."""
        for reaction in reactions:
            await self._wait_for(reaction)
            self.note_reply()
            if reaction.hang_up:
                self._stream.cut()
                return True
            begun = time.monotonic()
            said_until: float | None = None
            talked_over = reaction.over is not None and not self.ear.silent_for(200)
            if reaction.say is not None:
                sound = self._sound(reaction.say)
                await self._stream.play(sound)
                said_until = time.monotonic() - self.ear.quiet_end_ms(sound) / 1000
            elif reaction.beep is not None:
                await self._stream.play(beep(reaction.beep))
            elif reaction.press is not None:
                self._stream.press(reaction.press)
                await asyncio.sleep(0.24 * len(reaction.press))
            if talked_over and reaction.say is not None:
                self.yielded_ms.append(max(0, round((self.ear.last_loud - begun) * 1000)))
            self.ear.forget()
            self._said_until = said_until
        return False

    def note_reply(self) -> None:
        """Note how long the far side took to reply to what was said last, if it has; it is noted once."""
        if self._said_until is not None and self.ear.first_loud is not None:
            self.replied_ms.append(round((self.ear.first_loud - self._said_until) * 1000))
            self._said_until = None

    async def _wait_for(self, reaction: Reaction) -> None:
        if reaction.after is not None:
            await asyncio.sleep(reaction.after / 1000)
        elif reaction.over is not None:
            over = reaction.over
            await self.ear.until(lambda: self.ear.speaking_for(over))
        else:
            await self.ear.until(lambda: self.ear.silent_for(reaction.pause))
