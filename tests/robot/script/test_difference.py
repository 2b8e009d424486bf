"""Two versions of a script, told apart in words."""

import pytest

from robot.script import read_script
from robot.script.difference import differences
from tests.robot.script.test_loader import WHOLE


def told(old: str, new: str) -> list[str]:
    return list(differences(read_script(old, "a.yaml"), read_script(new, "b.yaml")))


def test_a_script_differs_in_nothing_from_itself() -> None:
    assert told(WHOLE, WHOLE) == []
    assert told(WHOLE, f"# only a remark\n{WHOLE}") == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Goodbye!", "See you soon!", ["goodbye: say: “See you soon!” instead of Goodbye!"]),
        ("deny: goodbye", "deny: greeting", ["greeting: deny leads to greeting instead of goodbye"]),
        (", deny: goodbye", "", ["greeting: deny is not answered any more (it led to goodbye)"]),
        (
            "deny: goodbye",
            "deny: goodbye, greet: repeat",
            ["greeting: greet is answered now, and leads to repeat"],
        ),
        ("  wrong_number: goodbye\n", "", ["everywhere: wrong_number is not answered any more (it led to goodbye)"]),
        ("end: {}", "end: {interest: cold}", ["goodbye: end.interest: now cold"]),
        ("start:", "limits: {turns: 12}\nstart:", ["limits.turns: 12 instead of 30"]),
        ("start:", "facts: {price: 900 RUB}\nstart:", ["facts.price: now “900 RUB”"]),
        (
            "    listen: yes_no",
            "    listen: yes_no\n    silence: 9\n    tags: [seen]",
            ["greeting: silence: now 9", "greeting: tags: now seen"],
        ),
    ],
)
def test_what_changed_is_told(old: str, new: str, words: list[str]) -> None:
    assert old in WHOLE
    assert told(WHOLE, WHOLE.replace(old, new, 1)) == words


def test_steps_come_and_go() -> None:
    more = WHOLE.replace("everywhere:", "  later:\n    say: Later, then.\n    end: {}\neverywhere:")
    more = more.replace("deny: goodbye", "deny: later")
    assert "later: a new step, which says “Later, then.”" in told(WHOLE, more)
    assert "later: this step is gone" in told(more, WHOLE)
