"""How does a release of the data come to lie in a SPARQL service, whole or not at all?

Every named graph, what follows from them, and the unions that queries are over (``remote``) are sent by the Graph Store
Protocol or by updates; then all is read back and compared. The graph that names the release loses the name first and
gets it last, so a load that is broken off leaves a service that holds none, and the next load mends it. Graphs that
rusgraf did not put there are not touched. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rusgraf import digest
from rusgraf.errors import BadParameter, ServiceFault
from rusgraf.rdf import write_triples
from rusgraf.remote.protocol import Service
from rusgraf.remote.reader import Reader
from rusgraf.remote.results import named
from rusgraf.remote.store import IDENTIFIER, IN_FORCE, NUMBER, RELEASE, STATED, STATED_DERIVED, Held, held
from rusgraf.store import DERIVED, Store
from rusgraf.terms import Literal, NamedNode, Quad, Term, Triple

BATCH = 20_000
"""Triples in one request of the Graph Store Protocol; there is one triple in memory many times over."""
UPDATE_BATCH = 500
Progress = Callable[[int, int], None]
"""Told how many triples are sent, of how many."""
Parts = Mapping[NamedNode, Callable[[], Iterator[Quad]]]


@dataclass(frozen=True)
class Loaded:
    """What a service now holds: the release, and how many graphs and triples were sent (none when all were there)."""

    release: str
    graphs: int
    triples: int


def parts(store: Store) -> Parts:
    """The graphs to load: those of the store, and the unions of those in force with and without interpretations."""

    def reading(whole: Store, graph: NamedNode) -> Callable[[], Iterator[Quad]]:
        return lambda: whole.quads(graph=graph)

    found = {graph: reading(store, graph) for graph in store.all_graphs()}
    found[IN_FORCE] = store.default
    if store.interpretations():
        stated = store.asserted()
        found |= {STATED: stated.default, STATED_DERIVED: reading(stated, DERIVED)}
    return found


def load(store: Store, service: Service, progress: Progress | None = None) -> Loaded:
    """Make the service hold what `store` holds, and nothing of an earlier release. Nothing is sent when it does."""
    if not service.addresses.graph_store and not service.addresses.update:
        raise BadParameter(
            "There is no address to load to.",
            "Give --graph-store, or --update-endpoint.",
            sv="Det finns ingen adress att ladda till.",
            cure_sv="Ange --graph-store eller --update-endpoint.",
        )
    reader = Reader(service)
    wanted = parts(store)
    numbers = {graph: sum(1 for _ in read()) for graph, read in wanted.items()}
    before = held(reader)
    if before == Held(store.release(), numbers) and not different(reader, wanted):
        return Loaded(store.release(), 0, 0)
    _send(service, wanted, {**before.numbers, **numbers}, progress)
    if wrong := different(reader, wanted):
        raise ServiceFault(
            f"What the service holds is not what was sent: {', '.join(g.value for g in wrong)}.",
            "It changes some values, or something else writes there; see docs/scaling.md.",
            sv=f"Det som tjänsten har är inte det som skickades: {', '.join(g.value for g in wrong)}.",
            cure_sv="Den ändrar vissa värden, eller något annat skriver dit; se docs/scaling.md.",
        )
    describe(service, Held(store.release(), numbers))
    return Loaded(store.release(), len(wanted), sum(numbers.values()))


def _send(service: Service, wanted: Parts, numbers: Mapping[NamedNode, int], progress: Progress | None) -> None:
    """Send the wanted graphs, and delete those of `numbers` that are not wanted; no release is named meanwhile."""
    describe(service, Held("", numbers))
    total, sent = sum(numbers[g] for g in wanted), 0
    for graph in numbers:
        read = wanted.get(graph, lambda: iter(()))
        for number in _put_parts(service, graph, (q.triple for q in read())):
            sent += number
            if progress:
                progress(sent, total)


def different(reader: Reader, wanted: Parts) -> list[NamedNode]:
    """The graphs of which the service does not hold what is wanted; of the unions only the number is looked at."""
    found = [g for g, number in reader.numbers(wanted).items() if number != sum(1 for _ in wanted[g]())]
    if found:
        return found
    ours, theirs = _Content(), _Content()
    for graph in wanted:
        if graph not in (IN_FORCE, STATED):
            here = ours.add(graph, ((q.subject, q.predicate, q.object) for q in wanted[graph]()))
            if here != theirs.add(graph, reader.graph(graph)):
                found.append(graph)
    return found or ours.nameless_differ(theirs)


class _Content:
    """What graphs hold: compared graph by graph, and what is said of blank nodes, which have no names, together."""

    def __init__(self) -> None:
        self._nameless: list[Quad] = []

    def add(self, graph: NamedNode, triples: Iterable[tuple[Term, ...]]) -> digest.Digest:
        """The digest of a graph's triples."""
        quads = [Quad(s, p, o, graph) for s, p, o in triples]  # type: ignore[arg-type]
        self._nameless += filter(digest.is_nameless, quads)
        return digest.of_graph(quads)

    def nameless_differ(self, other: _Content) -> list[NamedNode]:
        """The graphs that say something of blank nodes, when the other content says other things of them."""
        if digest.of_nameless(self._nameless) == digest.of_nameless(other._nameless):
            return []
        graphs = {q.graph_name for q in self._nameless if isinstance(q.graph_name, NamedNode)}
        return sorted(graphs, key=lambda g: g.value)


