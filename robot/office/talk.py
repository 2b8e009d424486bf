"""Talking with a script by voice: a call like any other, but that its far end is on this machine.

All between line and dialog is what a campaign's calls have: the ear with its pauses, barge-in, recognition,
understanding, the voice, and the verdict. What there is not is a trunk, a claim, a contact in the database.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.pool import ModelPool
from robot.call.attempt import Attempt
from robot.call.kit import Kits, ScriptKit
from robot.call.messages import CallOutcome, FromCallMessage, Place, Turn
from robot.clock import Clock
from robot.office.scripts import training_files
from robot.script import Script
from robot.settings import Settings
from robot.words import AttemptId, new_id
from telephony.line import IncomingCall, TransferOutcome
from telephony.local import FarEnd, LocalLine

__all__ = ["Latency", "latency", "open_kit", "talk"]


@contextlib.asynccontextmanager
async def open_kit(script: Script, settings: Settings, pool: ModelPool) -> AsyncIterator[ScriptKit]:
    """Load what a script's calls need, warm; the engines are ended when the context is left.

    Args:
        script: The script, from any file.
        settings: Which engines, and where training data and caches are.
        pool: The threads that models run in.

    Raises:
        ScriptError: Training data is missing.
        KitError: It cannot be used.
        ModelMissing: No engine here hears or speaks the language.
    """
    training_files(script, settings)  # names what is missing by its place in the script
    kits = Kits(settings, pool)
    try:
        yield await kits.equip(script)
    finally:
        await kits.close()


async def talk(
    kit: ScriptKit,
    far_end: FarEnd,
    contact: Mapping[str, str],
    *,
    settings: Settings,
    clock: Clock,
    tell: Callable[[FromCallMessage], None],
    recording: Path | None = None,
    transfers: TransferOutcome = TransferOutcome.DONE,
    hang_up: asyncio.Event | None = None,
    variant_seed: str = "talk",
    inbound: bool = False,
) -> CallOutcome:
    """Have one conversation, to its end.

    Args:
        kit: The script, ready (`open_kit`).
        far_end: Who is called: a person by microphone and loudspeaker, or a caller from files.
        contact: The contact's fields that the script may say.
        settings: The zone that times are understood in, and how long a call may be.
        clock: Where the time comes from.
        tell: Told what is said and understood, as it happens.
        recording: Where to write both sides, caller left, robot right.
        transfers: What comes of every transfer.
        hang_up: Has the caller hang up, when it is set.
        variant_seed: What variants are drawn by.
        inbound: Whether it is the person who calls us.

    Returns:
        What the CRM would be told, and every turn with its timings.
    """
    place = Place(
        attempt=AttemptId(new_id()), phone="local", trunk="local", script=kit.script.hash, variant_seed=variant_seed,
        contact=dict(contact), zone=settings.zone, ring_timeout=settings.calls.ring_timeout,
        longest=settings.calls.longest, recording=str(recording) if recording is not None else None,
        inbound=inbound,
    )  # fmt: skip
    here = _Here(far_end, transfers, hang_up or asyncio.Event())
    try:
        return await Attempt(place, here, kit, clock, tell).run()
    finally:
        here.close()


@dataclass(frozen=True, slots=True)
class Latency:
    """How long the caller waited for a reply, in ms from the end of their speech, and what it was spent on.

    Attributes:
        reply_ms: All of it.
        pause_ms: Until the pause was judged to be the end of the answer.
        words_ms: Until the words were known; the pause's time is often used for that.
        meaning_ms: Until their meaning was known.
        voice_ms: Until the first sound of the reply.
    """

    reply_ms: int
    pause_ms: int
    words_ms: int
    meaning_ms: int
    voice_ms: int


def latency(turn: Turn) -> Latency | None:
    """Return how long the caller waited after this turn; `None` where they said nothing, or got no reply."""
    marks = (turn.speech_end, turn.decided_at, turn.text_at, turn.intent_at, turn.reply_at)
    end, decided, text, intent, reply = marks
    if end is None or decided is None or text is None or intent is None or reply is None:
        return None
    return Latency(reply - end, decided - end, text - decided, intent - text, reply - intent)


class _Here:
    """A trunk that leads to this machine: every call is answered at once."""

    def __init__(self, far_end: FarEnd, transfers: TransferOutcome, hang_up: asyncio.Event) -> None:
        self._far_end = far_end
        self._transfers = transfers
        self._hang_up = hang_up
        self._leaving: asyncio.Task[None] | None = None

    async def dial(self, to: str, *, ring_timeout: float = 45.0, headers: Mapping[str, str] | None = None) -> LocalLine:
        line = LocalLine(self._far_end, transfers=self._transfers)
        self._leaving = asyncio.create_task(self._leave(line))
        return line

    def incoming(self) -> AsyncIterator[IncomingCall]:
        raise NotImplementedError("nobody calls here")

    def close(self) -> None:
        """Wait no more for the caller to hang up."""
        if self._leaving is not None:
            self._leaving.cancel()

    async def _leave(self, line: LocalLine) -> None:
        await self._hang_up.wait()
        line.leave()
