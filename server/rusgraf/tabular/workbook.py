"""Which cells does an XLSX file hold? The values by calamine, the rest by the scan that goes before it.

calamine builds the whole rectangle of a sheet and copies a shared string for each cell, so a sheet is scanned first and
refused where that would be too much. calamine then sees a package made anew of the scanned parts alone: nothing that
was not looked at can reach it. Layer: domain; imports python_calamine where it is used.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rusgraf.errors import UnreadableInput
from rusgraf.tabular.markup import elements, local, walk
from rusgraf.tabular.model import PREFERRED, Grid, Record, SheetLimits, Source
from rusgraf.tabular.package import Package
from rusgraf.tabular.scan import Frame, Scan, padding_styles, scan_sheet, string_lengths
from rusgraf.tabular.text import clean

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_MAX_VERSION = 200
TEMPLATE_PROPERTY = "rusgraf-template"
"""The custom document property that stamps a template with its version."""
_NS = "http://schemas.openxmlformats.org"
_OFFICE = f"{_NS}/officeDocument/2006/relationships"
_RELATIONS = f'<Relationships xmlns="{_NS}/package/2006/relationships">{{}}</Relationships>'
_RELATION = '<Relationship Id="r{number}" Type="{kind}" Target="{target}"/>'
_BOOK = (
    f'<workbook xmlns="{_NS}/spreadsheetml/2006/main" xmlns:r="{_OFFICE}"><workbookPr date1904="{{}}"/>'
    "<sheets>{}</sheets></workbook>"
)


def open_workbook(content: bytes, name: str, limits: SheetLimits, preferred: str = PREFERRED) -> Source:
    """The sheets of a workbook as cells: the one named Aktiviteter alone where there is one, else all of them.

    `preferred` is another name to look for instead, casefolded.
    """
    package = Package(content, name, limits)
    book = package.workbook()
    titles, date1904 = listed(package, book)
    chosen = {title: part for title, part in titles.items() if title.strip().casefold() == preferred} or titles
    related = dict(package.related(book).values())
    strings = package.read(related.get("sharedstrings", "xl/sharedstrings.xml"))
    styles = package.read(related.get("styles", "xl/styles.xml"))
    lengths, padding = string_lengths(strings, name, limits.max_cells), padding_styles(styles, name)
    parts = {"xl/sharedStrings.xml": strings, "xl/styles.xml": styles}
    scans: list[Scan] = []
    for number, (title, part) in enumerate(chosen.items(), 1):
        data = parts[f"xl/worksheets/sheet{number}.xml"] = package.read(part)
        scans.append(scan_sheet(data, Frame(name, title, lengths, padding, limits, tuple(scans))))
    sheets = _loaded(parts, len(scans), name, date1904)
    each = zip(chosen, scans, sheets, strict=True)
    grids = tuple(_grid(title, scan, sheet, date1904) for title, scan, sheet in each)
    others = tuple(title for title in titles if title not in chosen)
    return Source("xlsx", grids, others=others, template_version=_version(package))


def listed(package: Package, book: str) -> tuple[dict[str, str], bool]:
    """The worksheets of a workbook, each part once: title → part; and whether it counts dates from 1904."""
    related = package.related(book)
    sheets: dict[str, str] = {}
    date1904 = False
    for tag, given in elements(package.read(book), f"{package.name}: {book}", "sheet", "workbookPr"):
        if tag == "workbookPr":
            date1904 = given.get("date1904", "0") in ("1", "true")
            continue
        key = next((value for attribute, value in given.items() if attribute.endswith(":id")), "")
        kind, part = related.get(key, ("", ""))
        if kind == "worksheet" and part not in sheets.values():
            sheets.setdefault(given.get("name", ""), part)
    return sheets, date1904


def _loaded(parts: dict[str, bytes], count: int, name: str, date1904: bool) -> list[CalamineSheet]:
    """The scanned sheets as calamine reads them, in order."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(_packed(parts, count, date1904))
        return [book.get_sheet_by_index(number) for number in range(count)]
    except CalamineError as error:
        raise UnreadableInput(
            f"{name}: the workbook cannot be read ({error}).",
            "Open the file in Excel and save it anew.",
            sv=f"{name}: arbetsboken går inte att läsa ({error}).",
            cure_sv="Öppna filen i Excel och spara den på nytt.",
        ) from error


def _packed(parts: dict[str, bytes], count: int, date1904: bool) -> io.BytesIO:
    """A package of the scanned parts, with a list of sheets of our own making."""
    numbers = range(1, count + 1)
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    related = "".join(
        _RELATION.format(number=n, kind=f"{_OFFICE}/worksheet", target=f"worksheets/sheet{n}.xml") for n in numbers
    )
    root = _RELATION.format(number=1, kind=f"{_OFFICE}/officeDocument", target="xl/workbook.xml")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("_rels/.rels", _RELATIONS.format(root))
        package.writestr("xl/workbook.xml", _BOOK.format(int(date1904), sheets))
        package.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format(related))
        for part, data in parts.items():
            if data:
                package.writestr(part, data)
    made.seek(0)
    return made


def _grid(title: str, scan: Scan, sheet: CalamineSheet, date1904: bool) -> Grid:
    """One sheet as rows of cells, each with its true row number."""

    def records() -> Iterator[Record]:
        start, first = sheet.start or (0, 0), scan.top
        for number, values in enumerate(sheet.iter_rows(), 1):
            if number >= first:
                yield Record(number, 0, start[1] + 1, values)

    return Grid(title, records, scan.bottom, scan.facts, date1904)


def _version(package: Package) -> str:
    """The stamp of a template, "" when the file has none."""
    found: list[str] = []
    inside = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal inside
        if local(tag) == "property":
            inside = given.get("name") == TEMPLATE_PROPERTY

    def text(part: str) -> None:
        if inside:
            found.append(part)

    if data := package.read("docprops/custom.xml"):
        walk(data, f"{package.name}: custom.xml", start, text)
    return clean("".join(found))[:_MAX_VERSION]
