from collections.abc import Iterator

import pytest

from robot.office.scripts import script_names
from robot.script import Script, lay_out, load_script, read_script
from robot.script.coverage import EVERYWHERE, Coverage, Transition, transitions
from robot.script.drawing.folds import Given, Line, shortened
from robot.script.drawing.picture import Box, Picture, Shape, picture
from robot.script.graph import Graph
from robot.settings import Settings
from robot.words import Interest
from tests.robot.script.test_loader import DIALOGS

SHIPPED = script_names(Settings())

ODD = """\
script: odd
language: en
title: 'A "quoted" <b>title</b>'
start: end
inbound: graph
transfers: {desk: {to: "sip:100", hours: "10:00-22:00"}}
may_have: {bonus: money}
steps:
  end:
    if: bonus > 0 and bonus < 5
    say: 'He said "yes" & `x` [a](b) | ; #'
    answers: {affirm: graph, deny: subgraph, ask_price: aside, go/there: onward, callback_later: when}
    keys: {1: graph, "2#": subgraph, "**": aside}
    otherwise: graph
  graph:
    say: [Hello there., {if: bonus > 3, say: Rich., otherwise: Poor.}]
    answers: {affirm: subgraph, repeat: end, deny: return, send_info: repeat}
  aside:
    say: Only so.
    then: return
  onward:
    if: bonus > 1
    say: Going on.
    then: return
    otherwise: subgraph
  when:
    say: When?
    ask_for: {callback_at: time}
    confirm: At <callback_at as time>?
    then: bye
  bye:
    say: Goodbye!
    end: {}
  lost:
    say: Nobody comes here.
    then: graph
  subgraph:
    say: One moment.
    transfer: desk
everywhere:
  do_not_call: graph
  complaint:
    say: Tell me all.
    answers: {affirm: graph}
  abuse:
    say: Goodbye then.
    end: {interest: refused}
  is_robot:
    say: I am.
    then: return
when_silent:
  - say: Hm?
    keys: {1: graph}
  - then: subgraph
at_limit: subgraph
"""


def drawn(script: Script, coverage: Coverage | None = None) -> Picture:
    return picture(script, lay_out(script), coverage)


def odd(coverage: Coverage | None = None) -> Picture:
    return drawn(read_script(ODD, "odd.yaml"), coverage)


def box(picture: Picture, name: str) -> Box:
    return next(box for box in picture.boxes if box.name == name)


def lines(picture: Picture) -> Iterator[Line]:
    for shown in picture.boxes:
        yield from shown.lines
    for fold in picture.folds:
        yield from fold.lines


def given(picture: Picture) -> Iterator[Given]:
    for arrow in picture.arrows:
        yield from arrow.answers
    for line in lines(picture):
        yield from line.answers


def label(picture: Picture, source: str, target: str) -> str:
    return next(arrow.label for arrow in picture.arrows if (arrow.source, arrow.target) == (source, target))


def everything(graph: Graph) -> Coverage:
    coverage = Coverage(calls=7)
    for number, way in enumerate(transitions(graph), 1):
        coverage.taken[way] = number
    for name in graph.nodes:
        coverage.visited[name] = 5
        coverage.hung_up[name] = 2
    return coverage


@pytest.mark.parametrize("name", SHIPPED)
def test_every_step_and_every_answer_of_the_shipped_scripts_is_in_the_picture(name: str) -> None:
    script = load_script(DIALOGS / f"{name}.yaml")
    shown = drawn(script)
    boxes = {box.name for box in shown.boxes}
    assert {*script.steps} <= boxes
    told = {way for each in given(shown) for way in each.ways}
    assert [way for way in transitions(lay_out(script)) if way not in told] == []
    assert {end for arrow in shown.arrows for end in (arrow.source, arrow.target)} <= boxes


def test_every_way_of_an_odd_script_is_in_the_picture_too() -> None:
    told = {way for each in given(odd()) for way in each.ways}
    assert [way for way in transitions(lay_out(read_script(ODD, "odd.yaml"))) if way not in told] == []


def test_steps_are_told_apart_and_ends_by_what_they_tell() -> None:
    shown = drawn(load_script(DIALOGS / "return.en.yaml"))
    shapes = {name: box(shown, name).shape for name in ("offer", "desk_is_busy", "reception", "booked")}
    assert shapes == dict(zip(shapes, (Shape.QUESTION, Shape.PASSING, Shape.TRANSFER, Shape.END), strict=True))
    assert box(shown, "booked").interest == (Interest.HOT,)
    assert box(shown, "declined").outcome == ("cold, declined",)
    assert Interest.REFUSED in shown.interests


