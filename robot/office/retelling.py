"""A recorded call had again: what its caller did is done to a script, and each reply stands beside that of the call."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, Protocol

from models.nlu import FindsOnly
from models.protocols import Nlu, Transcript, Understanding
from robot.call.messages import Turn
from robot.call.understand import understand
from robot.dialog import CompiledScript
from robot.dialog.events import Listen, Say
from robot.office.caller_side import Deed
from robot.office.conversation import Conversation, Exchange, HangsUp, Presses, Says, TransferEnds
from robot.office.recorded_calls import RecordedCall

__all__ = ["AsThen", "AsToday", "Hearing", "Moment", "Remembering", "Spoken", "again", "retell"]


_MOST_REMEMBERED: Final = 20_000


class Hearing(Nlu, Protocol):
    """An understanding that is told which recorded words it is asked about."""

    def hear(self, turn: Turn | None, transcript: Transcript | None = None) -> None:
        """Take what the next words to be parsed are: a recorded turn, and its words as they are recognised now."""


class AsThen:
    """Takes the words of a call for what they were taken for in it. What they name is found anew: no turn keeps it."""

    def __init__(self, language: str, began: datetime) -> None:
        """Understand a call in a language that was answered at ``began``."""
        self.language = language
        self.intents: frozenset[str] = frozenset()
        self.examples: Mapping[str, tuple[str, ...]] = {}
        self._finds = FindsOnly(language)
        self._began = began
        self._turn: Turn | None = None

    def hear(self, turn: Turn | None, transcript: Transcript | None = None) -> None:
        """See `Hearing.hear`."""
        self._turn = turn

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: datetime | None = None) -> Understanding:
        """Give the turn's own intent and confidence."""
        found = self._finds.parse(text, allowed=allowed, now=_instant(self._turn, self._began, now))
        if self._turn is None:
            return found
        return replace(found, intent=self._turn.intent, confidence=self._turn.confidence)


class AsToday:
    """Understands the words of a call as today's data teaches, at the instants at which they were said."""

    def __init__(self, nlu: Nlu, began: datetime) -> None:
        """Understand a call by ``nlu`` that was answered at ``began``."""
        self.language, self.intents, self.examples = nlu.language, nlu.intents, nlu.examples
        self._nlu = nlu
        self._began = began
        self._turn: Turn | None = None
        self._transcript: Transcript | None = None

    def hear(self, turn: Turn | None, transcript: Transcript | None = None) -> None:
        """See `Hearing.hear`."""
        self._turn, self._transcript = turn, transcript

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: datetime | None = None) -> Understanding:
        """Understand as a call does: by all that the recogniser offers, where that is known."""
        at = _instant(self._turn, self._began, now)
        return understand(self._nlu, self._transcript or Transcript(text), allowed, at)


class Remembering:
    """Understands once what comes again and again, as over a whole campaign; what replies name is found each time."""

    def __init__(self, nlu: Nlu) -> None:
        """Understand by another one."""
        self.language, self.intents, self.examples = nlu.language, nlu.intents, nlu.examples
        self._finds = FindsOnly(nlu.language)
        self._meaning = lru_cache(_MOST_REMEMBERED)(lambda text, allowed: nlu.parse(text, allowed=allowed))

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: datetime | None = None) -> Understanding:
        """See `models.protocols.Nlu.parse`."""
        return replace(self._meaning(text, allowed), entities=self._finds.parse(text, now=now).entities)


