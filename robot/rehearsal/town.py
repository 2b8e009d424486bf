"""The town: a trunk with customers behind it, an operator's extension and a CRM, each a process, on loopback.

``python -m robot.rehearsal.town --personas FILE --folder DIR`` starts it, prints one JSON line with where everything
listens, and runs until its stdin ends (or SIGTERM). It knows nothing of the robot that will call.
"""

import argparse
import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from models.protocols import ModelError
from models.registry import Engines
from robot.rehearsal.crm import SECRET_VARIABLE
from robot.rehearsal.personas import PersonaError, load_cast
from robot.rehearsal.process import Child, TownError, say_ready, until_told_to_stop
from robot.rehearsal.sounds import Sounds

__all__ = ["CRM_FILE", "JOURNAL_FILE", "TownPlaces", "open_town"]

CRM_FILE = "crm.jsonl"
JOURNAL_FILE = "town.jsonl"


class TownPlaces:
    """Where a running town listens: the ports of its trunk and its CRM."""

    def __init__(self, trunk: Child, crm: Child, operator: Child) -> None:
        """Read what the processes said."""
        self.trunk_port = trunk.number("port")
        self.crm_port = crm.number("port")
        self.processes = (trunk, crm, operator)


@contextlib.asynccontextmanager
async def open_town(
    personas: Path, folder: Path, sounds: Path, *, models: Path, speech: bool = True, port: int = 0
) -> AsyncIterator[TownPlaces]:
    """Render what is missing of the town's speech, start its processes, and end them on the way out.

    Args:
        personas: Persona file.
        folder: Where the CRM's and the town's journals go; made if need be.
        sounds: Where rendered speech is kept from one time to the next.
        models: Where pulled models are.
        speech: Whether the robot hears this language; where not, customers answer with keys.
        port: SIP port of the trunk; any free one where 0.

    Raises:
        PersonaError: The file cannot be used.
        ModelError: A speech engine is missing, or cannot speak a line.
        TownError: A process did not start.
    """
    await asyncio.to_thread(_prepare, personas, folder, sounds, models, speech)
    common = ["--personas", str(personas), "--sounds", str(sounds), "--journal", str(folder / JOURNAL_FILE)]
    async with contextlib.AsyncExitStack() as stack:

        async def start(module: str, *arguments: str) -> Child:
            child = await Child.start(f"robot.rehearsal.{module}", arguments)
            stack.push_async_callback(child.stop)
            return child

        crm = await start("crm", "--file", str(folder / CRM_FILE))
        operator = await start("reception", *common)
        reach = ["--operator", str(operator.number("port")), "--port", str(port), "--speech", "yes" if speech else "no"]
        trunk = await start("trunk", *common, *reach)
        yield TownPlaces(trunk, crm, operator)


def _prepare(personas: Path, folder: Path, sounds: Path, models: Path, speech: bool) -> None:
    cast = load_cast(personas)
    folder.mkdir(parents=True, exist_ok=True)
    for stale in (CRM_FILE, JOURNAL_FILE):
        (folder / stale).unlink(missing_ok=True)
    engines = Engines(models)
    try:
        Sounds(sounds, cast).prepare(
            lambda engine, speaker: engines.voice(cast.language, speaker, engine=engine), speech=speech
        )
    finally:
        engines.close()


async def _run(arguments: argparse.Namespace) -> None:
    if SECRET_VARIABLE not in os.environ:
        say_ready(failed=f"set {SECRET_VARIABLE} to the secret that webhooks are signed with (whsec_…)")
        return
    try:
        town = open_town(
            arguments.personas,
            arguments.folder,
            arguments.sounds,
            models=arguments.models,
            speech=arguments.speech == "yes",
            port=arguments.port,
        )
        async with town as places:
            pids = [child.pid for child in places.processes]
            say_ready(trunk_port=places.trunk_port, crm_port=places.crm_port, pids=pids)
            await until_told_to_stop()
    except (PersonaError, ModelError, TownError, OSError) as error:
        say_ready(failed=str(error))


def main() -> None:
    """Run it as a process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--personas", type=Path, required=True, help="persona file")
    parser.add_argument("--folder", type=Path, required=True, help="where the town writes what it saw")
    parser.add_argument("--sounds", type=Path, required=True, help="where rendered speech is kept")
    parser.add_argument("--models", type=Path, default=Path("models-data"), help="where pulled models are")
    parser.add_argument("--speech", choices=("yes", "no"), default="yes", help="whether the robot hears this language")
    parser.add_argument("--port", type=int, default=0, help="SIP port of the trunk; any free one where left out")
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
