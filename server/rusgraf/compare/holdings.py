"""What does the graph hold of each region: which documents, and which parts of them?

Each thing stands at one of three levels: the strategy (or agreement), the plans, the activities. What the data tie to
no region is kept too, so that it can be told. Not done here: which region a thing belongs to (``regions``), what is
known to be missing (``sides``). Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rusgraf.compare.regions import Belonging, regions
from rusgraf.compare.themes import Basis, Themes
from rusgraf.compare.wording import say
from rusgraf.incomplete import Named
from rusgraf.report import relation
from rusgraf.store import Store
from rusgraf.terms import PREFIXES, RDF_TYPE, Literal, NamedNode, Quad, expand, rus

LEVELS = ("strategy", "plan", "activity")
# What regions are compared by; of the superclass rus:Mal are övergripande mål, effektmål, delmål and målområden.
_PARTS = tuple(rus(name) for name in ("Mal", "StrategiskInriktning", "Insatsomrade", "Aktivitet"))
_OF_STRATEGY = {rus("Utvecklingsstrategi"), rus("Overenskommelse")}
_OF_ACTIVITY = {rus("Aktivitet"), rus("Aktivitetsplan")}
_WHOLES = (rus("tillhorPlan"), rus("tillhorVersion"), rus("tillhorStrategi"), rus("ingarI"))
_VERSION_OF, _SUBCLASS = expand("dcterms:isVersionOf"), expand("rdfs:subClassOf")


@dataclass(frozen=True)
class Item:
    """A goal, direction, field or activity of a region: its kind and level, what it is part of, or else how it belongs
    to the region (`way`); its place in its document's numbering; why it has the theme (None when it has none), and
    which other shared themes it has."""

    thing: Named
    kind: Named
    level: str
    wholes: tuple[Named, ...]
    way: str
    place: int
    basis: Basis | None = None
    also: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Stray:
    """A document or part that the data tie to no region, and how many parts are in the same plight by it."""

    thing: Named
    kind: Named
    parts: int


class Holdings:
    """What every region of a store holds."""

    def __init__(self, store: Store, themes: Themes, lang: str) -> None:
        self._store, self._themes, self._lang = store, themes, lang
        self.belonging = Belonging(store)
        self._text = set(store.graphs()) - set(store.interpretations())
        known = regions(store)
        self.documents: dict[NamedNode, list[NamedNode]] = {region: [] for region in known}
        self.parts: dict[NamedNode, list[NamedNode]] = {region: [] for region in known}
        self._levels: dict[NamedNode, str] = {}
        self._stray: dict[NamedNode, None] = {}
        self._documents = set(self._all(rus("Styrdokument")))
        self._share_out(sorted(self._documents, key=str), self.documents)
        self._share_out(sorted({*self._all(*_PARTS), *themes.of}, key=str), self.parts)

    def item(self, thing: NamedNode, region: NamedNode) -> Item:
        """A part of a region."""
        wholes = self._wholes(thing)
        way = "" if wholes else self.way(thing, region)
        named = tuple(map(self.named, wholes))
        return Item(self.named(thing), self.kind(thing), self.level(thing), named, way, self._place(thing))

    def strays(self) -> tuple[Stray, ...]:
        """What the data tie to no region; a part that is lost with its document is counted there."""
        lost: dict[NamedNode, int] = {}
        listed = []
        for thing in self._stray:
            wholes = () if thing in self._documents else (w for p in _WHOLES for w in self._things(thing, p))
            document = next((w for w in wholes if w in self._stray and w in self._documents), None)
            if document is None:
                listed.append(thing)
            else:
                lost[document] = lost.get(document, 0) + 1
        found = [Stray(self.named(t), self.kind(t), lost.get(t, 0)) for t in listed]
        return tuple(sorted(found, key=lambda s: (s.kind.label, s.thing.label, s.thing.iri)))

    def _wholes(self, thing: NamedNode) -> list[NamedNode]:
        """What a thing is part of: its plan, else its version of a strategy, else the strategy, else the next whole."""
        return next((found for predicate in _WHOLES if (found := self._things(thing, predicate))), [])

    def period(self, document: NamedNode) -> str:
        """From when and until when a document applies, as exactly as its source says; "" when it says neither."""
        ends = [
            min((o.value for o in self._store.objects(document, rus(name)) if isinstance(o, Literal)), default="")
            for name in ("gallerFran", "gallerTill")
        ]
        return "–".join(dict.fromkeys(ends)) if any(ends) else ""

    def documents_of(self, thing: NamedNode) -> set[NamedNode]:
        """The documents that a thing is, is part of, or is a version of."""
        wholes = {thing, *(w for predicate in _WHOLES for w in self._things(thing, predicate))}
        return {d for w in wholes for d in (w, *self._things(w, _VERSION_OF)) if d in self._documents}

    def order(self, item: Item) -> tuple[int, str, str, int, str, str]:
        """By level, document, kind and the document's own numbering."""
        wholes = "; ".join(whole.label for whole in item.wholes)
        return LEVELS.index(item.level), wholes, item.kind.label, item.place, item.thing.label, item.thing.iri

    def _place(self, thing: NamedNode) -> int:
        places = [o.value for o in self._store.objects(thing, rus("ordning")) if isinstance(o, Literal)]
        return min((int(n) for n in places if n.isdecimal() and len(n) < 10), default=0)

    def named(self, thing: NamedNode) -> Named:
        """A thing and its name."""
        return Named(thing.value, self._store.label(thing, self._lang))

    def kind(self, thing: NamedNode) -> Named:
        """The narrowest of our classes that a thing is of."""
        kinds = self.kinds(thing)
        wider = {w for k in kinds for w in self._store.objects(k, _SUBCLASS)}
        own = sorted((k for k in kinds - wider if k.value.startswith(PREFIXES["rus"])), key=str)
        return self.named(own[0]) if own else Named("", "")

    def level(self, thing: NamedNode) -> str:
        """Whether a thing stands at the level of strategies and agreements, of plans, or of activities."""
        if thing not in self._levels:
            self._levels[thing] = self._find_level(thing)
        return self._levels[thing]

    def _find_level(self, thing: NamedNode) -> str:
        kinds = self.kinds(thing).union(*map(self.kinds, self._things(thing, _VERSION_OF)))
        if kinds & _OF_ACTIVITY:
            return "activity"
        if rus("Handlingsplan") in kinds or self._things(thing, rus("tillhorPlan")):
            return "plan"
        return "strategy" if kinds & _OF_STRATEGY or self._things(thing, rus("tillhorStrategi")) else "plan"

    def _all(self, *kinds: NamedNode) -> list[NamedNode]:
        found = {q.subject for kind in kinds for q in self._store.default(None, RDF_TYPE, kind)}
        return sorted((thing for thing in found if isinstance(thing, NamedNode)), key=str)

    def _things(self, thing: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        return [o for o in self._store.objects(thing, predicate) if isinstance(o, NamedNode)]

    def kinds(self, thing: NamedNode) -> set[NamedNode]:
        return set(self._things(thing, RDF_TYPE))

    def _share_out(self, things: Iterable[NamedNode], shelves: dict[NamedNode, list[NamedNode]]) -> None:
        for thing in things:
            owners = self.belonging.of(thing)
            for region in owners:
                shelves[region].append(thing)
            if not owners:
                self._stray[thing] = None

    def way(self, thing: NamedNode, region: NamedNode) -> str:
        """How the data say that a thing belongs to a region, in words."""
        told = []
        for step in self.belonging.way(thing, region):
            if step.subject == region:
                told.append(say("where", self._lang).format(self._store.label(region, self._lang)))
            else:
                told.append(
                    f"{relation(step.predicate, self._store, self._lang)} {self._store.label(step.object, self._lang)}"
                )
            if self._is_concluded(step):
                told[-1] += f" ({say('interpretation', self._lang)})"
        return ", ".join(told)

    def _is_concluded(self, step: Quad) -> bool:
        graphs = {q.graph_name for q in self._store.quads(step.subject, step.predicate, step.object)}
        return not graphs & self._text
