"""Helpers of the tests: activity sheets as bytes. All that stands in them is invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from rusgraf.tabular import Sheet, read

HEADER = ("Aktivitet", "Delmål", "Ansvarig")
ROW = ("Provkarta", "Provdelmål 1", "Provkommun")
_NS = "http://schemas.openxmlformats.org"
_TYPE = f"{_NS}/officeDocument/2006/relationships"


def new_sheet(title: str = "Aktiviteter") -> Worksheet:
    """The only sheet of a new workbook; ``save`` makes bytes of it."""
    sheet = openpyxl.Workbook().active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return sheet


def put(sheet: Worksheet, rows: Iterable[Sequence[object]], at: tuple[int, int] = (1, 1)) -> None:
    """Write rows of cells, the first of them at row and column `at`; None and "" leave a cell empty."""
    for down, row in enumerate(rows):
        for right, value in enumerate(row):
            if value not in (None, ""):
                sheet.cell(at[0] + down, at[1] + right, value)  # type: ignore[arg-type]


def save(sheet: Worksheet) -> bytes:
    """The workbook of a sheet as bytes."""
    made = io.BytesIO()
    assert sheet.parent is not None
    sheet.parent.save(made)
    return made.getvalue()


def xlsx(rows: Iterable[Sequence[object]], at: tuple[int, int] = (1, 1), title: str = "Aktiviteter") -> bytes:
    """A workbook with one sheet."""
    sheet = new_sheet(title)
    put(sheet, rows, at)
    return save(sheet)


def csv(rows: Iterable[Sequence[str]], delimiter: str = ";", end: str = "\n") -> str:
    """A text table without quotes."""
    return "".join(delimiter.join(row) + end for row in rows)


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(given: Mapping[str, bytes]) -> bytes:
    """Parts as a package."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in given.items():
            package.writestr(name, data)
    return made.getvalue()


def raw(cells: str, *, after: str = "", before: str = "", more: Mapping[str, str] | None = None) -> bytes:
    """A workbook whose sheet is written by hand: `cells` is what stands in ``sheetData``."""
    related = f'<Relationships xmlns="{_NS}/package/2006/relationships"><Relationship Id="r1" Type="{_TYPE}/'
    given = {
        "_rels/.rels": f'{related}officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'{related}worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_NS}/spreadsheetml/2006/main" xmlns:r="{_TYPE}"><sheets>'
        '<sheet name="Aktiviteter" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{_NS}/spreadsheetml/2006/main"><sheetData>{cells}'
        f"</sheetData>{after}</worksheet>",
    }
    return packed({name: text.encode() for name, text in {**given, **(more or {})}.items()})


def cell(address: str, value: object, kind: str = "str") -> str:
    """A cell written by hand."""
    return f'<c r="{address}" t="{kind}"><v>{value}</v></c>'


def hand_row(number: int, values: Sequence[object]) -> str:
    """A row written by hand, from column A."""
    cells = "".join(cell(f"{chr(65 + i)}{number}", value) for i, value in enumerate(values))
    return f'<row r="{number}">{cells}</row>'


HAND_HEADER = hand_row(1, HEADER)


def codes(sheet: Sheet, *, at: bool = True) -> list[str]:
    """The faults of a sheet in short: code and address."""
    return [f"{fault.code} {fault.place.address}" if at else fault.code for fault in sheet.faults]


def read_csv(text: str, codec: str = "utf-8") -> Sheet:
    """A text table, read."""
    return read(text.encode(codec), "plan.csv")


def read_rows(rows: Iterable[Sequence[object]], at: tuple[int, int] = (1, 1)) -> Sheet:
    """A workbook of these rows, read."""
    return read(xlsx(rows, at), "plan.xlsx")
