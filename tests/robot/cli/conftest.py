"""A command line in a folder of its own, with small real inputs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from robot.cli.main import app

Perezvon = Callable[..., Result]


@pytest.fixture
def perezvon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Perezvon:
    """Run the command in an empty folder and give what came of it; errors it knows are raised."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")

    def run(*arguments: str, text: str | None = None) -> Result:
        result = CliRunner().invoke(app, list(arguments), input=text)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
