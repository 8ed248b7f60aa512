"""``/health``: is the server alive, can it answer, and from which release?"""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, Response, current_app

from rusgraf.assets import package_version
from rusgraf.web.state import lang, reply, state, told

blueprint = Blueprint("health", __name__)


@dataclass
class Drain:
    """Whether the server is on its way to stop; the one who stops it says so."""

    has_begun: bool = False


@blueprint.get("/health")
@told(gives=["application/json"])
def health() -> Response:
    """Status, version, release and number of findings."""
    body: dict[str, str | int] = {
        "status": "ok",
        "version": package_version(),
        "release": state().release,
        "findings": len(state().findings["sv"]),
    }
    if warning := state().warning:
        body["warning"] = " ".join(warning.say(lang()))
    return reply(json.dumps(body), "application/json")


@blueprint.get("/health/live")
@told(gives=["application/json"])
def live() -> Response:
    """That the process answers; asks nothing of the workers."""
    return reply(json.dumps({"status": "ok"}), "application/json")


@blueprint.get("/health/ready")
@told(gives=["application/json"])
def ready() -> Response:
    """Whether to send requests here: 503 when the server is about to stop, or when it has no worker, free or busy."""
    if current_app.extensions["rusgraf_drain"].has_begun:
        return reply(json.dumps({"status": "draining"}), "application/json", 503)
    if not state().pool.living():
        return reply(json.dumps({"status": "no worker"}), "application/json", 503)
    return reply(json.dumps({"status": "ok"}), "application/json")
