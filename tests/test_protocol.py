"""Does the real server speak SPARQL 1.1 Protocol and HTTP as the standards say, in the W3C's own tests and beyond?

The same over two larger engines, with the marker ``engines``: there the server stands before a service.
https://www.w3.org/TR/sparql11-protocol/ https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import pytest
from rdflib import RDF, Graph, Namespace, URIRef

from planted import Canary
from services import ENGINE_PARAMS, Running
from serving import Served, serving
from w3c_http import FOLDER, GRAPHS, MISSING, Case, Place, cases, run

MANIFEST = FOLDER / "protocol" / "manifest.ttl"
JSON = "application/sparql-results+json"
DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
PROTOCOL = [case for case in cases(MANIFEST) if case.refused or not case.changes]
CANNOT = {("virtuoso", "test_empty_pattern_finds_every_graph"): "Virtuoso 7 finds none with GRAPH ?g { }"}
"""(engine, test): why it cannot."""
there = pytest.mark.skipif(not MANIFEST.exists(), reason=MISSING)


@pytest.fixture(scope="module", params=["embedded", *ENGINE_PARAMS])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, engines: Callable[[str], Running]
) -> Iterator[Served]:
    """A server over the graphs that the W3C's tests name."""
    path = tmp_path_factory.mktemp("data") / "w3c.trig"
    made = (f"<{DATA.format(i)}> {{ <{DATA.format(i)}> a <http://xmlns.com/foaf/0.1/Document> }}" for i in (1, 2, 3))
    path.write_text("\n".join(made), encoding="utf-8")
    where: tuple[object, ...] = ("--data", path)
    if request.param != "embedded":
        engine = engines(request.param)
        engine.load("--data", path)
        where = ("--endpoint", engine.service.addresses.query)
    with serving(*where, "--workers", 1) as running:
        yield running


@pytest.fixture(autouse=True)
def told_of_what_an_engine_cannot(request: pytest.FixtureRequest) -> None:
    """What is in CANNOT is expected to fail, and fails when it does not."""
    call = getattr(request.node, "callspec", None)
    why = CANNOT.get((call.params.get("served"), request.node.name.partition("[")[0])) if call else None
    if why:
        request.applymarker(pytest.mark.xfail(reason=why, strict=True))


@there
def test_the_data_are_those_of_the_tests() -> None:
    named = {iri: path for case in PROTOCOL for iri, path in case.data.items()}
    assert len(named) == 3
    for iri, path in named.items():
        assert [str(s) for s in Graph().parse(path, format="nt").subjects()] == [iri]


@there
def test_all_cases_but_those_that_write_are_run() -> None:
    assert (len(cases(MANIFEST)), len(PROTOCOL)) == (34, 27)


@pytest.mark.parametrize("case", PROTOCOL, ids=lambda case: case.name)
def test_server_passes_the_tests_of_the_protocol(case: Case, served: Served) -> None:
    assert run(case, Place("127.0.0.1", served.port, {"/sparql/": "/sparql"})) == []


# Which graphs a query is over

EVERY = "SELECT ?s { { ?s a ?t } UNION { GRAPH ?g { ?s a ?t } } }"


def subjects(served: Served, query: str, *, body: bool = False, **chosen: list[int | str]) -> list[str]:
    """The numbers of the W3C's documents that a query finds, with parameters in the address or in a form."""
    pairs = [("query", query)]
    for name, graphs in chosen.items():
        pairs += [(name.replace("_", "-"), DATA.format(g) if isinstance(g, int) else g) for g in graphs]
    text = urlencode(pairs)
    if body:
        answer, content = served.ask(
            "/sparql", "POST", text.encode(), Content_Type="application/x-www-form-urlencoded", Accept=JSON
        )
    else:
        answer, content = served.ask(f"/sparql?{text}", Accept=JSON)
    assert answer.status == 200, content
    rows = json.loads(content)["results"]["bindings"]
    return sorted(row["s"]["value"].removesuffix(".rdf")[-1] for row in rows if "kasei" in row["s"]["value"])


@pytest.mark.parametrize("body", [False, True], ids=["address", "form"])
def test_chosen_graphs_are_all_that_a_query_is_over(body: bool, served: Served) -> None:
    assert subjects(served, EVERY, body=body) == ["1", "1", "2", "2", "3", "3"]
    assert subjects(served, EVERY, body=body, default_graph_uri=[1, 3]) == ["1", "3"]
    assert subjects(served, EVERY, body=body, named_graph_uri=[2]) == ["2"]
    assert subjects(served, EVERY, body=body, named_graph_uri=[2], default_graph_uri=[1, 2]) == ["1", "2", "2"]


def test_chosen_graphs_go_before_those_of_the_query(served: Served) -> None:
    query = EVERY.replace("?s {", f"?s FROM <{DATA.format(1)}> FROM NAMED <{DATA.format(2)}> {{", 1)
    assert subjects(served, query) == ["1", "2"]
    assert subjects(served, query, default_graph_uri=[3]) == ["3"]
    assert subjects(served, query.replace("data1", "data9"), default_graph_uri=[3]) == ["3"]


