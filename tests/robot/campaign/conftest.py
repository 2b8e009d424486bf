"""A database with one running campaign."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.campaign.plan import CampaignPlan
from robot.store.store import Store, upgrade
from tests.robot.campaign.world import ALL_DAY, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path / 'perezvon.sqlite'}"
    upgrade(url)
    store = Store.open(url)
    made = World(store, tmp_path, CampaignPlan(name="autumn", script="return.en", trunk="main", windows=ALL_DAY))
    made.start()
    yield made
    store.close()
