"""The receiver that docs/webhooks.md offers to CRM developers does what it says, and no key goes undescribed."""

import asyncio
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from robot.clock import SystemClock
from robot.crm.courier import Courier
from robot.crm.payload import AttemptFinished, FollowUpRequested, TargetClosed
from robot.crm.webhook import Webhook
from robot.settings import WebhookSettings
from robot.store.outbox import enqueue, replay
from robot.store.store import Store
from robot.words import ContactId
from tests.robot.crm.receiver import SECRET, until

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")


@contextmanager
def example_receiver(folder: Path) -> Iterator[str]:
    """Run the page's receiver in a process of its own; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    program = folder / "receiver.py"
    program.write_text(code.replace("8080", str(port)), encoding="utf-8")
    with (folder / "receiver.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, program.name], cwd=folder, env={**os.environ, "PEREZVON_SECRET": SECRET}, stderr=log
        )
        try:
            assert until(lambda: listens(port), 20), (folder / "receiver.log").read_text()
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()
            process.wait()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def test_the_receiver_takes_each_event_once_and_the_newest_wins(store: Store, tmp_path: Path) -> None:
    clock = SystemClock()

    def closed(interest: str) -> str:
        def render(event_id: str, sequence: int) -> str:
            event = {"id": event_id, "type": "target.closed", "sequence": sequence}
            verdict = {"number_status": "valid", "interest": interest}
            return json.dumps({**event, "contact": {"external_id": "C-1"}, "verdict": verdict})

        with store.writing() as conn:
            return enqueue(conn, contact_id=ContactId("c"), kind="target.closed", render=render, now=clock.now())

    with example_receiver(tmp_path) as url:
        async with Webhook(WebhookSettings(url=url, secret="whsec_" + "A" * 32)) as forger:
            assert (await forger.send("evt", "{}", clock.now())).error == "the receiver answered 401"
        courier = Courier(store, WebhookSettings(url=url, secret=SECRET), clock, look_every=0.05)
        stop = asyncio.Event()
        running = asyncio.create_task(courier.run(stop))
        old, _ = closed("warm"), closed("refused")
        assert (await courier.drain(20)).delivered == 2
        with store.writing() as conn:
            assert replay(conn, [old], clock.now()) == 1
        assert (await courier.drain(20)).delivered == 2
        stop.set()
        await running
    crm = sqlite3.connect(tmp_path / "crm.sqlite")
    assert crm.execute("SELECT id, sequence, interest FROM client").fetchall() == [("C-1", 2, "refused")]
    crm.close()


def test_every_key_of_an_event_is_described() -> None:
    for event in (AttemptFinished, TargetClosed, FollowUpRequested):
        for name in event.model_fields:
            assert re.search(rf"`{name}[`.\[]", PAGE), f"docs/webhooks.md does not describe {name}"


def test_each_event_has_its_keys_from_the_rows_that_the_page_names() -> None:
    """`follow_up.requested` has `id` to `attempt`, `script`, and the last four; the others all but those four."""
    table = PAGE.partition("| key | is |")[2].partition("\n\n")[0]
    keys = list(dict.fromkeys(re.findall(r"^\| `(\w+)", table, re.MULTILINE)))
    of_follow_up = {*keys[: keys.index("attempt") + 1], "script", *keys[-4:]}
    assert set(FollowUpRequested.model_fields) == of_follow_up
    assert set(TargetClosed.model_fields) == set(keys[:-4])
    assert set(AttemptFinished.model_fields) == set(keys[:-4]) - {"closed"}


def test_every_link_of_the_page_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", PAGE):
        assert (Path(__file__).parents[3] / "docs" / target).is_file(), target
