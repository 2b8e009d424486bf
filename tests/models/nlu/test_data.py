"""Training data in Rasa's format: what is read, what is left out and told about, what is refused and how."""

from pathlib import Path

import pytest

from models.nlu.data import NluDataError, read_nlu

GOOD = """\
version: "3.1"
nlu:
  - intent: affirm
    examples: |
      - yes
      - sure  thing
  # a comment
  - intent: callback_later
    examples: |
      - call me [tomorrow](time)
      - ring me at [ten]{"entity": "time", "role": "from"}
"""


def written(folder: Path, text: str, name: str = "nlu.yml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_examples_are_read_and_entity_marks_taken_off(tmp_path: Path) -> None:
    data = read_nlu([written(tmp_path, GOOD)])
    assert data.examples == {
        "affirm": ("yes", "sure thing"),
        "callback_later": ("call me tomorrow", "ring me at ten"),
    }


def test_the_long_form_of_examples_is_read_too(tmp_path: Path) -> None:
    text = 'version: "3.1"\nnlu:\n- intent: affirm\n  examples:\n  - text: yes\n    metadata: {x: 1}\n  - text: sure\n'
    assert read_nlu([written(tmp_path, text)]).examples == {"affirm": ("yes", "sure")}


def test_files_are_merged_and_nothing_stands_twice(tmp_path: Path) -> None:
    own = 'version: "3.1"\nnlu:\n- intent: affirm\n  examples: |\n    - yes\n    - start the engines\n'
    data = read_nlu([written(tmp_path, GOOD), written(tmp_path, own, "own.yml")])
    assert data.examples["affirm"] == ("yes", "sure thing", "start the engines")


def test_what_is_not_used_is_told_about(tmp_path: Path) -> None:
    text = GOOD + "  - synonym: ten\n    examples: |\n      - 10\n  - lookup: city\n    examples: |\n      - Rome\n"
    data = read_nlu([written(tmp_path, text + "responses:\n  utter_hi: []\n")])
    told = [str(warning) for warning in data.warnings]
    assert any(":12: synonym “ten” is not used" in line for line in told)
    assert any("lookup “city” is not used" in line for line in told)
    assert any(":18: `responses:` is not used here" in line for line in told)
    assert set(data.examples) == {"affirm", "callback_later"}


def test_a_sentence_under_two_intents_is_told_about(tmp_path: Path) -> None:
    data = read_nlu([written(tmp_path, GOOD + "  - intent: deny\n    examples: |\n      - Yes\n")])
    assert any("“Yes” stands under affirm too" in warning.text for warning in data.warnings)


def test_an_intent_with_few_examples_is_told_about(tmp_path: Path) -> None:
    data = read_nlu([written(tmp_path, GOOD)])
    assert any("intent affirm has 2 examples" in warning.text for warning in data.warnings)


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        pytest.param("", 1, "begin with", id="empty"),
        pytest.param("- a\n- b\n", 1, "begin with", id="a list"),
        pytest.param('version: "2.0"\nnlu: []\n', 1, 'write `version: "3.1"`', id="an old version"),
        pytest.param('version: "3.1"\nnlus:\n- intent: a\n', 1, "did `nlus:` mean it?", id="a misspelt nlu"),
        pytest.param('version: "3.1"\nnlu:\n- itent: a\n', 3, "did you mean `intent:`?", id="a misspelt intent"),
        pytest.param('version: "3.1"\nnlu:\n- just words\n', 3, "write `- intent: name`", id="no mapping"),
        pytest.param('version: "3.1"\nnlu:\n- intent:\n  examples: |\n    - a\n', 3, "needs a name", id="no name"),
        pytest.param('version: "3.1"\nnlu:\n- intent: a\n', 3, "write `examples: |`", id="no examples"),
        pytest.param('version: "3.1"\nnlu:\n- intent: a\n  examples: |\n    - one\n    two\n', 6, "write `- two`",
                     id="no dash"),
        pytest.param('version: "3.1"\nnlu:\n- intent: a\n  examples: 12\n', 4, "write `examples: |`", id="a number"),
        pytest.param('version: "3.1"\nnlu:\n\t- intent: a\n', 3, "is not YAML", id="a tab"),
    ],
)  # fmt: skip
def test_errors_name_file_line_and_remedy(tmp_path: Path, text: str, line: int, remedy: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(NluDataError) as caught:
        read_nlu([file])
    assert f"{file}:{line}:" in str(caught.value)
    assert remedy in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NluDataError, match="understands"):
        read_nlu([tmp_path / "absent.yml"])
    latin = tmp_path / "cp1251.yml"
    latin.write_bytes("nlu: да".encode("cp1251"))
    with pytest.raises(NluDataError, match="save it as UTF-8"):
        read_nlu([latin])
    with pytest.raises(NluDataError, match="no training files"):
        read_nlu([])


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_common_packs_hold_every_intent_and_no_faults(language: str) -> None:
    packs = Path(__file__).parents[3] / "dialogs" / "nlu"
    data = read_nlu([packs / f"common.{language}.yml"])
    assert data.warnings == ()
    assert len(data.examples) == 23
    assert min(len(examples) for examples in data.examples.values()) >= 15
    assert len(data.examples["out_of_scope"]) >= 60
