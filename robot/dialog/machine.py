"""The dialog: events in, actions out. Pure: no audio, no clock, no I/O.

A `Dialog` is one conversation. What it keeps to, whatever it is told:

- it says one thing at a time: while it speaks, an answer, a key or a limit waits for `Spoken`;
- it gives exactly one `Finish`, as its last action, and after that nothing;
- an answer is looked for at the step that speaks, then at the question before it; what leads nowhere climbs the ladder
  of ``when_not_understood``, and silence that of ``when_silent``; whatever is understood takes both back to their foot;
- what cannot be undone is not taken from one unsure answer: it is asked back;
- once ``limits`` are reached no further question is asked.
"""

from datetime import datetime

from models.protocols import Understanding
from robot.dialog import events
from robot.dialog.compiled import INBOUND, NEW, START
from robot.dialog.course import Actions, Course
from robot.dialog.memory import SURE_OF_MEANING, SURE_OF_WORDS, of_machine, unsure_of, wants_no_calls
from robot.dialog.slots import fill, typed
from robot.script import graph
from robot.script.doubts import in_doubt
from robot.script.graph import CONFIRM_KEYS, THEN, Kind
from robot.script.outcomes import STOP_CALLING
from robot.script.parts import parts_of
from robot.script.schema import End
from robot.words import AnsweredBy, Disposition, Interest

__all__ = ["Dialog"]


