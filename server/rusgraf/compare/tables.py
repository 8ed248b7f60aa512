"""How does a comparison of regions look to a program and in a spreadsheet? JSON, and CSV with labels beside IRIs.

Layer: domain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rusgraf.compare import Cell, Comparison
from rusgraf.compare.holdings import Item
from rusgraf.compare.sides import Document
from rusgraf.compare.words import place_text, sources_text
from rusgraf.incomplete import Named
from rusgraf.store import Store
from rusgraf.tables import Cell as Value
from rusgraf.tables import Link, to_csv

COLUMNS = (
    *("theme_label", "theme", "region_label", "region", "state", "strategy", "plan", "activity", "relation", "level"),
    *("kind", "thing_label", "thing", "part_of", "by", "date", "grounds", "graph_label", "graph", "sources"),
)


def _named(thing: Named) -> dict[str, str]:
    return {"iri": thing.iri, "label": thing.label}


def _item_json(item: Item) -> dict[str, Any]:
    basis = item.basis
    return {
        **_named(item.thing),
        "kind": _named(item.kind),
        "level": item.level,
        "part_of": [_named(whole) for whole in item.wholes],
        "belongs_by": item.way or None,
        "basis": basis
        and {
            "interpreted": basis.interpreted,
            "graph": _named(basis.graph),
            "by": basis.by or None,
            "date": basis.date or None,
            "grounds": basis.grounds or None,
            "sources": [vars(source) for source in basis.sources],
        },
        "also": [_named(theme) for theme in item.also],
    }


def _cell_json(cell: Cell, region: Named) -> dict[str, Any]:
    return {
        "region": _named(region),
        "state": cell.state,
        "levels": dict(cell.levels),
        "items": [_item_json(item) for item in cell.items],
        "narrower": [{**_named(near.theme), "count": near.count} for near in cell.narrower],
        "wider": [{**_named(near.theme), "count": near.count} for near in cell.wider],
    }


def _document_json(document: Document) -> dict[str, Any]:
    return {
        **_named(document.thing),
        "kind": _named(document.kind),
        "level": document.level,
        "period": document.period or None,
        "belongs_by": document.way,
        "fully_read": document.is_read,
    }


def to_json(comparison: Comparison, store: Store, lang: str) -> str:
    """The regions with what is unknown and unthemed, and the themes with a cell for each region."""
    del lang
    sides = [
        {
            **_named(side.region),
            "documents": [_document_json(document) for document in side.documents],
            "lacks": [_named(row.theme) for row in comparison.lacks(i)],
            "unthemed": [_item_json(item) for item in side.unthemed],
            "unknown": {
                level: [{**vars(gap), "about": _named(gap.about)} for gap in gaps]
                for level, gaps in side.unknown.items()
            },
        }
        for i, side in enumerate(comparison.sides)
    ]
    themes = [
        {
            **_named(row.theme),
            "broader": [_named(theme) for theme in row.broader],
            "regions": [_cell_json(c, s.region) for c, s in zip(row.cells, comparison.sides, strict=True)],
        }
        for row in comparison.rows
    ]
    stray = [{**_named(s.thing), "kind": _named(s.kind), "parts": s.parts} for s in comparison.stray]
    whole = {"release": store.release(), "regions": sides, "themes": themes, "without_region": stray}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def to_table(comparison: Comparison, store: Store, lang: str) -> bytes:
    """CSV: a row for each thing that has a theme, each lack, and each thing without theme or without region."""
    del store
    rows: list[dict[str, Value]] = []
    for row in comparison.rows:
        for side, cell in zip(comparison.sides, row.cells, strict=True):
            rows += _cell_rows(row.theme, side.region, cell)
    for side in comparison.sides:
        place = _place("region", side.region)
        rows += [{**place, "relation": "unthemed", **_item_row(item)} for item in side.unthemed]
    rows += [{"relation": "no-region", "kind": s.kind.label, **_place("thing", s.thing)} for s in comparison.stray]
    return to_csv(COLUMNS, [[row.get(column, "") for column in COLUMNS] for row in rows], lang)


def _place(column: str, thing: Named) -> dict[str, Value]:
    return {column: Link(thing.iri), f"{column}_label": thing.label}


def _cell_rows(theme: Named, region: Named, cell: Cell) -> Iterator[dict[str, Value]]:
    head = {**_place("theme", theme), **_place("region", region), "state": cell.state, **cell.levels}
    for item in cell.items:
        yield {**head, "relation": "has", **_item_row(item)}
    for near in cell.narrower:
        yield {**head, "relation": "narrower", **_place("thing", near.theme)}
    if not cell.has:
        yield {**head, "relation": "lacks"}
        for near in cell.wider:
            yield {**head, "relation": "wider", **_place("thing", near.theme)}


def _item_row(item: Item) -> dict[str, Value]:
    row: dict[str, Value] = {"level": item.level, "kind": item.kind.label, "part_of": place_text(item)}
    if item.basis:
        basis = item.basis
        row |= {"by": basis.by, "date": basis.date, "grounds": basis.grounds, "sources": sources_text(basis.sources)}
        row |= _place("graph", basis.graph)
    return {**row, **_place("thing", item.thing)}
