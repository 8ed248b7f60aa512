"""Which region does a thing belong to, how do the data say so, and which region does a person mean?

No property says “of this region”. It follows from what the data do state: who decided a plan, which organisation a
body is part of, in which county it operates. `Belonging` walks those statements outward from the regions, the
strongest kind first, so that a thing is reached once by its best and shortest way. Linear in the statements walked.
Not done here: comparing (``compare``). Layer: domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from rusgraf import mint
from rusgraf.errors import BadParameter, UnknownName, nearest
from rusgraf.naming import shown
from rusgraf.store import Store
from rusgraf.terms import PREF_LABEL, RDF_TYPE, Literal, NamedNode, Quad, Term, expand, rus

# From a thing to what it belongs to: a later kind of statement counts only for what no earlier kind has reached.
_STEPS: tuple[tuple[NamedNode, ...], ...] = (
    (rus("ingarI"), expand("dcterms:isVersionOf"), expand("org:subOrganizationOf"), expand("org:unitOf")),
    (rus("verksamI"),),
    (rus("beslutadAv"),),
    (expand("dcterms:spatial"),),
    (rus("utgarFran"), rus("avserDelmal"), rus("avserOmrade")),
    (rus("ansvarig"), rus("uppfoljsAv"), rus("medverkande")),
)
_ALT_LABEL = expand("skos:altLabel")
# Words that name no region apart from another.
_COMMON = {"region", "regionen", "lan", "lans", "county", "the", "of"}

Ways = Mapping[NamedNode, Quad]


def regions(store: Store) -> list[NamedNode]:
    """The regions that the graph in force knows, by IRI."""
    return sorted(
        {q.subject for q in store.default(None, RDF_TYPE, rus("Region")) if isinstance(q.subject, NamedNode)},
        key=lambda region: region.value,
    )


class Belonging:
    """Which things belong to which regions, worked out once for a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._steps = {p: self._pointing(p) for kind in _STEPS for p in kind}
        self._ways: dict[NamedNode, dict[NamedNode, Quad]] = {}
        self._regions = regions(store)
        self._owners: dict[NamedNode, frozenset[NamedNode]] = {r: frozenset((r,)) for r in self._regions}
        self._seed()
        for stage, predicates in enumerate(_STEPS):
            self._spread(list(self._owners), predicates, [p for kind in _STEPS[: stage + 1] for p in kind])
        self._steps.clear()

    def of(self, thing: NamedNode) -> frozenset[NamedNode]:
        """The regions that a thing belongs to; none when the data do not say."""
        return self._owners.get(thing, frozenset())

    def way(self, thing: NamedNode, region: NamedNode) -> list[Quad]:
        """The statements that lead from a thing to a region it belongs to; the last may speak of the region itself."""
        found: list[Quad] = []
        while thing != region:
            step = self._ways[thing][region]
            found.append(step)
            if step.subject == region or not isinstance(step.object, NamedNode):
                break
            thing = step.object
        return found

    def _pointing(self, predicate: NamedNode) -> dict[Term, list[Quad]]:
        """What points to each thing by a predicate: one pass, where a look-up for each thing would be many."""
        found: dict[Term, list[Quad]] = {}
        for quad in self._store.default(None, predicate):
            found.setdefault(quad.object, []).append(quad)
        return found

    def _seed(self) -> None:
        """The counties and districts where a region operates are its own."""
        places: dict[NamedNode, dict[NamedNode, Quad]] = {}
        for region in self._regions:
            for quad in self._store.default(region, rus("verksamI")):
                if isinstance(quad.object, NamedNode) and quad.object not in self._owners:
                    places.setdefault(quad.object, {})[region] = quad
        self._take(places)

    def _spread(self, here: list[NamedNode], first: Iterable[NamedNode], then: Iterable[NamedNode]) -> None:
        """Reach what points to the things of `here` by the predicates `first`, and on from there by `then`."""
        predicates = list(first)
        while here:
            reached: dict[NamedNode, dict[NamedNode, Quad]] = {}
            for thing in here:
                for predicate in predicates:
                    for quad in self._steps[predicate].get(thing, ()):
                        if isinstance(quad.subject, NamedNode) and quad.subject not in self._owners:
                            ways = reached.setdefault(quad.subject, {})
                            for region in self._owners[thing]:
                                ways[region] = min(ways.get(region, quad), quad, key=self._rank)
            self._take(reached)
            here, predicates = list(reached), list(then)

    def _rank(self, quad: Quad) -> tuple[int, str]:
        """Of two ways of one length, the one by an organisation itself before the one by a county; else by name."""
        return (isinstance(quad.object, NamedNode) and quad.object not in self._regions, str(quad))

    def _take(self, reached: dict[NamedNode, dict[NamedNode, Quad]]) -> None:
        self._ways.update(reached)
        self._owners.update((thing, frozenset(ways)) for thing, ways in reached.items())


