"""``rusgraf history``: what was published in a store, and what was taken out."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import provenance, published
from rusgraf.cli import _options
from rusgraf.publish import graph_named


@click.command("history")
@click.argument("graph", required=False, metavar="[GRAF]")
@_options.store
@_options.lang
@_options.formats("table", "json")
def command(graph: str | None, directory: Path, lang: str, form: str) -> None:
    """Visar vilka versioner av graferna som har publicerats: när, ur vilken fil, i vilken utgåva; även borttagna."""
    store = _options.opened(directory).store
    found = provenance.versions(store)
    if graph is not None:
        wanted = published.graph_of(graph, found) or graph_named(graph, store).value
        found = [version for version in found if version.graph == wanted]
    click.echo(published.history_json(found) if form == "json" else published.history_text(found, lang), nl=False)
