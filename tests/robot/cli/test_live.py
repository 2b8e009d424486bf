"""The live table is fed the messages of a campaign, and its screen is read back as text."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from robot.call.messages import CallOutcome, Failed, Finished, Progress, Said, Understood
from robot.cli.live import Contacted, LiveTable
from robot.clock import HeldClock
from robot.words import (
    E164,
    AnsweredBy,
    AttemptId,
    Closed,
    Disposition,
    Interest,
    NumberStatus,
    Result,
    TargetId,
    Verdict,
)

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANNA = Contacted(TargetId("t-anna"), "Anna Petrova", E164("+79261110001"))
BORIS = Contacted(TargetId("t-boris"), "Boris Lvov", E164("+79261110002"))


class Screen:
    """A terminal, or a file, that a table was drawn on."""

    def __init__(self, *, terminal: bool, width: int = 80, height: int = 30) -> None:
        self.file = io.StringIO()
        self.console = Console(
            file=self.file, force_terminal=terminal, width=width, height=height, color_system=None, legacy_windows=False
        )

    def table(self, rows: list[Contacted], until: datetime | None = None) -> LiveTable:
        return LiveTable(rows, HeldClock(NOON), title="Spring campaign", until=until, console=self.console)

    def picture(self, table: LiveTable) -> list[str]:
        """Return what the table looks like now, line by line."""
        with self.console.capture() as captured:
            self.console.print(table)
        return captured.get().rstrip("\n").split("\n")

    def last_drawn(self) -> list[str]:
        """Return the lines of the last picture that was drawn on the screen."""
        return _CONTROL.sub("", self.file.getvalue().rsplit("Spring campaign", 1)[-1]).rstrip("\n").split("\n")


def finished(attempt: str, result: Result, verdict: Verdict, sip_code: int | None = None) -> Finished:
    return Finished(
        outcome=CallOutcome(
            attempt=AttemptId(attempt),
            result=result,
            verdict=verdict,
            sip_code=sip_code,
            dialled_at=NOON,
            answered_at=NOON + timedelta(seconds=5) if result is Result.ANSWERED else None,
            ended_at=NOON + timedelta(seconds=70),
        )
    )


HOT = Verdict(NumberStatus.VALID, 1.0, AnsweredBy.HUMAN, interest=Interest.HOT, disposition=Disposition.AGREED)
BUSY = Verdict(NumberStatus.VALID, 0.9)


def row(lines: list[str], name: str) -> str:
    return next(line for line in lines if name in line)


def test_a_row_follows_its_call_from_dialling_to_the_verdict() -> None:
    screen = Screen(terminal=True, width=110)
    table = screen.table([ANNA, BORIS])
    anna = AttemptId("a1")
    table.placed(anna, ANNA.target, ANNA.phone, 1)
    table.handle(Progress(attempt=anna, state="ringing"))
    assert "ringing" in row(screen.picture(table), "Anna")

    table.handle(Said(attempt=anna, step="greeting", text="Hello Anna, this is a robot."))
    assert "robot Hello Anna" in row(screen.picture(table), "Anna")

    table.handle(Understood(attempt=anna, text="yes please", intent="affirm", confidence=0.93))
    assert "affirm .93 yes please" in row(screen.picture(table), "Anna")

    table.handle(finished("a1", Result.ANSWERED, HOT))
    table.note(ANNA.target, closed=Closed.SUCCESS)
    lines = screen.picture(table)
    assert "✓" in row(lines, "Anna")
    assert "1:05, by human, hot" in row(lines, "Anna")
    assert row(lines, "Anna").rstrip().endswith("agreed")
    assert "1 of 2 done" in "\n".join(lines)


def test_a_busy_contact_waits_and_is_dialled_again() -> None:
    screen = Screen(terminal=True, width=110)
    table = screen.table([BORIS])
    table.placed(AttemptId("b1"), BORIS.target, BORIS.phone, 1)
    table.handle(finished("b1", Result.BUSY, BUSY, sip_code=486))
    table.note(BORIS.target, due=NOON + timedelta(seconds=8))
    line = row(screen.picture(table), "Boris")
    assert "busy, SIP 486, number valid" in line
    assert line.rstrip().endswith("again in 8 s")

    table.placed(AttemptId("b2"), BORIS.target, BORIS.phone, 2)
    assert "again" not in row(screen.picture(table), "Boris")
    assert " 2 " in row(screen.picture(table), "Boris")


def test_who_asked_to_be_called_after_the_campaign_counts_as_done() -> None:
    screen = Screen(terminal=True)
    table = screen.table([ANNA, BORIS], until=NOON + timedelta(minutes=5))
    table.note(ANNA.target, due=NOON + timedelta(days=1))
    table.note(BORIS.target, due=NOON + timedelta(seconds=30))
    assert table.done == 1


def test_twenty_four_contacts_fit_a_screen_of_80_by_30() -> None:
    people = [Contacted(TargetId(f"t{n}"), f"Contact Number {n}", E164(f"+792611100{n:02}")) for n in range(24)]
    screen = Screen(terminal=True)
    table = screen.table(people)
    for n, who in enumerate(people):
        table.placed(AttemptId(f"a{n}"), who.target, who.phone, 1)
        table.handle(Said(attempt=AttemptId(f"a{n}"), step="offer", text="a sentence much longer than the column " * 3))
    lines = screen.picture(table)
    assert len(lines) <= 29
    assert all(len(line) <= 80 for line in lines)
    assert sum("robot a sent" in line for line in lines) == 24


def test_on_a_small_screen_live_calls_stay_in_sight() -> None:
    people = [Contacted(TargetId(f"t{n}"), f"Person {n:02}", E164(f"+792611100{n:02}")) for n in range(24)]
    screen = Screen(terminal=True, height=12)
    table = screen.table(people)
    with table:
        table.placed(AttemptId("a20"), people[20].target, people[20].phone, 1)
        table.refresh()
        drawn = screen.last_drawn()
        assert any("Person 20" in line for line in drawn)
        assert any("… and 18 more" in line for line in drawn)
        assert len(drawn) < 12
    assert any("Person 00" in line for line in screen.last_drawn()), "the last picture has every row"


def test_without_a_terminal_each_event_is_a_plain_line() -> None:
    screen = Screen(terminal=False)
    with screen.table([ANNA]) as table:
        table.placed(AttemptId("a1"), ANNA.target, ANNA.phone, 1)
        table.handle(Progress(attempt=AttemptId("a1"), state="ringing"))
        table.handle(Understood(attempt=AttemptId("a1"), text="[bold]yes", intent="affirm", confidence=0.9))
        table.handle(finished("a1", Result.ANSWERED, HOT))
        table.note(ANNA.target, closed=Closed.SUCCESS)
        table.handle(Failed(why="the port 5060 is taken"))
    lines = screen.file.getvalue().splitlines()
    assert [line.split("s  ", 1)[-1] for line in lines] == [
        "Anna Petrova (+79261110001): waiting for a line",
        "Anna Petrova (+79261110001): ringing",
        "Anna Petrova (+79261110001): affirm .90 [bold]yes",
        "Anna Petrova (+79261110001): 1:05, by human, hot",
        "Anna Petrova (+79261110001): closed: success",
        "a call process cannot work: the port 5060 is taken",
    ]


def test_messages_of_strangers_are_left_out() -> None:
    screen = Screen(terminal=False)
    table = screen.table([ANNA])
    table.placed(AttemptId("x"), TargetId("t-stranger"), E164("+79990000000"), 1)
    table.handle(Progress(attempt=AttemptId("x"), state="ringing"))
    table.note(TargetId("t-stranger"), closed=Closed.SUCCESS)
    assert screen.file.getvalue() == ""


@pytest.mark.parametrize("width", [80, 110])
def test_the_picture_for_a_page_loads_nothing_from_the_web(tmp_path: Path, width: int) -> None:
    table = Screen(terminal=False).table([ANNA, BORIS])
    table.snapshot_svg(tmp_path / "pictures" / "demo.svg", width=width)
    svg = (tmp_path / "pictures" / "demo.svg").read_text(encoding="utf-8")
    assert "Petrova" in svg
    assert "url(http" not in svg
