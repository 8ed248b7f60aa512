"""``/openapi.json`` and ``/api``: what programs can ask, for programs and for people.

Made of the routes that the application has and of the query library; a view says its own parameters with `told`.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app

from rusgraf import openapi
from rusgraf.answer import MEDIA_TYPES, SHEETS
from rusgraf.library import library
from rusgraf.openapi import Library, Route, Told
from rusgraf.pages import api_page
from rusgraf.web.caching import LIVE
from rusgraf.web.state import HTML, TOLD, lang, public_base, reply, state, told

blueprint = Blueprint("openapi", __name__)
FORMS = {
    **{form: MEDIA_TYPES[form] for form in ("json", "xml", "csv", "tsv")},
    **SHEETS,
}  # a query of the library is a table


@blueprint.get("/openapi.json")
@told(gives=["application/json"])
def description() -> Response:
    """The description of all routes and of every query, by OpenAPI 3.1."""
    return reply(json.dumps(made(), ensure_ascii=False), "application/json")


@blueprint.get("/api")
@told(gives=[HTML])
def page() -> Response:
    """The same as a page."""
    return reply(api_page(made(), state().store, lang()), HTML)


def made() -> Any:
    """The description of this application."""
    kinds = [*dict.fromkeys(kind.partition(";")[0] for kind in FORMS.values()), HTML]
    return openapi.describe(public_base(), routes(), Library([*library().values()], [*FORMS], kinds), lang())


def routes() -> list[Route]:
    """Every route of the application."""
    found = []
    for rule in current_app.url_map.iter_rules():
        view = current_app.view_functions[rule.endpoint]
        methods = tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        summary = " ".join((view.__doc__ or "").strip().partition("\n\n")[0].split()).replace("``", "")
        if rule.endpoint == "static":
            summary = "A file that the pages use."
        has_tag = rule.endpoint.partition(".")[0] not in LIVE
        found.append(Route(rule.rule, methods, rule.endpoint, summary, getattr(view, TOLD, Told()), has_tag))
    return found
