"""The operator's extension, a process of its own: a phone that rings, is picked up, greets, listens, says goodbye."""

import argparse
import asyncio
from pathlib import Path

from robot.rehearsal.actor import Actor
from robot.rehearsal.journal import Journal
from robot.rehearsal.leg import Leg
from robot.rehearsal.peer import SipPeer
from robot.rehearsal.personas import Operator, Reaction, load_cast
from robot.rehearsal.process import say_ready, until_told_to_stop
from robot.rehearsal.rtp import Ticker
from robot.rehearsal.sounds import Sounds

__all__ = ["ROW_HEADER", "Reception"]

ROW_HEADER = "x-town-row"
"""Header by which the trunk names the row that is being put through; for the journal."""
_LONGEST = 30.0


class Reception:
    """Takes the calls that are put through to the operator."""

    def __init__(self, operator: Operator, sounds: Sounds, journal: Journal) -> None:
        """Answer as ``operator``, and write to ``journal`` how long the customer was heard."""
        self._operator = operator
        self._sounds = sounds
        self._journal = journal

    async def take(self, leg: Leg) -> None:
        """Ring, answer, greet, let the customer speak, say goodbye and hang up."""
        row = leg.invite.get(ROW_HEADER)
        leg.ring()
        try:
            await asyncio.wait_for(leg.over.wait(), self._operator.rings)
            return
        except TimeoutError:
            pass
        leg.answer()
        actor = Actor(leg.media, lambda text: self._sounds.read(self._operator.voice, text))
        talk = asyncio.create_task(
            actor.play([Reaction(after=300, say=self._operator.greeting), Reaction(say=self._operator.goodbye)])
        )
        over = asyncio.create_task(leg.over.wait())
        await asyncio.wait({talk, over}, timeout=_LONGEST, return_when=asyncio.FIRST_COMPLETED)
        for task in (talk, over):
            task.cancel()
        await leg.hang_up()
        self._journal.write("operator", row, heard_ms=actor.ear.heard_ms)


async def _run(arguments: argparse.Namespace) -> None:
    cast = load_cast(arguments.personas)
    ticker = Ticker()
    ticker.start()
    reception = Reception(cast.operator, Sounds(arguments.sounds, cast), Journal(arguments.journal))
    peer = await SipPeer.open(ticker, reception.take)
    say_ready(port=peer.address[1])
    await until_told_to_stop()
    await peer.close()
    await ticker.stop()


def main() -> None:
    """Run it as a process: ``python -m robot.rehearsal.reception``."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("personas", "sounds", "journal"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
