"""What does each region have on each theme that the others lack? Regions side by side, theme by theme.

A theme is where regions meet: what each has on it is listed by region, never as pairs, so work and answer grow with
the goals and not with their product. Where a region lacks a theme, each level (strategy, plans, activities) is `no`
when all that the graph holds of it is recorded and read for themes, or `unknown` when something that would decide it
is missing, and then ``Side.unknown`` says why (contract §3). Beside this module: which region a thing belongs to
(``regions``), what a region holds (``holdings``), what is not known of it (``sides``), who says that a thing has a
theme (``themes``), and the rendering (``words``, ``report``, ``tables``). Layer: domain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rusgraf.compare.holdings import LEVELS, Holdings, Item, Stray
from rusgraf.compare.regions import choose, regions
from rusgraf.compare.sides import Side, Sides
from rusgraf.compare.themes import Themes
from rusgraf.errors import BadParameter
from rusgraf.incomplete import Named
from rusgraf.store import Store
from rusgraf.terms import NamedNode

HAS = ("yes", "interpreted")


@dataclass(frozen=True)
class Near:
    """A theme narrower or wider than the one compared, and how many more things of the region have it."""

    theme: Named
    count: int


@dataclass(frozen=True)
class Cell:
    """What one region has on one theme: its state at each level, what has the theme itself, what has a narrower theme
    (which counts as having it), and what has only a wider one (which does not)."""

    levels: Mapping[str, str]
    items: tuple[Item, ...] = ()
    narrower: tuple[Near, ...] = ()
    wider: tuple[Near, ...] = ()

    @property
    def state(self) -> str:
        """The best of the levels: yes, interpreted, unknown or no."""
        return next(state for state in (*HAS, "unknown", "no") if state in self.levels.values())

    @property
    def has(self) -> bool:
        """Whether the region has the theme at any level."""
        return self.state in HAS


@dataclass(frozen=True)
class Row:
    """A theme, the themes that it is part of, and a cell for each region."""

    theme: Named
    broader: tuple[Named, ...]
    cells: tuple[Cell, ...]

    @property
    def holders(self) -> int:
        """How many of the regions have the theme."""
        return sum(cell.has for cell in self.cells)


@dataclass(frozen=True)
class Comparison:
    """The regions, the themes, and what the data tie to no region at all."""

    sides: tuple[Side, ...]
    rows: tuple[Row, ...]
    stray: tuple[Stray, ...]

    def lacks(self, index: int) -> list[Row]:
        """The themes that another of the regions has and this one has not."""
        return [row for row in self.rows if row.holders and not row.cells[index].has]

    def groups(self) -> tuple[list[Row], list[Row], list[Row]]:
        """The themes that several of the regions have, that one has, that none has."""
        found: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
        for row in self.rows:
            found[2 - min(row.holders, 2)].append(row)
        return found


def compare(store: Store, names: Sequence[str] = (), lang: str = "sv") -> Comparison:
    """The regions that `names` name, side by side; all that have a governing document when there are none.

    Raises UnknownName for a name that no region bears, BadParameter when there are fewer than two regions.
    """
    themes = Themes(store, lang)
    holdings = Holdings(store, themes, lang)
    chosen = choose(names, store) if names else [r for r in regions(store) if holdings.documents[r]]
    if len(chosen) < 2:
        found, found_sv = (
            ", ".join(store.label(r, one) for r in chosen) or none for one, none in (("en", "none"), ("sv", "ingen"))
        )
        raise BadParameter(
            f"It takes two regions to compare; there is {found}.",
            "Name two or more regions that the graph knows.",
            sv=f"Det behövs två regioner att jämföra; här är {found_sv}.",
            cure_sv="Ange två eller flera regioner som grafen känner.",
        )
    sides = Sides(store, holdings, themes, lang)
    return _Maker(themes, holdings, [sides.of(region) for region in chosen]).make()


class _Maker:
    """Makes the comparison of some regions."""

    def __init__(self, themes: Themes, holdings: Holdings, sides: list[Side]) -> None:
        self._themes, self._holdings, self._sides = themes, holdings, sides
        self._held: list[dict[NamedNode, list[Item]]] = [{} for _ in sides]
        for side, held in zip(sides, self._held, strict=True):
            region = NamedNode(side.region.iri)
            for part in holdings.parts[region]:
                if part in themes.of:
                    item = holdings.item(part, region)
                    for theme in themes.of[part]:
                        held.setdefault(theme, []).append(replace(item, basis=themes.basis(part, theme)))
            for items in held.values():
                items.sort(key=holdings.order)
        self._holders: dict[NamedNode, set[int]] = {}
        for i, held in enumerate(self._held):
            for theme in held:
                self._holders.setdefault(theme, set()).add(i)

    def make(self) -> Comparison:
        """The comparison, themes in order of name."""
        named = sorted((self._holdings.named(theme) for theme in self._themes.all()), key=lambda n: (n.label, n.iri))
        below: dict[NamedNode, list[NamedNode]] = {}
        for theme in named:
            for wider in self._themes.wider(NamedNode(theme.iri)):
                below.setdefault(wider, []).append(NamedNode(theme.iri))
        rows = tuple(self._row(theme, below) for theme in named)
        return Comparison(tuple(self._sides), rows, self._holdings.strays())

    def _row(self, theme: Named, below: Mapping[NamedNode, list[NamedNode]]) -> Row:
        node = NamedNode(theme.iri)
        cells = tuple(self._cell(i, node, below.get(node, [])) for i in range(len(self._sides)))
        return Row(theme, tuple(map(self._holdings.named, self._themes.wider(node))), cells)

    def _cell(self, index: int, theme: NamedNode, below: Sequence[NamedNode]) -> Cell:
        held, unknown = self._held[index], self._sides[index].unknown
        items = held.get(theme, [])
        under = {t: [x for x in held.get(t, ()) if theme not in self._themes.of[NamedNode(x.thing.iri)]] for t in below}
        levels = {level: "unknown" if unknown[level] else "no" for level in LEVELS}
        for item in (*items, *(x for found in under.values() for x in found)):
            stated = item.basis is not None and not item.basis.interpreted
            levels[item.level] = "yes" if stated or levels[item.level] == "yes" else "interpreted"
        return Cell(
            levels,
            tuple(replace(item, also=self._also(item, theme, index)) for item in items),
            tuple(Near(self._holdings.named(t), len(found)) for t, found in under.items() if found),
            tuple(Near(self._holdings.named(t), len(held[t])) for t in self._themes.wider(theme) if t in held),
        )

    def _also(self, item: Item, theme: NamedNode, index: int) -> tuple[Named, ...]:
        """The other themes by which a thing meets another of the regions."""
        mine = [t for t in self._themes.of[NamedNode(item.thing.iri)] if t != theme]
        return tuple(self._holdings.named(t) for t in mine if self._holders[t] > {index})
