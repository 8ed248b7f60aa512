"""Which known identifier did a misspelt one mean? Layer: domain."""

from __future__ import annotations

from rusgraf.mint import BASE
from rusgraf.near.view import View
from rusgraf.terms import Literal, NamedNode

_KNOWN = "SELECT DISTINCT ?thing ?kind WHERE { ?thing a ?class . FILTER(STRSTARTS(STR(?thing), ?kind)) }"
# Of 100; what is less alike is more likely another thing than the same one misspelt.
_ALIKE = 80


class Nearest:
    """Finds identifiers in a view; those of a kind (all before the last slash) are looked up when first asked for."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[str, list[str]] = {}
        self._found: dict[str, str] = {}

    def to(self, value: str) -> str:
        """The known identifier of the same kind that is nearest to one of ours that nothing bears, or ""."""
        if value not in self._found:
            self._found[value] = self._find(value) if value.startswith(BASE) else ""
        return self._found[value]

    def _find(self, value: str) -> str:
        from rapidfuzz import fuzz, process

        try:
            if next(self._view.statements(NamedNode(value)), None):
                return ""
        except ValueError:  # a text that begins like an identifier
            return ""
        kind = value[: value.rfind("/") + 1]
        if kind not in self._known:
            things = [
                row[0]
                for s in (self._view.base, self._view.added)
                for row in s.select(_KNOWN, {"kind": Literal(kind)}).rows
            ]
            self._known[kind] = sorted({t.value for t in things if isinstance(t, NamedNode)})
        found = process.extractOne(value, self._known[kind], scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return found[0] if found else ""
