"""SIP and SDP: what is read, what is turned away, and that no bytes break it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.rehearsal.sip import (
    Media,
    Message,
    Reason,
    SipError,
    answer_sdp,
    parameter,
    read_sdp,
    response,
    sdp,
    user_of,
)

INVITE = (
    b"INVITE sip:+12125550101@127.0.0.1:5060 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bKa\r\n"
    b'f: "A, B" <sip:robot@127.0.0.1;x=1>;tag=77\r\n'
    b"t: <sip:+12125550101@127.0.0.1>\r\n"
    b"i: call-1\r\nCSeq: 7 INVITE\r\nSubject: one\r\n two\r\nl: 4\r\n\r\nbodyREST"
)


def test_an_invite_with_compact_names_a_folded_line_and_a_tail() -> None:
    message = Message.parse(INVITE)
    assert (message.method, message.user, message.sequence, message.branch) == ("INVITE", "+12125550101", 7, "z9hG4bKa")
    assert message.get("subject") == "one two"
    assert message.body == b"body"
    assert parameter(message.get("from"), "tag") == "77", "a parameter of the header, not of the URI in it"


def test_vias_in_one_line_are_several() -> None:
    both = INVITE.replace(b"branch=z9hG4bKa", b"branch=z9hG4bKa, SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKb")
    assert len(Message.parse(both).all("via")) == 2


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (INVITE.replace(b"\r\n\r\n", b"\r\n"), "empty line"),
        (INVITE.replace(b"i: call-1\r\n", b""), "call-id"),
        (INVITE.replace(b"CSeq: 7", b"CSeq: -7"), "CSeq"),
        (INVITE.replace(b"7 INVITE", b"7 BYE"), "another method"),
        (INVITE.replace(b"l: 4", b"l: 4000"), "Content-Length"),
        (INVITE.replace(b" SIP/2.0\r\n", b" SIP/7.0\r\n", 1), "first line"),
        (INVITE.replace(b"t: ", b"t "), "colon"),
        (b"SIP/2.0 0 Hm\r\nv: a\r\n\r\n", "status code"),
    ],
)
def test_what_is_no_sip_is_said_so(broken: bytes, why: str) -> None:
    with pytest.raises(SipError, match=why):
        Message.parse(broken)


@given(st.binary(max_size=600))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(SipError):
        Message.parse(data).render()


@given(st.integers(0, len(INVITE) - 1), st.binary(max_size=12))
def test_no_damage_to_an_invite_breaks_the_reader(at: int, junk: bytes) -> None:
    try:
        message = Message.parse(INVITE[:at] + junk + INVITE[at + len(junk) :])
        assert Message.parse(message.render()).body == message.body
    except SipError:
        pass


@given(st.text(max_size=300))
def test_no_text_breaks_the_sdp_reader(text: str) -> None:
    with contextlib.suppress(SipError):
        read_sdp(f"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio {text}".encode())


def test_a_response_keeps_what_names_the_transaction_and_tags_the_called_side() -> None:
    answer = response(Message.parse(INVITE), 404, tag="9", extra=[("reason", Reason(1, "gone").render())])
    again = Message.parse(answer.render())
    assert (again.code, again.method, again.branch) == (404, "INVITE", "z9hG4bKa")
    assert parameter(again.get("to"), "tag") == "9"
    assert again.get("reason") == 'Q.850;cause=1;text="gone"'


@pytest.mark.parametrize(
    ("uri", "user"),
    [("sip:100@pbx", "100"), ("tel:+1212;x=1", "+1212"), ("sip:1;a=b@pbx:5060", "1"), ("sip:pbx", ""), ("", "")],
)
def test_the_user_part_of_a_uri(uri: str, user: str) -> None:
    assert user_of(uri) == user


def test_an_offer_is_answered_with_its_own_codec_and_its_direction_mirrored() -> None:
    offer = Media("127.0.0.1", 4000, 0, 96, "sendonly")
    assert read_sdp(sdp(offer)) == offer
    assert read_sdp(answer_sdp(offer, "127.0.0.1", 5000)) == Media("127.0.0.1", 5000, 0, 96, "recvonly")


def test_an_offer_without_g711_is_turned_away() -> None:
    with pytest.raises(SipError, match=r"G\.711"):
        read_sdp(b"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n")
