"""Does the store answer from the graphs in force, does its release name the statements, and is a bad file refused?"""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planted import GRAPH, PREFIX_LINES, Canary, e, quads, store_of
from rusgraf.errors import BadQuery, UnreadableInput, UnsupportedFormat
from rusgraf.rdf import FORMATS, MAX_TRIPLE_TERMS, data_files, parse_quads, read_quads
from rusgraf.store import DERIVED, PROFILE, Store
from rusgraf.terms import RDF_TYPE, BlankNode, Literal, NamedNode, Quad, expand, rus

GRAF = "https://w3id.org/rusgraf/res/graf/"
DATA = """
graf:plan { graf:plan a rus:Graf ; rus:grafslag grafslag:plan .
  e:plan a rus:Handlingsplan . e:delmal a rus:Delmal ; rus:ingarI e:plan ; skos:prefLabel "Delmål"@sv, "Sub-goal"@en .
  [] a rus:Risk ; rus:ingarI [ a rus:Insatsomrade ] . }
graf:remiss { graf:remiss a rus:Graf ; rus:grafslag grafslag:ersatt . e:gammalt a rus:Delmal ; rus:ingarI e:plan . }
graf:exempel { graf:exempel a rus:Graf ; rus:grafslag grafslag:exempel . e:pahittat a rus:Delmal ; rus:ingarI e:plan . }
<https://w3id.org/rusgraf/res/graf/tolkning/plan> {
  <https://w3id.org/rusgraf/res/graf/tolkning/plan> a rus:Graf ; rus:grafslag grafslag:tolkning .
  e:delmal rus:bidrarTill e:mal . e:tolkat a rus:Delmal ; rus:ingarI e:plan . }
"""
ALL_DELMAL = "SELECT ?d WHERE { ?d a <https://w3id.org/rusgraf/spec/Delmal> } ORDER BY ?d"


def delmal(store: Store) -> set[object]:
    return {row[0] for row in store.select(ALL_DELMAL).rows}


def triples(store: Store) -> set[str]:
    """The default graph without what blank nodes say, whose names differ from load to load."""
    return {str(q) for q in store.default() if BlankNode not in (type(q.subject), type(q.object))}


def stated(store: Store) -> list[Quad]:
    """What the files say: neither derived nor the union."""
    return [q for q in store.quads() if q.graph_name not in (DERIVED, ox.DefaultGraph())]


def of_quads(found: list[Quad]) -> Store:
    """A store of these quads alone (the ontology is among what `stated` gives)."""
    inner = ox.Store()
    inner.extend(found)
    return Store(inner)


# The graphs in force


def test_default_graph_is_the_union_of_the_graphs_in_force() -> None:
    assert delmal(store_of(DATA)) == {e("delmal"), e("tolkat")}


@pytest.mark.parametrize(("graph", "thing"), [("remiss", "gammalt"), ("exempel", "pahittat")])
def test_superseded_and_example_graphs_answer_by_name(graph: str, thing: str) -> None:
    text = f"SELECT ?d WHERE {{ GRAPH <{GRAF}{graph}> {{ ?d a <{rus('Delmal').value}> }} }}"
    assert store_of(DATA).select(text).rows == [(e(thing),)]


def test_graphs_in_force_leave_out_the_superseded_and_the_examples() -> None:
    store = store_of(DATA)
    left_out = {g.value.removeprefix(GRAF) for g in set(store.all_graphs()) - set(store.graphs())}
    assert left_out == {"remiss", "exempel"}
    left_out = {g.value.removeprefix(GRAF) for g in set(store.all_graphs()) - set(store.graphs(asserted=True))}
    assert left_out == {"remiss", "exempel", "tolkning/plan"}


def test_description_of_the_profile_is_no_part_of_the_default_graph() -> None:
    store = Store.load([])
    only_there = {q.subject for q in store.quads(graph=PROFILE)} - {q.subject for q in store.quads(graph=GRAPH)}
    assert only_there
    assert not any(q.predicate == expand("prof:hasResource") for q in store.default())


def test_asserted_leaves_interpretations_out_of_the_default_graph_but_not_of_the_store() -> None:
    store = store_of(DATA, asserted=True)
    assert delmal(store) == {e("delmal")}
    assert not list(store.default(e("delmal"), rus("bidrarTill")))
    assert list(store.quads(e("delmal"), rus("bidrarTill")))


