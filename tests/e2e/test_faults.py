"""What goes wrong in real life: power cuts, Ctrl-C, a CRM that is down, settings that cannot work."""

import asyncio
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from robot.cli.main import app
from robot.clock import SystemClock
from robot.rehearsal.stage import Town
from robot.store.tables import TargetState, attempts, targets
from robot.words import Closed, Disposition, Result
from tests.e2e.perezvon import CACHE, House, entries, until
from tests.robot.crm.receiver import SECRET, Answer, Receiver, receiving
from tests.telephony.peers import SippPeer

pytestmark = pytest.mark.slow

PHONES = [f"+1212555{number:04}" for number in range(151, 155)]


def cast(folder: Path, answers: str) -> Path:
    """Write a persona file: everybody picks up and does the same."""
    rows = [
        f'  - {{name: row-{phone[-3:]}, about: Picks up., number: "{phone}", '
        f'contact: {{external_id: "{phone}", first_name: Ada, phone: "{phone}"}}, '
        f"dials: [{{rings: 0.3, answers: {answers}}}], expect: {{closed: success}}}}"
        for phone in PHONES
    ]
    head = "title: Faults\nlanguage: en\nscript: short\nregion: US\nzone: America/New_York\nengine: espeak\n"
    path = folder / "people.yaml"
    path.write_text(head + "operator: {greeting: Yes., goodbye: Bye.}\ncustomers:\n" + "\n".join(rows) + "\n", "utf-8")
    return path


def dials_through(house: House, town: Town, crm: Receiver) -> None:
    """Settings for short leases, and quick retries."""
    house.toml["trunks"] = {"main": {"host": "127.0.0.1", "port": town.trunk.port, "per_second": 20.0}}
    house.toml["webhook"] = {"url": crm.url, "secret": SECRET, "timeout": 1.0, "retry_after": [1] * 40}
    house.toml["calls"] = {
        "listen": "127.0.0.1", "ring_timeout": 6, "at_once": 2, "lease": 2.0, "longest": 10.0, "embargo": 0.5,
    }  # fmt: skip


SOON = "retry: {unknown: {after: 0.5, times: 3}, trunk_failed: {after: 0.5, times: 3}}"


def rows(house: House) -> list[Any]:
    store = house.store()
    try:
        with store.reading() as conn:
            assert conn.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            return list(conn.execute(select(attempts).order_by(attempts.c.fence)).all())
    finally:
        store.close()


def closed(house: House) -> list[Closed | None]:
    store = house.store()
    try:
        with store.reading() as conn:
            return list(conn.execute(select(targets.c.closed).where(targets.c.state == TargetState.CLOSED)).scalars())
    finally:
        store.close()


def in_call(town: Town) -> Counter[str]:
    """Who is on the phone, by the town's journal; nobody may be called while they are."""
    live: Counter[str] = Counter()
    for entry in entries(town.journal_file):
        live[str(entry["row"])] += {"dialled": 1, "ended": -1}.get(str(entry["what"]), 0)
        assert live[str(entry["row"])] <= 1, "a phone rang while its owner was on the line with us"
    return +live


def since_last(town: Town) -> float:
    """Return the seconds since anything happened in town."""
    return time.time() - max(float(entry["at"]) for entry in entries(town.journal_file))


@pytest.fixture
def crm() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


async def test_killed_in_the_middle_and_started_again_it_finishes(house: House, crm: Receiver) -> None:
    answered: list[Answer] = [500, 500, "hang", "close", 503]

    def answer(event: dict[str, Any]) -> Answer:
        return answered.pop(0) if answered else 200

    crm.answer = answer
    people = cast(house.folder, '[{press: "1"}]')
    async with Town.start(people, house.folder / "town", sounds=CACHE / "town", speech=False) as town:
        dials_through(house, town, crm)
        house.has_campaign(PHONES, more=SOON)
        first = house.starts("serve")
        until(lambda: len(in_call(town)) == 2, 40, "two calls at once")
        first.send_signal(signal.SIGKILL)
        first.wait()
        until(lambda: not in_call(town), 10, "the hanging up of calls that nobody looks after")
        lost = [row for row in rows(house) if row.result is None]
        assert len(lost) == 2

        second = house.starts("serve")
        until(lambda: len(closed(house)) == len(PHONES), 60, "the end of the campaign")
        until(lambda: len(crm.taken) == len(rows(house)) + len(PHONES), 30, "the delivery of every event")
        second.send_signal(signal.SIGINT)
        assert second.wait(10) == 0, house.log.read_text()
        assert in_call(town) == Counter()

    assert closed(house) == [Closed.SUCCESS] * len(PHONES)
    found = rows(house)
    assert {row.id for row in found if row.result is Result.UNKNOWN} == {row.id for row in lost}
    assert Counter(row.result for row in found) == {Result.UNKNOWN: 2, Result.ANSWERED: len(PHONES)}
    sequences: dict[str, list[int]] = {}
    for event in crm.taken:
        sequences.setdefault(event["contact"]["external_id"], []).append(event["sequence"])
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in sequences.values()), "none lost, in order"
    assert not answered, "the CRM's trouble was lived through"
    assert "Traceback" not in house.log.read_text()


