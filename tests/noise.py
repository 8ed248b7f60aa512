"""Invented statements without rhyme or reason, in the words that rules and shapes know: what nobody thought of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from hypothesis import strategies as st

from planted import e
from rusgraf.library import rules
from rusgraf.shapes import shapes_graph
from rusgraf.store import Store, derivations
from rusgraf.terms import PREF_LABEL, RDF_TYPE, BlankNode, Literal, NamedNode, Quad, Term, expand, rus

GRAPHS = [e("graf-1"), e("graf-2")]
OLD = [e(f"ting-{i}") for i in range(8)]
NEW: list[NamedNode | BlankNode] = [*OLD, e("nytt-1"), e("nytt-2"), BlankNode("utan")]
TIMES = [Literal("2019", datatype=expand("xsd:gYear")), Literal("2090", datatype=expand("xsd:gYear"))]
DAYS = [Literal(f"2021-{month:02}-10", datatype=expand("xsd:date")) for month in (3, 6, 9)]
VALUES = [Literal("text"), Literal("5", datatype=expand("xsd:integer")), Literal("namn", language="sv")]
_TIME, _DAY = re.compile("galler|beslutsdatum"), re.compile("datum$|senast$")


@cache
def words(text: str) -> tuple[list[str], list[str]]:
    """The properties and classes of ours that a text names, as prefixed names."""
    found = set(re.findall(r"\b(?:rus|dcterms|skos):\w+", text))
    derived = {"rus:tillhorPlan", "rus:tillhorStrategi", "rus:tillhorVersion"}
    return (
        sorted(w for w in found - derived if w.partition(":")[2][0].islower()),
        sorted(w for w in found if w.startswith("rus:") and w.partition(":")[2][0].isupper()),
    )


@cache
def of_rules() -> str:
    return "\n".join([*(rule.text for rule in rules()), *derivations()])


@cache
def of_shapes() -> str:
    found = re.findall(r"<https://w3id.org/rusgraf/spec/(\w+)>", shapes_graph().serialize(format="nt"))
    return "\n".join(f"rus:{word}" for word in found)


@cache
def ontology() -> Store:
    """What derivation rules and shapes read of the ontology: the trees, what is symmetric, a class, a property."""
    said = ("#subClassOf>", "#subPropertyOf>", "#SymmetricProperty>", "owl#Class>", "Property>")
    return Store.of(q for q in Store.load([]).quads() if any(word in f"{q.predicate} {q.object}" for word in said))


def values_of(word: str, things: Sequence[Term]) -> list[Term]:
    """What may stand as the object of a property, rightly or wrongly."""
    if _TIME.search(word):
        return [*TIMES]
    if _DAY.search(word):
        return [*DAYS]
    return [*things, *VALUES]


def statements(things: Sequence[NamedNode | BlankNode], text: str, most: int) -> st.SearchStrategy[list[Quad]]:
    """Up to `most` statements about these things, in the words of a text."""
    properties, classes = words(text)
    subject, graph = st.sampled_from(things), st.sampled_from(GRAPHS)
    typed = st.builds(lambda s, c, g: Quad(s, RDF_TYPE, expand(c), g), subject, st.sampled_from(classes), graph)
    named = st.builds(lambda s, g: Quad(s, PREF_LABEL, Literal("namn", language="sv"), g), subject, graph)
    linked = st.sampled_from(properties).flatmap(
        lambda word: st.builds(
            lambda s, o, g: Quad(s, expand(word), o, g), subject, st.sampled_from(values_of(word, things)), graph
        )
    )
    return st.lists(st.one_of(typed, linked, linked, named), max_size=most)


def fallen(graph: NamedNode) -> Quad:
    """A statement that puts a graph out of force."""
    return Quad(graph, rus("grafslag"), NamedNode("https://w3id.org/rusgraf/def/grafslag/ersatt"), graph)