def choose(names: Iterable[str], store: Store) -> list[NamedNode]:
    """The regions that a person names, each once: by IRI, slug, label, county, or as “Örebro”.

    An unknown name raises with the nearest, one that fits several raises with all that it fits.
    """
    known: dict[str, set[NamedNode]] = {}
    for region in regions(store):
        for name in _names(region, store):
            known.setdefault(name, set()).add(region)
    return list(dict.fromkeys(_one(name, known, store) for name in names))


def _names(region: NamedNode, store: Store) -> set[str]:
    """All that a region may be called, in the form in which names are compared."""
    places = [q.object for q in store.default(region, rus("verksamI")) if isinstance(q.object, NamedNode)]
    said = {region.value}
    for thing in (region, *places):
        said.add(thing.value.rsplit("/", 1)[-1])
        for predicate in (PREF_LABEL, _ALT_LABEL):
            said |= {o.value for o in store.objects(thing, predicate) if isinstance(o, Literal)}
    return {region.value} | {form for name in said for form in _forms(name)}


def _forms(name: str) -> set[str]:
    """A name without case, accents and the words that all regions share, with and without a genitive s.

    >>> sorted(_forms("Region Jönköpings län"))
    ['jonkoping', 'jonkopings', 'region-jonkopings-lan']
    >>> sorted(_forms("Västra Götalandsregionen"))
    ['vastra-gotaland', 'vastra-gotalands', 'vastra-gotalandsregionen']
    """
    whole = mint.slug(name)
    own = re.sub(r"(?<=s)regionen$", "", "-".join(w for w in whole.split("-") if w not in _COMMON))
    return {whole, own, own.removesuffix("s")} - {""}


def _one(name: str, known: Mapping[str, set[NamedNode]], store: Store) -> NamedNode:
    text = name.strip()
    exact = mint.slug(text.removeprefix(f"{mint.BASE}id/").removeprefix("rusi:").removeprefix("aktor/"))
    found = known.get(text) or known.get(exact) or set().union(*(known.get(f, set()) for f in _forms(text)))
    if len(found) == 1:
        return next(iter(found))
    labels, labels_sv = (", ".join(store.label(r, lang) for r in sorted(found, key=str)) for lang in ("en", "sv"))
    if found:
        raise BadParameter(
            f"“{shown(text)}” names several regions: {labels}.",
            "Give the IRI.",
            sv=f"Flera regioner heter ”{shown(text)}”: {labels_sv}.",
            cure_sv="Ange IRI:n.",
        )
    return _unknown(text, known, store)


def _unknown(text: str, known: Mapping[str, set[NamedNode]], store: Store) -> NamedNode:
    """Raise that no region bears a name, with the nearest that one does."""
    words = [form for form in known if ":" not in form]  # an IRI is near every other IRI
    near = [] if ":" in text else get_close_matches(mint.slug(text[:60]), words, n=1, cutoff=0.6)
    meant = {store.label(r, "sv") for form in near for r in known[form]}
    labels = sorted({store.label(r, "sv") for regions_ in known.values() for r in regions_})
    name = next(iter(sorted(meant)), text)
    raise UnknownName(
        f"There is no region “{shown(text)}”.",
        nearest(name, labels),
        sv=f"Det finns ingen region ”{shown(text)}”.",
        cure_sv=nearest(name, labels, "sv"),
    )
