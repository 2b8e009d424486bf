"""Runs the tests of scripts: each is a `Conversation` on a virtual clock, looked at line by line as it goes.

What a test expects stands in `robot.script.test_file`; what came otherwise is a `Difference`, and a whole test reads as
the conversation with its differences in it (`Trial.lines`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from models.protocols import Nlu
from robot.dialog import CompiledScript
from robot.dialog.events import Say
from robot.office.conversation import (
    Act,
    Conversation,
    Exchange,
    FallsSilent,
    HangsUp,
    MachineTakes,
    PicksUp,
    Presses,
    Says,
    TimeIsUp,
    TransferEnds,
)  # fmt: skip
from robot.office.expectations import Difference, contains, differences_at, differences_at_end
from robot.office.scripts import find_script, open_understanding
from robot.script import Finding, Script, ScriptError, load_script
from robot.script.coverage import Coverage, Transition, transitions
from robot.script.findings import Place, error
from robot.script.graph import Graph
from robot.script.test_file import SUFFIX, Item, ScriptTest, ScriptTests, check_tests, file_of_tests, load_tests
from robot.settings import Settings
from robot.words import AnsweredBy

__all__ = ["Line", "Moment", "Trial", "Trials", "coverage_of_tests", "find_tests", "run_tests", "seed_for"]

_MOST_SEEDS: Final = 20_000
_OVER: Final = "the conversation was over by then"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a conversation: as it was, as it should have been (``-``), or as it came instead (``+``)."""

    sign: Literal[" ", "-", "+"]
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What one act of the caller came to.

    Attributes:
        act: What the caller did, as the test has it: key and text; empty when the phone is picked up.
        exchange: What came of it; `None` where it could not be done any more, or at the end of the test.
        differences: What is not as expected.
    """

    act: tuple[str, str] | None
    exchange: Exchange | None
    differences: tuple[Difference, ...]

    def lines(self) -> Iterator[Line]:
        """Give it line by line, with what differs in place."""
        if self.act is not None:
            key, text = self.act
            understood = self.exchange.understood if self.exchange is not None else None
            meant = f"   [{understood.intent} {understood.confidence:.2f}]" if understood is not None else ""
            yield Line(" " if self.exchange is not None else "-", key, text + meant)
        spoken = [difference for difference in self.differences if difference.what in ("robot", "not_robot")]
        for difference in spoken:
            yield Line("-", difference.what, difference.expected)
        if self.exchange is not None:
            for utterance in self.exchange.said:
                yield Line("+" if spoken else " ", "robot", utterance.say.shown)
            if spoken and not self.exchange.said:
                yield Line("+", "robot", "(nothing)")
        for difference in self.differences:
            if difference not in spoken:
                if self.exchange is not None or self.act is None:
                    yield Line("-", difference.what, difference.expected)
                if difference.got:
                    yield Line("+", difference.what, difference.got)
        finish = self.exchange.finish if self.exchange is not None else None
        if finish is not None:
            told = f"disposition {finish.disposition}, interest {finish.interest}, person {finish.person}"
            yield Line(" ", "over", told)


@dataclass(frozen=True, slots=True)
class Trial:
    """One test and what came of it.

    Attributes:
        name: Of the test.
        place: Where it stands in its file.
        moments: The conversation.
        seconds: How long it lasted on the virtual clock.
        coverage: What it walked.
    """

    name: str
    place: Place
    moments: tuple[Moment, ...]
    seconds: float
    coverage: Coverage

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return all that is not as expected, in order."""
        return tuple(difference for moment in self.moments for difference in moment.differences)

    @property
    def passed(self) -> bool:
        """Return whether all is as expected."""
        return not self.differences

    def lines(self) -> Iterator[Line]:
        """Give the conversation line by line, with what differs in place."""
        for moment in self.moments:
            yield from moment.lines()


@dataclass(frozen=True, slots=True)
class Trials:
    """All tests of a script and what came of them."""

    script: Script
    graph: Graph
    file: str
    trials: tuple[Trial, ...]

    @property
    def coverage(self) -> Coverage:
        """Return what all of them walked."""
        whole = Coverage()
        for trial in self.trials:
            whole.add(trial.coverage)
        return whole

    @property
    def ways(self) -> tuple[Transition, ...]:
        """Return every way that the script offers."""
        return transitions(self.graph)

    @property
    def missing(self) -> tuple[Transition, ...]:
        """Return the ways that no test took."""
        return self.coverage.missing(self.graph)


