"""A campaign's plan: the YAML that a marketer writes beside a script. When to dial, how often, until when.

Loaded and checked by `robot.campaign.load`; frozen into the campaign when it starts.
"""

from datetime import datetime, time

from pydantic import BaseModel, ConfigDict, Field

from robot.words import Disposition, Result

__all__ = ["CampaignPlan", "Retry", "Window"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(_Part):
    """Hours when calls are welcome, in the contact's own zone."""

    days: tuple[int, ...] = (1, 2, 3, 4, 5)
    """ISO weekdays, 1 is Monday."""
    opens: time = time(10, 0)
    closes: time = time(20, 0)


class Retry(_Part):
    """When to dial again after one kind of result."""

    after: float = Field(ge=0, description="seconds")
    times: int = Field(ge=0, description="how often at most, for this result")


class CampaignPlan(_Part):
    """The whole plan."""

    name: str
    script: str
    """Path of the script, or the name of one in the dialogs folder."""
    trunk: str
    windows: tuple[Window, ...] = (Window(),)
    until: datetime | None = None
    """No dial is begun after it (aware)."""
    most_attempts: int = Field(6, ge=1, description="dials of one contact; the trunk's own failures are not counted")
    retry: dict[Result, Retry] = {
        Result.BUSY: Retry(after=900, times=3),
        Result.NO_ANSWER: Retry(after=7200, times=2),
        Result.REJECTED: Retry(after=86400, times=1),
        Result.UNREACHABLE: Retry(after=86400, times=2),
        Result.INVALID_NUMBER: Retry(after=86400, times=1),
        Result.TRUNK_FAILED: Retry(after=120, times=5),
        Result.UNKNOWN: Retry(after=3600, times=1),
    }
    """By result; an invalid number with strong evidence is never dialled again, whatever stands here."""
    retry_after_talk: dict[Disposition, Retry] = {
        Disposition.SILENT: Retry(after=3600, times=1),
        Disposition.VOICEMAIL: Retry(after=14400, times=2),
        Disposition.VOICEMAIL_LEFT: Retry(after=86400, times=1),
        Disposition.NOT_UNDERSTOOD: Retry(after=86400, times=0),
        Disposition.HUNG_UP: Retry(after=86400, times=0),
    }
    """By disposition of an answered call that settled nothing."""
    zone: str | None = None
    """Zone of contacts that nothing else places."""
