"""One call by hand, through the same import, claim and policy as any other: a campaign of one."""

import csv
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from robot.campaign.errors import NotPossible
from robot.campaign.plan import CampaignPlan
from robot.clock import Clock
from robot.office import campaigns, lists
from robot.settings import Settings
from robot.store.store import Store
from robot.words import CampaignId, TargetId

__all__ = ["SingleCall", "prepare"]

_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SingleCall:
    """A campaign of one, started."""

    campaign: CampaignId
    target: TargetId
    name: str


def prepare(
    store: Store,
    settings: Settings,
    clock: Clock,
    number: str,
    *,
    script: str,
    trunk: str | None,
    fields: Mapping[str, str],
) -> SingleCall:
    """Make and start a campaign of one contact. Nothing about it is exempt from policy.

    Args:
        store: The database.
        settings: Trunks and folders.
        clock: The time.
        number: The phone, as people write it.
        script: Path or name of the script.
        trunk: Name of the trunk; may be left out where there is only one.
        fields: Columns of the one-row list: what the script needs, ``zone``, ``consent_basis``, ``consent_date``…

    Raises:
        NotPossible: The row was turned away, or it is not clear which trunk to use.
        ScriptError: The script cannot be used.
    """
    now = clock.now()
    plan = CampaignPlan(
        name=f"one call, {now:%Y-%m-%d %H:%M:%S}", script=script, trunk=_trunk(settings, trunk),
        until=now + _FOR, most_attempts=1, retry={}, retry_after_talk={},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        contacts = Path(folder) / "contact.csv"
        with contacts.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["phone", *fields])
            writer.writerow([number, *fields.values()])
        imported = lists.import_list(store, settings, clock, contacts, plan)
    if not imported.report.targets:
        reasons = "; ".join(rejected.reason for rejected in imported.report.rejected) or "the list came out empty"
        campaigns.stop(store, clock, imported.name)
        raise NotPossible(f"this call is not made: {reasons}")
    campaigns.start(store, settings, clock, imported.name)
    return SingleCall(imported.campaign, imported.report.targets[0], imported.name)


def _trunk(settings: Settings, name: str | None) -> str:
    if name is not None:
        return name
    if len(settings.trunks) == 1:
        return next(iter(settings.trunks))
    if not settings.trunks:
        raise NotPossible("there is no trunk to call through: add [trunks.NAME] with its host to perezvon.toml")
    raise NotPossible(f"name the trunk to call through with --trunk: {', '.join(settings.trunks)}")