def test_asserted_of_a_loaded_store_is_the_store_loaded_asserted() -> None:
    assert triples(store_of(DATA).asserted()) == triples(store_of(DATA, asserted=True))


def test_interpretations_are_named() -> None:
    assert store_of(DATA).interpretations() == [NamedNode(GRAF + "tolkning/plan")]


def test_graph_that_nobody_describes_is_in_force() -> None:
    assert delmal(store_of("e:x { e:delmal a rus:Delmal }")) == {e("delmal")}


def test_statement_is_traced_to_its_graphs_and_never_to_the_derived_one() -> None:
    store = store_of(DATA)
    quad = next(store.default(e("delmal"), rus("bidrarTill")))
    assert store.stating(quad) == [NamedNode(GRAF + "tolkning/plan")]
    derived = next(store.default(e("delmal"), RDF_TYPE, rus("Mal")))
    assert store.stating(derived) == []


# What follows


def test_derived_statements_stand_in_their_own_graph_and_in_the_default_graph() -> None:
    store = store_of(DATA)
    for predicate, thing in ((rus("tillhorPlan"), e("plan")), (RDF_TYPE, rus("Mal"))):
        graphs = {q.graph_name for q in store.quads(e("delmal"), predicate, thing)}
        assert graphs == {DERIVED, ox.DefaultGraph()}


def test_nothing_is_derived_from_what_is_not_in_force() -> None:
    assert not list(store_of(DATA).quads(e("gammalt"), rus("tillhorPlan")))
    assert not list(store_of(DATA, asserted=True).quads(e("tolkat"), rus("tillhorPlan")))
    assert list(store_of(DATA).quads(e("tolkat"), rus("tillhorPlan")))


# The release


def shuffled(found: list[Quad]) -> list[Quad]:
    return random.Random(7).sample(found, len(found))  # noqa: S311


def renamed(found: list[Quad]) -> list[Quad]:
    def other(term: object) -> object:
        return BlankNode(f"annan{term.value}") if isinstance(term, BlankNode) else term

    return [Quad(other(q.subject), q.predicate, other(q.object), q.graph_name) for q in found]  # type: ignore[arg-type]


def as_trig(found: list[Quad]) -> list[Quad]:
    content = ox.serialize(found, format=ox.RdfFormat.TRIG)
    assert content is not None
    return parse_quads(content, ox.RdfFormat.TRIG, "prov.trig", GRAPH)


def as_json(found: list[Quad]) -> list[Quad]:
    content = ox.serialize(found, format=ox.RdfFormat.JSON_LD)
    assert content is not None
    return parse_quads(content, ox.RdfFormat.JSON_LD, "prov.jsonld", GRAPH)


@pytest.mark.parametrize("change", [shuffled, renamed, as_trig, as_json, lambda found: found + found])
def test_release_does_not_depend_on_order_names_of_blank_nodes_or_syntax(
    change: Callable[[list[Quad]], list[Quad]],
) -> None:
    found = stated(store_of(DATA))
    assert of_quads(change(found)).release() == of_quads(found).release() == store_of(DATA).release()


@given(st.data())
def test_release_is_changed_by_any_statement_that_comes_or_goes(data: st.DataObject) -> None:
    found = quads(DATA)
    before = of_quads(found).release()
    gone = data.draw(st.integers(0, len(found) - 1))
    assert of_quads(found[:gone] + found[gone + 1 :]).release() != before
    text = data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=5))
    assert of_quads([*found, Quad(e("ny"), rus("avsnitt"), Literal(text), GRAPH)]).release() != before


def test_release_tells_which_blank_node_a_statement_is_about() -> None:
    one = of_quads(quads("[] rus:avsnitt 1, 2 . [] rus:avsnitt 3, 4 ."))
    other = of_quads(quads("[] rus:avsnitt 1, 4 . [] rus:avsnitt 3, 2 ."))
    assert one.release() != other.release()


def test_release_tells_the_graph_of_a_statement() -> None:
    assert of_quads(quads("e:g { e:a e:b e:c }")).release() != of_quads(quads("e:h { e:a e:b e:c }")).release()


