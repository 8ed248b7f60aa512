"""Which passages of a document do two versions of a thing rest on, and which of them were reworded?

A passage is known by its fingerprint alone (contract §3), so this tells that it was reworded, never how. Two sections
are the same when their headings are, numbers left out, or when the one holds most of the unchanged passages of the
other. Layer: domain.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rusgraf.terms import NamedNode, Quad, Term, rus


@dataclass(frozen=True, order=True)
class Passage:
    """A passage: the section that it stands in, the properties that it supports, its fingerprint and length."""

    section: str
    supports: tuple[str, ...]
    digest: str
    length: str


Passages = Mapping[Term, set[Passage]]


def passages(quads: Iterable[Quad]) -> dict[Term, set[Passage]]:
    """The passages with a fingerprint that each thing rests on."""
    told: dict[Term, dict[NamedNode, list[str]]] = defaultdict(lambda: defaultdict(list))
    rests: list[tuple[Term, Term]] = []
    for quad in quads:
        if quad.predicate == rus("kalla"):
            rests.append((quad.subject, quad.object))
        told[quad.subject][quad.predicate].append(getattr(quad.object, "value", ""))
    found: dict[Term, set[Passage]] = defaultdict(set)
    for thing, reference in rests:
        said = {name: sorted(told[reference][rus(name)]) for name in ("avsnitt", "styrker")}
        digest, length = (min(told[reference][rus(f"fingeravtryck{n}")], default="") for n in ("Summa", "Langd"))
        if digest:
            found[thing].add(Passage("; ".join(said["avsnitt"]), tuple(said["styrker"]), digest, length))
    return found


@dataclass(frozen=True)
class Rewording:
    """Passages of a thing in one section that are gone, and those that stand there instead."""

    thing: Term
    section: str
    gone: tuple[Passage, ...]
    came: tuple[Passage, ...]


def reworded(a: Passages, b: Passages, things: Iterable[Term]) -> tuple[list[Rewording], tuple[int, int]]:
    """What was reworded about `things` from `a` to `b`; and how many passages only `a` and only `b` has besides."""
    same_section = _sections(a, b)
    found: list[Rewording] = []
    lost = [0, 0]
    for thing in things:
        places: dict[tuple[str, tuple[str, ...]], tuple[list[Passage], list[Passage]]] = defaultdict(lambda: ([], []))
        for index, passage in _only_one_has(a.get(thing, set()), b.get(thing, set())):
            section = _plain(passage.section)
            key = same_section.get(section, section) if index == 0 else section
            places[key, passage.supports][index].append(passage)
        for gone, came in places.values():
            if gone and came:
                found.append(Rewording(thing, came[0].section, tuple(sorted(gone)), tuple(sorted(came))))
            else:
                lost[0] += len(gone)
                lost[1] += len(came)
    return found, (lost[0], lost[1])


def _only_one_has(a: set[Passage], b: set[Passage]) -> Iterator[tuple[int, Passage]]:
    """The passages whose fingerprint only the first (0) or only the second (1) has."""
    for index, some, others in ((0, a, b), (1, b, a)):
        digests = {p.digest for p in others}
        yield from ((index, p) for p in sorted(some) if p.digest not in digests)


def _sections(a: Passages, b: Passages) -> dict[str, str]:
    """The sections of `a` whose heading `b` does not have: the section of `b` with most of their passages."""
    headings = {_plain(p.section) for some in b.values() for p in some}
    where = {(t, p.digest): _plain(p.section) for t, some in b.items() for p in some}
    shared = Counter(
        (_plain(p.section), where[t, p.digest]) for t, some in a.items() for p in some if (t, p.digest) in where
    )
    ranked = sorted(shared.items(), key=lambda item: (item[1], item[0]))  # the last one wins
    return {old: new for (old, new), _ in ranked if old not in headings}


def _plain(heading: str) -> str:
    """A heading without its number."""
    return re.sub(r"^[\d.]+\s+", "", heading).casefold()
