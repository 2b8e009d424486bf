"""`perezvon script replay`: what today's script would make of a call that was had, or of all calls of a campaign."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import typer
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from robot.cli.counted import counted
from robot.cli.desk import Desk, desk
from robot.cli.errors import Mistaken
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
from robot.office.kept_scripts import CAMPAIGN, open_any
from robot.office.replay import CampaignReplayed, Changed, Replayed, replay, replay_campaign
from robot.office.retelling import Moment, Spoken

__all__ = ["register"]

_PHONE: Final = re.compile(r"(?<![\d+])(?!\d{4}-\d\d-\d\d)(\+\d[\d ()-]{5,}\d|\d(?:[ ()-]?\d){9,})(?!\d)")
_MOST_SHOWN: Final = 50
_STYLES: Final = {" ": "dim", "-": "red", "+": "green"}


def register(script: typer.Typer) -> None:
    """Add the command to those of ``perezvon script``."""
    script.command("replay")(_replay)


def _replay(
    context: typer.Context,
    call: Annotated[str | None, typer.Argument(metavar="CALL", help="A call's id, or the beginning of it.")] = None,
    *,
    campaign: Annotated[
        str | None, typer.Option("--campaign", metavar="NAME", help="All answered calls of a campaign instead.")
    ] = None,
    script: Annotated[
        str | None,
        typer.Option(
            "--script",
            metavar="SCRIPT",
            help=f"Another script: a file, a name in the dialogs folder, the beginning of a hash, {CAMPAIGN}NAME. "
            "Otherwise today's text of the one that the call ran on.",
        ),
    ] = None,
    audio: Annotated[
        bool, typer.Option("--audio", help="Recognise the caller's words again, from the recording.")
    ] = False,
    same: Annotated[
        bool,
        typer.Option("--same", help="The very version that it ran on, words taken as they were: nothing may differ."),
    ] = False,
    whole: Annotated[bool, typer.Option("--all", help=f"Name every changed call, not {_MOST_SHOWN} of them.")] = False,
) -> None:
    """Show what today's script and understanding would make of a call that was had.

    The caller says what they said then. What would be the same is dim; what was then and would not be has a -, what
    would be instead a +. Of a campaign: how its calls ended, and how they would end.
    """
    at = desk(context)
    if (call is None) == (campaign is None):
        raise Mistaken("name a call, perezvon script replay CALL, or a campaign: --campaign NAME")
    if campaign is not None and (audio or same):
        raise Mistaken("--audio and --same are for a single call: name it instead of --campaign")
    if same and (audio or script is not None):
        raise Mistaken("--same takes script and words as they were: leave --script and --audio out")
    with at.store() as store:
        other = open_any(store, at.settings, script) if script is not None else None
        if call is not None:
            replayed = replay(
                store, at.settings, at.clock, call, other, audio=audio, same=same, loading=lambda: _loading(at.out)
            )  # fmt: skip
            _show(replayed, at.out)
            return
        assert campaign is not None
        changes: list[Changed] = []
        most = None if whole else _MOST_SHOWN

        def changed(one: Changed) -> None:
            if most is None or len(changes) < most:
                changes.append(one)

        with Progress(console=at.out, transient=True, disable=not at.out.is_terminal) as bar:
            task = bar.add_task("replaying", total=None)
            result = replay_campaign(
                store, at.settings, at.clock, campaign, other, changed=changed,
                progress=lambda done, of: bar.update(task, completed=done, total=of),
            )  # fmt: skip
    _show_campaign(result, changes, at)


def _loading(out: Console) -> None:
    if out.is_terminal:
        out.print(Text("Loading what it understands by…", "dim"))


# --- one call


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a replay: the same then and now, as it was (``-``), or as it is now (``+``)."""

    sign: Literal[" ", "-", "+"]
    who: str
    text: str


def _show(replayed: Replayed, out: Console) -> None:
    call, script = replayed.call, replayed.script
    ran = f"version {call.version[:12]}"
    versions = f"{ran}, as then" if script.hash == call.version else f"{ran} then, {script.hash[:12]} now"
    out.print(Text(f"call {call.id}: {script.script}, {versions}", "bold"), soft_wrap=True)
    diverged = replayed.diverged
    for index, moment in enumerate(replayed.moments):
        _print(_of_moment(moment), out)
        if index == diverged:
            way = f"  from here on it goes another way: then {_way(moment.then)}, now {_way(moment.now)}"
            out.print(Text(way, "yellow"), soft_wrap=True)
    out.print(Text("what the CRM is told", "bold"))
    _print(_of_outcome(replayed), out)
    out.print(Text(_verdict(replayed), "bold"), soft_wrap=True)


def _of_moment(moment: Moment) -> Iterator[_Line]:
    then, now = _did(moment, now=False), _did(moment, now=True)
    if moment.assumed:
        yield _Line("+", "caller", f"{now} (the transfer is new: taken to be taken)")
    elif moment.exchange is None:
        yield _Line("-", "caller", f"{then} (it does not come to that)")
    elif then == now:
        yield _Line(" ", "caller", then)
    else:
        yield _Line("-", "caller", then)
        yield _Line("+", "caller", now)
    yield from _beside(moment.then, moment.comparable)
    for one in moment.now[len(moment.comparable) :]:
        yield _Line(" ", "robot", f"{one.step}: {one.words} (the caller was gone by then)")


