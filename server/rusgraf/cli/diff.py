"""``rusgraf diff``: two versions of a plan, in plan words."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import diffreport, versions
from rusgraf.cli import _options
from rusgraf.diff import diff
from rusgraf.rdf import FORMATS
from rusgraf.store import Store


@click.command("diff")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@_options.data
@_options.endpoint
@_options.lang
@_options.asserted
@_options.formats(*diffreport.FORMATS)
def command(first: str, second: str, data: tuple[Path, ...], lang: str, asserted: bool, form: str) -> None:
    """Jämför två versioner av en plan: vad som skiljer, och vad det gör med fynden.

    A och B är versioner i grafen (namn, slug eller IRI för grafen eller versionen) eller RDF-filer.
    """
    store = _options.load(data, asserted=asserted)
    a, b = (_version(name, store, lang) for name in (first, second))
    click.echo(diffreport.FORMATS[form](diff(store, a, b, lang=lang, asserted=asserted), lang), nl=False)


def _version(name: str, store: Store, lang: str) -> versions.Version:
    path = Path(name)
    is_file = path.suffix.lower() in FORMATS or path.is_file()
    return versions.read_version(path, store, lang) if is_file else versions.find_version(name, store, lang)
