"""What does a worker process do? It limits itself, reads its snapshot, and answers one job after the other.

The other side, which starts, waits and kills, is ``workers``. While nobody asks, a worker gets ready for jobs that take
preparing. Layer: domain.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from rusgraf import walls
from rusgraf.answer import Unwritten
from rusgraf.errors import RusgrafError
from rusgraf.handover import BEGUN, FAULT, RESULT, NoMore, hand_over

log = logging.getLogger("rusgraf.workers")
_MIB = 1024 * 1024
_STACK = 512 * _MIB
_FRAMES = 50_000  # of Python: what rdflib takes to parse some thousand levels; they need a tenth of the stack
_DONE = object()
_IDLE_SECONDS = 0.5  # after which a worker gets ready for jobs that it may never get


def serve(pipe: Connection, memory_mib: int) -> None:
    """What a worker does: limit itself, load the snapshot, answer jobs one by one on a deep stack."""
    from rusgraf.remote.store import RemoteStore

    for number in (signal.SIGINT, signal.SIGTERM):  # sent to a whole group: the server ends the workers, at its end
        signal.signal(number, signal.SIG_IGN)
    parent = os.getppid()
    store = RemoteStore.from_dump(pipe.recv_bytes())
    _limit(memory_mib)
    walls.build(store.ports)
    threading.stack_size(_STACK)
    sys.setrecursionlimit(_FRAMES)
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
    from rusgraf import jobs

    warming = _guarded(jobs.warm_up(store))
    pipe.send("ready")
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            idle = _IDLE_SECONDS
            while not pipe.poll(idle) and next(warming, _DONE) is not _DONE:
                idle = 0.01
            job, arguments = pipe.recv()
            module, _, function = job.partition(":")
            if function in jobs.NEEDS_WARMTH:
                deque(warming, maxlen=0)
            pipe.send((BEGUN, None))
            try:
                made = getattr(importlib.import_module(module), function)(store, *arguments)
                outcome = (RESULT, hand_over(pipe, made) if isinstance(made, Unwritten) else made)
            except RusgrafError as error:
                outcome = (FAULT, error)
            except NoMore:
                outcome = (RESULT, None)
            except MemoryError:
                raise  # the process is no longer to be trusted: it ends, and another takes its place
            except Exception as error:  # the border of the process: a fault of ours must not look like want of memory
                log.exception("fault in %s", job)
                outcome = (FAULT, _fault(error))
            pipe.send(outcome)


def _guarded(steps: Iterator[None]) -> Iterator[None]:
    """The steps; one that fails is the last, and what it was for is done, or fails, in the job that needs it."""
    try:
        yield from steps
    except MemoryError:
        raise
    except Exception:  # as in the loop: a fault of ours costs no worker
        log.exception("fault while a worker warmed up")


def _fault(error: Exception) -> RusgrafError:
    kind = type(error).__name__
    return RusgrafError(
        f"A fault in the program ({kind}).",
        "Report it with what you asked.",
        sv=f"Ett fel i programmet ({kind}).",
        cure_sv="Anmäl det tillsammans med det du frågade efter.",
    )
