from pathlib import Path

import pytest

from robot.script import Script, ScriptError, load_script, read_script
from robot.script.findings import Finding
from robot.script.shipping import version_of

DIALOGS = Path(__file__).parents[3] / "dialogs"

WHOLE = """\
script: small
language: en
needs: {first_name: name}
start: greeting
steps:
  greeting:
    say: <first_name>, this is a robot, and the call is recorded. May I?
    listen: yes_no
    answers: {affirm: goodbye, deny: goodbye}
  goodbye:
    say: Goodbye!
    end: {}
everywhere:
  do_not_call: goodbye
  wrong_number: goodbye
"""


def errors(text: str) -> tuple[Finding, ...]:
    with pytest.raises(ScriptError) as caught:
        read_script(text, "x.yaml")
    return caught.value.findings


def one(text: str) -> Finding:
    (finding,) = errors(text)
    return finding


def changed(old: str, new: str) -> str:
    assert old in WHOLE
    return WHOLE.replace(old, new)


def test_a_script_is_read_and_knows_where_its_parts_stand() -> None:
    script = read_script(WHOLE, "small.yaml")
    assert script.start == "greeting"
    assert script.place(("steps", "goodbye")).line == 10
    assert script.file == "small.yaml"
    assert script.hash == version_of(WHOLE)


@pytest.mark.parametrize("name", ["return.en", "return.ru"])
def test_shipped_scripts_load(name: str) -> None:
    assert isinstance(load_script(DIALOGS / f"{name}.yaml"), Script)


def test_scalars_are_what_they_look_like() -> None:
    text = changed("start:", "facts: {opens: 10:30, phone: +79261234567, dogs: no, size: 007, day: 2027-03-01}\nstart:")
    facts = read_script(text, "x.yaml").facts
    assert facts == {"opens": "10:30", "phone": "+79261234567", "dogs": "no", "size": "007", "day": "2027-03-01"}


def test_keys_of_the_phone_may_be_written_as_numbers() -> None:
    script = read_script(changed("    listen: yes_no\n", "    keys: {1: goodbye, 2: goodbye}\n"), "x.yaml")
    assert set(script.steps["greeting"].keys) == {"1", "2"}


def test_an_end_may_be_empty() -> None:
    end = read_script(changed("end: {}", "end:"), "x.yaml").steps["goodbye"].end
    assert end is not None
    assert end.disposition is None


@pytest.mark.parametrize(
    ("old", "new", "rule", "line", "in_remedy"),
    [
        ("    say: Goodbye!", "    say: We are number #1 # for you", "cut-by-comment", 11, "in quotes"),
        ("    say: Goodbye!", '    say: "Goodbye', "not-yaml", 11, "in quotes"),
        ("    say: Goodbye!", "\tsay: Goodbye!", "tab", 11, "spaces"),
        ("    say: Goodbye!", "    say: Goodbye!\n    say: Bye!", "duplicate-key", 12, "Keep one"),
        ("    say: Goodbye!", "    sya: Goodbye!", "unknown-key", 11, "“say”"),
        ("    say: Goodbye!", "    say:", "empty", 11, "Fill"),
        ("    say: Goodbye!", "    say: !x Goodbye!", "tag", 11, "in quotes"),
        ("    end: {}", "    end: {interest: warn}", "unknown-value", 12, "“warm”"),
        ("    listen: yes_no", "    listen: yesno", "unknown-value", 8, "“yes_no”"),
        ("language: en\n", "", "missing-key", 1, "language:"),
        ("  goodbye:\n", "  good bye:\n", "bad-name", 10, "letters"),
        ("start: greeting", "start: greting", "missing-step", 4, "“greeting”"),
        ("{affirm: goodbye,", "{affirm: godbye,", "missing-step", 9, "“goodbye”"),
        ("<first_name>,", "<fist_name>,", "unknown-placeholder", 7, "“first_name”"),
        ("<first_name>,", "<first_name as mony>,", "unknown-way", 7, "“money”"),
        ("<first_name>,", "{first_name},", "not-yaml", 7, "in quotes"),
    ],
)
def test_what_marketers_stumble_over(old: str, new: str, rule: str, line: int, in_remedy: str) -> None:
    finding = errors(changed(old, new))[0]
    assert (finding.rule, finding.place.line) == (rule, line)
    assert in_remedy in finding.remedy
    assert str(finding).startswith(f"x.yaml:{line}:")


def test_a_remark_on_a_line_of_its_own_is_fine() -> None:
    read_script(changed("    say: Goodbye!", "    # short\n    say: Goodbye!"), "x.yaml")
    read_script(changed("    say: Goodbye!", '    say: "Goodbye #1!" # quoted'), "x.yaml")
    read_script(changed("    end: {}", "    end: {} # nothing to tell"), "x.yaml")
    script = read_script(changed("    say: Goodbye!", "    say: Goodbye!    # whoever it was"), "x.yaml")
    assert script.steps["goodbye"].say == "Goodbye!"


def test_long_sentences_may_go_on_below() -> None:
    script = read_script(changed("    say: Goodbye!", "    say: >-\n      Goodbye: and\n      come again!"), "x.yaml")
    assert script.steps["goodbye"].say == "Goodbye: and come again!"


def test_all_mistakes_of_a_kind_are_told_at_once() -> None:
    text = changed("affirm: goodbye, deny: goodbye", "affirm: a, deny: b")
    assert [finding.rule for finding in errors(text)] == ["missing-step", "missing-step"]


def test_an_anchor_bomb_does_not_go_off() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert one("\n".join(lines)).rule == "too-deep"


def test_an_anchor_that_holds_itself_is_told() -> None:
    assert one("script: &a\n  script: *a\n").rule == "too-deep"


NO_SCRIPTS = ["", "- a\n- b\n", "just words", "[", "\x00", "%YAML 9.9\n---\na: b", "a: &x *x", "? [a]\n: b"]


@pytest.mark.parametrize("text", NO_SCRIPTS)
def test_what_is_no_script_is_told_in_a_sentence(text: str) -> None:
    assert all(finding.sentence and finding.remedy for finding in errors(text))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="no-file"):
        load_script(tmp_path / "none.yaml")
    latin = tmp_path / "cp1251.yaml"
    latin.write_bytes(WHOLE.replace("Goodbye!", "До свидания!").encode("cp1251"))
    with pytest.raises(ScriptError, match="UTF-8"):
        load_script(latin)
    bom = tmp_path / "bom.yaml"
    bom.write_text(WHOLE, "utf-8-sig")
    assert load_script(bom).hash == version_of(WHOLE)
