"""The town's journal: one JSON object a line, what its people saw and heard. Rows by name, never by number."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["Entry", "Journal", "read_lines"]

Entry = dict[str, object]


class Journal:
    """Appends to a file; several processes may write to the same one."""

    def __init__(self, file: Path) -> None:
        """Append to ``file``."""
        self._file = file

    def write(self, what: str, row: str, **more: object) -> None:
        """Write that ``what`` happened to ``row``.

        The trunk writes ``dialled``, ``talked`` (what the customer heard), ``ended``, ``joined`` with the operator, or
        ``not_joined``, and ``parted``; the operator's phone writes ``operator``.
        """
        line = json.dumps({"at": round(time.time(), 3), "what": what, "row": row, **more}, ensure_ascii=False) + "\n"
        # One write to a file opened for appending: lines of two processes do not mix.
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)


def read_lines(file: Path) -> Iterator[Entry]:
    """Give the entries of a journal in order; none where there is no file. A line cut short at the end is left out."""
    if not file.exists():
        return
    for line in file.read_text("utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry
