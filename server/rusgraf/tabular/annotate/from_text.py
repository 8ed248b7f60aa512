"""What does an officer get back who sent CSV? A workbook of its rows, with the same marks as in a workbook.

All cells are text, as in the file: codes keep their zeros, and nothing becomes a formula. Layer: domain; openpyxl where
it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rusgraf import tables
from rusgraf.tabular.annotate.book import annotate
from rusgraf.tabular.annotate.notes import Note
from rusgraf.tabular.annotate.splice import literal
from rusgraf.tabular.header import find_header
from rusgraf.tabular.model import Grid, SheetLimits, letters
from rusgraf.tabular.text_table import open_text

_TITLE = "Aktiviteter"
_NARROW, _WIDE, _MEASURED = 10, 48, 1_000


def to_workbook(content: bytes, notes: Sequence[Note], lang: str, name: str = "fil.csv") -> bytes:
    """The rows of a CSV file as a workbook with the notes; each row has the number that Excel gives it in the CSV.

    Raises a RusgrafError where the file cannot be read as CSV.
    """
    from openpyxl import Workbook

    grid = open_text(content, name, SheetLimits()).grids[0]
    book = Workbook(write_only=True)
    page = book.create_sheet(_TITLE)
    head = _lay_out(page, grid)
    tables.keep_in_memory(page)
    row = 0
    for record in grid.records():
        for _ in range(record.row - row - 1):
            page.append([])
        row = record.row
        page.append([_cell(page, literal(str(value), lang), row == head) for value in record.values])
    placed = [replace(note, place=replace(note.place, sheet=_TITLE)) for note in notes]
    return annotate(tables.saved(book), placed, lang, name)


def _lay_out(page: Any, grid: Grid) -> int:
    """Widths, and the rows down to the header kept in sight; the row of the header, 0 when there is none."""
    widths: dict[int, int] = {}
    for count, record in enumerate(grid.records()):
        if count == _MEASURED:
            break
        for column, value in enumerate(record.values, 1):
            widths[column] = min(max(widths.get(column, _NARROW), len(str(value)) + 2), _WIDE)
    for column, width in widths.items():
        page.column_dimensions[letters(column)].width = width
    header = find_header(grid.records())
    if header:
        page.freeze_panes = f"A{header.row + 1}"
    return header.row if header else 0


def _cell(page: Any, text: str, is_head: bool) -> Any:
    """A text as a cell; what openpyxl or Excel would take for more than text is told to be text."""
    if not (is_head or text.startswith("#") or tables.is_formula(text)):
        return text or None
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(page)
    cell.value, cell.data_type = text, "s"
    cell.quotePrefix = tables.is_formula(text)
    if is_head:
        cell.font = Font("Calibri", 11, bold=True)
    return cell
