"""One attempt, from INVITE to outcome.

It dials, listens to what the network says before an answer, lets a session talk, and judges what came of it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from models.protocols import Listen as ListenKind
from robot.call.ear import Ear, EarEvent, SpeechEnded
from robot.call.endpoint import Pauses
from robot.call.kit import ScriptKit
from robot.call.machine import judge_announcement
from robot.call.messages import CallOutcome, FromCallMessage, Place, Progress, Turn
from robot.call.mouth import Mouth
from robot.call.session import Session
from robot.call.understand import Context
from robot.call.verdict import Seen, judge
from robot.clock import Clock
from robot.dialog.machine import Dialog
from robot.words import AnsweredBy, Disposition, Result, Verdict
from telephony.line import (
    Answered,
    Digit,
    EarlyMedia,
    Ended,
    EndedBy,
    Frame,
    Held,
    Line,
    LineEvent,
    Resumed,
    Ringing,
    Trunk,
    TrunkUnavailable,
)
from telephony.recording import StereoRecording
from telephony.tones import Tone, ToneDetector

__all__ = ["Attempt"]

log = logging.getLogger(__name__)

_ANNOUNCEMENT_PAUSES = Pauses(400, 600)
_LAST_WORDS = 2.5
"""Seconds to wait, after the network has hung up, for the words of its announcement."""


class Attempt:
    """One dial. `run` it once; `abandon` it at any time."""

    def __init__(
        self, place: Place, trunk: Trunk, kit: ScriptKit, clock: Clock, tell: Callable[[FromCallMessage], None]
    ) -> None:
        """Prepare an attempt.

        Args:
            place: What to dial, and whom to talk to about what.
            trunk: The way out.
            kit: The script with the models that it needs.
            clock: Where instants come from.
            tell: Takes messages for the live table.
        """
        self._place = place
        self._trunk = trunk
        self._kit = kit
        self._clock = clock
        self._tell = tell
        self._abandoned = False
        self._line: Line | None = None
        self._session: Session | None = None
        self._talking: asyncio.Task[None] | None = None
        self._early: Ear | None = None
        self._early_words: list[str] = []
        self._tones: list[Tone] = []
        self._recording: StereoRecording | None = None
        self._answered_at: datetime | None = None

    async def abandon(self) -> None:
        """Hang up, whatever is going on; `run` then returns soon, with `Result.UNKNOWN` if nothing was settled yet."""
        self._abandoned = True
        if self._line is not None:
            await self._line.hang_up()

    async def run(self) -> CallOutcome:
        """Dial, talk, judge. Never raises for what a line or a model does."""
        place = self._place
        dialled_at = self._clock.now()
        # All that may fail for reasons of our own comes before somebody's phone rings.
        dialog = self._kit.dialog(place)
        opening = dialog.ahead(self._here())
        if self._abandoned:
            return self._outcome(Result.TRUNK_FAILED, Verdict(), dialled_at)
        self._tell(Progress(attempt=place.attempt, state="dialling"))
        try:
            self._line = line = await self._trunk.dial(place.phone, ring_timeout=place.ring_timeout)
        except (TrunkUnavailable, ValueError) as why:
            log.warning("attempt %s was not dialled: %s", place.attempt, why)
            return self._outcome(Result.TRUNK_FAILED, Verdict(), dialled_at)
        kit = self._kit
        mouth = Mouth(line, kit.speaker(line.rate), kit.senses.pool, kit.renders, kit.recordings)
        for say in opening:
            mouth.prepare(say)
        longest = asyncio.get_running_loop().call_later(place.longest, self._too_long)
        try:
            if self._abandoned:
                await line.hang_up()
            ended = await self._follow(line, dialog, mouth)
            if self._talking is not None:
                await self._talking
        except Exception:
            log.exception("attempt %s broke", place.attempt)
            await line.hang_up()
            if self._talking is not None:
                self._talking.cancel()
                await asyncio.wait((self._talking,))
            return self._outcome(Result.UNKNOWN, Verdict(), dialled_at, line.ended, dialog)
        finally:
            longest.cancel()
            mouth.close()
            if self._early is not None:
                await self._early.close()
        result, verdict = judge(self._seen(ended))
        if self._abandoned and ended.by is EndedBy.US and not self._settled():
            # It was we who broke it off, and nothing may be concluded from that about the person.
            result, verdict = Result.UNKNOWN, replace(verdict, disposition=None)
        return self._outcome(result, verdict, dialled_at, ended, dialog)

    # --- the line

    async def _follow(self, line: Line, dialog: Dialog, mouth: Mouth) -> Ended:
        detector = ToneDetector(line.rate)
        ended: Ended | None = None
        try:
            async for event in line.events():
                if isinstance(event, Frame):
                    self._hear(event, detector)
                elif isinstance(event, Ended):
                    ended = event
                self._happened(event, line, dialog, mouth)
        finally:
            if self._recording is not None:
                self._recording.close()
        if self._early is not None and self._session is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS):
                    await self._early.flush()
        if ended is None:
            raise RuntimeError("a line's events ended without Ended")
        return ended

    def _record(self, line: Line) -> None:
        """Begin to record, once the line has sound and with it a rate."""
        if self._recording is None and self._place.recording is not None:
            begin = self._clock.monotonic()
            try:
                recording = StereoRecording(Path(self._place.recording), line.rate, start=begin)
            except OSError:
                log.exception("attempt %s is not recorded: its file cannot be made", self._place.attempt)
                return
            self._recording = recording
            line.on_sent = lambda pcm, at: recording.robot(pcm, line.rate, at)

    def _hear(self, frame: Frame, detector: ToneDetector) -> None:
        if self._recording is not None:
            self._recording.caller(frame)
        for tone in detector.feed(frame.pcm):
            self._tones.append(tone)
            if self._session is not None:
                self._session.post(tone)
        ear = self._session.ear if self._session is not None else self._early
        if ear is not None:
            ear.hear(frame)

    def _happened(self, event: LineEvent, line: Line, dialog: Dialog, mouth: Mouth) -> None:
        match event:
            case Ringing():
                self._tell(Progress(attempt=self._place.attempt, state="ringing"))
            case EarlyMedia():
                self._tell(Progress(attempt=self._place.attempt, state="early_media"))
                self._record(line)
                self._listen_early(line)
            case Answered():
                self._record(line)
                self._answer(line, dialog, mouth)
            case Digit() | Held() | Resumed() | Ended() if self._session is not None:
                self._session.post(event)
            case _:
                pass

    def _listen_early(self, line: Line) -> None:
        if self._early is None:
            self._early = Ear(self._kit.senses, line.rate, self._early_speech)
            self._early.expect(ListenKind.OPEN, Context(), pauses=_ANNOUNCEMENT_PAUSES)

    def _early_speech(self, event: EarEvent) -> None:
        if isinstance(event, SpeechEnded) and event.transcript.text:
            self._early_words.append(event.transcript.text)

    def _answer(self, line: Line, dialog: Dialog, mouth: Mouth) -> None:
        self._answered_at = self._clock.now()
        self._tell(Progress(attempt=self._place.attempt, state="answered"))
        self._session = Session(self._place, self._kit, line, dialog, mouth, clock=self._clock, tell=self._tell)
        self._talking = asyncio.create_task(self._session.run())
        self._talking.add_done_callback(self._talk_over)

    def _talk_over(self, task: "asyncio.Task[None]") -> None:
        if self._line is not None and self._line.ended is None and not task.cancelled() and task.exception():
            # A session that broke must not leave anybody on the line; `run` reports what it raised.
            self._hanging_up = asyncio.create_task(self._line.hang_up())

    def _too_long(self) -> None:
        log.warning("attempt %s reached the longest call", self._place.attempt)
        if self._line is not None:
            self._hanging_up = asyncio.create_task(self._line.hang_up())

    # --- the outcome

    def _settled(self) -> bool:
        finish = self._session.finish if self._session is not None else None
        return finish is not None and finish.disposition is not Disposition.HUNG_UP

    def _seen(self, ended: Ended) -> Seen:
        session = self._session
        words = " ".join(self._early_words)
        if session is not None and session.answered_by is AnsweredBy.ANNOUNCEMENT:
            words = session.greeting.text
        return Seen(
            ended=ended,
            announcement=judge_announcement(words, self._kit.language) if words else None,
            tones=tuple(self._tones),
            answered_by=session.answered_by if session is not None else AnsweredBy.NOBODY,
            finish=session.finish if session is not None else None,
            early_media=self._early is not None,
        )

    def _outcome(
        self,
        result: Result,
        verdict: Verdict,
        dialled_at: datetime,
        ended: Ended | None = None,
        dialog: Dialog | None = None,
    ) -> CallOutcome:
        finish = self._session.finish if self._session is not None else None
        turns: tuple[Turn, ...] = self._session.turns if self._session is not None else ()
        if not turns and self._early_words:
            turns = (Turn(step="(early media)", heard=" ".join(self._early_words)),)
        slots = dict(finish.slots) if finish is not None else {}
        callback = slots.get("callback_at")
        return CallOutcome(
            attempt=self._place.attempt,
            result=result,
            verdict=verdict,
            sip_code=ended.sip_code if ended is not None else None,
            q850=ended.q850 if ended is not None else None,
            dialled_at=dialled_at,
            answered_at=self._answered_at,
            ended_at=self._clock.now(),
            rang_ms=round(ended.rang * 1000) if ended is not None else 0,
            turns=turns,
            slots=slots,
            callback_at=datetime.fromisoformat(callback) if callback else None,
            recording=self._place.recording if self._recording is not None else None,
            never_call=finish is not None and finish.never_call,
            variants=dict(dialog.variants) if dialog is not None else {},
            notes=finish.notes if finish is not None else (),
            updates=dict(finish.updates) if finish is not None else {},
            tags=finish.tags if finish is not None else (),
            follow_ups=finish.follow_ups if finish is not None else (),
        )

    def _here(self) -> datetime:
        return self._clock.now().astimezone(ZoneInfo(self._place.zone))
