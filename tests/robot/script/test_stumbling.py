"""Where YAML stops, what it reads otherwise than it is meant, and when it is asked no further."""

from robot.script.stumbling import BREAK, END, Budget, Reading, read_on

TEXT = "script: small\nsteps:\n  a: {}\n  hello:\n    say: Hello: we\n    then: a\n"


def read(text: str, frame: tuple[int, ...] = ()) -> Reading:
    return read_on(BREAK.split(text), Budget(text), frame)


def test_a_reading_tells_where_it_stopped_and_under_which_keys() -> None:
    reading = read(TEXT)
    assert reading.stopped == (4, 14)
    assert reading.frame == (1, 3, 4)
    assert read(TEXT.replace(": we", "")).stopped == END


def test_a_reading_can_be_taken_up_again_under_the_keys_where_it_stopped() -> None:
    assert read(TEXT.replace("small", "@"), (1, 3)).stopped == (4, 14)
    assert read(TEXT.replace("small", "@")).stopped == (0, 8)


def test_a_reading_stops_inside_brackets() -> None:
    assert read("answers: {a: b c: d}").in_brackets
    assert not read(TEXT).in_brackets


def test_lines_that_cannot_be_meant_are_found() -> None:
    text = "steps:\n  a:\n    say:Hello\n  b:\n    \u00a0say: Hello\nwhen_silent:\n  – say: Hello\n"
    assert read(text).spots == {(2, "glued-key"), (4, "unseen"), (6, "dash")}
    assert read("say:\n  - Hello, friend: we\n").spots == {(1, "colon")}


def test_what_takes_too_long_is_given_up() -> None:
    assert read("[" * 1000).gave_up
    budget = Budget(TEXT)
    budget.left = 200
    assert read_on(BREAK.split(TEXT), budget).gave_up
    assert budget.left <= 0
