"""Which parts does a SPARQL query have? rdflib parses it; what is not understood here raises NotImplementedError.

Layer: domain. See https://www.w3.org/TR/sparql11-query/#sparqlAlgebra.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from rusgraf.near.parts import Beside, Both, Either, Listed, Named, Whole
from rusgraf.near.paths import Chain, Choice, Path, Repeat, Step
from rusgraf.near.patterns import Part, Pattern, Patterns
from rusgraf.terms import Literal, NamedNode, Term

_SAME = ("Distinct", "Reduced", "OrderBy", "ToMultiSet", "SelectQuery", "ConstructQuery")


@lru_cache(maxsize=256)
def read(text: str) -> tuple[Part, tuple[Pattern, ...]]:
    """The parts of a SELECT or CONSTRUCT that parses, and the triples that it constructs (none for a SELECT)."""
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    algebra = translateQuery(parseQuery(text)).algebra
    if algebra.datasetClause:
        raise NotImplementedError("FROM")
    return _part(algebra), tuple(map(_pattern, algebra.template or ()))


def _part(node: Any) -> Part:  # noqa: PLR0911 - one line for each kind
    kind = node.name
    if kind in _SAME:
        return _part(node.p)
    if kind == "BGP":
        return Patterns(tuple(map(_pattern, node.triples)))
    if kind == "Join":
        return Both(_part(node.p1), _part(node.p2))
    if kind == "Union":
        return Either(_part(node.p1), _part(node.p2))
    if kind == "Minus":
        return Beside(_part(node.p1), (_part(node.p2),))
    if kind == "LeftJoin":
        return Beside(_part(node.p1), (_part(node.p2), *_tests(node.expr)), adds=True)
    if kind == "Filter":
        return _tested(_part(node.p), node.expr)
    if kind == "Project":
        return Named(_part(node.p), {str(name): str(name) for name in node.PV})
    if kind == "Extend":
        return _extended(node)
    if kind == "AggregateJoin":
        return _grouped(node)
    if kind == "values":
        return _listed(node.res)
    if kind == "Slice":
        return Whole(_part(node.p))
    raise NotImplementedError(kind)


def _tested(part: Part, expression: Any) -> Part:
    tests = tuple(_tests(expression))
    return Beside(part, tests) if tests else part


def _tests(expression: Any) -> Iterator[Part]:
    """The patterns of EXISTS and NOT EXISTS in an expression."""
    if getattr(expression, "name", "") in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        yield _part(expression.graph)
    elif isinstance(expression, dict):
        for inner in expression.values():
            yield from _tests(inner)
    elif isinstance(expression, list | tuple):
        for inner in expression:
            yield from _tests(inner)


def _extended(node: Any) -> Part:
    """BIND and SELECT (… AS ?x): a variable is another one, or is worked out."""
    from rdflib import Variable

    part = _tested(_part(node.p), node.expr)
    names: dict[str, str | None] = {name: name for name in part.scope}
    names[str(node.var)] = str(node.expr) if isinstance(node.expr, Variable) else None
    return Named(part, names)


def _grouped(node: Any) -> Part:
    """GROUP BY: a variable that is grouped by has its values outside too; an aggregate is worked out."""
    from rdflib import Variable

    keys = {key for key in node.p.expr or () if isinstance(key, Variable)}
    names: dict[str, str | None] = {}
    for aggregate in node.A:
        if any(_tests(dict(aggregate))):
            raise NotImplementedError("EXISTS in an aggregate")
        is_key = aggregate.name == "Aggregate_Sample" and aggregate.vars in keys
        names[str(aggregate.res)] = str(aggregate.vars) if is_key else None
    return Named(_part(node.p.p), names, always=not node.p.expr)


def _listed(rows: list[dict[Any, Any]]) -> Part:
    names = {str(name) for row in rows for name in row}
    values: dict[str, set[Term]] = {}
    for row in rows:
        for name, term in row.items():
            if term != "UNDEF":
                values.setdefault(str(name), set()).add(_term(term))
    bound = {n for n in names if all(any(str(m) == n and t != "UNDEF" for m, t in row.items()) for row in rows)}
    return Listed({n: frozenset(values[n]) for n in bound}, frozenset(names - bound))


def _pattern(triple: tuple[Any, Any, Any]) -> Pattern:
    subject, predicate, obj = triple
    return _place(subject), _predicate(predicate), _place(obj)


def _place(term: Any) -> Term | str:
    """A term, or the name of a variable; a blank node of a query is a variable that nobody else can name."""
    from rdflib import BNode, Variable

    if isinstance(term, Variable):
        return str(term)
    return f"_:{term}" if isinstance(term, BNode) else _term(term)


def _term(term: Any) -> Term:
    from rdflib import Literal as RdfLiteral

    if not isinstance(term, RdfLiteral):
        return NamedNode(str(term))
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)


def _predicate(term: Any) -> Term | str | Path:
    from rdflib.paths import Path as RdfPath

    return _path(term) if isinstance(term, RdfPath) else _place(term)


def _path(path: Any, inverse: bool = False) -> Path:
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(path, URIRef):
        return Step(NamedNode(str(path)), inverse)
    if isinstance(path, InvPath):
        return _path(path.arg, not inverse)
    if isinstance(path, AlternativePath):
        return Choice(tuple(_path(p, inverse) for p in path.args))
    if isinstance(path, SequencePath):
        return Chain(tuple(_path(p, inverse) for p in (reversed(path.args) if inverse else path.args)))
    if isinstance(path, MulPath):
        return Repeat(_path(path.path, inverse), zero=path.zero, more=path.more)
    raise NotImplementedError(type(path).__name__)
