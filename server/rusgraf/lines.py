"""On which line of a file does a statement stand, or a thing begin? Layer: domain.

The parser tells up to where it had to read for each statement (``rdf.statement_ends``); what it read since the one
before is searched for the term. JSON-LD and RDF/XML are read as a whole: there no line is known.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from rusgraf.rdf import FORMATS, statement_ends
from rusgraf.terms import BlankNode, Literal, NamedNode, Quad, Term

# Subject, property and value as texts, the last two "" where the subject alone is meant.
Key = tuple[str, str, str]
# What a number sign may stand in without beginning a comment, and a comment.
_COMMENT = re.compile(
    rb'''"""(?:[^\\]|\\.)*?"""|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^>]*>|(?P<said>\#[^\n]*)''',
    re.DOTALL,
)


def find_lines(content: bytes, name: str, quads: Sequence[Quad], wanted: Collection[Key]) -> Mapping[Key, int]:
    """The lines, from 1, of the statements `wanted`, or of the first about their subject; those that are known.

    `quads` are those that ``rdf.parse_quads`` made of `content`, in its order.
    """
    ends = statement_ends(content, FORMATS[Path(name).suffix.lower()]) if wanted else []
    if len(ends) != len(quads):
        return {}
    subjects = {subject for subject, _, _ in wanted}
    begun: dict[str, int | None] = {}
    stated: dict[Key, int | None] = {}
    begins = [n.start() for n in re.finditer(b"\n", content)]
    start = end = 0
    for quad, here in zip(quads, ends, strict=True):
        start, end = (end, here) if here > end else (start, end)  # several that end in one word share what was read
        subject = _text(quad.subject)
        if subject not in subjects:
            continue
        key = (subject, quad.predicate.value, _text(quad.object))
        if subject not in begun or (key in wanted and key not in stated):
            read = _COMMENT.sub(_blanked, content[start:end])
            stated.setdefault(key, _place(read, start, quad.object, last=True))
            is_named = isinstance(quad.subject, NamedNode)
            begun.setdefault(subject, _place(read, start, quad.subject, last=False) if is_named else stated[key])
    found = {key: stated.get(key, begun.get(key[0])) for key in wanted}
    return {key: bisect_left(begins, place) + 1 for key, place in found.items() if place is not None}


def _blanked(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0]) if match["said"] else match[0]


def _place(read: bytes, start: int, term: Term, *, last: bool) -> int | None:
    """Where a term is written for the first or the last time in what was read from `start` on."""
    places = [at for word in _words(term) for at in _found(word, read)]
    return start + (max(places) if last else min(places)) if places else None


def _found(word: bytes, read: bytes) -> Iterator[int]:
    """Where a word stands that does not go on."""
    at = read.find(word)
    while at >= 0:
        after = read[at + len(word) : at + len(word) + 1]
        if not after.isalnum() and after not in (b"-", b"_"):
            yield at
        at = read.find(word, at + 1)


def _words(term: Term) -> Iterator[bytes]:
    """How a term may be written."""
    if isinstance(term, NamedNode):
        yield f"<{term.value}>".encode()
        if local := re.split(r"[/#]", term.value)[-1]:
            yield f":{local}".encode()
    elif isinstance(term, Literal) and term.value:
        yield term.value.split("\n", 1)[0].encode()


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | BlankNode | Literal) else str(term)
