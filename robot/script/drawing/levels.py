"""Spots in levels, one below the other: ordered so that few lines cross, then set in place from left to right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["Levels", "Spot", "order", "settle"]

_SWEEPS = 16
_SETTLING = 80
_GAP = 26.0
_LINE_GAP = 12.0


@dataclass(slots=True, eq=False)
class Spot:
    """A box, a label, or the place where an arrow passes a level.

    Attributes:
        level: Which level it stands in, counted from the top.
        width: In pixels.
        height: In pixels.
        box: Whether it is a box.
        x: The middle of it, in pixels.
        up: What it hangs on in the level above.
        down: What hangs on it in the level below.
    """

    level: int
    width: float
    height: float
    box: bool = False
    x: float = 0.0
    up: list["Spot"] = field(default_factory=list)
    down: list["Spot"] = field(default_factory=list)

    @property
    def pull(self) -> float:
        """Return how strongly it wants to stand in line with its neighbours: long arrows are to be straight."""
        return 1.0 if self.box else 3.0


Levels = list[list[Spot]]


def order(levels: Levels) -> None:
    """Order every level by the middle of what its spots hang on, down and up by turns; keep the best order met."""
    best, fewest = [list(level) for level in levels], _crossings(levels)
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        for fixed, level in pairwise(levels if downwards else levels[::-1]):
            place = _places(fixed)
            stays = len(fixed) / max(len(level), 1)
            middles: dict[Spot, float] = {}
            for index, spot in enumerate(level):
                near = [place[other] for other in (spot.up if downwards else spot.down)]
                middles[spot] = sum(near) / len(near) if near else index * stays
            level.sort(key=middles.__getitem__)
        _swap(levels)
        crossings = _crossings(levels)
        if crossings < fewest:
            best, fewest = [list(level) for level in levels], crossings
    for level, ordered in zip(levels, best, strict=True):
        level[:] = ordered


def _places(*levels: Iterable[Spot]) -> dict[Spot, int]:
    return {spot: index for level in levels for index, spot in enumerate(level)}


def _crossings(levels: Levels) -> int:
    total = 0
    for upper, lower in pairwise(levels):
        place = _places(lower)
        ends = [end for spot in upper for end in sorted(place[below] for below in spot.down)]
        total += sum(one > other for index, one in enumerate(ends) for other in ends[index + 1 :])
    return total


def _swap(levels: Levels) -> None:
    """Swap neighbours while that leaves fewer crossings."""
    for index, level in enumerate(levels):
        place = _places(*(levels[near] for near in (index - 1, index + 1) if 0 <= near < len(levels)))
        better = True
        while better:
            better = False
            for at in range(len(level) - 1):
                one, other = level[at], level[at + 1]
                if _crossed(one, other, place) > _crossed(other, one, place):
                    level[at], level[at + 1] = other, one
                    better = True


def _crossed(left: Spot, right: Spot, place: Mapping[Spot, int]) -> int:
    sides = ((left.up, right.up), (left.down, right.down))
    return sum(place[one] > place[other] for lefts, rights in sides for one in lefts for other in rights)


def settle(levels: Levels, lines: Sequence[Sequence[Spot]]) -> None:
    """Set the middles of all spots; each level keeps its order and its gaps.

    Args:
        levels: The levels, ordered.
        lines: The spots that are to stand straight below each other where there is room: those an arrow passes.
    """
    for level in levels:
        for left, spot in pairwise(level):
            spot.x = left.x + _apart(left, spot)
    for turn in range(_SETTLING):
        for level in levels if turn % 2 == 0 else levels[::-1]:
            _set_level(level)
    neighbours = {spot: (left, right) for level in levels for left, spot, right in _with_neighbours(level)}
    for _ in range(3):
        for line in lines:
            _straighten(line, neighbours)
    leftmost = min(spot.x - spot.width / 2 for level in levels for spot in level)
    for level in levels:
        for spot in level:
            spot.x -= leftmost


def _apart(left: Spot, right: Spot) -> float:
    return (left.width + right.width) / 2 + (_GAP if left.box and right.box else _LINE_GAP)


@dataclass(slots=True)
class _Pool:
    """Spots that would pass each other if each went where it wants to, and so move as one.

    Attributes:
        wish: Where the first of the level would stand if all were as these wish.
        weight: How strongly.
        spots: The spots, each with how far it stands from the first of the level.
    """

    wish: float
    weight: float
    spots: list[tuple[Spot, float]]


def _set_level(level: Sequence[Spot]) -> None:
    """Move every spot to the middle of what it hangs on, as nearly as the gaps allow.

    The least-squares places under given gaps: isotonic regression, by pooling neighbours (Barlow et al. 1972).
    """
    pools: list[_Pool] = []
    offset = 0.0
    for index, spot in enumerate(level):
        offset += _apart(level[index - 1], spot) if index else 0.0
        pulls = [(near.x, near.pull * spot.pull) for near in (*spot.up, *spot.down)] or [(spot.x, 0.01)]
        weight = sum(pull for _, pull in pulls)
        pool = _Pool(sum(x * pull for x, pull in pulls) / weight - offset, weight, [(spot, offset)])
        while pools and pools[-1].wish > pool.wish:
            before = pools.pop()
            weight = before.weight + pool.weight
            wish = (before.wish * before.weight + pool.wish * pool.weight) / weight
            pool = _Pool(wish, weight, before.spots + pool.spots)
        pools.append(pool)
    for pool in pools:
        for spot, at in pool.spots:
            spot.x = pool.wish + at


def _with_neighbours(level: Sequence[Spot]) -> Iterable[tuple[Spot | None, Spot, Spot | None]]:
    return zip([None, *level], level, [*level[1:], None], strict=False)


def _straighten(line: Sequence[Spot], neighbours: Mapping[Spot, tuple[Spot | None, Spot | None]]) -> None:
    """Set the spots of a line below each other, in as few straight runs as there is room for."""
    run: list[Spot] = []
    low, high = float("-inf"), float("inf")
    for spot in (*line, None):
        least, most = _room(spot, neighbours) if spot is not None else (float("inf"), float("-inf"))
        if run and max(low, least) > min(high, most):
            x = min(max(sum(each.x for each in run) / len(run), low), high)
            for each in run:
                each.x = x
            run, low, high = [], float("-inf"), float("inf")
        if spot is not None:
            run.append(spot)
            low, high = max(low, least), min(high, most)


def _room(spot: Spot, neighbours: Mapping[Spot, tuple[Spot | None, Spot | None]]) -> tuple[float, float]:
    left, right = neighbours[spot]
    least = left.x + _apart(left, spot) if left is not None else float("-inf")
    most = right.x - _apart(spot, right) if right is not None else float("inf")
    return min(least, spot.x), max(most, spot.x)
