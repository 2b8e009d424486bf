"""What callers did is counted where the script has it: by the calls of a campaign, or by the script's tests."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from models.protocols import Understanding
from robot.campaign.errors import NotPossible
from robot.office import script_tests
from robot.office.conversation import FallsSilent, HangsUp, MachineTakes, PicksUp, Says
from robot.office.script_coverage import Walked, coverage_of, coverage_of_campaign
from robot.script import load_script
from robot.script.coverage import EVERYWHERE, Transition
from robot.script.graph import THEN
from robot.store.store import Store
from tests.robot.office.had_calls import SCRIPT, Booth, Parrot, made_turns
from tests.robot.office.office_room import Office

TESTS = """\
contact: {first_name: Anna}
now: 2026-11-23T12:00
tests:
  declines:
    talk: [{caller: "no"}]
    ends: {disposition: declined}
"""


@pytest.fixture
def booth(office: Office) -> Booth:
    return Booth(office)


def walked(booth: Booth) -> Walked:
    office = booth.office
    return coverage_of_campaign(office.store, office.settings, office.clock, "autumn")


def test_calls_of_a_campaign_are_counted_way_by_way(booth: Booth) -> None:
    booth.had(Says("no"))
    booth.had(Says("robot"), Says("yes"), FallsSilent(), HangsUp())
    booth.had(HangsUp())
    counted = walked(booth)
    coverage = counted.coverage
    assert counted.script.hash == load_script(booth.file).hash
    assert coverage.calls == 3
    assert coverage.taken == {
        Transition("notice", THEN): 3,
        Transition("greeting", "deny"): 1,
        Transition("greeting", "affirm"): 1,
        Transition(EVERYWHERE, "is_robot"): 1,
        Transition("everywhere.is_robot", THEN): 1,
        Transition(EVERYWHERE, "(silent 1)"): 1,
    }
    assert coverage.visited["greeting"] == 4
    assert coverage.hung_up == {"when_silent.1": 1, "greeting": 1}
    assert (counted.other_versions, counted.forgotten, counted.lost) == (0, 0, 0)
    assert counted.remarks == ()


def test_words_are_taken_for_what_they_were_taken_for(booth: Booth) -> None:
    class Deaf(Parrot):
        def parse(self, *_: object, **__: object) -> Understanding:
            raise AssertionError("what was understood stands in the turns")

    booth.had(Says("no"))
    booth.nlu = Deaf()
    assert walked(booth).coverage.taken[Transition("greeting", "deny")] == 1


def test_calls_of_other_versions_are_left_out_and_counted(booth: Booth) -> None:
    booth.had(Says("no"))
    booth.move_to(SCRIPT.replace("Goodbye!", "Bye!"))
    booth.had(Says("yes"), HangsUp())
    counted = walked(booth)
    assert counted.coverage.calls == 1
    assert counted.coverage.taken[Transition("greeting", "deny")] == 0
    assert counted.other_versions == 1
    assert counted.remarks == ("calls that ran on other versions of the script, and are left out: 1",)


def test_who_only_reached_a_machine_walked_nowhere(booth: Booth) -> None:
    booth.had(MachineTakes())
    assert walked(booth).coverage.calls == 0


def test_a_call_that_cannot_be_followed_is_counted_as_far_as_it_can(booth: Booth) -> None:
    claim = booth.claim()
    talk = booth.conversation(claim)
    turns = made_turns([(PicksUp(), False), (Says("no"), False)], talk)
    turns[-1] = turns[-1].model_copy(update={"step": "when"})
    assert talk.finish is not None
    booth.write(claim, turns, talk.finish)
    counted = walked(booth)
    assert counted.coverage.taken == {Transition("notice", THEN): 1}
    assert (counted.coverage.calls, counted.lost) == (1, 1)


def test_a_campaign_or_the_tests_may_be_asked_for(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    office, opened = booth.office, 0
    script = load_script(booth.file)

    @contextmanager
    def store() -> Iterator[Store]:
        nonlocal opened
        opened += 1
        yield office.store

    monkeypatch.setattr(script_tests, "open_understanding", lambda *_, **__: Parrot())
    booth.file.with_name("small.test.yaml").write_text(TESTS)
    by_tests = coverage_of(script, "tests", office.settings, office.clock, store)
    assert (by_tests.coverage.taken[Transition("greeting", "deny")], opened) == (1, 0)
    booth.had(Says("yes"), HangsUp())
    by_calls = coverage_of(script, "autumn", office.settings, office.clock, store)
    assert (by_calls.coverage.taken[Transition("greeting", "affirm")], opened) == (1, 1)


def test_a_campaign_of_another_script_is_refused(booth: Booth) -> None:
    office = booth.office
    other = booth.file.with_name("other.yaml")
    other.write_text(SCRIPT.replace("script: small", "script: other"))
    with pytest.raises(NotPossible, match="'autumn' runs 'small', not 'other'"):
        coverage_of(load_script(other), "autumn", office.settings, office.clock, lambda: nullcontext(office.store))
    with pytest.raises(NotPossible, match="no campaign 'spring'"):
        coverage_of(load_script(other), "spring", office.settings, office.clock, lambda: nullcontext(office.store))