def test_default_graphs_alone_leave_nothing_to_graph(served: Served) -> None:
    reaching = "SELECT ?s { GRAPH ?g { ?s a ?t } }"
    assert subjects(served, reaching) == ["1", "2", "3"]
    assert subjects(served, reaching, default_graph_uri=[1]) == []
    assert subjects(served, reaching.replace("{", f"FROM <{DATA.format(1)}> {{", 1)) == []


def test_a_chosen_graph_that_is_not_there_is_empty_and_nothing_is_fetched(served: Served, canary: Canary) -> None:
    for name in ("default_graph_uri", "named_graph_uri"):
        assert subjects(served, EVERY, **{name: [f"{canary.url}/x.ttl"]}) == []
        assert subjects(served, EVERY, **{name: [""]}) == subjects(served, EVERY)
    assert canary.hits == []


@pytest.mark.parametrize("iri", ["data1", "http://a b/", "<http://a/>", "http://[/"])
def test_what_is_no_iri_is_refused_by_name(iri: str, served: Served) -> None:
    answer, content = served.ask(f"/sparql?query=ASK%7B%7D&named-graph-uri={quote(iri)}", Accept_Language="en")
    assert (answer.status, json.loads(content)["detail"].partition(" ")[0]) == (400, "named-graph-uri")


def test_relative_iris_are_relative_to_the_endpoint(served: Served) -> None:
    query = quote("CONSTRUCT { <s> <p> 1 } {}")
    _, content = served.ask(f"/sparql?query={query}", Accept="application/n-triples")
    assert content.startswith(f"<http://127.0.0.1:{served.port}/s> ".encode())


# Service description


def description(served: Served, accept: str = "text/turtle") -> Graph:
    answer, content = served.ask("/sparql", Accept=accept)
    assert answer.status == 200
    kind = (answer.getheader("Content-Type") or "").partition(";")[0]
    return Graph().parse(data=content, format=GRAPHS[kind])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own, of JSON-LD
@pytest.mark.parametrize("accept", ["*/*", *GRAPHS])
def test_get_on_the_endpoint_returns_rdf(accept: str, served: Served) -> None:
    assert len(description(served, accept)) > 20


def test_description_contains_a_matching_endpoint(served: Served) -> None:
    endpoint = URIRef(f"http://127.0.0.1:{served.port}/sparql")
    assert [o for s, o in description(served)[: SD.endpoint]] == [endpoint]


# The classes and properties of https://www.w3.org/TR/sparql11-service-description/#vocab: domain and range of each.
SCHEMA = {
    "endpoint": ("Service", "IRI"),
    "supportedLanguage": ("Service", {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}),
    "resultFormat": ("Service", "IRI"),
    "inputFormat": ("Service", "IRI"),
    "feature": ("Service", {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs"}),
    "defaultEntailmentRegime": ("Service", "IRI"),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", "IRI"),
    "graph": ("NamedGraph", "Graph"),
}


def test_description_conforms_to_the_schema(served: Served) -> None:
    found = description(served)
    used = {p.removeprefix(str(SD)) for p in found.predicates() if p.startswith(str(SD))}
    assert used <= set(SCHEMA)
    assert {t.removeprefix(str(SD)) for t in found.objects(None, RDF.type)} <= {
        domain for domain, _ in SCHEMA.values()
    } | {"Graph"}
    for name in used:
        domain, values = SCHEMA[name]
        for subject, value in found[: SD[name]]:
            assert (subject, RDF.type, SD[domain]) in found
            if isinstance(values, set):
                assert str(value).removeprefix(str(SD)) in values
            elif values == "IRI":
                assert isinstance(value, URIRef)
            else:
                assert (value, RDF.type, SD[values]) in found
    assert len(list(found.subjects(RDF.type, SD.Service))) == 1


def graphs(served: Served, pattern: str) -> set[str]:
    query = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {pattern} }} }}"
    _, content = served.ask(f"/sparql?query={quote(query)}", Accept=JSON)
    return {row["g"]["value"] for row in json.loads(content)["results"]["bindings"]}


def test_empty_pattern_finds_every_graph(served: Served) -> None:
    assert len(graphs(served, "")) > 3
    assert graphs(served, "") == graphs(served, "?s ?p ?o")


def test_description_names_every_graph_with_its_size(served: Served) -> None:
    found = description(served)
    void = URIRef("http://rdfs.org/ns/void#triples")
    sizes = {
        str(found.value(named, SD.name)): found.value(found.value(named, SD.graph), void).toPython()  # type: ignore
        for named in found.subjects(RDF.type, SD.NamedGraph)
    }
    assert {DATA.format(i): sizes[DATA.format(i)] for i in (1, 2, 3)} == {DATA.format(i): 1 for i in (1, 2, 3)}
    assert set(sizes) == graphs(served, "?s ?p ?o")
    _, content = served.ask(f"/sparql?query={quote('SELECT (COUNT(*) AS ?n) { ?s ?p ?o }')}", Accept="text/csv")
    default = found.value(next(found.objects(None, SD.defaultGraph)), void)
    assert str(default) == content.split()[1].decode()


def test_address_that_is_not_encoded_is_told_how_and_to_pages_elsewhere_too(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 10) as line:
        line.sendall("GET /gaps?plan=Örebro HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head, _, body = line.makefile("rb").read().partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    assert b"access-control-allow-origin: *" in head.lower()
    assert "%C3%A5" in json.loads(body)["cure"]
