"""A rehearsal is the ordinary product on a scratch database, and touches nothing of its owner's."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from robot.clock import SystemClock
from robot.office import campaigns
from robot.rehearsal.personas import PersonaError
from robot.rehearsal.rehearse import MARK, hears, rehearsal
from robot.settings import ModelSettings, Settings, TrunkSettings, WebhookSettings
from robot.store.tables import do_not_call

ROOT = Path(__file__).parents[3]
CAST = """\
title: Two in town
language: en
script: return.en
region: US
zone: America/New_York
engine: espeak
operator: {greeting: Front desk., goodbye: See you.}
customers:
  - name: presses
    about: Answers with keys.
    contact: {external_id: T-1, first_name: Ada, phone: "+1 212 555 0161"}
    number: "+12125550161"
    dials: [{answers: [{press: "1"}, {press: "1"}]}]
    expect: {closed: success}
  - name: never
    about: Stands on the do-not-call list.
    contact: {external_id: T-2, first_name: Bob, phone: "+1 212 555 0162"}
    number: "+12125550162"
    blocked: true
    expect: {closed: not_allowed, results: []}
  - name: nobody
    about: Has a number that is none.
    contact: {external_id: T-3, first_name: Cid, phone: "+1 212"}
    expect: {rejected: short}
"""


@pytest.fixture
def owner(tmp_path: Path) -> Settings:
    """The settings of somebody who dials real people."""
    return Settings(
        database=f"sqlite:///{tmp_path / 'real.sqlite'}",
        data=tmp_path / "real",
        cache=ROOT / ".cache" / "perezvon",
        trunks={"real": TrunkSettings(host="sip.provider.example")},
        webhook=WebhookSettings(url="https://crm.example/", secret=SecretStr("whsec_real")),
        models=ModelSettings(asr={"en": "keys"}, tts={"en": "espeak"}),
    )


@pytest.fixture
def personas(tmp_path: Path) -> Path:
    path = tmp_path / "two.yaml"
    path.write_text(CAST, "utf-8")
    return path


@pytest.mark.slow
async def test_nothing_of_the_owners_is_touched(owner: Settings, personas: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    async with rehearsal(personas, folder, owner, SystemClock()) as prepared:
        settings = prepared.settings
        assert list(settings.trunks) == ["town"]
        assert settings.trunks["town"].host == "127.0.0.1"
        assert settings.calls.listen == "127.0.0.1"
        assert settings.webhook is not None and settings.webhook.url.startswith("http://127.0.0.1:")
        assert settings.database == f"sqlite:///{folder / 'rehearsal.sqlite'}"
        assert settings.data == folder
        assert (settings.region, settings.zone) == ("US", "America/New_York")
        assert settings.models.tts == owner.models.tts, "engines are the owner's"

        report = prepared.imported.report
        assert (report.rows, report.accepted) == (3, 2)
        assert campaigns.status(prepared.store, prepared.imported.name).state == "running"
        with prepared.store.reading() as conn:
            assert len(conn.execute(select(do_not_call)).all()) == 1
        assert (folder / MARK).is_file(), "the next rehearsal may empty it"
    assert not (tmp_path / "real").exists()
    assert not (tmp_path / "real.sqlite").exists()


@pytest.mark.slow
async def test_nobody_was_called_so_nothing_agrees_but_what_needs_no_call(
    owner: Settings, personas: Path, tmp_path: Path
) -> None:
    async with rehearsal(personas, tmp_path / "out", owner, SystemClock()) as prepared:
        compared = prepared.town.compare(prepared.imported.report.rejects_file)
    assert {row.customer.name: row.agrees for row in compared.rows} == {
        "presses": False, "never": False, "nobody": True
    }  # fmt: skip
    assert compared.last_line() == "1 of 3 verdicts as expected"


async def test_a_folder_that_holds_other_things_is_refused(owner: Settings, personas: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="name another folder"):
        async with rehearsal(personas, folder, owner, SystemClock()):
            pytest.fail("it must not begin")
    assert (folder / "thesis.txt").read_text() == "years of work"


async def test_a_persona_file_that_is_none_is_told_before_anything_is_emptied(owner: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / MARK).touch()
    (folder / "report.html").write_text("the last rehearsal's")
    with pytest.raises(PersonaError, match=r"nowhere\.yaml"):
        async with rehearsal(tmp_path / "nowhere.yaml", folder, owner, SystemClock()):
            pytest.fail("it must not begin")
    assert (folder / "report.html").exists()


def test_a_language_is_heard_where_an_engine_for_it_is_installed(owner: Settings) -> None:
    assert hears(Settings(), "en")
    assert not hears(owner, "en"), "it is set to keys"
    assert not hears(Settings(), "xx")
