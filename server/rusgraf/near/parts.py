"""How do the parts of a query hang together, seen as sets of values? Joins, options, subtraction, projection.

What a part hands to another narrows it, and must never hide a solution that decides about one with the values asked
for: an optional or subtracted part is therefore narrowed only by variables that the other part always binds.
Layer: domain. See https://www.w3.org/TR/sparql11-query/#sparqlAlgebra.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rusgraf.near.patterns import Part, Reach, Values, distinct
from rusgraf.terms import Term


def _only(values: Values, names: Iterable[str]) -> Values:
    return {name: values[name] for name in names if name in values}


@dataclass(frozen=True)
class Listed(Part):
    """VALUES: what each variable may be; those that a row leaves open are not among them."""

    values: Mapping[str, frozenset[Term]]
    open: frozenset[str]

    @cached_property
    def scope(self) -> frozenset[str]:
        return self.sure | self.open

    @cached_property
    def sure(self) -> frozenset[str]:
        return frozenset(self.values)

    def take(self, reach: Reach, given: Values) -> Values | None:  # noqa: ARG002
        found = {name: set(terms) & given.get(name, set(terms)) for name, terms in self.values.items()}
        return {**given, **found} if all(found.values()) else None

    def starts(self, reach: Reach) -> Iterator[Values]:  # noqa: ARG002
        yield from ()


@dataclass(frozen=True)
class Both(Part):
    """A join."""

    one: Part
    other: Part

    @cached_property
    def scope(self) -> frozenset[str]:
        return self.one.scope | self.other.scope

    @cached_property
    def sure(self) -> frozenset[str]:
        return self.one.sure | self.other.sure

    def take(self, reach: Reach, given: Values) -> Values | None:
        first, second = self.one, self.other
        if isinstance(second, Listed) or (second.sure & given.keys() and not first.sure & given.keys()):
            first, second = second, first
        found = first.take(reach, given)
        return None if found is None else self._joined(reach, given, found, (first, second))

    def _joined(self, reach: Reach, given: Values, found: Values, parts: tuple[Part, Part]) -> Values | None:
        """The values of solutions of the first part with the values `found` joined with the second part."""
        first, second = parts
        more = second.take(reach, {**given, **_only(found, first.sure)})
        if more is None:
            return None
        joined = dict[str, set[Term]]()
        for name in found.keys() | more.keys():
            if name in second.sure and name in more:
                joined[name] = more[name]
            elif name in found and (name in first.sure or name not in second.scope):
                joined[name] = found[name]
            elif name in more and name not in first.scope:
                joined[name] = more[name]
            elif name in found and name in more:
                joined[name] = found[name] | more[name]
        return joined

    def starts(self, reach: Reach) -> Iterator[Values]:
        for parts in ((self.one, self.other), (self.other, self.one)):
            for start in distinct(parts[0].starts(reach)):
                joined = self._joined(reach, {}, start, parts)
                if joined is not None:
                    yield joined


@dataclass(frozen=True)
class Either(Part):
    """A union."""

    one: Part
    other: Part

    @cached_property
    def scope(self) -> frozenset[str]:
        return self.one.scope | self.other.scope

    @cached_property
    def sure(self) -> frozenset[str]:
        return self.one.sure & self.other.sure

    def take(self, reach: Reach, given: Values) -> Values | None:
        found, more = self.one.take(reach, given), self.other.take(reach, given)
        if found is None or more is None:
            return more if found is None else found
        both = {name: found[name] | more[name] for name in found.keys() & more.keys()}
        only_one = {n: v for n, v in found.items() if n not in more and n not in self.other.scope}
        return {**both, **only_one, **{n: v for n, v in more.items() if n not in found and n not in self.one.scope}}

    def starts(self, reach: Reach) -> Iterator[Values]:
        yield from self.one.starts(reach)
        yield from self.other.starts(reach)


@dataclass(frozen=True)
class Beside(Part):
    """A part, and others that only have a say in its solutions: OPTIONAL (which `adds` variables), MINUS, EXISTS."""

    one: Part
    others: tuple[Part, ...]
    adds: bool = False

    @cached_property
    def scope(self) -> frozenset[str]:
        return self.one.scope | self._added()

    @cached_property
    def sure(self) -> frozenset[str]:
        return self.one.sure

    def _added(self) -> frozenset[str]:
        return self.others[0].scope if self.adds else frozenset()

    def take(self, reach: Reach, given: Values) -> Values | None:
        found = self.one.take(reach, given)
        if found is None:
            return None
        for other in self.others:
            other.take(reach, _only(found, self.one.sure))
        return self._kept(found)

    def _kept(self, found: Values) -> Values:
        """Without the values of variables that may come from the optional part instead."""
        open_ones = self._added() - self.one.sure
        return {name: terms for name, terms in found.items() if name not in open_ones}

    def starts(self, reach: Reach) -> Iterator[Values]:
        yield from map(self._kept, self.one.starts(reach))
        for other in self.others:
            for start in distinct(other.starts(reach)):
                found = self.one.take(reach, _only(start, self.one.scope & other.sure))
                if found is not None:
                    yield self._kept(found)


@dataclass(frozen=True)
class Named(Part):
    """A part whose variables go by other names outside, or by none: SELECT, BIND, GROUP BY.

    `names` maps the name outside to the one inside, None where the value is worked out. `always`: there is a
    solution even of nothing (an aggregate without GROUP BY).
    """

    part: Part
    names: Mapping[str, str | None]
    always: bool = False

    @cached_property
    def scope(self) -> frozenset[str]:
        return frozenset(self.names)

    @cached_property
    def sure(self) -> frozenset[str]:
        return frozenset(name for name, inner in self.names.items() if inner in self.part.sure)

    def take(self, reach: Reach, given: Values) -> Values | None:
        inner = dict[str, set[Term]]()
        for name, within in self.names.items():
            if within is not None and name in given:
                inner[within] = inner[within] & given[name] if within in inner else given[name]
        found = self.part.take(reach, inner)
        if found is None:
            return {} if self.always else None
        return self._outside(found)

    def _outside(self, found: Values) -> Values:
        return {name: found[inner] for name, inner in self.names.items() if inner is not None and inner in found}

    def starts(self, reach: Reach) -> Iterator[Values]:
        yield from map(self._outside, self.part.starts(reach))


@dataclass(frozen=True)
class Whole(Part):
    """A part that is what it is only as a whole: LIMIT."""

    part: Part

    @cached_property
    def scope(self) -> frozenset[str]:
        return self.part.scope

    @cached_property
    def sure(self) -> frozenset[str]:
        return self.part.sure

    def take(self, reach: Reach, given: Values) -> Values | None:  # noqa: ARG002
        return None if self.part.take(reach, {}) is None else {}

    def starts(self, reach: Reach) -> Iterator[Values]:
        if any(True for _ in self.part.starts(reach)):
            yield {}
