"""What does the page of a thing show? Every statement with names and graphs, its sources, and what points to it.

All of it is bounded: a concept that very much points to is counted as far as MOST statements, and shown a page at a
time; what is cut is said to be. Not done here: HTML (``pages``), what an identifier is (``things``). Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rusgraf import things
from rusgraf.errors import BadParameter, UnknownName
from rusgraf.naming import shown
from rusgraf.store import DERIVED, Store
from rusgraf.terms import RDF_TYPE, BlankNode, Literal, NamedNode, Quad, Term, expand, rus, shorten
from rusgraf.thingnames import Names, Value

MOST = 50_000
FEW, PAGE = 10, 100
MOST_ROWS = 500
SORTED_BY_NAME = 1000
CONTENT = "innehall"
_CLIMB = 64
_DESCRIBING = ("skos:definition", "dcterms:description", "dcterms:abstract", "sh:message", "rdfs:comment")


@dataclass(frozen=True)
class About:
    """A finding that a thing is in: its id, state, and sentence."""

    id: str
    status: str
    text: str


@dataclass(frozen=True)
class Asked:
    """Which page is asked for: its language; the group to turn the pages of, and the page of it; findings to show."""

    lang: str
    by: str = ""
    page: int = 1
    findings: Sequence[About] = ()


@dataclass(frozen=True)
class Row:
    """A statement: its property, its value, and the graphs that state it, each with a mark where there is one."""

    relation: Value
    value: Value
    graphs: tuple[tuple[Value, str], ...]


@dataclass(frozen=True)
class Reference:
    """A source reference: its document, its section, the properties that it alone supports, and its own page."""

    document: Value
    section: str
    supports: tuple[Value, ...]
    page: Value


@dataclass(frozen=True)
class Group:
    """The things that point here by one property: how many (`is_more`: at least), and one page of them, with marks."""

    key: str
    relation: Value
    total: int
    is_more: bool
    items: tuple[tuple[Value, str], ...]
    page: int
    pages: int


@dataclass(frozen=True)
class View:
    """All that the page shows."""

    iri: str
    path: str
    title: str
    is_document: bool
    kinds: tuple[Value, ...]
    description: Value | None
    rows: tuple[Row, ...]
    is_cut: bool
    references: tuple[Reference, ...]
    groups: tuple[Group, ...]
    uses: int
    asked: Asked


@dataclass
class _Members:
    """Things by the property that they point by (None: that a graph is about), as one pass found them."""

    found: dict[NamedNode | None, set[NamedNode]] = field(default_factory=dict)
    is_more: bool = False

    def add(self, predicate: NamedNode | None, node: NamedNode) -> None:
        self.found.setdefault(predicate, set()).add(node)


def view(store: Store, path: str, asked: Asked) -> View:
    """What the page of the identifier with this local path shows.

    Raises BadParameter for a group it has not, UnknownName for a page.
    """
    known = things.look(store, path, withdrawn=True)
    node, names = known.node, Names(store, asked.lang)
    quads = list(islice(things.stated(store, node), MOST_ROWS + 1))
    groups = _Groups(store, node, names, asked).all()
    if asked.by and asked.by not in {g.key for g in groups}:
        raise BadParameter(
            f"Nothing points here by “{shown(asked.by)}”.",
            f"Give one of {', '.join(g.key for g in groups) or 'none'}.",
            sv=f"Inget pekar hit med ”{shown(asked.by)}”.",
            cure_sv=f"Ange något av {', '.join(g.key for g in groups) or 'inget'}.",
        )
    pages = next((g.pages for g in groups if g.key == asked.by), 1)
    if asked.page > pages:
        raise UnknownName(
            f"There is no page {asked.page}.",
            f"The last one is {pages}.",
            sv=f"Det finns ingen sida {asked.page}.",
            cure_sv=f"Den sista är {pages}.",
        )
    return View(
        iri=node.value,
        path=path,
        title=names.of(node),
        is_document=known.is_document,
        kinds=_kinds(quads, names),
        description=_description(quads, asked.lang),
        rows=_rows(quads[:MOST_ROWS], names),
        is_cut=len(quads) > MOST_ROWS,
        references=_references(store, node, names),
        groups=tuple(g for g in groups if asked.by in ("", g.key)),
        uses=sum(1 for _ in islice(store.default(None, node), MOST)) if path.startswith("spec/") else 0,
        asked=asked,
    )


def _kinds(quads: Iterable[Quad], names: Names) -> tuple[Value, ...]:
    found = dict.fromkeys(q.object for q in quads if q.predicate == RDF_TYPE)
    return tuple(names.value(kind) for kind in sorted(found, key=str))


def _description(quads: Sequence[Quad], lang: str) -> Value | None:
    """The text that says best what it is, in `lang`, else in another language."""
    for predicate in map(expand, _DESCRIBING):
        said = (q.object for q in quads if q.predicate == predicate)
        texts = {text.language or "": text.value for text in said if isinstance(text, Literal)}
        for language in (lang, "sv", "en", *texts):
            if language in texts:
                return Value(texts[language], lang=language)
    return None


def _rows(quads: Iterable[Quad], names: Names) -> tuple[Row, ...]:
    """The statements, the same one of several graphs once, by property and value."""
    graphs: dict[tuple[NamedNode, Term], list[NamedNode]] = {}
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            graphs.setdefault((quad.predicate, quad.object), []).append(quad.graph_name)
    made = [
        Row(
            names.relation(predicate),
            names.value(value, where[0]),
            tuple((names.value(g), names.mark(g)) for g in sorted(where, key=str)),
        )
        for (predicate, value), where in graphs.items()
    ]
    return tuple(sorted(made, key=lambda row: (row.relation.text, row.value.text, row.value.lang)))


def _references(store: Store, node: NamedNode, names: Names) -> tuple[Reference, ...]:
    """Where the sources of a thing say it: those that it names, or itself when it is a source reference."""
    found = []
    for reference in sorted({q.object for q in things.stated(store, node) if q.predicate == rus("kalla")}, key=str):
        if isinstance(reference, NamedNode):
            about = list(islice(things.stated(store, reference), MOST_ROWS))
            document = next((q.object for q in about if q.predicate == rus("dokument")), None)
            section = [q.object.value for q in about if q.predicate == rus("avsnitt") and isinstance(q.object, Literal)]
            supports = {q.object for q in about if q.predicate == rus("styrker")}
            found.append(
                Reference(
                    names.value(document) if document else Value(""),
                    "; ".join(sorted(set(section))),
                    tuple(names.value(p) for p in sorted(supports, key=str)),
                    names.value(reference),
                )
            )
    return tuple(sorted(found[:MOST_ROWS], key=lambda r: (r.document.text, r.section)))


def _pointing(store: Store, node: NamedNode) -> _Members:
    """The things that point to `node`, by property; counted as far as MOST."""
    made = _Members()
    for seen, (source, quad) in enumerate(_leading_to(store, node)):
        if seen >= MOST:
            made.is_more = True
            break
        holder = _holder(source, quad)
        if holder and isinstance(holder.subject, NamedNode) and holder.subject != node:
            made.add(holder.predicate, holder.subject)
    return made


def _leading_to(store: Store, node: NamedNode) -> Iterator[tuple[Store, Quad]]:
    """The statements with `node` as their object: of the default graph, of the graphs not in it, of the shapes."""
    yield from ((store, q) for q in store.default(None, None, node))
    beside = {*store.all_graphs()} - {*store.united(), DERIVED}
    for graph in sorted(beside, key=_iri):
        yield from ((store, q) for q in store.quads(None, None, node, graph))
    yield from ((things.profile(), q) for q in things.profile().quads(None, None, node))


def _holder(store: Store, quad: Quad) -> Quad | None:
    """The statement of a thing with a name that leads to `quad` through blank nodes; `quad` where there are none."""
    here: Quad | None = quad
    for _ in range(_CLIMB):
        if here is None or not isinstance(here.subject, BlankNode):
            return here
        here = next(store.quads(None, None, here.subject), None)
    return None


def _held(store: Store, graph: NamedNode) -> _Members:
    """The things that a graph states something of."""
    made = _Members()
    for seen, quad in enumerate(store.quads(graph=graph)):
        if seen >= MOST:
            made.is_more = True
            break
        if isinstance(quad.subject, NamedNode):
            made.add(None, quad.subject)
    return made


@dataclass(frozen=True)
class _Groups:
    """What points to a thing, by property, and what a graph is about."""

    store: Store
    node: NamedNode
    names: Names
    asked: Asked

    def all(self) -> list[Group]:
        """The groups, small ones first, what a graph is about last."""
        members = _pointing(self.store, self.node)
        if things.is_graph(self.store, self.node):
            held = _held(self.store, self.node)
            members.found |= held.found
            members.is_more = members.is_more or held.is_more
        made = [self._group(by, nodes, members.is_more) for by, nodes in members.found.items()]
        return sorted(made, key=lambda g: (g.key == CONTENT, g.total, g.key))

    def _group(self, predicate: NamedNode | None, nodes: set[NamedNode], is_more: bool) -> Group:
        key = shorten(predicate) if predicate else CONTENT
        is_asked = self.asked.by == key
        size = PAGE if is_asked else FEW
        pages = -(-len(nodes) // size)
        page = self.asked.page if is_asked else 1
        ordered = sorted(nodes, key=self.names.of if len(nodes) <= SORTED_BY_NAME else _iri)
        here = ordered[(page - 1) * size : page * size]
        items = tuple((self.names.value(n), self._mark(n, predicate)) for n in here)
        relation = self.names.relation(predicate) if predicate else Value("")
        return Group(key, relation, len(nodes), is_more, items, page, pages)

    def _mark(self, subject: NamedNode, predicate: NamedNode | None) -> str:
        """The mark of the statements from `subject` to the thing, when all of them have one."""
        if predicate is None:
            return ""
        graphs = {q.graph_name for q in self.store.quads(subject, predicate, self.node)}
        marks = {self.names.mark(g) for g in graphs if isinstance(g, NamedNode)}
        return "" if "" in marks else ", ".join(sorted(marks))


def _iri(node: NamedNode) -> str:
    return node.value
