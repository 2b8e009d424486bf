"""One script made ready for all its calls: its graph as a state machine, what each step listens for, how it speaks."""

from collections.abc import Mapping
from enum import Enum
from hashlib import blake2b

from transitions import Machine, State

from robot.dialog.events import Listen
from robot.dialog.saying import Sayer
from robot.script.graph import AT_LIMIT, Graph, Kind, Node, lay_out
from robot.script.schema import AGAIN, BACK, Script
from robot.script.sentence import placeholders

__all__ = ["BACK_TO", "HERE", "NEW", "START", "STOP_CALLING", "CompiledScript"]

NEW = "(new)"
"""The state of a dialog before anybody has picked up."""
START = "(start)"
"""The trigger that begins it."""
HERE = "(here)"
"""Where an everywhere-answer of ``return`` leads: to the question that it answered."""
BACK_TO = "(back to {})"
"""The trigger that comes back to a question."""
STOP_CALLING = "do_not_call"
"""The intent that is understood wherever the caller is, if the script answers it at all."""
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
        self._asks_for_person = _asks_for_person(script, self.graph)
        for node in self.graph.nodes.values():
            self._connect(node)
        self._listens = {
            name: self._listen(node) for name, node in self.graph.nodes.items() if node.kind is Kind.QUESTION
        }

    @property
    def asks_for_person(self) -> bool:
        """Return whether the call opens with the person's name, so that an answer confirms the person."""
        return self._asks_for_person

    def has(self, state: str, trigger: str) -> bool:
        """Return whether a trigger leads anywhere from a state."""
        if (state, trigger) in self._special:
            return True
        event = self.machine.events.get(trigger)
        return event is not None and state in event.transitions

    def special(self, state: str, trigger: str) -> str | None:
        """Return ``return``, ``repeat`` or `HERE` where a trigger leads to one of these from a state, else `None`."""
        return self._special.get((state, trigger))

    def listen(self, question: str) -> Listen:
        """Return what a question waits for."""
        return self._listens[question]

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
            everyone: list[str | Enum | State] = [
                name for name, other in self.graph.nodes.items() if other.kind is not Kind.END
            ]
            self.machine.add_transition(BACK_TO.format(node.name), everyone, node.name)
        if node.name == self.script.start:
            self.machine.add_transition(START, NEW, node.name)
        if node.path[0] in ("when_silent", "when_not_understood") and node.name.count(".") == 1:
            prefix, _, rung = node.name.partition(".")
            trigger = f"({'silent' if prefix == 'when_silent' else 'not understood'} {rung})"
            self.machine.add_transition(trigger, self._questions(), node.name)
        if node.name == AT_LIMIT:
            self.machine.add_transition(AT_LIMIT, [NEW, *self.graph.nodes], AT_LIMIT)

    def _questions(self) -> list[str | Enum | State]:
        return [name for name, node in self.graph.nodes.items() if node.kind is Kind.QUESTION]

    def _listen(self, node: Node) -> Listen:
        intents = node.intents | self.graph.everywhere.keys()
        asks = self.graph.nodes[node.confirms].step if node.confirms else node.step
        if "time" in asks.ask_for.values():
            intents |= {"callback_later"}
        silence = node.step.silence * 1000 if node.step.silence else None
        default = _OPEN_SILENCE_MS if node.step.ask_for else _SILENCE_MS
        keys = node.key_choices
        return Listen(
            kind=node.listen, step=node.name, allowed=frozenset(intents), keys=keys,
            digits=max(map(len, keys), default=0), silence_ms=int(silence or default),
        )  # fmt: skip


def _asks_for_person(script: Script, graph: Graph) -> bool:
    fields: Mapping[str, str] = {**script.needs, **script.may_have}
    names = {name for name, kind in fields.items() if kind == "name"}
    node: Node | None = graph.nodes[script.start]
    for _ in graph.nodes:
        if node is None:
            break
        wordings = [sentence for _, sentence in node.wordings()]
        if any(part.name in names or part.way == "name" for words in wordings for part in placeholders(words)):
            return True
        node = graph.nodes.get(node.exits.get("(then)", "")) if node.kind is Kind.PASSING else None
    return False
