"""One call by hand, through the same import, claim and policy as any other: a campaign of one."""

import csv
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from robot.campaign.claim import forecast
from robot.campaign.errors import NotPossible
from robot.campaign.plan import CampaignPlan
from robot.campaign.policy import Decision, Never, zone_named
from robot.campaign.targets import close
from robot.clock import Clock
from robot.office import campaigns, lists
from robot.office.script_versions import open_version
from robot.script.findings import nearest
from robot.settings import Settings
from robot.store.store import Store
from robot.store.tables import TargetState, targets
from robot.words import CampaignId, TargetId

__all__ = ["SingleCall", "prepare"]

_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SingleCall:
    """A campaign of one, started."""

    campaign: CampaignId
    target: TargetId
    name: str
    decision: Decision
    """What policy says of it now: where that is not `Allowed`, there is nothing to dial."""
    zone: ZoneInfo
    """Where the contact is, as far as is known."""


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
        NotPossible: The row was turned away, the script needs a field that was not given, or it is not clear which
            trunk to use.
        ScriptError: The script cannot be used.
    """
    now = clock.now()
    opened, _ = open_version(settings, script)
    if missing := [field for field in opened.needs if not fields.get(field)]:
        wanted = " ".join(f"-c {field}=…" for field in missing)
        raise NotPossible(f"the script needs to know {', '.join(missing)} of the person; add {wanted}")
    here = now.astimezone(ZoneInfo(settings.zone))
    plan = CampaignPlan(
        name=f"one call, {here:%Y-%m-%d %H:%M:%S}", script=script, trunk=_trunk(settings, trunk),
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
    target = imported.report.targets[0]
    with store.writing() as conn:
        decision = forecast(conn, imported.campaign, target, now)
        row = conn.execute(select(targets.c.tz, targets.c.state).where(targets.c.id == target)).one()
        if isinstance(decision, Never) and row.state is not TargetState.CLOSED:
            close(conn, target, decision.closed, decision.rule, now)
    zone = zone_named(row.tz) or ZoneInfo(settings.zone)
    return SingleCall(imported.campaign, target, imported.name, decision, zone)


def _trunk(settings: Settings, name: str | None) -> str:
    if name is not None:
        if name not in settings.trunks:
            raise NotPossible(f"there is no trunk {name!r} in the settings. {nearest(name, settings.trunks)}")
        return name
    if len(settings.trunks) == 1:
        return next(iter(settings.trunks))
    if not settings.trunks:
        raise NotPossible("there is no trunk to call through: add [trunks.NAME] with its host to perezvon.toml")
    raise NotPossible(f"name the trunk to call through with --trunk: {', '.join(settings.trunks)}")
