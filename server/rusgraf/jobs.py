"""What runs in a worker: each function takes the worker's store first, and plain arguments after it.

Layer: domain.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from rusgraf import guard
from rusgraf.answer import Answer, answer, table_csv, with_labels
from rusgraf.errors import ForbiddenQuery
from rusgraf.library import bind, find_query
from rusgraf.store import Store, Table


@contextlib.contextmanager
def cut_off() -> Iterator[None]:
    """While this lasts the process can open no file and no socket: the wall behind ``guard``.

    For worker processes, not for a server: the limit is the whole process's. Nothing on systems without it.
    """
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def run_query(store: Store, text: str, wanted: tuple[str, ...], max_bytes: int) -> Answer:
    """A query from outside, guarded; the answer in the first of the `wanted` formats that fits."""
    graphs = {graph.value for graph in store.all_graphs()}
    checked = guard.check(text, graphs)
    try:
        with cut_off():
            return answer(store, checked, {}, wanted, max_bytes)
    except OSError as error:
        raise ForbiddenQuery(
            "The query reaches outside the store.",
            "Ask of this graph alone.",
            sv="Frågan når utanför lagret.",
            cure_sv="Fråga bara om den här grafen.",
        ) from error


def run_library(store: Store, name: str, values: Mapping[str, str], wanted: tuple[str, ...], max_bytes: int) -> Answer:
    """A query of the library with parameters as a person wrote them."""
    query = find_query(name)
    return answer(store, query.text, bind(query, values, store), wanted, max_bytes)


def library_table(store: Store, name: str, values: Mapping[str, str], lang: str) -> Table:
    """A query of the library as a table with names beside IRIs."""
    query = find_query(name)
    return with_labels(store.select(query.text, bind(query, values, store)), store, lang)


def library_csv(store: Store, name: str, values: Mapping[str, str], lang: str) -> Answer:
    """The same as CSV."""
    return Answer(table_csv(library_table(store, name, values, lang)).encode(), "csv")


def validate_file(store: Store, name: str, content: bytes, form: str, lang: str) -> str | dict[str, Any]:
    """A file from outside against the shapes: JSON, a Turtle report, or what the page shows."""
    from rusgraf import validate, verdict

    outcome = validate.validate(store, [(name, content)])
    if form == "json":
        return verdict.as_json(outcome, lang)
    if form == "ttl":
        return verdict.as_turtle(outcome)
    return verdict.as_page(outcome, lang)
