"""A conversation with a script by text: the real dialog and the real understanding, without a line, ears or a mouth.

What is typed is what the caller says; a line that begins with ``/`` is something else the caller may do. All of it
comes back as data: what was understood, what the robot says, and in the end what the CRM would be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from models.protocols import Nlu, Understanding
from robot.clock import Clock
from robot.dialog import CompiledScript, Dialog
from robot.dialog.events import (
    Action,
    Answered,
    DialogEvent,
    Finish,
    Heard,
    HungUp,
    Keys,
    Listen,
    MachineAnswered,
    Say,
    Silence,
    Spoken,
    Transfer,
    TransferDone,
    TransferFailed,
)  # fmt: skip
from robot.script import Script
from robot.script.findings import nearest
from robot.words import AnsweredBy

__all__ = ["COMMANDS", "Chat", "ChatError", "ChatTurn"]

COMMANDS: Final[dict[str, str]] = {
    "/keys": "press keys: /keys 1",
    "/silence": "say nothing",
    "/hangup": "hang up",
    "/machine": "be a voicemail whose beep is over",
    "/taken": "the transfer is taken",
    "/refused": "the transfer is refused",
}
"""What may be typed besides words, and what it does."""

_BARE: Final[dict[str, DialogEvent]] = {
    "/silence": Silence(),
    "/hangup": HungUp(),
    "/machine": MachineAnswered(AnsweredBy.VOICEMAIL),
    "/taken": TransferDone(),
    "/refused": TransferFailed(),
}
_SPOKEN_PER_SECOND: Final = 14
"""Characters that a voice says in a second, for how long our words would have lasted."""


class ChatError(Exception):
    """Raised when a typed line is no command; its text says what is allowed."""


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One typed line and what came of it.

    Attributes:
        typed: The line; empty for the opening.
        understood: What its words were taken for; `None` where it had none.
        said: What the robot said to it, in order.
        step: Where the conversation is now.
        slots: What was learned so far.
        listening: What the robot waits for now.
        transfer: The transfer that waits to be taken or refused.
        finish: What the CRM would be told, once the conversation is over.
    """

    typed: str
    understood: Understanding | None
    said: tuple[Say, ...]
    step: str
    slots: Mapping[str, str]
    listening: Listen | None
    transfer: Transfer | None
    finish: Finish | None


class Chat:
    """One conversation. Call `begin`, then `type` for each line until ``over``."""

    def __init__(
        self,
        script: Script | CompiledScript,
        nlu: Nlu,
        contact: Mapping[str, str],
        *,
        clock: Clock,
        zone: ZoneInfo,
        variant_seed: str = "chat",
    ) -> None:
        """Prepare a conversation.

        Args:
            script: The script.
            nlu: Understanding in the script's language.
            contact: The contact's fields that the script may say.
            clock: Where the time comes from.
            zone: The contact's zone.
            variant_seed: What variants are drawn by; another seed may hear another wording.
        """
        compiled = script if isinstance(script, CompiledScript) else CompiledScript(script)
        self._dialog = Dialog(compiled, contact, variant_seed=variant_seed, zone=zone)
        self._nlu = nlu
        self._clock = clock
        self._zone = zone
        self._listening: Listen | None = None
        self._transfer: Transfer | None = None
        self._finish: Finish | None = None

    @property
    def over(self) -> bool:
        """Return whether the conversation has ended."""
        return self._finish is not None

    @property
    def variants(self) -> Mapping[str, str]:
        """Return the variants that were said: step → variant."""
        return self._dialog.variants

    def begin(self) -> ChatTurn:
        """Pick up the phone."""
        return self._turn("", Answered(), None)

    def type(self, line: str) -> ChatTurn:
        """Take one typed line: words of the caller, or one of `COMMANDS`. An empty line is silence.

        Raises:
            ChatError: It begins with ``/`` and is no command, or is a command without what it needs.
        """
        line = line.strip()
        if not line.startswith("/"):
            if not line:
                return self._turn(line, Silence(), None)
            allowed = self._listening.allowed if self._listening is not None else None
            now = self._clock.now().astimezone(self._zone)
            understood = self._nlu.parse(line, allowed=allowed, now=now)
            return self._turn(line, Heard(understood), understood)
        command, _, rest = line.partition(" ")
        if command == "/keys":
            digits = "".join(rest.split())
            if not digits or not set(digits) <= set("0123456789*#"):
                raise ChatError("Which keys? Type /keys 1, or several pressed as one answer: /keys 12.")
            return self._turn(line, Keys(digits), None)
        if command not in _BARE:
            raise ChatError(f"There is no {command}. {nearest(command, COMMANDS)}")
        return self._turn(line, _BARE[command], None)

    def _turn(self, typed: str, event: DialogEvent, understood: Understanding | None) -> ChatTurn:
        said: list[Say] = []
        actions = self._do(event, said)
        while actions and self._finish is None and any(isinstance(action, Say) for action in actions):
            heard_ms = len(said[-1].text) * 1000 // _SPOKEN_PER_SECOND
            actions = self._do(Spoken(heard_ms, cut=False), said)
        return ChatTurn(
            typed=typed,
            understood=understood,
            said=tuple(said),
            step=self._dialog.step,
            slots=dict(self._dialog.slots),
            listening=self._listening,
            transfer=self._transfer,
            finish=self._finish,
        )

    def _do(self, event: DialogEvent, said: list[Say]) -> tuple[Action, ...]:
        actions = self._dialog.handle(event, self._clock.now())
        if actions:
            self._listening = self._transfer = None
        for action in actions:
            match action:
                case Say():
                    said.append(action)
                case Listen():
                    self._listening = action
                case Transfer():
                    self._transfer = action
                case Finish():
                    self._finish = action
                case _:
                    pass
        return actions
