"""What today's script would make of calls that were had: of one, turn by turn; of a whole campaign, by its outcomes."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy import select

from models.protocols import Recogniser
from models.registry import Engines
from robot.call.keys_only import KEYS_ONLY
from robot.campaign.errors import NotPossible
from robot.campaign.lifecycle import find
from robot.clock import Clock
from robot.dialog import CompiledScript
from robot.office.caller_side import Deed, caller_side
from robot.office.kept_scripts import open_any
from robot.office.recorded_calls import RecordedCall, Told, calls_of, count_calls, find_call
from robot.office.rehearing import Rehearing
from robot.office.retelling import AsThen, AsToday, Hearing, Moment, Remembering, again, retell
from robot.office.scripts import find_script, open_understanding, script_names
from robot.script import Finding, Script, ScriptError, load_script
from robot.script.findings import Place
from robot.settings import Settings
from robot.store.store import Store
from robot.store.tables import campaigns, scripts
from robot.words import AttemptId, Disposition, Interest

__all__ = [
    "CampaignReplayed", "Changed", "Ending", "Replayed", "Versions", "replay", "replay_campaign", "todays_script",
]  # fmt: skip

_MOST_VERSIONS: Final = 8
_EVERY: Final = 50
"""Calls between two reports of progress."""


class Ending(NamedTuple):
    """How a conversation ended; or, where it now goes on beyond what its caller said, the step that it waits at."""

    disposition: Disposition | None
    interest: Interest
    waits_at: str | None = None

    def __str__(self) -> str:
        """Return it for people."""
        if self.waits_at is not None:
            return f"goes on at {self.waits_at}"
        return f"{self.disposition or 'nobody talked to'}, {self.interest}"


@dataclass(frozen=True, slots=True)
class Replayed:
    """One call, as it was and as it would be.

    Attributes:
        call: The call.
        script: The script that it was given to.
        moments: What the caller did, in order, with what came of it then and now.
        now: What the CRM would be told; `None` where the conversation would go on: the caller said no more than this.
        waits_at: Then, the step at which the robot waits for more.
    """

    call: RecordedCall
    script: Script
    moments: tuple[Moment, ...]
    now: Told | None
    waits_at: str | None = None

    @property
    def diverged(self) -> int | None:
        """Return the index of the moment from which the conversation goes another way."""
        return next((index for index, moment in enumerate(self.moments) if moment.leads_elsewhere), None)

    @property
    def changed(self) -> bool:
        """Return whether anything is other than it was."""
        return self.now != self.call.told or any(moment.changed for moment in self.moments)

    @property
    def endings(self) -> tuple[Ending, Ending]:
        """Return how it ended then, and how it ends now."""
        told = self.call.told
        then = Ending(told.disposition, told.interest)
        if self.now is None:
            return then, Ending(None, Interest.UNKNOWN, self.waits_at)
        return then, Ending(self.now.disposition, self.now.interest)


@dataclass(frozen=True, slots=True)
class Changed:
    """A call of a campaign that would end otherwise.

    Attributes:
        id: Of the call.
        then: How it ended.
        now: How it would end.
        first: Where it first goes another way; `None` where it does not, and only what is told of it differs.
    """

    id: AttemptId
    then: Ending
    now: Ending
    first: Moment | None


@dataclass(slots=True)
class CampaignReplayed:
    """All answered calls of a campaign, as they were and as they would be.

    Attributes:
        script: The script that they were given to.
        calls: How many were replayed.
        unchanged: How many of them would end as they did.
        outcomes: (How they ended, how they would end) → calls; those that would end as they did are there too.
        forgotten: Calls of which what was said is deleted.
        empty: Answered calls in which nothing was said.
        unreadable: Calls that ran on a version of the script which cannot be read any more.
    """

    script: Script
    calls: int = 0
    unchanged: int = 0
    outcomes: Counter[tuple[Ending, Ending]] = field(default_factory=Counter)
    forgotten: int = 0
    empty: int = 0
    unreadable: int = 0


class Versions:
    """The versions that calls ran on, each read once; the last few are kept."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Read them from the database."""

        @lru_cache(maxsize=_MOST_VERSIONS)
        def opened(version: str) -> CompiledScript | ScriptError:
            try:
                return CompiledScript(open_any(store, settings, version))
            except ScriptError as wrong:
                return wrong

        self._opened = opened

    def get(self, version: str) -> CompiledScript:
        """Return the version of a hash. Raises `ScriptError` where it cannot be used any more."""
        found = self._opened(version)
        if isinstance(found, ScriptError):
            raise found
        return found


