"""What a CRM is told: the three events, as they are sent. Their JSON Schemas lie in ``docs/schemas``.

Within one schema version keys may be added, never renamed, removed or given another meaning: a reader ignores the
keys it does not know.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from robot.words import (
    AttemptId,
    CampaignId,
    Channel,
    Closed,
    ContactId,
    Disposition,
    Interest,
    NumberStatus,
    Result,
    TargetId,
    Verdict,
)

__all__ = [
    "ATTEMPT_FINISHED", "FOLLOW_UP_REQUESTED", "SCHEMA_VERSION", "TARGET_CLOSED", "AttemptFinished", "AttemptTold",
    "CampaignTold", "ClosedTold", "ContactTold", "CrmEvent", "FollowUpRequested", "PastAttempt", "ScriptTold",
    "TargetClosed", "TurnTold", "crm_event", "json_schema", "write_schemas",
]  # fmt: skip

SCHEMA_VERSION: Final = 1
ATTEMPT_FINISHED: Final = "attempt.finished"
TARGET_CLOSED: Final = "target.closed"
FOLLOW_UP_REQUESTED: Final = "follow_up.requested"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class CampaignTold(_Part):
    """The campaign that a dial was made for."""

    id: CampaignId
    name: str


class ContactTold(_Part):
    """The person, as the contact list gave them."""

    id: ContactId
    """Perezvon's own id of the contact: events are ordered by it."""
    external_id: str | None
    """The id that the contact list gave: the CRM's own."""
    name: str | None
    """Of ``fields``: ``name``, or ``first_name`` and ``last_name``."""
    fields: dict[str, str] = {}
    """What else the contact list said of this person, column → text."""


class AttemptTold(_Part):
    """One dial of one phone."""

    id: AttemptId
    number: int = Field(ge=1)
    """Which dial of this contact in this campaign it was, from 1."""
    result: Result
    """What the dial came to; what the conversation came to stands in the verdict."""
    sip_code: int | None
    """The final SIP code (RFC 3261) where it was not answered."""
    q850: int | None
    """The ITU-T Q.850 cause, where the network gave one."""
    trunk: str
    """The name of the trunk in our settings."""
    caller_id: str | None
    """What we showed as the caller, where we chose it."""
    dialled_at: AwareDatetime | None
    answered_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    rang_ms: int
    """Milliseconds of ringing."""


class TurnTold(_Part):
    """One exchange of a conversation. Instants are milliseconds since the answer."""

    step: str
    """The step of the script."""
    said: str
    """What the robot said."""
    said_cut: bool
    """Whether the caller cut it short."""
    said_at: int | None
    heard: str
    """What the caller said, as it was recognised."""
    speech_start: int | None
    speech_end: int | None
    keys: str
    """Keys that the caller pressed."""
    intent: str
    """What it was taken for."""
    confidence: float


class ScriptTold(_Part):
    """The version of the script that was spoken."""

    hash: str
    """Hash of the script's text."""
    name: str
    variants: dict[str, str] = {}
    """Step → the variant that this contact got there."""


class PastAttempt(_Part):
    """A line of the history: one dial of the contact in this campaign."""

    id: AttemptId
    number: int = Field(ge=1)
    phone: str | None
    result: Result
    dialled_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    number_status: NumberStatus
    interest: Interest
    disposition: Disposition | None


class ClosedTold(_Part):
    """Why the contact is not dialled any more in this campaign."""

    reason: Closed
    rule: str | None
    """The rule that closed it, where one did: ``do_not_call``, ``consent``, ``most_attempts``…"""


class _Event(_Part):
    id: str
    """UUIDv7; the ``webhook-id`` header says the same. An event may come twice: take each id once."""
    type: str
    schema_version: Literal[1] = SCHEMA_VERSION
    sequence: int = Field(ge=1)
    """Number of the event among those of its contact, from 1, without gaps."""
    occurred_at: AwareDatetime
    campaign: CampaignTold
    contact: ContactTold
    target_id: TargetId
    """The contact in this campaign."""
    phone: str | None
    """The phone in E.164: the one dialled, or the contact's first where none was; null once it was erased."""
    script: ScriptTold | None


class _Outcome(_Event):
    verdict: Verdict
    """What became known, with its evidence, strongest first."""
    transcript: tuple[TurnTold, ...] = ()
    slots: dict[str, str] = {}
    """What was learned, name → value as text; times as ISO 8601 with offset."""
    callback_at: AwareDatetime | None = None
    """When the person wants to be called."""
    never_call: bool = False
    """The person asked never to be called again."""
    recording_id: str | None = None
    """The id of the recording, the same as the attempt's; null where the call was not recorded."""
    notes: tuple[str, ...] = ()
    """What the script notes for the CRM's people, in the order of the conversation."""
    updates: dict[str, str] = {}
    """Changes to the contact that the script proposes, field → new value; instants as ISO 8601 with offset."""
    tags: tuple[str, ...] = ()
    """Marks that the script gives the contact, none twice."""
    history: tuple[PastAttempt, ...] = ()
    """All dials of this contact in this campaign so far, this one included, oldest first."""


class AttemptFinished(_Outcome):
    """A dial is over: answered or not, busy and invalid numbers too."""

    type: Literal["attempt.finished"] = ATTEMPT_FINISHED
    attempt: AttemptTold


class TargetClosed(_Outcome):
    """A contact needs no more dials in a campaign.

    Verdict, phone, transcript, slots, notes, updates, tags and recording are those of the attempt that decided: the
    last that told something, else the last of all.
    """

    type: Literal["target.closed"] = TARGET_CLOSED
    closed: ClosedTold
    attempt: AttemptTold | None
    """The attempt that decided; null where none was made."""


class FollowUpRequested(_Event):
    """The robot promised to send something, and the CRM is to send it.

    It comes after the ``attempt.finished`` of the same dial, which says what the conversation came to.
    """

    type: Literal["follow_up.requested"] = FOLLOW_UP_REQUESTED
    attempt: AttemptTold
    """The dial in which it was promised."""
    channel: Channel
    to: str | None
    """Where to: what was named in the conversation; else the phone dialled for an SMS, and the contact's field
    ``email`` for an e-mail. Null where none is known."""
    text: str
    """What to send, filled in."""
    subject: str | None
    """Of an e-mail, where the script gives one."""


CrmEvent = AttemptFinished | TargetClosed | FollowUpRequested

crm_event: TypeAdapter[CrmEvent] = TypeAdapter(Annotated[CrmEvent, Field(discriminator="type")])
"""Reads any event: ``crm_event.validate_json(body)``."""


def json_schema(event: type[CrmEvent]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an event as it is sent."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **event.model_json_schema(mode="serialization"),
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write the JSON Schema of each event into a folder; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    events: tuple[tuple[str, type[CrmEvent]], ...] = (
        (ATTEMPT_FINISHED, AttemptFinished),
        (TARGET_CLOSED, TargetClosed),
        (FOLLOW_UP_REQUESTED, FollowUpRequested),
    )
    for name, event in events:
        file = folder / f"{name}.json"
        file.write_text(json.dumps(json_schema(event), indent=2, ensure_ascii=False) + "\n")
        written.append(file)
    return written


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
