"""What would a SPARQL Update change? Worked out beside the store, which is left alone, and out of reach of all else.

The engine answers the pattern of an operation from the store; what its templates make of the answers is made on a store
in memory that holds nothing else. So the work grows with what is found and changed, not with the store, beside what the
pattern itself takes. A pattern after another operation is asked of a copy with what that one changed (``overlay``).
Where no ``walls`` stand, patterns are asked of a copy of all in memory instead.

Outside GRAPH a pattern sees the default graph of queries: the union of the graphs in force, and what follows. What is
inserted there goes into a graph of its own (`STORED_DEFAULT`), and only what stands there is deleted from there: to
delete what another graph states, its name is needed. Operations run one after the other; what follows from them is
worked out after the last. Not done here: the shapes, and writing (``writes``). Layer: domain.
https://www.w3.org/TR/sparql11-update/
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import uuid4

from rusgraf import guard, mint, walls
from rusgraf.errors import BadParameter, Conflict, ForbiddenQuery, TooLarge, unanswerable, unparsable
from rusgraf.jobs import cut_off
from rusgraf.operations import Operation, operations
from rusgraf.overlay import Overlay
from rusgraf.store import DERIVED, OWN, Store
from rusgraf.terms import DEFAULT, RDF_TYPE, BlankNode, NamedNode, Quad, Term

STORED_DEFAULT = NamedNode(mint.graph("forvald"))
_REACH = {"SERVICE", "LOAD"}
_BATCH = 10_000  # answers of a pattern that are held at a time


@dataclass(frozen=True)
class Update:
    """The text of an update, the graphs that the protocol says it uses (IRIs), what relative IRIs rest on, how long and
    deep it may be."""

    text: str
    using: Sequence[str] = ()
    using_named: Sequence[str] = ()
    base: str = f"{mint.BASE}sparql"
    caps: guard.Caps = guard.CAPS


def changed(store: Store, update: Update, place: Path | None = None) -> dict[NamedNode, list[Quad]]:
    """The new statements of each graph that an update changes; `store` is left alone.

    `place` is a directory to be made, on its disk, for a copy of a store that lies in a directory.
    """
    text = guard.decode(update.text)
    _refuse(text, update.caps)
    found, is_walled = list(operations(text)), walls.stand()
    # Without walls a pattern is asked where no file can be opened, which an engine may want of a store in a directory.
    is_copied = not is_walled and any(operation.has_pattern for operation in found)
    beside = Overlay(Store.of(store.quads()) if is_copied else store, place if is_walled else None)
    with contextlib.closing(beside) as work:
        for number, operation in enumerate(found):
            if number:
                work.unite()
            _run(work, operation, update)
        graphs = {q.graph_name for q in work.gone | work.came if isinstance(q.graph_name, NamedNode)}
        return {g: list(work.quads(graph=g)) for g in sorted(graphs, key=lambda graph: graph.value)}


def _refuse(text: str, caps: guard.Caps) -> None:
    """Refuse what is too long or too deep, and what would reach outside."""
    if len(text) > caps.length:
        raise TooLarge(
            f"The update has {len(text)} characters; at most {caps.length} are read.",
            "Send a file to /data instead.",
            sv=f"Uppdateringen har {len(text)} tecken; högst {caps.length} läses.",
            cure_sv="Skicka en fil till /data i stället.",
        )
    depth = 0
    for kind, token, offset in guard.tokens(text):
        depth += (kind == "open") - (kind == "close")
        if depth > caps.depth:
            raise TooLarge(
                f"The update is nested deeper than {caps.depth} levels at {guard.place(text, offset)}.",
                "Flatten it.",
                sv=f"Uppdateringen är nästlad djupare än {caps.depth} nivåer vid {guard.place(text, offset, 'sv')}.",
                cure_sv="Nästla mindre djupt.",
            )
        if kind == "word" and token.upper() in _REACH:
            raise ForbiddenQuery(
                f"{token.upper()} at {guard.place(text, offset)}: an update reaches no other server and no file.",
                "Send what it would fetch.",
                sv=f"{token.upper()} vid {guard.place(text, offset, 'sv')}: en uppdatering når ingen annan server "
                "och ingen fil.",
                cure_sv="Skicka det som den skulle hämta.",
            )


def _outside() -> ForbiddenQuery:
    return ForbiddenQuery(
        "The update reaches outside the store.",
        "Write of this graph alone.",
        sv="Uppdateringen når utanför lagret.",
        cure_sv="Skriv bara i den här grafen.",
    )


def _run(work: Overlay, operation: Operation, update: Update) -> None:
    """Run one operation, and move what it inserts outside GRAPH, or deletes there, to the graph for that."""
    if operation.is_data:
        _made(operation.before + operation.text, update)  # whether it parses
        named = _made(operation.inserted(), update)
        gone, came = (set[Quad](), named) if operation.words[0] == "INSERT" else (named, set[Quad]())
    elif operation.has_pattern:
        gone, came = _modified(work, operation, update)
    else:
        gone, came = _managed(work, operation, update)
    gone, came = {q for q in gone - came if q in work}, {q for q in came if q not in work}
    bare = {quad for quad in gone | came if quad.graph_name == DEFAULT}
    work.change(gone - bare, came - bare)
    _refuse_deleted(work, gone & bare)
    moved = {_moved(quad) for quad in came & bare}
    work.change({_moved(quad) for quad in gone & bare}, {quad for quad in moved if quad not in work})


def _made(text: str, update: Update, given: Iterable[Quad] = ()) -> set[Quad]:
    """What an update makes of these quads alone."""
    store = Store.of(given)
    with _apart(text):
        store.engine.update(text, base_iri=update.base)
    return set(store.quads())


@contextlib.contextmanager
def _apart(text: str) -> Iterator[None]:
    """While this lasts the engine can reach nothing outside; its complaints are ours."""
    try:
        with contextlib.nullcontext() if walls.stand() else cut_off():
            yield
    except SyntaxError as error:
        raise unparsable(text, str(error), is_update=True) from error
    except OSError as error:
        raise _outside() from error
    except (ValueError, RuntimeError) as error:
        raise unanswerable(error) from error


def _modified(work: Overlay, operation: Operation, update: Update) -> tuple[set[Quad], set[Quad]]:
    """What an operation with a pattern deletes and inserts."""
    using = _using(operation, update)
    _made(operation.before + operation.text, update)  # whether it parses
    blocks = [operation.block("DELETE"), operation.block("INSERT")]
    variables = sorted({name for block in blocks for name in _variables(operation, block, update)})
    dataset = using or operation.dataset()
    text = f"{operation.before}SELECT {' '.join(variables) or '*'}\n{dataset}\nWHERE{operation.block('WHERE')}"
    within = None if dataset else _named_graph(operation, update)
    made: tuple[set[Quad], set[Quad]] = set(), set()
    whole = work.whole()
    with _apart(text):
        answers = whole.answers(text, within=within, base=update.base)
        while batch := list(islice(answers, _BATCH)):
            rows = NamedNode(f"urn:uuid:{uuid4()}")
            given = list(_as_quads(batch, rows))
            for block, found in zip(blocks, made, strict=True):
                if block:
                    filled = _filled(operation, block, variables, rows)
                    found |= {quad for quad in _made(filled, update, given) if quad.graph_name != rows}
    return made


def _variables(operation: Operation, block: str, update: Update) -> list[str]:
    """The variables of a template, as its own pattern has them; of none that does not parse."""
    if not block:
        return []
    text = f"{operation.before}SELECT *\nWHERE{block}"
    with _apart(text):
        return Store.of(()).columns(text, base=update.base)


def _named_graph(operation: Operation, update: Update) -> NamedNode | None:
    """The graph of WITH."""
    text = f"{operation.before}{operation.named_graph()}\nINSERT {{ <x:x> <x:x> <x:x> }} WHERE {{}}"
    return next((g for q in _made(text, update) if isinstance(g := q.graph_name, NamedNode)), None)


def _as_quads(answers: Sequence[tuple[Term | None, ...]], graph: NamedNode) -> Iterator[Quad]:
    """Answers of a pattern as statements of a graph: about each its values, by their columns."""
    for answer in answers:
        node = BlankNode()
        yield Quad(node, RDF_TYPE, graph, graph)
        for number, term in enumerate(answer):
            if term is not None:
                yield Quad(node, _column(number), term, graph)


def _column(number: int) -> NamedNode:
    return NamedNode(f"x:{number}")


def _filled(operation: Operation, block: str, variables: Sequence[str], rows: NamedNode) -> str:
    """An operation that inserts what a template makes of answers that stand in the graph `rows`."""
    row = "?rad"
    while row in variables:
        row += "x"
    values = " ".join(f"OPTIONAL {{ {row} {_column(i)} {name} }}" for i, name in enumerate(variables))
    pattern = f"GRAPH {rows} {{ {row} {RDF_TYPE} {rows} {values} }}"
    return f"{operation.before}{operation.named_graph()}\nINSERT {block}\nWHERE {{ {pattern} }}"


def _managed(work: Overlay, operation: Operation, update: Update) -> tuple[set[Quad], set[Quad]]:
    """What an operation on whole graphs takes away and brings. It is run on graphs that hold a mark each, which tell
    what each graph then holds of which."""
    words = operation.words
    kept: set[NamedNode] = set()
    if words[0] in ("CLEAR", "DROP") and words[-1] in ("ALL", "NAMED"):
        kept = {*OWN, STORED_DEFAULT} if words[-1] == "NAMED" else {*OWN}
    before = {*work.graphs, STORED_DEFAULT} - kept
    marks = Store.of(Quad(graph, RDF_TYPE, graph, graph) for graph in before)
    text = operation.before + operation.with_default(str(STORED_DEFAULT))
    with _apart(text):
        marks.engine.update(text, base_iri=update.base)
    after = {graph: _named(quad.subject for quad in marks.quads(graph=graph)) for graph in marks.all_graphs()}
    gone, came = set[Quad](), set[Quad]()
    for graph in before | after.keys():
        sources = after.get(graph, set())
        if sources != {graph}:
            gone |= set(work.quads(graph=graph))
            brought = {_of(quad, graph) for source in sources for quad in work.quads(graph=source)}
            came |= brought
            if sources and graph not in sources and not brought:  # nothing but marks came
                del after[graph]
    work.graphs = work.graphs & kept | after.keys()
    return gone, came


def _named(terms: Iterable[Term]) -> set[NamedNode]:
    return {term for term in terms if isinstance(term, NamedNode)}


def _of(quad: Quad, graph: NamedNode) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, graph)


def _moved(quad: Quad) -> Quad:
    return _of(quad, STORED_DEFAULT)


def _refuse_deleted(work: Overlay, gone: Iterable[Quad]) -> None:
    """Refuse to delete from the default graph what another graph states: it would still be there."""
    wrong = [quad for quad in gone if _moved(quad) not in work]
    if not wrong:
        return
    stating = {quad: next(iter(work.stating(quad)), DERIVED) for quad in wrong}
    quad = min(wrong, key=lambda quad: (stating[quad] == DERIVED, str(quad)))
    graph = stating[quad]
    raise Conflict(
        f"DELETE outside GRAPH: {quad.triple} stands in the graph {graph.value}.",
        "Write GRAPH <…> or WITH <…> with the name of that graph; what follows from others goes with these.",
        sv=f"DELETE utanför GRAPH: {quad.triple} står i grafen {graph.value}.",
        cure_sv="Skriv GRAPH <…> eller WITH <…> med den grafens namn; det härledda försvinner med sin grund.",
    )


def _using(operation: Operation, update: Update) -> str:
    """The clauses of FROM for the graphs that the protocol names; they go with none in the text."""
    if not (update.using or update.using_named):
        return ""
    if {"USING", "WITH"} & set(operation.words):
        raise BadParameter(
            "using-graph-uri and using-named-graph-uri go with no USING or WITH in the update.",
            "Leave one of them out.",
            sv="using-graph-uri och using-named-graph-uri går inte ihop med USING eller WITH i uppdateringen.",
            cure_sv="Utelämna det ena.",
        )
    try:
        default = [f"FROM {NamedNode(iri)}" for iri in update.using]
        return " ".join([*default, *(f"FROM NAMED {NamedNode(iri)}" for iri in update.using_named)])
    except ValueError as error:
        raise BadParameter(
            f"using-graph-uri: no IRI ({error}).",
            "Give an absolute IRI.",
            sv=f"using-graph-uri: ingen IRI ({error}).",
            cure_sv="Ange en absolut IRI.",
        ) from error
