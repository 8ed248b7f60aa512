"""How does a comparison of regions look as text and as Markdown? (JSON and CSV: ``tables``; HTML: ``compare.html``.)

Both are ways to write the same parts: headings, paragraphs, points and one table. Layer: domain.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rusgraf.compare import Cell, Comparison, Row, words
from rusgraf.compare.holdings import LEVELS
from rusgraf.compare.sides import Side
from rusgraf.compare.tables import to_json, to_table
from rusgraf.compare.wording import say
from rusgraf.report_markdown import escape
from rusgraf.store import Store


@dataclass(frozen=True)
class _Part:
    """A heading (kind 1–3), a paragraph (0), a point at a depth (-1, -2), or a table's row (9)."""

    kind: int
    text: str
    cells: tuple[str, ...] = ()


def _parts(comparison: Comparison, lang: str) -> Iterator[_Part]:
    regions = " – ".join(side.region.label for side in comparison.sides)
    yield _Part(1, f"{say('title', lang)}: {regions}")
    yield _Part(0, say("scope", lang))
    yield _Part(0, words.reading_text(comparison, lang))
    yield from _table(comparison, lang)
    shared, alone, unused = comparison.groups()
    for i, side in enumerate(comparison.sides):
        lacking = comparison.lacks(i)
        yield _Part(2, f"{say('lacks', lang).format(side.region.label)} ({len(lacking)})")
        for way, themes in words.lacking(comparison, i, lang).items():
            yield _Part(-1, f"{way}:")
            yield from (_Part(-2, theme) for theme in themes)
    yield _Part(2, f"{say('unused', lang)} ({len(unused)})")
    yield from (_Part(-1, row.theme.label) for row in unused)
    for title, rows in (("shared", shared), ("alone", alone)):
        yield _Part(2, f"{say(title, lang)} ({len(rows)})")
        for row in rows:
            yield from _row(comparison, row, lang)
    yield from _remarks(comparison, lang)


def _table(comparison: Comparison, lang: str) -> Iterator[_Part]:
    yield _Part(9, "", (say("theme", lang), *(side.region.label for side in comparison.sides)))
    for row in comparison.rows:
        cells = zip(row.cells, comparison.sides, strict=True)
        yield _Part(9, "", (row.theme.label, *(_signs(cell, side) for cell, side in cells)))
    yield _Part(0, say("signs", lang))


def _signs(cell: Cell, side: Side) -> str:
    more = sum(near.count for near in cell.narrower)
    count = (str(len(cell.items)) if cell.items else "") + (f"+{more}" if more else "")
    return f"{' '.join(words.SIGNS[words.shown_state(cell, side, level)] for level in LEVELS)}  {count}".rstrip()


def _row(comparison: Comparison, row: Row, lang: str) -> Iterator[_Part]:
    above = f" ({say('broader', lang)} {', '.join(b.label for b in row.broader)})" if row.broader else ""
    yield _Part(3, row.theme.label + above)
    for side, cell in zip(comparison.sides, row.cells, strict=True):
        yield _Part(-1, f"{side.region.label}: {words.cell_text(cell, side, lang)}")
        for item in cell.items:
            yield _Part(-2, words.item_text(item, lang))


def _remarks(comparison: Comparison, lang: str) -> Iterator[_Part]:
    """What has no theme, what is not known and why, what is compared, and what belongs to no region."""
    for side in comparison.sides:
        yield _Part(2, f"{say('unthemed', lang)}: {side.region.label} ({len(side.unthemed)})")
        yield from (_Part(-1, words.item_text(item, lang)) for item in side.unthemed)
    for side in comparison.sides:
        yield _Part(2, f"{say('why', lang)}: {side.region.label}")
        for level in LEVELS:
            for gap in side.unknown[level]:
                yield _Part(-1, f"{say(level, lang)}: {words.gap_text(gap, lang)}")
    for side in comparison.sides:
        yield _Part(2, f"{say('documents', lang)}: {side.region.label} ({len(side.documents)})")
        yield from (_Part(-1, words.document_text(document, lang)) for document in side.documents)
    if comparison.stray:
        yield _Part(2, f"{say('stray', lang)} ({len(comparison.stray)})")
        yield _Part(0, say("stray_cure", lang))
        yield from (_Part(-1, words.stray_text(stray, lang)) for stray in comparison.stray)


def to_text(comparison: Comparison, store: Store, lang: str) -> str:
    """For a terminal."""
    parts = [replace(p, text=_line(p.text), cells=tuple(map(_line, p.cells))) for p in _parts(comparison, lang)]
    grid = [part.cells for part in parts if part.kind == 9]
    widths = [max(len(row[i]) for row in grid) for i in range(len(grid[0]))]
    lines: list[str] = []
    for part in parts:
        if part.kind == 9:
            lines.append("  ".join(f"{c:{w}}" for c, w in zip(part.cells, widths, strict=True)).rstrip())
        elif part.kind > 0:
            lines += ["", part.text, {1: "=", 2: "-"}.get(part.kind, "") * len(part.text)]
        else:
            lead = "  " * -part.kind + ("- " if part.kind else "")
            indent = " " * len(lead)
            text = textwrap.wrap(part.text, 100, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False)
            lines += [*text, *([] if part.kind else [""])]
    return "\n".join([*lines, "", f"release {store.release()}"]).lstrip("\n") + "\n"


def _line(text: str) -> str:
    """A text on one line, whatever the data put into it."""
    return "".join(c if c.isprintable() else " " for c in text)


def to_markdown(comparison: Comparison, store: Store, lang: str) -> str:
    """For a document; what the data say is escaped."""
    lines: list[str] = []
    before = 0
    for part in _parts(comparison, lang):
        together = part.kind == before == 9 or max(part.kind, before) < 0
        lines += [] if together else [""]
        text = escape(part.text)
        if part.kind == 9:
            lines.append(f"| {' | '.join(map(escape, part.cells))} |")
            lines += ["|" + " --- |" * len(part.cells)] if before != 9 else []
        elif part.kind > 0:
            lines.append(f"{'#' * part.kind} {text}")
        else:
            lines.append("    " * (-part.kind - 1) + "- " * bool(part.kind) + text)
        before = part.kind
    return "\n".join([*lines, "", f"release {store.release()}"]).lstrip("\n") + "\n"


FORMATS: dict[str, Callable[[Comparison, Store, str], str | bytes]] = {
    "table": to_text,
    "json": to_json,
    "csv": to_table,
    "md": to_markdown,
}