def find_tests(names: Sequence[str], settings: Settings) -> Sequence[tuple[Path, Path]]:
    """Find scripts and their tests by names of either; all in the dialogs folder that have tests where none is named.

    Raises:
        ScriptError: There is no such script, or it has no tests.
    """
    if not names:
        return [(_script_of(path), path) for path in sorted(settings.dialogs_folder.glob(f"*{SUFFIX}"))]
    found: list[tuple[Path, Path]] = []
    for name in names:
        path = find_script(name, settings)
        if path.name.endswith(SUFFIX):
            found.append((_script_of(path), path))
            continue
        beside = file_of_tests(path)
        if not beside.is_file():
            sentence, remedy = "The script has no tests.", f"Write them into {beside}."
            raise ScriptError([Finding(str(path), Place(), "no-tests", sentence, remedy)])
        found.append((path, beside))
    return found


def _script_of(tests: Path) -> Path:
    stem = tests.name.removesuffix(SUFFIX)
    for candidate in (tests.with_name(f"{stem}.yaml"), tests.with_name(f"{stem}.yml")):
        if candidate.is_file():
            return candidate
    sentence, remedy = f"There is no script {stem}.yaml beside it.", "Name the tests after their script."
    raise ScriptError([Finding(str(tests), Place(), "no-script", sentence, remedy)])


def coverage_of_tests(script: Script, settings: Settings) -> Coverage:
    """Return what the tests beside a script walk of it.

    Raises:
        ScriptError: It has none, or they cannot be used.
        NluDataError: Its training data cannot be used.
    """
    path = Path(script.file)
    return run_tests(path, file_of_tests(path), settings).coverage


def run_tests(
    script: Path,
    tests: Path,
    settings: Settings,
    *,
    only: str | None = None,
    loading: Callable[[], None] = lambda: None,
) -> Trials:
    """Run the tests of a script.

    Args:
        script: The script's file.
        tests: The file of its tests.
        settings: Where training data is; the zone of a contact that has none.
        only: Run those whose names contain this.
        loading: Called before what may take seconds.

    Raises:
        ScriptError: The script or its tests cannot be used.
        NluDataError: Its training data cannot be used.
    """
    compiled, wanted = CompiledScript(load_script(script)), load_tests(tests)
    chosen = [name for name in wanted.tests if only is None or only.casefold() in name.casefold()]
    if not chosen:
        return Trials(compiled.script, compiled.graph, str(tests), ())
    nlu = open_understanding(compiled.script, settings, loading=loading)
    findings = check_tests(wanted, compiled.script, compiled.graph, nlu.intents)
    if findings:
        raise ScriptError(findings)
    trials = tuple(_Runner(compiled, nlu, wanted, name, settings.zone).run() for name in chosen)
    return Trials(compiled.script, compiled.graph, str(tests), trials)


def seed_for(compiled: CompiledScript, variants: Mapping[str, str]) -> str | None:
    """Return a seed with which a contact hears these variants (step → variant); `None` where none is found."""
    nodes = compiled.graph.nodes
    for number in range(_MOST_SEEDS if variants else 1):
        seed = f"test {number}"
        if all(compiled.variant(nodes[step], seed) == variant for step, variant in variants.items()):
            return seed
    return None


