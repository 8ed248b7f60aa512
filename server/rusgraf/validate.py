"""Do data hold what the shapes demand? SHACL over pySHACL, results in the user's language.

Core is run by pySHACL over an rdflib Graph (never a Dataset, never advanced features, never imports):
see https://www.w3.org/TR/shacl/. Not done here: the activity sheet. Layer: domain; the only module that
imports pyshacl.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rusgraf import assets
from rusgraf.errors import UnreadableInput, UnsupportedFormat
from rusgraf.findings import finding_id, rows
from rusgraf.library import rules
from rusgraf.rdf import FORMATS, parse_quads, suffix_graph
from rusgraf.store import Store
from rusgraf.terms import Literal, NamedNode, Quad, Term

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

LEVELS = {"Violation": "violation", "Warning": "warning", "Info": "info"}
_SH = "http://www.w3.org/ns/shacl#"
_OWN = "https://w3id.org/rusgraf/"


@dataclass(frozen=True)
class Result:
    """One fault: level (violation, warning, info), the node, path and value it is about, and what to do.

    `messages` holds one message per language; IRIs are strings, "" where there is none.
    """

    severity: str
    messages: tuple[tuple[str, str], ...]
    focus: str
    path: str
    value: str
    shape: str
    file: str = ""
    suggestion: str = ""

    def message(self, lang: str) -> str:
        """The message in `lang`, else in Swedish, else any."""
        found = dict(self.messages)
        return found.get(lang) or found.get("sv") or next(iter(found.values()), "")


@dataclass(frozen=True)
class Outcome:
    """What a validation came to: its results, and how much was looked at (zero is no proof of anything)."""

    results: tuple[Result, ...]
    shapes: int
    focus_nodes: int
    closes: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether no result is a violation."""
        return all(r.severity != "violation" for r in self.results)

    def counts(self) -> dict[str, int]:
        """Results per level."""
        return {level: sum(r.severity == level for r in self.results) for level in LEVELS.values()}


def to_rdflib(terms: Iterable[tuple[Term, Term, Term]]) -> Graph:
    """An rdflib Graph of the triples, literals kept as they are written."""
    from rdflib import BNode, Graph, URIRef
    from rdflib import Literal as RdfLiteral

    def convert(term: Term) -> Node:
        if isinstance(term, NamedNode):
            return URIRef(term.value)
        if isinstance(term, Literal):
            datatype = None if term.language else URIRef(term.datatype.value)
            return RdfLiteral(term.value, lang=term.language, datatype=datatype, normalize=False)
        return BNode(str(getattr(term, "value", term)))

    graph = Graph()
    for triple in terms:
        graph.add((convert(triple[0]), convert(triple[1]), convert(triple[2])))
    return graph


@cache
def shapes_graph() -> Graph:
    """The shipped application profile: all of ``shapes/`` but the shapes for the project itself."""
    return _parse(p for p in assets.files("shapes", ".ttl") if p.parent.name != "style")


def _parse(paths: Iterable[Path]) -> Graph:
    return to_rdflib(
        (q.subject, q.predicate, q.object)
        for path in paths
        for q in parse_quads(path.read_bytes(), FORMATS[".ttl"], str(path), suffix_graph(path.stem))
    )


def run_shapes(data: Graph, shapes: Graph, focus: Sequence[str] | None = None) -> list[Result]:
    """The results of pySHACL on plain graphs; `focus` restricts it to these nodes."""
    import pyshacl
    import rdflib.plugins.sparql
    from rdflib import Graph as RdfGraph

    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    _, report, _ = pyshacl.validate(
        data,
        shacl_graph=shapes,
        inference="none",
        advanced=False,
        meta_shacl=False,
        do_owl_imports=False,
        inplace=True,
        focus_nodes=None if focus is None else list(focus),
    )
    if not isinstance(report, RdfGraph):
        raise UnreadableInput("The shapes cannot be evaluated.", f"Mend them: {report}")
    return sorted(_results(report, shapes), key=_order)


def _order(result: Result) -> tuple[int, str, str, str, str]:
    return (
        list(LEVELS.values()).index(result.severity),
        result.focus,
        result.path,
        result.shape,
        result.value,
    )


def _results(report: Graph, shapes: Graph) -> Iterable[Result]:
    from rdflib import RDF, URIRef

    def one(subject: Node, name: str) -> Node | None:
        return report.value(subject, URIRef(_SH + name))

    for node in report.subjects(RDF.type, URIRef(_SH + "ValidationResult")):
        if next(report.objects(None, URIRef(_SH + "detail")), None) is not None and any(
            report.triples((None, URIRef(_SH + "detail"), node))
        ):
            continue
        shape = one(node, "sourceShape")
        severity = str(one(node, "resultSeverity") or "").removeprefix(_SH)
        messages = _messages(report.objects(node, URIRef(_SH + "resultMessage")))
        for holder in (one(node, "sourceConstraint"), shape):
            if holder is not None and len(messages) < 2:
                messages = {**messages, **_messages(shapes.objects(holder, URIRef(_SH + "message")))}
        messages.pop("", None) if len(messages) > 1 else None
        yield Result(
            LEVELS.get(severity, "violation"),
            tuple(sorted(messages.items())),
            str(one(node, "focusNode") or ""),
            str(one(node, "resultPath") or ""),
            str(one(node, "value") or ""),
            str(shape or ""),
        )


