"""Findings by the command line, for people, for programs and for pull requests."""

import json
from pathlib import Path

import pytest

from tests.robot.cli.conftest import Perezvon

WRONG = """\
script: mine
language: en
understands: [common.en]
start: greeting
steps:
  greeting:
    say: Hello: are you there?
    answers: {affirm: goodby, deny: goodbye}
  goodbye:
    say: Bye!
    end: {}
"""


@pytest.fixture
def wrong(perezvon: Perezvon) -> Perezvon:
    Path("mine.yaml").write_text(WRONG, encoding="utf-8")
    Path("right.yaml").write_text(WRONG.replace("goodby,", "goodbye,"), encoding="utf-8")
    return perezvon


def test_findings_for_programs(wrong: Perezvon) -> None:
    told = wrong("script", "check", "mine.yaml", "--format", "json")
    assert told.exit_code == 2
    (file,) = json.loads(told.output)
    (finding,) = [one for one in file["findings"] if one["level"] == "error"]
    assert (finding["rule"], finding["line"]) == ("missing-step", 8)
    assert "goodbye" in finding["remedy"]
    assert file["proof"] is None


def test_findings_for_a_pull_request(wrong: Perezvon) -> None:
    told = wrong("script", "check", "mine.yaml", "--format", "github").output
    assert "::error file=mine.yaml,line=8,col=15,title=missing-step::" in told


def test_what_yaml_stumbles_over_is_a_warning_and_the_script_is_heard(wrong: Perezvon) -> None:
    told = wrong("script", "check", "right.yaml")
    assert told.exit_code == 0
    assert "right.yaml:7:" in told.output
    assert "perezvon script fmt" in told.output


def test_the_longest_way_and_what_ends_tell_are_shown(wrong: Perezvon) -> None:
    told = wrong("script", "check", "right.yaml").output
    assert "every call ends, after" in told
    assert "goodbye after affirm: interest hot *, person as the call told *, disposition agreed *" in told
    assert "goodbye after deny: interest cold *" in told


def test_without_a_name_all_scripts_of_the_folder_are_checked(wrong: Perezvon) -> None:
    told = json.loads(wrong("script", "check", "--format", "json").output)
    assert {Path(one["file"]).name for one in told} >= {"return.en.yaml", "return.ru.yaml"}
    assert not any(one["file"].endswith(".test.yaml") for one in told)
