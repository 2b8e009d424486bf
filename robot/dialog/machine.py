"""The dialog: events in, actions out. Pure: no audio, no clock, no I/O.

A `Dialog` is the light model of one call; the states and transitions of its script stand in one `CompiledScript` that
all calls share. What it keeps to, whatever it is told:

- it says one thing at a time: while it speaks, an answer, a key or a limit waits for `Spoken`;
- it gives exactly one `Finish`, as its last action, and after that nothing;
- an answer is looked for at the step that speaks, then at the question before it; what leads nowhere climbs the ladder
  of ``when_not_understood``, and silence that of ``when_silent``; whatever is understood takes both back to their foot;
- once ``limits`` are reached no further question is asked.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from models.protocols import Understanding
from robot.dialog.compiled import BACK_TO, NEW, START, CompiledScript
from robot.dialog.events import (
    Action,
    Answered,
    DialogEvent,
    Finish,
    HangUp,
    Heard,
    HungUp,
    Keys,
    LimitReached,
    Listen,
    MachineAnswered,
    Say,
    Silence,
    Spoken,
    Transfer,
    TransferDone,
    TransferFailed,
)  # fmt: skip
from robot.dialog.memory import Memory
from robot.dialog.slots import corrections, fill
from robot.script.graph import AT_LIMIT, THEN, Kind, Node, key_trigger, not_understood_trigger, silent_trigger
from robot.script.outcomes import LIMIT, STOP_CALLING, TRANSFER_FAILED
from robot.script.schema import AGAIN, BACK, End
from robot.words import AnsweredBy, Disposition, Interest

__all__ = ["SURE_OF_MEANING", "SURE_OF_WORDS", "Dialog"]

SURE_OF_WORDS: Final = 0.35
"""A recogniser less sure than this was not heard; a grammar's claim that its check does not bear out has at most .3."""
SURE_OF_MEANING: Final = 0.4
"""An intent less sure than this was not understood. The NLU has its own threshold, which comes first."""
_LONGEST_MONOLOGUE: Final = 20
"""Steps that may follow each other without a question."""
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Dialog:
    """One conversation."""

    __slots__ = (
        "_compiled", "_contact", "_decided", "_held", "_limited", "_memory", "_now", "_over", "_seed", "_speaking",
        "_transferring", "_voicemail", "_zone", "state", "variants",
    )  # fmt: skip

    def __init__(
        self, compiled: CompiledScript, contact: Mapping[str, str], *, variant_seed: str, zone: ZoneInfo
    ) -> None:
        """Begin a conversation that nobody has picked up yet.

        Args:
            compiled: The script.
            contact: The contact's fields that the script may say.
            variant_seed: What variants are drawn by: the contact's id.
            zone: The contact's zone, in which times are said and understood.
        """
        self._compiled = compiled
        self._contact = contact
        self._seed = variant_seed
        self._zone = zone
        self.state: str = NEW
        self.variants: dict[str, str] = {}
        """Step → variant that was said there."""
        self._memory = Memory(compiled.asks_for_person)
        self._decided: Finish | None = None
        self._held: DialogEvent | None = None
        self._speaking = self._transferring = self._limited = self._over = self._voicemail = False
        self._now = _NEVER

    @property
    def step(self) -> str:
        """Return the name of the step that the conversation is at."""
        return self.state

    @property
    def slots(self) -> Mapping[str, str]:
        """Return what was learned so far."""
        return self._memory.slots

    @property
    def decided(self) -> Finish | None:
        """Return what the conversation will come to once its last words are said, where that is decided."""
        return self._decided

    @property
    def over(self) -> bool:
        """Return whether `Finish` was given."""
        return self._over

    def handle(self, event: DialogEvent, now: datetime) -> tuple[Action, ...]:
        """Take what happened; return what to do, in order.

        Args:
            event: What happened. What makes no sense now is ignored.
            now: The instant (aware) at which it did.
        """
        if self._over:
            return ()
        self._now = now.astimezone(self._zone)
        match event:
            case HungUp():
                return self._hung_up()
            case MachineAnswered():
                return self._machine(event)
            case Answered():
                return self._enter(START) if self.state == NEW and not self._voicemail else ()
            case LimitReached():
                return self._limit(event)
            case Spoken():
                return self._spoken(event)
            case Heard() | Keys() | Silence():
                return self._told(event)
            case TransferDone():
                return self._finish(self._memory.finish_transferred()) if self._transferring else ()
            case TransferFailed():
                return self._without_transfer() if self._transferring else ()

    def ahead(self, now: datetime) -> tuple[Say, ...]:
        """Return what may be said next, as far as it is known already: for rendering speech ahead.

        That is the opening before anybody has picked up, and then the sentence of every step that an answer leads to
        from here, of the open question, and of the next rungs of both ladders.
        """
        memory, sayer, values = self._memory, self._compiled.sayer, {**self._contact, **self._memory.slots}
        rungs = (silent_trigger(memory.silences + 1), not_understood_trigger(memory.misses + 1))
        says: dict[str, Say] = {}
        for node in self._compiled.next_nodes(self.state, memory.question, rungs):
            for sentence in (self._compiled.sentence(node, self._seed), node.step.again):
                if sentence is not None and sayer.can_say(sentence, values):
                    firm = node.step.uninterruptible
                    say = sayer.say(sentence, values, now=now, zone=self._zone, uninterruptible=firm)
                    says.setdefault(say.text, say)
        return tuple(says.values())

    # --- what happens

    def _machine(self, event: MachineAnswered) -> tuple[Action, ...]:
        """Leave the message once the beep is over, or hang up; only a mailbox or a person's assistant takes one."""
        if self._transferring or self._decided is not None:
            return ()
        self._voicemail = True
        takes_message = event.kind in (AnsweredBy.VOICEMAIL, AnsweredBy.ASSISTANT)
        message = self._compiled.script.voicemail
        if message == "hang_up" or not takes_message:
            return self._finish(_of_machine(Disposition.VOICEMAIL if takes_message else Disposition.COMPLETED))
        if not event.ready:
            return ()
        if self._speaking:
            self._held = event
            return ()
        self._decided = _of_machine(Disposition.VOICEMAIL_LEFT)
        return (self._say(message.say, uninterruptible=True),)

    def _hung_up(self) -> tuple[Action, ...]:
        self._over = True
        if self._voicemail:
            return (_of_machine(Disposition.VOICEMAIL),)
        if self._decided is not None:
            return (self._decided,)
        interest = Interest.HOT if self._transferring else Interest.UNKNOWN
        return (self._memory.finish(End(interest=interest, disposition=Disposition.HUNG_UP)),)

    def _limit(self, event: LimitReached) -> tuple[Action, ...]:
        if self._decided is not None or self._transferring:
            return ()
        if self._voicemail:
            return self._finish(_of_machine(Disposition.VOICEMAIL))
        if self._speaking:
            self._held = event
            return ()
        return self._stop_asking()

    def _spoken(self, event: Spoken) -> tuple[Action, ...]:
        if not self._speaking:
            return ()
        self._speaking, held, self._held = False, self._held, None
        if self._voicemail:
            if isinstance(held, MachineAnswered):
                return self._machine(held)
            return self._finish(self._decided) if self._decided is not None else ()
        node = self._node
        if self._decided is not None or node.kind in (Kind.PASSING, Kind.TRANSFER):
            if self._asks_to_stop(held):
                return self._take(STOP_CALLING)
            if self._decided is not None:
                return self._finish(self._decided)
        if isinstance(held, LimitReached):
            return self._stop_asking()
        if node.kind is Kind.PASSING:
            return self._enter(THEN)
        if node.kind is Kind.TRANSFER:
            return self._transfer(node)
        if held is not None:
            return self._told(held)
        if node.kind is Kind.ASIDE and not event.cut:
            return self._come_back(full=node.step.then == AGAIN)
        return ()

    def _told(self, event: DialogEvent) -> tuple[Action, ...]:
        """Take what the caller did. While we speak it waits for the end of our words, and the last answer counts."""
        if self.state == NEW or self._voicemail or self._transferring:
            return ()
        if self._speaking:
            stays = isinstance(event, Silence) or isinstance(self._held, LimitReached) or self._asks_to_stop(self._held)
            self._held = self._held if stays else event
            return ()
        if self._memory.question is None:
            return self._take(STOP_CALLING) if self._asks_to_stop(event) else ()
        self._memory.turns += 1
        match event:
            case Heard():
                return self._heard(event)
            case Keys():
                trigger = key_trigger(event.digits)
                return self._take(trigger) if self._leads(trigger) else self._missed()
            case _:
                return self._silent()

    def _heard(self, event: Heard) -> tuple[Action, ...]:
        heard = event.understood
        if event.asr_confidence < SURE_OF_WORDS:
            return self._missed()
        if self._asks_to_stop(event):
            return self._take(STOP_CALLING)
        leads = heard.confidence >= SURE_OF_MEANING and heard.intent != "out_of_scope" and self._leads(heard.intent)
        filled = self._filled_by(heard, leads)
        if filled:
            return self._fill(filled)
        return self._take(heard.intent, heard) if leads else self._missed()

    def _silent(self) -> tuple[Action, ...]:
        if self._memory.misses:  # whoever has spoken is not silent, only hard to understand
            return self._missed()
        self._memory.silences += 1
        return self._climb(silent_trigger(min(self._memory.silences, self._compiled.graph.silent_rungs)))

    def _missed(self) -> tuple[Action, ...]:
        self._memory.misses += 1
        return self._climb(not_understood_trigger(min(self._memory.misses, self._compiled.graph.not_understood_rungs)))

    # --- what was meant

    @property
    def _node(self) -> Node:
        return self._compiled.graph.nodes[self.state]

    def _leads(self, trigger: str) -> bool:
        places = (self.state, self._memory.question)
        return any(place is not None and self._compiled.has(place, trigger) for place in places)

    def _asks_to_stop(self, event: DialogEvent | None) -> bool:
        return (
            isinstance(event, Heard)
            and event.understood.intent == STOP_CALLING
            and event.understood.confidence >= SURE_OF_MEANING
            and event.asr_confidence >= SURE_OF_WORDS
            and self._memory.answer != STOP_CALLING
            and self._compiled.has(self.state, STOP_CALLING)
        )

    def _asking(self) -> Node | None:
        """Return the node whose slots the question is about: itself, or the one it reads back."""
        question = self._compiled.graph.nodes.get(self._memory.question or "")
        return self._compiled.graph.nodes[question.confirms] if question and question.confirms else question

    def _filled_by(self, heard: Understanding, leads: bool) -> dict[str, str]:
        """Return the slots that an answer fills; while they are read back, only those that it changes."""
        asking = self._asking()
        if asking is None:
            return {}
        # words that mean something here are no free text
        asked = {slot: kind for slot, kind in asking.step.ask_for.items() if kind != "text" or not leads}
        if asking.name == self._memory.question:
            return fill(asked, heard, self._now, self._zone)
        language = self._compiled.script.language
        return corrections(asked, self._memory.slots, heard, now=self._now, zone=self._zone, language=language)

    def _fill(self, filled: Mapping[str, str]) -> tuple[Action, ...]:
        asking, memory = self._asking(), self._memory
        assert asking is not None
        memory.slots.update(filled)
        memory.understood("callback_later" if "time" in asking.step.ask_for.values() else None, moves_on=True)
        self._to_question()
        if asking.name != memory.question:
            return self._arrive()
        return self._enter(THEN) if asking.step.ask_for.keys() <= memory.slots.keys() else self._missed()

    # --- where it leads

    def _take(self, trigger: str, heard: Understanding | None = None) -> tuple[Action, ...]:
        """Follow an answer, from where we speak or else from the question before it."""
        if not self._compiled.has(self.state, trigger):
            self._to_question()
        node, special = self._node, self._compiled.special(self.state, trigger)
        intent = self._compiled.intent_of(node, self._memory.question, trigger)
        confirms = node.confirms is not None and intent in ("affirm", "deny")
        hears_us = node.kind is not Kind.QUESTION and special is not None
        moves_on = special is None and not confirms
        self._memory.understood("greet" if hears_us else intent, moves_on=moves_on)
        if special == AGAIN:
            self._memory.repeats += 1
            if self._memory.repeats > self._compiled.script.limits.repeats:
                return self._missed()
        elif node.confirms is not None and node.exits.get(trigger) == node.confirms:
            for slot in self._compiled.graph.nodes[node.confirms].step.ask_for:
                self._memory.slots.pop(slot, None)
        return self._enter(trigger, heard)

    def _climb(self, rung: str) -> tuple[Action, ...]:
        self._to_question()
        return self._enter(rung)

    def _to_question(self) -> None:
        """Come back from what was said beside the question, without a word."""
        if self._memory.question is not None and self.state != self._memory.question:
            self._move(BACK_TO.format(self._memory.question))

    def _come_back(self, *, full: bool, to: str | None = None) -> tuple[Action, ...]:
        """Ask a question again: in its shorter wording where it has one and ``full`` is not wanted."""
        question = to or self._memory.question
        if question is None or self._memory.returns > self._compiled.script.limits.returns:
            return self._stop_asking()
        self._move(BACK_TO.format(question))
        return self._arrive(again=not full)

    def _stop_asking(self) -> tuple[Action, ...]:
        if self._limited:
            self._memory.answer = LIMIT
            return self._finish(self._memory.finish())
        self._limited = True
        self._move(AT_LIMIT)
        return self._arrive()

    def _move(self, trigger: str) -> None:
        moved: bool = self._compiled.machine.events[trigger].trigger(self)
        assert moved, f"no way {trigger} from {self.state}"

    def _enter(self, trigger: str, heard: Understanding | None = None) -> tuple[Action, ...]:
        special = self._compiled.special(self.state, trigger)
        if special is None:
            self._move(trigger)
            return self._arrive(heard=heard)
        leaves = special == BACK and self._node.kind is Kind.QUESTION
        return self._come_back(full=special == AGAIN, to=self._memory.before if leaves else None)

    def _arrive(self, *, again: bool = False, heard: Understanding | None = None) -> tuple[Action, ...]:
        """Do what the step that we came to does."""
        node, memory = self._node, self._memory
        memory.monologue += 1
        if node.kind is Kind.QUESTION and heard is not None and self._answered_already(node, heard):
            return self._enter(THEN)
        asks = node.kind in (Kind.QUESTION, Kind.ASIDE, Kind.LINGER)
        spent = self._limited or memory.turns >= self._compiled.script.limits.turns
        if (asks and spent) or (memory.monologue > _LONGEST_MONOLOGUE and node.kind is not Kind.END):
            return self._stop_asking()
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
            case Kind.ASIDE:
                memory.returns += node.answer is None
                said = self._words(node)
                return (*said, *self._listen_on(node)) if said else self._come_back(full=node.step.then == AGAIN)
            case Kind.LINGER:
                return (*self._words(node), *self._listen_on(node))

    def _answered_already(self, node: Node, heard: Understanding) -> bool:
        """Take what the last answer says of this question: “call me tomorrow after three” needs no “when?”."""
        asked = {slot: kind for slot, kind in node.step.ask_for.items() if kind != "text"}
        filled = fill(asked, heard, self._now, self._zone)
        if not asked or filled.keys() != node.step.ask_for.keys():
            return False
        self._now_asking(node)
        self._memory.slots.update(filled)
        return True

    def _now_asking(self, node: Node) -> None:
        asking = self._asking()
        self._memory.asks(node.name, within=asking is not None and asking.name in (node.name, node.confirms))

    def _listen_on(self, node: Node) -> tuple[Listen, ...]:
        question = self._memory.question
        return (self._compiled.listen(question, beside=node),) if question is not None else ()

    def _transfer(self, node: Node) -> tuple[Action, ...]:
        self._transferring = True
        name = node.step.transfer or ""
        return (Transfer(name, self._compiled.script.transfers[name].to),)

    def _without_transfer(self) -> tuple[Action, ...]:
        self._transferring = False
        self._memory.answer = TRANSFER_FAILED
        if self._compiled.has(self.state, TRANSFER_FAILED):
            return self._enter(TRANSFER_FAILED)
        return self._finish(self._memory.finish())

    # --- what is said, and told

    def _words(self, node: Node, *, again: bool = False) -> tuple[Say, ...]:
        sentence = node.step.again if again else None
        if sentence is None:
            sentence = self._compiled.sentence(node, self._seed)
            if node.step.variants:
                self.variants[node.name] = self._compiled.variant(node, self._seed)
        return (self._say(sentence, uninterruptible=node.step.uninterruptible),) if sentence is not None else ()

    def _say(self, sentence: str, *, uninterruptible: bool) -> Say:
        self._speaking = True
        values = {**self._contact, **self._memory.slots}
        return self._compiled.sayer.say(
            sentence, values, now=self._now, zone=self._zone, uninterruptible=uninterruptible
        )

    def _finish(self, finish: Finish) -> tuple[Action, ...]:
        self._over = True
        return (HangUp(), finish)


def _of_machine(disposition: Disposition) -> Finish:
    """Return the verdict of a call that no human took."""
    return Memory(asks_for_person=False).finish(End(interest=Interest.UNKNOWN, disposition=disposition))
