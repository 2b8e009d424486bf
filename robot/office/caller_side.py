"""What the caller did in a recorded call, read from its turns in order, with the words that it fell into. Pure.

Turns keep words and keys. What happened without either is told by where it happened: at a question that was followed by
other words, silence; after a transfer's words, its refusal; at the script's limit, that the time was up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from robot.call.messages import Turn
from robot.dialog.compiled import NEW, CompiledScript
from robot.office.conversation import (
    Act,
    FallsSilent,
    HangsUp,
    MachineTakes,
    PicksUp,
    Presses,
    Says,
    TimeIsUp,
    TransferEnds,
)  # fmt: skip
from robot.office.recorded_calls import RecordedCall
from robot.script.graph import AT_LIMIT, Kind
from robot.script.outcomes import STOP_CALLING
from robot.words import AnsweredBy, Disposition

__all__ = ["Deed", "caller_side"]

_BY_ITSELF = frozenset({Kind.PASSING, Kind.TRANSFER, Kind.END})
"""Steps that wait for no answer: what is said at one is said over its words."""
_TAKES_MESSAGES = frozenset({AnsweredBy.VOICEMAIL, AnsweredBy.ASSISTANT})


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that the caller did.

    Attributes:
        act: What.
        turn: The turn that holds its words or keys, with their timings.
        into: Whether it fell into words of the robot.
        over: The turn of these words; `None`: whatever is being said.
        reply: What the robot said to it then.
    """

    act: Act
    turn: Turn | None = None
    into: bool = False
    over: Turn | None = None
    reply: tuple[Turn, ...] = ()


@dataclass(slots=True)
class _Words:
    """Words of the robot, and what the caller did from then on until it spoke again."""

    said: Turn
    deeds: list[Deed] = field(default_factory=list)
    kind: Kind = Kind.QUESTION

    @property
    def stopped(self) -> bool:
        """Return whether the caller asked for no more calls, which counts over words that ask nothing too."""
        told = (deed.turn for deed in self.deeds if deed.into)
        return any(turn is not None and turn.intent == STOP_CALLING for turn in told)

    @property
    def heard(self) -> bool:
        return any(isinstance(deed.act, Says | Presses) for deed in self.deeds)


def caller_side(call: RecordedCall, version: CompiledScript) -> tuple[Deed, ...]:
    """Read what the caller did.

    Args:
        call: The call.
        version: The script that it ran on.

    Returns:
        Deeds in order; the first is that the phone was picked up, or that a machine took the call.
    """
    words = _words(call.turns, version)
    first: Act = PicksUp(inbound=_was_inbound(words, version))
    if call.machine:
        if not words or words[0].said.step == NEW:
            first = MachineTakes(call.answered_by)
        _machine(call, version, words)
    else:
        if _time_is_up(words, version):
            first = TimeIsUp()  # before anybody had said hello
        _unsaid(words)
        if words:
            _end(call, version, words)
    return _in_order(first, call, version, words)


def _words(turns: Sequence[Turn], version: CompiledScript) -> list[_Words]:
    found: list[_Words] = []
    for turn in turns:
        if turn.said or not found:
            node = version.graph.nodes.get(turn.step)
            found.append(_Words(turn, kind=node.kind if node is not None else Kind.QUESTION))
        elif turn.said_cut:  # of two things said over the same words, the second's turn tells how these ended
            found[-1].said = found[-1].said.model_copy(update={"said_cut": True})
        here = found[-1]
        into = here.said.said_cut or (here.kind in _BY_ITSELF and not _after(turn, here.said))
        if turn.keys:
            here.deeds.append(Deed(Presses(turn.keys), turn, into, here.said))
        elif turn.heard or turn.speech_start is not None or turn.intent:
            here.deeds.append(Deed(Says(turn.heard, turn.asr_confidence), turn, into, here.said))
    return found


