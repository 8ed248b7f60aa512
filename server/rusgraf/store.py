"""What do the data say? Loading files into named graphs, the default graph, and SPARQL over them.

A store is a snapshot: the files' named graphs, one graph of what follows from them
(``queries/harledning/``), and a default graph that is the union of the graphs in force (contract §3).
In memory, or in a directory. Not done here: limits on time and memory (``workers``), writing.
Layer: domain; with ``terms`` the only module that imports pyoxigraph.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from rusgraf import assets, mint
from rusgraf.errors import BadQuery, UnreadableInput, UnsupportedFormat
from rusgraf.terms import PREF_LABEL, PREFIXES, RDFS_LABEL, TITLE, Literal, NamedNode, Quad, Term, Triple, rus

FORMATS: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
}
DERIVED = NamedNode(mint.graph("harledd"))
ONTOLOGY = NamedNode(mint.graph("ontologi"))
TERMINOLOGY = NamedNode(mint.graph("termer"))
PROFILE = NamedNode(mint.graph("profil"))
_KIND = f"{mint.BASE}def/grafslag/"
OUT_OF_FORCE = (NamedNode(_KIND + "ersatt"), NamedNode(_KIND + "exempel"))
INTERPRETATION = NamedNode(_KIND + "tolkning")


@dataclass(frozen=True)
class Table:
    """The answer of a SELECT: column names, and rows of terms in that order (None where unbound)."""

    columns: tuple[str, ...]
    rows: list[tuple[Term | None, ...]] = field(default_factory=list)


GRAPH_FORMATS: dict[str, ox.RdfFormat] = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
}


def write_triples(triples: Iterable[Triple], form: str) -> bytes:
    """The triples in one of GRAPH_FORMATS, our prefixes declared."""
    return ox.serialize(triples, format=GRAPH_FORMATS[form], prefixes=PREFIXES) or b""


def read_quads(path: Path, default_graph: NamedNode | None = None) -> list[Quad]:
    """The quads of a file; triples outside a named graph go to `default_graph`, or one named by the file.

    Parsed strictly, from bytes, by pyoxigraph: nothing is fetched, whatever the file says.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise UnsupportedFormat(f"{path}: rusgraf does not read {path.suffix or 'files without a suffix'}.",
                                f"Give one of {', '.join(FORMATS)}.")  # fmt: skip
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}.", "Check the path and its permissions.") from error
    graph = default_graph or NamedNode(mint.graph(path.stem))
    return parse_quads(content, form, str(path), graph)


def parse_quads(content: bytes, form: ox.RdfFormat, name: str, graph: NamedNode) -> list[Quad]:
    """The quads of `content`; `name` stands in the error, `graph` takes the triples outside a graph."""
    try:
        quads = list(ox.parse(content, form, rename_blank_nodes=True))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f"{name}, line {line}" if line else name
        reason = str(getattr(error, "msg", error)).rstrip(".")
        raise UnreadableInput(f"{place}: {reason}.", f"Mend the {form.name} there and run again.") from error
    return [
        Quad(q.subject, q.predicate, q.object, graph) if isinstance(q.graph_name, ox.DefaultGraph) else q
        for q in quads
    ]


