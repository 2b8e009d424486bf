"""Scripts are written in one way, with every word and every comment kept."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.script.findings import ScriptError
from robot.script.formatting import format_script
from robot.script.reading import read_tree

DIALOGS = Path(__file__).parents[3] / "dialogs"
SCRIPTS = [path.read_text("utf-8") for path in sorted(DIALOGS.glob("*.yaml")) if ".test." not in path.name]

WHOLE = """\
# All about it.
script: small
language: en        # British
title: Small
start: hello

# What is said.
steps:
  hello:
    say: Hello!
    answers: {affirm: bye, deny: bye}
    keys: {1: bye, 2: bye}
  # The end.
  bye:
    say: "Bye: and thanks"
    end: {}
  # Nothing more.

when_silent:
  - say: Hello?
  # Then:
  - say: Bye.
    end:
"""


def formatted(text: str) -> str:
    return format_script(text, "x.yaml")


def step(lines: str) -> str:
    """Return a step as it is written, of which these are the lines."""
    before, after = "script: small\n\nsteps:\n  hello:\n", "\nwhen_silent: []\n"
    written = formatted(before + lines + after)
    assert written.startswith(before)
    assert written.endswith(after)
    return written[len(before) : -len(after)]


def test_a_script_in_order_stays_as_it_is() -> None:
    assert formatted(WHOLE) == WHOLE


@pytest.mark.parametrize("text", [*SCRIPTS, WHOLE])
def test_formatting_keeps_every_word_and_comment_and_is_done_at_once(text: str) -> None:
    written = formatted(text)
    assert formatted(written) == written
    assert read_tree(written, "x").tree == read_tree(text, "x").tree
    assert list(read_tree(written, "x").tree["steps"] or ()) == list(read_tree(text, "x").tree["steps"] or ())
    comments = re.compile(r"(?:^|\s)(#.*?)\s*$", re.MULTILINE)
    assert sorted(comments.findall(written)) == sorted(comments.findall(text))
    assert all(len(line) <= 110 for line in written.splitlines() if "#" not in line)


def test_indentation_empty_lines_and_spaces_are_put_in_order() -> None:
    untidy = re.sub(r"^ +", lambda indent: indent[0] * 2, WHOLE, flags=re.MULTILINE).replace("\n\n", "\n\n\n")
    untidy = (
        untidy.replace("    - say: Bye.", "    -   say: Bye.")
        .replace("{affirm: bye, deny: bye}", "{ affirm:   bye ,deny: bye }")
        .replace("Hello!", "Hello!  ")
    )
    untidy = untidy.replace("\n\n\nwhen_silent", "\nwhen_silent").replace("script:", "script:  ") + "\n\n"
    assert formatted(untidy) == WHOLE


def test_windows_line_ends_and_byte_order_marks_go() -> None:
    assert formatted("\ufeff" + WHOLE.replace("\n", "\r\n")) == WHOLE


def test_keys_stand_in_the_order_of_the_documentation_and_their_comments_go_with_them() -> None:
    text = """\
# On top.

steps:
  hello:
    end: {}
    # Why.
    sya: unknown
    # Who.
    say: Hello!
    if: bonus > 0
# First.
start: hello
script: small  # its name
"""
    assert (
        formatted(text)
        == """\
# On top.

script: small  # its name
# First.
start: hello

steps:
  hello:
    if: bonus > 0
    # Who.
    say: Hello!
    end: {}
    # Why.
    sya: unknown
