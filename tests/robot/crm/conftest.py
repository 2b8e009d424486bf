"""A database and a CRM of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.store.store import Store, upgrade
from tests.robot.crm.receiver import Receiver, receiving


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'perezvon.sqlite'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    upgrade(url)
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def crm() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver
