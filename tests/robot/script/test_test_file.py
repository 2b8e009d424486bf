from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.script import ScriptError, lay_out, load_script
from robot.script.findings import Finding
from robot.script.test_file import SUFFIX, ScriptTests, check_tests, file_of_tests, load_tests, read_tests

DIALOGS = Path(__file__).parents[3] / "dialogs"
SCRIPT = load_script(DIALOGS / "return.en.yaml")

WHOLE = """\
contact: {first_name: Anna}
now: 2026-11-23T12:00
zone: Europe/London
tests:
  books at once:
    variants: {offer: discount}
    talk:
      - robot: hello Anna        # a remark
      - caller: yes, at 10:30
        step: offer
        intent: affirm
        within: 60
      - silence
        robot: [hello, can you hear me]
      - keys: 0123456789*#
    ends: {disposition: agreed, never_call: no}
    learned: {callback_at: 2026-11-24T15:00:00+00:00}
"""


def found(text: str) -> tuple[Finding, ...]:
    with pytest.raises(ScriptError) as raised:
        read_tests(text, "x.test.yaml")
    return raised.value.findings


def unknown(old: str, new: str) -> list[Finding]:
    assert old in WHOLE
    return list(check_tests(read_tests(WHOLE.replace(old, new), "x.test.yaml"), SCRIPT, lay_out(SCRIPT)))


def test_every_scalar_is_what_it_looks_like() -> None:
    tests = read_tests(WHOLE, "x.test.yaml")
    (test,) = tests.tests.values()
    assert [item.act for item in test.talk] == [None, "caller", "silence", "keys"]
    assert test.talk[1].caller == "yes, at 10:30"
    assert test.talk[1].within == 60
    assert test.talk[2].robot == ("hello", "can you hear me")
    assert test.talk[3].keys == "0123456789*#"
    assert test.ends is not None
    assert test.ends.never_call is False
    assert tests.place_in("books at once", "talk", "1", "step").line == 10
    assert check_tests(tests, SCRIPT, lay_out(SCRIPT)) == ()


@pytest.mark.parametrize(
    ("line", "rule", "column", "says"),
    [
        ("- robott: x", "unknown-key", 9, "“robot”"),
        ("- caler: x", "unknown-key", 9, "“caller”"),
        ("- silenc", "not-an-act", 9, "“silence”"),
        ("- yes please", "not-an-act", 9, "- caller: yes please"),
        ("- silence: 8", "bare", 9, "stands alone"),
        ("- {caller: yes, keys: 1}", "two-acts", 9, "dash of its own"),
        ("- keys: one", "keys", 9, "0 to 9"),
        ("- machine: voicemal", "unknown-value", 9, "“voicemail”"),
        ("- transfer: token", "unknown-value", 9, "“taken”"),
        ("- {caller: yes, within: soon}", "seconds", 23, "60"),
        ("- {caller: yes, over: hello}", "over", 9, "interrupt"),
        ("- {over: hello}", "over", 9, "interrupt"),
        ("- robot: {a: b}", "words", 9, "quotes"),
        ("- robot: '…'", "words", 9, "quotes"),
        ("- caller:", "empty", 9, "nothing after it"),
        ("- {}", "empty", 9, "nothing is done"),
    ],
)
def test_a_mistake_in_a_line_has_its_place_and_its_remedy(line: str, rule: str, column: int, says: str) -> None:
    (finding,) = found(
        f"tests:\n  one: {{talk: [silence]}}\n  two: {{talk: [silence]}}\n  bad:\n    talk:\n      {line}\n"
    )
    assert finding.rule == rule
    assert (finding.place.line, finding.place.column) == (6, column)
    assert says in f"{finding.sentence} {finding.remedy}"


