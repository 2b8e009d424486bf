"""Tones that are no speech, and speech that is no tone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.line import Pcm
from telephony.tones import Tone, ToneDetector, ToneKind

RATE = 8000


def tone(hz: float, ms: int, level: float = 0.3, rate: int = RATE) -> Pcm:
    return np.asarray(32767 * level * np.sin(2 * np.pi * hz * np.arange(ms * rate // 1000) / rate), dtype=np.int16)


def silence(ms: int, rate: int = RATE) -> Pcm:
    return np.zeros(ms * rate // 1000, np.int16)


def noise(ms: int, level: float, seed: int = 1) -> Pcm:
    made = np.random.default_rng(seed).normal(0, 32767 * level, ms * RATE // 1000)
    return np.asarray(np.clip(made, -32768, 32767), dtype=np.int16)


def voice(ms: int, pitch: float, seed: int) -> Pcm:
    """Something like speech: harmonics of a wandering pitch under moving formants, syllables, breath."""
    random = np.random.default_rng(seed)
    t = np.arange(ms * RATE // 1000) / RATE
    hz = pitch * (1 + 0.12 * np.sin(2 * np.pi * 0.7 * t + seed) + 0.03 * np.sin(2 * np.pi * 5 * t))
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    sound = np.zeros(len(t))
    for harmonic in range(1, 12):
        formants = (500 + 200 * np.sin(2 * np.pi * 1.3 * t), 1500 + 500 * np.sin(2 * np.pi * 0.9 * t + 1))
        gain = sum(np.exp(-(((harmonic * hz - f) / 250) ** 2)) for f in formants) + 0.15 / harmonic
        sound += gain * np.sin(harmonic * phase)
    syllables = np.clip(np.sin(2 * np.pi * 3.5 * t), 0, 1)
    sound = sound * syllables + random.normal(0, 0.03, len(t))
    return np.asarray(9000 * sound / np.abs(sound).max(), dtype=np.int16)


def hear(*pieces: Pcm, rate: int = RATE, chunk: int = 320) -> list[Tone]:
    sound = np.concatenate([*pieces, silence(2000, rate)])
    detector = ToneDetector(rate)
    return [found for at in range(0, len(sound), chunk) for found in detector.feed(sound[at : at + chunk])]


@pytest.mark.parametrize("hz", [350, 700, 1000, 1400, 2000, 2450])
@pytest.mark.parametrize("ms", [160, 400, 1000])
def test_a_beep_is_heard_once_it_is_over(hz: int, ms: int) -> None:
    (found,) = hear(voice(2000, 180, 3), silence(100), tone(hz, ms))
    assert found.kind is ToneKind.BEEP
    assert abs(found.at_ms - 2100) <= 40
    assert abs(found.ms - ms) <= 40


def test_a_beep_in_noise_and_at_another_rate() -> None:
    beep = tone(1000, 400, 0.2)
    assert [found.kind for found in hear(noise(1000, 0.01), beep + noise(400, 0.01, 2), noise(500, 0.01, 3))] == [
        "beep"
    ]
    assert [found.kind for found in hear(tone(1000, 400, rate=16000), rate=16000)] == ["beep"]


@given(st.integers(7, 900))
@settings(max_examples=20, deadline=None)
def test_how_the_sound_is_cut_changes_nothing(chunk: int) -> None:
    sound = (silence(333), tone(1000, 300), silence(500))
    assert hear(*sound, chunk=chunk) == hear(*sound)


@given(pitch=st.floats(85, 290), seed=st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_speech_is_no_tone(pitch: float, seed: int) -> None:
    assert hear(voice(3000, pitch, seed)) == []


def test_noise_clicks_and_keys_are_no_tone() -> None:
    keys = tone(770, 200, 0.2) + tone(1336, 200, 0.2)
    assert hear(noise(3000, 0.2), silence(200), keys, silence(200), tone(1000, 60)) == []


def test_a_faint_tone_is_none() -> None:
    assert hear(tone(1000, 400, 0.002)) == []


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ((985.2, 380), (1370.6, 274), ToneKind.SIT_VACANT),
        ((913.8, 274), (1370.6, 274), ToneKind.SIT_INTERCEPT),
        ((985.2, 380), (1428.5, 380), ToneKind.SIT_NO_CIRCUIT),
        ((913.8, 380), (1370.6, 380), ToneKind.SIT_NO_CIRCUIT),
        ((913.8, 274), (1428.5, 380), ToneKind.SIT_REORDER),
        ((985.2, 274), (1370.6, 380), ToneKind.SIT_REORDER),
        ((950.0, 330), (1400.0, 330), None),
    ],
)
def test_special_information_tones(first: tuple[float, int], second: tuple[float, int], kind: ToneKind | None) -> None:
    (found,) = hear(silence(300), tone(*first), tone(*second), tone(1776.7, 380), silence(500), voice(1000, 120, 1))
    assert found.kind is kind if kind else found.kind.value.startswith("sit_")
    assert abs(found.at_ms - 300) <= 40
    assert abs(found.ms - (first[1] + second[1] + 380)) <= 60


def test_ringing_busy_and_congestion() -> None:
    def on(ms: int) -> Pcm:
        return tone(425, ms)

    ringing = hear(*[on(1000), silence(4000)] * 3)
    assert [found.kind for found in ringing] == [ToneKind.RINGBACK] * 3
    assert all(abs(found.at_ms - at) <= 20 for found, at in zip(ringing, (0, 5000, 10000), strict=True))
    assert [found.kind for found in hear(*[on(350), silence(350)] * 6)] == [ToneKind.BUSY]
    assert [found.kind for found in hear(*[on(500), silence(500)] * 4)] == [ToneKind.BUSY]
    assert [found.kind for found in hear(*[on(175), silence(175)] * 10)] == [ToneKind.CONGESTION]


def test_a_fax_answers() -> None:
    assert [found.kind for found in hear(silence(500), tone(2100, 3000), silence(500))] == [ToneKind.FAX]


def test_narrow_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="8000 Hz or more"):
        ToneDetector(4000)
