"""How does the answer of a job come from its worker? In parts, each when it is asked for, and within the job's time.

Between two parts the worker waits to hear whether to go on, so that no more than a part is under way; one who asks for
no more does not keep the worker. Not done here: processes and whose turn it is (``workers``). Layer: domain.
"""

from __future__ import annotations

import contextlib
import contextvars
import io
import threading
import time
from multiprocessing.connection import Connection
from typing import IO, TYPE_CHECKING, Any, cast

from rusgraf.answer import Answer, Unwritten
from rusgraf.errors import Stopped

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from rusgraf.workers import Pool, Worker

BEGUN, PART, RESULT, FAULT = "begun", "part", "result", "fault"
FIRST_PART, NEXT_PARTS = 1024 * 1024, 64 * 1024
"""Bytes. A shorter answer than the first part is whole, or an error, before anything of it is sent to anybody."""
_STOP_SECONDS = 1.0
LOOK_SECONDS = 0.5
"""How often one who waits looks whether anybody still wants the answer."""
_BEGIN_SECONDS = 60.0  # for a worker that is new, and reads what the job needs: that is not the job's time


class Running:
    """A job that runs on a worker. Take its `parts`; close it, also half-way, and the worker is free or replaced."""

    def __init__(self, pool: Pool, worker: Worker, seconds: float) -> None:
        self._pool, self._worker, self._seconds = pool, worker, seconds
        self._taken = time.monotonic()
        self._end = 0.0  # of its time, which runs from when the worker begins
        self._context = contextvars.copy_context()  # whose job it is, also for the thread that ends it
        self._is_wanted = pool.watch.wanted()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._is_over = self._is_waiting = False

    def part(self) -> tuple[bool, Any]:
        """Whether this is the last part, and the part: the result of a job that hands over none before it.

        Raises what the job raised, Stopped when it was over its time or died.
        """
        with self._lock:
            if self._is_over:
                raise _late(self._seconds)
            if self._is_waiting:
                self._worker.tell(True)
            try:
                said = self._hear()
                if said is None:
                    raise _late(self._seconds)
            except Stopped as error:
                self._finish("stopped" if error.__cause__ is None else "died")
                raise
            kind, value = said
            self._is_waiting = kind == PART
            if not self._is_waiting:
                self._finish("ok" if kind == RESULT else "failed")
        if kind == FAULT:
            raise value
        if self._timer is None and self._is_waiting:  # one who asks for no more must not keep the worker
            self._timer = threading.Timer(self._end - time.monotonic() + 0.5, self.close)
            self._timer.daemon = True
            self._timer.start()
        return kind == RESULT, value

    def _hear(self) -> tuple[str, Any] | None:
        """What the worker says; None when the time is over, or nobody waits any more."""
        if not self._end:
            if self._worker.hear(_BEGIN_SECONDS) is None:
                return None
            self._end = time.monotonic() + self._seconds
        while (left := self._end - time.monotonic()) > LOOK_SECONDS:
            if (said := self._worker.hear(LOOK_SECONDS)) or not self._is_wanted():
                return said
        return self._worker.hear(left)

    def close(self) -> None:
        """Stop the job if it still runs."""
        with self._lock:
            if self._is_over:
                return
            said = None
            if self._is_waiting:
                self._worker.tell(False)
                with contextlib.suppress(Stopped):
                    said = self._worker.hear(_STOP_SECONDS)
            self._finish("ok" if said is not None else "stopped")

    def _finish(self, outcome: str) -> None:
        self._is_over = True
        if self._timer:
            self._timer.cancel()
        self._context.run(self._pool.take_back, self._worker, outcome, time.monotonic() - self._taken)


def _late(seconds: float) -> Stopped:
    return Stopped(
        f"Stopped after {seconds:g} seconds.",
        "Ask for less, or add LIMIT.",
        sv=f"Arbetet stoppades efter {seconds:g} sekunder.",
        cure_sv="Fråga efter mindre, eller lägg till LIMIT.",
    )


class NoMore(Exception):
    """Nobody wants the rest of an answer."""


class _Parts(io.RawIOBase):
    """What is written goes to the server in parts, each when the one before is taken; the last one remains."""

    def __init__(self, pipe: Connection, form: str) -> None:
        super().__init__()
        self._pipe, self._form, self._size = pipe, form, FIRST_PART
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        self._held += memoryview(data)
        if len(self._held) >= self._size:
            self._pipe.send((PART, self.rest()))
            if not self._pipe.recv():
                raise NoMore
            self._size = NEXT_PARTS
        return memoryview(data).nbytes

    def rest(self) -> Answer:
        """What is not sent yet."""
        content = bytes(self._held)
        self._held.clear()
        return Answer(content, self._form)


def hand_over(pipe: Connection, made: Unwritten) -> Answer:
    """Send an answer in parts while it is made; its last part."""
    out = _Parts(pipe, made.form)
    made.write(cast("IO[bytes]", out))
    return out.rest()
