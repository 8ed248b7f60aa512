"""Does the guard refuse every query that would reach outside or change something, and no other?"""

# ruff: noqa: S608 -- this is SPARQL, and made of constants
from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planted import Canary
from rusgraf import guard, jobs
from rusgraf.answer import Question
from rusgraf.errors import BadQuery, ForbiddenQuery, RusgrafError, TooLarge
from rusgraf.library import Query, library
from rusgraf.store import Store

GRAPHS = {"https://w3id.org/rusgraf/res/graf/a", "https://w3id.org/rusgraf/res/graf/b"}
A, B = sorted(GRAPHS)
BODY = "{ ?a ?b ?c }"
BACKSLASH = "\\"

# What leads to another server: each with the address to go to in place of §. Marked where only a parser sees it,
# because the keyword is glued to its neighbour or a tokenizer takes what stands before it for something else.
REACHING = {
    "plain": f"SELECT * {{ SERVICE <§> {BODY} }}",
    "silent": f"SELECT * {{ SERVICE SILENT <§> {BODY} }}",
    "lower case": f"select * {{ service <§> {BODY} }}",
    "mixed case": f"SELECT * {{ SeRvIcE <§> {BODY} }}",
    "variable": f"SELECT * {{ BIND(<§> AS ?x) SERVICE ?x {BODY} }}",
    "prefixed name": f"PREFIX x: <§> SELECT * {{ SERVICE x: {BODY} }}",
    "escape u": f"SELECT * {{ S{BACKSLASH}u0045RVICE <§> {BODY} }}",
    "escape U": f"SELECT * {{ SERV{BACKSLASH}U00000049CE <§> {BODY} }}",
    "all escaped": f"SELECT * {{ {''.join(f'{BACKSLASH}u{ord(c):04X}' for c in 'SERVICE')} <§> {BODY} }}",
    "optional": f"SELECT * {{ OPTIONAL {{ SERVICE <§> {BODY} }} }}",
    "minus": f"SELECT * {{ ?s ?p ?o MINUS {{ SERVICE <§> {BODY} }} }}",
    "union": f"SELECT * {{ {BODY} UNION {{ SERVICE <§> {BODY} }} }}",
    "graph": f"SELECT * {{ GRAPH ?g {{ SERVICE <§> {BODY} }} }}",
    "exists": f"ASK {{ FILTER EXISTS {{ SERVICE <§> {BODY} }} }}",
    "not exists": f"ASK {{ FILTER(1 = 1 && NOT EXISTS {{ SERVICE <§> {BODY} }}) }}",
    "subquery": f"SELECT * {{ {{ SELECT * {{ SERVICE <§> {BODY} }} }} }}",
    "construct": f"CONSTRUCT {{ ?a ?b ?c }} WHERE {{ SERVICE <§> {BODY} }}",
    "describe": f"DESCRIBE ?a {{ SERVICE <§> {BODY} }}",
    "after a comment": f"SELECT * {{ # harmless\n SERVICE <§> {BODY} }}",
    "comment within": f"SELECT * {{ SERVICE # <http://harmless>\n <§> {BODY} }}",
    "after a string": f"SELECT * {{ BIND('it''s' AS ?x) SERVICE <§> {BODY} }}".replace("''", f"{BACKSLASH}'"),
    "after a long string": f'SELECT * {{ BIND("""a"b""" AS ?x) SERVICE <§> {BODY} }}',
    "no space": f"SELECT*{{SERVICE<§>{BODY}}}",
    "after a number": f"SELECT * {{ ?s ?p 1 SERVICE <§> {BODY} }}",
    "glued to silent": f"SELECT * {{ SERVICESILENT<§> {BODY} }}",
    "glued to a number": f"SELECT * {{ ?s ?p 1e0SERVICE <§> {BODY} }}",
    "glued to true": f"SELECT * {{ ?s ?p trueSERVICE <§> {BODY} }}",
    "looks like a name": f"PREFIX : <§> SELECT * {{ SERVICE:x {BODY} }}",
    "looks like a declared name": f"PREFIX SERVICE: <http://e/> PREFIX : <§> SELECT * {{ SERVICE:x {BODY} }}",
    "looks like a name after a number": f"PREFIX : <§> SELECT * {{ ?s ?p 1.SERVICE:x {BODY} }}",
    "looks like an IRI": f"SELECT * {{ FILTER(1<2)SERVICE#>\n<§> {BODY} }}",
    "looks like a long string": f'SELECT * {{ FILTER(1<2#>"""\n) SERVICE <§> {BODY} #"""\n }}',
    "looks like a string": f"SELECT * {{ FILTER(\"a\"<'>') SERVICE <§> {BODY} FILTER('x'='x') }}",
    "looks like a comment": f"SELECT * {{ FILTER(1<<http://f#>||true) SERVICE <§> {BODY} \n}}",
}
CHANGING = [
    "INSERT DATA { <a:a> <a:b> 1 }", "DELETE DATA { <a:a> <a:b> 1 }", "DELETE WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", "DELETE { ?s ?p ?o } INSERT { ?s ?p 2 } WHERE { ?s ?p ?o }",
    "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "LOAD <http://example.org/>", "LOAD SILENT <file:///etc/passwd>",
    "LOAD <http://example.org/> INTO GRAPH <a:g>", "CLEAR ALL", "CLEAR SILENT GRAPH <a:g>", "DROP ALL", "drop default",
    "CREATE GRAPH <a:g>", "ADD <a:g> TO <a:h>", "MOVE DEFAULT TO <a:h>", "COPY <a:g> TO DEFAULT",
    "PREFIX a: <a:> INSERT DATA { a:a a:b 1 }", "# SELECT\nDROP ALL", "BASE <http://select/> DROP ALL",
    f"DR{BACKSLASH}u004FP ALL", "PREFIX select: <a:> CLEAR ALL",
]  # fmt: skip
ELSEWHERE = [
    f"SELECT * FROM <http://example.org/x.ttl> {BODY}", f"SELECT * FROM NAMED <http://example.org/x> {BODY}",
    f"SELECT * FROM <file:///etc/passwd> {BODY}", f"ASK FROM <a:g> {BODY}", f"SELECT * FROM <{A}> FROM <a:g> {BODY}",
    f"CONSTRUCT {BODY} FROM <a:g> WHERE {BODY}", f"DESCRIBE ?a FROM <a:g> {BODY}",
    f"PREFIX g: <http://example.org/> SELECT * FROM g:x {BODY}", f"BASE <http://example.org/> SELECT * FROM <x> {BODY}",
    f"SELECT * FR{BACKSLASH}u004FM <a:g> {BODY}",
]  # fmt: skip
DEEP = [
    "SELECT * " + "{" * 101 + "}" * 101,
    "SELECT * { FILTER" + "(" * 5000 + "1" + ")" * 5000 + "}",
    "SELECT * { ?s ?p " + "[ <a:p> " * 200 + "1" + "]" * 200 + " }",
    "SELECT * { ?s ?p " + "(" * 200 + "1" + ")" * 200 + " }",
    "{" * 2200,
    "SELECT * { ?s ?p " + "<<( <a:a> <a:b> " * 200 + "1" + ")>>" * 200 + " }",
    "x" * (guard.CAPS.length + 1),
    f"SELECT * FROM <{A}> " + "{" * 90 + "}" * 90,
]
BROKEN = [f"ASK {{ ?s ?p '{BACKSLASH}uD800' }}", f"ASK {{ <a:{BACKSLASH}U00110000> ?p ?o }}", f"SELECT * FROM {BODY}"]
HOSTILE = (
    [(text.replace("§", "http://127.0.0.1:9/"), (ForbiddenQuery, BadQuery)) for text in REACHING.values()]
    + [(text, ForbiddenQuery) for text in CHANGING + ELSEWHERE]
    + [(text, TooLarge) for text in DEEP]
    + [(text, BadQuery) for text in BROKEN]
)

