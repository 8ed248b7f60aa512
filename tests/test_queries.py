"""Does every query give its hand-reasoned answer, and the same one on both engines?

A query ``queries/<group>/<name>.rq`` has a case ``tests/cases/queries/<group>/<name>/``: ``data.trig``,
invented, and ``expected.csv`` (SELECT; ASK as one column ``ask``) or ``expected.nt`` (CONSTRUCT: the triples
that are not stated already). Optional ``params.json`` holds parameter values as a person writes them.
"""

from __future__ import annotations

import csv
import json
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import FrameType

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.sparql import prepareQuery

from rusgraf import assets
from rusgraf.library import COLUMNS, GAPS, Query, bind, library, rules
from rusgraf.store import DERIVED, Store
from rusgraf.terms import BlankNode, Literal, NamedNode, Quad, Term, expand, rus

CASES = Path(__file__).parent / "cases" / "queries"
DERIVATION = "harledning"
FILES = assets.files("queries", ".rq")
IDS = [f"{path.parent.name}/{path.stem}" for path in FILES]
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/data.trig"))
CASE_IDS = [f"{folder.parent.name}/{folder.name}" for folder in FOLDERS]
SELECT_CASES = [name for name in CASE_IDS if (CASES / name / "expected.csv").exists()]
GRAPH_CASES = [name for name in CASE_IDS if (CASES / name / "expected.nt").exists()]
PARAMETERS = [f"{q.id}:{p.name}" for q in library().values() for p in q.parameters]
RDFLIB_BUDGET_S = 20

# rdflib 7.6 asks its own Dataset by the names that it deprecates itself.
pytestmark = pytest.mark.filterwarnings(r"ignore:Dataset\.(default_context|contexts) is :DeprecationWarning")

Row = tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One case, loaded: the query's text, the store of its data, its parameters as terms."""

    text: str
    store: Store
    bindings: Mapping[str, Term]


@cache
def case(name: str) -> Case:
    folder = CASES / name
    store = Store.load([folder / "data.trig"])
    text = (assets.folder("queries") / f"{name}.rq").read_text(encoding="utf-8")
    params = folder / "params.json"
    values = json.loads(params.read_text(encoding="utf-8")) if params.exists() else {}
    return Case(text, store, bind(library()[name], values, store) if values else {})


def expected_table(name: str) -> tuple[Row, list[Row]]:
    with (CASES / name / "expected.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = (tuple(row) for row in csv.reader(file))
    return header, rows


def plain(cell: str) -> str:
    """A cell as SPARQL's CSV results write it: the IRI or lexical form alone."""
    if cell.startswith("<"):
        return cell[1:-1]
    return lexical_form(cell) if cell.startswith('"') else cell


def lexical_form(cell: str) -> str:
    """The lexical form of a literal in N-Triples."""
    quad = next(iter(ox.parse(f"<urn:a> <urn:b> {cell} .", ox.RdfFormat.N_TRIPLES)))
    assert isinstance(quad.object, Literal)
    return quad.object.value


def on_oxigraph(store: Store, text: str, bindings: Mapping[str, Term]) -> tuple[Row, list[Row]]:
    """Columns and rows, each cell in N-Triples, so that an IRI and a literal of the same letters differ."""
    answer = store.query(text, bindings)
    if isinstance(answer, ox.QueryBoolean):
        return ("ask",), [(str(bool(answer)).lower(),)]
    assert isinstance(answer, ox.QuerySolutions)
    columns = tuple(v.value for v in answer.variables)
    return columns, [tuple("" if row[c] is None else str(row[c]) for c in columns) for row in answer]


def rdflib_term(term: Term | ox.DefaultGraph) -> rdflib.term.Identifier:
    """The same term in rdflib, its lexical form untouched (rdflib would turn "01" into "1")."""
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, Literal)
    datatype = None if term.language else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


def rdflib_copy(store: Store) -> rdflib.Dataset:
    """Every quad of the store, the default graph included, in rdflib's own memory store."""
    dataset = rdflib.Dataset(default_union=False)
    for q in store.quads():
        triple = (rdflib_term(q.subject), rdflib_term(q.predicate), rdflib_term(q.object))
        is_default = isinstance(q.graph_name, ox.DefaultGraph)
        graph = dataset.default_graph if is_default else dataset.graph(rdflib_term(q.graph_name))
        graph.add(triple)
    return dataset


