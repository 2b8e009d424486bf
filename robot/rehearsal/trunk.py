"""The trunk, a process of its own: what the robot dials, with the customers of a persona file behind it.

It also does what a carrier's switch does on a REFER: rings the operator's extension and joins the customer with it.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path

from robot.rehearsal.actor import Actor
from robot.rehearsal.journal import Journal
from robot.rehearsal.leg import CallFailed, Leg
from robot.rehearsal.peer import SipPeer
from robot.rehearsal.personas import Cast, Customer, Dial, load_cast
from robot.rehearsal.process import say_ready, until_told_to_stop
from robot.rehearsal.reception import ROW_HEADER
from robot.rehearsal.rtp import Pcm, Ticker
from robot.rehearsal.sip import Reason, user_of
from robot.rehearsal.sounds import Sounds

__all__ = ["TownTrunk"]

_LONGEST = 120.0
"""Seconds after which the town ends any call."""
_BEFORE = 0.15
"""Seconds before anything comes back: a switch takes time too."""
_CAUSES = {1: "Unallocated (unassigned) number", 17: "User busy", 18: "No user responding", 20: "Subscriber absent",
           21: "Call rejected", 27: "Destination out of order", 34: "No circuit available"}  # fmt: skip


class TownTrunk:
    """Answers for every number of the cast.

    Attributes:
        peer: Its SIP port; set before the first call.
    """

    peer: SipPeer

    def __init__(
        self, cast: Cast, sounds: Sounds, journal: Journal, operator: tuple[str, int], *, speech: bool = True
    ) -> None:
        """Play ``cast``, by keys where the robot hears no ``speech``; transfers go to the SIP port ``operator``."""
        self._cast = cast
        self._speech = speech
        self._rows = {row.number.lstrip("+"): row for row in cast.played(speech=speech) if row.number}
        self._sounds = sounds
        self._journal = journal
        self._operator = operator
        self._dials: Counter[str] = Counter()
        self._transfers: set[asyncio.Task[None]] = set()

    async def take(self, leg: Leg) -> None:
        """Play whoever lives at the number that was dialled."""
        row = self._rows.get(leg.invite.user.lstrip("+"))
        dials = row.met(speech=self._speech) if row else ()
        if row is None or not dials:
            self._journal.write("dialled", row.name if row else "stranger")
            leg.refuse(404)
            self._journal.write("ended", row.name if row else "stranger", how=leg.how)
            return
        dial = dials[min(self._dials[row.name], len(dials) - 1)]
        self._dials[row.name] += 1
        self._journal.write("dialled", row.name, number=self._dials[row.name])
        try:
            await self._until_over(leg, self._meet(leg, row, dial))
        finally:
            if leg.answered:
                await leg.hang_up()
            self._journal.write("ended", row.name, how=leg.how)

    async def _until_over(self, leg: Leg, play: Coroutine[None, None, None], timeout: float = _LONGEST) -> None:
        """Play until the part or the leg is over."""
        part = asyncio.ensure_future(play)
        over = asyncio.ensure_future(leg.over.wait())
        try:
            await asyncio.wait({part, over}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            part.cancel()
            results = await asyncio.gather(part, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _meet(self, leg: Leg, row: Customer, dial: Dial) -> None:
        await asyncio.sleep(_BEFORE)
        if dial.ringing is not None:
            leg.ring()
            await asyncio.sleep(dial.ringing)
        if dial.never:
            await leg.over.wait()
        elif dial.code is not None:
            await self._fail(leg, row, dial, dial.code)
        else:
            await self._talk(leg, row, dial)

    async def _fail(self, leg: Leg, row: Customer, dial: Dial, code: int) -> None:
        if dial.announcement:
            leg.speak_early()
            await asyncio.sleep(0.3)
            await leg.media.play(self._sounds.read(row.voice, dial.announcement))
            await asyncio.sleep(0.2)  # else the final code may overtake the last of the sound
        leg.refuse(code, Reason(dial.cause, _CAUSES.get(dial.cause, "")) if dial.cause else None)

    async def _talk(self, leg: Leg, row: Customer, dial: Dial) -> None:
        def sound(text: str) -> Pcm:
            return self._sounds.read(row.voice, text)

        leg.answer()
        actor = Actor(leg.media, sound)
        talk = asyncio.create_task(self._play(leg, actor, dial))
        try:
            target = await leg.refers.get()
        finally:
            talk.cancel()
            actor.note_reply()
            self._journal.write(
                "talked",
                row.name,
                heard_ms=actor.ear.heard_ms,
                yielded_ms=actor.yielded_ms,
                replied_ms=actor.replied_ms,
            )
        self._keep(self._put_through(leg, row, target))
        await leg.over.wait()

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        """Run what outlives the robot's leg: the robot may say BYE as soon as its REFER is taken."""
        task = asyncio.create_task(work)
        self._transfers.add(task)
        task.add_done_callback(self._transfers.discard)

    async def _play(self, leg: Leg, actor: Actor, dial: Dial) -> None:
        if await actor.play(dial.answers or ()):
            await leg.hang_up()

    async def _put_through(self, leg: Leg, row: Customer, target: str) -> None:
        """Ring the operator and join both; after a failure the customer is the robot's again (RFC 3515, 2.4)."""
        await leg.notify("100 Trying")
        extension = user_of(target) or target.partition(":")[2].partition(";")[0].partition(":")[0]
        if extension != self._cast.operator.extension:
            self._journal.write("not_joined", row.name, failed="no such extension")
            await leg.notify("404 Not Found", done=True)
            return
        host, port = self._operator
        uri = f"sip:{extension}@{host}:{port}"
        operator = await self.peer.call(uri, self._operator, caller="town", extra=[(ROW_HEADER, row.name)])

        async def rings() -> None:
            await leg.notify("180 Ringing")

        try:
            await operator.place(rings=rings)
        except CallFailed as refused:
            self._journal.write("not_joined", row.name, failed=refused.code)
            await leg.notify(f"{refused.code} Failed", done=True)
            return
        self._keep(self._join(operator, row))
        await leg.notify("200 OK", done=True)
        try:
            await asyncio.wait_for(leg.over.wait(), 3.0)
        except TimeoutError:
            await leg.hang_up()

    async def _join(self, operator: Leg, row: Customer) -> None:
        self._journal.write("joined", row.name)
        actor = Actor(operator.media, lambda text: self._sounds.read(row.voice, text))

        async def speak() -> None:
            await actor.play(row.with_operator)
            await operator.over.wait()

        await self._until_over(operator, speak(), timeout=40.0)
        await operator.hang_up()
        self._journal.write("parted", row.name, heard_ms=actor.ear.heard_ms)


async def _run(arguments: argparse.Namespace) -> None:
    cast = load_cast(arguments.personas)
    ticker = Ticker()
    ticker.start()
    sounds, operator = Sounds(arguments.sounds, cast), ("127.0.0.1", arguments.operator)
    trunk = TownTrunk(cast, sounds, Journal(arguments.journal), operator, speech=arguments.speech == "yes")
    try:
        trunk.peer = await SipPeer.open(ticker, trunk.take, port=arguments.port)
    except OSError as taken:
        await ticker.stop()
        say_ready(failed=f"the town cannot listen on port {arguments.port}: {taken.strerror}; name another, or none")
        return
    say_ready(port=trunk.peer.address[1])
    await until_told_to_stop()
    await trunk.peer.close()
    await ticker.stop()


def main() -> None:
    """Run it as a process: ``python -m robot.rehearsal.trunk``."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("personas", "sounds", "journal"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--operator", type=int, required=True, help="SIP port of the operator")
    parser.add_argument("--speech", choices=("yes", "no"), default="yes", help="whether the robot hears this language")
    parser.add_argument("--port", type=int, default=0, help="SIP port to listen on; any free one where left out")
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
