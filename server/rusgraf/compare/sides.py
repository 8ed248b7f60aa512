"""What is one side of a comparison: a region with its documents, what has no theme there, and what is not known?

That a theme is absent is certain only in documents that are fully recorded and read for themes (contract §3). What
else there is makes it unknown: what the data say is missing, documents of which no part is recorded, parts without a
theme. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rusgraf.compare.holdings import LEVELS, Holdings, Item
from rusgraf.compare.themes import TEMA, Themes
from rusgraf.compare.wording import say
from rusgraf.incomplete import Gap, Named, known_gaps
from rusgraf.store import Store
from rusgraf.terms import NamedNode, rus


@dataclass(frozen=True)
class Document:
    """A governing document of a region, its period as the source gives it, how the data say that it belongs there, and
    whether it `is_read`: whether all of it is recorded and has themes, so that what is absent in it is certain."""

    thing: Named
    kind: Named
    level: str
    period: str
    way: str
    is_read: bool


@dataclass(frozen=True)
class Side:
    """A region: its documents, its parts without a theme, and by level why an absence there is not known."""

    region: Named
    documents: tuple[Document, ...]
    unthemed: tuple[Item, ...]
    unknown: Mapping[str, tuple[Gap, ...]]


class Sides:
    """Makes the sides of a comparison."""

    def __init__(self, store: Store, holdings: Holdings, themes: Themes, lang: str) -> None:
        self._holdings, self._themes, self._lang = holdings, themes, lang
        self._gaps: dict[tuple[NamedNode, str], list[Gap]] = {}
        self._filled: set[NamedNode] = set()
        self._incomplete: set[NamedNode] = set()
        for subject, by_property in known_gaps(store, lang).items():
            for incomplete, gap in by_property.items():
                self._note(subject, self._touched(subject, incomplete), gap)

    def of(self, region: NamedNode) -> Side:
        """The side of one region."""
        bare: list[Item] = []
        for part in self._holdings.parts[region]:
            documents = self._at_level(part)
            self._filled |= documents
            if part not in self._themes.of:
                bare.append(self._holdings.item(part, region))
                self._incomplete |= documents
        found = [self._document(d, region) for d in self._holdings.documents[region]]
        found.sort(key=lambda d: (LEVELS.index(d.level), d.kind.label, d.thing.label, d.thing.iri))
        unknown = {level: tuple(self._unknown(region, level, found, bare)) for level in LEVELS}
        return Side(self._holdings.named(region), tuple(found), tuple(sorted(bare, key=self._holdings.order)), unknown)

    def _document(self, document: NamedNode, region: NamedNode) -> Document:
        holdings = self._holdings
        is_read = document in self._filled and document not in self._incomplete
        return Document(
            holdings.named(document),
            holdings.kind(document),
            holdings.level(document),
            holdings.period(document),
            holdings.way(document, region),
            is_read,
        )

    def _at_level(self, thing: NamedNode) -> set[NamedNode]:
        """The documents of a thing that stand at its own level."""
        level = self._holdings.level(thing)
        return {d for d in self._holdings.documents_of(thing) if self._holdings.level(d) == level}

    def _note(self, subject: NamedNode, levels: Iterable[str], gap: Gap) -> None:
        for level in levels:
            if level == self._holdings.level(subject):
                self._incomplete |= self._at_level(subject)
            for region in self._holdings.belonging.of(subject):
                self._gaps.setdefault((region, level), []).append(gap)

    def _touched(self, subject: NamedNode, incomplete: NamedNode) -> tuple[str, ...]:
        """The levels at which an absence is not known because the graph is incomplete for a property of `subject`."""
        kinds = self._holdings.kinds(subject)
        if incomplete in (TEMA, rus("ingarI")):
            return (self._holdings.level(subject),)
        if incomplete in (rus("avserDelmal"), rus("avserOmrade")) and rus("Aktivitet") not in kinds:
            return ("activity",)
        if incomplete == rus("utgarFran") and rus("Utvecklingsstrategi") in kinds:
            return ("plan", "activity")  # there are plans under the strategy that the graph does not hold
        return LEVELS if incomplete == rus("beslutadAv") and rus("Region") in kinds else ()

    def _unknown(self, region: NamedNode, level: str, documents: list[Document], bare: list[Item]) -> Iterable[Gap]:
        """Why an absence at a level is not known: what the data say, then what follows from what is recorded."""
        yield from self._gaps.get((region, level), ())
        here = [d for d in documents if d.level == level]
        parts = [p for p in self._holdings.parts[region] if self._holdings.level(p) == level]
        if hollow := [d.thing.label for d in here if NamedNode(d.thing.iri) not in self._filled]:
            yield self._gap(region, "hollow", "; ".join(hollow))
        if missing := sum(item.level == level for item in bare):
            yield self._gap(region, "unread", str(missing))
        if not here and not parts and (level != "activity" or not any(d.level == "plan" for d in documents)):
            yield self._gap(region, "empty", say(level, self._lang))

    def _gap(self, region: NamedNode, why: str, value: str) -> Gap:
        reason = say(why, self._lang).format(value)
        return Gap(self._holdings.named(region), reason, say(f"{why}_cure", self._lang))
