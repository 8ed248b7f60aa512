"""How does a table become a file that a spreadsheet opens: CSV for Swedish Excel, or an XLSX workbook?

One place for the findings and for the answers of queries. No cell becomes a formula, whatever the data say
(https://owasp.org/www-community/attacks/CSV_Injection), and none is more than Excel takes. Not done here: SPARQL
1.1 CSV (``answer``), which carries values unchanged, and reading (``tabular``). Layer: domain.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from rusgraf.errors import TooLarge
from rusgraf.terms import PREFIXES, Literal, NamedNode, Term
from rusgraf.wording import say

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS, MAX_COLUMNS, MAX_TEXT, MAX_LINKS = 1_048_576, 16_384, 32_767, 65_530  # Excel's own limits
_MAX_ADDRESS = 2_079  # characters of a link
_MEASURED = 1_000  # rows that decide how wide a column is
_NARROW, _LINK, _WIDE, _PAGE = 9, 24, 48, 200  # characters
_LINES, _POINTS = 8, 15  # the most of a row that is shown at first, and the height of a line
_LONG = 20 * _WIDE  # characters that are enough to see that a text is long
_MAX_DIGITS = 15  # of a number; Excel keeps no more
_FIRST_DATE = date(1900, 3, 1)  # before it Excel counts a day that never was
# What XML cannot hold, surrogates that have lost their other half among it.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet may take for a formula; the wide forms too, which some convert.
_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # XLSX writes a character by its number so


@dataclass(frozen=True)
class Link:
    """An IRI in a cell: a link where the format has links and it is an address, else its text."""

    iri: str


Cell = str | int | float | date | Link | None


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: its name, its header, its rows; `is_list` adds filters to the header."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    is_list: bool = True


def cell(term: Term | None) -> Cell:
    """A term as a cell: an IRI as a link, a number or day as such where Excel can hold it exactly, else text."""
    if isinstance(term, NamedNode):
        return Link(term.value)
    if isinstance(term, Literal):
        return _typed(term.value, term.datatype.value.removeprefix(PREFIXES["xsd"]))
    return None if term is None else str(term)


def _typed(text: str, datatype: str) -> Cell:
    digits = sum(c.isdigit() for c in text)
    try:
        if datatype in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger") and digits <= _MAX_DIGITS:
            return int(text)
        if datatype in ("decimal", "double", "float") and digits <= _MAX_DIGITS and "n" not in text.lower():
            return float(text)
        if datatype == "date" and date.fromisoformat(text) >= _FIRST_DATE:
            return date.fromisoformat(text)
    except ValueError:  # not of the type that it claims
        pass
    return text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might take a text for a formula.

    >>> is_formula(" =1+1"), is_formula("1=1")
    (True, False)
    """
    return _FORMULA.match(text) is not None


def clean(text: str, lang: str) -> str:
    """The text without what XML cannot hold; one longer than a cell of Excel is cut, and says so at its end."""
    text = _ILLEGAL.sub("", text)
    units = text.encode("utf-16-le")  # Excel counts these
    if len(units) <= 2 * MAX_TEXT:
        return text
    mark = say("cut_short", lang).format(len(text))
    return units[: 2 * (MAX_TEXT - len(mark))].decode("utf-16-le", "ignore") + mark


