"""What may a file write into the store, and where?

In graphs of its own: new ones, and those that an earlier version of it made. Not in the graphs that the program writes,
not in the ontology, not about the standing of other graphs. What is stated has names: a blank node can be neither
corrected nor traced. Not done here: the shapes (``validate``). Layer: domain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rusgraf import mint
from rusgraf.digest import is_nameless
from rusgraf.draft import is_schema
from rusgraf.errors import BadParameter, Conflict, UnreadableInput
from rusgraf.inputs import Input
from rusgraf.naming import shown
from rusgraf.provenance import Version
from rusgraf.rdf import suffix_graph
from rusgraf.store import OWN, Store
from rusgraf.terms import PREF_LABEL, PREFIXES, RDF_TYPE, Literal, NamedNode, Quad, rus, shorten

Graphs = Mapping[NamedNode, Sequence[Quad]]
_PLAN = NamedNode(f"{mint.BASE}def/grafslag/plan")


@dataclass(frozen=True)
class Source:
    """A file to publish, read."""

    input: Input

    @property
    def name(self) -> str:
        """The name of the file, without folders."""
        short = PurePosixPath(self.input.name.replace("\\", "/")).name
        return short.encode("utf-8", "replace").decode()

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return PurePosixPath(self.name).stem

    @property
    def sha256(self) -> str:
        """The hash of the bytes."""
        return hashlib.sha256(self.input.content).hexdigest()

    @property
    def template(self) -> str:
        """The version of the template that an activity sheet was made from, "" of another file."""
        return self.input.sheet.template_version if self.input.sheet else ""


def graphs_of(source: Source, graph: str = "") -> Graphs:
    """What a file states, by graph, each described; `graph` names the one for what is stated outside any."""
    found: dict[NamedNode, list[Quad]] = {}
    nameless = suffix_graph(source.stem)
    target = _target(source, graph) if graph else nameless
    if not mint.slug(target.value.rpartition("/")[2]):
        raise _no_name(source.name)
    for quad in source.input.quads:
        refuse_statement(source.name, quad)
        place = target if quad.graph_name == nameless else quad.graph_name
        if isinstance(place, NamedNode):
            subject = target if quad.subject == nameless else quad.subject
            value = target if quad.object == nameless else quad.object
            found.setdefault(place, []).append(Quad(subject, quad.predicate, value, place))
    for place, stated in found.items():
        refuse_about_others(source.name, place, stated)
        stated.extend(description(place, stated, source.stem))
    return found


def _target(source: Source, graph: str) -> NamedNode:
    """The graph that the caller names."""
    if {q.graph_name for q in source.input.quads} - {suffix_graph(source.stem)}:
        raise BadParameter(
            f"{source.name} names its graphs itself.",
            "Leave --graph out.",
            sv=f"{source.name} anger själv sina grafer.",
            cure_sv="Utelämna --graph.",
        )
    try:
        return NamedNode(graph if graph.startswith(("http://", "https://")) else mint.graph(graph))
    except ValueError as error:
        raise BadParameter(
            f"--graph: “{shown(graph)}” is no IRI.",
            "Give a short name, or an IRI without spaces.",
            sv=f"--graph: ”{shown(graph)}” är ingen IRI.",
            cure_sv="Ange ett kort namn, eller en IRI utan blanksteg.",
        ) from error


def _no_name(name: str) -> BadParameter:
    return BadParameter(
        f"{name}: that gives the graph no name.",
        "Name it with --graph.",
        sv=f"{name}: det ger grafen inget namn.",
        cure_sv="Ange ett med --graph.",
    )


def description(graph: NamedNode, stated: Iterable[Quad], name: str) -> list[Quad]:
    """What a graph must say of itself and does not: that it is one, its kind, its name."""
    said = {q.predicate for q in stated if q.subject == graph}
    must = ((RDF_TYPE, rus("Graf")), (rus("grafslag"), _PLAN), (PREF_LABEL, Literal(name, language="sv")))
    return [Quad(graph, predicate, value, graph) for predicate, value in must if predicate not in said]


def refuse_statement(name: str, quad: Quad, *, nameless: bool = False) -> None:
    """Refuse a statement about a thing without a name, unless these may come, and one that changes the ontology."""
    about = shorten(quad.predicate)
    if is_nameless(quad) and not nameless:
        raise UnreadableInput(
            f"{name}: a thing without a name (a blank node) has {about}.",
            "Give it an IRI: what has none can be neither corrected nor traced.",
            sv=f"{name}: ett ting utan namn (en blank nod) har {about}.",
            cure_sv="Ge det en IRI: det som saknar namn kan varken rättas eller spåras.",
        )
    thing = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
    if thing.startswith(PREFIXES["rus"]) or is_schema(quad):
        raise Conflict(
            f"{name}: it changes the ontology ({shown(thing)}, {about}).",
            "Take that out; the ontology is changed in its own files.",
            sv=f"{name}: filen ändrar ontologin ({shown(thing)}, {about}).",
            cure_sv="Ta bort det; ontologin ändras i sina egna filer.",
        )


def refuse_about_others(name: str, graph: NamedNode, stated: Iterable[Quad]) -> None:
    """Refuse what puts another graph in or out of force."""
    for quad in stated:
        if quad.predicate == rus("grafslag") and quad.subject != graph:
            other = shown(str(quad.subject))
            raise Conflict(
                f"{name}: it states the kind of another graph, {other}.",
                "Say it of the file's own graph only.",
                sv=f"{name}: filen anger slag för en annan graf, {other}.",
                cure_sv="Ange det bara för filens egen graf.",
            )


def refuse_own(graphs: Iterable[NamedNode]) -> None:
    """Refuse the graphs that the program itself writes."""
    for graph in graphs:
        if graph in OWN:
            raise Conflict(
                f"{graph.value} is a graph that the program itself writes.",
                "Name another graph.",
                sv=f"{graph.value} är en graf som programmet självt skriver.",
                cure_sv="Ange en annan graf.",
            )


def refuse_taken(source: Source, graphs: Graphs, store: Store, known: Mapping[str, Version]) -> None:
    """Refuse to write in a graph that is not the file's own; `known` are the published versions that are there."""
    for graph, stated in graphs.items():
        if not next(store.quads(graph=graph), None):
            continue
        if graph.value not in known:
            raise Conflict(
                f"{source.name}: the graph {graph.value} is there already, and no published file made it.",
                "Name another graph with --graph, or say --replace.",
                sv=f"{source.name}: grafen {graph.value} finns redan, och ingen publicerad fil har gjort den.",
                cure_sv="Ange en annan graf med --graph, eller ange --replace.",
            )
        things, had = ({q.subject for q in found} - {graph} for found in (stated, store.quads(graph=graph)))
        if had and not things & had:
            before = known[graph.value].origin.file
            raise Conflict(
                f"{source.name}: it shares not one thing with {before}, which made the graph {graph.value}.",
                "Name another graph with --graph; if it is a new version all the same, say --replace.",
                sv=f"{source.name}: filen har inget ting gemensamt med {before}, som gjorde grafen {graph.value}.",
                cure_sv="Ange en annan graf med --graph; är det ändå en ny version, ange --replace.",
            )