INNOCENT = [
    "SELECT * { ?s ?p 'kommunal service' }",
    'SELECT * { ?s ?p "SERVICE <http://example.org/> { ?a ?b ?c }"@sv }',
    'SELECT * { ?s ?p """\nSERVICE <http://example.org/>\n""" }',
    f'SELECT * {{ ?s ?p "a{BACKSLASH}" SERVICE" }}',
    "SELECT ?service { ?service ?p $SERVICE }",
    "PREFIX service: <http://example.org/service#> SELECT * { ?s a service:Service ; service:service service:SERVICE }",
    "SELECT * { ?s <http://example.org/service> <http://example.org/#SERVICE> }",
    "SELECT * { ?s ?p ?o } # SERVICE <http://example.org/> { ?a ?b ?c }",
    "# LOAD <http://example.org/>\nASK { ?s ?p ?o }",
    "SELECT ?load ?drop ?insert ?from { ?load ?drop ?insert BIND(1 AS ?from) }",
    "PREFIX load: <a:> PREFIX from: <a:> SELECT * { load:insert from:delete load:drop }",
    "SELECT * { ?s ?p 'DROP ALL; INSERT DATA' }",
    "SELECT (REPLACE('a', 'b', 'c') AS ?x) {}",
    "SELECT * { ?s ?p _:service . _:load ?p ?o }",
    f"SELECT * FROM <{A}> {BODY}",
    f"SELECT * FROM <{A}> FROM NAMED <{B}> {BODY}",
    f"PREFIX g: <https://w3id.org/rusgraf/res/graf/> SELECT * FROM g:a {BODY}",
    "SELECT * { ?s ?p ?o FILTER(?o < 5 && 3 > ?o) }",
    "SELECT * { ?s ?p ?o FILTER(?o<5) FILTER(?o>5) }",
    "SELECT * { ?s ?p '{{{{{{' , \"((((\" }",
    "SELECT * " + "{" * 100 + "}" * 100,
    "DESCRIBE <http://example.org/service>",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o } VALUES ?s { <http://example.org/SERVICE> }",
    "SELECT * { ?s ?p ?o . ?o ?q 'å ä ö \U0001f600' }",
    f"SELECT * {{ ?s ?p '{BACKSLASH}u00E5' }}",
    f"SELECT * {{ ?s ?p 'rad{BACKSLASH}nrad{BACKSLASH}{BACKSLASH}' }}",
    "not a query at all, which the store itself refuses",
    "",
]


