"""Which cells does a CSV file hold? Its delimiter is told by the header it gives, its rows counted as Excel counts.

Quotes and line breaks within them as in RFC 4180, strictly: a quote that is never closed would swallow the rest of the
file. Layer: domain; standard library only. See https://www.rfc-editor.org/rfc/rfc4180.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from rusgraf.errors import TooLarge, UnreadableInput
from rusgraf.tabular.encoding import decode
from rusgraf.tabular.header import known
from rusgraf.tabular.model import Grid, Record, SheetLimits, Source
from rusgraf.tabular.package import kind

_DELIMITERS = ";,\t"
_SEP = re.compile('"?sep=([;,|\t])"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
_SAMPLE = 20_000


def open_text(content: bytes, name: str, limits: SheetLimits) -> Source:
    """The one sheet of a text file as cells."""
    what = kind(content)
    if what != "text":
        what = {"zip": "zip/XLSX", "ole": "XLS/OLE"}.get(what, what)
        raise UnreadableInput(
            f"{name}: this is no CSV file but {what}, whatever its name says.",
            "Give the file its true name, or save the table as CSV UTF-8.",
            sv=f"{name}: det här är ingen CSV-fil utan {what}, vad namnet än säger.",
            cure_sv="Ge filen dess rätta namn, eller spara tabellen som CSV UTF-8.",
        )
    decoded = decode(content, name)
    text, skipped = decoded.text, 0
    if told := _SEP.match(text):
        text, skipped = text[told.end() :], 1
    delimiter = told[1] if told else _delimiter(text)

    def records() -> Iterator[Record]:
        return _records(text, skipped, delimiter, (name, limits))

    lines = text.count("\n") or text.count("\r")
    return Source("csv", (Grid("", records, lines),), (), decoded.faults, decoded.encoding, delimiter)


def _delimiter(text: str) -> str:
    """The delimiter that gives the row with most names of columns; the semicolon where none gives any."""

    def names(delimiter: str) -> int:
        sample = csv.reader(io.StringIO(text[:_SAMPLE], newline=""), delimiter=delimiter)
        return max((len({name for cell in row if (name := known(cell))}) for row in sample), default=0)

    return max(_DELIMITERS, key=names)


def _records(text: str, skipped: int, delimiter: str, given: tuple[str, SheetLimits]) -> Iterator[Record]:
    """The rows; a row is numbered as Excel numbers it, its line is where it begins."""
    name, limits = given
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    cells = line = 0
    try:
        for row, values in enumerate(reader, 1):
            begins, line = line + 1 + skipped, reader.line_num
            while values and not values[-1]:
                values.pop()
            cells += len(values)
            if row > limits.max_rows or len(values) > limits.max_columns or cells > limits.max_cells:
                raise _too_many(name, begins, limits)
            if any(len(value) > limits.max_cell_characters for value in values):
                raise _too_long(name, begins, limits)
            if values:
                yield Record(row, begins, 1, values)
    except csv.Error as error:
        begins = line + 1 + skipped
        if "field larger" in str(error):
            raise _too_long(name, begins, limits) from error
        raise UnreadableInput(
            f"{name}: the row that begins on line {begins} has quotes that do not fit ({error}).",
            "Close each quote that is opened, and double a quote that belongs to the text.",
            sv=f"{name}: raden som börjar på textrad {begins} har citattecken som inte går ihop ({error}).",
            cure_sv="Stäng varje citattecken som öppnas, och dubbla ett citattecken som hör till texten.",
        ) from error


def _too_many(name: str, line: int, limits: SheetLimits) -> TooLarge:
    return TooLarge(
        f"{name}: on line {line} the table is too large: at most {limits.max_rows} rows, {limits.max_columns} columns "
        f"and {limits.max_cells} cells are read.",
        "Divide the file.",
        sv=f"{name}: på textrad {line} blir tabellen för stor: högst {limits.max_rows} rader, {limits.max_columns} "
        f"kolumner och {limits.max_cells} celler läses.",
        cure_sv="Dela upp filen.",
    )


def _too_long(name: str, line: int, limits: SheetLimits) -> TooLarge:
    return TooLarge(
        f"{name}: the row that begins on line {line} has a text of more than {limits.max_cell_characters} characters.",
        "Shorten it, or close a quote that is opened there.",
        sv=f"{name}: raden som börjar på textrad {line} har en text på mer än {limits.max_cell_characters} tecken.",
        cure_sv="Korta den, eller stäng ett citattecken som öppnas där.",
    )
