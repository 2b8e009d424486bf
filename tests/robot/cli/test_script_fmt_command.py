"""Scripts put in order by the command line."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from robot.cli.script_fmt_command import register

IN_ORDER = """\
script: small
language: en
start: hello

steps:
  hello:
    say: Hello!
    end: {interest: cold}
"""
UNTIDY = IN_ORDER.replace("language: en\nstart: hello\n\n", "start:   hello\nlanguage: en\n")
ODD = IN_ORDER.replace("Hello!", "Hello: a robot")
BROKEN = IN_ORDER.replace("Hello!", '"Hello')


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")
    return tmp_path / "small.yaml"


def fmt(*arguments: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    result = CliRunner().invoke(app, ["fmt", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_script_in_order_is_left_alone(small: Path) -> None:
    small.write_text(IN_ORDER, "utf-8")
    before = small.stat().st_ino
    told = fmt("small.yaml")
    assert (told.exit_code, told.output) == (0, "small.yaml: already in order\n")
    assert small.stat().st_ino == before


def test_an_untidy_script_is_put_in_order_with_its_permissions_kept(small: Path) -> None:
    small.write_text(UNTIDY, "utf-8")
    small.chmod(0o640)
    told = fmt("small.yaml")
    assert (told.exit_code, told.output) == (0, "small.yaml: put in order\n")
    assert small.read_text("utf-8") == IN_ORDER
    assert small.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in small.parent.iterdir()] == ["small.yaml"]


def test_what_yaml_stumbles_over_is_mended_and_counted(small: Path) -> None:
    small.write_text(ODD, "utf-8")
    told = fmt("small.yaml")
    assert (told.exit_code, told.output) == (0, "small.yaml: mended 1 line\n")
    assert '    say: "Hello: a robot"\n' in small.read_text("utf-8")


@pytest.mark.parametrize(("text", "said"), [(UNTIDY, "not in order"), (ODD, "1 line to mend")])
def test_a_check_changes_nothing_and_ends_with_1(small: Path, text: str, said: str) -> None:
    small.write_text(text, "utf-8")
    told = fmt("small.yaml", "--check")
    assert (told.exit_code, told.output) == (1, f"small.yaml: {said}\n")
    assert small.read_text("utf-8") == text
    small.write_text(IN_ORDER, "utf-8")
    assert fmt("small.yaml", "--check").exit_code == 0


@pytest.mark.parametrize("data", [BROKEN.encode(), "say: До свидания".encode("cp1251")])
def test_a_script_that_cannot_be_read_is_left_alone_and_the_others_are_not(small: Path, data: bytes) -> None:
    small.write_bytes(data)
    other = small.with_name("other.yaml")
    other.write_text(UNTIDY, "utf-8")
    told = fmt("small.yaml", "nowhere.yaml", "other.yaml")
    assert told.exit_code == 2
    assert "small.yaml:" in told.output
    assert "no such file" in told.output
    assert "other.yaml: put in order" in told.output
    assert small.read_bytes() == data


def test_a_byte_order_mark_and_windows_line_ends_go(small: Path) -> None:
    small.write_bytes(IN_ORDER.replace("\n", "\r\n").encode("utf-8-sig"))
    assert fmt("small.yaml").output == "small.yaml: put in order\n"
    assert small.read_bytes() == IN_ORDER.encode()


def test_a_link_stays_a_link(small: Path) -> None:
    real = small.with_name("real.yaml")
    real.write_text(UNTIDY, "utf-8")
    small.symlink_to(real)
    fmt("small.yaml")
    assert small.is_symlink()
    assert real.read_text("utf-8") == IN_ORDER
