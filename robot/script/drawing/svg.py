"""A picture of a script as an SVG file: one that needs no other file, no font of its own and no program.

It stands on its own background, so that it looks the same in every viewer, light or dark.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from robot.script.drawing.captions import (
    ROOM,
    SIDE_ROOM,
    Text,
    box_texts,
    fold_texts,
    height_of,
    label_size,
    label_texts,
)
from robot.script.drawing.folds import Fold, Line
from robot.script.drawing.layers import Layout, Rect, Route, Size, Way, lay, spans
from robot.script.drawing.lettering import wide
from robot.script.drawing.palette import FOLDED, INK, INTERESTS, LINE, MISSED, PAPER, SHAPES, SOFT, Colours, colours_of
from robot.script.drawing.picture import Arrow, Box, Picture, Shape, counted

__all__ = ["to_svg"]

_MARGIN = 36.0
_PAD = 12.0
_TOP = 104.0
"""Height of what stands above the boxes: title and legend."""
_MANY = 4
"""A box that so many arrows lead to gets only the short ones whole: the others would hide the rest."""
_LONG = 4
"""Layers that any other arrow may lead past."""

_STYLE = f"""
text {{ font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: {INK}; }}
.title {{ font-size: 22px; font-weight: 700; }}
.soft {{ fill: {SOFT}; }}
.missed {{ fill: {MISSED}; }}
.arrow {{ fill: none; stroke: {LINE}; stroke-linejoin: round; }}
.never {{ stroke: {MISSED}; stroke-dasharray: 6 5; }}
"""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A box with its text laid out."""

    box: Box
    texts: tuple[Text, ...]
    size: Size


def to_svg(picture: Picture) -> str:
    """Return a picture as the text of an SVG file."""
    return "".join(_Writer(picture).pieces())


