"""What a test of a script expects, held against what came: each thing that is not so is a `Difference`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from robot.dialog.events import Finish, Say
from robot.office.conversation import Conversation, Exchange
from robot.script.findings import Place
from robot.script.test_file import Item, ScriptTest, Sent
from robot.words import FollowUp

__all__ = ["Difference", "contains", "differences_at", "differences_at_end"]

_Wanted = TypeVar("_Wanted")
_Got = TypeVar("_Got")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as a test expects.

    Attributes:
        what: The key that expects it.
        expected: What it expects.
        got: What came.
        place: Where the test expects it.
    """

    what: str
    expected: str
    got: str
    place: Place


def contains(says: Iterable[Say], wanted: str) -> bool:
    """Tell whether words of the robot contain a text, as it is shown or as it is spoken.

    Capitals, “ё”, stress marks and punctuation do not count; the text begins where a word begins, so that “yes” is not
    found in “eyes”, and may leave off an ending.
    """
    says = tuple(says)
    return any(
        f" {_plain(wanted)}" in f" {_plain(' '.join(words))}"
        for words in ([say.shown for say in says], [say.text for say in says])
    )


def _plain(text: str) -> str:
    text = text.casefold().replace("ё", "е").replace("\u0301", "")
    return " ".join(re.findall(r"[\w%]+", re.sub(r"['’ʼ`]", "", text)))


def differences_at(item: Item, exchange: Exchange, place: Callable[[str], Place], zone: ZoneInfo) -> list[Difference]:
    """Return what is not as one line of a test expects.

    Args:
        item: The line.
        exchange: What came.
        place: Tells where a key of the line stands.
        zone: Of times that name none.
    """
    says = [utterance.say for utterance in exchange.said]
    said = " ".join(say.shown for say in says) or "(nothing)"
    found = [Difference("robot", text, said, place("robot")) for text in item.robot if not contains(says, text)]
    found += [
        Difference("not_robot", text, said, place("not_robot")) for text in item.not_robot if contains(says, text)
    ]
    if item.intent is not None:
        intent = exchange.understood.intent if exchange.understood is not None else "no words to understand"
        found += _differ("intent", item.intent, intent, place("intent"))
    if item.step is not None:
        found += _differ("step", item.step, exchange.step, place("step"))
    found += _values("learned", item.learned, exchange.slots, place("learned"), zone)
    if item.within is not None and exchange.seconds > item.within:
        found.append(Difference("within", f"{item.within:g} s", f"{exchange.seconds:.1f} s", place("within")))
    return found


def differences_at_end(
    test: ScriptTest, talk: Conversation, place: Callable[..., Place], zone: ZoneInfo
) -> Iterator[Difference]:
    """Give what is not as a test expects of the end.

    Args:
        test: The test.
        talk: Its conversation.
        place: Tells where a path of keys of the test stands.
        zone: Of times that name none.
    """
    yield from _values("learned", test.learned, talk.slots, place("learned"), zone)
    finish = talk.finish
    if finish is None:
        wanted = (test.ends, test.notes, test.tags, test.updates, test.sent)
        if any(one is not None for one in wanted):
            yield Difference("ends", "the conversation is over", f"it goes on at {talk.step}", place("ends"))
        return
    if test.ends is not None:
        for key in ("disposition", "interest", "person", "never_call"):
            expected = getattr(test.ends, key)
            if expected is not None:
                yield from _differ(key, _text(expected), _text(getattr(finish, key)), place("ends", key))
    yield from _told(test, finish, place, zone)


def _told(test: ScriptTest, finish: Finish, place: Callable[..., Place], zone: ZoneInfo) -> Iterator[Difference]:
    if test.notes is not None and not _pairs(test.notes, finish.notes, _within):
        yield Difference("notes", _listed(test.notes), _listed(finish.notes), place("notes"))
    if test.tags is not None and {*test.tags} != {*finish.tags}:
        yield Difference("tags", _listed(test.tags), _listed(finish.tags), place("tags"))
    if test.updates is not None:
        yield from _values("updates", test.updates, finish.updates, place("updates"), zone)
        for field in finish.updates.keys() - test.updates.keys():
            yield Difference("updates", f"{field}: none", f"{field}: {finish.updates[field]}", place("updates"))
    if test.sent is not None and not _pairs(test.sent, finish.follow_ups, _is_sent):
        expected = [_message(sent.channel, sent.to, sent.subject, sent.text) for sent in test.sent]
        got = [_message(one.channel, one.to, one.subject, one.text) for one in finish.follow_ups]
        yield Difference("sent", _listed(expected), _listed(got), place("sent"))


def _differ(what: str, expected: str, got: str, place: Place) -> Iterator[Difference]:
    if expected != got:
        yield Difference(what, expected, got, place)


def _values(
    what: str, expected: Mapping[str, str], got: Mapping[str, str], place: Place, zone: ZoneInfo
) -> Iterator[Difference]:
    for name, value in expected.items():
        if name not in got or not _same(value, got[name], zone):
            yield Difference(what, f"{name}: {value}", f"{name}: {got.get(name, 'none')}", place)


def _same(expected: str, got: str, zone: ZoneInfo) -> bool:
    """Tell whether two values are the same; instants may be written in different zones."""
    if expected == got:
        return True
    if not re.match(r"\d{4}-\d\d-\d\dT", expected):
        return False
    try:
        instants = [datetime.fromisoformat(text) for text in (expected, got)]
    except ValueError:
        return False
    wanted, came = (one if one.tzinfo is not None else one.replace(tzinfo=zone) for one in instants)
    return wanted == came


def _pairs(wanted: Sequence[_Wanted], got: Sequence[_Got], fits: Callable[[_Wanted, _Got], bool]) -> bool:
    return len(wanted) == len(got) and all(fits(one, other) for one, other in zip(wanted, got, strict=True))


def _within(wanted: str, got: str) -> bool:
    return f" {_plain(wanted)}" in f" {_plain(got)}"


def _is_sent(wanted: Sent, got: FollowUp) -> bool:
    return (
        wanted.channel is got.channel
        and (wanted.to is None or wanted.to == got.to)
        and (wanted.subject is None or _within(wanted.subject, got.subject or ""))
        and (wanted.text is None or _within(wanted.text, got.text))
    )


def _message(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _listed(texts: Iterable[str]) -> str:
    return "; ".join(texts) or "none"


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
