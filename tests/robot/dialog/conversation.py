"""A conversation with the dialog machine, told as a list of what the caller does."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from models.protocols import Entity, Understanding
from robot.dialog import CompiledScript, Dialog
from robot.dialog.events import Action, Answered, DialogEvent, Finish, Heard, Listen, Say, Spoken
from robot.script import load_script, read_script

DIALOGS = Path(__file__).parents[3] / "dialogs"
ZONE = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday, noon in Moscow."""


@cache
def shipped(language: str) -> CompiledScript:
    return CompiledScript(load_script(DIALOGS / f"return.{language}.yaml"))


def compiled(text: str) -> CompiledScript:
    return CompiledScript(read_script(text, "test.yaml"))


def means(intent: str, *, at: str | None = None, words: str = "", confidence: float = 0.9, heard: float = 1.0) -> Heard:
    """Something said: what it means, and the time (Moscow) that it names."""
    times = () if at is None else (Entity("time", f"{at}:00+03:00", words or "at that time", 0, 0),)
    return Heard(Understanding(words or intent, intent, confidence, (), times), heard)


class Conversation:
    """Says the whole of every sentence at once, unless told otherwise."""

    def __init__(
        self, script: CompiledScript, contact: Mapping[str, str] | None = None, *, now: datetime = NOON, seed: str = "7"
    ) -> None:
        self.dialog = Dialog(script, contact or {"first_name": "Anna"}, variant_seed=seed, zone=ZONE)
        self.now = now
        self.said: list[Say] = []
        self.steps: list[str] = []
        self.actions: list[Action] = []

    def has(self, *events: DialogEvent) -> "Conversation":
        for event in events:
            self.take(event)
            while self.actions and isinstance(self.actions[0], Say):
                self.take(Spoken(1000, cut=False))
        return self

    def answered(self, *events: DialogEvent) -> "Conversation":
        return self.has(Answered(), *events)

    def take(self, event: DialogEvent) -> list[Action]:
        self.actions = list(self.dialog.handle(event, self.now))
        self.said += [action for action in self.actions if isinstance(action, Say)]
        if self.actions:
            self.steps.append(self.dialog.step)
        self.listening = next((action for action in self.actions if isinstance(action, Listen)), None)
        return self.actions

    @property
    def words(self) -> list[str]:
        return [say.shown for say in self.said]

    @property
    def finish(self) -> Finish:
        assert isinstance(self.actions[-1], Finish), self.actions
        return self.actions[-1]

    @property
    def verdict(self) -> tuple[str, str, str]:
        return self.finish.disposition.value, self.finish.interest.value, self.finish.person.value
