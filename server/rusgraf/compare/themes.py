"""Which themes are there, what carries them, and whose reading says so?

A theme is given by ``rus:tema``; a plan's own text may give it, or an interpretation, whose author, date and
grounds are then told. Themes are SKOS: wider ones by ``skos:broader`` (or the other's ``skos:narrower``).
Linear in the statements of theme, times the depth of the scheme. Layer: domain.
"""

from __future__ import annotations

from dataclasses import dataclass

from rusgraf.evidence import Evidence, Source
from rusgraf.incomplete import Named
from rusgraf.store import DERIVED, Store
from rusgraf.terms import RDF_TYPE, Literal, NamedNode, Quad, Term, expand, rus

TEMA = rus("tema")
SCHEME = expand("rusd:tema")
_BROADER, _NARROWER, _IN_SCHEME = (expand(f"skos:{name}") for name in ("broader", "narrower", "inScheme"))


@dataclass(frozen=True)
class Basis:
    """Whose reading gives a thing a theme: the graph, and for an interpretation its author, day and grounds."""

    interpreted: bool
    graph: Named
    by: str
    date: str
    grounds: str
    sources: tuple[Source, ...]


class Themes:
    """The themes of one store, in one language."""

    def __init__(self, store: Store, lang: str) -> None:
        self._store, self._lang = store, lang
        self._evidence = Evidence(store)
        self._in_force = set(store.graphs()) - {DERIVED}
        self._interpretations = set(store.interpretations())
        self._readings = self._find_readings()
        self._wider: dict[NamedNode, list[NamedNode]] = {}
        self.of: dict[NamedNode, list[NamedNode]] = {}
        for quad in sorted(store.default(None, TEMA), key=str):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                self.of.setdefault(quad.subject, []).append(quad.object)

    def all(self) -> set[NamedNode]:
        """The themes of the project's list, those that something carries, and all that are wider than these."""
        listed = {q.subject for q in self._store.default(None, _IN_SCHEME, SCHEME)}
        found = {t for t in listed if isinstance(t, NamedNode)} | {t for ts in self.of.values() for t in ts}
        return found.union(*map(self.wider, found))

    def wider(self, theme: NamedNode) -> list[NamedNode]:
        """The themes that are wider than `theme`, the nearest first, at whatever distance."""
        if theme not in self._wider:
            found: dict[NamedNode, None] = {}
            here = [theme]
            while here:
                up = {w for t in here for w in self._parents(t)} - {theme, *found}
                here = sorted(up, key=str)
                found.update(dict.fromkeys(here))
            self._wider[theme] = list(found)
        return self._wider[theme]

    def _parents(self, theme: NamedNode) -> set[NamedNode]:
        stated: list[Term] = [q.object for q in self._store.default(theme, _BROADER)]
        stated += [q.subject for q in self._store.default(None, _NARROWER, theme)]
        return {t for t in stated if isinstance(t, NamedNode)}

    def basis(self, thing: NamedNode, theme: NamedNode) -> Basis:
        """Whose reading gives `thing` the theme: the text where it does, else the first interpretation."""
        found = {q.graph_name for q in self._store.quads(thing, TEMA, theme)} & self._in_force
        graphs = sorted((g for g in found if isinstance(g, NamedNode)), key=str)
        stated = [g for g in graphs if g not in self._interpretations]
        reading = None if stated else self._readings.get((thing, theme))
        if reading is None:
            quad = Quad(thing, TEMA, theme)
            sources = tuple(self._evidence.sources([quad], [], self._lang))
            return Basis(not stated and bool(graphs), self._named([*stated, *graphs]), "", "", "", sources)
        references = self._store.objects(reading, rus("kalla"))
        return Basis(
            True,
            self._named(graphs),
            self._text(reading, rus("roll")),
            self._text(reading, expand("dcterms:created")),
            self._text(reading, rus("motivering")),
            tuple(sorted(self._evidence.source(r, self._lang) for r in references)),
        )

    def _named(self, graphs: list[NamedNode]) -> Named:
        return Named(graphs[0].value, self._store.label(graphs[0], self._lang)) if graphs else Named("", "")

    def _text(self, subject: Term, predicate: NamedNode) -> str:
        """The literal of a property in the language, else in Swedish, else any."""
        found = {o.language: o.value for o in self._store.objects(subject, predicate) if isinstance(o, Literal)}
        return found.get(self._lang) or found.get("sv") or next(iter(found.values()), "")

    def _find_readings(self) -> dict[tuple[Term, Term], Term]:
        """The interpretation that says so, by thing and theme; the first by name where there are several."""
        found: dict[tuple[Term, Term], Term] = {}
        for quad in sorted(self._store.default(None, rus("egenskap"), TEMA), key=str, reverse=True):
            if any(self._store.default(quad.subject, RDF_TYPE, rus("Tolkning"))):
                for subject in self._store.objects(quad.subject, rus("subjekt")):
                    for theme in self._store.objects(quad.subject, rus("objekt")):
                        found[subject, theme] = quad.subject
        return found
