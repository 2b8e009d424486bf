"""Where YAML stumbles over a text, and what it reads otherwise than a marketer can mean it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import takewhile

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from robot.script import schema
from robot.script.parts import Recording, Spoken

__all__ = [
    "A_KEY", "BLANKS", "BREAK", "COMMENT", "DASHED", "END", "GLUED", "KNOWN", "LINE", "MISTYPED", "SENTENCES", "UNSEEN",
    "Budget", "Reading", "Tree", "read_on",
]  # fmt: skip

_MOST_WORK = 600_000
"""Characters read for one text, half a second or so."""
_EVENT = 60
"""As many characters take as long as what YAML finds in them: a key, a text, a list's end."""
_DEEPEST = 300
"""Brackets open at once; YAML takes time by the square of them."""
END = (1 << 30, 0)
"""Where a reading stops that has no error."""

_BLOCKS = (
    schema.Script, schema.Step, schema.Slot, schema.Sms, schema.Email, schema.TransferTarget, schema.Limits,
    schema.VoiceChoice, schema.Variant, schema.End, schema.Voicemail, Recording, Spoken,
)  # fmt: skip
KNOWN = frozenset(key.alias or name for block in _BLOCKS for name, key in block.model_fields.items())
SENTENCES = frozenset({"title", "say", "again", "confirm", "note", "words", "otherwise", "text", "subject"})

BREAK = re.compile(r"(\r\n|[\n\r\x85\u2028\u2029])")
COMMENT = re.compile(r"\s#")
BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
UNSEEN = f"{BLANKS}\u00ad\u200b-\u200f\u2060\ufeff"
A_KEY = "|".join(sorted(KNOWN, key=len, reverse=True))
LINE = re.compile(r"(?P<indent> *)(?P<dashes>(?:- +)*)(?:(?P<key>[\w-]+):[ \t]+)?(?P<rest>.*?)[ \t]*$")
GLUED = re.compile(rf"(?P<before> *(?:- +)*)(?P<key>(?:{A_KEY})(?=:[^\s:])|[\w-]+(?=:[{UNSEEN}])):(?P<rest>.*)")
DASHED = re.compile(rf"(?P<before> *)(?:[–—−][ {UNSEEN}]*|-)(?=(?:{A_KEY}):(?:\s|$))")
_EDGES = re.compile(rf"^[{UNSEEN}]|[{UNSEEN}]$")
MISTYPED = re.compile(r"[a-z]\w*\Z", re.ASCII)
"""Of a list's item, what may be a mistyped key; anything else before a colon is the beginning of a sentence."""

Tree = list[tuple[type[Event], str]]


class Budget:
    """How much of a text may still be read.

    Attributes:
        left: In characters; a key or a text counts as some more.
    """

    def __init__(self, text: str) -> None:
        """Begin with as much as takes half a second or so; with nothing where brackets open without end."""
        most = depth = 0
        for sign in re.findall(r"[\[\]{}]", text):
            depth = depth + 1 if sign in "[{" else max(0, depth - 1)
            most = max(most, depth)
        self.left = _MOST_WORK if most < _DEEPEST else 0


@dataclass
class Reading:
    """How far YAML came.

    Attributes:
        stopped: Line and column, from 0, of its error; `END` where it has none.
        also: Another line that the error names.
        spots: Lines, and by what rule, that it reads and that cannot be meant.
        tree: What it read, without the places.
        in_brackets: It stopped inside brackets.
        frame: Lines of the keys that it stopped under, outermost first; nothing before the last needs to be read again.
        gave_up: It took too long, or cannot be mended at all.
    """

    stopped: tuple[int, int] = END
    also: int = 0
    spots: set[tuple[int, str]] = field(default_factory=set)
    tree: Tree = field(default_factory=list)
    in_brackets: bool = False
    frame: tuple[int, ...] = ()
    gave_up: bool = False


def read_on(parts: Sequence[str], budget: Budget, frame: Sequence[int] = ()) -> Reading:
    """Read a text as far as YAML can.

    Args:
        parts: Its lines, each followed by what ends it.
        budget: What it takes is taken from here.
        frame: Of an earlier reading: begin at the last of these lines, under the others.
    """
    reading = Reading(gave_up=budget.left <= 0)
    if reading.gave_up:
        return reading
    if frame:
        kept = dict.fromkeys(range(0, 2 * frame[-1], 2), "") | {2 * line: parts[2 * line] for line in frame[:-1]}
        parts = [kept.get(at, part) for at, part in enumerate(parts)]
    walk = _Walk(parts[::2], reading)
    used = len(parts)
    try:
        for number, event in enumerate(YAML(typ="safe", pure=True).parse(StringIO("".join(parts)))):
            used = len(parts) + number * _EVENT + event.end_mark.index
            if used > budget.left:
                reading.gave_up = True
                break
            if not walk.follow(event):
                reading.stopped = (event.start_mark.line, event.start_mark.column)
                break
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark is None:
            reading.gave_up = True
        else:
            reading.stopped = (mark.line, mark.column)
            reading.also = error.context_mark.line if error.context_mark else mark.line
            used = max(used, len(parts) + mark.index)
    except (YAMLError, ValueError, RecursionError):
        reading.gave_up = True
    reading.in_brackets, reading.frame = walk.in_brackets, walk.frame
    budget.left -= used
    return reading