def _messages(found: Iterable[Node]) -> dict[str, str]:
    return {str(getattr(m, "language", None) or ""): str(m) for m in found}


def read_input(content: bytes, name: str) -> list[Quad]:
    """The quads of a file from outside, its format told by its name."""
    form = FORMATS.get(Path(name).suffix.lower())
    if form is None:
        raise UnsupportedFormat(
            f"{name}: rusgraf does not validate this kind of file.", f"Give one of {', '.join(FORMATS)}."
        )
    quads = parse_quads(content, form, name, suffix_graph(Path(name).stem))
    if not quads:
        raise UnreadableInput(f"{name}: there is not one statement in it.", "Give a file with data.")
    return quads


def validate(store: Store, files: Sequence[tuple[str, bytes]]) -> Outcome:
    """Validate files (name, content) against the shapes, in the context of `store`.

    Only what the files speak of is validated; the rest of the store gives it meaning.
    """
    read = {name: read_input(content, name) for name, content in files}
    quads = [q for found in read.values() for q in found]
    extended = store.extended(quads)
    triples = {(q.subject, q.predicate, q.object) for q in (*extended.default(), *quads)}
    data = to_rdflib(triples)
    owner = {str(getattr(q.subject, "value", "")): name for name, found in read.items() for q in found}
    focus = sorted(_focus_nodes(quads))
    shapes = shapes_graph()
    results = [
        Result(**{**vars(r), "file": owner.get(r.focus, files[0][0]), "suggestion": _suggest(r, data, shapes)})
        for r in run_shapes(data, shapes, focus)
    ]
    before, after = _ids(store), _ids(extended)
    return Outcome(
        tuple(results),
        _count_shapes(shapes),
        len(_targets(data, shapes) & set(focus)),
        tuple(sorted(before - after)),
        tuple(sorted(after - before)),
    )


def validate_store(store: Store) -> Outcome:
    """Validate the whole default graph."""
    data, shapes = to_rdflib((q.subject, q.predicate, q.object) for q in store.default()), shapes_graph()
    return Outcome(tuple(run_shapes(data, shapes)), _count_shapes(shapes), len(_targets(data, shapes)))


def _focus_nodes(quads: Iterable[Quad]) -> set[str]:
    """What a file speaks of: its subjects, and the classes it uses (which must be declared)."""
    found: set[str] = set()
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            found.add(quad.subject.value)
        if quad.predicate.value.endswith("#type") and isinstance(quad.object, NamedNode):
            found.add(quad.object.value)
    return found


def _ids(store: Store) -> set[str]:
    return {finding_id(rule.name, row) for rule in rules() for row in rows(rule, store)}


def _count_shapes(shapes: Graph) -> int:
    from rdflib import RDF, URIRef

    kinds = (URIRef(_SH + "NodeShape"), URIRef(_SH + "PropertyShape"))
    return len({s for kind in kinds for s in shapes.subjects(RDF.type, kind)})


def _targets(data: Graph, shapes: Graph) -> set[str]:
    """The nodes that the shapes target in `data`, by class (subclasses counted) and by use of a property."""
    from rdflib import RDF, RDFS, URIRef

    found: set[str] = set()
    for wanted in shapes.objects(None, URIRef(_SH + "targetClass")):
        for kind in data.transitive_subjects(RDFS.subClassOf, wanted):
            found.update(map(str, data.subjects(RDF.type, kind)))
    for prop in shapes.objects(None, URIRef(_SH + "targetSubjectsOf")):
        found.update(map(str, data.subjects(URIRef(str(prop)), None)))
    return found


def _suggest(result: Result, data: Graph, shapes: Graph) -> str:
    """The known thing whose IRI is nearest to a value that is not of the class the shape demands, or ""."""
    from rdflib import RDF, RDFS, URIRef

    wanted = shapes.value(URIRef(result.shape), URIRef(_SH + "class"))
    if wanted is None or not result.value.startswith(_OWN):
        return ""
    kinds = data.transitive_subjects(RDFS.subClassOf, wanted)
    known = [str(s) for kind in kinds for s in data.subjects(RDF.type, kind)]
    return next(iter(get_close_matches(result.value, known, n=1, cutoff=0.8)), "")
