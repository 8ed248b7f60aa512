"""Which links would close a finding? The head key ``missing`` of a rule, read and filled in.

A rule says it as alternatives of patterns: ``?fokus rus:samordnasMed ?motpart | ?Aktivitet rus:avserDelmal ?fokus .
?Aktivitet rus:avserDelmal ?motpart``. A variable in lower case is a column of the rule's answer; one with a capital is
*some* thing of that class, one for each option. A path after the property (``rus:riktarSigTill/skos:broader* ?fokus``)
means that a link to anything from which the path leads there closes the finding too. Layer: domain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rusgraf.terms import PREFIXES, NamedNode, expand, rus

_PATTERN = re.compile(r"\?(\w+)\s+([a-z]+:\w+)(/\S+)?\s+\?(\w+)")


@dataclass(frozen=True, order=True)
class Some:
    """Some thing of a class of ours, which need not be there yet; `kind` is the local name of the class."""

    kind: str

    @property
    def iri(self) -> NamedNode:
        """The class."""
        return rus(self.kind)


End = NamedNode | Some


@dataclass(frozen=True)
class Link:
    """A statement that is missing; `Some` of the same class in one option is the same thing."""

    subject: End
    predicate: NamedNode
    object: End


Option = tuple[Link, ...]
"""Links that close a finding together."""


@dataclass(frozen=True)
class Pattern:
    """One pattern of a ``missing`` key: names of columns or classes, a property, and the path after it or ""."""

    subject: str
    predicate: NamedNode
    path: str
    object: str


def parse(text: str, columns: tuple[str, ...]) -> tuple[tuple[Pattern, ...], ...]:
    """The alternatives of a ``missing`` key; ``none`` and "" are no alternative. Raises ValueError naming the fault."""
    if text.strip() in ("", "none"):
        return ()
    found = tuple(tuple(_pattern(part, columns) for part in option.split(" . ")) for option in text.split(" | "))
    for option in found:
        kinds = {name for p in option for name in (p.subject, p.object) if name[0].isupper()}
        if len(kinds) > 1:
            raise ValueError(" ".join(f"?{kind}" for kind in sorted(kinds)))
    return found


def _pattern(text: str, columns: tuple[str, ...]) -> Pattern:
    found = _PATTERN.fullmatch(text.strip())
    if not found or found[2].partition(":")[0] not in PREFIXES:
        raise ValueError(text.strip())
    for name in (found[1], found[4]):
        if name not in columns and not name[0].isupper():
            raise ValueError(f"?{name}")
    return Pattern(found[1], expand(found[2]), (found[3] or "")[1:], found[4])


def options(patterns: tuple[tuple[Pattern, ...], ...], row: Mapping[str, NamedNode]) -> tuple[Option, ...]:
    """The alternatives filled in with the things of a row; one that names a column the row lacks is left out."""

    def end(name: str) -> End | None:
        return Some(name) if name[0].isupper() else row.get(name)

    found = []
    for option in patterns:
        ends = [(end(p.subject), p.predicate, end(p.object)) for p in option]
        links = tuple(Link(s, p, o) for s, p, o in ends if s is not None and o is not None)
        if len(links) == len(option):
            found.append(links)
    return tuple(found)
