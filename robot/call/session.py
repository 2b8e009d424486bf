"""One answered call: joins a line, an ear, a mouth and a dialog, and takes turns.

Everything that happens goes through one inbox and is handled one thing at a time; so the order of events, and with it
what the dialog does, never depends on which task ran first. The phases are *opening* (who picked up?), *machine*
(waiting for its beep) and *talk*.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from models.protocols import Listen as ListenKind
from robot.call.ear import Ear, SpeechEnded, SpeechStarted
from robot.call.greeting import GREETING_PAUSES, MACHINES, MORE_GREETING, WAIT_FOR_HELLO, Greeting, Next
from robot.call.handover import hand_over
from robot.call.inbox import Event, LineNews, Phase, SpeechOver, Timer, Transferred
from robot.call.kit import ScriptKit
from robot.call.machine import judge_answer
from robot.call.messages import FromCallMessage, Place, Progress, Said, Turn, Understood
from robot.call.mouth import Mouth
from robot.call.timers import Due, Timers
from robot.call.turns import TurnLog
from robot.call.understand import Context
from robot.clock import Clock
from robot.dialog import events
from robot.dialog.machine import Dialog
from robot.script.outcomes import STOP_CALLING
from robot.words import AnsweredBy
from telephony.line import Digit, Ended, EndedBy, Held, Line, LineGone, Playback, Resumed, TransferOutcome
from telephony.tones import Tone, ToneKind

__all__ = ["Session"]

_BEEP_WAIT = 4.0
"""Seconds of silence after a machine's greeting that stand for its beep."""
_MACHINE_LONGEST = 45.0
"""Seconds after which a machine that speaks on and on is left alone."""
_LAST_WORDS = 2.5
"""Seconds to wait, after the caller has hung up, for what they said last."""
_BETWEEN_KEYS = 2.5
_NOISE_MS = 200
"""Voiced sound shorter than this without words is a noise, not an answer."""
_LINGER = 5.0
"""Seconds that a call may outlive its dialog."""


