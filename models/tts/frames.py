"""What is spoken with a speech process over its pipes: JSON headers with a body of bytes.

A frame is two big-endian 32-bit lengths, of the header and of the body, then the header (JSON, UTF-8), then the body.
"""

import json
import struct
from collections.abc import Mapping
from typing import IO, TypeAlias

__all__ = ["Header", "read_frame", "write_frame"]

Header: TypeAlias = Mapping[str, str | int | float]

_LENGTHS = struct.Struct(">II")


def write_frame(stream: IO[bytes], header: Header, body: bytes = b"") -> None:
    """Write one frame and flush it."""
    head = json.dumps(header, ensure_ascii=False).encode()
    stream.write(_LENGTHS.pack(len(head), len(body)) + head + body)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[Header, bytes] | None:
    """Read one frame; `None` when the other side has closed, also in the middle of one."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_size, body_size = _LENGTHS.unpack(lengths)
    data = stream.read(head_size + body_size)
    if len(data) < head_size + body_size:
        return None
    header: Header = json.loads(data[:head_size])
    return header, data[head_size:]
