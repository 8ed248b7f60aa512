"""What do the data say, when they lie in a SPARQL service? `Store`'s interface over a service that ``loading`` filled.

Queries run on the service, over one graph that holds the union of the graphs in force (so nothing rests on what a
service takes for its default graph). Statements are fetched when they are asked for, for many things at a time: things
that came together in an answer are soon asked about one by one. What was fetched is kept, so memory grows with what was
asked, not with the graph. A `RemoteStore` is a snapshot as long as nobody loads other data; `check` tells. Not done
here: what is sent to a service (``loading``). Layer: domain.
"""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from rusgraf import mint, rdf
from rusgraf.errors import LimitReached, ServiceFault
from rusgraf.remote import rewrite
from rusgraf.remote.reader import EVERYTHING, Reader
from rusgraf.remote.results import named, read_triples, write
from rusgraf.store import DERIVED, Dataset, Store, Table
from rusgraf.terms import RDF_TYPE, BlankNode, Literal, NamedNode, Quad, Term, expand, rus

RELEASE = NamedNode(mint.graph("utgava"))
"""The graph that says which release a service holds, and how many statements each graph has."""
IN_FORCE = NamedNode(mint.graph("i-kraft"))
"""The union of the graphs in force: the default graph of every query."""
STATED = NamedNode(mint.graph("i-kraft-utan-tolkningar"))
"""The same without interpretations; there only when there are some."""
STATED_DERIVED = NamedNode(mint.graph("harledd-utan-tolkningar"))
NOTHING = NamedNode(mint.graph("tom"))
"""A graph that is never there."""
OURS = (RELEASE, IN_FORCE, STATED, STATED_DERIVED)
IDENTIFIER = expand("dcterms:identifier")
NUMBER = NamedNode("http://rdfs.org/ns/void#triples")
MAX_COPY = 2_000_000
"""Statements; beyond that `RemoteStore.extended` refuses."""
MAX_KEPT = 1_000_000
"""Statements that are kept; beyond that a store begins afresh."""
_KIND = rus("grafslag")
_DUMP = b"service\n"
_BATCH = 300


@dataclass(frozen=True)
class Held:
    """What a service says that it holds: the release ("" while it is being loaded), and each graph's triples."""

    release: str
    numbers: Mapping[NamedNode, int]


def held(reader: Reader) -> Held:
    """What a service holds, by its graph RELEASE."""
    table = reader.table(f"SELECT ?s ?p ?o WHERE {{ GRAPH {RELEASE} {{ ?s ?p ?o }} }}", any_order=True)
    release, numbers = "", {}
    for subject, predicate, value in table.rows:
        if predicate == IDENTIFIER and isinstance(value, Literal):
            release = value.value
        elif predicate == NUMBER and isinstance(subject, NamedNode) and isinstance(value, Literal):
            numbers[subject] = int(value.value)
    return Held(release, numbers)


