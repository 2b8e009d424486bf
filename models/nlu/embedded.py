"""Understanding of short replies without a service: rules, then the classifier, masked to what the step allows."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.nlu.classifier import IntentModel
from models.nlu.entities import find_entities
from models.nlu.mixed import opening, pieces, rank_of
from models.nlu.rules import apply_rules
from models.nlu.text import normalise
from models.protocols import Understanding

__all__ = ["OUT_OF_SCOPE", "EmbeddedNlu", "Thresholds"]

OUT_OF_SCOPE = "out_of_scope"
_BY_RULE = 0.97
"""Confidence of what a rule decided."""

_BY_OPENING = 0.8
"""Confidence of what the opening yes or no decided."""

_YES = "affirm"
_NEVER_MISSED = "do_not_call"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below which a reply is not understood.

    Attributes:
        confidence: The best intent's probability.
        margin: Its distance to the second.
        mass: What all allowed intents together must hold before the mask; a reply that clearly means something else
            is not pressed into what the step expects.
        piece: The probability at which a piece of a mixed reply counts.
        after_yes: The same where the reply opens with a clear yes. Of 166 such replies held out nine are no longer
            taken for a yes at .6, and three at .85; at neither is anything else taken for one.
    """

    confidence: float = 0.45
    margin: float = 0.12
    mass: float = 0.35
    piece: float = 0.6
    after_yes: float = 0.85


@dataclass(frozen=True, slots=True)
class _Guess:
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    mass: float = 1.0  # what all allowed intents held before the mask


class EmbeddedNlu:
    """`models.protocols.Nlu` on an `IntentModel`. Shared by all calls; may be used from several threads."""

    def __init__(
        self, model: IntentModel, examples: Mapping[str, tuple[str, ...]], thresholds: Thresholds | None = None
    ) -> None:
        """Put a trained model behind the rules."""
        self.language = model.language
        self.examples = examples
        self.intents = frozenset(model.intents) | {OUT_OF_SCOPE}
        self._model = model
        self._thresholds = thresholds or Thresholds()

    def parse(self, text: str, *, allowed: frozenset[str] | None = None, now: datetime | None = None) -> Understanding:
        """Understand one reply: see `models.protocols.Nlu.parse`. Never raises for any text.

        The confidence of an ``out_of_scope`` that the thresholds made is that of the best intent being wrong.
        """
        may = (self.intents if allowed is None else allowed & self.intents) | {OUT_OF_SCOPE}
        entities = find_entities(text, self.language, now)
        normal = normalise(text)
        if not normal:
            return Understanding(text, OUT_OF_SCOPE, 1.0, ((OUT_OF_SCOPE, 1.0),), entities)
        guess = self._decide(text, normal, may)
        return Understanding(text, guess.intent, guess.confidence, guess.ranking, entities)

    def _decide(self, text: str, normal: str, allowed: frozenset[str]) -> _Guess:
        parts = pieces(text, self.language)
        guesses = self._classify((normal, *parts), allowed)
        whole, rule = guesses[0], apply_rules(normal, self.language, allowed)
        if rule is not None:
            _log.debug("rule %s decided", rule.name)
            return _decided(rule.intent, _BY_RULE, whole.ranking)
        said = [self._judge(part, guess, allowed) for part, guess in zip(parts, guesses[1:], strict=True)]
        best = opened = self._opened(normal, whole, said, allowed)
        limit = self._thresholds.after_yes if opened is not whole and opened.intent == _YES else self._thresholds.piece
        for guess in said:
            least = self._thresholds.piece if guess.intent == _NEVER_MISSED else limit
            if guess.confidence >= least and rank_of(guess.intent) < rank_of(best.intent):
                best = guess
        return best

    def _judge(self, part: str, guess: _Guess, allowed: frozenset[str]) -> _Guess:
        rule = apply_rules(part, self.language, allowed)
        return guess if rule is None else _decided(rule.intent, _BY_RULE, guess.ranking)

    def _opened(self, normal: str, whole: _Guess, said: Sequence[_Guess], allowed: frozenset[str]) -> _Guess:
        """Judge by its opening what opens with a clear yes or no, and leave the rest to the pieces; else the whole.

        After a yes the whole counts as chatter (somebody else in the room is told "yes, on the table"), as a courtesy,
        and where the rest surely means what this step has no answer to; after a no it counts in all but a yes that no
        rule found, and where it says nothing.
        """
        intent = opening(normal, self.language)
        if intent is None or intent not in allowed:
            return whole
        chatter = whole.ranking[0][0] == OUT_OF_SCOPE
        if intent == _YES:
            elsewhere = any(guess.mass < 1 - self._thresholds.after_yes for guess in said)
            keep = chatter or elsewhere or not said or whole.intent in ("greet", "thanks_bye")
        else:
            keep = chatter or whole.intent not in (_YES, OUT_OF_SCOPE)
        return whole if keep else _decided(intent, _BY_OPENING, whole.ranking)

    def _classify(self, texts: Sequence[str], allowed: frozenset[str]) -> list[_Guess]:
        limits = self._thresholds
        guesses = []
        for row in self._model.probabilities(texts):
            chances = {i: float(p) for i, p in zip(self._model.intents, row, strict=True) if i in allowed}
            mass = sum(chances.values())
            ranking = tuple(sorted(((i, p / mass) for i, p in chances.items()), key=lambda pair: -pair[1]))
            if not ranking:
                guesses.append(_Guess(OUT_OF_SCOPE, 1.0, ((OUT_OF_SCOPE, 1.0),)))
                continue
            (intent, first), second = ranking[0], ranking[1][1] if len(ranking) > 1 else 0.0
            if intent == OUT_OF_SCOPE or (
                mass >= limits.mass and first >= limits.confidence and first - second >= limits.margin
            ):
                guesses.append(_Guess(intent, first, ranking, mass))
            else:
                guesses.append(_Guess(OUT_OF_SCOPE, round(1.0 - first * min(1.0, mass), 6), ranking, mass))
        return guesses


def _decided(intent: str, confidence: float, ranking: tuple[tuple[str, float], ...]) -> _Guess:
    """Put an intent first that the classifier did not decide, and let the others share what is left as they did."""
    others = [(other, chance) for other, chance in ranking if other != intent]
    share = (1 - confidence) / (sum(chance for _, chance in others) or 1.0)
    rest = tuple((other, chance * share) for other, chance in others)
    return _Guess(intent, confidence, ((intent, confidence), *rest))
