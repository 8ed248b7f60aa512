"""What would a SPARQL Update change? Worked out on a copy in memory, which can reach nothing outside; of statements
alone (INSERT DATA, DELETE DATA) on a copy of what they are about.

Outside GRAPH a pattern sees the default graph of queries: the union of the graphs in force, and what follows. What is
inserted there goes into a graph of its own (`STORED_DEFAULT`), and only what stands there is deleted from there: to
delete what another graph states, its name is needed. Operations run one after the other; what follows from them is
worked out after the last. Not done here: the shapes, and writing (``writes``). Layer: domain.
https://www.w3.org/TR/sparql11-update/
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rusgraf import guard, mint, walls
from rusgraf.errors import BadParameter, Conflict, ForbiddenQuery, TooLarge, unanswerable, unparsable
from rusgraf.jobs import cut_off
from rusgraf.store import DERIVED, OWN, Store
from rusgraf.terms import DEFAULT, NamedNode, Quad, rus

STORED_DEFAULT = NamedNode(mint.graph("forvald"))
_MODIFY = {"INSERT", "DELETE", "WITH"}
_MANAGE = {"CLEAR", "DROP", "ADD", "MOVE", "COPY"}
_REACH = {"SERVICE", "LOAD"}


@dataclass(frozen=True)
class Update:
    """The text of an update, the graphs that the protocol says it uses (IRIs), what relative IRIs rest on, how long and
    deep it may be."""

    text: str
    using: Sequence[str] = ()
    using_named: Sequence[str] = ()
    base: str = f"{mint.BASE}sparql"
    caps: guard.Caps = guard.CAPS


@dataclass(frozen=True)
class _Operation:
    """One operation: what stands before it (the prologues, on their lines), its text, and its tokens outside braces
    (kind, text, offset)."""

    before: str
    text: str
    outside: tuple[tuple[str, str, int], ...]

    @property
    def words(self) -> list[str]:
        """The bare words outside braces, in capitals; a text that does not parse may have none."""
        return [token.upper() for kind, token, _ in self.outside if kind == "word"] or [""]

    @property
    def is_data(self) -> bool:
        """Whether it is INSERT DATA or DELETE DATA: statements, no pattern."""
        return self.words[1:2] == ["DATA"] and self.text[: len("INSERT")].upper() in ("INSERT", "DELETE")


def changed(store: Store, update: Update) -> dict[NamedNode, list[Quad]]:
    """The new statements of each graph that an update changes; `store` is left alone."""
    text = guard.decode(update.text)
    _refuse(text, update.caps)
    operations = list(_operations(text))
    is_data = all(operation.is_data for operation in operations)
    there = _near(store, operations, update) if is_data else store
    work = Store.of(there.quads())
    for number, operation in enumerate(operations):
        if number:
            _unite(work)
        _run(work, operation, update, Store.of(work.default()) if number else there)
    gone = {quad for quad in there.quads() if quad.graph_name != DEFAULT and quad not in work.engine}
    came = {quad for quad in work.quads() if quad.graph_name != DEFAULT and quad not in there.engine}
    graphs = {quad.graph_name for quad in gone | came if isinstance(quad.graph_name, NamedNode)}
    return {g: _after(store, g, gone, came) for g in sorted(graphs, key=lambda graph: graph.value)}


def _after(store: Store, graph: NamedNode, gone: set[Quad], came: set[Quad]) -> list[Quad]:
    """The statements of a graph when some have gone and some have come."""
    return [q for q in store.quads(graph=graph) if q not in gone] + [q for q in came if q.graph_name == graph]


def _near(store: Store, operations: Sequence[_Operation], update: Update) -> Store:
    """All that the store states of the triples that operations on data name, and which graphs are in force.

    Operations on data look at nothing else, so that a small update of a large store needs no copy of it.
    """
    near = Store.of(store.quads(predicate=rus("grafslag")))
    for operation in operations:
        named = Store.of(())
        _update(named, operation.before + operation.text, update)
        _update(named, f"{operation.before}INSERT{operation.text[len('INSERT') :]}", update)  # also what is deleted
        for quad in named.quads():
            near.engine.extend(store.quads(quad.subject, quad.predicate, quad.object))
    return near


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


def _operations(text: str) -> Iterator[_Operation]:
    """The operations of a text, in their order; prefixes of the earlier ones hold for the later.

    Each is parsed on its own, since Oxigraph takes no prefixes between them; at its own place, so that faults have the
    line and column that they have in the whole.
    """
    before, start, depth = "", 0, 0
    outside: list[tuple[str, str, int]] = []
    for kind, token, offset in [*guard.tokens(text), ("end", "", len(text))]:
        depth += (kind == "open") - (kind == "close")
        if kind == "end" or (depth == 0 and kind == "other" and token == ";"):  # noqa: S105
            begin = _after_prologue(outside, offset)
            before += text[start:begin]
            if outside or text[start:offset].strip():
                found = tuple((k, t, o - begin) for k, t, o in outside if o >= begin)
                yield _Operation(before, text[begin:offset], found)
            before += _blank(text, begin, offset + 1)
            outside, start = [], offset + 1
        elif depth == 0:
            outside.append((kind, token, offset))


def _blank(text: str, start: int, end: int) -> str:
    """As many lines and columns as a part of a text has."""
    last = text.rfind("\n", start, end)
    return "\n" * text.count("\n", start, end) + " " * (end - max(last + 1, start))


def _after_prologue(outside: Sequence[tuple[str, str, int]], end: int) -> int:
    """Where the first word stands that is no BASE or PREFIX."""
    for kind, token, offset in outside:
        if kind == "word" and token.upper() not in ("BASE", "PREFIX"):
            return offset
    return end


def _run(work: Store, operation: _Operation, update: Update, before: Store) -> None:
    """Run one operation, and move what it inserted outside GRAPH, or deleted there, to the graph for that.

    The default graph of `work` is that of `before`.
    """
    work.engine.add_graph(STORED_DEFAULT)
    words = operation.words
    clears = words[0] in ("CLEAR", "DROP") and words[-1] in ("ALL", "NAMED")
    # of those it would clear the program's own too
    _update(Store.of(()) if clears else work, operation.before + _rewritten(operation, update), update)
    if clears:
        kept = {*OWN, STORED_DEFAULT} if words[-1] == "NAMED" else {*OWN}
        for graph in set(work.all_graphs()) - kept:
            work.engine.remove_graph(graph)
    came = [quad for quad in work.default() if quad not in before.engine]
    gone = {quad for quad in before.default() if quad not in work.engine}
    _refuse_deleted(work, gone)
    for quad in gone:
        work.engine.remove(_moved(quad))
    work.engine.extend(_moved(quad) for quad in came)


def _update(work: Store, text: str, update: Update) -> None:
    """Have the engine run an operation, while it can reach nothing outside."""
    try:
        # A store that is open for writing needs its files at any moment, which `cut_off` would refuse it.
        with contextlib.nullcontext() if walls.stand() else cut_off():
            work.engine.update(text, base_iri=update.base)
    except SyntaxError as error:
        raise unparsable(text, str(error), is_update=True) from error
    except OSError as error:
        raise _outside() from error
    except (ValueError, RuntimeError) as error:
        raise unanswerable(error) from error


def _moved(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, STORED_DEFAULT)


def _refuse_deleted(work: Store, gone: set[Quad]) -> None:
    """Refuse to delete from the default graph what another graph states: it would still be there."""
    wrong = [quad for quad in gone if _moved(quad) not in work.engine]
    if not wrong:
        return
    united = set(work.united())

    def stating(quad: Quad) -> NamedNode:
        found = (q.graph_name for q in work.quads(quad.subject, quad.predicate, quad.object))
        return next((g for g in found if isinstance(g, NamedNode) and g in united), DERIVED)

    quad = min(wrong, key=lambda quad: (stating(quad) == DERIVED, str(quad)))
    graph = stating(quad)
    raise Conflict(
        f"DELETE outside GRAPH: {quad.triple} stands in the graph {graph.value}.",
        "Write GRAPH <…> or WITH <…> with the name of that graph; what follows from others goes with these.",
        sv=f"DELETE utanför GRAPH: {quad.triple} står i grafen {graph.value}.",
        cure_sv="Skriv GRAPH <…> eller WITH <…> med den grafens namn; det härledda försvinner med sin grund.",
    )


def _unite(work: Store) -> None:
    """Make the default graph anew of the graphs in force, and of what followed before the update."""
    united = {*work.united(), DERIVED}
    should = {Quad(q.subject, q.predicate, q.object, DEFAULT) for q in work.quads() if q.graph_name in united}
    had = set(work.default())
    for quad in had - should:
        work.engine.remove(quad)
    work.engine.extend(should - had)


def _rewritten(operation: _Operation, update: Update) -> str:
    """An operation with the dataset of the protocol, and with our name for DEFAULT."""
    words, text = operation.words, operation.text
    if words[0] in _MANAGE:
        for kind, token, offset in reversed(operation.outside):
            if kind == "word" and token.upper() == "DEFAULT":
                text = f"{text[:offset]} GRAPH {STORED_DEFAULT} {text[offset + len(token) :]}"
        return text
    using = _using(operation, update)
    if not using or words[0] not in _MODIFY or "DATA" in words[:2]:
        return text
    places = [o for kind, token, o in operation.outside if kind == "word" and token.upper() == "WHERE"]
    if not places:
        return text  # it does not parse
    offset = places[-1]
    pattern = text[offset + len("WHERE") :]
    if words[:2] == ["DELETE", "WHERE"]:  # short for the same pattern twice
        return f"DELETE {pattern} {using} WHERE {pattern}"
    return f"{text[:offset]} {using} {text[offset:]}"


def _using(operation: _Operation, update: Update) -> str:
    """The clauses for the graphs that the protocol names; they go with none in the text."""
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
        default = [f"USING {NamedNode(iri)}" for iri in update.using]
        return " ".join([*default, *(f"USING NAMED {NamedNode(iri)}" for iri in update.using_named)])
    except ValueError as error:
        raise BadParameter(
            f"using-graph-uri: no IRI ({error}).",
            "Give an absolute IRI.",
            sv=f"using-graph-uri: ingen IRI ({error}).",
            cure_sv="Ange en absolut IRI.",
        ) from error
