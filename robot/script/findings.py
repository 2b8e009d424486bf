"""What is wrong with a script, and where: every finding tells the marketer what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, Protocol

__all__ = ["Finding", "Place", "ScriptError", "error", "nearest", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: line and column, both counted from 1.

    Attributes:
        line: Of the file.
        column: Of the line.
        file: Which file, where it is not the script's own but one that it includes.
    """

    line: int = 1
    column: int = 1
    file: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or that may surprise.

    Attributes:
        file: The script's file, as it was named.
        place: Where.
        rule: Name of the rule, such as ``missing-step``.
        sentence: What is wrong.
        remedy: What to do.
        level: An error keeps the script off the air; a warning does not.
    """

    file: str
    place: Place
    rule: str
    sentence: str
    remedy: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """Give it as one line: ``file:line:column: rule: sentence Remedy``."""
        return f"{self.file}:{self.place.line}:{self.place.column}: {self.rule}: {self.sentence} {self.remedy}"


class _Placed(Protocol):
    @property
    def file(self) -> str: ...

    def place(self, path: tuple[str, ...]) -> Place: ...


def error(script: _Placed, path: tuple[str, ...], rule: str, sentence: str, remedy: str) -> Finding:
    """Return what keeps a script off the air, at the place of a path of keys."""
    place = script.place(path)
    return Finding(place.file or script.file, place, rule, sentence, remedy)


def warning(script: _Placed, path: tuple[str, ...], rule: str, sentence: str, remedy: str) -> Finding:
    """Return what may surprise, at the place of a path of keys."""
    place = script.place(path)
    return Finding(place.file or script.file, place, rule, sentence, remedy, "warning")


class ScriptError(Exception):
    """Raised when a script cannot be used; holds every finding, in the order of the file."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings, sorted by place."""
        self.findings = tuple(sorted(findings, key=lambda finding: finding.place))
        super().__init__("\n".join(str(finding) for finding in self.findings))


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return a remedy that names the nearest right name, or all of them where none is near.

    >>> nearest("ofer", ["offer", "when"])
    'Did you mean “offer”?'
    """
    names = sorted(allowed)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean “{close[0]}”?"
    shown = ", ".join(names[:20]) + (" …" if len(names) > 20 else "")
    return f"Allowed here: {shown}." if names else "Nothing is allowed here: take it out."
