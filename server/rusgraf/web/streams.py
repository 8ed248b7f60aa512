"""How does a long answer get from a worker to a client? In parts, in little memory, and never half as if it were whole.

The first part decides status and headers, so what fails before it is an error as any other. What fails later (time,
length, a worker that dies) breaks the response off: the connection closes before the last chunk, and the client sees
that the message is not complete. HTTP/1.0 has no such sign, so its clients get the answer when it is whole.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from typing import IO, cast

from flask import Response, request

from rusgraf.answer import MEDIA_TYPES, Answer
from rusgraf.errors import RusgrafError
from rusgraf.handover import NEXT_PARTS, Running
from rusgraf.web.state import State, reply, state

log = logging.getLogger("rusgraf.web")


def answered(job: str, *arguments: object) -> Response:
    """The response with the answer that a job writes."""
    running = state().pool.start(job, *arguments)
    is_last, first = running.part()
    if is_last:
        return reply(first.content, MEDIA_TYPES[first.form])
    parts = _Parts(running, first, state())
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return _whole(parts, first.form)
    return reply(parts, MEDIA_TYPES[first.form])


class _Parts:
    """The parts of an answer. They hold the state, whose workers end when nobody holds it."""

    def __init__(self, running: Running, first: Answer, held: State) -> None:
        self._running, self._next, self._held = running, first.content, held
        self._is_over = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        content, self._next = self._next, b""
        while not content and not self._is_over:
            content = self._take()
        if not content:
            raise StopIteration
        return content

    def _take(self) -> bytes:
        try:
            self._is_over, part = self._running.part()
        except RusgrafError as error:
            log.warning("an answer was broken off: %s", error)
            raise
        content: bytes = part.content
        return content

    def close(self) -> None:
        """Have the worker stop when it is not done."""
        self._running.close()


def _whole(parts: _Parts, form: str) -> Response:
    """The response with all parts, kept on disk, and its length."""
    file = tempfile.SpooledTemporaryFile(max_size=NEXT_PARTS)  # noqa: SIM115 - closed with the response
    try:
        for part in parts:
            file.write(part)
    except BaseException:
        file.close()
        raise
    finally:
        parts.close()
    size = file.tell()
    file.seek(0)
    made = reply(_read(cast("IO[bytes]", file)), MEDIA_TYPES[form])
    made.call_on_close(file.close)
    made.content_length = size
    return made


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(NEXT_PARTS):
        yield part
