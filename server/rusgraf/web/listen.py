"""How does the application listen, so that no client holds it up, and how does it stop? Waitress, with what it lacks.

Waitress reads requests and writes answers in one thread without blocking, so a slow client holds a connection but none
of the threads that work; servers that give each connection a thread (gunicorn, cheroot) do not have that. It lacks, and
this adds: a least pace for request and answer, a share of the connections for each address, problem documents for what
never reaches the application, and an end that lets running requests finish. Layer: face.
"""

from __future__ import annotations

import logging
import signal
import time
from collections import Counter
from dataclasses import dataclass
from types import FrameType
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher
from werkzeug.test import create_environ
from werkzeug.wrappers import Response

from rusgraf.errors import RusgrafError
from rusgraf.web.errors import FAULT
from rusgraf.web.fairness import client_of
from rusgraf.web.metrics import METHODS

THREADS = 32  # beside one for each worker: for what asks no worker, and for those that wait for one
HEAD_SECONDS = 20.0  # for the head of a request
PACE_SECONDS, PACE_BYTES = 20.0, 2048  # for a body and for an answer: so many seconds, and one more for so many bytes
HEAD_BYTES = 128 * 1024
LOOK_SECONDS = 1  # how often connections are looked at


@dataclass(frozen=True)
class Listen:
    """Where to listen and how patiently: `connections` in all, `idle` seconds between requests, `drain` at the end."""

    host: str
    port: int
    workers: int = 2
    connections: int = 500
    idle: int = 60
    drain: float = 20.0
    proxies: int = 0
    body_bytes: int = 16 * 1024 * 1024
    answer_bytes: int = 64 * 1024 * 1024


