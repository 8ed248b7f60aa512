"""On which line of a file does a statement stand, or a thing begin? The right line or none. Layer: domain.

The parser tells up to which line it had to read for each statement (``rdf.statement_lines``); where that leaves a
choice, the text of the lines decides. JSON-LD and RDF/XML are read as a whole: there no line is known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from rusgraf.rdf import FORMATS, statement_lines
from rusgraf.terms import BlankNode, Literal, NamedNode, Quad, Term

# Subject, property and value as texts, the last two "" where the subject alone is meant.
Key = tuple[str, str, str]


def find_lines(content: bytes, name: str, quads: Sequence[Quad], wanted: Collection[Key]) -> Mapping[Key, int]:
    """The lines, from 1, of the statements `wanted`, or of the first about their subject; those that are known.

    `quads` are those that ``rdf.parse_quads`` made of `content`, in its order.
    """
    ends = statement_lines(content, FORMATS[Path(name).suffix.lower()])
    if len(ends) != len(quads):
        return {}
    subjects = {subject for subject, _, _ in wanted}
    text = content.split(b"\n")
    begun: dict[str, int | None] = {}
    stated: dict[Key, int | None] = {}
    for quad, (low, high) in zip(quads, pairwise([1, *ends]), strict=True):
        subject = _text(quad.subject)
        if subject not in subjects:
            continue
        if subject not in begun:
            begun[subject] = _line(text, low, high, quad.subject, from_end=False)
        key = (subject, quad.predicate.value, _text(quad.object))
        if key in wanted and key not in stated:
            stated[key] = _line(text, low, high, quad.object, from_end=True)
    found = {key: stated.get(key, begun.get(key[0])) for key in wanted}
    return {key: line for key, line in found.items() if line is not None}


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | BlankNode | Literal) else str(term)


def _line(text: Sequence[bytes], low: int, high: int, term: Term, *, from_end: bool) -> int | None:
    """The line between two where a term is written: the last, or the first (the lowest only if no other is)."""
    if low == high:
        return high
    lines = range(high, low - 1, -1) if from_end else [*range(low + 1, high + 1), low]
    for line in lines:
        row = text[line - 1]
        if not row.lstrip().startswith(b"#") and any(re.search(word, row) for word in _words(term)):
            return line
    return None


def _words(term: Term) -> Iterator[bytes]:
    """How a term may be written, as patterns."""
    if isinstance(term, NamedNode):
        local = re.split(r"[/#]", term.value)[-1]
        for written in filter(None, (f"<{term.value}>", local)):
            yield rb"(?<![\w.-])" + re.escape(written.encode()) + rb"(?![\w-])"
    elif isinstance(term, Literal) and term.value:
        yield re.escape(term.value.split("\n", 1)[0].encode())
