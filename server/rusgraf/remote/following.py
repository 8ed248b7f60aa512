"""How does a SPARQL service go on holding what a store directory answers from, when that gets a new release?

The store is where writes are tried, traced and kept; the service is loaded after it. Between two releases only the
statements that differ are sent, as updates. Everything is (``loading``) where that cannot be: without an address for
updates, or when the service holds something else than a release that the directory still has. As there, the name of the
release goes first and comes last; what then is not as many statements as meant is loaded anew. Layer: domain.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from rusgraf.digest import NAMELESS
from rusgraf.errors import BrokenStore, ServiceFault
from rusgraf.releases import Opened, Release, names, open_release
from rusgraf.remote import loading
from rusgraf.remote.loading import UPDATE_BATCH, Loaded, Progress
from rusgraf.remote.protocol import Service
from rusgraf.remote.reader import Reader
from rusgraf.remote.store import IN_FORCE, OURS, STATED, STATED_DERIVED, Held, held
from rusgraf.store import DERIVED, Store
from rusgraf.terms import DEFAULT, NamedNode, Quad, Triple

log = logging.getLogger("rusgraf.remote")


@dataclass(frozen=True)
class Change:
    """The triples that a graph of the service is to lose, and to get."""

    gone: list[Triple]
    came: list[Triple]


class _Side:
    """A release; `has_two` says that there are interpretations, so that a service holds it with and without them."""

    def __init__(self, opened: Opened) -> None:
        self.release, self.store = opened.release, opened.store
        self.has_two = bool(opened.store.interpretations())

    @cached_property
    def stated(self) -> Store:
        """The store without interpretations."""
        return self.store.asserted()

    def united(self) -> set[NamedNode]:
        """The graphs that a union of the service is made of."""
        return {*self.store.united(), *self.store.united(asserted=True)}


class Follower:
    """Has a service hold what a store directory answers from. For one thread at a time."""

    def __init__(self, directory: Path, service: Service) -> None:
        self.directory, self.service = directory, service
        self._last: _Side | None = None

    def is_there(self) -> bool:
        """Whether the service says that it holds the release that it was to follow to at last."""
        return self._last is not None and _is(held(Reader(self.service)), self._last.release)

    def follow(self, opened: Opened, progress: Progress | None = None) -> Loaded:
        """Have the service hold a release; nothing is sent when it does."""
        there = held(Reader(self.service))
        if _is(there, opened.release):
            self._last = self._last or _Side(opened)
            return Loaded(opened.release.release, 0, 0)
        before = self._side_of(there) if self.service.addresses.update else None
        after = _Side(opened)
        try:
            if before and before.has_two == after.has_two:
                return _send(self.service, there, changes(before, after), opened.release.release)
        except ServiceFault as fault:
            log.warning("loading the service anew: %s", fault.line())
        finally:
            self._last = after
        return loading.load(opened.store, self.service, progress)

    def _side_of(self, there: Held) -> _Side | None:
        """The release that the service holds, if the directory has it still."""
        if self._last and _is(there, self._last.release):
            return self._last
        for name in names(self.directory):
            if there.release and name.endswith(f"-{there.release}"):
                try:
                    found = open_release(self.directory / "releases" / name)
                except BrokenStore:
                    continue
                if _is(there, found.release):
                    return _Side(found)
        return None


def _is(there: Held, release: Release) -> bool:
    """Whether a service holds a release: by its name, and by how much it says of each graph and of the whole."""
    return (
        there.release == release.release
        and all(there.numbers.get(NamedNode(g), 0) == number for g, number in release.stated().items())
        and sum(n for g, n in there.numbers.items() if g == IN_FORCE or g not in OURS) == release.quads
    )


def changes(before: _Side, after: _Side) -> Mapping[NamedNode, Change]:
    """What differs between two releases, by the graph of the service.

    The stated graphs are told apart by their digests, so this costs what has changed, and reading what is derived.
    """
    pairs = [(graph, before.store, after.store, graph) for graph in _differing(before.release, after.release)]
    pairs.append((DERIVED, before.store, after.store, DERIVED))
    unions = [(IN_FORCE, before.store, after.store)]
    if after.has_two:
        pairs.append((STATED_DERIVED, before.stated, after.stated, DERIVED))
        unions.append((STATED, before.stated, after.stated))
    found = {place: Change(_only_in(old, new, graph), _only_in(new, old, graph)) for place, old, new, graph in pairs}
    touched = {triple for change in found.values() for triple in (*change.gone, *change.came)}
    for graph in before.united() ^ after.united():  # came into force, or went out of it
        touched |= {quad.triple for side in (before, after) for quad in side.store.quads(graph=graph)}
    for place, old, new in unions:
        found[place] = Change(_only_there(old, new, touched), _only_there(new, old, touched))
    return {place: change for place, change in found.items() if change.gone or change.came}


def _differing(before: Release, after: Release) -> list[NamedNode]:
    """The stated graphs that differ; all of them where statements with blank nodes do, which digests leave out."""
    all_of_them = before.graphs.get(NAMELESS) != after.graphs.get(NAMELESS)
    every = sorted({*before.graphs, *after.graphs} - {NAMELESS})
    return [NamedNode(g) for g in every if all_of_them or before.graphs.get(g) != after.graphs.get(g)]


def _only_in(one: Store, other: Store, graph: NamedNode) -> list[Triple]:
    """The triples of a graph of the one store that it has not in the other."""
    return [quad.triple for quad in one.quads(graph=graph) if quad not in other.engine]


def _only_there(one: Store, other: Store, touched: Iterable[Triple]) -> list[Triple]:
    """Those of the triples that are in the default graph of the one store and not of the other."""
    quads = (Quad(t.subject, t.predicate, t.object, DEFAULT) for t in touched)
    return [quad.triple for quad in quads if quad in one.engine and quad not in other.engine]


def _send(service: Service, there: Held, found: Mapping[NamedNode, Change], release: str) -> Loaded:
    """Change the graphs of a service, and say so when they are as large as they should be."""
    numbers = dict(there.numbers)
    for graph, change in found.items():
        numbers[graph] = numbers.get(graph, 0) + len(change.came) - len(change.gone)
    loading.describe(service, Held("", {**there.numbers, **numbers}))
    for text in _updates(found):
        service.update(text)
    counted = Reader(service).numbers(found)
    if wrong := [graph.value for graph in found if counted[graph] != numbers[graph]]:
        raise ServiceFault(
            f"What the service holds is not what was sent: {', '.join(wrong)}.",
            "It is loaded anew.",
            sv=f"Det som tjänsten har är inte det som skickades: {', '.join(wrong)}.",
            cure_sv="Den laddas om.",
        )
    loading.describe(service, Held(release, {graph: number for graph, number in numbers.items() if number}))
    return Loaded(release, len(found), sum(len(c.gone) + len(c.came) for c in found.values()))


def _updates(found: Mapping[NamedNode, Change]) -> Iterator[str]:
    """The changes as updates, each of as many triples as a service takes at once."""
    parts: list[str] = []
    room = UPDATE_BATCH
    for verb, graph, triples in [
        *(("DELETE", graph, change.gone) for graph, change in found.items()),
        *(("INSERT", graph, change.came) for graph, change in found.items()),
    ]:
        todo = iter(triples)
        while batch := list(islice(todo, room)):
            parts.append(f"{verb} DATA {{ GRAPH {graph} {{\n{loading.written(batch).decode()}}} }}")
            room -= len(batch)
            if not room:
                yield " ;\n".join(parts)
                parts, room = [], UPDATE_BATCH
    if parts:
        yield " ;\n".join(parts)
