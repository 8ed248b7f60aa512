"""What went, came and changed between two lists of findings? Layer: domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rusgraf.findings import Finding


@dataclass(frozen=True)
class Effect:
    """The findings that are, or would be, closed (as they were), opened (as they are then), and changed (both)."""

    closes: tuple[Finding, ...]
    opens: tuple[Finding, ...]
    changes: tuple[tuple[Finding, Finding], ...]


def compare(before: Sequence[Finding], after: Sequence[Finding]) -> Effect:
    """What went, came and changed between two lists of findings; a change is one of state or sentence."""
    old, new = ({f.id: f for f in found} for found in (before, after))
    return Effect(
        tuple(f for f in before if f.id not in new),
        tuple(f for f in after if f.id not in old),
        tuple(
            (old[f.id], f)
            for f in after
            if f.id in old and (old[f.id].status, old[f.id].explanation) != (f.status, f.explanation)
        ),
    )
