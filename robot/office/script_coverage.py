"""How much of a script was walked: by its tests, or by the calls of a campaign."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from robot.campaign.errors import NotPossible
from robot.campaign.lifecycle import find
from robot.clock import Clock
from robot.dialog import CompiledScript
from robot.office.caller_side import caller_side
from robot.office.conversation import HangsUp
from robot.office.kept_scripts import CAMPAIGN, open_any
from robot.office.recorded_calls import RecordedCall, calls_of, count_calls
from robot.office.retelling import AsThen, again, retell
from robot.office.script_tests import coverage_of_tests
from robot.script import Script
from robot.script.coverage import Coverage
from robot.settings import Settings
from robot.store.store import Store
from robot.store.tables import campaigns
from robot.words import Disposition

__all__ = ["TESTS", "Walked", "coverage_of", "coverage_of_campaign"]

TESTS: Final = "tests"
"""What `coverage_of` takes for the tests beside a script; anything else is a campaign's name."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What of a script was walked.

    Attributes:
        script: The version that was.
        coverage: How often each way was taken.
        other_versions: Calls of the campaign that are left out, since they ran on other versions.
        forgotten: Calls that are left out, since what was said in them is deleted.
        lost: Calls that are counted only as far as their turns tell what was done.
    """

    script: Script
    coverage: Coverage
    other_versions: int = 0
    forgotten: int = 0
    lost: int = 0

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return, for people, what is not counted, and of which version the rest is."""
        told = {
            "ran on other versions of the script, and are left out": self.other_versions,
            "are left out, as what was said in them is deleted": self.forgotten,
            "are counted only as far as their turns tell what was done": self.lost,
        }
        return tuple(f"calls that {what}: {calls}" for what, calls in told.items() if calls)


def coverage_of(
    script: Script,
    what: str,
    settings: Settings,
    clock: Clock,
    store: Callable[[], AbstractContextManager[Store]],
) -> Walked:
    """Return how often each way of a script was taken.

    Args:
        script: The script.
        what: ``tests``, or the name of a campaign; of that, the version that it runs is counted.
        settings: Where tests and training data are.
        clock: The time now, by which what was said may have been deleted.
        store: Opens the database; only for a campaign.

    Raises:
        NotPossible: There is no such campaign, it was not started, or runs another script.
        ScriptError: The script has no tests, or they cannot be used.
        NluDataError: Its training data cannot be used.
    """
    if what == TESTS:
        return Walked(script, coverage_of_tests(script, settings))
    with store() as opened:
        walked = coverage_of_campaign(opened, settings, clock, what)
    if walked.script.script != script.script:
        raise NotPossible(f"the campaign {what!r} runs {walked.script.script!r}, not {script.script!r}: draw that one")
    return walked


def coverage_of_campaign(store: Store, settings: Settings, clock: Clock, name: str) -> Walked:
    """Walk the calls of a campaign through the version that it runs; calls that ran on others are left out.

    What callers said is taken for what it was taken for in their calls.

    Args:
        store: The database.
        settings: For how many days is kept what was said.
        clock: The time now.
        name: The campaign's name or id.

    Raises:
        NotPossible: There is no such campaign.
        ScriptError: It was not started, or its version cannot be read any more.
    """
    with store.reading() as conn:
        campaign = find(conn, name)
        version = conn.execute(select(campaigns.c.script_hash).where(campaigns.c.id == campaign)).scalar_one()
    compiled = CompiledScript(open_any(store, settings, f"{CAMPAIGN}{name}"))
    others = count_calls(store, campaign) - count_calls(store, campaign, version=version)
    coverage, forgotten, lost = Coverage(), 0, 0
    for call in calls_of(store, settings, clock, campaign, version=version):
        if call.forgotten:
            forgotten += 1
        elif not call.empty:
            lost += not _walk(call, compiled, coverage)
    return Walked(compiled.script, coverage, others, forgotten, lost)


def _walk(call: RecordedCall, script: CompiledScript, coverage: Coverage) -> bool:
    """Count a call, as far as it can be followed; return whether that is to its end."""
    ways: list[tuple[str, str, str]] = []
    hearing = AsThen(script.script.language, call.began)
    talk = again(call, script, hearing, watch=lambda source, trigger, to: ways.append((source, trigger, to)))
    step, followed, walked = talk.step, True, False
    for moment in retell(talk, caller_side(call, script), hearing):
        if moment.leads_elsewhere:
            followed = False
            break
        for way in ways:
            coverage.walked(script.graph, *way)
        walked |= bool(ways)
        ways.clear()
        if isinstance(moment.deed.act, HangsUp) and call.told.disposition is Disposition.HUNG_UP:
            coverage.hung_up[step] += 1
        step = talk.step
    coverage.calls += walked
    return followed
