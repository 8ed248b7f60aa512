"""``rusgraf sources``: fingerprints against the texts of the plans."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import assets, sources
from rusgraf.cli import _options
from rusgraf.files import write_whole
from rusgraf.rdf import data_files, read_quads
from rusgraf.wording import say

_folder = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))


@click.group("sources")
def command() -> None:
    """Prövar och förseglar källhänvisningarnas fingeravtryck mot planernas texter."""


@command.command("verify")
@_folder
@_options.data
@_options.endpoint
@_options.lang
def verify(folder: Path, data: tuple[Path, ...], lang: str) -> int:
    """Prövar varje fingeravtryck mot texterna i DIR."""
    verdicts = sources.verify(_options.load(data), folder)
    for v in verdicts:
        if v.state != sources.FOUND:
            click.echo(f"{v.reference}: {say(f'source_{v.state}', lang)} ({v.file or v.document})")
    states = (sources.FOUND, sources.ABSENT, sources.MALFORMED, sources.NO_FILE)
    counts = {state: sum(v.state == state for v in verdicts) for state in states}
    click.echo(", ".join(f"{number} {say(f'source_{state}', lang)}" for state, number in counts.items()) + ".")
    return int(not counts[sources.FOUND] or counts[sources.ABSENT] + counts[sources.MALFORMED] > 0)


@command.command("seal")
@click.argument("file", metavar="FIL", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_folder
@_options.data
@_options.lang
@click.option(
    "-o", "--output", metavar="UT", type=click.Path(path_type=Path, dir_okay=False), help="Skriv hit i stället."
)
def seal(file: Path, folder: Path, data: tuple[Path, ...], lang: str, output: Path | None) -> None:
    """Ersätter varje rus:passage i FIL med passagens fingeravtryck."""
    paths = [*data_files(data or [assets.folder("data")]), file]
    text, number = sources.seal_file(file, folder, (q for path in paths for q in read_quads(path)))
    write_whole(output or file, text.encode())
    click.echo(f"{output or file}: {number} {say('sealed', lang)}")