def _instant(turn: Turn | None, began: datetime, now: datetime | None) -> datetime | None:
    """Return when a turn was understood in its call, so that “in an hour” is the hour that it was then."""
    at = turn.intent_at if turn is not None else None
    if now is None or at is None:
        return now
    return (began + timedelta(milliseconds=at)).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words of the robot, and the step that they belong to."""

    step: str
    words: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that the caller did, and what came of it then and now.

    Attributes:
        deed: What, and what came of it then.
        exchange: What comes of it now; `None` where it cannot be done any more, for the conversation is over.
        heard: Its words as they are recognised now, where they were recognised again.
        assumed: Whether the caller never did it: a transfer that is new, and is taken to be taken.
        cut_off: Whether the caller was gone before the robot could reply: that it said nothing then tells nothing.
    """

    deed: Deed
    exchange: Exchange | None
    heard: Transcript | None = None
    assumed: bool = False
    cut_off: bool = False

    @property
    def then(self) -> tuple[Spoken, ...]:
        """Return what the robot said to it then."""
        return tuple(Spoken(turn.step, turn.said) for turn in self.deed.reply)

    @property
    def now(self) -> tuple[Spoken, ...]:
        """Return what the robot says to it now."""
        if self.exchange is None:
            return ()
        return tuple(Spoken(one.step, one.say.shown) for one in self.exchange.said)

    @property
    def comparable(self) -> tuple[Spoken, ...]:
        """Return what of the reply now can be compared with that of then."""
        return self.now[: len(self.then)] if self.cut_off else self.now

    @property
    def meant_then(self) -> tuple[str, float] | None:
        """Return the intent of its words then, and how sure it was."""
        turn = self.deed.turn
        return (turn.intent, turn.confidence) if turn is not None and isinstance(self.deed.act, Says) else None

    @property
    def meant_now(self) -> tuple[str, float] | None:
        """Return the intent of its words now, and how sure it is."""
        understood = self.exchange.understood if self.exchange is not None else None
        return (understood.intent, understood.confidence) if understood is not None else None

    @property
    def leads_elsewhere(self) -> bool:
        """Return whether the conversation goes another way from here."""
        return [one.step for one in self.then] != [one.step for one in self.comparable]

    @property
    def changed(self) -> bool:
        """Return whether anything is other than it was: words on either side, their meaning, the way."""
        then, now = self.meant_then, self.meant_now
        heard = self.heard is not None and self.deed.turn is not None and self.heard.text != self.deed.turn.heard
        return self.assumed or heard or self.then != self.comparable or (then and then[0]) != (now and now[0])


def again(
    call: RecordedCall,
    script: CompiledScript,
    hearing: Hearing,
    *,
    watch: Callable[[str, str, str], None] | None = None,
) -> Conversation:
    """Begin to have a call again: with its contact, its variants, at its time."""
    return Conversation(
        script, hearing, call.contact, start=call.began, zone=call.zone, variant_seed=call.seed, watch=watch
    )


def retell(
    talk: Conversation,
    deeds: Sequence[Deed],
    hearing: Hearing,
    recognise: Callable[[Turn, Listen | None], Transcript] | None = None,
) -> Iterator[Moment]:
    """Do to a script what a caller did in a recorded call; give each deed with what comes of it, as it is done.

    What the caller did after the conversation has gone another way is still done, in order.

    Args:
        talk: A conversation that has not begun, by `again`.
        deeds: What the caller did.
        hearing: What ``talk`` understands by.
        recognise: Recognises the words of a turn again, given what the robot waits for; `None`: words as they were.
    """
    listening: Listen | None = None
    for deed, following in zip(deeds, [*deeds[1:], None], strict=True):
        if talk.over or (isinstance(deed.act, TransferEnds) and talk.transfer is None):
            yield Moment(deed, None)
            continue
        waited = deed.over is not None and deed.over.step == talk.step  # it was said while a transfer was waited for
        if talk.transfer is not None and not waited and not isinstance(deed.act, TransferEnds | HangsUp):
            taken = Deed(TransferEnds(taken=True))
            yield Moment(taken, talk.take(taken.act), assumed=True)
            yield Moment(deed, None)
            continue
        act, transcript = deed.act, None
        if recognise is not None and isinstance(act, Says) and deed.turn is not None:
            transcript = recognise(deed.turn, listening)
            act = Says(transcript.text, transcript.confidence)
        hearing.hear(deed.turn, transcript)
        exchange = talk.take(act, until=_into(talk, following))
        listening = exchange.listening or listening
        yield Moment(deed, exchange, transcript, cut_off=_gone(deed, following))
    if talk.transfer is not None and not talk.over:
        taken = Deed(TransferEnds(taken=True))
        yield Moment(taken, talk.take(taken.act), assumed=True)


def _gone(deed: Deed, following: Deed | None) -> bool:
    """Return whether the caller had hung up by the time the robot would have replied."""
    if following is None:
        return isinstance(deed.act, Says | Presses) and not deed.reply
    before_hello = following.turn is not None and not following.turn.step
    return before_hello or (isinstance(following.act, HangsUp) and following.over is None)


def _into(talk: Conversation, deed: Deed | None) -> Callable[[Say], bool] | None:
    """Return where to stop hearing the robot out: at the words that the next deed falls into."""
    if deed is None or not deed.into:
        return None
    over = deed.over
    return lambda say: over is None or talk.step == over.step or say.shown == over.said
