"""How are cells of a sheet given another style? By changing that one number in the XML, row by row.

A cell or row that the sheet does not have is put in at its place. It tells the fill that each marked cell had.
Layer: domain; standard library only. See ECMA-376 part 1, 18.3.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from rusgraf.tabular.annotate.splice import Edits, tag_end
from rusgraf.tabular.annotate.styles import Styles
from rusgraf.tabular.markup import local, new_parser, run
from rusgraf.tabular.model import Cell, Place, SheetLimits
from rusgraf.tabular.scan import cell_of

# What stands before legacyDrawing in a sheet (18.3.1.99).
_BEFORE_NAMES = """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting
dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties
cellWatches ignoredErrors smartTags drawing"""
_BEFORE = frozenset(_BEFORE_NAMES.split())
_MERGE = re.compile(rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Za-z0-9:$]+)""")
_MOST_MERGED = 200_000


@dataclass
class Layout:
    """How wide and high a sheet's columns and rows are: in characters and points, as the file says."""

    columns: list[tuple[int, int, float]] = field(default_factory=list)
    rows: dict[int, float] = field(default_factory=dict)
    width: float = 9.14
    height: float = 15.0


@dataclass
class Marked:
    """A sheet with its marks not yet written: the edits, the fill from before of each marked cell, where a
    ``legacyDrawing`` may stand, the one that there is (start, end, identifier), its layout."""

    edits: Edits
    fills: dict[Cell, str] = field(default_factory=dict)
    prefix: str = ""
    slot: int | None = None
    drawing: tuple[int, int, str] | None = None
    layout: Layout = field(default_factory=Layout)


def anchors(data: bytes) -> dict[Cell, Cell]:
    """The cells below merged ranges, each with the one that is seen; huge ranges are left out."""
    found: dict[Cell, Cell] = {}
    for match in _MERGE.finditer(data):
        first, last = (cell_of(part) for part in (match[1].decode().split(":") * 2)[:2])
        if not first or not last:
            continue
        size = (last[0] - first[0] + 1) * (last[1] - first[1] + 1)
        if 1 < size <= _MOST_MERGED - len(found):
            for row in range(first[0], last[0] + 1):
                found.update(((row, column), first) for column in range(first[1], last[1] + 1))
    return found


def mark(
    data: bytes, where: str, severities: Mapping[Cell, str], styles: Styles, earlier: Callable[[Cell], str]
) -> Marked:
    """Mark cells, and take away the marks of before; `earlier` tells the fill that a marked cell once had."""
    marker = _Marker(Marked(Edits(data)), severities, styles, earlier)
    run(marker.parser, data, where, 4 * SheetLimits().max_cells)
    return marker.made


