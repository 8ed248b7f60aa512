"""Which statements does a graph, or a store, hold? Digests that depend on the statements alone.

Not on files, order or syntax, nor on the names of blank nodes. The digest of a store is made of those of its graphs, so
that a change of one graph costs no look at the others. Statements about blank nodes are digested together, under the
key NAMELESS: a node may stand in several graphs. Layer: domain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from rusgraf.rdf import canonical
from rusgraf.terms import BlankNode, NamedNode, Quad, Term, Triple

NAMELESS = "_:"


@dataclass(frozen=True)
class Digest:
    """How many statements a graph holds, and the SHA-256 of those without blank nodes."""

    quads: int
    sha256: str


def is_nameless(quad: Quad) -> bool:
    """Whether a blank node stands in a statement."""
    return any(_holds_blank(term) for term in (quad.subject, quad.object, quad.graph_name))


def _holds_blank(term: object) -> bool:
    if isinstance(term, Triple):
        return _holds_blank(term.subject) or _holds_blank(term.object)
    return isinstance(term, BlankNode)


def of_graph(quads: Iterable[Quad]) -> Digest:
    """The digest of the statements of one graph."""
    found = set(quads)
    return Digest(len(found), _sha256(sorted(str(quad) for quad in found if not is_nameless(quad))))


def of_nameless(quads: Collection[Quad]) -> Digest:
    """The digest of statements with blank nodes, which are named by what is said of them.

    https://www.w3.org/TR/rdf-canon/; its cost grows very fast with blank nodes that cannot be told apart, so never give
    it what comes from outside.
    """
    lines = sorted(canonical(quads))
    return Digest(len(lines), _sha256(lines))


def release(digests: Mapping[str, Digest], without: Iterable[Term] = ()) -> str:
    """The name of a store's statements: twelve hexadecimal digits of the digests of its graphs."""
    left_out = {graph.value for graph in without if isinstance(graph, NamedNode)}
    return _sha256(sorted(f"{g} {d.sha256}" for g, d in digests.items() if d.quads and g not in left_out))[:12]


def _sha256(lines: Iterable[str]) -> str:
    made = hashlib.sha256()
    for line in lines:
        made.update(line.encode("utf-8", "surrogatepass"))
        made.update(b"\n")
    return made.hexdigest()