def replay(
    store: Store,
    settings: Settings,
    clock: Clock,
    attempt_id: str,
    script: Script | None = None,
    *,
    audio: bool = False,
    same: bool = False,
    loading: Callable[[], None] = lambda: None,
) -> Replayed:
    """Have a call again: its caller, today's script and understanding, the clock of then.

    Args:
        store: The database.
        settings: Where scripts, training data and recordings are.
        clock: The time now, by which what was said may have been deleted.
        attempt_id: The call's id, or the beginning of it.
        script: The script to give it to; `None`: today's text of the one that it ran on.
        audio: Recognise the caller's words again, from the recording.
        same: Give it to the very version that it ran on, and take its words for what they were taken for: what comes of
            it then is what came of it.
        loading: Called before what may take seconds.

    Raises:
        NotPossible: There is no such call, nothing was said in it, what was said is deleted, or it has no recording.
        ScriptError: There is no such script today, or the version that it ran on cannot be read any more.
        NluDataError: The training data cannot be used.
        ModelMissing: Nothing here hears the language.
    """
    call = find_call(store, settings, clock, attempt_id)
    version = Versions(store, settings).get(call.version)
    deeds = caller_side(call, version)
    if same:
        return _replay(call, deeds, version, AsThen(version.script.language, call.began))
    today = CompiledScript(script or todays_script(settings, version.script.script))
    nlu = open_understanding(today.script, settings, loading=loading)
    hearing = AsToday(nlu, call.began)
    if not audio:
        return _replay(call, deeds, today, hearing)
    with _recogniser(settings, today.script.language) as recogniser:
        return _replay(call, deeds, today, hearing, Rehearing(call, recogniser, nlu))


def replay_campaign(
    store: Store,
    settings: Settings,
    clock: Clock,
    name: str,
    script: Script | None = None,
    *,
    changed: Callable[[Changed], None] = lambda _: None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    loading: Callable[[], None] = lambda: None,
) -> CampaignReplayed:
    """Have every answered call of a campaign again; a page of them is in memory at a time.

    Args:
        store: The database.
        settings: Where scripts and training data are.
        clock: The time now, by which what was said may have been deleted.
        name: The campaign's name or id.
        script: The script to give them to; `None`: today's text of the one that the campaign runs.
        changed: Told of every call that would end otherwise, as it is found.
        progress: Told now and then how many calls are done, and how many there are.
        loading: Called before what may take seconds.

    Raises:
        NotPossible: There is no such campaign, or it was never started.
        ScriptError: There is no such script today.
        NluDataError: The training data cannot be used.
    """
    with store.reading() as conn:
        campaign = find(conn, name)
        version = select(scripts.c.name).join(campaigns, campaigns.c.script_hash == scripts.c.hash)
        runs = conn.execute(version.where(campaigns.c.id == campaign)).scalar_one_or_none()
    if runs is None:
        raise NotPossible(f"the campaign {name!r} was not started yet: it has no calls")
    today = CompiledScript(script or todays_script(settings, runs))
    nlu = Remembering(open_understanding(today.script, settings, loading=loading))
    versions = Versions(store, settings)
    whole, of = CampaignReplayed(today.script), count_calls(store, campaign)
    for done, call in enumerate(calls_of(store, settings, clock, campaign)):
        if done % _EVERY == 0:
            progress(done, of)
        if call.forgotten or call.empty:
            whole.forgotten += bool(call.forgotten)
            whole.empty += not call.forgotten
            continue
        try:
            deeds = caller_side(call, versions.get(call.version))
        except ScriptError:
            whole.unreadable += 1
            continue
        _count(_replay(call, deeds, today, AsToday(nlu, call.began)), whole, changed)
    progress(of, of)
    return whole


def todays_script(settings: Settings, name: str) -> Script:
    """Return the script of the dialogs folder that calls itself ``name``.

    Raises:
        ScriptError: There is none, or several, or it cannot be used.
    """
    called = re.compile(rf"^script\s*:\s*[\"']?{re.escape(name)}[\"']?\s*(#.*)?$", re.MULTILINE)
    files = [find_script(file, settings) for file in script_names(settings)]
    found = [file for file in files if called.search(file.read_text("utf-8-sig", errors="replace"))]
    if len(found) == 1:
        return load_script(found[0])
    folder = settings.dialogs_folder
    sentence = f"No script in {folder} calls itself “{name}”."
    if found:
        sentence = f"Several scripts in {folder} call themselves “{name}”: {', '.join(file.name for file in found)}."
    raise ScriptError([Finding(name, Place(), "no-script", sentence, "Name the one to replay with: --script SCRIPT.")])


def _replay(
    call: RecordedCall,
    deeds: tuple[Deed, ...],
    script: CompiledScript,
    hearing: Hearing,
    rehearing: Rehearing | None = None,
) -> Replayed:
    talk = again(call, script, hearing)
    moments = tuple(retell(talk, deeds, hearing, rehearing.recognise if rehearing is not None else None))
    now = Told.of(talk.finish, call.answered_by) if talk.finish is not None else None
    return Replayed(call, script.script, moments, now, talk.step if now is None else None)


def _count(replayed: Replayed, whole: CampaignReplayed, changed: Callable[[Changed], None]) -> None:
    then, now = replayed.endings
    whole.calls += 1
    whole.outcomes[then, now] += 1
    if then == now:
        whole.unchanged += 1
        return
    at = replayed.diverged
    changed(Changed(replayed.call.id, then, now, replayed.moments[at] if at is not None else None))


@contextmanager
def _recogniser(settings: Settings, language: str) -> Iterator[Recogniser]:
    models = settings.models
    if models.asr.get(language) == KEYS_ONLY:
        deaf = f'nothing hears {language!r} here, since models.asr.{language} = "{KEYS_ONLY}"'
        raise NotPossible(f"{deaf}; replay it without --audio")
    engines = Engines(models.folder, asr=models.asr, tts=models.tts)
    try:
        yield engines.recogniser(language)
    finally:
        engines.close()