@pytest.mark.parametrize(("text", "error"), HOSTILE, ids=lambda v: ascii(v)[:60] if isinstance(v, str) else "")
def test_hostile_query_is_refused_by_its_kind_of_error(
    text: str, error: type[RusgrafError] | tuple[type[RusgrafError], ...]
) -> None:
    with pytest.raises(error) as caught:
        guard.check(text, GRAPHS)
    assert caught.value.cure
    assert len(str(caught.value)) < 1000


def test_hostile_queries_are_many() -> None:
    assert len({text for text, _ in HOSTILE}) == len(HOSTILE) >= 40


@pytest.mark.parametrize("text", INNOCENT, ids=lambda v: ascii(v)[:60])
def test_innocent_query_passes_with_its_escapes_resolved(text: str) -> None:
    assert guard.check(text, GRAPHS) == guard.decode(text)


@pytest.mark.parametrize("query", library().values(), ids=library())
def test_query_of_the_library_passes(query: Query) -> None:
    assert guard.check(query.text, set()) == query.text


# The wall behind the guard


@pytest.mark.parametrize("name", REACHING)
def test_guarded_query_reaches_nobody(name: str, canary: Canary) -> None:
    text = REACHING[name].replace("§", f"{canary.url}/x")
    with pytest.raises(RusgrafError):
        jobs.run_query(Store.load([]), Question(text, ("json",), 10_000)).whole()
    assert canary.hits == []


@pytest.mark.parametrize("name", REACHING)
def test_query_that_slips_past_the_guard_still_reaches_nobody(
    name: str, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "check", lambda text, _, **__: guard.decode(text))
    try:
        question = Question(REACHING[name].replace("§", f"{canary.url}/x"), ("json",), 10_000)
        jobs.run_query(Store.load([]), question).whole()
    except RusgrafError as error:
        assert error.cure
    assert canary.hits == []


def test_cutting_off_ends_with_the_work(canary: Canary) -> None:
    with jobs.cut_off(), pytest.raises(OSError, match="open files"):
        open(__file__)  # noqa: PTH123, SIM115
    with open(__file__, encoding="utf-8") as file:  # noqa: PTH123
        assert file.readline()


# Tokens


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("SELECT ?x", ["word", "variable"]),
        ("<http://a/b>", ["iri"]),
        ("?a < ?b", ["variable", "other", "variable"]),
        ("'a' \"b\" '''c\n'd''' \"\"\"e\"f\"\"\"", ["string"] * 4),
        (f"'a{BACKSLASH}'b' x", ["string", "word"]),
        ("# comment\nx", ["word"]),
        ("a:b :b a: _:b a:b.c", ["name"] * 5),
        (f"a:b{BACKSLASH}#c x", ["name", "word"]),
        ("'x'@sv-SE", ["string", "tag"]),
        ("{ ( [ ] ) }", ["open"] * 3 + ["close"] * 3),
    ],
)
def test_text_is_read_as_tokens(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _, _ in guard.tokens(text)] == kinds


