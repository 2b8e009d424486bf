"""The town's CRM, a process of its own: takes signed webhooks, keeps each event once, and shows what it got as a file.

It answers 500 to the first delivery of all, so that every rehearsal proves that a delivery is tried again.
"""

import argparse
import asyncio
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError

from robot.rehearsal.process import say_ready, until_told_to_stop

__all__ = ["SECRET_VARIABLE", "Receiver", "serve_crm"]

SECRET_VARIABLE = "TOWN_WEBHOOK_SECRET"
"""Environment variable that holds the signing secret: an argument could be read by other users of the machine."""
_LONGEST_BODY = 4 << 20


class Receiver:
    """What a CRM does with a delivery: verify, take once, keep."""

    def __init__(self, file: Path, secret: str, *, fail_first: bool) -> None:
        """Append events to ``file``; ``fail_first`` refuses the very first good delivery once."""
        self._file = file
        self._webhook = Webhook(secret)
        self._fail_next = fail_first
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Take one delivery; return the HTTP status to answer with."""
        try:
            event: object = self._webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return 401
        if not isinstance(event, dict) or not isinstance(event.get("id"), str):
            return 400
        with self._lock:
            if self._fail_next:
                self._fail_next = False
                return 500
            if event["id"] not in self._seen:
                self._keep(event)
                self._seen.add(event["id"])
        return 204

    def _keep(self, event: dict[str, object]) -> None:
        line = json.dumps(event, ensure_ascii=False) + "\n"
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)


def serve_crm(receiver: Receiver) -> ThreadingHTTPServer:
    """Return a server on a free loopback port that gives every POST to the receiver; call its ``serve_forever``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # the name is the library's
            length = self.headers.get("content-length", "")
            if not length.isascii() or not length.isdigit() or int(length) > _LONGEST_BODY:
                self._answer(413 if length.isdigit() else 411)
                self.close_connection = True
                return
            body = self.rfile.read(int(length))
            self._answer(receiver.take({key.lower(): value for key, value in self.headers.items()}, body))

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
            """Say nothing: the file is what is looked at."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    return server


async def _run(arguments: argparse.Namespace) -> None:
    receiver = Receiver(arguments.file, os.environ[SECRET_VARIABLE], fail_first=arguments.fail_first == "yes")
    server = serve_crm(receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    say_ready(port=server.server_address[1])
    await until_told_to_stop()
    server.shutdown()
    server.server_close()


def main() -> None:
    """Run it as a process: ``python -m robot.rehearsal.crm``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True, help="where events are appended")
    parser.add_argument("--fail-first", choices=("yes", "no"), default="yes")
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
