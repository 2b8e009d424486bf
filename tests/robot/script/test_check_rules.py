"""The rules of the checker one by one: a small script that is broken in one way, and the rule that says so."""

import pytest

from robot.script import ScriptError, check_script, read_script
from robot.script.check import RULES
from robot.script.findings import Finding

HEAD = """\
script: small
language: en
needs: {first_name: name}
may_have: {bonus: money, last_visit: date, city: text}
facts: {price: 900 RUB, limit: 3}
transfers: {desk: {to: "sip:100"}}
start: ask
"""
STEPS = """\
steps:
  ask:
    say: <first_name>, this is a robot, and the call is recorded. May I?
    answers: {affirm: bye, deny: bye}
  bye:
    say: Goodbye!
    end: {interest: warm, disposition: completed}
everywhere: {do_not_call: bye, wrong_number: bye}
"""


def findings(text: str) -> list[Finding]:
    """Return all findings, errors too, which keep a script from being read at all."""
    try:
        return check_script(read_script(text, "x.yaml"))
    except ScriptError as wrong:
        return list(wrong.findings)


def test_the_script_that_is_broken_below_is_whole() -> None:
    assert findings(HEAD + STEPS) == []


ERRORS = [
    # conditions
    ("    say: Goodbye!", "    if: bonus >\n    otherwise: ask\n    say: Goodbye!", "bad-condition", "a value"),
    ("    say: Goodbye!", "    if: bonus > much\n    otherwise: ask\n    say: Goodbye!", "bad-condition", "money"),
    ("    say: Goodbye!", "    if: city > Omsk\n    otherwise: ask\n    say: Goodbye!", "bad-condition", "no order"),
    ("    say: Goodbye!", "    if: bonsu > 0\n    otherwise: ask\n    say: Goodbye!", "unknown-name", "“bonus”"),
    ("    say: Goodbye!", "    if: bonus > 0\n    say: Goodbye!", "no-otherwise", "otherwise:"),
    ("    say: Goodbye!", "    otherwise: ask\n    say: Goodbye!", "no-condition", "if:"),
    ("    say: Goodbye!", "    say: [{if: x = 1, say: Goodbye!}]", "unknown-name", "x"),
    ("    say: Goodbye!", "    if: bonus > 0\n    otherwise: nowhere\n    say: Goodbye!", "missing-step", "nowhere"),
    # slots
    ("answers: {affirm: bye, deny: bye}", "ask_for: {it: choice}\n    then: bye", "unknown-value", "choice"),
    (
        "answers: {affirm: bye, deny: bye}",
        "ask_for: {it: {type: choice}}\n    then: bye",
        "slot",
        "{type: choice, of:",
    ),
    ("answers: {affirm: bye, deny: bye}", "ask_for: {it: {type: text, length: 3}}\n    then: bye", "slot", "digits"),
    (
        "answers: {affirm: bye, deny: bye}",
        "ask_for: {it: {type: choice, of: {a: [red], b: [Red]}}}\n    then: bye",
        "ambiguous-choice",
        "“Red”",
    ),
    (
        "answers: {affirm: bye, deny: bye}",
        "ask_for: {it: {type: number, least: 5, most: 3}}\n    then: bye",
        "bad-slot",
        "at least 5",
    ),
    # meanings, targets, wording
    ("answers: {affirm: bye,", "means: {affrim: wrong_number}\n    answers: {affirm: bye,", "bad-meaning", "“affirm”"),
    ("start: ask", "start: ask\ninbound: aks", "missing-step", "“ask”"),
    ("start: ask", "start: ask\ninbound: return", "bad-start", "Name a step"),
    ("    say: Goodbye!", "    say: Goodbye!\n    variants: {a: One., b: Two.}", "two-wordings", "Keep one"),
    ('to: "sip:100"', "to: over there", "bad-transfer", "sip:100"),
    ("    say: Goodbye!", "    say: Goodbye, <limit as money of race>!", "unknown-way", "<visits as number"),
    ("    say: Goodbye!", "    say: Goodbye!\n    note: Was <hapy>.", "unknown-placeholder", "hapy"),
    ("    say: Goodbye!", "    say: Goodbye!\n    email: {text: x}", "missing-key", "subject"),
    ("    say: Goodbye!", "    say: Goodbye!\n    count: 1st", "bad-name", "letters"),
    ("    say: Goodbye!", "    say: []", "bad-value", ""),
    # circles without a question
    (
        "  bye:\n",
        "  one: {if: bonus > 0, then: bye, otherwise: two}\n  two: {say: Hm., then: one}\n  bye:\n",
        "no-way-out",
        "one → two → one",
    ),
    # silencing
    ("start: ask", "start: ask\nsilenced: {long-promt: It is the law.}", "unknown-rule", "“long-prompt”"),
    ("start: ask", "start: ask\nsilenced: {long-prompt: law}", "no-reason", "why"),
    ("start: ask", "start: ask\nsilenced: {missing-step: I know better.}", "unknown-rule", "missing-step"),
]


@pytest.mark.parametrize(("old", "new", "rule", "told"), ERRORS)
def test_what_keeps_a_script_off_the_air(old: str, new: str, rule: str, told: str) -> None:
    assert old in HEAD + STEPS
    found = [finding for finding in findings((HEAD + STEPS).replace(old, new, 1)) if finding.level == "error"]
    assert rule in [finding.rule for finding in found]
    assert any(told in f"{one.sentence} {one.remedy}" for one in found if one.rule == rule)


