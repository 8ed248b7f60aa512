"""``rusgraf backup``: the release that answers, in one file."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import archive
from rusgraf.cli import _options
from rusgraf.wording import say


@click.command("backup")
@click.argument("file", metavar="FIL", type=click.Path(path_type=Path))
@_options.store
@_options.lang
def command(file: Path, directory: Path, lang: str) -> None:
    """Skriver en säkerhetskopia av lagret till en ny fil, och läser den tillbaka för att pröva den."""
    made = archive.backup(directory, file)
    click.echo(say("backed_up", lang).format(file, made.name, sum(made.stated().values())))
