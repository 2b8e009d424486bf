"""What the parent and its call processes say to each other: one JSON object a line, over a socket pair.

The parent owns claims, the database and deliveries; a call process owns calls alone. `Finished` is the one message
that carries truth; the rest feed the live table and may be lost.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from robot.words import AttemptId, FollowUp, Result, Verdict

__all__ = [
    "Abandon", "Begin", "CallOutcome", "Failed", "Finished", "FromCall", "FromCallMessage", "Place", "Progress",
    "Ready", "Said", "Shutdown", "ToCall", "ToCallMessage", "Turn", "Understood", "from_call", "to_call",
]  # fmt: skip


class _Message(BaseModel):
    # What a message holds is personal: an error about it, which may be logged, says where it is wrong and not what.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


# --- parent → call process


class Begin(_Message):
    """The first message: what to work with. Secrets are in it, which is why it goes through no file or argument."""

    type: Literal["begin"] = "begin"
    settings: dict[str, object]
    scripts: tuple[str, ...] = ()
    """Hashes of scripts whose models and prompts are to be warm before `Ready`."""


class Place(_Message):
    """Place this call. The claim is committed already."""

    type: Literal["place"] = "place"
    attempt: AttemptId
    phone: str
    trunk: str
    script: str
    """Hash of the script's text; the text lies in ``<data_dir>/scripts/<hash>.yaml``."""
    variant_seed: str
    """What variants are drawn by: the contact's id, so that a contact always gets the same ones."""
    contact: dict[str, str]
    """The contact's fields that the script may say."""
    zone: str
    """IANA zone of the contact."""
    ring_timeout: float
    longest: float
    """Seconds after which the call is ended whatever happens."""
    recording: str | None
    """Path of the WAV to write, caller left, robot right; `None` where calls are not recorded."""
    inbound: bool = False
    """It is they who call: the script begins where it says ``inbound``."""


class Abandon(_Message):
    """Hang up one call: its lease is lost, or the user asked."""

    type: Literal["abandon"] = "abandon"
    attempt: AttemptId


class Shutdown(_Message):
    """Hang up what is live, finish and leave."""

    type: Literal["shutdown"] = "shutdown"


ToCallMessage = Begin | Place | Abandon | Shutdown
ToCall = Annotated[ToCallMessage, Field(discriminator="type")]


# --- call process → parent


class Ready(_Message):
    """Models are warm and trunks are open."""

    type: Literal["ready"] = "ready"
    pid: int


class Failed(_Message):
    """The process cannot work; it ends. The text says what to do."""

    type: Literal["failed"] = "failed"
    why: str


class Progress(_Message):
    """Where a call is: ``dialling``, ``ringing``, ``early_media``, ``answered``, ``transferring``, ``hung_up``."""

    type: Literal["progress"] = "progress"
    attempt: AttemptId
    state: Literal["dialling", "ringing", "early_media", "answered", "transferring", "hung_up"]


class Said(_Message):
    """The robot begins to say something."""

    type: Literal["said"] = "said"
    attempt: AttemptId
    step: str
    text: str


class Understood(_Message):
    """The caller said something, and this is what was made of it."""

    type: Literal["understood"] = "understood"
    attempt: AttemptId
    text: str
    intent: str
    confidence: float


class Turn(_Message):
    """One exchange: what we said, what came back, what we made of it, and its timings.

    Times are milliseconds since the answer (since the dial, before an answer); `None` where it did not happen.
    """

    step: str
    said: str = ""
    said_heard_ms: int = 0
    said_cut: bool = False
    heard: str = ""
    keys: str = ""
    intent: str = ""
    confidence: float = 0.0
    asr: str = ""
    """Which engine's words ``heard`` are."""
    asr_confidence: float = 0.0
    said_at: int | None = None
    speech_start: int | None = None
    speech_end: int | None = None
    decided_at: int | None = None
    """When the pause was judged to be the end of the answer."""
    text_at: int | None = None
    intent_at: int | None = None
    reply_at: int | None = None
    """When the first frame of the reply went out."""


class CallOutcome(_Message):
    """All that came of an attempt."""

    attempt: AttemptId
    result: Result
    verdict: Verdict
    sip_code: int | None = None
    q850: int | None = None
    dialled_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime
    rang_ms: int = 0
    turns: tuple[Turn, ...] = ()
    slots: dict[str, str] = {}
    callback_at: datetime | None = None
    recording: str | None = None
    never_call: bool = False
    """The person asked never to be called again."""
    variants: dict[str, str] = {}
    """Step → variant that was said there."""
    notes: tuple[str, ...] = ()
    """What the script notes for the CRM's people."""
    updates: dict[str, str] = {}
    """Proposed changes to the contact, field → new value."""
    tags: tuple[str, ...] = ()
    """Marks for the contact."""
    follow_ups: tuple[FollowUp, ...] = ()
    """What the script promised to send; sending it is the CRM's."""


class Finished(_Message):
    """A call is over."""

    type: Literal["finished"] = "finished"
    outcome: CallOutcome


FromCallMessage = Ready | Failed | Progress | Said | Understood | Finished
FromCall = Annotated[FromCallMessage, Field(discriminator="type")]

to_call: TypeAdapter[ToCallMessage] = TypeAdapter(ToCall)
from_call: TypeAdapter[FromCallMessage] = TypeAdapter(FromCall)