@cache
def case_in_rdflib(name: str) -> rdflib.Dataset:
    return rdflib_copy(case(name).store)


def oxigraph_term(term: object) -> Term:
    """The term of pyoxigraph that an rdflib term stands for."""
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype))) if term.datatype else Literal(str(term))


def on_rdflib(dataset: rdflib.Dataset, text: str, bindings: Mapping[str, Term]) -> tuple[Row, list[Row]]:
    """The same from rdflib's engine, in no order: rdflib 7.6 cannot order by the text of an unbound variable."""
    answer = dataset.query(
        text.partition("\nORDER BY ")[0], initBindings={name: rdflib_term(term) for name, term in bindings.items()}
    )
    if answer.type == "ASK":
        return ("ask",), [(str(answer.askAnswer).lower(),)]
    assert answer.vars is not None
    rows = [tuple("" if t is None else str(oxigraph_term(t)) for t in row) for row in answer]
    return tuple(map(str, answer.vars)), rows


def form(text: str) -> str:
    """SELECT, CONSTRUCT, ASK or DESCRIBE."""
    found = re.search(r"^(SELECT|CONSTRUCT|ASK|DESCRIBE)\b", text, re.MULTILINE)
    assert found, "the query form stands at the beginning of a line"
    return found[1]


# The library and its cases


def test_every_query_has_a_case_and_every_case_a_query() -> None:
    assert sorted(IDS) == CASE_IDS


def test_every_case_is_collected_once() -> None:
    assert len(SELECT_CASES) + len(GRAPH_CASES) == len(FILES) == len({*SELECT_CASES, *GRAPH_CASES})


