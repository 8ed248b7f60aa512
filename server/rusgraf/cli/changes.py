"""``rusgraf changes``: what is new, gone or changed since a report."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import changes, changes_report, findings, junit, sarif
from rusgraf.cli import _options
from rusgraf.errors import BadParameter
from rusgraf.wording import say

FORMATS = {
    "table": changes_report.to_text,
    "json": changes_report.to_json,
    "junit": junit.to_junit,
    "sarif": sarif.to_sarif,
}
KINDS = ("new", "gone", "changed", "any")


@click.command("changes")
@click.argument("old", metavar="GAMMAL.json", type=click.Path(path_type=Path))
@click.argument("new", required=False, metavar="[NY.json]", type=click.Path(path_type=Path))
@_options.data
@_options.endpoint
@_options.waivers
@_options.lang
@_options.asserted
@_options.formats(*FORMATS)
@_options.output
@click.option("--fail-on", multiple=True, type=click.Choice(KINDS),
              help="Avsluta med 1 om något fynd är nytt, borta eller ändrat. Kan upprepas.")  # fmt: skip
def command(
    old: Path,
    new: Path | None,
    data: tuple[Path, ...],
    kept: tuple[Path, ...],
    lang: str,
    asserted: bool,
    form: str,
    output: Path | None,
    fail_on: tuple[str, ...],
) -> int:
    """Jämför en rapport (gaps --format json) med en senare, eller med data som de är nu."""
    before = changes.read_run(old)
    after = changes.read_run(new) if new else current(data, kept, before.lang or lang, asserted=asserted)
    if new and (data or kept or asserted or _options.given_endpoint()):
        raise BadParameter(
            "--data, --endpoint, --waivers and --asserted are for the current data, but two reports are given.",
            "Leave out the second report, or the options.",
            sv="--data, --endpoint, --waivers och --asserted gäller nuvarande data, men två rapporter är angivna.",
            cure_sv="Utelämna den andra rapporten, eller valen.",
        )
    made = changes.compare(before, after)
    form = _options.chosen(form, output, FORMATS)
    _options.emit(FORMATS[form](made, lang).encode(), output)
    counts = made.count()
    return int(any(counts[kind] for kind in KINDS[:-1] if kind in fail_on or "any" in fail_on))


def current(data: tuple[Path, ...], kept: tuple[Path, ...], lang: str, *, asserted: bool) -> changes.Run:
    """The findings of the data as they are now."""
    store = _options.load(data, kept, asserted=asserted)
    return changes.run_of(findings.find(store, lang=lang), store, lang, say("current_data", lang))
