"""What one call remembers: where it stands with its question, what it learned, and what verdict that makes."""

from dataclasses import dataclass, field
from typing import Final

from robot.dialog.events import Finish, Heard
from robot.script.doubts import FINAL
from robot.script.graph import Node
from robot.script.outcomes import LIMIT, PERSON_OF, SAYS_NOTHING_OF_WHO, STOP_CALLING, outcome_of
from robot.script.schema import End
from robot.words import Disposition, Interest, Person

__all__ = ["SURE_OF_MEANING", "SURE_OF_WORDS", "Memory", "of_machine", "unsure_of", "wants_no_calls"]


SURE_OF_WORDS: Final = 0.35
"""A recogniser less sure than this was not heard; a grammar's claim that its check does not bear out has at most .3."""
SURE_OF_MEANING: Final = 0.4
"""An intent less sure than this was not understood. The NLU has its own threshold, which comes first."""
_SURE_OF_FINAL: Final = 0.8
"""What cannot be undone is asked back where its intent is less sure than this."""
_WORDS_OF_FINAL: Final = 0.5
"""And where the recogniser is less sure of the words than this."""


@dataclass(slots=True)
class Memory:
    """The memory of one call.

    Attributes:
        asks_for_person: Whether the call opens with the person's name, so that whoever answers it confirms the person.
        question: The question that is open.
        before: The one that was open before it.
        answer: The last answer that moved the conversation on.
        slots: What was learned.
        turns: Answers of the caller, silence included.
        silences: Silences in a row.
        misses: Answers in a row that were not understood.
        returns: How often the caller led away from the open question.
        repeats: How often it was said again on request.
        monologue: Steps since a question was last asked.
        never_call: Whether the caller asked never to be called again.
        counters: Counter → times.
        told: Steps that tell the CRM something, in the order in which they were come to.
        in_doubt: The answer that was just asked back, because it cannot be undone.
        doubted: Answers that have been asked back.
    """

    asks_for_person: bool
    question: str | None = None
    before: str | None = None
    answer: str | None = None
    slots: dict[str, str] = field(default_factory=dict)
    turns: int = 0
    silences: int = 0
    misses: int = 0
    returns: int = 0
    repeats: int = 0
    monologue: int = 0
    never_call: bool = False
    counters: dict[str, int] = field(default_factory=dict)
    told: dict[str, None] = field(default_factory=dict)
    in_doubt: str | None = None
    doubted: set[str] = field(default_factory=set)
    _said_who: Person = Person.UNKNOWN
    _talked: bool = False

    @property
    def person(self) -> Person:
        """Return whether the contact is here: what was said of it, else what having talked to us says."""
        if self._said_who is Person.UNKNOWN and self._talked and self.asks_for_person:
            return Person.CONFIRMED
        return self._said_who

    def understood(self, intent: str | None, *, moves_on: bool) -> None:
        """Note an answer; both ladders begin at their foot again.

        Args:
            intent: What it meant; `None` for a key that stands for no intent.
            moves_on: Whether it led on, rather than to an aside or to confirming what was answered before.
        """
        self.silences = self.misses = 0
        self._said_who = PERSON_OF.get(intent or "", self._said_who)
        self._talked |= intent not in SAYS_NOTHING_OF_WHO
        self.never_call |= intent == STOP_CALLING
        if moves_on and intent is not None:
            self.answer = intent

    @property
    def known(self) -> dict[str, str]:
        """Return what was learned and counted, as text."""
        return {**{name: str(times) for name, times in self.counters.items()}, **self.slots}

    def doubts(self, intent: str) -> None:
        """Note that an answer is asked back; it has been understood, as far as the ladders are concerned."""
        self.in_doubt = intent
        self.doubted.add(intent)
        self.silences = self.misses = 0

    def count(self, counter: str | None) -> None:
        """Count that a step was come to, where it counts."""
        if counter is not None:
            self.counters[counter] = self.counters.get(counter, 0) + 1

    def tells(self, node: Node) -> None:
        """Note that a step was come to (its slots filled, where it asks for any) which tells the CRM something."""
        if node.step.tells:
            self.told[node.name] = None

    def asks(self, question: str, *, within: bool) -> None:
        """Note that a question is open now.

        Args:
            question: Its node.
            within: Whether it belongs to the one before it, as reading back belongs to asking.
        """
        self.monologue = 0
        if question == self.question:
            return
        if not within:
            self.before = self.question
        self.question = question
        self.returns = self.repeats = self.silences = self.misses = 0

    def finish(self, end: End | None = None, disposition: Disposition | None = None) -> Finish:
        """Return the verdict: as the script's ``end`` says, and for the rest what the last answer stands for."""
        end = end or End(disposition=disposition)
        interest, default = outcome_of(self.answer)
        return Finish(
            interest=end.interest or interest,
            person=end.person or self.person,
            disposition=end.disposition or default,
            slots=dict(self.slots),
            never_call=self.never_call or (end.disposition or default) is Disposition.DO_NOT_CALL,
        )

    def finish_at_limit(self) -> Finish:
        """Return the verdict of a call that had to be broken off."""
        self.answer = LIMIT
        return self.finish()

    def finish_transferred(self) -> Finish:
        """Return the verdict of a call that a human has taken over: hot, unless it was a complaint or the like."""
        interest, _ = outcome_of(self.answer)
        hot = self.answer is None or interest is Interest.WARM
        return self.finish(End(interest=Interest.HOT if hot else interest, disposition=Disposition.TRANSFERRED))


def of_machine(disposition: Disposition) -> Finish:
    """Return the verdict of a call that no human took."""
    return Memory(asks_for_person=False).finish(End(interest=Interest.UNKNOWN, disposition=disposition))


def wants_no_calls(heard: Heard) -> bool:
    """Return whether an answer asks, sure enough, never to be called again."""
    meant = heard.understood
    sure = meant.confidence >= SURE_OF_MEANING and heard.asr_confidence >= SURE_OF_WORDS
    return sure and meant.intent == STOP_CALLING


def unsure_of(heard: Heard) -> str | None:
    """Return the intent of an answer that cannot be undone and was not understood for sure, else `None`."""
    meant = heard.understood
    sure = meant.confidence >= _SURE_OF_FINAL and heard.asr_confidence >= _WORDS_OF_FINAL
    return meant.intent if meant.intent in FINAL and not sure else None