def test_release_of_the_shipped_data_is_twelve_hexadecimal_digits(shipped: Store) -> None:
    release = shipped.release()
    assert len(release) == 12
    assert int(release, 16) >= 0


# Copies


def test_dump_is_read_back_as_the_same_store() -> None:
    store = store_of(DATA)
    again = Store.from_dump(store.dump())
    assert again.release() == store.release()
    assert again.select(ALL_DELMAL) == store.select(ALL_DELMAL)
    for name in (DERIVED, None):
        assert len(list(again.quads(graph=name))) == len(list(store.quads(graph=name)))
    assert again.interpretations() == store.interpretations()


def test_extending_leaves_the_original_alone() -> None:
    store = store_of(DATA)
    before = (store.release(), sorted(map(str, store.quads())))
    bigger = store.extended(quads("e:nytt a rus:Delmal ; rus:ingarI e:plan ."))
    assert list(bigger.default(e("nytt"), rus("tillhorPlan"), e("plan"))), "derived anew"
    assert delmal(bigger) == delmal(store) | {e("nytt")}
    assert (store.release(), sorted(map(str, store.quads()))) == before


def test_store_on_disk_is_opened_as_it_was_made(tmp_path: Path) -> None:
    made = store_of(DATA)
    made.save(tmp_path / "lager")
    Store.open(tmp_path / "lager").copy(tmp_path / "kopia")
    for name in ("lager", "kopia"):
        opened = Store.open(tmp_path / name)
        assert (opened.release(), opened.select(ALL_DELMAL)) == (made.release(), made.select(ALL_DELMAL))
        assert {str(q) for q in opened.quads()} == {str(q) for q in made.quads()}


def test_directory_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("x", encoding="utf-8")
    with pytest.raises(UnreadableInput, match=str(tmp_path)):
        Store.open(tmp_path / "fil")
    with pytest.raises(UnreadableInput, match=str(tmp_path)):
        Store.open(tmp_path / "fil", writing=True)


# Labels and faulty queries


@pytest.mark.parametrize(("lang", "name"), [("sv", "Delmål"), ("en", "Sub-goal"), ("fr", "Delmål")])
def test_label_is_in_the_language_asked_for_else_swedish(lang: str, name: str) -> None:
    assert store_of(DATA).label(e("delmal"), lang) == name


def test_thing_without_a_name_is_called_by_the_last_part_of_its_iri() -> None:
    store = store_of(DATA)
    assert store.label(e("plan")) == "plan"
    assert store.label(NamedNode("https://example.org/a#b")) == "b"
    assert store.label(Literal("text")) == "text"


@pytest.mark.parametrize("text", ["", "SELECT", "SELECT * WHERE { ?s ?p }", "INSERT DATA { <a:a> <a:b> 1 }", "\0"])
def test_query_that_does_not_parse_is_a_bad_query_with_a_cure(text: str) -> None:
    with pytest.raises(BadQuery) as caught:
        store_of(DATA).query(text)
    assert caught.value.cure


def test_construct_is_no_table() -> None:
    with pytest.raises(BadQuery):
        store_of(DATA).select("CONSTRUCT WHERE { ?s ?p ?o }")


# Files

BAD_FILES = {
    "a.ttl": (b"@prefix e: <https://example.org/> .\ne:a e:b .\n", 2),
    "prefix.ttl": (b"\n\nx:a x:b x:c .\n", 3),
    "b.trig": (b"<a:g> {\n<a:a> <a:b> <a:c>\n", 3),
    "c.nt": (b"<a:a> <a:b> <a:c> .\n<a:a> <a:b> 'x' .\n", 2),
    "d.nq": (b"<a:a> <a:b> 'x' .\n", 1),
    "e.jsonld": (b'{"@id": "a:a",\n', None),
    "f.rdf": (b"<rdf:RDF>", None),
    "latin.ttl": ("<a:a> <a:b> 'å' .".encode("latin-1"), None),
    "zero.nt": (b"\0\0\0", 1),
    "relativ.ttl": (b"<a> <b> <c> .", 1),
    "html.ttl": (b"<!doctype html><title>404</title>", 1),
    "versal.TTL": (b"<a:a>", None),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file_is_refused_with_its_name_line_and_cure(name: str, tmp_path: Path) -> None:
    content, line = BAD_FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableInput) as caught:
        Store.load([path])
    assert str(path) in caught.value.message
    assert caught.value.cure
    if line is not None:
        assert f"line {line}:" in caught.value.message


