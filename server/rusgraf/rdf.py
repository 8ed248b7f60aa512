"""How are RDF files and answers read and written? Formats, strict parsing from bytes, serialising.

pyoxigraph parses everything: nothing is fetched, whatever a file says. Layer: domain; one of the
modules that import pyoxigraph.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from rusgraf import mint
from rusgraf.errors import UnreadableInput, UnsupportedFormat
from rusgraf.files import write_whole
from rusgraf.terms import PREFIXES, NamedNode, Quad, Triple

FORMATS: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
}
GRAPH_FORMATS: dict[str, ox.RdfFormat] = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
}


RESULT_FORMATS: dict[str, ox.QueryResultsFormat] = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}

MAX_TRIPLE_TERMS = 1000

Result = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean


class _ByWord(io.RawIOBase):
    """Bytes that are handed out up to the next blank only, and how many have been."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content, self.at = content, 0
        self._blanks = re.compile(rb"\s").finditer(content)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        start = self.at
        while self.at == start and start < len(self._content):
            blank = next(self._blanks, None)
            self.at = blank.end() if blank else len(self._content)
        if 0 <= size < self.at - start:
            self.at = start + size
            self._blanks = re.compile(rb"\s").finditer(self._content, self.at)
        return self._content[start : self.at]


def is_graph(result: Result) -> bool:
    """Whether this is the answer of a CONSTRUCT or DESCRIBE."""
    return isinstance(result, ox.QueryTriples)


def is_table(result: Result) -> bool:
    """Whether this is the answer of a SELECT."""
    return isinstance(result, ox.QuerySolutions)


def write_result(result: Result, form: str, out: IO[bytes]) -> None:
    """Write the answer in a format of GRAPH_FORMATS or RESULT_FORMATS, a few kilobytes at a time.

    Rows are made while they are written, so that RuntimeError tells that one cannot be; what `out.write` raises passes.
    """
    if isinstance(result, ox.QueryTriples):
        ox.serialize(result, out, GRAPH_FORMATS[form], prefixes=PREFIXES)
    else:
        result.serialize(out, RESULT_FORMATS[form])


def read_result(content: bytes) -> Result:
    """The table or truth value that SPARQL JSON holds, as a query gives it."""
    return ox.parse_query_results(content, ox.QueryResultsFormat.JSON)


def graph_result(triples: Iterable[Triple]) -> Result:
    """Triples as a CONSTRUCT gives them."""
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return store.query("CONSTRUCT WHERE { ?s ?p ?o }")


def write_triples(triples: Iterable[Triple], form: str) -> bytes:
    """The triples in one of GRAPH_FORMATS, our prefixes declared."""
    return ox.serialize(triples, format=GRAPH_FORMATS[form], prefixes=PREFIXES) or b""


def write_statements(statements: Iterable[Triple] | Iterable[Quad], form: str, out: IO[bytes]) -> None:
    """Write the statements in one of GRAPH_FORMATS (quads in ``trig`` only), a few kilobytes at a time.

    They are read while they are written; what reading or `out.write` raises passes.
    """
    ox.serialize(statements, out, GRAPH_FORMATS[form], prefixes=PREFIXES)


def canonical(quads: Iterable[Quad]) -> list[str]:
    """The quads as lines of N-Quads, blank nodes named by what is said of them: https://www.w3.org/TR/rdf-canon/."""
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [str(quad) for quad in found]


def write_quads(path: Path, quads: Iterable[Quad]) -> None:
    """Write the quads to a TriG file, our prefixes declared; the whole file, or nothing."""
    write_whole(path, ox.serialize(sorted(quads, key=str), format=ox.RdfFormat.TRIG, prefixes=PREFIXES) or b"")


def read_quads(path: Path, default_graph: NamedNode | None = None) -> list[Quad]:
    """The quads of a file; triples outside a named graph go to `default_graph`, or one named by the file.

    Parsed strictly, from bytes, by pyoxigraph: nothing is fetched, whatever the file says.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise UnsupportedFormat(
            f"{path}: rusgraf does not read {path.suffix or 'files without a suffix'}.",
            f"Give one of {', '.join(FORMATS)}.",
            sv=f"{path}: rusgraf läser inte {path.suffix or 'filer utan filändelse'}.",
            cure_sv=f"Ge en fil av något av slagen {', '.join(FORMATS)}.",
        )
    return parse_quads(read_file(path), form, str(path), default_graph or suffix_graph(path.stem))


def read_file(path: Path) -> bytes:
    """The content of a file, or a clear error."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableInput(
            f"{path}: {error.strerror}.",
            "Check the path and its permissions.",
            sv=f"{path} går inte att läsa: {error.strerror}.",
            cure_sv="Kontrollera sökvägen och rättigheterna.",
        ) from error


