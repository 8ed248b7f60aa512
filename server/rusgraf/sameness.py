"""What do two versions say of the same things, and what may be the same under another IRI?

Things are the same by IRI; the two versions themselves, and a thing and the one it ``prov:wasRevisionOf``, count as
one. What is dropped and added under a name that is near may be the same; that is only said, never taken for so.
Layer: domain.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rusgraf.passages import Passage, passages
from rusgraf.terms import PREF_LABEL, RDF_TYPE, Literal, NamedNode, Quad, Term, expand, rus
from rusgraf.versions import Version

NEAR = 75  # per cent
MAX_PAIRS = 1_000_000  # of names; in a larger group near ones are not looked for
_ABOUT_THE_GRAPH = {rus(c) for c in ("Graf", "Kallhanvisning", "Kalldokument", "Ofullstandighet")}
_NOT_THE_PLAN = {RDF_TYPE, PREF_LABEL, rus("kalla")} | {
    expand(p) for p in ("dcterms:description", "dcterms:created", "dcterms:source", "skos:note", "rdfs:seeAlso")
}


@dataclass(frozen=True)
class Side:
    """What one version says of each thing: its classes, its statements, its names by language, its passages.

    Left out is what is said of the graph and of the sources, of nameless (blank) nodes, and in our own words.
    """

    kinds: Mapping[Term, set[Term]]
    says: Mapping[Term, Mapping[NamedNode, set[Term]]]
    names: Mapping[Term, Mapping[str | None, str]]
    passages: Mapping[Term, set[Passage]]


def sides(a: Version, b: Version) -> tuple[Side, Side]:
    """Both versions, the IRIs of `b` exchanged for those of `a` that they are the same as."""
    same = _same(a, b)
    return _side(a, b, same), _side(b, a, same)


def _side(version: Version, other: Version, same: Mapping[Term, Term]) -> Side:
    about = {q.subject for q in version.quads if q.predicate == RDF_TYPE and q.object in _ABOUT_THE_GRAPH}
    about |= {node for node in (version.graph, other.graph, other.version) if node and node != version.version}
    told = [q for q in version.quads if q.subject not in about and isinstance(q.subject, NamedNode)]
    kinds: dict[Term, set[Term]] = defaultdict(set)
    says: dict[Term, dict[NamedNode, set[Term]]] = {}
    names: dict[Term, dict[str | None, str]] = defaultdict(dict)
    for quad in told:
        subject, value = same.get(quad.subject, quad.subject), same.get(quad.object, quad.object)
        said = says.setdefault(subject, defaultdict(set))
        if quad.predicate == RDF_TYPE:
            kinds[subject].add(value)
        elif quad.predicate == PREF_LABEL and isinstance(value, Literal):
            names[subject][value.language] = value.value
        elif quad.predicate not in _NOT_THE_PLAN and _is_compared(value) and value != subject:
            said[quad.predicate].add(value)
    held = passages(version.quads)
    rests = {same.get(t, t): held[t] for t in {q.subject for q in told} - {version.version} if t in held}
    return Side(kinds, says, names, rests)


def _is_compared(term: Term) -> bool:
    return isinstance(term, NamedNode) or (isinstance(term, Literal) and term.language in (None, "sv"))


def _same(a: Version, b: Version) -> dict[Term, Term]:
    """IRI in `b` → the one in `a` that it is the same as. A thing that became two, or two that became one, is not."""
    in_a, in_b = ({q.subject for q in v.quads if q.predicate == RDF_TYPE} for v in (a, b))
    pairs: set[tuple[Term, Term]] = set()
    for quad in _revisions((*a.quads, *b.quads)):
        for one, other in ((quad.subject, quad.object), (quad.object, quad.subject)):
            if one in in_a - in_b and other in in_b - in_a:
                pairs.add((one, other))
    times = Counter(t for pair in pairs for t in pair)
    same = {other: one for one, other in pairs if times[one] == times[other] == 1}
    return {**same, b.version: a.version} if a.version and b.version else same


def _revisions(quads: Iterable[Quad]) -> Iterable[Quad]:
    return (q for q in quads if q.predicate == expand("prov:wasRevisionOf"))


@dataclass(frozen=True)
class Candidate:
    """A dropped or added thing: its name, and what it must have in common with its match (class and place)."""

    thing: Term
    name: str
    common: object


def near(gone: Iterable[Candidate], came: Iterable[Candidate]) -> list[tuple[Term, Term, int]]:
    """Pairs of a dropped and an added thing with near names, the nearest first, each thing once; how near, in per cent.

    100 when the same words stand in any order, whatever their case; else the share of letters in common.
    """
    from rapidfuzz import fuzz, process

    groups: dict[object, tuple[list[Candidate], list[Candidate]]] = defaultdict(lambda: ([], []))
    for index, candidates in enumerate((gone, came)):
        for candidate in candidates:
            groups[candidate.common][index].append(candidate)
    found: list[tuple[int, str, str, Term, Term]] = []
    for left, right in groups.values():
        if len(left) * len(right) <= MAX_PAIRS:  # all against all is quadratic: not for groups larger than this
            names = {c.thing: c.name.casefold() for c in right}
            for c in left:
                hits = process.extract(
                    c.name.casefold(), names, scorer=fuzz.token_sort_ratio, score_cutoff=NEAR, limit=len(names)
                )
                found += [(-round(score), str(c.thing), str(other), c.thing, other) for _, score, other in hits]
    pairs: dict[Term, tuple[Term, Term, int]] = {}
    for score, _, _, one, other in sorted(found, key=lambda row: row[:3]):
        if one not in pairs and other not in pairs:
            pairs[one] = pairs[other] = (one, other, -score)
    return list(dict.fromkeys(pairs.values()))
