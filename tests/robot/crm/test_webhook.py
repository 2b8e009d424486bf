"""A request is signed as Standard Webhooks say, and whatever a receiver does ends in a Reply."""

import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Reference

from robot.crm.webhook import BadSignature, BadWebhookSettings, Reply, Webhook, verify
from robot.settings import WebhookSettings
from tests.robot.crm.receiver import SECRET, Answer, Receiver

BODY = '{"type": "attempt.finished", "contact": {"name": "Анна"}}'


def signed(body: str = BODY, *, at: datetime | None = None, secret: str = SECRET) -> dict[str, str]:
    webhook = Webhook(WebhookSettings(url="https://crm.example/hook", secret=secret))
    return webhook.signed_headers("evt-1", body, at or datetime.now(UTC))


def test_what_we_sign_the_reference_library_and_our_verify_accept() -> None:
    assert Reference(SECRET).verify(BODY.encode(), signed()) == json.loads(BODY)
    assert verify(signed(), BODY.encode(), SECRET) == json.loads(BODY)


@given(
    event=st.dictionaries(st.text(), st.integers() | st.text()),
    event_id=st.uuids(),
    key=st.binary(min_size=24, max_size=64),
)
def test_any_event_under_any_key_makes_the_round(event: dict[str, int | str], event_id: object, key: bytes) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    body = json.dumps(event)
    webhook = Webhook(WebhookSettings(url="https://crm.example/hook", secret=secret))
    assert verify(webhook.signed_headers("evt-1", body, datetime.now(UTC)), body.encode(), secret) == event


def test_the_prefix_and_padding_of_a_secret_are_optional() -> None:
    assert signed(secret=SECRET.removeprefix("whsec_"), at=datetime(2026, 1, 1, tzinfo=UTC)) == signed(
        secret=SECRET.rstrip("="), at=datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_header_names_may_come_in_any_case() -> None:
    assert verify({name.title(): value for name, value in signed().items()}, BODY.encode(), SECRET)


def test_one_right_signature_among_several_is_enough() -> None:
    headers = signed()
    wrong = signed("another body")["webhook-signature"]
    headers["webhook-signature"] = f"{wrong} v2,abc {headers['webhook-signature']} {wrong}"
    assert verify(headers, BODY.encode(), SECRET)


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(missing: str) -> None:
    headers = signed()
    del headers[missing]
    with pytest.raises(BadSignature):
        verify(headers, BODY.encode(), SECRET)


@pytest.mark.parametrize(
    "signature", ["v1,", "v1,dawfeoifkpqwoekfpqoekf", "v1,dGhl", "nonsense", "v1,ключ", "v2,abc", ",", " "]
)
def test_a_malformed_or_wrong_signature_is_refused(signature: str) -> None:
    with pytest.raises(BadSignature):
        verify({**signed(), "webhook-signature": signature}, BODY.encode(), SECRET)


@pytest.mark.parametrize("off", [timedelta(minutes=-5, seconds=-2), timedelta(minutes=5, seconds=2)])
def test_an_old_or_future_request_is_refused(off: timedelta) -> None:
    with pytest.raises(BadSignature):
        verify(signed(at=datetime.now(UTC) + off), BODY.encode(), SECRET)


@pytest.mark.parametrize("timestamp", ["hello", "", "nan", "1e400"])
def test_a_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    with pytest.raises(BadSignature):
        verify({**signed(), "webhook-timestamp": timestamp}, BODY.encode(), SECRET)


@pytest.mark.parametrize("body", [BODY.replace("Анна", "Инна"), "\xff", "[]"])
def test_a_changed_body_is_refused(body: str) -> None:
    with pytest.raises(BadSignature):
        verify(signed(), body.encode("latin-1", "replace"), SECRET)


def test_what_is_signed_but_no_json_object_is_refused() -> None:
    for body in ("[]", "not json"):
        with pytest.raises(BadSignature):
            verify(signed(body), body.encode(), SECRET)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "not base64 at all!", "whsec_" + "A" * 200, "ключ"])
def test_a_bad_secret_is_told_with_how_to_make_a_good_one(secret: str) -> None:
    with pytest.raises(BadWebhookSettings, match="24 to 64 random bytes"):
        Webhook(WebhookSettings(url="https://crm.example/hook", secret=secret))


@pytest.mark.parametrize("url", ["crm.example/hook", "ftp://crm.example", "https://", "http://[::1", ""])
def test_a_bad_url_is_told(url: str) -> None:
    with pytest.raises(BadWebhookSettings, match=r"webhook\.url"):
        Webhook(WebhookSettings(url=url, secret=SECRET))


async def sent(settings: WebhookSettings, body: str = BODY) -> Reply:
    async with Webhook(settings) as webhook:
        return await webhook.send("evt-1", body, datetime.now(UTC))


async def test_an_event_arrives_byte_for_byte(crm: Receiver) -> None:
    assert await sent(crm.settings()) == Reply(delivered=True)
    assert crm.came == [json.loads(BODY)]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (500, "answered 500"),
        (404, "answered 404"),
        (302, "final address"),
        ("close", "connection broke"),
        ("hang", "within"),
    ],
)
async def test_what_goes_wrong_is_told_in_words(crm: Receiver, answer: Answer, error: str) -> None:
    crm.answer = lambda event: answer
    crm.headers = {"location": crm.url}
    reply = await sent(crm.settings())
    assert not reply.delivered
    assert error in reply.error
    assert len(crm.came) == 1, "a redirect is not followed, and a try is one request"


async def test_nobody_listening_is_told_in_words() -> None:
    reply = await sent(WebhookSettings(url="http://127.0.0.1:9/hook", secret=SECRET, timeout=1))
    assert reply == Reply(delivered=False, error="could not connect to 127.0.0.1")


async def test_gone_and_busy_are_told_apart(crm: Receiver) -> None:
    crm.answer = lambda event: 410
    assert (await sent(crm.settings())).gone
    crm.answer = lambda event: 429
    assert (await sent(crm.settings())).busy


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7.0), (" 7 ", 7.0), ("0", 0.0), ("9999999999", 86_400.0), ("soon", None), ("-1", None), ("7.5", None)],
)
async def test_retry_after_in_seconds(crm: Receiver, asked: str, seconds: float | None) -> None:
    crm.answer, crm.headers = (lambda event: 503), {"retry-after": asked}
    assert (await sent(crm.settings())).retry_after == seconds


@pytest.mark.parametrize(("ahead", "least", "most"), [(90, 85.0, 91.0), (-3600, 0.0, 0.0)])
async def test_retry_after_as_a_date(crm: Receiver, ahead: int, least: float, most: float) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
    crm.answer, crm.headers = (lambda event: 429), {"retry-after": until}
    asked = (await sent(crm.settings())).retry_after
    assert asked is not None
    assert least <= asked <= most


async def test_a_proxy_of_the_environment_is_not_used_on_loopback(
    crm: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await sent(crm.settings())).delivered
