"""How much may one client have, so that others get theirs? Requests and seconds of workers a minute, jobs at once.

All time of workers counts, that of short jobs too: many short queries have brought down the service of Wikidata.
A client is an IPv4 address or the first 64 bits of an IPv6 one. The budgets are of our own making: `limits`, the usual
library, holds what it counts in memory without a bound, walks through all of it in a thread after each hit, and cannot
count what goes over a budget. Layer: face.
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

from rusgraf.errors import TooManyRequests
from rusgraf.web.metrics import Metrics
from rusgraf.workers import Watch

blueprint = Blueprint("fairness", __name__)
MINUTE = 60.0
MOST_CLIENTS = 100_000  # counted at once; whoever comes after them in the same minute goes uncounted
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


class Budgets:
    """What each client has used of `limit`, which runs back to it evenly over a minute (a leaky bucket).

    So a client may use all of it at once, and in the long run that much a minute.
    """

    def __init__(self, limit: float, most: int = MOST_CLIENTS, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._most, self._clock = limit, most, clock
        self._turned = clock()
        self._now, self._before = dict[str, tuple[float, float]](), dict[str, tuple[float, float]]()
        self._lock = threading.Lock()

    def add(self, client: str, amount: float) -> None:
        """Count `amount`, also over the limit; of too many clients at once the last are not counted."""
        with self._lock:
            self._forget()
            if client in self._now or len(self._now) < self._most:
                self._now[client] = (self._used(client) + amount, self._clock())

    def wait(self, client: str, amount: float = 0.0) -> float:
        """Seconds until a client has `amount` left; 0 when it has."""
        with self._lock:
            return max(0.0, (self._used(client) + amount - self._limit) * MINUTE / self._limit)

    def _used(self, client: str) -> float:
        used, then = self._now.get(client) or self._before.get(client) or (0.0, 0.0)
        return max(0.0, used - (self._clock() - then) * self._limit / MINUTE)

    def _forget(self) -> None:
        """Let go of those that have not come for a minute, or two."""
        if self._clock() - self._turned > MINUTE:
            self._now, self._before, self._turned = {}, self._now, self._clock()


class FairUse(Watch):
    """Holds clients to `Fair`, and tells the metrics of jobs and refusals."""

    def __init__(self, fair: Fair, metrics: Metrics) -> None:
        self._fair, self._metrics = fair, metrics
        self._requests, self._seconds = Budgets(fair.requests or math.inf), Budgets(fair.seconds or math.inf)
        self._running, self._waiting = Counter[str](), Counter[str]()
        self._turn = threading.Condition()

    def request(self, client: str) -> None:
        """Count a request. Raises TooManyRequests."""
        if self._fair.requests and (wait := self._requests.wait(client, 1)):
            raise self._refused("requests", wait)
        if self._fair.requests:
            self._requests.add(client, 1)

    def begin(self) -> None:
        """A client wants a worker: within its budget, and when fewer jobs of its own run than it may have."""
        client = _client.get()
        if self._fair.seconds and client and (wait := self._seconds.wait(client)):
            raise self._refused("seconds", wait)
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
        if client and self._fair.seconds:
            self._seconds.add(client, seconds)
        self._metrics.job(outcome, seconds)

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
