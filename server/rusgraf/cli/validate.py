"""``rusgraf validate``: files against the shapes."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import validate, verdict
from rusgraf.cli import _options
from rusgraf.rdf import read_file
from rusgraf.store import Store


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FIL…")
@_options.data
@_options.lang
@_options.formats("text", "json", "ttl")
def command(files: tuple[Path, ...], data: tuple[Path, ...], lang: str, form: str) -> int:
    """Prövar filer mot formerna: varje fel med plats och åtgärd, och vad filerna skulle sluta och öppna."""
    read = [(str(path), read_file(path)) for path in files]
    store = Store.load(data or None)
    outcome = validate.validate(store, read)
    if form == "ttl":
        click.echo(verdict.as_turtle(outcome), nl=False)
    else:
        click.echo((verdict.as_json if form == "json" else verdict.as_text)(outcome, lang), nl=False)
    return int(not outcome.conforms)
