"""A line of JSON each way between the parent and a call process, over a socket pair."""

import asyncio
import socket
from typing import Generic, TypeVar

from pydantic import BaseModel, TypeAdapter

__all__ = ["Channel"]

_In = TypeVar("_In")
_MOST = 4 * 1024 * 1024
"""Bytes of one message at most; a long call's transcript is far below it."""


class Channel(Generic[_In]):
    """One end of the pair."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, incoming: TypeAdapter[_In]) -> None:
        """Use `open`."""
        self._reader = reader
        self._writer = writer
        self._incoming = incoming

    @classmethod
    async def open(cls, end: socket.socket, incoming: TypeAdapter[_In]) -> "Channel[_In]":
        """Make a channel of one end of a socket pair; ``incoming`` says what may come."""
        reader, writer = await asyncio.open_connection(sock=end, limit=_MOST)
        return cls(reader, writer, incoming)

    def send(self, message: BaseModel) -> None:
        """Send a message; does nothing when the other side has gone."""
        if not self._writer.is_closing():
            self._writer.write(message.model_dump_json().encode() + b"\n")

    async def receive(self) -> _In | None:
        """Return the next message; `None` when the other side has gone."""
        try:
            line = await self._reader.readline()
        except (ConnectionError, ValueError):
            return None
        return self._incoming.validate_json(line) if line.endswith(b"\n") else None

    async def close(self) -> None:
        """Send what is left, and hang up."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return
