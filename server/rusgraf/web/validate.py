"""``/validate``: a file against the shapes, in a worker; nothing is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

from rusgraf.errors import BadParameter, UnsupportedFormat
from rusgraf.pages import render
from rusgraf.tables import XLSX_TYPE
from rusgraf.tabular import READERS
from rusgraf.web.state import HTML, accepted, lang, named, reply, state, told

blueprint = Blueprint("validate", __name__)
SUFFIXES = {
    "text/turtle": ".ttl",
    "application/trig": ".trig",
    "application/ld+json": ".jsonld",
    "application/n-triples": ".nt",
    "application/n-quads": ".nq",
    "application/rdf+xml": ".rdf",
    XLSX_TYPE: ".xlsx",
    "text/csv": ".csv",
}
KINDS = {"application/json": "json", HTML: "page", "text/turtle": "ttl", XLSX_TYPE: "xlsx"}


@blueprint.get("/validate")
@told(gives=[HTML])
def form() -> Response:
    """The form for a file."""
    return reply(render("validate.html", lang(), outcome=None), HTML)


@blueprint.post("/validate")
@told(body=["multipart/form-data", *SUFFIXES], gives=[*KINDS])
def check() -> Response:
    """The verdict on a file or body: JSON, page, Turtle report, or the user's own workbook with its faults marked."""
    name, content = upload()
    kind = wanted_kind(name)
    made: Any = state().pool.run("rusgraf.jobs:validate_file", name, content, KINDS[kind], lang())
    if kind == XLSX_TYPE:
        return named(reply(made, kind), "granskad.xlsx")
    if kind == HTML:
        return reply(render("validate.html", lang(), outcome=made), HTML)
    return reply(made, kind)


def wanted_kind(name: str) -> str:
    """The media type to answer in: by Accept, or the workbook by the form's own button; a workbook only of a sheet."""
    is_sheet = Path(name).suffix.lower() in READERS
    if is_sheet and request.form.get("back"):
        return XLSX_TYPE
    return accepted([kind for kind in KINDS if is_sheet or kind != XLSX_TYPE])[0]


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