@pytest.mark.parametrize("name", ["plan.docx", "plan", "plan.csv", "plan.xlsx", "plan.ttl.gz", ".ttl"])
def test_file_of_another_kind_is_refused_with_the_kinds_that_are_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(UnsupportedFormat) as caught:
        Store.load([path])
    assert name in caught.value.message
    assert ".ttl" in caught.value.cure


def test_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no such file"):
        Store.load([tmp_path / "saknas.ttl"])
    with pytest.raises(UnreadableInput, match="saknas"):
        read_quads(tmp_path / "saknas.ttl")


def test_folder_gives_the_files_below_it_and_an_empty_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no RDF file"):
        data_files([tmp_path])
    (tmp_path / "under").mkdir()
    for name in ("b.ttl", "under/a.NT", "anteckning.txt"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert data_files([tmp_path]) == [tmp_path / "b.ttl", tmp_path / "under" / "a.NT"]


def test_triples_outside_a_graph_go_to_a_graph_named_by_the_file(tmp_path: Path) -> None:
    path = tmp_path / "Min plan.ttl"
    path.write_text("<a:a> <a:b> <a:c> .", encoding="utf-8")
    assert [q.graph_name for q in read_quads(path)] == [NamedNode(GRAF + "min-plan")]


def test_blank_nodes_of_two_files_are_never_the_same(tmp_path: Path) -> None:
    for name in ("a.nt", "b.nt"):
        (tmp_path / name).write_text(f'_:x <a:p> "{name}" .', encoding="utf-8")
    subjects = {q.subject for q in Store.load([tmp_path]).default(None, NamedNode("a:p"))}
    assert len(subjects) == 2


VALID = {
    ".ttl": (
        PREFIX_LINES + "e:a a rus:Delmal ; skos:prefLabel 'å'@sv ; rus:ordning 1 ; rus:x [ a e:b ], ( 1 2 ) ."
    ).encode(),
    ".trig": (PREFIX_LINES + DATA).encode(),
    ".nt": '<a:a> <a:b> "å\\u00e5"@sv .\n_:b <a:b> <<( <a:a> <a:b> "1" )>> .'.encode(),
    ".nq": b'<a:a> <a:b> "1"^^<a:t> <a:g> .\n',
    ".jsonld": b'{"@context": {"n": "a:n"}, "@id": "a:a", "n": [1, {"@list": [true, null]}, {"@value": "x"}]}',
    ".rdf": b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="a:">'
    b'<e:B r:about="a:a"><e:p>x</e:p></e:B></r:RDF>',
}


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A suffix, and anything: bytes, or a good file of that kind with some bytes replaced, cut or repeated."""
    suffix = draw(st.sampled_from(sorted(FORMATS)))
    content = VALID[suffix]
    if draw(st.booleans()):
        return suffix, draw(st.binary(max_size=200))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        stop = draw(st.integers(start, min(len(content), start + 40)))
        content = (
            content[:start]
            + draw(st.sampled_from([b"", content[start:stop] * 2]) | st.binary(max_size=4))
            + content[stop:]
        )
    return suffix, content


def test_there_is_a_good_file_of_every_kind() -> None:
    assert set(VALID) == set(FORMATS)
    for suffix, content in VALID.items():
        assert parse_quads(content, FORMATS[suffix], f"prov{suffix}", GRAPH)


@given(damaged())
def test_any_bytes_are_statements_or_a_clear_refusal(given_file: tuple[str, bytes]) -> None:
    suffix, content = given_file
    try:
        found = parse_quads(content, FORMATS[suffix], f"prov{suffix}", GRAPH)
    except UnreadableInput as error:
        assert f"prov{suffix}" in error.message
        assert error.cure
    else:
        of_quads(found).release()
        assert all(isinstance(q.graph_name, NamedNode | BlankNode) for q in found)


# Nothing is fetched, and nothing explodes


def outside(address: str) -> dict[str, bytes]:
    """Files that would have a careless reader fetch `address`."""
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    return {
        "context.jsonld": f'{{"@context": "{address}/c", "@id": "a:a", "a:b": 1}}'.encode(),
        "import.jsonld": f'{{"@context": {{"@version": 1.1, "@import": "{address}/c"}}, "@id": "a:a"}}'.encode(),
        "scoped.jsonld": f'{{"@context": {{"p": {{"@id": "a:p", "@context": "{address}/c"}}}}, "p": {{}}}}'.encode(),
        "dtd.rdf": f'<!DOCTYPE r SYSTEM "{address}/d.dtd"><rdf:RDF {rdf}/>'.encode(),
        "entity.rdf": f'<!DOCTYPE r [<!ENTITY x SYSTEM "{address}/e">]><rdf:RDF {rdf}>&x;</rdf:RDF>'.encode(),
        "parameter.rdf": f'<!DOCTYPE r [<!ENTITY % x SYSTEM "{address}/e"> %x;]><rdf:RDF {rdf}/>'.encode(),
        "imports.ttl": f"<a:o> <http://www.w3.org/2002/07/owl#imports> <{address}/o> .".encode(),
    }


@pytest.mark.parametrize("name", outside(""))
def test_file_that_points_elsewhere_makes_nobody_go_there(name: str, canary: Canary, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(outside(canary.url)[name])
    try:
        Store.load([tmp_path / name])
    except UnreadableInput as error:
        assert name in error.message
    assert canary.hits == []


@pytest.mark.parametrize("where", ["https://example.org/context", "file:///etc/hostname", "/etc/hostname"])
@pytest.mark.parametrize("name", ["context.jsonld", "import.jsonld", "scoped.jsonld"])
def test_context_from_elsewhere_is_refused(name: str, where: str) -> None:
    with pytest.raises(UnreadableInput):
        parse_quads(outside(where)[name].replace(b'/c"', b'"'), FORMATS[".jsonld"], name, GRAPH)


def laughs(levels: int = 10) -> bytes:
    """The billion laughs: entities of entities, ten of each in the next."""
    names = "abcdefghijkl"[: levels + 1]
    nested = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(names))
    return (
        f'<!DOCTYPE r [<!ENTITY a "ha">{nested}]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:e="a:"><rdf:Description rdf:about="a:a"><e:p>&{names[-1]};</e:p></rdf:Description></rdf:RDF>'
    ).encode()


BOMBS = {
    "laughs.rdf": laughs(),
    "deep.ttl": b"<a:a> <a:b> " + b"<<( <a:a> <a:b> " * 20_000 + b"1" + b" )>>" * 20_000 + b" .",
    "deep.nt": b"<a:a> <a:b> " + b"<<( <a:a> <a:b> " * 20_000 + b"<a:c>" + b" )>>" * 20_000 + b" .",
    "deep.nq": b"<a:a> <a:b> " + b"<<( <a:a> <a:b> " * 20_000 + b"<a:c>" + b" )>>" * 20_000 + b" .",
    "deep.trig": b"<a:g> { <a:a> <a:b> " + b"<< <a:a> <a:b> " * 20_000 + b"1" + b" >>" * 20_000 + b" }",
}
READ = """import sys
from pathlib import Path
from rusgraf.errors import UnreadableInput
from rusgraf.rdf import read_quads
try:
    read_quads(Path(sys.argv[1]))
except UnreadableInput as error:
    print(error)
"""


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_before_it_goes_off(name: str, tmp_path: Path) -> None:
    """In a process of its own: a bomb that goes off takes the whole process along."""
    path = tmp_path / name
    path.write_bytes(BOMBS[name])
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert str(path) in done.stdout


def test_triple_terms_are_read_as_long_as_they_are_few() -> None:
    content = "".join(f"<a:a{i}> <a:b> <<( <a:a> <a:b> {i} )>> .\n" for i in range(MAX_TRIPLE_TERMS)).encode()
    assert len(parse_quads(content, FORMATS[".ttl"], "prov.ttl", GRAPH)) == MAX_TRIPLE_TERMS


def test_deep_lists_are_read() -> None:
    content = b"<a:a> <a:b> " + b"(" * 20_000 + b")" * 20_000 + b" ."
    assert parse_quads(content, FORMATS[".ttl"], "prov.ttl", GRAPH)
