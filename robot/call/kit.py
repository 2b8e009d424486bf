"""All that calls of one script share: the compiled script, and the models that hear, understand and speak for it."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from models.nlu import NluDataError, load_nlu
from models.pool import ModelPool
from models.protocols import Expect, Listen, ModelMissing, Recogniser, Voice
from models.registry import Engines
from models.tts.sentences import sentences
from models.tts.speech import Speaker, SpeechCache
from robot.call.ear import Senses
from robot.call.keys_only import KEYS_ONLY, KeysOnly
from robot.call.messages import Place
from robot.call.recordings import Recordings
from robot.dialog.compiled import CompiledScript
from robot.dialog.machine import Dialog
from robot.script import Script, ScriptError, load_version
from robot.script.doubts import doubts_of
from robot.settings import Settings

__all__ = ["KitError", "Kits", "ScriptKit"]

log = logging.getLogger(__name__)


class KitError(Exception):
    """Raised when a script's calls cannot be made: its text or its training data is missing. Says what to do."""


@dataclass(frozen=True, slots=True)
class ScriptKit:
    """One script, ready for calls."""

    compiled: CompiledScript
    senses: Senses
    voice: Voice
    cache: SpeechCache
    renders: asyncio.Semaphore
    """How many may render speech at once: it must not take every thread from those who listen."""
    recordings: Recordings
    """The recorded prompts of the script."""

    @property
    def script(self) -> Script:
        """The script itself."""
        return self.compiled.script

    @property
    def language(self) -> str:
        """Of the script."""
        return self.script.language

    def speaker(self, hz: int) -> Speaker:
        """Make one call's voice for a line of ``hz``."""
        return Speaker(self.voice, self.cache, rate=self.script.voice.rate, hz=hz)

    def dialog(self, place: Place) -> Dialog:
        """Begin the dialog of one call."""
        return Dialog(self.compiled, place.contact, variant_seed=place.variant_seed, zone=ZoneInfo(place.zone))


class Kits:
    """The kits of a call process, each made once, when it is first asked for."""

    def __init__(self, settings: Settings, pool: ModelPool) -> None:
        """Prepare to make kits.

        Args:
            settings: Where scripts, training data and caches are, and which engines to use.
            pool: The threads of the process.
        """
        self._settings = settings
        self._pool = pool
        self._engines = Engines(settings.models.folder, asr=settings.models.asr, tts=settings.models.tts)
        self._finals = asyncio.Semaphore(max(1, pool.threads - 1))
        self._renders = asyncio.Semaphore(1)
        self._cache = SpeechCache(settings.cache / "speech")
        self._kits: dict[str, asyncio.Task[ScriptKit]] = {}

    async def get(self, script: str) -> ScriptKit:
        """Return the kit of a script version, warm.

        Raises:
            KitError: Its text or training data cannot be used.
            ModelMissing: An engine is not installed.
        """
        if script not in self._kits:
            self._kits[script] = asyncio.create_task(self._make(script))
        making = self._kits[script]
        try:
            return await asyncio.shield(making)
        except Exception:
            if self._kits.get(script) is making:
                del self._kits[script]  # what was missing may be there when the next call is placed
            raise

    async def close(self) -> None:
        """End what the engines run."""
        await self._pool.run(self._engines.close)

    async def _make(self, script: str) -> ScriptKit:
        try:
            version = load_version(self._settings.data, script)
        except ScriptError as why:
            raise KitError(f"the kept text of script {script[:12]} cannot be used: {why}") from why
        return await self.equip(version)

    async def equip(self, told: Script) -> ScriptKit:
        """Make the kit of a script that no campaign keeps, warm.

        Raises:
            KitError: Its training data cannot be used.
            ModelMissing: An engine is not installed.
        """
        compiled, run = CompiledScript(told), self._pool.run
        files = [self._settings.dialogs_folder / "nlu" / f"{name}.yml" for name in told.understands]
        try:
            nlu = await run(load_nlu, files, told.language, self._settings.cache / "nlu")
        except NluDataError as why:
            raise KitError(f"script {told.script!r} cannot be understood by: {why}") from why
        vad = await run(self._engines.vad)
        if self._settings.models.asr.get(told.language) == KEYS_ONLY:
            recogniser: Recogniser = KeysOnly(told.language)
        else:
            try:
                recogniser = await run(self._engines.recogniser, told.language)
            except ModelMissing as why:
                by_keys = f'asr = {{{told.language} = "{KEYS_ONLY}"}}'
                raise ModelMissing(f"{why}; or let people answer by keys: {by_keys} under [models]") from why
        voice = await run(self._engines.voice, told.language, told.voice.speaker)
        senses = Senses(vad, recogniser, nlu, self._pool, self._finals)
        kit = ScriptKit(compiled, senses, voice, self._cache, self._renders, Recordings(told.sounds))
        await run(_warm, kit)
        return kit


def _warm(kit: ScriptKit) -> None:
    """Render every sentence that is the same for all, and run each model once: the first call must not be slower."""
    speaker = kit.speaker(8000)
    for file in kit.script.sounds:
        kit.recordings.pcm(file, 8000)
    for sentence in _fixed_sentences(kit.compiled):
        speaker.render(sentence, personal=False)
    kit.senses.nlu.parse("warm", allowed=None, now=datetime.now(UTC))
    words = next(iter(kit.senses.nlu.examples.values()), ("1 2 3",))
    spoken = speaker.render(words[0], personal=True)
    stream = kit.senses.recogniser.stream(Expect(Listen.OPEN), 8000)
    stream.feed(spoken.pcm)
    stream.finish()


def _fixed_sentences(compiled: CompiledScript) -> Iterator[str]:
    """Give the sentences of a script that hold nothing of any contact, from prompts that otherwise do as well."""
    now, zone = datetime.now(UTC), ZoneInfo("UTC")
    wordings = [wording for node in compiled.graph.nodes.values() for _, wording in node.wordings()]
    for wording in (*wordings, *doubts_of(compiled.script, compiled.graph).values()):
        for sentence in sentences(wording, compiled.script.language):
            if compiled.sayer.can_say(sentence, {}) and (said := compiled.sayer.say(sentence, {}, now=now, zone=zone)):
                yield said.text
