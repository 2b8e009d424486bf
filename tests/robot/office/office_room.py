"""An office to work in: a folder with a script, a plan, settings and a database."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from robot.campaign.claim import Claim, Nothing, Terms, claim
from robot.campaign.plan import CampaignPlan, Window
from robot.clock import HeldClock
from robot.office.lists import Imported, import_list
from robot.settings import Settings, TrunkSettings
from robot.store.store import Store
from robot.words import CampaignId

SCRIPT = """\
script: short
language: en
purpose: advertising
needs: {first_name: name}
start: hello
steps:
  hello:
    say: Hello <first_name>, this is a robot and the call is recorded. Do you want to come back?
    listen: yes_no
    answers: {affirm: good, deny: bad}
  good:
    say: Good.
    end: {interest: hot, disposition: agreed}
  bad:
    say: Goodbye.
    end: {interest: cold, disposition: declined}
everywhere:
  do_not_call:
    say: We will not call again.
    end: {interest: refused, disposition: do_not_call}
  wrong_number:
    say: Sorry.
    end: {person: unknown_here, disposition: wrong_person}
"""
CONTACTS = """\
id,first_name,phone,consent_basis,consent_date
1,Anna,+79261234501,form,2026-01-01
2,Boris,+79261234502,form,2026-01-01
"""


@dataclass
class Office:
    """Everything that an office function asks for."""

    folder: Path
    store: Store
    clock: HeldClock
    settings: Settings
    plan: CampaignPlan

    def write_list(self, text: str = CONTACTS, name: str = "contacts.csv") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def import_(self, text: str = CONTACTS) -> Imported:
        return import_list(self.store, self.settings, self.clock, self.write_list(text), self.plan)

    def claim(self, campaign: CampaignId) -> Claim | Nothing:
        terms = Terms("worker-1", self.settings.trunks, self.settings.calls, self.settings.data / "recordings")
        self.clock.move(1)
        with self.store.writing() as conn:
            return claim(conn, campaign, terms, self.clock.now())


def furnish(folder: Path, store: Store) -> Office:
    """Make an office in an empty folder."""
    script = folder / "short.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    whole_day = (Window(days=(1, 2, 3, 4, 5, 6, 7), opens=time(0), closes=time(0)),)
    return Office(
        folder=folder,
        store=store,
        clock=HeldClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        settings=Settings(data=folder / "data", trunks={"main": TrunkSettings(host="127.0.0.1")}),
        plan=CampaignPlan(name="autumn", script=str(script), trunk="main", windows=whole_day),
    )
