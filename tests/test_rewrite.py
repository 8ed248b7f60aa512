"""Does a rewritten query mean the same? Values bound by VALUES, answers in parts: held to Oxigraph."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusgraf.library import Query, bind, library
from rusgraf.remote import rewrite
from rusgraf.remote.results import named
from rusgraf.store import Store
from rusgraf.terms import BlankNode, Literal, NamedNode, Term

QUERIES = list(library().values())
WITH_PARAMETERS = [q for q in QUERIES if q.parameters]
HOSTILE = [
    '"',
    "'''",
    '"""',
    "\\",
    '" } } DROP ALL #',
    "x\n} SELECT",
    "\r\n\t\x0b",
    "?x $x }",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "å\N{COMBINING ACUTE ACCENT}",
    "\U0001f600",
    "\\u0022",
    "%s {0}",
    "",
]
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.sampled_from(HOSTILE)
literals = st.one_of(
    texts.map(Literal),
    texts.map(lambda t: Literal(t, language="sv")),
    texts.map(lambda t: Literal(t, datatype=NamedNode("https://example.org/slag"))),
    st.integers(-(10**17), 10**17).map(Literal),
)


def answers(text: str) -> list[tuple[Term | None, ...]]:
    return list(Store.of(()).select(text).rows)


@given(literals)
def test_any_value_is_bound_as_itself_and_nothing_else_is_said(value: Literal) -> None:
    text = rewrite.bound("SELECT ?x WHERE { } # slut", {"x": value})
    (row,) = answers(text)
    assert row == (value,)


@given(st.dictionaries(st.sampled_from(["x", "y", "z"]), literals, min_size=1))
def test_several_values_are_bound_each_to_its_variable(values: dict[str, Literal]) -> None:
    (row,) = answers(rewrite.bound("SELECT ?x ?y ?z WHERE { }", values))
    assert row == tuple(values.get(name) for name in "xyz")


def test_blank_node_is_bound_under_the_name_that_it_has_in_a_service() -> None:
    node = BlankNode("b0")
    assert answers(rewrite.bound("SELECT ?x { }", {"x": node})) == [(named(node),)]


SHAPES = {
    "plain": "SELECT ?x { ?x ?p ?o }",
    "head": "#+ summary: {\nPREFIX x: <urn:#x>\nSELECT (EXISTS { ?s ?p '}' } AS ?e) ?x WHERE { ?x ?p ?o }",
    "subquery": "SELECT ?x WHERE { SELECT ?x WHERE { ?x ?p ?o } ORDER BY ?x }",
    "comment": "SELECT ?x WHERE { ?x ?p ?o # {\n} ORDER BY ?x # }",
    "string": "SELECT ?x WHERE { ?x ?p '}{' . FILTER(?x != \"{\") }",
    "order": "SELECT ?x WHERE { ?x ?p ?o } HAVING EXISTS { ?s ?p ?o } ORDER BY EXISTS { ?s ?p ?o }",
    "values": "SELECT ?x WHERE { ?x ?p ?o } VALUES ?p { <urn:p> <urn:q> }",
    "union": "SELECT ?x { { ?x ?p ?o } UNION { ?o ?p ?x } }",
    "limit": "SELECT DISTINCT ?x { ?x ?p ?o } ORDER BY DESC(?x) LIMIT 3 OFFSET 1",
}


@pytest.fixture(scope="module")
def small() -> Store:
    """Statements by two properties between five things, and one with a brace."""
    quads = [
        ox.Quad(ox.NamedNode(f"urn:{i}"), ox.NamedNode("urn:p"), ox.NamedNode(f"urn:{i * 3 % 5}")) for i in range(5)
    ]
    return Store.of([*quads, ox.Quad(ox.NamedNode("urn:1"), ox.NamedNode("urn:q"), ox.Literal("}{"))])


