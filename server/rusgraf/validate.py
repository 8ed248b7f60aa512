"""Do data hold what the shapes demand? SHACL over pySHACL, results in the user's language.

Core is run by pySHACL over an rdflib Graph (never a Dataset, never advanced features, never imports):
see https://www.w3.org/TR/shacl/. Not done here: the activity sheet. Layer: domain; the only module that
imports pyshacl.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rusgraf import assets
from rusgraf.errors import UnreadableInput, UnsupportedFormat
from rusgraf.findings import finding_id, rows
from rusgraf.library import rules
from rusgraf.rdf import FORMATS, parse_quads, read_quads, suffix_graph
from rusgraf.store import DERIVED, Store
from rusgraf.terms import RDF_TYPE, Literal, NamedNode, Quad, Term

if TYPE_CHECKING:
    from rdflib import Graph, URIRef
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
    """What a validation came to: its results, and how much was looked at (zero is no proof of anything).

    `store` holds the files with what they were validated in; `closes` and `opens` are ids of findings.
    """

    store: Store
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
    from rdflib import Graph

    graph = Graph()
    for triple in terms:
        graph.add((_node(triple[0]), _node(triple[1]), _node(triple[2])))
    return graph


def _node(term: Term) -> Node:
    from rdflib import BNode, URIRef
    from rdflib import Literal as RdfLiteral

    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, Literal):
        datatype = None if term.language else URIRef(term.datatype.value)
        return RdfLiteral(term.value, lang=term.language, datatype=datatype, normalize=False)
    return BNode(str(getattr(term, "value", term)))


@cache
def shapes_graph() -> Graph:
    """The shipped application profile: all of ``shapes/`` but the shapes for the project itself."""
    return _parse(p for p in assets.files("shapes", ".ttl") if p.parent.name != "style")


def _parse(paths: Iterable[Path]) -> Graph:
    return to_rdflib((q.subject, q.predicate, q.object) for path in paths for q in read_quads(path))


def targeted(shapes: Graph, data: Graph, focus: Collection[Node] | None = None) -> Graph:
    """The shapes with every target spelt out as the nodes of `data` that it hits, those of `focus` only.

    pySHACL's own ``focus_nodes`` is not used: 0.40.1 applies it inside ``sh:or`` and ``sh:node`` too, where
    values that are not in the list then pass silently.
    """
    from rdflib import Graph, URIRef

    made = shapes + Graph()
    for kind in ("targetClass", "targetSubjectsOf", "targetObjectsOf"):
        for shape, wanted in shapes.subject_objects(URIRef(_SH + kind)):
            made.remove((shape, URIRef(_SH + kind), wanted))
            for node in _hit(kind, wanted, data):
                if focus is None or node in focus:
                    made.add((shape, URIRef(_SH + "targetNode"), node))
    return made


def _hit(kind: str, wanted: Node, data: Graph) -> set[Node]:
    """The nodes of `data` that one target hits; a class takes in its subclasses."""
    if kind == "targetClass":
        return _members(wanted, data)
    predicate = cast("URIRef", wanted)
    return set(data.subjects(predicate, None) if kind == "targetSubjectsOf" else data.objects(None, predicate))


def _members(wanted: Node, data: Graph) -> set[Node]:
    from rdflib import RDF, RDFS

    classes = data.transitive_subjects(RDFS.subClassOf, wanted)
    return {node for c in classes for node in data.subjects(RDF.type, c)}


def run_shapes(data: Graph, shapes: Graph) -> list[Result]:
    """The results of pySHACL on plain graphs, each once."""
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
    )
    if not isinstance(report, RdfGraph):
        raise UnreadableInput(
            "The shapes cannot be evaluated.",
            f"Mend them: {report}",
            sv="Formerna går inte att pröva.",
            cure_sv=f"Rätta dem: {report}",
        )
    return sorted(_results(report, shapes), key=_order)


def _order(result: Result) -> tuple[int, str, str, str, str]:
    return (
        list(LEVELS.values()).index(result.severity),
        result.focus,
        result.path,
        result.shape,
        result.value,
    )


def _results(report: Graph, shapes: Graph) -> set[Result]:
    from rdflib import URIRef

    def one(subject: Node, name: str) -> Node | None:
        return report.value(subject, URIRef(_SH + name))

    found: set[Result] = set()
    for node in report.objects(None, URIRef(_SH + "result")):
        shape = one(node, "sourceShape")
        messages = _messages(report.objects(node, URIRef(_SH + "resultMessage")))
        for holder in (one(node, "sourceConstraint"), shape):
            if holder is not None and len(messages) < 2:
                messages = {**messages, **_messages(shapes.objects(holder, URIRef(_SH + "message")))}
        found.add(
            Result(
                LEVELS.get(str(one(node, "resultSeverity")).removeprefix(_SH), "violation"),
                tuple(sorted((lang, text) for lang, text in messages.items() if lang or len(messages) == 1)),
                _text(one(node, "focusNode")),
                _path(one(node, "resultPath"), shape, shapes),
                _text(one(node, "value")),
                _text(shape),
            )
        )
    return found


def _path(path: Node | None, shape: Node | None, shapes: Graph) -> str:
    """The property that a result is about: its path, of a complex path the first property in it."""
    from rdflib import RDF, BNode, URIRef

    steps = [URIRef(_SH + "alternativePath"), URIRef(_SH + "inversePath"), RDF.first]
    here: Node | None = shapes.value(shape, URIRef(_SH + "path")) if isinstance(path, BNode) and shape else path
    while isinstance(here, BNode):
        here = next((o for step in steps for o in shapes.objects(here, step)), None)
    return _text(here)


def _text(node: Node | None) -> str:
    """The text of a node, "" when there is none; a literal false is falsy, but it is there."""
    return "" if node is None else str(node)


def _messages(found: Iterable[Node]) -> dict[str, str]:
    return {str(getattr(m, "language", None) or ""): str(m) for m in found}


def read_input(content: bytes, name: str) -> list[Quad]:
    """The quads of a file from outside, its format told by its name."""
    form = FORMATS.get(Path(name).suffix.lower())
    if form is None:
        raise UnsupportedFormat(
            f"{name}: rusgraf does not validate this kind of file.",
            f"Give one of {', '.join(FORMATS)}.",
            sv=f"{name}: rusgraf prövar inte filer av det här slaget.",
            cure_sv=f"Ge en fil av något av slagen {', '.join(FORMATS)}.",
        )
    quads = parse_quads(content, form, name, suffix_graph(Path(name).stem))
    if not quads:
        raise UnreadableInput(
            f"{name}: there is not one statement in it.",
            "Give a file with data.",
            sv=f"{name}: det finns inte ett enda påstående i den.",
            cure_sv="Ge en fil med data.",
        )
    return quads


def validate(store: Store, files: Sequence[tuple[str, bytes]]) -> Outcome:
    """Validate files (name, content) against the shapes, in the context of `store`.

    Only what the files speak of is validated: their subjects, and the classes that they use. The rest of the
    store gives it meaning.
    """
    read = {name: read_input(content, name) for name, content in files}
    quads = [q for found in read.values() for q in found]
    extended = store.extended(quads)
    data = to_rdflib({(q.subject, q.predicate, q.object) for q in (*extended.default(), *quads)})
    owner = {str(_node(q.subject)): name for name, found in read.items() for q in found}
    focus = {_node(q.subject) for q in quads} | {_node(q.object) for q in quads if q.predicate == RDF_TYPE}
    shapes = targeted(shapes_graph(), data, focus)
    known = {str(node) for node in data.subjects()}
    derived = _derived(extended)  # their fault is that of the statement they follow from
    results = [
        replace(r, file=owner.get(r.focus, files[0][0]), suggestion=_suggest(r, known))
        for r in run_shapes(data, shapes)
        if (r.focus, r.path, r.value) not in derived
    ]
    before, after = _ids(store), _ids(extended)
    return _outcome(extended, results, shapes, (before - after, after - before))


def _derived(store: Store) -> set[tuple[str, str, str]]:
    """The statements that only follow from others, as texts."""
    followed = {(q.subject, q.predicate, q.object) for q in store.quads(graph=DERIVED)}
    stated = {
        (q.subject, q.predicate, q.object) for g in store.all_graphs() if g != DERIVED for q in store.quads(graph=g)
    }
    return {(str(_node(s)), str(_node(p)), str(_node(o))) for s, p, o in followed - stated}


def _outcome(
    store: Store, results: Iterable[Result], shapes: Graph, effect: tuple[Iterable[str], Iterable[str]]
) -> Outcome:
    from rdflib import RDF, URIRef

    kinds = (URIRef(_SH + "NodeShape"), URIRef(_SH + "PropertyShape"))
    used = {s for kind in kinds for s in shapes.subjects(RDF.type, kind)}
    nodes = set(shapes.objects(None, URIRef(_SH + "targetNode")))
    closes, opens = (tuple(sorted(ids)) for ids in effect)
    return Outcome(store, tuple(results), len(used), len(nodes), closes, opens)


def _ids(store: Store) -> set[str]:
    return {finding_id(rule.name, row) for rule in rules() for row in rows(rule, store)}


def _suggest(result: Result, known: Collection[str]) -> str:
    """The known identifier of the same kind that is nearest to a value that nothing bears, or ""."""
    kind = result.value[: result.value.rfind("/") + 1]
    if not kind.startswith(_OWN) or result.value in known:
        return ""
    return next(iter(get_close_matches(result.value, [k for k in known if k.startswith(kind)], n=1, cutoff=0.8)), "")
