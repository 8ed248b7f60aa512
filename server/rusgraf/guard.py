"""May this query text be run? What would reach outside the store, or change it, is refused.

The text is read as tokens after codepoint escapes are resolved, as the grammar does it: a bare word
SERVICE or LOAD is the keyword and nothing else, so that neither ``S\\u0045RVICE`` slips through nor the
string ``"kommunal service"`` is refused. Where the word service or from stands anywhere, the text is also
parsed, because a tokenizer alone can be led astray (``1<2)SERVICE#>`` looks like an IRI and is none), and is
refused when it does not parse. The second wall is `jobs.cut_off`. FROM may name graphs of the store only.
Layer: domain.
https://www.w3.org/TR/sparql11-query/#grammar
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rusgraf.errors import BadQuery, ForbiddenQuery, TooLarge, unparsable
from rusgraf.terms import PREFIXES

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r"""(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
                  |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      | (?P<comment>\#[^\n\r]*)
      | (?P<variable>[?$]\w+)
      | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<name>(?:\w(?:[\w.-]*[\w-])?)?:(?:[\w:.%-]|\\.)*)
      | (?P<word>[^\W\d]\w*)
      | (?P<open>[{(\[]|<<) | (?P<close>[})\]]|>>)
      | (?P<other>\d+|\S)""",
    re.VERBOSE | re.DOTALL,
)
_READING = {"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"}
_CHANGING = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}


@dataclass(frozen=True)
class Caps:
    """How many characters a query or update may have, and how many levels of brackets."""

    length: int = 100_000
    depth: int = 100


CAPS = Caps()


def decode(text: str) -> str:
    """The text with ``\\uXXXX`` and ``\\UXXXXXXXX`` resolved (SPARQL 1.1 §19.2)."""

    def one(found: re.Match[str]) -> str:
        code = int(found[1] or found[2], 16)
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            raise BadQuery(
                f"The escape {found[0]} names no character.",
                "Remove it.",
                sv=f"Kodningen {found[0]} betecknar inget tecken.",
                cure_sv="Ta bort den.",
            )
        return chr(code)

    return _ESCAPE.sub(one, text)


def tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, text and offset of each token that is no comment."""
    for found in _TOKEN.finditer(text):
        if found.lastgroup != "comment":
            yield found.lastgroup or "", found.group(), found.start()


def place(text: str, offset: int, lang: str = "en") -> str:
    """``line L, column C`` of an offset, both from one; ``rad L, kolumn C`` in Swedish."""
    before = text[:offset]
    line, column = ("rad", "kolumn") if lang == "sv" else ("line", "column")
    return f"{line} {before.count(chr(10)) + 1}, {column} {offset - before.rfind(chr(10))}"


def check(text: str, graphs: Collection[str] | None, caps: Caps = CAPS, *, is_forwarded: bool = False) -> str:
    """The text, escapes resolved, when it only reads the store; `graphs` are the IRIs that FROM may name.

    None allows all: FROM does nothing when the graphs are chosen beside the query (SPARQL 1.1 Protocol §2.1.4).
    What is forwarded to another engine may use the functions of SPARQL alone: engines have some that do harm.
    """
    if len(text) > caps.length:
        raise TooLarge(
            f"The query has {len(text)} characters.",
            f"At most {caps.length} are read.",
            sv=f"Frågan har {len(text)} tecken.",
            cure_sv=f"Högst {caps.length} läses; korta den.",
        )
    text = decode(text)
    form, has_from = _read(text, caps.depth)
    if form in _CHANGING:
        raise ForbiddenQuery(
            f"{form}: this is an update, and the graph is read-only here.",
            "Write a query.",
            sv=f"{form}: det här är en uppdatering, och grafen går bara att läsa här.",
            cure_sv="Skriv en fråga.",
        )
    if has_from or "service" in text.lower() or is_forwarded:
        _check_parsed(text, graphs, is_forwarded=is_forwarded)
    return text


def _read(text: str, max_depth: int) -> tuple[str, bool]:
    """The first word that tells the form of a text (SELECT, DROP, …), and whether the word FROM stands in it.

    Refuses too deep nesting and the word SERVICE.
    """
    depth, form, has_from = 0, "", False
    for kind, token, offset in tokens(text):
        depth += (kind == "open") - (kind == "close")
        if depth > max_depth:
            raise TooLarge(
                f"The query is nested deeper than {max_depth} levels at {place(text, offset)}.",
                "Flatten it.",
                sv=f"Frågan är nästlad djupare än {max_depth} nivåer vid {place(text, offset, 'sv')}.",
                cure_sv="Nästla mindre djupt.",
            )
        if kind != "word":
            continue
        word = token.upper()
        if word == "SERVICE":
            raise ForbiddenQuery(
                f"SERVICE at {place(text, offset)}: queries here reach no other server.",
                "Remove the SERVICE part, or run it on your own machine.",
                sv=f"SERVICE vid {place(text, offset, 'sv')}: frågor härifrån når ingen annan server.",
                cure_sv="Ta bort delen med SERVICE, eller kör frågan på din egen dator.",
            )
        if not form and word in _CHANGING | _READING:
            form = word
        has_from = has_from or word == "FROM"
    return form, has_from


def _check_parsed(text: str, graphs: Collection[str] | None, *, is_forwarded: bool) -> None:
    """Refuse SERVICE, and FROM and FROM NAMED of anything but a graph of the store, as the parsed query has them."""
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parsed = parseQuery(text)
        has_service = any(_nodes(parsed, "ServiceGraphPattern"))
        functions = _functions(parsed)  # translating moves parts of what was parsed elsewhere
        clauses = translateQuery(parsed).algebra.datasetClause or []
    except RecursionError as error:
        raise TooLarge(
            "The query is nested too deep to be looked through for SERVICE and FROM.",
            "Flatten it; choose graphs with default-graph-uri in place of FROM.",
            sv="Frågan är för djupt nästlad för att sökas igenom efter SERVICE och FROM.",
            cure_sv="Nästla mindre djupt; välj grafer med default-graph-uri i stället för FROM.",
        ) from error
    except Exception as error:  # rdflib raises whatever its parser meets
        at = (getattr(error, "lineno", 0), getattr(error, "column", 0))
        raise unparsable(text, "" if at[0] else str(error)[:200], at) from error
    if has_service:
        raise ForbiddenQuery(
            "SERVICE: queries here reach no other server.",
            "Remove the SERVICE part.",
            sv="SERVICE: frågor härifrån når ingen annan server.",
            cure_sv="Ta bort delen med SERVICE.",
        )
    if graphs is not None:
        _refuse_foreign([str(clause.default or clause.named) for clause in clauses], graphs)
    if is_forwarded:
        _refuse_functions(functions)


def _refuse_foreign(named: Iterable[str], graphs: Collection[str]) -> None:
    """Refuse FROM and FROM NAMED of what is no graph of the store."""
    for iri in named:
        if iri not in graphs:
            raise ForbiddenQuery(
                f"FROM <{iri}>: no such graph in the store, and nothing is fetched.",
                "Name a graph of the store; utforska/grafer lists them.",
                sv=f"FROM <{iri}>: det finns ingen sådan graf i lagret, och inget hämtas utifrån.",
                cure_sv="Ange en graf i lagret; utforska/grafer räknar upp dem.",
            )


def _refuse_functions(functions: Iterable[str]) -> None:
    """Refuse functions of an engine's own; the casts of XML Schema are SPARQL 1.1."""
    for iri in functions:
        if not iri.startswith(PREFIXES["xsd"]):
            raise ForbiddenQuery(
                f"The function <{iri[:100]}>: queries here use the functions of SPARQL 1.1 alone.",
                "Write it without.",
                sv=f"Funktionen <{iri[:100]}>: frågor här använder bara funktionerna i SPARQL 1.1.",
                cure_sv="Skriv frågan utan den.",
            )


def _functions(parsed: object) -> list[str]:
    """The IRIs of the functions that are called, casts of XML Schema too, in what rdflib's parser made of a query."""
    prefixes = {str(node.get("prefix", "")): str(node["iri"]) for node in reversed([*_nodes(parsed, "PrefixDecl")])}
    called = (node["iri"] for node in _nodes(parsed, "Function"))
    return [
        str(iri) if isinstance(iri, str) else prefixes.get(str(iri.get("prefix", "")), "") + str(iri.get("localname"))
        for iri in called
    ]


def _nodes(parsed: object, name: str) -> Iterator[Any]:
    """The nodes of this name, anywhere in what rdflib's parser made of a query."""
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    found = [parsed]
    while found:
        node = found.pop()
        if isinstance(node, CompValue):
            if node.name == name:
                yield node
            found += node.values()
        elif isinstance(node, ParseResults | list):
            found += list(node)
