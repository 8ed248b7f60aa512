"""What do the data say? Loading files into named graphs, the default graph, and SPARQL over them.

A store is a snapshot: the files' named graphs, one graph of what follows from them
(``queries/harledning/``), and a default graph that is the union of the graphs in force (contract §3).
In memory, or in a directory. Not done here: limits on time and memory (``workers``), changing a store (``draft``),
which directory holds the current one (``releases``).
Layer: domain; one of the modules that import pyoxigraph.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from rusgraf import assets, digest, mint
from rusgraf.errors import BadQuery, BrokenAsset, UnreadableInput, unanswerable, unparsable
from rusgraf.rdf import Result, data_files, read_quads
from rusgraf.terms import PREF_LABEL, RDFS_LABEL, TITLE, Literal, NamedNode, Quad, Term, Triple, rus

DERIVED = NamedNode(mint.graph("harledd"))
ONTOLOGY = NamedNode(mint.graph("ontologi"))
TERMINOLOGY = NamedNode(mint.graph("termer"))
PROFILE = NamedNode(mint.graph("profil"))
PROVENANCE = NamedNode(mint.graph("proveniens"))
OWN = (DERIVED, ONTOLOGY, TERMINOLOGY, PROFILE, PROVENANCE)  # graphs that the program itself writes
_KIND = f"{mint.BASE}def/grafslag/"
OUT_OF_FORCE = (NamedNode(_KIND + "ersatt"), NamedNode(_KIND + "exempel"), NamedNode(_KIND + "proveniens"))
INTERPRETATION = NamedNode(_KIND + "tolkning")


@dataclass(frozen=True)
class Table:
    """The answer of a SELECT: column names, and rows of terms in that order (None where unbound)."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Term | None, ...]] = ()


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query is over, instead of those of the store: their union is the default graph, GRAPH reaches
    the named ones. None of either kind means that there is none of that kind."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def derivations() -> list[str]:
    """The texts of the rules of ``queries/harledning/``, in the order of their names."""
    found = (path for path in assets.files("queries", ".rq") if path.parent.name == "harledning")
    return [path.read_text(encoding="utf-8") for path in found]


