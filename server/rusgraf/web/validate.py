"""``/validate``: a file against the shapes, in a worker; nothing is kept."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from rusgraf.errors import BadParameter, UnsupportedFormat
from rusgraf.pages import render
from rusgraf.web.state import HTML, accepted, lang, reply, state

blueprint = Blueprint("validate", __name__)
SUFFIXES = {
    "text/turtle": ".ttl",
    "application/trig": ".trig",
    "application/ld+json": ".jsonld",
    "application/n-triples": ".nt",
    "application/n-quads": ".nq",
    "application/rdf+xml": ".rdf",
}
KINDS = {"application/json": "json", HTML: "page", "text/turtle": "ttl"}


@blueprint.get("/validate")
def form() -> Response:
    """The form for a file."""
    return reply(render("validate.html", lang(), outcome=None), HTML)


@blueprint.post("/validate")
def check() -> Response:
    """The verdict on a file or body: JSON, page or Turtle report."""
    name, content = upload()
    kind = accepted(list(KINDS))[0]
    made: Any = state().pool.run("rusgraf.jobs:validate_file", name, content, KINDS[kind], lang())
    if kind == HTML:
        return reply(render("validate.html", lang(), outcome=made), HTML)
    return reply(made, kind)


def upload() -> tuple[str, bytes]:
    """Name and content of what was sent: the first file of a form, or the body by its media type."""
    if request.mimetype == "multipart/form-data":
        sent = next(iter(request.files.values()), None)
        if sent is None or not sent.filename:
            raise BadParameter("No file was sent.", "Choose a file.", sv="Ingen fil skickades.", cure_sv="Välj en fil.")
        return sent.filename.replace("\\", "/").rsplit("/", 1)[-1][:200], sent.read()
    suffix = SUFFIXES.get(request.mimetype)
    if suffix is None:
        raise UnsupportedFormat(
            f"A body of type {request.mimetype or 'none'}.",
            f"Send one of {', '.join(SUFFIXES)}.",
            sv=f"Innehållet är av typen {request.mimetype or 'okänd'}.",
            cure_sv=f"Skicka något av {', '.join(SUFFIXES)}.",
        )
    return f"body{suffix}", request.get_data()
