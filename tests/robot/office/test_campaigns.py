"""A campaign as people see it: imported, started, paused, stopped, looked at."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from robot.campaign.claim import Claim, Nothing
from robot.campaign.errors import NotPossible
from robot.office import campaigns
from robot.office.lists import import_list
from robot.script import load_version
from robot.script.findings import ScriptError
from robot.settings import Settings
from robot.store.tables import CampaignState, TargetState, attempts
from robot.words import Closed
from tests.robot.office.office_room import Office
from tests.robot.script.test_shipping import write_wav


def test_a_list_makes_a_draft_that_does_not_dial(office: Office) -> None:
    imported = office.import_()
    assert (imported.name, imported.report.accepted) == ("autumn", 2)
    assert office.claim(imported.campaign) == Nothing("not_running")


def test_a_started_campaign_dials_and_keeps_the_very_text_of_its_script(office: Office) -> None:
    imported = office.import_()
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    claimed = office.claim(imported.campaign)
    assert isinstance(claimed, Claim) and claimed.phone == "+79261234501"
    kept = office.settings.data / "scripts" / f"{claimed.script_hash}.yaml"
    assert kept.read_text(encoding="utf-8") == (office.folder / "short.yaml").read_text(encoding="utf-8")


def test_a_script_file_that_is_gone_is_written_again_from_the_database(office: Office) -> None:
    office.import_()
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    (file,) = (office.settings.data / "scripts").glob("*.yaml")
    file.unlink()
    campaigns.restore_scripts(office.store, office.settings)
    assert file.exists()


def test_a_changed_script_does_not_change_a_campaign_that_was_started(office: Office) -> None:
    imported = office.import_()
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    before = campaigns.status(office.store, "autumn").script_hash
    script = office.folder / "short.yaml"
    script.write_text(script.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    claimed = office.claim(imported.campaign)
    assert isinstance(claimed, Claim) and claimed.script_hash == before


def test_pausing_stops_dials_and_resuming_goes_on(office: Office) -> None:
    campaign = office.import_().campaign
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    campaigns.pause(office.store, "autumn")
    assert office.claim(campaign) == Nothing("not_running")
    campaigns.resume(office.store, "autumn")
    assert isinstance(office.claim(campaign), Claim)


def test_stopping_closes_everybody_who_is_not_on_the_phone(office: Office) -> None:
    campaign = office.import_().campaign
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    office.claim(campaign)
    assert campaigns.stop(office.store, office.clock, "autumn") == 1
    seen = campaigns.status(office.store, "autumn")
    assert (seen.state, seen.live) == (CampaignState.FINISHED, 1)
    assert (seen.by_state[TargetState.CLAIMED], seen.by_closed[Closed.STOPPED]) == (1, 1)
    assert seen.outbox.waiting == 1


def test_an_emergency_stop_pauses_everything_and_names_the_live_calls(office: Office) -> None:
    campaign = office.import_().campaign
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    claimed = office.claim(campaign)
    assert isinstance(claimed, Claim)
    assert campaigns.emergency_stop(office.store) == [claimed.attempt]
    assert campaigns.status(office.store, "autumn").state is CampaignState.PAUSED


def test_what_cannot_be_is_told_with_what_can(office: Office) -> None:
    with pytest.raises(NotPossible, match=r"Import a contact list first"):
        campaigns.pause(office.store, "autmn")
    campaigns.create(office.store, office.clock, office.plan)
    with pytest.raises(NotPossible, match="autumn"):
        campaigns.pause(office.store, "autmn")
    with pytest.raises(NotPossible, match="no contacts"):
        campaigns.start(office.store, office.settings, office.clock, "autumn")
    with pytest.raises(NotPossible, match="already"):
        campaigns.create(office.store, office.clock, office.plan)
    office.import_()
    with pytest.raises(NotPossible, match="draft and cannot be paused"):
        campaigns.pause(office.store, "autumn")
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    with pytest.raises(NotPossible, match="running and cannot be started"):
        campaigns.start(office.store, office.settings, office.clock, "autumn")


def test_a_campaign_whose_time_is_over_is_not_started(office: Office) -> None:
    office.plan = office.plan.model_copy(update={"until": office.clock.now() - timedelta(hours=1)})
    office.import_()
    with pytest.raises(NotPossible, match="until"):
        campaigns.start(office.store, office.settings, office.clock, "autumn")


def test_a_trunk_that_is_not_configured_is_told_before_anything_starts(office: Office) -> None:
    office.import_()
    with pytest.raises(NotPossible, match=r"\[trunks\.main\]"):
        campaigns.start(office.store, Settings(data=office.settings.data), office.clock, "autumn")
    assert campaigns.status(office.store, "autumn").state is CampaignState.DRAFT


def test_a_broken_script_is_told_before_anything_starts(office: Office) -> None:
    office.import_()
    (office.folder / "short.yaml").write_text("script: [", encoding="utf-8")
    with pytest.raises(ScriptError):
        campaigns.start(office.store, office.settings, office.clock, "autumn")


def test_contacts_can_be_added_to_a_running_campaign_but_not_to_a_finished_one(office: Office) -> None:
    office.import_()
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    more = "id,first_name,phone\n3,Vera,+79261234503\n"
    assert office.import_(more).report.accepted == 1
    campaigns.stop(office.store, office.clock, "autumn")
    with pytest.raises(NotPossible, match="another name"):
        office.import_(more)


def test_a_draft_takes_the_plan_as_it_is_now(office: Office) -> None:
    office.import_()
    office.plan = office.plan.model_copy(update={"most_attempts": 2})
    office.import_("id,first_name,phone\n3,Vera,+79261234503\n")
    assert campaigns.status(office.store, "autumn").plan.most_attempts == 2


def test_status_counts_and_rows_name_everybody(office: Office) -> None:
    campaign = office.import_().campaign
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    office.claim(campaign)
    seen = campaigns.status(office.store, "autumn")
    assert (seen.targets, seen.by_state[TargetState.OPEN], seen.live) == (2, 1, 1)
    assert seen.next_due is not None
    rows = campaigns.target_rows(office.store, "autumn")
    assert [(row.name, row.phone, row.state) for row in rows] == [
        ("Anna", "+79261234501", TargetState.CLAIMED),
        ("Boris", "+79261234502", TargetState.OPEN),
    ]
    (line,) = campaigns.list_all(office.store)
    assert (line.name, line.targets, line.closed) == ("autumn", 2, 0)


def test_the_numbering_plan_places_mobiles(office: Office) -> None:
    table = office.folder / "plan.csv"
    table.write_text(
        "АВС/ DEF;От;До;Емкость;Оператор;Регион;ИНН\n926;0;9999999;1;X;Омская обл.;1\n", encoding="utf-8-sig"
    )
    settings = office.settings.model_copy(update={"numbering_plan": table})
    import_list(office.store, settings, office.clock, office.write_list(), office.plan)
    assert {row.zone for row in campaigns.target_rows(office.store, "autumn")} == {"Asia/Omsk"}


def test_another_version_of_the_script_counts_at_once_for_calls_not_yet_placed(office: Office) -> None:
    campaign = office.import_().campaign
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    first = office.claim(campaign)
    script = office.folder / "short.yaml"
    script.write_text(script.read_text("utf-8").replace("Goodbye.", "Goodbye, then."), "utf-8")
    before, now = campaigns.use_script(office.store, office.settings, office.clock, "autumn", str(script))
    second = office.claim(campaign)
    assert isinstance(first, Claim) and isinstance(second, Claim)
    assert (first.script_hash, second.script_hash) == (before, now.hash)
    assert before != now.hash
    assert load_version(office.settings.data, now.hash).steps["bad"].say == "Goodbye, then."
    with office.store.reading() as conn:
        assert set(conn.execute(select(attempts.c.script_hash)).scalars()) == {before, now.hash}


def test_a_campaign_keeps_its_script_where_the_new_one_cannot_be_used(office: Office) -> None:
    office.import_()
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    before = campaigns.status(office.store, "autumn").script_hash
    script = office.folder / "short.yaml"
    text = script.read_text("utf-8")
    script.write_text(text.replace("needs: {first_name: name}", "needs: {first_name: name, car: text}"), "utf-8")
    with pytest.raises(NotPossible, match=r"car \(2 of them\)"):
        campaigns.use_script(office.store, office.settings, office.clock, "autumn", str(script))
    script.write_text(text.replace("deny: bad", "deny: bed"), "utf-8")
    with pytest.raises(ScriptError):
        campaigns.use_script(office.store, office.settings, office.clock, "autumn", str(script))
    assert campaigns.status(office.store, "autumn").script_hash == before


def test_only_a_started_campaign_can_be_given_another_script(office: Office) -> None:
    office.import_()
    with pytest.raises(NotPossible, match="draft"):
        campaigns.use_script(office.store, office.settings, office.clock, "autumn", str(office.folder / "short.yaml"))


def test_recordings_of_a_script_are_kept_with_it(office: Office) -> None:
    script = office.folder / "short.yaml"
    write_wav(office.folder / "bye.wav")
    script.write_text(script.read_text("utf-8").replace("say: Goodbye.", "play: {file}").replace("{file}", "bye.wav"))
    office.import_()
    campaigns.start(office.store, office.settings, office.clock, "autumn")
    version = campaigns.status(office.store, "autumn").script_hash
    assert version is not None
    (office.folder / "bye.wav").unlink()
    (kept,) = (office.settings.data / "sounds").glob("*.wav")
    kept.unlink()
    campaigns.restore_scripts(office.store, office.settings)
    sound = load_version(office.settings.data, version).sounds["bye.wav"]
    assert hashlib.sha256(sound.path.read_bytes()).hexdigest() == sound.sha256