@pytest.mark.parametrize(
    ("text", "rule", "says"),
    [
        ("- a\n", "no-tests", "tests:"),
        ("tests:\n", "empty", "nothing after it"),
        ("tests: {}\n", "nothing", "at least one"),
        ("tests: {a: {talk: []}}\n", "nothing", "at least one"),
        ("tests: {a: {}}\n", "missing-key", "talk"),
        ("test: {a: {talk: [silence]}}\n", "unknown-key", "“tests”"),
        ("now: noon\ntests: {a: {talk: [silence]}}\n", "time", "2026-11-23T12:00"),
        ("zone: Europe/Moskow\ntests: {a: {talk: [silence]}}\n", "zone", "Europe/Moscow"),
        ("tests: {a: {talk: [silence], ends: {disposition: agred}}}\n", "unknown-value", "“agreed”"),
        ("tests: {a: {talk: [silence], sent: [{channel: fax}]}}\n", "unknown-value", "sms"),
        ("tests:\n  a: {talk: [silence]}\n  a: {talk: [silence]}\n", "duplicate-key", "second time"),
    ],
)
def test_a_mistake_in_the_file_is_told(text: str, rule: str, says: str) -> None:
    finding = found(text)[0]
    assert finding.rule == rule
    assert says in f"{finding.sentence} {finding.remedy}"


@pytest.mark.parametrize(
    ("old", "new", "rule", "line", "says"),
    [
        ("first_name", "first_nam", "missing-field", 1, "first_name"),
        ("contact: {first_name: Anna}\n", "", "no-field", 4, "first_name"),
        ("{offer: discount}", "{ofer: discount}", "missing-variants", 6, "offer"),
        ("{offer: discount}", "{offer: discont}", "missing-variant", 6, "discount"),
        ("step: offer", "step: ofer", "missing-step", 10, "offer"),
        ("intent: affirm", "intent: afirm", "missing-intent", 11, "affirm"),
        ("learned: {callback_at", "learned: {callback", "missing-slot", 17, "callback_at"),
    ],
)
def test_what_the_script_does_not_have_is_told_with_its_nearest_name(
    old: str, new: str, rule: str, line: int, says: str
) -> None:
    finding = unknown(old, new)[0]
    assert finding.rule == rule
    assert abs(finding.place.line - line) <= (new == "")
    assert says in f"{finding.sentence} {finding.remedy}"


def test_what_needs_no_words_may_stand_alone_with_keys_below_it() -> None:
    talk = "- silence   # so\n  robot: hello\n- hang_up\n  over: bye\n- limit\n"
    (test,) = read_tests("tests:\n a:\n  talk:\n" + indent(talk, "   "), "x").tests.values()
    assert [item.act for item in test.talk] == ["silence", "hang_up", "limit"]
    assert test.talk[0].robot == ("hello",)
    assert test.talk[1].over == "bye"


def test_a_colon_in_what_is_said_does_no_harm() -> None:
    (test,) = read_tests("tests:\n  a:\n    talk:\n      - caller: look: how much\n", "x").tests.values()
    assert test.talk[0].caller == "look: how much"


def test_the_tests_of_a_script_stand_beside_it() -> None:
    assert file_of_tests(Path("dialogs/return.ru.yaml")) == Path("dialogs/return.ru" + SUFFIX)
    assert isinstance(load_tests(file_of_tests(DIALOGS / "return.ru.yaml")), ScriptTests)
    with pytest.raises(ScriptError, match="no-file"):
        load_tests(DIALOGS / "nothing.test.yaml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x.test.yaml"
    file.write_bytes("tests: да".encode("cp1251"))
    with pytest.raises(ScriptError, match="UTF-8"):
        load_tests(file)


@given(st.text(alphabet="tesalk:{}[]-,# \n'\"silencrobot1", max_size=120), st.integers(0, len(WHOLE)))
def test_no_text_is_met_with_anything_but_findings(piece: str, at: int) -> None:
    for text in (piece, WHOLE[:at] + piece + WHOLE[at:]):
        try:
            read_tests(text, "x")
        except ScriptError as wrong:
            assert wrong.findings
