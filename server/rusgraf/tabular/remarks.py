"""What does a workbook tell of a table beside its values? Its hidden, merged, wrong and uncalculated cells.

Layer: domain; standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from rusgraf.tabular.faults import Faults
from rusgraf.tabular.model import Cell, Grid, Place, Table, letters


def tell_facts(grid: Grid, table: Table, last: int, faults: Faults) -> None:
    """Tell the facts of a sheet that lie in a table, whose rows go to `last`."""
    facts, names = grid.facts, {number: name for name, number in table.columns.items()}

    def inside(cell: Cell) -> bool:
        return table.row < cell[0] <= last and cell[1] in names

    for cell, seen in facts.errors.items():
        if inside(cell):
            faults.tell("error-value", table.place(names[cell[1]], cell[0]), seen=seen)
    for cell in facts.uncalculated:
        if inside(cell):
            faults.tell("uncalculated-formula", table.place(names[cell[1]], cell[0]))
    hidden = [row for row in facts.hidden_rows if table.row < row <= last]
    if hidden:
        faults.tell("hidden-rows", table.place("", hidden[0]), seen=_ranges(hidden))
    for number, name in names.items():
        if any(low <= number <= high for low, high in facts.hidden_columns):
            faults.tell("hidden-column", table.place(name), column=name)
    _tell_merges(grid, table, last, faults)


def _tell_merges(grid: Grid, table: Table, last: int, faults: Faults) -> None:
    """Ranges merged over several rows of the table: only the first row has the value."""
    for (top, left), (bottom, right) in grid.facts.merges:
        names = [name for name, number in table.columns.items() if left <= number <= right]
        if names and table.row < top <= last and top < bottom:
            place = Place(table.sheet, top, left, names[0])
            faults.tell("merged-rows", place, range=f"{letters(left)}{top}:{letters(right)}{bottom}")


def _ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers in short.

    >>> _ranges([3, 4, 5, 9])
    '3–5, 9'
    """
    ordered = list(numbers)
    starts = [ordered[0], *(b for a, b in pairwise(ordered) if b - a > 1)]
    ends = [*(a for a, b in pairwise(ordered) if b - a > 1), ordered[-1]]
    return ", ".join(f"{a}–{b}" if b > a else f"{a}" for a, b in zip(starts, ends, strict=True))
