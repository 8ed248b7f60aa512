"""What does the sheet Granskning hold? The verdict, and every note with a link to its cell; how an earlier one is read.

A hidden column keeps the fill that each marked cell had, and the word by which the sheet is known as ours.
Layer: domain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rusgraf import tables
from rusgraf.tabular.annotate.notes import SEVERITIES, Note
from rusgraf.tabular.annotate.splice import quoted, xml
from rusgraf.tabular.annotate.styles import Styles
from rusgraf.tabular.model import Cell, SheetLimits, letters
from rusgraf.tabular.scan import cell_of
from rusgraf.tabular.workbook import open_workbook
from rusgraf.wording import LANGUAGES, say

_SIGN = "rusgraf-granskning"
_HEAD = 3
"""The row of the headings: above it the verdict and what to do."""
_SHEET, _CELL, _RECORD = 2, 3, 7
_WIDTHS = (13, 18, 9, 18, 80, 36, 4)
_LINE, _TALL, _MOST_LINES, _LONG = 15, 22, 20, 2_000  # points, points, lines, letters
_PLAIN = '<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
_BOLD = '<font><b/><sz val="{}"/><name val="Calibri"/><family val="2"/></font>'
_LINK = '<font><u/><sz val="11"/><color rgb="FF0B4A8F"/><name val="Calibri"/><family val="2"/></font>'
_WRAP = 'vertical="top" wrapText="1"'


@dataclass
class Earlier:
    """What an earlier Granskning tells: its sheet, "" when there is none, and the fill that each cell had."""

    title: str = ""
    fills: dict[str, dict[Cell, str]] = field(default_factory=dict)
    _usual: dict[tuple[str, int], str] = field(default_factory=dict)

    def fill(self, sheet: str, cell: Cell) -> str:
        """The fill that a marked cell had; one that was moved since had the usual one of the marked in its column."""
        known = self.fills.get(sheet, {})
        if cell in known:
            return known[cell]
        key = (sheet, cell[1])
        if key not in self._usual:
            fills = Counter(fill for (_, column), fill in known.items() if column == cell[1])
            self._usual[key] = fills.most_common(1)[0][0] if fills else ""
        return self._usual[key]


@dataclass(frozen=True)
class Review:
    """What is to be listed: the notes shown, the counts of all, further remarks, the sheets that there are, the fill
    that each marked cell had."""

    notes: Sequence[Note]
    counts: Mapping[str, int]
    remarks: Sequence[str]
    sheets: Iterable[str]
    fills: Mapping[tuple[str, Cell], str]


def earlier(content: bytes, name: str, titles: Iterable[str]) -> Earlier:
    """The Granskning that an annotated workbook brings back."""
    names = tuple(say("sheet_review", lang).casefold() for lang in LANGUAGES)
    for title in titles:
        if not title.strip().casefold().startswith(names):
            continue
        found = Earlier(title)
        is_ours = False
        for grid in open_workbook(content, name, SheetLimits(), title.strip().casefold()).grids[:1]:
            for record in grid.records():
                sheet, address, told = (
                    str(record.values[n - record.first]) if 0 <= n - record.first < len(record.values) else ""
                    for n in (_SHEET, _CELL, _RECORD)
                )
                if record.row == _HEAD:
                    is_ours = told == _SIGN
                elif is_ours and (cell := cell_of(address)):
                    fills = found.fills.setdefault(sheet, {})
                    fills[cell] = fills.get(cell) or told
        if is_ours:
            return found
    return Earlier()


def title(titles: Iterable[str], lang: str) -> str:
    """A name for the sheet that no other sheet has."""
    taken, name, number = {title.casefold() for title in titles}, say("sheet_review", lang), 1
    while (made := name if number == 1 else f"{name} ({number})").casefold() in taken:
        number += 1
    return made


def sheet(review: Review, styles: Styles, namespace: str, lang: str) -> bytes:
    """The sheet as a part of the workbook."""
    page = _Page(styles, lang)
    page.row(
        1, [say("review_bad" if review.counts["violation"] else "review_good", lang) + " " + _counts(review, lang)]
    )
    page.row(2, [" ".join((say("review_how", lang), *review.remarks))])
    page.row(_HEAD, [*say("review_columns", lang).split("|"), _SIGN])
    known, told = set(review.sheets), set()
    for number, note in enumerate(review.notes, _HEAD + 1):
        place = note.place
        key = (place.sheet, (place.row, place.column))
        record = "" if key in told else review.fills.get(key, "")
        told.add(key)
        header = place.header or place.letter
        severity = say(note.severity, lang).capitalize()
        address = place.address if place.row > 0 and place.column > 0 else ""
        page.row(number, [severity, place.sheet, address, header, note.text, note.suggestion, record], note)
        if address and place.sheet in known:
            page.link(f"C{number}", place.sheet, address)
    return page.done(namespace)


def _counts(review: Review, lang: str) -> str:
    return say("review_counts", lang).format(*(review.counts[severity] for severity in SEVERITIES))


def _height(texts: Sequence[str]) -> int:
    """The height of a row with its texts wrapped, in points."""
    pairs = list(zip(texts, _WIDTHS, strict=False))[: _RECORD - 1]
    return _LINE * min(max(-(-len(text[:_LONG]) // width) or 1 for text, width in pairs), _MOST_LINES)


class _Page:
    """Writes the rows of the sheet as XML."""

    def __init__(self, styles: Styles, lang: str) -> None:
        self._lang = lang
        self._rows: list[str] = []
        self._links: list[str] = []
        self._top = [styles.look(_BOLD.format(14), 'vertical="top"'), styles.look(_PLAIN, 'vertical="top"')]
        self._head = styles.look(_BOLD.format(11), _WRAP)
        self._plain, self._link = styles.look(_PLAIN, _WRAP), styles.look(_LINK, _WRAP)
        self._quoted = styles.look(_PLAIN, _WRAP, ' quotePrefix="1"')
        self._marks = {severity: styles.look(_PLAIN, _WRAP, severity=severity) for severity in SEVERITIES}

    def row(self, number: int, texts: Sequence[str], note: Note | None = None) -> None:
        """Add a row; `note` is what it lists."""
        cells = []
        for column, text in enumerate(texts, 1):
            if text:
                style = self._style(number, column, text, note)
                cells.append(
                    f'<c r="{letters(column)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
                    f"{xml(text, self._lang)}</t></is></c>"
                )
        height = _TALL if number == 1 else _LINE if number == 2 else _height(texts)
        self._rows.append(f'<row r="{number}" ht="{height}" customHeight="1">{"".join(cells)}</row>')

    def _style(self, row: int, column: int, text: str, note: Note | None) -> int:
        if note is None:
            return self._head if row == _HEAD else self._top[row - 1]
        if column == 1:
            return self._marks[note.severity]
        if column == _CELL:
            return self._link
        return self._quoted if tables.is_formula(text) else self._plain

    def link(self, at: str, sheet: str, address: str) -> None:
        """Let a cell lead to another, as long as Excel takes more links."""
        if len(self._links) < tables.MAX_LINKS:
            location = quoted("'" + sheet.replace("'", "''") + f"'!{address}")
            self._links.append(f'<hyperlink ref="{at}" location="{location}"/>')

    def done(self, namespace: str) -> bytes:
        """The sheet: the rows above the notes stay in sight, the last column is hidden."""
        columns = "".join(
            f'<col min="{number}" max="{number}" width="{width}" hidden="{int(number == _RECORD)}" customWidth="1"/>'
            for number, width in enumerate(_WIDTHS, 1)
        )
        links = f"<hyperlinks>{''.join(self._links)}</hyperlinks>" if self._links else ""
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{quoted(namespace)}">'
            '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
            f'<pane ySplit="{_HEAD}" topLeftCell="A{_HEAD + 1}" activePane="bottomLeft" state="frozen"/></sheetView>'
            f"</sheetViews><cols>{columns}</cols>"
            f"<sheetData>{''.join(self._rows)}</sheetData>{links}"
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
        ).encode()
