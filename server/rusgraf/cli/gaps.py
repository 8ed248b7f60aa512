"""``rusgraf gaps``: the report of the stuprör gaps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from rusgraf import advice, findings, whatif
from rusgraf.cli import _options
from rusgraf.errors import BadParameter
from rusgraf.exports import FORMATS
from rusgraf.inputs import read_input
from rusgraf.library import LEVELS
from rusgraf.naming import resolve
from rusgraf.rdf import read_file
from rusgraf.store import Store
from rusgraf.wording import say


@click.command("gaps")
@_options.data
@_options.endpoint
@_options.waivers
@_options.lang
@_options.asserted
@_options.formats(*FORMATS, "html")
@_options.output
@click.option("--rule", "only", multiple=True, metavar="R", help="Bara denna regel. Kan upprepas.")
@click.option("--plan", default="", metavar="P", help="Bara fynd om denna plan: namn, kind/slug eller IRI.")
@click.option("--status", type=click.Choice(findings.STATES), help="Bara fynd i detta läge.")
@click.option("--level", type=click.Choice(LEVELS), help="Bara den ytliga nivån (plan) eller den djupa (delmal).")
@click.option(
    "--with",
    "files",
    multiple=True,
    metavar="FIL",
    type=click.Path(path_type=Path),
    help="Visa i stället vad filens uppgifter skulle sluta, öppna och ändra. Kan upprepas.",
)
@click.option(
    "--fail-on", type=click.Choice([*findings.STATES, "any"]), help="Avsluta med 1 om något sådant fynd finns."
)
def command(
    data: tuple[Path, ...],
    kept: tuple[Path, ...],
    lang: str,
    asserted: bool,
    form: str,
    output: Path | None,
    only: tuple[str, ...],
    plan: str,
    status: str | None,
    level: str | None,
    files: tuple[Path, ...],
    fail_on: str | None,
) -> int:
    """Visar var planerna är stuprör: varje fynd med läge, skäl, källa och vad som skulle sluta det."""
    store = _options.load(data, kept, asserted=asserted)
    about = resolve(plan, store, "plan").value if plan else ""

    def narrowed(whole: Store) -> list[findings.Finding]:
        every = findings.find(whole, lang=lang, only=only)
        return findings.narrow(every, plan=about, status=status or "", level=level or "")

    if files:
        form = _options.chosen(form, output, ["json"])
        return _effect(form, output, store, narrowed, files, lang, fail_on)
    found = narrowed(store)
    form = _options.chosen(form, output, [*FORMATS, "html"])
    _options.emit(_render(form, found, store, lang), output, is_text=form == "html" or FORMATS[form].is_text)
    return int(any(fail_on in (f.status, "any") for f in found))


def _effect(
    form: str,
    output: Path | None,
    store: Store,
    narrowed: Callable[[Store], list[findings.Finding]],
    files: tuple[Path, ...],
    lang: str,
    fail_on: str | None,
) -> int:
    """What the files would do to the findings; they are not kept."""
    if form not in ("table", "json"):
        raise BadParameter(
            f"--with has no format {form}.",
            "Give table or json.",
            sv=f"--with har inget format {form}.",
            cure_sv="Ange table eller json.",
        )
    read = [read_input(read_file(path), str(path), store) for path in files]
    for one in read:
        if faults := sum(f.severity == "violation" for f in one.faults):
            click.echo(say("sheet_has_faults", lang).format(one.name, faults), err=True)
    quads = [quad for one in read for quad in (*one.quads, *one.unread())]
    made = whatif.compare(narrowed(store), narrowed(store.extended(quads)))
    text = advice.effect_text(made, lang) if form == "table" else advice.effect_json(made, store, lang)
    _options.emit(text.encode(), output)
    return int(any(fail_on in (f.status, "any") for f in made.opens))


def _render(form: str, found: list[findings.Finding], store: Store, lang: str) -> bytes:
    if form == "html":
        from rusgraf.pages import report_page

        return report_page(found, store, lang, standalone=True).encode()
    return FORMATS[form].make(found, store, lang)
