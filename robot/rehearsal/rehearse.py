"""A rehearsal: the ordinary product, pointed at the town instead of at people.

It imports a list, starts a campaign and runs it by the same office functions as any other, on a database of its own and
on loopback only. What is special about it is who picks up, and that what the CRM received is compared with what the
persona file expects.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from models.catalogue import Kind
from models.registry import survey
from robot.call.keys_only import KEYS_ONLY
from robot.clock import Clock
from robot.office import campaigns, database, dnc, lists
from robot.office.report import write_report
from robot.office.running import Watcher, run
from robot.office.transcripts import write_transcripts
from robot.rehearsal.compare import Comparison
from robot.rehearsal.personas import load_cast
from robot.rehearsal.stage import Town
from robot.settings import CallSettings, Settings
from robot.store.store import Store

__all__ = ["MARK", "TRANSCRIPTS", "Rehearsal", "Rehearsed", "hears", "rehearsal"]

MARK = ".rehearsal"
"""A file that marks a folder as one of ours, which the next rehearsal may empty."""
TRANSCRIPTS = "transcripts"
"""Folder of transcripts, in the rehearsal's."""
_TRUNK = "town"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a rehearsal."""

    comparison: Comparison
    report: Path


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsal that is ready to run.

    Attributes:
        town: Whom it calls.
        settings: The robot's settings: those of its owner, but for trunk, webhook, database and folders.
        store: The scratch database.
        imported: The campaign, with what the import took and turned away.
        folder: Where everything is written.
    """

    town: Town
    settings: Settings
    store: Store
    imported: lists.Imported
    folder: Path

    async def run(self, clock: Clock, watcher: Watcher, stop: asyncio.Event, ready: Callable[[], None]) -> Rehearsed:
        """Dial everybody, wait for the CRM to have heard of it, write the report and compare.

        Raises:
            CallProcessesFailed: A model is missing; the text says how to get it.
        """
        await run(self.store, self.settings, clock, watcher=watcher, stop=stop, until_idle=True, ready=ready)
        await self.town.until_quiet()
        report = self.folder / "report.html"
        await asyncio.to_thread(write_report, self.store, self.imported.campaign, report, clock=clock)
        await asyncio.to_thread(write_transcripts, self.store, self.imported.campaign, self.folder / TRANSCRIPTS)
        return Rehearsed(self.town.compare(self.imported.report.rejects_file), report)


def hears(settings: Settings, language: str) -> bool:
    """Return whether something on this machine recognises a language, and something speaks it."""
    reports = survey([language], settings.models.folder, asr=settings.models.asr, tts=settings.models.tts)
    return {report.kind for report in reports if report.used} >= {Kind.ASR, Kind.TTS}


@asynccontextmanager
async def rehearsal(
    personas: Path,
    folder: Path,
    base: Settings,
    clock: Clock,
    *,
    script: str | None = None,
    minutes: float = 3.0,
    at_once: int = 6,
) -> AsyncIterator[Rehearsal]:
    """Start a town, and a campaign that calls it.

    Args:
        personas: Persona file.
        folder: Where the scratch database, recordings, report and the town's journals go; emptied first.
        base: The owner's settings: engines and folders of scripts are taken from them, trunks and webhook never.
        clock: Where instants come from.
        script: Script to rehearse; the one that the persona file was written for where `None`.
        minutes: Until when dials are begun.
        at_once: Calls at once.

    Raises:
        PersonaError: The persona file cannot be used.
        TownError: The town did not start.
        ScriptError: The script cannot be used.
        FileExistsError: The folder holds something that no rehearsal left there.
    """
    cast = load_cast(personas)
    speech = hears(base, cast.language)
    _clear(folder)
    sounds, models = base.cache / "town", base.models.folder
    async with Town.start(personas, folder, sounds=sounds, models=models, speech=speech) as town:
        settings = _settings(base, town, folder, deaf=None if speech else cast.language, at_once=at_once)
        store, imported = await asyncio.to_thread(_prepare, town, settings, clock, script, minutes)
        try:
            yield Rehearsal(town, settings, store, imported, folder)
        finally:
            store.close()


def _prepare(
    town: Town, settings: Settings, clock: Clock, script: str | None, minutes: float
) -> tuple[Store, lists.Imported]:
    database.upgrade(settings)
    store = Store.open(settings.database)
    try:
        for number in town.do_not_call:
            dnc.add(store, settings, clock, number, reason="asked for it by letter")
        plan = town.plan(trunk=_TRUNK, now=clock.now(), minutes=minutes, script=script)
        imported = lists.import_list(store, settings, clock, town.contacts, plan)
        campaigns.start(store, settings, clock, imported.name)
    except BaseException:
        store.close()
        raise
    return store, imported


def _clear(folder: Path) -> None:
    """Empty the folder of the last rehearsal; never one that holds anything else."""
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise FileExistsError(f"{folder} holds files that no rehearsal left there; name another folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def _settings(base: Settings, town: Town, folder: Path, *, deaf: str | None, at_once: int) -> Settings:
    asr = {**base.models.asr, **({deaf: KEYS_ONLY} if deaf else {})}
    rehearsed = {
        "database": f"sqlite:///{folder / 'rehearsal.sqlite'}",
        "data": folder,
        "region": town.cast.region,
        "zone": town.cast.zone,
        "trunks": {_TRUNK: town.trunk},
        "webhook": town.webhook,
        "models": base.models.model_copy(update={"asr": asr}),
        "calls": CallSettings(
            listen="127.0.0.1", ring_timeout=town.ring_timeout, at_once=at_once, processes=1, longest=120
        ),
    }
    return base.model_copy(update=rehearsed)
