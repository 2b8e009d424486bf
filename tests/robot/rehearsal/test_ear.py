"""When a customer takes the robot for done: by loudness and time alone."""

import numpy as np

from robot.rehearsal.ear import Ear
from tests.robot.rehearsal.tones import hum


class Listener:
    """An ear with a clock of its own."""

    def __init__(self) -> None:
        self.at = 100.0
        self.ear = Ear(lambda: self.at)

    def hear(self, ms: int, *, loud: bool) -> None:
        for _ in range(ms // 20):
            self.at += 0.02
            self.ear.hear(hum(20) if loud else np.full(160, 8, np.int16))


def test_a_pause_within_a_sentence_is_not_its_end() -> None:
    listener = Listener()
    listener.hear(400, loud=True)
    listener.hear(400, loud=False)
    assert not listener.ear.silent_for(700)
    listener.hear(400, loud=True)
    listener.hear(720, loud=False)
    assert listener.ear.silent_for(700)


def test_silence_before_anything_was_said_is_no_turn() -> None:
    listener = Listener()
    listener.hear(5000, loud=False)
    assert not listener.ear.silent_for(700)


def test_a_click_is_no_speech() -> None:
    listener = Listener()
    listener.hear(60, loud=True)
    listener.hear(2000, loud=False)
    assert not listener.ear.silent_for(700)


def test_what_was_answered_does_not_count_again() -> None:
    listener = Listener()
    listener.hear(400, loud=True)
    listener.hear(800, loud=False)
    listener.ear.forget()
    assert not listener.ear.silent_for(700)
    assert listener.ear.heard_ms == 400, "but it was heard"


def test_the_beginning_of_speech_is_remembered() -> None:
    listener = Listener()
    listener.hear(200, loud=True)
    assert listener.ear.speaking_for(150)
    assert not listener.ear.speaking_for(500)
    listener.hear(400, loud=False)
    assert listener.ear.speaking_for(500), "also when it has ended since"
