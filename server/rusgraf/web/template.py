"""``/template``: the activity sheet to fill in."""

from __future__ import annotations

from flask import Blueprint, Response, request

from rusgraf.tables import XLSX_TYPE
from rusgraf.web.state import HTML, media_type, named, reply, state, told

blueprint = Blueprint("template", __name__)
KINDS = {XLSX_TYPE: "xlsx", "text/csv": "csv"}
TAKEN = {**KINDS, HTML: "xlsx"}  # a browser saves the workbook


@blueprint.get("/template")
@told({"plan": "iri | a plan", "lansdel": "iri | a county district", "format": "[xlsx, csv]"}, gives=[*KINDS])
def sheet() -> Response:
    """The workbook (or CSV, by Accept or ``format=csv``), narrowed by ``plan`` and ``lansdel``."""
    plan, lansdel = (request.args.get(name, "") for name in ("plan", "lansdel"))
    form = TAKEN[media_type(TAKEN)]
    made: str | bytes = state().pool.run("rusgraf.jobs:template_sheet", plan, lansdel, form)
    return reply(made, "text/csv") if form == "csv" else named(reply(made, XLSX_TYPE), "aktiviteter.xlsx")
