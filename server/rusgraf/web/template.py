"""``/template``: the activity sheet to fill in."""

from __future__ import annotations

from flask import Blueprint, Response, request

from rusgraf.tables import XLSX_TYPE
from rusgraf.web.state import accepted, named, reply, state, told

blueprint = Blueprint("template", __name__)
KINDS = {XLSX_TYPE: "xlsx", "text/csv": "csv"}


@blueprint.get("/template")
@told({"plan": "iri | a plan", "lansdel": "iri | a county district", "format": "[xlsx, csv]"}, gives=[*KINDS])
def sheet() -> Response:
    """The workbook (or CSV, by Accept or ``format=csv``), narrowed by ``plan`` and ``lansdel``."""
    plan, lansdel = (request.args.get(name, "") for name in ("plan", "lansdel"))
    kind = "text/csv" if request.args.get("format") == "csv" else accepted([*KINDS, "text/html"])[0]
    form = "csv" if kind == "text/csv" else "xlsx"
    made: str | bytes = state().pool.run("rusgraf.jobs:template_sheet", plan, lansdel, form)
    return reply(made, kind) if form == "csv" else named(reply(made, XLSX_TYPE), "aktiviteter.xlsx")
