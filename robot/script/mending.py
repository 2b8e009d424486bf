"""What a marketer plainly meant, made valid YAML: a colon or a star in a sentence, a tab, a space nobody can see.

YAML reads first, and only the lines that it stumbles over are looked at. A line is mended where it has exactly one
sensible reading, and the mend is kept only if YAML then reads on past it. What could mean two things (a ``#`` inside
a sentence, a quote that never ends, a key written twice) stays as it is, for the loader to tell.

Text that YAML reads is left alone, but where its reading cannot be meant: keys with characters nobody sees, ``say:Hi``
where keys stand, ``– say: Hi`` with a dash for the hyphen, and an item of a list under ``say`` that is a sentence with
a colon.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from robot.script.findings import Place
from robot.script.stumbling import (
    A_KEY,
    BLANKS,
    BREAK,
    COMMENT,
    DASHED,
    END,
    GLUED,
    KNOWN,
    LINE,
    MISTYPED,
    SENTENCES,
    UNSEEN,
    Budget,
    Reading,
    Tree,
    read_on,
)

__all__ = ["Change", "Mended", "mend", "quoted"]

_MOST = 50
"""Mends of one text."""

_TABS = re.compile(r"^ *\t[ \t]*", re.MULTILINE)
_HEAD = re.compile(rf"(?P<before>[ {UNSEEN}]*(?:-[ {UNSEEN}]+)*)(?:(?P<key>[\w-]+)[ {UNSEEN}]*:[ {UNSEEN}]*)?")
_BLOCK_MARK = re.compile(r"[|>][-+\d]{0,2}[ \t]+")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was mended.

    Attributes:
        place: Where it stands, in the text as it was.
        rule: Name of the rule, such as ``colon``.
        sentence: What is odd about it.
    """

    place: Place
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A text, and what was mended in it; it has as many lines as before.

    Attributes:
        text: The text; YAML need not be able to read it.
        changes: What was mended, in the order of the file.
    """

    text: str
    changes: tuple[Change, ...] = ()


def mend(text: str) -> Mended:
    """Make valid YAML of what was plainly meant; a text that needs none of it is given back as it is.

    Takes half a second or so at most, and leaves the rest as it is; never raises.
    """
    budget = Budget(text)
    plain, tree = _mend(text, budget)
    tabs = _TABS.search(text)
    if tree is not None or tabs is None:
        return plain
    two, tree = _mend(_TABS.sub(lambda tab: tab[0].replace("\t", "  "), text), budget)
    other = _mend(_TABS.sub(lambda tab: tab[0].replace("\t", "    "), text), budget)[1] if tree is not None else None
    if tree is None or other not in (None, tree) or budget.left <= 0:
        return plain
    place = Place(len(BREAK.findall(text[: tabs.start()])) + 1, 1)
    change = Change(place, "tab", "Lines begin with tabs; each tab counts as two spaces.")
    return Mended(two.text, (change, *two.changes))


def quoted(sentence: str) -> str:
    r"""Return a sentence of one line in those quotes that need no escapes.

    >>> quoted("Hi: a robot"), quoted('"Apex" calls')
    ('"Hi: a robot"', '\'"Apex" calls\'')
    """
    if '"' in sentence or "\\" in sentence:
        return "'" + sentence.replace("'", "''") + "'"
    return f'"{sentence}"'


class _Mend(NamedTuple):
    """A line, from 0, written anew."""

    line: int
    text: str
    change: Change


def _mend(text: str, budget: Budget) -> tuple[Mended, Tree | None]:
    """Mend all but tabs; give what YAML reads now too, if it reads the text whole."""
    parts = BREAK.split(text)  # every second one is a line's end
    reading = read_on(parts, budget)
    is_whole = True
    changes: list[Change] = []
    while budget.left > 0 and not reading.gave_up and len(changes) < _MOST:
        for mends in _candidates(parts[::2], reading):
            if budget.left <= 0:
                break
            tried = list(parts)
            for mend in mends:
                tried[2 * mend.line] = mend.text
            frame = reading.frame if reading.frame and min(mend.line for mend in mends) >= reading.frame[-1] else ()
            then = read_on(tried, budget, frame)
            if not then.gave_up and _is_better(then, reading, mends):
                parts, reading, is_whole = tried, then, not frame
                changes += [mend.change for mend in mends]
                break
        else:
            if is_whole:
                break
            reading, is_whole = read_on(parts, budget), True
    tree = reading.tree if is_whole and reading.stopped == END and not reading.gave_up else None
    return Mended("".join(parts), tuple(sorted(changes, key=lambda change: change.place))), tree


def _is_better(then: Reading, reading: Reading, mends: Sequence[_Mend]) -> bool:
    """Tell whether YAML came further: past a line that was put in quotes, or past the sign that it stopped at."""
    spots = {(mend.line, mend.change.rule) for mend in mends}
    if spots <= reading.spots:
        return then.stopped[0] >= reading.stopped[0] and not spots & then.spots
    line, column = reading.stopped
    if spots & {(line, "colon"), (line, "quote"), (line, "sign")}:
        return then.stopped[0] > line
    return then.stopped > (line, column + 2)  # a line may have grown by two signs


def _candidates(lines: Sequence[str], reading: Reading) -> Iterator[list[_Mend]]:
    """Give what may be mended next, the likeliest first."""
    for rule, rewrites in _REWRITES.items():
        found = sorted(line for line, broken in reading.spots if broken == rule)
        for rewrite in rewrites:
            mends = [mend for line in found if (mend := rewrite(lines, line)) is not None]
            if mends:
                yield mends
            if len(mends) > 1:
                yield from ([mend] for mend in mends)
    if reading.stopped == END or reading.in_brackets:
        return
    line, column = reading.stopped
    near = [at for at in dict.fromkeys((line, _above(lines, line), reading.also)) if 0 <= at < len(lines)]
    if glued := _glued_upwards(lines, line):
        yield glued
    if line < len(lines) and (mend := _in_quotes(lines, line, column)) is not None:
        yield [mend]
    for rule in ("dash", "unseen", "glued-key"):
        for rewrite in _REWRITES[rule]:
            yield from ([mend] for at in near if (mend := rewrite(lines, at)) is not None)


def _change(line: int, column: int, rule: str) -> Change:
    return Change(Place(line + 1, column + 1), rule, _SAID[rule])


def _above(lines: Sequence[str], line: int) -> int:
    return next((at for at in range(min(line, len(lines)) - 1, -1, -1) if lines[at].strip()), -1)


def _glued_upwards(lines: Sequence[str], line: int) -> list[_Mend]:
    """Mend the lines right above an error: YAML takes ``say:Hi`` and the key that follows it for one text."""
    mends: list[_Mend] = []
    while (line := _above(lines, line)) >= 0 and (mend := _unglued(lines, line)) is not None:
        mends.append(mend)
    return mends


def _unglued(lines: Sequence[str], line: int) -> _Mend | None:
    found = GLUED.match(lines[line])
    if found is None:
        return None
    rest = re.sub(rf"^[\s{UNSEEN}]+", "", found["rest"])
    if re.search(r":(\s|$)", rest) and rest[0] not in "\"'[{" and not COMMENT.search(rest):
        rest = quoted(rest.rstrip())
    return _Mend(line, f"{found['before']}{found['key']}: {rest}", _change(line, found.start("key"), "glued-key"))


def _dashed(lines: Sequence[str], line: int) -> _Mend | None:
    found = DASHED.match(lines[line])
    if found is None:
        return None
    written = f"{found['before']}- {lines[line][found.end() :]}"
    return _Mend(line, written, _change(line, len(found["before"]), "dash"))


def _spaced(lines: Sequence[str], line: int) -> _Mend | None:
    return _seen(lines, line, " ")


def _closed_up(lines: Sequence[str], line: int) -> _Mend | None:
    return _seen(lines, line, "")


def _seen(lines: Sequence[str], line: int, space: str) -> _Mend | None:
    """Take what nobody sees out of a line's indentation and from around its key."""
    head = _HEAD.match(lines[line])
    if head is None:
        return None
    rest = lines[line][head.end() :]
    before = re.sub(rf"[{UNSEEN}]", "", re.sub(rf"[{BLANKS}]", space, head["before"]))
    written = before + (f"{head['key']}:{' ' * bool(rest)}" if head["key"] else "") + rest
    if not re.search(rf"[{UNSEEN}]", head[0]):
        return None
    return _Mend(line, written if written.strip() else "", _change(line, 0, "unseen"))


