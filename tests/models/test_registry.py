from pathlib import Path

import pytest

from models.catalogue import Kind
from models.protocols import ModelError, ModelMissing
from models.registry import LANGUAGES, Engines, survey


def test_each_language_is_served_by_the_best_that_is_here(no_models: Path) -> None:
    used = {(r.kind, r.language): r.engine for r in survey(LANGUAGES, no_models) if r.used}
    assert used == {
        (Kind.ASR, "en"): "checked", (Kind.ASR, "ko"): "vosk",
        (Kind.TTS, "en"): "piper", (Kind.TTS, "ru"): "espeak", (Kind.TTS, "pl"): "espeak", (Kind.TTS, "ko"): "espeak",
    }  # fmt: skip


def test_what_was_pulled_is_preferred(no_models: Path) -> None:
    (no_models / "vosk-model-small-ru-0.22").mkdir(parents=True)
    (no_models / "vosk-model-ru-0.42").mkdir()
    (no_models / "v5_cis_base.pt").touch()
    used = {r.kind: (r.engine, r.model) for r in survey(["ru"], no_models) if r.used}
    assert used == {Kind.ASR: ("vosk", "vosk-model-ru-0.42"), Kind.TTS: ("silero", "v5_cis_base")}


def test_what_is_not_here_says_how_to_get_it(no_models: Path) -> None:
    russian = next(r for r in survey(["ru"], no_models) if r.engine == "vosk")
    assert russian.why_not == "no model; run: perezvon models pull ru"
    assert not russian.used


def test_settings_choose(no_models: Path) -> None:
    used = {r.kind: r.engine for r in survey(["en"], no_models, asr={"en": "whisper"}, tts={"en": "espeak"}) if r.used}
    assert used == {Kind.ASR: "whisper", Kind.TTS: "espeak"}
    assert Engines(no_models, tts={"en": "espeak"}).voice("en").engine == "espeak"


def test_a_language_that_nothing_hears_is_missing_with_the_remedy(no_models: Path) -> None:
    with pytest.raises(ModelMissing, match=r"nothing here hears 'ru'\. vosk: no model; run: perezvon models pull ru"):
        Engines(no_models).recogniser("ru")
    with pytest.raises(ModelMissing, match="no engine speaks 'xx'; there are engines for en, ru, pl, ko"):
        Engines(no_models).voice("xx")


def test_an_engine_that_does_not_exist_is_named_with_those_that_do(no_models: Path) -> None:
    with pytest.raises(ModelError, match=r"models\.asr\.en = 'sphinx': no such engine; for en there are vosk, checked"):
        Engines(no_models, asr={"en": "sphinx"}).recogniser("en")


def test_a_chosen_engine_that_is_not_here_is_not_replaced_silently(no_models: Path) -> None:
    with pytest.raises(ModelMissing, match="silero: no model"):
        Engines(no_models, tts={"ru": "silero"}).voice("ru")


def test_a_missing_package_is_told_by_its_extra(no_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    english = {r.engine: r.why_not for r in survey(["en"], no_models)}
    assert english["checked"] == "pocketsphinx is not installed; run: pip install 'perezvon[en]'"
    assert english["vosk"] == "vosk is not installed; run: pip install 'perezvon[vosk]'"


def test_engines_are_loaded_once_and_shared(engines: Engines) -> None:
    assert engines.vad() is engines.vad()
    assert engines.voice("en") is engines.voice("en")
    assert engines.voice("ru", "f2") is not engines.voice("ru", "m1")
    assert engines.recogniser("en") is engines.recogniser("en")


def test_a_voice_that_only_another_engine_has_is_replaced_and_logged(
    engines: Engines, caplog: pytest.LogCaptureFixture
) -> None:
    voice = engines.voice("ru", "kseniya")
    assert (voice.engine, voice.speaker) == ("espeak", "max")
    assert "its own first voice speaks" in caplog.text
    with pytest.raises(ModelError, match="is no speaker"):
        engines.voice("ru", "kseniya", engine="espeak")


def test_all_that_english_calls_need_is_warmed(engines: Engines) -> None:
    engines.warm(["en"])
    assert engines.recogniser("en").name == "checked"
