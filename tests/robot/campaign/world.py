"""A database with one running campaign, and the words to fill it: contacts, claims, outcomes."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from robot.call.messages import CallOutcome, Turn
from robot.campaign.claim import Claim, Nothing, Terms, claim
from robot.campaign.finish import Finished, finish
from robot.campaign.plan import CampaignPlan, Window
from robot.settings import CallSettings, TrunkSettings
from robot.store.outbox import outbox
from robot.store.store import Store
from robot.store.tables import (
    CampaignState,
    attempts,
    campaigns,
    contact_phones,
    contacts,
    phones,
    scripts,
    targets,
)
from robot.words import (
    AttemptId,
    CampaignId,
    ContactId,
    Disposition,
    Evidence,
    EvidenceKind,
    NumberStatus,
    Person,
    Result,
    TargetId,
    Verdict,
    new_id,
)

MONDAY_NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Noon in Moscow."""
ALL_DAY = (Window(days=(1, 2, 3, 4, 5, 6, 7), opens=time(0), closes=time(0)),)
FAST = TrunkSettings(host="127.0.0.1", at_once=30, per_second=1e9)
CALLS = CallSettings(lease=30, longest=600, embargo=60)


def verdict(
    disposition: Disposition | None = None,
    status: NumberStatus = NumberStatus.VALID,
    person: Person = Person.UNKNOWN,
    evidence: tuple[Evidence, ...] = (),
) -> Verdict:
    return Verdict(number_status=status, confidence=0.9, person=person, disposition=disposition, evidence=evidence)


NOT_IN_SERVICE = verdict(
    status=NumberStatus.INVALID, evidence=(Evidence(EvidenceKind.Q850, "1", NumberStatus.INVALID),)
)
VACANT = verdict(status=NumberStatus.INVALID, evidence=(Evidence(EvidenceKind.SIP, "404", NumberStatus.INVALID),))


@dataclass
class World:
    """One campaign, its database and the time."""

    store: Store
    folder: Path
    plan: CampaignPlan
    campaign: CampaignId = field(default_factory=lambda: CampaignId(new_id()))
    now: datetime = MONDAY_NOON
    trunk: TrunkSettings = FAST
    added: int = 0

    def start(self, purpose: str = "advertising") -> None:
        with self.store.writing() as conn:
            script = {
                "hash": "h" * 64,
                "name": "return",
                "language": "en",
                "purpose": purpose,
                "text": "script: return",
            }
            conn.execute(insert(scripts).values(**script, added_at=self.now))
            conn.execute(
                insert(campaigns).values(
                    id=self.campaign,
                    name=self.plan.name,
                    state=CampaignState.RUNNING,
                    plan=self.plan.model_dump(mode="json"),
                    script_hash="h" * 64,
                    trunk=self.plan.trunk,
                    until=self.plan.until,
                    created_at=self.now,
                    started_at=self.now,
                )
            )

    def replan(self, **changes: object) -> None:
        self.plan = CampaignPlan.model_validate({**self.plan.model_dump(), **changes})
        with self.store.writing() as conn:
            values = {"plan": self.plan.model_dump(mode="json"), "until": self.plan.until}
            conn.execute(update(campaigns).where(campaigns.c.id == self.campaign).values(values))

    def add(
        self,
        *numbers: str,
        tz: str = "Europe/Moscow",
        priority: int = 5,
        consent: date | None = date(2026, 1, 1),
        due: datetime | None = None,
    ) -> TargetId:
        """Add a contact with these phones (one of its own where none are given) as a target."""
        with self.store.writing() as conn:
            return self.add_in(conn, *numbers, tz=tz, priority=priority, consent=consent, due=due)

    def add_in(
        self,
        conn: Connection,
        *numbers: str,
        tz: str = "Europe/Moscow",
        priority: int = 5,
        consent: date | None = date(2026, 1, 1),
        due: datetime | None = None,
    ) -> TargetId:
        """The same in a transaction of the caller's."""
        self.added += 1
        contact, target = ContactId(new_id()), TargetId(new_id())
        conn.execute(
            insert(contacts).values(
                id=contact,
                external_id=f"c{self.added}",
                fields={"first_name": f"Name{self.added}"},
                consent_basis="form on the site" if consent else None,
                consent_date=consent,
                added_at=self.now,
            )
        )
        for position, number in enumerate(numbers or (f"+7926{self.added:07}",)):
            known = conn.execute(select(phones.c.id).where(phones.c.number == number)).scalar_one_or_none()
            phone = known or new_id()
            if known is None:
                conn.execute(insert(phones).values(id=phone, number=number, added_at=self.now))
            conn.execute(insert(contact_phones).values(contact_id=contact, phone_id=phone, position=position))
        conn.execute(
            insert(targets).values(
                id=target,
                campaign_id=self.campaign,
                contact_id=contact,
                tz=tz,
                priority=priority,
                due_at=due or self.now,
                created_at=self.now,
            )
        )
        return target

    @property
    def terms(self) -> Terms:
        return Terms("worker-1", {"main": self.trunk}, CALLS, self.folder / "recordings")

    def ask(self, only: TargetId | None = None) -> Claim | Nothing:
        with self.store.writing() as conn:
            return claim(conn, self.campaign, self.terms, self.now, only)

    def claim(self, only: TargetId | None = None) -> Claim:
        claimed = self.ask(only)
        assert isinstance(claimed, Claim), claimed
        return claimed

    def nothing(self) -> Nothing:
        answer = self.ask()
        assert isinstance(answer, Nothing), answer
        return answer

    def outcome(
        self,
        claimed: Claim,
        result: Result = Result.ANSWERED,
        judged: Verdict | None = None,
        *,
        callback_at: datetime | None = None,
        never_call: bool = False,
        sip_code: int | None = None,
        turns: tuple[Turn, ...] = (),
        **told: Any,
    ) -> CallOutcome:
        return CallOutcome(
            attempt=claimed.attempt,
            result=result,
            verdict=judged or Verdict(),
            dialled_at=self.now,
            ended_at=self.now + timedelta(seconds=20),
            callback_at=callback_at,
            never_call=never_call,
            sip_code=sip_code,
            rang_ms=3000,
            turns=turns,
            **told,
        )

    def end(
        self, claimed: Claim, result: Result = Result.ANSWERED, judged: Verdict | None = None, **more: Any
    ) -> Finished:
        with self.store.writing() as conn:
            return finish(conn, self.outcome(claimed, result, judged, **more), claimed.fence, CALLS, self.now)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def target(self, target: TargetId) -> Row[Any]:
        with self.store.reading() as conn:
            return conn.execute(select(targets).where(targets.c.id == target)).one()

    def attempt(self, attempt: AttemptId) -> Row[Any]:
        with self.store.reading() as conn:
            return conn.execute(select(attempts).where(attempts.c.id == attempt)).one()

    def events(self) -> list[str]:
        """Types of the events written so far, in order."""
        with self.store.reading() as conn:
            return list(conn.execute(select(outbox.c.type).order_by(outbox.c.id)).scalars())
