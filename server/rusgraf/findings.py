"""Where are the plans stuprör? The findings of the rules, each with state, evidence, sources and cure.

A rule is one query of ``queries/luckor/``; a row is a finding. Its state follows by one mechanism from
what the rule's head declares (contract §3): `waived` when a waiver in force names it, `unknown` when
something the finding rests on is ``rus:ofullstandigFor`` a property whose absence the rule tests, else
`confirmed`. Not done here: rendering (``report``). Layer: domain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rusgraf.errors import BadParameter, unknown
from rusgraf.evidence import Evidence, Source
from rusgraf.incomplete import Gap, Named, known_gaps
from rusgraf.library import COLUMNS, LEVELS, Query, rules
from rusgraf.links import Option, options
from rusgraf.rank import Rank, Ranks
from rusgraf.store import Store
from rusgraf.terms import RDF_TYPE, NamedNode, Quad, expand, rus
from rusgraf.waivers import Lapsed, Waiver, basis
from rusgraf.waivers import read as read_waivers

STATES = ("confirmed", "unknown", "waived")


@dataclass(frozen=True)
class Finding:
    """One gap: the fields of contract §4, with texts in one language.

    `interpreted` when it would not be there without somebody's interpretation; `level` is plan (shallow) or delmal
    (deep); `missing` are the links that would close it, one option of several; `rank` is its weight; `basis` tells
    whether it still rests on the same.
    """

    id: str
    rule: str
    status: str
    severity: str
    focus: Named
    counterpart: Named | None
    shared: Named | None
    plans: tuple[Named, ...]
    explanation: str
    evidence: tuple[Quad, ...]
    sources: tuple[Source, ...]
    closes: str
    unknown_because: tuple[Gap, ...]
    waiver: Waiver | None
    interpreted: bool
    level: str
    missing: tuple[Option, ...]
    rank: Rank
    basis: str


Row = Mapping[str, NamedNode]


def finding_id(rule: str, row: Row) -> str:
    """The id of a finding: rule, and a hash of the things; not of what they share, which only explains it."""
    things = [row[c].value if c in row else "" for c in COLUMNS if c != "gemensam"]
    return f"{rule}/{hashlib.sha256(chr(10).join([rule, *things]).encode()).hexdigest()[:10]}"


def rows(query: Query, store: Store) -> list[Row]:
    """The rows of a rule: column to thing, unbound columns left out."""
    table = store.select(query.text, any_order=True)
    return [{c: t for c, t in zip(table.columns, row, strict=True) if isinstance(t, NamedNode)} for row in table.rows]


def choose(names: Sequence[str]) -> list[Query]:
    """The rules of these names, all when none is given; an unknown name raises with the nearest."""
    known = {rule.name: rule for rule in rules()}
    for name in names:
        if name not in known:
            raise unknown(name, known, ("ingen regel", "no rule"))
    return [known[name] for name in names] if names else list(known.values())


def find(store: Store, *, lang: str = "sv", only: Sequence[str] = (), today: date | None = None) -> list[Finding]:
    """The findings in `store`, by state, weight, rule and names; `only` names rules, all when empty."""
    return find_in(store, [lang], only=only, today=today)[lang]


def find_in(
    store: Store, langs: Iterable[str], *, only: Sequence[str] = (), today: date | None = None
) -> dict[str, list[Finding]]:
    """The same in several languages; what is the same in all of them is worked out once."""
    ground, day = _Ground(store), today or date.today()
    makers = {lang: _Maker(ground, lang, day) for lang in langs}
    chosen = [(rule, row) for rule in choose(only) for row in rows(rule, store)]
    return {lang: sorted((maker.make(*one) for one in chosen), key=_order) for lang, maker in makers.items()}


def lapsed(store: Store, today: date | None = None) -> list[Lapsed]:
    """The waivers of `store` that hold for none of its findings, in order of the finding's id."""
    waivers = [w for found in read_waivers(store).values() for w in found]
    here = {f.id: f for f in find(store, today=today)} if waivers else {}
    day = today or date.today()
    lost = []
    for waiver in waivers:
        finding = here.get(waiver.finding)
        if finding is None or not waiver.holds(finding.basis, day):
            why = "expired" if not waiver.in_time(day) else "gone" if finding is None else "changed"
            lost.append(Lapsed(waiver, why))
    return sorted(lost, key=lambda w: (w.waiver.finding, w.waiver.iri))


