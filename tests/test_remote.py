"""Does a graph in a SPARQL service answer as the embedded one, and is no fault of the service taken for an answer?

The service is one of our own (``services``), which can misbehave; real ones are in ``test_engines``.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planted import e, quads, store_of
from rusgraf import findings
from rusgraf.errors import BadParameter, BadQuery, LimitReached, RusgrafError, ServiceFault
from rusgraf.rdf import FORMATS, parse_quads
from rusgraf.remote import loading
from rusgraf.remote import store as remote_store
from rusgraf.remote.protocol import Addresses, Credentials, Patience, Service
from rusgraf.remote.reader import Reader
from rusgraf.remote.results import GENID, read, write
from rusgraf.remote.store import RemoteStore
from rusgraf.store import DERIVED, Store, Table
from rusgraf.terms import RDF_TYPE, BlankNode, Literal, NamedNode, Quad, rus
from services import JSON, Asked, Engine, Fake, Told, fake

DATA = """
e:rus a rus:Utvecklingsstrategi ; skos:prefLabel "Strategin"@sv .
e:plan a rus:Handlingsplan ; skos:prefLabel "Planen"@sv ; rus:utgarFran e:rus .
e:annan a rus:Handlingsplan ; skos:prefLabel "Den andra"@sv ; rus:utgarFran e:rus .
e:stora a rus:OvergripandeMal ; rus:ingarI e:rus .
e:effekt a rus:Effektmal ; skos:prefLabel "Effekten"@sv ; rus:ingarI e:stora .
e:mal a rus:Delmal ; skos:prefLabel "Målet"@sv ; rus:ingarI e:plan ; rus:kalla e:ref ; rus:riktarSigTill e:unga .
e:mal2 a rus:Delmal ; skos:prefLabel "Det andra målet"@sv ; rus:ingarI e:annan ; rus:riktarSigTill e:unga .
e:unga a skos:Concept ; skos:prefLabel "unga"@sv .
e:traff a rus:Aktivitet ; skos:prefLabel "Träffen"@sv ; rus:avserDelmal e:mal ; rus:kalla e:ref .
e:moln a rus:Aktivitet ; skos:prefLabel "Molnet"@sv ; rus:ofullstandigFor rus:ansvarig ; rus:avserDelmal e:mal .
e:ref a rus:Kallhanvisning ; rus:dokument e:dok ; rus:avsnitt "Sidan 3" .
e:dok a rus:Kalldokument ; skos:prefLabel "Dokumentet"@sv .
e:mal rus:namner [ skos:prefLabel "en som inte har något namn"@sv ] .
graf:ut { graf:ut a rus:Graf ; rus:grafslag grafslag:ersatt . e:gammal a rus:Aktivitet . }
<https://w3id.org/rusgraf/res/graf/tolkning/x> {
  <https://w3id.org/rusgraf/res/graf/tolkning/x> a rus:Graf ; rus:grafslag grafslag:tolkning .
  e:mal rus:bidrarTill e:effekt .
  e:mal2 rus:bidrarTill e:effekt .
}
"""
ALL = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def embedded() -> Store:
    return store_of(DATA)


@pytest.fixture(scope="module")
def loaded(embedded: Store) -> Iterator[Fake]:
    """A service that holds the invented data; tests of this module do not write to it."""
    with fake(Engine()) as server:
        loading.load(embedded, server.service())
        yield server


@pytest.fixture
def store(loaded: Fake) -> RemoteStore:
    return RemoteStore.connect(Reader(loaded.service()))


Connect = Callable[[Engine, Store], tuple[Reader, Service]]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes a reader of a new service that holds some data."""
    with ExitStack() as stack:

        def made(engine: Engine, data: Store) -> tuple[Reader, Service]:
            service = stack.enter_context(fake(engine)).service()
            loading.load(data, service)
            return Reader(service), service

        yield made


# The same as the embedded store


