"""``rusgraf add``: checked data into the store."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import publish, published, verdict
from rusgraf.cli import _options
from rusgraf.rdf import read_file


@click.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FIL…")
@_options.store
@click.option(
    "--graph", default="", metavar="GRAF", help="Grafen som uppgifterna läggs i: namn eller IRI. Annars filens namn."
)
@click.option("--by", default="", metavar="ROLL", help="I vilken roll du publicerar; aldrig ett namn.")
@click.option("--accept-warnings", is_flag=True, help="Godta varningar; de sparas med uppgifterna.")
@click.option("--replace", is_flag=True, help="Ersätt en graf som någon annan fil har gjort.")
@click.option("--force", is_flag=True, help="Låt lagret bli mycket mindre än det var.")
@_options.lang
def command(
    files: tuple[Path, ...],
    directory: Path,
    graph: str,
    by: str,
    accept_warnings: bool,
    replace: bool,
    force: bool,
    lang: str,
) -> None:
    """Publicerar filer i lagret: alla eller ingen, prövade mot formerna, med proveniens.

    Samma fil en gång till ändrar ingenting; en rättad fil ersätter sin tidigare version.
    """
    try:
        made = publish.add(
            directory,
            [(str(path), read_file(path)) for path in files],
            publish.Terms(graph, by, accept_warnings, replace, force),
        )
    except publish.Refused as refused:
        click.echo(verdict.as_text(refused.outcome, lang), nl=False)
        raise
    click.echo(published.as_text(made, lang), nl=False)
