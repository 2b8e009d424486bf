from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from robot.script.drawing.layers import Layout, Rect, Route, Size, Way, lay, spans

SIZES = st.builds(Size, st.integers(40, 260), st.integers(20, 160))
LABELS = st.builds(Size, st.integers(0, 160), st.integers(0, 60))
SIGN = Size(80, 22)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, Size], list[Way]]:
    boxes = {f"step{number}": draw(SIZES) for number in range(draw(st.integers(1, 12)))}
    names = st.sampled_from(list(boxes))
    pairs = draw(st.lists(st.tuples(names, names).filter(lambda pair: pair[0] != pair[1]), max_size=25, unique=True))
    return boxes, [
        Way(source, target, draw(LABELS), draw(st.sampled_from([None, None, SIGN]))) for source, target in pairs
    ]


def runs(route: Route) -> list[Rect]:
    """Give the room that each part of an arrow may touch: a curve stays between its two ends."""
    return [Rect(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)) for (x0, y0), (x1, y1) in pairwise(route.points)]


def crossing(laid: Layout, place: Rect) -> list[str]:
    return [name for name, box in laid.boxes.items() if box.overlaps(place)]


@settings(deadline=None)
@given(graphs())
def test_no_two_boxes_overlap_and_no_label_lies_on_a_box_or_on_another_label(
    given: tuple[dict[str, Size], list[Way]],
) -> None:
    boxes, ways = given
    laid = lay(boxes, ways)
    assert laid.boxes.keys() == boxes.keys()
    assert len(laid.routes) == len(ways)
    signs = [route.stub for route in laid.routes if route.stub is not None]
    places = [*laid.boxes.values(), *(route.label for route in laid.routes), *signs]
    for index, place in enumerate(places):
        assert not any(place.overlaps(other) for other in places[index + 1 :])
        assert place.x > -0.01
        assert place.y > -0.01
        assert place.right < laid.width + 0.01
        assert place.bottom < laid.height + 0.01


@settings(deadline=None)
@given(graphs())
def test_an_arrow_runs_from_its_source_to_its_target_and_through_no_box(
    given: tuple[dict[str, Size], list[Way]],
) -> None:
    boxes, ways = given
    laid = lay(boxes, ways)
    for way, route in zip(ways, laid.routes, strict=True):
        assert not any(crossing(laid, part) for part in runs(route))
        (x, y), (end_x, end_y) = route.points[0], route.points[-1]
        source = laid.boxes[way.source]
        assert source.x <= x <= source.right
        assert y in (source.y, source.bottom)
        target = route.stub or laid.boxes[way.target]
        assert target.x <= end_x <= target.right
        assert end_y in (target.y, target.bottom)
        assert (route.stub is not None) == (way.stub is not None)


@settings(deadline=None)
@given(graphs())
def test_the_same_graph_is_always_laid_out_the_same(given: tuple[dict[str, Size], list[Way]]) -> None:
    assert lay(*given) == lay(*given)


def test_a_picture_reads_downwards_and_an_arrow_back_runs_up() -> None:
    names, pairs = ["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a")]
    assert spans(names, pairs) == (1, 1, -2)
    laid = lay(dict.fromkeys(names, Size(100, 50)), [Way(*pair, Size(40, 15)) for pair in pairs])
    assert laid.boxes["a"].bottom < laid.boxes["b"].y < laid.boxes["c"].y
    assert laid.routes[2].points[0][1] == laid.boxes["c"].y
    assert laid.routes[2].points[-1][1] == laid.boxes["a"].bottom


def test_a_way_past_other_layers_is_straight_where_there_is_room() -> None:
    names = ["a", "b", "c", "d"]
    pairs = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")]
    laid = lay(dict.fromkeys(names, Size(100, 50)), [Way(*pair, Size(40, 15)) for pair in pairs])
    inner = laid.routes[3].points[2:-1]
    assert len({round(x, 6) for x, _ in inner}) == 1


def test_nothing_is_laid_out_of_nothing() -> None:
    assert lay({}, []).boxes == {}
