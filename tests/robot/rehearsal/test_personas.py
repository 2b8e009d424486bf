"""The persona file: what its schema allows, and the two files that come with Perezvon."""

import csv
import io
import re
from pathlib import Path

import phonenumbers
import pytest
from ruamel.yaml import YAML

from robot.rehearsal.personas import Cast, Dial, PersonaError, Reaction, load_cast, write_contacts
from robot.rehearsal.stage import PERSONAS

FILES = sorted(PERSONAS.glob("*.yaml"))
NLU = sorted((Path(__file__).parents[3] / "dialogs" / "nlu").glob("*.yml"))
BARE = {"yes", "no", "да", "нет"}

SMALL = """
title: One
language: en
script: return.en
region: US
zone: America/New_York
engine: piper
operator: {greeting: Hello, goodbye: Bye}
customers:
  - name: anna
    about: Says yes.
    contact: {external_id: C-1, first_name: Anna, phone: +1 212 555 0101, last_visit: 2025-01-02}
    number: +12125550101
    dials: [{answers: [{say: yes}]}]
    expect: {closed: success}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "cast.yaml"
    file.write_text(text, "utf-8")
    return file


def test_scalars_are_what_they_look_like(tmp_path: Path) -> None:
    cast = load_cast(written(tmp_path, SMALL))
    contact = cast.customers[0].contact
    assert (contact.phone, contact.last_visit) == ("+1 212 555 0101", "2025-01-02")
    answers = cast.customers[0].dials[0].answers
    assert answers is not None
    assert answers[0].say == "yes", "not true"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("say: yes", "say: yes, press: '1'"), "customers.0.dials.0.answers.0"),
        (("answers: [{say: yes}]", "code: 486, never: true"), "customers.0.dials.0"),
        (("answers: [{say: yes}]", "announcement: gone, answers: []"), "customers.0.dials.0"),
        (("closed: success", "closed: succes"), "customers.0.expect.closed"),
        (("about:", "abuot:"), "customers.0.abuot"),
        (("    number: +12125550101\n", ""), "customers.0"),
        (("title: One", "titel: One"), "titel"),
    ],
)
def test_a_mistake_is_named_by_its_place(tmp_path: Path, change: tuple[str, str], place: str) -> None:
    with pytest.raises(PersonaError, match=rf"(?m)^  {re.escape(place)}(\.closed|\.literal.*)?: "):
        load_cast(written(tmp_path, SMALL.replace(*change)))


def test_two_rows_of_one_number_are_a_mistake(tmp_path: Path) -> None:
    row = SMALL[SMALL.index("  - name") :]
    with pytest.raises(PersonaError, match=r"two rows have the number \+12125550101"):
        load_cast(written(tmp_path, SMALL + row.replace("anna", "other")))


@pytest.mark.parametrize("text", ["a: [", "\tx: 1", "just words", ""])
def test_what_is_no_persona_file_is_said_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(PersonaError, match=r"cast\.yaml"):
        load_cast(written(tmp_path, text))


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PersonaError, match="give the path of a persona file"):
        load_cast(tmp_path / "none.yaml")


def test_a_phone_rings_before_it_is_answered_and_not_before_a_code() -> None:
    assert Dial(answers=()).ringing == 0.6
    assert Dial(code=404).ringing is None
    assert Dial(rings=2, code=603).ringing == 2


def test_the_example_of_the_documentation_is_a_persona_file(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "personas.md").read_text("utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert example
    assert len(load_cast(written(tmp_path, example[1])).customers) == 2


def test_rows_that_need_speech_can_be_left_out(tmp_path: Path) -> None:
    cast = load_cast(written(tmp_path, SMALL.replace("about: Says yes.", "about: Says yes.\n    needs_speech: true")))
    assert cast.played(speech=False) == ()
    assert write_contacts(cast, speech=False).count("\n") == 1


def reactions(cast: Cast) -> list[Reaction]:
    return [
        act
        for customer in cast.customers
        for act in [*customer.with_operator, *(act for dial in customer.dials for act in dial.answers or ())]
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
class TestShipped:
    """What holds for the casts of the demo."""

    def test_there_are_24_rows_and_the_list_holds_each_once(self, file: Path) -> None:
        cast = load_cast(file)
        rows = list(csv.DictReader(io.StringIO(write_contacts(cast))))
        assert len(rows) == 24
        assert len({row["external_id"] for row in rows}) == 24

    def test_what_is_written_in_the_list_is_the_number_that_is_dialled(self, file: Path) -> None:
        cast = load_cast(file)
        for customer in cast.customers:
            read = phonenumbers.parse(customer.contact.phone, cast.region)
            if customer.name == "impossible":
                assert not phonenumbers.is_possible_number(read)
                continue
            assert phonenumbers.is_valid_number(read), customer.name
            if customer.number:
                assert phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164) == customer.number

    def test_its_lines_stand_in_no_training_data(self, file: Path) -> None:
        known = {words(line) for nlu in NLU for line in examples(nlu)}
        said = {words(act.say) for act in reactions(load_cast(file)) if act.say} - BARE
        assert known, "there is training data to compare with"
        assert said & known == set()

    def test_recognisers_are_not_asked_for_words_they_mishear(self, file: Path) -> None:
        said = {word for act in reactions(load_cast(file)) for word in words(act.say or "").split()}
        assert not said & {"cough", "ears", "yep", "nope"}


def words(line: str) -> str:
    return " ".join(re.findall(r"[\w']+", line.lower()))


def examples(file: Path) -> list[str]:
    data = YAML(typ="base", pure=True).load(file.read_text("utf-8"))
    return [line.lstrip("- ") for intent in data["nlu"] for line in str(intent.get("examples", "")).splitlines()]
