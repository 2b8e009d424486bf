"""Whatever goes wrong on the command line ends in a sentence and an exit code, never in a traceback."""

from pathlib import Path

import pytest

from models.protocols import ModelMissing
from robot.cli import main as entry
from robot.cli.errors import KNOWN, Mistaken, exit_code
from robot.office.configuration import ConfigurationError
from robot.script.findings import ScriptError
from robot.store.store import DatabaseUnusable
from telephony.line import TrunkUnavailable
from tests.robot.cli.conftest import Perezvon

GROUPS = ("campaign", "script", "dnc", "contact", "models", "events", "db", "config")


@pytest.mark.parametrize("command", [(), *((group,) for group in GROUPS)])
def test_help_names_every_command(perezvon: Perezvon, command: tuple[str, ...]) -> None:
    told = perezvon(*command, "--help")
    assert told.exit_code == 0
    assert "Usage" in told.output
    if not command:
        assert all(group in told.output for group in GROUPS)


def test_a_mistyped_command_is_a_usage_error(perezvon: Perezvon) -> None:
    assert perezvon("campain").exit_code == 2


def test_the_version_is_shown(perezvon: Perezvon) -> None:
    assert perezvon("--version").output.startswith("perezvon 0")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Mistaken("write a number"), 2),
        (ConfigurationError(()), 2),
        (ScriptError(()), 2),
        (DatabaseUnusable("no disk"), 1),
        (TrunkUnavailable("port 5060 is taken"), 1),
        (ModelMissing("no Russian voice"), 1),
    ],
)
def test_errors_of_usage_end_with_2_and_failures_with_1(error: Exception, code: int) -> None:
    assert isinstance(error, KNOWN)
    assert exit_code(error) == code


def test_a_known_error_is_told_on_standard_error_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("perezvon.toml").write_text("databse = 'sqlite:///x.sqlite'\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["perezvon", "db", "upgrade"])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert told.out == ""
    assert told.err.startswith("perezvon.toml:1: databse: there is no such setting.")
    assert "database" in told.err
    assert "Traceback" not in told.err


def test_a_file_of_settings_can_be_named(perezvon: Perezvon) -> None:
    Path("mine.toml").write_text('database = "sqlite:///mine/robot.sqlite"\n', encoding="utf-8")
    told = perezvon("--config", "mine.toml", "db", "upgrade")
    assert told.exit_code == 0
    assert Path("mine/robot.sqlite").exists()


def test_the_database_is_upgraded_and_upgraded_again(perezvon: Perezvon) -> None:
    assert "is at version" in perezvon("db", "upgrade").output
    assert "is at version" in perezvon("db", "upgrade").output


def test_config_check_ends_with_2_on_an_error_and_0_on_warnings(perezvon: Perezvon) -> None:
    wrong = perezvon("config", "check")
    assert wrong.exit_code == 2
    assert "no trunk is set" in wrong.output
    Path("perezvon.toml").write_text('[trunks.main]\nhost = "sip.example"\n', encoding="utf-8")
    doubtful = perezvon("config", "check")
    assert doubtful.exit_code == 0
    assert "warning" in doubtful.output
    assert "perezvon.toml: no errors, 1 warning." in doubtful.output