def _description(holding: Held) -> list[Triple]:
    name = [Triple(RELEASE, IDENTIFIER, Literal(holding.release))] if holding.release else []
    return [*name, *(Triple(graph, NUMBER, Literal(number)) for graph, number in holding.numbers.items())]


def describe(service: Service, holding: Held) -> None:
    """Have the service say what it holds; without a release while that is changed."""
    for _ in _put_parts(service, RELEASE, _description(holding)):
        pass


def written(triples: Iterable[Triple]) -> bytes:
    """Triples as N-Triples, as a service is sent them."""
    return write_triples(
        (Triple(*(named(t) for t in (x.subject, x.predicate, x.object))) for x in triples),  # type: ignore[arg-type]
        "nt",
    )


def _put_parts(service: Service, graph: NamedNode, triples: Iterable[Triple]) -> Iterator[int]:
    """Make the triples the content of a graph, part by part; yields how many each part has."""
    by_graph_store = bool(service.addresses.graph_store)
    todo = iter(triples)
    batches = iter(lambda: list(islice(todo, BATCH if by_graph_store else UPDATE_BATCH)), [])
    if not by_graph_store:
        service.update(f"DROP SILENT GRAPH {graph}")
    first = True
    for batch in batches:
        content = written(batch)
        if by_graph_store:
            service.put(graph.value, content, replace=first)
        else:
            service.update(f"INSERT DATA {{ GRAPH {graph} {{\n{content.decode()}}} }}")
        first = False
        yield len(batch)
    if first and by_graph_store:
        service.delete(graph.value)


def write(store: Store, path: Path) -> Loaded:
    """Write what a service would be sent as N-Quads, for a service that has its own way of reading much."""
    wanted = parts(store)
    numbers = dict.fromkeys(wanted, 0)
    unfinished = path.with_name(f"{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8") as file:
        for graph, read in wanted.items():
            for quad in read():
                numbers[graph] += 1
                file.write(_line(quad.triple, graph))
        for triple in _description(Held(store.release(), numbers)):
            file.write(_line(triple, RELEASE))
    unfinished.replace(path)
    return Loaded(store.release(), len(wanted), sum(numbers.values()))


def _line(triple: Triple, graph: NamedNode) -> str:
    return f"{named(triple.subject)} {triple.predicate} {named(triple.object)} {graph} .\n"
