"""Tests of scripts are tested by breaking them: each kind of expectation fails when it must, and only then."""

import re
from functools import cache
from pathlib import Path

import pytest

from models.protocols import Nlu
from robot.dialog import CompiledScript
from robot.office import script_tests
from robot.office.script_tests import Trial, Trials, coverage_of_tests, find_tests, run_tests, seed_for
from robot.office.scripts import open_understanding
from robot.script import ScriptError, load_script
from robot.script.coverage import Transition
from robot.settings import Settings

DIALOGS = Path(__file__).parents[3] / "dialogs"

SCRIPT = """\
script: small
language: en
purpose: service
understands: [common.en]
needs: {first_name: name}
start: greeting
transfers: {desk: {to: "sip:100"}}
steps:
  greeting:
    say: Hello <first_name>, this is a robot, and the call is recorded. Can you talk for a minute?
    again: Can you talk?
    answers: {affirm: when, deny: goodbye, operator_please: desk}
    keys: {1: when, 2: goodbye}
  when:
    say: I see. When shall I call you back?
    ask_for: {callback_at: time}
    confirm: I will call <callback_at as time>. Is that right?
    then: booked
    answers: {deny: goodbye}
    keys: {2: goodbye}
  booked:
    say: I have put you down. Goodbye!
    note: Call <first_name> back.
    tags: [Vip, Later]
    update: {best_time: <callback_at>}
    sms: {text: "We call back, <first_name>.", to: "+15550100"}
    end: {interest: warm, disposition: callback}
  desk:
    say: I am putting you through.
    transfer: desk
    if_transfer_fails: goodbye
  goodbye:
    say: Thank you and goodbye!
    end: {interest: cold, disposition: declined}
everywhere:
  do_not_call: {say: We will not call again., end: {disposition: do_not_call}}
  wrong_number: goodbye
  is_robot: {say: "Yes, I am a robot.", then: return}
"""

