"""What is written of each request? One record when its last byte is made: JSON or a line, on standard error.

By default no query text, no address asked for (the template of its route instead), of the client its network alone.
Writing never holds up a request: what nobody reads is dropped, and counted. Layer: face.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any, Literal

from flask import Blueprint, Response, current_app, request

from rusgraf.web.fairness import parsed
from rusgraf.web.metrics import Metrics
from rusgraf.web.state import state

blueprint = Blueprint("log", __name__)
log = logging.getLogger("rusgraf.access")
RECORD, HEADER, MOST_QUERY = "rusgraf.record", "X-Request-ID", 10_000
_QUERIES = ("application/sparql-query", "application/sparql-update")
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
_KEPT = {4: 24, 6: 48}  # bits of an address that say a network, not a person
_id: ContextVar[str] = ContextVar("request_id", default="")
WSGI = Callable[..., Iterable[bytes]]


@dataclass(frozen=True)
class Log:
    """What a record tells of a client (nothing, its network, all of its address), and whether it tells queries."""

    clients: Literal["none", "network", "full"] = "network"
    queries: bool = False


@dataclass
class Record:
    """What is known of a request while it is answered."""

    id: str
    route: str = "unknown"
    release: str = ""
    client: str = ""
    query: str = ""
    status: int = 0
    size: int = 0
    is_broken: bool = True  # until its end has been reached
    began: float = field(default_factory=time.monotonic)


class Recorder:
    """Wraps an application (WSGI): a record of each request, to the log and to the metrics."""

    def __init__(self, app: WSGI, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        given = environ.get("HTTP_X_REQUEST_ID", "")
        record = Record(given if _GIVEN.fullmatch(given) else uuid.uuid4().hex[:16])
        environ[RECORD] = record
        _id.set(record.id)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            record.status = int(status[:3])
            return start_response(status, [*headers, (HEADER, record.id)], *more)

        return _Body(self._app(environ, start), record, lambda: self._told(environ["REQUEST_METHOD"], record))

    def _told(self, method: str, record: Record) -> None:
        seconds = time.monotonic() - record.began
        self._metrics.request(method, record.route, record.status, seconds)
        if record.is_broken:
            self._metrics.broken.inc()
        told = {"id": record.id, "method": method[:20], "route": record.route, "status": record.status}
        told |= {"ms": round(seconds * 1000, 1), "bytes": record.size, "release": record.release}
        rest = {"client": record.client, "query": record.query, "broken": record.is_broken}
        log.info("request", extra={"told": told | {name: value for name, value in rest.items() if value}})


class _Body:
    """The body of an answer as it goes out: counted, and told of when it is closed."""

    def __init__(self, body: Iterable[bytes], record: Record, tell: Callable[[], None]) -> None:
        self._body, self._record, self._tell = body, record, tell
        self._rest = iter(body)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            chunk = next(self._rest)
        except StopIteration:
            self._record.is_broken = False
            raise
        self._record.size += len(chunk)
        return chunk

    def close(self) -> None:
        """The server is done with it."""
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._tell()


@blueprint.before_app_request
def note(route: str = "") -> None:
    """Note which route it is, and whose."""
    record, wanted = request.environ.get(RECORD), current_app.config["RUSGRAF_LOG"]
    if record is None:
        return
    record.route = route or (request.url_rule.rule if request.url_rule else "unknown")
    record.client = _shown(request.remote_addr, wanted.clients)


@blueprint.after_app_request
def note_answer(response: Response) -> Response:
    """Note the release, and what was asked where that is wanted."""
    record = request.environ.get(RECORD)
    if record is not None:
        record.release = state().name
        record.query = _asked() if current_app.config["RUSGRAF_LOG"].queries else ""
    return response


def request_id() -> str:
    """What a user can name a request by; "" outside of one."""
    return _id.get()


def _asked() -> str:
    """Address and query as they came, cut."""
    body = request.get_data(as_text=True) if request.mimetype in _QUERIES else request.form.get("query", "")
    return f"{request.full_path.rstrip('?')} {body}".strip()[:MOST_QUERY]


def _shown(address: str | None, wanted: str) -> str:
    found = parsed(address)
    if found is None or wanted == "none":
        return ""
    return str(found) if wanted == "full" else str(ip_network((found, _KEPT[found.version]), strict=False))


class Lines(logging.Formatter):
    """A record as one line of text."""

    def format(self, record: logging.LogRecord) -> str:
        told = fields(record)
        trace = told.pop("trace", "")
        words = [told.pop("time"), told.pop("level"), told.pop("logger"), told.pop("message")]
        line = " ".join([*words, *(f"{name}={value}" for name, value in told.items())])
        return " ".join(line.split()) + (f"\n{trace}" if trace else "")


class Json(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(fields(record), ensure_ascii=False)


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """What a record says, by name."""
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    told = {"time": moment.replace("+00:00", "Z"), "level": record.levelname.lower(), "logger": record.name}
    told |= {"message": record.getMessage()}
    told |= {"id": request_id()} if request_id() else {}
    told |= getattr(record, "told", {})
    if record.exc_info:
        told["trace"] = logging.Formatter().formatException(record.exc_info)
    return told


class Writer(logging.Handler):
    """Writes lines to a file descriptor from a thread of its own; of what it cannot get rid of, the newest are lost."""

    def __init__(self, descriptor: int, most: int = 10_000) -> None:
        super().__init__()
        self._descriptor, self._lines = descriptor, queue.Queue[bytes | None](most)
        self._lost = 0
        self._thread = threading.Thread(target=self._write, daemon=True, name="log")
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put a record in the queue."""
        try:
            self._lines.put_nowait(self.format(record).encode("utf-8", "backslashreplace") + b"\n")
        except queue.Full:
            self._lost += 1

    def close(self) -> None:
        """Write what is left, for two seconds at most."""
        try:
            self._lines.put(None, timeout=1)
            self._thread.join(1)
        except queue.Full:
            pass
        super().close()

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            lost, self._lost = self._lost, 0
            if lost:
                told = {"name": "rusgraf", "msg": f"{lost} lines lost", "levelname": "WARNING"}
                line = self.format(logging.makeLogRecord(told)).encode() + b"\n" + line
            try:
                while line:
                    line = line[os.write(self._descriptor, line) :]
            except OSError:
                return  # nobody reads any more


def _fallen(what: threading.ExceptHookArgs) -> None:
    """A thread that ended with a fault of ours."""
    if what.exc_value is not None:
        exc_info = (what.exc_type, what.exc_value, what.exc_traceback)
        logging.getLogger("rusgraf").error("a thread has ended", exc_info=exc_info)


def to_stderr(form: str) -> Writer:
    """Let all of the process's log go to standard error: as ``json``, ``text``, or ``quiet`` (no requests)."""
    writer = Writer(2)
    writer.setFormatter(Json() if form == "json" else Lines())
    logging.basicConfig(level=logging.WARNING if form == "quiet" else logging.INFO, handlers=[writer], force=True)
    logging.captureWarnings(True)
    threading.excepthook = _fallen
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each request of a crowd
    return writer
