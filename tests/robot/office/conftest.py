"""An office for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.store.store import Store, upgrade
from tests.robot.office.office_room import Office, furnish


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    url = f"sqlite:///{tmp_path / 'perezvon.sqlite'}"
    upgrade(url)
    store = Store.open(url)
    yield furnish(tmp_path, store)
    store.close()
