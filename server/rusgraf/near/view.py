"""A store with statements beside it: read as one graph, neither copied nor written to. Layer: domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rusgraf.store import Store
from rusgraf.terms import PREF_LABEL, PREFIXES, RDFS_LABEL, TITLE, BlankNode, Literal, NamedNode, Quad, Term

_PLAIN = (PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString")


def _nothing() -> Store:
    return Store.of(())


@dataclass(frozen=True)
class View:
    """The default graph of `base` and of `added`: what the statements of a file make of it.

    `added` holds in its default graph what `base` lacks, and in its named graphs the file as it is. What the file
    states in graphs that are not in force is in `beside`: the shapes see it, the rules do not.
    """

    base: Store
    added: Store = field(default_factory=_nothing)
    beside: Store = field(default_factory=_nothing)
    spelt: Mapping[tuple[Term, NamedNode, Term], Literal] = field(default_factory=dict)

    def statements(
        self, subject: Term | None = None, predicate: Term | None = None, object: Term | None = None
    ) -> Iterator[Quad]:
        """The statements of the default graph that match; nothing is said twice."""
        if (subject is not None and not isinstance(subject, NamedNode | BlankNode)) or (
            predicate is not None and not isinstance(predicate, NamedNode)
        ):
            return
        for store in (self.base, self.added):
            for q in store.default(subject, predicate, object):
                written = self.spelt.get((q.subject, q.predicate, q.object)) if self.spelt else None
                yield Quad(q.subject, q.predicate, written, q.graph_name) if written else q

    def as_shapes_see_it(self, quads: Iterable[Quad]) -> View:
        """The same with what is beside among what is added, and the literals of `quads` as they are written there."""
        beside = list(self.beside.default())
        added = Store.of([*self.added.quads(), *beside]) if beside else self.added
        return View(self.base, added, spelt=_spelt(quads))

    def label(self, term: Term, lang: str = "sv") -> str:
        """The name of a term: as the store knows it, else as the file does."""
        unnamed = isinstance(term, NamedNode) and not any(
            next(self.base.quads(term, name), None) for name in (PREF_LABEL, RDFS_LABEL, TITLE)
        )
        return (self.added if unnamed else self.base).label(term, lang)


def _spelt(quads: Iterable[Quad]) -> dict[tuple[Term, NamedNode, Term], Literal]:
    """The literals that a store spells in its own way (1.0 as 1), by statement as the store has it."""
    typed = [q for q in quads if isinstance(q.object, Literal) and q.object.datatype.value not in _PLAIN]
    store = Store.of(typed)
    found: dict[tuple[Term, NamedNode, Term], Literal] = {}
    for q in typed:
        for kept in store.quads(q.subject, q.predicate, q.object):
            if kept.object != q.object and isinstance(q.object, Literal):
                found[kept.subject, kept.predicate, kept.object] = q.object
    return found
