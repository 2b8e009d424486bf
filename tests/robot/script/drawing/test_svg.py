from xml.etree import ElementTree

import pytest

from robot.script import Script, lay_out, load_script, read_script
from robot.script.drawing.picture import Arrow, Box, Picture, Shape, picture
from robot.script.drawing.svg import to_svg
from tests.robot.script.drawing.test_picture import ODD, SHIPPED, everything, odd
from tests.robot.script.test_loader import DIALOGS

_SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def words(root: ElementTree.Element) -> str:
    return "\n".join("".join(text.itertext()) for text in root.iter(f"{_SVG}text"))


def thickness(root: ElementTree.Element) -> list[float]:
    ways = [path for path in root.iter(f"{_SVG}path") if "arrow" in path.get("class", "")]
    return [float(path.get("stroke-width", "0")) for path in ways]


def of(script: Script, *, covered: bool) -> ElementTree.Element:
    graph = lay_out(script)
    return parsed(to_svg(picture(script, graph, everything(graph) if covered else None)))


@pytest.mark.parametrize("covered", [False, True])
@pytest.mark.parametrize("name", SHIPPED)
def test_it_is_well_formed_and_has_every_step(name: str, covered: bool) -> None:
    script = load_script(DIALOGS / f"{name}.yaml")
    root = of(script, covered=covered)
    assert root.tag == f"{_SVG}svg"
    told = words(root).splitlines()
    assert all(step in told for step in script.steps)
    assert script.title in told


@pytest.mark.parametrize("name", SHIPPED)
def test_it_needs_nothing_else_and_has_a_background_of_its_own(name: str) -> None:
    text = to_svg(picture(script := load_script(DIALOGS / f"{name}.yaml"), lay_out(script)))
    root = parsed(text)
    assert {element.tag.removeprefix(_SVG) for element in root.iter()} <= {
        "svg", "title", "style", "rect", "g", "path", "text", "tspan", "circle", "a",
    }  # fmt: skip
    assert "url(" not in text
    assert "@import" not in text
    background = root.find(f"{_SVG}rect")
    assert background is not None
    assert (background.get("width"), background.get("fill")) == ("100%", "#faf9f6")


def test_signs_name_boxes_that_are_there() -> None:
    root = of(load_script(DIALOGS / "return.en.yaml"), covered=False)
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    links = {element.get("href", "") for element in root.iter(f"{_SVG}a")}
    assert links
    assert {link.removeprefix("#") for link in links} <= ids


def test_quotes_and_angle_brackets_survive_and_control_characters_do_not() -> None:
    told = words(parsed(to_svg(odd())))
    assert 'A "quoted" <b>title</b>' in told
    assert 'He said "yes" & `x` [a](b) |' in told
    box = Box("a<b>\x00\x0b", Shape.PASSING, words='"<script>&\ud800\ufffe', full="]]>")
    root = parsed(to_svg(Picture("</title>", "x", (box,))))
    assert '"<script>&' in words(root)
    assert "a<b>" in words(root)


def test_tooltips_have_the_full_text() -> None:
    script = load_script(DIALOGS / "return.en.yaml")
    titles = [title.text or "" for title in of(script, covered=False).iter(f"{_SVG}title")]
    said = script.steps["booked"].say
    assert isinstance(said, str)
    assert any(said in title for title in titles)
    assert any("again: Shall I book you in?" in title for title in titles)


def test_coverage_is_shown_and_arrows_are_the_thicker_the_more_calls_took_them() -> None:
    graph = lay_out(read_script(ODD, "odd.yaml"))
    told = words(parsed(to_svg(odd(everything(graph)))))
    assert "7 calls; the caller hung up in" in told
    assert "5 visits · hung up here: 2" in told
    drawn = odd(everything(graph))
    assert all(f"\n{arrow.taken}\n" in told for arrow in drawn.arrows)
    thick = thickness(parsed(to_svg(drawn)))[2:]  # those before are the legend's
    counts = [arrow.taken or 0 for arrow in drawn.arrows]
    most, least = counts.index(max(counts)), counts.index(min(counts))
    assert thick[most] > thick[least]


def test_without_coverage_all_arrows_are_alike_and_nothing_is_counted() -> None:
    root = parsed(to_svg(odd()))
    assert len(set(thickness(root))) == 1
    assert "visit" not in words(root)


def test_ways_that_nobody_went_are_dashed_and_red() -> None:
    coverage = everything(lay_out(read_script(ODD, "odd.yaml")))
    coverage.taken.clear()
    root = parsed(to_svg(odd(coverage)))
    ways = [path.get("class") for path in root.iter(f"{_SVG}path") if "arrow" in path.get("class", "")]
    assert ways[2:] == ["arrow never"] * len(odd().arrows)
    missed = {"".join(part.itertext()) for part in root.iter(f"{_SVG}tspan") if part.get("class") == "missed"}
    assert "is_robot\u00a0×0" in missed


def test_thirty_steps_in_a_circle_are_drawn_with_signs_for_the_long_ways() -> None:
    names = [f"step_{number}" for number in range(30)]
    arrows = [Arrow(one, other, ()) for one, other in zip(names, [*names[1:], names[0]], strict=True)]
    arrows += [Arrow(name, names[-1], ()) for name in names[:-2]]
    shown = Picture("Thirty", "x", tuple(Box(name, Shape.QUESTION, words="Yes?") for name in names), tuple(arrows))
    told = words(parsed(to_svg(shown)))
    assert told.count("→ step_29") == 28
    assert told.count("→ step_0") == 1
