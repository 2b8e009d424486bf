"""Boxes and arrows laid out in layers from top to bottom, so that a picture of a script reads downwards.

The four steps of Sugiyama, Tagawa and Toda (1981): turn arrows that lead back up, give every box a layer by its longest
way from the top, order each layer so that few arrows cross, and set positions. Labels are laid out as boxes of their
own in layers between those of the boxes, and arrows bend between layers only: so no label lies on a box, and no
arrow runs through a box or a label that is not its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from robot.script.drawing.levels import Levels, Spot, order, settle

__all__ = ["Layout", "Rect", "Route", "Size", "Way", "lay", "spans"]

_LINE_WIDTH = 8.0
_PORT = 20.0
_LAYER_GAP = 24.0
_STUB_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height, in pixels."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Rect:
    """A place on the picture: its upper left corner and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> float:
        """Return the middle from left to right."""
        return self.x + self.width / 2

    def overlaps(self, other: "Rect") -> bool:
        """Return whether two places share more than an edge."""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow to be laid out.

    Attributes:
        source: The box that it comes from.
        target: The box that it leads to; another one than the source.
        label: How large its label is.
        stub: How large the sign is that the arrow ends at, where it is not to be drawn up to its target.
    """

    source: str
    target: str
    label: Size
    stub: Size | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Where an arrow runs.

    Attributes:
        points: Its corners from source to target. Between two of the same x it is straight; between others it bends.
        label: Where its label stands.
        stub: Where the sign stands that it ends at, if it was cut.
    """

    points: tuple[tuple[float, float], ...]
    label: Rect
    stub: Rect | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands; its upper left corner is 0, 0.

    Attributes:
        boxes: Name → place, as many as were given.
        routes: One for each way, in their order.
        width: In pixels.
        height: In pixels.
    """

    boxes: Mapping[str, Rect]
    routes: tuple[Route, ...]
    width: float
    height: float


def spans(names: Sequence[str], ways: Sequence[tuple[str, str]]) -> tuple[int, ...]:
    """Return how many layers each way leads down, or, as a negative number, up.

    Args:
        names: The boxes, as `lay` gets them.
        ways: Sources and targets.
    """
    turned = _turned(names, ways)
    rank = _ranks(names, [way[::-1] if turn else way for way, turn in zip(ways, turned, strict=True)])
    return tuple(rank[target] - rank[source] for source, target in ways)


def lay(boxes: Mapping[str, Size], ways: Sequence[Way]) -> Layout:
    """Lay boxes and ways out.

    Args:
        boxes: Name → size; the first one stands on top.
        ways: Arrows between them.
    """
    if not boxes:
        return Layout({}, (), 0.0, 0.0)
    return _Laying(boxes, ways).layout()


class _Laying:
    def __init__(self, boxes: Mapping[str, Size], ways: Sequence[Way]) -> None:
        self.ways = ways
        names, pairs = list(boxes), [(way.source, way.target) for way in ways]
        turned = _turned(names, pairs)
        rank = _ranks(names, [pair[::-1] if turn else pair for pair, turn in zip(pairs, turned, strict=True)])
        self.levels: Levels = [[] for _ in range(2 * max(rank.values()) + 2)]
        self.spots = {
            name: self._add(Spot(2 * rank[name], size.width, size.height, box=True)) for name, size in boxes.items()
        }
        self.chains = [self._chain(way) for way in ways]

    def _add(self, spot: Spot) -> Spot:
        self.levels[spot.level].append(spot)
        return spot

    def _chain(self, way: Way) -> list[Spot]:
        """Give the spots that a way passes, from its source to its target or its sign; the second is its label's."""
        source, target = self.spots[way.source], self.spots[way.target]
        if way.stub is not None:
            height = way.label.height + _STUB_GAP + way.stub.height
            chain = [source, self._add(Spot(source.level + 1, max(way.label.width, way.stub.width), height))]
        else:
            step = 1 if target.level > source.level else -1
            passing = [Spot(level, _LINE_WIDTH, 0.0) for level in range(source.level + step, target.level, step)]
            passing[0].width, passing[0].height = max(way.label.width, _LINE_WIDTH), way.label.height
            chain = [source, *(self._add(spot) for spot in passing), target]
        for one, other in pairwise(chain):
            upper, lower = (one, other) if one.level < other.level else (other, one)
            upper.down.append(lower)
            lower.up.append(upper)
        return chain

    def layout(self) -> Layout:
        order(self.levels)
        settle(self.levels, [[spot for spot in chain if not spot.box] for chain in self.chains])
        tops, heights = self._heights()
        boxes = {
            name: Rect(spot.x - spot.width / 2, tops[spot.level], spot.width, spot.height)
            for name, spot in self.spots.items()
        }
        routes = tuple(
            self._route(chain, way, tops, heights) for chain, way in zip(self.chains, self.ways, strict=True)
        )
        width = max(spot.x + spot.width / 2 for level in self.levels for spot in level)
        return Layout(boxes, routes, width, tops[-1] + heights[-1])

    def _heights(self) -> tuple[list[float], list[float]]:
        """Give where each level begins and how high it is: the further arrows run aside, the more room they get."""
        heights = [max((spot.height for spot in level), default=0.0) for level in self.levels]
        tops, y = [], 0.0
        for level, height in zip(self.levels, heights, strict=True):
            tops.append(y)
            aside = [abs(spot.x - below.x) for spot in level for below in spot.down]
            y += height + (min(_LAYER_GAP + max(aside) / 10, 3 * _LAYER_GAP) if aside else 0.0)
        return tops, heights

    def _route(self, chain: list[Spot], way: Way, tops: list[float], heights: list[float]) -> Route:
        told = chain[1]
        top, sign = tops[told.level], None
        if way.stub is not None:
            below = top + way.label.height + _STUB_GAP
            sign = Rect(told.x - way.stub.width / 2, below, way.stub.width, way.stub.height)
        else:
            top += (heights[told.level] - way.label.height) / 2
        points: list[tuple[float, float]] = []
        for index, spot in enumerate(chain):
            high, low = tops[spot.level], tops[spot.level] + heights[spot.level]
            if spot.box:
                near = chain[1] if index == 0 else chain[index - 1]
                edge = _at_box(spot, near, high, low)
                points += edge if index == 0 else edge[::-1]
            elif sign is not None:
                points += [(spot.x, high), (spot.x, sign.y)]
            else:
                upwards = chain[0].level > chain[-1].level
                points += [(spot.x, low), (spot.x, high)] if upwards else [(spot.x, high), (spot.x, low)]
        label = Rect(told.x - way.label.width / 2, top, way.label.width, way.label.height)
        return Route(tuple(points), label, sign)


