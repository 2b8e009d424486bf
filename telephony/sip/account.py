"""Where a SIP trunk is, who we are there, and how it wants numbers to be written."""

import re
from dataclasses import dataclass, field
from typing import Literal

import baresip

from telephony.numbers import NumberFormat, format_for_trunk

__all__ = ["TrunkAccount"]

_CODECS = {"pcma": "pcma", "pcmu": "pcmu", "g722": "g722/16000/1"}
_E164 = re.compile(r"\+[1-9]\d{5,14}")
_USER = re.compile(r"[\w.!~*'()&=+$,#-]+", re.ASCII)
_URI = re.compile(r"sips?:[^\s<>\"\x00-\x20\x7f]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TrunkAccount:
    """A SIP trunk. With ``register_every`` 0 it knows us by our address.

    Attributes:
        host: Its name or address.
        port: Its SIP port.
        user: User part of From, and what we register as.
        auth_user: User name of the digest (RFC 2617), where it is not ``user``.
        password: Of the digest; empty where none is asked for.
        register_every: Seconds between registrations; 0 = never.
        transport: How SIP travels to it.
        codecs: What we offer, best first: ``pcma``, ``pcmu`` (8000 Hz), ``g722`` (16000 Hz).
        caller_id: User part of From in calls, where the trunk lets us choose; ``user`` where `None`.
        number_format: How it wants phones: ``79261234567``, ``+79261234567`` or ``89261234567``.
    """

    host: str
    port: int = 5060
    user: str = "perezvon"
    auth_user: str | None = None
    password: str = field(default="", repr=False)
    register_every: int = 0
    transport: Literal["udp", "tcp", "tls"] = "udp"
    codecs: tuple[str, ...] = ("pcma", "pcmu")
    caller_id: str | None = None
    number_format: NumberFormat = "plus"

    def __post_init__(self) -> None:
        """Refuse codecs that we cannot speak.

        Raises:
            ValueError: A codec that is not one of the three.
        """
        for codec in self.codecs:
            if codec not in _CODECS:
                raise ValueError(f"codec {codec!r} is not known; write some of: {', '.join(_CODECS)}")

    @property
    def address(self) -> str:
        """``host:port``, an IPv6 host in brackets."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return f"{host}:{self.port}"

    def uri(self, to: str) -> str:
        """Return the SIP URI that a phone (E.164 with plus), a user part of the trunk's domain or a SIP URI means.

        Raises:
            ValueError: None of these.
        """
        if _URI.fullmatch(to):
            return to
        user = format_for_trunk(to, self.number_format) if _E164.fullmatch(to) else to
        if not _USER.fullmatch(user):
            raise ValueError("it is neither a phone (+79261234567) nor a SIP URI (sip:100@pbx.example)")
        return f"sip:{user}@{self.address};transport={self.transport}"

    def stack_account(self, *, user: str, register: bool) -> baresip.Account:
        """Return the account as the SIP stack takes it, with ``user`` in From.

        Raises:
            ValueError: A field has a character that cannot stand in a SIP address.
        """
        return baresip.Account(
            user=user,
            domain=self.address,
            password=self.password,
            auth_user=self.auth_user or self.user,
            reg_interval=self.register_every if register else 0,
            transport=self.transport,
            audio_codecs=tuple(_CODECS[codec] for codec in self.codecs),
        )
