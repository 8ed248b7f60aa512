"""What does the server publish, for data portals and search engines? DCAT-AP-SE 3.0.1, VoID and schema.org.

Every IRI is absolute and no node is nameless, as the Swedish data portal asks. What the operator has not said
(publisher, contact, licence) is left out; `missing` tells which of it the profile demands. Layer: domain;
https://docs.dataportal.se/dcat/3.0.1/en/, https://www.w3.org/TR/void/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rusgraf import mint
from rusgraf.exports import FORMATS
from rusgraf.rdf import write_triples
from rusgraf.site import Site
from rusgraf.terms import RDF_TYPE, Literal, NamedNode, Triple, expand

DCAT = "http://www.w3.org/ns/dcat#"
_FOAF = "http://xmlns.com/foaf/0.1/"
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_VOID = "http://rdfs.org/ns/void#"
_EU = "http://publications.europa.eu/resource/authority/"
_PROTOCOL = NamedNode("http://www.w3.org/TR/sparql11-protocol/")
LANGUAGES = (NamedNode(f"{_EU}language/SWE"), NamedNode(f"{_EU}language/ENG"))
DUMPS = {"trig": "application/trig", "ttl": "text/turtle", "nt": "application/n-triples"}
"""The whole graph in one file: TriG has every named graph, the others the graphs in force as one."""
_VOCABULARIES = ("skos", "dcterms", "prov", "org", "owl", "sh")
_TEXTS = {
    "catalog": (
        "Rusgraf: regionala strategier och handlingsplaner",
        "Rusgraf: regional strategies and action plans",
        "Data om regionala utvecklingsstrategier och handlingsplanerna under dem, och fynd om var planerna är stuprör.",
        "Data on regional development strategies and their action plans, and findings on where the plans are silos.",
    ),
    "graf": (
        "Strategier och handlingsplaner som graf",
        "Strategies and action plans as a graph",
        "Mål, aktiviteter, aktörer, målgrupper, indikatorer och källor, med en namngiven graf per plan och version.",
        "Goals, activities, bodies, target groups, indicators and sources, with one named graph per plan and version.",
    ),
    "fynd": (
        "Stuprörsfynd i handlingsplaner",
        "Silo findings in action plans",
        "Var planerna inte är kopplade: varje fynd med läge, belägg, källor och vad som skulle sluta det.",
        "Where the plans are not linked: each finding with state, evidence, sources and what would close it.",
    ),
    "profil": (
        "Begrepp, kodlistor och former för handlingsplaner",
        "Terms, code lists and shapes for action plans",
        "Ontologin, kodlistorna och de former som uppgifterna ska hålla, som en profil enligt INSPEC.",
        "The ontology, the code lists and the shapes that the statements must hold, as a profile by INSPEC.",
    ),
    "sparql": (
        "SPARQL-tjänst över grafen",
        "SPARQL service over the graph",
        "SPARQL 1.1 för egna frågor.",
        "SPARQL 1.1 for queries of one's own.",
    ),
    "api": (
        "Frågebiblioteket som API",
        "The query library as an API",
        "Färdiga frågor med parametrar; svar som JSON, CSV och Excel.",
        "Ready queries with parameters; answers as JSON, CSV and Excel.",
    ),
}
PARTS = tuple(name for name in _TEXTS if name != "catalog")


@dataclass(frozen=True)
class Part:
    """A dataset or service as the page shows it; `files` are format, media type and address on the server."""

    name: str
    title: str
    description: str
    files: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Holding:
    """What a server holds: the name of the release, and the number of statements of each named graph."""

    release: str
    counts: Mapping[str, int]


def missing(site: Site) -> list[str]:
    """What DCAT-AP-SE demands and the operator has not said: names of fields of `Site`."""
    return [name for name in ("publisher", "contact", "licence") if not getattr(site, name)]


def text(name: str, lang: str) -> tuple[str, str]:
    """Title and description of the catalogue or one of PARTS."""
    words = _TEXTS[name]
    return (words[0], words[2]) if lang == "sv" else (words[1], words[3])


def parts(lang: str) -> list[Part]:
    """The datasets and services, for the page."""
    places = {"sparql": ("SPARQL", "", "sparql"), "api": ("OpenAPI", "", "api")}
    return [Part(name, *text(name, lang), (places[name],) if name in places else tuple(files(name))) for name in PARTS]


def files(name: str) -> list[tuple[str, str, str]]:
    """The files of a dataset: format, media type, address on the server."""
    if name == "graf":
        return [(form, media, f"catalog/graf?format={form}") for form, media in DUMPS.items()]
    if name == "fynd":
        made = [(form, export.media_type) for form, export in FORMATS.items() if form != "table"]
        return [(form, media, f"gaps?format={form}") for form, media in made]
    kinds = {"ttl": "text/turtle", "jsonld": "application/ld+json", "rdf": "application/rdf+xml"}
    return [(form, media, f"spec/profil?format={form}") for form, media in kinds.items()]


def dcat(site: Site, holding: Holding, form: str) -> bytes:
    """The catalogue as RDF; `site.address` is set."""
    return write_triples(_Catalog(site, holding).triples(), form)


def void(site: Site, holding: Holding, form: str) -> bytes:
    """The description of the graph by VoID, with the number of triples of each named graph."""
    return write_triples(_Catalog(site, holding).void(), form)


@dataclass(frozen=True)
class _Catalog:
    site: Site
    holding: Holding

    def at(self, path: str) -> NamedNode:
        return NamedNode(f"{self.site.address}/{path}")

    def part(self, name: str) -> NamedNode:
        return self.at("catalog" if name == "catalog" else f"catalog/{name}")

    def triples(self) -> Iterator[Triple]:
        yield from self.described("catalog", "Catalog")
        for name in ("graf", "fynd", "profil"):
            yield Triple(self.part("catalog"), _dcat("dataset"), self.part(name))
            yield from self.dataset(name)
        yield Triple(self.part("catalog"), NamedNode(f"{_FOAF}homepage"), self.at(""))
        yield from self.service("sparql", "sparql", "sparql")
        yield Triple(self.part("sparql"), expand("dcterms:conformsTo"), _PROTOCOL)
        yield from self.service("api", "queries", "openapi.json")
        yield from self.agents()

    def described(self, name: str, kind: str) -> Iterator[Triple]:
        """What the catalogue, a dataset and a service have in common."""
        node = self.part(name)
        yield Triple(node, RDF_TYPE, _dcat(kind))
        for lang in ("sv", "en"):
            title, description = text(name, lang)
            yield Triple(node, expand("dcterms:title"), Literal(title, language=lang))
            yield Triple(node, expand("dcterms:description"), Literal(description, language=lang))
        if self.site.publisher:
            yield Triple(node, expand("dcterms:publisher"), self.publisher())
        if self.site.licence and kind != "Dataset":
            yield Triple(node, expand("dcterms:license"), NamedNode(self.site.licence))
        if self.site.contact and kind != "Catalog":
            yield Triple(node, _dcat("contactPoint"), self.part("kontakt"))
        if kind != "DataService":
            yield from (Triple(node, expand("dcterms:language"), lang) for lang in LANGUAGES)

    def dataset(self, name: str) -> Iterator[Triple]:
        node = self.part(name)
        yield from self.described(name, "Dataset")
        yield Triple(node, _dcat("theme"), NamedNode(f"{_EU}data-theme/GOVE"))
        yield Triple(node, _dcat("version"), Literal(self.holding.release))
        if name != "profil":
            yield Triple(node, expand("dcterms:conformsTo"), NamedNode(f"{mint.BASE}spec/profil"))
        for file in files(name):
            yield from self.distribution(name, file)
        if name == "graf":
            yield from self.distribution(name, ("sparql", "application/sparql-results+json", "sparql"))
            yield Triple(self.part("graf-sparql"), _dcat("accessService"), self.part("sparql"))
            yield from self.distribution(name, ("api", "application/json", "queries"))
            yield Triple(self.part("graf-api"), _dcat("accessService"), self.part("api"))

    def distribution(self, name: str, file: tuple[str, str, str]) -> Iterator[Triple]:
        form, media, address = file
        node = self.part(f"{name}-{form}")
        yield Triple(self.part(name), _dcat("distribution"), node)
        yield Triple(node, RDF_TYPE, _dcat("Distribution"))
        yield Triple(node, _dcat("accessURL"), self.at(address))
        if "?" in address:
            yield Triple(node, _dcat("downloadURL"), self.at(address))
        yield Triple(node, expand("dcterms:format"), Literal(media))
        if self.site.licence:
            yield Triple(node, expand("dcterms:license"), NamedNode(self.site.licence))

    def service(self, name: str, endpoint: str, description: str) -> Iterator[Triple]:
        yield from self.described(name, "DataService")
        yield Triple(self.part(name), _dcat("endpointURL"), self.at(endpoint))
        yield Triple(self.part(name), _dcat("endpointDescription"), self.at(description))
        yield Triple(self.part(name), _dcat("servesDataset"), self.part("graf"))

    def publisher(self) -> NamedNode:
        return NamedNode(self.site.publisher_iri) if self.site.publisher_iri else self.part("utgivare")

    def agents(self) -> Iterator[Triple]:
        """The publisher and the contact, two different nodes."""
        if self.site.publisher:
            yield Triple(self.publisher(), RDF_TYPE, NamedNode(f"{_FOAF}Agent"))
            yield Triple(self.publisher(), NamedNode(f"{_FOAF}name"), Literal(self.site.publisher))
        if self.site.contact:
            node = self.part("kontakt")
            yield Triple(node, RDF_TYPE, NamedNode(f"{_VCARD}Organization"))
            yield Triple(node, NamedNode(f"{_VCARD}fn"), Literal(self.site.publisher or self.site.contact))
            yield Triple(node, NamedNode(f"{_VCARD}hasEmail"), NamedNode(f"mailto:{self.site.contact}"))

    def void(self) -> Iterator[Triple]:
        node, document = self.part("graf"), self.at(".well-known/void")
        yield Triple(document, RDF_TYPE, _void("DatasetDescription"))
        yield Triple(document, NamedNode(f"{_FOAF}topic"), node)
        yield Triple(node, RDF_TYPE, _void("Dataset"))
        for lang in ("sv", "en"):
            yield Triple(node, expand("dcterms:title"), Literal(text("graf", lang)[0], language=lang))
        if self.site.licence:
            yield Triple(node, expand("dcterms:license"), NamedNode(self.site.licence))
        yield Triple(node, _void("sparqlEndpoint"), self.at("sparql"))
        yield Triple(node, _void("uriSpace"), Literal(mint.BASE))
        yield Triple(node, _void("triples"), Literal(sum(self.holding.counts.values())))
        for form in DUMPS:
            yield Triple(node, _void("dataDump"), self.at(f"catalog/graf?format={form}"))
        for prefix in ("rus", *_VOCABULARIES):
            yield Triple(node, _void("vocabulary"), expand(f"{prefix}:"))
        for graph, number in sorted(self.holding.counts.items()):
            yield Triple(node, _void("subset"), NamedNode(graph))
            yield Triple(NamedNode(graph), RDF_TYPE, _void("Dataset"))
            yield Triple(NamedNode(graph), _void("triples"), Literal(number))


def schema_org(site: Site, release: str, lang: str) -> dict[str, object]:
    """The graph as a `Dataset` of https://schema.org/, for search engines."""
    title, description = text("graf", lang)
    base = site.address
    made: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{base}/catalog/graf",
        "name": title,
        "description": description,
        "url": f"{base}/",
        "version": release,
        "inLanguage": ["sv", "en"],
        "includedInDataCatalog": {"@type": "DataCatalog", "url": f"{base}/catalog"},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media, "contentUrl": f"{base}/catalog/graf?format={form}"}
            for form, media in DUMPS.items()
        ],
    }
    if site.licence:
        made["license"] = site.licence
    if site.publisher:
        organisation = {"@type": "Organization", "name": site.publisher}
        made["publisher"] = {**organisation, "@id": site.publisher_iri} if site.publisher_iri else organisation
    return made


def _dcat(name: str) -> NamedNode:
    return NamedNode(DCAT + name)


def _void(name: str) -> NamedNode:
    return NamedNode(_VOID + name)
