"""``rusgraf load``: the data into a SPARQL service, for a larger engine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rusgraf.cli import _options
from rusgraf.errors import BadParameter
from rusgraf.releases import is_store
from rusgraf.store import Store
from rusgraf.wording import say


@click.command("load")
@_options.data
@_options.endpoint
@_options.update_endpoint
@_options.graph_store
@_options.lang
@click.option("-o", "--output", metavar="FIL.nq", type=click.Path(path_type=Path, dir_okay=False),
              help="Skriv i stället allt som ska laddas till en fil, för tjänstens egen inläsning.")  # fmt: skip
def command(data: tuple[Path, ...], update: str, graphs: str, lang: str, output: Path | None) -> None:
    """Laddar data i en SPARQL-tjänst, läser tillbaka och jämför. Sedan går --endpoint URL i de andra kommandona.

    Inloggning: RUSGRAF_ENDPOINT_USER och RUSGRAF_ENDPOINT_PASSWORD, eller RUSGRAF_ENDPOINT_TOKEN.
    """
    from rusgraf.remote import loading
    from rusgraf.remote.following import Follower
    from rusgraf.remote.protocol import Addresses

    url = _options.given_endpoint()
    if bool(url) == bool(output):
        raise BadParameter(
            "Say where to: --endpoint or --output.",
            "Give one of them.",
            sv="Säg vart: --endpoint eller --output.",
            cure_sv="Ange ett av dem.",
        )
    there = _options.opened(data[0]) if len(data) == 1 and is_store(data[0]) else None
    if there and not output:
        made = Follower(data[0], _options.service(Addresses(url, update, graphs))).follow(there, _show)
    else:
        store = there.store if there else Store.load(data or None)
        if output:
            made = loading.write(store, output)
        else:
            made = loading.load(store, _options.service(Addresses(url, update, graphs)), _show)
    click.echo(
        say("loaded" if made.triples else "loaded_already", lang).format(made.release, made.triples, made.graphs)
    )


def _show(sent: int, total: int) -> None:
    """Show on a terminal how far it has come."""
    if sys.stderr.isatty():
        click.echo(f"\r{sent}/{total}", err=True, nl=sent == total)