async def test_ctrl_c_hangs_up_writes_and_leaves(house: House, crm: Receiver) -> None:
    crm.answer = lambda event: "hang"
    people = cast(house.folder, "[]")
    async with Town.start(people, house.folder / "town", sounds=CACHE / "town", speech=False) as town:
        dials_through(house, town, crm)
        house.has_campaign(PHONES, more=SOON)
        serving = house.starts("serve")
        until(lambda: len(in_call(town)) == 2 and since_last(town) > 2, 40, "two calls at once, well answered")
        os.killpg(serving.pid, signal.SIGINT)  # as a terminal does: to all of the foreground
        assert serving.wait(10) == 0, house.log.read_text()
        until(lambda: not in_call(town), 2, "BYE to everybody who was on the line")
        assert len([one for one in entries(town.journal_file) if one["what"] == "dialled"]) == 2
    assert [row.result for row in rows(house)] == [Result.UNKNOWN] * 2
    assert {row.verdict["disposition"] for row in rows(house)} == {None}, "it was not they who hung up"
    assert closed(house) == [], "they are called again"
    assert crm.taken == []
    log = house.log.read_text()
    assert "Stopped." in log and "Traceback" not in log

    crm.answer = lambda event: 200  # what the CRM did not take stayed, and is delivered when it is back
    house.perezvon("campaign", "stop", "autumn")
    serving = house.starts("serve")
    until(lambda: len(crm.taken) >= 4, 30, "the delivery of what was left")
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(10) == 0


def test_ctrl_c_while_models_load_leaves_at_once(house: House) -> None:
    house.toml["trunks"] = {"main": {"host": "127.0.0.1", "port": 9}}
    house.has_campaign(PHONES)
    serving = house.starts("serve")
    until(lambda: "Warming" in house.log.read_text(), 20, "the first words")
    os.killpg(serving.pid, signal.SIGINT)
    assert serving.wait(8) == 0, house.log.read_text()
    assert "Traceback" not in house.log.read_text()


def test_what_cannot_work_ends_in_a_sentence_and_one(house: House) -> None:
    house.toml["trunks"] = {"main": {"host": "127.0.0.1", "port": 9}}
    done = house.perezvon("serve")
    assert (done.returncode, "run: perezvon db upgrade" in done.stderr) == (1, True), done.stderr
    house.has_campaign(PHONES)

    house.toml["models"] = {"asr": {"en": "vosk"}, "folder": str(house.folder / "nothing")}
    done = house.perezvon("serve")
    assert done.returncode == 1, done.stderr
    assert "vosk" in done.stderr and "perezvon models" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_asked_for_wrongly_ends_in_a_sentence_and_two(house: House) -> None:
    house.has_tables()
    done = house.perezvon("call", "+12125550151", "--script", str(house.folder / "short.yaml"), "-c", "first_name=Ada")
    assert (done.returncode, "[trunks.NAME]" in done.stderr) == (2, True), done.stderr
    house.toml["trunks"] = {"main": {"host": "127.0.0.1", "port": 9}}
    done = house.perezvon("call", "911", "--script", str(house.folder / "short.yaml"), "-c", "first_name=Ada")
    assert (done.returncode, "this call is not made" in done.stderr) == (2, True), done.stderr
    house.toml["calls"] = {"at_onec": 3}
    done = house.perezvon("serve")
    assert done.returncode == 2
    assert "at_onec" in done.stderr and "at_once" in done.stderr


def local_hour(hour: int) -> str:
    """Return a zone where it is about this hour now."""
    ahead = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"  # POSIX counts these westward


async def test_one_call_by_hand_shows_what_is_said(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a Monday noon, whatever day it is: calls by hand keep calling hours too."""
    noon, began = datetime(2026, 11, 23, 12, tzinfo=UTC), datetime.now(UTC)
    monkeypatch.setattr(SystemClock, "now", lambda clock: noon + (datetime.now(UTC) - began))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sipp").mkdir()
    async with SippPeer("answer", tmp_path / "sipp") as peer:
        house.toml["trunks"] = {"main": {"host": "127.0.0.1", "port": peer.port}}
        house.has_tables()
        house.write_settings()
        words = ["call", "+79261234567", "--script", "short.yaml", "-c", "first_name=Ada", "-c", "zone=Etc/UTC"]
        await asyncio.to_thread(in_a_thread, words)
        said = capsys.readouterr().out
        assert "This is a robot calling, and the call is recorded." in said
        assert await peer.wait() == 0, peer.errors()
    (row,) = rows(house)
    assert (row.result, row.verdict["disposition"]) == (Result.ANSWERED, Disposition.SILENT)


def in_a_thread(words: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Only the main thread is told of signals.
        patch.setattr("robot.cli.calling_commands.stop_on_signals", asyncio.Event)
        app(words, standalone_mode=False)


def test_a_call_by_hand_that_is_not_made_says_why(house: House) -> None:
    house.toml["trunks"] = {"main": {"host": "127.0.0.1", "port": 9}}
    house.has_tables()
    words = ("call", "+79261234567", "--script", "short.yaml", "-c", "first_name=Ada")
    done = house.perezvon(*words, "-c", f"zone={local_hour(3)}")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "The call was not made" in done.stdout


def test_a_port_that_is_taken_is_named(house: House) -> None:
    """The one port that a person chooses is the town's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        async def start() -> None:
            people = cast(house.folder, "[]")
            async with Town.start(people, house.folder / "town", sounds=CACHE / "town", speech=False, port=port):
                pytest.fail("the port is taken")

        with pytest.raises(Exception, match=str(port)) as told:
            asyncio.run(start())
        assert type(told.value).__name__ == "TownError"
