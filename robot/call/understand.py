"""From a recogniser's hypotheses to one meaning. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from models.protocols import Nlu, Transcript, Understanding

__all__ = ["Context", "understand"]

_SURE = 0.75
"""Confidence from which words decide a step before the full pause is over."""
_OF_EACH = 12
"""Phrases of an intent that a recogniser is told to expect."""


@dataclass(frozen=True, slots=True)
class Context:
    """What makes sense at a step.

    Attributes:
        allowed: Intents to choose among; all where `None`.
        phrases: What a recogniser may expect to hear.
    """

    allowed: frozenset[str] | None = None
    phrases: tuple[str, ...] = ()

    @classmethod
    def of(cls, nlu: Nlu, allowed: frozenset[str], more: Iterable[str] = ()) -> "Context":
        """Make the context of a step: the shortest training examples of its intents are what may be heard.

        A grammar's work grows with its phrases, and it is the short replies that it helps with: a long one carries
        enough to be recognised without.
        """
        phrases = set(more)
        for intent in allowed:
            phrases.update(sorted(nlu.examples.get(intent, ()), key=lambda phrase: (len(phrase), phrase))[:_OF_EACH])
        return cls(allowed, tuple(sorted(phrases)))

    @staticmethod
    def decides(meant: Understanding) -> bool:
        """Tell whether a reply needs no more words: a sure intent that no second half usually follows."""
        return meant.intent != "out_of_scope" and meant.confidence >= _SURE


def understand(nlu: Nlu, heard: Transcript, allowed: frozenset[str] | None, now: datetime | None) -> Understanding:
    """Choose a meaning among a recogniser's hypotheses.

    The best hypothesis counts. Where it means nothing to us, or its engine is unsure of it, another hypothesis may
    speak for it, at the price of confidence: two that disagree never make a sure intent.
    """
    best = nlu.parse(heard.text, allowed=allowed, now=now)
    if not heard.alternatives or (best.intent != "out_of_scope" and heard.confidence > 0.5):
        return best
    second = nlu.parse(heard.alternatives[0], allowed=allowed, now=now)
    if second.intent == best.intent:
        return best if best.confidence >= second.confidence else replace(second, text=best.text)
    if best.intent == "out_of_scope":
        return best
    return replace(best, confidence=min(best.confidence, heard.confidence))
