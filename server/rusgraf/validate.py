"""Do data hold what the shapes demand? SHACL over pySHACL, results in the user's language.

A file is tried in what a store becomes with it (``near``), and costs what it says and touches, not what the store
holds: pySHACL reads from a view, some thousand things at a time, things that look alike to a shape once; SPARQL
constraints are asked of Oxigraph over what they can see. No Dataset, no advanced features, no imports: see
https://www.w3.org/TR/shacl/. Not done here: reading files, and where in them a fault stands (``checking``).
Layer: domain; the only module that imports pyshacl.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rusgraf.bridge import SH, as_graph, messages, rdf_term, sh, to_rdflib
from rusgraf.errors import UnreadableInput
from rusgraf.faultlist import LEVELS, Result, order
from rusgraf.near.effect import effect
from rusgraf.near.follow import with_file
from rusgraf.near.nearest import Nearest
from rusgraf.near.view import View
from rusgraf.shapes import Shapes, Targets, aimed, alike, shapes_graph, shipped, stated_of
from rusgraf.store import DERIVED, Store
from rusgraf.terms import DEFAULT, RDF_TYPE, BlankNode, NamedNode, Quad, Term

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["Outcome", "Result", "run_shapes", "shapes_graph", "to_rdflib", "validate_quads"]

# How many things pySHACL tries at a time: bounds its memory; the text of its report takes quadratic time.
BATCH = 2000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What a validation came to: its results, and how much was looked at (zero is no proof of anything).

    `store` is what the files were validated in, with them; `closes` and `opens` are ids of findings.
    """

    store: View
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
    return sorted(_results(report, shapes), key=order)


def _results(report: Graph, shapes: Graph) -> set[Result]:
    def one(subject: Node, name: str) -> Node | None:
        return report.value(subject, sh(name))

    found: set[Result] = set()
    for node in report.objects(None, sh("result")):
        shape = one(node, "sourceShape")
        told = messages(report.objects(node, sh("resultMessage")))
        for holder in (one(node, "sourceConstraint"), shape):
            if holder is not None and len(told) < 2:
                told = {**told, **messages(shapes.objects(holder, sh("message")))}
        found.add(
            Result(
                LEVELS.get(str(one(node, "resultSeverity")).removeprefix(SH), "violation"),
                tuple(sorted((lang, text) for lang, text in told.items() if lang or len(told) == 1)),
                _text(one(node, "focusNode")),
                _path(one(node, "resultPath"), shape, shapes),
                _text(one(node, "value")),
                _text(shape),
            )
        )
    return found


def _path(path: Node | None, shape: Node | None, shapes: Graph) -> str:
    """The property that a result is about: its path, of a complex path the first property in it."""
    from rdflib import RDF, BNode

    steps = [sh("alternativePath"), sh("inversePath"), RDF.first]
    here: Node | None = shapes.value(shape, sh("path")) if isinstance(path, BNode) and shape else path
    while isinstance(here, BNode):
        here = next((o for step in steps for o in shapes.objects(here, step)), None)
    return _text(here)


def _text(node: Node | None) -> str:
    """The text of a node, "" when there is none; a literal false is falsy, but it is there."""
    return "" if node is None else str(node)


def try_things(
    view: View, shapes: Shapes, things: Sequence[Term], progress: Progress | None = None
) -> tuple[set[Result], int]:
    """The results of the shapes on these things of a view, and how many of these a shape speaks of.

    `progress` is told how many things are done, of how many.
    """
    targets = Targets.of(shapes, view)
    found, spoken_of = set[Result](), 0
    for start in range(0, len(things), BATCH):
        results, number = _try_batch(view, targets, things[start : start + BATCH])
        found |= results
        spoken_of += number
        if progress:
            progress(min(start + BATCH, len(things)), len(things))
    return found, spoken_of


def _try_batch(view: View, targets: Targets, things: Sequence[Term]) -> tuple[set[Result], int]:
    stated = {thing: stated_of(thing, view) for thing in things}
    speaks: dict[Node, list[Term]] = defaultdict(list)
    for thing in things:
        for shape in targets.hit(thing, stated[thing]):
            speaks[shape].append(thing)
    groups = [
        (shape, group)
        for shape, those in speaks.items()
        for group in alike(targets.shapes.looks_at[shape], {thing: stated[thing] for thing in those})
    ]
    found = set[Result]()
    if groups:
        same = {(str(shape), str(rdf_term(group[0]))): group for shape, group in groups}
        for r in run_shapes(as_graph(view), aimed(targets.shapes, [(shape, group[0]) for shape, group in groups])):
            found |= {_about(r, str(rdf_term(thing))) for thing in same.get((r.shape, r.focus), ())} or {r}
    for constraint in targets.shapes.constraints:
        those = {thing: stated[thing] for thing in speaks.get(constraint.shape, ())}
        found |= set(constraint.results(view, those))
    return found, len({thing for those in speaks.values() for thing in those})


def _about(result: Result, focus: str) -> Result:
    """The same result of a thing that looks alike; a shape without a path gives the thing itself as the value."""
    own = not result.path and result.value == result.focus
    return replace(result, focus=focus, value=focus if own else result.value)


def validate_quads(store: Store, files: Mapping[str, Sequence[Quad]], progress: Progress | None = None) -> Outcome:
    """Validate the quads of files, by name, against the shapes, in the context of `store`, which is left alone.

    Only what the files speak of is validated: their subjects, and the classes that they use. The rest of the
    store gives it meaning. `progress` is told how many things are done, of how many.
    """
    quads = [q for found in files.values() for q in found]
    effective = with_file(store, quads)
    view = effective.as_shapes_see_it(quads)
    whose: dict[str, tuple[Term, str]] = {}
    for name, found in files.items():
        for q in found:
            for thing in (q.subject, *([q.object] if q.predicate == RDF_TYPE else [])):
                whose.setdefault(str(rdf_term(thing)), (thing, name))
    results, spoken_of = try_things(view, shipped()[1], [thing for thing, _ in whose.values()], progress)
    nearest = Nearest(view)
    kept = [
        replace(r, file=whose[r.focus][1] if r.focus in whose else next(iter(files)), suggestion=nearest.to(r.value))
        for r in results
        if r.focus not in whose or not _only_follows(view, whose[r.focus][0], r)
    ]
    closes, opens = (tuple(sorted(ids)) for ids in effect(store, quads, effective))
    return Outcome(view, tuple(sorted(kept, key=order)), shipped()[1].count, spoken_of, closes, opens)


def _only_follows(view: View, thing: Term, result: Result) -> bool:
    """Whether a result is about a statement that only follows from others: the fault is that of these."""
    if not result.path or not isinstance(thing, NamedNode | BlankNode):
        return False
    path = NamedNode(result.path)
    graphs = {
        q.graph_name
        for store in (view.base, view.added)
        for q in store.quads(thing, path)
        if str(rdf_term(q.object)) == result.value
    }
    return DERIVED in graphs and graphs <= {DERIVED, DEFAULT}
