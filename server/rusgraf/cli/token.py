"""``rusgraf token``: a token for whoever is to write over HTTP."""

from __future__ import annotations

import click

from rusgraf import tokens
from rusgraf.cli import _options
from rusgraf.wording import say


@click.command("token")
@click.option("--by", required=True, metavar="ROLL", help="Rollen som skriver; aldrig ett namn.")
@_options.lang
def command(by: str, lang: str) -> None:
    """Gör en token för skrivning: visas en gång, med raden till filen för serve --tokens."""
    token, line = tokens.new(by)
    click.echo(say("token_made", lang).format(token, line))
