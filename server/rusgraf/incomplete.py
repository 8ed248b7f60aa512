"""What is the graph known not to hold? ``rus:ofullstandigFor``, with why and what would decide it.

What an activity plan or a version of a plan lacks, the action plan lacks too. Layer: domain.
"""

from __future__ import annotations

from dataclasses import dataclass

from rusgraf.store import Store
from rusgraf.terms import RDF_TYPE, Literal, NamedNode, Term, expand, rus


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


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".?!" else f"{text}."


def _text(store: Store, subject: Term, predicate: NamedNode, lang: str) -> str:
    """The literal of a property in `lang`, else in Swedish, else any."""
    found = {o.language: o.value for o in store.objects(subject, predicate) if isinstance(o, Literal)}
    return found.get(lang) or found.get("sv") or next(iter(found.values()), "")


def known_gaps(store: Store, lang: str) -> dict[NamedNode, dict[NamedNode, Gap]]:
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
        for plan in _whole_plans(store, quad.subject):
            found.setdefault(plan, {}).setdefault(quad.object, gap)
    return found


def _whole_plans(store: Store, subject: NamedNode) -> list[NamedNode]:
    """The action plans that lack what an activity plan or version of theirs lacks; none for a part of a plan."""
    if not any(next(store.default(subject, RDF_TYPE, rus(kind)), None) for kind in ("Aktivitetsplan", "Planversion")):
        return []
    paths = rus("tillhorPlan"), expand("dcterms:isVersionOf")
    return [o for path in paths for o in store.objects(subject, path) if isinstance(o, NamedNode)]
