"""Fuzzing of the loader, by hand: ``python -m tests.robot.script.fuzz_loader --minutes 10``.

Damages scripts at random, and keeps in ``corpus/`` what made it behave in a way not seen before: a rule that was found
first, two that were found together, a script that could be read after all. Ends with 1 where a text crashed the loader,
took over a second of processor time or over 200 MB; that text is kept as ``crash-….yaml``.
"""

import argparse
import hashlib
import random
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from robot.script import ScriptError, check_script, lay_out, read_script
from robot.script.ends import ends_of
from robot.script.formatting import format_script
from robot.script.paths import prove

ROOT = Path(__file__).parents[3]
CORPUS = Path(__file__).parent / "corpus"
SECONDS, MEGABYTES = 1.0, 200
PIECES = [
    "\t", ": ", " #", "&a ", "*a", "!!python/name:os.system", "[", "]", "{", "}", '"', "'", "- ", "<<: ", "? ", "\n",
    "\n\n", "return", "repeat", "é", "\u00a0", "\u200b", "–", "—", "|", ">-\n", "%", "@", "`", "if: bonus > 0\n",
    "otherwise: ", "<name as money>", "<a as number of b, c>", "say:", "say: ", "end: {}", "then: ", "ask_for: {x: ",
    "{type: choice, of: {", "include: [a]\n", "play: a.wav", "keys: {1: ", "--- # perezvon: include a\n",
    "--- # perezvon: recordings\n", "\x00", "\ufeff", "1e999", "-1", "0x10", "10:30", "yes", "null", "~",
    "\U0001f600", "'" * 50, "[" * 50, "{a: " * 50, "x" * 500,
]  # fmt: skip


def seeds() -> list[str]:
    files = [*sorted((ROOT / "dialogs").glob("*.yaml")), *sorted(CORPUS.glob("*.yaml"))]
    return [path.read_text("utf-8", errors="surrogateescape") for path in files]


def damage(text: str, other: str, dice: random.Random) -> str:
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        at = dice.randrange(len(text) + 1)
        kind = dice.randrange(6)
        if kind == 0:
            text = text[:at] + dice.choice(PIECES) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + dice.choice((1, 2, 5, 40)) :]
        elif kind == 2:
            lines = text.splitlines(keepends=True) or [""]
            one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
            lines[one], lines[two] = lines[two], lines[one]
            text = "".join(lines)
        elif kind == 3:
            start = dice.randrange(len(other) + 1)
            text = text[:at] + other[start : start + dice.choice((10, 80, 400))] + text[at:]
        elif kind == 4:
            part = text[at : at + dice.choice((3, 30, 200))]
            text = text[:at] + part * dice.choice((2, 5, 60)) + text[at:]
        else:
            text = text[:at] + dice.choice(PIECES) + text[at + dice.choice((1, 4, 12)) :]
    return text


def behaviour(text: str) -> Iterator[str]:
    """Read a text, and do with it what the tools do; give what marks this behaviour."""
    try:
        script = read_script(text, "x.yaml")
    except ScriptError as wrong:
        rules = sorted({finding.rule for finding in wrong.findings})
        assert all(one.sentence and one.remedy and one.place.line >= 1 for one in wrong.findings)
        yield f"error {' '.join(rules)}"
    else:
        rules = sorted({finding.rule for finding in check_script(script)})
        ends_of(script, graph := lay_out(script))
        proof = prove(script, graph)
        yield f"read {' '.join(rules)} {min(proof.turns, 31)}"
    try:
        format_script(text, "x.yaml")
    except ScriptError:
        yield "not formatted"


def measured(work: Callable[[str], Iterator[str]], text: str) -> tuple[str, float, float]:
    before = resource.getrusage(resource.RUSAGE_SELF)
    mark = " / ".join(work(text))
    after = resource.getrusage(resource.RUSAGE_SELF)
    return mark, after.ru_utime - before.ru_utime, (after.ru_maxrss - before.ru_maxrss) / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, default=150, help="new texts to keep")
    asked = parser.parse_args()
    dice = random.Random(asked.seed or time.time_ns())
    pool = seeds()
    seen: set[str] = set()
    for text in pool:
        seen.add(measured(behaviour, text)[0])
    runs = kept = crashes = 0
    slowest = largest = 0.0
    end = time.monotonic() + 60 * asked.minutes
    while time.monotonic() < end:
        text = damage(dice.choice(pool), dice.choice(pool), dice)
        runs += 1
        try:
            mark, seconds, megabytes = measured(behaviour, text)
        except Exception:
            traceback.print_exc(limit=-3)
            mark, seconds, megabytes = "crash", 0.0, 0.0
        slowest, largest = max(slowest, seconds), max(largest, megabytes)
        bad = mark == "crash" or seconds > SECONDS or megabytes > MEGABYTES
        crashes += bad
        if (mark not in seen or bad) and kept < asked.most:
            kept += 1
            seen.add(mark)
            pool.append(text)
            name = f"{'crash-' if bad else ''}{hashlib.sha256(text.encode(errors='surrogateescape')).hexdigest()[:12]}"
            CORPUS.mkdir(exist_ok=True)
            (CORPUS / f"{name}.yaml").write_text(text, "utf-8", errors="surrogateescape", newline="")
    bars = f"slowest {slowest:.2f} s, most {largest:.0f} MB"
    sys.stdout.write(f"{runs} texts, {len(seen)} behaviours, {kept} kept, {crashes} bad; {bars}\n")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