class _Writer:
    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.ids = {box.name: f"step-{number}" for number, box in enumerate(picture.boxes, 1)}
        self.boxes = {box.name: box for box in picture.boxes}
        ends = {name for arrow in picture.arrows for name in (arrow.source, arrow.target)}
        names = [box.name for index, box in enumerate(picture.boxes) if index == 0 or box.name in ends]
        self.cut = self._cut(names)
        cut_from = defaultdict(list)
        for arrow in picture.arrows:
            if self.cut[arrow.source, arrow.target]:
                cut_from[arrow.target].append(arrow.source)
        drawn = [_drawn(box, cut_from[box.name]) for box in picture.boxes]
        self.linked = [box for box in drawn if box.box.name in names]
        self.alone = [box for box in drawn if box.box.name not in names]
        self.most = max((arrow.taken or 0 for arrow in picture.arrows), default=0)

    def _cut(self, names: Sequence[str]) -> dict[tuple[str, str], bool]:
        """Tell which arrows end at a sign with the name of the box that they lead to."""
        pairs = [(arrow.source, arrow.target) for arrow in self.picture.arrows]
        into = Counter(target for _, target in pairs)
        return {
            pair: span != 1 and (into[pair[1]] >= _MANY or abs(span) > _LONG)
            for pair, span in zip(pairs, spans(names, pairs), strict=True)
        }

    def pieces(self) -> Iterator[str]:
        labels = [label_texts(arrow) for arrow in self.picture.arrows]
        ways = [
            Way(arrow.source, arrow.target, label_size(label), self._sign(arrow))
            for arrow, label in zip(self.picture.arrows, labels, strict=True)
        ]
        layout = lay({drawn.box.name: drawn.size for drawn in self.linked}, ways)
        side, side_height = self._side()
        legend, legend_width = self._legend()
        side_x = layout.width + 1.5 * _MARGIN
        width = max(side_x + SIDE_ROOM + 2 * _PAD, legend_width, wide(self.picture.title, 22, bold=True)) + 2 * _MARGIN
        height = max(layout.height, side_height) + _TOP + 2 * _MARGIN
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img">\n'
            f"<title>{_safe(self.picture.title)}</title>\n<style>{_STYLE}</style>\n"
            f'<rect width="100%" height="100%" fill="{PAPER}"/>\n'
            f'<g transform="translate({_MARGIN:.0f} {_MARGIN:.0f})">\n'
        )
        yield from self._heading()
        yield f'<g transform="translate(0 62)">\n{legend}</g>\n<g transform="translate(0 {_TOP:.0f})">\n'
        yield from self._graph(layout, labels)
        yield f'<g transform="translate({side_x:.1f} 0)">\n{side}</g>\n</g>\n</g>\n</svg>\n'

    # --- above

    def _heading(self) -> Iterator[str]:
        yield _line(Text(self.picture.title, 22, bold=True), 0, 18)
        told = f"{self.picture.name} · {counted(len(self.picture.boxes), 'step')}"
        told += f" · {self.picture.counts}" if self.picture.counts else ""
        yield _line(Text(told, 13, style="soft"), 0, 42)

    def _legend(self) -> tuple[str, float]:
        pieces, x = [], 0.0
        for shape in Shape:
            if any(box.shape is shape for box in self.picture.boxes):
                pieces.append(_outline(Rect(x, 0, 34, 18), shape, SHAPES[shape]))
                pieces.append(_line(Text(shape, 12), x + 42, 13))
                x += 42 + wide(shape, 12) + 22
        for interest in self.picture.interests:
            pieces.append(_outline(Rect(x, 0, 34, 18), Shape.END, INTERESTS[interest]))
            pieces.append(_line(Text(interest, 12), x + 42, 13))
            x += 42 + wide(interest, 12) + 22
        if self.picture.calls is not None:
            for dashed, words in ((False, "the thicker, the more calls"), (True, "nobody went this way")):
                never, thick = (" never", 1.6) if dashed else ("", 4.0)
                pieces.append(f'<path class="arrow{never}" stroke-width="{thick}" d="M{x:.1f} 9 h34"/>\n')
                pieces.append(_line(Text(words, 12), x + 42, 13))
                x += 42 + wide(words, 12) + 22
        return "".join(pieces), x

    # --- boxes and arrows

    def _graph(self, layout: Layout, labels: Sequence[Sequence[Text]]) -> Iterator[str]:
        for arrow, route in zip(self.picture.arrows, layout.routes, strict=True):
            yield self._arrow(arrow, route)
        for arrow, route, label in zip(self.picture.arrows, layout.routes, labels, strict=True):
            yield from self._label(arrow, route, label)
        for drawn in self.linked:
            yield self._box(drawn, layout.boxes[drawn.box.name])

    def _arrow(self, arrow: Arrow, route: Route) -> str:
        taken = arrow.taken
        never = taken == 0
        thick = 1.4 if not taken else 1.4 + 6.0 * (taken / self.most) ** 0.5
        color = MISSED if never else LINE
        points = list(route.points)
        head = 9.0 + thick * 0.6 if route.stub is None else 0.0
        x, y = points.pop()
        down = 1.0 if y > points[0][1] else -1.0
        if points[-1] == (x, y):
            points.pop()
        points.append((x, y - down * head))
        path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
        for (x0, y0), (x1, y1) in pairwise(points):
            middle = (y0 + y1) / 2
            straight = abs(x1 - x0) < 0.5
            path += f" V{y1:.1f}" if straight else f" C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}"
        told = f"{arrow.source} → {arrow.target}" + (f": {arrow.label}" if arrow.label else "")
        told += f"\n{counted(taken, 'time')}" if taken is not None else ""
        drawn = f'<g><title>{_safe(told)}</title><path class="arrow{" never" if never else ""}" '
        drawn += f'stroke-width="{thick:.1f}" d="{path}"/>'
        if head:
            wing = 3.6 + thick * 0.7
            drawn += f'<path fill="{color}" d="M{x:.1f} {y:.1f} l{-wing:.1f} {-down * head:.1f} h{2 * wing:.1f} z"/>'
        return drawn + "</g>\n"

    def _label(self, arrow: Arrow, route: Route, texts: Sequence[Text]) -> Iterator[str]:
        if texts:
            at = route.label
            yield (
                f'<rect x="{at.x:.1f}" y="{at.y:.1f}" width="{at.width:.1f}" height="{at.height:.1f}" rx="4" '
                f'fill="{PAPER}"/>\n'
            )
            yield _block(texts, at.centre, at.y + 2)
        if route.stub is not None:
            target = self.boxes[arrow.target]
            colours = colours_of(target)
            at = route.stub
            yield (
                f'<a href="#{self.ids[arrow.target]}"><title>{_safe("goes on at the box " + arrow.target)}</title>'
                f'<rect x="{at.x:.1f}" y="{at.y:.1f}" width="{at.width:.1f}" height="{at.height:.1f}" '
                f'rx="{at.height / 2:.1f}" fill="{colours.fill}" stroke="{colours.edge}"/>\n'
                f"{_line(Text('→ ' + _name(arrow.target), 11.5, middle=True), at.centre, at.y + 15)}</a>\n"
            )

    def _sign(self, arrow: Arrow) -> Size | None:
        """Return how large the sign is that an arrow ends at, where it is cut."""
        if not self.cut[arrow.source, arrow.target]:
            return None
        return Size(wide("→ " + _name(arrow.target), 11.5) + 24, 22)

    def _box(self, drawn: _Drawn, at: Rect) -> str:
        box = drawn.box
        full = f"{box.name}\n{box.full}\n{_told(box.lines)}"
        never = box.visits == 0 or box.unreachable
        outline = _outline(at, box.shape, colours_of(box), missed=never)
        return (
            f'<g id="{self.ids[box.name]}"><title>{_safe(full.strip())}</title>\n{outline}'
            f"{_block(drawn.texts, at.x + _inset(box.shape), at.y + _PAD - 2)}</g>\n"
        )

    # --- beside

    def _side(self) -> tuple[str, float]:
        """Return the lists and the boxes that no arrow touches, below each other, and how high they are together."""
        pieces, y = [], 0.0
        for fold in self.picture.folds:
            piece, height = _fold(fold, y)
            pieces.append(piece)
            y += height + 18
        for drawn in self.alone:
            at = Rect((SIDE_ROOM + 2 * _PAD - drawn.size.width) / 2, y, drawn.size.width, drawn.size.height)
            pieces.append(self._box(drawn, at))
            y += drawn.size.height + 14
        return "".join(pieces), y


