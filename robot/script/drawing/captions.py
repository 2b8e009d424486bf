"""What stands in the boxes of an SVG picture, at its arrows and in its lists: line by line, each fit for its room."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from robot.script.drawing.folds import Fold, Given, Line
from robot.script.drawing.layers import Size
from robot.script.drawing.lettering import wide, wrapped
from robot.script.drawing.picture import Arrow, Box, counted
from robot.words import Interest

__all__ = ["ROOM", "SIDE_ROOM", "Text", "box_texts", "fold_texts", "height_of", "label_size", "label_texts"]

ROOM = 208.0
"""Width of the text in a box, in pixels."""
SIDE_ROOM = 280.0
"""Width of the text in a list."""
_LABEL_ROOM = 150.0
_SMALL = 11.5
_INDENT = 14.0
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text.

    Attributes:
        words: The line.
        size: Of its letters, in pixels.
        bold: Whether it is set in bold.
        italic: Whether it is set in italics.
        style: Class of the style sheet: ``soft``, ``missed``.
        missed: Words of it that tell of ways nobody went.
        dot: A dot before it, of the colour of an interest.
        indent: How far it stands from the left, in pixels.
        above: How much room is left above it, in pixels.
        middle: Whether it is centred.
    """

    words: str
    size: float = _SMALL
    bold: bool = False
    italic: bool = False
    style: str = ""
    missed: frozenset[str] = frozenset()
    dot: Interest | None = None
    indent: float = 0.0
    above: float = 0.0
    middle: bool = False

    @property
    def height(self) -> float:
        """Return how high it is, in pixels, with the room above it."""
        return self.size * 1.36 + self.above


def height_of(texts: Iterable[Text]) -> float:
    """Return the height of lines below each other, in pixels."""
    return sum(text.height for text in texts)


def box_texts(box: Box, cut_from: Sequence[str] = ()) -> Iterator[Text]:
    """Give what stands in the box of a step.

    Args:
        box: The step.
        cut_from: The boxes whose arrows to this one are not drawn up to it.
    """
    yield from _lines(box.name, 14, bold=True)
    marks = [*box.marks, *(["nothing leads here"] if box.unreachable else [])]
    marks += [f"also from: {', '.join(cut_from)}"] if cut_from else []
    for mark in marks:
        yield from _lines(mark, 11, italic=True, style="missed" if box.unreachable else "soft", lines=3)
    if box.condition is not None:
        yield from _lines(f"if {box.condition}", bold=True, style="soft")
    yield from _lines(box.words, 12, above=3.0, lines=4)
    for told in box.outcome:
        yield from _lines(told, bold=True, above=2.0)
    for line in box.lines:
        yield from _line_texts(line, ROOM)
    if box.visits is not None:
        told = counted(box.visits, "visit") + (f" · hung up here: {box.hung_up}" if box.hung_up else "")
        yield from _lines(told, bold=True, style="" if box.visits else "missed", above=3.0)


def fold_texts(fold: Fold) -> Iterator[Text]:
    """Give what stands in a list."""
    yield Text(fold.title, 14, bold=True)
    for line in fold.lines:
        yield from _line_texts(line, SIDE_ROOM)


def label_texts(arrow: Arrow) -> tuple[Text, ...]:
    """Return what stands at an arrow: the answers, and how many calls went that way."""
    names = ", ".join(given.name.replace(" ", _NO_BREAK) for given in arrow.answers if given.name)
    missed = _missed(arrow.answers, counts=False)
    texts = [Text(words, style="soft", missed=missed, middle=True) for words in wrapped(names, _LABEL_ROOM, _SMALL)]
    if arrow.taken is not None:
        texts.append(Text(str(arrow.taken), bold=True, style="" if arrow.taken else "missed", middle=True))
    return tuple(texts)


def label_size(texts: Sequence[Text]) -> Size:
    """Return how large a label is."""
    if not texts:
        return Size(0.0, 0.0)
    return Size(max(wide(text.words, text.size, bold=text.bold) for text in texts) + 8, height_of(texts) + 4)


def _lines(
    words: str,
    size: float = _SMALL,
    *,
    bold: bool = False,
    italic: bool = False,
    style: str = "",
    above: float = 0.0,
    lines: int | None = None,
) -> Iterator[Text]:
    for index, line in enumerate(wrapped(words, ROOM, size, bold=bold, lines=lines)):
        yield Text(line, size, bold=bold, italic=italic, style=style, above=0.0 if index else above)


def _line_texts(line: Line, room: float) -> Iterator[Text]:
    dot = line.interest[0] if line.interest else None
    indent = (_INDENT if line.below else 0.0) + (_INDENT if dot is not None else 0.0)
    words = str(line)
    for given in line.answers:
        words = words.replace(str(given), str(given).replace(" ", _NO_BREAK), 1)
    missed = _missed(line.answers, counts=True)
    for index, text in enumerate(wrapped(words, room - indent, _SMALL)):
        first = index == 0
        yield Text(
            text, style="soft", missed=missed, dot=dot if first else None, indent=indent, above=3.0 * first
        )  # fmt: skip


def _missed(answers: Iterable[Given], *, counts: bool) -> frozenset[str]:
    told = (str(given) if counts else given.name for given in answers if given.missed)
    return frozenset(words.replace(" ", _NO_BREAK) for words in told if words)
