"""Which statements make a finding, and where do they stand?

One mechanism for all rules: among the things of a finding's row, every asserted statement by a property
that the rule's query names: links between two of the things, things that two of them both point to
(also through a wider concept), parts of a plan that point to one of them, and the way from a part up to
its plan. Derived statements are replaced by those they were derived from. Layer: domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from rusgraf.library import Query
from rusgraf.store import DERIVED, Store
from rusgraf.terms import RDF_TYPE, NamedNode, Quad, Term, expand, rus

_PROPERTY = re.compile(r"\b((?:rus|skos|dcterms|prov):[a-z]\w*)")
_DERIVED = (rus("tillhorPlan"), rus("tillhorStrategi"), rus("tillhorVersion"))
_BROADER = expand("skos:broader")
_OF_PLAN = rus("tillhorPlan")
_WAYS_UP = (rus("ingarI"), rus("utgarFran"), rus("avserDelmal"), rus("avserOmrade"))


@dataclass(frozen=True, order=True)
class Source:
    """Where a statement has its support: the document's name, the section, and the Kallhanvisning's IRI."""

    document: str
    section: str
    reference: str


class Evidence:
    """Finds the statements and sources of findings in one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._in_force = set(store.graphs()) - {DERIVED}
        self._outs: dict[NamedNode, list[Quad]] = {}
        self._named: dict[str, tuple[set[NamedNode], set[NamedNode]]] = {}
        self._steps: dict[Term, list[tuple[Quad, set[Term]]]] = {}
        self._sources: dict[tuple[Term, NamedNode | None, str], list[Source]] = {}

    def of(self, query: Query, row: Mapping[str, NamedNode]) -> list[Quad]:
        """The asserted statements, with their graphs, that make a row (column → thing) of `query`; sorted."""
        nodes = list(dict.fromkeys(row.values()))
        shown, properties = self._named_by(query)
        found: set[Quad] = set()
        out = {node: self._out(node, properties) for node in nodes}
        for node, quads in out.items():
            found.update(q for q in quads if q.object in nodes or q.predicate in shown)
            found.update(self._up(node, nodes))
        for column in ("fokus", "motpart"):
            if column in row:
                found.update(self._parts(row[column], nodes, properties))
        sides = {row.get(column) for column in ("fokus", "motpart", "plan", "motplan")}
        for one, other in combinations(nodes, 2):
            # how two sides are linked is no third thing that they share
            linking = {q.predicate for q in (*out[one], *out[other]) if q.object in sides and q.object in (one, other)}
            found.update(self._shared(*([q for q in out[n] if q.predicate not in linking] for n in (one, other))))
        if not any(q.subject == row["fokus"] or q.object == row["fokus"] for q in found):
            found.update(self._asserted(row["fokus"], RDF_TYPE))  # at least that it is there, and what it is
            found.update(self._asserted(row["fokus"], rus("ingarI")))
        return sorted(found, key=str)

    def _named_by(self, query: Query) -> tuple[set[NamedNode], set[NamedNode]]:
        """The properties that a rule shows, and all that its text names."""
        if query.name not in self._named:
            shown = {expand(word) for word in query.words("shows")}
            self._named[query.name] = shown, {expand(n) for n in _PROPERTY.findall(query.text)} - set(_DERIVED)
        return self._named[query.name]

    def _asserted(
        self, subject: Term | None, predicate: NamedNode | None, object: Term | None = None
    ) -> Iterator[Quad]:
        return (q for q in self._store.quads(subject, predicate, object) if q.graph_name in self._in_force)

    def _out(self, node: NamedNode, properties: set[NamedNode]) -> list[Quad]:
        if node not in self._outs:
            self._outs[node] = list(self._asserted(node, None))
        return [q for q in self._outs[node] if q.predicate in properties]

    def _up(self, part: NamedNode, wholes: list[NamedNode]) -> Iterator[Quad]:
        """The steps from a part up to those of `wholes` that it belongs to, or that what it serves belongs to."""
        plans = set(wholes) - {part}
        seen: set[Term] = set()
        here: list[Term] = [part]
        while here:
            node = here.pop()
            seen.add(node)
            for step, above in self._steps_from(node):
                if step.object in plans or plans & above:
                    yield step
                    if step.object not in plans and step.object not in seen:
                        here.append(step.object)

    def _steps_from(self, node: Term) -> list[tuple[Quad, set[Term]]]:
        """The statements that lead up from a thing, each with the plans that what it leads to belongs to."""
        if node not in self._steps:
            ways = (quad for way in _WAYS_UP for quad in self._asserted(node, way))
            self._steps[node] = [(q, {p.object for p in self._store.default(q.object, _OF_PLAN)}) for q in ways]
        return self._steps[node]

    def _parts(self, node: NamedNode, nodes: list[NamedNode], properties: set[NamedNode]) -> Iterator[Quad]:
        """Parts of one of the row's plans that point to `node`, with their way up to the plan."""
        for predicate in properties - {rus("ingarI")}:
            for quad in self._asserted(None, predicate, node):
                part = quad.subject
                if isinstance(part, NamedNode) and part not in nodes and (way := list(self._up(part, nodes))):
                    yield quad
                    yield from way

    def _shared(self, one: list[Quad], other: list[Quad]) -> Iterator[Quad]:
        """The statements by which two things point to the same, or to a concept and a wider one."""
        wider = [dict(self._wider(quads)) for quads in (one, other)]
        for mine, theirs in ((0, 1), (1, 0)):
            targets = {q.object for q in (one, other)[theirs]}
            for quad in (one, other)[mine]:
                if quad.object in targets:
                    yield quad
                for concept, way in wider[mine].items():
                    if concept in targets and way and way[0].subject == quad.object:
                        yield quad
                        yield from way
                        yield from (q for q in (one, other)[theirs] if q.object == concept)

    def _wider(self, quads: list[Quad]) -> Iterator[tuple[Term, list[Quad]]]:
        for quad in quads:
            way: list[Quad] = []
            node: Term = quad.object
            while (step := next(self._asserted(node, _BROADER), None)) and step not in way:
                way = [*way, step]
                node = step.object
                yield node, way

    def sources(self, quads: Iterable[Quad], things: Iterable[NamedNode], lang: str) -> list[Source]:
        """The sources of the statements, and of `things` that no statement speaks of; sorted, each once.

        A reference that supports another property only (``rus:styrker``) is left out, and so are those of the way up
        from a part to its plan where there are others.
        """
        found: set[Source] = set()
        spoken: set[Term] = set()
        every = list(quads)
        for quad in [q for q in every if q.predicate != rus("ingarI")] or every:
            spoken.add(quad.subject)
            found.update(self._references(quad.subject, quad.predicate, lang))
        for thing in things:
            if thing not in spoken:
                found.update(self._references(thing, None, lang))
        return sorted(found)

    def _references(self, subject: Term, predicate: NamedNode | None, lang: str) -> list[Source]:
        """The sources of a statement by `predicate`: those that name it, else those that name no property."""
        key = (subject, predicate, lang)
        if key not in self._sources:
            self._sources[key] = [self.source(r, lang) for r in self._supporting(subject, predicate)]
        return self._sources[key]

    def _supporting(self, subject: Term, predicate: NamedNode | None) -> list[Term]:
        general: list[Term] = []
        special: list[Term] = []
        for quad in self._asserted(subject, rus("kalla")):
            supports = {q.object for q in self._asserted(quad.object, rus("styrker"))}
            if predicate in supports:
                special.append(quad.object)
            elif not supports:
                general.append(quad.object)
        return special or general

    def source(self, reference: Term, lang: str) -> Source:
        """What a Kallhanvisning refers to."""
        documents = [self._store.label(q.object, lang) for q in self._asserted(reference, rus("dokument"))]
        sections = [self._store.label(q.object, lang) for q in self._asserted(reference, rus("avsnitt"))]
        name = reference.value if isinstance(reference, NamedNode) else ""
        return Source("; ".join(sorted(documents)), "; ".join(sorted(sections)), name)
