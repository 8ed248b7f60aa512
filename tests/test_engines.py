"""Do two larger engines answer as the embedded one: the library's cases, the shipped data, findings and exports?

The Oxigraph server (PyPI package ``oxigraph``) and Virtuoso 7 (Debian package ``virtuoso-opensource-7-bin``), started
on free ports. Never skipped: without the programs it fails. The protocol over them: ``test_protocol``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from planted import store_of
from rusgraf import advice, assets, diffreport, findings, matrix
from rusgraf.compare import compare
from rusgraf.compare import report as compare_report
from rusgraf.diff import diff
from rusgraf.errors import LimitReached
from rusgraf.exports import FORMATS
from rusgraf.library import Query, bind, library
from rusgraf.overlap import Overlaps
from rusgraf.releases import open_store
from rusgraf.remote import loading
from rusgraf.remote.following import Follower
from rusgraf.remote.protocol import Addresses, Service
from rusgraf.remote.reader import Reader
from rusgraf.remote.store import RemoteStore
from rusgraf.store import Dataset, Store, Table
from rusgraf.suggest import suggest
from rusgraf.terms import Literal, NamedNode, Quad, Term, expand
from rusgraf.versions import find_version
from services import ENGINE_PARAMS, Running, rusgraf, virtuoso
from stores import ground, write
from test_queries import CASE_IDS, CASES
from test_rewrite import HOSTILE

pytestmark = pytest.mark.engines
QUERIES = list(library().values())


@pytest.fixture(scope="module", params=ENGINE_PARAMS)
def engine(request: pytest.FixtureRequest, engines: Callable[[str], Running]) -> Running:
    return engines(request.param)


Answer = tuple[tuple[str, ...], list[tuple[Term | None, ...]]]


def answer(store: Store, text: str, bindings: Mapping[str, Term], over: Dataset | None = None) -> Answer:
    """Columns and rows of a SELECT in their order; of a CONSTRUCT the triples, sorted."""
    found = store.query(text, bindings, over=over)
    if isinstance(found, ox.QueryTriples):
        return ("s", "p", "o"), sorted(((t.subject, t.predicate, t.object) for t in found), key=str)
    assert isinstance(found, ox.QuerySolutions)
    return tuple(v.value for v in found.variables), [tuple(row) for row in found]


def bindings_of(query: Query, store: Store, given: Mapping[str, Term]) -> Iterator[Mapping[str, Term]]:
    """Nothing but what the case gives; and each parameter bound to values that it takes, and to one it does not."""
    yield given
    for parameter in query.parameters:
        others = {name: term for name, term in given.items() if name != parameter.name}
        yield others
        columns, rows = answer(store, query.text, others)
        values = {row[columns.index(parameter.name)] for row in rows} - {None}
        for value in sorted((v for v in values if v), key=str)[:3]:
            yield {**others, parameter.name: value}
        unheard: dict[str, Term] = {
            "iri": NamedNode("https://example.org/finns-inte"),
            "string": Literal("finns inte"),
            "integer": Literal(-1),
            "date": Literal("1900-01-01", datatype=expand("xsd:date")),
        }
        yield {**others, parameter.name: unheard[parameter.type]}


# The cases of the library and of the rules of derivation


@pytest.mark.parametrize("name", CASE_IDS)
def test_case_gives_the_same_rows_in_the_same_order(name: str, engine: Running) -> None:
    folder = CASES / name
    store = Store.load([folder / "data.trig"])
    there = engine.holding(store)
    text = (assets.folder("queries") / f"{name}.rq").read_text(encoding="utf-8")
    if name not in library():
        assert answer(there, text, {}) == answer(store, text, {})
        return
    params = folder / "params.json"
    query = library()[name]
    given = bind(query, json.loads(params.read_text(encoding="utf-8")), store) if params.exists() else {}
    for bindings in bindings_of(query, store, given):
        assert answer(there, text, bindings) == answer(store, text, bindings), bindings


# The shipped data


@pytest.fixture(scope="module")
def there(engine: Running, shipped: Store) -> RemoteStore:
    return engine.holding(shipped)


def test_load_reads_back_what_it_sent_and_sends_nothing_again(engine: Running, shipped: Store) -> None:
    engine.holding(shipped)
    made = loading.load(shipped, engine.service)
    assert (made.release, made.triples) == (shipped.release(), 0)


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.id)
def test_query_of_the_library_gives_the_same_over_the_shipped_data(
    query: Query, there: RemoteStore, shipped: Store
) -> None:
    examples = bind(query, {p.name: p.example for p in query.parameters}, shipped)
    for bindings in (*bindings_of(query, shipped, {}), examples, *({k: v} for k, v in examples.items())):
        assert answer(there, query.text, bindings) == answer(shipped, query.text, bindings), bindings


Found = list[findings.Finding]


@pytest.fixture(scope="module")
def found(shipped: Store) -> Found:
    """The findings of the embedded store."""
    return findings.find(shipped)


@pytest.fixture(scope="module")
def found_there(there: RemoteStore) -> Found:
    return findings.find(there)


def test_findings_are_the_same(there: RemoteStore, shipped: Store, found: Found, found_there: Found) -> None:
    assert len(found) > 300
    assert found_there == found
    assert findings.find(there, lang="en") == findings.find(shipped, lang="en")
    assert findings.find(there.asserted()) == findings.find(shipped.asserted())


def without_moment(content: bytes) -> bytes:
    """An export without the moment at which it was made."""
    return re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z|\d{8}t\d{6}z", b"", content)


@pytest.mark.parametrize("form", [f for f in FORMATS if f != "xlsx"])
def test_exports_are_the_same_to_the_byte(
    form: str, there: RemoteStore, shipped: Store, found: Found, found_there: Found
) -> None:
    made = without_moment(FORMATS[form].make(found_there, there, "sv"))
    assert made == without_moment(FORMATS[form].make(found, shipped, "sv"))


def test_page_is_the_same_to_the_byte(there: RemoteStore, shipped: Store, found: Found) -> None:
    from rusgraf.pages import report_page

    assert report_page(found, there, "sv", standalone=True) == report_page(found, shipped, "sv", standalone=True)


def test_matrices_and_overlaps_are_the_same(there: RemoteStore, shipped: Store, found: Found) -> None:
    assert matrix.goals(there, "sv") == matrix.goals(shipped, "sv")
    assert matrix.pairs(there, found, "sv") == matrix.pairs(shipped, found, "sv")
    assert Overlaps(there).pairs() == Overlaps(shipped).pairs()


def test_suggestions_are_the_same(there: RemoteStore, shipped: Store, found: Found) -> None:
    made = [advice.plan_text(suggest(s, found, limit=2), s, "sv") for s in (there, shipped)]
    assert made[0] == made[1]


def test_comparison_of_regions_is_the_same(there: RemoteStore, shipped: Store) -> None:
    for form in ("json", "md"):
        made = [compare_report.FORMATS[form](compare(s), s, "sv") for s in (there, shipped)]
        assert made[0] == made[1]


def test_difference_of_versions_is_the_same(there: RemoteStore, shipped: Store) -> None:
    names = [f"orebro-sammanhallen-vard-och-omsorg{end}" for end in ("-remiss", "")]
    made = []
    for store in (there, shipped):
        a, b = (find_version(name, store, "sv") for name in names)
        made.append(diffreport.FORMATS["json"](diff(store, a, b), "sv"))
    assert made[0] == made[1]


def test_hostile_words_are_searched_for_and_do_nothing_else(
    there: RemoteStore, shipped: Store, engine: Running
) -> None:
    query = library()["utforska/sok"]
    for word in filter(None, HOSTILE):
        bindings = {"ord": Literal(word)}
        assert answer(there, query.text, bindings) == answer(shipped, query.text, bindings), ascii(word)
    assert loading.load(shipped, engine.service).triples == 0


def test_updates_load_the_same_as_the_graph_store(engine: Running) -> None:
    store = store_of('e:plan a rus:Handlingsplan ; skos:prefLabel "Åtgärder \\"för\\" alla\\n"@sv , "\U0001f600"@en .')
    only = Addresses(engine.service.addresses.query, update=engine.service.addresses.update)
    service = Service(only, engine.service._credentials)
    engine.held = None
    assert loading.load(store, service).triples
    assert findings.find(RemoteStore.connect(Reader(service))) == findings.find(store)


LITERALS = [
    *(Literal(text) for text in HOSTILE),
    Literal("x" * 40_000),
    Literal("å" * 5_000, language="sv"),
    Literal("x", language="sv-SE"),
    Literal(" kant "),
    *(Literal(value, datatype=expand(f"xsd:{kind}")) for kind, value in (
        ("boolean", "true"), ("boolean", "false"), ("integer", "7"), ("decimal", "1.5"), ("gYear", "2026"),
        ("gYearMonth", "2026-03"), ("date", "2026-03-01"), ("dateTime", "2026-03-01T12:00:00Z"),
        ("anyURI", "https://example.org/"))),
]  # fmt: skip


def test_every_kind_of_literal_comes_back_as_it_was(engine: Running) -> None:
    graph, p = NamedNode("https://example.org/graf"), NamedNode("https://example.org/p")
    quads = [Quad(NamedNode(f"https://example.org/{i}"), p, value, graph) for i, value in enumerate(LITERALS)]
    store = Store.load([], extra=quads)
    assert set(engine.holding(store).quads(graph=graph)) == set(quads)


DEFAULT, NAMED = "{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }"


@pytest.mark.parametrize("pattern", [DEFAULT, NAMED, f"{{ {DEFAULT} UNION {NAMED} }}"])
@pytest.mark.parametrize("chosen", ["", "FROM", "FROM NAMED", "over"])
def test_graph_that_others_put_there_is_not_reached(chosen: str, pattern: str, engine: Running, shipped: Store) -> None:
    there, graph = engine.holding(shipped), shipped.all_graphs()[0]
    engine.service.put("https://example.org/andras", b"<urn:a> <urn:b> <urn:c> .", replace=True)
    source = f"{chosen} {graph}" if "FROM" in chosen else ""
    over = Dataset((graph.value,)) if chosen == "over" else None
    text = f"SELECT ?p (COUNT(*) AS ?n) {source} {pattern} GROUP BY ?p ORDER BY ?p"
    assert answer(there, text, {}, over) == answer(shipped, text, {}, over)


# Virtuoso as it is installed: answers are cut at 10,000 rows, and nothing says so of graphs


def test_engine_that_cuts_answers_gives_the_same_findings_or_refuses(tmp_path: Path, shipped: Store) -> None:
    with virtuoso(tmp_path, rows=10_000) as service:
        assert loading.load(shipped, service).triples
        store = RemoteStore.connect(Reader(service))
        assert findings.find(store) == findings.find(shipped)
        assert {*store.quads()} >= {
            q for q in shipped.quads() if isinstance(q.subject, NamedNode) and not isinstance(q.object, ox.BlankNode)
        }
        many = library()["utforska/varifran-uppgiften-kommer"]
        with pytest.raises(LimitReached, match="10000 of"):
            store.select(many.text)
        with pytest.raises(LimitReached):
            store.query("CONSTRUCT WHERE { ?s ?p ?o }")
        whole = store.select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }", any_order=True)
        assert isinstance(whole, Table)
        assert len(whole.rows) == len(list(shipped.default())) > 10_000


# The command


def test_command_loads_and_reports_as_without_a_service(engine: Running) -> None:
    engine.load()
    for command in (["gaps", "--format", "json"], ["query", "okant-och-varfor", "--labels"], ["compare"]):
        assert rusgraf(*command, "--endpoint", engine.service.addresses.query) == rusgraf(*command)


# A store that it follows

VALUES = (
    'rus:ordning 7 ; skos:prefLabel "Åäö \\"citat\\"\\nny rad"@sv, "English"@en ; rus:sann true ; rus:falsk false .',
    'dcterms:date "2026-11-22"^^xsd:date ; rus:tid "2026-11-22T10:00:00Z"^^xsd:dateTime ; rus:tal 0.5 .',
    """rus:text "'enkla' \\\\ bakstreck {{ }} ; # ?x $y" ; rus:sida <https://example.org/ö?a=b#c> .""",
    "rus:del [ a e:x ] .",
)


def test_engine_follows_a_store_by_what_differs(
    engine: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Each kind of value comes and goes, also in the unions; nothing has to be loaded anew."""
    store = ground(tmp_path / "lager")
    follower = Follower(store, engine.service)
    engine.held = None
    follower.follow(open_store(store))
    for chosen in (VALUES, VALUES[1:], VALUES[:2], VALUES[2:], ()):
        write(store, "varden", " ".join(f"e:ting {value}" for value in chosen))
        assert 0 < follower.follow(open_store(store)).triples < 60
        assert loading.different(Reader(engine.service), loading.parts(open_store(store).store)) == []
    assert not [record for record in caplog.records if record.name == "rusgraf.remote"]
