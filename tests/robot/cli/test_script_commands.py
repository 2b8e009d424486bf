"""Scripts by the command line: checked, and talked with by text."""

from pathlib import Path

import pytest

from robot.cli.errors import Mistaken, exit_code
from robot.office.scripts import find_script
from robot.script.findings import ScriptError
from robot.settings import Settings
from tests.robot.cli.conftest import Perezvon


@pytest.fixture(autouse=True)
def _one_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Train once for all of these tests."""
    monkeypatch.setenv("PEREZVON_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.mark.parametrize("name", ["return.en", "return.ru"])
def test_the_scripts_that_come_with_perezvon_are_fit_to_be_heard(perezvon: Perezvon, name: str) -> None:
    told = perezvon("script", "check", name)
    assert told.exit_code == 0
    assert "0 errors, 0 warnings: fit to be heard" in told.output


def test_a_mistake_is_told_with_its_place_and_a_remedy_and_ends_with_2(perezvon: Perezvon) -> None:
    Path("mine.yaml").write_text(
        "script: mine\nlanguage: en\nstart: greting\nsteps:\n  greeting:\n    say: Hello!\n    end: {interest: cold}\n",
        encoding="utf-8",
    )
    told = perezvon("script", "check", "mine.yaml")
    assert told.exit_code == 2
    assert "mine.yaml:3:" in told.output
    assert "greeting" in told.output
    assert "not fit to be heard" in told.output


def test_a_script_that_is_not_there_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(ScriptError, match=r"return\.en") as raised:
        find_script("retrun.en", Settings())
    assert exit_code(raised.value) == 2


@pytest.mark.slow
def test_a_conversation_shows_what_was_understood_and_how_it_ended(perezvon: Perezvon) -> None:
    told = perezvon("script", "chat", "return.en", "-c", "first_name=Vera", text="never call me again\n").output
    assert "Hello Vera!" in told
    assert "understood as do_not_call" in told
    assert "over: disposition do_not_call, interest refused" in told


@pytest.mark.slow
def test_a_conversation_may_be_left_in_the_middle_and_a_mistyped_command_is_told(perezvon: Perezvon) -> None:
    told = perezvon("script", "chat", "return.en", text="/hangap\nyes\n")
    assert told.exit_code == 0
    assert "/hangup" in told.output
    assert "understood as affirm" in told.output


@pytest.mark.parametrize("field", ["first_name", "surname=X"])
def test_a_field_of_the_contact_must_be_one_of_the_script(perezvon: Perezvon, field: str) -> None:
    with pytest.raises(Mistaken, match="--contact"):
        perezvon("script", "chat", "return.en", "-c", field)