@dataclass
class _Open:
    """A mapping or list that is being read."""

    is_mapping: bool
    in_brackets: bool
    under: str
    """The key that it stands under."""
    is_item: bool
    texts: list[ScalarEvent | None] = field(default_factory=list)
    """What was read in it: keys and values in turn, `None` for what is no text."""
    line: int = 0
    """Of its last key."""

    @property
    def key(self) -> str:
        """The key that the next value stands under."""
        if self.is_mapping and self.texts and (key := self.texts[-1]) is not None:
            return str(key.value)
        return "" if self.is_mapping else self.under


class _Walk:
    """Follows what YAML reads, and finds what it reads otherwise than it is meant."""

    def __init__(self, lines: Sequence[str], reading: Reading) -> None:
        self._lines = lines
        self._reading = reading
        self._open: list[_Open] = []
        self._anchors: set[str] = set()

    @property
    def in_brackets(self) -> bool:
        return bool(self._open) and self._open[-1].in_brackets

    @property
    def frame(self) -> tuple[int, ...]:
        """Lines of the keys that are open, down to the first list or bracket."""
        keys = takewhile(lambda block: block.is_mapping and not block.in_brackets and block.texts, self._open)
        return tuple(block.line for block in keys)

    def follow(self, event: Event) -> bool:
        """Take an event; `False` for an alias that is none, as in ``*Only* today``."""
        if isinstance(event, CollectionEndEvent):
            self._close(self._open.pop())
        if not isinstance(event, NodeEvent):
            self._reading.tree.append((type(event), ""))
            return True
        self._reading.tree.append((type(event), str(event.value if isinstance(event, ScalarEvent) else event.anchor)))
        above = self._open[-1] if self._open else None
        if isinstance(event, AliasEvent):
            if event.anchor not in self._anchors and not re.fullmatch(r"[\w-]+", event.anchor):
                return False
        elif event.anchor:
            self._anchors.add(event.anchor)
        if isinstance(event, ScalarEvent) and event.style is None and not self.in_brackets:
            self._look(event, above)
        if isinstance(event, CollectionStartEvent):
            under = above.key if above else ""
            brackets = self.in_brackets or bool(event.flow_style)
            is_item = above is not None and not above.is_mapping
            self._open.append(_Open(isinstance(event, MappingStartEvent), brackets, under, is_item))
        if above is not None:
            if len(above.texts) % 2 == 0:
                above.line = event.start_mark.line
            above.texts.append(event if isinstance(event, ScalarEvent) else None)
        return True

    def _look(self, text: ScalarEvent, above: _Open | None) -> None:
        """Look at an unquoted text outside of brackets."""
        line = text.start_mark.line
        is_key = above is not None and above.is_mapping and len(above.texts) % 2 == 0
        if is_key and _EDGES.search(text.value):
            self._reading.spots.add((line, "unseen"))
        elif is_key and text.value.startswith(("–", "—", "−", "-")) and DASHED.match(self._lines[line]):
            self._reading.spots.add((line, "dash"))
        elif is_key or above is None or not above.is_mapping or above.key not in SENTENCES:
            for number in range(line, text.end_mark.line + 1):
                if GLUED.match(self._lines[number]):
                    self._reading.spots.add((number, "glued-key"))

    def _close(self, block: _Open) -> None:
        """Look at a block that ended: an item of ``say`` that YAML takes for a key and its value may be a sentence."""
        if block.is_item and block.under == "say" and len(block.texts) == 2 and not block.in_brackets:
            key, value = block.texts
            if key is None or value is None or key.style is not None or value.style is not None or not value.value:
                return
            line = key.start_mark.line
            whole = LINE.match(self._lines[line])
            if (
                line == value.end_mark.line
                and whole
                and not COMMENT.search(whole["rest"])
                and not MISTYPED.match(key.value)
            ):
                self._reading.spots.add((line, "colon"))
