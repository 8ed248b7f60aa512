"""How does rdflib, and what is built on it, see our terms and a view of a store? Layer: domain.

A view is read as it is asked for, never copied: a graph of a million statements costs what is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

from rusgraf.terms import PREFIXES, BlankNode, Literal, NamedNode, Term

if TYPE_CHECKING:
    from rdflib import Graph, URIRef
    from rdflib.store import Store as RdfStore
    from rdflib.term import Node

    from rusgraf.near.view import View


_STRING = PREFIXES["xsd"] + "string"
SH = "http://www.w3.org/ns/shacl#"


def sh(name: str) -> URIRef:
    """A term of SHACL."""
    from rdflib import URIRef

    return URIRef(SH + name)


def messages(found: Iterable[Node]) -> dict[str, str]:
    """Texts by language, "" for none."""
    return {str(getattr(m, "language", None) or ""): str(m) for m in found}


def to_rdflib(terms: Iterable[tuple[Term, Term, Term]]) -> Graph:
    """An rdflib Graph of the triples, literals kept as they are written."""
    from rdflib import Graph

    graph = Graph()
    for triple in terms:
        graph.add((rdf_term(triple[0]), rdf_term(triple[1]), rdf_term(triple[2])))
    return graph


@lru_cache(maxsize=2**15)
def rdf_term(term: Term) -> Node:
    """The rdflib term of one of ours."""
    from rdflib import BNode, URIRef
    from rdflib import Literal as RdfLiteral

    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, Literal):
        # A string has no datatype in rdflib, unless it is made with one; then it equals none that is parsed.
        plain = term.language or term.datatype.value == _STRING
        datatype = None if plain else URIRef(term.datatype.value)
        return RdfLiteral(term.value, lang=term.language, datatype=datatype, normalize=False)
    return BNode(str(getattr(term, "value", term)))


def own_term(node: Node) -> Term:
    """Our term of one of rdflib's."""
    from rdflib import BNode, URIRef
    from rdflib import Literal as RdfLiteral

    if isinstance(node, URIRef):
        return NamedNode(str(node))
    if isinstance(node, BNode):
        return BlankNode(str(node))
    if isinstance(node, RdfLiteral) and node.language:
        return Literal(str(node), language=node.language)
    datatype = getattr(node, "datatype", None)
    return Literal(str(node), datatype=NamedNode(str(datatype)) if datatype else None)


def as_graph(view: View) -> Graph:
    """The view as an rdflib Graph that reads from it."""
    return cast("Graph", _reader()(view).graph)


@cache
def _reader() -> Any:
    """The class that reads a view; made when first used, for rdflib takes its time to import."""
    from rdflib import Graph as RdfGraph
    from rdflib.store import Store

    class Reader(Store):
        # There is one graph; pySHACL puts a Dataset around it, which asks for this and in which graph a triple is.
        context_aware = graph_aware = True

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view
            self.graph = RdfGraph(store=self)

        def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:  # noqa: ARG002
            asked = (None if place is None else own_term(place) for place in triple_pattern)
            for quad in self.view.statements(*asked):
                yield (rdf_term(quad.subject), rdf_term(quad.predicate), rdf_term(quad.object)), iter((self.graph,))

        def __len__(self, context: Any = None) -> int:
            return 1  # pySHACL asks often, and only whether there is anything; to count would be to read everything

    made: type[RdfStore] = Reader
    return made
