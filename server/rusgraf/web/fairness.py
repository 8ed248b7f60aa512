"""How much may one client have, so that others get theirs? Requests and milliseconds of workers a minute, jobs at once.

All time of workers counts, that of short jobs too: many short queries have brought down the service of Wikidata.
A client is an IPv4 address or the first 64 bits of an IPv6 one. What a minute takes is counted by `limits`, in windows
that begin with a client's first request; its figures beside counts of our own are in docs/operation.md. Layer: face.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import Blueprint, current_app, has_request_context, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from rusgraf.errors import TooManyRequests
from rusgraf.web.metrics import Metrics
from rusgraf.workers import Watch

blueprint = Blueprint("fairness", __name__)
MOST_COUNTS = 20_000  # at once, two for a client; then all begin anew: `limits` bounds nothing and walks through all
MOST_WAITING, WAIT_SECONDS = 8, 5.0  # of one client, for its own jobs to end
MOST_IN_ALL = 12  # of all clients: each holds a thread
EXEMPT = ("static", "health.health", "health.live", "health.ready", "metrics.metrics")
_client: ContextVar[str] = ContextVar("client", default="")


@dataclass(frozen=True)
class Fair:
    """What a client may have: requests a minute, seconds of workers a minute, jobs at once. 0 is no limit."""

    requests: int = 0
    seconds: float = 0.0
    jobs: int = 0


class FairUse(Watch):
    """Holds clients to `Fair`, and tells the metrics of jobs and refusals."""

    def __init__(self, fair: Fair, metrics: Metrics) -> None:
        self._fair, self._metrics = fair, metrics
        self._counts = MemoryStorage()
        self._windows = FixedWindowRateLimiter(self._counts)
        self._requests = RateLimitItemPerMinute(fair.requests, namespace="requests")
        self._milliseconds = RateLimitItemPerMinute(math.ceil(fair.seconds * 1000), namespace="milliseconds")
        self._running, self._waiting = Counter[str](), Counter[str]()
        self._turn = threading.Condition()

    def request(self, client: str) -> None:
        """Count a request. Raises TooManyRequests."""
        if self._fair.requests and not self._count(self._requests, client, 1):
            raise self._refused("requests", self._rest(self._requests, client))

    def begin(self) -> None:
        """A client wants a worker: within its budget, and when fewer jobs of its own run than it may have."""
        client = _client.get()
        if self._fair.seconds and client and not self._windows.test(self._milliseconds, client):
            raise self._refused("seconds", self._rest(self._milliseconds, client))
        with self._turn:
            if self._fair.jobs and client and not self._may_run(client):
                raise self._refused("jobs", WAIT_SECONDS)
            self._running[client] += 1

    def wanted(self) -> Callable[[], bool]:
        """Whether the client of this request is still connected, as far as the server can tell."""
        has_left = request.environ.get("waitress.client_disconnected") if has_request_context() else None
        return lambda: not (has_left and has_left())

    def taken(self) -> None:
        """A worker is busy."""
        self._metrics.busy.inc()

    def end(self, outcome: str, seconds: float) -> None:
        """The job of a client is over: it pays for it, and another one of its own may begin."""
        client = _client.get()
        with self._turn:
            self._running[client] -= 1
            self._running += Counter()  # without those that are at 0
            self._turn.notify_all()
        if client and self._fair.seconds and seconds:
            self._count(self._milliseconds, client, math.ceil(seconds * 1000))
        self._metrics.job(outcome, seconds)

    def _count(self, item: RateLimitItem, client: str, amount: int) -> bool:
        """Count `amount`, also what goes over; whether all of the minute is within the limit."""
        if len(self._counts.storage) >= MOST_COUNTS:
            self._counts.reset()
        return self._windows.hit(item, client, cost=amount)

    def _rest(self, item: RateLimitItem, client: str) -> float:
        """Seconds until the minute of a client is over."""
        return self._windows.get_window_stats(item, client).reset_time - time.time()

    def _may_run(self, client: str) -> bool:
        """Whether a job may run now, or after a short wait; only some may wait, for each holds a thread."""
        if self._running[client] < self._fair.jobs:
            return True
        if self._waiting[client] >= MOST_WAITING or self._waiting.total() >= MOST_IN_ALL:
            return False
        self._waiting[client] += 1
        try:
            return self._turn.wait_for(lambda: self._running[client] < self._fair.jobs, WAIT_SECONDS)
        finally:
            self._waiting[client] -= 1
            self._waiting += Counter()

    def _refused(self, reason: str, wait: float) -> TooManyRequests:
        self._metrics.refused.labels(reason).inc()
        seconds = max(1, math.ceil(wait))
        cause_sv, cause = {
            "requests": ("för många anrop den senaste minuten", "too many requests in the last minute"),
            "seconds": ("för mycket räknetid den senaste minuten", "too much working time in the last minute"),
            "jobs": ("för många frågor samtidigt", "too many queries at once"),
        }[reason]
        error = TooManyRequests(
            f"From this address come {cause}.",
            f"Try again in {seconds} seconds.",
            sv=f"Från den här adressen kommer {cause_sv}.",
            cure_sv=f"Försök igen om {seconds} sekunder.",
        )
        error.retry_after = seconds
        return error


@blueprint.before_app_request
def count() -> None:
    """Whose request this is, and whether it may have one more."""
    _client.set("")
    if request.endpoint not in EXEMPT:
        _client.set(client_of(request.remote_addr))
        current_app.extensions["rusgraf_fair"].request(_client.get())


def client_of(address: str | None) -> str:
    """Who shares one budget: an IPv4 address, the /64 of an IPv6 one; "?" together for what is no address."""
    found = parsed(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found or "?")


def parsed(address: str | None) -> IPv4Address | IPv6Address | None:
    """An address, an IPv4 one also where it is written within IPv6; some proxies add a port. None when it is none."""
    text = (address or "").strip()
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
