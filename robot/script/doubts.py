"""Answers that cannot be undone, and how one that was not understood for sure is asked about before it is believed.

Whoever is put on the do-not-call list is never called again, and a company gives up the number at which a person is
unknown. One unsure reply is not enough for that: the robot asks back, once a call for each such answer.
"""

from collections.abc import Mapping
from typing import Final

from robot.script.graph import Graph
from robot.script.outcomes import STOP_CALLING
from robot.script.schema import Script

__all__ = ["FINAL", "doubts_of", "in_doubt"]

FINAL: Final = (STOP_CALLING, "wrong_number", "moved_away")
"""Answers that cannot be undone."""

_ASKED: Final[Mapping[str, Mapping[str, str]]] = {
    "ru": {
        STOP_CALLING: "Правильно ли я понимаю: больше вам не звонить?",
        "wrong_number": "Правильно ли я понимаю, что я звоню не туда?",
        "moved_away": "Правильно ли я понимаю, что по этому номеру его теперь не застать?",
    },
    "en": {
        STOP_CALLING: "Just to be sure: shall we never call you again?",
        "wrong_number": "Just to be sure: have I got the wrong number?",
        "moved_away": "Just to be sure: is this no longer the right number for them?",
    },
    "pl": {
        STOP_CALLING: "Czy dobrze rozumiem, mamy już nigdy nie dzwonić?",
        "wrong_number": "Czy dobrze rozumiem, że to pomyłka?",
        "moved_away": "Czy dobrze rozumiem, że pod tym numerem już tej osoby nie zastanę?",
    },
}
"""Language → answer → what is asked where the script has no words of its own."""


def in_doubt(script: Script, intent: str) -> str | None:
    """Return the question that makes sure of an answer; `None` where the answer can be undone."""
    own = {str(answer): asked for answer, asked in script.in_doubt.items()}
    return own.get(intent) or _ASKED[script.language].get(intent)


def doubts_of(script: Script, graph: Graph) -> dict[str, str]:
    """Return what a script may ask back: answer → question."""
    answered = frozenset(graph.everywhere).union(*(node.exits for node in graph.nodes.values()))
    return {intent: asked for intent in FINAL if intent in answered and (asked := in_doubt(script, intent))}
