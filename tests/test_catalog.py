"""Does the catalogue say what DCAT-AP-SE asks for, and only what is true; do its addresses answer?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, RDF, VOID, BNode, Graph, Literal, URIRef

from planted import PREFIX_LINES, Page, browser
from rusgraf.exports import FORMATS
from rusgraf.rdf import FORMATS as RDF_FORMATS
from rusgraf.rdf import parse_quads
from rusgraf.site import Site
from rusgraf.store import Store
from rusgraf.terms import DEFAULT, NamedNode
from rusgraf.web import Config, create_app
from rusgraf.workers import Limits

BASE = "https://rusgraf.example.org"
SITE = Site(BASE, "Exempelregionen", "http://dataportal.se/organisation/SE0000000000", "data@example.org")  # invented
# What https://docs.dataportal.se/dcat/3.0.1/sv/ demands and recommends of what the catalogue holds, in our words.
PROFILE = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
[] a sh:NodeShape ; sh:targetClass dcat:Catalog ; sh:nodeKind sh:IRI ;
  sh:property [ sh:path dcterms:title ; sh:minCount 1 ; sh:uniqueLang true ; sh:nodeKind sh:Literal ] ,
    [ sh:path dcterms:description ; sh:minCount 1 ; sh:uniqueLang true ; sh:nodeKind sh:Literal ] ,
    [ sh:path dcterms:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ; sh:nodeKind sh:IRI ] ,
    [ sh:path dcterms:license ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path dcterms:language ; sh:nodeKind sh:IRI ] ,
    [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ] .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:nodeKind sh:IRI ;
  sh:property [ sh:path dcterms:title ; sh:minCount 1 ; sh:uniqueLang true ; sh:nodeKind sh:Literal ] ,
    [ sh:path dcterms:description ; sh:minCount 1 ; sh:uniqueLang true ; sh:nodeKind sh:Literal ] ,
    [ sh:path dcterms:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ] ,
    [ sh:path dcat:contactPoint ; sh:minCount 1 ; sh:class vcard:Organization ; sh:nodeKind sh:IRI ] ,
    [ sh:path dcat:version ; sh:maxCount 1 ; sh:nodeKind sh:Literal ] ,
    [ sh:path dcat:theme ; sh:nodeKind sh:IRI ] ,
    [ sh:path dcat:distribution ; sh:minCount 1 ; sh:class dcat:Distribution ] .
[] a sh:NodeShape ; sh:targetClass dcat:Distribution ; sh:nodeKind sh:IRI ;
  sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path dcat:downloadURL ; sh:nodeKind sh:IRI ] ,
    [ sh:path dcterms:license ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path dcterms:format ; sh:minCount 1 ; sh:maxCount 1 ; sh:pattern "^[a-z]+/[-+.a-z0-9]+$" ] ,
    [ sh:path dcat:accessService ; sh:class dcat:DataService ] .
[] a sh:NodeShape ; sh:targetClass dcat:DataService ; sh:nodeKind sh:IRI ;
  sh:property [ sh:path dcterms:title ; sh:minCount 1 ; sh:uniqueLang true ] ,
    [ sh:path dcat:endpointURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path dcat:endpointDescription ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path dcat:servesDataset ; sh:class dcat:Dataset ] .
[] a sh:NodeShape ; sh:targetClass foaf:Agent ; sh:nodeKind sh:IRI ; sh:property [ sh:path foaf:name ; sh:minCount 1 ] .
[] a sh:NodeShape ; sh:targetClass vcard:Organization ; sh:nodeKind sh:IRI ;
  sh:property [ sh:path vcard:fn ; sh:minCount 1 ] ,
    [ sh:path vcard:hasEmail ; sh:minCount 1 ; sh:pattern "^mailto:" ] .
"""


