"""How long a caller waits for an answer, over SIP on loopback, and where the time goes.

Ten customers of a rehearsal town each say five things. What counts is what the caller hears: from the last sample of
speech that left the customer's phone to the first packet of the robot's reply that reached it. The split comes from
the turns that the robot itself wrote down. Run with one call at once (a turn by itself) and with six (a busy machine).
"""

import argparse
import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.report import Figure, figures_of, report
from robot.call.messages import Turn
from robot.clock import SystemClock
from robot.office.running import Nobody
from robot.rehearsal.journal import read_lines
from robot.rehearsal.rehearse import Rehearsal, rehearsal
from robot.settings import Settings

_LINES = (
    "Yes, go ahead.",
    "How much does it cost?",
    "Can you give me some details?",
    "Who is calling, please?",
    "No, thank you.",
)
_CUSTOMER = """
  - name: customer-{number}
    about: Answers five questions.
    contact: {{external_id: C-{number:02}, first_name: Anna, phone: "+1 212 555 01{number:02}"}}
    number: "+121255501{number:02}"
    voice: {{speed: {speed}, pitch: {pitch}}}
    dials: [{{answers: [{answers}]}}]
    expect: {{results: [answered]}}
"""
_CAST = """
title: Turns
language: en
engine: piper
script: return.en
region: US
zone: America/New_York
operator: {greeting: Hello., goodbye: Goodbye.}
customers:
"""


def cast(customers: int) -> str:
    """Write the persona file of the measurement."""
    answers = ", ".join(f'{{say: "{line}"}}' for line in _LINES)
    voices = [(0.95, 0.94), (1.0, 1.0), (1.05, 1.06), (1.1, 0.97), (1.0, 1.08)]
    rows = (
        _CUSTOMER.format(number=number + 1, speed=speed, pitch=pitch, answers=answers)
        for number, (speed, pitch) in zip(range(customers), voices * customers, strict=False)
    )
    return _CAST + "".join(rows)


async def talk(at_once: int, customers: int, folder: Path) -> tuple[list[int], list[Turn]]:
    """Have the town called; return what its people measured, and what the robot wrote down."""
    personas = folder / "turns.yaml"
    personas.write_text(cast(customers), encoding="utf-8")
    clock = SystemClock()
    async with rehearsal(personas, folder / "rehearsal", Settings(), clock, minutes=10, at_once=at_once) as prepared:
        await prepared.run(clock, Nobody(), asyncio.Event(), ready=lambda: None)
        replied = [
            int(ms)
            for entry in read_lines(prepared.town.journal_file)
            if entry["what"] == "talked"
            for ms in _numbers(entry["replied_ms"])
        ]
        return replied, list(_turns(prepared))


def _numbers(value: object) -> list[int]:
    return [int(one) for one in value] if isinstance(value, list) else []


def _turns(prepared: Rehearsal) -> Iterator[Turn]:
    with sqlite3.connect(prepared.settings.database.removeprefix("sqlite:///")) as db:
        for (turn,) in db.execute("select turn from turns order by attempt_id, number"):
            yield Turn.model_validate_json(turn)


def figures(at_once: int, replied: list[int], turns: list[Turn]) -> list[Figure]:
    """Summarise one run."""
    name = f"{at_once} at once"
    found = figures_of(f"{name}: speech end → reply", [float(ms) for ms in replied], "ms")
    parts: dict[str, list[float]] = {}
    for turn in turns:
        marks = (turn.speech_end, turn.decided_at, turn.text_at, turn.intent_at, turn.reply_at)
        known = [mark for mark in marks if mark is not None]
        if len(known) == len(marks):
            names = ("endpoint wait", "final text", "NLU", "dialog and first frame")
            for part, begun, ended in zip(names, known[:-1], known[1:], strict=True):
                parts.setdefault(part, []).append(float(ended - begun))
    for part, values in parts.items():
        found += figures_of(f"{name}: {part}", values, "ms")[:2]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=10, help="five turns each")
    asked = parser.parse_args()
    found: list[Figure] = []
    for at_once in (1, 6):
        with tempfile.TemporaryDirectory() as folder:
            replied, turns = asyncio.run(talk(at_once, asked.customers, Path(folder)))
        found += figures(at_once, replied, turns)
    report("turn", "A turn, as the caller hears it", found, turns=asked.customers * len(_LINES))


if __name__ == "__main__":
    main()
