"""What do the plans hold side by side? Two tables that a person looks at rather than reads.

Plan × effektmål (who contributes to what, and where that is not known) and delmål × delmål for each two
plans (which pairs share something yet are not coupled). Layer: domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rusgraf.findings import Finding
from rusgraf.incomplete import Named
from rusgraf.store import Store
from rusgraf.terms import NamedNode, rus

_GOALS = """PREFIX rus: <https://w3id.org/rusgraf/spec/>
SELECT ?mal ?strategi (MIN(?nummer) AS ?plats) WHERE {
  ?mal a rus:Effektmal ; rus:tillhorStrategi ?strategi .
  OPTIONAL { ?mal rus:ingarI/rus:ordning ?stor . ?mal rus:ordning ?liten . BIND(100 * ?stor + ?liten AS ?nummer) }
} GROUP BY ?mal ?strategi ORDER BY ?strategi ?plats ?mal"""
_PLANS = """PREFIX rus: <https://w3id.org/rusgraf/spec/>
SELECT DISTINCT ?plan ?strategi WHERE { ?plan a rus:Handlingsplan ; rus:tillhorStrategi ?strategi }
ORDER BY ?strategi ?plan"""
_DELMAL = """PREFIX rus: <https://w3id.org/rusgraf/spec/>
SELECT ?delmal ?plan (MIN(?nummer) AS ?plats) WHERE { ?delmal a rus:Delmal ; rus:tillhorPlan $plan
  OPTIONAL { ?delmal rus:ordning ?nummer } } GROUP BY ?delmal ?plan ORDER BY ?plats ?delmal"""


@dataclass(frozen=True)
class Cell:
    """A square: `state` is yes, interpreted, no, unknown or a finding's state; `finding` the id, or ""."""

    state: str
    finding: str = ""


@dataclass(frozen=True)
class Matrix:
    """A table: what it shows, its columns, and its rows with one cell a column."""

    title: Named
    other: Named | None
    columns: tuple[Named, ...]
    rows: tuple[tuple[Named, tuple[Cell, ...]], ...]


def goals(store: Store, lang: str) -> list[Matrix]:
    """One matrix effektmål × plan for each strategy that has effektmål and plans."""
    table = store.select(_GOALS).rows
    plans = store.select(_PLANS).rows
    found = []
    for strategy in dict.fromkeys(s for _, s, _ in table):
        columns = [p for p, s in plans if s == strategy and isinstance(p, NamedNode)]
        under = [m for m, s, _ in table if s == strategy and isinstance(m, NamedNode)]
        rows = tuple((_named(store, m, lang), _contributions(store, m, columns)) for m in under)
        if columns and isinstance(strategy, NamedNode):
            heads = tuple(_named(store, p, lang) for p in columns)
            found.append(Matrix(_named(store, strategy, lang), None, heads, rows))
    return found


def _contributions(store: Store, goal: NamedNode, plans: list[NamedNode]) -> tuple[Cell, ...]:
    """For each plan whether it says that it contributes to the goal, somebody concludes so, or it is not known."""
    interpretations = set(store.interpretations())
    states: dict[NamedNode, str] = {}
    for quad in store.default(None, rus("bidrarTill"), goal):
        stated = any(g not in interpretations for g in store.stating(quad))
        for plan in store.objects(quad.subject, rus("tillhorPlan")):
            if isinstance(plan, NamedNode) and states.get(plan) != "yes":
                states[plan] = "yes" if stated else "interpreted"
    unknown = {p for p in plans if any(store.default(p, rus("ofullstandigFor"), rus("bidrarTill")))}
    return tuple(Cell(states.get(p) or ("unknown" if p in unknown else "no")) for p in plans)


def pairs(store: Store, findings: Sequence[Finding], lang: str) -> list[Matrix]:
    """One matrix delmål × delmål for each two plans between which a pair lacks a coupling."""
    gaps: dict[tuple[str, str], dict[tuple[str, str], Finding]] = {}
    for f in findings:
        if f.rule == "delmalspar-utan-koppling" and f.counterpart and len(f.plans) == 2:
            plans = (f.plans[0].iri, f.plans[1].iri)
            gaps.setdefault(plans, {})[f.focus.iri, f.counterpart.iri] = f
    return [_pair(store, NamedNode(a), NamedNode(b), found, lang) for (a, b), found in sorted(gaps.items())]


def _pair(store: Store, one: NamedNode, other: NamedNode, gaps: dict[tuple[str, str], Finding], lang: str) -> Matrix:
    across, down = _delmal(store, other), _delmal(store, one)
    rows = []
    for row in down:
        cells = []
        for column in across:
            gap = gaps.get((row.value, column.value))
            coupled = any(store.default(row, rus("samordnasMed"), column))
            cells.append(Cell(gap.status, gap.id) if gap else Cell("yes" if coupled else "no"))
        rows.append((_named(store, row, lang), tuple(cells)))
    return Matrix(
        _named(store, one, lang), _named(store, other, lang), tuple(_named(store, c, lang) for c in across), tuple(rows)
    )


def _delmal(store: Store, plan: NamedNode) -> list[NamedNode]:
    return [d for d, *_ in store.select(_DELMAL, {"plan": plan}).rows if isinstance(d, NamedNode)]


def _named(store: Store, thing: NamedNode, lang: str) -> Named:
    return Named(thing.value, store.label(thing, lang))
