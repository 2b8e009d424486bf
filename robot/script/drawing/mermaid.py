"""A picture of a script as a Mermaid flowchart, which wikis and code hosts draw where it stands."""

import re
from collections.abc import Iterator

from robot.script.drawing.folds import Fold, Line
from robot.script.drawing.palette import FOLDED, INK, INTERESTS, LINE, MISSED, SHAPES
from robot.script.drawing.picture import Arrow, Box, Picture, Shape
from robot.words import Interest

__all__ = ["to_mermaid"]

_SHAPES = {
    Shape.QUESTION: ("{{", "}}"), Shape.PASSING: ("[", "]"), Shape.TRANSFER: ("[[", "]]"), Shape.END: ("([", "])"),
}  # fmt: skip
_MARKUP = re.compile(r"[\"<>&#`\[\](){}|;\\]")
_BREAK = "<br/>"
_SEVERAL = "several"
"""The class of ends that may tell several things."""
_CLASSES = {
    **{str(interest): f"fill:{of.fill},stroke:{of.edge},color:{INK}" for interest, of in INTERESTS.items()},
    **{
        str(shape): f"fill:{of.fill},stroke:{of.edge},color:{INK}" for shape, of in SHAPES.items() if shape != Shape.END
    },
    _SEVERAL: f"fill:{SHAPES[Shape.END].fill},stroke:{SHAPES[Shape.END].edge},color:{INK}",
    "folded": f"fill:{FOLDED},stroke:{LINE},color:{INK},stroke-dasharray:2 3,text-align:left",
    "missed": f"stroke:{MISSED},stroke-dasharray:6 5",
}
_THICKEST = 7.0


def to_mermaid(picture: Picture) -> str:
    """Return a picture as Mermaid text: a flowchart from top to bottom, and a legend."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    title = picture.title.replace("\\", "\\\\").replace('"', '\\"')
    title = " ".join(title.split()) + (f" ({picture.counts})" if picture.counts else "")
    yield from ("---", f'title: "{title}"', "---", "flowchart TD")
    ids = {box.name: f"step{number}" for number, box in enumerate(picture.boxes, 1)}
    for box in picture.boxes:
        opens, closes = _SHAPES[box.shape]
        yield f'    {ids[box.name]}{opens}"{_BREAK.join(_box(box))}"{closes}:::{_class(box)}'
        if box.unreachable or box.visits == 0:
            yield f"    class {ids[box.name]} missed"
    for arrow in picture.arrows:
        yield f"    {ids[arrow.source]} -->{_label(arrow)} {ids[arrow.target]}"
    for number, fold in enumerate(picture.folds, 1):
        yield f'    list{number}["{_BREAK.join(_fold(fold))}"]:::folded'
    yield from _legend(picture)
    for name, style in _CLASSES.items():
        yield f"    classDef {name} {style}"
    yield from _arrow_styles(picture)


def _box(box: Box) -> Iterator[str]:
    yield f"<b>{_safe(box.name)}</b>"
    marks = (*box.marks, *(["nothing leads here"] if box.unreachable else []))
    yield from (f"<i>{_safe(mark)}</i>" for mark in marks)
    if box.condition is not None:
        yield _safe(f"if {box.condition}")
    if box.words:
        yield _safe(box.words)
    yield from (f"<b>{_safe(told)}</b>" for told in box.outcome)
    yield from (_told(line) for line in box.lines)
    if box.visits is not None:
        yield f"<b>visits: {box.visits}" + (f"; hung up here: {box.hung_up}" if box.hung_up else "") + "</b>"


def _told(line: Line) -> str:
    """Return a line; what nobody said is named once more, as colours do not reach into a box."""
    missed = ", ".join(given.name for given in line.answers if given.missed and given.name)
    told = _safe(str(line)) + (f" <b>never: {_safe(missed)}</b>" if missed else "")
    return f"– {told}" if line.below else told


def _fold(fold: Fold) -> Iterator[str]:
    yield f"<b>{_safe(fold.title)}</b>"
    yield from (_told(line) for line in fold.lines)


def _class(box: Box) -> str:
    if box.shape is not Shape.END:
        return box.shape.value
    return box.interest[0].value if len(box.interest) == 1 else _SEVERAL


def _label(arrow: Arrow) -> str:
    parts = [_safe(arrow.label)] if arrow.label else []
    if arrow.taken is not None:
        parts.append(f"<b>{arrow.taken}</b>")
    return f'|"{_BREAK.join(parts)}"|' if parts else ""


def _legend(picture: Picture) -> Iterator[str]:
    yield '    subgraph legend["Legend"]'
    for shape in Shape:
        if shape is not Shape.END and any(box.shape is shape for box in picture.boxes):
            opens, closes = _SHAPES[shape]
            yield f'        legend_{shape}{opens}"{shape}"{closes}:::{shape}'
    for interest in Interest:
        if interest in picture.interests:
            yield f'        legend_{interest}(["end: {interest}"]):::{interest}'
    yield "    end"


def _arrow_styles(picture: Picture) -> Iterator[str]:
    most = max((arrow.taken or 0 for arrow in picture.arrows), default=0)
    for number, arrow in enumerate(picture.arrows):
        if arrow.taken == 0:
            yield f"    linkStyle {number} stroke:{MISSED},stroke-dasharray:6 5"
        elif arrow.taken:
            yield f"    linkStyle {number} stroke-width:{1.4 + (_THICKEST - 1.4) * (arrow.taken / most) ** 0.5:.1f}px"


def _safe(text: str) -> str:
    """Return text as a quoted label may hold it: what Mermaid or HTML would read as markup becomes its number."""
    return _MARKUP.sub(lambda sign: f"#{ord(sign[0])};", " ".join(text.split()))
