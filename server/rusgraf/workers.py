"""How is work from outside kept from harming anybody? It runs in processes that can be killed.

Each worker holds its own copy of the snapshot. A job that is over its time is stopped by SIGKILL, which
is the only thing that stops an engine call; the worker is replaced, the other jobs go on. A memory limit
makes a memory bomb die alone, a large thread stack survives deep nesting, and ``walls`` keep the process
from network and files. A long answer is handed over in parts, each when it is asked for; its time is limited as a
whole, also for one who asks for no more. Layer: domain.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import multiprocessing as mp
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import IO, TYPE_CHECKING, Any, cast

from rusgraf import walls
from rusgraf.answer import Answer, Unwritten, joined
from rusgraf.errors import LimitReached, RusgrafError, Stopped

if TYPE_CHECKING:
    from typing_extensions import Buffer

log = logging.getLogger("rusgraf.workers")
PART, RESULT, FAULT = "part", "result", "fault"
FIRST_PART, NEXT_PARTS = 1024 * 1024, 64 * 1024
"""Bytes. A shorter answer than the first part is whole, or an error, before anything of it is sent to anybody."""
_STOP_SECONDS = 1.0
_MIB = 1024 * 1024
_STACK = 512 * _MIB
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Limits:
    """What one job may use: seconds of wall time, MiB of memory, bytes of answer; and how many run at once."""

    seconds: float = 30.0
    memory_mib: int = 2048
    answer_bytes: int = 64 * _MIB
    workers: int = 2
    wait_seconds: float = 10.0


class Worker:
    """One killable process with a snapshot."""

    def __init__(self, snapshot: bytes, limits: Limits) -> None:
        context = mp.get_context("spawn")
        self._pipe, child = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(child, limits.memory_mib), daemon=True)
        self._process.start()
        child.close()
        self._pipe.send_bytes(snapshot)

    def wait_ready(self) -> bool:
        """Whether the worker has loaded its snapshot; False when it died or takes too long."""
        with contextlib.suppress(EOFError, OSError):
            return self._pipe.poll(_START_SECONDS) and self._pipe.recv() == "ready"
        return False

    def tell(self, what: object) -> None:
        """Send a job with its arguments, or between two parts of an answer whether to go on; a dead worker hears
        nothing, which `hear` tells."""
        with contextlib.suppress(OSError):
            self._pipe.send(what)

    def hear(self, seconds: float) -> tuple[str, Any] | None:
        """What the worker says within `seconds`: PART, RESULT or FAULT, and what it is. Raises Stopped when it died."""
        try:
            if not self._pipe.poll(max(0.0, seconds)):
                return None
            said: tuple[str, Any] = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise Stopped(
                "The work died, most often for want of memory.",
                "Ask for less at a time.",
                sv="Arbetet dog, oftast av brist på minne.",
                cure_sv="Fråga efter mindre åt gången.",
            ) from error
        return said

    def kill(self) -> None:
        """Stop the process at once and reap it."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


class Running:
    """A job that runs on a worker. Take its `parts`; close it, also half-way, and the worker is free or replaced."""

    def __init__(self, pool: Pool, worker: Worker, seconds: float) -> None:
        self._pool, self._worker, self._seconds = pool, worker, seconds
        self._end = time.monotonic() + seconds
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
                said = self._worker.hear(self._end - time.monotonic())
                if said is None:
                    raise _late(self._seconds)
            except Stopped:
                self._finish(is_sound=False)
                raise
            kind, value = said
            self._is_waiting = kind == PART
            if not self._is_waiting:
                self._finish(is_sound=True)
        if kind == FAULT:
            raise value
        if self._timer is None and self._is_waiting:  # one who asks for no more must not keep the worker
            self._timer = threading.Timer(self._end - time.monotonic() + 0.5, self.close)
            self._timer.daemon = True
            self._timer.start()
        return kind == RESULT, value

    def close(self) -> None:
        """Stop the job if it still runs."""
        with self._lock:
            if self._is_over:
                return
            said = None
            if self._is_waiting and time.monotonic() < self._end:
                self._worker.tell(False)
                with contextlib.suppress(Stopped):
                    said = self._worker.hear(_STOP_SECONDS)
            self._finish(is_sound=said is not None)

    def _finish(self, *, is_sound: bool) -> None:
        self._is_over = True
        if self._timer:
            self._timer.cancel()
        self._pool.take_back(self._worker, is_sound=is_sound)


