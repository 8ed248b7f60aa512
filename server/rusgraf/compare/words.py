"""How is a comparison of regions said in words? The phrases that every face shares.

Layer: domain.
"""

from __future__ import annotations

from collections.abc import Sequence

from rusgraf.compare import Cell, Comparison
from rusgraf.compare.holdings import LEVELS, Item, Stray
from rusgraf.compare.sides import Document, Side
from rusgraf.compare.themes import Basis
from rusgraf.compare.wording import say
from rusgraf.evidence import Source
from rusgraf.incomplete import Gap

SIGNS = {"yes": "●", "interpreted": "○", "no": "·", "partly": "◌", "unknown": "?"}


def has_text(cell: Cell, lang: str) -> str:
    """What a region has on a theme: how many at which level, and by which narrower themes."""
    counts = {level: sum(item.level == level for item in cell.items) for level in LEVELS}
    told = [f"{say(level, lang)} {n}" for level, n in counts.items() if n]
    return "; ".join([", ".join(told), *near_text(cell, lang)]).removeprefix("; ")


def near_text(cell: Cell, lang: str) -> list[str]:
    """The narrower themes by which a region has the theme, else the wider ones that it has instead."""
    if cell.has:
        return [say("narrower", lang).format(near.theme.label, near.count) for near in cell.narrower]
    return [say("wider", lang).format(near.theme.label, near.count) for near in cell.wider]


def shown_state(cell: Cell, side: Side, level: str) -> str:
    """The state of a level as it is shown: `partly` where it is unknown, yet certain in some documents."""
    state = cell.levels[level]
    return "partly" if state == "unknown" and _read(side, level) else state


def _read(side: Side, level: str) -> list[str]:
    return [document.thing.label for document in side.documents if document.is_read and document.level == level]


def state_text(cell: Cell, side: Side, level: str, lang: str) -> str:
    """The state of a level in words; where it is certain in some documents, which."""
    state = shown_state(cell, side, level)
    return say(state, lang).format("; ".join(_read(side, level)))


def lacks_text(cell: Cell, side: Side, lang: str) -> str:
    """At which levels a theme is not there, and where it is not known; one who has only a wider theme is told so."""
    told = [f"{say(level, lang)}: {state_text(cell, side, level, lang)}" for level in LEVELS]
    return "; ".join([*told, *near_text(cell, lang)])


def lacking(comparison: Comparison, index: int, lang: str) -> dict[str, list[str]]:
    """What one region lacks that another has: in which way it lacks it → the themes, each with who has it."""
    ways: dict[str, list[str]] = {}
    for row in comparison.lacks(index):
        held = [(side, cell) for side, cell in zip(comparison.sides, row.cells, strict=True) if cell.has]
        who = "; ".join(f"{side.region.label}: {has_text(cell, lang)}" for side, cell in held)
        way = lacks_text(row.cells[index], comparison.sides[index], lang)
        ways.setdefault(way, []).append(f"{row.theme.label} ({who})")
    return ways


def cell_text(cell: Cell, side: Side, lang: str) -> str:
    """What a region has on a theme, or where it lacks it."""
    return has_text(cell, lang) if cell.has else lacks_text(cell, side, lang)


def place_text(item: Item) -> str:
    """What a thing is part of, or how else it belongs to its region."""
    return "; ".join(whole.label for whole in item.wholes) or item.way


def basis_text(basis: Basis, lang: str) -> str:
    """Whose reading gives a theme: author, date and grounds of an interpretation, and its graph."""
    if not basis.interpreted:
        return f"{say('text', lang)}: {basis.graph.label}."
    who = ", ".join(filter(None, (basis.by, basis.date)))
    return f"{say('by', lang)}: {who} ({basis.graph.label}): {basis.grounds}".replace(":  (", ": (")


def sources_text(sources: Sequence[Source]) -> str:
    """The sources, each document once with its sections."""
    found: dict[str, list[str]] = {}
    for source in sources:
        found.setdefault(source.document, []).append(source.section)
    return " · ".join(
        f"{name}: {'; '.join(dict.fromkeys(filter(None, sections)))}".removesuffix(": ")
        for name, sections in found.items()
    )


def gap_text(gap: Gap, lang: str) -> str:
    """Why something is not known, and what would decide it."""
    cure = f" {say('decided_by', lang)}: {gap.decided_by}" if gap.decided_by else ""
    return f"{gap.about.label}: {gap.reason}{cure}"


def reading_text(comparison: Comparison, lang: str) -> str:
    """How many of the statements of theme are interpretations."""
    bases = [item.basis for row in comparison.rows for cell in row.cells for item in cell.items if item.basis]
    return say("reading", lang).format(len(bases), sum(basis.interpreted for basis in bases))


def quoted(label: str, lang: str) -> str:
    """A name in quotation marks."""
    return f"”{label}”" if lang == "sv" else f"“{label}”"


def item_text(item: Item, lang: str) -> str:
    """A thing in one paragraph: what it is, where it stands, why it has the theme, and what else it shares."""
    told = [_sentence(f"{item.kind.label} {quoted(item.thing.label, lang)} ({place_text(item)})")]
    if item.basis:
        told.append(_sentence(basis_text(item.basis, lang)))
        told += [_sentence(f"{say('sources', lang)}: {sources_text(item.basis.sources)}")] if item.basis.sources else []
    if item.also:
        told.append(_sentence(f"{say('also', lang)}: {', '.join(theme.label for theme in item.also)}"))
    return " ".join(told)


def document_text(document: Document, lang: str) -> str:
    """A document: its period, how it belongs to its region, and whether it is fully read."""
    period = f" ({document.period})" if document.period else ""
    read = f" {say('read', lang)}" if document.is_read else ""
    return f"{document.kind.label} {quoted(document.thing.label, lang)}{period}: {_sentence(document.way)}{read}"


def stray_text(stray: Stray, lang: str) -> str:
    """A thing that belongs to no region."""
    more = f", {say('stray_parts', lang).format(stray.parts)}" if stray.parts else ""
    return f"{stray.kind.label} {quoted(stray.thing.label, lang)}{more}"


def _sentence(text: str) -> str:
    return text if text[-1:] in ".?!" else f"{text}."
