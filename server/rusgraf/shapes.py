"""Which things does each shape speak of, and what of a thing does its verdict rest on?

`prepare` takes the shapes apart once, so that many things are tried at the price of few: property shapes get the
targets of the shapes that they belong to, some constraints stand by themselves (``constraints``), and it is known at
which properties a shape looks, so that things that look alike to it are tried once (`alike`). The results stay the
same; tests hold them equal.
Not here: trying (``validate``). Layer: domain. See https://www.w3.org/TR/shacl/.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rusgraf import assets
from rusgraf.bridge import SH, own_term, rdf_term, sh, to_rdflib
from rusgraf.constraints import Constraint, Stated, take_out
from rusgraf.near.view import View
from rusgraf.rdf import read_quads
from rusgraf.terms import PREFIXES, RDF_TYPE, Term, expand

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_SUBCLASS = expand("rdfs:subClassOf")
# Of a property shape: what compares its values with those of another property of the thing.
_COMPARING = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
# Of a property shape: what looks at one value at a time, or at all values of the path together.
_OF_VALUES = (
    *("path", "nodeKind", "datatype", "class", "minCount", "maxCount", "pattern", "flags", "minLength", "maxLength"),
    *("minInclusive", "minExclusive", "maxInclusive", "maxExclusive", "languageIn", "uniqueLang", "in", "hasValue"),
    *("node", "not", "and", "or", "xone", "qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount", "property"),
)
_DESCRIBING = (
    *(PREFIXES["rdf"] + "type", *(PREFIXES["rdfs"] + name for name in ("label", "comment", "isDefinedBy", "seeAlso"))),
    *("name", "description", "message", "severity", "order", "group", "defaultValue", *TARGETS),
)
_LISTS = ("and", "or", "xone")


@dataclass(frozen=True)
class Shapes:
    """Shapes taken apart: a `graph` without targets, the `targets` of each shape (kind, and what it names), the
    `constraints` that stand by themselves, and the properties that a shape `looks_at` (None: more than these)."""

    graph: Graph
    targets: Mapping[Node, frozenset[tuple[str, Term]]]
    constraints: tuple[Constraint, ...]
    looks_at: Mapping[Node, frozenset[Term] | None]
    count: int


def shapes_graph() -> Graph:
    """The shipped application profile: all of ``shapes/`` but the shapes for the project itself."""
    return shipped()[0]


@cache
def shipped() -> tuple[Graph, Shapes]:
    """The shipped application profile, as it is and taken apart."""
    graph = parse(p for p in assets.files("shapes", ".ttl") if p.parent.name != "style")
    return graph, prepare(graph)


def parse(paths: Iterable[Path]) -> Graph:
    """The statements of files as one graph."""
    return to_rdflib((q.subject, q.predicate, q.object) for path in paths for q in read_quads(path))


def prepare(shapes: Graph) -> Shapes:
    """The shapes taken apart."""
    from rdflib import RDF, RDFS, Graph

    made = shapes + Graph()
    targets: dict[Node, set[tuple[str, Term]]] = defaultdict(set)
    for kind in TARGETS:
        for shape, wanted in shapes.subject_objects(sh(kind)):
            made.remove((shape, sh(kind), wanted))
            targets[shape].add((kind, own_term(wanted)))
    for shape in list(shapes.subjects(RDF.type, RDFS.Class)):
        made.remove((shape, RDF.type, RDFS.Class))
        targets[shape].add(("targetClass", own_term(shape)))
    for shape in [shape for shape in targets if _stands_alone(shape, shapes)]:
        _hand_down(shape, made, targets)
    constraints = tuple(c for shape in targets for c in take_out(shape, made))
    typed = {s for kind in ("NodeShape", "PropertyShape") for s in shapes.subjects(RDF.type, sh(kind))}
    looks_at = {shape: _looks_at(shape, made) for shape in targets}
    return Shapes(made, {s: frozenset(t) for s, t in targets.items()}, constraints, looks_at, len(typed))


def _stands_alone(shape: Node, shapes: Graph) -> bool:
    """Whether a shape may hand its targets down: active, used by no other, its property shapes not told apart."""
    properties = list(shapes.objects(shape, sh("property")))
    return (
        (shape, sh("deactivated"), None) not in shapes
        and (None, None, shape) not in shapes
        and not any((p, sh("qualifiedValueShapesDisjoint"), None) in shapes for p in properties)
    )


def _hand_down(shape: Node, made: Graph, targets: dict[Node, set[tuple[str, Term]]]) -> None:
    """Give the property shapes of a shape its targets; a closed shape is told which properties these were."""
    from rdflib import BNode, URIRef
    from rdflib.collection import Collection

    properties = list(made.objects(shape, sh("property")))
    for prop in properties:
        made.remove((shape, sh("property"), prop))
        targets[prop] |= targets[shape]
    known = [path for prop in properties for path in made.objects(prop, sh("path")) if isinstance(path, URIRef)]
    if known and (shape, sh("closed"), None) in made:
        names = BNode()
        Collection(made, names, list(known))
        made.add((shape, sh("ignoredProperties"), names))


def _looks_at(shape: Node, made: Graph) -> frozenset[Term] | None:
    """The properties of a thing that the verdict of a shape on it rests on; None when on anything else too."""
    from rdflib import URIRef

    found: set[Term] = set()
    is_property = (shape, sh("path"), None) in made
    for predicate, value in made.predicate_objects(shape):
        name = str(predicate).removeprefix(SH)
        if name in _DESCRIBING:
            continue
        if is_property and name in _COMPARING:
            found.add(own_term(value))
        elif is_property and name == "path":
            steps = [value] if isinstance(value, URIRef) else _alternatives(value, made)
            if not steps:
                return None
            found |= {own_term(step) for step in steps}
        elif not is_property and name in ("not", *_LISTS):
            inner = [_looks_at(s, made) for s in (made.items(value) if name in _LISTS else [value])]
            if any(seen is None for seen in inner):
                return None
            found |= {p for seen in inner for p in seen or ()}
        elif not (is_property and name in _OF_VALUES):
            return None
    return frozenset(found)


def _alternatives(path: Node, made: Graph) -> list[Node]:
    """The properties that a path chooses from; none when it is another kind of path."""
    from rdflib import URIRef

    steps = [step for choice in made.objects(path, sh("alternativePath")) for step in made.items(choice)]
    return steps if all(isinstance(step, URIRef) for step in steps) else []


@dataclass(frozen=True)
class Targets:
    """Which shapes speak of a thing in a view."""

    shapes: Shapes
    view: View
    kinds: Mapping[Term, frozenset[Term]]

    @classmethod
    def of(cls, shapes: Shapes, view: View) -> Targets:
        """With the subclasses of each class that a shape names, as they are in the view."""
        wanted = {w for targets in shapes.targets.values() for kind, w in targets if kind == "targetClass"}
        return cls(shapes, view, {c: frozenset(_subclasses(c, view)) for c in wanted})

    def hit(self, thing: Term, stated: Stated) -> Iterator[Node]:
        """The shapes that speak of a thing."""
        cache: dict[tuple[str, Term], bool] = {}
        for shape, targets in self.shapes.targets.items():
            for target in targets:
                if target not in cache:
                    cache[target] = self._hits(target, thing, stated)
                if cache[target]:
                    yield shape
                    break

    def _hits(self, target: tuple[str, Term], thing: Term, stated: Stated) -> bool:
        kind, wanted = target
        if kind == "targetClass":
            return not self.kinds[wanted].isdisjoint(stated.get(RDF_TYPE, ()))
        if kind == "targetSubjectsOf":
            return wanted in stated
        if kind == "targetObjectsOf":
            return next(self.view.statements(None, wanted, thing), None) is not None
        return wanted == thing


def _subclasses(wanted: Term, view: View) -> set[Term]:
    found, new = set[Term](), {wanted}
    while new:
        found |= new
        new = {cast("Term", q.subject) for c in new for q in view.statements(None, _SUBCLASS, c)} - found
    return found


def stated_of(thing: Term, view: View) -> Stated:
    """What the view states of a thing."""
    found: dict[Term, set[Term]] = defaultdict(set)
    for quad in view.statements(thing):
        found[quad.predicate].add(quad.object)
    return {predicate: frozenset(values) for predicate, values in found.items()}


def alike(looks_at: frozenset[Term] | None, things: Mapping[Term, Stated]) -> Iterator[list[Term]]:
    """The things in groups on which a shape gives the same verdict, as it looks at these properties only."""
    if looks_at is None:
        yield from ([thing] for thing in things)
        return
    groups: dict[tuple[frozenset[Term], ...], list[Term]] = defaultdict(list)
    properties = sorted(looks_at, key=str)
    for thing, stated in things.items():
        groups[tuple(stated.get(p, frozenset()) for p in properties)].append(thing)
    yield from groups.values()


def aimed(shapes: Shapes, aims: Iterable[tuple[Node, Term]]) -> Graph:
    """The shapes as a graph whose targets are these things."""
    from rdflib import Graph

    made = shapes.graph + Graph()
    for shape, thing in aims:
        made.add((shape, sh("targetNode"), rdf_term(thing)))
    return made
