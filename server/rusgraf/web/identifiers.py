"""``/id``, ``/def``, ``/spec``, ``/res``: the identifiers, dereferenced.

A thing is answered with 303 to the document about it, ``/res/om/`` and its path; a document at once, as a page or as
RDF. What was withdrawn is 410, what has one successor 308. Links by https://signposting.org/FAIR/.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import islice
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.exceptions import default_exceptions

from rusgraf import assets, errors
from rusgraf.answer import MEDIA_TYPES
from rusgraf.errors import BadParameter, RusgrafError
from rusgraf.findings import Finding
from rusgraf.library import find_query
from rusgraf.pages import DATA_FORMS, render
from rusgraf.terms import RDF_TYPE, NamedNode
from rusgraf.things import Known, is_graph, look, path_of, stated
from rusgraf.thingview import About, Asked
from rusgraf.web.errors import said
from rusgraf.web.state import HTML, lang, media_type, public_base, reply, site, state, told
from rusgraf.web.streams import answered

blueprint = Blueprint("identifiers", __name__)
KINDS = {HTML: "html", **{MEDIA_TYPES[form].partition(";")[0]: form for form in DATA_FORMS}}
SVG = "image/svg+xml"
SHOWN_FINDINGS = 50
_FINDING = re.compile(r"fynd/([a-z-]+)-([0-9a-f]{10})")


@blueprint.get("/spec", strict_slashes=False)
@told(also=["GET 303"])
def terms() -> Response:
    """The name space of the terms: the ontology."""
    return _see("/spec/ontologi")


@blueprint.get("/def", strict_slashes=False)
@told(also=["GET 303"])
def lists() -> Response:
    """The name space of the code lists: the profile, which names them."""
    return _see("/spec/profil")


FORMAT = {"format": f"[{', '.join(KINDS.values())}]"}


@blueprint.get("/<any(id, def, spec, res):space>/<path:rest>")
@told(FORMAT, gives=[*KINDS], also=["GET 303"])
def identifier(space: str, rest: str) -> Response:
    """What an identifier stands for: 303 to the document about a thing, a document itself."""
    path = f"{space}/{rest}"
    known = look(state().store, path)
    if known.successor:
        return _see(_local(known.successor), 308)
    if not known.is_document:
        return _see(f"/res/om/{quote(path)}")
    return document(known, path)


@blueprint.get("/res/om/<any(id, def, spec, res):space>/<path:rest>")
@told({**FORMAT, "by": "string | the property whose things to turn the pages of", "page": "integer"}, gives=[*KINDS])
def about(space: str, rest: str) -> Response:
    """The document about a thing: a page, or its statements as RDF."""
    path = f"{space}/{rest}"
    known = look(state().store, path, withdrawn=True)
    return _see(f"/{quote(path)}") if known.is_document else document(known, path)


@blueprint.get("/res/diagram/modell")
@told(gives=[SVG, *KINDS])
def diagram() -> Response:
    """The model as a picture, or what is said of it."""
    kind = media_type({SVG: "svg", **KINDS})
    if kind != SVG:
        return document(look(state().store, "res/diagram/modell"), "res/diagram/modell")
    picture = (assets.folder("ontology") / "diagram" / "modell.svg").read_bytes()
    styles = re.findall(rb"<style>(.*?)</style>", picture, re.DOTALL)
    hashes = " ".join(f"'sha256-{b64encode(sha256(style).digest()).decode()}'" for style in styles)
    made = reply(picture, SVG)
    made.headers["Content-Security-Policy"] = f"default-src 'none'; style-src {hashes}; frame-ancestors 'none'"
    return made


@blueprint.get("/id/fynd/<name>")
@told(also=["GET 303"])
def finding(name: str) -> Response:
    """A finding, by the identifier that exports give it."""
    found = _FINDING.fullmatch(f"fynd/{name}")
    if found and any(f.id == f"{found[1]}/{found[2]}" for f in state().findings["sv"]):
        return _see(f"/gaps/{found[1]}/{found[2]}")
    return identifier("id", f"fynd/{name}")


@blueprint.get("/res/regel/<name>")
@told(also=["GET 303"])
def rule(name: str) -> Response:
    """A rule, by the identifier that exports give it."""
    return _see(f"/queries/{quote(find_query(f'luckor/{name}').id)}")


@blueprint.get("/res/fel/<slug>")
def kind_of_error(slug: str) -> Response:
    """A kind of error, by the `type` of a problem document."""
    kinds = {k.slug: k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, RusgrafError)}
    of_http = default_exceptions.get(int(slug[5:])) if re.fullmatch(r"http-\d{3}", slug, re.ASCII) else None
    if slug in kinds:
        kind = kinds[slug]
        title = kind.title_sv if lang() == "sv" else kind.title
        detail = f"HTTP {kind.status}. {(kind.__doc__ or '').splitlines()[0]}"
    elif of_http:
        title, detail = said(of_http(), lang())
    else:
        return identifier("res", f"fel/{slug}")
    return reply(render("error.html", lang(), title=title.capitalize(), detail=detail, cure="", request_id=""), HTML)


def document(known: Known, path: str) -> Response:
    """The document about `known`, or that it is, in the format asked for, with links that programs follow."""
    kind = media_type(KINDS)
    made = reply(_page(known, path), kind) if kind == HTML else _data(path, KINDS[kind])
    made.headers["Link"] = ", ".join(_links(known))
    return made


def _page(known: Known, path: str) -> str:
    found = _findings(known.node.value)
    asked = Asked(lang(), request.args.get("by", "")[:500], _page_number(), found[:SHOWN_FINDINGS])
    made: str = state().pool.run("rusgraf.jobs:thing_page", path, asked, len(found))
    return made


def _data(path: str, form: str) -> Response:
    return answered("rusgraf.jobs:thing_data", path, form, state().limits.answer_bytes)


def _findings(iri: str) -> list[About]:
    """The findings that a thing is in."""
    return [About(f.id, f.status, f.explanation) for f in state().findings[lang()] if _is_about(f, iri)]


def _is_about(found: Finding, iri: str) -> bool:
    named = (found.focus, found.counterpart, found.shared, *found.plans)
    return any(thing is not None and thing.iri == iri for thing in named)


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise BadParameter(
            f"page is “{text[:20]}”.",
            "Give a whole number from 1.",
            sv=f"page är ”{text[:20]}”.",
            cure_sv="Ange ett heltal från 1.",
        )
    return int(text)


def _links(known: Known) -> list[str]:
    """The links of signposting: what is described, in which formats, of which type, under which licence."""
    here = f"{public_base()}{quote(request.path)}"
    statements = list(islice(stated(state().store, known.node), 1000))
    types = sorted({q.object.value for q in statements if q.predicate == RDF_TYPE and isinstance(q.object, NamedNode)})
    graphs = {q.graph_name.value for q in statements if isinstance(q.graph_name, NamedNode)} - {known.node.value}
    places = [own for own in map(path_of, sorted(graphs)) if own]
    role = "item" if is_graph(state().store, known.node) else "describedby"
    made = [f'<{here}>; rel="canonical"', f'<{_safe(known.node.value)}>; rel="cite-as"']
    made += [f'<{here}?format={form}>; rel="{role}"; type="{kind}"' for kind, form in KINDS.items() if form != "html"]
    made += [f'<{_safe(iri)}>; rel="type"' for iri in types[:5]]
    made += [f'<{public_base()}/{quote(place)}>; rel="collection"' for place in places[:5]]
    return [*made, f'<{site().licence}>; rel="license"'] if site().licence else made


def _safe(iri: str) -> str:
    """An IRI as it may stand in a header: ASCII."""
    return quote(iri, safe="!#$%&'()*+,/:;=?@[]~")


def _local(node: NamedNode) -> str:
    """The address of an identifier on this server; the IRI itself when it is of others."""
    path = path_of(node.value)
    return _safe(node.value) if path is None else f"/{quote(path)}"


def _see(address: str, status: int = 303) -> Response:
    """A redirection that keeps language and format, and no body."""
    kept = {name: value for name, value in request.args.items() if name in ("lang", "format")}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in kept.items())
    made = reply("", "text/plain", status)
    made.headers["Location"] = f"{address}?{query}" if query else address
    return made
