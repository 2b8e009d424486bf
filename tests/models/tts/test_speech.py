"""Rendering and the cache, with a voice that counts what it is asked for."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from models.protocols import Audio
from models.tts.sentences import sentences
from models.tts.speech import Speaker, SpeechCache


class Counting:
    engine = "toy"
    speaker = "one"
    language = "en"

    def __init__(self, rate: int = 22050, level: int = 20000) -> None:
        self.asked: list[str] = []
        self._rate = rate
        self._level = level

    def speak(self, text: str, rate: float = 1.0) -> Iterator[Audio]:
        for sentence in sentences(text, self.language):
            self.asked.append(sentence)
            t = np.arange(int(self._rate * 0.3 / rate)) / self._rate
            yield Audio((np.sin(2 * np.pi * 300 * t) * self._level).astype(np.int16), self._rate)


@pytest.fixture
def voice() -> Counting:
    return Counting()


@pytest.fixture
def cache(tmp_path: Path) -> SpeechCache:
    return SpeechCache(tmp_path / "speech")


def test_a_fixed_prompt_is_rendered_once_for_all_calls(voice: Counting, cache: SpeechCache) -> None:
    first = Speaker(voice, cache).render("Hello. Are you there?", personal=False)
    second = Speaker(voice, cache).render("Hello. Are you there?", personal=False)
    assert voice.asked == ["Hello.", "Are you there?"]
    assert np.array_equal(first.pcm, second.pcm)
    assert first.rate == 8000


def test_a_personal_prompt_never_reaches_the_disk_and_goes_with_its_speaker(
    voice: Counting, cache: SpeechCache
) -> None:
    speaker = Speaker(voice, cache)
    speaker.render("Anna, hello.", personal=True)
    speaker.render("Anna, hello.", personal=True)
    assert voice.asked == ["Anna, hello."]
    assert not cache.folder.exists()
    Speaker(voice, cache).render("Anna, hello.", personal=True)
    assert len(voice.asked) == 2
    speaker.forget()
    speaker.render("Anna, hello.", personal=True)
    assert len(voice.asked) == 3


def test_the_first_sentence_comes_before_the_second_is_made(voice: Counting) -> None:
    coming = Speaker(voice).sentences("One. Two.", personal=False)
    next(coming)
    assert voice.asked == ["One."]


def test_sentences_joined_are_the_whole(voice: Counting) -> None:
    speaker = Speaker(voice)
    pieces = [audio.pcm for audio in speaker.sentences("One. Two.", personal=False)]
    assert np.array_equal(np.concatenate(pieces), speaker.render("One. Two.", personal=False).pcm)


def test_another_rate_or_voice_is_another_sound(voice: Counting, cache: SpeechCache) -> None:
    Speaker(voice, cache).render("Hello.", personal=False)
    Speaker(voice, cache, rate=1.2).render("Hello.", personal=False)
    voice.speaker = "two"
    Speaker(voice, cache).render("Hello.", personal=False)
    assert len(voice.asked) == 3


def test_a_file_that_is_cut_off_is_made_again(voice: Counting, cache: SpeechCache) -> None:
    Speaker(voice, cache).render("Hello.", personal=False)
    (file,) = cache.folder.iterdir()
    file.write_bytes(file.read_bytes()[:20])
    assert Speaker(voice, cache).render("Hello.", personal=False).ms == 300
    assert len(voice.asked) == 2


def test_what_was_not_heard_for_longest_goes_first(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, limit=3 * 2044)
    audio = Audio(np.zeros(1000, np.int16), 8000)
    for age, key in enumerate(("a", "b", "c")):
        cache.put(key, audio)
        os.utime(tmp_path / f"{key}.wav", (1000 + age, 1000 + age))
    assert cache.get("a") is not None  # heard again: now the youngest
    cache.put("d", audio)
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["a", "c", "d"]


@pytest.mark.parametrize("level", [500, 5000, 32000])
def test_all_engines_come_out_equally_loud(level: int) -> None:
    pcm = Speaker(Counting(level=level)).render("Hello.", personal=False).pcm.astype(float)
    assert np.sqrt(np.mean(pcm**2)) == pytest.approx(3277, rel=0.1)


def test_nothing_to_say_is_no_sound(voice: Counting) -> None:
    assert Speaker(voice).render("…", personal=False).ms == 0
