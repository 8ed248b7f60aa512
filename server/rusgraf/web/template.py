"""``/template``: the activity sheet to fill in."""

from __future__ import annotations

from flask import Blueprint, Response, request

from rusgraf.naming import resolve
from rusgraf.tables import XLSX_TYPE
from rusgraf.tabular import template
from rusgraf.web.state import accepted, named, reply, state, told

blueprint = Blueprint("template", __name__)
KINDS = {XLSX_TYPE: "xlsx", "text/csv": "csv"}


@blueprint.get("/template")
@told({"plan": "iri | a plan", "lansdel": "iri | a county district", "format": "[xlsx, csv]"}, gives=[*KINDS])
def sheet() -> Response:
    """The workbook (or CSV, by Accept or ``format=csv``), narrowed by ``plan`` and ``lansdel``."""
    store = state().store
    plan, lansdel = (request.args.get(name, "") for name in ("plan", "lansdel"))
    narrow = template.Narrow(
        resolve(plan, store, "plan") if plan else None, resolve(lansdel, store, "lansdel") if lansdel else None
    )
    kind = "text/csv" if request.args.get("format") == "csv" else accepted([*KINDS, "text/html"])[0]
    if kind == "text/csv":
        return reply(template.to_csv(store, narrow), kind)
    return named(reply(template.to_xlsx(store, narrow), XLSX_TYPE), "aktiviteter.xlsx")
