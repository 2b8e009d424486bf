"""A house for each test, and nothing of it left running."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.nlu import load_nlu
from robot.settings import Settings
from tests.e2e.perezvon import CACHE, House


@pytest.fixture(scope="session", autouse=True)
def trained() -> None:
    """Train once what is not trained yet, so that no test waits for it."""
    load_nlu([Settings().dialogs_folder / "nlu" / "common.en.yml"], "en", CACHE / "nlu")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()
