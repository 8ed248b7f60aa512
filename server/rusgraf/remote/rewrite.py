"""How is a query put to a service so that values are bound, and its answer counted or taken in parts?

The text is read as tokens (``guard``), never searched; what is put in are terms as N-Triples writes them. A value is
bound by a VALUES at the start of the outermost pattern, which is what a bound variable means there. Layer: domain.
https://www.w3.org/TR/sparql11-query/#inline-data
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rusgraf.guard import tokens
from rusgraf.remote.results import named
from rusgraf.terms import NamedNode, Term

_FORMS = ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")


@dataclass(frozen=True)
class Shape:
    """Where the parts of a query's text are, as offsets, and which keywords stand in it.

    `form` is where the form begins (SELECT …), `pattern` the brace that opens the outermost pattern (-1 when there is
    none), `close` the one that closes it; `outside` are the keywords outside any bracket.
    """

    form: int
    pattern: int
    close: int
    is_subquery: bool
    words: frozenset[str]
    outside: frozenset[str]


def shape(text: str) -> Shape:
    """The shape of a query that parses."""
    form, depth, before = -1, 0, ""
    words: set[str] = set()
    outside: set[str] = set()
    groups: list[list[int]] = []  # opening and closing brace of each pattern outside any bracket
    subqueries: set[int] = set()
    has_template = False
    for kind, token, offset in tokens(text):
        word = token.upper() if kind == "word" else token
        if kind == "word":
            words.add(word)
            if depth == 0:
                outside.add(word)
                form = offset if form < 0 and word in _FORMS else form
            elif depth == 1 and before == "{" and word == "SELECT":
                subqueries.add(len(groups) - 1)
        elif kind == "open":
            if depth == 0 and word == "{":
                groups.append([offset, -1])
                has_template = has_template or before == "CONSTRUCT"
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth == 0 and word == "}":
                groups[-1][1] = offset
        before = word
    which = 1 if has_template else 0
    pattern, close = groups[which] if len(groups) > which else (-1, -1)
    return Shape(form, pattern, close, which in subqueries, frozenset(words), frozenset(outside))


def without_from(text: str) -> str:
    """The text of a query that parses without its FROM and FROM NAMED: other graphs are chosen for it."""
    depth, cuts, start = 0, [], -1
    for kind, token, offset in tokens(text):
        depth += (kind == "open") - (kind == "close")
        if start >= 0 and kind in ("iri", "name"):
            cuts.append((start, offset + len(token)))
            start = -1
        elif kind == "word" and depth == 0 and token.upper() == "FROM":
            start = offset
    for start, end in reversed(cuts):
        text = f"{text[:start]} {text[end:]}"
    return text


def no_more_named(text: str, empty: NamedNode) -> str:
    """The text of a query that parses, with FROM NAMED `empty` where it has FROM and no FROM NAMED.

    That it reaches no graph by GRAPH then is what SPARQL says; Virtuoso lets it reach all that it has.
    """
    outside = shape(text).outside
    if "FROM" not in outside or "NAMED" in outside:
        return text
    start = next(offset for kind, token, offset in tokens(text) if kind == "word" and token.upper() == "FROM")
    return f"{text[:start]}FROM NAMED {empty} {text[start:]}"


def bound(text: str, bindings: Mapping[str, Term]) -> str:
    """The text with variables bound to terms."""
    if not bindings:
        return text
    found = shape(text)
    names = " ".join(f"?{name}" for name in bindings)
    values = " ".join(str(named(term)) for term in bindings.values())
    start, pattern = text[: found.pattern + 1], text[found.pattern + 1 : found.close]
    inner = f"{{{pattern}\n}}" if found.is_subquery else pattern
    return f"{start} VALUES ({names}) {{ ({values}) }} {inner}{text[found.close :]}"


def counting(text: str) -> str:
    """A query for the number of rows of a SELECT, or of the solutions of a CONSTRUCT; "" where there is no way to ask.

    Its column is ``?rusgraf_antal``.
    """
    found = shape(text)
    if "FROM" in found.outside:
        return ""
    body = text[found.form :]
    if "SELECT" not in found.outside:
        if "GROUP" in found.outside or found.pattern < 0:
            return ""
        body = f"SELECT * {text[found.pattern :]}"
    return f"{text[: found.form]}SELECT (COUNT(*) AS ?rusgraf_antal) WHERE {{ {{ {body}\n}} }}"


def part(text: str, offset: int, limit: int) -> str:
    """A query for `limit` rows of a SELECT from `offset` on."""
    form = shape(text).form
    return f"{text[:form]}SELECT * WHERE {{ {{ {text[form:]}\n}} }} OFFSET {offset} LIMIT {limit}"
