"""Which things does a property path lead to, and which of its walks does a new statement open? Layer: domain.

See https://www.w3.org/TR/sparql11-query/#propertypaths.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rusgraf.terms import NamedNode, Quad, Term

# Statements by subject, predicate and object; None for any.
Read = Callable[[Term | None, Term | None, Term | None], Iterator[Quad]]
Ends = tuple[set[Term], set[Term]]


class Path(ABC):
    """A property path."""

    @abstractmethod
    def walk(self, read: Read, nodes: Iterable[Term], *, back: bool = False) -> set[Term]:
        """Where the path leads from `nodes`, or with `back` whence it leads to them."""

    @abstractmethod
    def touched(self, read: Read, news: Read) -> Ends:
        """The first and the last nodes of all walks that take a new statement, and perhaps of some more."""

    @abstractmethod
    def predicates(self) -> set[NamedNode]:
        """The predicates that it goes by."""


@dataclass(frozen=True)
class Step(Path):
    """One statement, taken from object to subject when `inverse`."""

    predicate: NamedNode
    inverse: bool = False

    def walk(self, read: Read, nodes: Iterable[Term], *, back: bool = False) -> set[Term]:
        if back != self.inverse:
            return {quad.subject for node in nodes for quad in read(None, self.predicate, node)}
        return {quad.object for node in nodes for quad in read(node, self.predicate, None)}

    def touched(self, read: Read, news: Read) -> Ends:  # noqa: ARG002
        quads = list(news(None, self.predicate, None))
        subjects, objects = {quad.subject for quad in quads}, {quad.object for quad in quads}
        return (set(objects), set(subjects)) if self.inverse else (set(subjects), set(objects))

    def predicates(self) -> set[NamedNode]:
        return {self.predicate}


@dataclass(frozen=True)
class Chain(Path):
    """One path after the other."""

    parts: tuple[Path, ...]

    def walk(self, read: Read, nodes: Iterable[Term], *, back: bool = False) -> set[Term]:
        here = set(nodes)
        for part in reversed(self.parts) if back else self.parts:
            here = part.walk(read, here, back=back)
        return here

    def touched(self, read: Read, news: Read) -> Ends:
        first, last = set[Term](), set[Term]()
        for i, part in enumerate(self.parts):
            begins, ends = part.touched(read, news)
            if begins:
                first |= Chain(self.parts[:i]).walk(read, begins, back=True)
                last |= Chain(self.parts[i + 1 :]).walk(read, ends)
        return first, last

    def predicates(self) -> set[NamedNode]:
        return {predicate for part in self.parts for predicate in part.predicates()}


@dataclass(frozen=True)
class Choice(Path):
    """One path or another."""

    parts: tuple[Path, ...]

    def walk(self, read: Read, nodes: Iterable[Term], *, back: bool = False) -> set[Term]:
        here = set(nodes)
        return {node for part in self.parts for node in part.walk(read, here, back=back)}

    def touched(self, read: Read, news: Read) -> Ends:
        every = [part.touched(read, news) for part in self.parts]
        return {n for first, _ in every for n in first}, {n for _, last in every for n in last}

    def predicates(self) -> set[NamedNode]:
        return {predicate for part in self.parts for predicate in part.predicates()}


@dataclass(frozen=True)
class Repeat(Path):
    """A path taken at least once, or not at all too when `zero`; more than once when `more`."""

    part: Path
    zero: bool
    more: bool

    def walk(self, read: Read, nodes: Iterable[Term], *, back: bool = False) -> set[Term]:
        start = set(nodes)
        seen = set[Term]()
        here = start
        while here:
            here = self.part.walk(read, here, back=back) - seen
            seen |= here
            if not self.more:
                break
        return seen | start if self.zero else seen

    def touched(self, read: Read, news: Read) -> Ends:
        first, last = self.part.touched(read, news)
        if not self.more:
            return first, last
        any_number = Repeat(self.part, zero=True, more=True)
        return any_number.walk(read, first, back=True), any_number.walk(read, last)

    def predicates(self) -> set[NamedNode]:
        return self.part.predicates()
