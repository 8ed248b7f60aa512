"""``rusgraf build``: a new release of the data files."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import publish, published, verdict
from rusgraf.cli import _options


@click.command("build")
@_options.store
@_options.data
@click.option("--force", is_flag=True, help="Även om filer har fel, eller lagret blir tomt eller mycket mindre.")
@_options.lang
def command(directory: Path, data: tuple[Path, ...], force: bool, lang: str) -> None:
    """Gör ett lager, eller en ny utgåva av det, ur datafiler (de medföljande om inga anges).

    Filer som anges prövas mot formerna. Det som har publicerats med add är kvar; ontologin, terminologierna och de
    andra graferna görs om ur filerna.
    """
    try:
        made = publish.rebuild(directory, data or None, force=force, progress=_options.progress(lang))
    except publish.Refused as refused:
        click.echo(verdict.as_text(refused.outcome, lang), nl=False)
        raise
    click.echo(published.built_text(made, lang), nl=False)
