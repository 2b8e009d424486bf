"""The Silero adapter, on a package of the same shape that the test builds: the real files cannot be had here."""

from pathlib import Path

import numpy as np
import pytest

from models.catalogue import Kind
from models.protocols import ModelError, ModelMissing
from models.registry import Engines, survey
from models.tts.silero import SileroModel, SileroVoice, stress_marks

pytestmark = pytest.mark.slow  # torch takes seconds to import

MODEL_CODE = """
import torch


class Model:
    def __init__(self):
        self.speakers = ["aidar", "kseniya"]
        self.asked = []

    def to(self, device):
        return self

    def apply_tts(self, text=None, ssml_text=None, speaker="aidar", sample_rate=48000, put_accent=True, put_yo=True):
        if speaker not in self.speakers:
            raise ValueError("speaker")
        said = text or ssml_text
        if any("a" <= letter <= "z" for letter in (text or "")):
            raise ValueError("letters")
        self.asked.append((said, speaker, sample_rate))
        return torch.sin(torch.arange(sample_rate // 10 * len(said.split())) * 0.2) * 2
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import sys  # noqa: PLC0415  # with torch below: only when this test runs

    from torch.package.package_exporter import PackageExporter  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("silero")
    (folder / "multi_v5_toy.py").write_text(MODEL_CODE)
    sys.path.insert(0, str(folder))
    try:
        import multi_v5_toy  # type: ignore[import-not-found]  # noqa: PLC0415  # written above

        path = folder / "v5_ru.pt"
        with PackageExporter(str(path)) as exporter:
            exporter.extern("torch.**")
            exporter.intern("multi_v5_toy")
            exporter.save_pickle("tts_models", "model", multi_v5_toy.Model())
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("multi_v5_toy", None)
    return path


@pytest.fixture(scope="module")
def model(package: Path) -> SileroModel:
    return SileroModel(package)


def asked(model: SileroModel) -> list[tuple[str, str, int]]:
    """What the stand-in was asked for."""
    found: list[tuple[str, str, int]] = getattr(model.model, "asked")  # noqa: B009  # it is the vendor's own type
    return found


def test_sentences_come_at_telephone_rate_and_are_not_clipped(model: SileroModel) -> None:
    first, second = SileroVoice(model, speaker="kseniya").speak("Добрый день. Это робот карт-центра.")
    assert first.rate == second.rate == 8000
    assert (first.ms, second.ms) == (200, 300)
    assert np.abs(first.pcm).max() == 32767


def test_a_rate_is_asked_for_in_ssml_and_text_is_escaped(model: SileroModel) -> None:
    list(SileroVoice(model).speak("Да & нет <вот>.", rate=1.25))
    said, speaker, hz = asked(model)[-1]
    assert said == '<speak><prosody rate="fast">Да &amp; нет &lt;вот&gt;.</prosody></speak>'
    assert (speaker, hz) == ("aidar", 8000)


def test_a_long_sentence_is_cut_at_a_comma(model: SileroModel) -> None:
    assert len(list(SileroVoice(model).speak("слово, " * 200 + "конец."))) == 2


def test_stress_is_set_first(package: Path) -> None:
    model = SileroModel(package, stress=lambda text: text.replace("Привет", "Прив+ет"))
    list(SileroVoice(model).speak("Привет."))
    assert asked(model)[-1][0] == "Прив+ет."


def test_what_the_model_refuses_does_not_tell_the_text(model: SileroModel) -> None:
    with pytest.raises(ModelError, match="v5_ru could not speak a sentence") as raised:
        list(SileroVoice(model).speak("abc."))
    assert "abc" not in str(raised.value)


def test_a_speaker_that_it_does_not_have_is_named_with_those_it_has(model: SileroModel) -> None:
    with pytest.raises(ModelError, match="no speaker 'anna'; it has aidar, kseniya"):
        SileroVoice(model, speaker="anna")


def test_a_file_that_is_no_package_is_told(tmp_path: Path) -> None:
    (tmp_path / "v5_ru.pt").write_bytes(b"not a package")
    with pytest.raises(ModelError, match="cannot be loaded"):
        SileroModel(tmp_path / "v5_ru.pt")
    with pytest.raises(ModelMissing, match="perezvon models pull ru"):
        SileroModel(tmp_path / "none.pt")


def test_a_pulled_model_is_what_russian_speaks_with(package: Path) -> None:
    used = next(report for report in survey(["ru"], package.parent) if report.used and report.kind is Kind.TTS)
    assert (used.engine, used.model) == ("silero", "v5_ru")
    engines = Engines(package.parent)
    assert engines.voice("ru", "kseniya").speaker == "kseniya"
    assert engines.voice("ru").engine == "silero"
    engines.close()


def test_russian_stress_is_marked() -> None:
    assert stress_marks()("привет") == "прив+ет"
