"""What differs between two versions of a plan, in plan words, and what does that do to the findings?

Names are compared in Swedish, as the plan gives them; descriptions and translations are our own words and are not
compared. Sources count by the fingerprints of their passages alone. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rusgraf import versions
from rusgraf.findings import find
from rusgraf.incomplete import Named
from rusgraf.passages import reworded
from rusgraf.report import relation
from rusgraf.sameness import Candidate, Side, near, sides
from rusgraf.store import DERIVED, Store
from rusgraf.terms import RDF_TYPE, Literal, NamedNode, Term, expand, rus
from rusgraf.versions import Version
from rusgraf.whatif import Effect, compare
from rusgraf.wording import say

WHAT = ("dropped", "added", "near", "renamed", "body", "link", "period", "value", "reworded", "unknown")
_SERVES = (rus("avserDelmal"), rus("avserOmrade"))
_DATES = {expand(f"xsd:{name}") for name in ("date", "gYearMonth", "gYear", "dateTime")}


@dataclass(frozen=True)
class Change:
    """One difference: one of WHAT, the kind of thing, the thing, the property (None for the thing itself).

    It is `unknown` when the version that does not say it is ``rus:ofullstandigFor`` what would say it (contract §3).
    `before` is what only the first version says and `after` what only the second says: names, never IRIs; of a passage
    its fingerprint. `note` says what a thing points to, how near two names are, or which section was reworded.
    """

    what: str
    kind: str
    thing: Named
    property: Named | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Diff:
    """The changes from `a` to `b`, and what comes of them.

    `unchanged` counts the things in both that are alike; `passages` those that only one version rests on, with nothing
    instead in the same section; `answering` are the documents that answer to `a` and not to `b`; `effect` is what
    happens to the findings when `b` is in force instead of `a`, or, `side_by_side`, when the newer joins the older.
    """

    a: Version
    b: Version
    changes: tuple[Change, ...]
    unchanged: int
    passages: tuple[int, int]
    answering: tuple[Named, ...]
    side_by_side: bool
    effect: Effect


def diff(store: Store, a: Version, b: Version, *, lang: str = "sv", asserted: bool = False) -> Diff:
    """What differs from version `a` to version `b`; BadParameter when they are versions of different documents."""
    versions.check_pair(a, b)
    work = _Comparison(store, a, b, lang)
    changes = tuple(sorted(work.changes(), key=_order))
    both = versions.is_side_by_side(a, b, store)
    is_backwards = both and versions.is_revision(a, b)
    before = versions.in_force(store, [a, b] if is_backwards else [a], [b], asserted=asserted)
    after = versions.in_force(store, [a, b] if both and not is_backwards else [b], [a], asserted=asserted)
    return Diff(
        a,
        b,
        changes,
        len({t.value for t in work.kept} - {c.thing.iri for c in changes}),
        work.lost_passages,
        tuple(_answering(before if is_backwards else after, a, b, lang)),
        both,
        compare(find(before, lang=lang), find(after, lang=lang)),
    )


def _order(change: Change) -> tuple[int, str, str, str, str]:
    about = change.property.label if change.property else ""
    return WHAT.index(change.what), change.kind, change.thing.label, about, change.note


def _answering(store: Store, a: Version, b: Version, lang: str) -> list[Named]:
    """The documents that answer to version `a` and not to `b`, by name."""
    if a.version is None or b.version is None:
        return []
    old, new = ({q.subject for q in store.default(None, rus("tillhorVersion"), v)} for v in (a.version, b.version))
    documents = {q.subject for q in store.default(None, RDF_TYPE, rus("Styrdokument"))}
    found = [Named(t.value, store.label(t, lang)) for t in (old - new) & documents if isinstance(t, NamedNode)]
    return sorted(found, key=lambda named: (named.label, named.iri))


def _pointing(side: Side) -> dict[Term, list[tuple[NamedNode, Term]]]:
    """For each thing the properties by which something points to it, and what does."""
    found: dict[Term, list[tuple[NamedNode, Term]]] = {}
    for thing, said in side.says.items():
        for predicate, objects in said.items():
            for target in objects:
                found.setdefault(target, []).append((predicate, thing))
    return found


class _Comparison:
    """Finds the changes between two versions; holds what all of them need."""

    def __init__(self, store: Store, a: Version, b: Version, lang: str) -> None:
        self.store, self.lang, self.version = store, lang, a.version
        self.whole = (a.version, a.document)
        self.a, self.b = sides(a, b)
        self.kept = [t for t in self.a.says if t in self.b.says and isinstance(t, NamedNode)]
        self.bodies = {q.subject for q in store.default(None, expand("rdfs:range"), rus("Aktor"))}
        self.rewordings, self.lost_passages = reworded(self.a.passages, self.b.passages, self.kept)

    def changes(self) -> Iterator[Change]:
        """Every change, in no order."""
        yield from self.wholes()
        for thing in self.kept:
            yield from self.details(thing)
        for r in self.rewordings:
            gone, came = (tuple(p.digest for p in some) for some in (r.gone, r.came))
            lengths = " → ".join(" + ".join(p.length for p in some) for some in (r.gone, r.came))
            note = f"{r.section} ({lengths} {say('characters', self.lang)})"
            yield Change("reworded", *self.about(r.thing), None, gone, came, note)

    def wholes(self) -> Iterator[Change]:
        """The things that only one version has."""
        both = {*self.kept, *self.whole}  # a version need not speak of its document
        gone = [t for t in self.a.kinds if t not in both]
        came = [t for t in self.b.kinds if t not in both]
        pairs = near((self.candidate(self.a, t) for t in gone), (self.candidate(self.b, t) for t in came))
        for one, other, score in pairs:
            names = (self.name(self.a, one),), (self.name(self.b, other),)
            yield Change("near", *self.about(one), None, *names, f"{score} %")
        paired = {t for one, other, _ in pairs for t in (one, other)}
        yield from self.only("dropped", self.a, self.b, [t for t in gone if t not in paired])
        yield from self.only("added", self.b, self.a, [t for t in came if t not in paired])

    def only(self, what: str, side: Side, other_side: Side, things: list[Term]) -> Iterator[Change]:
        """Things of one side that the other does not have, or is not known to have."""
        pointing = _pointing(side)
        for thing in things:
            ways = [(rus("ingarI"), thing), *((p, thing) for p in _SERVES if p in side.says[thing])]
            ways += pointing.get(thing, [])
            is_unknown = any(self.is_unknown(other_side, p, t) for p, t in ways)
            name = (self.name(side, thing),)
            before, after = (name, ()) if side is self.a else ((), name)
            links = self.links(side, thing)
            yield Change("unknown" if is_unknown else what, *self.about(thing), None, before, after, links)

    def is_unknown(self, side: Side, predicate: NamedNode, thing: Term) -> bool:
        """Whether a side is known not to hold all that its version says of a thing by a property."""
        known_gaps = (side.says.get(t, {}).get(rus("ofullstandigFor"), set()) for t in (thing, *self.whole) if t)
        return any(predicate in properties for properties in known_gaps)

    def candidate(self, side: Side, thing: Term) -> Candidate:
        place = side.says[thing].get(rus("ingarI"), set())
        return Candidate(thing, self.name(side, thing), (frozenset(side.kinds[thing]), frozenset(place)))

    def links(self, side: Side, thing: Term) -> str:
        """What a thing points to, in words."""
        said = ((self.relation(p), ", ".join(self.labels(side, terms))) for p, terms in side.says[thing].items())
        return "; ".join(f"{about}: {terms}" for about, terms in sorted(said))

    def details(self, thing: NamedNode) -> Iterator[Change]:
        """What differs about a thing that both versions have."""
        old, new = (side.names.get(thing, {}).get("sv") for side in (self.a, self.b))
        if old and new and old != new and thing != self.version:
            names = (self.name(self.a, thing),), (self.name(self.b, thing),)
            yield Change("renamed", *self.about(thing), None, *names)
        said, says = self.a.says[thing], self.b.says[thing]
        for predicate in {*said, *says}:
            gone = said.get(predicate, set()) - says.get(predicate, set())
            came = says.get(predicate, set()) - said.get(predicate, set())
            about = Named(predicate.value, self.relation(predicate))
            before, after = tuple(self.labels(self.a, gone)), tuple(self.labels(self.b, came))
            if before and self.is_unknown(self.b, predicate, thing):
                yield Change("unknown", *self.about(thing), about, before, ())
                before = ()
            if after and self.is_unknown(self.a, predicate, thing):
                yield Change("unknown", *self.about(thing), about, (), after)
                after = ()
            if before or after:
                yield Change(self.what(predicate, gone | came), *self.about(thing), about, before, after)

    def what(self, predicate: NamedNode, terms: set[Term]) -> str:
        """Which of WHAT a difference in a property is."""
        if predicate in self.bodies:
            return "body"
        literals = [t for t in terms if isinstance(t, Literal)]
        if not literals:
            return "link"
        return "period" if all(t.datatype in _DATES for t in literals) else "value"

    def about(self, thing: Term) -> tuple[str, Named]:
        """The kind of a thing, and the thing as the second version names it, or else the first."""
        side = self.b if thing in self.b.says else self.a
        iri = thing.value if isinstance(thing, NamedNode) else str(thing)
        known = (q for q in self.store.quads(thing, RDF_TYPE) if isinstance(q.graph_name, NamedNode))
        kinds = side.kinds.get(thing) or {q.object for q in known if q.graph_name != DERIVED}
        names = sorted(self.relation(k) for k in kinds if isinstance(k, NamedNode))
        return ", ".join(names), Named(iri, self.name(side, thing))

    def relation(self, term: NamedNode) -> str:
        return relation(term, self.store, self.lang)

    def name(self, side: Side, term: Term) -> str:
        """The name that a side gives a thing, in the language asked for, else the one in the data."""
        names = side.names.get(term, {})
        return names.get(self.lang) or names.get("sv") or self.store.label(term, self.lang)

    def labels(self, side: Side, terms: Iterable[Term]) -> list[str]:
        return sorted(self.name(side, t) for t in terms)
