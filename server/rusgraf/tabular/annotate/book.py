"""How does a workbook come back with our notes? Each noted sheet, its comments, the styles, and the sheet Granskning.

Nothing else changes: a part that needs no change is the same to the byte. Layer: domain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rusgraf.tabular.annotate import comments, review, vml
from rusgraf.tabular.annotate.cells import Marked, anchors, mark
from rusgraf.tabular.annotate.notes import AUTHOR, SEVERITIES, Note, comment
from rusgraf.tabular.annotate.parts import Parts
from rusgraf.tabular.annotate.splice import Edits, parse, quoted
from rusgraf.tabular.annotate.styles import Styles
from rusgraf.tabular.model import Cell, SheetLimits
from rusgraf.tabular.workbook import listed
from rusgraf.wording import say

MAX_COMMENTS, MAX_LISTED = 10_000, 100_000
"""How many cells have a comment, and how many notes are listed and marked; more is told of in Granskning."""
_TYPES = "application/vnd.openxmlformats-officedocument."
_STYLES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{}"><fonts count="1">'
    '<font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def annotate(content: bytes, notes: Sequence[Note], lang: str, name: str = "arbetsbok.xlsx") -> bytes:
    """The user's own workbook with the notes: cells marked and commented, a sheet that lists them.

    What an earlier call put in is taken out first. `name` is the file's, for errors. Raises a RusgrafError where the
    workbook cannot be read.
    """
    return _Book(content, notes, lang, name).done()


@dataclass
class _Sheet:
    """A sheet of the workbook: its part, what is to be said at which cell."""

    title: str
    part: str
    notes: dict[Cell, list[Note]] = field(default_factory=dict)
    severities: dict[Cell, str] = field(default_factory=dict)


class _Book:
    """One workbook being annotated."""

    def __init__(self, content: bytes, notes: Sequence[Note], lang: str, name: str) -> None:
        self._lang = lang
        self._parts = parts = Parts(content, name, SheetLimits())
        self._remarks = [say("review_unsigned", lang)] if parts.unsign() else []
        self._titles, _ = listed(parts.package, parts.workbook)
        self._earlier = review.earlier(content, name, self._titles)
        self._review = self._earlier.title or review.title(self._titles, lang)
        self._counts = Counter(note.severity for note in notes)
        order = {title: number for number, title in enumerate(self._titles)}
        self._notes = sorted(notes, key=lambda note: _order(note, order))[:MAX_LISTED]
        if len(notes) > MAX_LISTED:
            self._remarks.append(say("review_list", lang).format(MAX_LISTED, len(notes)))
        self._left = MAX_COMMENTS
        self._fills: dict[tuple[str, Cell], str] = {}
        self._styles_part = self._parts.related(parts.workbook, "styles")
        data = parts.read(self._styles_part) if self._styles_part else b""
        data = data or _STYLES.format(quoted(parts.namespace)).encode()
        self._styles = Styles(data, parts.where(self._styles_part))

    def done(self) -> bytes:
        """The workbook as bytes."""
        sheets = {title: _Sheet(title, part) for title, part in self._titles.items() if title != self._review}
        for note in self._notes:
            cell = (note.place.row, note.place.column)
            if note.place.sheet in sheets and 0 < cell[0] <= 1_048_576 and 0 < cell[1] <= 16_384:
                sheets[note.place.sheet].notes.setdefault(cell, []).append(note)
        for sheet in sheets.values():
            self._annotate(sheet)
        self._write_review()
        self._write_styles()
        return self._parts.done()

    def _annotate(self, sheet: _Sheet) -> None:
        """Mark and comment the cells of one sheet; one that needs neither, and has nothing of ours, is not touched."""
        parts = self._parts
        old = parts.related(sheet.part, "comments")
        talk = parts.read(old) if old else b""
        if not sheet.notes and not self._styles.ours and AUTHOR.encode() not in talk:
            return
        data = parts.read(sheet.part)
        seen = anchors(data) if sheet.notes else {}
        texts: dict[Cell, list[Note]] = {}
        for cell, notes in sheet.notes.items():
            texts.setdefault(seen.get(cell, cell), []).extend(notes)
        worst = {cell: min((n.severity for n in notes), key=SEVERITIES.index) for cell, notes in texts.items()}
        marked = mark(
            data, parts.where(sheet.part), worst, self._styles, lambda cell: self._earlier.fill(sheet.title, cell)
        )
        for cell in sheet.notes:
            self._fills[sheet.title, cell] = marked.fills.get(seen.get(cell, cell), "")
        self._comment(sheet, self._texts(texts), marked, (old, talk))
        made = marked.edits.done()
        if made is not data:
            parts.write(sheet.part, made)

    def _texts(self, notes: Mapping[Cell, Sequence[Note]]) -> dict[Cell, str]:
        """The comments of a sheet, as many as may still be."""
        cells = list(notes)[: self._left]
        self._left -= len(cells)
        if len(cells) < len(notes):
            self._remarks[:] = dict.fromkeys([*self._remarks, say("review_comments", self._lang).format(MAX_COMMENTS)])
        return {cell: comment(notes[cell], self._lang, self._review) for cell in cells}

    def _comment(self, sheet: _Sheet, texts: Mapping[Cell, str], marked: Marked, before: tuple[str, bytes]) -> None:
        """Bring the comments of a sheet, and their boxes, to what they are to be."""
        parts, (part, old) = self._parts, before
        if not texts and AUTHOR.encode() not in old:
            return
        made = comments.revise(old, parts.where(part), texts, parts.namespace)
        if not part:
            part = parts.new("xl/commentsRusgraf", ".xml")
            parts.relate(sheet.part, "comments", part)
            parts.declare(part, f"{_TYPES}spreadsheetml.comments+xml")
        parts.write(part, made.data)
        start, end, key = marked.drawing or (marked.slot or 0, marked.slot or 0, "")
        drawing = parts.package.related(sheet.part).get(key, ("", ""))[1]
        boxes = {cell: texts.get(cell, "") for cell in made.cells}
        if drawing:
            parts.write(drawing, vml.fit(parts.read(drawing), boxes, marked.layout))
            return
        drawing = parts.new("xl/drawings/commentsRusgraf", ".vml")
        parts.write(drawing, vml.fit(b"", boxes, marked.layout))
        parts.declare(drawing, f"{_TYPES}vmlDrawing")
        key = parts.relate(sheet.part, "vmlDrawing", drawing)
        tag = f'<{marked.prefix}legacyDrawing xmlns:r="{parts.relations}" r:id="{key}"/>'
        marked.edits.replace(start, end, tag.encode())

    def _write_review(self) -> None:
        """Put the sheet Granskning into the place of an earlier one, or after the last sheet."""
        parts, told = self._parts, self._fills
        given = review.Review(self._notes, self._counts, self._remarks, self._titles, told)
        data = review.sheet(given, self._styles, parts.namespace, self._lang)
        if self._earlier.title:
            part = self._titles[self._earlier.title]
            parts.drop_relations(part)
            parts.write(part, data)
            return
        part = parts.new("xl/worksheets/sheetRusgraf", ".xml")
        parts.write(part, data)
        parts.declare(part, f"{_TYPES}spreadsheetml.worksheet+xml")
        key = parts.relate(parts.workbook, "worksheet", part)
        edits = Edits(parts.read(parts.workbook))
        root = parse(edits.data, parts.where(parts.workbook))
        used = [int(n) for s in root.all("sheet") if (n := s.given.get("sheetId", "")).isascii() and n.isdecimal()]
        for node in list(root.all("sheets"))[:1]:
            tag = f'<{node.prefix}sheet xmlns:r="{parts.relations}" name="{self._review}" '
            edits.append(node, f'{tag}sheetId="{max(used, default=0) + 1}" r:id="{key}"/>'.encode())
        parts.write(parts.workbook, edits.done())

    def _write_styles(self) -> None:
        parts, part = self._parts, self._styles_part
        if not part:
            part = "xl/styles.xml"  # where some readers look, whatever the relationships say
            parts.relate(parts.workbook, "styles", part)
            parts.declare(part, f"{_TYPES}spreadsheetml.styles+xml")
        parts.write(part, self._styles.done())


def _order(note: Note, sheets: Mapping[str, int]) -> tuple[int, int, int, int]:
    """By cell, the worst first; what belongs to no sheet comes before all."""
    place = note.place
    return sheets.get(place.sheet, -1), place.row, place.column, SEVERITIES.index(note.severity)