class Store:
    """A snapshot of the graph. Make one with `Store.load`; ask it with `select`, `query` or `quads`."""

    reaches_out = False
    """Whether asking it takes a connection to another program (``remote``)."""
    ports: Collection[int] = ()
    """The ports of TCP that it is then asked over."""

    def __init__(self, inner: ox.Store, *, release: str = "") -> None:
        self._inner = inner
        self._labels: dict[tuple[str, str], str] = {}
        self._release = release

    @classmethod
    def load(
        cls,
        paths: Iterable[Path] | None = None,
        *,
        extra: Iterable[Quad] = (),
        asserted: bool = False,
    ) -> Store:
        """A store of the files at `paths` (the shipped data when None), with ontology and terminologies.

        `extra` are quads beside the files; `asserted` leaves interpretations out of the default graph.
        """
        inner = ox.Store()
        files = data_files([assets.folder("data")] if paths is None else paths)
        for path in assets.files("ontology", ".ttl"):
            graph = TERMINOLOGY if path.parent.name == "termer" else ONTOLOGY
            inner.extend(read_quads(path, PROFILE if path.stem == "prof" else graph))
        for path in files:
            inner.bulk_extend(read_quads(path))
        inner.extend(extra)
        store = cls(inner)
        store._fill_default_graph(asserted)
        store._derive()
        return store

    @classmethod
    def open(cls, directory: Path, *, release: str = "", writing: bool = False) -> Store:
        """The store that `save` or `copy` made in `directory`; `release` spares working it out.

        For reading by any number of processes, or for `writing` by this one alone.
        """
        try:
            inner = ox.Store(str(directory)) if writing else ox.Store.read_only(str(directory))
        except (OSError, ValueError, RuntimeError) as error:
            raise UnreadableInput(
                f"{directory}: {error}.",
                "Give the directory of a rusgraf store.",
                sv=f"{directory} går inte att öppna: {error}.",
                cure_sv="Ange katalogen för ett rusgraf-lager.",
            ) from error
        return cls(inner, release=release)

    def save(self, directory: Path) -> None:
        """Write this store to a new directory."""
        written = ox.Store(str(directory))
        written.bulk_extend(self._inner)
        written.flush()

    def copy(self, directory: Path) -> None:
        """Copy a store that lies in a directory to a new one; on the same disk by hard links, in milliseconds."""
        self._inner.backup(str(directory))

    def check(self) -> None:
        """Raise when what was read may be of two releases: never here, where a snapshot does not change."""

    @property
    def engine(self) -> ox.Store:
        """The Oxigraph store itself, for a library that takes one (``checks.profile``); not for writing."""
        return self._inner

    def size(self) -> int:
        """The number of quads, the default graph and what follows included."""
        return len(self._inner)

    def counts(self) -> dict[str, int]:
        """The number of statements of each named graph that has any."""
        one = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"  # of each by itself: GROUP BY takes twice the time
        found = ((graph.value, next(self.answers(one, within=graph))[0]) for graph in self.all_graphs())
        return {graph: int(n.value) for graph, n in found if isinstance(n, Literal) and n.value != "0"}

    def all_graphs(self) -> list[NamedNode]:
        """Every named graph, sorted, also those that are not in force."""
        return sorted((g for g in self._inner.named_graphs() if isinstance(g, NamedNode)), key=lambda g: g.value)

    def graphs(self, *, asserted: bool = False) -> list[NamedNode]:
        """The named graphs in force, sorted: without superseded and example graphs (and interpretations)."""
        out = {*OUT_OF_FORCE, INTERPRETATION} if asserted else {*OUT_OF_FORCE}
        said = (q for q in self.quads(predicate=rus("grafslag")) if q.graph_name != ox.DefaultGraph())
        left_out = {q.subject for q in said if q.object in out}  # not of the default graph, which follows from this
        return [g for g in self.all_graphs() if g not in left_out]

    def interpretations(self) -> list[NamedNode]:
        """The graphs of interpretations."""
        return sorted(
            (
                q.subject
                for q in self.default(None, rus("grafslag"), INTERPRETATION)
                if isinstance(q.subject, NamedNode)
            ),
            key=lambda g: g.value,
        )

    def asserted(self) -> Store:
        """This store without interpretations: what the texts alone say, and what follows from it."""
        return self.extended((), asserted=True)

    def extended(
        self, quads: Iterable[Quad], *, asserted: bool = False, without: Collection[Quad] = frozenset()
    ) -> Store:
        """A new store in memory with `quads` too and not those `without`; default graph and derived ones made anew."""
        inner = ox.Store()
        stated = (q for graph in self.all_graphs() if graph != DERIVED for q in self.quads(graph=graph))
        inner.bulk_extend((q for q in stated if q not in without) if without else stated)
        inner.extend(quads)
        store = Store(inner)
        store._fill_default_graph(asserted)
        store._derive()
        return store

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Store:
        """A store in memory of these quads as they are, nothing derived."""
        inner = ox.Store()
        inner.extend(quads)
        return cls(inner)

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """The objects of a subject's property in the default graph, sorted."""
        return sorted((q.object for q in self.default(subject, predicate)), key=str)

    def default(
        self, subject: Term | None = None, predicate: NamedNode | None = None, object: Term | None = None
    ) -> Iterator[Quad]:
        """The statements of the default graph that match."""
        return self._inner.quads_for_pattern(subject, predicate, object, ox.DefaultGraph())  # type: ignore[arg-type]

    def stating(self, quad: Quad) -> list[NamedNode]:
        """The graphs in force that state a triple, derived ones left out."""
        in_force = self.graphs()
        found = self.quads(quad.subject, quad.predicate, quad.object)
        return [
            q.graph_name
            for q in found
            if isinstance(q.graph_name, NamedNode) and q.graph_name in in_force and q.graph_name != DERIVED
        ]

    def united(self, *, asserted: bool = False) -> list[NamedNode]:
        """The named graphs whose statements make the default graph, beside what follows from them."""
        return [graph for graph in self.graphs(asserted=asserted) if graph not in (PROFILE, DERIVED)]

    def _fill_default_graph(self, asserted: bool) -> None:
        chosen = self.united(asserted=asserted)
        self._inner.update(" ; ".join(f"ADD SILENT GRAPH {graph} TO DEFAULT" for graph in chosen))

    def _derive(self) -> None:
        """Add what follows by the CONSTRUCT rules, in the order of their names, to its graph and the default."""
        for text in derivations():
            triples = self.construct(text)
            for graph in (DERIVED, ox.DefaultGraph()):
                self._inner.extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples)

    def construct(self, text: str) -> list[Triple]:
        """The triples of a rule of derivation."""
        result = self.query(text)
        if not isinstance(result, ox.QueryTriples):
            raise BrokenAsset(
                f"{text[:80]!r}: not a CONSTRUCT.",
                "A derivation rule constructs triples.",
                sv=f"{text[:80]!r}: inte en CONSTRUCT.",
                cure_sv="En härledningsregel ska vara en CONSTRUCT.",
            )
        return list(result)

    def quads(
        self,
        subject: Term | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The quads that match, in every named graph and the default graph."""
        return self._inner.quads_for_pattern(subject, predicate, object, graph)  # type: ignore[arg-type]

    def query(
        self, text: str, bindings: Mapping[str, Term] | None = None, *, over: Dataset | None = None, base: str = ""
    ) -> Result:
        """Evaluate a SPARQL query, variables bound as terms. Guard texts from outside first (``guard``).

        `over` goes before FROM and FROM NAMED of the text; `base` is what relative IRIs of the text are relative to.
        """
        substitutions = {ox.Variable(name): term for name, term in (bindings or {}).items()}
        chosen = over or Dataset()
        try:
            return self._inner.query(
                text,
                base_iri=base or None,
                default_graph=None if over is None else [NamedNode(graph) for graph in chosen.default],
                named_graphs=None if over is None else [NamedNode(graph) for graph in chosen.named],
                substitutions=substitutions,
            )
        except SyntaxError as error:
            raise unparsable(text, str(error)) from error
        except (ValueError, OSError, RuntimeError) as error:
            raise unanswerable(error) from error

    def select(self, text: str, bindings: Mapping[str, Term] | None = None, *, any_order: bool = False) -> Table:
        """The answer of a SELECT as a table; other query forms raise BadQuery.

        `any_order` says that the order of the rows does not matter, so that a service may be asked in parts.
        """
        del any_order
        answer = self.query(text, bindings)
        if not isinstance(answer, ox.QuerySolutions):
            raise BadQuery(
                "This query is no SELECT.",
                "Ask for a graph format, or write a SELECT.",
                sv="Frågan är ingen SELECT.",
                cure_sv="Be om ett format för grafer, eller skriv en SELECT.",
            )
        columns = tuple(v.value for v in answer.variables)
        return Table(columns, [tuple(row[i] for i in range(len(columns))) for row in answer])

    def columns(self, text: str, *, base: str = "") -> list[str]:
        """The columns of a SELECT, as variables; errors are the engine's own."""
        answer = self._inner.query(text, base_iri=base or None)
        return [str(variable) for variable in answer.variables] if isinstance(answer, ox.QuerySolutions) else []

    def answers(
        self, text: str, *, within: NamedNode | None = None, base: str = ""
    ) -> Iterator[tuple[Term | None, ...]]:
        """The rows of a SELECT one after the other, so that they are not all held; errors are the engine's own.

        `within` is the graph that stands for the default graph; GRAPH reaches all of them then too.
        """
        answer = self._inner.query(text, base_iri=base or None, default_graph=None if within is None else [within])
        if isinstance(answer, ox.QuerySolutions):
            width = range(len(answer.variables))
            yield from (tuple(row[i] for i in width) for row in answer)

    def label(self, term: Term, lang: str = "sv") -> str:
        """The name of a term: prefLabel, label or title in `lang`, else in Swedish, else its last part."""
        if not isinstance(term, NamedNode):
            return term.value if isinstance(term, Literal) else str(term)
        key = (term.value, lang)
        if key not in self._labels:
            self._labels[key] = self._find_label(term, lang)
        return self._labels[key]

    def _find_label(self, term: NamedNode, lang: str) -> str:
        for wanted in dict.fromkeys((lang, "sv", "en", None)):
            for predicate in (PREF_LABEL, RDFS_LABEL, TITLE):
                found = [
                    q.object.value
                    for q in self.quads(term, predicate)
                    if isinstance(q.object, Literal) and q.object.language == wanted
                ]
                if found:
                    return min(found)
        return term.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]

    def digests(self, graphs: Iterable[NamedNode] | None = None) -> dict[str, digest.Digest]:
        """The digests of the stated `graphs` (all when None), and of what they say of blank nodes."""
        made: dict[str, digest.Digest] = {}
        nameless: list[Quad] = []
        for graph in self._inner.named_graphs() if graphs is None else graphs:
            found = list(self._inner.quads_for_pattern(None, None, None, graph)) if graph != DERIVED else []
            nameless += filter(digest.is_nameless, found)
            if found and isinstance(graph, NamedNode):
                made[graph.value] = digest.of_graph(found)
        return {**made, digest.NAMELESS: digest.of_nameless(nameless)}

    def release(self) -> str:
        """Twelve hexadecimal digits that depend on what is stated alone (see ``digest``), not on when it came here."""
        if not self._release:  # a snapshot does not change
            self._release = digest.release(self.digests(), without=[PROVENANCE])
        return self._release

    def dump(self) -> bytes:
        """Every quad, the default graph included, as N-Quads: what a worker loads."""
        return self._inner.dump(format=ox.RdfFormat.N_QUADS) or b""

    @classmethod
    def from_dump(cls, content: bytes) -> Store:
        """The store that `dump` wrote, in memory, nothing derived anew."""
        inner = ox.Store()
        inner.bulk_load(content, ox.RdfFormat.N_QUADS)
        return cls(inner)