def _fold(fold: Fold, y: float) -> tuple[str, float]:
    texts = tuple(fold_texts(fold))
    height = height_of(texts) + 2 * _PAD
    return (
        f"<g><title>{_safe(_told(fold.lines))}</title>\n"
        f'<rect x="0" y="{y:.1f}" width="{SIDE_ROOM + 2 * _PAD:.0f}" height="{height:.1f}" rx="3" fill="{FOLDED}" '
        f'stroke="{LINE}" stroke-dasharray="2 3"/>\n{_block(texts, _PAD, y + _PAD - 2)}</g>\n'
    ), height


def _drawn(box: Box, cut_from: Sequence[str]) -> _Drawn:
    texts = tuple(box_texts(box, cut_from))
    return _Drawn(box, texts, Size(ROOM + 2 * _inset(box.shape), height_of(texts) + 2 * _PAD))


def _told(lines: Sequence[Line]) -> str:
    return "\n".join(part for line in lines for part in (str(line), line.full) if part)


def _inset(shape: Shape) -> float:
    """Return how far the text of a box stands from its left edge."""
    return {Shape.QUESTION: 22.0, Shape.TRANSFER: 20.0, Shape.END: 20.0}.get(shape, _PAD)


def _outline(at: Rect, shape: Shape, colours: Colours, *, missed: bool = False) -> str:
    style = f'fill="{colours.fill}" stroke="{MISSED if missed else colours.edge}" stroke-width="1.6"'
    style += ' stroke-dasharray="6 5"' if missed else ""
    rect = f'x="{at.x:.1f}" y="{at.y:.1f}" width="{at.width:.1f}" height="{at.height:.1f}"'
    match shape:
        case Shape.QUESTION:
            point = min(14.0, at.height / 3)
            inner, half = at.width - 2 * point, at.height / 2
            return (
                f'<path {style} d="M{at.x:.1f} {at.y + half:.1f} l{point:.1f} {-half:.1f} h{inner:.1f} '
                f'l{point:.1f} {half:.1f} l{-point:.1f} {half:.1f} h{-inner:.1f} z"/>\n'
            )
        case Shape.END:
            return f'<rect {rect} rx="{min(24.0, at.height / 2):.1f}" {style}/>\n'
        case Shape.TRANSFER:
            bar = min(8.0, at.width / 6)
            bars = f"M{at.x + bar:.1f} {at.y:.1f} v{at.height:.1f} M{at.right - bar:.1f} {at.y:.1f} v{at.height:.1f}"
            return f'<rect {rect} {style}/>\n<path {style} d="{bars}"/>\n'
        case Shape.PASSING:
            return f'<rect {rect} rx="2" {style}/>\n'


def _block(texts: Sequence[Text], x: float, y: float) -> str:
    pieces = []
    for text in texts:
        y += text.height
        pieces.append(_line(text, x + text.indent, y - text.size * 0.3))
    return "".join(pieces)


def _line(text: Text, x: float, y: float) -> str:
    style = f' class="{text.style}"' if text.style else ""
    style += ' font-weight="700"' if text.bold else ""
    style += ' font-style="italic"' if text.italic else ""
    style += ' text-anchor="middle"' if text.middle else ""
    dot = ""
    if text.dot is not None:
        fill = INTERESTS[text.dot].edge
        dot = f'<circle cx="{x - 9:.1f}" cy="{y - text.size * 0.35:.1f}" r="4" fill="{fill}"/>\n'
    words = " ".join(
        f'<tspan class="missed">{_safe(word)}</tspan>' if word.rstrip(",:;") in text.missed else _safe(word)
        for word in text.words.split(" ")
    )
    return f'{dot}<text x="{x:.1f}" y="{y:.1f}" font-size="{text.size:g}"{style}>{words}</text>\n'


def _name(name: str) -> str:
    return name if len(name) <= 32 else f"{name[:31]}…"


def _safe(text: str) -> str:
    """Return text as XML 1.0 may hold it: without control characters, and with what it would read as markup escaped."""
    kept = (sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn"))
    return escape("".join(kept), quote=True)
