"""Perezvon as people run it: a folder with settings, and the command line in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from robot.campaign.load import load_plan
from robot.clock import SystemClock
from robot.office import campaigns, database, lists
from robot.settings import Settings
from robot.store.store import Store

__all__ = ["CACHE", "ROOT", "House", "entries", "until"]

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("PEREZVON_TEST_CACHE", ROOT / ".cache" / "perezvon"))
"""Trained classifiers and rendered prompts, shared with the demo: nothing in it is personal."""

SCRIPT = """\
script: short
purpose: service
language: en
understands: [common.en]
needs: {first_name: name}
start: hello
steps:
  hello:
    say: This is a robot calling, and the call is recorded. Shall we call you again some day?
    listen: yes_no
    answers: {affirm: later, deny: never}
    keys: {1: later, 2: never}
  later: {say: Until then!, end: {interest: warm, disposition: agreed}}
  never: {say: Goodbye!, end: {interest: cold, disposition: declined}}
everywhere:
  do_not_call: {say: We will not call again., end: {interest: refused, disposition: do_not_call}}
  wrong_number: {say: Sorry., end: {person: unknown_here, disposition: wrong_person}}
when_silent:
  - say: Goodbye!
    end: {disposition: silent}
"""

PLAN = """\
name: {name}
script: {script}
trunk: {trunk}
windows: [{{days: [1, 2, 3, 4, 5, 6, 7], opens: "00:00", closes: "00:00"}}]
zone: Europe/Moscow
{more}
"""


def until(ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait in this thread until something is so."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, f"{what} did not come about within {seconds} s"
        time.sleep(0.05)


def entries(file: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines, as far as it is written."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.endswith("}")]


@dataclass
class House:
    """A folder with ``perezvon.toml`` and a script, where commands are run."""

    folder: Path
    toml: dict[str, Any] = field(default_factory=dict)
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "short.yaml").write_text(SCRIPT, "utf-8")
        self.toml = {
            "cache": str(CACHE),
            "calls": {"listen": "127.0.0.1", "ring_timeout": 6},
            "models": {"asr": {"en": "keys"}, "tts": {"en": "espeak"}},
            **self.toml,
        }

    def write_settings(self) -> None:
        self.folder.joinpath("perezvon.toml").write_text(_toml(self.toml), "utf-8")

    def command(self, *words: str) -> list[str]:
        self.write_settings()
        return [sys.executable, "-m", "robot.cli.main", *words]

    def perezvon(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self.command(*words), cwd=self.folder, env=self._environment(), capture_output=True, text=True,
            timeout=seconds, check=False,
        )  # fmt: skip

    def starts(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command that goes on; its output is in ``log``."""
        with self.log.open("a") as log:
            process = subprocess.Popen(
                self.command(*words), cwd=self.folder, env=self._environment(), stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, text=True, start_new_session=True,
            )  # fmt: skip
        self.running.append(process)
        return process

    def close(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()

    @property
    def log(self) -> Path:
        return self.folder / "output.log"

    @property
    def settings(self) -> Settings:
        """The same settings, for those who run the product in this process."""
        return Settings.model_validate(
            {**self.toml, "database": f"sqlite:///{self.folder / 'perezvon.sqlite'}", "data": self.folder / "data"}
        )

    def store(self) -> Store:
        return Store.open(f"sqlite:///{self.folder / 'perezvon.sqlite'}")

    def plan(self, name: str = "autumn", *, trunk: str = "main", script: str | None = None, more: str = "") -> Path:
        path = self.folder / f"{name}.plan.yaml"
        chosen = script or str(self.folder / "short.yaml")
        path.write_text(PLAN.format(name=name, trunk=trunk, script=chosen, more=more), "utf-8")
        return path

    def contacts(self, phones: Sequence[str], name: str = "autumn") -> Path:
        path = self.folder / f"{name}.csv"
        rows = [f"{name}-{number},Anna,{phone}" for number, phone in enumerate(phones, 1)]
        path.write_text("\n".join(["external_id,first_name,phone", *rows]) + "\n", "utf-8")
        return path

    def has_tables(self) -> None:
        database.upgrade(self.settings)

    def has_campaign(self, phones: Sequence[str], *, more: str = "", trunk: str = "main") -> None:
        """Make the tables, import a list and start the campaign."""
        self.has_tables()
        store, clock = self.store(), SystemClock()
        try:
            plan = load_plan(self.plan(more=more, trunk=trunk), self.settings.zone)
            lists.import_list(store, self.settings, clock, self.contacts(phones), plan)
            campaigns.start(store, self.settings, clock, plan.name)
        finally:
            store.close()

    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"}


def _toml(values: Mapping[str, Any], path: str = "") -> str:
    plain = [f"{key} = {_value(value)}" for key, value in values.items() if not isinstance(value, dict)]
    tables = [
        f"\n[{path}{key}]\n{_toml(value, f'{path}{key}.')}" for key, value in values.items() if isinstance(value, dict)
    ]
    return "\n".join([*plain, *tables])


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