def test_findings_are_the_same_to_the_last_field(store: RemoteStore, embedded: Store) -> None:
    found = findings.find(embedded)
    assert {"delmalspar-utan-koppling", "effektmal-i-en-plan"} & {f.rule for f in found}
    assert {f.status for f in found} == {"confirmed", "unknown"}
    assert any(f.interpreted for f in found)
    assert any(f.sources for f in found)
    assert findings.find(store) == found
    assert findings.find(store, lang="en") == findings.find(embedded, lang="en")


def test_findings_without_interpretations_are_the_same(loaded: Fake, embedded: Store) -> None:
    asserted = RemoteStore.connect(Reader(loaded.service()), asserted=True)
    assert findings.find(asserted) == findings.find(embedded.asserted())
    assert findings.find(asserted) != findings.find(embedded)


def same(one: object, other: object) -> bool:
    """Whether quads are the same, whatever their blank nodes are called."""
    first, second = (ox.Dataset(some) for some in (one, other))  # type: ignore[arg-type]
    for dataset in (first, second):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(first) == set(second)


def test_every_statement_is_there_and_none_besides(store: RemoteStore, embedded: Store) -> None:
    assert same(store.quads(), embedded.quads())
    assert same(store.default(), embedded.default())
    assert (store.all_graphs(), store.graphs()) == (embedded.all_graphs(), embedded.graphs())
    assert store.interpretations() == embedded.interpretations()
    assert store.release() == embedded.release()


PATTERNS = [
    (e("mal"), None, None),
    (e("mal"), rus("ingarI"), None),
    (None, rus("ingarI"), e("plan")),
    (None, rus("tillhorPlan"), None),
    (None, None, e("mal")),
    (None, RDF_TYPE, rus("Aktivitet")),
    (None, None, Literal("Målet", language="sv")),
    (e("mal"), rus("bidrarTill"), e("effekt")),
    (e("finns-inte"), None, None),
    (None, rus("finnsInte"), None),
]


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_each_pattern_is_answered_as_the_embedded_store_does(
    pattern: tuple[NamedNode | None, NamedNode | None, NamedNode | None], loaded: Fake, embedded: Store
) -> None:
    named_only = [q for q in embedded.quads(*pattern) if not isinstance(q.object, BlankNode)]
    for asserted in (False, True):
        store = RemoteStore.connect(Reader(loaded.service()), asserted=asserted)
        wanted = named_only if not asserted else [*embedded.asserted().quads(*pattern)]
        for _ in range(2):  # the second time from what was kept
            found = [q for q in store.quads(*pattern) if not isinstance(q.object, BlankNode)]
            assert sorted(found, key=str) == sorted((q for q in wanted if not isinstance(q.object, BlankNode)), key=str)
        assert sorted(map(str, store.objects(e("mal"), rus("ingarI")))) == [str(e("plan"))]


def test_what_points_to_a_blank_node_finds_it_by_its_own_name(store: RemoteStore) -> None:
    (quad,) = store.default(e("mal"), rus("namner"))
    assert isinstance(quad.object, BlankNode)
    assert [q.object.value for q in store.default(quad.object) if isinstance(q.object, Literal)] == [
        "en som inte har något namn"
    ]
    assert list(store.default(None, rus("namner"), quad.object)) == [quad]
    assert [row[0] for row in store.select("SELECT ?x ?y { ?y <urn:p> ?x }", {"x": quad.object}).rows] == []


def test_queries_in_every_form_are_answered(store: RemoteStore, embedded: Store) -> None:
    for text in ("ASK { ?s a ?c }", "ASK { ?s a <urn:finns-inte> }"):
        assert bool(store.query(text)) == bool(embedded.query(text))
    construct = f"CONSTRUCT {{ ?s a ?c }} WHERE {{ ?s a ?c . FILTER(STRSTARTS(STR(?s), '{e('').value}')) }}"
    assert set(store.query(construct)) == set(embedded.query(construct))
    select = "SELECT ?g ?c WHERE { GRAPH ?g { ?s a ?c } } ORDER BY ?g ?c"
    assert store.select(select) == embedded.select(select)
    one = f"SELECT ?c FROM <{embedded.interpretations()[0].value}> WHERE {{ ?s ?p ?c }} ORDER BY ?c"  # noqa: S608
    assert store.select(one) == embedded.select(one)