def _at_box(spot: Spot, near: Spot, high: float, low: float) -> list[tuple[float, float]]:
    """Give the points, outwards from a box, of the arrow to a spot near it; arrows share its edge in their order."""
    above = near.level < spot.level
    side = sorted(spot.up if above else spot.down, key=lambda other: other.x)
    apart = min(_PORT, spot.width * 0.6 / len(side))
    x = spot.x + (side.index(near) - (len(side) - 1) / 2) * apart
    return [(x, high)] if above else [(x, high + spot.height), (x, low)]


def _turned(names: Sequence[str], ways: Sequence[tuple[str, str]]) -> list[bool]:
    """Tell which ways lead back to a box that the walk has come through, and so make a circle."""
    leaving: dict[str, list[int]] = defaultdict(list)
    for index, (source, _) in enumerate(ways):
        leaving[source].append(index)
    turned = [False] * len(ways)
    entered: set[str] = set()
    done: set[str] = set()
    for first in names:
        if first in entered:
            continue
        entered.add(first)
        walk = [(first, iter(leaving[first]))]
        while walk:
            name, rest = walk[-1]
            index = next(rest, -1)
            if index < 0:
                done.add(name)
                walk.pop()
                continue
            target = ways[index][1]
            if target in entered:
                turned[index] = target not in done
            else:
                entered.add(target)
                walk.append((target, iter(leaving[target])))
    return turned


def _ranks(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Give each box its layer: one below the lowest that leads to it; what nothing leads to stands close above."""
    after: dict[str, list[str]] = defaultdict(list)
    awaited = dict.fromkeys(names, 0)
    for source, target in edges:
        after[source].append(target)
        awaited[target] += 1
    rank = dict.fromkeys(names, 0)
    tops = [name for name in names if not awaited[name]]
    ready = list(tops)
    while ready:
        name = ready.pop()
        for target in after[name]:
            rank[target] = max(rank[target], rank[name] + 1)
            awaited[target] -= 1
            if not awaited[target]:
                ready.append(target)
    for name in tops:
        if name != names[0] and after[name]:
            rank[name] = min(rank[target] for target in after[name]) - 1
    return rank