def suffix_graph(name: str) -> NamedNode:
    """The graph for triples that a file called `name` gives outside any graph."""
    return NamedNode(mint.graph(name or "fil"))


def parse_quads(content: bytes, form: ox.RdfFormat, name: str, graph: NamedNode) -> list[Quad]:
    """The quads of `content`; `name` stands in the error, `graph` takes the triples outside a graph."""
    _refuse_bombs(content, form, name)
    try:
        quads = list(ox.parse(content, form, rename_blank_nodes=True))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place, place_sv = (f"{name}, line {line}", f"{name}, rad {line}") if line else (name, name)
        reason = str(getattr(error, "msg", error)).rstrip(".")
        raise UnreadableInput(
            f"{place}: {reason}.",
            f"Mend the {form.name} there and run again.",
            sv=f"{place_sv}: {reason}.",
            cure_sv=f"Rätta {form.name} där och kör igen.",
        ) from error
    return [
        Quad(q.subject, q.predicate, q.object, graph) if isinstance(q.graph_name, ox.DefaultGraph) else q for q in quads
    ]


def read_lines(stream: IO[bytes], name: str) -> Iterator[Quad]:
    """The quads of a stream of N-Quads as they come, blank nodes with their names; `name` stands in the error."""
    try:
        yield from ox.parse(stream, ox.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as error:
        raise UnreadableInput(
            f"{name}: {error}.",
            "Give a file as it was written.",
            sv=f"{name} går inte att läsa: {error}.",
            cure_sv="Ge filen som den skrevs.",
        ) from error


def statement_ends(content: bytes, form: ox.RdfFormat) -> list[int]:
    """How many bytes the parser reads for each statement, in the order of `parse_quads`; empty where it reads all.

    A statement ends at most one sign (a comma, semicolon, full stop or bracket) before that.
    """
    if form in (ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML):
        return []
    source = _ByWord(content)
    return [source.at for _ in ox.parse(cast("IO[bytes]", source), form)]


def _refuse_bombs(content: bytes, form: ox.RdfFormat, name: str) -> None:
    """Refuse what makes the parser take all memory or overrun its stack, which would end this process."""
    if form == ox.RdfFormat.RDF_XML and b"<!ENTITY" in content:
        raise UnreadableInput(
            f"{name}: it declares entities, and a few of them can be made to fill any memory.",
            "Write them out, or save the file as Turtle.",
            sv=f"{name}: filen deklarerar entiteter, och några få sådana kan fylla vilket minne som helst.",
            cure_sv="Skriv ut dem, eller spara filen som Turtle.",
        )
    if form not in (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD) and content.count(b"<<") > MAX_TRIPLE_TERMS:
        raise UnreadableInput(
            f"{name}: it has more than {MAX_TRIPLE_TERMS} triple terms, and they may be nested too deep.",
            "Write statements about statements as things of their own.",
            sv=f"{name}: filen har fler än {MAX_TRIPLE_TERMS} trippeltermer, och de kan vara nästlade för djupt.",
            cure_sv="Skriv påståenden om påståenden som egna ting.",
        )


def data_files(paths: Iterable[Path]) -> list[Path]:
    """The RDF files that `paths` name: files themselves, folders with all RDF files below them."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in FORMATS and p.is_file())
            if not inside:
                raise UnreadableInput(
                    f"{path}: no RDF file in this folder.",
                    f"Give one with {', '.join(FORMATS)}.",
                    sv=f"{path}: det finns ingen RDF-fil i mappen.",
                    cure_sv=f"Ge en mapp med filer av slagen {', '.join(FORMATS)}.",
                )
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise UnreadableInput(
                f"{path}: no such file or folder.",
                "Check the path.",
                sv=f"{path}: det finns ingen sådan fil eller mapp.",
                cure_sv="Kontrollera sökvägen.",
            )
    return found