def _sentence(lines: Sequence[str], line: int) -> _Mend | None:
    return _in_quotes(lines, line, len(lines[line]))


def _in_quotes(lines: Sequence[str], line: int, column: int) -> _Mend | None:
    """Put a sentence in quotes in which, or after which, YAML stopped at a column."""
    found = LINE.match(lines[line])
    if found is None:
        return None
    key, start = found["key"], found.start("rest")
    if found["dashes"] and key and key not in KNOWN and not MISTYPED.match(key):
        key, start = None, found.start("key")
    owner = found.start("key") if key else found.end("dashes") - 2
    rest = lines[line][start : found.end("rest")]
    if not rest or column < start or (key in KNOWN and key not in SENTENCES) or not (key or found["dashes"]):
        return None
    if COMMENT.search(rest) or re.match(rf"(?:{A_KEY}):\s", rest) or _goes_on(lines, line, owner):
        return None
    meant = _meant(rest, column - start)
    if meant is None:
        return None
    rule = "colon" if rest[0].isalnum() or rest[0] in "<«“(" else "quote" if rest[0] in "\"'" else "sign"
    written = lines[line][:start] + quoted(meant) + lines[line][found.end("rest") :]
    return _Mend(line, written, _change(line, start, rule))


def _goes_on(lines: Sequence[str], line: int, column: int) -> bool:
    """Tell whether the lines below belong to what begins at a column of this line."""
    for below in lines[line + 1 :]:
        text = below.lstrip(" ")
        if text and not text.startswith("#"):
            return len(below) - len(text) > column
    return False


