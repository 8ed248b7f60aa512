"""Which findings would a file close and open? Each rule is tried near the new statements, before and after.

Layer: domain.
"""

from __future__ import annotations

from collections.abc import Sequence

from rusgraf.findings import Row, finding_id, rows
from rusgraf.library import Query, rules
from rusgraf.near.patterns import Reach, Values, distinct
from rusgraf.near.read import read
from rusgraf.near.view import View
from rusgraf.store import Store
from rusgraf.terms import NamedNode, Quad

Ids = set[str]


def effect(store: Store, quads: Sequence[Quad], view: View) -> tuple[Ids, Ids]:
    """The ids of the findings that the quads close in `store` and open; `view` is what the store becomes with them."""
    if view.base is not store:
        return _difference(store, view.base)
    try:
        changes = [_changed(rule, view) for rule in rules()]
    except NotImplementedError:
        return _difference(store, store.extended(quads))
    return {i for closed, _ in changes for i in closed}, {i for _, opened in changes for i in opened}


def _difference(store: Store, whole: Store) -> tuple[Ids, Ids]:
    before, after = ({finding_id(r.name, row) for r in rules() for row in rows(r, s)} for s in (store, whole))
    return before - after, after - before


def _changed(rule: Query, view: View) -> tuple[Ids, Ids]:
    """The findings of one rule that go and come."""
    part, _ = read(rule.text)
    starts = distinct(map(_named, part.starts(Reach(view, keep=False))))
    if not starts:
        return set(), set()
    reach = Reach(view)
    for start in starts:
        part.take(reach, start)
    before, after = (
        {finding_id(rule.name, row) for row in rows(rule, s) if any(_fits(row, start) for start in starts)}
        for s in (reach.before(), reach.after())
    )
    return before - after, after - before


def _named(start: Values) -> Values:
    """A start by what makes the id of a finding: rows that differ in anything else are one finding."""
    return {
        column: values
        for column, values in start.items()
        if column != "gemensam" and all(isinstance(value, NamedNode) for value in values)
    }


def _fits(row: Row, start: Values) -> bool:
    """Whether a row has the values of a start; others may look different from here than they are."""
    return all(row[column] in values for column, values in start.items() if column in row)
