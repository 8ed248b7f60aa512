"""Where does each comment of a sheet show its box? In the sheet's VML drawing, which is made to fit its comments.

Boxes of comments that are gone go, comments without a box get one; all other shapes, and boxes that users have moved,
stay as they are. VML is often no well-formed XML, so it is changed as text. Layer: domain; standard library only.
See ECMA-376 part 4, 19.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count

from rusgraf.tabular.annotate.cells import Layout
from rusgraf.tabular.annotate.splice import Edits
from rusgraf.tabular.model import Cell

_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml"',
    'xmlns:o="urn:schemas-microsoft-com:office:office"',
    'xmlns:x="urn:schemas-microsoft-com:office:excel"',
)
_EMPTY = (
    f'<xml {" ".join(_SPACES)}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{}}"/></o:shapelayout></xml>'
)
_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"{0}>'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"{spaces}><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_SHAPE_TAG = re.compile(rb"<((?:[\w.-]+:)?)shape\s")
_NOTE = re.compile(rb"""ObjectType\s*=\s*["']Note["']""")
_AT = re.compile(rb"<(?:[\w.-]+:)?(Row|Column)>\s*(\d{1,7})\s*</")
_NUMBER = re.compile(rb"_x0000_s(\d{1,9})")
_WIDE, _LINE, _MOST_LINES, _LETTERS = 300, 15, 30, 42  # pixels, lines, letters of a line
_LAST_COLUMN, _LAST_ROW = 16_383, 1_048_575


def fit(data: bytes, texts: Mapping[Cell, str], layout: Layout) -> bytes:
    """The drawing with just one box for each cell of `texts`; a new box is as large as its text needs."""
    if b"</" not in data:
        data = _EMPTY.format(",".join(str(i + 1) for i in range(len(texts) // 1023 + 1))).encode()
    boxed: set[Cell] = set()
    edits = Edits(data)
    for start, end in _shapes(data):
        cell = _cell(data[start:end])
        if cell and (cell not in texts or cell in boxed):
            edits.replace(start, end, b"")
        elif cell:
            boxed.add(cell)
    data = edits.done()
    new = [cell for cell in texts if cell not in boxed]
    if not new:
        return data
    spaces = "" if all(space.encode() in data for space in _SPACES) else "".join(f" {space}" for space in _SPACES)
    first = max((int(number) for number in _NUMBER.findall(data)), default=1024) + 1
    made = "" if b"_x0000_t202" in data else _TYPE.format(spaces)
    places = _Places(layout)
    for number, cell in zip(count(first), sorted(new)):
        where = {"anchor": places.anchor(cell, texts[cell]), "row": cell[0] - 1, "column": cell[1] - 1}
        made += _SHAPE.format(number=number, spaces=spaces, **where)
    end = data.rfind(b"</")
    return data[:end] + made.encode() + data[end:]


def _shapes(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each shape begins and ends."""
    at = 0
    while found := _SHAPE_TAG.search(data, at):
        close = b"</" + found[1] + b"shape>"
        at = data.find(close, found.end()) + len(close)
        if at < len(close):
            return
        yield found.start(), at


def _cell(shape: bytes) -> Cell | None:
    """The cell whose comment a shape shows, None for another kind of shape."""
    if not _NOTE.search(shape):
        return None
    at = dict(_AT.findall(shape))
    return int(at.get(b"Row", b"0")) + 1, int(at.get(b"Column", b"0")) + 1


class _Places:
    """Where boxes go: to the right of their cells, some pixels into the columns and rows they span."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def anchor(self, cell: Cell, text: str) -> str:
        """The anchor of a box: column, pixels, row, pixels of its upper left corner, and of its lower right one."""
        lines = sum(len(line) // _LETTERS + 1 for line in text.split("\n")) + 1
        left, top = min(cell[1], _LAST_COLUMN - 4), max(min(cell[0] - 2, _LAST_ROW - _MOST_LINES), 0)
        right, in_right = _reach(left, 15 + _WIDE, self._width, _LAST_COLUMN)
        bottom, in_bottom = _reach(top, 4 + _LINE * min(lines, _MOST_LINES), self._height, _LAST_ROW)
        return f"{left}, 15, {top}, 4, {right}, {in_right}, {bottom}, {in_bottom}"

    def _width(self, column: int) -> int:
        columns = self._layout.columns
        width = next((w for low, high, w in columns if low <= column + 1 <= high), self._layout.width)
        return round(width * 7 + 5) if width else 0

    def _height(self, row: int) -> int:
        return round(self._layout.rows.get(row + 1, self._layout.height) * 4 / 3)


def _reach(first: int, pixels: int, size: Callable[[int], int], last: int) -> tuple[int, int]:
    """The column or row in which a length ends that begins with `first`, and how far into it."""
    end = min(first + 60, last)
    for at in range(first, end):
        if pixels <= size(at):
            return at, pixels
        pixels -= size(at)
    return end, 0
