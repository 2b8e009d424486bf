"""The tables. What is true of a campaign is what stands here, and nothing else.

Guards that no code can forget are indexes: a phone has at most one open attempt over all campaigns
(``uq_attempts_open_phone``), and a target has either one open attempt or one that settled it, never both
(``uq_attempts_open_or_settled``): nobody is dialled again after a success.
"""

from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Enum,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from robot.store.metadata import Instant, metadata
from robot.words import Closed, Interest, NumberStatus, Person, Result

__all__ = [
    "CampaignState", "DoNotCallSource", "TargetState", "attempts", "campaigns", "contact_phones", "contacts",
    "diallable", "do_not_call", "imports", "phones", "scripts", "sounds", "targets", "trunks", "turns",
]  # fmt: skip


class CampaignState(StrEnum):
    """Where a campaign is."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


class TargetState(StrEnum):
    """Where a target is."""

    OPEN = "open"
    """Not dialled yet and free to be, from ``due_at`` on."""
    CLAIMED = "claimed"
    """An attempt is open."""
    WAITING = "waiting"
    """A rule holds it until ``waiting_until`` (= ``due_at``): a retry, a callback, a window, an embargo."""
    CLOSED = "closed"


class DoNotCallSource(StrEnum):
    """Who put an entry on the do-not-call list."""

    CALL = "call"
    """The person asked for it on the phone."""
    OFFICE = "office"
    """Somebody of the company added it by hand."""
    NETWORK = "network"
    """The called side's network said that our calls are unwanted (SIP 607)."""


diallable = text("state IN ('open', 'waiting')")
"""Targets that may be claimed. Literal, since only then both dialects see that ``ix_targets_due`` serves for it."""
_still_open = text("result IS NULL")
_open_or_settled = text("result IS NULL OR settled")


