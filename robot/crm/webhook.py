"""One webhook request: signed as Standard Webhooks say, sent, and what came back.

Whether and when to try again is the courier's to decide; a `Reply` tells it what it needs for that.
"""

import asyncio
import binascii
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx
from standardwebhooks import Webhook as Signer
from standardwebhooks.webhooks import WebhookVerificationError

from robot.settings import WebhookSettings

__all__ = ["BadSignature", "BadWebhookSettings", "Reply", "Webhook", "verify"]

_LONGEST_ANSWER = 65_536
"""Bytes of an answer that are read."""
_LONGEST_RETRY_AFTER = 86_400.0
"""Seconds; a receiver that asks for more is asked again after a day."""


class BadWebhookSettings(ValueError):
    """Raised when the webhook's URL or secret cannot be used; the text says what to write instead."""


class BadSignature(Exception):
    """Raised when a request is not what the holder of the secret signed, or is older or newer than five minutes."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one try.

    Attributes:
        delivered: Whether the receiver took the event (any 2xx).
        error: Why not, in words for the operator; nothing personal.
        gone: Whether the receiver said that it wants no more events at all (410).
        busy: Whether the receiver said that it cannot take any event now (429, 503).
        retry_after: Seconds that the receiver asked us to wait, where it did.
    """

    delivered: bool
    error: str = ""
    gone: bool = False
    busy: bool = False
    retry_after: float | None = None


def _signer(secret: str) -> Signer:
    what_to_write = (
        "webhook.secret must be `whsec_` and the base64 of 24 to 64 random bytes;"
        " make one with: python -c \"import base64, os; print('whsec_' + base64.b64encode(os.urandom(32)).decode())\""
    )
    encoded = secret.strip().removeprefix("whsec_")
    try:
        key = binascii.a2b_base64(encoded + "=" * (-len(encoded) % 4), strict_mode=True)
    except ValueError as error:
        raise BadWebhookSettings(f"the webhook's secret is not base64 ({error}): {what_to_write}") from None
    if not 24 <= len(key) <= 64:
        raise BadWebhookSettings(f"the webhook's secret is {len(key)} bytes long: {what_to_write}")
    return Signer(key)


def _checked_url(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise BadWebhookSettings(
            f"webhook.url {url!r} cannot be read ({error}); write https://crm.example/hook"
        ) from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise BadWebhookSettings(f"webhook.url {url!r} must begin with https:// (or http://) and name a host")
    return parsed


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class Webhook:
    """The CRM's endpoint. Open it with ``async with``; requests may run at once."""

    def __init__(self, settings: WebhookSettings) -> None:
        """Check the settings; nothing is sent.

        Raises:
            BadWebhookSettings: The URL or the secret cannot be used.
        """
        self._signer = _signer(settings.secret.get_secret_value())
        self._url = _checked_url(settings.url)
        self._timeout = settings.timeout
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        self._client = httpx.AsyncClient(
            timeout=self._timeout,
            follow_redirects=False,  # a redirect would carry a customer's words to a host nobody configured
            trust_env=not _is_loopback(self._url.host),  # a proxy cannot reach our loopback
            headers={"user-agent": "Perezvon", "content-type": "application/json"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection pool."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def signed_headers(self, event_id: str, payload: str, at: datetime) -> dict[str, str]:
        """Return the three headers that Standard Webhooks ask for, signed at an instant (aware)."""
        at = at.astimezone(UTC)
        return {
            "webhook-id": event_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signer.sign(event_id, at, payload),
        }

    async def send(self, event_id: str, payload: str, at: datetime) -> Reply:
        """Send an event once and say what became of it. Never raises for what the network or the receiver does.

        Args:
            event_id: Goes out as ``webhook-id``.
            payload: The JSON; sent as it is.
            at: The instant of this try (aware), which is signed with it.
        """
        if self._client is None:
            raise RuntimeError("open the webhook with `async with` before sending")
        headers = self.signed_headers(event_id, payload, at)
        try:
            async with (
                asyncio.timeout(
                    self._timeout
                ),  # httpx counts each read anew: a dripping receiver would hold us for ever
                self._client.stream("POST", self._url, content=payload.encode(), headers=headers) as response,
            ):
                await _read_a_little(response)
        except (TimeoutError, httpx.TimeoutException):
            return Reply(False, f"no answer within {self._timeout:g} s")
        except httpx.ConnectError:
            return Reply(False, f"could not connect to {self._url.host}")
        except httpx.HTTPError as error:
            return Reply(False, f"the connection broke: {type(error).__name__}")
        return _judged(response, at)


async def _read_a_little(response: httpx.Response) -> None:
    """Read the answer's body, so that its connection can be used again; drop the connection if there is too much."""
    read = 0
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if read > _LONGEST_ANSWER:
            break


def _judged(response: httpx.Response, at: datetime) -> Reply:
    if response.is_success:
        return Reply(True)
    error = f"the receiver answered {response.status_code}"
    if response.is_redirect:
        error += ": redirects are not followed; write the final address in webhook.url"
    return Reply(
        delivered=False,
        error=error,
        gone=response.status_code == httpx.codes.GONE,
        busy=response.status_code in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE),
        retry_after=_retry_after(response.headers, at),
    )


def _retry_after(headers: Mapping[str, str], at: datetime) -> float | None:
    """Read ``Retry-After`` (RFC 9110, 10.2.3): seconds, or an HTTP date."""
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        seconds = float(asked)
    else:
        try:
            until = parsedate_to_datetime(asked)
        except ValueError:
            return None
        seconds = ((until if until.tzinfo else until.replace(tzinfo=UTC)) - at).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)


def verify(headers: Mapping[str, str], body: bytes, secret: str) -> dict[str, Any]:
    """Check that a request comes from the holder of the secret, and return the event in it. For receivers.

    Args:
        headers: Of the request; the case of their names does not matter.
        body: The request's body, byte for byte as it came.
        secret: ``whsec_…``, the same as in the sender's settings.

    Raises:
        BadSignature: It is not signed with this secret, it was changed, or its timestamp is more than five minutes off.
        BadWebhookSettings: The secret cannot be used.
    """
    try:
        event = _signer(secret).verify(body, dict(headers))
    except BadWebhookSettings:
        raise
    except (WebhookVerificationError, ValueError) as error:  # the library lets malformed base64 and UTF-8 through
        raise BadSignature(str(error)) from error
    if not isinstance(event, dict):
        raise BadSignature("signed, but not a JSON object")
    return event
