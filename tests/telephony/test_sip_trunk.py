"""Trunks: what they want of us before they let us dial, and what goes wrong at the start."""

import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from telephony.line import Answered, TelephonyError, TrunkUnavailable
from telephony.sip import SipRuntime, TrunkAccount
from tests.telephony.conftest import end_of
from tests.telephony.peers import SippPeer, free_port

PHONE = "+79261234567"


def account(peer: SippPeer, *, password: str = "secret", every: int = 0) -> TrunkAccount:
    return TrunkAccount(
        host="127.0.0.1", port=peer.port, user="4950000000", auth_user="robot", password=password, register_every=every
    )


async def test_a_challenged_call_goes_through(sip: SipRuntime, tmp_path: Path) -> None:
    keys = {"challenge": "401 Unauthorized", "ask": "WWW-Authenticate"}
    answered = False
    async with SippPeer("challenge", tmp_path, keys=keys) as peer:
        line = await (await sip.trunk(account(peer))).dial(PHONE)
        async for event in line.events():
            if isinstance(event, Answered):
                answered = True
                await line.hang_up()
        assert await peer.wait() == 0, peer.errors()
    assert answered


async def test_a_proxy_that_challenges_gets_an_answer(sip: SipRuntime, tmp_path: Path) -> None:
    # The nonce is new to us each time and so is the response; that it is right is proved end to end (tests/e2e).
    async with SippPeer("proxy_challenge", tmp_path, keys={"response": "[0-9a-f]{32}"}) as peer:
        end = await end_of(await (await sip.trunk(account(peer))).dial(PHONE))
        assert (end.sip_code, end.answered) == (486, False)
        assert await peer.wait() == 0, peer.errors()


async def test_a_wrong_password_ends_the_call(sip: SipRuntime, tmp_path: Path) -> None:
    keys = {"challenge": "401 Unauthorized", "ask": "WWW-Authenticate"}
    async with SippPeer("challenge", tmp_path, keys=keys) as peer:
        end = await end_of(await (await sip.trunk(account(peer, password="guess"))).dial(PHONE))
        assert (end.sip_code, end.answered) == (403, False)


async def test_registering(sip: SipRuntime, tmp_path: Path) -> None:
    async with SippPeer("register", tmp_path) as peer:
        trunk = await sip.trunk(account(peer, every=600))
        assert not trunk.registered
        await trunk.register()
        assert trunk.registered
        assert await peer.wait() == 0, peer.errors()


async def test_a_trunk_that_knows_us_by_address_is_not_registered_at(sip: SipRuntime) -> None:
    trunk = await sip.trunk(TrunkAccount(host="127.0.0.1", port=9))
    await trunk.register()
    assert not trunk.registered


@pytest.mark.parametrize(
    ("status", "remedy"),
    [("403 Forbidden", "check `user`, `auth_user` and `password`"), ("404 Not Found", "does not know the user"),
     ("500 Server Error", "ask its operator")],
)  # fmt: skip
async def test_a_refused_registration_says_what_to_look_at(
    sip: SipRuntime, tmp_path: Path, status: str, remedy: str
) -> None:
    async with SippPeer("register_refuse", tmp_path, keys={"status": status}) as peer:
        trunk = await sip.trunk(account(peer, every=600))
        with pytest.raises(TrunkUnavailable, match=remedy):
            await trunk.register()


async def test_a_registrar_that_says_nothing(sip: SipRuntime) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        trunk = await sip.trunk(TrunkAccount(host="127.0.0.1", port=deaf.getsockname()[1], register_every=60))
        with pytest.raises(TrunkUnavailable, match="did not answer"):
            await trunk.register(timeout=0.5)


async def test_a_taken_port_is_named_and_the_next_start_works() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(TrunkUnavailable, match=f"port {port} on 127.0.0.1 is taken"):
            async with SipRuntime(listen="127.0.0.1", sip_port=port):
                pass
    async with SipRuntime(listen="127.0.0.1", sip_port=free_port()):
        pass


async def test_an_address_of_another_machine() -> None:
    with pytest.raises(TrunkUnavailable, match=r"no address of this machine leads to 192\.0\.2\.2:5060"):
        async with SipRuntime(listen="192.0.2.1", sip_port=free_port()) as sip:
            await (await sip.trunk(TrunkAccount(host="192.0.2.2"))).dial(PHONE)


async def test_one_runtime_at_a_time(sip: SipRuntime) -> None:
    with pytest.raises(TelephonyError, match="active in this process already"):
        async with SipRuntime(listen="127.0.0.1"):
            pass


def test_an_account_is_read_and_its_password_is_not_shown() -> None:
    trunk = TrunkAccount(host="::1", port=5070, password="secret", number_format="national")
    assert "secret" not in repr(trunk)
    assert trunk.uri(PHONE) == "sip:89261234567@[::1]:5070;transport=udp"
    assert trunk.uri("100") == "sip:100@[::1]:5070;transport=udp"
    assert trunk.uri("sip:100@pbx.example") == "sip:100@pbx.example"
    with pytest.raises(ValueError, match="pcma, pcmu, g722"):
        TrunkAccount(host="x", codecs=("opus",))


async def test_an_account_that_the_stack_cannot_take(sip: SipRuntime) -> None:
    with pytest.raises(TrunkUnavailable, match="password"):
        await sip.trunk(TrunkAccount(host="127.0.0.1", password='se"cret'))


def test_when_the_sip_thread_dies_every_line_ends(tmp_path: Path) -> None:
    """In a process of its own, since a dead stack cannot be started again."""
    program = textwrap.dedent("""
        import asyncio, pathlib, sys
        from baresip._native import ffi, lib
        from telephony.line import Answered, EndedBy, TrunkUnavailable
        from telephony.sip import SipRuntime, TrunkAccount
        from tests.telephony.peers import SippPeer

        async def main():
            folder = pathlib.Path(sys.argv[1])
            async with SippPeer("answer", folder) as peer, SipRuntime(listen="127.0.0.1") as sip:
                trunk = await sip.trunk(TrunkAccount(host="127.0.0.1", port=peer.port))
                line = await trunk.dial("+79261234567")
                async for event in line.events():
                    if isinstance(event, Answered):
                        lib.bp_cmd(lib.BP_CMD_STOP, 0, ffi.NULL)  # the thread leaves without being asked by its owner
                assert line.ended.by is EndedBy.FAILURE, line.ended
                assert sip.dead and not sip.lines
                await line.hang_up()
                try:
                    await trunk.dial("+79261234567")
                except TrunkUnavailable as unavailable:
                    print(unavailable)

        asyncio.run(main())
    """)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "must be started again" in done.stdout
