"""What would break a call, and what may surprise: found before anybody is dialled.

Errors keep a script off the air; warnings are for the marketer to judge, and may be silenced by name with a reason.
"""

from collections.abc import Collection, Iterator

from robot.script.check_names import check_intents, check_names
from robot.script.check_ways import check_ways
from robot.script.check_words import check_words
from robot.script.findings import Finding, error, nearest
from robot.script.graph import lay_out
from robot.script.schema import Script

__all__ = ["RULES", "check_script"]

RULES: dict[str, str] = {
    "digits": "A number stands in digits, which voices read as they like.",
    "empty-end": "A call may end with nothing to tell the CRM.",
    "foreign-letters": "A word is not written in the letters of the script's language.",
    "half-question": "A question that asks for a yes or a no has no way for one of them.",
    "long-prompt": "A prompt takes over 12 seconds.",
    "may-be-missing": "A sentence names a column that some contacts have not.",
    "no-do-not-call": "A caller cannot say at every question that they want no more calls.",
    "no-recording-disclosure": "The first question comes before the caller was told of the recording.",
    "no-robot-disclosure": "The first question comes before the caller was told that this is a robot.",
    "no-wrong-number": "A caller cannot say at every question that the number is wrong.",
    "offer-in-service": "A call whose purpose is service makes an offer.",
    "slot-hides-column": "A slot has the name of a column.",
    "transfer-may-fail": "Nothing follows where nobody takes a transfer.",
    "unanswered-intent": "What the training data teaches is answered nowhere.",
    "unreachable-step": "Nothing leads to a step.",
    "unsayable": "A sentence has a sign that no voice can say.",
}
"""Rules that `silenced` may name, and what each finds."""


def check_script(script: Script, intents: Collection[str] | None = None) -> list[Finding]:
    """Return everything found, in the order of the file.

    Args:
        script: The script.
        intents: What its training data teaches; intents are not checked where `None`.
    """
    graph = lay_out(script)
    found = [*script.mended, *_silenced(script), *check_ways(script, graph), *check_words(script, graph)]
    found += check_names(script, graph)
    if intents is not None:
        found += check_intents(script, graph, intents)
    kept = (finding for finding in found if finding.rule not in RULES or finding.rule not in script.silenced)
    return sorted(kept, key=lambda finding: finding.place)


def _silenced(script: Script) -> Iterator[Finding]:
    for rule, reason in script.silenced.items():
        if rule not in RULES:
            sentence = f"There is no rule “{rule}” that could be silenced."
            yield error(script, ("silenced", rule), "unknown-rule", sentence, nearest(rule, RULES))
        elif len(reason.split()) < 2:
            sentence = f"“{rule}” is silenced without a reason."
            yield error(script, ("silenced", rule), "no-reason", sentence, "Write why it does not apply here.")
