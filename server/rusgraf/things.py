"""What does an identifier stand for, and what do the data state of it? Identifiers dereferenced, without HTTP.

`look` tells what was never there from what is gone; `statements` are those of a thing, `dataset` those that a document
holds (a named graph, the ontology, the profile with its shapes, a code list). The shapes are no part of the graph that
is asked by SPARQL; here they are read beside it. Not done here: pages (``thingview``). Layer: domain; contract §1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice

from rusgraf import assets, mint
from rusgraf.answer import Unwritten, of_statements
from rusgraf.errors import Gone, LimitReached, UnknownName
from rusgraf.naming import shown
from rusgraf.rdf import read_quads
from rusgraf.store import ONTOLOGY, PROFILE, Store
from rusgraf.terms import RDF_TYPE, BlankNode, Literal, NamedNode, Quad, Triple, expand

SPACES = ("id", "def", "spec", "res")
HOME = NamedNode(f"{mint.BASE}spec/ontologi")
PROFILE_IRI = NamedNode(f"{mint.BASE}spec/profil")
SCHEME = expand("skos:ConceptScheme")
MOST_STATEMENTS = 100_000
_ENDED = expand("prov:wasInvalidatedBy")
_SUCCESSOR = expand("dcterms:isReplacedBy")


@dataclass(frozen=True)
class Known:
    """What an identifier is: a document (it is answered at once), or a thing (which has a document about it).

    `successor` is another identifier in its place; its own is answered with that.
    """

    node: NamedNode
    is_document: bool
    successor: NamedNode | None = None


@cache
def profile() -> Store:
    """The shapes of the application profile, as a store of one graph."""
    files = (path for path in assets.files("shapes", ".ttl") if path.parent.name != "style")
    return Store.of(quad for path in files for quad in read_quads(path, PROFILE))


def node_of(path: str) -> NamedNode | None:
    """The identifier behind a local path such as ``id/delmal/x``; None when no IRI can be made of it."""
    try:
        return NamedNode(mint.BASE + path)
    except ValueError:
        return None


def path_of(iri: str) -> str | None:
    """The local path of an identifier of ours, without a slash before it; None for all other IRIs.

    >>> path_of("https://w3id.org/rusgraf/def/malgrupp/aldre")
    'def/malgrupp/aldre'
    """
    path = iri.removeprefix(mint.BASE)
    return path if path != iri and path.partition("/")[0] in SPACES and "/" in path else None


def stated(store: Store, node: NamedNode | BlankNode) -> Iterator[Quad]:
    """The statements about a node in named graphs, in the shapes too."""
    found = (q for source in (store, profile()) for q in source.quads(node))
    return (q for q in found if isinstance(q.graph_name, NamedNode))


def look(store: Store, path: str, *, withdrawn: bool = False) -> Known:
    """What the identifier with this local path is. Raises UnknownName when it never was.

    Raises Gone when it is withdrawn; with `withdrawn` only when nothing is recorded of it any more.
    """
    node = node_of(path)
    about = list(islice(stated(store, node), MOST_STATEMENTS)) if node else []
    if node and is_graph(store, node):
        return Known(node, True)
    if node and about:
        return _known(path, node, about, withdrawn)
    if node and _was_graph(store, node):
        raise _gone(path, "rusgraf history tells when it went.", "rusgraf history berättar när den togs bort.")
    raise UnknownName(
        f"Nothing has the identifier {shown(path)}.",
        "Check the spelling, or search with /queries/utforska/sok.",
        sv=f"Inget har identifieraren {shown(path)}.",
        cure_sv="Kontrollera stavningen, eller sök med /queries/utforska/sok.",
    )


def _known(path: str, node: NamedNode, about: list[Quad], withdrawn: bool) -> Known:
    """What something with statements is: itself, replaced by one other, or withdrawn."""
    others = {q.object for q in about if q.predicate == _SUCCESSOR and isinstance(q.object, NamedNode)} - {node}
    if not withdrawn and len(others) == 1:
        return Known(node, False, others.pop())
    is_out = others or any(q.predicate == expand("owl:deprecated") and _is_true(q) for q in about)
    if not withdrawn and (is_out or all(q.predicate == _ENDED for q in about)):
        place = f"/res/om/{path}"
        raise _gone(path, f"What is recorded of it stands at {place}.", f"Det som finns om den står på {place}.")
    is_set = any(q.predicate == RDF_TYPE and q.object == SCHEME for q in about)
    return Known(node, path.startswith("res/") or is_set or node in (HOME, PROFILE_IRI))


def is_graph(store: Store, node: NamedNode) -> bool:
    """Whether the store has a named graph of this name."""
    return next(store.quads(graph=node), None) is not None


def _is_true(quad: Quad) -> bool:
    return isinstance(quad.object, Literal) and quad.object.value in ("true", "1")


def _was_graph(store: Store, node: NamedNode) -> bool:
    """Whether the provenance tells of a version of a graph of this name."""
    return next(store.quads(None, expand("prov:specializationOf"), node), None) is not None


def _gone(path: str, cure: str, cure_sv: str) -> Gone:
    return Gone(
        f"{shown(path)} was here and is withdrawn.",
        cure,
        sv=f"{shown(path)} har funnits här och är indragen.",
        cure_sv=cure_sv,
    )


def statements(store: Store, node: NamedNode) -> list[Quad]:
    """The statements of a thing with their graphs: of the graphs in force, or of the others when those say nothing.

    With what is said of the blank nodes in them. Raises LimitReached beyond MOST_STATEMENTS.
    """
    in_force = set(store.graphs()) | {PROFILE}
    every = list(islice(with_blank_nodes(store, stated(store, node)), MOST_STATEMENTS + 1))
    if len(every) > MOST_STATEMENTS:
        raise LimitReached(
            f"More than {MOST_STATEMENTS} statements.",
            "Ask by SPARQL, a part at a time.",
            sv=f"Mer än {MOST_STATEMENTS} påståenden.",
            cure_sv="Fråga med SPARQL, en del åt gången.",
        )
    return sorted(([q for q in every if q.graph_name in in_force] or every), key=str)


def with_blank_nodes(store: Store, quads: Iterable[Quad]) -> Iterator[Quad]:
    """The quads, and after them what their graphs say of the blank nodes that they lead to, each once."""
    seen: set[tuple[BlankNode, object]] = set()
    todo: list[tuple[BlankNode, object]] = []
    yield from _noting(quads, todo)
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            yield from _noting((q for q in stated(store, key[0]) if q.graph_name == key[1]), todo)


def _noting(quads: Iterable[Quad], todo: list[tuple[BlankNode, object]]) -> Iterator[Quad]:
    for quad in quads:
        if isinstance(quad.object, BlankNode):
            todo.append((quad.object, quad.graph_name))
        yield quad


def dataset(store: Store, node: NamedNode) -> Iterator[Quad] | None:
    """What a document holds: a graph, the ontology, the profile, a code list; None when it holds no data of its own."""
    if is_graph(store, node):
        return store.quads(graph=node)
    if node == HOME:
        return store.quads(graph=ONTOLOGY)
    if node == PROFILE_IRI:
        return (q for source in (store, profile()) for q in source.quads(graph=PROFILE))
    if next(store.quads(node, RDF_TYPE, SCHEME), None):
        members = {q.subject for q in store.quads(None, expand("skos:inScheme"), node)} - {node}
        named = [node, *sorted((m for m in members if isinstance(m, NamedNode)), key=str)]
        return with_blank_nodes(store, (q for member in named for q in stated(store, member)))
    return None


def write(store: Store, node: NamedNode, form: str, max_bytes: int) -> Unwritten:
    """A document as RDF: its data, else the statements about it. TriG keeps the graphs, the others the triples."""
    held = dataset(store, node)
    quads: Iterable[Quad] = statements(store, node) if held is None else held
    return of_statements(quads if form == "trig" else _triples(quads), form, max_bytes)


def whole(store: Store, form: str, max_bytes: int) -> Unwritten:
    """The whole graph: in ``trig`` every named graph, else the graphs in force and what follows as one."""
    if form == "trig":
        graphs = store.all_graphs()
        return of_statements((q for graph in graphs for q in store.quads(graph=graph)), form, max_bytes)
    return of_statements((q.triple for q in store.default()), form, max_bytes)


def graph_data(store: Store, iri: str, form: str, max_bytes: int, may_be_empty: bool = False) -> Unwritten:
    """The statements of one stored graph, and nothing else."""
    try:
        found = store.quads(graph=NamedNode(iri))
    except ValueError:
        found = iter(())
    first = next(found, None)
    if first is None and not may_be_empty:
        raise UnknownName(
            f"There is no graph {shown(iri)}.",
            "utforska/grafer lists them.",
            sv=f"Det finns ingen graf {shown(iri)}.",
            cure_sv="utforska/grafer räknar upp dem.",
        )
    return of_statements((quad.triple for quad in chain([first] if first else [], found)), form, max_bytes)


def _triples(quads: Iterable[Quad]) -> Iterator[Triple]:
    seen: set[Triple] = set()
    for quad in quads:
        if quad.triple not in seen:
            seen.add(quad.triple)
            yield quad.triple
