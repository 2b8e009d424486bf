"""What one conversation puts into words: what is said to this contact, what may be said next, what the CRM is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from robot.dialog.compiled import CompiledScript
from robot.dialog.events import Finish, Say
from robot.dialog.memory import Memory
from robot.script.condition import Condition
from robot.script.graph import Node, Sayable, not_understood_trigger, silent_trigger
from robot.script.schema import Email
from robot.words import FollowUp

__all__ = ["Teller"]


@dataclass(frozen=True, slots=True)
class Teller:
    """Words for one contact.

    Attributes:
        compiled: The script.
        contact: The contact's fields.
        memory: What the conversation has learned so far.
        seed: What variants are drawn by.
        zone: The contact's zone.
    """

    compiled: CompiledScript
    contact: Mapping[str, str]
    memory: Memory
    seed: str
    zone: ZoneInfo

    @property
    def values(self) -> dict[str, str]:
        """Return all that sentences and conditions may name, but for facts."""
        return {**self.contact, **self.memory.known}

    def holds(self, condition: Condition | None) -> bool:
        """Return whether a condition is true by now; none is always."""
        return condition is None or self.compiled.sayer.holds(condition, self.values)

    def words(self, node: Node, now: datetime, *, again: bool = False) -> Say | None:
        """Return what a step says, ``again`` where its question comes back; `None` where it says nothing."""
        if again and node.step.again is not None:
            return self.say((node.step.again,), now, uninterruptible=node.step.uninterruptible)
        return self.say(self.compiled.saying(node, self.seed), now, uninterruptible=node.step.uninterruptible)

    def say(self, saying: Sequence[Sayable], now: datetime, *, uninterruptible: bool) -> Say | None:
        """Fill a saying; `None` where nothing of it is to be said."""
        return self.compiled.sayer.say(saying, self.values, now=now, zone=self.zone, uninterruptible=uninterruptible)

    def ahead(self, state: str, now: datetime) -> tuple[Say, ...]:
        """Return what may be said next from a state, as far as it is known already: for rendering speech ahead.

        That is the opening before anybody has picked up, and then the words of every step that an answer leads to from
        here, of the open question, and of the next rungs of both ladders.
        """
        memory, values = self.memory, self.values
        rungs = (silent_trigger(memory.silences + 1), not_understood_trigger(memory.misses + 1))
        says: dict[str, Say] = {}
        for node in self.compiled.next_nodes(state, memory.question, rungs):
            for saying in (self.compiled.saying(node, self.seed), (node.step.again,) if node.step.again else ()):
                if self.compiled.sayer.can_say(saying, values):
                    say = self.say(saying, now, uninterruptible=node.step.uninterruptible)
                    if say is not None:
                        says.setdefault(say.text, say)
        return tuple(says.values())

    def tell(self, finish: Finish, now: datetime) -> Finish:
        """Add to a verdict what the steps of the conversation tell the CRM: notes, changes, tags, what is to be sent.

        It is written when the conversation ends, with what is known by then: a slot that was corrected is told as
        corrected.
        """
        finish = replace(finish, never_call=finish.never_call or self.memory.never_call)
        if not self.memory.told:
            return finish
        sayer, values = self.compiled.sayer, self.values
        notes: list[str] = []
        updates: dict[str, str] = {}
        tags: dict[str, None] = {}
        follow_ups: list[FollowUp] = []
        for name in self.memory.told:
            step = self.compiled.graph.nodes[name].step
            if step.note is not None:
                notes.append(sayer.write(step.note, values, now=now, zone=self.zone))
            for field, sentence in step.update.items():
                value = sayer.raw(sentence, values)
                if value:  # what was never learned changes nothing
                    updates[field] = value
            tags.update(dict.fromkeys(sayer.write(tag, values, now=now, zone=self.zone) for tag in step.tags))
            for channel, asked in step.follow_ups:
                text = sayer.write(asked.text, values, now=now, zone=self.zone)
                subject = asked.subject if isinstance(asked, Email) else None
                subject = sayer.write(subject, values, now=now, zone=self.zone) if subject is not None else None
                to = sayer.raw(asked.to, values) if asked.to is not None else ""
                follow_ups.append(FollowUp(channel, text, to or None, subject))
        return replace(
            finish, notes=tuple(filter(None, notes)), updates=updates, tags=tuple(tags), follow_ups=tuple(follow_ups)
        )
