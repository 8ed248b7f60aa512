"""What runs in a worker: each function takes the worker's store first, and plain arguments after it.

Layer: domain.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

from rusgraf import guard
from rusgraf.answer import Answer, Question, Unwritten, Wanted, begin, spreadsheet, with_labels
from rusgraf.errors import ForbiddenQuery
from rusgraf.findings import Finding, find, narrow
from rusgraf.library import bind, find_query
from rusgraf.naming import resolve
from rusgraf.store import Store, Table
from rusgraf.suggest import suggest

if TYPE_CHECKING:
    from rusgraf.thingview import Asked


NEEDS_WARMTH = frozenset({"validate_file"})
_SHEET = "Aktivitet;Delmål;Ansvarig\nPåhittad aktivitet;Påhittat delmål;Påhittad nämnd\n".encode()
"""Invented; names that are none make it read all that knows names."""


@contextlib.contextmanager
def cut_off() -> Iterator[None]:
    """While this lasts the process can open no file and no socket: a wall behind ``guard``, also without ``walls``.

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


def wall(store: Store) -> contextlib.AbstractContextManager[None]:
    """`cut_off`, but for a store that is itself asked over a socket: there the guard and the service are the walls."""
    return contextlib.nullcontext() if store.reaches_out else cut_off()


def run_query(store: Store, question: Question) -> Unwritten:
    """A query from outside, guarded, when it is begun and while it is written."""
    graphs = {graph.value for graph in store.all_graphs()} if question.over is None else None
    checked = guard.check(question.text, graphs, caps=question.caps, is_forwarded=store.reaches_out)
    with _alone(store):
        made = begin(store, replace(question, text=checked))

    def write(out: IO[bytes]) -> None:
        with _alone(store):
            made.write(out)

    return Unwritten(made.form, write)


@contextlib.contextmanager
def _alone(store: Store) -> Iterator[None]:
    try:
        with wall(store):
            yield
    except OSError as error:
        raise ForbiddenQuery(
            "The query reaches outside the store.",
            "Ask of this graph alone.",
            sv="Frågan når utanför lagret.",
            cure_sv="Fråga bara om den här grafen.",
        ) from error


def run_library(
    store: Store, name: str, values: Mapping[str, str], wanted: tuple[str, ...], max_bytes: int
) -> Unwritten:
    """A query of the library with parameters as a person wrote them."""
    query = find_query(name)
    return begin(store, Question(query.text, wanted, max_bytes, bind(query, values, store)))


def library_table(store: Store, name: str, values: Mapping[str, str], lang: str) -> Table:
    """A query of the library as a table with names beside IRIs."""
    query = find_query(name)
    return with_labels(store.select(query.text, bind(query, values, store)), store, lang)


def library_named(store: Store, name: str, values: Mapping[str, str], lang: str) -> bytes:
    """The same as SPARQL JSON."""
    from rusgraf.remote import results

    return results.write(library_table(store, name, values, lang))


def library_sheet(store: Store, name: str, values: Mapping[str, str], wanted: Wanted) -> Answer:
    """The same for a spreadsheet: CSV or a workbook."""
    return spreadsheet(library_table(store, name, values, wanted.lang), wanted)


def warm_up(store: Store) -> Iterator[None]:
    """What makes the first `validate_file` as quick as the next ones, step by step; ``workers`` does it when idle."""
    from rusgraf import checking

    yield from checking.warm_up()
    if not store.reaches_out:
        yield
        checking.check_files(store, [("a.csv", _SHEET)])


def validate_file(store: Store, name: str, content: bytes, form: str, lang: str) -> str | bytes | dict[str, Any]:
    """A file from outside against the shapes: JSON, a Turtle report, what the page shows, or the user's workbook."""
    from rusgraf import checking, verdict

    checked = checking.check_files(store, [(name, content)])
    if form == "xlsx":
        return checking.to_xlsx(checked, lang)
    if form == "json":
        return verdict.as_json(checked.outcome, lang)
    if form == "ttl":
        return verdict.as_turtle(checked.outcome)
    return verdict.as_page(checked.outcome, lang)


def export(store: Store, found: Sequence[Finding], form: str, lang: str) -> bytes:
    """Findings of this store, in a format of ``exports``."""
    from rusgraf import exports

    return exports.FORMATS[form].make(found, store, lang)


def template_sheet(store: Store, plan: str, lansdel: str, form: str) -> str | bytes:
    """The activity sheet to fill in, narrowed to what a person named ("" does not narrow)."""
    from rusgraf.tabular import template

    narrow = template.Narrow(
        resolve(plan, store, "plan") if plan else None, resolve(lansdel, store, "lansdel") if lansdel else None
    )
    return template.to_csv(store, narrow) if form == "csv" else template.to_xlsx(store, narrow)


def suggestions(store: Store, narrowed: Mapping[str, str], limit: int, form: str, lang: str) -> str:
    """The suggestions for the findings of a rule, about a plan, in a state ("" does not narrow): JSON or a page."""
    from rusgraf import advice, pages

    about = resolve(narrowed["plan"], store, "plan").value if narrowed["plan"] else ""
    found = narrow(find(store, lang=lang), rule=narrowed["rule"], plan=about, status=narrowed["status"])
    made = suggest(store, found, lang=lang, limit=limit)
    if form == "json":
        return advice.plan_json(made, store, lang)
    return pages.suggest_page(made, store, lang, chosen={**narrowed, "plan": about}, limit=limit)


def diff_versions(store: Store, first: str, second: str, form: str, lang: str) -> str:
    """What differs between two versions that a person named, in a format of ``diffreport`` or as a page."""
    from rusgraf import diffreport, pages
    from rusgraf.diff import diff
    from rusgraf.versions import find_version

    made = diff(store, find_version(first, store, lang), find_version(second, store, lang), lang=lang)
    return pages.diff_page(made, store, lang) if form == "html" else diffreport.FORMATS[form](made, lang)


def compare_regions(store: Store, names: Sequence[str], form: str, lang: str) -> str | bytes:
    """Regions that a person named side by side, in a format of ``compare.report`` or as a page."""
    from rusgraf import pages
    from rusgraf.compare import compare, report

    made = compare(store, names, lang)
    return pages.compare_page(made, store, lang) if form == "html" else report.FORMATS[form](made, store, lang)


def thing_page(store: Store, path: str, asked: Asked, number: int) -> str:
    """The page about an identifier, by its local path; `number` findings are about it."""
    from rusgraf import pages
    from rusgraf.thingview import view

    return pages.thing_page(view(store, path, asked), store, asked.lang, number)


def thing_data(store: Store, path: str, form: str, max_bytes: int) -> Unwritten:
    """What an identifier stands for as RDF: the data of a document, the statements about a thing."""
    from rusgraf import things

    return things.write(store, things.look(store, path, withdrawn=True).node, form, max_bytes)


def dump(store: Store, form: str, max_bytes: int) -> Unwritten:
    """The whole graph: in ``trig`` every named graph, else the graphs in force as one."""
    from rusgraf import things

    return things.whole(store, form, max_bytes)
