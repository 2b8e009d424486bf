from itertools import pairwise

from robot.script.drawing.levels import Spot, order, settle


def hang(upper: Spot, lower: Spot) -> None:
    upper.down.append(lower)
    lower.up.append(upper)


def test_levels_are_ordered_so_that_lines_do_not_cross() -> None:
    a, b = Spot(0, 10, 10, box=True), Spot(0, 10, 10, box=True)
    c, d = Spot(1, 10, 10, box=True), Spot(1, 10, 10, box=True)
    hang(a, d)
    hang(b, c)
    levels = [[a, b], [c, d]]
    order(levels)
    assert [levels[0].index(a), levels[0].index(b)] == [levels[1].index(d), levels[1].index(c)]


def test_a_spot_stands_in_the_middle_of_what_hangs_on_it_and_gaps_are_kept() -> None:
    top = Spot(0, 50, 10, box=True)
    below = [Spot(1, 50, 10, box=True) for _ in range(3)]
    for spot in below:
        hang(top, spot)
    settle([[top], below], [])
    assert abs(top.x - below[1].x) < 1
    assert all(right.x - left.x >= 75.9 for left, right in pairwise(below))
    assert min(spot.x - spot.width / 2 for spot in (top, *below)) == 0
