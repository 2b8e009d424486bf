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
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from models.protocols import Understanding
from robot.dialog.compiled import BACK_TO, HERE, NEW, START, STOP_CALLING, CompiledScript
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
from robot.dialog.slots import corrections, fill
from robot.script.graph import (
    AT_LIMIT,
    THEN,
    TRANSFER_FAILED,
    Kind,
    Node,
    key_trigger,
    not_understood_trigger,
    silent_trigger,
)
from robot.script.outcomes import LIMIT, PERSON_OF, SAYS_NOTHING_OF_WHO, outcome_of
from robot.script.schema import AGAIN, BACK, End
from robot.words import AnsweredBy, Disposition, Interest, Person

__all__ = ["SURE_OF_MEANING", "SURE_OF_WORDS", "Dialog"]

SURE_OF_WORDS: Final = 0.35
"""A recogniser less sure than this was not heard; a grammar's claim that its check does not bear out has at most .3."""
SURE_OF_MEANING: Final = 0.4
"""An intent less sure than this was not understood. The NLU has its own threshold, which comes first."""
_LONGEST_MONOLOGUE: Final = 20
"""Steps that may follow each other without a question."""


class Dialog:
    """One conversation."""

    __slots__ = (
        "_answer", "_before", "_compiled", "_contact", "_decided", "_held", "_limited", "_misses", "_monologue", "_now",
        "_over", "_person", "_question", "_repeats", "_returns", "_seed", "_silences", "_slots", "_speaking", "_talked",
        "_transferring", "_turns", "_voicemail", "_zone", "state", "variants",
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
        self._slots: dict[str, str] = {}
        self._question: str | None = None
        self._before: str | None = None
        self._answer: str | None = None
        self._person = Person.UNKNOWN
        self._talked = False
        self._decided: Finish | None = None
        self._held: DialogEvent | None = None
        self._speaking = self._transferring = self._limited = self._over = self._voicemail = False
        self._turns = self._silences = self._misses = self._returns = self._repeats = self._monologue = 0
        self._now: datetime | None = None

    @property
    def step(self) -> str:
        """Return the name of the step that the conversation is at."""
        return self.state

    @property
    def slots(self) -> Mapping[str, str]:
        """Return what was learned so far."""
        return self._slots

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
                return self._transferred()
            case TransferFailed():
                return self._not_transferred()

    def ahead(self, now: datetime) -> tuple[Say, ...]:
        """Return what may be said next, as far as it is known already: for rendering speech ahead.

        That is the sentence of this step where it was not said yet (before `Answered`: the opening), of every step
        that an answer leads to from here, and of the first rungs of both ladders.
        """
        nodes = self._compiled.graph.nodes
        if self.state == NEW:
            names = {self._compiled.script.start}
        else:
            names = {self._question or "", *self._compiled.graph.everywhere.values()}
            for name in (self.state, self._question):
                names.update(nodes[name].exits.values() if name in nodes else ())
            names |= {f"when_silent.{self._silences + 1}", f"when_not_understood.{self._misses + 1}"}
        says: dict[str, Say] = {}
        values = {**self._contact, **self._slots}
        for node in (nodes[name] for name in sorted(names) if name in nodes):
            sentences = [sentence for sentence in (self._sentence(node), node.step.again) if sentence]
            for sentence in sentences:
                if self._compiled.sayer.can_say(sentence, values):
                    say = self._compiled.sayer.say(
                        sentence, values, now=now, zone=self._zone, uninterruptible=node.step.uninterruptible
                    )
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
            disposition = Disposition.VOICEMAIL if takes_message else Disposition.COMPLETED
            return self._finish(Finish(Interest.UNKNOWN, Person.UNKNOWN, disposition))
        if not event.ready:
            return ()
        if self._speaking:
            self._held = event
            return ()
        self._decided = Finish(Interest.UNKNOWN, Person.UNKNOWN, Disposition.VOICEMAIL_LEFT)
        return (self._say(message.say, True),)

    def _hung_up(self) -> tuple[Action, ...]:
        self._over = True
        if self._voicemail:
            return (Finish(Interest.UNKNOWN, Person.UNKNOWN, Disposition.VOICEMAIL),)
        if self._decided is not None:
            return (self._decided,)
        interest = Interest.HOT if self._transferring else Interest.UNKNOWN
        return (Finish(interest, self._who(), Disposition.HUNG_UP, dict(self._slots)),)

    def _limit(self, event: LimitReached) -> tuple[Action, ...]:
        if self._decided is not None or self._transferring:
            return ()
        if self._voicemail:
            return self._finish(Finish(Interest.UNKNOWN, Person.UNKNOWN, Disposition.VOICEMAIL))
        if self._speaking:
            self._held = event
            return ()
        return self._stop_asking()

    def _spoken(self, event: Spoken) -> tuple[Action, ...]:
        if not self._speaking:
            return ()
        self._speaking = False
        held, self._held = self._held, None
        if self._voicemail and isinstance(held, MachineAnswered):
            return self._machine(held)
        if self._decided is not None:
            if isinstance(held, Heard) and not self._voicemail and self._asks_to_stop(held):
                return self._take(STOP_CALLING)
            return self._finish(self._decided)
        if self._voicemail:
            return ()
        if isinstance(held, LimitReached):
            return self._stop_asking()
        node = self._node
        match node.kind:
            case Kind.PASSING:
                return self._take(STOP_CALLING) if self._asks_to_stop(held) else self._enter(THEN)
            case Kind.TRANSFER:
                return self._take(STOP_CALLING) if self._asks_to_stop(held) else self._transfer(node)
            case _:
                pass
        if held is not None:
            return self._told(held)
        if node.kind is Kind.ASIDE and not event.cut:
            return self._come_back(full=node.step.then == AGAIN)
        return ()

    def _told(self, event: DialogEvent) -> tuple[Action, ...]:
        """Take what the caller did. While we speak it waits for the end of our words; the last answer counts."""
        if self.state == NEW or self._voicemail or self._transferring:
            return ()
        if self._speaking:
            if not isinstance(event, Silence) and not isinstance(self._held, LimitReached):
                self._held = event
            return ()
        if self._question is None:
            return self._take(STOP_CALLING) if self._asks_to_stop(event) else ()
        self._turns += 1
        match event:
            case Heard():
                return self._heard(event)
            case Keys():
                trigger = key_trigger(event.digits)
                return self._take(trigger) if self._leads(trigger) else self._missed()
            case _:
                if self._misses:  # whoever has spoken is not silent, only hard to understand
                    return self._missed()
                self._silences += 1
                return self._climb(silent_trigger(min(self._silences, self._compiled.graph.silent_rungs)))

    def _heard(self, event: Heard) -> tuple[Action, ...]:
        heard = event.understood
        if event.asr_confidence < SURE_OF_WORDS:
            return self._missed()
        if self._asks_to_stop(event):
            return self._take(STOP_CALLING)
        sure = heard.confidence >= SURE_OF_MEANING and heard.intent != "out_of_scope"
        filled = self._filled_by(heard, sure)
        if filled:
            return self._fill(filled)
        if not sure or not self._leads(heard.intent):
            return self._missed()
        return self._take(heard.intent, heard)

    def _transferred(self) -> tuple[Action, ...]:
        if not self._transferring:
            return ()
        interest, _ = outcome_of(self._answer)
        if self._answer is None or interest is Interest.WARM:
            interest = Interest.HOT
        return self._finish(Finish(interest, self._who(), Disposition.TRANSFERRED, dict(self._slots)))

    def _not_transferred(self) -> tuple[Action, ...]:
        if not self._transferring:
            return ()
        self._transferring = False
        return self._without_transfer()

    # --- what was meant

    @property
    def _node(self) -> Node:
        return self._compiled.graph.nodes[self.state]

    def _leads(self, trigger: str) -> bool:
        places = (self.state, self._question)
        return any(place is not None and self._compiled.has(place, trigger) for place in places)

    def _asks_to_stop(self, event: DialogEvent | None) -> bool:
        return (
            isinstance(event, Heard)
            and event.understood.intent == STOP_CALLING
            and event.understood.confidence >= SURE_OF_MEANING
            and event.asr_confidence >= SURE_OF_WORDS
            and self._answer != STOP_CALLING
            and self._compiled.has(self.state, STOP_CALLING)
        )

    def _asking(self) -> Node | None:
        """Return the node whose slots the question is about: itself, or the one it reads back."""
        question = self._compiled.graph.nodes.get(self._question or "")
        return self._compiled.graph.nodes[question.confirms] if question and question.confirms else question

    def _filled_by(self, heard: Understanding, sure: bool) -> dict[str, str]:
        """Return the slots that an answer fills; while they are read back, only those that it changes."""
        asking = self._asking()
        assert asking is not None and self._now is not None
        asked = asking.step.ask_for
        if sure and self._leads(heard.intent):  # words that mean something here are no free text
            asked = {slot: kind for slot, kind in asked.items() if kind != "text"}
        if asking.name == self._question:
            return fill(asked, heard, self._now, self._zone)
        return corrections(
            asked, self._slots, heard, now=self._now, zone=self._zone, language=self._compiled.script.language
        )

    def _fill(self, filled: Mapping[str, str]) -> tuple[Action, ...]:
        asking = self._asking()
        assert asking is not None and self._question is not None
        self._slots.update(filled)
        self._understood("callback_later" if "time" in asking.step.ask_for.values() else None)
        self._talked = True
        if self.state != self._question:
            self._move(BACK_TO.format(self._question))
        if asking.name != self._question:
            return self._arrive()
        if all(slot in self._slots for slot in asking.step.ask_for):
            return self._enter(THEN)
        return self._missed()

    def _note_answer(self, trigger: str, special: str | None) -> None:
        """Remember an answer for the verdict; a key stands for the intent that leads to the same step."""
        node, intent = self._node, trigger
        if trigger.startswith("("):
            exits = {**self._compiled.graph.everywhere, **self._compiled.graph.nodes[self._question or ""].exits}
            target = node.exits.get(trigger)
            intent = next((name for name, to in exits.items() if to == target and not name.startswith("(")), "")
        settles = special is None and not (node.confirms is not None and intent in ("affirm", "deny"))
        self._understood(intent if settles and intent else None)
        self._person = PERSON_OF.get(intent, self._person)
        if intent not in SAYS_NOTHING_OF_WHO and (special is None or node.kind is Kind.QUESTION):
            self._talked = True

    def _understood(self, answer: str | None) -> None:
        self._silences = self._misses = 0
        if answer is not None:
            self._answer = answer

    # --- where it leads

    def _take(self, trigger: str, heard: Understanding | None = None) -> tuple[Action, ...]:
        """Follow an answer, from where we speak or else from the question before it."""
        if not self._compiled.has(self.state, trigger):
            self._move(BACK_TO.format(self._question))
        node = self._node
        special = self._compiled.special(self.state, trigger)
        self._note_answer(trigger, special)
        if special == AGAIN:
            self._repeats += 1
            if self._repeats > self._compiled.script.limits.repeats:
                return self._missed()
        elif node.confirms is not None and node.exits.get(trigger) == node.confirms:
            for slot in self._compiled.graph.nodes[node.confirms].step.ask_for:
                self._slots.pop(slot, None)
        return self._enter(trigger, heard)

    def _missed(self) -> tuple[Action, ...]:
        self._misses += 1
        return self._climb(not_understood_trigger(min(self._misses, self._compiled.graph.not_understood_rungs)))

    def _climb(self, rung: str) -> tuple[Action, ...]:
        if self.state != self._question:
            self._move(BACK_TO.format(self._question))
        return self._enter(rung)

    def _come_back(self, *, full: bool, to: str | None = None) -> tuple[Action, ...]:
        """Ask a question again: in its shorter wording where it has one and ``full`` is not wanted."""
        question = to or self._question
        if question is None or self._returns > self._compiled.script.limits.returns:
            return self._stop_asking()
        self._move(BACK_TO.format(question))
        return self._arrive(again=not full)

    def _stop_asking(self) -> tuple[Action, ...]:
        if self._limited:
            interest, disposition = outcome_of(LIMIT)
            return self._finish(Finish(interest, self._who(), disposition, dict(self._slots)))
        self._limited = True
        self._move(AT_LIMIT)
        return self._arrive()

    def _move(self, trigger: str) -> None:
        moved: bool = self._compiled.machine.events[trigger].trigger(self)
        assert moved, f"no way {trigger} from {self.state}"

    def _enter(self, trigger: str, heard: Understanding | None = None) -> tuple[Action, ...]:
        special = self._compiled.special(self.state, trigger)
        if special == HERE:
            return self._come_back(full=False)
        if special is None:
            self._move(trigger)
            return self._arrive(heard=heard)
        back = self._before if special == BACK and self._node.kind is Kind.QUESTION else None
        return self._come_back(full=special == AGAIN, to=back)

    def _arrive(self, *, again: bool = False, heard: Understanding | None = None) -> tuple[Action, ...]:
        """Do what the step that we came to does."""
        node = self._node
        self._monologue += 1
        endless = self._monologue > _LONGEST_MONOLOGUE and node.kind is not Kind.END
        asks = node.kind in (Kind.QUESTION, Kind.ASIDE, Kind.LINGER)
        if node.kind is Kind.QUESTION and heard is not None and self._answered_already(node, heard):
            return self._enter(THEN)
        if endless or (asks and (self._limited or self._turns >= self._compiled.script.limits.turns)):
            return self._stop_asking()
        match node.kind:
            case Kind.END:
                self._answer = node.answer or self._answer
                self._decided = self._verdict(node)
                return self._words(node) or self._finish(self._decided)
            case Kind.TRANSFER:
                if not self._is_open(node):
                    return self._without_transfer()
                return self._words(node) or self._transfer(node)
            case Kind.PASSING:
                return self._words(node) or self._enter(THEN)
            case Kind.QUESTION:
                self._now_asking(node)
                return (*self._words(node, again=again), self._compiled.listen(node.name))
            case Kind.ASIDE:
                self._returns += node.answer is None
                said = self._words(node)
                return (*said, *self._listen_on(node)) if said else self._come_back(full=node.step.then == AGAIN)
            case Kind.LINGER:
                return (*self._words(node), *self._listen_on(node))

    def _answered_already(self, node: Node, heard: Understanding) -> bool:
        """Take what the last answer says of this question: “call me tomorrow after three” needs no “when?”."""
        assert self._now is not None
        asked = {slot: kind for slot, kind in node.step.ask_for.items() if kind != "text"}
        filled = fill(asked, heard, self._now, self._zone)
        if not asked or filled.keys() != node.step.ask_for.keys():
            return False
        self._now_asking(node)
        self._slots.update(filled)
        return True

    def _now_asking(self, node: Node) -> None:
        self._monologue = 0
        if node.name == self._question:
            return
        asking = self._asking()
        if asking is None or asking.name not in (node.name, node.confirms):  # reading back is part of the same question
            self._before = self._question
        self._question = node.name
        self._returns = self._repeats = self._silences = self._misses = 0

    def _listen_on(self, node: Node) -> tuple[Listen, ...]:
        """Go on listening to the question, and to what the step beside it adds."""
        if self._question is None:
            return ()
        listen = self._compiled.listen(self._question)
        keys = listen.keys | node.key_choices
        digits = max(map(len, keys), default=0)
        return (replace(listen, allowed=listen.allowed | node.intents, keys=keys, digits=digits),)

    def _transfer(self, node: Node) -> tuple[Action, ...]:
        self._transferring = True
        name = node.step.transfer or ""
        return (Transfer(name, self._compiled.script.transfers[name].to),)

    def _without_transfer(self) -> tuple[Action, ...]:
        self._answer = TRANSFER_FAILED
        if self._compiled.has(self.state, TRANSFER_FAILED):
            return self._enter(TRANSFER_FAILED)
        interest, disposition = outcome_of(TRANSFER_FAILED)
        return self._finish(Finish(interest, self._who(), disposition, dict(self._slots)))

    def _is_open(self, node: Node) -> bool:
        target = self._compiled.script.transfers[node.step.transfer or ""]
        hours = target.opens_closes
        if hours is None:
            return True
        assert self._now is not None
        clock = self._now.astimezone(ZoneInfo(target.zone) if target.zone else self._zone).time()
        opens, closes = hours
        return opens <= clock < closes if opens <= closes else clock >= opens or clock < closes

    # --- what is said, and told

    def _words(self, node: Node, *, again: bool = False) -> tuple[Say, ...]:
        sentence = node.step.again if again else None
        if sentence is None:
            sentence = self._sentence(node)
            if sentence is not None and node.step.variants:
                self.variants[node.name] = self._compiled.variant(node, self._seed)
        return (self._say(sentence, node.step.uninterruptible),) if sentence is not None else ()

    def _sentence(self, node: Node) -> str | None:
        if not node.step.variants:
            return node.step.say
        wording = node.step.variants[self._compiled.variant(node, self._seed)]
        return wording if isinstance(wording, str) else wording.say

    def _say(self, sentence: str, uninterruptible: bool) -> Say:
        assert self._now is not None
        self._speaking = True
        values = {**self._contact, **self._slots}
        return self._compiled.sayer.say(
            sentence, values, now=self._now, zone=self._zone, uninterruptible=uninterruptible
        )

    def _verdict(self, node: Node) -> Finish:
        end = node.step.end or End()
        interest, disposition = outcome_of(self._answer)
        return Finish(
            end.interest or interest, end.person or self._who(), end.disposition or disposition, dict(self._slots)
        )

    def _who(self) -> Person:
        if self._person is Person.UNKNOWN and self._talked and self._compiled.asks_for_person:
            return Person.CONFIRMED
        return self._person

    def _finish(self, finish: Finish) -> tuple[Action, ...]:
        self._over = True
        return (HangUp(), finish)
