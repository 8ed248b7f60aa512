"""Is what an address asks for asked for in words that the view knows? A mistyped filter must not give everything.

For those who want data; a page shows which filters hold, and comes with whatever words a link on the web has gathered.
SPARQL, the Graph Store Protocol, the library and identifiers read theirs themselves. Layer: face.
"""

from __future__ import annotations

from flask import Blueprint, current_app, request

from rusgraf.errors import BadParameter, nearest
from rusgraf.naming import shown
from rusgraf.openapi import Told
from rusgraf.web.state import TOLD, repeated, wants_html

blueprint = Blueprint("strict", __name__)
OWN = ("sparql", "data", "queries", "identifiers")
REPEATED = ("region",)


@blueprint.before_app_request
def check() -> None:
    """Refuse parameters that the view does not have, and those given more than once."""
    told: Told | None = getattr(current_app.view_functions.get(request.endpoint or ""), TOLD, None)
    if told is None or not told.parameters or request.blueprint in OWN:
        return
    if request.method not in ("GET", "HEAD") or wants_html():
        return
    known = [*told.parameters, "lang"]
    for name, values in request.args.lists():
        if name not in known:
            raise BadParameter(
                f"There is no parameter “{shown(name)}” here.",
                nearest(name, known),
                sv=f"Det finns ingen parameter ”{shown(name)}” här.",
                cure_sv=nearest(name, known, "sv"),
            )
        if len(values) > 1 and name not in REPEATED:
            raise repeated(name)
