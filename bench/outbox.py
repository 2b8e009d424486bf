"""How many events a second the outbox takes, and the courier delivers to a CRM on loopback.

Events are written one a transaction, as calls finish, into SQLite on disk with ``synchronous=FULL``; each is 4 kB of
JSON, two a contact. The CRM is a process of its own that answers 204 at once.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.report import Figure, figures_of, report
from robot.clock import SystemClock
from robot.crm.courier import Courier
from robot.settings import WebhookSettings
from robot.store.outbox import enqueue
from robot.store.store import Store, upgrade
from robot.words import ContactId

SECRET = "whsec_" + "cGVyZXp2b24tYmVuY2gtc2VjcmV0LW9mLTMyLWI="
CLOCK = SystemClock()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take requests on one connection for as long as they come."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
            length = next(int(value) for name, _, value in lines if name == b"content-length")
            await reader.readexactly(length)
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def receive() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def write(store: Store, contact: ContactId) -> float:
    """Put one event into the outbox; return the milliseconds that its transaction took."""

    def render(event_id: str, sequence: int) -> str:
        return json.dumps({"id": event_id, "sequence": sequence, "transcript": "x" * 4000})

    begun = time.perf_counter()
    with store.writing() as conn:
        enqueue(conn, contact_id=contact, kind="bench", render=render, now=CLOCK.now())
    return (time.perf_counter() - begun) * 1000


async def deliver(store: Store, url: str, at_once: int) -> float:
    """Deliver all that waits; return the seconds it took."""
    courier = Courier(store, WebhookSettings(url=url, secret=SECRET), CLOCK, at_once=at_once)
    stop = asyncio.Event()
    begun = time.perf_counter()
    running = asyncio.create_task(courier.run(stop))
    counts = await courier.drain(600)
    took = time.perf_counter() - begun
    stop.set()
    await running
    if counts.waiting or counts.dead:
        raise SystemExit(f"{counts.waiting} events wait and {counts.dead} were given up: nothing was measured")
    return took


def measure(contacts: int, url: str, folder: Path) -> list[Figure]:
    database = f"sqlite:///{folder / 'outbox.sqlite'}"
    upgrade(database)
    store = Store.open(database)
    figures: list[Figure] = []
    for at_once in (8, 32):
        names = [ContactId(f"{at_once}-{number}") for number in range(contacts)]
        took = [write(store, name) for name in names * 2]
        if not figures:
            figures = [
                Figure("written", 1000 * len(took) / sum(took), "events/s"),
                *figures_of("one write", took, "ms"),
            ]
        seconds = asyncio.run(deliver(store, url, at_once))
        figures.append(Figure(f"delivered, {at_once} contacts at once", len(took) / seconds, "events/s"))
    store.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=1000)
    parser.add_argument("--receive", action="store_true", help="be the CRM (started by the measurement itself)")
    asked = parser.parse_args()
    if asked.receive:
        asyncio.run(receive())
        return
    crm = subprocess.Popen([sys.executable, "-m", "bench.outbox", "--receive"], stdout=subprocess.PIPE, text=True)
    try:
        port = (crm.stdout.readline() if crm.stdout else "").strip()
        with tempfile.TemporaryDirectory() as folder:
            figures = measure(asked.contacts, f"http://127.0.0.1:{port}/", Path(folder))
    finally:
        crm.kill()
        crm.wait()
    report("outbox", "Outbox and courier on SQLite", figures, contacts=asked.contacts)


if __name__ == "__main__":
    main()
