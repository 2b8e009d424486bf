"""One script made ready for all its calls: its graph as a state machine, what each step listens for, how it speaks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from hashlib import blake2b
from zoneinfo import ZoneInfo

from transitions import Machine, State

from models.protocols import Listen as ListenKind
from robot.dialog.events import Listen
from robot.dialog.saying import Sayer
from robot.dialog.slots import typed_digits
from robot.script.graph import AT_LIMIT, CONFIRM_KEYS, Graph, Kind, Node, Sayable, lay_out, variant_parts
from robot.script.outcomes import STOP_CALLING
from robot.script.schema import AGAIN, BACK, Script
from robot.script.sentence import placeholders

__all__ = ["BACK_TO", "HERE", "INBOUND", "NEW", "START", "CompiledScript"]

NEW = "(new)"
"""The state of a dialog before anybody has picked up."""
START = "(start)"
"""The trigger that begins it."""
INBOUND = "(inbound)"
"""The trigger that begins it where the person has called us."""
HERE = "(here)"
"""Where an everywhere-answer of ``return`` leads: to the question that it answered."""
BACK_TO = "(back to {})"
"""The trigger that comes back to a question."""
_OWN_NAMES = frozenset({"name", "first_name", "last_name", "full_name"})
_SILENCE_MS = 6000
_OPEN_SILENCE_MS = 8000


class CompiledScript:
    """A script that dialogs run on. It holds nothing of any call, and any number of calls may share it.

    Attributes:
        script: The script itself.
        graph: Its nodes by name.
        machine: Which state may follow which, by trigger; dialogs are its models.
        sayer: What fills its sentences.
    """

    def __init__(self, script: Script) -> None:
        """Compile a script that `robot.script.read_script` has accepted."""
        self.script = script
        self.graph: Graph = lay_out(script)
        self.sayer = Sayer(script)
        self.machine = Machine(
            model=None, states=[NEW, *self.graph.nodes], initial=NEW, auto_transitions=False, send_event=True
        )
        self._special: dict[tuple[str, str], str] = {}
        self._asks_for_person = {
            START: _asks_for_person(script, self.graph, script.start),
            INBOUND: _asks_for_person(script, self.graph, script.inbound or script.start),
        }
        for node in self.graph.nodes.values():
            self._connect(node)
        self._listens = {
            name: self._listen(node) for name, node in self.graph.nodes.items() if node.kind is Kind.QUESTION
        }

    def asks_for_person(self, beginning: str = START) -> bool:
        """Return whether the call opens with the person's name, so that an answer confirms the person."""
        return self._asks_for_person[beginning]

    def phrases(self, node: Node) -> tuple[str, ...]:
        """Return what may be heard at a step besides what its intents are trained on: the words of its choices."""
        asks = self.graph.nodes[node.confirms].step if node.confirms else node.step
        return tuple(
            dict.fromkeys(word for slot in asks.slots.values() for words in slot.of.values() for word in words)
        )

    def has(self, state: str, trigger: str) -> bool:
        """Return whether a trigger leads anywhere from a state."""
        if (state, trigger) in self._special:
            return True
        event = self.machine.events.get(trigger)
        return event is not None and state in event.transitions

    def special(self, state: str, trigger: str) -> str | None:
        """Return ``return``, ``repeat`` or `HERE` where a trigger leads to one of these from a state, else `None`."""
        return self._special.get((state, trigger))

    def listen(self, question: str, *, beside: Node | None = None) -> Listen:
        """Return what a question waits for; ``beside`` is a step that was said since, and adds what it understands."""
        listen = self._listens[question]
        if beside is None or not beside.exits:
            return listen
        keys = listen.keys | beside.key_choices
        digits = max(listen.digits, *map(len, keys), 0)
        return replace(listen, allowed=listen.allowed | beside.intents, keys=keys, digits=digits)

    def listen_in_doubt(self, intent: str, question: str, *, beside: Node) -> Listen:
        """Return what is waited for where an answer is asked back: yes or no, or another answer to the question."""
        usual = self.listen(question, beside=beside if beside.name != question else None)
        return replace(
            usual, kind=ListenKind.YES_NO, allowed=usual.allowed | {"affirm", "deny", intent},
            keys=usual.keys | CONFIRM_KEYS.keys(), digits=max(usual.digits, 1),
        )  # fmt: skip

    def next_nodes(self, state: str, question: str | None, rungs: Iterable[str]) -> Iterator[Node]:
        """Give the nodes that may speak next from a state, each once."""
        names = (
            {self.script.start, self.script.inbound} if state == NEW else {question, *self.graph.everywhere.values()}
        )
        for place in (state, question):
            if place is not None and place in self.graph.nodes:
                names.update(self.graph.nodes[place].exits.values())
        if question is not None:
            for rung in rungs:
                names.update(self._follow(question, rung))
        yield from (node for name, node in self.graph.nodes.items() if name in names)

    def _follow(self, state: str, trigger: str) -> Iterator[str]:
        event = self.machine.events.get(trigger)
        if event is not None:
            yield from (str(way.dest) for way in event.transitions.get(state, []))

    def intent_of(self, node: Node, question: str | None, trigger: str) -> str | None:
        """Return the intent of a trigger: a key means what the intent means that leads to the same step."""
        if not trigger.startswith("("):
            return trigger
        # Its own answers speak for a key before those that hold everywhere: two of them may lead to one goodbye.
        own = self.graph.nodes[question].exits if question is not None else {}
        target = node.exits.get(trigger)
        ways = (*own.items(), *self.graph.everywhere.items())
        return next((intent for intent, to in ways if to == target and not intent.startswith("(")), None)

    def takes_calls(self, node: Node, now: datetime) -> bool:
        """Return whether a transfer's target has its hours; ``now`` is in the contact's zone."""
        target = self.script.transfers[node.step.transfer or ""]
        if target.opens_closes is None:
            return True
        clock = (now.astimezone(ZoneInfo(target.zone)) if target.zone else now).time()
        opens, closes = target.opens_closes
        return opens <= clock < closes if opens <= closes else clock >= opens or clock < closes

    def saying(self, node: Node, seed: str) -> tuple[Sayable, ...]:
        """Return what a step says to one contact, part by part."""
        if not node.step.variants:
            return node.step.saying
        return variant_parts(node.step.variants[self.variant(node, seed)])

    def variant(self, node: Node, seed: str) -> str:
        """Draw a variant of a step: always the same one for the same seed, in proportion to the weights.

        Drawn from a hash of script, step and seed, so that it does not depend on how often or where it is drawn.
        """
        names = list(node.step.variants)
        weights = [1.0 if isinstance(wording, str) else wording.weight for wording in node.step.variants.values()]
        digest = blake2b(f"{self.script.script}\0{node.name}\0{seed}".encode(), digest_size=8).digest()
        point = int.from_bytes(digest) / 2**64 * sum(weights)
        for name, weight in zip(names, weights, strict=True):
            point -= weight
            if point < 0:
                return name
        return names[-1]

    def _connect(self, node: Node) -> None:
        exits: dict[str, str] = dict(node.exits)
        if node.kind in (Kind.QUESTION, Kind.LINGER):
            here = {intent: HERE if target == BACK else target for intent, target in self.graph.everywhere.items()}
            exits = {**here, **exits}
        if STOP_CALLING in self.graph.everywhere:
            exits[STOP_CALLING] = self.graph.everywhere[STOP_CALLING]
        for trigger, target in exits.items():
            if target in (BACK, AGAIN, HERE):
                self._special[node.name, trigger] = target
            else:
                self.machine.add_transition(trigger, node.name, target)
        if node.kind is Kind.QUESTION:
            self.machine.add_transition(BACK_TO.format(node.name), list(self.graph.nodes), node.name)
        if node.name == self.script.start:
            self.machine.add_transition(START, NEW, node.name)
        if node.name == (self.script.inbound or self.script.start):
            self.machine.add_transition(INBOUND, NEW, node.name)
        if node.path[0] in ("when_silent", "when_not_understood") and node.name.count(".") == 1:
            prefix, _, rung = node.name.partition(".")
            trigger = f"({'silent' if prefix == 'when_silent' else 'not understood'} {rung})"
            self.machine.add_transition(trigger, self._all(Kind.QUESTION), node.name)
        if node.name == AT_LIMIT:
            self.machine.add_transition(AT_LIMIT, [NEW, *self.graph.nodes], AT_LIMIT)

    def _all(self, kind: Kind) -> list[str | Enum | State]:
        return [name for name, node in self.graph.nodes.items() if node.kind is kind]

    def _listen(self, node: Node) -> Listen:
        intents = node.intents | self.graph.everywhere.keys()
        asks = self.graph.nodes[node.confirms].step if node.confirms else node.step
        if asks.asks_when:
            intents |= {"callback_later"}
        silence = node.step.silence * 1000 if node.step.silence else None
        default = _OPEN_SILENCE_MS if node.step.ask_for else _SILENCE_MS
        keys = node.key_choices
        typed = max((typed_digits(slot) for slot in asks.slots.values()), default=0)
        return Listen(
            kind=node.listen, step=node.name, allowed=frozenset(intents), phrases=self.phrases(node), keys=keys,
            digits=max(typed, *map(len, keys), 0), silence_ms=int(silence or default),
        )  # fmt: skip


def _asks_for_person(script: Script, graph: Graph, first: str) -> bool:
    fields: Mapping[str, str] = {**script.needs, **script.may_have}
    # A column of type name that some contacts have not is somebody else's: the manager's, the child's.
    names = {name for name, kind in fields.items() if kind == "name" and (name in script.needs or name in _OWN_NAMES)}
    node: Node | None = graph.nodes[first]
    for _ in graph.nodes:
        if node is None:
            break
        wordings = [sentence for _, sentence in node.wordings()]
        if any(part.name in names or part.way == "name" for words in wordings for part in placeholders(words)):
            return True
        node = graph.nodes.get(node.exits.get("(then)", "")) if node.kind is Kind.PASSING else None
    return False
