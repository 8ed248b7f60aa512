"""``rusgraf waive``: a finding is judged to be no gap, for a time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from rusgraf import findings, mint, waivers
from rusgraf.cli import _options
from rusgraf.errors import unknown
from rusgraf.wording import say


@click.command("waive")
@click.argument("finding", metavar="ID")
@_options.data
@_options.endpoint
@_options.waivers
@_options.lang
@click.option("--reason", required=True, metavar="TEXT", help="Varför fyndet inte är någon lucka.")
@click.option("--by", required=True, metavar="ROLL", help="I vilken roll bedömningen är gjord; aldrig ett namn.")
@click.option("--until", required=True, metavar="DATUM", help="Sista dag för undantaget: 2027-12-31.")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default="undantag.trig",
    show_default=True,
    metavar="FIL",
    help="TriG-fil som undantaget läggs till i; ges sedan till gaps med --waivers.",
)
def command(
    finding: str,
    data: tuple[Path, ...],
    kept: tuple[Path, ...],
    lang: str,
    reason: str,
    by: str,
    until: str,
    file: Path,
) -> None:
    """Undantar ett fynd: det visas som undantaget till och med sista dagen, eller tills underlaget ändras."""
    found = {f.id: f for f in findings.find(_options.load(data, kept), lang=lang)}
    if finding not in found:
        raise unknown(finding, found, ("inget fynd", "no finding"))
    iri = mint.thing("Undantag", finding)
    waiver = waivers.Waiver(iri, finding, reason.strip(), by.strip(), until, found[finding].basis)
    waivers.write(file, waiver, date.today())
    click.echo(f"{file}: {finding}: {say('waived', lang)} {say('until', lang)} {until}. {found[finding].explanation}")
