"""``/metrics``: what an operator watches, for Prometheus. https://prometheus.io/docs/instrumenting/exposition_formats/

On unless the operator turns it off: it holds no personal data, and no label of it comes from outside. Layer: face.
"""

from __future__ import annotations

from collections import Counter as Numbers
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, current_app
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from rusgraf.assets import package_version
from rusgraf.findings import STATES
from rusgraf.web.state import reply, told

blueprint = Blueprint("metrics", __name__)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
OUTCOMES = ("ok", "failed", "stopped", "died", "refused")
REASONS = ("requests", "seconds", "jobs")


class Metrics:
    """The counts of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        named = ("method", "route", "status")
        self.requests = Counter("rusgraf_requests", "Requests answered.", named, registry=self.registry)
        self.seconds = Histogram(
            "rusgraf_request_seconds", "Until the last byte.", ("route",), buckets=SECONDS, registry=self.registry
        )
        self.broken = Counter("rusgraf_broken_answers", "Answers that broke on their way.", registry=self.registry)
        self.jobs = Counter("rusgraf_jobs", "Jobs of workers.", ("outcome",), registry=self.registry)
        self.job_seconds = Histogram(
            "rusgraf_job_seconds", "Of a worker, for a job.", buckets=SECONDS, registry=self.registry
        )
        self.busy = Gauge("rusgraf_workers_busy", "Workers with a job.", registry=self.registry)
        self.refused = Counter("rusgraf_refused", "Refused as unfair use.", ("reason",), registry=self.registry)
        for outcome in OUTCOMES:
            self.jobs.labels(outcome)
        for reason in REASONS:
            self.refused.labels(reason)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer; `route` is the template of a route, never an address."""
        self.requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def job(self, outcome: str, seconds: float) -> None:
        """Count a job that is over."""
        self.jobs.labels(outcome if outcome in OUTCOMES else "other").inc()
        if outcome != "refused":
            self.busy.dec()
            self.job_seconds.observe(seconds)

    def follow(self, app: Flask) -> None:
        """Also tell what the application answers from, when asked."""
        self.registry.register(_Held(app))


class _Held:
    """Release, findings and free workers at the moment of asking."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The measures."""
        now = self._app.extensions["rusgraf"].look()
        free = GaugeMetricFamily("rusgraf_workers_free", "Workers that wait for a job.", now.pool.free())
        info = GaugeMetricFamily("rusgraf_info", "What is running: always 1.", labels=("version", "release"))
        info.add_metric((package_version(), now.name), 1)
        found = Numbers(finding.status for finding in now.findings["sv"])
        findings = GaugeMetricFamily("rusgraf_findings", "Findings of the release.", labels=("state",))
        for state in STATES:
            findings.add_metric((state,), found[state])
        last_good = GaugeMetricFamily(
            "rusgraf_release_fallback", "1: the newest release does not open.", 1 if now.warning else 0
        )
        yield from (free, info, findings, last_good)


@blueprint.get("/metrics")
@told(gives=["text/plain"])
def metrics() -> Response:
    """Counts and durations, in the text format of Prometheus."""
    if not current_app.config["RUSGRAF_METRICS"]:
        abort(404)
    return reply(generate_latest(current_app.extensions["rusgraf_metrics"].registry), CONTENT_TYPE_LATEST)
