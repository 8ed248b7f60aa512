"""``rusgraf gaps``: the report of the stuprör gaps."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import findings, report
from rusgraf.cli import _options
from rusgraf.library import resolve
from rusgraf.store import Store


@click.command("gaps")
@_options.data
@_options.lang
@_options.asserted
@_options.formats("table", "json", "csv", "ttl", "html")
@click.option("--rule", "only", multiple=True, metavar="R", help="Bara denna regel. Kan upprepas.")
@click.option("--plan", default="", metavar="P", help="Bara fynd om denna plan: namn, kind/slug eller IRI.")
@click.option("--status", type=click.Choice(findings.STATES), help="Bara fynd i detta läge.")
@click.option(
    "--fail-on", type=click.Choice([*findings.STATES, "any"]), help="Avsluta med 1 om något sådant fynd finns."
)
def command(
    data: tuple[Path, ...],
    lang: str,
    asserted: bool,
    form: str,
    only: tuple[str, ...],
    plan: str,
    status: str | None,
    fail_on: str | None,
) -> int:
    """Visar var planerna är stuprör: varje fynd med läge, skäl, källa och vad som skulle sluta det."""
    store = Store.load(data or None, asserted=asserted)
    about = resolve(plan, store, "plan").value if plan else ""
    found = findings.narrow(findings.find(store, lang=lang, only=only), plan=about, status=status or "")
    click.echo(_render(form, found, store, lang), nl=False)
    return int(any(fail_on in (f.status, "any") for f in found))


def _render(form: str, found: list[findings.Finding], store: Store, lang: str) -> str:
    if form == "html":
        from rusgraf.pages import report_page

        return report_page(found, store, lang, standalone=True)
    return report.FORMATS[form](found, store, lang)
