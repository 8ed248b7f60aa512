"""Do the diagrams of ``ontology/`` link their elements to what they stand for? (INSPEC PROF-6, SVG-1, SVG-2)

Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from rusgraf import assets, mint
from rusgraf.checks._inspec_rules import broken
from rusgraf.checks._model import Fault, Found, examined

_TYPES = {
    "foundational", "application-profile", "diagram", "data-vocabulary", "class", "property", "node-shape",
    "property-shape", "concept", "terminology", "concept-collection",
}  # fmt: skip


def diagrams(listed: set[str]) -> Iterator[Found]:
    """The faults of every SVG file; nothing where there is none. `listed` are the names that the package lists."""
    for path in assets.files("ontology", ".svg"):
        place = path.relative_to(assets.root()).as_posix()
        if path.stem not in listed:
            yield broken("PROF-6", place, path.stem)
        reader = _Reader(place)
        reader.feed(path.read_text(encoding="utf-8"))
        yield examined(reader.elements, f"element i {place}", f"elements of {place}")
        yield from reader.faults


class _Reader(HTMLParser):
    """Collects the faults of one diagram. Made for HTML, it reads SVG as far as is needed, and no entities."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.elements = 0
        self.faults: list[Fault] = []
        self._place = place

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge one element: typed ones must link, links to ours must be typed."""
        given = dict(attrs)
        target = given.get("href") or given.get("xlink:href") or ""
        kinds = {k.strip() for k in (given.get("data-inspec-type") or "").split(",") if k.strip()}
        self.elements += 1
        place = f"{self._place}:{self.getpos()[0]}"
        if kinds and not target:
            self.faults.append(broken("SVG-1", place, f"<{tag}>"))
        if (target.startswith(mint.BASE) and not kinds) or kinds - _TYPES:
            self.faults.append(broken("SVG-2", place, f"<{tag}>"))
