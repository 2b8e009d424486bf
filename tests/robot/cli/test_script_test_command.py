"""Tests of scripts by the command line: a line for each, a diff for what failed, the ways that nobody took."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from robot.cli import script_test_command
from robot.cli.errors import Mistaken
from robot.script.findings import ScriptError

SCRIPT = """\
script: small
language: en
purpose: service
understands: [common.en]
start: greeting
steps:
  greeting:
    say: This is a robot, and the call is recorded. Can you talk for a minute?
    answers: {affirm: booked, deny: goodbye}
  booked: {say: I have put you down., end: {interest: hot, disposition: agreed}}
  goodbye: {say: Thank you and goodbye., end: {interest: cold, disposition: declined}}
everywhere: {do_not_call: goodbye, wrong_number: goodbye}
"""
TESTS = """\
tests:
  books:
    talk:
      - caller: yes
    ends: {disposition: agreed}
  declines:
    talk:
      - caller: no
        robot: goodbye
"""


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    script_test_command.register(app)
    result = CliRunner().invoke(app, ["test", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("PEREZVON_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    Path("small.yaml").write_text(SCRIPT, encoding="utf-8")
    Path("small.test.yaml").write_text(TESTS, encoding="utf-8")


@pytest.mark.slow
def test_each_test_has_a_line_and_all_of_them_a_total() -> None:
    told = run("small.yaml")
    assert told.exit_code == 0
    assert "ok      books" in told.output
    assert "ok      declines" in told.output
    assert "small: 2 of 2 tests passed" in told.output
    assert "ways" not in told.output


@pytest.mark.slow
def test_a_failure_is_a_diff_and_ends_with_1() -> None:
    Path("small.test.yaml").write_text(TESTS.replace("robot: goodbye", "robot: see you"), encoding="utf-8")
    told = run("small.test.yaml")
    assert told.exit_code == 1
    assert "failed  declines" in told.output
    assert "declines  small.test.yaml:9:9" in told.output
    lines = told.output.splitlines()
    assert "- robot        see you" in lines
    assert "+ robot        Thank you and goodbye." in lines
    assert "small: 1 of 2 tests passed" in told.output


@pytest.mark.slow
def test_the_ways_that_nobody_took_are_named_and_may_be_asked_for() -> None:
    told = run("small.yaml", "--coverage")
    assert told.exit_code == 0
    assert "2 of 10 ways taken (20 %)" in told.output
    assert "everywhere: wrong_number → goodbye" in told.output
    assert run("small.yaml", "--least", "20").exit_code == 0
    assert run("small.yaml", "--least", "21").exit_code == 1


@pytest.mark.slow
def test_tests_are_told_to_programs_too() -> None:
    (told,) = json.loads(run("small.yaml", "--format", "json", "--only", "decl").output)
    (test,) = told["tests"]
    assert (test["name"], test["passed"], test["line"], test["differences"]) == ("declines", True, 6, [])
    assert test["conversation"][0]["who"] == "robot"
    assert told["coverage"]["taken"] == 1
    assert {"from": "greeting", "by": "affirm"} in told["coverage"]["missing"]


def test_a_name_that_no_test_has_is_told() -> None:
    with pytest.raises(Mistaken, match="--only nothing"):
        run("small.yaml", "--only", "nothing")


def test_where_there_are_no_tests_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("small.test.yaml").unlink()
    with pytest.raises(ScriptError, match="no tests"):
        run("small.yaml")
    monkeypatch.setenv("PEREZVON_DIALOGS", ".")
    with pytest.raises(Mistaken, match=r"NAME\.test\.yaml"):
        run()