def _meant(rest: str, stopped: int) -> str | None:
    """Return the words that were meant, `None` where that is not clear.

    Args:
        rest: From the sentence's first character to the end of the line.
        stopped: At which of its characters YAML stopped.
    """
    if rest[0] in "[{":
        closed = _closing(rest)
        return rest if 0 < closed < stopped and not re.match(r"\{\s*\w+\s*\}", rest) else None
    if rest[0] in "|>":
        mark = _BLOCK_MARK.match(rest)
        return rest[mark.end() :] if mark else rest
    if rest[0] in "\"'":
        return _meant_in_quotes(rest, rest[0])
    return rest


def _closing(rest: str) -> int:
    """Return where the bracket closes that a text begins with; -1 where it does not."""
    depth = 0
    for at, sign in enumerate(rest):
        depth += (sign in "[{") - (sign in "]}")
        if depth == 0:
            return at
    return -1


def _meant_in_quotes(rest: str, quote: str) -> str | None:
    """Tell ``"Apex" and "Race"``, which is all meant to be said, from ``"We at "Apex" call"``, whose ends are not."""
    opens = [
        (not at or not rest[at - 1].isalnum()) and rest[at + 1 : at + 2].strip() != ""
        for at, sign in enumerate(rest)
        if sign == quote and not (rest[at - 1 : at].isalnum() and rest[at + 1 : at + 2].isalnum() and at)
    ]
    depth, deepest, touched = 0, 0, 0
    for number, is_open in enumerate(opens, 1):
        depth += 1 if is_open else -1
        deepest = max(deepest, depth)
        touched += depth == 0 and number < len(opens)
        if depth < 0:
            return None
    if depth or (deepest > 1 and touched):
        return None
    whole = rest[-1] == quote and touched == 0
    return rest[1:-1] if whole else rest if deepest == 1 else None


_REWRITES: dict[str, tuple[Callable[[Sequence[str], int], _Mend | None], ...]] = {
    "unseen": (_spaced, _closed_up),
    "dash": (_dashed,),
    "glued-key": (_unglued,),
    "colon": (_sentence,),
}
_SAID = {
    "colon": "The sentence has a colon followed by a space, which YAML takes for a key.",
    "quote": "The sentence begins with a quote that YAML takes for its own.",
    "sign": "The sentence begins with a sign that YAML takes for its own.",
    "glued-key": "There is no space after the colon of this key.",
    "dash": "The line begins with a dash, or a hyphen without a space, where “- ” begins an item of a list.",
    "unseen": "Around the key, or before it, stand characters that nobody sees.",
}
