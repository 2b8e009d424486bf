"""Every comment goes with something."""

from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode

from robot.script.remarks import Block, all_nodes, comments, with_remarks

TEXT = """\
# on top

a: 1  # of a
b:  # of b
  # above c
  c: >-  # of c
    text # not one

    more
    # nor this
  d: "# nor that"
  # below d
 # above e

e: {f: 1, # of f
  g: 2}
"""


def root(text: str) -> MappingNode:
    node = YAML(typ="safe", pure=True).compose(StringIO(text))
    assert isinstance(node, MappingNode)
    return node


def test_comments_go_with_what_they_stand_behind_or_above() -> None:
    a, b, e = with_remarks(TEXT, root(TEXT)).entries
    assert a.above == ["# on top", ""]
    assert a.beside is not None
    assert a.beside.text == "# of a"
    assert b.beside is not None
    assert isinstance(b.value, Block)
    c, d = b.value.entries
    assert c.above == ["# above c"]
    assert c.beside is not None
    assert d.beside is None
    assert b.value.below == ["# below d"]
    assert e.above == ["# above e", ""]
    assert isinstance(e.value, Block)
    assert e.value.entries[0].above == ["# of f"]


def test_no_comment_is_lost_and_no_text_is_taken_for_one() -> None:
    found = ["# above c", "# above e", "# below d", "# of a", "# of b", "# of c", "# of f", "# on top"]
    assert comments(TEXT, root(TEXT)) == found


def test_anchors_are_found_even_where_they_hold_themselves() -> None:
    assert any(node.anchor for node in all_nodes(root("a: &a\n  b: *a\n")))
