"""The replay on the screen: what is the same, what is not, and no phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.cli.errors import Mistaken
from robot.office import replay as replaying
from robot.office.conversation import FallsSilent, HangsUp, Says
from robot.script import load_script
from robot.store.store import Store, upgrade
from tests.robot.cli.conftest import Perezvon
from tests.robot.office.had_calls import SCRIPT, Booth, Parrot
from tests.robot.office.office_room import furnish


@pytest.fixture
def booth(perezvon: Perezvon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Booth]:
    """A campaign in the database that the command finds in its folder."""
    monkeypatch.setattr(replaying, "open_understanding", lambda *_, **__: Parrot())
    monkeypatch.setenv("PEREZVON_DIALOGS", "dialogs")
    url = f"sqlite:///{tmp_path / 'perezvon.sqlite'}"
    upgrade(url)
    store = Store.open(url)
    yield Booth(furnish(tmp_path, store))
    store.close()


def test_a_call_is_shown_turn_by_turn_with_what_differs(perezvon: Perezvon, booth: Booth) -> None:
    call = booth.had(FallsSilent(), Says("robot"), Says("yes"), Says("tomorrow at five pm"), Says("yes"))
    booth.today(SCRIPT.replace("answers: {affirm: when, deny", "answers: {affirm: booked, deny"))
    told = perezvon("script", "replay", call)
    assert told.exit_code == 0
    lines = [line.rstrip() for line in told.output.splitlines()]
    assert lines[0].startswith(f"call {call}: small, version ")
    assert "  caller       robot   [is_robot 0.90]" in lines
    assert "  robot        everywhere.is_robot: Yes, I am a robot." in lines
    assert "  caller       (says nothing)" in lines
    assert "- robot        when: When shall I call you back?" in lines
    assert "+ robot        booked: I have put you down. Goodbye!" in lines
    assert "  from here on it goes another way: then when, now booked" in lines
    assert "- caller       tomorrow at five pm   [out_of_scope 0.90] (it does not come to that)" in lines
    assert "  disposition  callback" in lines
    assert any(line.startswith("- learned callback_at 2026-11-24T17:00") for line in lines)
    assert lines[-1] == "3 turns would differ; it would end the same."


def test_a_call_that_would_be_the_same_says_so(perezvon: Perezvon, booth: Booth) -> None:
    call = booth.had(Says("no"))
    for option in ((), ("--same",)):
        told = perezvon("script", "replay", call, *option)
        assert told.output.splitlines()[-1] == "Nothing would differ."
        assert not any(line.startswith(("-", "+")) for line in told.output.splitlines())


def test_another_meaning_and_a_new_script_are_shown(
    perezvon: Perezvon, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = booth.had(Says("robot"), HangsUp())
    other = booth.office.folder / "other.yaml"
    other.write_text(SCRIPT.replace("Sorry!", "I am sorry!"))
    monkeypatch.setattr(replaying, "open_understanding", lambda *_, **__: Parrot({"robot": "deny"}))
    told = perezvon("script", "replay", call, "--script", "other.yaml")
    lines = [line.rstrip() for line in told.output.splitlines()]
    assert "small, version " in lines[0]
    assert lines[0].endswith(f"{load_script(other).hash[:12]} now")
    assert "- caller       robot   [is_robot 0.90]" in lines
    assert "+ caller       robot   [deny 0.90]" in lines
    assert "- disposition  hung_up" in lines
    assert "+ disposition  declined" in lines
    assert lines[-1] == "1 turn would differ; it ended: hung_up, unknown; now: declined, cold."


def test_a_conversation_that_goes_on_says_where(perezvon: Perezvon, booth: Booth) -> None:
    call = booth.had(Says("no"))
    booth.today(SCRIPT.replace("deny: goodbye, operator", "deny: when, operator"))
    told = perezvon("script", "replay", call).output
    assert "+ goes on      at when: the caller said no more than this" in told
    assert "it ended: declined, cold; now: goes on at when." in told


def test_no_phone_is_printed(perezvon: Perezvon, booth: Booth) -> None:
    phone = SCRIPT.replace("callback_at: time", "new_number: phone").replace("<callback_at as time>", "<new_number>")
    booth.move_to(phone)
    call = booth.had(Says("yes"), Says("+1 212 555 0188"), Says("yes"))
    told = perezvon("script", "replay", call).output
    assert "+ " not in told
    assert "learned new_number (a phone)" in told
    assert "  caller       (a phone)   [out_of_scope 0.90]" in told
    assert "555" not in told
    assert "0188" not in told
    assert "9926" not in told


def test_a_campaign_is_a_table_and_a_list(perezvon: Perezvon, booth: Booth) -> None:
    booth.had(Says("stop"))
    changed = [booth.had(Says("yes"), HangsUp()) for _ in range(2)]
    booth.today(SCRIPT.replace("answers: {affirm: when, deny", "answers: {affirm: booked, deny"))
    told = perezvon("script", "replay", "--campaign", "autumn")
    assert told.exit_code == 0
    assert "3 calls replayed with small" in told.output
    rows = [line.split() for line in told.output.splitlines()]
    assert ["hung_up,", "unknown", "callback,", "warm", "2"] in rows
    assert ["do_not_call,", "refused", "the", "same", "1"] in rows
    at = "hung_up, unknown → callback, warm; at “yes   [affirm 0.90]”: then when, now booked"
    for call in changed:
        assert f"{call}  {at}" in told.output
    assert told.output.splitlines()[-1] == "2 of 3 calls would end otherwise."


def test_many_changed_calls_are_named_when_asked_for(
    perezvon: Perezvon, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robot.cli.script_replay_command._MOST_SHOWN", 1)
    calls = [booth.had(Says("yes"), HangsUp()) for _ in range(3)]
    booth.today(SCRIPT.replace("answers: {affirm: when, deny", "answers: {affirm: booked, deny"))
    few = perezvon("script", "replay", "--campaign", "autumn").output
    assert [call in few for call in calls] == [True, False, False]
    assert "… and 2 more: --all names them" in few
    whole = perezvon("script", "replay", "--campaign", "autumn", "--all").output
    assert all(call in whole for call in calls)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "name a call"),
        (("0190abcd", "--campaign", "autumn"), "name a call"),
        (("--campaign", "autumn", "--audio"), "for a single call"),
        (("0190abcd", "--same", "--audio"), "--same takes"),
    ],
)
def test_what_does_not_go_together_is_refused(perezvon: Perezvon, arguments: tuple[str, ...], why: str) -> None:
    with pytest.raises(Mistaken, match=why):
        perezvon("script", "replay", *arguments)


def test_a_picture_of_a_campaigns_calls_is_of_the_version_that_it_runs(perezvon: Perezvon, booth: Booth) -> None:
    booth.had(Says("no"))
    booth.move_to(SCRIPT.replace("Goodbye!", "Bye!"))
    booth.had(Says("no"))
    told = perezvon("script", "graph", "small", "--coverage", "autumn")
    assert told.exit_code == 0
    assert "left out: 1" in told.stderr
    assert "flowchart" in told.stdout
    assert "left out" not in told.stdout