@pytest.fixture(scope="module")
def published() -> Iterator[FlaskClient]:
    """A server over the shipped data whose operator has said everything."""
    app = create_app(Config(limits=Limits(seconds=60, workers=1), site=SITE))
    yield browser(app)
    app.extensions["rusgraf"].close()


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A server over other data whose operator has said nothing."""
    path = tmp_path_factory.mktemp("data") / "liten.trig"
    path.write_text(PREFIX_LINES + 'e:p a rus:Handlingsplan ; skos:prefLabel "</script><b>"@sv .', encoding="utf-8")
    app = create_app(Config(data=(path,), limits=Limits(seconds=60, workers=1)))
    yield browser(app)
    app.extensions["rusgraf"].close()


def catalogue(client: FlaskClient, address: str = "/catalog") -> Graph:
    return Graph().parse(data=client.get(address, headers={"Accept": "text/turtle"}).data, format="turtle")


def test_catalogue_conforms_to_the_profile(published: FlaskClient) -> None:
    conforms, _, text = validate(catalogue(published), shacl_graph=Graph().parse(data=PROFILE, format="turtle"))
    assert conforms, text


def test_a_catalogue_without_a_publisher_is_seen_not_to_conform(silent: FlaskClient) -> None:
    conforms, _, text = validate(catalogue(silent), shacl_graph=Graph().parse(data=PROFILE, format="turtle"))
    assert not conforms
    assert "publisher" in text


def test_no_node_is_nameless_and_every_iri_is_absolute(published: FlaskClient) -> None:
    for address in ("/catalog", "/.well-known/void"):
        nodes = {node for triple in catalogue(published, address) for node in triple}
        assert not [node for node in nodes if isinstance(node, BNode)]
        iris = [urlsplit(node) for node in nodes if isinstance(node, URIRef)]
        assert all(iri.scheme in ("http", "https", "mailto") for iri in iris)
        assert not [iri for iri in iris if "localhost" in iri.netloc]


def test_every_address_of_the_catalogue_answers_in_the_format_that_it_names(published: FlaskClient) -> None:
    found, tried = catalogue(published), 0
    for node in found.subjects(RDF.type, DCAT.Distribution):
        kind = str(found.value(node, DCTERMS.format))
        for address in found.objects(node, DCAT.downloadURL):
            answer = published.get(str(address).removeprefix(BASE), headers={"Accept": "*/*"})
            assert (answer.status_code, answer.mimetype) == (200, kind), address
            tried += 1
        for address in found.objects(node, DCAT.accessURL):
            assert published.get(str(address).removeprefix(BASE), headers={"Accept": "*/*"}).status_code == 200
    for role in (DCAT.endpointURL, DCAT.endpointDescription):
        for address in found.objects(None, role):
            assert published.get(str(address).removeprefix(BASE), headers={"Accept": "*/*"}).status_code == 200
    assert tried > 10


def test_every_iri_of_the_catalogue_on_the_server_resolves(published: FlaskClient) -> None:
    for node in catalogue(published).all_nodes():
        if isinstance(node, URIRef) and node.startswith(f"{BASE}/catalog"):
            answer = published.get(str(node).removeprefix(BASE), follow_redirects=True)
            assert answer.status_code == 200, node


def test_findings_are_there_in_every_format_of_exports(published: FlaskClient) -> None:
    found = catalogue(published)
    kinds = {
        str(found.value(d, DCTERMS.format)) for d in found.objects(URIRef(f"{BASE}/catalog/fynd"), DCAT.distribution)
    }
    assert kinds == {export.media_type for name, export in FORMATS.items() if name != "table"}


@pytest.mark.parametrize(("form", "kind"), [("ttl", "text/turtle"), ("jsonld", "application/ld+json"),
                                            ("rdf", "application/rdf+xml"), ("nt", "application/n-triples"),
                                            ("html", "text/html")])  # fmt: skip
def test_catalogue_comes_by_format_and_by_accept(form: str, kind: str, client: FlaskClient) -> None:
    assert client.get(f"/catalog?format={form}").mimetype == kind
    assert client.get("/catalog", headers={"Accept": kind}).mimetype == kind


def test_unknown_formats_are_refused(client: FlaskClient) -> None:
    assert client.get("/catalog?format=docx").status_code == 400
    assert client.get("/catalog", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/catalog/graf?format=docx").status_code == 400
    assert client.get("/.well-known/void", headers={"Accept": "image/png"}).status_code == 406


def test_what_the_operator_has_not_said_is_left_out_and_told(silent: FlaskClient, published: FlaskClient) -> None:
    found = catalogue(silent)
    for role in (DCTERMS.publisher, DCTERMS.license, DCAT.contactPoint, FOAF.name):
        assert (None, role, None) not in found
    text = Page(silent.get("/catalog?lang=sv").text).text
    assert "Inte angivet" in text
    assert "publisher, contact, licence" in text
    assert "Inte angivet" not in published.get("/catalog?lang=sv").text


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_page_is_whole_and_its_links_answer(lang: str, client: FlaskClient) -> None:
    page = Page(client.get(f"/catalog?lang={lang}", headers={"Accept": "text/html"}).text)
    assert (page.faults, page.active_parts()) == ([], [])
    for tag, attributes in page.elements:
        if tag == "a" and attributes["href"].startswith("/"):
            assert client.get(attributes["href"]).status_code in (200, 303), attributes["href"]


# The whole graph


def test_whole_graph_is_every_quad_of_every_named_graph(shipped: Store, client: FlaskClient) -> None:
    answer = client.get("/catalog/graf?format=trig")
    made = parse_quads(answer.data, RDF_FORMATS[".trig"], "allt.trig", NamedNode("https://example.org/annan"))
    expected = [q for q in shipped.quads() if q.graph_name != DEFAULT]
    assert (len(made), {q.graph_name for q in made}) == (len(expected), {q.graph_name for q in expected})
    assert shipped.release() in answer.headers["Content-Disposition"]


def test_whole_graph_without_names_is_the_default_graph(shipped: Store, client: FlaskClient) -> None:
    lines = client.get("/catalog/graf", headers={"Accept": "application/n-triples"}).text.splitlines()
    assert len(lines) == len({q.triple for q in shipped.default()})


def test_browser_is_led_from_the_whole_graph_to_the_catalogue(client: FlaskClient) -> None:
    answer = client.get("/catalog/graf", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/catalog#graf")


# VoID and schema.org


def test_void_counts_are_those_of_the_graphs(shipped: Store, published: FlaskClient) -> None:
    found = catalogue(published, "/.well-known/void")
    node = URIRef(f"{BASE}/catalog/graf")
    number = {str(s): int(str(o)) for s, o in found.subject_objects(VOID.triples) if isinstance(o, Literal)}
    named: dict[str, int] = {}
    for quad in shipped.quads():
        if isinstance(quad.graph_name, NamedNode):
            named[quad.graph_name.value] = named.get(quad.graph_name.value, 0) + 1
    assert number == {**named, str(node): sum(named.values())}
    assert {str(s) for s in found.objects(node, VOID.subset)} == set(named)


def embedded(client: FlaskClient) -> dict[str, object]:
    """The JSON-LD of the start page."""
    text = client.get("/", headers={"Accept": "text/html"}).text
    start = text.index('<script type="application/ld+json">') + 35
    made: dict[str, object] = json.loads(text[start : text.index("</script>", start)])
    return made


def test_start_page_tells_search_engines_of_the_data(published: FlaskClient, silent: FlaskClient) -> None:
    told = embedded(published)
    assert (told["@type"], told["@context"]) == ("Dataset", "https://schema.org/")
    assert told["license"] == "http://creativecommons.org/licenses/by/4.0/"
    assert told["publisher"] == {"@type": "Organization", "name": SITE.publisher, "@id": SITE.publisher_iri}
    assert {"name", "description", "url", "distribution"} <= set(told)
    assert not {"license", "publisher"} & set(embedded(silent))


def test_name_of_a_publisher_cannot_end_the_script() -> None:
    app = create_app(
        Config(limits=Limits(seconds=60, workers=1), site=Site(publisher="</script><img src=x onerror=1>"))
    )
    try:
        client = browser(app)
        told = embedded(client)["publisher"]
        assert isinstance(told, dict)
        assert told["name"] == "</script><img src=x onerror=1>"
        assert "<img" not in client.get("/").text
    finally:
        app.extensions["rusgraf"].close()


def test_no_other_page_holds_a_script(client: FlaskClient) -> None:
    for address in ("/gaps", "/catalog", "/api", "/queries"):
        assert "<script" not in client.get(address, headers={"Accept": "text/html"}).text


def test_catalogue_of_the_harvester_is_a_file(published: FlaskClient, tmp_path: Path) -> None:
    """The portal fetches one address, and reads RDF/XML."""
    path = tmp_path / "katalog.rdf"
    path.write_bytes(published.get("/catalog?format=rdf").data)
    assert len(Graph().parse(path, format="xml")) == len(catalogue(published))
