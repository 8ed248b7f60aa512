"""``/health``: is the server alive, and which release does it answer from?"""

from __future__ import annotations

import json

from flask import Blueprint, Response

from rusgraf.assets import package_version
from rusgraf.web.state import lang, reply, state, told

blueprint = Blueprint("health", __name__)


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