def test_no_case_holds_a_file_that_nothing_reads() -> None:
    known = {"data.trig", "expected.csv", "expected.nt", "params.json"}
    assert {path.name for path in CASES.rglob("*") if path.is_file()} <= known


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_query_parses_on_both_engines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prepareQuery(text)
    ox.Store().query(text)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_table_is_ordered(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert form(text) in ("CONSTRUCT", "ASK") or re.search(r"^ORDER BY ", text, re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_names_are_ordered_by_their_text(path: Path) -> None:
    """SPARQL orders literals with a language in no way that engines share (Virtuoso: by when they were loaded)."""
    order = path.read_text(encoding="utf-8").partition("\nORDER BY ")[2]
    assert not re.findall(r"(?<!STR\()\?\w*(?:[nN]amn|titel|beskrivning|definition|text)\b", order)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_query_asks_no_other_service_and_uses_no_quadratic_negation(path: Path) -> None:
    code = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
    assert not re.search(r"\b(SERVICE|LOAD)\b", code, re.IGNORECASE)
    assert not re.search(r"NOT\s+EXISTS", code, re.IGNORECASE), "write MINUS, or OPTIONAL with !BOUND"


@pytest.mark.parametrize("query", rules(), ids=lambda q: q.name)
def test_rule_answers_with_the_five_columns(query: Query) -> None:
    answer = ox.Store().query(query.text)
    assert isinstance(answer, ox.QuerySolutions)
    assert tuple(v.value for v in answer.variables) == COLUMNS


@pytest.mark.parametrize("query", rules(), ids=lambda q: q.name)
def test_rule_explains_itself_in_both_languages(query: Query) -> None:
    for key in ("explanation", "explanation_en", "closes", "closes_en"):
        sentence = query.head.get(key, "")
        assert sentence.endswith("."), f"{key} is a sentence"
        assert set(re.findall(r"{(\w+)}", sentence)) <= set(COLUMNS), f"{key} names columns only"


@pytest.mark.parametrize("query", rules(), ids=lambda q: q.name)
def test_explanation_names_the_same_things_in_both_languages(query: Query) -> None:
    for key in ("explanation", "closes"):
        swedish, english = (query.say(key, lang) for lang in ("sv", "en"))
        assert set(re.findall(r"{(\w+)}", swedish)) == set(re.findall(r"{(\w+)}", english))


@pytest.mark.parametrize("query", rules(), ids=lambda q: q.name)
def test_explanation_names_only_what_the_case_binds(query: Query) -> None:
    """A column named in the explanation is bound in some row; "{motpart}" of a rule without one is a slip."""
    header, rows = expected_table(query.id)
    bound = {column for row in rows for column, cell in zip(header, row, strict=True) if cell}
    named = set(re.findall(r"{(\w+)}", query.head["explanation"] + query.head["closes"]))
    assert named <= bound


@pytest.mark.parametrize("query", library().values(), ids=library())
def test_head_speaks_both_languages(query: Query) -> None:
    assert query.head["summary"] != query.head["summary_en"]
    assert query.head["description"].endswith(".")


@pytest.mark.parametrize("name", [i for i in IDS if i.startswith(f"{GAPS}/")])
def test_rule_tests_the_absence_of_properties_that_exist(name: str) -> None:
    store = case(name).store
    for word, _ in library()[name].tested:
        prefix, _, local = word.partition(":")
        assert prefix != "rus" or next(store.quads(subject=rus(local)), None), f"{word} is no term"


# The cases


@pytest.mark.parametrize("name", SELECT_CASES)
def test_answer_is_the_expected_one_in_order(name: str) -> None:
    it = case(name)
    header, rows = on_oxigraph(it.store, it.text, it.bindings)
    assert (header, [tuple(map(plain, row)) for row in rows]) == expected_table(name)


@pytest.mark.parametrize("name", SELECT_CASES)
def test_rdflib_gives_the_same_rows_with_the_same_terms(name: str) -> None:
    it = case(name)
    header, rows = on_oxigraph(it.store, it.text, it.bindings)
    found_header, found = on_rdflib(case_in_rdflib(name), it.text, it.bindings)
    assert (found_header, sorted(found)) == (header, sorted(rows))


@pytest.mark.parametrize("name", [n for n in SELECT_CASES if n.startswith(f"{GAPS}/")])
def test_case_of_a_rule_has_gaps_and_no_row_twice(name: str) -> None:
    _, rows = expected_table(name)
    assert rows
    assert len(rows) == len(set(rows))


def expected_triples(name: str) -> set[ox.Triple]:
    content = (CASES / name / "expected.nt").read_bytes()
    return {q.triple for q in ox.parse(content, ox.RdfFormat.N_TRIPLES)}


def is_stated(store: Store, triple: ox.Triple) -> bool:
    quads = store.quads(triple.subject, triple.predicate, triple.object)
    return any(q.graph_name not in (DERIVED, ox.DefaultGraph()) for q in quads)


def constructed(it: Case) -> list[ox.Triple]:
    """What a case constructs. The engine's own answer goes here: rdflib keeps the frames that it was called from, and
    an answer that is then let go of in another thread is a fault."""
    answer = it.store.query(it.text, it.bindings)
    assert isinstance(answer, ox.QueryTriples)
    return list(answer)


@pytest.mark.parametrize("name", GRAPH_CASES)
def test_constructed_triples_are_the_expected_ones(name: str) -> None:
    it = case(name)
    assert {t for t in constructed(it) if not is_stated(it.store, t)} == expected_triples(name)


@pytest.mark.parametrize("name", GRAPH_CASES)
def test_rdflib_constructs_the_same_triples(name: str) -> None:
    it = case(name)
    bindings = {key: rdflib_term(term) for key, term in it.bindings.items()}
    found = case_in_rdflib(name).query(it.text, initBindings=bindings).graph
    assert found is not None
    wanted = {tuple(map(rdflib_term, (t.subject, t.predicate, t.object))) for t in constructed(it)}
    assert set(found) == wanted


@pytest.mark.parametrize("name", [n for n in GRAPH_CASES if n.startswith(f"{DERIVATION}/")])
def test_loading_derives_the_expected_triples_into_their_graph(name: str) -> None:
    derived = {q.triple for q in case(name).store.quads(graph=DERIVED)}
    assert expected_triples(name) <= derived


@pytest.mark.parametrize("name", CASE_IDS)
def test_derivation_has_reached_its_end_in_one_pass(name: str) -> None:
    store = case(name).store
    default = {q.triple for q in store.quads() if isinstance(q.graph_name, ox.DefaultGraph)}
    for path in FILES:
        if path.parent.name == DERIVATION:
            answer = store.query(path.read_text(encoding="utf-8"))
            assert isinstance(answer, ox.QueryTriples)
            assert set(answer) <= default, f"{path.name} must run again"


# Time


def test_plan_of_this_year_is_not_over_until_its_last_day() -> None:
    """A year means its last day, so a plan "until this year" still runs, and one until last year does not."""
    year, base = date.today().year, "https://example.org/"
    plan, strategy = NamedNode(base + "plan"), NamedNode(base + "strategi")
    g_year = NamedNode("http://www.w3.org/2001/XMLSchema#gYear")
    a = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

    def over(until: int) -> bool:
        extra = [Quad(plan, a, rus("Handlingsplan")), Quad(strategy, a, rus("Utvecklingsstrategi")),
                 Quad(plan, rus("utgarFran"), strategy),
                 Quad(plan, rus("gallerTill"), Literal(str(until), datatype=g_year)),
                 Quad(strategy, rus("gallerTill"), Literal(str(year), datatype=g_year))]  # fmt: skip
        graph = NamedNode(base + "graf")
        store = Store.load([], extra=[Quad(q.subject, q.predicate, q.object, graph) for q in extra])
        return bool(store.select(library()[f"{GAPS}/plan-utgangen"].text).rows)

    assert over(year - 1)
    assert not over(year)


# Parameters


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_works_free_and_bound(name: str) -> None:
    """A bound parameter that is also a column leaves the rows of the free answer that have its value."""
    query_id, _, parameter = name.partition(":")
    it = case(query_id)
    others = {key: term for key, term in it.bindings.items() if key != parameter}
    header, rows = on_oxigraph(it.store, it.text, others)
    assert parameter in header, "Oxigraph binds columns only"
    column = header.index(parameter)
    table = it.store.select(it.text, others)
    values = {row[table.columns.index(parameter)] for row in table.rows} - {None}
    assert values or parameter in it.bindings, "the case shows at least one value of the parameter"
    for value in sorted((v for v in values if v), key=str)[:3]:
        wanted = [row for row in rows if row[column] == str(value)]
        assert on_oxigraph(it.store, it.text, {**others, parameter: value})[1] == wanted
        found = on_rdflib(case_in_rdflib(query_id), it.text, {**others, parameter: value})[1]
        assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_bound_to_something_unheard_of_gives_rows_about_nothing_else(name: str) -> None:
    query_id, _, parameter = name.partition(":")
    it = case(query_id)
    kind = next(p.type for p in library()[query_id].parameters if p.name == parameter)
    value: Term = {
        "iri": NamedNode("https://example.org/finns-inte"),
        "string": Literal("finns inte"),
        "integer": Literal(-1),
        "date": Literal("1900-01-01", datatype=expand("xsd:date")),
    }[kind]
    header, rows = on_oxigraph(it.store, it.text, {**it.bindings, parameter: value})
    assert {row[header.index(parameter)] for row in rows} <= {str(value)}


# The shipped data


@pytest.fixture(scope="module")
def shipped_in_rdflib(shipped: Store) -> rdflib.Dataset:
    return rdflib_copy(shipped)


class OutOfTimeError(Exception):
    """A query used up its budget."""


@contextmanager
def budget(seconds: int) -> Iterator[None]:
    """Stop the block after `seconds`. rdflib's engine is Python, so a signal reaches it."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("query", library().values(), ids=library())
def test_query_runs_over_the_shipped_data(query: Query, shipped: Store) -> None:
    columns, rows = on_oxigraph(shipped, query.text, {})
    assert all(len(row) == len(columns) for row in rows)


@pytest.mark.parametrize("query", rules(), ids=lambda q: q.name)
def test_rule_finds_nothing_twice_in_the_shipped_data(query: Query, shipped: Store) -> None:
    rows = shipped.select(query.text).rows
    assert len(rows) == len(set(rows))


@pytest.mark.slow
@pytest.mark.parametrize("query", library().values(), ids=library())
def test_both_engines_agree_on_the_shipped_data(
    query: Query, shipped: Store, shipped_in_rdflib: rdflib.Dataset
) -> None:
    if form(query.text) not in ("SELECT", "ASK"):
        pytest.skip("graphs are compared on the cases")
    header, rows = on_oxigraph(shipped, query.text, {})
    try:
        with budget(RDFLIB_BUDGET_S):
            found = on_rdflib(shipped_in_rdflib, query.text, {})
    except OutOfTimeError:
        pytest.skip(f"rdflib needs more than {RDFLIB_BUDGET_S} s here; the case compares the engines")
    assert (found[0], sorted(found[1])) == (header, sorted(rows))