class Pool:
    """Workers that take turns. `run` waits for a free one; a worker that failed its job is replaced."""

    def __init__(self, snapshot: bytes, limits: Limits) -> None:
        self._snapshot, self._limits = snapshot, limits
        self._free: queue.Queue[Worker] = queue.Queue()
        self._all: set[Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        for worker in [self._new() for _ in range(limits.workers)]:
            if not worker.wait_ready():
                self.close()
                raise LimitReached(
                    "A worker did not start.",
                    "Give it more memory.",
                    sv="En arbetsprocess startade inte.",
                    cure_sv="Ge den mer minne.",
                )
            self._free.put(worker)

    def _new(self) -> Worker:
        worker = Worker(self._snapshot, self._limits)
        with self._lock:
            if not self._closed:
                self._all.add(worker)
                return worker
        worker.kill()  # the pool was closed meanwhile
        return worker

    def run(self, job: str, *arguments: Any, seconds: float | None = None) -> Any:
        """The result of ``module:function`` on a worker's store: ``function(store, *arguments)``; an answer, whole."""
        with contextlib.closing(self.start(job, *arguments, seconds=seconds)) as running:
            parts = []
            is_last = False
            while not is_last:
                is_last, part = running.part()
                parts.append(part)
        return joined(parts) if len(parts) > 1 else parts[0]

    def start(self, job: str, *arguments: Any, seconds: float | None = None) -> Running:
        """Have a worker begin the job, whose result may come in parts."""
        try:
            worker = self._free.get(timeout=self._limits.wait_seconds)
        except queue.Empty:
            raise LimitReached(
                "All workers are busy.",
                "Try again in a few seconds.",
                sv="Alla arbetsprocesser är upptagna.",
                cure_sv="Försök igen om några sekunder.",
            ) from None
        worker.tell((job, arguments))
        return Running(self, worker, seconds or self._limits.seconds)

    def take_back(self, worker: Worker, *, is_sound: bool) -> None:
        """A worker whose job is over; one that is not sound is replaced."""
        if is_sound:
            self._free.put(worker)
        else:
            threading.Thread(target=self._replace, args=(worker,), daemon=True).start()

    def _replace(self, worker: Worker) -> None:
        """Kill a worker and put a new one in its place, unless the pool was closed, which kills it too."""
        with self._lock:
            if worker not in self._all:
                return
            self._all.remove(worker)
        worker.kill()
        while not self._closed:
            fresh = self._new()
            if fresh.wait_ready():
                self._free.put(fresh)
                return
            fresh.kill()
            log.error("a worker did not start; trying again")
            time.sleep(1.0)

    def close(self) -> None:
        """Kill all workers."""
        with self._lock:
            self._closed = True
            workers, self._all = self._all, set()
        for worker in workers:
            worker.kill()


def _late(seconds: float) -> Stopped:
    return Stopped(
        f"Stopped after {seconds:g} seconds.",
        "Ask for less, or add LIMIT.",
        sv=f"Arbetet stoppades efter {seconds:g} sekunder.",
        cure_sv="Fråga efter mindre, eller lägg till LIMIT.",
    )


def _serve(pipe: Connection, memory_mib: int) -> None:
    """What a worker does: limit itself, load the snapshot, answer jobs one by one on a deep stack."""
    from rusgraf.remote.store import RemoteStore

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    store = RemoteStore.from_dump(pipe.recv_bytes())
    _limit(memory_mib)
    walls.build(store.ports)
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_loop, args=(pipe, store), daemon=True)
    thread.start()
    while thread.is_alive() and os.getppid() == parent:
        thread.join(1.0)
    os._exit(0)


def _limit(memory_mib: int) -> None:
    """Limit this process's memory, and let it write no file. Where the system has no such limits, time remains."""
    if sys.platform != "win32":
        import resource

        memory = memory_mib * _MIB + 2 * _STACK
        for what, limit in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
        ):
            resource.setrlimit(what, (limit, limit))


def _loop(pipe: Connection, store: Any) -> None:
    pipe.send("ready")
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            job, arguments = pipe.recv()
            module, _, function = job.partition(":")
            try:
                made = getattr(importlib.import_module(module), function)(store, *arguments)
                outcome = (RESULT, _hand_over(pipe, made) if isinstance(made, Unwritten) else made)
            except RusgrafError as error:
                outcome = (FAULT, error)
            except _NoMore:
                outcome = (RESULT, None)
            except MemoryError:
                raise  # the process is no longer to be trusted: it ends, and another takes its place
            except Exception as error:  # the border of the process: a fault of ours must not look like want of memory
                log.exception("fault in %s", job)
                outcome = (FAULT, _fault(error))
            pipe.send(outcome)


class _NoMore(Exception):
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
                raise _NoMore
            self._size = NEXT_PARTS
        return memoryview(data).nbytes

    def rest(self) -> Answer:
        """What is not sent yet."""
        content = bytes(self._held)
        self._held.clear()
        return Answer(content, self._form)


def _hand_over(pipe: Connection, made: Unwritten) -> Answer:
    """Send an answer in parts while it is made; its last part."""
    out = _Parts(pipe, made.form)
    made.write(cast("IO[bytes]", out))
    return out.rest()


def _fault(error: Exception) -> RusgrafError:
    kind = type(error).__name__
    return RusgrafError(
        f"A fault in the program ({kind}).",
        "Report it with what you asked.",
        sv=f"Ett fel i programmet ({kind}).",
        cure_sv="Anmäl det tillsammans med det du frågade efter.",
    )
