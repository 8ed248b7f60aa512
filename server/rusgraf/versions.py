"""Which versions of plans does the graph hold, what are they called, and what if another one were in force?

A version is a named graph that says which ``rus:Planversion`` it represents, or an RDF file. Not done here: comparing
two of them (``diff``). Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rusgraf import mint
from rusgraf.errors import BadParameter, UnreadableInput, unknown
from rusgraf.incomplete import Named
from rusgraf.naming import refuse_surrogates, shown
from rusgraf.rdf import read_quads
from rusgraf.store import OUT_OF_FORCE, Store
from rusgraf.terms import PREF_LABEL, RDF_TYPE, Literal, NamedNode, Quad, Term, expand, rus, shorten

_IN_FORCE = NamedNode(f"{mint.BASE}def/grafslag/plan")
_REPLACED = OUT_OF_FORCE[0]
_ANSWERED_TO = ("Utvecklingsstrategi", "Overenskommelse")


@dataclass(frozen=True)
class Version:
    """A graph and what it states, its name, the ``rus:Planversion`` that it represents, and of which document.

    `version` and `document` are None when the graph does not say; `is_in_force` is what it says of itself.
    """

    graph: NamedNode
    quads: tuple[Quad, ...]
    name: str
    version: NamedNode | None
    document: NamedNode | None
    is_in_force: bool


def choices(store: Store, lang: str) -> list[Named]:
    """The graphs that represent a version: slug and name, by name."""
    found = {q.subject for q in store.quads(None, rus("avbildar")) if isinstance(q.subject, NamedNode)}
    return sorted((Named(slug(g), store.label(g, lang)) for g in found), key=lambda named: (named.label, named.iri))


def find_version(name: str, store: Store, lang: str) -> Version:
    """The version that a person means: the graph or its Planversion, by IRI, prefixed name, slug or exact label."""
    refuse_surrogates("version", name)
    named: dict[str, set[NamedNode]] = {}
    for graph in _plan_graphs(store):
        for node in (graph, *(q.object for q in store.quads(graph, rus("avbildar")))):
            for word in _names(node, store):
                named.setdefault(word, set()).add(graph)
    graphs = sorted(named.get(name.strip(), ()), key=str)
    if not graphs:
        raise unknown(shown(name), [c.iri for c in choices(store, lang)], ("ingen version", "no version"))
    if len(graphs) > 1:
        listed = ", ".join(g.value for g in graphs)
        raise BadParameter(
            f"“{shown(name)}” names several graphs: {listed}.",
            "Give one of these.",
            sv=f"”{shown(name)}” betyder flera grafer: {listed}.",
            cure_sv="Ange en av dem.",
        )
    return _version(store.quads(graph=graphs[0]), graphs[0], store, lang)


def _plan_graphs(store: Store) -> set[NamedNode]:
    """The graphs that hold what a plan says, in force or not; interpretations and what is common are none."""
    kinds = (q for kind in (_IN_FORCE, *OUT_OF_FORCE) for q in store.quads(None, rus("grafslag"), kind))
    return {q.subject for q in (*store.quads(None, rus("avbildar")), *kinds) if isinstance(q.subject, NamedNode)}


def read_version(path: Path, store: Store, lang: str) -> Version:
    """The version that a file holds: its only graph, or the only one that says which version it represents."""
    quads = read_quads(path)
    graphs = {q.graph_name for q in quads if isinstance(q.graph_name, NamedNode)}
    if len(graphs) > 1:
        graphs &= {q.subject for q in quads if q.predicate == rus("avbildar") and isinstance(q.subject, NamedNode)}
    if not quads:
        raise UnreadableInput(
            f"{path}: the file says nothing.",
            "Give a file with a version of a plan.",
            sv=f"{path}: filen säger ingenting.",
            cure_sv="Ge en fil med en version av en plan.",
        )
    if len(graphs) != 1:
        raise BadParameter(
            f"{path}: the file has {len(graphs)} graphs that represent a version; it must have exactly one.",
            "Give the file with --data, and the graph by its name.",
            sv=f"{path}: filen har {len(graphs)} grafer som avbildar en version; den måste ha exakt en.",
            cure_sv="Ge filen med --data, och grafen med sitt namn.",
        )
    graph = graphs.pop()
    return _version((q for q in quads if q.graph_name == graph), graph, store, lang)


def check_pair(a: Version, b: Version) -> None:
    """Refuse to compare versions of different documents."""
    if a.document and b.document and a.document != b.document:
        raise BadParameter(
            f"“{a.name}” and “{b.name}” are versions of different documents.",
            "Give two versions of the same.",
            sv=f"”{a.name}” och ”{b.name}” är versioner av olika dokument.",
            cure_sv="Ange två versioner av samma.",
        )


def is_revision(later: Version, earlier: Version) -> bool:
    """Whether the one says that it is a revision of the other."""
    revision = (later.version, expand("prov:wasRevisionOf"), earlier.version)
    return any((q.subject, q.predicate, q.object) == revision for q in later.quads)


def is_side_by_side(a: Version, b: Version, store: Store) -> bool:
    """Whether both are in force at once: a plan answers to the version of a strategy that it named, be it an older."""
    if a.document is None or not (a.is_in_force and b.is_in_force):
        return False
    quads = [*store.quads(a.document, RDF_TYPE), *a.quads, *b.quads]
    kinds = {q.object for q in quads if (q.subject, q.predicate) == (a.document, RDF_TYPE)}
    return not kinds.isdisjoint(rus(name) for name in _ANSWERED_TO)


def in_force(store: Store, chosen: Sequence[Version], others: Sequence[Version], *, asserted: bool = False) -> Store:
    """`store` with the `chosen` versions in force, neither the `others` nor any further version of their document."""
    graphs = {v.graph for v in chosen}
    out = {v.graph for v in others} | _of_documents(store, {v.document for v in (*chosen, *others)})
    replaced = {q for v in chosen for q in store.quads(graph=v.graph)}
    kinds = {q for g in graphs | out for q in store.quads(g, rus("grafslag"))}
    added = [q for v in chosen for q in v.quads if q.predicate != rus("grafslag") or q.subject != v.graph]
    added += [Quad(g, rus("grafslag"), _IN_FORCE, g) for g in graphs]
    added += [Quad(g, rus("grafslag"), _REPLACED, g) for g in out - graphs]
    return store.extended(added, asserted=asserted, without=replaced | kinds)


def _of_documents(store: Store, documents: set[NamedNode | None]) -> set[NamedNode]:
    """The graphs that represent any version of these documents."""
    versions = {q.subject for d in documents if d for q in store.quads(None, expand("dcterms:isVersionOf"), d)}
    quads = (q for v in versions for q in store.quads(None, rus("avbildar"), v))
    return {q.subject for q in quads if isinstance(q.subject, NamedNode)}


def _version(quads: Iterable[Quad], graph: NamedNode, store: Store, lang: str) -> Version:
    stated = tuple(quads)

    def one(subject: Term | None, predicate: NamedNode) -> NamedNode | None:
        own = [q.object for q in stated if (q.subject, q.predicate) == (subject, predicate)]
        known = own or ([q.object for q in store.quads(subject, predicate)] if subject else [])
        return min((o for o in known if isinstance(o, NamedNode)), key=str, default=None)

    version = one(graph, rus("avbildar"))
    kinds = {q.object for q in stated if (q.subject, q.predicate) == (graph, rus("grafslag"))}
    name = own_name(stated, version or graph, lang) or store.label(version or graph, lang)
    document = one(version, expand("dcterms:isVersionOf")) if version else None
    return Version(graph, stated, name, version, document, not kinds & set(OUT_OF_FORCE))


def own_name(quads: Iterable[Quad], thing: Term, lang: str) -> str:
    """The name that these statements give a thing, in `lang`, else in Swedish, else ""."""
    found = [q.object for q in quads if (q.subject, q.predicate) == (thing, PREF_LABEL)]
    names = {o.language: o.value for o in found if isinstance(o, Literal)}
    return names.get(lang) or names.get("sv") or ""


def _names(node: Term, store: Store) -> set[str]:
    """What a person may call a graph or version."""
    if not isinstance(node, NamedNode):
        return set()
    labels = {q.object.value for q in store.quads(node, PREF_LABEL) if isinstance(q.object, Literal)}
    return {node.value, shorten(node), slug(node), "/".join(node.value.split("/")[-2:]), *labels}


def slug(node: NamedNode) -> str:
    """The last part of an IRI."""
    return node.value.rsplit("/", 1)[-1]
