"""Sets a town up for a campaign: starts it, gives all that the robot needs to call it, and compares what came of it.

The robot gets a contact list, a trunk, a webhook, a plan and a do-not-call list, as from any company. It never gets
the persona file.
"""

import asyncio
import base64
import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from pydantic import SecretStr

from robot.campaign.plan import CampaignPlan, Retry, Window
from robot.rehearsal.compare import Comparison, compare, read_events, read_rejects
from robot.rehearsal.crm import SECRET_VARIABLE
from robot.rehearsal.journal import read_lines
from robot.rehearsal.personas import Cast, Customer, load_cast, write_contacts
from robot.rehearsal.process import Child
from robot.rehearsal.town import CRM_FILE, JOURNAL_FILE
from robot.settings import TrunkSettings, WebhookSettings
from robot.words import Disposition, Result

__all__ = ["PERSONAS", "Town"]

PERSONAS = Path(__file__).parent / "personas"
"""Persona files that come with Perezvon: ``return.en.yaml``, ``return.ru.yaml``."""
_CALLS = 6
_UNSETTLED = (
    Disposition.SILENT, Disposition.VOICEMAIL, Disposition.VOICEMAIL_LEFT, Disposition.NOT_UNDERSTOOD,
    Disposition.HUNG_UP,
)  # fmt: skip
"""Talks after which a rehearsal does not call again: one is enough to judge."""
_FIRST_TIME = 180.0
"""Seconds that the very first start may take: it renders all speech."""


@dataclass(frozen=True, slots=True)
class Town:
    """A town that is up. `Town.start` makes one.

    Attributes:
        cast: Who lives there; for the comparison and the summary, not for the robot.
        speech: Whether rows are played that need a robot that hears.
        trunk: How the robot reaches the trunk.
        webhook: Where the robot sends outcomes.
        contacts: The contact list to import (CSV).
        crm_file: What the CRM received, an event a line.
        journal_file: What the town's people saw and heard, an entry a line.
    """

    cast: Cast
    speech: bool
    trunk: TrunkSettings
    webhook: WebhookSettings
    contacts: Path
    crm_file: Path
    journal_file: Path

    @classmethod
    @contextlib.asynccontextmanager
    async def start(
        cls,
        personas: Path,
        folder: Path,
        *,
        sounds: Path,
        models: Path = Path("models-data"),
        speech: bool = True,
        port: int = 0,
    ) -> "AsyncIterator[Town]":
        """Start a town in processes of its own, and end them on the way out.

        Args:
            personas: Persona file.
            folder: Where the contact list and the journals go.
            sounds: Where rendered speech is kept from one time to the next.
            models: Where pulled models are; the town's people may speak with them.
            speech: Whether the robot hears this language; where not, customers answer with keys, and rows that need
                speech are left out.
            port: SIP port of the trunk; any free one where 0.

        Raises:
            PersonaError: The persona file cannot be used.
            TownError: The town did not start; the text says why.
        """
        cast = load_cast(personas)
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        contacts = folder / "contacts.csv"
        _write(contacts, write_contacts(cast, speech=speech))
        where = ["--personas", str(personas), "--folder", str(folder), "--sounds", str(sounds), "--port", str(port)]
        where += ["--models", str(models), "--speech", "yes" if speech else "no"]
        environment = {**os.environ, SECRET_VARIABLE: secret}
        child = await Child.start("robot.rehearsal.town", where, environment=environment, timeout=_FIRST_TIME)
        try:
            yield cls(
                cast=cast,
                speech=speech,
                trunk=TrunkSettings(host="127.0.0.1", port=child.number("trunk_port"), at_once=_CALLS, per_second=4.0),
                webhook=WebhookSettings(
                    url=f"http://127.0.0.1:{child.number('crm_port')}/perezvon",
                    secret=SecretStr(secret),
                    timeout=5.0,
                    retry_after=(1, 1, 2, 4, 8),
                ),
                contacts=contacts,
                crm_file=folder / CRM_FILE,
                journal_file=folder / JOURNAL_FILE,
            )
        finally:
            await child.stop()

    @property
    def do_not_call(self) -> tuple[str, ...]:
        """Return the numbers (E.164) that are on the do-not-call list before the campaign begins."""
        return tuple(customer.number for customer in self._played() if customer.blocked and customer.number)

    @property
    def ring_timeout(self) -> float:
        """Return the seconds for which the robot should let a phone ring here."""
        return self.cast.ring_timeout

    def plan(self, *, trunk: str, now: datetime, minutes: float = 3.0, script: str | None = None) -> CampaignPlan:
        """Return the plan of a rehearsal: open all day, retries within seconds, over after ``minutes``.

        Args:
            trunk: Name of the trunk in the robot's settings.
            now: The instant at which it begins (aware).
            minutes: Until when dials are begun.
            script: Script to speak; the one that the cast was written for where `None`.
        """
        soon = 3.0
        return CampaignPlan(
            name=self.cast.title,
            script=script or self.cast.script,
            trunk=trunk,
            # A window that closes when it opens lasts the whole day.
            windows=(Window(days=(1, 2, 3, 4, 5, 6, 7), opens=time(0), closes=time(0)),),
            until=now + timedelta(minutes=minutes),
            most_attempts=4,
            retry={
                Result.BUSY: Retry(after=soon, times=3),
                Result.NO_ANSWER: Retry(after=soon, times=1),
                Result.REJECTED: Retry(after=soon, times=1),
                Result.UNREACHABLE: Retry(after=soon, times=1),
                Result.INVALID_NUMBER: Retry(after=soon, times=1),
                Result.TRUNK_FAILED: Retry(after=soon, times=3),
                Result.UNKNOWN: Retry(after=soon, times=1),
            },
            retry_after_talk={disposition: Retry(after=soon, times=0) for disposition in _UNSETTLED},
            zone=self.cast.zone,
        )

    async def until_quiet(self, timeout: float = 20.0) -> bool:
        """Wait until nobody here is on the phone: a customer may talk to the operator after the robot has left.

        Return whether that came about within ``timeout`` seconds.
        """
        try:
            async with asyncio.timeout(timeout):
                while not _is_quiet([str(entry["what"]) for entry in read_lines(self.journal_file)]):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
        except TimeoutError:
            return False
        return True

    def compare(self, rejects_file: Path | None) -> Comparison:
        """Compare what the CRM received and the import rejected with the persona file.

        Args:
            rejects_file: What the import wrote; `None` where it took every row.

        Raises:
            ValueError: The CRM received something that is no event of ours.
        """
        events = read_events(read_lines(self.crm_file))
        rejects, journal = read_rejects(rejects_file), list(read_lines(self.journal_file))
        return compare(self.cast, events, rejects, journal, speech=self.speech)

    def _played(self) -> tuple[Customer, ...]:
        return self.cast.played(speech=self.speech)


def _is_quiet(journal: list[str]) -> bool:
    ended, joined = journal.count("ended"), journal.count("joined")
    return journal.count("dialled") == ended and joined == journal.count("parted") == journal.count("operator")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
