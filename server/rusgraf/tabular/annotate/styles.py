"""Which style marks a cell, and which did it have before? Fills on top of a workbook's own styles.

A mark is a copy of the cell's style with one of our fills: number format, font, borders and alignment stay. Our fills
are known again by their colours, wherever a cell was moved to, and the fill from before is put back from a record
(spreadsheets number styles anew at each saving, so a number would tell nothing). Layer: domain; standard library only.
See ECMA-376 part 1, 18.8.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rusgraf.errors import UnreadableInput
from rusgraf.tabular.annotate.splice import Edits, Node, parse, with_attributes

FILLS = {
    "violation": ("FFC9CB", "9F1D20"),
    "warning": ("FFE9A7", "7A4B02"),
    "info": ("D3E6FB", "1B4F8B"),
}
"""The fill of each severity: below dark text, and below light text."""
_OURS = {colour: severity for severity, colours in FILLS.items() for colour in colours}
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles")
_DEFAULTS = {
    "fonts": ['<font><sz val="11"/><name val="Calibri"/></font>'],
    "fills": ['<fill><patternFill patternType="none"/></fill>', '<fill><patternFill patternType="gray125"/></fill>'],
    "cellXfs": ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'],
}
_MOST = 64_000  # styles of a workbook that Excel opens
_SOLID = '<fill><patternFill patternType="solid"><fgColor rgb="FF{}"/><bgColor indexed="64"/></patternFill></fill>'
_TAGS = re.compile(rb"<(/?)(?:[\w.-]+:)?(\w)")
# All that a record of a fill may be: it comes back from a cell that anyone can write in.
_FILL = re.compile(
    r"(?:</?(?:fill|patternFill|gradientFill|stop|color|fgColor|bgColor)(?: (?:patternType|rgb|theme|tint|indexed|auto|"
    r'type|degree|left|right|top|bottom|position)="[\w.+-]{0,30}")*/?>){1,200}'
)


class _Group:
    """One list of the style sheet, such as its fills: what it holds, and what was added."""

    def __init__(self, root: Node, data: bytes, name: str) -> None:
        self.name, self.node = name, root.child(name)
        self.nodes = self.node.children if self.node else []
        self._prefix = root.prefix
        self.items = [data[node.start : node.end] for node in self.nodes]
        self.added = 0
        if not self.node:
            self.items = [self._own(item) for item in _DEFAULTS[name]]
            self.added = len(self.items)
        self._numbers = {item: number for number, item in reversed(list(enumerate(self.items)))}

    def _own(self, item: str) -> bytes:
        """An element of ours with the prefix that the style sheet uses."""
        return _TAGS.sub(rb"<\1" + self._prefix.encode() + rb"\2", item.encode())

    def number(self, item: bytes | str) -> int:
        """The number of an item, added where it is new."""
        item = self._own(item) if isinstance(item, str) else item
        if item not in self._numbers:
            self._numbers[item] = len(self.items)
            self.items.append(item)
            self.added += 1
        return self._numbers[item]

    def write(self, root: Node, edits: Edits) -> None:
        """Put what was added into the style sheet."""
        new = b"".join(self.items[len(self.items) - self.added :])
        if self.node and self.added:
            edits.attribute(self.node.start, "count", str(len(self.items)))
            edits.append(self.node, new)
        elif self.added:
            later = _ORDER[_ORDER.index(self.name) + 1 :]
            at = next((node.start for node in root.children if node.name in (*later, "colors", "extLst")), root.close)
            tag = f"{root.prefix}{self.name}".encode()
            edits.replace(at, at, b"<" + tag + b">" + new + b"</" + tag + b">")


class Styles:
    """The styles of a workbook, with those that mark cells."""

    def __init__(self, data: bytes, where: str) -> None:
        self._data, self._where = data, where
        self._root = parse(data, where)
        self._fonts, self._fills, self._xfs = (_Group(self._root, data, name) for name in ("fonts", "fills", "cellXfs"))
        ours = {number for number, node in enumerate(self._fills.nodes) if _is_ours(node)}
        self._used = [_fill_of(node) for node in self._xfs.nodes] or [0]
        self._made: dict[tuple[int, str], int] = {}
        self._records: dict[int, str] = {}
        self.ours = {number for number, fill in enumerate(self._used) if fill in ours}
        """The styles that mark a cell already."""

    def marked(self, style: int, severity: str) -> int:
        """The number of a style like this one with the fill of a severity."""
        return self._filled(style, _SOLID.format(FILLS[severity][self._is_light(style)]))

    def restored(self, style: int, fill: str) -> int:
        """The number of a style like this one with the recorded fill, none where the record is no fill."""
        return self._filled(style, fill if _is_fill(fill) else "")

    def fill(self, style: int) -> str:
        """The fill of a style as a record of it, "" where there is none."""
        number = self._used[style] if style < len(self._used) else self._used[0]
        if number not in self._records:
            self._records[number] = self._record(number) if 0 < number < len(self._fills.nodes) else ""
        return self._records[number]

    def _record(self, number: int) -> str:
        text = _TAGS.sub(rb"<\1\2", self._fills.items[number]).decode()
        text = re.sub(r"\s+(?=/?>)", "", re.sub(r">\s+<", "><", text))
        return text if _is_fill(text) else ""

    def look(self, font: str, align: str, more: str = "", severity: str = "") -> int:
        """The number of a style of our own: a font, the attributes of its alignment, further attributes, a fill."""
        fill = self._fills.number(_SOLID.format(FILLS[severity][0])) if severity else 0
        item = (
            f'<xf numFmtId="0" fontId="{self._fonts.number(font)}" fillId="{fill}" borderId="0" applyFont="1" '
            f'applyFill="1" applyAlignment="1"{more}><alignment {align}/></xf>'
        )
        return self._add(item)

    def _add(self, item: bytes | str) -> int:
        number = self._xfs.number(item)
        if len(self._xfs.items) > _MOST:
            raise UnreadableInput(
                f"{self._where}: the workbook has too many cell styles to mark cells (more than {_MOST}).",
                "Copy the table into a new workbook.",
                sv=f"{self._where}: arbetsboken har för många cellformat för att märka celler (fler än {_MOST}).",
                cure_sv="Kopiera tabellen till en ny arbetsbok.",
            )
        return number

    def _filled(self, style: int, fill: str) -> int:
        style = style if style < len(self._xfs.items) else 0
        if (style, fill) not in self._made:
            number = self._fills.number(fill) if fill else 0
            given = [("fillId", str(number)), ("applyFill", "1")]
            self._made[style, fill] = self._add(with_attributes(self._xfs.items[style], given))
        return self._made[style, fill]

    def _is_light(self, style: int) -> bool:
        """Whether the text of a style is light, so that it needs a dark fill."""
        found = re.search(
            rb'\sfontId\s*=\s*["\'](\d{1,9})', self._xfs.items[style if style < len(self._xfs.items) else 0]
        )
        number = int(found[1]) if found else 0
        color = self._fonts.nodes[number].child("color") if number < len(self._fonts.nodes) else None
        if color is None:
            return False
        if re.fullmatch("[0-9A-Fa-f]{8}", rgb := color.given.get("rgb", "")):
            red, green, blue = bytes.fromhex(rgb[2:])
            return 0.3 * red + 0.6 * green + 0.1 * blue > 160
        return color.given.get("theme") in ("0", "2") or color.given.get("indexed") in ("1", "9")

    def done(self) -> bytes:
        """The style sheet with what was added."""
        edits = Edits(self._data)
        for group in (self._fonts, self._fills, self._xfs):
            group.write(self._root, edits)
        return edits.done()


def _is_ours(fill: Node) -> bool:
    return any(node.given.get("rgb", "").upper()[-6:] in _OURS for node in fill.all("fgColor"))


def _fill_of(xf: Node) -> int:
    number = xf.given.get("fillId", "0")
    return int(number[:9]) if number.isascii() and number.isdecimal() else 0


@lru_cache(1000)
def _is_fill(text: str) -> bool:
    """Whether a text is a fill and nothing else."""
    if not _FILL.fullmatch(text):
        return False
    try:
        root = parse(text.encode(), "fill")
    except UnreadableInput:
        return False
    return root.name == "fill" and not _is_ours(root)
