"""Settings are written by hand: whatever is wrong in them is named with its place and what to write instead."""

from pathlib import Path

import pytest

from robot.office.configuration import ConfigurationError, Mistake, load
from robot.office.configuration_check import check
from robot.settings import Settings

GOOD_SECRET = "whsec_8nGk3LqAqSTb4l1JYxg0tTjC8m5o2Zr7YyHfVwXeQpE="
GOOD = f"""
region = "RU"

[trunks.main]
host = "sip.example"
user = "robot"
password = "hunter2"
register_every = 300

[webhook]
url = "https://crm.example/perezvon"
secret = "{GOOD_SECRET}"
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str, mode: int = 0o600) -> Path:
    path = Path("perezvon.toml")
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def found(text: str, level: str = "error") -> dict[str, Mistake]:
    return {mistake.name: mistake for mistake in check(write(text)) if mistake.level == level}


def test_an_empty_file_and_no_file_are_the_defaults() -> None:
    assert load() == Settings.model_construct(**dict(Settings()))
    assert load(write("")).region == "RU"


def test_the_environment_overrides_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEREZVON_CALLS__AT_ONCE", "12")
    monkeypatch.setenv("PEREZVON_TRUNKS__MAIN__PORT", "5070")
    settings = load(write(GOOD))
    assert (settings.calls.at_once, settings.trunks["main"].port) == (12, 5070)
    assert settings.trunks["main"].host == "sip.example"
    assert type(settings) is Settings


def test_good_settings_have_no_mistakes() -> None:
    assert check(write(GOOD)) == ()


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_right_one() -> None:
    mistake = found(GOOD + "\n[calls]\nat_onse = 3\n")["calls.at_onse"]
    assert mistake.place == "perezvon.toml:15"
    assert "at_once" in mistake.sentence
    assert "no such setting" in mistake.sentence
    assert "host" in found('[trunks.main]\nhots = "x"\n')["trunks.main.hots"].sentence


def test_several_mistakes_of_several_kinds_are_named_at_once() -> None:
    mistakes = found(
        """
        zone = "Europe/Moskow"
        numbering_plan = "nowhere.csv"
        [calls]
        at_once = "many"
        ring_timeout = -1
        [trunks.main]
        register_every = 300
        [webhook]
        url = "crm.example"
        secret = "whsec_c2hvcnQ="
        """
    )
    assert "whole number" in mistakes["calls.at_once"].sentence
    assert "greater than 0" in mistakes["calls.ring_timeout"].sentence
    assert "missing" in mistakes["trunks.main.host"].sentence
    assert "Europe/Moscow" in mistakes["zone"].sentence
    assert "nowhere.csv" in mistakes["numbering_plan"].sentence
    assert "https://" in mistakes["webhook.url"].sentence
    assert "5 bytes" in mistakes["webhook.secret"].sentence


def test_no_secret_is_ever_shown() -> None:
    text = GOOD.replace('"hunter2"', "987654321")
    assert not any("987654321" in str(mistake) for mistake in check(write(text)))


def test_load_raises_every_error() -> None:
    with pytest.raises(ConfigurationError) as raised:
        load(write("regoin = 'RU'\nzone = 3\n"))
    assert {mistake.name for mistake in raised.value.mistakes} == {"regoin", "zone"}


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"[trunks\n", "is not TOML"), ("пул = 1".encode("cp1251"), "is not UTF-8"), (b"a = 1\na = 2\n", "is not TOML")],
)
def test_a_file_that_cannot_be_read_is_one_sentence(content: bytes, says: str) -> None:
    Path("perezvon.toml").write_bytes(content)
    (mistake,) = check()
    assert says in mistake.sentence


def test_a_file_that_was_named_must_be_there() -> None:
    with pytest.raises(ConfigurationError, match=r"elsewhere\.toml: cannot be read"):
        load(Path("elsewhere.toml"))


def test_a_mistyped_variable_is_named_because_it_would_be_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEREZVON_CALS__AT_ONCE", "3")
    monkeypatch.setenv("PEREZVON_TRUNKS__MAIN__PASWORD", "x")
    said = {mistake.place: mistake.sentence for mistake in check(write(GOOD))}
    assert "calls" in said["PEREZVON_CALS__AT_ONCE"]
    assert "password" in said["PEREZVON_TRUNKS__MAIN__PASWORD"]


def test_a_bad_variable_is_blamed_not_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEREZVON_CALLS__AT_ONCE", "many")
    assert any(mistake.place == "PEREZVON_CALLS__AT_ONCE" for mistake in check(write(GOOD)))


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("https://crm", "http://crm", "webhook.url"),
        (GOOD_SECRET, "whsec_YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=", "webhook.secret"),
        ("register_every = 300", "register_every = 10", "trunks.main.register_every"),
        ("register_every = 300", 'caller_id = "123"', "trunks.main.caller_id"),
        ('region = "RU"', "calls = {at_once = 99}", "calls.at_once"),
    ],
)
def test_what_works_but_is_doubtful_is_a_warning(before: str, after: str, name: str) -> None:
    assert name in found(GOOD.replace(before, after), "warning")


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ('host = "sip.example"', 'host = "sip:sip.example"', "trunks.main.host"),
        ('password = "hunter2"', "", "trunks.main.password"),
        ("register_every = 300", 'codecs = ["pcna"]', "trunks.main.codecs"),
        ('region = "RU"', 'region = "Russia"', "region"),
        ('region = "RU"', 'database = "mysql://x/y"', "database"),
        ('region = "RU"', 'database = "sqlite://"', "database"),
        ('region = "RU"', 'data = "perezvon.toml/data"', "data"),
        ('region = "RU"', 'calls = {listen = "1.2.3"}', "calls.listen"),
    ],
)
def test_what_cannot_work_is_an_error(before: str, after: str, name: str) -> None:
    assert name in found(GOOD.replace(before, after))


def test_without_a_trunk_nothing_can_be_dialled() -> None:
    assert "[trunks.main]" in found("")["trunks"].sentence


def test_a_file_with_secrets_is_for_its_owner_alone() -> None:
    (mistake,) = check(write(GOOD, 0o644))
    assert "chmod 600" in mistake.sentence
