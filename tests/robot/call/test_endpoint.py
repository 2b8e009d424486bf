"""Where an answer begins, pauses and ends."""

from hypothesis import given
from hypothesis import strategies as st

from models.protocols import Listen
from robot.call.endpoint import PAUSES, WINDOW_MS, Edge, Endpointer

SPEECH, SILENCE = 0.95, 0.02


def fed(points: Endpointer, probabilities: list[float]) -> list[Edge]:
    edges = (points.feed(probability) for probability in probabilities)
    return [edge for edge in edges if edge is not None]


def test_three_voiced_windows_of_four_begin_an_utterance() -> None:
    points = Endpointer()
    assert fed(points, [SPEECH, SPEECH]) == []
    assert fed(points, [SILENCE, SPEECH]) == [Edge.STARTED]


def test_a_click_is_no_speech() -> None:
    points = Endpointer()
    assert fed(points, [SPEECH, SPEECH, SILENCE, SILENCE, SILENCE] * 5) == []
    assert not points.speaking


def test_a_soft_syllable_does_not_end_speech_but_does_not_begin_it_again_either() -> None:
    points = Endpointer()
    fed(points, [SPEECH] * 4)
    fed(points, [0.4] * 3)
    assert points.silence_ms == 0
    fed(points, [SILENCE] * 2)
    fed(points, [0.4] * 2)
    assert points.silence_ms == 4 * WINDOW_MS


def test_a_pause_is_told_once_and_speech_after_it_resumes_the_utterance() -> None:
    points = Endpointer()
    fed(points, [SPEECH] * 4)
    assert fed(points, [SILENCE] * 12) == [Edge.PAUSED]
    assert fed(points, [SPEECH] * 3) == [Edge.RESUMED]
    assert points.silence_ms == 0


def test_after_the_end_the_next_speech_is_a_new_utterance() -> None:
    points = Endpointer()
    fed(points, [SPEECH] * 4)
    points.end()
    assert not points.speaking
    assert fed(points, [SPEECH] * 3) == [Edge.STARTED]


def test_a_yes_is_over_sooner_than_a_story() -> None:
    order = [PAUSES[listen].full_ms for listen in (Listen.YES_NO, Listen.CHOICE, Listen.OPEN)]
    assert order == sorted(order)
    assert all(pauses.short_ms < pauses.full_ms for pauses in PAUSES.values())


@given(st.lists(st.floats(0, 1), max_size=400))
def test_whatever_is_heard_edges_come_in_an_order_that_makes_sense(probabilities: list[float]) -> None:
    points = Endpointer()
    last: Edge | None = None
    for probability in probabilities:
        edge = points.feed(probability)
        if edge is Edge.STARTED:
            assert last is None
        elif edge is Edge.PAUSED:
            assert last in (Edge.STARTED, Edge.RESUMED)
        elif edge is Edge.RESUMED:
            assert last is Edge.PAUSED
        last = edge or last
        assert points.speaking == (last is not None)
        assert points.silence_ms >= 0
