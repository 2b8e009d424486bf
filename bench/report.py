"""What every measurement does with its figures: a table on the screen, and JSON with where and when they were measured.

``python -m bench.report`` shows all that were measured here so far.
"""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

__all__ = ["OUT", "Figure", "figures_of", "machine", "report", "revision"]

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        name: What was measured.
        value: How much.
        unit: ``ms``, ``/s``, ``MB``, ``%``…; empty for a plain count.
        note: What a reader must know to compare it, such as the number of runs.
    """

    name: str
    value: float
    unit: str = ""
    note: str = ""


def figures_of(name: str, values: Sequence[float], unit: str) -> list[Figure]:
    """Return the median, the 95th percentile and the worst of many measurements of one thing."""
    kinds = {"p50": float(np.percentile(values, 50)), "p95": float(np.percentile(values, 95)), "max": max(values)}
    return [Figure(f"{name}, {kind}", value, unit, f"of {len(values)}") for kind, value in kinds.items()]


def machine() -> dict[str, Any]:
    """Describe the machine that this runs on."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def revision() -> str:
    """Return the git revision that is measured, with a plus where files differ from it; empty outside a clone."""
    here = Path(__file__).parent
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"], cwd=here, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.strip()


def report(name: str, title: str, figures: Sequence[Figure], **conditions: object) -> Path:
    """Print figures as a table and write them to ``bench/out/NAME.json``, which is returned.

    Args:
        name: Of the measurement, as its module is called.
        title: What is measured, in one line.
        figures: The values.
        conditions: What it was measured with, such as ``contacts=2000``.
    """
    measured: dict[str, Any] = {
        "name": name,
        "title": title,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": machine(),
        "conditions": conditions,
        "figures": [asdict(figure) for figure in figures],
    }
    OUT.mkdir(exist_ok=True)
    file = OUT / f"{name}.json"
    file.write_text(json.dumps(measured, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    _show(measured)
    return file


def _show(measured: dict[str, Any]) -> None:
    where = measured["machine"]
    caption = (
        f"{where['cpu']}, {where['cores']} cores, {where['memory_gb']} GB, Python {where['python']}, "
        f"load {where['load']}; {measured['revision'] or 'no git'}; {measured['measured_at']}"
    )
    conditions = ", ".join(f"{name} {value}" for name, value in measured["conditions"].items())
    title = measured["title"] + (f" ({conditions})" if conditions else "")
    table = Table(title=title, caption=caption, title_justify="left", caption_justify="left")
    table.add_column("measured")
    table.add_column("value", justify="right")
    table.add_column("unit")
    table.add_column("note", style="dim")
    for figure in measured["figures"]:
        table.add_row(figure["name"], _rounded(figure["value"]), figure["unit"], figure["note"])
    Console().print(table)


def _rounded(value: float) -> str:
    """Write a value with three digits that matter."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


if __name__ == "__main__":
    for kept in sorted(OUT.glob("*.json")):
        _show(json.loads(kept.read_text(encoding="utf-8")))
