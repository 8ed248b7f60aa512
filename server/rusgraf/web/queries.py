"""``/queries``: the library as pages and as an API."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from rusgraf.answer import MEDIA_TYPES, SHEETS, Answer, Wanted
from rusgraf.errors import BadParameter, RusgrafError
from rusgraf.library import Query, find_query, library
from rusgraf.pages import queries_page, query_page
from rusgraf.store import Table
from rusgraf.tables import XLSX_TYPE
from rusgraf.web.sparql import formats
from rusgraf.web.state import HTML, accepted, lang, named, repeated, reply, state, told, wants_html
from rusgraf.web.streams import answered

blueprint = Blueprint("queries", __name__)
RESERVED = ("lang", "format", "labels")


@blueprint.get("/queries")
@told(gives=[HTML, "application/json"])
def listing() -> Response:
    """Every query with its summary and parameters: a page or JSON."""
    if accepted([HTML, "application/json"])[0] == HTML and wants_html():
        return reply(queries_page(lang()), HTML)
    found = [
        {
            "id": q.id,
            "summary": q.say("summary", lang()),
            "description": q.say("description", lang()),
            "tags": [t.strip() for t in q.head["tags"].split(",")],
            "parameters": [vars(p) for p in q.parameters],
        }
        for q in library().values()
    ]
    return reply(json.dumps(found, ensure_ascii=False), "application/json")


@blueprint.get("/queries/<group>/<name>")
@told({"format": f"[{', '.join({**MEDIA_TYPES, **SHEETS})}]", "labels": "[0, 1] | 1: names beside IRIs"})
def one(group: str, name: str) -> Response:
    """A query: its form and answer as a page, or the answer in the format asked for."""
    query = find_query(f"{group}/{name}")
    values = parameters()
    if "format" not in request.args and wants_html():
        return page(query, values)
    wanted = formats({k: v for k, v in request.args.items() if k == "format"}, {XLSX_TYPE: "xlsx"})
    if wanted[0] == "xlsx" or (wanted[0] == "csv" and labels()):
        return sheet(query, values, wanted[0])
    if wanted[0] == "json" and labels():
        named_too: bytes = state().pool.run("rusgraf.jobs:library_named", query.id, values, lang())
        return reply(named_too, MEDIA_TYPES["json"])
    if labels():
        raise BadParameter(
            f"{wanted[0]} has no names beside IRIs.",
            "Ask for csv, json or xlsx, or leave labels out.",
            sv=f"{wanted[0]} har inga namn bredvid IRI:er.",
            cure_sv="Be om csv, json eller xlsx, eller utelämna labels.",
        )
    forms = tuple(form for form in wanted if form != "xlsx")
    return answered("rusgraf.jobs:run_library", query.id, values, forms, state().limits.answer_bytes)


def labels() -> bool:
    """Whether names are asked for beside IRIs."""
    wanted = request.args.get("labels", "0")
    if wanted not in ("0", "1"):
        raise BadParameter(
            f"labels is “{wanted[:20]}”.", "Give 0 or 1.", sv=f"labels är ”{wanted[:20]}”.", cure_sv="Ange 0 eller 1."
        )
    return wanted == "1"


def parameters() -> dict[str, str]:
    """The query's parameters in the address, each once."""
    for name, values in request.args.lists():
        if len(values) > 1:
            raise repeated(name)
    return {name: value for name, value in request.args.items() if name not in RESERVED}


def sheet(query: Query, values: dict[str, str], form: str) -> Response:
    """The answer with names beside IRIs, for a spreadsheet."""
    wanted = Wanted(form, lang(), state().limits.answer_bytes)
    made: Answer = state().pool.run("rusgraf.jobs:library_sheet", query.id, values, wanted)
    return named(reply(made.content, SHEETS[form]), f"{query.name}.{form}")


def page(query: Query, values: dict[str, str]) -> Response:
    """The page of a query; a fault in a parameter is told on it."""
    table: Table | None = None
    note, status = "", 200
    try:
        table = state().pool.run("rusgraf.jobs:library_table", query.id, values, lang())
    except RusgrafError as error:
        note, status = " ".join(error.say(lang())).strip(), error.status
    return reply(query_page(query, values, table, note, lang()), HTML, status)
