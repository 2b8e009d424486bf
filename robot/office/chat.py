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
from robot.dialog import CompiledScript
from robot.dialog.events import Finish, Listen, Say, Transfer
from robot.office.conversation import (
    Act,
    Conversation,
    FallsSilent,
    HangsUp,
    MachineTakes,
    PicksUp,
    Presses,
    Says,
    TransferEnds,
)  # fmt: skip
from robot.script import Script
from robot.script.findings import nearest

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

_BARE: Final[dict[str, Act]] = {
    "/silence": FallsSilent(),
    "/hangup": HangsUp(),
    "/machine": MachineTakes(),
    "/taken": TransferEnds(taken=True),
    "/refused": TransferEnds(taken=False),
}


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
            clock: Tells when it begins; from then on time passes as it would in a call.
            zone: The contact's zone.
            variant_seed: What variants are drawn by; another seed may hear another wording.
        """
        start = clock.now()
        self._talk = Conversation(script, nlu, contact, start=start, zone=zone, variant_seed=variant_seed)

    @property
    def over(self) -> bool:
        """Return whether the conversation has ended."""
        return self._talk.over

    @property
    def variants(self) -> Mapping[str, str]:
        """Return the variants that were said: step → variant."""
        return self._talk.variants

    def begin(self, *, inbound: bool = False) -> ChatTurn:
        """Pick up the phone; ``inbound`` where it is the person who calls."""
        return self._turn("", PicksUp(inbound))

    def type(self, line: str) -> ChatTurn:
        """Take one typed line: words of the caller, or one of `COMMANDS`. An empty line is silence.

        Raises:
            ChatError: It begins with ``/`` and is no command, or is a command without what it needs.
        """
        line = line.strip()
        if not line.startswith("/"):
            return self._turn(line, Says(line) if line else FallsSilent())
        command, _, rest = line.partition(" ")
        if command == "/keys":
            digits = "".join(rest.split())
            if not digits or not set(digits) <= set("0123456789*#"):
                raise ChatError("Which keys? Type /keys 1, or several pressed as one answer: /keys 12.")
            return self._turn(line, Presses(digits))
        if command not in _BARE:
            raise ChatError(f"There is no {command}. {nearest(command, COMMANDS)}")
        return self._turn(line, _BARE[command])

    def _turn(self, typed: str, act: Act) -> ChatTurn:
        exchange = self._talk.take(act)
        return ChatTurn(
            typed=typed,
            understood=exchange.understood,
            said=tuple(utterance.say for utterance in exchange.said),
            step=exchange.step,
            slots=exchange.slots,
            listening=exchange.listening,
            transfer=exchange.transfer,
            finish=exchange.finish,
        )
