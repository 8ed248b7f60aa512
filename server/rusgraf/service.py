"""What does the endpoint say of itself? SPARQL 1.1 Service Description. Layer: domain.

https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rusgraf.rdf import write_triples
from rusgraf.terms import RDF_TYPE, BlankNode, Literal, NamedNode, Triple, expand

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")
_NUMBER = NamedNode("http://rdfs.org/ns/void#triples")
_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "JSON-LD",
    "N-Triples",
    "RDF_XML",
    "TriG",
)


@dataclass(frozen=True)
class Endpoint:
    """A service: its address, the languages that it takes, how many statements its default graph and each named graph
    have, and the names of those that have one."""

    address: str
    size: int = 0
    graphs: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ("SPARQL11Query",)


def describe(endpoint: Endpoint, form: str) -> bytes:
    """The description of the endpoint, in a graph format of ``rdf.GRAPH_FORMATS``."""
    return write_triples(_triples(endpoint), form)


def _triples(endpoint: Endpoint) -> Iterator[Triple]:
    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    yield Triple(service, RDF_TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), NamedNode(endpoint.address))
    for language in endpoint.languages:
        yield Triple(service, _sd("supportedLanguage"), _sd(language))
    for name in _RESULTS:
        yield Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + name))
    yield Triple(service, _sd("defaultEntailmentRegime"), _SIMPLE)
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(service, _sd("availableGraphs"), dataset)
    yield Triple(dataset, RDF_TYPE, _sd("Dataset"))
    yield Triple(dataset, RDF_TYPE, _sd("GraphCollection"))
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield from _graph(default, endpoint.size)
    for number, (iri, size) in enumerate(sorted(endpoint.graphs.items())):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(dataset, _sd("namedGraph"), named)
        yield Triple(named, RDF_TYPE, _sd("NamedGraph"))
        yield Triple(named, _sd("name"), NamedNode(iri))
        yield Triple(named, _sd("graph"), graph)
        yield from _graph(graph, size)
        if iri in endpoint.names:
            yield Triple(graph, expand("dcterms:title"), Literal(endpoint.names[iri]))


def _graph(node: BlankNode, size: int) -> Iterator[Triple]:
    yield Triple(node, RDF_TYPE, _sd("Graph"))
    yield Triple(node, _NUMBER, Literal(size))


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)
