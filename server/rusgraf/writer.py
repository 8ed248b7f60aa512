"""In which process does a write run? In one of its own, which can be killed at any moment.

A write is one transaction (``commits``), so that killing it loses nothing that was acknowledged. One write at a time:
another one waits for its turn a little. A process that was killed is replaced; one that did its write stands ready for
the next, with modules, shapes and rules read. ``walls`` leave it the directory of the store, and no network.
Layer: domain.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import logging
import multiprocessing as mp
import os
import signal
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from rusgraf import walls
from rusgraf.errors import RusgrafError, Stopped, StoreBusy

log = logging.getLogger("rusgraf.writer")
_MIB = 1024 * 1024
_STACK = 512 * _MIB
_START_SECONDS = 60.0
_QUEUE = 3  # writes that may wait for their turn: each holds a thread of the server


@dataclass(frozen=True)
class Limits:
    """What one write may use, and how long it waits for its turn."""

    seconds: float = 120.0
    memory_mib: int = 4096
    wait_seconds: float = 10.0


class _Process:
    """A process that does one job after the other."""

    is_ready = False

    def __init__(self, limits: Limits, directory: Path) -> None:
        context = mp.get_context("spawn")
        self._pipe, child = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=_serve, args=(child, limits.memory_mib, directory), daemon=True
        )
        self._process.start()
        child.close()

    def run(self, job: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        try:
            if not self.is_ready and not (self._pipe.poll(_START_SECONDS) and self._pipe.recv() == "ready"):
                raise _died()
            self.is_ready = True
            self._pipe.send((job, arguments))
            if not self._pipe.poll(seconds):
                raise Stopped(
                    f"The write was stopped after {seconds:g} seconds.",
                    "Send less at a time.",
                    sv=f"Skrivningen stoppades efter {seconds:g} sekunder.",
                    cure_sv="Skicka mindre åt gången.",
                )
            good, value = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise _died() from error
        if good:
            return value
        raise value

    def kill(self) -> None:
        """Stop the process at once and reap it."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _died() -> Stopped:
    return Stopped(
        "The write died, most often for want of memory.",
        "Send less at a time.",
        sv="Skrivningen dog, oftast av brist på minne.",
        cure_sv="Skicka mindre åt gången.",
    )


class Writer:
    """Runs one write at a time, in a store directory.

    `run` raises Stopped when the write was killed, `turn` StoreBusy when it does not come.
    """

    def __init__(self, directory: Path, limits: Limits | None = None) -> None:
        self._limits, self._directory = limits or Limits(), directory
        self._turn, self._places = threading.Lock(), threading.BoundedSemaphore(_QUEUE)
        self._process: _Process | None = _Process(self._limits, directory)
        self._closed = False
        atexit.register(self.close)  # before multiprocessing asks it to end by SIGTERM, which it does not hear

    @contextlib.contextmanager
    def turn(self) -> Any:
        """The turn to write: what is done meanwhile, no other request of this server does."""
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            if not self._turn.acquire(timeout=self._limits.wait_seconds):
                raise _busy()
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()

    def run(self, job: str, *arguments: Any) -> Any:
        """Run ``module:function`` in the process: ``function(*arguments)``. Take the `turn` first."""
        if self._closed:
            raise _died()
        if self._process is None:
            self._process = _Process(self._limits, self._directory)
        try:
            return self._process.run(job, arguments, self._limits.seconds)
        except Stopped:
            self._process.kill()
            self._process = None if self._closed else _Process(self._limits, self._directory)
            raise

    def close(self) -> None:
        """Kill the process, also amid a write: what it was to acknowledge is there whole, or not at all."""
        self._closed = True
        atexit.unregister(self.close)
        if self._process:
            self._process.kill()


def _busy() -> StoreBusy:
    return StoreBusy(
        "Another write is going on.",
        "Try again in a few seconds.",
        sv="En annan skrivning pågår.",
        cure_sv="Försök igen om några sekunder.",
    )


def _serve(pipe: Connection, memory_mib: int, directory: Path) -> None:
    """What the process does: limit itself, read what writes need, do jobs on a deep stack, and end with its parent."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to a whole group: the server ends the writer, at its end
        signal.signal(number, signal.SIG_IGN)
    parent = os.getppid()
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory_mib * _MIB + 2 * _STACK,) * 2)
    walls.build(writes=[directory])
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_work, args=(pipe,), daemon=True)
    thread.start()
    while thread.is_alive() and os.getppid() == parent:
        thread.join(1.0)
    os._exit(0)


def _work(pipe: Connection) -> None:
    from rusgraf.writes import prepare

    prepare()
    with contextlib.suppress(EOFError, OSError):
        pipe.send("ready")
        while True:
            job, arguments = pipe.recv()
            module, _, function = job.partition(":")
            try:
                outcome = (True, getattr(importlib.import_module(module), function)(*arguments))
            except RusgrafError as error:
                outcome = (False, error)
            except MemoryError:
                raise  # no longer to be trusted: the process ends, and that is told
            except Exception as error:  # the border of the process: a fault of ours must not look like want of memory
                log.exception("fault in %s", job)
                outcome = (False, _fault(error))
            pipe.send(outcome)


def _fault(error: Exception) -> RusgrafError:
    kind = type(error).__name__
    return RusgrafError(
        f"A fault in the program ({kind}).",
        "Report it with what you sent.",
        sv=f"Ett fel i programmet ({kind}).",
        cure_sv="Anmäl det tillsammans med det du skickade.",
    )
