"""``rusgraf query``: a query of the library, or one of your own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from rusgraf import guard, library
from rusgraf.answer import MEDIA_TYPES, Wanted, answer, spreadsheet, table_text, with_labels
from rusgraf.cli import _options
from rusgraf.errors import BadParameter, UnreadableInput
from rusgraf.jobs import wall
from rusgraf.rdf import is_table
from rusgraf.store import Store, Table
from rusgraf.terms import Term

_UNLIMITED = 2**62
FORMS = ("table", *MEDIA_TYPES, "xlsx")


@click.command("query")
@click.argument("name", required=False, metavar="NAMN|FIL|-")
@click.option("-p", "--param", "params", multiple=True, metavar="namn=värde", help="Parameter till frågan.")
@click.option("--labels", is_flag=True, help="Visa namn bredvid varje IRI.")
@_options.data
@_options.endpoint
@_options.lang
@_options.asserted
@_options.formats(*FORMS)
@_options.output
def command(
    name: str | None,
    params: tuple[str, ...],
    labels: bool,
    data: tuple[Path, ...],
    lang: str,
    asserted: bool,
    form: str,
    output: Path | None,
) -> None:
    """Ställer en fråga ur biblioteket eller en egen (fil, eller - för standard in). Utan namn: en lista."""
    if name is None:
        click.echo(catalogue(lang), nl=False)
        return
    store = _options.load(data, asserted=asserted)
    text, bindings = _find(name, _split(params), store)
    form = _options.chosen(form, output, FORMS)
    with wall(store):
        made = _ask(store, text, bindings, form, lang if labels or form == "xlsx" else "")
    if isinstance(made, Table):  # outside the wall: a workbook is put together in temporary files
        made = spreadsheet(made, Wanted(form, lang, _UNLIMITED)).content
    _options.emit(made, output, is_text=form != "xlsx")


def _ask(store: Store, text: str, bindings: Mapping[str, Term], form: str, label_lang: str) -> bytes | Table:
    """The answer; with a language for labels, names stand beside IRIs. A table of a graph is Turtle.

    What is for a spreadsheet is still a table.
    """
    for_sheet = form == "xlsx" or (form == "csv" and label_lang)
    if form == "table" and not is_table(store.query(text, bindings)):
        return answer(store, text, bindings, ("ttl", "json"), _UNLIMITED).content
    if form != "table" and not for_sheet:
        return answer(store, text, bindings, (form,), _UNLIMITED).content
    table = store.select(text, bindings)
    table = with_labels(table, store, label_lang) if label_lang else table
    return table if for_sheet else table_text(table).encode()


def catalogue(lang: str) -> str:
    """Every query of the library with its summary and parameters, grouped."""
    lines = []
    for query in library.library().values():
        lines.append(f"{query.id}: {query.say('summary', lang)}")
        lines += [f"    -p {p.name}=… ({p.type}) {p.meaning}; t.ex. {p.example}" for p in query.parameters]
    return "\n".join(lines) + "\n"


def _split(params: tuple[str, ...]) -> dict[str, str]:
    pairs = [p.partition("=") for p in params]
    for name, equals, _ in pairs:
        if not equals or not name:
            raise BadParameter(
                f'-p "{name}" is not of the form name=value.',
                "Write -p name=value.",
                sv=f'-p "{name}" är inte på formen namn=värde.',
                cure_sv="Skriv -p namn=värde.",
            )
    if len({name for name, _, _ in pairs}) != len(pairs):
        raise BadParameter(
            "A parameter is given twice.",
            "Give each once.",
            sv="En parameter är angiven två gånger.",
            cure_sv="Ange var och en en gång.",
        )
    return {name: value for name, _, value in pairs}


def _find(name: str, values: Mapping[str, str], store: Store) -> tuple[str, Mapping[str, Term]]:
    """The text and bindings: a file or standard input is guarded, a library query has its parameters bound."""
    path = Path(name)
    if name != "-" and not (path.suffix in (".rq", ".sparql") or path.is_file()):
        query = library.find_query(name)
        return query.text, library.bind(query, values, store)
    if values:
        raise BadParameter(
            "Parameters are for queries of the library.",
            "Write the values into your own query.",
            sv="Parametrar hör till bibliotekets frågor.",
            cure_sv="Skriv in värdena i din egen fråga.",
        )
    try:
        text = sys.stdin.read() if name == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(
            f"{name}: {error}.",
            "Give a file with SPARQL in UTF-8.",
            sv=f"{name} går inte att läsa: {error}.",
            cure_sv="Ge en fil med SPARQL i UTF-8.",
        ) from error
    return guard.check(text, {graph.value for graph in store.all_graphs()}), {}
