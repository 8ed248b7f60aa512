"""``/sparql``: SPARQL 1.1 Protocol. https://www.w3.org/TR/sparql11-protocol/"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, Response, request

from rusgraf.answer import MEDIA_TYPES, Answer, Question
from rusgraf.errors import BadParameter, ForbiddenQuery, RusgrafError
from rusgraf.naming import shown
from rusgraf.pages import render
from rusgraf.service import Endpoint, describe
from rusgraf.store import Dataset, Table
from rusgraf.terms import Literal, NamedNode
from rusgraf.web import update, writing
from rusgraf.web.catalog import counts
from rusgraf.web.parameters import DIRECT, FORM, pairs
from rusgraf.web.state import HTML, accepted, lang, no_format, public_base, repeated, reply, state, told, wants_html
from rusgraf.web.streams import answered

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
# What differs from one moment to the next; an escape may hide such a word, and is taken for one.
_CHANGEABLE = re.compile(r"\b(NOW|RAND|UUID|STRUUID)\b|\\u", re.IGNORECASE)
SHOWN = 100_000  # characters of a graph on the page
_BODIES = (FORM, *DIRECT)
_ALIASES = {"application/json": "json", "application/xml": "xml", "text/plain": "nt"}
# What tools write in format=: a media type, or a name of their own (SPARQLWrapper does both at once).
_WORDS = {
    **_BARE,
    **_ALIASES,
    "turtle": "ttl",
    "n3": "ttl",
    "ntriples": "nt",
    "json-ld": "jsonld",
    "application/x-json+ld": "jsonld",
    "rdf+xml": "rdf",
}
_AS_GRAPH = {"json": "jsonld", "xml": "rdf"}  # what the word means of a graph


@blueprint.route("/sparql", methods=["GET", "POST"])
@told(
    {
        "query": "string | SPARQL 1.1",
        "default-graph-uri": "string | a graph of the store to ask as the default one; may be given more than once",
        "named-graph-uri": "string | a graph of the store that GRAPH reaches; may be given more than once",
        "format": f"[{', '.join(MEDIA_TYPES)}]",
        "using-graph-uri": "string | what an update has as its default graph; may be given more than once | POST",
        "using-named-graph-uri": "string | a graph that GRAPH of an update reaches; may be given more than once | POST",
        **writing.ACCEPTS,
    },
    body=_BODIES,
    gives=[*_BARE, HTML, f"POST {writing.JSON}"],
)
def sparql() -> Response:
    """A query by GET, by POST form or POSTed directly; without one a page, or the service description.

    An update by POST, with a token.
    """
    if update.asked():
        return update.run()
    given = parameters()
    if "query" not in given:
        return without_query()
    if wants_html() and given.get("format", "html") == "html":
        return page(given["query"], given)
    made = answered("rusgraf.jobs:run_query", question(given, formats(given)))
    if _CHANGEABLE.search(given["query"]):
        made.headers["Cache-Control"] = "no-store"
    return made


def parameters() -> dict[str, str]:
    """The protocol's parameters, from address and body, in UTF-8; each at most once, but for those that name graphs."""
    found = _one_format(pairs())
    if any(name == "update" for name, _ in found):
        raise ForbiddenQuery(
            "Updates are not taken here.",
            "The graph is read-only.",
            sv="Uppdateringar tas inte emot här.",
            cure_sv="Grafen går bara att läsa; ställ en fråga.",
        )
    for name in ("query", "format"):
        if sum(key == name for key, _ in found) > 1:
            raise repeated(name)
    return dict(found)


def _one_format(given: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parameters with ``format`` in our own words, and once where it says the same in several."""
    said = [word for name, value in given if name == "format" for word in value.lower().split(",")]
    ours = {_WORDS.get(word.strip(), word.strip()) for word in said}
    if len(ours) != 1:
        return given
    return [*((name, value) for name, value in given if name != "format"), ("format", ours.pop())]


def chosen() -> Dataset | None:
    """The graphs that the request names, of those in the store; None when it names none.

    What is named and not there is empty, as a graph of the store may be: tools name graphs by habit, and nothing is
    fetched. FROM in a query, which a person wrote, is refused when there is no such graph (``guard``).
    """
    named: dict[str, list[str]] = {"default-graph-uri": [], "named-graph-uri": []}
    for name, iri in pairs():
        if name in named and iri:  # some forms send an empty one for none
            try:
                named[name].append(NamedNode(iri).value)
            except ValueError as error:
                raise BadParameter(
                    f"{name} is “{shown(iri)}”, which is no IRI ({error}).",
                    "Give the whole IRI of a graph; utforska/grafer lists them.",
                    sv=f"{name} är ”{shown(iri)}”, som inte är en IRI ({error}).",
                    cure_sv="Ange en grafs hela IRI; utforska/grafer räknar upp dem.",
                ) from error
    return Dataset(*map(tuple, named.values())) if any(named.values()) else None


def question(given: dict[str, str], wanted: tuple[str, ...]) -> Question:
    """The query as a worker is asked it."""
    limits = state().limits
    base = f"{public_base()}/sparql"
    return Question(given["query"], wanted, limits.answer_bytes, over=chosen(), base=base, caps=limits.caps)


def formats(given: Mapping[str, str], more: Mapping[str, str] = MappingProxyType({})) -> tuple[str, ...]:
    """The formats that the client takes, best first; ``format=`` in the address goes before Accept.

    `more` are formats beside those of SPARQL: media type → name.
    """
    if "format" in given:
        known = [*MEDIA_TYPES, *more.values()]
        if given["format"] not in known:
            raise no_format(given["format"], known)
        return tuple(dict.fromkeys((given["format"], _AS_GRAPH.get(given["format"], given["format"]))))
    names = {**_BARE, **_ALIASES, **more}
    return tuple(dict.fromkeys(names[kind] for kind in accepted(list(names))))


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
    return reply(describe(endpoint(), _BARE[kind]), MEDIA_TYPES[_BARE[kind]])


def endpoint() -> Endpoint:
    """What this endpoint is, and over which graphs."""
    store = state().store
    graphs = counts(state().name)
    names = {iri: store.label(NamedNode(iri), lang()) for iri in graphs}
    return Endpoint(f"{public_base()}{request.path}", store.size() - sum(graphs.values()), graphs, names)


def page(text: str, given: dict[str, str]) -> Response:
    """The editor, with the answer beneath when there is a query."""
    table, graph, note, status = None, "", "", 200
    if text:
        try:
            made: Answer = state().pool.run("rusgraf.jobs:run_query", question(given, ("json", "ttl")))
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
        address=f"{public_base()}/sparql",
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
