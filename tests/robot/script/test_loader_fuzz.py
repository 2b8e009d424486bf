"""Whatever a file holds, reading it ends in a script or in sentences about what is wrong."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from robot.script import ScriptError, read_script

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
