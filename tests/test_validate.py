"""Does validation find in a file what the shapes forbid, wherever the file's values come from, and say how much it saw?

The oracles: the cases of the shapes, pySHACL without our narrowing, and the W3C test suite of SHACL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from rdflib import RDF, BNode, Graph, Namespace, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from noise import NEW, OLD, of_shapes, ontology, statements
from planted import PREFIX_LINES, quads, store_of
from rusgraf import assets
from rusgraf import validate as module
from rusgraf.bridge import own_term, rdf_term
from rusgraf.checking import check_files
from rusgraf.errors import UnreadableInput, UnsupportedFormat
from rusgraf.faultlist import Result
from rusgraf.near.follow import LARGE, with_file
from rusgraf.near.view import View
from rusgraf.rdf import data_files, read_quads
from rusgraf.shapes import Shapes, aimed, prepare
from rusgraf.store import DERIVED, Store
from rusgraf.terms import DEFAULT, RDF_TYPE, BlankNode, Quad, Term
from rusgraf.validate import Outcome, run_shapes, shapes_graph, to_rdflib, try_things, validate_quads

CASES = Path(__file__).parent / "cases" / "shapes"
W3C = Path(__file__).parents[2] / "shared" / "w3c" / "shacl"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
PROFILE = "https://w3id.org/rusgraf/spec/profil/"
# pySHACL falls short here, with or without us: it keeps "a"^^xsd:boolean as written, and passes no shapes graph on.
KNOWN = {"core/property/uniqueLang-002", "sparql/pre-binding/shapesGraph-001"}
pytestmark = [
    pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning:rdflib"),
]


@pytest.fixture(scope="module")
def ground() -> Store:
    return Store.load([CASES / "grund.ttl"])


def check(store: Store, turtle: str, name: str = "ny.ttl") -> Outcome:
    return check_files(store, [(name, (PREFIX_LINES + turtle).encode())]).outcome


def shapes_of(outcome: Outcome) -> set[str]:
    return {r.shape.removeprefix(PROFILE) for r in outcome.results if r.severity != "info"}


def test_a_value_that_only_the_store_knows_is_judged_by_what_it_is_there() -> None:
    store = store_of("e:plan a rus:Handlingsplan . e:mal a rus:Delmal ; rus:ingarI e:plan . e:namnd a rus:Namnd .")
    wrong = 'e:ny a rus:Aktivitet ; skos:prefLabel "Ny"@sv ; rus:avserDelmal e:mal ; rus:ansvarig e:plan .'
    found = check(store, wrong)
    assert shapes_of(found) == {"Aktivitet-ansvarig"}
    assert {r.path for r in found.results if r.severity == "violation"} == {"https://w3id.org/rusgraf/spec/ansvarig"}
    assert not shapes_of(check(store, wrong.replace("e:plan", "e:namnd")))


def test_a_thing_without_an_identifier_is_validated_too(ground: Store) -> None:
    assert "Aktivitet-ansvarig" in shapes_of(check(ground, '[] a rus:Aktivitet ; skos:prefLabel "Ny"@sv .'))


def test_a_misspelt_identifier_gets_the_nearest_known_one() -> None:
    store = store_of("<https://w3id.org/rusgraf/id/aktor/kumla-kommun> a rus:Kommun .")
    found = check(store, "e:ny a rus:Aktivitet ; rus:ansvarig <https://w3id.org/rusgraf/id/aktor/kumla-kommunn> .")
    assert "https://w3id.org/rusgraf/id/aktor/kumla-kommun" in {r.suggestion for r in found.results}


def test_every_message_is_in_both_languages(ground: Store) -> None:
    found = check(ground, "e:ny a rus:Aktivitet , rus:Aktivitett ; rus:ansvarg e:x .")
    assert found.results
    for result in found.results:
        assert {lang for lang, _ in result.messages} >= {"sv", "en"}, result


def test_a_file_that_no_shape_is_about_is_said_to_prove_nothing(ground: Store) -> None:
    found = check(ground, 'e:x rdfs:comment "utan klass" .')
    assert (found.conforms, found.focus_nodes) == (True, 0)


def test_the_store_is_left_alone_and_the_effect_is_told() -> None:
    store = store_of("e:plan a rus:Handlingsplan . e:mal a rus:Delmal ; rus:ingarI e:plan .")
    before = store.release()
    found = check(store, "e:ny a rus:Aktivitet ; rus:avserDelmal e:mal .")
    assert [i.partition("/")[0] for i in found.closes] == ["delmal-utan-aktivitet"]
    assert [i.partition("/")[0] for i in found.opens] == ["aktivitet-utan-ansvarig"]
    assert store.release() == before


@pytest.mark.parametrize(
    ("name", "content"), [("x.ttl", b""), ("x.ttl", b"@prefix"), ("x.jsonld", b"{"), ("x.nt", b"\xff")]
)
def test_a_file_that_cannot_be_read_is_a_clear_error(ground: Store, name: str, content: bytes) -> None:
    with pytest.raises(UnreadableInput, match=name):
        check_files(ground, [(name, content)])


def test_an_unknown_kind_of_file_is_a_clear_error(ground: Store) -> None:
    with pytest.raises(UnsupportedFormat, match=r"plan\.docx"):
        check_files(ground, [("plan.docx", b"x")])


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(CASES.glob("*/*/bad-*.ttl")), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_bad_file_is_found_by_the_program_too(path: Path, ground: Store) -> None:
    found = check_files(ground, [(path.name, path.read_bytes())]).outcome
    wanted = path.stem.removeprefix("bad-").partition("--")[0]
    assert {r.shape.removeprefix(PROFILE) for r in found.results} == {wanted}


@pytest.mark.slow
def test_narrowed_validation_finds_what_all_of_pyshacl_finds_in_the_shipped_data() -> None:
    whole = Store.load()
    every = run_shapes(to_rdflib((q.subject, q.predicate, q.object) for q in whole.default()), shapes_graph())
    in_force = set(whole.graphs())
    stated = [q for path in data_files([assets.folder("data")]) for q in read_quads(path) if q.graph_name in in_force]
    found = validate_quads(Store.load([]), {"data": stated}).results

    def keys(results: Sequence[Result]) -> set[tuple[str, ...]]:
        return {(r.severity, r.focus, r.path, r.value, r.shape) for r in results if r.focus.startswith("http")}

    assert keys(found) == keys(every)
    assert found


# Against everything, tried by pySHACL alone


Told = set[tuple[str, ...]]


def told(results: Iterable[Result], blank: Collection[str] = ()) -> Told:
    """Results as texts, things without a name alike."""
    texts = ((r.severity, str(r.messages), r.focus, r.path, r.value, r.shape) for r in results)
    return {tuple("_:" if text in blank else text for text in found) for found in texts}


def by_pyshacl_alone(store: Store, new: Sequence[Quad]) -> Told:
    """The oracle: a copy of everything, all shapes on all things, pySHACL's own targets, comparisons and queries.

    Kept is what is about a thing of the file, or a class that it uses, and is not only said by what follows.
    """
    whole = store.extended(new)
    written = {q.triple for q in new}
    stored = {q.triple for q in whole.default()} - {q.triple for q in Store.of(new).quads()}
    data = to_rdflib((t.subject, t.predicate, t.object) for t in written | stored)
    things = {str(rdf_term(t)) for q in new for t in (q.subject, *([q.object] if q.predicate == RDF_TYPE else []))}
    followed = {q.triple for q in whole.quads(graph=DERIVED)}
    followed -= {q.triple for graph in whole.all_graphs() if graph != DERIVED for q in whole.quads(graph=graph)}
    derived = {tuple(str(rdf_term(t)) for t in (f.subject, f.predicate, f.object)) for f in followed}
    results = run_shapes(data, shapes_graph())
    kept = (r for r in results if r.focus in things and (r.focus, r.path, r.value) not in derived)
    return told(kept, nameless(new))


def nameless(quads: Iterable[Quad]) -> set[str]:
    return {t.value for q in quads for t in (q.subject, q.object) if isinstance(t, BlankNode)}


def by_us(store: Store, new: Sequence[Quad], *, large: int) -> Told:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "with_file", lambda store, quads: with_file(store, quads, large=large))
        found = validate_quads(store, {"ny": new})
    return told(found.results, nameless(new))


@given(statements(OLD, of_shapes(), 30), statements(NEW, of_shapes(), 12))
@settings(max_examples=8)
def test_file_is_found_to_have_the_faults_that_pyshacl_finds_in_everything(old: list[Quad], new: list[Quad]) -> None:
    store = ontology().extended(old)
    expected = by_pyshacl_alone(store, new) if new else set()
    assert by_us(store, new, large=0) == expected
    assert by_us(store, new, large=LARGE) == expected


@pytest.mark.slow
@given(statements(OLD, of_shapes(), 60), statements(NEW, of_shapes(), 40))
@settings(max_examples=30)
def test_many_files_are_found_to_have_the_faults_that_pyshacl_finds(old: list[Quad], new: list[Quad]) -> None:
    store = ontology().extended(old)
    assert by_us(store, new, large=0) == (by_pyshacl_alone(store, new) if new else set())


FILES = data_files([assets.folder("data")])


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_shipped_file_is_found_to_have_the_faults_that_pyshacl_finds_in_everything(path: Path) -> None:
    store, new = Store.load([p for p in FILES if p != path]), read_quads(path)
    assert by_us(store, new, large=0) == by_us(store, new, large=LARGE) == by_pyshacl_alone(store, new)


def rows(number: int) -> list[Quad]:
    """Invented activities; every other one has nobody responsible, those from May on start after their end."""
    text = "".join(
        f'e:a{i} a rus:Aktivitet ; rus:riktarSigTill e:grupp ; rus:startdatum "2021-0{i % 8 + 1}-01"^^xsd:date ; '
        f'rus:slutdatum "2021-04-01"^^xsd:date {"; rus:ansvarig e:namnd" if i % 2 else ""} . '
        for i in range(number)
    )
    return quads(text)


def test_number_of_things_tried_at_a_time_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of("e:namnd a rus:Namnd .")
    seen: list[tuple[int, int]] = []
    whole = validate_quads(store, {"ny": rows(7)}, lambda done, of: seen.append((done, of)))
    assert seen == [(8, 8)]  # the class is a thing too
    monkeypatch.setattr(module, "BATCH", 3)
    parts = validate_quads(store, {"ny": rows(7)}, lambda done, of: seen.append((done, of)))
    assert seen[1:] == [(3, 8), (6, 8), (8, 8)]
    assert (parts.results, parts.focus_nodes, parts.shapes) == (whole.results, whole.focus_nodes, whole.shapes)
    assert sum(r.shape == f"{PROFILE}Aktivitet-ansvarig" for r in whole.results) == 4
    assert {r.focus[-2:] for r in whole.results if r.shape == f"{PROFILE}Aktivitet-startdatum"} == {"a4", "a5", "a6"}


def test_things_that_look_alike_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    aims: list[str] = []

    def counting(shapes: Shapes, found: Iterable[tuple[Node, Term]]) -> Graph:
        listed = list(found)
        aims.extend(str(shape) for shape, _ in listed)
        return aimed(shapes, listed)

    monkeypatch.setattr(module, "aimed", counting)
    for number in (2, 40):
        aims.clear()
        found = validate_quads(store_of("e:namnd a rus:Namnd ."), {"ny": rows(number)})
        assert sum(r.shape == f"{PROFILE}Aktivitet-delmal" for r in found.results) == number
        assert aims.count(f"{PROFILE}Aktivitet-delmal") == 1
        assert aims.count(f"{PROFILE}Aktivitet-ansvarig") == 2


@pytest.mark.parametrize(
    ("start", "end", "faults"),
    [
        ("2021-03-01", "2021-03-01", 0),
        ("2021-03-02", "2021-03-01", 1),
        ("2021-02-30", "2021-03-01", 1),  # no such day: that is the fault, once
        ("2021-02-28", "2021-02-30", 0),  # the fault is the other's
    ],
)
def test_dates_are_compared_when_there_are_such_days(start: str, end: str, faults: int, ground: Store) -> None:
    text = f'e:ny a rus:Aktivitet ; rus:startdatum "{start}"^^xsd:date ; rus:slutdatum "{end}"^^xsd:date .'
    assert sum(r.shape == f"{PROFILE}Aktivitet-startdatum" for r in check(ground, text).results) == faults


@pytest.mark.parametrize(
    "value",
    ["[]", "e:ting", '"x"', "5", '"2021"^^xsd:gYear', '"P1D"^^xsd:duration', '"x"@sv', '"x"^^xsd:date', "( 1 )"],
)
@pytest.mark.parametrize("other", ["[]", '"2021-03-01"^^xsd:date', '"x"^^e:eget'])
def test_values_that_cannot_be_compared_are_faults_and_no_trouble(value: str, other: str, ground: Store) -> None:
    found = check(ground, f"e:ny a rus:Aktivitet ; rus:startdatum {value} ; rus:slutdatum {other} .")
    assert "Aktivitet-startdatum" in shapes_of(found)


def test_number_is_one_number_and_is_told_as_it_is_written(ground: Store) -> None:
    assert "Ordning" not in shapes_of(check(ground, 'e:ny a rus:Delmal ; rus:ordning "007"^^xsd:integer .'))
    wrong = check(ground, 'e:ny a rus:Delmal ; rus:ordning "-07"^^xsd:integer .')
    assert [r.value for r in wrong.results if r.shape == f"{PROFILE}Ordning"] == ["-07"]


@pytest.mark.parametrize("turtle", ['e:ny a "x" .', "e:ny a [] .", "e:ny a e:ny .", "rus:Aktivitet a rus:Aktivitet ."])
def test_strange_class_is_no_trouble(turtle: str, ground: Store) -> None:
    assert check(ground, turtle).shapes


def test_class_that_only_the_second_file_uses_is_the_second_files_fault(ground: Store) -> None:
    texts = ("e:ett a rus:Delmal .", "e:tva a rus:Delmaal .")
    found = check_files(ground, [(f"{n}.ttl", (PREFIX_LINES + text).encode()) for n, text in enumerate(texts)]).outcome
    assert [r.file for r in found.results if r.shape == f"{PROFILE}Klass"] == ["1.ttl"]


def test_what_a_file_says_in_a_graph_out_of_force_is_tried_but_acts_on_nothing() -> None:
    store = store_of("e:plan a rus:Handlingsplan . e:mal a rus:Delmal ; rus:ingarI e:plan .")
    trig = (
        "graf:ny { graf:ny rus:grafslag grafslag:ersatt . "
        "e:ny a rus:Aktivitet ; rus:avserDelmal e:mal ; rus:ansvarig e:plan . }"
    )
    found = check(store, trig, "ny.trig")
    assert "Aktivitet-ansvarig" in shapes_of(found)
    assert (found.closes, found.opens) == ((), ())


# The W3C cases


def w3c_cases() -> list[str]:
    files = sorted(p for p in W3C.rglob("*.ttl") if "sht:Validate" in p.read_text("utf-8"))
    return [str(p.relative_to(W3C).with_suffix("")) for p in files]


def local(where: Node | None) -> Path:
    return Path(str(where).removeprefix("file://"))


def parsed(where: Node | None) -> Graph:
    """A file read as we read files: rdflib's parser writes some literals anew."""
    found = ox.parse(local(where).read_bytes(), ox.RdfFormat.TURTLE, base_iri=str(where))
    return to_rdflib((q.subject, q.predicate, q.object) for q in found)


