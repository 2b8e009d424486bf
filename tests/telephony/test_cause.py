"""Why a line closed, from the stack's words, whatever a far end writes into them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.cause import Cause, read_cause, read_q850
from telephony.line import EndedBy


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ('404 Not Found,Q.850;cause=1;text="Unallocated (unassigned) number"', Cause(EndedBy.PEER, 404, 1)),
        ("486 Busy Here", Cause(EndedBy.PEER, 486)),
        ("487 Request Terminated", Cause(EndedBy.PEER, 487)),  # we did not ask for it
        ("Connection timed out [110]", Cause(EndedBy.FAILURE)),
        ("", Cause(EndedBy.FAILURE)),
    ],
)
def test_calls_that_were_not_answered(text: str, cause: Cause) -> None:
    assert read_cause(text, answered=False, ours=False) == cause


@pytest.mark.parametrize("text", ["Rejected by user", "487 Request Terminated", "", "Connection timed out [110]"])
def test_our_own_cancel_has_no_code(text: str) -> None:
    assert read_cause(text, answered=False, ours=True) == Cause(EndedBy.US)


def test_a_final_answer_that_crosses_our_cancel_is_the_far_ends() -> None:
    assert read_cause("603 Decline", answered=False, ours=True) == Cause(EndedBy.PEER, 603)


@pytest.mark.parametrize(
    ("text", "ours", "cause"),
    [
        ("Rejected by user", True, Cause(EndedBy.US)),
        ("Connection reset by peer [104]", False, Cause(EndedBy.PEER)),  # a BYE
        ("Connection reset by peer [104]", True, Cause(EndedBy.PEER)),  # a BYE that crossed ours
        ("Call transfered", False, Cause(EndedBy.TRANSFER)),
        ("rtp stream error", False, Cause(EndedBy.FAILURE)),
        ("481 Call Does Not Exist", False, Cause(EndedBy.PEER)),
    ],
)
def test_calls_that_were_answered_have_no_code(text: str, ours: bool, cause: Cause) -> None:
    assert read_cause(text, answered=True, ours=ours) == cause


@pytest.mark.parametrize(
    ("text", "q850"),
    [
        ("Q.850;cause=16", 16),
        ("q.850 ; cause = 17 ; text=busy", 17),
        ('SIP;cause=480, Q.850;text="off; or, out of reach";cause=20', 20),
        ("SIP;cause=200", None),
        ("Q.850;cause=0", None),
        ("Q.850;cause=1234", None),
        ('Q.850;text="Q.850;cause=3', None),
        ("XQ.850;cause=3", None),
    ],
)
def test_q850(text: str, q850: int | None) -> None:
    assert read_q850(text) == q850


@given(cause=st.integers(1, 127), words=st.text(st.characters(exclude_characters='"')), first=st.booleans())
def test_a_q850_cause_is_found_beside_any_text(cause: int, words: str, first: bool) -> None:
    number, text = f"cause={cause}", f'text="{words}"'
    assert read_q850("404 Not Found,Q.850;" + (f"{number};{text}" if first else f"{text};{number}")) == cause


@given(text=st.text() | st.from_regex(r"[1-6]\d\d .*(Q\.850;cause=\d*)?"), answered=st.booleans(), ours=st.booleans())
def test_any_text_is_read(text: str, answered: bool, ours: bool) -> None:
    cause = read_cause(text, answered=answered, ours=ours)
    assert cause.sip_code is None or (300 <= cause.sip_code <= 699 and not answered and cause.by is EndedBy.PEER)
    assert cause.q850 is None or 1 <= cause.q850 <= 127


@given(st.lists(st.sampled_from(["Q.850;", "cause=", '"', ";", ",", "text=", "1"]), max_size=400))
def test_hostile_text_costs_no_time(pieces: list[str]) -> None:
    read_q850("".join(pieces))
