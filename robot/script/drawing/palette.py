"""The colours of a script's pictures: on paper of their own, so that they are the same in light and in dark viewers."""

from collections.abc import Mapping
from dataclasses import dataclass

from robot.script.drawing.picture import Box, Shape
from robot.words import Interest

__all__ = ["FOLDED", "INK", "INTERESTS", "LINE", "MISSED", "PAPER", "SHAPES", "SOFT", "Colours", "colours_of"]

PAPER, FOLDED = "#faf9f6", "#f1efe9"
INK, SOFT, LINE = "#22252a", "#62666e", "#8d8f93"
MISSED = "#c92a2a"
"""Of ways that nobody went."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a box."""

    fill: str
    edge: str


INTERESTS: Mapping[Interest, Colours] = {
    Interest.HOT: Colours("#f6d9d2", "#b5402e"),
    Interest.WARM: Colours("#f8e6c4", "#b97a12"),
    Interest.COLD: Colours("#d9e5f2", "#4c749f"),
    Interest.REFUSED: Colours("#e8dcec", "#76567f"),
    Interest.UNKNOWN: Colours("#e9e8e5", "#8d8f93"),
}
"""Of ends, by what they tell; the edges are those of the report's figures."""
SHAPES: Mapping[Shape, Colours] = {
    Shape.QUESTION: Colours("#ffffff", "#1d6670"),
    Shape.PASSING: Colours("#ffffff", "#8d8f93"),
    Shape.TRANSFER: Colours("#dfeeee", "#1d6670"),
    Shape.END: Colours("#ffffff", "#8d8f93"),
}
"""Of other boxes, and of ends that may tell several things."""


def colours_of(box: Box) -> Colours:
    """Return the colours of a box."""
    return INTERESTS[box.interest[0]] if len(box.interest) == 1 else SHAPES[box.shape]
