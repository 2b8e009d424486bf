from pathlib import Path

import pytest

from robot.script import check_script, load_script, read_script
from tests.robot.script.test_loader import DIALOGS, WHOLE, changed, errors


def rules(text: str, intents: set[str] | None = None) -> list[str]:
    return [finding.rule for finding in check_script(read_script(text, "x.yaml"), intents)]


def test_nothing_is_found_in_a_whole_script() -> None:
    assert rules(WHOLE) == []


@pytest.mark.parametrize("name", ["return.en", "return.ru"])
def test_nothing_is_found_in_the_shipped_scripts(name: str) -> None:
    assert check_script(load_script(DIALOGS / f"{name}.yaml")) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("    end: {}", "    then: goodbye", "no-way-out"),
        ("    end: {}\n", "", "no-way-out"),
        ("    end: {}", "    end: {}\n    then: greeting", "two-ways"),
        ("    end: {}", "    transfer: desk", "missing-transfer"),
        ("    end: {}", "    end: {}\n    confirm: Right?", "confirm"),
        ("    end: {}", "    end: {}\n    variants: {a: One., b: Two.}", "two-wordings"),
        ("    end: {}", "    end: {}\n    if_transfer_fails: greeting", "no-transfer"),
        ("answers: {affirm: goodbye, deny: goodbye}", "ask_for: {callback_at: time}", "no-way-out"),
        ("    answers: {affirm: goodbye, deny: goodbye}\n", "", "no-answers"),
        ("start: greeting", "start: return", "bad-start"),
        ("    say: Goodbye!", "    say: Goodbye, <price as money>!", "unknown-placeholder"),
        ("    say: Goodbye!", "    say: Goodbye, <you and me>!", "bad-placeholder"),
        ("start: greeting", "transfers: {a: {to: x, zone: Mars/Base}}\nstart: greeting", "bad-zone"),
    ],
)
def test_what_would_break_a_call_keeps_the_script_off_the_air(old: str, new: str, rule: str) -> None:
    assert rule in [finding.rule for finding in errors(changed(old, new))]


def test_facts_must_be_sayable_as_asked() -> None:
    text = changed("Goodbye!", "<price as money>, until <day as date>.")
    assert rules(text.replace("start:", "facts: {price: 900 RUB, day: 2027-03-01}\nstart:")) == []
    wrong = text.replace("start:", "facts: {price: cheap, day: in spring}\nstart:")
    assert [finding.rule for finding in errors(wrong)] == ["bad-fact", "bad-fact"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("  do_not_call: goodbye\n", "", "no-do-not-call"),
        ("  wrong_number: goodbye\n", "", "no-wrong-number"),
        ("this is a robot, and ", "", "no-robot-disclosure"),
        (", and the call is recorded", "", "no-recording-disclosure"),
        ("deny: goodbye", "repeat: repeat", "half-question"),
        ("everywhere:", "  lost:\n    say: Hm.\n    end: {}\neverywhere:", "unreachable-step"),
        ("Goodbye!", "Goodbye, and see you! " * 10, "long-prompt"),
        ("needs: {first_name", "may_have: {first_name", "may-be-missing"),
    ],
)
def test_what_may_surprise_is_a_warning(old: str, new: str, rule: str) -> None:
    assert rules(changed(old, new)) == [rule]


def test_a_transfer_that_nobody_takes() -> None:
    text = changed("    end: {}", "    transfer: desk").replace("start:", "transfers: {desk: {to: sip:1}}\nstart:")
    assert rules(text) == ["transfer-may-fail"]


def test_intents_must_be_trained() -> None:
    known = {"affirm", "deny", "do_not_call"}
    (finding,) = check_script(read_script(WHOLE, "x.yaml"), known)
    assert (finding.rule, finding.level, finding.place.line) == ("unknown-intent", "error", 15)
    found = check_script(read_script(changed("wrong_number:", "do_not_cal:"), "x.yaml"), known)
    (near,) = [finding for finding in found if finding.rule == "unknown-intent"]
    assert "“do_not_call”" in near.remedy


def test_steps_that_only_follow_each_other_are_a_circle() -> None:
    text = changed("    end: {}", "    then: again\n  again:\n    say: And again.\n    then: goodbye")
    (finding,) = errors(text)
    assert "goodbye → again → goodbye" in finding.sentence or "again → goodbye → again" in finding.sentence


def test_findings_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(changed("deny: goodbye", "repeat: repeat"), "utf-8")
    assert str(check_script(load_script(path))[0]).startswith(f"{path}:9:")
