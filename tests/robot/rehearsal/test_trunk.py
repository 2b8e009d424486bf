"""The trunk as a caller meets it: every behaviour a persona file can ask for, over real SIP and RTP on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from robot.rehearsal.actor import Actor
from robot.rehearsal.journal import Journal, read_lines
from robot.rehearsal.leg import CallFailed, Leg
from robot.rehearsal.peer import SipPeer
from robot.rehearsal.personas import Cast, Customer, Dial, Operator, Reaction
from robot.rehearsal.reception import Reception
from robot.rehearsal.rtp import Ticker
from robot.rehearsal.sounds import Sounds
from robot.rehearsal.trunk import TownTrunk
from tests.robot.rehearsal.tones import hum, open_humming
from tests.robot.rehearsal.waiting import until

pytestmark = pytest.mark.slow

NUMBER = "+12125550101"


def cast_of(*dials: Dial, with_operator: tuple[Reaction, ...] = ()) -> Cast:
    contact = {"external_id": "C-1", "first_name": "Anna", "phone": NUMBER}
    row = Customer.model_validate(
        {"name": "anna", "about": "", "contact": contact, "number": NUMBER, "dials": dials,
         "with_operator": with_operator, "expect": {}}
    )  # fmt: skip
    operator = Operator(rings=0.1, greeting="Front desk, hello", goodbye="Bye")
    return Cast(
        title="", language="en", script="", region="US", zone="UTC", engine="piper", operator=operator, customers=(row,)
    )


@dataclass
class Stage:
    robot: SipPeer
    trunk: TownTrunk
    journal: Path
    requests: list[str]

    async def dial(self, number: str = NUMBER) -> Leg:
        uri = f"sip:{number}@127.0.0.1"
        return await self.robot.call(uri, self.trunk.peer.address, caller="robot")

    def said(self, what: str) -> list[dict[str, object]]:
        return [entry for entry in read_lines(self.journal) if entry["what"] == what]

    async def until_said(self, what: str) -> dict[str, object]:
        await until(lambda: bool(self.said(what)))
        return self.said(what)[0]


@asynccontextmanager
async def stage_for(cast: Cast, folder: Path) -> AsyncIterator[Stage]:
    sounds = Sounds(folder / "sounds", cast)
    sounds.prepare(open_humming)
    journal = folder / "town.jsonl"
    ticker = Ticker()
    ticker.start()
    operator = await SipPeer.open(ticker, Reception(cast.operator, sounds, Journal(journal)).take)
    trunk = TownTrunk(cast, sounds, Journal(journal), operator.address)
    trunk.peer = await SipPeer.open(ticker, trunk.take)

    async def turn_away(leg: Leg) -> None:
        leg.refuse(603)

    robot = await SipPeer.open(ticker, turn_away)
    try:
        yield Stage(robot, trunk, journal, [])
    finally:
        for peer in (robot, trunk.peer, operator):
            await peer.close()
        await ticker.stop()


def speaker(leg: Leg) -> Actor:
    return Actor(leg.media, lambda text: hum(int(text)))


async def test_a_customer_answers_after_the_robot_has_fallen_silent(tmp_path: Path) -> None:
    dial = Dial(rings=0, answers=(Reaction(say="x" * 20, pause=200), Reaction(press="55#", after=50)))
    async with stage_for(cast_of(dial), tmp_path) as stage:
        leg = await stage.dial()
        rang: list[bool] = []

        async def rings() -> None:
            rang.append(True)

        await leg.place(rings=rings)
        robot = speaker(leg)
        await asyncio.sleep(0.3)
        assert robot.ear.heard_ms == 0, "nobody speaks before the robot has"
        await leg.media.play(hum(200))
        await robot.ear.until(lambda: robot.ear.silent_for(200))
        await until(lambda: robot.keys == "55#")
        assert rang == [True]
        assert 350 <= robot.ear.heard_ms <= 450, "400 ms of voice"
        assert leg.media.received > 20, "silence is sent too"
        await leg.hang_up()
        assert (await stage.until_said("ended"))["how"] == "bye"


@pytest.mark.parametrize("code", [480, 486, 503, 603])
async def test_a_number_that_fails(tmp_path: Path, code: int) -> None:
    async with stage_for(cast_of(Dial(code=code)), tmp_path) as stage:
        with pytest.raises(CallFailed) as failed:
            await (await stage.dial()).place()
        assert failed.value.code == code


async def test_what_a_number_does_changes_with_each_dial(tmp_path: Path) -> None:
    async with stage_for(cast_of(Dial(code=486), Dial(rings=0, answers=())), tmp_path) as stage:
        with pytest.raises(CallFailed):
            await (await stage.dial()).place()
        for _ in range(2):
            leg = await stage.dial()
            await leg.place()
            await leg.hang_up()
        assert [entry["number"] for entry in stage.said("dialled")] == [1, 2, 3]


async def test_a_stranger_s_number_is_404_and_noted_without_the_number(tmp_path: Path) -> None:
    async with stage_for(cast_of(Dial(code=486)), tmp_path) as stage:
        with pytest.raises(CallFailed, match="404"):
            await (await stage.dial("+12125550199")).place()
        assert stage.said("dialled")[0]["row"] == "stranger"
        assert "0199" not in stage.journal.read_text()


async def test_a_call_that_nobody_takes_can_be_cancelled(tmp_path: Path) -> None:
    async with stage_for(cast_of(Dial(never=True)), tmp_path) as stage:
        with pytest.raises(CallFailed, match="408"):
            await (await stage.dial()).place(timeout=0.4)
        assert (await stage.until_said("ended"))["how"] == "cancelled"


async def test_a_customer_who_hangs_up_while_the_robot_speaks(tmp_path: Path) -> None:
    async with stage_for(cast_of(Dial(rings=0, answers=(Reaction(over=150, hang_up=True),))), tmp_path) as stage:
        leg = await stage.dial()
        await leg.place()
        leg.media.play(hum(3000))
        await asyncio.wait_for(leg.over.wait(), 2)
        assert leg.how == "bye"


async def test_how_fast_the_robot_yields_is_measured(tmp_path: Path) -> None:
    async with stage_for(cast_of(Dial(rings=0, answers=(Reaction(over=200, say="x" * 30),))), tmp_path) as stage:
        leg = await stage.dial()
        await leg.place()
        robot = speaker(leg)
        leg.media.play(hum(5000))
        await robot.ear.until(lambda: robot.ear.heard_ms > 150)
        leg.media.cut()
        await asyncio.sleep(1.0)
        await leg.hang_up()
        talked = await stage.until_said("talked")
        assert talked["yielded_ms"] != []
        assert all(isinstance(ms, int) and ms < 500 for ms in talked["yielded_ms"])  # type: ignore[attr-defined]


async def test_a_transfer_joins_the_customer_with_the_operator(tmp_path: Path) -> None:
    cast = cast_of(Dial(rings=0, answers=()), with_operator=(Reaction(say="x" * 20),))
    async with stage_for(cast, tmp_path) as stage:
        leg = await stage.dial()
        await leg.place()
        reply = await leg.refer("sip:100@127.0.0.1")
        assert reply == 202
        assert [await leg.notices.get() for _ in range(3)] == [100, 180, 200]
        await leg.hang_up()
        transfer, operator = await stage.until_said("parted"), await stage.until_said("operator")
        assert int(str(transfer["heard_ms"])) > 300, "the customer heard the operator"
        assert int(str(operator["heard_ms"])) > 300, "the operator heard the customer"


async def test_a_transfer_to_nowhere_is_refused(tmp_path: Path) -> None:
    async with stage_for(cast_of(Dial(rings=0, answers=())), tmp_path) as stage:
        leg = await stage.dial()
        await leg.place()
        await leg.refer("sip:999@127.0.0.1")
        assert [await leg.notices.get() for _ in range(2)] == [100, 404]
        assert not leg.over.is_set(), "the caller still has its customer"
        await leg.hang_up()
