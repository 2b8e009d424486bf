"""A script as one text that needs no other file: what it includes stands behind it, its recordings by their hashes.

A script that includes nothing and plays nothing is its own text. Else the parts follow each under a line of its own,
which is a YAML comment behind a document mark, so that any editor shows it as what it is::

    script: …
    --- # perezvon: include shared.en
    steps: …
    --- # perezvon: recordings
    welcome.wav: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

__all__ = ["Shipped", "Sound", "pack", "unpack", "version_of"]

_MARK = re.compile(r"^--- # perezvon: (?:include (?P<name>[\w.-]+)|(?P<sounds>recordings))$", re.MULTILINE)
_SOUND = re.compile(r"^(?P<file>[^:\n]+): (?P<sha>[0-9a-f]{64})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sound:
    """A recorded prompt.

    Attributes:
        sha256: Of its file, in hex.
        path: Where it can be read.
        seconds: How long it lasts.
    """

    sha256: str
    path: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class Shipped:
    """What a text is made of.

    Attributes:
        script: The script's own text.
        includes: Name → text.
        sounds: File → SHA-256.
    """

    script: str
    includes: Mapping[str, str] = field(default_factory=dict)
    sounds: Mapping[str, str] = field(default_factory=dict)


def pack(shipped: Shipped) -> str:
    """Make one text of a script and what belongs to it."""
    parts = [shipped.script]
    parts += [f"--- # perezvon: include {name}\n{text}" for name, text in sorted(shipped.includes.items())]
    if shipped.sounds:
        lines = "".join(f"{file}: {sha}\n" for file, sha in sorted(shipped.sounds.items()))
        parts.append(f"--- # perezvon: recordings\n{lines}")
    return "".join(part if part.endswith("\n") or part is parts[-1] else f"{part}\n" for part in parts)


def unpack(text: str) -> Shipped:
    """Take a text apart again; one that was never packed is a script alone."""
    marks = list(_MARK.finditer(text))
    if not marks:
        return Shipped(text)
    includes: dict[str, str] = {}
    sounds: dict[str, str] = {}
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        body = text[mark.end() + 1 : following.start() if following else len(text)]
        if mark["sounds"]:
            sounds |= {line["file"]: line["sha"] for line in _SOUND.finditer(body)}
        else:
            includes[mark["name"]] = body
    return Shipped(text[: marks[0].start()], includes, sounds)


def version_of(text: str) -> str:
    """Return the SHA-256 of a packed text, in hex: what a version of a script is known by."""
    return sha256(text.encode()).hexdigest()
