"""A SIP stack and trunks for the tests that dial for real, over loopback."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from telephony.line import Ended, Frame, Line, LineEvent
from telephony.sip import SipRuntime, SipTrunk, TrunkAccount
from tests.telephony.peers import SippPeer

OpenTrunk = Callable[[SippPeer], Awaitable[SipTrunk]]


@pytest.fixture
async def sip() -> AsyncIterator[SipRuntime]:
    """A stack of this test's own: there may be only one at a time in a process."""
    async with SipRuntime(listen="127.0.0.1") as runtime:
        yield runtime


@pytest.fixture
def trunk_to(sip: SipRuntime) -> OpenTrunk:
    """Open a trunk that knows us by our address, to a peer."""

    async def open_trunk(peer: SippPeer) -> SipTrunk:
        return await sip.trunk(TrunkAccount(host="127.0.0.1", port=peer.port))

    return open_trunk


async def whole(line: Line) -> list[LineEvent]:
    """Read a line to its end; frames are left out."""
    return [event async for event in line.events() if not isinstance(event, Frame)]


async def end_of(line: Line) -> Ended:
    """Read a line to its end and return that."""
    last = (await whole(line))[-1]
    assert isinstance(last, Ended)
    return last