@pytest.mark.parametrize("name", SHAPES)
def test_value_is_bound_wherever_the_pattern_is(name: str, small: Store) -> None:
    text, value = SHAPES[name], NamedNode("urn:1")
    wanted = small.select(text.replace("HAVING EXISTS { ?s ?p ?o } ", ""), {"x": value}).rows
    assert small.select(rewrite.bound(text.replace("HAVING EXISTS { ?s ?p ?o } ", ""), {"x": value})).rows == wanted
    assert {row[-1] for row in wanted} <= {value}


@pytest.mark.parametrize("name", [n for n in SHAPES if n != "order"])
def test_counting_counts_the_rows(name: str, small: Store) -> None:
    ((number,),) = small.select(rewrite.counting(SHAPES[name])).rows
    assert number == Literal(len(small.select(SHAPES[name]).rows))


def test_counting_a_construct_counts_its_solutions(small: Store) -> None:
    for text in ("CONSTRUCT { <urn:a> ?p 1 } WHERE { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
        assert small.select(rewrite.counting(text)).rows == [(Literal(6),)]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x FROM <urn:g> { ?x ?p ?o }",
        "DESCRIBE <urn:1>",
        "CONSTRUCT { ?s ?p ?n } { SELECT ?s ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ?p } GROUP BY ?s ?p ?n",
    ],
)
def test_what_cannot_be_counted_is_not(text: str) -> None:
    assert rewrite.counting(text) == ""


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.id)
def test_parts_of_an_answer_make_the_whole(query: Query, shipped: Store) -> None:
    whole = shipped.select(query.text)
    ((number,),) = shipped.select(rewrite.counting(query.text)).rows
    assert number == Literal(len(whole.rows))
    half = len(whole.rows) // 2 + 1
    parts = [shipped.select(rewrite.part(query.text, offset, half)) for offset in (0, half)]
    places = [[part.columns.index(column) for column in whole.columns] for part in parts]
    rows = [tuple(row[i] for i in at) for part, at in zip(parts, places, strict=True) for row in part.rows]
    assert sorted(rows, key=str) == sorted(whole.rows, key=str)


@pytest.mark.parametrize("query", WITH_PARAMETERS, ids=lambda q: q.id)
def test_example_bound_by_values_gives_what_oxigraph_gives_with_the_variable_bound(
    query: Query, shipped: Store
) -> None:
    for parameter in query.parameters:
        bindings = bind(query, {parameter.name: parameter.example}, shipped)
        assert shipped.select(rewrite.bound(query.text, bindings)) == shipped.select(query.text, bindings)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("SELECT * FROM <a:b> FROM NAMED <a:c> { ?s ?p ?o }", "SELECT *     { ?s ?p ?o }"),
        ("PREFIX a: <b:> ASK from a:x FROM named a:y {}", "PREFIX a: <b:> ASK     {}"),
        ("ASK FROM # <a:b>\n<a:c> { ?s ?p 'FROM <a:d>' }", "ASK   { ?s ?p 'FROM <a:d>' }"),
        ("ASK { ?from ?p <FROM> }", "ASK { ?from ?p <FROM> }"),
        ("SELECT ?from { ?from a:FROM 1 }", "SELECT ?from { ?from a:FROM 1 }"),
    ],
)
def test_from_is_taken_out_and_nothing_else(text: str, rest: str) -> None:
    assert rewrite.without_from(text).split() == rest.split()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("SELECT * FROM <a:b> { ?s ?p ?o }", "SELECT * FROM NAMED <u:n> FROM <a:b> { ?s ?p ?o }"),
        ("PREFIX from: <b:> ASK from from:x {}", "PREFIX from: <b:> ASK FROM NAMED <u:n> from from:x {}"),
        ("ASK FROM <a:b> FROM named <a:c> {}", "ASK FROM <a:b> FROM named <a:c> {}"),
        ("ASK { ?from ?p <FROM> }", "ASK { ?from ?p <FROM> }"),
    ],
)
def test_from_without_from_named_is_given_an_empty_one(text: str, rest: str) -> None:
    assert rewrite.no_more_named(text, NamedNode("u:n")) == rest
