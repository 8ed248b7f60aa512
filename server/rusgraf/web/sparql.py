"""``/sparql``: SPARQL 1.1 Protocol, reading only. https://www.w3.org/TR/sparql11-protocol/"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from rusgraf.answer import MEDIA_TYPES, Answer
from rusgraf.errors import BadParameter, ForbiddenQuery, RusgrafError, UnreadableInput, UnsupportedFormat
from rusgraf.pages import render
from rusgraf.service import describe
from rusgraf.store import Table
from rusgraf.terms import Literal
from rusgraf.web.state import HTML, accepted, lang, reply, state, told, wants_html

blueprint = Blueprint("sparql", __name__)
EXAMPLE = """PREFIX rus: <https://w3id.org/rusgraf/spec/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?plan ?delmal ?namn
WHERE {
  ?delmal a rus:Delmal ; rus:tillhorPlan ?plan ; skos:prefLabel ?namn .
  FILTER(LANG(?namn) = "sv")
}
ORDER BY ?plan ?delmal
LIMIT 50"""
_BARE = {kind.partition(";")[0]: key for key, kind in MEDIA_TYPES.items()}
SHOWN = 100_000  # characters of a graph on the page
_FORM = "application/x-www-form-urlencoded"
_BODIES = (_FORM, "application/sparql-query")
_ALIASES = {"application/json": "json", "application/xml": "xml", "text/plain": "nt"}


@blueprint.route("/sparql", methods=["GET", "POST"])
@told({"query": "string | SPARQL 1.1", "format": f"[{', '.join(MEDIA_TYPES)}]"}, body=_BODIES, gives=[*_BARE, HTML])
def sparql() -> Response:
    """A query by GET, by POST form or POSTed directly; without one a page, or the service description."""
    given = parameters()
    if "query" not in given:
        return without_query()
    if wants_html() and given.get("format", "html") == "html":
        return page(given["query"], given)
    made = run(given, formats(given))
    return reply(made.content, MEDIA_TYPES[made.form])


def parameters() -> dict[str, str]:
    """The protocol's parameters, from address and body; each at most once, in UTF-8."""
    pairs = _decode(request.query_string)
    if request.method == "POST":
        pairs += _body(request.mimetype)
    if any(name == "update" for name, _ in pairs):
        raise ForbiddenQuery(
            "Updates are not taken here.",
            "The graph is read-only.",
            sv="Uppdateringar tas inte emot här.",
            cure_sv="Grafen går bara att läsa; ställ en fråga.",
        )
    for name in ("query", "format"):
        if sum(key == name for key, _ in pairs) > 1:
            raise BadParameter(
                f"{name} is given more than once.",
                "Give it once.",
                sv=f"{name} är angiven mer än en gång.",
                cure_sv="Ange den en gång.",
            )
    if any(name in ("default-graph-uri", "named-graph-uri") for name, _ in pairs):
        raise ForbiddenQuery(
            "Choosing graphs by address is not offered yet.",
            "Use FROM or GRAPH in the query.",
            sv="Det går inte att välja grafer i adressen.",
            cure_sv="Använd FROM eller GRAPH i frågan.",
        )
    return dict(pairs)


def _body(kind: str) -> list[tuple[str, str]]:
    """The parameters in a body of this media type."""
    if kind == _FORM:
        return _decode(request.get_data(parse_form_data=False))
    if kind == "application/sparql-query":
        return [("query", _text(request.get_data()))]
    if kind == "application/sparql-update":
        return [("update", "")]
    raise UnsupportedFormat(
        f"A body of type {kind or 'none'}.",
        f"POST {_FORM} or application/sparql-query.",
        sv=f"Innehållet är av typen {kind or 'okänd'}.",
        cure_sv=f"Skicka {_FORM} eller application/sparql-query.",
    )


def _decode(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError as error:
        raise UnreadableInput(
            "The parameters are not percent-encoded UTF-8.",
            "Encode them as UTF-8.",
            sv="Parametrarna är inte procentkodad UTF-8.",
            cure_sv="Koda dem som UTF-8.",
        ) from error


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            "The query is not UTF-8.", "Encode it as UTF-8.", sv="Frågan är inte UTF-8.", cure_sv="Koda den som UTF-8."
        ) from error


def formats(given: Mapping[str, str], more: Mapping[str, str] = MappingProxyType({})) -> tuple[str, ...]:
    """The formats that the client takes, best first; ``format=`` in the address goes before Accept.

    `more` are formats beside those of SPARQL: media type → name.
    """
    if "format" in given:
        known = [*MEDIA_TYPES, *more.values()]
        if given["format"] not in known:
            raise BadParameter(
                f"No format “{given['format'][:50]}”.",
                f"Give one of {', '.join(known)}.",
                sv=f"Det finns inget format ”{given['format'][:50]}”.",
                cure_sv=f"Ange något av {', '.join(known)}.",
            )
        return (given["format"],)
    names = {**_BARE, **_ALIASES, **more}
    return tuple(dict.fromkeys(names[kind] for kind in accepted(list(names))))


def run(given: dict[str, str], wanted: tuple[str, ...]) -> Answer:
    """The answer, made in a worker."""
    limits = state().limits
    made: Answer = state().pool.run("rusgraf.jobs:run_query", given["query"], wanted, limits.answer_bytes)
    return made


def without_query() -> Response:
    """The editor for a browser, else the service description."""
    if request.method == "POST":
        raise BadParameter(
            "The query is missing.",
            "Send query=… or a body of application/sparql-query.",
            sv="Frågan saknas.",
            cure_sv="Skicka query=… eller ett innehåll av typen application/sparql-query.",
        )
    if wants_html():
        return page("", {})
    kind = accepted(["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"])[0]
    return reply(describe(request.base_url, _BARE[kind]), MEDIA_TYPES[_BARE[kind]])


def page(text: str, given: dict[str, str]) -> Response:
    """The editor, with the answer beneath when there is a query."""
    table, graph, note, status = None, "", "", 200
    if text:
        try:
            made = run(given, ("json", "ttl"))
            table, graph = _show(made)
        except RusgrafError as error:
            note, status = " ".join(error.say(lang())).strip(), error.status
    body = render(
        "sparql.html",
        lang(),
        text=text or EXAMPLE,
        table=table,
        graph=graph[:SHOWN],
        is_cut=len(graph) > SHOWN,
        note=note,
        formats=list(MEDIA_TYPES),
        address=request.base_url,
    )
    return reply(body, HTML, status)


def _show(made: Answer) -> tuple[Table | None, str]:
    """The answer for the page: a table, or a graph (a truth value) as text."""
    if made.form != "json":
        return None, made.content.decode("utf-8", "replace")
    read = json.loads(made.content)
    if "boolean" in read:
        return None, str(read["boolean"]).lower()
    columns = tuple(read["head"]["vars"])
    rows = [tuple(Literal(b[c]["value"]) if c in b else None for c in columns) for b in read["results"]["bindings"]]
    return Table(columns, rows), ""
