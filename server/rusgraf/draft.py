"""How does a store change in place, so that it equals one made anew of the same graphs?

Statements of one graph come and go; the default graph follows, and what is derived is worked out again near them alone.
That is exact as long as each rule of ``queries/harledning/`` joins its things by statements with the properties that it
names (or by symmetric ones), never by a class or a value alone: what follows about a thing then rests on what hangs
together with it by those. A change of the class or property tree is worked out anew as a whole. Not done here: what may
be changed (``publish``), and making the change lasting (``commits``). Layer: domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from rusgraf.digest import NAMELESS, Digest, is_nameless
from rusgraf.store import DERIVED, Store, derivations
from rusgraf.terms import DEFAULT, RDF_TYPE, Literal, NamedNode, Quad, Term, expand

_SUBCLASS, _SUBPROPERTY = expand("rdfs:subClassOf"), expand("rdfs:subPropertyOf")
_SYMMETRIC = expand("owl:SymmetricProperty")
_NAMED = re.compile(r"\b((?:rus|dcterms|skos|prov|org):[a-z]\w*)")


def is_schema(quad: Quad) -> bool:
    """Whether a statement changes what follows from others of any kind."""
    return quad.predicate in (_SUBCLASS, _SUBPROPERTY) or (quad.predicate == RDF_TYPE and quad.object == _SYMMETRIC)


class Draft(Store):
    """A store that changes; open one with `Draft.at`."""

    _touched: set[NamedNode]
    _has_nameless: bool
    _size: int

    @classmethod
    def at(cls, directory: Path, *, size: int) -> Draft:
        """The store of `size` quads in a directory that nobody else uses, for changing."""
        return cls.on(Store.open(directory, writing=True), size=size)

    @classmethod
    def on(cls, store: Store, *, size: int | None = None) -> Draft:
        """A draft that changes `store` itself."""
        made = cls(store.engine)
        made._touched, made._has_nameless, made._size = set(), False, store.size() if size is None else size
        return made

    def size(self) -> int:
        """The number of quads, kept along with the changes: what is written is counted against it."""
        return self._size

    def replace(self, graph: NamedNode, quads: Iterable[Quad]) -> None:
        """Make these the statements of a named graph, whatever graph they are given in; none removes it."""
        fresh = set(Store.of(Quad(q.subject, q.predicate, q.object, graph) for q in quads).quads())
        old = set(self.quads(graph=graph))
        before = set(self.united())
        self._swap(old - fresh, fresh - old)
        if not fresh:
            self._inner.remove_graph(graph)
        after = set(self.united())
        changed = {_plain(q) for q in old ^ fresh} if graph in before | after else set()
        changed |= {_plain(q) for moved in before ^ after for q in self.quads(graph=moved)}
        self._settle(changed, after)
        self._touched.add(graph)
        self._has_nameless |= any(is_nameless(q) for q in old ^ fresh)
        self._labels.clear()
        self._release = ""

    def digests_after(self, before: Mapping[str, Digest]) -> dict[str, Digest]:
        """The digests of all graphs, those that have not changed taken from `before`."""
        if self._has_nameless:
            return self.digests()
        gone = {graph.value for graph in self._touched}
        kept = {graph: found for graph, found in before.items() if graph not in gone}
        return {**kept, **self.digests(self._touched), NAMELESS: before[NAMELESS]}

    def _swap(self, gone: Iterable[Quad], come: Iterable[Quad]) -> None:
        for quad in gone:
            if quad in self._inner:
                self._inner.remove(quad)
                self._size -= 1
        new = {quad for quad in come if quad not in self._inner}
        self._inner.extend(new)
        self._size += len(new)

    def _settle(self, changed: set[Quad], united: set[NamedNode]) -> None:
        """Bring the default graph and what follows up to date with triples that came, went, or may have."""
        if any(is_schema(quad) for quad in changed):
            self._make_anew()
            return
        links = self._links()
        near = self._near(changed, links, united)
        had = {_plain(q) for node in near for q in self._about(node, DERIVED)}
        follows = self._follows(near, united)
        stated = {q for q in changed | had if self._is_stated(q, united)}
        self._swap((_derived(q) for q in had - follows), (_derived(q) for q in follows - had))
        self._swap((changed | had) - stated - follows, stated | follows)

    def _make_anew(self) -> None:
        whole = self.extended(())
        for graph in (DERIVED, DEFAULT):
            had, should = ({q for q in store.quads() if q.graph_name == graph} for store in (self, whole))
            self._swap(had - should, should - had)

    def _links(self) -> set[Term]:
        """The properties by which what follows about one thing can rest on another."""
        links: set[Term] = {expand(name) for text in derivations() for name in _NAMED.findall(text)}
        links |= {q.subject for q in self.default(None, RDF_TYPE, _SYMMETRIC)}
        below = [(q.subject, q.object) for q in self.default(None, _SUBPROPERTY)]
        while more := {narrow for narrow, wide in below if wide in links} - links:
            links |= more
        return links

    def _near(self, changed: Iterable[Quad], links: set[Term], united: set[NamedNode]) -> set[Term]:
        """The things that the triples are about, and all that hang together with these by the links."""
        here = [q.subject for q in changed] + [q.object for q in changed if q.predicate in links]
        near: set[Term] = set()
        while here:
            node = here.pop()
            if node in near or isinstance(node, Literal):
                continue
            near.add(node)
            here += (q.object for q in self._about(node) if q.predicate in links and q.graph_name in united)
            for link in links:
                if isinstance(link, NamedNode):
                    here += (q.subject for q in self.quads(None, link, node) if q.graph_name in united)
        return near

    def _about(self, node: Term, graph: NamedNode | None = None) -> Iterable[Quad]:
        return self.quads(node, graph=graph)

    def _follows(self, near: set[Term], united: set[NamedNode]) -> set[Quad]:
        """What follows about the things, as triples."""
        schema = [q for p in (_SUBCLASS, _SUBPROPERTY) for q in self.default(None, p)]
        local = Store.of(
            [
                *schema,
                *self.default(None, RDF_TYPE, _SYMMETRIC),
                *(_plain(q) for node in near for q in self._about(node) if q.graph_name in united),
            ]
        )
        local._derive()
        return {_plain(q) for q in local.quads(graph=DERIVED) if q.subject in near}

    def _is_stated(self, quad: Quad, united: set[NamedNode]) -> bool:
        return any(q.graph_name in united for q in self.quads(quad.subject, quad.predicate, quad.object))


def _plain(quad: Quad) -> Quad:
    """A statement as one of the default graph."""
    return Quad(quad.subject, quad.predicate, quad.object, DEFAULT)


def _derived(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, DERIVED)