WARNINGS = [
    ("say: Goodbye!", "say: Goodbye from <city>!", "may-be-missing"),
    ("say: Goodbye!", "say: Goodbye, Анна!", "foreign-letters"),
    ("say: Goodbye!", "say: Goodbye, room 12!", "digits"),
    ("say: Goodbye!", "say: Goodbye ☺", "unsayable"),
    ("say: Goodbye!", "say: Goodbye & thanks!", "unsayable"),
    ("say: Goodbye!", "say: [" + ", ".join(["Goodbye and thank you very much indeed."] * 6) + "]", "long-prompt"),
    ("this is a robot, and ", "", "no-robot-disclosure"),
    (", and the call is recorded", "", "no-recording-disclosure"),
    ("start: ask", "start: ask\ninbound: bye", "no-robot-disclosure"),
    (", wrong_number: bye", "", "no-wrong-number"),
    ("do_not_call: bye, ", "", "no-do-not-call"),
    ("do_not_call: bye, ", "do_not_call: bye, thanks_bye: {say: Bye., end: {}}, ", "empty-end"),
    (
        "answers: {affirm: bye, deny: bye}",
        "listen: yes_no\n    ask_for: {city: city}\n    then: bye",
        "slot-hides-column",
    ),
    ("deny: bye}", "ask_price: bye}", "half-question"),
    ("everywhere:", "  lost: {say: Hm., end: {interest: cold}}\neverywhere:", "unreachable-step"),
]


@pytest.mark.parametrize(("old", "new", "rule"), WARNINGS)
def test_what_may_surprise(old: str, new: str, rule: str) -> None:
    assert old in HEAD + STEPS
    text = (HEAD + STEPS).replace(old, new, 1)
    found = findings(text)
    assert rule in [finding.rule for finding in found]
    assert all(finding.level == "warning" for finding in found)
    silenced = f"silenced: {{{rule}: It is meant to be so.}}\n{text}"
    assert rule not in [finding.rule for finding in findings(silenced)]


def test_a_service_call_makes_no_offer_but_a_reason_may_be_given() -> None:
    text = (HEAD + STEPS).replace("Goodbye!", "There is a discount for you!")
    assert findings(text) == []
    service = f"purpose: service\n{text}"
    (finding,) = findings(service)
    assert (finding.rule, finding.level) == ("offer-in-service", "error")
    assert findings(f"silenced: {{offer-in-service: The court ordered this discount.}}\n{service}") == []


@pytest.mark.parametrize(
    ("language", "offer"), [("ru", "Дарим вам второй заезд."), ("pl", "Mamy dla pani zniżkę."), ("en", "A free gift.")]
)
def test_offers_are_known_in_every_language(language: str, offer: str) -> None:
    text = f"script: s\nlanguage: {language}\npurpose: service\nstart: a\nsteps:\n  a: {{say: {offer}, end: {{}}}}\n"
    assert "offer-in-service" in [finding.rule for finding in findings(text)]


@pytest.mark.parametrize(
    ("language", "opening"),
    [
        ("ru", "Это робот, разговор записывается. Удобно?"),
        ("pl", "Mówi robot, rozmowa jest nagrywana. Można?"),
        ("en", "This is a robot, and we record calls. May I?"),
    ],
)
def test_disclosure_is_known_in_every_language(language: str, opening: str) -> None:
    text = HEAD.replace("language: en", f"language: {language}") + STEPS.replace(
        "<first_name>, this is a robot, and the call is recorded. May I?", opening
    ).replace("Goodbye!", "…")
    assert [one.rule for one in findings(text) if "disclosure" in one.rule] == []


def test_a_disclosure_that_only_some_hear_is_none() -> None:
    text = (HEAD + STEPS).replace(
        "say: <first_name>, this is a robot, and the call is recorded. May I?",
        "say: [May I?, {if: bonus > 0, say: This is a robot and the call is recorded.}]",
    )
    assert {"no-robot-disclosure", "no-recording-disclosure"} <= {finding.rule for finding in findings(text)}
    variants = (HEAD + STEPS).replace(
        "say: <first_name>, this is a robot, and the call is recorded. May I?",
        "variants: {a: This is a robot; we record. May I?, b: May I?}",
    )
    assert {"no-robot-disclosure", "no-recording-disclosure"} <= {finding.rule for finding in findings(variants)}


def test_a_key_that_means_never_again_is_right_enough() -> None:
    text = (
        (HEAD + STEPS)
        .replace("everywhere: {do_not_call: bye, wrong_number: bye}\n", "")
        .replace("    answers: {affirm: bye, deny: bye}\n", "    keys: {1: bye, 8: stop, 9: wrong}\n")
    )
    text += "  stop: {say: Never again., end: {disposition: do_not_call}}\n"
    text += "  wrong: {say: Sorry., end: {disposition: wrong_person}}\n"
    assert findings(text) == []


def test_what_the_data_teaches_and_nobody_answers() -> None:
    known = {"affirm", "deny", "do_not_call", "wrong_number", "ask_price", "out_of_scope"}
    (finding,) = check_script(read_script(HEAD + STEPS, "x.yaml"), known)
    assert finding.rule == "unanswered-intent"
    assert "ask_price" in finding.sentence and "out_of_scope" not in finding.sentence


def test_what_no_data_teaches_is_told_with_what_to_do() -> None:
    found = check_script(read_script(HEAD + STEPS, "x.yaml"), ())
    assert {finding.rule for finding in found} == {"unknown-intent"}
    assert all("understands: [common.en]" in finding.remedy for finding in found)


def test_every_rule_that_can_be_silenced_is_one_of_these() -> None:
    tested = {rule for _, _, rule in WARNINGS} | {"offer-in-service", "transfer-may-fail", "unanswered-intent"}
    assert tested == set(RULES)
