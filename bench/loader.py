"""How long the loader of scripts takes, and how much memory, at worst: no text may take over a second or 200 MB.

Texts are those that fuzzing has kept (``tests/robot/script/corpus``), the shipped scripts, and a few made to be slow to
read: as large as a script may be, and full of what YAML readers work hard on. Seconds are of the processor, one core.
"""

import contextlib
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from bench.report import Figure, figures_of, report
from robot.script import ScriptError, read_script
from robot.script.reading import LARGEST

ROOT = Path(__file__).parent.parent
HOSTILE = {
    "flow keys": "{" + "a," * LARGEST,
    "lines of keys": "a: b\n" * LARGEST,
    "keys without a space": "say:a\n" * LARGEST,
    "deep lists": "- " * LARGEST,
    "deep keys": "".join(" " * depth + "a:\n" for depth in range(300)),
    "dashes": "– a\n" * LARGEST,
    "aliases": "a: &a [x]\n" + "b: *a\n" * LARGEST,
    "an anchor bomb": "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 40)),
    "quotes": 'a: "' * LARGEST,
    "folded lines": "a: b\n c\n" * LARGEST,
    "brackets": "[" * LARGEST,
    "angle brackets": 'script: a\nlanguage: en\nstart: a\nsteps: {a: {say: "' + "<" * LARGEST,
    "many steps": "script: a\nlanguage: en\nstart: a0\nsteps:\n"
    + "".join(f"  a{n}: {{say: Hello, then: a{n + 1}}}\n" for n in range(LARGEST // 25)),
}


def texts() -> Iterator[tuple[str, str]]:
    yield from ((name, text[:LARGEST]) for name, text in HOSTILE.items())
    for path in (*(ROOT / "tests/robot/script/corpus").glob("*.yaml"), *(ROOT / "dialogs").glob("*.yaml")):
        yield path.name, path.read_bytes().decode("utf-8", errors="replace")


def main() -> None:
    took: dict[str, float] = {}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, text in texts():
        began = time.process_time()
        with contextlib.suppress(ScriptError):
            read_script(text, name, folder=ROOT / "dialogs")
        took[name] = time.process_time() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    slowest = sorted(took, key=lambda name: took[name], reverse=True)[:5]
    figures = figures_of("one text", [1000 * one for one in took.values()], "ms")
    figures += [Figure(f"slowest: {name}", 1000 * took[name], "ms") for name in slowest]
    figures.append(Figure("memory over that of the process, all texts", grown, "MB"))
    report("loader", "The loader of scripts on hostile texts", figures, texts=len(took))


if __name__ == "__main__":
    main()
