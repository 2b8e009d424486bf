"""A worker in a process of its own, for tests that kill it: claims and finishes until nothing is due.

Run as ``python -m tests.robot.campaign.dialler URL CAMPAIGN NAME``; prints a line for every committed step.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from robot.call.messages import CallOutcome, Turn
from robot.campaign.claim import Nothing, Terms, claim
from robot.campaign.finish import finish
from robot.settings import CallSettings, TrunkSettings
from robot.store.store import Store
from robot.words import CampaignId, Disposition, NumberStatus, Result, Verdict

CALLS = CallSettings(lease=30, longest=600)
TRUNK = TrunkSettings(host="127.0.0.1", at_once=1000, per_second=1e9)


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def work(url: str, campaign: CampaignId, name: str) -> None:
    store = Store.open(url)
    terms = Terms(name, {"main": TRUNK}, CALLS, Path("recordings"))
    while True:
        now = datetime.now(UTC)
        with store.writing() as conn:
            found = claim(conn, campaign, terms, now)
        if isinstance(found, Nothing):
            if found.why in {"done", "nothing_due"}:
                break
            continue
        tell(f"claimed {found.phone}")
        outcome = CallOutcome(
            attempt=found.attempt,
            result=Result.ANSWERED,
            verdict=Verdict(NumberStatus.VALID, 0.9, disposition=Disposition.AGREED),
            dialled_at=now,
            ended_at=now,
            turns=(Turn(step="one"), Turn(step="two")),
        )
        with store.writing() as conn:
            finish(conn, outcome, found.fence, CALLS, now)
        tell(f"finished {found.phone}")
    store.close()


if __name__ == "__main__":
    work(sys.argv[1], CampaignId(sys.argv[2]), sys.argv[3])