def narrow(
    found: Iterable[Finding], *, rule: str = "", plan: str = "", status: str = "", level: str = ""
) -> list[Finding]:
    """The findings of a rule, about a plan (IRI), in a state, at a level (plan, delmal); "" does not narrow."""
    if rule:
        choose([rule])
    for value, known in ((status, STATES), (level, LEVELS)):
        if value not in ("", *known):
            raise BadParameter(
                f"Neither state nor level: “{value[:50]}”.",
                f"Give one of {', '.join(known)}.",
                sv=f"Varken läge eller nivå: ”{value[:50]}”.",
                cure_sv=f"Ange något av {', '.join(known)}.",
            )
    return [
        f
        for f in found
        if rule in ("", f.rule)
        and status in ("", f.status)
        and level in ("", f.level)
        and (not plan or plan in {p.iri for p in f.plans})
    ]


def _order(finding: Finding) -> tuple[int, float, str, str, str]:
    return (
        STATES.index(finding.status),
        -finding.rank.value,
        finding.rule,
        finding.focus.label,
        finding.id,
    )


class _Ground:
    """What is the same for all rows of one store, in every language."""

    def __init__(self, store: Store) -> None:
        self.store, self.evidence, self.ranks = store, Evidence(store), Ranks(store)
        self.waivers = read_waivers(store)
        self._asserted = store.asserted() if store.interpretations() else None
        self._stated: dict[str, dict[str, Row]] = {}
        self._statements: dict[tuple[str, NamedNode | None], tuple[Quad, ...]] = {}

    def stated(self, rule: Query, key: str) -> Row | None:
        """The row that the texts alone give for a finding; None when it rests on an interpretation."""
        if self._asserted is None:
            return {}
        if rule.name not in self._stated:
            self._stated[rule.name] = {finding_id(rule.name, r): r for r in rows(rule, self._asserted)}
        return self._stated[rule.name].get(key)

    def statements(self, rule: Query, key: str, row: Row) -> tuple[Quad, ...]:
        """The statements that make the row of a finding."""
        whole = key, row.get("gemensam")
        if whole not in self._statements:
            self._statements[whole] = tuple(self.evidence.of(rule, row))
        return self._statements[whole]


