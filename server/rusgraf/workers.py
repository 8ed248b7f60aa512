"""How is work from outside kept from harming anybody? It runs in processes that can be killed.

Each worker holds its own copy of the snapshot. A job that is over its time is stopped by SIGKILL, which
is the only thing that stops an engine call; the worker is replaced, the other jobs go on. A memory limit
makes a memory bomb die alone, a large thread stack survives deep nesting, and ``walls`` keep the process
from network and files. A long answer is handed over in parts, each when it is asked for; its time is limited as a
whole, also for one who asks for no more. Layer: domain.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing as mp
import queue
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from typing import Any

from rusgraf import working
from rusgraf.answer import joined
from rusgraf.errors import LimitReached, Stopped
from rusgraf.guard import CAPS, Caps
from rusgraf.handover import LOOK_SECONDS, Running

log = logging.getLogger("rusgraf.workers")
_MIB = 1024 * 1024
_START_SECONDS = 60.0
_MOST_WAITING = 16  # for a worker: each holds a thread of the server, which has others to answer


@dataclass(frozen=True)
class Limits:
    """What one job may use: seconds of wall time, MiB of memory, bytes of answer, length and depth of its text; and how
    many run at once."""

    seconds: float = 30.0
    memory_mib: int = 2048
    answer_bytes: int = 64 * _MIB
    caps: Caps = CAPS
    workers: int = 2
    wait_seconds: float = 10.0


class Watch:
    """Is told of each job of a pool, in the thread that waits for it; a face counts and shares out by it."""

    def begin(self) -> None:
        """A job wants a worker. Raises a RusgrafError to refuse it; then nothing more is told of it."""

    def wanted(self) -> Callable[[], bool]:
        """What tells, while a worker or its first part is waited for, whether anybody still wants it."""
        return lambda: True

    def taken(self) -> None:
        """It has got one."""

    def end(self, outcome: str, seconds: float) -> None:
        """It is over: ok, failed, stopped, died, or refused for want of a worker; `seconds` it held one."""


class Worker:
    """One killable process with a snapshot."""

    def __init__(self, snapshot: bytes, limits: Limits) -> None:
        context = mp.get_context("spawn")
        self._pipe, child = context.Pipe()
        self._is_loaded = self._is_ended = False
        self._process: SpawnProcess = context.Process(
            target=working.serve, args=(child, limits.memory_mib), daemon=True
        )
        self._process.start()
        child.close()
        with contextlib.suppress(OSError):  # it has died already; then it is never ready
            self._pipe.send_bytes(snapshot)

    def wait_ready(self) -> bool:
        """Whether the worker has loaded its snapshot; False when it died or takes too long."""
        with contextlib.suppress(EOFError, OSError):
            self._is_loaded = self._pipe.poll(_START_SECONDS) and self._pipe.recv() == "ready"
        return self._is_loaded

    def is_living(self) -> bool:
        """Whether it is loaded, and has not died since."""
        return self._is_loaded and self._process.is_alive()

    def ended_by(self) -> str:
        """What a process that is not ready came to: the name of a signal, an exit code, or the seconds it was given."""
        self._process.join(1.0)
        code = self._process.exitcode
        if code is None:
            return f"{_START_SECONDS:g} s"
        return signal.Signals(-code).name if code < 0 else f"exit {code}"

    def tell(self, what: object) -> None:
        """Send a job with its arguments, or between two parts of an answer whether to go on; a dead worker hears
        nothing, which `hear` tells."""
        with contextlib.suppress(OSError):
            self._pipe.send(what)

    def hear(self, seconds: float) -> tuple[str, Any] | None:
        """What the worker says within `seconds`: BEGUN, PART, RESULT or FAULT, and what it is.

        Raises Stopped when it died, or was ended by us meanwhile.
        """
        try:
            if not self._pipe.poll(max(0.0, seconds)):
                return None
            said: tuple[str, Any] = self._pipe.recv()
        except (EOFError, OSError) as error:
            if self._is_ended:
                raise Stopped(
                    "The server is being stopped.",
                    "Try again in a minute.",
                    sv="Servern håller på att stoppas.",
                    cure_sv="Försök igen om en minut.",
                ) from None
            raise Stopped(
                "The work died, most often for want of memory.",
                "Ask for less at a time.",
                sv="Arbetet dog, oftast av brist på minne.",
                cure_sv="Fråga efter mindre åt gången.",
            ) from error
        return said

    def kill(self) -> None:
        """Stop the process at once and reap it."""
        self._is_ended = True  # before it is: another thread may be hearing it
        self._process.kill()
        self._process.join()
        self._pipe.close()


class Pool:
    """Workers that take turns. `run` waits for a free one; a worker that failed its job is replaced."""

    def __init__(self, snapshot: bytes, limits: Limits, watch: Watch | None = None) -> None:
        self._snapshot, self.limits, self.watch = snapshot, limits, watch or Watch()
        self._free: queue.Queue[Worker] = queue.Queue()
        self._all: set[Worker] = set()
        self._lock, self._places = threading.Lock(), threading.BoundedSemaphore(_MOST_WAITING)
        self._closed = False
        self._replacing: list[threading.Thread] = []
        for worker in [self._new() for _ in range(limits.workers)]:
            if not worker.wait_ready():
                how = worker.ended_by()
                self.close()
                raise LimitReached(
                    f"A worker did not start ({how}).",
                    "Give it more memory; SIGSYS means that a filter of system calls does not let it be.",
                    sv=f"En arbetsprocess startade inte ({how}).",
                    cure_sv="Ge den mer minne; SIGSYS betyder att ett filter för systemanrop hindrar den.",
                )
            self._free.put(worker)

    def _new(self) -> Worker:
        worker = Worker(self._snapshot, self.limits)
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
        self.watch.begin()
        self._mend()
        may_wait = self._places.acquire(blocking=False)
        try:
            worker = self._take(self.limits.wait_seconds if may_wait else 0.0)
        except queue.Empty:
            self.watch.end("refused", 0.0)
            raise LimitReached(
                "All workers are busy.",
                "Try again in a few seconds.",
                sv="Alla arbetsprocesser är upptagna.",
                cure_sv="Försök igen om några sekunder.",
            ) from None
        finally:
            if may_wait:
                self._places.release()
        self.watch.taken()
        worker.tell((job, arguments))
        return Running(self, worker, seconds or self.limits.seconds)

    def _take(self, seconds: float) -> Worker:
        """A free worker. Raises queue.Empty when none is within `seconds`, or nobody wants the job any more."""
        is_wanted, end = self.watch.wanted(), time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            with contextlib.suppress(queue.Empty):
                worker = self._free.get(left > 0, max(0.0, min(left, LOOK_SECONDS)))
                if is_wanted():
                    return worker
                self._free.put(worker)
            if left <= LOOK_SECONDS or not is_wanted():
                raise queue.Empty

    def take_back(self, worker: Worker, outcome: str, seconds: float) -> None:
        """A worker whose job is over (ok, failed, stopped, died) after some seconds; it is replaced when it was ended.

        Told in the context that the job was begun in.
        """
        if outcome in ("ok", "failed"):
            self._free.put(worker)
        else:
            self._send_for_another(worker)
        self.watch.end(outcome, seconds)

    def free(self) -> int:
        """How many workers wait for a job."""
        return self._free.qsize()

    def living(self) -> int:
        """How many workers can do a job, now or after the one they have."""
        self._mend()
        with self._lock:
            return sum(worker.is_living() for worker in self._all)

    def _mend(self) -> None:
        """Replace those that have died while they waited for a job, so that none pays for it with its own."""
        for _ in range(self._free.qsize()):
            with contextlib.suppress(queue.Empty):
                worker = self._free.get_nowait()
                if worker.is_living():
                    self._free.put(worker)
                else:
                    self._send_for_another(worker)

    def _send_for_another(self, worker: Worker) -> None:
        """Replace a worker in a thread of its own."""
        thread = threading.Thread(target=self._replace, args=(worker,), daemon=True)
        with self._lock:
            thread.start()  # waits for the lock; before it is in the list, whose threads are joined
            self._replacing = [t for t in self._replacing if t.is_alive()] + [thread]

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
            if not self._closed:  # which killed it
                log.error("a worker did not start; trying again")
                time.sleep(1.0)

    def close(self) -> None:
        """Kill all workers, also those that are on their way."""
        with self._lock:
            self._closed = True
            workers, self._all = self._all, set()
        for worker in workers:
            worker.kill()
        for thread in self._replacing:
            if thread is not threading.current_thread():
                thread.join(_START_SECONDS)
