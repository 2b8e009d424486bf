"""The demo, whole: twenty-four contacts, one command, and what it leaves behind."""

import subprocess
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from robot.rehearsal.personas import load_cast
from robot.rehearsal.stage import PERSONAS
from tests.e2e.perezvon import House, entries

pytestmark = [pytest.mark.slow, pytest.mark.timeout(320)]

THREE = Path(__file__).parent / "personas" / "three.yaml"


@dataclass(frozen=True)
class Played:
    """A demo that was run to its end."""

    done: subprocess.CompletedProcess[str]
    folder: Path

    @property
    def last_line(self) -> str:
        return self.done.stdout.strip().splitlines()[-1]


def play(folder: Path, language: str) -> Played:
    house = House(folder)
    house.toml["models"], house.toml["calls"] = {}, {}
    done = house.perezvon("demo", "--lang", language, seconds=300)
    return Played(done, folder / "out" / f"demo-{language}")


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield play(tmp_path_factory.mktemp("english"), "en")


def test_all_verdicts_are_as_expected(english: Played) -> None:
    assert english.last_line == "24 of 24 verdicts as expected", english.done.stdout + english.done.stderr
    assert english.done.returncode == 0
    assert "Traceback" not in english.done.stderr


def test_it_leaves_a_report_a_database_and_recordings(english: Played) -> None:
    report = (english.folder / "report.html").read_text("utf-8")
    assert "Anna" in report and "<svg" in report
    assert (english.folder / "rehearsal.sqlite").stat().st_size > 0
    recordings = list((english.folder / "recordings").glob("*.wav"))
    assert len(recordings) >= 16
    for file in recordings:
        with wave.open(str(file)) as sound:
            assert sound.getnchannels() == 2
    for place in ("report", "recordings", "database", "rejected rows", "who lives there"):
        assert place in english.done.stdout


def test_both_sides_are_in_the_recording_of_a_conversation(english: Played) -> None:
    (told,) = [one for one in entries(english.folder / "crm.jsonl")
               if one["contact"]["external_id"] == "C-07" and one["type"] == "attempt.finished"]  # fmt: skip
    with wave.open(str(english.folder / "recordings" / f"{told['recording_id']}.wav")) as sound:
        frames = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)
    for side in (0, 1):
        assert np.count_nonzero(np.abs(frames[:, side].astype(int)) > 500) > 8000, "over a second of voice"


def test_the_crm_took_every_event_once_and_in_order(english: Played) -> None:
    events = entries(english.folder / "crm.jsonl")
    assert len({event["id"] for event in events}) == len(events)
    by_contact: dict[str, list[int]] = {}
    for event in events:
        by_contact.setdefault(event["contact"]["external_id"], []).append(event["sequence"])
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_contact.values())
    assert "C-22" not in by_contact and "C-23" not in by_contact, "rejected rows are nobody's contact"


def test_the_operator_and_the_customer_heard_each_other(english: Played) -> None:
    journal = [one for one in entries(english.folder / "town.jsonl") if one["row"] == "details-price-operator"]
    happened = [one["what"] for one in journal]
    assert "joined" in happened
    heard = {one["what"]: one["heard_ms"] for one in journal if one["what"] in ("parted", "operator")}
    assert heard.keys() == {"parted", "operator"}
    assert min(heard.values()) > 300


def test_who_must_not_be_dialled_was_not(english: Played) -> None:
    journal = entries(english.folder / "town.jsonl")
    dialled = {one["row"] for one in journal if one["what"] == "dialled"}
    cast = load_cast(PERSONAS / "return.en.yaml")
    assert dialled == {one.name for one in cast.customers if one.dials}


def test_it_can_be_played_in_russian_and_says_what_was_left_out(tmp_path: Path) -> None:
    """Nothing here hears Russian unless models were pulled: then customers press keys, and the rest is not run."""
    russian = play(tmp_path, "ru")
    assert russian.done.returncode == 0, russian.done.stdout + russian.done.stderr
    cast = load_cast(PERSONAS / "return.ru.yaml")
    left_out = [one.name for one in cast.customers if one.needs_speech]
    hears = "not run" not in russian.last_line
    played = len(cast.customers) - (0 if hears else len(left_out))
    assert russian.last_line.startswith(f"{played} of {played} verdicts as expected")
    if not hears:
        assert russian.last_line.endswith(f"not run for want of a recogniser of this language: {', '.join(left_out)}")


@pytest.mark.parametrize(
    ("was", "is_now", "code"),
    [("disposition: agreed", "disposition: agreed", 0), ("disposition: agreed", "disposition: declined", 1)],
    ids=["as it is", "changed"],
)
def test_an_expectation_that_is_not_met_is_shown_with_its_transcript(
    house: House, was: str, is_now: str, code: int
) -> None:
    text = THREE.read_text("utf-8")
    assert text.count(was) == 1
    (house.folder / "three.yaml").write_text(text.replace(was, is_now), "utf-8")
    done = house.perezvon("rehearse", "three.yaml", "--script", str(house.folder / "short.yaml"), seconds=120)
    assert done.returncode == code, done.stdout + done.stderr
    last = done.stdout.strip().splitlines()
    assert last[-1] == f"{3 - code} of 3 verdicts as expected"
    if code:
        shown = "\n".join(last[-6:])
        assert "presses: Answers with keys." in shown
        assert "disposition: expected declined, got agreed" in shown
        assert "robot (hello" in shown and "customer: keys 1 [keys 1.00]" in shown


def test_a_persona_file_with_a_mistake_is_told_with_its_place(house: House) -> None:
    text = THREE.read_text("utf-8").replace("code: 404", "code: 4040")
    (house.folder / "bad.yaml").write_text(text, "utf-8")
    done = house.perezvon("rehearse", "bad.yaml")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "bad.yaml" in done.stderr and "customers.2.dials.0.code" in done.stderr


def test_a_language_without_a_demo_is_told(house: House) -> None:
    done = house.perezvon("demo", "--lang", "xx")
    assert (done.returncode, "there is one in en, ru" in done.stderr) == (2, True)


def test_a_folder_that_holds_other_things_is_left_alone(house: House) -> None:
    (house.folder / "out" / "rehearsal-three").mkdir(parents=True)
    precious = house.folder / "out" / "rehearsal-three" / "thesis.txt"
    precious.write_text("years of work")
    done = house.perezvon("rehearse", str(THREE))
    assert done.returncode == 2
    assert "name another folder" in done.stderr
    assert precious.read_text() == "years of work"
