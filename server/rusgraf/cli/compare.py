"""``rusgraf compare``: regions side by side, theme by theme."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf.cli import _options
from rusgraf.compare import compare
from rusgraf.compare.report import FORMATS


@click.command("compare")
@click.argument("regions", nargs=-1, metavar="[REGION REGION…]")
@_options.data
@_options.endpoint
@_options.lang
@_options.asserted
@_options.formats(*FORMATS)
def command(regions: tuple[str, ...], data: tuple[Path, ...], lang: str, asserted: bool, form: str) -> int:
    """Jämför regioner tema för tema: vad var och en har som de andra saknar, och vad som inte är känt.

    En region anges som Örebro, "Region Örebro län" eller IRI; utan REGION jämförs alla som grafen har styrdokument för.
    """
    store = _options.load(data, asserted=asserted)
    click.echo(FORMATS[form](compare(store, regions, lang), store, lang), nl=False)
    return 0
