"""What does an activity sheet say? Its rows with the place of every value, and every fault of the file in one run.

It reads and asks; it matches nothing to the graph, and checks nothing that the shapes check. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from rusgraf.errors import TooLarge, UnreadableInput, UnsupportedFormat
from rusgraf.tabular.cells import Cells
from rusgraf.tabular.faults import Faults
from rusgraf.tabular.header import Header, find_header, header_of, known, read_header, repeats
from rusgraf.tabular.model import (
    EXAMPLE,
    PREFERRED,
    REQUIRED,
    Grid,
    Place,
    Progress,
    Record,
    Row,
    Sheet,
    SheetLimits,
    Source,
    Table,
)
from rusgraf.tabular.remarks import tell_facts
from rusgraf.tabular.text_table import open_text
from rusgraf.tabular.workbook import open_workbook

READERS = {".xlsx": open_workbook, ".csv": open_text, ".tsv": open_text, ".txt": open_text}
"""How the files of each suffix are opened."""
_STEP = 1000


def read(content: bytes, name: str, limits: SheetLimits | None = None, progress: Progress | None = None) -> Sheet:
    """The activities in the bytes of a file, its kind told by the suffix of `name`.

    `progress(done, total)` is called each thousand rows and at the end. Raises a RusgrafError where nothing can be read
    at all: another kind of file, damage, a limit, no header; everything else is a fault of the sheet.
    """
    limits = limits or SheetLimits()
    source = _open(content, name, limits)
    faults = Faults(limits.max_faults)
    chosen = _chosen(source, name, faults)
    tables: list[Table] = []
    rows: list[Row] = []
    before, total = 0, sum(grid.total for grid, _ in chosen)
    for grid, header in chosen:
        tables.append(read_header(header, grid.sheet, faults))
        rows += _rows(_watched(grid, (before, total), progress), grid, tables[-1], faults)
        before += grid.total
    if tables and not rows:
        faults.tell("no-rows", tables[0].place("Aktivitet"))
    if progress:
        progress(total, total)
    listed = source.faults + faults.listed([*(grid.sheet for grid in source.grids), *source.others])
    told = (source.format, source.encoding, source.delimiter, source.template_version)
    return Sheet(name, tuple(tables), tuple(rows), listed, *told)


def _open(content: bytes, name: str, limits: SheetLimits) -> Source:
    """The file opened by the reader of its suffix."""
    suffix, size, most = PurePath(name).suffix.lower(), len(content), limits.max_bytes
    if suffix not in READERS:
        raise UnsupportedFormat(
            f"{name}: an activity sheet cannot be read from this kind of file.",
            "Save it as an Excel workbook (.xlsx), without macros, or as CSV UTF-8 (.csv).",
            sv=f"{name}: ett aktivitetsblad kan inte läsas ur den här sortens fil.",
            cure_sv="Spara det som Excel-arbetsbok (.xlsx), utan makron, eller som CSV UTF-8 (.csv).",
        )
    if size > most:
        raise TooLarge(
            f"{name}: the file has {size} bytes, more than {most}.",
            "Divide it.",
            sv=f"{name}: filen har {size} byte, mer än {most}.",
            cure_sv="Dela upp den.",
        )
    if not content.strip():
        raise UnreadableInput(
            f"{name}: the file is empty.",
            "Fill in the template and save it.",
            sv=f"{name}: filen är tom.",
            cure_sv="Fyll i mallen och spara den.",
        )
    return READERS[suffix](content, name, limits)


def _chosen(source: Source, name: str, faults: Faults) -> list[tuple[Grid, Header]]:
    """The sheets to read, with their headers: those named Aktiviteter …, else the only one that has a header."""
    found = [(grid, header) for grid in source.grids if (header := find_header(grid.records()))]
    if not found:
        sheets = ", ".join(grid.sheet for grid in source.grids)[:200] or "A1"
        columns = ", ".join(REQUIRED)
        raise UnreadableInput(
            f"{name}: no heading row was found ({sheets}).",
            f"Write the names of the columns in one row: at least {columns}.",
            sv=f"{name}: ingen rubrikrad hittades ({sheets}).",
            cure_sv=f"Skriv kolumnernas namn på en rad: minst {columns}.",
        )
    complete = [(grid, header) for grid, header in found if header.is_complete]
    named = [(grid, header) for grid, header in found if _is_named(grid.sheet)]
    chosen = named or complete or found
    if not named and len(chosen) > 1:
        grid, header = chosen[0]
        sheets = ", ".join(grid.sheet for grid, _ in chosen)
        faults.tell("several-sheets", Place(grid.sheet, header.row, header.headings[0][0]), sheets=sheets)
        return []
    _tell_unread(source, chosen, [grid.sheet for grid, _ in complete], faults)
    return chosen


def _is_named(sheet: str) -> bool:
    return sheet.strip().casefold().startswith(PREFERRED)


def _tell_unread(source: Source, chosen: list[tuple[Grid, Header]], complete: list[str], faults: Faults) -> None:
    """The sheets that look like a table of activities and are not read."""
    read_ = [grid.sheet for grid, _ in chosen]
    unread = [sheet for sheet in complete if sheet not in read_]
    for sheet in [*unread, *filter(_is_named, source.others)]:
        faults.tell("sheet-not-read", Place(sheet, 1, 1), seen=sheet, read=", ".join(read_))


def _watched(grid: Grid, counts: tuple[int, int], progress: Progress | None) -> Iterator[Record]:
    """The rows of a grid, with a word to `progress` now and then; `counts` is what was done before, and the total."""
    before, total = counts
    for number, record in enumerate(grid.records()):
        if progress and number % _STEP == 0:
            progress(min(before + (record.line or record.row), total), total)
        yield record


def _rows(records: Iterator[Record], grid: Grid, table: Table, faults: Faults) -> Iterator[Row]:
    """The activities below a header, to the end of the sheet or to another header."""
    cells = Cells(grid, table, faults)
    bare = _Bare(table, faults)
    last = table.row
    for record in records:
        if record.row == table.row:
            bare.headed = {column for column, _ in header_of(record).headings}
        if record.row <= table.row:
            continue
        if _is_header(record, table):
            if header_of(record).columns != dict(table.columns):
                faults.tell("second-table", table.place("Aktivitet", record.row, record.line))
                break
            faults.tell("repeated-heading", table.place("Aktivitet", record.row, record.line))
            continue
        last = record.row
        bare.look(record)
        row = cells.row(record)
        if row and "Id" in table.columns and row.text("Id").casefold() == EXAMPLE:
            faults.tell("example-row", row.place("Id"))
        elif row:
            yield row
    tell_facts(grid, table, last, faults)


def _is_header(record: Record, table: Table) -> bool:
    """Whether a row below the header is one again; the cheap look at one cell comes first."""
    index = table.columns.get("Aktivitet", min(table.columns.values())) - record.first
    return 0 <= index < len(record.values) and bool(known(record.values[index])) and repeats(record)


class _Bare:
    """Watches for values in columns without a heading; each column is told once."""

    def __init__(self, table: Table, faults: Faults) -> None:
        self._table, self._faults = table, faults
        self.headed: set[int] = set()

    def look(self, record: Record) -> None:
        """Tell the columns of a row that have a value and no heading."""
        for column, value in enumerate(record.values, record.first):
            if value != "" and column not in self.headed and str(value).strip():
                self.headed.add(column)
                self._faults.tell(
                    "column-without-heading", Place(self._table.sheet, record.row, column, "", record.line)
                )