def _beside(then: Sequence[Spoken], now: Sequence[Spoken]) -> Iterator[_Line]:
    """Give what the robot said: what begins and ends alike is the same, what is between differs."""
    same = next((i for i, (a, b) in enumerate(zip(then, now, strict=False)) if a != b), min(len(then), len(now)))
    tail = 0
    while tail < min(len(then), len(now)) - same and then[-1 - tail] == now[-1 - tail]:
        tail += 1
    yield from (_said(" ", one) for one in then[:same])
    yield from (_said("-", one) for one in then[same : len(then) - tail])
    yield from (_said("+", one) for one in now[same : len(now) - tail])
    yield from (_said(" ", one) for one in then[len(then) - tail :])


def _said(sign: Literal[" ", "-", "+"], spoken: Spoken) -> _Line:
    return _Line(sign, "robot", f"{spoken.step}: {spoken.words}")


def _did(moment: Moment, *, now: bool) -> str:
    """Say what the caller did, and what it was taken for."""
    act = moment.deed.act
    if not isinstance(act, Says):
        return _done(act)
    words = moment.heard.text if now and moment.heard is not None else act.text
    meant = moment.meant_now if now else moment.meant_then
    if meant is None:
        return words or "…"
    if moment.meant_then is not None and meant[0] == moment.meant_then[0]:
        meant = moment.meant_then  # a hundredth more or less sure is no other meaning
    return f"{words or '…'}   [{meant[0]} {meant[1]:.2f}]"


def _done(act: Act) -> str:
    match act:
        case PicksUp(inbound=inbound):
            return "(calls)" if inbound else "(picks up)"
        case Presses(digits=digits):
            return f"(presses {digits})"
        case FallsSilent():
            return "(says nothing)"
        case HangsUp():
            return "(hangs up)"
        case MachineTakes(kind=kind):
            return f"(a machine: {kind})"
        case TransferEnds(taken=taken):
            return f"(the transfer is {'' if taken else 'not '}taken)"
        case TimeIsUp():
            return "(the script's time is up)"
        case Says(text=text):
            return text or "…"


def _of_outcome(replayed: Replayed) -> Iterator[_Line]:
    then = replayed.call.told.lines()
    now = replayed.now.lines() if replayed.now is not None else {}
    for name in dict.fromkeys([*then, *now]):
        if then.get(name) == now.get(name):
            yield _Line(" ", name, then[name])
            continue
        if name in then:
            yield _Line("-", name, then[name])
        if name in now:
            yield _Line("+", name, now[name])
    if replayed.now is None:
        yield _Line("+", "goes on", f"at {replayed.waits_at}: the caller said no more than this")


def _verdict(replayed: Replayed) -> str:
    if not replayed.changed:
        return "Nothing would differ."
    differ = sum(moment.changed for moment in replayed.moments)
    then, now = replayed.endings
    ends = "it would end the same" if then == now else f"it ended: {then}; now: {now}"
    return f"{counted(differ, 'turn')} would differ; {ends}."


def _way(spoken: Sequence[Spoken]) -> str:
    return " → ".join(one.step for one in spoken) or "nothing is said"


def _print(lines: Iterable[_Line], out: Console) -> None:
    for line in lines:
        out.print(Text(f"{line.sign} {line.who:<12} {_without_phones(line.text)}", _STYLES[line.sign]), soft_wrap=True)


def _without_phones(text: str) -> str:
    return _PHONE.sub("(a phone)", text)


# --- a campaign


def _show_campaign(result: CampaignReplayed, changes: Sequence[Changed], at: Desk) -> None:
    out, script = at.out, result.script
    out.print(Text(f"{counted(result.calls, 'call')} replayed with {script.script} {script.hash[:12]}", "bold"))
    left_out = {
        "of which what was said is deleted": result.forgotten,
        "in which nothing was said": result.empty,
        "whose version of the script cannot be read any more": result.unreadable,
    }
    for why, calls in left_out.items():
        if calls:
            out.print(Text(f"left out: {counted(calls, 'call')} {why}", "dim"), soft_wrap=True)
    table = Table(box=box.SIMPLE)
    for heading in ("ended", "would end", "calls"):
        table.add_column(heading, justify="right" if heading == "calls" else "left")
    for (then, now), calls in sorted(result.outcomes.items(), key=lambda item: (item[0][0] == item[0][1], -item[1])):
        table.add_row(
            str(then), "the same" if then == now else str(now), str(calls), style="dim" if then == now else ""
        )
    if result.calls:
        out.print(table)
    for one in changes:
        out.print(Text(f"{one.id}  {one.then} → {one.now}{_first(one)}"), soft_wrap=True)
    changed = result.calls - result.unchanged
    if changed > len(changes):
        out.print(Text(f"… and {changed - len(changes)} more: --all names them", "dim"))
    out.print(Text(f"{changed} of {counted(result.calls, 'call')} would end otherwise.", "bold"))


def _first(changed: Changed) -> str:
    if changed.first is None:
        return ""
    did = _without_phones(_did(changed.first, now=False))
    return f"; at “{did}”: then {_way(changed.first.then)}, now {_way(changed.first.now)}"
