"""How are the terms of a page named and linked? Each IRI with its name in words, and the page of the server about it.

Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from rusgraf import things
from rusgraf.outside import called
from rusgraf.store import DERIVED, INTERPRETATION, OUT_OF_FORCE, Store
from rusgraf.terms import (
    PREF_LABEL,
    RDF_TYPE,
    RDFS_LABEL,
    TITLE,
    BlankNode,
    Literal,
    NamedNode,
    Term,
    expand,
    rus,
    shorten,
)
from rusgraf.wording import has, say

_FIRST, _REST = expand("rdf:first"), expand("rdf:rest")
_NAME = expand("sh:name")
_DEPTH, _LIST, _NESTED = 6, 200, 500


@dataclass(frozen=True)
class Value:
    """A term as a page shows it: text, address ("" when there is no page), language, whether it is an IRI of others.

    `items` are those of a list; `parts` what is said of a node without a name: pairs of property and value.
    """

    text: str
    href: str = ""
    lang: str = ""
    is_outside: bool = False
    items: tuple[Value, ...] = ()
    parts: tuple[tuple[Value, Value], ...] = ()


def page_of(path: str) -> str:
    """The address of the page about the identifier with this local path: of itself for a document."""
    is_scheme = path.startswith("def/") and path.count("/") == 1
    is_document = path.startswith("res/") or is_scheme or path in ("spec/ontologi", "spec/profil")
    return f"/{quote(path)}" if is_document else f"/res/om/{quote(path)}"


class Names:
    """Names and addresses of terms in one language, over one store and the shapes."""

    def __init__(self, store: Store, lang: str) -> None:
        self.store, self.lang = store, lang
        self._names: dict[NamedNode, str] = {}
        self._nested = 0
        marked = (*OUT_OF_FORCE, INTERPRETATION)
        self._marks = {q.subject: q.object for q in store.quads(predicate=rus("grafslag")) if q.object in marked}

    def of(self, node: NamedNode) -> str:
        """The name of a thing, in words where there are any."""
        if node not in self._names:
            self._names[node] = self._find(node)
        return self._names[node]

    def _find(self, node: NamedNode) -> str:
        own = self.store.label(node, self.lang)
        if own and (own != _last(node) or self._has(node, PREF_LABEL, RDFS_LABEL, TITLE)):
            return own
        shape = {o.language: o.value for o in self._objects(things.profile(), node, _NAME) if isinstance(o, Literal)}
        if shape:
            return shape.get(self.lang) or shape.get("sv") or min(shape.values())
        document = next(self._objects(self.store, node, rus("dokument")), None)
        if isinstance(document, NamedNode):
            section = {o.value for o in self._objects(self.store, node, rus("avsnitt")) if isinstance(o, Literal)}
            return ", ".join([self.of(document), *sorted(section)])
        words = called(shorten(node), self.lang)
        if words or things.path_of(node.value) is None:
            return words or shorten(node)
        kinds = [o for o in self._objects(self.store, node, RDF_TYPE) if isinstance(o, NamedNode) and o != node]
        return f"{self.of(min(kinds, key=str))} {_last(node)}" if kinds else _last(node) or node.value

    def _has(self, node: NamedNode, *predicates: NamedNode) -> bool:
        return any(next(self._objects(self.store, node, predicate), None) for predicate in predicates)

    @staticmethod
    def _objects(store: Store, node: NamedNode, predicate: NamedNode) -> Iterator[Term]:
        return (q.object for q in store.quads(node, predicate))

    def mark(self, graph: NamedNode) -> str:
        """The word for a graph that does not simply state: interpretation, superseded, derived …; else ""."""
        if graph == DERIVED:
            return say("derived", self.lang)
        kind = self._marks.get(graph)
        return self.store.label(kind, self.lang) if kind else ""

    def relation(self, predicate: NamedNode) -> Value:
        """A property in words, with its page."""
        own = things.path_of(predicate.value)
        words = say(shorten(predicate), self.lang) if has(shorten(predicate)) else self.of(predicate)
        return Value(words, self.address(predicate), is_outside=own is None)

    def address(self, node: NamedNode) -> str:
        """The page about an IRI: of this server for one of ours that is there, itself for others of the web."""
        path = things.path_of(node.value)
        if path is not None:
            return page_of(path) if self._is_there(node) else ""
        return node.value if node.value.startswith(("http://", "https://")) else ""

    def _is_there(self, node: NamedNode) -> bool:
        return next(things.stated(self.store, node), None) is not None or things.is_graph(self.store, node)

    def value(self, term: Term, graph: NamedNode | None = None) -> Value:
        """A term as a page shows it; a node without a name with what `graph` says of it."""
        if isinstance(term, NamedNode):
            outside = things.path_of(term.value) is None
            return Value(self.of(term) or term.value, self.address(term), is_outside=outside)
        if isinstance(term, Literal):
            return Value(term.value, lang=term.language or "")
        if isinstance(term, BlankNode):
            return self._nameless(term, graph, _DEPTH)
        return Value(str(term))

    def _nameless(self, node: BlankNode, graph: NamedNode | None, depth: int) -> Value:
        """A list as its items, any other node as what is said of it; an ellipsis where that is too deep or much."""
        self._nested += 1
        if depth == 0 or self._nested > _NESTED:
            return Value("…")
        said = {(q.predicate, q.object) for q in things.stated(self.store, node) if q.graph_name == graph}
        if any(predicate == _FIRST for predicate, _ in said):
            return Value("", items=tuple(self._below(t, graph, depth) for t in self._list(node)))
        pairs = sorted(said, key=lambda pair: (pair[0].value, str(pair[1])))
        return Value("", parts=tuple((self.relation(p), self._below(o, graph, depth)) for p, o in pairs))

    def _below(self, term: Term, graph: NamedNode | None, depth: int) -> Value:
        return self._nameless(term, graph, depth - 1) if isinstance(term, BlankNode) else self.value(term)

    def _list(self, node: BlankNode) -> Iterator[Term]:
        here: Term | None = node
        for _ in range(_LIST):
            if not isinstance(here, BlankNode):
                return
            said = {q.predicate: q.object for q in things.stated(self.store, here)}
            if _FIRST in said:
                yield said[_FIRST]
            here = said.get(_REST)


def _last(node: NamedNode) -> str:
    return node.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