def _after(turn: Turn, said: Turn) -> bool:
    """Return whether something was said after the words of its turn, as while a transfer is waited for."""
    if turn.speech_start is None or said.said_at is None:
        return False
    return turn.speech_start >= said.said_at + said.said_heard_ms


def _was_inbound(words: Sequence[_Words], version: CompiledScript) -> bool:
    script = version.script
    return bool(words) and words[0].said.step == script.inbound and script.inbound != script.start


def _machine(call: RecordedCall, version: CompiledScript, words: list[_Words]) -> None:
    """Put in where a machine was found after the robot had begun; what the machine said is no answer."""
    if not words or words[0].said.step == NEW:
        for one in words:
            one.deeds.clear()
        return
    last = words[-1]
    left = call.told.disposition is Disposition.VOICEMAIL_LEFT
    cut = len(words) > 1 and last.said.said_cut and last.said.step == words[-2].said.step
    found = words[-2] if len(words) > 1 and (left or cut) else last
    last.deeds.clear()
    found.deeds[:] = [Deed(MachineTakes(call.answered_by), into=True, over=found.said)]


def _time_is_up(words: Sequence[_Words], version: CompiledScript) -> bool:
    """Put in where the limit of time was reached, as the words of it show; return whether the call began with them."""
    steps = {AT_LIMIT, *version.graph.nodes[AT_LIMIT].exits.values()}
    for before, after in pairwise([None, *words]):
        at = after.said.said_at if after is not None and after.said.step in steps else None
        if at is None or at < version.script.limits.seconds * 1000:
            continue
        if before is not None:
            before.deeds.insert(0, Deed(TimeIsUp(), into=True, over=before.said))
        return before is None
    return False


def _unsaid(words: Sequence[_Words]) -> None:
    """Put in what happened without words or keys, between words of the robot."""
    for one in words[:-1]:
        match one.kind:
            case Kind.QUESTION | Kind.LINGER if not one.deeds:
                one.deeds.append(Deed(FallsSilent()))
            case Kind.ASIDE if one.said.said_cut and not one.deeds:
                one.deeds.append(Deed(FallsSilent()))
            case Kind.TRANSFER if not one.stopped:
                one.deeds.append(Deed(TransferEnds(taken=False)))
            case _:
                pass  # it was answered, or went on by itself


def _end(call: RecordedCall, version: CompiledScript, words: Sequence[_Words]) -> None:
    last, disposition = words[-1], call.told.disposition
    if disposition is Disposition.HUNG_UP:
        # Who hangs up right after an answer falls into words that were no turn any more.
        answered = last.heard and last.kind not in _BY_ITSELF
        over = None if last.heard else last.said
        last.deeds.append(Deed(HangsUp(), into=answered or last.said.said_cut, over=over))
    elif disposition is Disposition.TRANSFERRED:
        last.deeds.append(Deed(TransferEnds(taken=True)))
    elif last.kind is Kind.TRANSFER and not last.stopped:
        last.deeds.append(Deed(TransferEnds(taken=False)))
    elif not last.deeds and last.kind is not Kind.END:
        time_up = call.seconds >= version.script.limits.seconds
        last.deeds.append(Deed(TimeIsUp() if time_up else FallsSilent()))


def _in_order(first: Act, call: RecordedCall, version: CompiledScript, words: Sequence[_Words]) -> tuple[Deed, ...]:
    deeds, reply = [Deed(first)], list[Turn]()
    for one in words:
        if one.said.said:
            reply.append(one.said)
        for deed in one.deeds:
            deeds[-1] = replace(deeds[-1], reply=tuple(reply))
            deeds.append(deed)
            reply = []
    deeds[-1] = replace(deeds[-1], reply=tuple(reply))
    asked = version.script.voicemail != "hang_up" and call.answered_by in _TAKES_MESSAGES
    if asked and call.told.disposition is Disposition.VOICEMAIL:
        deeds.append(Deed(HangsUp(), into=True))  # the message was to be left, and was not heard to its end
    return tuple(deeds)
