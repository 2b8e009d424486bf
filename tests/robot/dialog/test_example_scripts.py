"""Every script that is shipped: it reads, nothing is found wrong with it, it ends, and its own tests walk all of it."""

from functools import cache
from pathlib import Path

import pytest

from models.nlu import read_nlu
from models.protocols import Listen, Nlu
from robot.office import script_tests
from robot.office.script_tests import Trials, run_tests
from robot.office.scripts import open_understanding, script_names, training_files
from robot.script import Script, check_script, lay_out, load_script
from robot.script.ends import ends_of
from robot.script.graph import Kind
from robot.script.paths import prove
from robot.script.schema import Step
from robot.script.test_file import file_of_tests
from robot.settings import Settings
from robot.words import Interest, Person

pytestmark = pytest.mark.slow

DIALOGS = Path(__file__).parents[3] / "dialogs"
SETTINGS = Settings(dialogs=DIALOGS, cache=DIALOGS.parent / ".cache" / "perezvon")
NAMES = script_names(SETTINGS)
SCRIPTS = pytest.mark.parametrize("name", NAMES)
LAST_WORDS = 25
"""Seconds that the sentence which the limit falls into, and the goodbye after it, may take together."""


@cache
def script(name: str) -> Script:
    return load_script(DIALOGS / f"{name}.yaml")


@cache
def understanding(files: tuple[str, ...], language: str) -> Nlu:
    """Give what training files teach: learned once for all scripts that understand by the same ones."""
    named = next(
        script(name) for name in NAMES if (script(name).understands, script(name).language) == (files, language)
    )
    return open_understanding(named, SETTINGS)


@cache
def trials_of(name: str) -> Trials:
    """Run the tests beside a script, once."""
    path = DIALOGS / f"{name}.yaml"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            script_tests, "open_understanding", lambda one, *_, **__: understanding(one.understands, one.language)
        )
        return run_tests(path, file_of_tests(path), SETTINGS)


def test_six_are_shipped_and_what_they_include_is_none() -> None:
    assert set(NAMES) >= {"return.ru", "return.en", "return.pl", "refresh.ru", "survey.ru", "hot-lead.ru"}
    assert "shared.ru" not in NAMES


@SCRIPTS
def test_nothing_is_found_wrong_with_it(name: str) -> None:
    intents = read_nlu(training_files(script(name), SETTINGS)).examples.keys()
    assert check_script(script(name), intents) == []


@SCRIPTS
def test_every_call_ends_within_its_limits(name: str) -> None:
    limits = script(name).limits
    proof = prove(script(name), lay_out(script(name)))
    assert proof.turns <= limits.turns
    assert proof.seconds <= limits.seconds + LAST_WORDS


@SCRIPTS
def test_its_ends_tell_of_the_person_and_of_the_interest(name: str) -> None:
    ends = ends_of(script(name), lay_out(script(name)))
    assert {told.person for told in ends} >= {Person.UNKNOWN_HERE, Person.REACHABLE_HERE, Person.MOVED_AWAY}
    assert {told.interest for told in ends} >= {Interest.WARM, Interest.COLD, Interest.REFUSED}


@SCRIPTS
def test_its_own_tests_pass(name: str) -> None:
    differences = {trial.name: trial.differences for trial in trials_of(name).trials if not trial.passed}
    assert differences == {}


@SCRIPTS
def test_its_own_tests_take_every_way(name: str) -> None:
    assert list(trials_of(name).missing) == []


@SCRIPTS
def test_its_own_tests_hang_up_press_keys_interrupt_and_fall_silent(name: str) -> None:
    acts = {moment.act[0] for trial in trials_of(name).trials for moment in trial.moments if moment.act is not None}
    assert acts >= {"caller", "interrupt", "keys", "silence", "hang_up", "machine", "limit"}


def test_every_question_of_the_survey_takes_a_key_that_stops_all_calls_and_says_so() -> None:
    questions = [
        node
        for node in lay_out(script("survey.ru")).nodes.values()
        if node.kind is Kind.QUESTION and node.step.listen is Listen.DIGITS
    ]
    assert len(questions) == 6
    for node in questions:
        said = " ".join(words for _, words in node.wordings())
        assert node.exits["(key *)"] == "no_more_calls"
        assert node.exits["(key #)"] == "repeat"
        assert "Больше не звонить, звёздочка. Повторить, решётка." in said


def test_together_they_show_the_whole_language() -> None:
    steps: list[Step] = [node.step for name in NAMES for node in lay_out(script(name)).nodes.values()]
    inside = {"play"}  # a recording stands among sentences: see the survey
    assert {key for step in steps for key in step.model_fields_set} | inside >= Step.model_fields.keys()
    assert script("survey.ru").sounds
    assert {key for name in NAMES for key in script(name).model_fields_set} >= Script.model_fields.keys()
    kinds = {slot.type for step in steps for slot in step.slots.values()}
    assert kinds >= {"time", "number", "phone", "email", "digits", "choice"}
