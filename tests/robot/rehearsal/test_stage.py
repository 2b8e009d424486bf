"""The town as the demo gets it: processes that are ready when they say so, and that are never left behind."""

import os
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from robot.rehearsal.compare import Comparison
from robot.rehearsal.crm import SECRET_VARIABLE
from robot.rehearsal.journal import read_lines
from robot.rehearsal.leg import CallFailed, Leg
from robot.rehearsal.peer import SipPeer
from robot.rehearsal.process import Child, TownError
from robot.rehearsal.rtp import Ticker
from robot.rehearsal.stage import Town
from tests.robot.rehearsal.waiting import until

pytestmark = pytest.mark.slow

CAST = """
title: Two
language: en
script: return.en
region: US
zone: America/New_York
engine: piper
operator: {greeting: Hello, goodbye: Bye}
customers:
  - name: gone
    about: No such number.
    contact: {external_id: C-1, first_name: Anna, phone: +1 212 555 0101}
    number: +12125550101
    dials: [{code: 404, cause: 1}]
    expect: {results: [invalid_number]}
  - name: blocked
    about: On the do-not-call list.
    contact: {external_id: C-2, first_name: Ben, phone: +1 212 555 0102}
    number: +12125550102
    blocked: true
    expect: {closed: not_allowed, results: []}
"""


@pytest.fixture
def personas(tmp_path: Path) -> Path:
    file = tmp_path / "cast.yaml"
    file.write_text(CAST)
    return file


def alive(pid: int) -> bool:
    """Whether a process runs; one that waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def dial(port: int, number: str) -> int:
    """Return the code that a call ends with."""

    async def never(leg: Leg) -> None:
        raise AssertionError

    ticker = Ticker()
    robot = await SipPeer.open(ticker, never)
    leg = await robot.call(f"sip:{number}@127.0.0.1", ("127.0.0.1", port), caller="robot")
    with pytest.raises(CallFailed) as failed:
        await leg.place()
    await robot.close()
    return failed.value.code


async def test_a_town_gives_all_that_a_robot_needs_and_compares_what_came(personas: Path, tmp_path: Path) -> None:
    async with Town.start(personas, tmp_path / "out", sounds=tmp_path / "sounds") as town:
        assert await dial(town.trunk.port, "+12125550101") == 404
        async with httpx.AsyncClient() as client:
            answer = await client.post(town.webhook.url, content=b"{}")
        assert answer.status_code == 401, "unsigned"
        assert town.contacts.read_text().splitlines()[1].startswith("C-1,Anna,+1 212 555 0101,")
        assert town.do_not_call == ("+12125550102",)
        plan = town.plan(trunk="town", now=datetime(2026, 3, 1, tzinfo=UTC))
        assert (plan.script, plan.zone, plan.trunk) == ("return.en", "America/New_York", "town")
        assert [entry["row"] for entry in read_lines(town.journal_file) if entry["what"] == "dialled"] == ["gone"]
        assert await town.until_quiet()
        comparison = town.compare(None)
    assert isinstance(comparison, Comparison)
    assert comparison.last_line() == "0 of 2 verdicts as expected", "the CRM was told nothing"


async def test_a_persona_file_that_cannot_be_used_is_said_so_by_the_town_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, "whsec_" + "A" * 32)
    missing = ["--personas", str(tmp_path / "x"), "--folder", str(tmp_path), "--sounds", str(tmp_path)]
    with pytest.raises(TownError, match="give the path of a persona file"):
        await Child.start("robot.rehearsal.town", missing)


async def test_a_taken_port_is_said_so(personas: Path, tmp_path: Path) -> None:
    ticker = Ticker()

    async def never(leg: Leg) -> None:
        raise AssertionError

    taken = await SipPeer.open(ticker, never)
    with pytest.raises(TownError):
        async with Town.start(personas, tmp_path / "out", sounds=tmp_path / "s", port=taken.address[1]):
            pass
    await taken.close()


@pytest.mark.parametrize("how", ["stdin", "killed"])
async def test_no_process_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, personas: Path, tmp_path: Path, how: str
) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, "whsec_" + "A" * 32)
    where = ["--personas", str(personas), "--folder", str(tmp_path / "out"), "--sounds", str(tmp_path / "sounds")]
    town = await Child.start("robot.rehearsal.town", where)
    listed = town.ready["pids"]
    assert isinstance(listed, list)
    pids = [town.pid, *map(int, listed)]
    assert all(alive(pid) for pid in pids)
    if how == "killed":
        os.kill(town.pid, 9)  # its children see their stdin end
    await town.stop()
    await until(lambda: not any(alive(pid) for pid in pids))
