"""``rusgraf template``: the activity sheet to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf.cli import _options
from rusgraf.naming import resolve
from rusgraf.tabular import template


@click.command("template")
@_options.data
@_options.formats("xlsx", "csv")
@_options.output
@click.option("--plan", default="", metavar="P", help="Bara denna plans delmål: namn, kind/slug eller IRI.")
@click.option("--lansdel", default="", metavar="L", help="Bara denna länsdels aktörer och kommuner.")
def command(data: tuple[Path, ...], form: str, output: Path | None, plan: str, lansdel: str) -> None:
    """Gör arbetsboken att fylla i, med listor ur grafen: rusgraf template -o aktiviteter.xlsx"""
    store = _options.load(data)
    narrow = template.Narrow(
        resolve(plan, store, "plan") if plan else None, resolve(lansdel, store, "lansdel") if lansdel else None
    )
    wanted = _options.chosen(form, output, ("xlsx", "csv"))
    made = template.to_csv(store, narrow) if wanted == "csv" else template.to_xlsx(store, narrow)
    _options.emit(made, output, is_text=wanted == "csv")
