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
from rusgraf.library import COLUMNS, SEVERITIES, Query, rules
from rusgraf.store import Store
from rusgraf.terms import RDF_TYPE, Literal, NamedNode, Quad, Term, expand, rus

STATES = ("confirmed", "unknown", "waived")


@dataclass(frozen=True)
class Named:
    """A thing and its name in the language asked for."""

    iri: str
    label: str


@dataclass(frozen=True)
class Gap:
    """A reason why something is not known: what is incomplete, why, and what would decide it."""

    about: Named
    reason: str
    decided_by: str


@dataclass(frozen=True)
class Waiver:
    """A judgement that a finding is no gap: grounds, role, and the last day it holds (ISO, or "")."""

    iri: str
    reason: str
    by: str
    until: str


@dataclass(frozen=True)
class Finding:
    """One gap: the fields of contract §4, with texts in one language; `interpreted` when it would not be
    there without somebody's interpretation."""

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


Row = Mapping[str, NamedNode]


def finding_id(rule: str, row: Row) -> str:
    """The id of a finding: rule, and a hash of the things; not of what they share, which only explains it."""
    things = [row[c].value if c in row else "" for c in COLUMNS if c != "gemensam"]
    return f"{rule}/{hashlib.sha256(chr(10).join([rule, *things]).encode()).hexdigest()[:10]}"


def rows(query: Query, store: Store) -> list[Row]:
    """The rows of a rule: column to thing, unbound columns left out."""
    table = store.select(query.text)
    return [{c: t for c, t in zip(table.columns, row, strict=True) if isinstance(t, NamedNode)} for row in table.rows]


def choose(names: Sequence[str]) -> list[Query]:
    """The rules of these names, all when none is given; an unknown name raises with the nearest."""
    known = {rule.name: rule for rule in rules()}
    for name in names:
        if name not in known:
            raise unknown(name, known, ("ingen regel", "no rule"))
    return [known[name] for name in names] if names else list(known.values())


def find(store: Store, *, lang: str = "sv", only: Sequence[str] = (), today: date | None = None) -> list[Finding]:
    """The findings in `store`, by state, severity, rule and names; `only` names rules, all when empty."""
    maker = _Maker(store, lang, today or date.today())
    return sorted((maker.make(rule, row) for rule in choose(only) for row in rows(rule, store)), key=_order)


def narrow(found: Iterable[Finding], *, rule: str = "", plan: str = "", status: str = "") -> list[Finding]:
    """The findings of a rule, about a plan (IRI), in a state; "" does not narrow."""
    if rule:
        choose([rule])
    if status not in ("", *STATES):
        raise BadParameter(
            f"No state “{status[:50]}”.",
            f"Give one of {', '.join(STATES)}.",
            sv=f"Det finns inget läge ”{status[:50]}”.",
            cure_sv=f"Ange något av {', '.join(STATES)}.",
        )
    return [
        f
        for f in found
        if rule in ("", f.rule) and status in ("", f.status) and (not plan or plan in {p.iri for p in f.plans})
    ]


def _order(finding: Finding) -> tuple[int, int, str, str, str]:
    return (
        STATES.index(finding.status),
        SEVERITIES.index(finding.severity),
        finding.rule,
        finding.focus.label,
        finding.id,
    )