class Session:
    """An answered call. `run` it once; give it the line's events with `post`."""

    def __init__(
        self,
        place: Place,
        kit: ScriptKit,
        line: Line,
        dialog: Dialog,
        mouth: Mouth,
        *,
        clock: Clock,
        tell: Callable[[FromCallMessage], None],
    ) -> None:
        """Prepare a session on a line that has just been answered.

        Args:
            place: Whose call it is; times are understood in the contact's zone.
            kit: The script, and what to hear and understand with.
            line: The answered line.
            dialog: A fresh dialog of the script.
            mouth: What to speak with.
            clock: Where instants come from.
            tell: Takes messages for the live table.
        """
        self.answered_by = AnsweredBy.UNKNOWN
        self.finish: events.Finish | None = None
        self.greeting = Greeting(kit.language)
        """What was said before the dialog began."""
        self._attempt, self._inbound, self._zone = place.attempt, place.inbound, ZoneInfo(place.zone)
        self._kit = kit
        self._line = line
        self._dialog = dialog
        self._mouth = mouth
        self._clock = clock
        self._tell = tell
        self._inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._phase = Phase.OPENING
        self._timers: Timers[Timer] = Timers(self._inbox.put_nowait)
        self._playing: Playback | None = None
        self._said: events.Say | None = None
        self._listening: events.Listen | None = None
        self._held: SpeechEnded | None = None
        self._over: SpeechOver | None = None
        """Words of ours that have ended, of which the dialog is told once those said over them are understood."""
        self._unspoken: events.Spoken | None = None
        """Words of ours whose end the dialog has not been told, because a machine was found or the line ended."""
        self._gone = False
        self._heard_over = False
        """Whether what was said over the words that the end of the line cut still counts."""
        self._keys = ""
        self._transferring = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._began = 0.0
        self._turns = TurnLog(0.0)
        self.ear = Ear(kit.senses, line.rate, self._inbox.put_nowait)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The exchanges so far."""
        return self._turns.turns

    def post(self, event: LineNews) -> None:
        """Take what happened on the line."""
        self._inbox.put_nowait(event)

    async def run(self) -> None:
        """Talk until the line has ended and the dialog has come to its `finish`."""
        self._began = self._clock.monotonic()
        self._turns = TurnLog(self._began)
        self.ear.expect(ListenKind.OPEN, Context(), pauses=GREETING_PAUSES)
        self._timers.arm(Timer.HELLO, WAIT_FOR_HELLO)
        self._timers.arm(Timer.LIMIT, self._kit.script.limits.seconds)
        try:
            while not (self._gone and self._inbox.empty() and not self._transferring):
                await self._take(await self._inbox.get())
            await self._conclude()
        except Exception:
            self.finish = self.finish or self._dialog.decided  # the goodbye is lost, what it was said for is not
            raise
        finally:
            self._timers.close()
            for task in self._tasks:
                task.cancel()
            self._mouth.close()
            await self.ear.close()

    # --- what happens

    async def _take(self, event: Event) -> None:
        match event:
            case SpeechStarted():
                self._speech_started()
            case SpeechEnded():
                await self._speech_ended(event)
                if self._over is not None and not self.ear.busy:
                    await self._speech_over(self._over)
            case SpeechOver():
                await self._speech_over(event)
            case Digit():
                await self._digit(event)
            case Tone():
                await self._tone(event)
            case Due():
                if self._timers.take(event):
                    await self._due(event.timer)
            case Transferred():
                await self._transferred(event.outcome)
            case Held():
                self._timers.disarm(Timer.SILENCE)
            case Resumed():
                self._wait_for_answer()
            case Ended():
                await self._line_ended(event)

    def _speech_started(self) -> None:
        self._timers.disarm(Timer.SILENCE)
        self._timers.disarm(Timer.HELLO)
        if self._phase is Phase.MACHINE:
            self._timers.disarm(Timer.MACHINE)
        elif self._playing is not None and self._may_interrupt():
            self._playing.stop()

    def _may_interrupt(self) -> bool:
        return self._listening is not None and self._said is not None and not self._said.uninterruptible

    async def _speech_ended(self, speech: SpeechEnded) -> None:
        if self._held is not None:
            speech, self._held = await self.ear.join(self._held, speech), None
        if self._phase is Phase.OPENING:
            await self._greeted(speech)
        elif self._phase is Phase.MACHINE:
            self._wait_for_beep()
        elif self.answered_by in MACHINES:
            return  # a machine that goes on talking is not answered
        elif self.ear.speaking or self._playing is not None:
            # More is being said, or what we say may not be interrupted: answer when it is over, and once.
            self._held = speech
        else:
            await self._answered(speech)

    async def _greeted(self, speech: SpeechEnded) -> None:
        match self.greeting.heard(speech.transcript.text, speech.speech_ms):
            case Next.MACHINE:
                self._machine(self.greeting.by)
            case Next.MORE if not self.ear.speaking:
                self._timers.arm(Timer.HELLO, MORE_GREETING)
            case Next.TALK if not self.ear.speaking:
                await self._open(AnsweredBy.HUMAN)
                if speech.understood.intent == STOP_CALLING:
                    # They know these calls, and do not want to be greeted first.
                    await self._answered(speech)
                    if self._playing is not None:
                        self._playing.stop()
                    else:
                        self._unspoken = events.Spoken(0, cut=True)
            case _:
                pass

    def _machine(self, who: AnsweredBy) -> None:
        self._phase, self.answered_by = Phase.MACHINE, who
        self._listening = None
        if self._playing is not None:
            self._playing.stop()
        self._timers.arm(Timer.MACHINE_LONGEST, _MACHINE_LONGEST)
        self._wait_for_beep()

    def _wait_for_beep(self) -> None:
        if not self.ear.speaking:
            self._timers.arm(Timer.MACHINE, _BEEP_WAIT)

    async def _open(self, who: AnsweredBy) -> None:
        self._phase, self.answered_by = Phase.TALK, who
        self._timers.disarm(Timer.HELLO)
        await self._told(events.Answered(inbound=self._inbound))

    async def _answered(self, speech: SpeechEnded) -> None:
        heard = speech.transcript
        if not heard.text and speech.speech_ms < _NOISE_MS:
            self._wait_for_answer()
            return
        who = judge_answer(heard.text, self._kit.language, ms_of_speech=speech.speech_ms)
        if who in MACHINES and len(self.turns) <= 2:
            self.greeting.text = heard.text
            self._turns.heard(speech)
            self._machine(who)
            return
        self.answered_by = AnsweredBy.HUMAN
        self._turns.heard(speech)
        meant = speech.understood
        if self._gone and (self._listening is not None or meant.intent == STOP_CALLING):
            self._heard_over = True
        self._tell(Understood(attempt=self._attempt, text=heard.text, intent=meant.intent, confidence=meant.confidence))
        await self._told(events.Heard(meant, heard.confidence))

    async def _speech_over(self, over: SpeechOver) -> None:
        if over.playback is not self._playing or self._line.ended is not None:
            return
        asked = self._listening is not None
        if not asked and self.ear.busy and not over.waited and self.answered_by not in MACHINES:
            # Next the dialog may hang up: what is being said over its words may be a wish never to be called again.
            if self._over is None:
                self._timers.arm(Timer.WORDS, _LAST_WORDS)
            self._over = over
            return
        self._timers.disarm(Timer.WORDS)
        self._playing = self._over = None
        self._turns.spoken(over.playback, over.end)
        self._unspoken = events.Spoken(over.end.heard_ms, over.end.cut)
        if not asked and self._held is not None:
            await self._answer_held()
        if self._phase is Phase.MACHINE:
            return
        await self._tell_spoken()
        if self._held is not None and self._playing is None and not self.ear.speaking:
            await self._answer_held()
        else:
            self._wait_for_answer()

    async def _tell_spoken(self) -> None:
        spoken, self._unspoken = self._unspoken, None
        if spoken is not None:
            await self._told(spoken)

    async def _answer_held(self) -> None:
        speech, self._held = self._held, None
        if speech is not None:
            await self._answered(speech)

    async def _digit(self, event: Digit) -> None:
        wanted = self._listening
        if self._phase is Phase.OPENING:
            await self._open(AnsweredBy.HUMAN)
            return
        if wanted is None or not wanted.digits:
            return
        self._timers.disarm(Timer.SILENCE)
        self.answered_by = AnsweredBy.HUMAN
        self._keys += event.digit
        if self._playing is not None and self._may_interrupt():
            self._playing.stop()
        ends = event.digit == "#" and len(self._keys) > 1 and not any("#" in keys for keys in wanted.keys)
        if ends or len(self._keys) >= wanted.digits:
            await self._pressed()
        else:
            self._timers.arm(Timer.KEYS, _BETWEEN_KEYS)

    async def _pressed(self) -> None:
        self._timers.disarm(Timer.KEYS)
        keys, self._keys = self._keys, ""
        playing, self._playing = self._playing, None
        if playing is not None:
            end = await playing.wait()
            self._turns.spoken(playing, end)
            self._unspoken = events.Spoken(end.heard_ms, end.cut)
            await self._answer_held()  # of two answers over one question the dialog takes the last
        self._turns.keys(keys)
        self._tell(Understood(attempt=self._attempt, text=keys, intent="keys", confidence=1.0))
        await self._told(events.Keys(keys))
        await self._tell_spoken()

    async def _tone(self, tone: Tone) -> None:
        if tone.kind is not ToneKind.BEEP:
            return
        if self._phase is Phase.OPENING or (self._phase is Phase.TALK and len(self.turns) <= 1 and self.greeting.ms):
            self._machine(AnsweredBy.VOICEMAIL)
        if self._phase is Phase.MACHINE:
            await self._machine_ready()

    async def _machine_ready(self) -> None:
        for timer in (Timer.MACHINE, Timer.MACHINE_LONGEST, Timer.HELLO):
            self._timers.disarm(timer)
        self._phase = Phase.TALK
        await self._told(events.MachineAnswered(self.answered_by))
        await self._tell_spoken()

    async def _leave_machine(self) -> None:
        self._phase = Phase.TALK
        await self._told(events.MachineAnswered(self.answered_by, ready=False))
        await self._told(events.LimitReached())

    async def _due(self, timer: Timer) -> None:
        match timer:
            case Timer.HELLO:
                await self._open(AnsweredBy.HUMAN if self.greeting.ms else AnsweredBy.UNKNOWN)
            case Timer.MACHINE:
                await self._machine_ready()
            case Timer.MACHINE_LONGEST:
                await self._leave_machine()
            case Timer.SILENCE:
                await self._told(events.Silence())
            case Timer.KEYS:
                await self._pressed()
            case Timer.LIMIT:
                await (self._leave_machine() if self._phase is Phase.MACHINE else self._told(events.LimitReached()))
                self._timers.arm(Timer.LINGER, 3 * _LINGER)
            case Timer.LINGER:
                self._spawn(self._line.hang_up())
            case Timer.WORDS if self._over is not None:
                await self._last_words()
                self._inbox.put_nowait(replace(self._over, waited=True))

    async def _transferred(self, outcome: TransferOutcome) -> None:
        self._transferring = False
        ended = self._line.ended
        if outcome is TransferOutcome.DONE or (ended is not None and ended.by is EndedBy.TRANSFER):
            await self._told(events.TransferDone())
        elif ended is None:
            await self._told(events.TransferFailed(unknown=outcome is TransferOutcome.UNKNOWN))

    async def _line_ended(self, event: Ended) -> None:
        self._gone = True
        self._tell(Progress(attempt=self._attempt, state="hung_up"))
        playing, self._playing = self._playing, None
        if playing is not None:
            end = await playing.wait()
            self._turns.spoken(playing, end)
            self._unspoken = events.Spoken(end.heard_ms, end.cut)
        if event.by is EndedBy.PEER and self._phase is not Phase.MACHINE and self.finish is None:
            # Who says "never call again" and slams the phone was heard. `_conclude` tells of the hanging up after that.
            await self._last_words()

    async def _last_words(self) -> None:
        """Have what is being said understood as far as it got; it then comes through the inbox."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS):
                await self.ear.flush()

    async def _conclude(self) -> None:
        """Bring the dialog to its end, after the line's: first what was said over its words, then that these ended."""
        if self._phase is not Phase.TALK or self.finish is not None:
            return
        await self._answer_held()
        if self._unspoken is not None and (self._heard_over or not self._unspoken.cut):
            await self._tell_spoken()
        if self.finish is None:
            await self._told(events.HungUp())

    # --- what is done

    async def _told(self, event: events.DialogEvent) -> None:
        await self._do(self._dialog.handle(event, self._here()))

    async def _do(self, actions: tuple[events.Action, ...]) -> None:
        for action in actions:
            match action:
                case events.Say():
                    self._speak(action)
                case events.Listen():
                    self._listen(action)
                case events.Transfer():
                    self._tell(Progress(attempt=self._attempt, state="transferring"))
                    self._transferring = True
                    self._spawn(self._transfer(action.to))
                case events.HangUp():
                    self._listening = None
                    self._spawn(self._line.hang_up())
                case events.Finish():
                    self.finish = action
                    self._listening = None
                    self._timers.arm(Timer.LINGER, _LINGER)

    def _speak(self, say: events.Say) -> None:
        self._listening = None
        self._timers.disarm(Timer.SILENCE)
        try:
            playback = self._mouth.say(say)
        except LineGone:
            return
        self._playing, self._said = playback, say
        self._turns.say(self._dialog.step, say.shown)
        self._tell(Said(attempt=self._attempt, step=self._dialog.step, text=say.shown))
        self._spawn(self._watch(playback))

    def _listen(self, listen: events.Listen) -> None:
        self._listening = listen
        self._keys = ""
        context = Context.of(self._kit.senses.nlu, listen.allowed, listen.phrases)
        self.ear.expect(listen.kind, context, self._here)
        for say in self._dialog.ahead(self._here()):
            self._mouth.prepare(say)
        self._wait_for_answer()

    def _wait_for_answer(self) -> None:
        """Begin to count silence, once nobody speaks."""
        if self._listening is not None and self._playing is None and not self.ear.speaking and not self._keys:
            self._timers.arm(Timer.SILENCE, self._listening.silence_ms / 1000)

    async def _watch(self, playback: Playback) -> None:
        self._inbox.put_nowait(SpeechOver(playback, await playback.wait()))

    async def _transfer(self, to: str) -> None:
        self._inbox.put_nowait(Transferred(await hand_over(self._attempt, self._line, to)))

    def _here(self) -> datetime:
        return self._clock.now().astimezone(self._zone)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
