"""What an answer means for the verdict, where a script's ``end`` does not say it.

The *answer that led there* is the last intent that moved the conversation on (a yes to ``confirm`` does not count: it
confirms what was answered before). Keys mean what the intent means that leads to the same step.
An answer that is not in the table is worth ``unknown`` and ``completed``.
"""

from typing import Final

from robot.words import Disposition, Interest, Person

__all__ = [
    "LIMIT", "NOT_UNDERSTOOD", "OUTCOME_OF", "PERSON_OF", "SAYS_NOTHING_OF_WHO", "SILENT", "STOP_CALLING",
    "TRANSFER_FAILED", "outcome_of",
]  # fmt: skip

STOP_CALLING: Final = "do_not_call"
"""The intent that is understood wherever the caller is, if the script answers it at all."""
SILENT: Final = "(silent)"
"""Stands for an answer where the caller gave none."""
NOT_UNDERSTOOD: Final = "(not understood)"
LIMIT: Final = "(limit)"
TRANSFER_FAILED: Final = "(transfer failed)"

OUTCOME_OF: Final[dict[str, tuple[Interest, Disposition]]] = {
    "affirm": (Interest.HOT, Disposition.AGREED),
    "deny": (Interest.COLD, Disposition.DECLINED),
    "competitor": (Interest.COLD, Disposition.DECLINED),
    "callback_later": (Interest.WARM, Disposition.CALLBACK),
    "cannot_talk": (Interest.WARM, Disposition.CALLBACK),
    "think_about_it": (Interest.WARM, Disposition.COMPLETED),
    "send_info": (Interest.WARM, Disposition.COMPLETED),
    "ask_price": (Interest.WARM, Disposition.COMPLETED),
    "ask_details": (Interest.WARM, Disposition.COMPLETED),
    "operator_please": (Interest.HOT, Disposition.COMPLETED),
    STOP_CALLING: (Interest.REFUSED, Disposition.DO_NOT_CALL),
    "wrong_number": (Interest.UNKNOWN, Disposition.WRONG_PERSON),
    "not_the_person": (Interest.UNKNOWN, Disposition.WRONG_PERSON),
    "moved_away": (Interest.UNKNOWN, Disposition.MOVED),
    "abuse": (Interest.UNKNOWN, Disposition.ABUSIVE),
    SILENT: (Interest.UNKNOWN, Disposition.SILENT),
    NOT_UNDERSTOOD: (Interest.UNKNOWN, Disposition.NOT_UNDERSTOOD),
    TRANSFER_FAILED: (Interest.HOT, Disposition.TRANSFER_FAILED),
    LIMIT: (Interest.UNKNOWN, Disposition.COMPLETED),
}

PERSON_OF: Final[dict[str, Person]] = {
    "wrong_number": Person.UNKNOWN_HERE,
    "not_the_person": Person.REACHABLE_HERE,
    "moved_away": Person.MOVED_AWAY,
}
"""Answers that say who is, or is not, at this phone. They stand for the rest of the call."""

SAYS_NOTHING_OF_WHO: Final = frozenset(
    {"greet", "repeat", "who_is_this", "is_robot", "ask_where_number_from", "thanks_bye", "out_of_scope"}
)
"""Answers that anybody gives. Any other, to a call that opened with the person's name and was not denied, confirms
the person."""


def outcome_of(answer: str | None) -> tuple[Interest, Disposition]:
    """Return the interest and the disposition that an answer stands for."""
    return OUTCOME_OF.get(answer or "", (Interest.UNKNOWN, Disposition.COMPLETED))
