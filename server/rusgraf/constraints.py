"""Which constraints of shapes are tried without pySHACL, and what do they find?

SPARQL constraints: pySHACL parses the query anew for each thing; Oxigraph is asked instead, over what the query can see
from the things. Comparisons of two properties: pySHACL breaks off when two values cannot be compared.
Layer: domain. See https://www.w3.org/TR/shacl/#sparql-constraints, https://www.w3.org/TR/shacl/#core-components-property-pairs.
"""

from __future__ import annotations

import re
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rusgraf.bridge import SH, messages, rdf_term, sh
from rusgraf.errors import BadQuery
from rusgraf.faultlist import LEVELS, Result
from rusgraf.near.patterns import Reach
from rusgraf.near.read import read
from rusgraf.near.view import View
from rusgraf.store import Store
from rusgraf.terms import NamedNode, Term

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

# A query that begins with what it says of $this and has no groups: then it may as well be asked with $this open.
_FLAT = re.compile(r"\s*SELECT\b[^{}]*\{\s*[$?]this\s[^{}]*\}\s*", re.IGNORECASE)
_OTHERS = ("PATH", "shapesGraph", "currentShape")
# What a thing states: property → values.
Stated = Mapping[Term, frozenset[Term]]


@dataclass(frozen=True)
class Constraint(ABC):
    """A constraint of a shape that has targets, and what a result of it says."""

    shape: Node
    severity: str
    messages: tuple[tuple[str, str], ...]

    @abstractmethod
    def results(self, view: View, things: Mapping[Term, Stated]) -> Iterator[Result]:
        """The results on these things of a view."""


@dataclass(frozen=True)
class Asked(Constraint):
    """A SPARQL constraint: its query with prefixes."""

    select: str

    def results(self, view: View, things: Mapping[Term, Stated]) -> Iterator[Result]:
        reach = Reach(view)
        seen = read(self.select)[0].take(reach, {"this": set(things)})
        if seen is None:
            return
        # Asked once, with $this open: as every solution binds it, those of a thing are the same as with $this given.
        table = reach.after().select(self.select)
        for row in table.rows:
            terms = dict(zip(table.columns, row, strict=True))
            if terms["this"] in seen["this"]:
                bound = {name: str(rdf_term(term)) for name, term in terms.items() if term is not None}
                told = tuple((lang, _filled(text, bound)) for lang, text in self.messages)
                value = bound.get("value", bound["this"])
                yield Result(self.severity, told, bound["this"], bound.get("path", ""), value, str(self.shape))


def _filled(text: str, bound: Mapping[str, str]) -> str:
    """A message with the values of the variables that it names."""
    for name, value in bound.items():
        text = text.replace(f"{{?{name}}}", value).replace(f"{{${name}}}", value)
    return text


@dataclass(frozen=True)
class Compared(Constraint):
    """sh:lessThan (`strict`) or sh:lessThanOrEquals: no value of `path` after one of `other`."""

    path: NamedNode
    other: NamedNode
    strict: bool

    def results(self, view: View, things: Mapping[Term, Stated]) -> Iterator[Result]:  # noqa: ARG002
        for thing, stated in things.items():
            for value in stated.get(self.path, ()):
                if any(self._is_after(value, other) for other in stated.get(self.other, ())):
                    focus, text = str(rdf_term(thing)), str(rdf_term(value))
                    yield Result(self.severity, self.messages, focus, self.path.value, text, str(self.shape))

    def _is_after(self, value: Term, other: Term) -> bool:
        """Whether one value comes after another, or cannot be compared with it.

        What is no value of its datatype is not compared: that is a fault of its own.
        """
        one, two = (_comparable(t) for t in (value, other))
        if one is None or two is None:
            return False
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return isinstance(one, str) != isinstance(two, str) or not (one < two if self.strict else one <= two)
        except TypeError:
            return True


def _comparable(term: Term) -> Any:
    """What rdflib can compare: the text of an IRI or string, else the literal; None for no value of its datatype."""
    from rdflib import Literal

    node: Any = rdf_term(term)
    if not isinstance(node, Literal):
        return str(node)
    if node.ill_typed:
        return None
    return node.value if isinstance(node.value, str) else node


def take_out(shape: Node, shapes: Graph) -> Iterator[Constraint]:
    """The constraints of an active shape with targets that are tried here; they are taken out of `shapes`."""
    from rdflib import URIRef

    if (shape, sh("deactivated"), None) in shapes:
        return
    level = str(shapes.value(shape, sh("severity")) or "").removeprefix(SH)
    own = _told(shape, shapes)
    path = shapes.value(shape, sh("path"))
    if path is not None:
        for name in ("lessThan", "lessThanOrEquals") if isinstance(path, URIRef) and own else ():
            for other in list(shapes.objects(shape, sh(name))):
                shapes.remove((shape, sh(name), other))
                two = NamedNode(str(path)), NamedNode(str(other))
                yield Compared(shape, LEVELS.get(level, "violation"), own, *two, strict=name == "lessThan")
        return
    for holder in list(shapes.objects(shape, sh("sparql"))):
        select = _select(holder, shapes)
        if select and (holder, sh("deactivated"), None) not in shapes:
            shapes.remove((shape, sh("sparql"), holder))
            yield Asked(shape, LEVELS.get(level, "violation"), _told(holder, shapes) or own, select)


def _told(holder: Node, shapes: Graph) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(messages(shapes.objects(holder, sh("message"))).items()))


def _select(holder: Node, shapes: Graph) -> str:
    """The query of a constraint with its prefixes; "" when pySHACL had better try it."""
    from rdflib import OWL

    text = str(shapes.value(holder, sh("select")) or "")
    declaring = [o for p in shapes.objects(holder, sh("prefixes")) for o in shapes.transitive_objects(p, OWL.imports)]
    declared = [d for o in declaring for d in shapes.objects(o, sh("declare"))]
    prefixes = sorted((str(shapes.value(d, sh("prefix"))), str(shapes.value(d, sh("namespace")))) for d in declared)
    whole = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes) + text
    if not _FLAT.fullmatch(text) or any(word in text for word in _OTHERS):
        return ""
    try:
        Store.of(()).select(whole)
        return whole if "this" in read(whole)[0].sure else ""
    except (BadQuery, NotImplementedError):
        return ""
