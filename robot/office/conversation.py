"""A conversation by text: the real dialog and the real understanding on a virtual clock, without line, ears or mouth.

Whoever drives it (a chat, a test, a replayed call) says what the caller does, one `Act` at a time, and gets an
`Exchange`: what the robot said to it, what was understood, where that leads. It keeps the rules of a call
(`robot.call.session`) that show in the text of one: an act while the robot speaks cuts words that may be interrupted;
over others words are held until their end; keys count one answer at a time, and only where some are expected.

The clock moves by what is said (`SPOKEN_PER_SECOND`), by the silences waited out, and stands still for everything else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from models.protocols import Nlu, Understanding
from robot.dialog import CompiledScript, Dialog
from robot.dialog import events as happened
from robot.script import Script
from robot.script.check_words import SPOKEN_PER_SECOND
from robot.words import AnsweredBy

__all__ = [
    "Act", "Conversation", "Exchange", "FallsSilent", "HangsUp", "MachineTakes", "PicksUp", "Presses", "Says",
    "TimeIsUp", "TransferEnds", "Utterance",
]  # fmt: skip

_CUT_AT: Final = 0.5
"""The share of the robot's words that is heard before somebody cuts them."""


@dataclass(frozen=True, slots=True)
class PicksUp:
    """The phone is picked up: by the caller, or (``inbound``) by us."""

    inbound: bool = False


@dataclass(frozen=True, slots=True)
class Says:
    """The caller says something; ``confidence`` is the recogniser's."""

    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Presses:
    """The caller presses keys."""

    digits: str


@dataclass(frozen=True, slots=True)
class FallsSilent:
    """The caller says nothing for as long as the robot waits."""


@dataclass(frozen=True, slots=True)
class HangsUp:
    """The caller hangs up."""


@dataclass(frozen=True, slots=True)
class MachineTakes:
    """It is a machine that picked up, and its beep is over."""

    kind: AnsweredBy = AnsweredBy.VOICEMAIL


@dataclass(frozen=True, slots=True)
class TransferEnds:
    """Whoever the caller is handed to takes the call, or does not."""

    taken: bool


@dataclass(frozen=True, slots=True)
class TimeIsUp:
    """The caller talks for so long that the script's ``limits.seconds`` are over."""