class _Maker:
    """Makes findings of rows; holds what is the same for all rows of one store."""

    def __init__(self, store: Store, lang: str, today: date) -> None:
        self.store, self.lang = store, lang
        self.evidence = Evidence(store)
        self.gaps = _gaps(store, lang)
        self.waivers = _waivers(store, lang, today)
        self._asserted = store.asserted() if store.interpretations() else None
        self._stated: dict[str, dict[str, Row]] = {}

    def named(self, thing: NamedNode) -> Named:
        return Named(thing.value, self.store.label(thing, self.lang))

    def make(self, rule: Query, row: Row) -> Finding:
        key = finding_id(rule.name, row)
        stated = self.stated(rule, key)
        row = {**row, **(stated or {})}
        things = {column: self.named(thing) for column, thing in row.items()}
        quads = self.evidence.of(rule, row)
        own = [row[c] for c in ("fokus", "motpart") if c in row]
        reasons = self.unknown_because(rule, row)
        waiver = self.waivers.get(key)
        return Finding(
            id=key,
            rule=rule.name,
            status="waived" if waiver else "unknown" if reasons else "confirmed",
            severity=rule.head["severity"],
            focus=things["fokus"],
            counterpart=things.get("motpart"),
            shared=things.get("gemensam"),
            plans=tuple(self.named(p) for p in self.plans(row)),
            explanation=_fill(rule.say("explanation", self.lang) or rule.say("summary", self.lang), things),
            evidence=tuple(quads),
            sources=tuple(self.evidence.sources(quads, own, self.lang)),
            closes=_fill(rule.say("closes", self.lang), things),
            unknown_because=tuple(reasons),
            waiver=waiver,
            interpreted=stated is None,
        )

    def plans(self, row: Row) -> list[NamedNode]:
        """The plans that a row is about: those it names, else those its things belong to."""
        named = [row[c] for c in ("plan", "motplan") if c in row]
        return named or list(dict.fromkeys(p for c in ("fokus", "motpart") if c in row for p in self.own_plans(row[c])))

    def own_plans(self, thing: NamedNode) -> list[NamedNode]:
        return [p for p in self.store.objects(thing, rus("tillhorPlan")) if isinstance(p, NamedNode)]

    def unknown_because(self, rule: Query, row: Row) -> list[Gap]:
        """Why the absence that the rule tests is not known, empty when it is."""
        tested = {expand(word) for word in rule.words("tests_absence_of")}
        if not tested:
            return []
        subjects: dict[NamedNode, set[NamedNode]] = dict.fromkeys(
            [t for c, t in row.items() if c != "gemensam"] + self.plans(row), tested
        )
        if rule.head.get("rests_on") == "strategy":
            subjects |= self.strategy_scope(row, tested)
        return [
            gap
            for subject, properties in subjects.items()
            for incomplete, gap in self.gaps.get(subject, {}).items()
            if incomplete in properties
        ]

    def strategy_scope(self, row: Row, tested: set[NamedNode]) -> dict[NamedNode, set[NamedNode]]:
        """All plans under the strategies of the row, and the strategies: which plans exist may be unknown too."""
        scope: dict[NamedNode, set[NamedNode]] = {}
        members = [row[c] for c in ("fokus", "plan", "motplan") if c in row]
        for strategy in {s for m in members for s in self.store.objects(m, rus("tillhorStrategi"))}:
            if isinstance(strategy, NamedNode):
                scope[strategy] = {*tested, rus("utgarFran")}
            for quad in self.store.default(None, rus("tillhorStrategi"), strategy):
                if isinstance(quad.subject, NamedNode) and self._is_plan(quad.subject):
                    scope[quad.subject] = tested
        return dict(sorted(scope.items(), key=lambda item: item[0].value))

    def _is_plan(self, thing: NamedNode) -> bool:
        return next(self.store.default(thing, RDF_TYPE, rus("Handlingsplan")), None) is not None

    def stated(self, rule: Query, key: str) -> Row | None:
        """The row that the texts alone give for a finding; None when it rests on an interpretation."""
        if self._asserted is None:
            return {}
        if rule.name not in self._stated:
            self._stated[rule.name] = {finding_id(rule.name, r): r for r in rows(rule, self._asserted)}
        return self._stated[rule.name].get(key)


def _fill(template: str, things: Mapping[str, Named]) -> str:
    """The template with ``{fokus}`` and the like replaced by names, in one pass."""
    for column in COLUMNS:
        template = template.replace("{" + column + "}", f"\0{column}\0")
    parts = template.split("\0")
    return "".join(things[p].label if i % 2 and p in things else "–" if i % 2 else p for i, p in enumerate(parts))


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".?!" else f"{text}."


def _text(store: Store, subject: Term, predicate: NamedNode, lang: str) -> str:
    """The literal of a property in `lang`, else in Swedish, else any."""
    found = {o.language: o.value for o in store.objects(subject, predicate) if isinstance(o, Literal)}
    return found.get(lang) or found.get("sv") or next(iter(found.values()), "")


def _gaps(store: Store, lang: str) -> dict[NamedNode, dict[NamedNode, Gap]]:
    """What the graph is known not to hold: subject → property → why."""
    reasons: dict[tuple[Term, Term], Term] = {}
    for node in store.default(None, RDF_TYPE, rus("Ofullstandighet")):
        about = [o for p in (rus("avserPlan"), expand("dcterms:subject")) for o in store.objects(node.subject, p)]
        for subject in about:
            for prop in store.objects(node.subject, rus("egenskap")):
                reasons[subject, prop] = node.subject
    found: dict[NamedNode, dict[NamedNode, Gap]] = {}
    for quad in sorted(store.default(None, rus("ofullstandigFor")), key=str):
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, NamedNode):
            continue
        about_thing = Named(quad.subject.value, store.label(quad.subject, lang))
        because = reasons.get((quad.subject, quad.object))
        gap = (
            Gap(about_thing, *(_sentence(_text(store, because, rus(p), lang)) for p in ("orsak", "avgorsAv")))
            if because
            else Gap(about_thing, f"{store.label(quad.object, lang)}: ?", "")
        )
        found.setdefault(quad.subject, {})[quad.object] = gap
    return found


def _waivers(store: Store, lang: str, today: date) -> dict[str, Waiver]:
    """The waivers in force by finding id."""
    found: dict[str, Waiver] = {}
    for quad in store.default(None, RDF_TYPE, rus("Undantag")):
        node = quad.subject
        until = _text(store, node, rus("gallerTill"), lang)
        if until and until < today.isoformat():
            continue
        for key in store.objects(node, rus("avserFynd")):
            if isinstance(key, Literal):
                name = node.value if isinstance(node, NamedNode) else ""
                found[key.value] = Waiver(
                    name, _text(store, node, rus("motivering"), lang), _text(store, node, rus("roll"), lang), until
                )
    return found


def count(findings: Iterable[Finding]) -> dict[str, dict[str, int]]:
    """How many findings of each rule are in each state: rule → state → number."""
    table: dict[str, dict[str, int]] = {}
    for finding in findings:
        row = table.setdefault(finding.rule, dict.fromkeys(STATES, 0))
        row[finding.status] += 1
    return table