def data_files(paths: Iterable[Path]) -> list[Path]:
    """The RDF files that `paths` name: files themselves, folders with all RDF files below them."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in FORMATS and p.is_file())
            if not inside:
                raise UnreadableInput(f"{path}: no RDF file in this folder.", f"Give one with {', '.join(FORMATS)}.")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise UnreadableInput(f"{path}: no such file or folder.", "Check the path.")
    return found


class Store:
    """A snapshot of the graph. Make one with `Store.load`; ask it with `select`, `query` or `quads`."""

    def __init__(self, inner: ox.Store) -> None:
        self._inner = inner

    @classmethod
    def load(
        cls,
        paths: Iterable[Path] | None = None,
        *,
        extra: Iterable[Quad] = (),
        asserted: bool = False,
        directory: Path | None = None,
    ) -> Store:
        """A store of the files at `paths` (the shipped data when None), with ontology and terminologies.

        `extra` are quads beside the files; `asserted` leaves interpretations out of the default graph;
        `directory` keeps the store on disk there (created when missing; must be empty or absent).
        """
        inner = cls._open(directory)
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
    def open(cls, directory: Path) -> Store:
        """The store that `load` made in `directory`, for reading."""
        try:
            return cls(ox.Store.read_only(str(directory)))
        except (OSError, ValueError) as error:
            raise UnreadableInput(f"{directory}: {error}.", "Give the directory of a rusgraf store.") from error

    @staticmethod
    def _open(directory: Path | None) -> ox.Store:
        if directory is None:
            return ox.Store()
        try:
            directory.mkdir(parents=True, exist_ok=True)
            return ox.Store(str(directory))
        except OSError as error:
            raise UnreadableInput(f"{directory}: {error}.", "Give a directory that you may write to.") from error

    def graphs(self, *, asserted: bool = False) -> list[NamedNode]:
        """The named graphs in force, sorted: without superseded and example graphs (and interpretations)."""
        out = {*OUT_OF_FORCE, INTERPRETATION} if asserted else {*OUT_OF_FORCE}
        left_out = {q.subject for q in self.quads(predicate=rus("grafslag")) if q.object in out}
        named = [g for g in self._inner.named_graphs() if isinstance(g, NamedNode)]
        return sorted((g for g in named if g not in left_out), key=lambda g: g.value)

    def interpretations(self) -> list[NamedNode]:
        """The graphs of interpretations."""
        return sorted(
            (q.subject for q in self.default(None, rus("grafslag"), INTERPRETATION) if isinstance(q.subject, NamedNode)),
            key=lambda g: g.value,
        )

    def asserted(self) -> Store:
        """This store without interpretations: what the texts alone say, and what follows from it."""
        inner = ox.Store()
        inner.bulk_extend(q for q in self.quads() if q.graph_name not in (DERIVED, ox.DefaultGraph()))
        store = Store(inner)
        store._fill_default_graph(asserted=True)
        store._derive()
        return store

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """The objects of a subject's property in the default graph, sorted."""
        return sorted((q.object for q in self.default(subject, predicate)), key=str)

    def default(
        self, subject: Term | None = None, predicate: NamedNode | None = None, object: Term | None = None
    ) -> Iterator[Quad]:
        """The statements of the default graph that match."""
        return self._inner.quads_for_pattern(subject, predicate, object, ox.DefaultGraph())  # type: ignore[arg-type]

    def _fill_default_graph(self, asserted: bool) -> None:
        for graph in self.graphs(asserted=asserted):
            if graph != PROFILE:
                self._inner.bulk_extend([Quad(q.subject, q.predicate, q.object) for q in self.quads(graph=graph)])

    def _derive(self) -> None:
        """Add what follows by the CONSTRUCT rules, in the order of their names, to its graph and the default."""
        for path in assets.files("queries", ".rq"):
            if path.parent.name != "harledning":
                continue
            triples = list(self._inner.query(path.read_text(encoding="utf-8")))
            for graph in (DERIVED, ox.DefaultGraph()):
                self._inner.extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples)

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
        self, text: str, bindings: Mapping[str, Term] | None = None
    ) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Evaluate a SPARQL query, variables bound as terms. Guard texts from outside first (``guard``)."""
        substitutions = {ox.Variable(name): term for name, term in (bindings or {}).items()}
        try:
            return self._inner.query(text, substitutions=substitutions)  # type: ignore[arg-type]
        except SyntaxError as error:
            raise BadQuery(f"The query does not parse: {error}.", "Mend it at that place.") from error
        except (ValueError, OSError, RuntimeError) as error:
            raise BadQuery(f"The query cannot be evaluated: {error}.", "Simplify it.") from error

    def select(self, text: str, bindings: Mapping[str, Term] | None = None) -> Table:
        """The answer of a SELECT as a table; other query forms raise BadQuery."""
        answer = self.query(text, bindings)
        if not isinstance(answer, ox.QuerySolutions):
            raise BadQuery("This query is no SELECT.", "Ask for a graph format, or write a SELECT.")
        columns = tuple(v.value for v in answer.variables)
        return Table(columns, [tuple(row[i] for i in range(len(columns))) for row in answer])

    def label(self, term: Term, lang: str = "sv") -> str:
        """The name of a term: prefLabel, label or title in `lang`, else in Swedish, else its last part."""
        if not isinstance(term, NamedNode):
            return term.value if isinstance(term, Literal) else str(term)
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

    def release(self) -> str:
        """Twelve hexadecimal digits that depend on the statements alone, not on files, order or syntax."""
        lines = sorted(
            " ".join("_:" if isinstance(t, ox.BlankNode) else str(t) for t in q)
            for q in self.quads()
            if q.graph_name not in (DERIVED, ox.DefaultGraph())
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    def dump(self) -> bytes:
        """Every quad, the default graph included, as N-Quads: what a worker loads."""
        return self._inner.dump(format=ox.RdfFormat.N_QUADS) or b""

    @classmethod
    def from_dump(cls, content: bytes) -> Store:
        """The store that `dump` wrote, in memory, nothing derived anew."""
        inner = ox.Store()
        inner.bulk_load(content, ox.RdfFormat.N_QUADS)
        return cls(inner)
