"""Whatever a file holds, reading it ends in a script or in sentences about what is wrong."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.script import ScriptError, read_script

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.yaml"))
"""Texts that fuzzing found to make the loader behave in ways of their own (`tests.robot.script.fuzz_loader`)."""
TEXT = (Path(__file__).parents[3] / "dialogs" / "return.en.yaml").read_text("utf-8")
SNIPPETS = st.sampled_from(
    ["\t", ": ", " #", "&a ", "*a", "!!python/name:os.system", "[", "}", '"', "- ", "<<: ", "? ", "\n", "return", "é"]
)


def _read(text: str) -> None:
    try:
        read_script(text, "x.yaml")
    except ScriptError as error:
        assert error.findings
        assert all(finding.sentence and finding.remedy and finding.place.line >= 1 for finding in error.findings)


@pytest.mark.slow
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_what_fuzzing_has_found(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", errors="replace")
    _read(text)


@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    _read(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 12), SNIPPETS), min_size=1, max_size=4))
def test_a_script_with_damage(damage: list[tuple[int, int, str]]) -> None:
    text = TEXT
    for at, cut, snippet in damage:
        text = text[:at] + snippet + text[at + cut :]
    _read(text)
