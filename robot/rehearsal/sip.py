"""SIP messages and SDP bodies as far as a rehearsal needs them (RFC 3261, 3264, 3515, 4733). Pure: bytes in, bytes out.

This is a stage, not a phone: UDP, one audio stream, G.711. What the product itself dials with is `telephony`.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Media", "Message", "Reason", "SipError", "answer_sdp", "new_tag", "parameter", "read_sdp", "request", "response",
    "sdp", "uri_of", "user_of",
]  # fmt: skip

_COMPACT = {
    "i": "call-id", "m": "contact", "e": "content-encoding", "l": "content-length", "c": "content-type", "f": "from",
    "s": "subject", "k": "supported", "t": "to", "v": "via", "r": "refer-to", "b": "referred-by", "o": "event",
}  # fmt: skip
_LISTS = frozenset({"via", "route", "record-route", "contact"})
_PHRASES = {
    100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 202: "Accepted", 400: "Bad Request",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 410: "Gone",
    480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 484: "Address Incomplete",
    486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 500: "Server Internal Error",
    501: "Not Implemented", 503: "Service Unavailable", 600: "Busy Everywhere", 603: "Decline",
    604: "Does Not Exist Anywhere", 607: "Unwanted",
}  # fmt: skip
_LONGEST = 65535


class SipError(ValueError):
    """Raised when bytes are no SIP message, or SDP offers nothing that we can play."""


def new_tag() -> str:
    """Return a fresh token for a tag, a branch or a Call-ID."""
    return secrets.token_hex(8)


@dataclass(slots=True)
class Message:
    """A request or a response.

    Attributes:
        method: Of the request, or of the request that a response answers (from CSeq).
        uri: Request-URI; empty in a response.
        code: Status code; 0 in a request.
        headers: (lower-case long name, value), in order; Via and its like one value each.
        body: What follows the empty line.
    """

    method: str
    uri: str = ""
    code: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def get(self, name: str) -> str:
        """Return the first value of a header; empty where there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """Return every value of a header, in order."""
        return [value for key, value in self.headers if key == name]

    @property
    def branch(self) -> str:
        """Return the branch of the topmost Via: what names the transaction."""
        return parameter(self.get("via"), "branch")

    @property
    def sequence(self) -> int:
        """Return the number in CSeq."""
        return int(self.get("cseq").split()[0])

    @property
    def user(self) -> str:
        """Return the user part of the Request-URI: the number that was dialled."""
        return user_of(self.uri)

    @classmethod
    def parse(cls, data: bytes) -> "Message":
        """Read one datagram.

        Raises:
            SipError: It is no SIP message, or lacks what every message must have (RFC 3261, 8.1.1).
        """
        head, gap, body = data.partition(b"\r\n\r\n")
        if not gap:
            raise SipError("no empty line ends the headers")
        text = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace").lstrip("\r\n"))
        first, *lines = text.split("\r\n")
        message = _start(first)
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon:
                raise SipError("a header without a colon")
            key = name.strip().lower()
            key = _COMPACT.get(key, key)
            values = _split(value) if key in _LISTS else [value]
            message.headers += [(key, one.strip()) for one in values]
        missing = [name for name in ("via", "from", "to", "call-id", "cseq") if not message.get(name)]
        if missing:
            raise SipError(f"no {', '.join(missing)}")
        number, _, method = message.get("cseq").partition(" ")
        if not re.fullmatch(r"\d{1,10}", number, re.ASCII) or not method.strip():
            raise SipError("CSeq is not a number and a method")
        if message.method and message.method != method.strip():
            raise SipError("CSeq names another method than the request")
        message.method = method.strip()
        message.body = _body(message.get("content-length"), body)
        return message

    def render(self) -> bytes:
        """Return the datagram, Content-Length put in."""
        first = f"{self.method} {self.uri} SIP/2.0" if not self.code else f"SIP/2.0 {self.code} {_phrase(self.code)}"
        lines = [f"{_shown(key)}: {value}" for key, value in self.headers if key != "content-length"]
        return "\r\n".join([first, *lines, f"Content-Length: {len(self.body)}", "", ""]).encode() + self.body


def _start(line: str) -> Message:
    parts = line.split(" ")
    if line.startswith("SIP/2.0 "):
        if len(parts) < 2 or not re.fullmatch(r"[1-6]\d\d", parts[1], re.ASCII):
            raise SipError("a response without a status code")
        return Message(method="", code=int(parts[1]))
    if len(parts) != 3 or parts[2] != "SIP/2.0" or not re.fullmatch(r"[A-Za-z0-9.!%*_+`'~-]+", parts[0]):
        raise SipError("the first line is neither a request nor a response")
    return Message(method=parts[0], uri=parts[1])


def _body(length: str, body: bytes) -> bytes:
    if not length:
        return body
    if not re.fullmatch(r"\d{1,6}", length, re.ASCII) or int(length) > min(len(body), _LONGEST):
        raise SipError("Content-Length says more than there is")
    return body[: int(length)]


def _split(value: str) -> list[str]:
    """Split at commas that stand neither in quotes nor in angle brackets."""
    return re.findall(r"(?:\"(?:\\.|[^\"\\])*\"|<[^>]*>|[^,\"<]|[\"<])+", value) or [value]


def _phrase(code: int) -> str:
    return _PHRASES.get(code, "Unknown")