def tried(data: Graph, shapes: Graph) -> set[Result]:
    """The results of shapes on every node of a graph."""
    stated = [Quad(own_term(s), own_term(p), own_term(o), DEFAULT) for s, p, o in data]  # type: ignore[arg-type]
    view, taken = View(Store.of(stated)).as_shapes_see_it(stated), prepare(shapes)
    named = {wanted for targets in taken.targets.values() for kind, wanted in targets if kind == "targetNode"}
    return try_things(view, taken, [*{*map(own_term, data.all_nodes()), *named}])[0]


def expected(graph: Graph, report: Node) -> set[tuple[str, str]]:
    return {_key(graph, node) for node in graph.objects(report, SH.result)}


def _key(graph: Graph, node: Node) -> tuple[str, str]:
    parts = [graph.value(node, p) for p in (SH.focusNode, SH.value)]
    focus, value = ("_:" if isinstance(p, BNode) else str(p if p is not None else "") for p in parts)
    return focus, value


@pytest.mark.slow
@pytest.mark.skipif(not W3C.is_dir(), reason="the W3C test data lie in ../shared/w3c, outside the project")
@pytest.mark.parametrize("name", w3c_cases())
def test_w3c_case_gives_the_expected_results(name: str, request: pytest.FixtureRequest) -> None:
    if name in KNOWN:
        request.applymarker(pytest.mark.xfail(reason="pySHACL 0.40.1", raises=Exception, strict=True))
    path = W3C / f"{name}.ttl"
    manifest = parsed(URIRef(path.as_uri()))
    action = manifest.value(manifest.value(predicate=RDF.type, object=SHT.Validate), MF.action)
    report = manifest.value(manifest.value(predicate=RDF.type, object=SHT.Validate), MF.result)
    where = [manifest.value(action, part) for part in (SHT.dataGraph, SHT.shapesGraph)]
    data, shapes = parsed(where[0]), Graph().parse(local(where[1]), publicID=str(where[1]))
    if report == SHT.Failure:
        with pytest.raises(UnreadableInput):
            tried(data, shapes)
        return
    found = tried(data, shapes)
    known = {str(n) for n in data.all_nodes() | shapes.all_nodes() if not isinstance(n, BNode)}
    blank = {str(n) for n in data.all_nodes() | shapes.all_nodes() if isinstance(n, BNode)} - known
    keys = {tuple("_:" if v in blank else v for v in (r.focus, r.value)) for r in found}
    assert report is not None
    assert keys == expected(manifest, report)
