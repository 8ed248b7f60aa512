"""``rusgraf suggest``: the fewest new links that would close most findings."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import advice, findings
from rusgraf.cli import _options
from rusgraf.naming import resolve
from rusgraf.suggest import suggest


@click.command("suggest")
@_options.data
@_options.endpoint
@_options.waivers
@_options.lang
@_options.asserted
@_options.formats("text", "json")
@click.option("--rule", "only", multiple=True, metavar="R", help="Bara fynd av denna regel. Kan upprepas.")
@click.option("--plan", default="", metavar="P", help="Bara fynd om denna plan: namn, kind/slug eller IRI.")
@click.option("--status", type=click.Choice(findings.STATES[:2]), help="Bara fynd i detta läge.")
@click.option(
    "--max", "limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Högst så många förslag."
)
def command(
    data: tuple[Path, ...],
    kept: tuple[Path, ...],
    lang: str,
    asserted: bool,
    form: str,
    only: tuple[str, ...],
    plan: str,
    status: str | None,
    limit: int,
) -> None:
    """Föreslår de få nya länkar som skulle sluta flest fynd. Räknar länkar, inte effekt."""
    store = _options.load(data, kept, asserted=asserted)
    about = resolve(plan, store, "plan").value if plan else ""
    found = findings.narrow(findings.find(store, lang=lang, only=only), plan=about, status=status or "")
    made = suggest(store, found, lang=lang, limit=limit)
    click.echo((advice.plan_json if form == "json" else advice.plan_text)(made, store, lang), nl=False)