class Problem(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What is answered to a request that cannot be read: what the application says of the fault, as of all others."""

    def execute(self) -> None:
        """Write it, and close the connection."""
        made = Response.from_app(self.channel.server.application, self._asked(), buffered=True)
        body = made.get_data()
        self.status = made.status
        self.response_headers += [(name, value) for name, value in made.headers if name != "Content-Length"]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)

    def _asked(self) -> dict[str, Any]:
        """As much of the request as could be read, with its fault; nothing of its body."""
        read = vars(self.request)
        method = read.get("command", "")
        environ = create_environ(method=method if method in METHODS else "GET")
        for name in ("ACCEPT", "ACCEPT_LANGUAGE", "X_FORWARDED_FOR", "X_REQUEST_ID"):
            if name in self.request.headers:
                environ[f"HTTP_{name}"] = self.request.headers[name]
        return environ | {
            "PATH_INFO": read.get("path") or "/",
            "QUERY_STRING": read.get("query", ""),
            "REMOTE_ADDR": self.channel.addr[0],
            FAULT: self.request.error,
        }


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows how fast its client reads and writes."""

    error_task_class = Problem
    client = ""
    reading_since = writing_since = 0.0
    read_bytes = written_bytes = 0

    def __init__(self, server: Listener, sock: Any, addr: Any, adj: Adjustments, map: dict[int, Any]) -> None:
        super().__init__(server, sock, addr, adj, map)
        self.client = client_of(addr[0])
        server.clients[self.client] += 1
        if 0 < server.most_per_client < server.clients[self.client]:
            self.handle_close()

    def del_channel(self, map: dict[int, Any] | None = None) -> None:
        """Forget a connection that is closed."""
        super().del_channel(map)
        client, self.client = self.client, ""
        self.server.clients[client] -= 1
        if self.server.clients[client] < 1:
            del self.server.clients[client]

    def received(self, data: bytes) -> Any:
        """Take what came in."""
        if not self.reading_since:
            self.reading_since, self.read_bytes = time.monotonic(), 0
        self.read_bytes += len(data)
        done = super().received(data)
        if self.request is None:
            self.reading_since = 0.0
        return done

    def send(self, data: bytes, do_close: bool = True) -> Any:
        """Send some of what waits to go out."""
        sent = super().send(data, do_close)
        self.written_bytes += sent or 0
        return sent

    def is_too_slow(self, now: float) -> bool:
        """Whether the client takes longer than a slow line does."""
        if not self.total_outbufs_len:
            self.writing_since, self.written_bytes = 0.0, 0
        elif not self.writing_since:
            self.writing_since, self.written_bytes = now, 0
        elif now - self.writing_since > PACE_SECONDS + self.written_bytes / PACE_BYTES:
            return True
        if not self.reading_since or self.request is None:
            return False
        allowed = PACE_SECONDS + self.read_bytes / PACE_BYTES if self.request.headers_finished else HEAD_SECONDS
        return now - self.reading_since > allowed

    def is_idle(self) -> bool:
        """Whether nothing is asked, answered or on its way; the head of a request that has not come yet is nothing."""
        arriving = self.request is not None and self.request.headers_finished
        return not (self.requests or self.total_outbufs_len or arriving)


class Listener(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket that counts its clients, and closes on those that are too slow."""

    channel_class = Channel
    most_per_client = 0  # 0: they come through a proxy

    def __init__(self, *arguments: Any, **adjusted: Any) -> None:
        self.clients = Counter[str]()
        super().__init__(*arguments, **adjusted)

    def maintenance(self, now: float) -> None:
        """Close on clients that are idle or too slow; waitress itself waits for them to take the rest of an answer."""
        super().maintenance(now)
        for channel in [*self.active_channels.values()]:
            if channel.will_close or channel.is_too_slow(time.monotonic()):
                channel.handle_close()


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of waitress is to be logged: an answer that we broke off is told of already (``streams``)."""
    return not (record.exc_info and isinstance(record.exc_info[1], RusgrafError))


class Server:
    """The application on its sockets. Raises OSError or ValueError when it cannot listen there."""

    def __init__(self, app: Flask, where: Listen) -> None:
        self._app, self._where = app, where
        adjusted = Adjustments(
            host=where.host,
            port=where.port,
            ident=None,
            connection_limit=where.connections,
            channel_timeout=where.idle,
            cleanup_interval=LOOK_SECONDS,
            max_request_header_size=HEAD_BYTES,
            max_request_body_size=where.body_bytes + 1,  # the first length that is refused
            # A client that reads slowly keeps no thread and no worker: what it has not read waits on disk.
            outbuf_high_watermark=where.answer_bytes + 1024 * 1024,
            clear_untrusted_proxy_headers=not where.proxies,  # else werkzeug's ProxyFix has read the one that counts
            channel_request_lookahead=1,  # so that it reads on, and notices a client that leaves
            asyncore_use_poll=True,
        )
        logging.getLogger("waitress").addFilter(_is_news)
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(where.workers + THREADS)
        self._map: dict[int, Any] = {}
        self._listeners = [
            Listener(app, self._map, True, None, dispatcher=self._dispatcher, adj=adjusted, sockinfo=info)
            for info in adjusted.listen
        ]
        for listener in self._listeners:
            listener.most_per_client = 0 if where.proxies else max(10, where.connections // 4)
        self.port = int(self._listeners[0].effective_port)
        self._signals = 0

    def run(self) -> None:
        """Answer until SIGTERM or SIGINT; then let what runs end, at most `drain` seconds, or until the next signal."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._signals:
            self._turn(LOOK_SECONDS)
        self._app.extensions["rusgraf_drain"].has_begun = True
        for listener in self._listeners:
            wasyncore.dispatcher.close(listener)  # its own close() also takes away what wakes the loop
        end = time.monotonic() + self._where.drain
        while self._signals == 1 and time.monotonic() < end and self._is_working():
            self._turn(0.1)

    def close(self) -> None:
        """Drop what is left. The workers are stopped by now, so that the threads which wait for them have ended."""
        self._dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._map)

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def _is_working(self) -> bool:
        """Whether a request is under way, after the connections without one are closed."""
        channels = [channel for listener in self._listeners for channel in [*listener.active_channels.values()]]
        idle = [channel for channel in channels if channel.is_idle()]
        for channel in idle:
            channel.handle_close()
        for listener in self._listeners:
            listener.maintenance(time.time())
        return len(idle) < len(channels)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1
        for listener in self._listeners:
            listener.pull_trigger()
