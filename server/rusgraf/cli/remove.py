"""``rusgraf remove``: a graph out of the store."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import publish, published
from rusgraf.cli import _options


@click.command("remove")
@click.argument("graph", metavar="GRAF")
@_options.store
@click.option("--by", default="", metavar="ROLL", help="I vilken roll du tar bort den; aldrig ett namn.")
@click.option("--force", is_flag=True, help="Låt lagret bli tomt, eller mycket mindre än det var.")
@_options.lang
def command(graph: str, directory: Path, by: str, force: bool, lang: str) -> None:
    """Tar bort en graf ur lagret: namn, IRI eller etikett. Historiken är kvar (se history)."""
    click.echo(published.as_text(publish.remove(directory, graph, by=by, force=force), lang), nl=False)
