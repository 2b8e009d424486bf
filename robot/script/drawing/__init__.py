"""Pictures of a script: what is in one (`picture`), and how it is written, as Mermaid or as SVG."""

from robot.script.drawing.mermaid import to_mermaid
from robot.script.drawing.picture import Picture, picture
from robot.script.drawing.svg import to_svg

__all__ = ["Picture", "picture", "to_mermaid", "to_svg"]
