"""What does a store hold when some statements have gone and some have come? It itself is left alone, and not copied.

Beside it stands what has gone and what has come. Its default graph follows: the union of the graphs in force, and what
followed before. Only a pattern needs all of it in one place; a store in a directory then gets a copy there, by hard
links, with the difference written to it. Not done here: what follows anew (``draft``), and lasting changes
(``commits``). Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rusgraf.store import DERIVED, PROFILE, Store
from rusgraf.terms import DEFAULT, NamedNode, Quad, Term, rus

_KIND = rus("grafslag")


class Overlay:
    """A store, and the difference to it; `place` is a directory to be made for a copy of one that lies in a directory,
    None for a copy in memory."""

    def __init__(self, store: Store, place: Path | None = None) -> None:
        self._store, self._place = store, place
        self._came, self.gone = Store.of(()), set[Quad]()
        self.graphs = frozenset(store.all_graphs())
        """The names of the graphs, also of empty ones."""
        self._copy: Store | None = None
        self._due: list[tuple[set[Quad], set[Quad]]] = []  # what has gone and come since the copy was made
        self._graphs_then = self.graphs
        self._aside = self._find_aside()
        self._loose: set[Quad] = set()  # triples whose place in the default graph is to be looked at

    @property
    def came(self) -> set[Quad]:
        """The quads that the store does not hold; `gone` are those that it alone holds."""
        return set(self._came.quads())

    def __contains__(self, quad: Quad) -> bool:
        return quad in self._came.engine or (quad in self._store.engine and quad not in self.gone)

    def quads(
        self,
        subject: Term | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The quads that match, in every named graph and the default graph."""
        yield from (q for q in self._store.quads(subject, predicate, object, graph) if q not in self.gone)
        yield from self._came.quads(subject, predicate, object, graph)

    def stating(self, quad: Quad) -> list[NamedNode]:
        """The graphs that give a triple to the default graph, sorted, that of what follows last."""
        found = {q.graph_name for q in self.quads(quad.subject, quad.predicate, quad.object)} - self._aside
        named = (graph for graph in found if isinstance(graph, NamedNode))
        return sorted(named, key=lambda graph: (graph == DERIVED, graph.value))

    def change(self, gone: set[Quad], came: set[Quad]) -> None:
        """Take quads of named graphs out that are there, and others in that are not; see `unite`."""
        self._note(gone, came)
        self.graphs |= {quad.graph_name for quad in came if isinstance(quad.graph_name, NamedNode)}
        self._loose |= {plain(quad) for quad in gone | came}

    def unite(self) -> None:
        """Bring the default graph up to date with what was changed."""
        if any(quad.predicate == _KIND for quad in self._loose):
            before, self._aside = self._aside, self._find_aside()
            self._loose |= {plain(quad) for graph in before ^ self._aside for quad in self.quads(graph=graph)}
        should = {quad for quad in self._loose if self.stating(quad)}
        self._note({q for q in self._loose - should if q in self}, {q for q in should if q not in self})
        self._loose = set()

    def whole(self) -> Store:
        """All of it as one store, for reading: the store itself as long as nothing has changed."""
        if self._due or self.graphs != self._graphs_then:
            self._copy = self._copied()
            self._due, self._graphs_then = [], self.graphs
        return self._copy or self._store

    def close(self) -> None:
        """Let go of the copy: the files of a store that is open cannot be removed for good."""
        self._copy = None

    def _copied(self) -> Store:
        if self._place is None:
            return self._written(self._copy or Store.of(self._store.quads()))
        if self._copy is None:
            self._store.copy(self._place)
        self._copy = None  # lets go of its files
        self._written(Store.open(self._place, writing=True))
        return Store.open(self._place)

    def _written(self, store: Store) -> Store:
        """A copy with what is due."""
        for gone, came in self._due:
            for quad in gone:
                store.engine.remove(quad)
            store.engine.extend(came)
        for graph in {*store.all_graphs()} ^ self.graphs:
            if graph in self.graphs:
                store.engine.add_graph(graph)
            else:
                store.engine.remove_graph(graph)
        return store

    def _note(self, gone: set[Quad], came: set[Quad]) -> None:
        if gone or came:
            self._due.append((gone, came))
        self.gone |= {quad for quad in gone if quad not in self._came.engine}
        for quad in gone:
            self._came.engine.remove(quad)
        self._came.engine.extend(came - self.gone)
        self.gone -= came

    def _find_aside(self) -> set[NamedNode]:
        """The graphs that are not part of the default graph."""
        told = Store.of(self.quads(predicate=_KIND))
        for graph in (PROFILE, *(q.subject for q in told.quads() if isinstance(q.subject, NamedNode))):
            told.engine.add_graph(graph)
        return {*told.all_graphs()} - {*told.united(), DERIVED}


def plain(quad: Quad) -> Quad:
    """A statement as one of the default graph."""
    return Quad(quad.subject, quad.predicate, quad.object, DEFAULT)
