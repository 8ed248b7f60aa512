"""``/catalog``, ``/.well-known/void``: what the server publishes, for data portals; and the whole graph in one file."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from flask import Blueprint, Response

from rusgraf import catalog
from rusgraf.pages import catalog_page
from rusgraf.site import Site
from rusgraf.web.state import HTML, accepted, lang, media_type, named, public_base, reply, site, state, told
from rusgraf.web.streams import answered

blueprint = Blueprint("catalog", __name__)
RDF = {
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/n-triples": "nt",
}
DUMPS = {media: form for form, media in catalog.DUMPS.items()}


@blueprint.get("/catalog")
@told({"format": f"[html, {', '.join(RDF.values())}]"}, gives=[HTML, *RDF])
def listing() -> Response:
    """The catalogue: a page, or DCAT-AP-SE as RDF."""
    kind = media_type({HTML: "html", **RDF})
    if kind == HTML:
        page = catalog_page(catalog.parts(lang()), catalog.missing(site()), state().store, lang())
        return reply(page, HTML)
    return reply(catalog.dcat(*_told(), RDF[kind]), kind)


@blueprint.get("/catalog/graf")
@told({"format": f"[{', '.join(DUMPS.values())}]"}, gives=[*DUMPS])
def graph() -> Response:
    """The whole graph in one file; the catalogue for a browser."""
    kind = media_type({**DUMPS, HTML: "html"})
    if kind == HTML:
        return entry("graf")
    form = DUMPS[kind]
    made = answered("rusgraf.jobs:dump", form, state().limits.answer_bytes)
    return named(made, f"rusgraf-{state().release}.{form}")


@blueprint.get("/catalog/<part>")
@told(also=["GET 303"])
def entry(part: str) -> Response:
    """A part of the catalogue, by its IRI: the catalogue."""
    made = reply("", "text/plain", 303)
    made.headers["Location"] = "/catalog" if part not in catalog.PARTS else f"/catalog#{part}"
    return made


@blueprint.get("/.well-known/void")
@told(gives=[*RDF])
def void() -> Response:
    """The description of the graph by VoID."""
    kind = accepted(list(RDF))[0]
    return reply(catalog.void(*_told(), RDF[kind]), kind)


def _told() -> tuple[Site, catalog.Holding]:
    held = catalog.Holding(state().release, counts(state().name))
    return replace(site(), address=public_base()), held


@lru_cache(maxsize=2)
def counts(name: str) -> dict[str, int]:
    """The statements of each named graph, counted once for a release of this name."""
    del name
    return state().store.counts()