def _word(words: type[StrEnum]) -> Enum:
    """One of a fixed set of words, kept as text and checked by the database."""
    return Enum(
        words,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=words.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


phones = Table(
    "phones",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", String(16), unique=True, doc="E.164; empty once its last contact was erased"),
    Column("status", _word(NumberStatus), nullable=False, server_default=NumberStatus.UNKNOWN.value),
    Column("confidence", Float, nullable=False, server_default="0"),
    Column("evidence", JSON, nullable=False, server_default="[]"),
    Column("status_at", Instant),
    Column("embargo_until", Instant, doc="left alone after a call of ours that ended in a way we do not know"),
    Column("added_at", Instant, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("external_id", String(200), unique=True, doc="the CRM's own id of this person, where the list gave one"),
    Column("fields", JSON, nullable=False, server_default="{}", doc="name → text: what a script may say"),
    Column("zone", String(64), doc="IANA; only where the list named one for this contact"),
    Column("consent_basis", Text),
    Column("consent_date", Date),
    Column("consent_source", Text),
    Column("interest", _word(Interest), nullable=False, server_default=Interest.UNKNOWN.value),
    Column("interest_at", Instant),
    Column("added_at", Instant, nullable=False),
    Column("erased_at", Instant),
)

contact_phones = Table(
    "contact_phones",
    metadata,
    Column("contact_id", String(36), ForeignKey("contacts.id"), primary_key=True),
    Column("phone_id", String(36), ForeignKey("phones.id"), primary_key=True),
    Column("position", Integer, nullable=False, doc="0 is dialled first"),
    Column("person", _word(Person), nullable=False, server_default=Person.UNKNOWN.value),
    UniqueConstraint("contact_id", "position"),
    Index("ix_contact_phones_phone_id", "phone_id"),
)

do_not_call = Table(
    "do_not_call",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", String(16), doc="E.164; blocks the phone whoever's it is"),
    Column("contact_id", String(36), ForeignKey("contacts.id"), doc="blocks all phones of this contact"),
    Column("reason", Text, nullable=False),
    Column("source", _word(DoNotCallSource), nullable=False),
    Column("attempt_id", String(36)),
    Column("added_at", Instant, nullable=False),
    UniqueConstraint("number"),
    UniqueConstraint("contact_id"),
)

scripts = Table(
    "scripts",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("language", String(16), nullable=False),
    Column("purpose", String(32), nullable=False, doc="advertising or service"),
    Column("text", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
)

sounds = Table(
    "sounds",
    metadata,
    Column("sha256", String(64), primary_key=True, doc="of the file's bytes, in hex"),
    Column("wav", LargeBinary, nullable=False, doc="a recorded prompt of a script"),
    Column("added_at", Instant, nullable=False),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("state", _word(CampaignState), nullable=False, server_default=CampaignState.DRAFT.value),
    Column("plan", JSON, nullable=False, doc="a dumped CampaignPlan"),
    Column("script_hash", String(64), ForeignKey("scripts.hash")),
    Column("trunk", String(100), nullable=False),
    Column("until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
)

targets = Table(
    "targets",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("campaign_id", String(36), ForeignKey("campaigns.id"), nullable=False),
    Column("contact_id", String(36), ForeignKey("contacts.id"), nullable=False),
    Column("tz", String(64), nullable=False, doc="IANA zone that its calling windows are read in"),
    Column("priority", Integer, nullable=False, server_default="5", doc="1 is dialled first"),
    Column("due_at", Instant, nullable=False),
    Column("state", _word(TargetState), nullable=False, server_default=TargetState.OPEN.value),
    Column("waiting_until", Instant),
    Column("waiting_rule", String(64)),
    Column("closed", _word(Closed)),
    Column("closed_rule", String(64)),
    Column("closed_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0", doc="dials, but for the trunk's own failures"),
    Column("retries", JSON, nullable=False, server_default="{}", doc="result or disposition → retries of it so far"),
    Column("next_position", Integer, nullable=False, server_default="0", doc="position of the phone to dial next"),
    Column("callback_at", Instant, doc="when the person asked to be called"),
    Column("verdict", JSON, doc="a dumped Verdict: of the last attempt that told something"),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("campaign_id", "contact_id"),
    Index("ix_targets_contact_id", "contact_id"),
    Index(
        "ix_targets_due",
        "campaign_id",
        "tz",
        "priority",
        "due_at",
        sqlite_where=diallable,
        postgresql_where=diallable,
    ),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("target_id", String(36), ForeignKey("targets.id"), nullable=False),
    Column("campaign_id", String(36), ForeignKey("campaigns.id"), nullable=False),
    Column("contact_id", String(36), ForeignKey("contacts.id"), nullable=False),
    Column("phone_id", String(36), ForeignKey("phones.id"), nullable=False),
    Column("position", Integer, nullable=False, doc="which of the contact's phones it was"),
    Column("fence", Integer, nullable=False, unique=True, doc="grows by one with every claim"),
    Column("claimed_by", String(100), nullable=False),
    Column("claimed_at", Instant, nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("trunk", String(100), nullable=False),
    Column("caller_id", String(64)),
    Column("script_hash", String(64), ForeignKey("scripts.hash"), nullable=False),
    Column("variants", JSON, nullable=False, server_default="{}", doc="step → variant"),
    Column("dialled_at", Instant),
    Column("answered_at", Instant),
    Column("ended_at", Instant),
    Column("finished_at", Instant, doc="when its result was written"),
    Column("result", _word(Result), doc="empty while the attempt is open"),
    Column("settled", Boolean, nullable=False, server_default=text("false"), doc="it closed its target as a success"),
    Column("sip_code", Integer),
    Column("q850", Integer),
    Column("rang_ms", Integer, nullable=False, server_default="0"),
    Column("verdict", JSON, doc="a dumped Verdict"),
    Column("slots", JSON, nullable=False, server_default="{}"),
    Column("callback_at", Instant),
    Column("never_call", Boolean, nullable=False, server_default=text("false")),
    Column("recording", Text, doc="path of the WAV"),
    Column("notes", JSON, nullable=False, server_default="[]", doc="what the script notes for the CRM's people"),
    Column("updates", JSON, nullable=False, server_default="{}", doc="proposed changes: field → new value"),
    Column("tags", JSON, nullable=False, server_default="[]"),
    Column("follow_ups", JSON, nullable=False, server_default="[]", doc="dumped FollowUps: what the CRM is to send"),
    Index("ix_attempts_target_id", "target_id"),
    Index("ix_attempts_contact_id", "contact_id"),
    Index("ix_attempts_campaign_id", "campaign_id"),
    Index("ix_attempts_trunk_finished_at", "trunk", "finished_at"),
    Index(
        "ix_attempts_open_trunk",
        "trunk",
        sqlite_where=_still_open,
        postgresql_where=_still_open,
    ),
    Index(
        "uq_attempts_open_phone",
        "phone_id",
        unique=True,
        sqlite_where=_still_open,
        postgresql_where=_still_open,
    ),
    Index(
        "uq_attempts_open_or_settled",
        "target_id",
        unique=True,
        sqlite_where=_open_or_settled,
        postgresql_where=_open_or_settled,
    ),
)

turns = Table(
    "turns",
    metadata,
    Column("attempt_id", String(36), ForeignKey("attempts.id"), primary_key=True),
    Column("number", Integer, primary_key=True, doc="0 is the first"),
    Column("turn", JSON, nullable=False, doc="a dumped robot.call.messages.Turn"),
)

imports = Table(
    "imports",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("campaign_id", String(36), ForeignKey("campaigns.id"), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("imported_at", Instant, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("rejects_file", Text),
)

trunks = Table(
    "trunks",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("next_call_at", Instant, doc="GCRA: the theoretical arrival time of the next call"),
    Column("broken_until", Instant, doc="the breaker is open until then"),
    Column("broken_rule", String(64)),
)
