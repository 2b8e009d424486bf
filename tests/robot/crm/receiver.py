"""A CRM's endpoint on loopback that answers each request as a test tells it to, and keeps what it got."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from robot.crm.webhook import verify
from robot.settings import WebhookSettings

SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="

Answer = int | Literal["hang", "close"]


@dataclass
class Receiver:
    """What came, in the order it came; and the next answer.

    Attributes:
        answer: Called with each event (its signature verified); gives a status, ``hang`` (no answer within the
            sender's patience) or ``close`` (the connection ends without one).
        headers: Sent with every answer.
    """

    url: str = ""
    answer: Callable[[dict[str, Any]], Answer] = lambda event: 200
    headers: dict[str, str] = field(default_factory=dict)
    came: list[dict[str, Any]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def settings(self, **more: Any) -> WebhookSettings:
        return WebhookSettings(url=self.url, secret=SECRET, **{"timeout": 1.0, "retry_after": (0.05,) * 6, **more})

    def take(self, headers: dict[str, str], body: bytes) -> Answer:
        event = verify(headers, body, SECRET)
        with self._lock:
            self.came.append(event)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            answer = self.answer(event)
        finally:
            with self._lock:
                self._at_once -= 1
        if answer == 200:
            with self._lock:
                self.taken.append(event)
        return answer

    def ids(self) -> list[str]:
        return [event["id"] for event in self.taken]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            answer = receiver.take(dict(self.headers.items()), body)
            if answer == "hang":
                released.wait(2.0)
                self.close_connection = True
            elif answer == "close":
                self.close_connection = True
            else:
                self.send_response(answer)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        released.set()
        server.shutdown()
        server.server_close()


def until(ready: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Wait in a thread of one's own until something is so."""
    end = time.monotonic() + seconds
    while not ready() and time.monotonic() < end:
        time.sleep(0.01)
    return ready()


def event_json(event_id: str, sequence: int, contact: str) -> str:
    """Return a small body, for tests that are not about what stands in one."""
    return json.dumps({"id": event_id, "sequence": sequence, "contact": contact})
