"""How much does a finding weigh? A number that is shown with its parts, so that findings can be put in order.

``value = severity · (1 + plans + shared + uncovered)``, from 1 to 12:

* severity: 3 high, 2 medium, 1 low, as the rule says;
* plans: the share of the strategy's plans that the finding is about;
* shared: of what the two things or plans have, the share that both have (0 when the finding is about one);
* uncovered: the share of the strategy's plans that do not contribute to the goals concerned, on average.

It is an order to read in. It says nothing of effect, cost or urgency, and is not to be compared between regions.
Layer: domain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rusgraf.library import SEVERITIES
from rusgraf.overlap import Overlaps
from rusgraf.store import Store
from rusgraf.terms import NamedNode, rus


@dataclass(frozen=True)
class Rank:
    """The weight of a finding and its parts (see the module)."""

    value: float
    severity: int
    plans: float
    shared: float
    uncovered: float


class Ranks:
    """Weighs the findings of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.overlaps = Overlaps(store)
        self._contributors = self.overlaps.contributors()

    def of(self, severity: str, row: Mapping[str, NamedNode], plans: Sequence[NamedNode]) -> Rank:
        """The weight of a finding: its rule's severity, its row (column → thing) and the plans that it is about."""
        focus = row["fokus"]
        grade = len(SEVERITIES) - SEVERITIES.index(severity)
        under = self._siblings([*plans, focus])
        several = len(plans) / len(under) if under else 0.0
        two = (focus, row["motpart"]) if "motpart" in row else (row.get("plan"), row.get("motplan"))
        shared = self.overlaps.alike(two[0], two[1]) if two[0] and two[1] else 0.0
        uncovered = self._uncovered(focus, under)
        several = min(several, 1.0)
        return Rank(
            round(grade * (1 + several + shared + uncovered), 2),
            grade,
            round(several, 2),
            round(shared, 2),
            round(uncovered, 2),
        )

    def _siblings(self, things: Sequence[NamedNode]) -> set[NamedNode]:
        """The plans under the strategies of things."""
        strategies = {s for t in things for s in self._store.objects(t, rus("tillhorStrategi"))}
        return {p for s in strategies for p in self.overlaps.plans.get(s, ())}

    def _uncovered(self, focus: NamedNode, under: set[NamedNode]) -> float:
        goals = {focus} & self.overlaps.goals or self.overlaps.of(focus).get("goals", set())
        if not goals or not under:
            return 0.0
        return sum(1 - len(self._contributors.get(g, set()) & under) / len(under) for g in goals) / len(goals)
