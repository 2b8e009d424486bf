"""The product dials independent SIP peers over loopback, and tells a CRM what it found."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Row, select

from models.registry import Engines
from models.tts.speech import Speaker
from robot.campaign.load import load_plan
from robot.clock import SystemClock
from robot.office import campaigns, database, lists
from robot.office.running import Nobody, run
from robot.store.tables import attempts
from robot.store.tables import campaigns as campaign_table
from robot.words import Result
from tests.e2e.perezvon import House
from tests.robot.crm.receiver import SECRET, Receiver, receiving
from tests.telephony.peers import SippPeer, free_port

pytestmark = pytest.mark.slow

ONCE = "most_attempts: 1\nretry: {trunk_failed: {after: 1, times: 0}}"
"""Of a plan: nobody is dialled twice."""


@dataclass(frozen=True)
class Peer:
    """Whom a campaign of one contact dials, and what must be found."""

    scenario: str
    keys: dict[str, str]
    result: Result
    sip_code: int | None
    q850: int | None
    status: str
    evidence: str
    """The strongest, as kind and value."""


PEERS = {
    "busy": Peer("ring_refuse", {"status": "486 Busy Here"}, Result.BUSY, 486, None, "valid", "sip 486"),
    "unallocated": Peer(
        "refuse", {"status": "404 Not Found", "extra": 'Reason: Q.850;cause=1;text="Unallocated number"'},
        Result.INVALID_NUMBER, 404, 1, "invalid", "q850 1",
    ),
    "announced": Peer("early_media", {}, Result.INVALID_NUMBER, 404, 1, "invalid", "announcement not_in_service"),
    "silent": Peer("no_answer", {}, Result.NO_ANSWER, None, None, "valid", "ring_time"),
    "challenged": Peer(
        "challenge", {"challenge": "401 Unauthorized", "ask": "WWW-Authenticate"},
        Result.ANSWERED, None, None, "valid", "speech answered_by",
    ),
    "challenged_by_proxy": Peer("proxy_challenge", {}, Result.BUSY, 486, None, "valid", "sip 486"),
    "overloaded": Peer(
        "refuse", {"status": "503 Service Unavailable", "extra": "Retry-After: 1"},
        Result.TRUNK_FAILED, 503, None, "unknown", "sip 503",
    ),
}  # fmt: skip


@dataclass
class Told:
    """What came of all of them: by campaign, rows of the database and what the CRM took."""

    rows: dict[str, Row[Any]]
    crm: Receiver
    sipp: dict[str, tuple[int, str]]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.crm.taken if event["contact"]["external_id"] == f"{name}-1"]


def announce(file: Path) -> None:
    """Write an announcement as A-law (ITU-T G.711), as sipp plays it."""
    spoken = Speaker(Engines(Path("models-data")).voice("en", engine="piper"), hz=8000)
    pcm = spoken.render("The number you have dialled is not in service.", personal=True).pcm
    file.write_bytes(_a_law(pcm))


def _a_law(pcm: np.ndarray[Any, np.dtype[np.int16]]) -> bytes:
    level = np.minimum(np.abs(pcm.astype(np.int32)) >> 3, 4095)
    exponent = np.maximum(np.frexp(level.astype(float))[1] - 5, 0)
    mantissa = np.where(exponent > 1, level >> exponent, level >> 1) & 15
    sign = np.where(pcm >= 0, 0x80, 0)
    return bytes(((sign | exponent << 4 | mantissa) ^ 0x55).astype(np.uint8))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("sipp")
    with receiving() as crm:
        yield asyncio.run(dial_all(House(folder), crm))


async def dial_all(house: House, crm: Receiver) -> Told:
    """Import and start a campaign for every peer, each with a trunk of its own, and run until nothing is due."""
    house.toml["models"] = {}
    phones = {name: f"+7926123450{number}" for number, name in enumerate(PEERS)}
    async with AsyncExitStack() as stack:
        peers: dict[str, SippPeer] = {}
        for name, peer in PEERS.items():
            (room := house.folder / name).mkdir()
            if peer.scenario == "early_media":
                announce(room / "early.al")
            port = free_port()
            keys = {**peer.keys, "response": digest(f"sip:{phones[name]}@127.0.0.1:{port};transport=udp")}
            made = SippPeer(peer.scenario, room, keys=keys, port=port)
            if peer.scenario == "early_media":
                scenario = room / "early_media.xml"
                scenario.write_text(scenario.read_text().replace('milliseconds="1200"', 'milliseconds="3500"'))
            peers[name] = await stack.enter_async_context(made)
        house.toml["trunks"] = {
            name: {"host": "127.0.0.1", "port": peer.port, "user": "4950000000", "auth_user": "robot",
                   "password": "secret"}
            for name, peer in peers.items()
        }  # fmt: skip
        house.toml["webhook"] = {"url": crm.url, "secret": SECRET, "timeout": 5.0, "retry_after": [1, 1, 1]}
        settings, clock = house.settings, SystemClock()
        database.upgrade(settings)
        store = house.store()
        try:
            for name, phone in phones.items():
                plan = load_plan(house.plan(name, trunk=name, more=ONCE), settings.zone)
                lists.import_list(store, settings, clock, house.contacts([phone], name), plan)
                campaigns.start(store, settings, clock, name)
            async with asyncio.timeout(100):
                await run(store, settings, clock, watcher=Nobody(), stop=asyncio.Event(), until_idle=True)
            with store.reading() as conn:
                found = conn.execute(select(attempts, campaign_table.c.name).join(campaign_table)).all()
        finally:
            store.close()
        assert sorted(row.name for row in found) == sorted(PEERS), "everybody was dialled once"
        sipp = {name: await left(peer) for name, peer in peers.items()}
    return Told({row.name: row for row in found}, crm, sipp)


def digest(uri: str) -> str:
    """Return the response that is right for this user, realm, nonce and URI (RFC 2617, without qop)."""
    secret, request = md5(b"robot:town:secret").hexdigest(), md5(f"INVITE:{uri}".encode()).hexdigest()
    return md5(f"{secret}:47364c23432d2e131a5fb210812c:{request}".encode()).hexdigest()


async def left(peer: SippPeer) -> tuple[int, str]:
    """Return with what sipp left (0: the call went as its scenario says), and what it says against that."""
    try:
        return await peer.wait(5), peer.errors()
    except TimeoutError:
        return -1, "the call is still going on"


@pytest.mark.parametrize("name", PEERS)
def test_the_database_and_the_crm_have_the_verdict(told: Told, name: str) -> None:
    expected, row = PEERS[name], told.rows[name]
    assert told.sipp[name][0] == 0, f"the call was not as the scenario says: {told.sipp[name][1]}"
    assert (row.result, row.sip_code, row.q850) == (expected.result, expected.sip_code, expected.q850)
    assert row.verdict["number_status"] == expected.status
    strongest = row.verdict["evidence"][0]
    assert f"{strongest['kind']} {strongest['value']}".startswith(expected.evidence)

    finished, closed = told.events(name)
    assert (finished["type"], closed["type"]) == ("attempt.finished", "target.closed")
    assert (finished["sequence"], closed["sequence"]) == (1, 2)
    assert finished["attempt"]["result"] == expected.result
    assert finished["verdict"]["number_status"] == expected.status
    assert finished["verdict"]["evidence"][0] == strongest


def test_how_long_it_rang_is_measured(told: Told) -> None:
    assert told.rows["silent"].rang_ms == pytest.approx(6000, abs=700)
    assert told.rows["unallocated"].rang_ms == 0


def test_what_the_network_said_is_in_the_transcript(told: Told) -> None:
    finished, _ = told.events("announced")
    assert "not in service" in finished["transcript"][0]["heard"]


def test_each_event_came_once_and_was_signed(told: Told) -> None:
    ids = told.crm.ids()
    assert len(ids) == len(set(ids)) == 2 * len(PEERS), "the receiver verifies the signature of each"


def test_a_trunk_that_refuses_registration_is_told_with_what_to_look_at(house: House, tmp_path: Path) -> None:
    async def serve() -> None:
        (tmp_path / "sipp").mkdir()
        async with SippPeer("register_refuse", tmp_path / "sipp", keys={"status": "403 Forbidden"}) as peer:
            house.toml["trunks"] = {"main": {"host": "127.0.0.1", "port": peer.port, "register_every": 60}}
            house.has_tables()
            done = await asyncio.to_thread(house.perezvon, "serve")
            assert done.returncode == 1, done.stdout + done.stderr
            assert "check `user`, `auth_user` and `password`" in done.stderr
            assert "Traceback" not in done.stderr

    asyncio.run(serve())