def test_several_answers_to_the_same_step_are_one_arrow() -> None:
    shown = drawn(load_script(DIALOGS / "return.en.yaml"))
    assert label(shown, "greeting", "when") == "deny, cannot_talk, callback_later, key 2"
    ways = [(arrow.source, arrow.target) for arrow in shown.arrows]
    assert len(ways) == len(set(ways))


def test_what_comes_back_to_a_question_is_a_line_in_its_box() -> None:
    shown = drawn(load_script(DIALOGS / "return.en.yaml"))
    assert "answers on the spot: ask_price, ask_details" in [str(line) for line in box(shown, "price").lines]
    assert "asks again: greet" in [str(line) for line in box(shown, "greeting").lines]
    assert "price.ask_details" not in {shown.name for shown in shown.boxes}
    told = [str(line) for line in box(shown, "when").lines]
    assert told[0].startswith("reads back callback_at: “I will call you <callback_at as time>")
    assert told[1] == "asks again: not confirmed, key 2"
    assert label(shown, "when", "call_you_then") == "confirmed, key 1"


def test_what_may_happen_at_every_question_is_in_lists() -> None:
    folds = {
        fold.title: [str(line) for line in fold.lines] for fold in drawn(load_script(DIALOGS / "return.en.yaml")).folds
    }
    always = folds["At every question"]
    assert "wrong_number → not_here" in always
    assert any(
        line.startswith("do_not_call: “Understood.") and line.endswith("refused, do_not_call") for line in always
    )
    assert "answers on the spot: is_robot, who_is_this, ask_where_number_from, ask_price, ask_details" in always
    silent = folds["When the caller is silent"]
    assert silent[0] == "once: “Hello? Can you hear me?” → waits"
    assert len(folds["When an answer is not understood"]) == 3


def test_a_condition_is_in_the_box_and_its_other_way_is_called_otherwise() -> None:
    shown = odd()
    assert box(shown, "onward").condition == "bonus > 1"
    assert label(shown, "onward", "subgraph") == "otherwise"
    assert label(shown, "end", "graph") == "affirm, key 1, otherwise"
    assert [str(line) for line in box(shown, "onward").lines] == ["comes back to the question: then"]


def test_beginnings_and_steps_that_nothing_leads_to_are_marked() -> None:
    shown = odd()
    assert shown.boxes[0].name == "end"
    assert "calls begin here" in box(shown, "end").marks
    assert "who calls us begins here" in box(shown, "graph").marks
    assert "from every question: do_not_call" in box(shown, "graph").marks
    assert [each.name for each in shown.boxes if each.unreachable] == ["lost"]


def test_without_coverage_nothing_is_counted() -> None:
    shown = odd()
    assert (shown.calls, shown.counts) == (None, "")
    assert all(arrow.taken is None for arrow in shown.arrows)
    assert not any("×" in str(line) for line in lines(shown))


def test_with_coverage_every_arrow_box_and_line_has_its_number() -> None:
    graph = lay_out(read_script(ODD, "odd.yaml"))
    shown = odd(everything(graph))
    assert shown.counts == f"7 calls; the caller hung up in {2 * len(graph.nodes)}"
    taken = everything(graph).taken
    for arrow in shown.arrows:
        assert arrow.taken == sum(taken[each.ways[0]] for each in arrow.answers)
    assert all(each.visits == 5 and each.hung_up == 2 for each in shown.boxes)
    assert not any(each.missed for each in given(shown))
    assert any("(hung up here: 4)" in str(line) or "(hung up here: 2)" in str(line) for line in lines(shown))


def test_each_way_that_nobody_went_is_missed_by_itself() -> None:
    graph = lay_out(read_script(ODD, "odd.yaml"))
    coverage = everything(graph)
    for way in (Transition("end", "affirm"), Transition(EVERYWHERE, "abuse"), Transition("aside", "(then)")):
        coverage.taken[way] = 0
    missed = {each.name for each in given(odd(coverage)) if each.missed}
    assert missed == {"affirm", "abuse", "ask_price", "key **"}
    assert any("(not to its end)" in str(line) for line in lines(odd(coverage)))


def test_a_text_is_cut_between_words() -> None:
    assert shortened("one,  two\nthree", 50) == "one, two three"
    assert shortened("one, two three", 9) == "one, two…"