class _Marker:
    """The callbacks of one pass over a sheet. A row's cells are kept until it ends, where something is to be done."""

    def __init__(
        self, made: Marked, severities: Mapping[Cell, str], styles: Styles, earlier: Callable[[Cell], str]
    ) -> None:
        self.made, self._data = made, made.edits.data
        self._severities, self._styles, self._earlier = severities, styles, earlier
        self._wanted: dict[int, list[int]] = {}
        for row, column in sorted(severities):
            self._wanted.setdefault(row, []).append(column)
        self._left = list(self._wanted)[::-1]
        self._depth = self._row = self._column = 0
        self._in_data = self._is_wanted = False
        self._bounds: tuple[str, int, int] = ("", 0, 0)  # of the list of rows: tag, start, end of the start tag
        self._open: tuple[str, int, int] = ("", 0, 0)  # of the row
        self._cells: list[tuple[int, int, int]] = []  # column, start, style
        self._row_style: int | None = None
        self._column_styles: list[tuple[int, int, int]] = []
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, tag: str, given: dict[str, str]) -> None:
        self._depth += 1
        if self._in_data:
            if self._depth == 4:
                self._start_cell(given)
            elif self._depth == 3:
                self._start_row(tag, given)
        elif self._depth == 2:
            self._start_part(local(tag), tag, given)
        elif local(tag) == "col" and self._depth == 3:
            self._take_column(given)

    def _end(self, _: str) -> None:
        if self._in_data and self._depth == 3:
            self._end_row()
        elif self._depth == 2 and self._in_data:
            self._in_data = False
            self._insert_rows(1_048_577, None)
        elif self._depth == 1 and self.made.slot is None:
            self.made.slot = self.parser.CurrentByteIndex
        self._depth -= 1

    def _start_part(self, name: str, tag: str, given: dict[str, str]) -> None:
        """An element right below the root."""
        at = self.parser.CurrentByteIndex
        if name == "sheetData":
            self._in_data = True
            self.made.prefix = tag[: -len(name)]
            self._bounds = (tag, at, tag_end(self._data, at))
        elif name == "sheetFormatPr":
            layout = self.made.layout
            layout.width = _number(given.get("defaultColWidth"), layout.width)
            layout.height = _number(given.get("defaultRowHeight"), layout.height)
        elif name == "legacyDrawing":
            key = next((value for attribute, value in given.items() if attribute.endswith(":id")), "")
            self.made.drawing = (at, tag_end(self._data, at), key)
        if name in _BEFORE:
            self.made.slot = None
        elif self.made.slot is None:
            self.made.slot = at

    def _take_column(self, given: dict[str, str]) -> None:
        low, high = int(_number(given.get("min"), 0)), int(_number(given.get("max"), 0))
        layout = self.made.layout
        width = 0.0 if given.get("hidden") in ("1", "true") else _number(given.get("width"), layout.width)
        layout.columns.append((low, high, width))
        if given.get("style"):
            self._column_styles.append((low, high, int(_number(given["style"], 0))))

    def _start_row(self, tag: str, given: dict[str, str]) -> None:
        self._row = int(_number(given.get("r"), self._row + 1))
        self._column = 0
        at = self.parser.CurrentByteIndex
        self._insert_rows(self._row, at)
        self._is_wanted = self._left[-1:] == [self._row]
        if self._is_wanted:
            self._left.pop()
        self._open = (tag, at, 0)
        self._cells.clear()
        styled = given.get("customFormat") in ("1", "true")
        self._row_style = int(_number(given.get("s"), 0)) if styled else None
        if "ht" in given or "hidden" in given:
            hidden = given.get("hidden") in ("1", "true")
            self.made.layout.rows[self._row] = 0.0 if hidden else _number(given.get("ht"), self.made.layout.height)

    def _start_cell(self, given: dict[str, str]) -> None:
        style = given.get("s")
        ours = self._styles.ours
        if not self._is_wanted and not ours:
            return
        found = cell_of(given.get("r", ""))
        self._column = found[1] if found else self._column + 1
        number = int(_number(style, 0)) if style else 0
        if self._is_wanted or number in ours:
            self._cells.append((self._column, self.parser.CurrentByteIndex, number))

    def _end_row(self) -> None:
        """Give the cells of a row their styles, and put in those that are missing."""
        wanted = self._wanted[self._row] if self._is_wanted else []
        known = {column for column, _, _ in self._cells}
        for column, at, style in self._cells:
            cell = (self._row, column)
            if style in self._styles.ours or cell in self._severities:
                self.made.edits.attribute(at, "s", str(self._style(cell, style)))
        missing: dict[int | None, list[int]] = {}
        for column in wanted:
            if column not in known:
                after = next((at for other, at, _ in self._cells if other > column), None)
                missing.setdefault(after, []).append(column)
        for at_cell, columns in missing.items():
            self._put(self._new_cells(columns), at_cell)

    def _put(self, cells: bytes, at: int | None) -> None:
        """Put cells before another, or at the end of the row."""
        if at is not None:
            self.made.edits.replace(at, at, cells)
            return
        tag, start, _ = self._open
        self.made.edits.fill(tag, tag_end(self._data, start), self.parser.CurrentByteIndex, cells)

    def _insert_rows(self, below: int, at: int | None) -> None:
        """Put in the wanted rows above `below` that the sheet does not have."""
        new = b""
        while self._left and self._left[-1] < below:
            self._row_style = None
            row = self._left.pop()
            tag = f"{self.made.prefix}row"
            cells = self._new_cells(self._wanted[row], row)
            new += f'<{tag} r="{row}">'.encode() + cells + f"</{tag}>".encode()
        if new and at is not None:
            self.made.edits.replace(at, at, new)
        elif new:
            tag, _, inner = self._bounds
            self.made.edits.fill(tag, inner, self.parser.CurrentByteIndex, new)

    def _new_cells(self, columns: Iterable[int], row: int = 0) -> bytes:
        row = row or self._row
        made = []
        for column in columns:
            style = self._row_style
            if style is None:
                style = next((s for low, high, s in self._column_styles if low <= column <= high), 0)
            number = self._style((row, column), style)
            made.append(f'<{self.made.prefix}c r="{Place("", row, column).address}" s="{number}"/>')
        return "".join(made).encode()

    def _style(self, cell: Cell, style: int) -> int:
        """The style that a cell is to have: its own one, marked where it is wanted."""
        styles = self._styles
        fill = self._earlier(cell) if style in styles.ours else styles.fill(style)
        base = styles.restored(style, fill) if style in styles.ours else style
        if cell not in self._severities:
            return base
        self.made.fills[cell] = fill
        return styles.marked(base, self._severities[cell])


def _number(text: str | None, otherwise: float) -> float:
    """A number of an attribute; `otherwise` where it is none or absurd."""
    try:
        number = float(text or "")
    except ValueError:
        return otherwise
    return number if 0 <= number < 10**7 else otherwise
