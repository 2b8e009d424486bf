"""The course of a conversation: which step a trigger leads to, and what arriving there does.

A `Course` is the light model of one call; the states and transitions of its script stand in one `CompiledScript` that
all calls share. `robot.dialog.machine` tells it what happened. Pure, as all of this package.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from models.protocols import Understanding
from robot.dialog import events
from robot.dialog.compiled import BACK_TO, NEW, CompiledScript
from robot.dialog.memory import Memory
from robot.dialog.slots import answered_already
from robot.dialog.telling import Teller
from robot.script import graph
from robot.script.graph import AT_LIMIT, OTHERWISE, THEN, Kind, Node
from robot.script.outcomes import TRANSFER_FAILED
from robot.script.schema import AGAIN, BACK

__all__ = ["Actions", "Course"]

_LONGEST_MONOLOGUE: Final = 20
"""Steps that may follow each other without a question."""
Actions = tuple[events.Action, ...]


class Course:
    """Where one conversation stands, and how it moves."""

    __slots__ = (
        "_compiled", "_decided", "_held", "_limited", "_memory", "_now", "_over", "_speaking", "_teller",
        "_transferring", "_voicemail", "_watch", "_zone", "state", "variants",
    )  # fmt: skip

    def __init__(
        self,
        compiled: CompiledScript,
        contact: Mapping[str, str],
        *,
        variant_seed: str,
        zone: ZoneInfo,
        watch: Callable[[str, str, str], None] | None = None,
    ) -> None:
        """Begin a conversation that nobody has picked up yet.

        Args:
            compiled: The script.
            contact: The contact's fields that the script may say.
            variant_seed: What variants are drawn by: the contact's id.
            zone: The contact's zone, in which times are said and understood.
            watch: Told of every way that is followed: from which step, by which trigger, to which step.
        """
        self._watch = watch
        self._compiled = compiled
        self._zone = zone
        self.state: str = NEW
        self.variants: dict[str, str] = {}
        """Step → variant that was said there."""
        self._memory = Memory(compiled.asks_for_person())
        self._teller = Teller(compiled, contact, self._memory, variant_seed, zone)
        self._decided: events.Finish | None = None
        self._held: events.DialogEvent | None = None
        self._speaking = self._transferring = self._limited = self._over = self._voicemail = False
        self._now = datetime.min.replace(tzinfo=UTC)

    @property
    def step(self) -> str:
        """Return the name of the step that the conversation is at."""
        return self.state

    @property
    def slots(self) -> Mapping[str, str]:
        """Return what was learned so far."""
        return self._memory.slots

    @property
    def turns(self) -> int:
        """Return how often the caller has answered; silence counts."""
        return self._memory.turns

    @property
    def decided(self) -> events.Finish | None:
        """Return what the conversation will come to once its last words are said, where that is decided."""
        return self._teller.tell(self._decided, self._now) if self._decided is not None else None

    @property
    def over(self) -> bool:
        """Return whether `Finish` was given."""
        return self._over

    # --- what is known

    @property
    def _nodes(self) -> Mapping[str, Node]:
        return self._compiled.graph.nodes

    @property
    def _node(self) -> Node:
        return self._nodes[self.state]

    @property
    def _spent(self) -> bool:
        """Whether no further question is asked."""
        return self._limited or self._memory.turns >= self._compiled.script.limits.turns

    def _leads(self, trigger: str) -> bool:
        return any(self._compiled.has(place, trigger) for place in (self.state, self._memory.question) if place)

    def _asking(self) -> Node | None:
        """Return the node whose slots the question is about: itself, or the one it reads back."""
        question = self._nodes.get(self._memory.question or "")
        return self._nodes[question.confirms] if question and question.confirms else question

    def _missed(self) -> Actions:
        self._memory.misses += 1
        return self._climb(
            graph.not_understood_trigger(min(self._memory.misses, self._compiled.graph.not_understood_rungs))
        )

    def _fill(self, filled: Mapping[str, str]) -> Actions:
        asking, memory = self._asking(), self._memory
        assert asking is not None
        more = filled.keys() - memory.slots.keys()
        memory.slots.update(filled)
        memory.understood("callback_later" if asking.step.asks_when else None, moves_on=True)
        self._to_question()
        if asking.name != memory.question:
            return self._arrive()
        if asking.step.ask_for.keys() <= memory.slots.keys():
            return self._slots_known(asking)
        return self._come_back(full=True) if more else self._missed()

    def _slots_known(self, asking: Node) -> Actions:
        if asking.step.confirm is None:
            self._memory.tells(asking)
        return self._enter(THEN)

    # --- where it leads

    def _take(self, trigger: str, heard: Understanding | None = None) -> Actions:
        """Follow an answer, from where we speak or else from the question before it."""
        if not self._compiled.has(self.state, trigger):
            self._to_question()
        node, special = self._node, self._compiled.special(self.state, trigger)
        if special == AGAIN:
            self._memory.repeats += 1
            if self._memory.repeats > self._compiled.script.limits.repeats:
                return self._missed()
        intent = self._compiled.intent_of(node, self._memory.question, trigger)
        intent = node.step.means.get(intent or "", intent)
        confirms = node.confirms is not None and intent in ("affirm", "deny")
        hears_us = node.kind is not Kind.QUESTION and special is not None
        moves_on = special is None and not confirms
        self._memory.understood("greet" if hears_us else intent, moves_on=moves_on)
        if node.confirms is not None and node.exits.get(trigger) == node.confirms:
            for slot in self._nodes[node.confirms].step.ask_for:
                self._memory.slots.pop(slot, None)
        elif confirms and node.confirms is not None:
            self._memory.tells(self._nodes[node.confirms])
        return self._enter(trigger, heard)

    def _climb(self, rung: str) -> Actions:
        self._to_question()
        return self._enter(rung)

    def _to_question(self) -> None:
        """Come back from what was said beside the question, without a word."""
        if self._memory.question is not None and self.state != self._memory.question:
            self._move(BACK_TO.format(self._memory.question))

    def _come_back(self, *, full: bool, to: str | None = None) -> Actions:
        """Ask a question again: in its shorter wording where it has one and ``full`` is not wanted."""
        question = to or self._memory.question
        if question is None or self._memory.returns > self._compiled.script.limits.returns:
            return self._stop_asking()
        self._move(BACK_TO.format(question))
        return self._arrive(again=not full, back=True)

    def _stop_asking(self) -> Actions:
        if self._limited:
            return self._finish(self._memory.finish_at_limit())
        self._limited = True
        self._move(AT_LIMIT)
        return self._arrive()

    def _move(self, trigger: str) -> None:
        moved: bool = self._compiled.machine.events[trigger].trigger(self)
        assert moved, f"no way {trigger} from {self.state}"

    def _enter(self, trigger: str, heard: Understanding | None = None) -> Actions:
        special, source = self._compiled.special(self.state, trigger), self.state
        if special is None:
            self._move(trigger)
        leaves = special == BACK and self._node.kind is Kind.QUESTION
        if self._watch is not None:
            target = self.state if special is None else (leaves and self._memory.before) or self._memory.question
            self._watch(source, trigger, target or self.state)
        if special is None:
            return self._arrive(heard=heard)
        return self._come_back(full=special == AGAIN, to=self._memory.before if leaves else None)

    def _arrive(self, *, again: bool = False, back: bool = False, heard: Understanding | None = None) -> Actions:
        """Do what the step that we came to does; ``back`` where its question is only asked once more."""
        node, memory = self._node, self._memory
        memory.monologue += 1
        if not back:
            memory.count(node.step.count)
            if not self._teller.holds(node.condition) and memory.monologue <= _LONGEST_MONOLOGUE:
                return self._enter(OTHERWISE)
        if not node.step.ask_for:
            memory.tells(node)
        if node.kind is Kind.QUESTION and heard is not None and self._answered_already(node, heard):
            return self._slots_known(node)
        asks = node.kind in (Kind.QUESTION, Kind.ASIDE, Kind.LINGER)
        if (asks and self._spent) or (memory.monologue > _LONGEST_MONOLOGUE and node.kind is not Kind.END):
            return self._stop_asking()
        return self._do(node, again=again)

    def _do(self, node: Node, *, again: bool) -> Actions:
        memory = self._memory
        match node.kind:
            case Kind.END:
                memory.answer = node.answer or memory.answer
                self._decided = memory.finish(node.step.end)
                return self._words(node) or self._finish(self._decided)
            case Kind.TRANSFER:
                if not self._compiled.takes_calls(node, self._now):
                    return self._without_transfer()
                return self._words(node) or self._transfer(node)
            case Kind.PASSING:
                return self._words(node) or self._enter(THEN)
            case Kind.QUESTION:
                self._now_asking(node)
                return (*self._words(node, again=again), self._compiled.listen(node.name))
            case Kind.ASIDE if memory.returns > self._compiled.script.limits.returns:
                return self._stop_asking()
            case Kind.ASIDE:
                memory.returns += node.answer is None
                said = self._words(node)
                return (*said, *self._listen_on(node)) if said else self._enter(THEN)
            case Kind.LINGER:
                return (*self._words(node), *self._listen_on(node))

    def _answered_already(self, node: Node, heard: Understanding) -> bool:
        """Take what the last answer says of this question: “call me tomorrow after three” needs no “when?”."""
        if already := answered_already(node.step.slots, heard, self._now, self._zone):
            self._now_asking(node)
            self._memory.slots.update(already)
        return bool(already)

    def _now_asking(self, node: Node) -> None:
        asking = self._asking()
        self._memory.asks(node.name, within=asking is not None and asking.name in (node.name, node.confirms))

    def _listen_on(self, node: Node) -> tuple[events.Listen, ...]:
        return (self._compiled.listen(question, beside=node),) if (question := self._memory.question) else ()

    def _transfer(self, node: Node) -> Actions:
        self._transferring = True
        name = node.step.transfer or ""
        return (events.Transfer(name, self._compiled.script.transfers[name].to),)

    def _without_transfer(self) -> Actions:
        self._transferring = False
        self._memory.answer = TRANSFER_FAILED
        held, self._held = self._held, None
        if isinstance(held, events.LimitReached):
            return self._stop_asking()
        if self._compiled.has(self.state, TRANSFER_FAILED):
            return self._enter(TRANSFER_FAILED)
        return self._finish(self._memory.finish())

    # --- what is said, and told

    def _words(self, node: Node, *, again: bool = False) -> tuple[events.Say, ...]:
        if node.step.variants and not (again and node.step.again):
            self.variants[node.name] = self._compiled.variant(node, self._teller.seed)
        return self._say(self._teller.words(node, self._now, again=again))

    def _say(self, say: events.Say | None) -> tuple[events.Say, ...]:
        self._speaking = say is not None
        return (say,) if say is not None else ()

    def _finish(self, finish: events.Finish) -> Actions:
        self._over = True
        return (events.HangUp(), self._teller.tell(finish, self._now))
