"""The live table: one row a contact, what happens on its call now, and how far the campaign is.

It is fed by messages from call processes, which may be lost: it shows, and decides nothing. Where the output is not a
terminal, each event becomes one plain line instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from robot.call.messages import CallOutcome, Failed, Finished, Progress, Ready, Said, Understood
from robot.clock import Clock
from robot.words import E164, AttemptId, Closed, Disposition, Interest, Result, TargetId

__all__ = ["Contacted", "LiveTable"]

_FRAME_LINES = 5
"""Lines of the screen that are not rows: title, head, bar, counts, and the one the cursor rests on."""

_PROGRESS = {
    "dialling": "dialling",
    "ringing": "ringing",
    "early_media": "the network speaks",
    "answered": "answered",
    "transferring": "transferring",
    "hung_up": "hung up",
}
_INTEREST_STYLE = {
    Interest.HOT: "bold green",
    Interest.WARM: "yellow",
    Interest.COLD: "cyan",
    Interest.REFUSED: "red",
    Interest.UNKNOWN: "",
}
_RESULT_STYLE = {Result.TRUNK_FAILED: "magenta", Result.UNKNOWN: "magenta", Result.INVALID_NUMBER: "red"}
_CLOSED_MARK = {
    Closed.SUCCESS: ("✓", "green"),
    Closed.REFUSED: ("✗", "red"),
    Closed.INVALID: ("✗", "red"),
    Closed.EXHAUSTED: ("–", "dim"),
    Closed.NOT_ALLOWED: ("⊘", "dim"),
    Closed.STOPPED: ("–", "dim"),
}

# Rich's own template loads a font from the web; this one takes what the reader has.
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" class="rich-terminal" viewBox="0 0 {width} {height}">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: ui-sans-serif, "DejaVu Sans", Arial, sans-serif; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""  # noqa: E501 - a style rule is easier to read whole


@dataclass(frozen=True, slots=True)
class Contacted:
    """Who a row stands for.

    Attributes:
        target: The row's key.
        name: As the operator knows the person.
        phone: The phone that is dialled first.
    """

    target: TargetId
    name: str
    phone: E164


@dataclass(slots=True)
class _Row:
    who: Contacted
    phone: str
    attempt: AttemptId | None = None
    attempts: int = 0
    now: Text = field(default_factory=Text)
    outcome: CallOutcome | None = None
    closed: Closed | None = None
    due: datetime | None = None
    changed: int = 0

    @property
    def live(self) -> bool:
        return self.attempt is not None


class LiveTable:
    """The screen of a running campaign; a context manager, which draws while it is open.

    Feed it from the event loop: `placed` when an attempt is given to a call process, `handle` with every message
    that comes back, `note` when a target is closed or waits.
    """

    def __init__(
        self,
        rows: Iterable[Contacted],
        clock: Clock,
        *,
        title: str = "Perezvon",
        until: datetime | None = None,
        console: Console | None = None,
    ) -> None:
        """Make a table.

        Args:
            rows: Who is to be called, in the order shown.
            clock: Whence the time comes that plain lines begin with.
            title: Shown above.
            until: The campaign's end; a target that waits for longer counts as done (it is not dialled any more).
            console: Where to draw; standard output where `None`.
        """
        self._rows = {who.target: _Row(who, who.phone) for who in rows}
        self._by_attempt: dict[AttemptId, _Row] = {}
        self._clock = clock
        self._began = clock.monotonic()
        self._title = title
        self._until = until
        self._console = console or Console()
        self._drawing = False
        self._live = Live(console=self._console, get_renderable=self._draw, refresh_per_second=8, transient=False)
        self._changes = 0

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._console.is_terminal:
            self._drawing = True
            self._live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Draw the last time, with every row, and leave it on the screen."""
        if self._console.is_terminal:
            self._drawing = False
            self._live.stop()

    def refresh(self) -> None:
        """Draw now, without waiting for the next eighth of a second."""
        if self._drawing:
            self._live.refresh()

    # --- what it is told

    def placed(self, attempt: AttemptId, target: TargetId, phone: E164, number: int) -> None:
        """The ``number``-th attempt of a target was given to a call process. Targets not in the table are left out."""
        row = self._rows.get(target)
        if row is None:
            return
        row.attempt, row.attempts, row.phone, row.outcome, row.due = attempt, number, phone, None, None
        self._by_attempt[attempt] = row
        self._happened(row, Text("waiting for a line", "dim"))

    def handle(self, message: Ready | Failed | Progress | Said | Understood | Finished) -> None:
        """Take what a call process said. Attempts that were not `placed` are left out."""
        match message:
            case Progress(attempt=attempt, state=state) if row := self._by_attempt.get(attempt):
                self._happened(row, Text(_PROGRESS[state], "magenta" if state == "early_media" else "blue"))
            case Said(attempt=attempt, text=text) if row := self._by_attempt.get(attempt):
                self._happened(row, Text.assemble(("robot", "cyan"), " ", text))
            case Understood(attempt=attempt) if row := self._by_attempt.get(attempt):
                meaning = f"{message.intent} {message.confidence:.2f}".replace("0.", ".")
                heard = message.text or "…"
                self._happened(row, Text.assemble((meaning, "green"), " ", heard))
            case Finished(outcome=outcome) if row := self._by_attempt.pop(outcome.attempt, None):
                row.attempt, row.outcome = None, outcome
                self._happened(row, _in_words(outcome))
            case Failed(why=why):
                self._console.print(Text(f"a call process cannot work: {why}", "red"))
            case _:
                pass

    def note(self, target: TargetId, *, closed: Closed | None = None, due: datetime | None = None) -> None:
        """A target was closed, or waits until ``due``."""
        row = self._rows.get(target)
        if row is None or (row.closed, row.due) == (closed, due):
            return
        row.closed, row.due = closed, due
        if closed:
            self._happened(row, Text(f"closed: {closed}"), keep=True)
        elif due:
            self._happened(row, Text(f"again {self._when(due)}"), keep=row.outcome is not None)

    def _happened(self, row: _Row, what: Text, *, keep: bool = False) -> None:
        """Remember what a row shows now; with ``keep`` it is only told in plain lines, the row shows it elsewhere."""
        self._changes += 1
        row.changed = self._changes
        if not keep:
            row.now = what
        if not self._console.is_terminal:
            self._line(f"{row.who.name} ({row.phone}): {what.plain}")

    def _line(self, text: str) -> None:
        self._console.print(
            f"{self._clock.monotonic() - self._began:7.1f} s  {text}", markup=False, highlight=False, soft_wrap=True
        )

    # --- what it shows

    @property
    def done(self) -> int:
        """How many targets need nothing more within the campaign."""
        return sum(self._is_done(row) for row in self._rows.values())

    @property
    def total(self) -> int:
        """How many targets there are."""
        return len(self._rows)

    def _is_done(self, row: _Row) -> bool:
        late = row.due is not None and self._until is not None and row.due > self._until
        return not row.live and (row.closed is not None or late)

    def __rich__(self) -> RenderableType:
        """Draw every row, whatever the height."""
        return self._picture(list(self._rows.values()), 0)

    def _draw(self) -> RenderableType:
        """Draw what fits the screen: live rows first, then those that changed last, in the order of the list."""
        rows = list(self._rows.values())
        room = max(1, self._console.height - _FRAME_LINES)
        if len(rows) <= room or not self._drawing:
            return self._picture(rows, 0)
        chosen = {id(row) for row in sorted(rows, key=lambda row: (not row.live, -row.changed))[: max(1, room - 1)]}
        shown = [row for row in rows if id(row) in chosen]
        return self._picture(shown, len(rows) - len(shown))

    def _picture(self, rows: list[_Row], hidden: int) -> RenderableType:
        table = Table(box=None, expand=True, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
        table.add_column("", width=1)
        table.add_column("contact", ratio=3, max_width=20, no_wrap=True, overflow="ellipsis")
        table.add_column("phone", width=13, no_wrap=True)
        table.add_column("#", width=2, justify="right")
        table.add_column("now", ratio=6, no_wrap=True, overflow="ellipsis")
        table.add_column("result", width=18, no_wrap=True, overflow="ellipsis")
        for row in rows:
            mark, style = _CLOSED_MARK[row.closed] if row.closed else ("●", "blue") if row.live else (" ", "")
            table.add_row(
                Text(mark, style),
                row.who.name,
                row.phone,
                str(row.attempts or ""),
                row.now,
                self._result(row),
                style="dim" if self._is_done(row) and row.outcome is None else "",
            )
        parts: list[RenderableType] = [Text(self._title, "bold"), table]
        if hidden:
            parts.append(Text(f"… and {hidden} more", "dim"))
        total = len(self._rows)
        bar = Table.grid(expand=True, padding=(0, 1, 0, 0))
        bar.add_column(ratio=1)
        bar.add_column(no_wrap=True, justify="right")
        bar.add_row(ProgressBar(total=max(1, total), completed=self.done), f"{self.done} of {total} done")
        return Group(*parts, bar, self._counts())

    def _result(self, row: _Row) -> Text:
        if row.live:
            return Text("")
        if row.due is not None and row.closed is None:
            return Text(f"again {self._when(row.due)}", "yellow")
        if row.outcome is not None:
            verdict = row.outcome.verdict
            if verdict.disposition is not None:
                return Text(verdict.disposition, _INTEREST_STYLE[verdict.interest])
            return Text(row.outcome.result, _RESULT_STYLE.get(row.outcome.result, ""))
        return Text(row.closed or "", "dim")

    def _counts(self) -> Text:
        rows = list(self._rows.values())
        live = sum(row.live for row in rows)
        # Spaces stand apart from words: some readers of SVG drop those that a word begins with.
        parts: list[str | tuple[str, str]] = [("calls now", "dim"), " ", (str(live), "blue")]
        interests = [row.outcome.verdict.interest for row in rows if row.outcome is not None and not row.live]
        for interest in (Interest.HOT, Interest.WARM, Interest.COLD, Interest.REFUSED):
            parts += ["   ", (interest.value, "dim"), " ", (str(interests.count(interest)), _INTEREST_STYLE[interest])]
        return Text.assemble(*parts)

    def _when(self, due: datetime) -> str:
        seconds = (due - self._clock.now()).total_seconds()
        if seconds < 60:
            return f"in {max(0, round(seconds))} s"
        if seconds < 5400:
            return f"in {round(seconds / 60)} min"
        return due.astimezone().strftime("%d.%m %H:%M")

    def snapshot_svg(self, path: Path, *, width: int = 110) -> None:
        """Write the table as it is now to an SVG file, ``width`` characters wide; it loads nothing from the web."""
        with Path("/dev/null").open("w", encoding="utf-8") as nowhere:
            console = Console(record=True, width=width, file=nowhere, force_terminal=True, color_system="truecolor")
            console.print(self)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(console.export_svg(title=escape(self._title), code_format=_SVG), encoding="utf-8")


def _in_words(outcome: CallOutcome) -> Text:
    """Say in a few words what an attempt came to."""
    verdict = outcome.verdict
    if outcome.result is Result.ANSWERED:
        minutes, seconds = divmod(round((outcome.ended_at - (outcome.answered_at or outcome.ended_at)).seconds), 60)
        told = [f"{minutes}:{seconds:02}", f"by {verdict.answered_by}"]
        if verdict.interest is not Interest.UNKNOWN:
            told.append(verdict.interest)
        if verdict.disposition is Disposition.CALLBACK and outcome.callback_at:
            told.append(f"call at {outcome.callback_at:%d.%m %H:%M}")
        return Text(", ".join(told), "dim")
    told = [outcome.result.replace("_", " ")]
    if outcome.sip_code:
        told.append(f"SIP {outcome.sip_code}")
    if outcome.q850:
        told.append(f"Q.850 {outcome.q850}")
    told.append(f"number {verdict.number_status}")
    return Text(", ".join(told), "dim")