@pytest.mark.parametrize("text", ["SELECT ?x WHERE {", "SELECT ?x WHERE { ?x a rus:Plan }", ""])
def test_query_that_does_not_parse_is_refused_before_anything_is_asked(text: str, store: RemoteStore) -> None:
    with pytest.raises(BadQuery):
        store.query(text)


def test_asking_many_things_takes_few_requests(loaded: Fake, store: RemoteStore, embedded: Store) -> None:
    before = len(loaded.asked)
    found = findings.find(store)
    assert found
    assert len(loaded.asked) - before < 150
    before = len(loaded.asked)
    things_by_class = store.select("SELECT ?x WHERE { ?x a ?c }").rows
    for (thing,) in things_by_class:
        store.label(thing)
    assert len(loaded.asked) - before <= len(things_by_class) // 50 > 5


# Loading


def test_loading_again_sends_nothing(loaded: Fake, embedded: Store) -> None:
    before = len(loaded.asked)
    made = loading.load(embedded, loaded.service())
    assert (made.graphs, made.triples, made.release) == (0, 0, embedded.release())
    assert {asked.path for asked in loaded.asked[before:]} == {"/query"}


@pytest.mark.parametrize("way", ["graph_store", "update"])
def test_either_way_of_writing_loads_the_same(way: str, embedded: Store) -> None:
    engine = Engine()
    with fake(engine) as server:
        addresses = server.addresses()
        only = Addresses(addresses.query, **{way: getattr(addresses, way)})
        made = loading.load(embedded, Service(only))
        assert made.triples == sum(1 for _ in embedded.quads()) + sum(1 for _ in embedded.asserted().default()) + sum(
            1 for _ in embedded.asserted().quads(graph=DERIVED)
        )
        assert findings.find(RemoteStore.connect(Reader(Service(only)))) == findings.find(embedded)
        assert {a.path for a in server.asked} == {"/query", "/update" if way == "update" else "/store"}


def test_loading_in_many_parts_loads_the_same(embedded: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "BATCH", 300)
    told: list[tuple[int, int]] = []
    with fake(Engine()) as server:
        made = loading.load(embedded, server.service(), lambda *so_far: told.append(so_far))
        assert same(RemoteStore.connect(Reader(server.service())).quads(), embedded.quads())
    assert told[-1] == (made.triples, made.triples)
    assert [n for n, _ in told] == sorted({n for n, _ in told})


def test_loading_other_data_leaves_nothing_of_the_earlier(embedded: Store) -> None:
    engine = Engine()
    foreign = Quad(e("a"), e("b"), e("c"), NamedNode("https://example.org/nagon-annans"))
    engine.store.add(foreign)
    with fake(engine) as server:
        loading.load(embedded, server.service())
        smaller = store_of("e:plan a rus:Handlingsplan .")
        loading.load(smaller, server.service())
        store = RemoteStore.connect(Reader(server.service()))
        assert same(store.quads(), smaller.quads())
        assert store.release() == smaller.release() != embedded.release()
    assert list(engine.store.quads_for_pattern(None, None, None, foreign.graph_name)) == [foreign]
    assert not list(engine.store.quads_for_pattern(e("mal"), None, None, None))


@pytest.mark.parametrize("after", range(1, 12, 3))
def test_load_that_breaks_off_leaves_no_release_and_the_next_mends_it(after: int, embedded: Store) -> None:
    engine, writes = Engine(), 0
    first = store_of("e:plan a rus:Handlingsplan .")

    def failing(asked: Asked) -> Told:
        nonlocal writes
        writes += asked.path == "/store"
        is_full = asked.path == "/store" and after < writes < 1000
        return Told(500, b"Disk full", {"Content-Type": "text/plain"}) if is_full else engine(asked)

    with fake(failing) as server:
        writes = 1000
        loading.load(first, server.service())
        writes = 0
        with pytest.raises(ServiceFault, match="Disk full"):
            loading.load(embedded, server.service())
        with pytest.raises(ServiceFault, match="no whole release"):
            RemoteStore.connect(Reader(server.service()))
        writes = 1000
        loading.load(embedded, server.service())
        assert same(RemoteStore.connect(Reader(server.service())).quads(), embedded.quads())


