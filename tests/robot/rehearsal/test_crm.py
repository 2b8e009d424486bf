"""The town's CRM: what it believes, what it turns away, and that it keeps each event once."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from robot.rehearsal.crm import Receiver, serve_crm

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0b3duLCBmb3IgdGVzdHM="
EVENT = '{"id": "e-1", "type": "attempt.finished"}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "crm.jsonl"


@pytest.fixture
def url(file: Path) -> Iterator[str]:
    server = serve_crm(Receiver(file, SECRET, fail_first=False))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def signed(body: str, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    moment = datetime.fromtimestamp(at if at is not None else time.time(), UTC)
    signature = Webhook(secret).sign("e-1", moment, body)
    return {"webhook-id": "e-1", "webhook-timestamp": str(int(moment.timestamp())), "webhook-signature": signature}


def test_a_signed_event_is_kept_once(url: str, file: Path) -> None:
    with httpx.Client() as client:
        answers = [client.post(url, content=EVENT, headers=signed(EVENT)).status_code for _ in range(2)]
    assert answers == [204, 204]
    assert [json.loads(line) for line in file.read_text().splitlines()] == [json.loads(EVENT)]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(EVENT + " "),
        signed(EVENT, "whsec_" + "YW5vdGhlciBzZWNyZXQsIG5vdCB0aGUgdG93bidz"),
        signed(EVENT, at=time.time() - 3600),
        {**signed(EVENT), "webhook-signature": "v1,%%%"},
    ],
    ids=["unsigned", "other body", "other secret", "an hour old", "no base64"],
)
def test_what_is_not_signed_so_is_turned_away(url: str, file: Path, headers: dict[str, str]) -> None:
    assert httpx.post(url, content=EVENT, headers=headers).status_code == 401
    assert not file.exists()


def test_a_signed_body_that_is_no_event_is_turned_away(url: str) -> None:
    assert httpx.post(url, content="[]", headers=signed("[]")).status_code == 400
    assert httpx.post(url, content="{", headers=signed("{")).status_code == 401


def test_the_very_first_delivery_fails_where_asked(file: Path) -> None:
    receiver = Receiver(file, SECRET, fail_first=True)
    assert receiver.take({}, b"") == 401, "and a bad one does not count"
    assert [receiver.take(signed(EVENT), EVENT.encode()) for _ in range(2)] == [500, 204]


def test_a_body_without_length_or_too_long_is_not_read(url: str) -> None:
    assert httpx.post(url, content=iter([b"x"])).status_code == 411
    connection = HTTPConnection("127.0.0.1", httpx.URL(url).port, timeout=5)
    connection.request("POST", "/", headers={"content-length": str(1 << 30)})
    assert connection.getresponse().status == 413
    connection.close()
