"""``rusgraf restore``: a backup into a store."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import archive
from rusgraf.cli import _options
from rusgraf.wording import say


@click.command("restore")
@click.argument("file", metavar="FIL", type=click.Path(path_type=Path))
@_options.store
@click.option("--force", is_flag=True, help="Även om där finns ett lager: kopian blir då den nyaste utgåvan.")
@_options.lang
def command(file: Path, directory: Path, force: bool, lang: str) -> None:
    """Återställer en säkerhetskopia till ett lager, prövad mot sina kontrollsummor."""
    made = archive.restore(file, directory, force=force)
    click.echo(say("restored", lang).format(directory, made.name, sum(made.stated().values())))
