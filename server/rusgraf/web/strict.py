"""Is what an address asks for asked for in words that the view knows? A mistyped filter must not give everything.

For those who want data; a page shows which filters hold, and comes with whatever words a link on the web has gathered.
SPARQL, the Graph Store Protocol, the library and identifiers read theirs themselves, but for the language. Layer: face.
"""

from __future__ import annotations

from flask import Blueprint, current_app, request

from rusgraf.errors import BadParameter, nearest
from rusgraf.naming import shown
from rusgraf.openapi import Told
from rusgraf.web.state import TOLD, repeated, wants_html
from rusgraf.wording import LANGUAGES

blueprint = Blueprint("strict", __name__)
OWN = ("sparql", "data", "queries", "identifiers")
REPEATED = ("region",)


@blueprint.before_app_request
def check() -> None:
    """Refuse parameters that the view does not have, and those given more than once."""
    told: Told | None = getattr(current_app.view_functions.get(request.endpoint or ""), TOLD, None)
    if told is not None and not wants_html():
        _check_language(request.args.get("lang", ""))
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


def _check_language(wanted: str) -> None:
    if wanted and wanted not in LANGUAGES:
        raise BadParameter(
            f"lang is “{shown(wanted)}”.",
            f"Give one of {', '.join(LANGUAGES)}.",
            sv=f"lang är ”{shown(wanted)}”.",
            cure_sv=f"Ange något av {', '.join(LANGUAGES)}.",
        )
