"""Do the shipped data hold the shapes, name no person, and say of each graph what kind it is?

Layer: domain.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rusgraf.checks._context import Context, facts
from rusgraf.checks._model import VIOLATION, Fault, Found, Text, examined, fault
from rusgraf.store import Store
from rusgraf.terms import Literal, NamedNode, Term, expand, rus, shorten
from rusgraf.validate import Result, run_shapes, to_rdflib

TITLE = Text("Medföljande data håller formerna", "The shipped data hold the shapes")
_EXAMPLE = expand("rusd:grafslag/exempel")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
# A personal number has a month where an organisation number has at least 20.
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:19|20)?\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])[-+]\d{4}(?!\d)")


def run(context: Context) -> Iterator[Found]:
    """SHACL on the data in force and on each graph out of force, then what SHACL does not see."""
    yield examined(sum(map(len, context.data.values())), "utsagor i data", "statements of the data")
    yield from _shacl(context)
    yield from _persons(context)
    yield from _graphs(context)


def _shacl(context: Context) -> Iterator[Found]:
    shapes = [(q.subject, q.predicate, q.object) for quads in context.shapes.values() for q in quads]
    store = context.store
    current = [(q.subject, q.predicate, q.object) for q in store.default()]
    yield examined(len({s for s, _, _ in current}), "ting i gällande grafer", "things in the graphs in force")
    yield from _report(context, run_shapes(to_rdflib(current), to_rdflib(shapes)))
    for graphs in _out_of_force(store):
        own = [(q.subject, q.predicate, q.object) for graph in graphs for q in store.quads(graph=graph)]
        told = {s.value for s, _, _ in own if isinstance(s, NamedNode)}
        names = ", ".join(map(shorten, graphs))
        yield examined(len(told), f"ting i {names}", f"things in {names}")
        data = to_rdflib([*_beside(graphs, store), *own])
        yield from _report(context, [r for r in run_shapes(data, to_rdflib(shapes)) if r.focus in told])


def _out_of_force(store: Store) -> Iterator[list[NamedNode]]:
    """Each superseded graph by itself; all examples together, as they hang together."""
    examples, others = [], sorted(set(store.all_graphs()) - set(store.graphs()), key=str)
    for graph in others:
        if any(store.quads(graph, rus("grafslag"), _EXAMPLE)):
            examples.append(graph)
        else:
            yield [graph]
    if examples:
        yield examples


def _beside(graphs: list[NamedNode], store: Store) -> Iterator[tuple[Term, Term, Term]]:
    """What is in force beside graphs that are not, as if they were: without the other versions of their plans."""
    rivals = {plan for graph in graphs for plan in _plans(graph, store)}
    for other in store.graphs():
        if not rivals & _plans(other, store):
            yield from ((q.subject, q.predicate, q.object) for q in store.quads(graph=other))


def _plans(graph: NamedNode, store: Store) -> set[Term]:
    """The plans or strategies of which a graph represents a version."""
    versions = [q.object for q in store.quads(graph, rus("avbildar"))]
    return {q.object for version in versions for q in store.quads(version, expand("dcterms:isVersionOf"))}


def _report(context: Context, results: Iterable[Result]) -> Iterator[Fault]:
    """Each violation by itself; warnings and notes once per shape, with their number."""
    grouped: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        key = result.focus + result.path + result.value if result.severity == VIOLATION else ""
        grouped[result.severity, result.shape + key].append(result)
    for (severity, _), group in sorted(grouped.items()):
        first = group[0]
        named = first.shape.rsplit("/", 1)[-1]
        more = Text(*((f" och {len(group) - 1} till", f" and {len(group) - 1} more") if len(group) > 1 else ("", "")))
        path = shorten(NamedNode(first.path)) if first.path.startswith("http") else ""
        about = " ".join(dict.fromkeys(filter(None, (first.focus, path, first.value))))
        yield fault(
            context.where(context.data, NamedNode(first.focus)) if first.focus.startswith("http") else first.focus,
            f"{named}: {about}{more.sv}.",
            f"{named}: {about}{more.en}.",
            first.message("sv"),
            first.message("en"),
            severity,
        )


def _persons(context: Context) -> Iterator[Fault]:
    for path, quads in context.data.items():
        for quad in quads:
            text = quad.object.value if isinstance(quad.object, Literal) else ""
            if _EMAIL.search(text) or _PERSONAL_NUMBER.search(text):
                yield fault(
                    context.place(path, quad.subject),
                    f"En e-postadress eller ett personnummer i {shorten(quad.predicate)}.",
                    f"An e-mail address or a personal number in {shorten(quad.predicate)}.",
                    "Ta bort uppgiften: grafen rymmer inga personer.",
                    "Remove it: the graph holds no persons.",
                )
            if quad.predicate == rus("passage"):
                yield fault(
                    context.place(path, quad.subject),
                    "En passage som inte är förseglad.",
                    "A passage that is not sealed.",
                    "Kör rusgraf sources seal på filen.",
                    "Run rusgraf sources seal on the file.",
                )


def _graphs(context: Context) -> Iterator[Found]:
    held = facts(context.data)
    seen: set[NamedNode] = set()
    for path, quads in context.data.items():
        for graph in sorted({q.graph_name for q in quads if isinstance(q.graph_name, NamedNode)} - seen, key=str):
            seen.add(graph)
            if len(held.values(graph, "rus:grafslag")) != 1 or not held.is_a(graph, "rus:Graf"):
                yield fault(
                    context.place(path, graph),
                    f"Grafen {shorten(graph)} säger inte vilket slag den är av.",
                    f"The graph {shorten(graph)} does not say what kind it is.",
                    "Beskriv den som rus:Graf med precis ett rus:grafslag; skriv inga utsagor utanför en graf.",
                    "Describe it as rus:Graf with exactly one rus:grafslag; write no statements outside a graph.",
                )
    yield examined(len(seen), "grafer", "graphs")
