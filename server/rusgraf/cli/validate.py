"""``rusgraf validate``: files against the shapes."""

from __future__ import annotations

from pathlib import Path

import click

from rusgraf import checking, verdict
from rusgraf.cli import _options
from rusgraf.errors import BadParameter
from rusgraf.rdf import read_file


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FIL…")
@_options.data
@_options.lang
@_options.formats("text", "json", "ttl", "xlsx")
@_options.output
def command(files: tuple[Path, ...], data: tuple[Path, ...], lang: str, form: str, output: Path | None) -> int:
    """Prövar filer mot formerna: varje fel med plats och åtgärd, och vad filerna skulle sluta och öppna.

    Ett aktivitetsark (xlsx, csv) kommer med --format xlsx -o UT.xlsx tillbaka som den egna arbetsboken, med felen
    vid sina celler.
    """
    wanted = _options.chosen(form, output, ("json", "ttl", "xlsx"))
    read = [(str(path), read_file(path)) for path in files]
    checked = checking.check_files(_options.load(data, stays_on_disk=True), read, _options.progress(lang))
    _options.emit(_render(checked, wanted, lang), output, is_text=wanted != "xlsx")
    return int(not checked.outcome.conforms)


def _render(checked: checking.Checked, form: str, lang: str) -> bytes:
    if form == "xlsx":
        if [bool(i.sheet) for i in checked.inputs] != [True]:
            raise BadParameter(
                "A workbook comes back of one activity sheet.",
                "Give one file, .xlsx or .csv.",
                sv="En arbetsbok kommer tillbaka av ett aktivitetsark.",
                cure_sv="Ge en fil, .xlsx eller .csv.",
            )
        return checking.to_xlsx(checked, lang)
    if form == "ttl":
        return verdict.as_turtle(checked.outcome).encode()
    return (verdict.as_json if form == "json" else verdict.as_text)(checked.outcome, lang).encode()
