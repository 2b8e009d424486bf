import re

import pytest

from robot.script import lay_out, load_script, read_script
from robot.script.drawing.mermaid import to_mermaid
from robot.script.drawing.picture import picture
from tests.robot.script.drawing.test_picture import ODD, SHIPPED, everything, odd
from tests.robot.script.test_loader import DIALOGS

_QUOTED = re.compile(r'"[^"\n]*"')
_PAIRS = {")": "(", "]": "[", "}": "{"}


def pictures() -> list[str]:
    texts = [to_mermaid(odd()), to_mermaid(odd(everything(lay_out(read_script(ODD, "odd.yaml")))))]
    for name in SHIPPED:
        script = load_script(DIALOGS / f"{name}.yaml")
        graph = lay_out(script)
        texts += [to_mermaid(picture(script, graph)), to_mermaid(picture(script, graph, everything(graph)))]
    return texts


def flow(text: str) -> list[str]:
    """Give the lines of the flowchart, without its title."""
    return text.split("flowchart TD\n")[1].splitlines()


@pytest.mark.parametrize("text", pictures())
def test_brackets_and_quotes_are_balanced(text: str) -> None:
    for line in flow(text):
        assert line.count('"') % 2 == 0
        opened: list[str] = []
        for sign in _QUOTED.sub("", line):
            if sign in _PAIRS.values():
                opened.append(sign)
            elif sign in _PAIRS:
                assert opened.pop() == _PAIRS[sign]
        assert opened == []


@pytest.mark.parametrize("text", pictures())
def test_arrows_join_known_boxes_and_styles_known_arrows(text: str) -> None:
    plain = [_QUOTED.sub('""', line).strip() for line in flow(text)]
    known = {match[1] for line in plain if (match := re.match(r"(\w+)[\[({]", line))}
    arrows = [match.groups() for line in plain if (match := re.fullmatch(r"(\w+) -->(?:\|\"\"\|)? (\w+)", line))]
    assert len(arrows) == sum("-->" in line for line in plain)
    assert {end for ends in arrows for end in ends} <= known
    styled = [int(match[1]) for line in plain if (match := re.match(r"linkStyle (\d+)", line))]
    assert all(number < len(arrows) for number in styled)
    classes = {match[1] for line in plain if (match := re.match(r"classDef (\w+)", line))}
    used = {match[1] for line in plain if (match := re.search(r":::(\w+)", line))}
    assert used <= classes


@pytest.mark.parametrize("name", SHIPPED)
def test_every_step_is_a_box(name: str) -> None:
    script = load_script(DIALOGS / f"{name}.yaml")
    text = to_mermaid(picture(script, lay_out(script)))
    assert all(f"<b>{step}</b>" in text for step in script.steps)


def test_quotes_and_brackets_survive_as_numbers() -> None:
    text = to_mermaid(odd())
    assert "He said #34;yes#34; #38; #96;x#96; #91;a#93;#40;b#41; #124; #59; #35;" in text
    assert 'title: "A \\"quoted\\" <b>title</b>"' in text


def test_counts_are_shown_and_ways_that_nobody_went_are_dashed_and_red() -> None:
    coverage = everything(lay_out(read_script(ODD, "odd.yaml")))
    whole = to_mermaid(odd(coverage))
    assert "7 calls" in whole
    assert "visits: 5; hung up here: 2" in whole
    assert not any("stroke-dasharray" in line for line in flow(whole) if "linkStyle" in line)
    coverage.taken.clear()
    assert "linkStyle 0 stroke:#c92a2a,stroke-dasharray:6 5" in to_mermaid(odd(coverage))
    assert "<b>never: is_robot</b>" in to_mermaid(odd(coverage))
    assert "linkStyle" not in to_mermaid(odd())