class RemoteStore(Store):
    """A snapshot of the graph in a SPARQL service. Make one with `connect`."""

    reaches_out = True

    def __init__(self, reader: Reader, holding: Held, *, asserted: bool, extra: Sequence[Quad]) -> None:
        super().__init__(Store.of(()).engine, release=holding.release)
        self.ports = reader.service.ports()
        self._reader, self._holding, self._extra = reader, holding, extra
        self._is_asserted = asserted and STATED in holding.numbers
        added = {q.graph_name for q in extra if isinstance(q.graph_name, NamedNode)}
        self._graphs = {g for g in holding.numbers if g not in OURS} | added
        self._kept = _Kept()
        self._whole: Store | None = None
        self._last = ("", EVERYTHING), Table(())
        self._default: set[object] = set()  # the graphs in force: what they state is in the default graph too
        self._kinds = self._fetch(self._kept, "p", [], _KIND)
        self._kept = self._fresh()
        self._default = {*self.united(asserted=self._is_asserted), DERIVED}
        self._kept = self._fresh()

    @classmethod
    def connect(cls, reader: Reader, *, asserted: bool = False, extra: Iterable[Quad] = ()) -> RemoteStore:
        """The store that a service holds. `extra` are statements beside it, which queries on the service do not see."""
        holding = held(reader)
        if not holding.release:
            half, half_sv = ("whole ", "hel ") if holding.numbers else ("", "")
            raise ServiceFault(
                f"The service holds no {half}release of rusgraf.",
                "Load one with rusgraf load.",
                sv=f"Tjänsten har ingen {half_sv}utgåva av rusgraf.",
                cure_sv="Ladda en med rusgraf load.",
            )
        return cls(reader, holding, asserted=asserted, extra=list(extra))

    def check(self) -> None:
        """Raise when the service holds another release by now; see `Store.check`."""
        release = Literal(self._holding.release)
        if not self._reader.truth(f"ASK {{ GRAPH {RELEASE} {{ {RELEASE} {IDENTIFIER} {release} }} }}"):
            raise _changed()

    # Queries

    def query(
        self, text: str, bindings: Mapping[str, Term] | None = None, *, over: Dataset | None = None, base: str = ""
    ) -> rdf.Result:
        """Evaluate a query on the service; see `Store.query`."""
        form = Store.of(()).query(text, base=base)  # over nothing: it parses, and is of which form?
        if over is not None:
            text = rewrite.without_from(text)
        chosen = self._over(text) if over is None else self._among(over)
        full = (f"BASE <{base}> " if base else "") + _written(text, bindings)
        if rdf.is_table(form):
            return rdf.read_result(write(self._table(full, chosen, any_order=False)))
        if rdf.is_graph(form):
            return rdf.graph_result(read_triples(self._reader.triples(full, chosen)))
        return rdf.read_result(write(self._reader.truth(full, chosen)))

    def select(self, text: str, bindings: Mapping[str, Term] | None = None, *, any_order: bool = False) -> Table:
        """The answer of a SELECT on the service; see `Store.select`. The last one is kept: it is often asked twice."""
        Store.of(()).select(text)  # raises when it does not parse, or is none
        return self._table(_written(text, bindings), self._over(text), any_order=any_order)

    def _table(self, full: str, over: Dataset, *, any_order: bool) -> Table:
        if (full, over) != self._last[0]:
            table = self._reader.table(full, over, any_order=any_order)
            for column in range(len(table.columns)):
                self._kept.remember("so", (row[column] for row in table.rows))
            self._last = (full, over), table
        return self._last[1]

    def _among(self, over: Dataset) -> Dataset:
        """The chosen graphs that are graphs of this store; one that holds nothing for none, which has no name.

        Virtuoso takes no named graph for all that it has.
        """
        ours = {graph.value for graph in self._graphs}
        default, named = ([graph for graph in chosen if graph in ours] for chosen in (over.default, over.named))
        return Dataset(tuple(default) or (NOTHING.value,), tuple(named) or (NOTHING.value,))

    def _over(self, text: str) -> Dataset:
        """The graphs that a query is over: its own choice where it names them."""
        found = rewrite.shape(text)
        if "FROM" in found.outside:
            return EVERYTHING
        reachable = sorted(g.value for g in self._graphs) if "GRAPH" in found.words else []
        return Dataset(((STATED if self._is_asserted else IN_FORCE).value,), tuple(reachable))

    # Statements

    def size(self) -> int:
        """The number of quads; see `Store.size`."""
        return sum(self._holding.numbers.get(g, 0) for g in (*self._graphs, IN_FORCE))

    def counts(self) -> dict[str, int]:
        """The number of statements of each named graph."""
        return {g.value: self._holding.numbers.get(g, 0) for g in self._graphs}

    def quads(
        self,
        subject: Term | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The quads that match; see `Store.quads`."""
        return self._covering(subject, predicate, object, graph).quads(subject, predicate, object, graph)

    def default(
        self, subject: Term | None = None, predicate: NamedNode | None = None, object: Term | None = None
    ) -> Iterator[Quad]:
        """The statements of the default graph that match."""
        return self._covering(subject, predicate, object, None).default(subject, predicate, object)

    def all_graphs(self) -> list[NamedNode]:
        """Every named graph, sorted, also those that are not in force."""
        return sorted(self._graphs, key=lambda g: g.value)

    def _covering(
        self, subject: Term | None, predicate: NamedNode | None, object: Term | None, graph: NamedNode | None
    ) -> Store:
        """The statements that are here, when all that a pattern can match is fetched."""
        if self._kept.number > MAX_KEPT:
            self._kept = self._fresh()
        kept = self._kept  # a request beside this one may begin afresh; this one keeps what it has
        if subject is not None:
            self._ask(kept, "s", None, subject)
        elif object is not None:
            self._ask(kept, "o", predicate, object)
        elif predicate is not None:
            self._ask(kept, "p", predicate, None)
        else:
            for one in [graph] if graph is not None else self.all_graphs():
                self._ask(kept, "g", None, one)
        return kept.store

    def _fresh(self) -> _Kept:
        """What is here from the start: what makes a graph one in force, and the statements beside the service."""
        kept = _Kept()
        kept.add([*self._kinds, *self._extra], self._default)
        kept.covered.add(("p", _KIND, None))
        return kept

    def _ask(self, kept: _Kept, kind: str, predicate: NamedNode | None, term: Term | None) -> None:
        """Fetch for a term, and for those that came together with it."""
        if (kind, predicate, term) in kept.covered or ("p", predicate, None) in kept.covered:
            return
        if kind == "s" and isinstance(term, Literal):  # of which nothing is said
            return
        batch = [] if term is None else [term]
        if term is not None and predicate != RDF_TYPE:  # the things of one class tell nothing of those of another
            batch = [t for t in kept.block(kind, term) if (kind, predicate, t) not in kept.covered]
        kept.add(self._fetch(kept, kind, batch, predicate), self._default)
        kept.covered |= {(kind, predicate, t) for t in batch} | {(kind, predicate, term)}

    def _fetch(self, kept: _Kept, kind: str, terms: list[Term], predicate: NamedNode | None) -> list[Quad]:
        """The statements about terms (s), to terms (o), by the predicate (p), or of whole graphs (g)."""
        if kind == "g":
            return [quad for g in terms if isinstance(g, NamedNode) for quad in self._graph(g)]
        values = f"VALUES ?{kind} {{ {' '.join(str(named(t)) for t in terms)} }}" if terms else ""
        hidden = ", ".join(
            str(g) for g in (RELEASE, IN_FORCE, STATED, DERIVED if self._is_asserted else STATED_DERIVED)
        )
        pattern = f"GRAPH ?g {{ ?s {predicate or '?p'} ?o }} FILTER(?g NOT IN ({hidden}))"
        rows = self._reader.table(f"SELECT ?g ?s ?p ?o WHERE {{ {values} {pattern} }}", any_order=True).rows
        found = []
        for graph, s, p, o in rows:
            where, by = (DERIVED if graph == STATED_DERIVED else graph), p or predicate
            if where in self._graphs and isinstance(where, NamedNode) and isinstance(by, NamedNode) and s and o:
                found.append(Quad(s, by, o, where))  # type: ignore[arg-type]
        if kind == "s":
            objects: dict[Term, list[Term]] = {}
            for quad in found:
                objects.setdefault(quad.predicate, []).append(quad.object)
            for together in objects.values():
                kept.remember("s", together)
        elif kind == "o":
            kept.remember("so", (quad.subject for quad in found))
        return found

    def _graph(self, graph: NamedNode) -> Iterator[Quad]:
        """All that a graph states; raises when it is not as much as when it was loaded."""
        source = STATED_DERIVED if graph == DERIVED and self._is_asserted else graph
        number = 0
        for s, p, o in self._reader.graph(source):
            number += 1
            yield Quad(s, p, o, graph)  # type: ignore[arg-type]
        if number != self._holding.numbers.get(source, 0):
            raise _changed()

    # Other stores made of this one

    def asserted(self) -> Store:
        """This store without interpretations."""
        return RemoteStore(self._reader, self._holding, asserted=True, extra=self._extra)

    def extended(
        self, quads: Iterable[Quad], *, asserted: bool = False, without: Collection[Quad] = frozenset()
    ) -> Store:
        """A store in memory of all that the service holds, with `quads` and not those `without`; MAX_COPY at most."""
        if self._whole is None:
            self._whole = self._copied()
        return self._whole.extended(quads, asserted=asserted, without=without)

    def _copied(self) -> Store:
        number = sum(self._holding.numbers.get(g, 0) for g in self._graphs)
        if number > MAX_COPY:
            raise LimitReached(
                f"This needs a copy of all {number} statements in memory, and {MAX_COPY} are the most.",
                "Run it on the files of a region, with --data.",
                sv=f"Det här kräver en kopia av alla {number} påståenden i minnet, och {MAX_COPY} är det mesta.",
                cure_sv="Kör det på filerna för en region, med --data.",
            )
        stated = (quad for graph in self._graphs - {DERIVED} for quad in self._graph(graph))
        return Store.of(chain(stated, self._extra))

    def dump(self) -> bytes:
        """What a worker connects to the same service with: see `from_dump`. Credentials are in it."""
        return _DUMP + pickle.dumps((self._reader, self._holding, self._is_asserted, list(self._extra)))

    @classmethod
    def from_dump(cls, content: bytes) -> Store:
        """The store that `dump` wrote, remote or embedded. Never give it what comes from outside."""
        if not content.startswith(_DUMP):
            return Store.from_dump(content)
        reader, holding, asserted, extra = pickle.loads(content[len(_DUMP) :])  # noqa: S301 - written by `dump`
        return cls(reader, holding, asserted=asserted, extra=extra)


def _written(text: str, bindings: Mapping[str, Term] | None) -> str:
    """A query's text as the service is asked it."""
    return rewrite.bound(rewrite.no_more_named(text, NOTHING), bindings or {})


class _Kept:
    """What was fetched, for which patterns that is all there is, and which terms came together."""

    def __init__(self) -> None:
        self.store = Store.of(())
        self.number = 0
        self.covered: set[tuple[str, Term | None, Term | None]] = set()
        self._together: dict[tuple[str, Term], tuple[list[Term], int]] = {}

    def add(self, quads: Sequence[Quad], default: Collection[object]) -> None:
        """Keep quads; those of the `default` graphs in the default graph too."""
        self.store.engine.extend(quads)
        self.store.engine.extend(Quad(q.subject, q.predicate, q.object) for q in quads if q.graph_name in default)
        self.number += len(quads)

    def remember(self, kinds: str, terms: Iterable[Term | None]) -> None:
        """Terms that came together: one asked about (s) or for what points to it (o), the others may soon be too."""
        together: list[Term] = [t for t in dict.fromkeys(terms) if isinstance(t, NamedNode | BlankNode)]
        for kind in kinds:
            self._together |= {(kind, term): (together, i) for i, term in enumerate(together)}

    def block(self, kind: str, term: Term) -> list[Term]:
        """The term with others that it came together with."""
        together, place = self._together.get((kind, term), ([term], 0))
        start = place - place % _BATCH
        return together[start : start + _BATCH]


def _changed() -> ServiceFault:
    return ServiceFault(
        "The service was loaded with other data meanwhile.",
        "Run again.",
        sv="Tjänsten laddades med andra data under tiden.",
        cure_sv="Kör igen.",
    )
