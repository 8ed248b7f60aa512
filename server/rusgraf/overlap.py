"""How much do two plans have in common? The stuprör measure of each pair of plans under one strategy.

Six things that plans can share: goals, target groups, methods, bodies, perspectives, and couplings between their
sub-goals. For each: how many both have over how many either has. The measure is one minus the mean of those that are
known, from 0 (everything is shared) to 1 (nothing is). It counts things, not how much they matter; only the same thing
counts as shared, not a wider or narrower one. Layer: domain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from rusgraf.incomplete import known_gaps
from rusgraf.library import find_query
from rusgraf.store import Store
from rusgraf.terms import NamedNode, Term, expand, rus

LINKS = "links"
_PLANS = """PREFIX rus: <https://w3id.org/rusgraf/spec/>
SELECT DISTINCT ?strategi ?plan WHERE { ?plan a rus:Handlingsplan . OPTIONAL { ?plan rus:tillhorStrategi ?strategi } }
"""
_HAVE = """PREFIX rus: <https://w3id.org/rusgraf/spec/>
SELECT ?del ?plan ?ting ?egenskap WHERE { ?del rus:tillhorPlan ?plan . ?del $egenskap ?ting }"""
_GOALS = """PREFIX rus: <https://w3id.org/rusgraf/spec/>
SELECT ?mal WHERE { VALUES ?slag { rus:Effektmal rus:OvergripandeMal } ?mal a ?slag }"""
_COUPLED = """PREFIX rus: <https://w3id.org/rusgraf/spec/>
SELECT DISTINCT ?ena ?andra ?plan ?motplan WHERE {
  { ?ena rus:samordnasMed ?andra }
  UNION { ?aktivitet rus:avserDelmal ?ena . ?aktivitet rus:avserDelmal ?andra }
  UNION { ?ena rus:foljsUppMed ?indikator . ?andra rus:foljsUppMed ?indikator . ?indikator a rus:Indikator }
  ?ena a rus:Delmal . ?andra a rus:Delmal .
  ?ena rus:tillhorPlan ?plan . ?andra rus:tillhorPlan ?motplan
  FILTER(STR(?plan) < STR(?motplan))
}"""
_WAYS = {"rus:avserDelmal", "rus:avserOmrade", "rus:ingarI"}  # how a role comes to be one in a plan, no roles
_UNCOUPLED = "luckor/delmalspar-utan-koppling"
Things = dict[str, set[Term]]
Pair = tuple[NamedNode, NamedNode]


@cache
def dimensions() -> dict[str, tuple[NamedNode, ...]]:
    """What plans can share, and the properties that say so; the roles are those of the rule about them."""
    roles = (name for name, _ in find_query("luckor/aktor-i-en-plan").tested if name not in _WAYS)
    return {
        "goals": (rus("bidrarTill"),),
        "groups": (rus("riktarSigTill"),),
        "methods": (rus("anvander"),),
        "bodies": tuple(expand(role) for role in roles),
        "perspectives": (rus("beaktar"),),
    }


@dataclass(frozen=True)
class Share:
    """One thing that two plans can share: how many both have, how many either has, whether both plans are recorded."""

    name: str
    both: int
    either: int
    known: bool


@dataclass(frozen=True)
class Overlap:
    """Two plans, what they share, and the measure over what is known (None when nothing is)."""

    plan: NamedNode
    other: NamedNode
    shares: tuple[Share, ...]

    @property
    def measure(self) -> float | None:
        """0 (everything that is known is shared) to 1 (nothing is); None when nothing is known."""
        known = [s.both / s.either for s in self.shares if s.known and s.either]
        return round(1 - sum(known) / len(known), 2) if known else None


class Overlaps:
    """What the plans, and their parts, have: read once from a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._gaps = known_gaps(store, "sv")
        self.plans: dict[Term | None, list[NamedNode]] = defaultdict(list)
        for strategy, plan in store.select(_PLANS, any_order=True).rows:
            if isinstance(plan, NamedNode):
                self.plans[strategy].append(plan)
        for plans in self.plans.values():
            plans.sort(key=lambda plan: plan.value)
        self.goals = {row[0] for row in store.select(_GOALS, any_order=True).rows}
        self._of: dict[Term, Things] = {}
        for name, properties in dimensions().items():
            for found in (store.select(_HAVE, {"egenskap": p}, any_order=True) for p in properties):
                for part, plan, thing, _ in found.rows:
                    if part and plan and thing and (name != "goals" or thing in self.goals):
                        for owner in {part, plan}:
                            self._of.setdefault(owner, {}).setdefault(name, set()).add(thing)

    def of(self, thing: Term) -> Things:
        """What a plan (with its parts) or a part has, by dimension."""
        return self._of.get(thing, {})

    def alike(self, one: Term, other: Term) -> float:
        """Of all that either of two things has, how much both have: 0 to 1."""
        mine, theirs = ({(name, t) for name, ts in self.of(x).items() for t in ts} for x in (one, other))
        return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0

    def contributors(self) -> dict[Term, set[NamedNode]]:
        """The plans that contribute to each goal, themselves or through their parts."""
        found: dict[Term, set[NamedNode]] = {}
        for plan in {p for plans in self.plans.values() for p in plans}:
            for goal in self.of(plan).get("goals", ()):
                found.setdefault(goal, set()).add(plan)
        return found

    def pairs(self) -> list[Overlap]:
        """Each two plans under one strategy, in order of their identifiers."""
        coupled, uncoupled = self._couplings()
        found = []
        for pair in sorted({p for plans in self.plans.values() for p in combinations(plans, 2)}, key=str):
            shares = [self._share(name, pair) for name in dimensions()]
            both, apart = coupled.get(pair, set()), uncoupled.get(pair, set())
            known = self._known(pair, [name for name, _ in find_query(_UNCOUPLED).tested])
            found.append(Overlap(*pair, (*shares, Share(LINKS, len(both), len(both | apart), known))))
        return found

    def _share(self, name: str, pair: Pair) -> Share:
        mine, theirs = (self.of(plan).get(name, set()) for plan in pair)
        known = self._known(pair, [p.value for p in dimensions()[name]])
        return Share(name, len(mine & theirs), len(mine | theirs), known)

    def _known(self, pair: Pair, properties: Iterable[str]) -> bool:
        tested = {*map(expand, properties), rus("ingarI")}
        return not any(tested.intersection(self._gaps.get(plan, ())) for plan in pair)

    def _couplings(self) -> tuple[dict[Pair, set[Pair]], dict[Pair, set[Pair]]]:
        """The coupled pairs of sub-goals, and those that share something yet are not coupled, by pair of plans."""
        texts = _COUPLED, find_query(_UNCOUPLED).text
        tables = [self._store.select(text, any_order=True) for text in texts]
        coupled: dict[Pair, set[Pair]] = {}
        uncoupled: dict[Pair, set[Pair]] = {}
        for found, table in zip((coupled, uncoupled), tables, strict=True):
            for row in table.rows:
                one, other, plan, against = (t for t in (*row[:2], *row[-2:]) if isinstance(t, NamedNode))
                found.setdefault((plan, against), set()).add((one, other))
        return coupled, uncoupled
