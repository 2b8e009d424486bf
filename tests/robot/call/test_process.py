"""What a call process makes of its messages; `test_supervisor` starts real ones."""

import asyncio
from typing import cast

import pytest
from pydantic import BaseModel, ValidationError

from robot.call.channel import Channel
from robot.call.kit import Kits, ScriptKit
from robot.call.messages import Abandon, Finished, Place, Shutdown, ToCallMessage, to_call
from robot.call.process import _Worker
from robot.settings import Settings, TrunkSettings
from robot.words import AttemptId, Result, new_id
from telephony.line import TrunkUnavailable
from telephony.sip import SipRuntime


class Parent:
    """The other end of the channel."""

    def __init__(self, *messages: ToCallMessage) -> None:
        self._messages: asyncio.Queue[ToCallMessage | None] = asyncio.Queue()
        self.heard: list[BaseModel] = []
        for message in messages:
            self._messages.put_nowait(message)

    async def receive(self) -> ToCallMessage | None:
        return await self._messages.get()

    def send(self, message: BaseModel) -> None:
        self.heard.append(message)

    def says(self, message: ToCallMessage) -> None:
        self._messages.put_nowait(message)


class Nobody:
    """A trunk that must not be dialled through, of a stack that may have died."""

    def __init__(self, *, dead: bool = False) -> None:
        self.dead = dead

    async def trunk(self, account: object) -> "Nobody":
        return self

    async def dial(self, *_: object, **__: object) -> None:
        assert self.dead, "nobody is dialled"
        raise TrunkUnavailable("the SIP thread of this process died")


class SlowKit:
    """A kit that takes its time to be made, and then says nothing at all."""

    def __init__(self) -> None:
        self.made = asyncio.Event()
        self.variants: dict[str, str] = {}

    async def get(self, script: str) -> ScriptKit:
        await self.made.wait()
        return cast(ScriptKit, self)

    def dialog(self, place: Place) -> "SlowKit":
        return self

    def ahead(self, now: object) -> tuple[()]:
        return ()


def place() -> Place:
    return Place(
        attempt=AttemptId(new_id()), phone="+79261234567", trunk="main", script="0", variant_seed="7", contact={},
        zone="Europe/Moscow", ring_timeout=20, longest=60, recording=None,
    )  # fmt: skip


def worker(parent: Parent, sip: Nobody, kit: SlowKit) -> _Worker:
    settings = Settings(trunks={"main": TrunkSettings(host="127.0.0.1")})
    return _Worker(cast(Channel[ToCallMessage], parent), settings, cast(SipRuntime, sip), cast(Kits, kit))


@pytest.mark.parametrize("stops", [False, True])
async def test_a_call_given_up_while_its_models_load_is_never_dialled(stops: bool) -> None:
    told, kit = place(), SlowKit()
    parent = Parent(told) if stops else Parent(told, Abandon(attempt=told.attempt))
    running = asyncio.create_task(worker(parent, Nobody(), kit).run())
    await asyncio.sleep(0.01)
    parent.says(Shutdown())
    await asyncio.sleep(0.01)
    kit.made.set()
    async with asyncio.timeout(3):
        await running
    (finished,) = parent.heard
    assert isinstance(finished, Finished)
    assert finished.outcome.result is Result.TRUNK_FAILED


async def test_a_process_whose_sip_stack_died_leaves() -> None:
    parent, kit = Parent(place()), SlowKit()
    kit.made.set()
    made = worker(parent, Nobody(dead=True), kit)
    async with asyncio.timeout(3):
        await made.run()
    assert isinstance(parent.heard[-1], Finished), "what became of its call is told before"


def test_a_message_that_cannot_be_read_is_not_quoted() -> None:
    with pytest.raises(ValidationError) as wrong:
        to_call.validate_json('{"type": "place", "phone": "+79261234567", "contact": {"first_name": 1}}')
    assert "9261234567" not in str(wrong.value)
