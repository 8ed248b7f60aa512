"""In which formats is a query answered, and how is the answer written?

The formats of SPARQL 1.1 results and of RDF graphs, with their media types; and tables as spreadsheets open them
(``tables``). Layer: domain.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from rusgraf.errors import LimitReached, NotAcceptable, unanswerable
from rusgraf.guard import CAPS, Caps
from rusgraf.rdf import GRAPH_FORMATS, RESULT_FORMATS, Result, is_graph, is_table, write_result, write_statements
from rusgraf.store import Dataset, Store, Table
from rusgraf.tables import XLSX_TYPE, Sheet, cell, to_csv, to_xlsx
from rusgraf.terms import Literal, NamedNode, Quad, Term, Triple, shorten
from rusgraf.wording import say

MEDIA_TYPES: dict[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
}
if TYPE_CHECKING:
    from typing_extensions import Buffer

SHEETS = {"csv": MEDIA_TYPES["csv"], "xlsx": XLSX_TYPE}


@dataclass(frozen=True)
class Wanted:
    """A spreadsheet that is asked for: its format (one of SHEETS), language and greatest length."""

    form: str
    lang: str
    max_bytes: int


@dataclass(frozen=True)
class Answer:
    """A serialised answer: its bytes, and the key of its format in MEDIA_TYPES."""

    content: bytes
    form: str


def joined(parts: Sequence[Answer]) -> Answer:
    """The answer that came in parts."""
    return Answer(b"".join(part.content for part in parts), parts[0].form)


@dataclass(frozen=True)
class Unwritten:
    """An answer that is made while `write` writes it; the key of its format."""

    form: str
    write: Callable[[IO[bytes]], None]

    def whole(self) -> Answer:
        """The answer, written."""
        out = io.BytesIO()
        self.write(out)
        return Answer(out.getvalue(), self.form)


@dataclass(frozen=True)
class Question:
    """A query, with values bound, as it is put: the graphs that are chosen beside its text (None: those it is over by
    itself), what its relative IRIs are relative to, the formats that are taken, best first, the answer's greatest
    length in bytes, how long and deep the text may be."""

    text: str
    wanted: tuple[str, ...]
    max_bytes: int
    bindings: Mapping[str, Term] = field(default_factory=dict)
    over: Dataset | None = None
    base: str = ""
    caps: Caps = CAPS


class _Limited(io.RawIOBase):
    """Passes on what is written, as long as it is no longer than `limit` bytes in all."""

    def __init__(self, out: IO[bytes], limit: int) -> None:
        super().__init__()
        self._out, self._limit, self._left = out, limit, limit

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        size = memoryview(data).nbytes
        self._left -= size
        if self._left < 0:
            raise _too_long(self._limit)
        self._out.write(data)
        return size


def answer(store: Store, text: str, bindings: Mapping[str, Term], wanted: tuple[str, ...], max_bytes: int) -> Answer:
    """The answer of a query, whole; see `begin`."""
    return begin(store, Question(text, wanted, max_bytes, bindings)).whole()


def begin(store: Store, question: Question) -> Unwritten:
    """The answer of a query in the first of the wanted formats that fits its form, to be written.

    Raises NotAcceptable when none fits. Writing raises LimitReached when the answer is too long, UnanswerableQuery when
    it cannot be made.
    """
    result = store.query(question.text, question.bindings, over=question.over, base=question.base)
    form = _fitting(result, question.wanted)

    def write(out: IO[bytes]) -> None:
        try:
            write_result(result, form, _Limited(out, question.max_bytes))  # type: ignore[arg-type]
        except RuntimeError as error:
            raise unanswerable(error) from error

    return Unwritten(form, write)


def of_statements(statements: Iterable[Triple] | Iterable[Quad], form: str, max_bytes: int) -> Unwritten:
    """Statements as an answer, to be written in one of GRAPH_FORMATS (quads in ``trig`` only); see `begin`."""

    def write(out: IO[bytes]) -> None:
        write_statements(statements, form, _Limited(out, max_bytes))  # type: ignore[arg-type]

    return Unwritten(form, write)


def _fitting(result: Result, wanted: tuple[str, ...]) -> str:
    """The first format that fits what a query gave."""
    fitting = GRAPH_FORMATS if is_graph(result) else RESULT_FORMATS
    boolean = not (is_graph(result) or is_table(result))
    form = next((f for f in wanted if f in fitting and not (boolean and f in ("csv", "tsv"))), None)
    if form is None:
        kind = 0 if is_graph(result) else 1 if boolean else 2
        raise NotAcceptable(
            f"This query answers with {('a graph', 'a truth value', 'a table')[kind]}.",
            f"Ask for one of {', '.join(fitting)}.",
            sv=f"Frågan svarar med {('en graf', 'ett sanningsvärde', 'en tabell')[kind]}.",
            cure_sv=f"Be om något av {', '.join(fitting)}.",
        )
    return form


def _too_long(max_bytes: int) -> LimitReached:
    return LimitReached(
        f"The answer is longer than {max_bytes} bytes.",
        "Ask for less: with LIMIT, or a named graph at a time.",
        sv=f"Svaret är längre än {max_bytes} byte.",
        cure_sv="Fråga efter mindre: med LIMIT, eller en namngiven graf i taget.",
    )


def with_labels(table: Table, store: Store, lang: str) -> Table:
    """The table with a column of names beside each column that holds an IRI with a name."""
    columns: list[str] = []
    picks: list[tuple[int, bool]] = []
    for i, column in enumerate(table.columns):
        columns.append(column)
        picks.append((i, False))
        if any(isinstance(row[i], NamedNode) for row in table.rows) and f"{column}_label" not in table.columns:
            columns.append(f"{column}_label")
            picks.append((i, True))
    rows = [tuple(_label(row[i], store, lang) if named else row[i] for i, named in picks) for row in table.rows]
    return Table(tuple(columns), rows)


def _label(term: Term | None, store: Store, lang: str) -> Term | None:
    return Literal(store.label(term, lang)) if isinstance(term, NamedNode) else None


def plain(term: Term | None) -> str:
    """A term as a cell: IRI or lexical form, "" when unbound."""
    return "" if term is None else str(getattr(term, "value", term))


def spreadsheet(table: Table, wanted: Wanted) -> Answer:
    """The table as people open it. Raises LimitReached when it would be longer than wanted."""
    rows = [[cell(term) for term in row] for row in table.rows]
    if wanted.form == "xlsx":
        content = to_xlsx([Sheet(say("answer", wanted.lang), table.columns, rows)], wanted.lang)
    else:
        content = to_csv(table.columns, rows, wanted.lang)
    if len(content) > wanted.max_bytes:
        raise _too_long(wanted.max_bytes)
    return Answer(content, wanted.form)


def table_text(table: Table, width: int = 48) -> str:
    """The table for a terminal, cells cut at `width` characters (an ellipsis tells), last the number of rows."""
    cells = [["" if cell is None else _cut(shorten(cell), width) for cell in row] for row in table.rows]
    wide = [max([len(c), *(len(row[i]) for row in cells)]) for i, c in enumerate(table.columns)]
    lines = ["  ".join(f"{c:{w}}" for c, w in zip(table.columns, wide, strict=True)).rstrip()]
    lines.append("  ".join("-" * w for w in wide))
    lines += ["  ".join(f"{c:{w}}" for c, w in zip(row, wide, strict=True)).rstrip() for row in cells]
    return "\n".join([*lines, f"({len(cells)})"]) + "\n"


def _cut(text: str, width: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