def to_csv(columns: Sequence[str], rows: Sequence[Sequence[Cell]], lang: str) -> bytes:
    """CSV as Swedish Excel opens it: UTF-8 with BOM, ``;``, decimal comma.

    What looks like a formula has an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([_plain(value, lang) for value in row] for row in (columns, *rows))
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Cell, lang: str) -> str:
    if isinstance(value, float):
        return str(value).replace(".", ",")
    if isinstance(value, int | date):
        return str(value)
    text = clean(_text(value), lang)
    return f"'{text}" if is_formula(text) else text


def _text(value: str | Link | None) -> str:
    return value.iri if isinstance(value, Link) else value or ""


def to_xlsx(sheets: Sequence[Sheet], lang: str) -> bytes:
    """A workbook: headers stay in sight, lists have filters, long texts are wrapped, IRIs are links.

    There are as many links as Excel takes; the other IRIs are plain text. Raises TooLarge when a sheet has more rows
    or columns than Excel.
    """
    from openpyxl import Workbook

    for sheet in sheets:
        _refuse_too_large(sheet)
    book = Workbook(write_only=True)
    book.properties.creator = "rusgraf"
    for sheet in sheets:
        page = book.create_sheet(_title(sheet.title))
        widths = _lay_out(page, sheet)
        keep_in_memory(page)
        write = _Writer(page, lang)
        page.row_dimensions[1].height = _height(sheet.columns, widths)
        page.append([write.header(column) for column in sheet.columns])
        for number, row in enumerate(sheet.rows, 2):
            page.row_dimensions[number].height = _height(row, widths)
            page.append([write.cell(value) for value in row])
    return saved(book)


def saved(book: Any) -> bytes:
    """A workbook as a file, no temporary file on the way; each sheet of a write-only one made with `keep_in_memory`."""
    from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
    from openpyxl.writer.excel import ExcelWriter

    class Writer(ExcelWriter):
        def write_worksheet(self, ws: Any) -> None:
            if book.write_only:
                super().write_worksheet(ws)
                return
            ws._drawing = SpreadsheetDrawing()
            made = _in_memory(ws)
            made.write()
            ws._rels = made._rels
            archive.write(made.out, ws.path[1:])
            self.manifest.append(ws)

    out = io.BytesIO()
    archive = _Archive(out, "w", ZIP_DEFLATED)
    Writer(book, archive).save()
    return out.getvalue()


class _Archive(ZipFile):
    """A ZIP file that takes a sheet from memory, where openpyxl would have written a temporary file."""

    def write(self, filename: Any, arcname: Any = None, *_: Any) -> None:
        self.writestr(arcname, filename.getvalue())


def keep_in_memory(page: Any) -> None:
    """Have the sheet, not yet begun, written to memory: the processes that do work from outside may write no file."""
    page._writer = _in_memory(page)
    page._writer.write_top()


def _in_memory(page: Any) -> Any:
    from openpyxl.worksheet._writer import WorksheetWriter

    class InMemory(WorksheetWriter):
        def cleanup(self) -> None:
            """There is no file to remove."""

    return InMemory(page, io.BytesIO())


def _refuse_too_large(sheet: Sheet) -> None:
    rows, columns = len(sheet.rows) + 1, len(sheet.columns)
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise TooLarge(
            f"{sheet.title}: {rows} rows, {columns} columns; a sheet of Excel holds {MAX_ROWS} and {MAX_COLUMNS}.",
            "Ask for less, or for CSV.",
            sv=f"{sheet.title}: {rows} rader, {columns} kolumner; ett Excel-blad rymmer {MAX_ROWS} och {MAX_COLUMNS}.",
            cure_sv="Be om mindre, eller om CSV.",
        )


def _title(text: str) -> str:
    """A name that Excel takes for a sheet."""
    return re.sub(r"[\[\]:*?/\\]", "-", text)[:31]


def _lay_out(page: Any, sheet: Sheet) -> list[int]:
    """Widths (returned), the row that stays in sight, filters, and A4 on its side; all of it before the first row."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    widths = []
    for i, column in enumerate(sheet.columns):
        cells = [row[i] for row in sheet.rows[:_MEASURED]]
        most = _LINK if any(isinstance(value, Link) for value in cells) else _WIDE
        widths.append(min(max(len(column) + 4, _NARROW, *map(_width, cells)), most))
        page.column_dimensions[get_column_letter(i + 1)].width = widths[-1]
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    if sheet.is_list and sheet.columns:
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    if sum(widths) <= _PAGE:  # a wider one would be too small to read
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.page_setup.fitToHeight = 0
    return widths


def _height(row: Sequence[Cell], widths: Sequence[int]) -> int:
    """The height of a row with its texts wrapped, in points; one that would fill the screen is cut, not its texts."""
    texts = (_text(v) if isinstance(v, str | Link | None) else str(v) for v in row)
    lines = max((sum(-(-len(line) // width) or 1 for line in text[:_LONG].split("\n")) for text, width in
                 zip(texts, widths, strict=True)), default=1)  # fmt: skip
    return min(max(lines, 1), _LINES) * _POINTS


def _width(value: Cell) -> int:
    text = _text(value) if isinstance(value, str | Link | None) else str(value)
    return max((len(line) for line in text[:_LONG].splitlines()), default=0)


class _Writer:
    """Makes the cells of one sheet; each look is made once, since openpyxl is slow at finding equal ones."""

    def __init__(self, page: Any, lang: str) -> None:
        from openpyxl.styles import Alignment, Font, PatternFill

        self._page, self._lang, self._links = page, lang, 0
        wrapped = Alignment(vertical="top", wrap_text=True)
        fill = PatternFill("solid", fgColor="E6EBF1")
        self._plain = self._look(alignment=wrapped)
        self._day = self._look(alignment=wrapped, number_format="yyyy-mm-dd")
        self._quoted = self._look(alignment=wrapped, quotePrefix=True)
        self._link = self._look(alignment=wrapped, font=Font("Calibri", 11, color="0B4A8F", underline="single"))
        self._header = self._look(alignment=wrapped, font=Font("Calibri", 11, bold=True), fill=fill)

    def _look(self, **parts: Any) -> Any:
        one = self._empty()
        for name, value in parts.items():
            setattr(one, name, value)
        return one._style

    def _empty(self) -> Any:
        from openpyxl.cell import WriteOnlyCell

        return WriteOnlyCell(self._page)

    def header(self, text: str) -> Any:
        """A cell of the first row."""
        one = self._empty()
        one.value, one.data_type, one._style = clean(text, self._lang), "s", self._header
        return one

    def cell(self, value: Cell) -> Any:
        """A cell below the header; None for an empty one."""
        if value in (None, ""):
            return None
        one = self._empty()
        one._style = self._day if isinstance(value, date) else self._plain
        if isinstance(value, int | float | date):
            one.value = value
            return one
        text = _text(value)
        if isinstance(value, Link) and self._links < MAX_LINKS and _is_address(text):
            one.hyperlink, one._style = text, self._link
            self._links += 1
        shown = clean(text, self._lang)
        one.value = _ESCAPE.sub("_x005F_", shown.replace("\r\n", "\n").replace("\r", "\n"))
        one.data_type = "s"  # openpyxl takes “=1” for a formula and “#N/A” for an error
        if is_formula(shown):
            one._style = self._quoted
        return one


def _is_address(iri: str) -> bool:
    """Whether a link may lead there: the web, and no file or program of the reader's machine."""
    return iri.startswith(("https://", "http://")) and len(iri) <= _MAX_ADDRESS and not _ILLEGAL.search(iri)