def test_service_that_changes_what_it_is_sent_gets_no_release(embedded: Store) -> None:
    engine = Engine()

    def forgetful(asked: Asked) -> Told:
        body = re.sub(rb'"Sidan 3"', b'"Sidan 4"', asked.body)
        return engine(Asked(asked.method, asked.path, asked.parameters, asked.headers, body))

    with fake(forgetful) as server:
        with pytest.raises(ServiceFault, match="not what was sent"):
            loading.load(embedded, server.service())
        with pytest.raises(ServiceFault, match="no whole release"):
            RemoteStore.connect(Reader(server.service()))


def test_something_written_beside_a_load_is_noticed_by_the_next(embedded: Store) -> None:
    engine = Engine()
    with fake(engine) as server:
        loading.load(embedded, server.service())
        for quad in [*engine.store.quads_for_pattern(e("mal"), rus("ingarI"), None, None)]:
            engine.store.remove(quad)
            engine.store.add(Quad(e("mal"), rus("ingarI"), e("annan"), quad.graph_name))
        assert loading.load(embedded, server.service()).triples
        assert findings.find(RemoteStore.connect(Reader(server.service()))) == findings.find(embedded)


def test_file_for_the_service_s_own_loader_holds_what_would_be_sent(embedded: Store, tmp_path: Path) -> None:
    path = tmp_path / "graf.nq"
    made = loading.write(embedded, path)
    engine = Engine()
    engine.store.bulk_load(path.read_bytes(), ox.RdfFormat.N_QUADS)
    with fake(engine) as server:
        assert loading.load(embedded, server.service()).triples == 0
        assert findings.find(RemoteStore.connect(Reader(server.service()))) == findings.find(embedded)
    assert made.release == embedded.release()
    assert not [p for p in tmp_path.iterdir() if p != path]


def test_triple_term_is_refused_with_its_reason() -> None:
    content = b"<urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> ."
    extra = parse_quads(content, FORMATS[".ttl"], "prov.ttl", e("graf"))
    with fake(Engine()) as server, pytest.raises(ServiceFault, match="statement about a statement"):
        loading.load(Store.load([], extra=extra), server.service())


def test_load_without_an_address_to_write_to_is_refused(embedded: Store) -> None:
    with pytest.raises(BadParameter, match="no address to load to"):
        loading.load(embedded, Service(Addresses("http://127.0.0.1:9/query")))


# A snapshot


def test_data_loaded_meanwhile_are_noticed(embedded: Store, connect: Connect) -> None:
    reader, service = connect(Engine(), embedded)
    store = RemoteStore.connect(reader)
    store.check()
    loading.load(store_of("e:plan a rus:Handlingsplan ."), service)
    with pytest.raises(ServiceFault, match="other data meanwhile"):
        store.check()
    with pytest.raises(ServiceFault, match="other data meanwhile"):
        list(store.quads())


def test_service_that_holds_nothing_of_ours_says_so() -> None:
    with fake(Engine()) as server, pytest.raises(ServiceFault, match="holds no release"):
        RemoteStore.connect(Reader(server.service()))


def test_waivers_beside_the_service_count(loaded: Fake, embedded: Store) -> None:
    first = findings.find(embedded)[0]
    waiver = f"""graf:undantag {{ graf:undantag a rus:Graf ; rus:grafslag grafslag:undantag .
      e:u a rus:Undantag ; rus:avserFynd "{first.id}" ; rus:motivering "Påhittat."@sv ; rus:roll "prov"@sv . }}"""
    extra = quads(waiver)
    store = RemoteStore.connect(Reader(loaded.service()), extra=extra)
    wanted = Store.load([], extra=[*quads(DATA), *extra])
    assert [f.id for f in findings.find(store) if f.status == "waived"] == [first.id]
    assert findings.find(store) == findings.find(wanted)