class _Runner:
    """Runs one test."""

    def __init__(self, compiled: CompiledScript, nlu: Nlu, tests: ScriptTests, name: str, zone: str) -> None:
        self._tests, self._name = tests, name
        self._test: ScriptTest = tests.tests[name]
        self._zone = ZoneInfo(self._test.zone or tests.zone or zone)
        self._coverage = Coverage(calls=1)
        self._moments: list[Moment] = []
        seed = seed_for(compiled, self._test.variants)
        if seed is None:
            path = ("tests", name, "variants")
            sentence = "No contact was found who hears these variants together."
            raise ScriptError([error(tests, path, "no-such-contact", sentence, "Ask for fewer in one test.")])
        graph = compiled.graph
        self._talk = Conversation(
            compiled,
            nlu,
            {**tests.contact, **self._test.contact},
            start=self._at(self._test.now or tests.now),
            zone=self._zone,
            variant_seed=seed,
            watch=lambda source, trigger, to: self._coverage.walked(graph, source, trigger, to),
        )

    def run(self) -> Trial:
        items = list(enumerate(self._test.talk))
        first = items[0][1]
        if first.act != "machine":
            self._take(None, PicksUp(self._test.inbound), self._until(items))
        for index, item in items:
            if item.act is not None:
                self._do(index, item, items[index + 1 :])
            self._expect(index, item)
        self._end()
        place = self._tests.place_in(self._name)
        return Trial(self._name, place, tuple(self._moments), self._talk.seconds, self._coverage)

    def _do(self, index: int, item: Item, following: Sequence[tuple[int, Item]]) -> None:
        said = _as_written(item)
        hindered = self._hindered(item)
        if hindered is not None:
            if hindered == _OVER and self._moments[-1].exchange is None:
                hindered = ""  # it was told already
            expected = f"{said[0]} {said[1]}".strip()
            what = "talk" if self._talk.over or item.over is None else "robot"
            key = "over" if what == "robot" else item.act or ""
            difference = Difference(what, item.over or expected, hindered, self._place(index, key))
            if self._talk.over or item.act == "transfer":
                self._moments.append(Moment(said, None, (difference,)))
                return
            self._differ([difference])
        if item.act == "hang_up":
            self._coverage.hung_up[self._talk.step] += 1
        self._take(said, _act(item), self._until(following))

    def _hindered(self, item: Item) -> str | None:
        """Return why the caller cannot do this now, or not as the test wants it."""
        if self._talk.over:
            return _OVER
        if item.act == "transfer" and self._talk.transfer is None:
            return "no transfer waits for anybody"
        if (item.act == "interrupt" or item.over is not None) and self._talk.saying is None:
            return "the robot did not say it" if item.over else "the robot says nothing that could be interrupted"
        return None

    def _take(self, written: tuple[str, str] | None, act: Act, until: Callable[[Say], bool] | None) -> None:
        self._moments.append(Moment(written, self._talk.take(act, until=until), ()))

    def _until(self, following: Sequence[tuple[int, Item]]) -> Callable[[Say], bool] | None:
        """Return where to stop hearing the robot out: at the words that the next act falls into."""
        coming = next((item for _, item in following if item.act is not None), None)
        if coming is None or (coming.act != "interrupt" and coming.over is None):
            return None
        over = coming.over
        return lambda say: over is None or contains((say,), over)

    def _expect(self, index: int, item: Item) -> None:
        last = self._moments[-1] if self._moments else None
        if last is not None and last.exchange is not None:
            self._differ(differences_at(item, last.exchange, partial(self._place, index), self._zone))

    def _differ(self, differences: Sequence[Difference]) -> None:
        last = self._moments[-1]
        self._moments[-1] = Moment(last.act, last.exchange, (*last.differences, *differences))

    def _end(self) -> None:
        place = partial(self._tests.place_in, self._name)
        found = differences_at_end(self._test, self._talk, place, self._zone)
        self._moments.append(Moment(None, None, tuple(found)))

    def _place(self, index: int, key: str) -> Place:
        return self._tests.place_in(self._name, "talk", str(index), key)

    def _at(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self._zone) if wall.tzinfo is None else wall


def _act(item: Item) -> Act:
    match item.act:
        case "keys":
            return Presses(item.keys or "")
        case "silence":
            return FallsSilent()
        case "hang_up":
            return HangsUp()
        case "machine":
            return MachineTakes(AnsweredBy(item.machine or AnsweredBy.VOICEMAIL))
        case "transfer":
            return TransferEnds(taken=item.transfer == "taken")
        case "limit":
            return TimeIsUp()
        case _:
            return Says(item.caller or item.interrupt or "")


def _as_written(item: Item) -> tuple[str, str]:
    """Return what the caller does as the test has it: key and text."""
    value = getattr(item, item.act or "", None)
    return item.act or "", value if isinstance(value, str) else ""