class Dialog(Course):
    """One conversation."""

    __slots__ = ()

    def handle(self, event: events.DialogEvent, now: datetime) -> Actions:
        """Take what happened at an instant (aware); return what to do, in order. What makes no sense now is ignored."""
        if self._over:
            return ()
        self._now = now.astimezone(self._zone)
        match event:
            case events.HungUp():
                return self._hung_up()
            case events.MachineAnswered():
                return self._machine(event)
            case events.Answered():
                return self._answered(event) if self.state == NEW and not self._voicemail else ()
            case events.LimitReached():
                return self._limit(event)
            case events.Spoken():
                return self._spoken(event)
            case events.Heard() | events.Keys() | events.Silence():
                return self._told(event)
            case events.TransferDone():
                return self._finish(self._memory.finish_transferred()) if self._transferring else ()
            case events.TransferFailed():
                return self._without_transfer() if self._transferring else ()

    def ahead(self, now: datetime) -> tuple[events.Say, ...]:
        """Return what may be said next, as far as it is known already: for rendering speech ahead."""
        return self._teller.ahead(self.state, now)

    # --- what happens

    def _answered(self, event: events.Answered) -> Actions:
        beginning = INBOUND if event.inbound else START
        self._memory.asks_for_person = self._compiled.asks_for_person(beginning)
        return self._enter(beginning)

    def _machine(self, event: events.MachineAnswered) -> Actions:
        """Leave the message once the beep is over, or hang up; only a mailbox or a person's assistant takes one."""
        if self._transferring or self._decided is not None:
            return ()
        self._voicemail = True
        takes_message = event.kind in (AnsweredBy.VOICEMAIL, AnsweredBy.ASSISTANT)
        message = self._compiled.script.voicemail
        if message == "hang_up" or not takes_message:
            return self._finish(of_machine(Disposition.VOICEMAIL if takes_message else Disposition.COMPLETED))
        if not event.ready:
            return ()
        if self._speaking:
            self._held = event
            return ()
        self._decided = of_machine(Disposition.VOICEMAIL_LEFT)
        words = self._say(self._teller.say(parts_of(message.say), self._now, uninterruptible=True))
        return words or self._finish(self._decided)

    def _hung_up(self) -> Actions:
        self._over = True
        if self._voicemail:
            return (of_machine(Disposition.VOICEMAIL),)
        if self._asks_to_stop(self._held) or self._memory.in_doubt == STOP_CALLING:
            self._take(STOP_CALLING)  # said over our words, or asked back, and the phone slammed
        interest = Interest.HOT if self._transferring else Interest.UNKNOWN
        hung_up = self._decided or self._memory.finish(End(interest=interest, disposition=Disposition.HUNG_UP))
        return (self._teller.tell(hung_up, self._now),)

    def _limit(self, event: events.LimitReached) -> Actions:
        if self._decided is not None:
            return ()
        if self._voicemail:
            return self._finish(of_machine(Disposition.VOICEMAIL))
        if self._speaking or self._transferring:
            self._held = event
            return ()
        return self._stop_asking()

    def _spoken(self, event: events.Spoken) -> Actions:
        if not self._speaking:
            return ()
        self._speaking, held, self._held = False, self._held, None
        if self._voicemail:
            if isinstance(held, events.MachineAnswered):
                return self._machine(held)
            return self._finish(self._decided) if self._decided is not None else ()
        node = self._node
        if (self._decided is not None or node.kind in (Kind.PASSING, Kind.TRANSFER)) and self._asks_to_stop(held):
            return self._take(STOP_CALLING)
        if self._decided is not None:
            return self._finish(self._decided)
        if isinstance(held, events.LimitReached):
            return self._stop_asking()
        if node.kind is Kind.PASSING:
            return self._enter(THEN)
        if node.kind is Kind.TRANSFER:
            return self._transfer(node)
        if held is not None:
            return self._told(held)
        if node.kind is Kind.ASIDE and not event.cut and self._memory.in_doubt is None:
            return self._enter(THEN)
        return ()

    def _told(self, event: events.DialogEvent) -> Actions:
        """Take what the caller did. While we speak it waits for the end of our words, and the last answer counts."""
        if self.state == NEW or self._voicemail or self._transferring:
            return ()
        if self._speaking:
            firm = isinstance(self._held, events.LimitReached) or self._asks_to_stop(self._held)
            self._held = self._held if firm or isinstance(event, events.Silence) else event
            return ()
        if self._memory.question is None:
            return self._take(STOP_CALLING) if self._asks_to_stop(event) else ()
        self._memory.turns += 1
        doubted, self._memory.in_doubt = self._memory.in_doubt, None
        if doubted is not None and (answer := self._answer_to_doubt(doubted, event)) is not None:
            return answer
        match event:
            case events.Heard():
                return self._heard(event)
            case events.Keys():
                return self._pressed(event.digits)
            case _:
                return self._silent()

    def _heard(self, event: events.Heard) -> Actions:
        heard = event.understood
        if event.asr_confidence < SURE_OF_WORDS:
            return self._missed()
        if self._asks_to_stop(event):
            return self._doubt(event) or self._take(STOP_CALLING)
        leads = heard.confidence >= SURE_OF_MEANING and heard.intent != "out_of_scope" and self._leads(heard.intent)
        filled = self._filled_by(heard, leads)
        if filled:
            return self._fill(filled)
        return (self._doubt(event) or self._take(heard.intent, heard)) if leads else self._missed()

    def _doubt(self, event: events.Heard) -> Actions:
        """Ask back what cannot be undone and was not understood for sure; nothing where there is no such doubt."""
        intent, question = unsure_of(event), self._memory.question
        asked = in_doubt(self._compiled.script, intent) if intent is not None else None
        if intent is None or asked is None or question is None or intent in self._memory.doubted or self._spent:
            return ()
        self._memory.doubts(intent)
        listen = self._compiled.listen_in_doubt(intent, question, beside=self._node)
        return (*self._say(self._teller.say((asked,), self._now, uninterruptible=False)), listen)

    def _answer_to_doubt(self, doubted: str, event: events.DialogEvent) -> Actions | None:
        """Take the answer to what was asked back; `None` where it is another answer to the question before."""
        meant = event.understood.intent if isinstance(event, events.Heard) else None
        meant = CONFIRM_KEYS.get(event.digits) if isinstance(event, events.Keys) else meant
        if meant in ("affirm", doubted):
            return self._take(doubted)
        return self._come_back(full=True) if meant == "deny" else None

    def _pressed(self, digits: str) -> Actions:
        trigger = graph.key_trigger(digits)
        if self._leads(trigger):
            return self._take(trigger)
        asked = asking.step.slots if (asking := self._asking()) is not None else {}
        filled = typed(asked, self._memory.slots, digits, self._compiled.script.language)
        return self._fill(filled) if filled else self._missed()

    def _silent(self) -> Actions:
        if self._memory.misses:  # whoever has spoken is not silent, only hard to understand
            return self._missed()
        self._memory.silences += 1
        return self._climb(graph.silent_trigger(min(self._memory.silences, self._compiled.graph.silent_rungs)))

    # --- what was meant

    def _asks_to_stop(self, event: events.DialogEvent | None) -> bool:
        asked = isinstance(event, events.Heard) and wants_no_calls(event)
        return asked and self._memory.answer != STOP_CALLING and self._compiled.has(self.state, STOP_CALLING)

    def _filled_by(self, heard: Understanding, leads: bool) -> dict[str, str]:
        """Return the slots that an answer fills; while they are read back, only those that it changes."""
        asking = self._asking()
        if asking is None:
            return {}
        asked = asking.step.slots
        if leads:  # words that mean something here are no free text
            asked = {name: slot for name, slot in asked.items() if slot.type != "text"}
        old = self._memory.slots if asking.name != self._memory.question else None
        return fill(asked, heard, self._now, self._zone, old=old, language=self._compiled.script.language)