def test_what_needs_a_copy_has_one_up_to_a_limit(
    loaded: Fake, embedded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = quads("e:mal rus:foljsUppMed e:ind . e:ind a rus:Indikator .")
    store = RemoteStore.connect(Reader(loaded.service()))
    assert findings.find(store.extended(added)) == findings.find(embedded.extended(added))
    monkeypatch.setattr(remote_store, "MAX_COPY", 100)
    with pytest.raises(LimitReached, match="100 are the most"):
        RemoteStore.connect(Reader(loaded.service())).extended(added)


# Answers that are cut


@pytest.mark.parametrize("cap", [100, 1000])
def test_findings_are_the_same_when_the_service_cuts_every_answer(cap: int, embedded: Store, connect: Connect) -> None:
    engine = Engine(cap)
    reader, _ = connect(engine, embedded)
    store = RemoteStore.connect(reader)
    assert len(store.select(ALL, any_order=True).rows) == len(list(embedded.default())) > 1000
    assert same(store.quads(), embedded.quads())
    assert findings.find(store) == findings.find(embedded)


def test_cut_answer_whose_order_matters_is_refused(embedded: Store, connect: Connect) -> None:
    reader, _ = connect(Engine(150), embedded)
    store = RemoteStore.connect(reader)
    with pytest.raises(LimitReached, match="150 of"):
        store.select(f"{ALL} ORDER BY ?s")
    with pytest.raises(LimitReached, match="150 of"):
        store.query(f"{ALL} ORDER BY ?s")
    assert len(store.select(f"{ALL} ORDER BY ?s LIMIT 149").rows) == 149
    with pytest.raises(LimitReached):
        store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    with pytest.raises(LimitReached):
        store.query("CONSTRUCT { <urn:a> <urn:b> ?p } WHERE { ?s ?p ?o }")
    assert len(list(store.query("CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 50"))) == 50


def test_cut_answer_that_cannot_be_counted_is_refused(embedded: Store, connect: Connect) -> None:
    reader, _ = connect(Engine(150), embedded)
    store = RemoteStore.connect(reader)
    graph = max(embedded.all_graphs(), key=lambda g: sum(1 for _ in embedded.quads(graph=g)))
    with pytest.raises(LimitReached, match="150 of more"):
        store.select(f"SELECT ?s ?p ?o FROM {graph} WHERE {{ ?s ?p ?o }}")  # noqa: S608


def test_parts_that_overlap_are_not_taken_for_the_whole(embedded: Store) -> None:
    engine = Engine(150)
    forgetting = False

    def forgets_offset(asked: Asked) -> Told:
        text = asked.parameters.get("query", [""])[0]
        changed = {**asked.parameters, "query": [re.sub(r"OFFSET \d+", "OFFSET 0", text)]}
        return engine(Asked(asked.method, asked.path, changed, asked.headers, asked.body) if forgetting else asked)

    with fake(forgets_offset) as server:
        loading.load(embedded, server.service())
        store = RemoteStore.connect(Reader(server.service()))
        forgetting = True
        with pytest.raises(LimitReached, match="150 of 300"):
            store.select(f"{ALL} LIMIT 300", any_order=True)


# What goes wrong on the way


def answered(told: Told, patience: Patience | None = None, credentials: Credentials | None = None) -> Table | bool:
    with fake(lambda _: told) as server:
        return read(server.service(credentials, patience).select("SELECT * {}"))


GOOD = write(Table(("a",), [(Literal("x"),)]))
HTML = {"Content-Type": "text/html; charset=utf-8"}
WRONG: dict[str, tuple[Told, type[RusgrafError], str]] = {
    "breaks off": (Told(200, GOOD[:-5]), LimitReached, "breaks off"),
    "oxigraph's time-out": (Told(200, GOOD[:-2] + b"The SPARQL operation has been cancelled"), LimitReached, "breaks"),
    "shorter than it says": (Told(200, GOOD[:-9], length=len(GOOD)), ServiceFault, "broke off"),
    "empty": (Told(200, b""), LimitReached, "breaks off"),
    "a page": (Told(200, b"<html>", HTML), ServiceFault, "text/html"),
    "no type": (Told(200, GOOD, {}), ServiceFault, "no type"),
    "other JSON": (Told(200, b'{"a": 1}'), ServiceFault, "no SPARQL result"),
    "a list": (Told(200, b"[]"), ServiceFault, "no SPARQL result"),
    "deep JSON": (Told(200, b"[" * 10**6), LimitReached, "breaks off"),
    "an IRI that is none": (Told(200, GOOD.replace(b'"literal"', b'"uri"')), ServiceFault, "no SPARQL result"),
    "a row that is none": (Told(200, GOOD.replace(b'{"a": {', b'{"a": [{')[:-2] + b"]}}"), LimitReached, "breaks"),
    "redirect": (Told(302, b"", {"Location": "http://example.org/x"}), ServiceFault, "example.org/x"),
    "not found": (Told(404, b"No such\npage", HTML), ServiceFault, "404. No such"),
    "a page of error": (Told(500, b" <html><b>Oops", HTML), ServiceFault, "answers 500. Mend"),
    "refused": (Told(400, b"\n\nVirtuoso 37000 Error SP031\n"), ServiceFault, "SP031"),
    "control characters": (Told(500, b"a\x1b[31mb\x00c"), ServiceFault, "a\N{REPLACEMENT CHARACTER}"),
    "not let in": (Told(403, b""), ServiceFault, "RUSGRAF_ENDPOINT_USER"),
    "busy": (Told(503, b"later"), LimitReached, "later"),
    "too many": (Told(429, b""), LimitReached, "429"),
    "a part": (Told(206, GOOD), LimitReached, "part only"),
    "virtuoso's part": (
        Told(200, GOOD, {"Content-Type": JSON, "X-SQL-State": "S1TAT"}),
        LimitReached,
        "part only",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answer_is_a_clear_error(name: str) -> None:
    told, kind, said = WRONG[name]
    with pytest.raises(RusgrafError) as caught:
        answered(told)
    assert type(caught.value) is kind
    assert said in str(caught.value)
    assert caught.value.sv
    assert caught.value.line().isprintable()


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_an_answer_or_a_clear_error(content: bytes) -> None:
    try:
        read(content)
    except (LimitReached, ServiceFault) as error:
        assert error.cure


cells = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"])).map(Literal),
    st.text(st.characters(exclude_categories=["Cs"])).map(lambda t: Literal(t, language="sv")),
    st.integers().map(Literal),
    st.sampled_from([NamedNode("urn:a"), Literal(True)]),
)


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_table_is_read_as_it_was_written(rows: list[tuple[Literal | None, ...]]) -> None:
    table = Table(("a", "b"), rows)
    assert read(write(table)) == table


def test_habits_of_virtuoso_are_taken() -> None:
    cells = {
        "a": {"type": "typed-literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#boolean"},
        "b": {"type": "bnode", "value": "nodeID://b10001"},
        "c": {"type": "uri", "value": f"{GENID}abc"},
    }
    content = json.dumps({"head": {"link": [], "vars": ["a", "b", "c"]}, "results": {"bindings": [cells]}}).encode()
    table = read(content)
    assert isinstance(table, Table)
    ((one, blank, known),) = table.rows
    assert one == Literal(True)
    assert isinstance(blank, BlankNode)
    assert known == BlankNode("abc")
    for bindings, wanted in (([], False), ([{"__ASK_RETVAL": {"type": "typed-literal", "value": "1"}}], True)):
        truth = {"head": {"link": [], "vars": ["__ASK_RETVAL"]}, "results": {"bindings": bindings}}
        assert read(json.dumps(truth).encode()) is wanted


def test_answer_that_never_comes_is_given_up() -> None:
    with pytest.raises(LimitReached, match=r"within 0\.4 seconds"):
        answered(Told(200, GOOD, slow=3), Patience(seconds=0.4))


def test_answer_that_drips_is_given_up() -> None:
    with pytest.raises(LimitReached, match=r"within 0\.5 seconds"):
        answered(Told(200, GOOD * 10, slow=0.05), Patience(seconds=0.5))


def test_answer_that_is_too_long_is_given_up() -> None:
    with pytest.raises(LimitReached, match="longer than 1000 bytes"):
        answered(Told(200, b" " * 10**7), Patience(max_bytes=1000))


def test_service_that_is_not_there_is_told() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{one.getsockname()[1]}/sparql"
    with pytest.raises(ServiceFault, match="cannot be reached"):
        Service(Addresses(url)).select("ASK {}")


@pytest.mark.parametrize(
    "url",
    ["", "sparql", "ftp://example.org/", "file:///etc/passwd", "http://", "http://a b/", "http://[/", "http://å.se/\n"],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadParameter, match="no address"):
        Service(Addresses("http://example.org/", update="http://example.org/", graph_store=url or "x"))


@pytest.mark.parametrize("url", ["http://user:secret@example.org/sparql", "http://user@example.org/"])
def test_password_in_an_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BadParameter, match="RUSGRAF_ENDPOINT_PASSWORD") as caught:
        Service(Addresses(url))
    assert "secret" not in caught.value.line()


# Credentials

SECRET = Credentials("anna", "hemligt")
TOKEN = Credentials(token="abc")  # noqa: S106
BASIC = "Basic YW5uYTpoZW1saWd0"
DIGEST = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'


def guarded(challenge: str) -> tuple[list[str], Table | bool]:
    """What is sent to a service that asks for credentials by this challenge, over two requests."""
    sent: list[str] = []

    def door(asked: Asked) -> Told:
        sent.append(asked.headers.get("authorization", ""))
        return Told(200, GOOD) if sent[-1] else Told(401, b"", {"WWW-Authenticate": challenge})

    with fake(door) as server:
        service = server.service(SECRET)
        service.select("ASK {}")
        return sent, read(service.select("ASK {}"))


def test_basic_credentials_are_sent_when_they_are_asked_for() -> None:
    sent, answer = guarded('Basic realm="r"')
    assert sent == ["", BASIC, BASIC]
    assert answer == read(GOOD)


@pytest.mark.parametrize("challenge", [DIGEST, f'Basic realm="r", {DIGEST}'])
def test_digest_never_sends_the_password(challenge: str) -> None:
    sent, answer = guarded(challenge)
    assert answer == read(GOOD)
    assert sent[0] == ""
    last = dict(re.findall(r'(\w+)="?([^",]+)', sent[-1]))
    assert (last["username"], last["realm"], last["uri"]) == ("anna", "r", "/query")
    assert not any("hemligt" in s or s.startswith("Basic") for s in sent)


def test_token_is_sent_at_once() -> None:
    with fake(lambda _: Told(200, GOOD)) as server:
        server.service(TOKEN).select("ASK {}")
        assert [a.headers["authorization"] for a in server.asked] == ["Bearer abc"]


@pytest.mark.parametrize("credentials", [SECRET, TOKEN])
def test_wrong_credentials_are_told_once_and_not_repeated_in_the_error(credentials: Credentials) -> None:
    with fake(lambda _: Told(401, b"", {"WWW-Authenticate": 'Basic realm="r"'})) as server:
        with pytest.raises(ServiceFault, match="does not let you in") as caught:
            server.service(credentials).select("ASK {}")
        assert len(server.asked) <= 2
    assert "hemligt" not in caught.value.line()
    assert "hemligt" not in repr(credentials)


def test_no_credentials_are_taken_from_netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login x password y", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with fake(lambda _: Told(200, GOOD)) as server:
        server.service().select("ASK {}")
        assert "authorization" not in server.asked[0].headers


def test_credentials_do_not_follow_a_redirect() -> None:
    with fake(lambda _: Told(200, GOOD)) as other, fake(lambda _: Told(307, b"", {"Location": other.url})) as server:
        with pytest.raises(ServiceFault, match="redirects are not followed"):
            server.service(TOKEN).select("ASK {}")
        assert other.asked == []