TESTS = """\
contact: {first_name: Zoë}
now: 2026-11-23T12:00
zone: Europe/London
tests:
  calls back:
    talk:
      - robot: [hello zoë, the call is RECORDED]
        not_robot: [you talking, putting]
        step: greeting
      - caller: yes
        intent: affirm
        step: when
        within: 20
      - caller: tomorrow at three pm
        robot: I will call tomorrow at 3
        learned: {callback_at: 2026-11-24T15:00}
      - caller: yes
        robot: put you down
    ends: {disposition: callback, interest: warm, person: confirmed, never_call: no}
    learned: {callback_at: 2026-11-24T18:00:00+03:00}
    notes: call Zoë back
    tags: [Later, Vip]
    updates: {best_time: 2026-11-24T15:00}
    sent: [{channel: sms, to: "+15550100", text: we call back}]
  over the words:
    talk:
      - interrupt: no
        over: can you talk
        robot: thank you
      - hang_up
        over: thank you
    ends: {disposition: declined}
    notes: []
    tags: []
    updates: {}
    sent: []
  handed over:
    talk:
      - caller: can I talk to a person
      - transfer: taken
    ends: {disposition: transferred}
"""


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with which everything is trained once for all of these tests."""
    return Settings(dialogs=DIALOGS, cache=tmp_path_factory.getbasetemp() / "cache")


@pytest.fixture(autouse=True)
def _understanding(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_tests, "open_understanding", lambda script, *_, **__: _understood(script.language))
    _SETTINGS.append(settings)


_SETTINGS: list[Settings] = []


@cache
def _understood(language: str) -> Nlu:
    return open_understanding(load_script(DIALOGS / f"return.{language}.yaml"), _SETTINGS[0])


def run(folder: Path, tests: str = TESTS, *, only: str | None = None) -> Trials:
    script = folder / "small.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    beside = folder / "small.test.yaml"
    beside.write_text(tests, encoding="utf-8")
    return run_tests(script, beside, Settings(dialogs=DIALOGS), only=only)


def the(trials: Trials, name: str) -> Trial:
    return next(trial for trial in trials.trials if trial.name == name)


def test_what_is_as_expected_passes(tmp_path: Path) -> None:
    trials = run(tmp_path)
    assert {trial.name: list(trial.differences) for trial in trials.trials} == {
        "calls back": [],
        "over the words": [],
        "handed over": [],
    }
    assert {line.sign for trial in trials.trials for line in trial.lines()} == {" "}


@pytest.mark.parametrize(
    ("right", "wrong", "what", "got"),
    [
        ("[hello zoë, the call is RECORDED]", "[hello zoë, good evening]", "robot", "Hello Zoë, this is a robot"),
        ("robot: put you down", "robot: ou down", "robot", "put you down"),
        ("[you talking, putting]", "a robot", "not_robot", "this is a robot"),
        ("step: greeting", "step: when", "step", "greeting"),
        ("step: when", "step: desk", "step", "when"),
        ("intent: affirm", "intent: deny", "intent", "affirm"),
        ("within: 20", "within: 2.5", "within", " s"),
        ("{callback_at: 2026-11-24T15:00}", "{callback_at: 2026-11-24T16:00}", "learned", "T15:00"),
        ("T18:00:00+03:00", "T18:00:00+00:00", "learned", "T15:00"),
        ("disposition: callback", "disposition: declined", "disposition", "callback"),
        ("interest: warm", "interest: hot", "interest", "warm"),
        ("person: confirmed", "person: unknown", "person", "confirmed"),
        ("never_call: no", "never_call: yes", "never_call", "no"),
        ("notes: call Zoë back", "notes: call Anna", "notes", "Call Zoë back"),
        ("notes: call Zoë back", "notes: []", "notes", "Call Zoë back"),
        ("notes: []", "notes: something", "notes", "none"),
        ("tags: [Later, Vip]", "tags: [Later]", "tags", "Vip"),
        ("updates: {best_time: 2026-11-24T15:00}", "updates: {best_time: never}", "updates", "T15:00"),
        ("updates: {best_time: 2026-11-24T15:00}", "updates: {}", "updates", "best_time"),
        ("channel: sms", "channel: email", "sent", "sms"),
        ('to: "+15550100"', 'to: "+15550101"', "sent", "+15550100"),
        ("text: we call back}", "text: nothing}", "sent", "We call back"),
        ("sent: []", "sent: [{channel: sms}]", "sent", "none"),
        ("over: can you talk", "over: are you busy", "robot", "did not say"),
        ("      - transfer: taken", "      - transfer: refused", "disposition", "declined"),
        ("      - caller: can I talk to a person", "      - caller: hello", "talk", "no transfer"),
        ("      - transfer: taken\n    ends", "    ends", "ends", "goes on at desk"),
        ("      - transfer: taken", "      - transfer: taken\n      - keys: 1", "talk", "over by then"),
    ],
)
def test_each_expectation_fails_when_it_must(tmp_path: Path, right: str, wrong: str, what: str, got: str) -> None:
    assert right in TESTS
    broken = TESTS.replace(right, wrong, 1)
    (failed,) = (trial for trial in run(tmp_path, broken).trials if not trial.passed)
    difference = failed.differences[0]
    assert difference.what == what
    assert got in difference.got
    line = broken.splitlines()[difference.place.line - 1]
    assert difference.place.line > failed.place.line
    assert re.search(
        r"robot|over|step|intent|within|learned|ends|disposition|notes|tags|updates|sent|transfer|keys", line
    )
    assert {"-", "+"} <= {line.sign for line in failed.lines()}


def test_a_failure_reads_as_the_conversation_with_its_differences_in_place(tmp_path: Path) -> None:
    broken = TESTS.replace("step: when", "step: desk").replace("robot: put you down", "robot: see you")
    lines = [(line.sign, line.who, line.text) for line in the(run(tmp_path, broken), "calls back").lines()]
    start = next(index for index, line in enumerate(lines) if line[1] == "caller")
    assert lines[start][0] == " "
    assert lines[start][2].startswith("yes   [affirm ")
    assert lines[start + 1 : start + 4] == [
        (" ", "robot", "I see. When shall I call you back?"),
        ("-", "step", "desk"),
        ("+", "step", "when"),
    ]
    assert lines[-3:] == [
        ("-", "robot", "see you"),
        ("+", "robot", "I have put you down. Goodbye!"),
        (" ", "over", "disposition callback, interest warm, person confirmed"),
    ]


def test_what_comes_after_the_end_is_told_once(tmp_path: Path) -> None:
    broken = TESTS.replace(
        "      - transfer: taken\n", "      - transfer: taken\n      - keys: 1\n      - caller: hello\n"
    )
    lines = [(line.sign, line.who) for line in the(run(tmp_path, broken), "handed over").lines()]
    assert lines[-3:] == [("-", "keys"), ("+", "talk"), ("-", "caller")]


def test_only_the_tests_of_a_name_are_run(tmp_path: Path) -> None:
    assert [trial.name for trial in run(tmp_path, only="OVER").trials] == ["over the words", "handed over"]
    assert run(tmp_path, only="nothing").trials == ()


def test_a_variant_is_forced_by_a_contact_who_hears_it() -> None:
    compiled = CompiledScript(load_script(DIALOGS / "return.en.yaml"))
    for variant in ("discount", "second_race"):
        seed = seed_for(compiled, {"offer": variant})
        assert seed is not None
        assert compiled.variant(compiled.graph.nodes["offer"], seed) == variant


def test_what_tests_walk_is_counted(tmp_path: Path) -> None:
    trials = run(tmp_path)
    assert trials.coverage.calls == 3
    assert trials.coverage.taken[Transition("greeting", "affirm")] == 1
    assert trials.coverage.visited["goodbye"] == 1
    assert trials.coverage.hung_up == {"goodbye": 1}
    assert Transition("greeting", "deny") not in trials.missing
    assert Transition("everywhere", "is_robot") in trials.missing


def test_a_name_that_the_script_does_not_have_is_told_before_anything_is_run(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="wen"):
        run(tmp_path, TESTS.replace("step: when", "step: wen"))


def test_tests_are_found_by_the_name_of_the_script_or_their_own(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SCRIPT, encoding="utf-8")
    settings = Settings(dialogs=tmp_path)
    with pytest.raises(ScriptError, match=r"no tests.*small\.test\.yaml"):
        find_tests(["small"], settings)
    assert find_tests([], settings) == []
    (tmp_path / "small.test.yaml").write_text(TESTS, encoding="utf-8")
    both = (tmp_path / "small.yaml", tmp_path / "small.test.yaml")
    assert find_tests(["small"], settings) == find_tests([str(both[1])], settings) == find_tests([], settings) == [both]
    (tmp_path / "small.yaml").unlink()
    with pytest.raises(ScriptError, match=r"no script small\.yaml"):
        find_tests([], settings)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["return.en", "return.ru"])
def test_the_tests_that_come_with_perezvon_pass_and_take_every_way(name: str, settings: Settings) -> None:
    ((script, tests),) = find_tests([name], settings)
    trials = run_tests(script, tests, settings)
    assert [trial.name for trial in trials.trials if not trial.passed] == []
    assert trials.missing == ()
    assert coverage_of_tests(load_script(script), settings).taken == trials.coverage.taken
