"""Versions of scripts by all the names that people have for them."""

import pytest

from robot.office import campaigns
from robot.office.kept_scripts import open_any
from robot.script.findings import ScriptError
from tests.robot.office.office_room import Office


def test_a_version_is_found_by_file_by_hash_and_by_campaign(office: Office) -> None:
    office.import_()
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    path = office.folder / "short.yaml"
    kept = open_any(office.store, office.settings, str(path))
    path.write_text(path.read_text("utf-8") + "# changed since\n", "utf-8")
    for name in ("campaign:autumn", kept.hash, kept.hash[:8]):
        assert open_any(office.store, office.settings, name).hash == kept.hash
    assert open_any(office.store, office.settings, str(path)).hash != kept.hash
    assert open_any(office.store, office.settings, "return.en").script == "karting-return-en"


def test_a_campaign_that_was_not_started_holds_no_version(office: Office) -> None:
    office.import_()
    with pytest.raises(ScriptError, match="not started"):
        open_any(office.store, office.settings, "campaign:autumn")


def test_a_hash_that_nobody_kept_is_no_script(office: Office) -> None:
    with pytest.raises(ScriptError, match="no-script"):
        open_any(office.store, office.settings, "abcdef012345")