def test_place_counts_from_one() -> None:
    assert guard.place("abc\ndef", 5) == "line 2, column 2"
    assert guard.place("abc", 0) == "line 1, column 1"


def test_refusal_names_the_place() -> None:
    with pytest.raises(ForbiddenQuery, match="line 2, column 3"):
        guard.check("SELECT * {\n  SERVICE <a:a> {} }", GRAPHS)


PIECES = st.sampled_from(
    ["SELECT", "*", "{", "}", "(", ")", "<", ">", "<a:a>", "'", '"', '"""', BACKSLASH, "#", "\n", " ", "?x", "a:b",
     "FROM", "SERVICE", "LOAD", "FILTER", "1", "=", "<<", ">>", f"{BACKSLASH}u0041", "WHERE", "ASK", ".",
     "@sv", "§", f"<{A}>"]
)  # fmt: skip


@given(st.text() | st.lists(PIECES).map("".join) | st.lists(PIECES).map(" ".join))
@example("SELECT * FROM \0")
@example("\ud800")
def test_any_text_passes_or_is_refused_with_a_cure(text: str) -> None:
    try:
        checked = guard.check(text, GRAPHS)
    except RusgrafError as error:
        assert error.cure
    else:
        assert checked == guard.decode(text)


@given(st.lists(PIECES).map("".join) | st.lists(PIECES).map(" ".join))
def test_service_in_no_string_iri_or_comment_never_passes(text: str) -> None:
    """Whatever stands around it: what passes with the word is no query, or has it where it means nothing."""
    try:
        checked = guard.check(f"SELECT * {{ {text} SERVICE <http://127.0.0.1:9/> {{ ?a ?b ?c }} }}", GRAPHS)
        with jobs.cut_off():
            list(EMPTY.query(checked))  # type: ignore[arg-type]
    except RusgrafError:
        return
    except OSError as error:
        pytest.fail(f"tried to reach out: {error}")


EMPTY = Store.load([])


# What is forwarded to another engine

FOREIGN = {
    "in the projection": "PREFIX f: <bif:> SELECT (f:x(1) AS ?y) { }",
    "by its IRI": "SELECT * { FILTER(<sql:z>('a')) }",
    "in EXISTS": "PREFIX f: <bif:> SELECT * { FILTER EXISTS { ?a ?b ?c FILTER(f:q(?c)) } }",
    "without a prefix": "PREFIX : <bif:> SELECT (:x(1) AS ?y) { }",
    "prefix declared again": "PREFIX : <http://www.w3.org/2001/XMLSchema#> PREFIX : <bif:> SELECT (:x(1) AS ?y) { }",
    "in HAVING": "PREFIX f: <bif:> SELECT ?a { ?a ?b ?c } GROUP BY ?a HAVING (f:h(1) > 0)",
    "in ORDER BY": "PREFIX f: <bif:> SELECT * { ?s ?p ?o } ORDER BY f:o(1)",
    "in BIND": "PREFIX f: <bif:> ASK { BIND(f:x() AS ?a) }",
    "in an aggregate": "PREFIX f: <bif:> SELECT (GROUP_CONCAT(DISTINCT f:x(?a)) AS ?z) { ?a ?b ?c }",
    "in a subquery": "PREFIX f: <bif:> SELECT * { { SELECT (f:x(?a) AS ?z) { ?a ?b ?c } } }",
    "escaped": "PREFIX f: <bif:> SELECT (\\u0066:x(1) AS ?y) { }",
}
OURS = {
    "casts": "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT (xsd:date('2020-01-01') AS ?d) { ?s ?p (1 2) }",
    "a list": "PREFIX b: <bif:> SELECT * { VALUES ?x { b:a } ?s b:p (1) . FILTER(LCASE(STR(?s)) = 'x') }",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_function_of_an_engine_is_not_forwarded(name: str) -> None:
    with pytest.raises(ForbiddenQuery, match="functions of SPARQL"):
        guard.check(FOREIGN[name], [], is_forwarded=True)
    guard.check(FOREIGN[name], [])


@pytest.mark.parametrize("name", OURS)
def test_what_only_looks_like_a_function_is_forwarded(name: str) -> None:
    assert guard.check(OURS[name], [], is_forwarded=True) == OURS[name]
