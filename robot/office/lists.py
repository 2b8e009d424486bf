"""Contact lists: brought into a campaign, which is made where it is not there yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from robot.campaign import lifecycle
from robot.campaign.errors import NotPossible
from robot.campaign.importing import ImportReport, ImportTerms
from robot.campaign.importing import import_list as read_into
from robot.campaign.plan import CampaignPlan
from robot.clock import Clock
from robot.office.script_versions import open_version
from robot.settings import Settings
from robot.store.store import Store
from robot.store.tables import CampaignState, campaigns
from robot.words import CampaignId
from telephony.numbering_plan import NumberingPlan

__all__ = ["Imported", "import_list"]


@dataclass(frozen=True, slots=True)
class Imported:
    """A list in a campaign.

    Attributes:
        campaign: Its id.
        name: Its name.
        report: What came of every row.
    """

    campaign: CampaignId
    name: str
    report: ImportReport


def import_list(
    store: Store,
    settings: Settings,
    clock: Clock,
    contacts: Path,
    plan: CampaignPlan,
    *,
    mapping: Mapping[str, str] | None = None,
    rejects: Path | None = None,
) -> Imported:
    """Import a contact list into the campaign of a plan.

    A campaign of that name is made where there is none, as a draft. A draft takes the plan as it is now; one that runs
    or is paused takes the contacts and keeps the plan it was started with.

    Args:
        store: The database.
        settings: Region, zone, numbering plan; the data folder for rejected rows.
        clock: The time.
        contacts: The CSV file.
        plan: The campaign's plan; its script says which columns are needed.
        mapping: Header → meaning (``phone``, ``external_id``, ``zone``, ``consent_date``, … or a field of the script),
            where the names alone do not tell.
        rejects: Where to write what was not taken; a file in the data folder where left out.

    Raises:
        ListRefused: The list cannot be used at all.
        NotPossible: The campaign is finished.
        ScriptError: The script is not there, or cannot be used.
        NumberingPlanError: The numbering plan's file is none.
    """
    script, _ = open_version(settings, plan.script)
    terms = ImportTerms(
        region=settings.region,
        zone=plan.zone or settings.zone,
        numbering_plan=NumberingPlan.load(settings.numbering_plan) if settings.numbering_plan else None,
        needs=tuple(script.needs),
        may_have=tuple(script.may_have),
        types={**script.needs, **script.may_have},
        mapping=mapping or {},
        asks_consent=script.purpose == "advertising",
    )
    now = clock.now()
    with store.writing() as conn:
        campaign = _campaign(conn, plan, clock)
        file = rejects or settings.data / "rejects" / f"{campaign}-{now:%Y%m%d-%H%M%S}.csv"
        report = read_into(conn, campaign, contacts, terms, rejects_file=file, now=now)
    return Imported(campaign, plan.name, report)


def _campaign(conn: Connection, plan: CampaignPlan, clock: Clock) -> CampaignId:
    row = conn.execute(select(campaigns.c.id, campaigns.c.state).where(campaigns.c.name == plan.name)).one_or_none()
    if row is None:
        return lifecycle.create(conn, plan, clock.now())
    campaign = CampaignId(row.id)
    if row.state is CampaignState.FINISHED:
        raise NotPossible(f"the campaign {plan.name!r} is finished; give the plan another name to make a new one")
    if row.state is CampaignState.DRAFT:
        lifecycle.replan(conn, campaign, plan)
    return campaign
