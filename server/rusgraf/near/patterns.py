"""Which statements match triple patterns, from variables whose values are known? Layer: domain.

Sets stand for values: each pattern narrows the sets of its variables; what does not join is not looked for further.
See https://www.w3.org/TR/sparql11-query/#BasicGraphPatterns.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rusgraf.near.paths import Path
from rusgraf.near.view import View
from rusgraf.store import Store
from rusgraf.terms import RDF_TYPE, BlankNode, NamedNode, Quad, Term

# The values that a variable can have where it is bound at all; a variable that is not there can have any.
Values = Mapping[str, set[Term]]
# Subject, predicate and object; variables are texts.
Pattern = tuple[Term | str, Term | str | Path, Term | str]
_ALL, _MANY = 10**9, 10**8
# How many subjects an object has for each object of a subject, roughly: the child points to the parent.
_FAN = 16


class Reach:
    """What was read of a view, kept for a store of its own (or not, when it does not `keep`)."""

    def __init__(self, view: View, *, keep: bool = True) -> None:
        self.view, self.keep = view, keep
        self._old: set[Quad] = set()
        self._new: set[Quad] = set()

    def read(self, subject: Term | None, predicate: Term | None, object: Term | None) -> Iterator[Quad]:
        """The statements that match, in the store and added to it."""
        if (subject is not None and not isinstance(subject, NamedNode | BlankNode)) or (
            predicate is not None and not isinstance(predicate, NamedNode)
        ):
            return
        for store, kept in ((self.view.base, self._old), (self.view.added, self._new)):
            for quad in store.default(subject, predicate, object):
                if self.keep:
                    kept.add(quad)
                yield quad

    def news(self, subject: Term | None, predicate: Term | None, object: Term | None) -> Iterator[Quad]:
        """The added statements that match."""
        if predicate is None or isinstance(predicate, NamedNode):
            yield from self.view.added.default(subject, predicate, object)

    def before(self) -> Store:
        """What was read, without what is added."""
        return Store.of(self._old)

    def after(self) -> Store:
        """What was read, with what is added."""
        return Store.of(self._old | self._new)


class Part(ABC):
    """A part of a query."""

    @property
    @abstractmethod
    def scope(self) -> frozenset[str]:
        """The variables that it may bind."""

    @property
    @abstractmethod
    def sure(self) -> frozenset[str]:
        """The variables that it always binds."""

    @abstractmethod
    def take(self, reach: Reach, given: Values) -> Values | None:
        """Read what can bear on the solutions with the values `given`; the values they can have, None if none is."""

    @abstractmethod
    def starts(self, reach: Reach) -> Iterator[Values]:
        """Values such that each solution that the added statements make or unmake has those of one of them."""


def distinct(starts: Iterable[Values]) -> list[Values]:
    """The starts without those that are within another."""
    kept: list[Values] = []
    for start in starts:
        if not any(_within(start, other) for other in kept):
            kept = [other for other in kept if not _within(other, start)] + [start]
    return kept


def _within(start: Values, other: Values) -> bool:
    return all(name in start and start[name] <= terms for name, terms in other.items())


@dataclass(frozen=True)
class Patterns(Part):
    """Triple patterns that hold together: a basic graph pattern."""

    patterns: tuple[Pattern, ...]

    @cached_property
    def scope(self) -> frozenset[str]:
        return frozenset(place for pattern in self.patterns for place in pattern if isinstance(place, str))

    @cached_property
    def sure(self) -> frozenset[str]:
        return self.scope

    def take(self, reach: Reach, given: Values) -> Values | None:
        values = dict(given)
        left = list(self.patterns)
        while left:
            left.sort(key=lambda pattern: _cost(pattern, values))
            if not _match(reach, left.pop(0), values):
                return None
        return values

    def starts(self, reach: Reach) -> Iterator[Values]:
        for pattern in self.patterns:
            start = _touched(reach, pattern)
            found = None if start is None else self.take(reach, start)
            if found is not None:
                yield found


def _known(place: Term | str | Path, values: Values) -> set[Term] | None:
    """What can stand in a place of a pattern; None for anything."""
    if isinstance(place, str):
        return values.get(place)
    return None if isinstance(place, Path) else {place}


def _cost(pattern: Pattern, values: Values) -> int:
    """Roughly how much will be read of what matches a pattern, from the cheaper side."""
    return min(_costs(pattern, values))


def _costs(pattern: Pattern, values: Values) -> tuple[int, int]:
    """Roughly how much is read from the subjects and from the objects; much from a constant object or a class."""
    subjects, objects = _known(pattern[0], values), _known(pattern[2], values)
    has_many = pattern[1] == RDF_TYPE or not isinstance(pattern[2], str)
    backward = _ALL if objects is None else _MANY if has_many else _FAN * len(objects)
    return _ALL if subjects is None else len(subjects), backward


def _match(reach: Reach, pattern: Pattern, values: dict[str, set[Term]]) -> bool:
    """Read what matches a pattern and narrow `values` to it; False when nothing does."""
    subject, predicate, obj = pattern
    if isinstance(predicate, Path):
        return _follow(reach, (subject, predicate, obj), values)
    found = _places(_matching(reach, pattern, values))
    values.update({place: kept for place, kept in zip(pattern, found, strict=True) if isinstance(place, str)})
    return bool(found[0])


def _places(quads: Iterator[Quad]) -> tuple[set[Term], set[Term], set[Term]]:
    found: tuple[set[Term], set[Term], set[Term]] = (set(), set(), set())
    for quad in quads:
        found[0].add(quad.subject)
        found[1].add(quad.predicate)
        found[2].add(quad.object)
    return found


def _matching(reach: Reach, pattern: Pattern, values: Values) -> Iterator[Quad]:
    """The statements that match a pattern without a path, looked up from the cheaper side."""
    subjects, predicates, objects = (_known(place, values) for place in pattern)
    one = _single(predicates)
    forward, backward = _costs(pattern, values)
    if subjects is not None and forward <= backward:
        found = (quad for subject in subjects for quad in reach.read(subject, one, _single(objects)))
    elif objects is not None:
        found = (quad for obj in objects for quad in reach.read(None, one, obj))
    else:
        by = (None,) if predicates is None else predicates
        found = (quad for predicate in by for quad in reach.read(None, predicate, None))
    for quad in found:
        if (
            (subjects is None or quad.subject in subjects)
            and (predicates is None or quad.predicate in predicates)
            and (objects is None or quad.object in objects)
        ):
            yield quad


def _single(terms: set[Term] | None) -> Term | None:
    return next(iter(terms)) if terms is not None and len(terms) == 1 else None


def _follow(reach: Reach, pattern: tuple[Term | str, Path, Term | str], values: dict[str, set[Term]]) -> bool:
    """The same for a pattern with a path, walked from the cheaper end."""
    subject, path, obj = pattern
    subjects, objects = _known(subject, values), _known(obj, values)
    if subjects is None and objects is None:
        for predicate in path.predicates():
            for _ in reach.read(None, predicate, None):
                pass
        return True
    forward, backward = _costs(pattern, values)
    if subjects is not None and forward <= backward:
        end, there, reached = obj, objects, path.walk(reach.read, subjects)
    else:
        end, there, reached = subject, subjects, path.walk(reach.read, objects or (), back=True)
    reached = reached if there is None else reached & there
    if isinstance(end, str):
        values[end] = reached
    return bool(reached)


def _touched(reach: Reach, pattern: Pattern) -> Values | None:
    """The values with which an added statement can match a pattern; None when none does."""
    subject, predicate, obj = pattern
    if isinstance(predicate, Path):
        first, last = predicate.touched(reach.read, reach.news)
        found = (first, set[Term](), last)
    else:
        found = _places(reach.news(*(None if isinstance(p, str) else p for p in (subject, predicate, obj))))
    for place, kept in zip(pattern, found, strict=True):
        if not isinstance(place, Path | str) and place not in kept:
            return None
    if not found[0]:
        return None
    return {place: kept for place, kept in zip(pattern, found, strict=True) if isinstance(place, str)}
