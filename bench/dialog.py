"""How many steps a second the dialog machine takes on one core, and how much memory a call has in it.

A step is one answer of a caller, from the event to the actions, and the end of our words after it. Callers answer at
random among what the script takes: intents, keys, times, silence and words that mean nothing.
"""

import argparse
import random
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.report import Figure, figures_of, report
from models.protocols import Entity, Understanding
from robot.dialog import CompiledScript, Dialog
from robot.dialog.events import (
    Action,
    Answered,
    DialogEvent,
    Finish,
    Heard,
    Keys,
    Listen,
    Say,
    Silence,
    Spoken,
    Transfer,
)
from robot.dialog.events import TransferFailed as NobodyTookIt
from robot.script import load_script
from robot.script.check import check_script
from robot.script.graph import lay_out
from robot.script.paths import prove

DIALOGS = Path(__file__).parent.parent / "dialogs"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Moscow")
CONTACT = {"first_name": "Анна"}


def answer(listen: Listen, dice: random.Random) -> DialogEvent:
    kind = dice.random()
    if kind < 0.1:
        return Silence()
    if kind < 0.2 and listen.keys:
        return Keys(dice.choice(sorted(listen.keys)))
    intent = dice.choice([*sorted(listen.allowed - {"do_not_call", "abuse"}), "out_of_scope"])
    times = (Entity("time", "2026-11-25T15:00:00+03:00", "в три", 0, 5),) if kind > 0.8 else ()
    return Heard(Understanding(intent, intent, 0.9, (), times))


def talk(script: CompiledScript, dice: random.Random, took: list[float]) -> int:
    """Have one call; return its steps."""
    dialog = Dialog(script, CONTACT, variant_seed=str(dice.random()), zone=ZONE)
    event: DialogEvent | None = Answered()
    listen: Listen | None = None
    steps = 0
    while event is not None:
        began = time.perf_counter()
        actions = dialog.handle(event, NOW)
        last: tuple[Action, ...] = actions
        while any(isinstance(action, Say) for action in last):
            last = dialog.handle(Spoken(1000, cut=False), NOW)
            actions += last
        took.append(time.perf_counter() - began)
        steps += 1
        if any(isinstance(action, Finish) for action in actions):
            break
        listen = next((action for action in reversed(actions) if isinstance(action, Listen)), listen)
        transfers = any(isinstance(action, Transfer) for action in actions)
        event = NobodyTookIt() if transfers else answer(listen, dice) if listen is not None else None
    return steps


def memory(script: CompiledScript, calls: int) -> float:
    """Return bytes a call that is in the middle of its conversation."""
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    live = []
    for number in range(calls):
        dialog = Dialog(script, dict(CONTACT), variant_seed=str(number), zone=ZONE)
        for event in (
            Answered(),
            Spoken(1000, cut=False),
            Heard(Understanding("да", "affirm", 0.9)),
            Spoken(1000, cut=False),
        ):
            dialog.handle(event, NOW)
        live.append(dialog)
    grown = sum(row.size_diff for row in tracemalloc.take_snapshot().compare_to(before, "filename"))
    tracemalloc.stop()
    return grown / len(live)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=3000)
    asked = parser.parse_args()
    figures: list[Figure] = []
    for name in ("return.ru", "return.en"):
        began = time.perf_counter()
        script = load_script(DIALOGS / f"{name}.yaml")
        loaded = time.perf_counter() - began
        began = time.perf_counter()
        check_script(script)
        prove(script, lay_out(script))
        checked = time.perf_counter() - began
        compiled = CompiledScript(script)
        dice, took = random.Random(7), list[float]()
        began = time.perf_counter()
        steps = sum(talk(compiled, dice, took) for _ in range(asked.calls))
        seconds = time.perf_counter() - began
        figures += [
            Figure(f"{name}: steps on one core", steps / seconds, "/s", f"{steps} steps of {asked.calls} calls"),
            *figures_of(f"{name}: one step", [1000 * one for one in took], "ms"),
            Figure(f"{name}: memory of a call", memory(compiled, 1000) / 1000, "kB", "in its second question"),
            Figure(f"{name}: read", 1000 * loaded, "ms"),
            Figure(f"{name}: checked and proved", 1000 * checked, "ms"),
        ]
    report("dialog", "The dialog machine", figures, calls=asked.calls)


if __name__ == "__main__":
    main()