def _shown(key: str) -> str:
    return {"call-id": "Call-ID", "cseq": "CSeq"}.get(key) or "-".join(part.capitalize() for part in key.split("-"))


def parameter(value: str, name: str) -> str:
    """Return ``;name=…`` of a header value, outside its angle brackets; empty where there is none."""
    found = re.search(rf";\s*{name}\s*=\s*([^;,\s]+)", re.sub(r"<[^>]*>", "", value), re.IGNORECASE)
    return found[1] if found else ""


def uri_of(value: str) -> str:
    """Return the URI of a name-addr or addr-spec."""
    found = re.search(r"<([^>]*)>", value)
    return found[1] if found else value.partition(";")[0].strip()


def user_of(uri: str) -> str:
    """Return the user part of a SIP or tel URI, without its parameters."""
    rest = uri.partition(":")[2] or uri
    user = rest.rpartition("@")[0] if "@" in rest else (rest if uri.lower().startswith("tel:") else "")
    return user.partition(";")[0].partition(":")[0]


def request(method: str, uri: str, headers: Sequence[tuple[str, str]], body: bytes = b"") -> Message:
    """Return a request with these headers."""
    return Message(method=method, uri=uri, headers=list(headers), body=body)


def response(
    to: Message, code: int, *, tag: str = "", extra: Sequence[tuple[str, str]] = (), body: bytes = b""
) -> Message:
    """Return a response that carries over what RFC 3261, 8.2.6 says; ``tag`` goes to To where it has none."""
    echoed = ("via", "from", "to", "call-id", "cseq", "record-route")
    kept = [(key, value) for key, value in to.headers if key in echoed]
    if tag and not parameter(to.get("to"), "tag"):
        kept = [(key, f"{value};tag={tag}" if key == "to" else value) for key, value in kept]
    if body:
        kept.append(("content-type", "application/sdp"))
    return Message(method=to.method, code=code, headers=[*kept, *extra], body=body)


@dataclass(frozen=True, slots=True)
class Reason:
    """A ``Reason`` header (RFC 3326): Q.850 cause and its words."""

    cause: int
    text: str = ""

    def render(self) -> str:
        """Return the header's value."""
        return f"Q.850;cause={self.cause}" + (f';text="{self.text}"' if self.text else "")


Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
_DIRECTIONS: dict[str, Direction] = {
    "sendrecv": "sendrecv", "sendonly": "sendonly", "recvonly": "recvonly", "inactive": "inactive",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Media:
    """Where and how one side takes audio.

    Attributes:
        host: IPv4 address.
        port: UDP port.
        payload: 0 for PCMU, 8 for PCMA: the first of the two that was offered.
        digits: Payload type of telephone-event; `None` where it was not offered.
        direction: As the sender of the SDP sees it.
    """

    host: str
    port: int
    payload: int
    digits: int | None = 101
    direction: Direction = "sendrecv"


def read_sdp(body: bytes) -> Media:
    """Read the first audio stream of an offer or answer.

    Raises:
        SipError: There is none, or none of its codecs is G.711.
    """
    text = body.decode("utf-8", "replace")
    audio = re.search(r"^m=audio (\d{1,5})(?:/\d+)? [A-Z/]+((?: \d{1,3})+)\s*$", text, re.MULTILINE | re.ASCII)
    if not audio or int(audio[1]) > 65535:
        raise SipError("no audio stream in the SDP")
    section = text[audio.end() :].partition("\nm=")[0]
    address = re.search(r"^c=IN IP4 ([\d.]+)", section, re.MULTILINE) or re.search(
        r"^c=IN IP4 ([\d.]+)", text[: audio.start()], re.MULTILINE
    )
    payload = next((int(number) for number in audio[2].split() if number in ("0", "8")), None)
    if address is None or payload is None:
        raise SipError("no address or no G.711 in the SDP")
    events = re.search(r"^a=rtpmap:(\d{1,3}) telephone-event/8000", section, re.MULTILINE | re.IGNORECASE | re.ASCII)
    direction = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)\s*$", section, re.MULTILINE)
    heading = _DIRECTIONS[direction[1]] if direction else "sendrecv"
    return Media(address[1], int(audio[1]), payload, int(events[1]) if events else None, heading)


def sdp(media: Media) -> bytes:
    """Write the SDP for one G.711 stream with telephone-event."""
    digits = media.digits if media.digits is not None else 101
    name = "PCMA" if media.payload == 8 else "PCMU"
    lines = [
        "v=0", f"o=town 1 1 IN IP4 {media.host}", "s=-", f"c=IN IP4 {media.host}", "t=0 0",
        f"m=audio {media.port} RTP/AVP {media.payload} {digits}", f"a=rtpmap:{media.payload} {name}/8000",
        f"a=rtpmap:{digits} telephone-event/8000", f"a=fmtp:{digits} 0-15", "a=ptime:20", f"a={media.direction}",
    ]  # fmt: skip
    return "\r\n".join([*lines, ""]).encode()


def answer_sdp(offer: Media, host: str, port: int) -> bytes:
    """Answer an offer: its codec, its payload types, its direction mirrored (RFC 3264, 6.1)."""
    mirrored: dict[Direction, Direction] = {
        "sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive",
    }  # fmt: skip
    direction = mirrored[offer.direction]
    return sdp(Media(host, port, offer.payload, offer.digits, direction))
