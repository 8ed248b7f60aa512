"""Does every query parse in both engines, with a complete head and the columns of its kind?

Not done here: whether it answers rightly and fast (the cases in ``tests/``). Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rusgraf.checks._context import Context
from rusgraf.checks._model import WARNING, Fault, Found, Text, examined, failed, fault
from rusgraf.errors import BrokenAsset, RusgrafError
from rusgraf.guard import tokens
from rusgraf.library import COLUMNS, GAPS, parse_query
from rusgraf.rdf import is_graph, is_table
from rusgraf.store import Store, Table

TITLE = Text("Varje fråga går att ställa", "Every query can be asked")
DERIVATION = "harledning"


def run(context: Context) -> Iterator[Found]:
    """Each query file by itself, on an empty store."""
    empty = Store.from_dump(b"")
    for path, text in context.queries.items():
        place = context.place(path)
        yield from _heads(path, text, place)
        yield from _rdflib(text, place)
        yield from _oxigraph(empty, path, text, place)
    yield examined(len(context.queries), "frågor och härledningsregler", "queries and derivation rules")


def _heads(path: Path, text: str, place: str) -> Iterator[Fault]:
    if path.parent.name == DERIVATION:
        return
    try:
        parse_query(path.parent.name, path.stem, text, place)
    except BrokenAsset as error:
        yield failed(place, error)


def _rdflib(text: str, place: str) -> Iterator[Fault]:
    from pyparsing.exceptions import ParseException
    from rdflib.plugins.sparql import prepareQuery

    try:
        prepareQuery(text)
    except (ParseException, ValueError, NameError, KeyError, TypeError) as error:
        why = " ".join(str(error).split())[:200]
        yield fault(
            place,
            f"rdflib förstår inte frågan: {why}",
            f"rdflib does not understand the query: {why}",
            "Skriv den i ren SPARQL 1.1.",
            "Write it in plain SPARQL 1.1.",
        )


def _oxigraph(empty: Store, path: Path, text: str, place: str) -> Iterator[Fault]:
    try:
        if path.parent.name == DERIVATION:
            if not is_graph(empty.query(text)):
                yield fault(
                    place,
                    "En härledningsregel ska vara en CONSTRUCT.",
                    "A derivation rule must be a CONSTRUCT.",
                    "Skriv den som CONSTRUCT … WHERE …",
                    "Write it as CONSTRUCT … WHERE …",
                )
            return
        if not is_table(empty.query(text)):
            return
        table = empty.select(text)
    except RusgrafError as error:
        yield fault(
            place,
            f"Oxigraph: {error.say('sv')[0]}",
            f"Oxigraph: {error.message}",
            "Skriv den i ren SPARQL 1.1.",
            "Write it in plain SPARQL 1.1.",
        )
        return
    yield from _table(table, path.parent.name, text, place)


def _table(table: Table, group: str, text: str, place: str) -> Iterator[Fault]:
    if group == GAPS and table.columns != COLUMNS:
        shown, wanted = " ".join(table.columns), " ".join(f"?{c}" for c in COLUMNS)
        yield fault(
            place,
            f"Regeln svarar med kolumnerna {shown}.",
            f"The rule answers with the columns {shown}.",
            f"Skriv SELECT {wanted}.",
            f"Write SELECT {wanted}.",
        )
    if "ORDER" not in {token.upper() for kind, token, _ in tokens(text) if kind == "word"}:
        yield fault(
            place,
            "Svaret är inte ordnat.",
            "The answer is not ordered.",
            "Avsluta med ORDER BY.",
            "End with ORDER BY.",
            WARNING,
        )