class _Maker:
    """Makes findings of rows in one language."""

    def __init__(self, ground: _Ground, lang: str, today: date) -> None:
        self.ground, self.store, self.lang, self.today = ground, ground.store, lang, today
        self.gaps = known_gaps(self.store, lang)
        self.incomplete_plans = {p: self.strategies(p) for p in self.gaps if self._is_a(p, "Handlingsplan")}

    def named(self, thing: NamedNode) -> Named:
        return Named(thing.value, self.store.label(thing, self.lang))

    def make(self, rule: Query, row: Row) -> Finding:
        key = finding_id(rule.name, row)
        stated = self.ground.stated(rule, key)
        row = {**row, **(stated or {})}
        things = {column: self.named(thing) for column, thing in row.items()}
        quads = self.ground.statements(rule, key, row)
        own = [row[c] for c in ("fokus", "motpart") if c in row]
        reasons = self.unknown_because(rule, row)
        rests_on = basis(quads, (gap.about.iri for gap in reasons))
        waiver = next((w for w in self.ground.waivers.get(key, ()) if w.holds(rests_on, self.today)), None)
        plans = self.plans(row)
        return Finding(
            id=key,
            rule=rule.name,
            status="waived" if waiver else "unknown" if reasons else "confirmed",
            severity=rule.head["severity"],
            focus=things["fokus"],
            counterpart=things.get("motpart"),
            shared=things.get("gemensam"),
            plans=tuple(self.named(p) for p in plans),
            explanation=_fill(self.sentence(rule, bool(reasons)), things),
            evidence=quads,
            sources=tuple(self.ground.evidence.sources(quads, own, self.lang)),
            closes=_fill(rule.say("closes", self.lang), things),
            unknown_because=tuple(reasons),
            waiver=waiver,
            interpreted=stated is None,
            level=rule.head.get("level", LEVELS[-1]),
            missing=options(rule.missing, row),
            rank=self.ground.ranks.of(rule.head["severity"], row, plans),
            basis=rests_on,
        )

    def sentence(self, rule: Query, unknown: bool) -> str:
        """The sentence of a rule: what it finds, or what is not known."""
        doubt = rule.say("explanation_unknown", self.lang) if unknown else ""
        return doubt or rule.say("explanation", self.lang) or rule.say("summary", self.lang)

    def plans(self, row: Row) -> list[NamedNode]:
        """The plans that a row is about: those it names, else those its things belong to."""
        named = [row[c] for c in ("plan", "motplan") if c in row]
        return named or list(dict.fromkeys(p for c in ("fokus", "motpart") if c in row for p in self.own_plans(row[c])))

    def own_plans(self, thing: NamedNode) -> list[NamedNode]:
        return [p for p in self.store.objects(thing, rus("tillhorPlan")) if isinstance(p, NamedNode)]

    def unknown_because(self, rule: Query, row: Row) -> list[Gap]:
        """Why the absence that the rule tests is not known, empty when it is."""
        subjects: dict[NamedNode, set[NamedNode]] = {}
        for name, scope in rule.tested:
            for subject, properties in self.scope(scope, row, expand(name)).items():
                subjects.setdefault(subject, set()).update(properties)
        return [
            gap
            for subject, properties in subjects.items()
            for incomplete, gap in self.gaps.get(subject, {}).items()
            if incomplete in properties
        ]

    def scope(self, scope: str, row: Row, tested: NamedNode) -> dict[NamedNode, set[NamedNode]]:
        """The things that may lack a property that the rule tests, each with what would tell (see docs/findings.md)."""
        if scope in COLUMNS:
            return {row[scope]: {tested}} if scope in row else {}
        own = self.plans(row)
        things = [t for c, t in row.items() if c != "gemensam"] + own
        here: dict[NamedNode, set[NamedNode]] = {} if scope == "others" else {t: {tested} for t in things}
        if scope == "row":
            return here
        peers = self.strategy_scope(row, tested)
        return here | {s: p for s, p in peers.items() if scope == "strategy" or s not in own}

    def strategy_scope(self, row: Row, tested: NamedNode) -> dict[NamedNode, set[NamedNode]]:
        """The incomplete plans that the rule compared, and the strategies: which plans exist may be unknown too.

        For a goal those are the plans under its strategy and those that state none; for a plan its peers, and a plan
        that states no strategy has the others that state none for peers.
        """
        is_goal = self._is_a(row["fokus"], "Mal")
        members = [row["fokus"]] if is_goal else self.plans(row)
        mine = {s for m in members for s in self.strategies(m)}
        scope = {s: {tested, rus("utgarFran")} for s in mine}
        for plan, theirs in self.incomplete_plans.items():
            if mine & theirs or mine == theirs or (is_goal and not (mine and theirs)):
                scope[plan] = {tested}
        return dict(sorted(scope.items(), key=lambda item: item[0].value))

    def strategies(self, thing: NamedNode) -> set[NamedNode]:
        """The strategies and agreements that a goal or plan stands under."""
        return {s for s in self.store.objects(thing, rus("tillhorStrategi")) if isinstance(s, NamedNode)}

    def _is_a(self, thing: NamedNode, kind: str) -> bool:
        return next(self.store.default(thing, RDF_TYPE, rus(kind)), None) is not None


def _fill(template: str, things: Mapping[str, Named]) -> str:
    """The template with ``{fokus}`` and the like replaced by names, in one pass."""
    for column in COLUMNS:
        template = template.replace("{" + column + "}", f"\0{column}\0")
    parts = template.split("\0")
    return "".join(things[p].label if i % 2 and p in things else "–" if i % 2 else p for i, p in enumerate(parts))


def count(findings: Iterable[Finding]) -> dict[str, dict[str, int]]:
    """How many findings of each rule are in each state: rule → state → number."""
    table: dict[str, dict[str, int]] = {}
    for finding in findings:
        row = table.setdefault(finding.rule, dict.fromkeys(STATES, 0))
        row[finding.status] += 1
    return table
