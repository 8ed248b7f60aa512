"""Which findings has somebody judged to be no gap, and does the judgement still hold?

A waiver is RDF (``rus:Undantag``): the finding's id, grounds, role, last day, and a digest of what the finding rested
on when it was waived. It stops to hold when the day has passed or when the finding rests on something else; it is then
reported, as is one that matches no finding. Layer: domain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rusgraf import mint
from rusgraf.errors import BadParameter
from rusgraf.rdf import read_quads, write_quads
from rusgraf.store import Store
from rusgraf.terms import PREF_LABEL, RDF_TYPE, Literal, NamedNode, Quad, Term, expand, rus

GRAPH = NamedNode(mint.graph("undantag"))
_KIND = NamedNode(f"{mint.BASE}def/grafslag/undantag")
WHY = ("expired", "changed", "gone")


@dataclass(frozen=True)
class Waiver:
    """A judgement that a finding is no gap: grounds, role, last day (ISO, or ""), what it rested on (or "")."""

    iri: str
    finding: str
    reason: str
    by: str
    until: str
    basis: str = ""

    def holds(self, basis: str, today: date) -> bool:
        """Whether it is in force for a finding that rests on `basis`."""
        return self.in_time(today) and self.basis in ("", basis)

    def in_time(self, today: date) -> bool:
        """Whether its last day has not passed."""
        return not self.until or self.until >= today.isoformat()


@dataclass(frozen=True)
class Lapsed:
    """A waiver that does not hold, and why: its day has passed, the finding changed, or is gone."""

    waiver: Waiver
    why: str


def basis(evidence: Iterable[Quad], unknown: Iterable[str]) -> str:
    """A digest (12 hexadecimal digits) of what a finding rests on: its statements, and what is not known (IRIs)."""
    said = sorted({*(f"{q.subject} {q.predicate} {q.object}" for q in evidence), *(f"? {about}" for about in unknown)})
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def read(store: Store) -> dict[str, list[Waiver]]:
    """The waivers of a store by finding id, the one that holds longest first."""
    found: dict[str, list[Waiver]] = {}
    for quad in store.default(None, RDF_TYPE, rus("Undantag")):
        node = quad.subject
        name = node.value if isinstance(node, NamedNode) else ""
        said = {k: _text(store, node, rus(k)) for k in ("motivering", "roll", "gallerTill", "underlag")}
        for key in store.objects(node, rus("avserFynd")):
            if isinstance(key, Literal):
                made = Waiver(name, key.value, said["motivering"], said["roll"], said["gallerTill"], said["underlag"])
                found.setdefault(key.value, []).append(made)
    return {k: sorted(ws, key=lambda w: (w.until or "9999", w.iri), reverse=True) for k, ws in found.items()}


def _text(store: Store, subject: Term, predicate: NamedNode) -> str:
    return next((o.value for o in store.objects(subject, predicate) if isinstance(o, Literal)), "")


def write(path: Path, waiver: Waiver, today: date) -> None:
    """Add a waiver to a TriG file (made when it is not there), which then holds one for its finding."""
    check(waiver, today)
    if path.suffix.lower() != ".trig":
        raise BadParameter(
            f"{path}: waivers are kept in TriG.",
            "Give a file that ends in .trig.",
            sv=f"{path}: undantag sparas som TriG.",
            cure_sv="Ange en fil som slutar på .trig.",
        )
    kept = _others(read_quads(path, GRAPH), waiver.finding) if path.exists() else []
    write_quads(path, dict.fromkeys([*kept, *_quads(waiver, today)]))


def _others(quads: Sequence[Quad], finding: str) -> list[Quad]:
    same = {q.subject for q in quads if q.predicate == rus("avserFynd") and q.object == Literal(finding)}
    return [q for q in quads if q.subject not in same]


def _quads(waiver: Waiver, today: date) -> list[Quad]:
    node = NamedNode(waiver.iri)
    said: list[tuple[NamedNode, NamedNode, Term]] = [
        (GRAPH, RDF_TYPE, rus("Graf")),
        (GRAPH, PREF_LABEL, Literal("Undantag", language="sv")),
        (GRAPH, rus("grafslag"), _KIND),
        (node, RDF_TYPE, rus("Undantag")),
        (node, rus("avserFynd"), Literal(waiver.finding)),
        (node, rus("motivering"), Literal(waiver.reason, language="sv")),
        (node, rus("roll"), Literal(waiver.by, language="sv")),
        (node, rus("gallerTill"), Literal(waiver.until, datatype=expand("xsd:date"))),
        (node, rus("underlag"), Literal(waiver.basis)),
        (node, expand("dcterms:created"), Literal(today.isoformat(), datatype=expand("xsd:date"))),
    ]
    return [Quad(s, p, o, GRAPH) for s, p, o in said]


def check(waiver: Waiver, today: date) -> None:
    """Refuse a waiver without grounds or role, or whose last day is no day to come."""
    for name, value, word in (("reason", waiver.reason, "skäl"), ("by", waiver.by, "roll")):
        if not value.strip():
            raise BadParameter(
                f"--{name} is empty.",
                "State it: a waiver without it cannot be judged by anybody else.",
                sv=f"--{name} är tomt.",
                cure_sv=f"Ange {word}: utan det kan ingen annan bedöma undantaget.",
            )
    try:
        day = date.fromisoformat(waiver.until)
    except ValueError:
        day = None
    if day is None or day < today:
        raise BadParameter(
            f"--until {waiver.until[:40]}: no day to come.",
            f"Give the last day of the waiver, for example {today.year + 1}-12-31.",
            sv=f"--until {waiver.until[:40]}: ingen kommande dag.",
            cure_sv=f"Ange undantagets sista dag, till exempel {today.year + 1}-12-31.",
        )
