"""Writes the rows that a campaign leaves behind, so that a test says only what it is about."""

from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert

from robot.call.messages import Turn
from robot.store.tables import attempts, campaigns, contact_phones, contacts, phones, scripts, targets, turns
from robot.words import AttemptId, CampaignId, Closed, ContactId, Result, TargetId, Verdict, new_id

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_verdict = TypeAdapter(Verdict)


class Book:
    """One campaign and its contacts, written into a database."""

    def __init__(self, conn: Connection, name: str = "Winter guests") -> None:
        self.conn = conn
        self.campaign = CampaignId(new_id())
        self.script = "5f2c9a7be01d44c8"
        conn.execute(
            insert(scripts).values(
                hash=self.script,
                name="return.en",
                language="en",
                purpose="service",
                text="script: return",
                added_at=NOON,
            )
        )
        conn.execute(
            insert(campaigns).values(
                id=self.campaign,
                name=name,
                state="running",
                plan={},
                script_hash=self.script,
                trunk="main",
                created_at=NOON,
                started_at=NOON,
            )
        )
        self._fence = 0
        self._of_target: dict[TargetId, tuple[ContactId, str]] = {}

    def target(
        self,
        external_id: str,
        number: str,
        fields: dict[str, str] | None = None,
        *,
        closed: Closed | None = None,
        rule: str | None = None,
        verdict: Verdict | None = None,
    ) -> TargetId:
        contact, phone, target = ContactId(new_id()), new_id(), TargetId(new_id())
        self.conn.execute(
            insert(contacts).values(id=contact, external_id=external_id, fields=fields or {}, added_at=NOON)
        )
        self.conn.execute(insert(phones).values(id=phone, number=number, added_at=NOON))
        self.conn.execute(insert(contact_phones).values(contact_id=contact, phone_id=phone, position=0))
        self.conn.execute(
            insert(targets).values(
                id=target,
                campaign_id=self.campaign,
                contact_id=contact,
                tz="Europe/London",
                due_at=NOON,
                state="closed" if closed else "open",
                closed=closed,
                closed_rule=rule,
                closed_at=NOON if closed else None,
                verdict=_verdict.dump_python(verdict, mode="json") if verdict else None,
                created_at=NOON,
            )
        )
        self._of_target[target] = (contact, phone)
        return target

    def attempt(
        self,
        target: TargetId,
        result: Result | None,
        verdict: Verdict | None = None,
        *,
        said: tuple[Turn, ...] = (),
        recording: str | None = None,
        **more: object,
    ) -> AttemptId:
        contact, phone = self._of_target[target]
        attempt = AttemptId(new_id())
        self._fence += 1
        begun = NOON + timedelta(minutes=self._fence)
        self.conn.execute(
            insert(attempts).values(
                id=attempt,
                target_id=target,
                campaign_id=self.campaign,
                contact_id=contact,
                phone_id=phone,
                position=0,
                fence=self._fence,
                claimed_by="test",
                claimed_at=begun,
                lease_until=begun,
                trunk="main",
                script_hash=self.script,
                result=result,
                dialled_at=begun,
                answered_at=begun + timedelta(seconds=6) if result is Result.ANSWERED else None,
                ended_at=begun + timedelta(seconds=48) if result else None,
                finished_at=begun + timedelta(seconds=48) if result else None,
                verdict=_verdict.dump_python(verdict, mode="json") if verdict else None,
                recording=recording,
                **more,
            )
        )
        for number, turn in enumerate(said):
            self.conn.execute(
                insert(turns).values(attempt_id=attempt, number=number, turn=turn.model_dump(mode="json"))
            )
        return attempt
