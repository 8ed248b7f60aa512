"""What does the XML of a sheet hold, before a reader that builds the whole rectangle is let at it?

How far its cells reach and how much text they come to (too much is refused at the cell), and what calamine does not
tell: hidden rows and columns, merged cells, formulas without a value, error values, numbers shown with leading zeros.
It does not read values. Layer: domain; standard library only. See ECMA-376 part 1, 18.3 (worksheets) and 18.8 (styles).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rusgraf.errors import TooLarge, UnreadableInput
from rusgraf.tabular.markup import elements, local, walk
from rusgraf.tabular.model import Cell, Facts, Place, SheetLimits

_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})", re.ASCII)
_TYPES = {None, "b", "d", "e", "inlineStr", "n", "s", "str"}
_ELEMENTS_PER_CELL = 4
# What a cell is made of, with the parts of rich text; any other element ends a cell.
_OF_CELL_NAMES = """v is f t r rPr rPh phoneticPr b i u strike outline shadow condense extend color sz rFont family
charset scheme vertAlign"""
_OF_CELL = frozenset(_OF_CELL_NAMES.split())
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"}


@dataclass
class Scan:
    """How far a sheet reaches: its first and last row and column with a value (0 when it is empty); its facts.

    `characters` is the length of all its texts, `elements` the number of its XML elements.
    """

    facts: Facts
    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0
    characters: int = 0
    elements: int = 0

    @property
    def cells(self) -> int:
        """The cells of the rectangle that a reader builds: it begins in the first row."""
        return self.bottom * (self.right - self.left + 1)


@dataclass(frozen=True)
class Frame:
    """What a scan needs beside the sheet: names for its errors, the length of each shared string, the styles that pad,
    and the scans before it, since the limits are those of the whole file."""

    file: str
    sheet: str
    lengths: list[int]
    padding: dict[str, int]
    limits: SheetLimits
    before: tuple[Scan, ...] = ()


def string_lengths(data: bytes, name: str, most: int) -> list[int]:
    """The length of each shared string, phonetic hints counted too; `most` bounds the strings."""
    lengths: list[int] = []

    def start(tag: str, _: dict[str, str]) -> None:
        if local(tag) == "si":
            lengths.append(0)

    def text(part: str) -> None:
        if lengths:
            lengths[-1] += len(part)

    if data:
        walk(data, f"{name}: sharedStrings.xml", start, text, most=2 * most)
    return lengths


def padding_styles(data: bytes, name: str) -> dict[str, int]:
    """The cell styles whose number format is zeros only (0000): style number → digits."""
    formats: dict[str, int] = {}
    styles: list[str] = []
    tags = ("cellStyleXfs", "cellXfs", "cellStyles", "numFmt", "xf")
    group = ""
    for tag, given in elements(data, f"{name}: styles.xml", *tags):
        if tag == "numFmt" and re.fullmatch("0{2,20}", given.get("formatCode", "")):
            formats[given.get("numFmtId", "")] = len(given["formatCode"])
        elif tag == "xf" and group == "cellXfs":
            styles.append(given.get("numFmtId", ""))
        elif tag != "xf":
            group = tag
    return {str(number): formats[kind] for number, kind in enumerate(styles) if kind in formats}


def cell_of(ref: str) -> Cell | None:
    """Row and column of a reference such as E7 or $E$7, None where it is none."""
    match = _REF.fullmatch(ref)
    if not match:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row, column) if row <= 1_048_576 and column <= 16_384 else None


class _Scanner:
    """The callbacks of one scan. Row and column follow the references, or count on where a writer left them out.

    A cell is judged when the next element of its kind begins: that spares a callback at the end of each element.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.scan = Scan(Facts())
        self.cells_left = frame.limits.max_cells - sum(scan.cells for scan in frame.before)
        self.characters_left = frame.limits.max_characters - sum(scan.characters for scan in frame.before)
        self.row, self.column, self.row_text = 0, 0, "0"
        self.columns: dict[str, int] = {}
        self.is_hidden = self.is_open = self.has_formula = self.has_value = False
        self.type: str | None = None
        self.style = ""
        self.parts: list[str] = []
        self.text = self.parts.append

    def start(self, tag: str, given: dict[str, str]) -> None:
        """An element begins; its prefix is looked at only where it has one."""
        if tag not in _OF_CELL:
            tag = local(tag)
        if tag in ("v", "is"):
            self.has_value = self.is_open
            self.parts.clear()
        elif tag == "f":
            self.has_formula = self.is_open
        elif tag not in _OF_CELL:
            self.close()
            if tag == "c":
                self._open(given)
            elif tag == "row":
                self._open_row(given)
            elif tag == "mergeCell":
                self._merge(given.get("ref", ""))
            elif tag == "col" and given.get("hidden") in ("1", "true"):
                self._hide(given.get("min", ""), given.get("max", ""))

    def close(self) -> None:
        """Judge the cell that was open."""
        if self.has_value:
            self._judge("".join(self.parts).strip())
        elif self.has_formula:
            self.scan.facts.uncalculated.append((self.row, self.column))
        self.is_open = self.has_formula = self.has_value = False

    def _open_row(self, given: dict[str, str]) -> None:
        ref = given.get("r", str(self.row + 1))
        found = cell_of(f"A{ref}")
        if not found or found[0] <= self.row:
            raise self._damaged(f"row {ref}")
        self.row, self.row_text, self.column = found[0], ref, 0
        self.is_hidden = given.get("hidden") in ("1", "true")

    def _open(self, given: dict[str, str]) -> None:
        ref = given.get("r")
        self.column = self._column(ref) if ref is not None else self.column + 1
        self.type = given.get("t")
        self.style = given.get("s", "")
        self.is_open = True

    def _column(self, ref: str) -> int:
        """The column of a reference in this row; its letters are looked up, since they come again in each row."""
        name = ref.removesuffix(self.row_text)
        if column := self.columns.get(name):
            return column
        found = cell_of(ref)
        if not found or found[0] != self.row:
            raise self._damaged(ref)
        return self.columns.setdefault(name, found[1])

    def _judge(self, value: str) -> None:
        """A cell with a value: how far it lies, how long it is, whether it is an error or padded."""
        cell, kind, scan = (self.row, self.column), self.type, self.scan
        if self.is_hidden or self.row != scan.bottom or not scan.left <= self.column <= scan.right:
            self._reach(cell)
        if kind == "s":
            self._count(self._shared(value))
            return
        if kind not in _TYPES or (kind == "e" and value not in _ERRORS):
            raise self._damaged(f"{Place('', *cell).address} ({value[:20] or kind})")
        if kind == "e":
            self.scan.facts.errors[cell] = value
        elif self.has_formula and not value and kind != "str":
            self.scan.facts.uncalculated.append(cell)
        elif self.style in self.frame.padding and kind in (None, "n"):
            self.scan.facts.padded[cell] = self.frame.padding[self.style]
        self._count(len(value))

    def _shared(self, number: str) -> int:
        """The length of a shared string."""
        if number.isascii() and number.isdecimal() and int(number[:9]) < len(self.frame.lengths):
            return self.frame.lengths[int(number[:9])]
        raise self._damaged(f"{Place('', self.row, self.column).address} (string {number[:20]})")

    def _reach(self, cell: Cell) -> None:
        """Widen the rectangle to a cell; one that lies too far is refused here, before anything is built."""
        scan, limits = self.scan, self.frame.limits
        row, column = cell
        if self.is_hidden and scan.facts.hidden_rows[-1:] != [row]:
            scan.facts.hidden_rows.append(row)
        scan.top, scan.bottom = scan.top or row, row
        scan.left, scan.right = min(scan.left or column, column), max(scan.right, column)
        if row > limits.max_rows or column > limits.max_columns or scan.cells > self.cells_left:
            raise self.too_many(Place(self.frame.sheet, row, column).address)

    def _count(self, length: int) -> None:
        limits = self.frame.limits
        self.scan.characters += length
        if length > limits.max_cell_characters or self.scan.characters > self.characters_left:
            file, sheet = self.frame.file, self.frame.sheet
            address = Place("", self.row, self.column).address
            raise TooLarge(
                f"{file}: the text of {address} on the sheet {sheet} is too long, {length} characters; a cell holds at "
                f"most {limits.max_cell_characters}, a file {limits.max_characters}.",
                "Shorten it.",
                sv=f"{file}: texten i {address} på bladet {sheet} är för lång, {length} tecken; en cell rymmer högst "
                f"{limits.max_cell_characters}, en fil {limits.max_characters}.",
                cure_sv="Korta den.",
            )

    def _hide(self, low: str, high: str) -> None:
        columns = [cell_of(f"A{number}") for number in (low, high)]
        if columns[0] and columns[1]:
            self.scan.facts.hidden_columns.append((columns[0][0], columns[1][0]))

    def _merge(self, ref: str) -> None:
        first, last = (cell_of(part) for part in (*ref.split(":"), ref)[:2])
        if not first or not last:
            raise self._damaged(f"mergeCell {ref[:20]}")
        merges, most = self.scan.facts.merges, self.frame.limits.max_merges
        merges.append((first, last))
        if len(merges) > most:
            file, sheet = self.frame.file, self.frame.sheet
            raise TooLarge(
                f"{file}: the sheet {sheet} has more than {most} merged ranges.",
                "Unmerge its cells.",
                sv=f"{file}: bladet {sheet} har fler än {most} sammanfogade områden.",
                cure_sv="Dela dess celler.",
            )

    def too_many(self, where: str) -> TooLarge:
        """The error that a sheet has too much in it, or too far out."""
        file, sheet, limits = self.frame.file, self.frame.sheet, self.frame.limits
        return TooLarge(
            f"{file}: the sheet {sheet} is too large ({where}): at most {limits.max_rows} rows, {limits.max_columns} "
            f"columns and {limits.max_cells} cells are read of a file.",
            "Delete what does not belong to the table, also empty formatted cells. A sheet named Aktiviteter is read "
            "alone.",
            sv=f"{file}: bladet {sheet} är för stort ({where}): högst {limits.max_rows} rader, {limits.max_columns} "
            f"kolumner och {limits.max_cells} celler läses av en fil.",
            cure_sv="Radera det som inte hör till tabellen, också tomma formaterade celler. Ett blad som heter "
            "Aktiviteter läses ensamt.",
        )

    def _damaged(self, what: str) -> UnreadableInput:
        file, sheet = self.frame.file, self.frame.sheet
        return UnreadableInput(
            f"{file}: the sheet {sheet} is damaged at {what}.",
            "Open the file in Excel and save it anew.",
            sv=f"{file}: bladet {sheet} är skadat vid {what}.",
            cure_sv="Öppna filen i Excel och spara den på nytt.",
        )


def scan_sheet(data: bytes, frame: Frame) -> Scan:
    """How far a sheet reaches, and its facts. Raises TooLarge or UnreadableInput at the first cell that will not do."""
    scanner, where = _Scanner(frame), f"{frame.file}: {frame.sheet}"
    cells = sum(data.count(b"<c" + end) for end in (b" ", b">", b"/"))
    if cells > frame.limits.max_cells:
        raise scanner.too_many(f"{cells} <c>")
    most = _ELEMENTS_PER_CELL * frame.limits.max_cells - sum(scan.elements for scan in frame.before)
    scanner.scan.elements = walk(data, where, scanner.start, scanner.text, most=most)
    scanner.close()
    return scanner.scan