"""
    )


def test_steps_that_are_written_out_on_the_spot_are_steps_too() -> None:
    written = step(
        "    answers:\n      affirm:\n        then: bye\n        say: Fine.\n    keys: {1: {then: a, say: b}}\n"
    )
    assert "        say: Fine.\n        then: bye\n" in written
    assert "{1: {say: b, then: a}}" in written.replace("then: a, say: b", "say: b, then: a")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("say: 'Hello!'", "say: Hello!"),
        ('say: "Hello!"', "say: Hello!"),
        ("say: 'Hello: we'", 'say: "Hello: we"'),
        ("say: Hello: we", 'say: "Hello: we"'),
        ("say: '\"Apex\" calls'", "say: '\"Apex\" calls'"),
        ('say: "\\"Apex\\" calls"', "say: '\"Apex\" calls'"),
        ('say: "no"', 'say: "no"'),
        ("say: no", "say: no"),
        ("say: 10:30", "say: 10:30"),
        ('say: "10:30"', 'say: "10:30"'),
        ("say: 0x10", "say: 0x10"),
        ("say: +79261234567", "say: +79261234567"),
        ('say: "#1 for you"', 'say: "#1 for you"'),
        ('say: "Hello!"   # quoted', 'say: "Hello!"   # quoted'),
        ("say: Hello,\n      and bye!", "say: Hello, and bye!"),
        ("say: >\n      Hello: you\n      there\n", "say: >\n      Hello: you there"),
        ("say: |-\n      one\n      two\n", "say: |-\n      one\n      two"),
        ('say: "one\\ntwo"', "say: |-\n      one\n      two"),
        ('say: "a\\tb\\u200b"', 'say: "a\tb\u200b"'),
        ('say: "  two spaces "', 'say: "  two spaces "'),
        ("say: [Hello, {play: a.wav}]", "say: [Hello, {play: a.wav}]"),
        ("say: [Hello, # first\n      bye]", "say:\n      # first\n      - Hello\n      - bye"),
        ("say:\n    - Hello\n    -   bye", "say:\n      - Hello\n      - bye"),
        ("say:\n    # first\n    -\n      # why\n      say: Hi", "say:\n      # first\n      # why\n      - say: Hi"),
        ("end:", "end:"),
        ("keys: {\n      1: bye,\n\n      2: bye}", "keys: {1: bye, 2: bye}"),
        ('keys: {"*": bye, "1": bye}', 'keys: {"*": bye, "1": bye}'),
    ],
)  # fmt: skip
def test_values_are_written_in_one_way(written: str, canonical: str) -> None:
    assert step(f"    {written}\n") == f"    {canonical}\n"


def test_long_sentences_are_wrapped_where_that_changes_nothing() -> None:
    words = "Hello and welcome to the track. " * 8
    written = step(f"    say: {words}\n")
    first, *rest = written.splitlines()
    assert first == "    say: >-"
    assert all(line.startswith("      ") and 85 <= len(line) <= 100 for line in rest[:-1])
    assert " ".join(line.strip() for line in rest) == words.strip()
    spaced = "Hello  there " * 12
    assert step(f'    say: "{spaced}"\n') == f'    say: "{spaced}"\n'


def test_long_brackets_are_written_over_several_lines() -> None:
    answers = ", ".join(f"intent_number_{number}: the_step_that_follows" for number in range(4))
    written = step(f"    answers: {{{answers}}}  # many\n")
    lines = written.splitlines()
    assert lines[0].startswith("    answers:")
    assert lines[0].endswith("# many")
    assert lines[1:] == [f"      intent_number_{number}: the_step_that_follows" for number in range(4)]


def test_what_marketers_mean_is_mended_first() -> None:
    assert step("    say:“Hello”: we\n    then:bye\n") == '    say: "“Hello”: we"\n    then: bye\n'


def test_a_script_with_anchors_is_left_as_it_is() -> None:
    text = "steps:\n  a: &a {say:   Hello!}\n  b: *a\n"
    assert formatted(text) == text


@pytest.mark.parametrize("text", ["", "- a", 'say: "Hello', "a: b\na: c\n", "say: We are #1 # for you\n", "a: !x b"])
def test_what_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(ScriptError):
        formatted(text)


SNIPPETS = st.sampled_from(
    ["\t", ": ", " #", "*Only* ", "[", "}", '"', "- ", "– ", "\n", "\n\n\n", "\u00a0", " >-\n", "say:", "\r\n", "  ",
     "# why\n", " # why", "{", ",", "    ", "\\", "~", "10:30"]
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from([*SCRIPTS, WHOLE]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), SNIPPETS), min_size=1, max_size=4),
)
def test_a_script_with_damage_is_told_or_keeps_its_meaning(text: str, damage: list[tuple[float, int, str]]) -> None:
    for share, cut, snippet in damage:
        at = int(share * len(text))
        text = text[:at] + snippet + text[at + cut :]
    try:
        tree = read_tree(text, "x").tree
    except ScriptError:
        with pytest.raises(ScriptError):
            formatted(text)
        return
    written = formatted(text)
    assert read_tree(written, "x").tree == tree
    assert formatted(written) == written