Act = PicksUp | Says | Presses | FallsSilent | HangsUp | MachineTakes | TransferEnds | TimeIsUp


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words of the robot.

    Attributes:
        say: The words.
        step: Where they were said.
        began: Seconds since the phone was picked up.
    """

    say: happened.Say
    step: str
    began: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """One act of the caller and what came of it.

    Attributes:
        act: The act.
        over: Words of the robot that were being said when it began.
        cut: Whether it cut them.
        understood: What its words were taken for; `None` where it had none.
        said: What the robot said to it, in order.
        step: Where the conversation is now.
        slots: What was learned so far.
        listening: What the robot waits for now.
        transfer: The transfer that waits to be taken or refused.
        finish: What the CRM would be told, once the conversation is over.
        seconds: Since the phone was picked up.
    """

    act: Act
    over: happened.Say | None
    cut: bool
    understood: Understanding | None
    said: tuple[Utterance, ...]
    step: str
    slots: Mapping[str, str]
    listening: happened.Listen | None
    transfer: happened.Transfer | None
    finish: happened.Finish | None
    seconds: float


class Conversation:
    """One conversation: give it acts with `take` until ``over``; the first is `PicksUp`, or a `MachineTakes`."""

    def __init__(
        self,
        script: Script | CompiledScript,
        nlu: Nlu,
        contact: Mapping[str, str],
        *,
        start: datetime,
        zone: ZoneInfo,
        variant_seed: str,
        watch: Callable[[str, str, str], None] | None = None,
    ) -> None:
        """Prepare a conversation.

        Args:
            script: The script.
            nlu: Understanding in the script's language.
            contact: The contact's fields that the script may say.
            start: The instant (aware) at which the phone is picked up.
            zone: The contact's zone.
            variant_seed: What variants are drawn by.
            watch: Told of every way that the dialog follows, as `Dialog` tells it.
        """
        compiled = script if isinstance(script, CompiledScript) else CompiledScript(script)
        self._script = compiled.script
        self._dialog = Dialog(compiled, contact, variant_seed=variant_seed, zone=zone, watch=watch)
        self._nlu = nlu
        self._start = start.astimezone(UTC)
        self._zone = zone
        self._seconds = 0.0
        self._limit_told = False
        self._saying: happened.Say | None = None
        self._ends = 0.0
        self._said: list[Utterance] = []
        self._understood: Understanding | None = None
        self._cut = False
        self._allowed: frozenset[str] | None = None
        self._listening: happened.Listen | None = None
        self._transfer: happened.Transfer | None = None
        self._finish: happened.Finish | None = None

    @property
    def over(self) -> bool:
        """Return whether the conversation has ended."""
        return self._finish is not None

    @property
    def now(self) -> datetime:
        """Return the instant on the virtual clock, in the contact's zone."""
        return (self._start + timedelta(seconds=self._seconds)).astimezone(self._zone)

    @property
    def finish(self) -> happened.Finish | None:
        """Return what the CRM would be told; `None` while the conversation goes on."""
        return self._finish

    @property
    def step(self) -> str:
        """Return the step that the conversation is at."""
        return self._dialog.step

    @property
    def slots(self) -> Mapping[str, str]:
        """Return what was learned so far."""
        return self._dialog.slots

    @property
    def seconds(self) -> float:
        """Return the seconds since the phone was picked up."""
        return self._seconds

    @property
    def saying(self) -> happened.Say | None:
        """Return the robot's words that are being said; only after `take` was told to stop there."""
        return self._saying

    @property
    def transfer(self) -> happened.Transfer | None:
        """Return the transfer that waits to be taken or refused."""
        return self._transfer

    @property
    def variants(self) -> Mapping[str, str]:
        """Return the variants that were said: step → variant."""
        return self._dialog.variants

    def take(self, act: Act, *, until: Callable[[happened.Say], bool] | None = None) -> Exchange:
        """Have the caller do something, and hear the robot out.

        Args:
            act: What the caller does; over the robot's words where these are being said still. What makes no sense
                now has no effect.
            until: Stop when words are being said for which this holds, so that the next act falls into them.
        """
        self._said, self._understood, self._cut = [], None, False
        over = self._saying
        if not self.over:
            self._do(act)
            while self._saying is not None and not (until is not None and until(self._saying)):
                self._end_words()
        return Exchange(
            act=act,
            over=over,
            cut=self._cut,
            understood=self._understood,
            said=tuple(self._said),
            step=self._dialog.step,
            slots=dict(self._dialog.slots),
            listening=self._listening,
            transfer=self._transfer,
            finish=self._finish,
            seconds=self._seconds,
        )

    # --- what the caller does

    def _do(self, act: Act) -> None:
        match act:
            case PicksUp():
                self._tell(happened.Answered(act.inbound))
            case Says():
                self._answer(act)
            case Presses():
                self._press(act.digits)
            case FallsSilent():
                self._wait()
            case HangsUp():
                self._break_off()
                self._tell(happened.HungUp())
            case MachineTakes():
                cut = self._break_off()
                self._tell(happened.MachineAnswered(act.kind))
                if cut is not None:
                    self._tell(cut)
            case TransferEnds():
                self._end_transfer(taken=act.taken)
            case TimeIsUp():
                self._pass(max(0.0, self._script.limits.seconds - self._seconds))

    def _answer(self, act: Says) -> None:
        """Have words heard: at once, or where they must not interrupt ours, when these are over."""
        if self._interruptible:
            spoken = self._break_off()
            assert spoken is not None
            self._tell(spoken)
        if self._saying is None:
            self._pass(len(act.text) / SPOKEN_PER_SECOND)
        while self._saying is not None and self._listening is not None:
            self._end_words()
        # Over a sentence that asks nothing the dialog is told before its end: it may be a wish never to be called.
        self._understood = self._nlu.parse(act.text, allowed=self._allowed, now=self.now)
        self._tell(happened.Heard(self._understood, act.confidence))

    def _press(self, digits: str) -> None:
        answer = ""
        for digit in digits:
            if self._listening is None or not self._listening.digits:
                break  # nobody waits for keys here
            answer += digit
            if len(answer) >= self._listening.digits:
                self._pressed(answer)
                answer = ""
        if answer:
            self._pressed(answer)

    def _pressed(self, digits: str) -> None:
        spoken = self._break_off() if self._interruptible else self._finish_words()
        self._tell(happened.Keys(digits))
        if spoken is not None:
            self._tell(spoken)

    def _wait(self) -> None:
        while self._saying is not None:
            self._end_words()
        if self._listening is None:
            return
        self._pass(self._listening.silence_ms / 1000)
        if self._saying is None:
            self._tell(happened.Silence())

    def _end_transfer(self, *, taken: bool) -> None:
        while self._saying is not None:
            self._end_words()
        self._transfer = None
        self._tell(happened.TransferDone() if taken else happened.TransferFailed())

    # --- what the robot says

    @property
    def _interruptible(self) -> bool:
        return self._saying is not None and self._listening is not None and not self._saying.uninterruptible

    def _break_off(self) -> happened.Spoken | None:
        """Cut what is being said; return what the dialog is to be told of it."""
        if self._saying is None:
            return None
        left = self._ends - self._seconds
        self._pass(left * _CUT_AT)
        self._saying, self._cut = None, True
        return happened.Spoken(int(left * _CUT_AT * 1000), cut=True)

    def _finish_words(self) -> happened.Spoken | None:
        if self._saying is None:
            return None
        whole = _seconds_of(self._saying, self._script)
        self._pass(max(0.0, self._ends - self._seconds))
        self._saying = None
        return happened.Spoken(int(whole * 1000), cut=False)

    def _end_words(self) -> None:
        spoken = self._finish_words()
        if spoken is not None:
            self._tell(spoken)

    def _pass(self, seconds: float) -> None:
        """Let time pass; in it the script's time may be over."""
        until = self._seconds + seconds
        if not self._limit_told and until >= self._script.limits.seconds:
            self._limit_told = True
            self._seconds = max(self._seconds, self._script.limits.seconds)
            self._tell(happened.LimitReached())
        self._seconds = max(self._seconds, until)

    def _tell(self, event: happened.DialogEvent) -> None:
        for action in self._dialog.handle(event, self.now):
            match action:
                case happened.Say():
                    self._saying, self._listening = action, None
                    self._ends = self._seconds + _seconds_of(action, self._script)
                    self._said.append(Utterance(action, self._dialog.step, self._seconds))
                case happened.Listen():
                    self._listening, self._allowed = action, action.allowed
                case happened.Transfer():
                    self._transfer = action
                case happened.HangUp():
                    self._listening = None
                case happened.Finish():
                    self._finish = action
                    self._listening = self._transfer = None


def _seconds_of(say: happened.Say, script: Script) -> float:
    """Return how long words last: a recording as long as it is, the rest by its characters."""
    total = 0.0
    for piece in say.pieces:
        if isinstance(piece, happened.Recorded):
            sound = script.sounds.get(piece.file)
            total += sound.seconds if sound is not None else len(piece.words) / SPOKEN_PER_SECOND
        else:
            total += len(piece) / SPOKEN_PER_SECOND
    return total
