"""Versions of scripts by the command line: compared, and a campaign moved from one to another."""

import json
from pathlib import Path

import pytest

from robot.script.json_schema import json_schema
from tests.robot.cli.conftest import Perezvon
from tests.robot.office.office_room import CONTACTS, SCRIPT

PLAN = "name: autumn\nscript: short.yaml\ntrunk: main\n"
SETTINGS = '[trunks.main]\nhost = "127.0.0.1"\n'


@pytest.fixture
def started(perezvon: Perezvon) -> Perezvon:
    for name, text in {
        "short.yaml": SCRIPT, "contacts.csv": CONTACTS, "plan.yaml": PLAN, "perezvon.toml": SETTINGS,
    }.items():  # fmt: skip
        Path(name).write_text(text, encoding="utf-8")
    perezvon("db", "upgrade")
    perezvon("campaign", "import", "contacts.csv", "--plan", "plan.yaml")
    assert perezvon("campaign", "start", "autumn").exit_code == 0
    Path("short.yaml").write_text(SCRIPT.replace("Goodbye.", "Goodbye, then."), encoding="utf-8")
    return perezvon


def test_a_file_is_compared_with_what_a_campaign_says(started: Perezvon) -> None:
    told = started("script", "diff", "campaign:autumn", "short.yaml")
    assert told.output.strip() == "bad: say: “Goodbye, then.” instead of Goodbye."


def test_versions_that_say_the_same_are_told_so(started: Perezvon) -> None:
    Path("other.yaml").write_text(f"# a remark\n{SCRIPT}", encoding="utf-8")
    assert "only the text differs" in started("script", "diff", "campaign:autumn", "other.yaml").output
    assert "the same" in started("script", "diff", "other.yaml", "other.yaml").output


def test_a_campaign_moves_to_another_version_and_says_what_that_changes(started: Perezvon) -> None:
    told = started("campaign", "use-script", "autumn", "short.yaml").output
    assert "bad: say: “Goodbye, then.” instead of Goodbye." in told
    assert "now uses version" in told
    assert "already" in started("campaign", "use-script", "autumn", "short.yaml").output


def test_the_schema_is_printed_or_written(perezvon: Perezvon) -> None:
    printed = json.loads(perezvon("script", "schema").output)
    assert printed == json.loads(json.dumps(json_schema()))
    perezvon("script", "schema", "--out", "schema.json")
    assert json.loads(Path("schema.json").read_text("utf-8")) == printed
