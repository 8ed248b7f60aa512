"""Does an update that is worked out beside the store come to what it comes to on a copy? All data are invented."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planted import quads
from rusgraf import update
from rusgraf.errors import BadQuery, Conflict, RusgrafError
from rusgraf.operations import operations
from rusgraf.overlay import plain
from rusgraf.rdf import canonical
from rusgraf.store import DERIVED, OUT_OF_FORCE, Store
from rusgraf.terms import DEFAULT, NamedNode, Quad, rus
from rusgraf.update import STORED_DEFAULT, Update

BEGIN = f"""<e:g1> {{ <e:a> <e:b> <e:a> , 1 ; <e:a> 1 . }} <e:g2> {{ <e:b> <e:a> 'x'@sv . <e:a> <e:b> 1 }}
{DERIVED} {{ <e:b> <e:b> 1 }}"""
GRAPHS = ("<e:g1>", "<e:g2>", "<e:g3>", str(STORED_DEFAULT))
KIND = f"<e:g2> {rus('grafslag')} {OUT_OF_FORCE[0]}"

graph = st.sampled_from(GRAPHS)
triple = st.builds(
    "{} {} {}".format,
    st.sampled_from(["<e:a>", "<e:b>"]),
    st.sampled_from(["<e:a>", "<e:b>"]),
    st.sampled_from(["<e:a>", "'x'@sv", "1"]),
) | st.just(KIND)
found = st.sampled_from(["?s ?p ?o", "?s <e:b> ?o", "?s ?p 1", "<e:b> ?p ?o", "?o ?p ?s"])
new = found | st.sampled_from(
    ["?s ?p ?a", "?g <e:a> 2", "<e:a> <e:b> 2", "_:n <e:a> ?o", "[] ?p ( 3 ?o )", "?o ?p ?none"]
)
pattern = found | st.sampled_from(
    ["?s ?p ?o . OPTIONAL { ?o <e:a> ?a }", "?s ?p ?o BIND(?o + 1 AS ?a)", "GRAPH ?g { ?s ?p ?o }", "",
     "VALUES (?s ?p ?o) { (<e:a> <e:b> UNDEF) (<e:a> <e:b> 1) }",
     "{ SELECT ?s (COUNT(*) AS ?o) { ?s ?p ?x } GROUP BY ?s }"]
)  # fmt: skip


def placed(inside: st.SearchStrategy[str], *more: str) -> st.SearchStrategy[str]:
    """The same in a graph, or in none."""
    return st.builds(
        lambda text, where: f"{{ {text} }}" if where == "" else f"{{ GRAPH {where} {{ {text} }} }}",
        inside,
        st.sampled_from(["", "", *GRAPHS, *more]),
    )


def words(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(" ".join)


def maybe(word: str, what: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.just("") | what.map(lambda text: f"{word} {text}")


deleted, inserted = words(st.just("DELETE"), placed(found, "?g")), words(st.just("INSERT"), placed(new, "?g"))
MODIFY = words(
    maybe("WITH", graph),
    deleted | inserted | words(deleted, inserted),
    maybe("USING", graph),
    maybe("USING NAMED", graph),
    st.just("WHERE"),
    placed(pattern),
)
DATA = words(st.sampled_from(["INSERT DATA", "DELETE DATA"]), placed(triple))
SHORT = words(st.just("DELETE WHERE"), placed(found, "?g"))
SILENT = st.sampled_from(["", "SILENT"])
whole = graph.map("GRAPH {}".format) | st.just("DEFAULT")
MANAGE = st.one_of(
    words(st.sampled_from(["ADD", "COPY", "MOVE"]), SILENT, whole, st.just("TO"), whole),
    words(st.sampled_from(["CLEAR", "DROP"]), SILENT, whole | st.sampled_from(["ALL", "NAMED"])),
    words(st.just("CREATE"), SILENT, graph.map("GRAPH {}".format)),
)


@cache
def begun() -> Store:
    stated = quads(BEGIN)
    return Store.of([*stated, *map(plain, stated)])


@cache
def directory() -> Path:
    """The same, on disk."""
    place = Path(tempfile.mkdtemp()) / "data"
    begun().save(place)
    return place


def moved(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, STORED_DEFAULT)


def on_a_copy(texts: list[str]) -> list[str]:
    """What the engine itself makes of the operations, one after the other, on a copy of the store; its default graph
    is made anew before each."""
    work = Store.of(begun().quads())
    for text in texts:
        work.engine.add_graph(STORED_DEFAULT)
        work.engine.remove_graph(DEFAULT)  # type: ignore[arg-type]
        work.engine.extend(plain(q) for g in (*work.united(), DERIVED) for q in [*work.quads(graph=g)])
        before = set(work.default())
        for one in natively(text, work):
            work.engine.update(one)
        after = set(work.default())
        if any(moved(quad) not in work.engine for quad in before - after):
            raise Conflict("DELETE outside GRAPH", "")
        for quad in before - after:
            work.engine.remove(moved(quad))
        work.engine.extend(map(moved, after - before))
    return named(work.quads())


def natively(text: str, work: Store) -> Iterator[str]:
    """The operation for the engine: the graph of our own for DEFAULT, and the graphs of the program left out of ALL."""
    first, *_, last = text.split()
    if first in ("CLEAR", "DROP") and last in ("ALL", "NAMED"):
        kept = (DERIVED, STORED_DEFAULT) if last == "NAMED" else (DERIVED,)
        yield from (f"{first} SILENT GRAPH {g}" for g in work.all_graphs() if g not in kept)
    else:
        yield text.replace("DEFAULT", f"GRAPH {STORED_DEFAULT}")


def beside_it(texts: list[str], on_disk: bool) -> list[str]:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as place:
        patch.setattr(update.walls, "stand", lambda: on_disk)  # without walls all is done on a copy in memory
        store = Store.open(directory()) if on_disk else begun()
        after = update.changed(store, Update(" ;\n".join(texts)), Path(place) / "copy" if on_disk else None)
        kept = [q for q in store.quads() if q.graph_name not in after]
    return named([*kept, *(q for stated in after.values() for q in stated)])


def named(found: object) -> list[str]:
    return sorted(canonical([q for q in found if q.graph_name != DEFAULT]))  # type: ignore[attr-defined]


@settings(max_examples=200)
@given(st.lists(st.one_of(DATA, MODIFY, MODIFY, SHORT, MANAGE), min_size=1, max_size=4), st.booleans())
@example(["DELETE DATA { GRAPH <e:g1> { <e:a> <e:b> 1 } }", "INSERT DATA { GRAPH <e:g1> { <e:a> <e:b> 1 } }"], False)
@example(["ADD DEFAULT TO GRAPH <e:g3>", "CREATE GRAPH <e:g3>"], False)
@example(["CREATE GRAPH <e:g3>", "ADD DEFAULT TO GRAPH <e:g3>", "DROP GRAPH <e:g3>"], False)
@example(["CREATE GRAPH <e:g3>", "INSERT { GRAPH ?g { <e:a> <e:a> 1 } } WHERE { GRAPH ?g {} }"], True)
@example(["DROP GRAPH <e:g2>", "INSERT { GRAPH ?g { <e:a> <e:a> 1 } } WHERE { GRAPH ?g {} }"], True)
def test_an_update_comes_to_what_the_engine_makes_of_it_on_a_copy(texts: list[str], on_disk: bool) -> None:
    """Also the refusals are the same."""
    try:
        wanted = on_a_copy(texts)
    except (Conflict, RuntimeError) as error:
        with pytest.raises(Conflict if isinstance(error, Conflict) else RusgrafError) as told:
            beside_it(texts, on_disk)
        assert isinstance(error, Conflict) == isinstance(told.value, Conflict)
    else:
        assert beside_it(texts, on_disk) == wanted


def come(text: str, **more: object) -> list[str]:
    """What an update brings, without the blank nodes' names."""
    found = update.changed(begun(), Update(text, **more))  # type: ignore[arg-type]
    return [line for line in named(q for stated in found.values() for q in stated) if "<e:n" in line]


def test_of_variables_with_any_name_and_of_rows_by_the_batch_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update, "_BATCH", 3)
    text = "INSERT {{ GRAPH <e:n> {{ ?{0} ?radx ?rad }} }} WHERE {{ GRAPH ?g {{ ?{0} ?radx ?rad }} }}"
    assert [len(come(text.format(name))) for name in ("s", "rad\u00e9", "rade\u0301", "\\u0073")] == [5] * 4


def test_a_template_without_variables_is_filled_once_for_each_row() -> None:
    assert len(come("INSERT { GRAPH <e:n> { [] <e:n> 1 . <e:x> <e:n> 1 } } WHERE { GRAPH ?g { ?s ?p 1 } }")) == 4 + 1


def test_the_graphs_of_the_protocol_leave_what_is_deleted_as_it_is_written() -> None:
    text = "DELETE { GRAPH <e:g1> { ?s <e:b> 1 } } WHERE { ?s <e:a> ?o }"
    found = update.changed(begun(), Update(text, using=["e:g1"]))
    assert {g.value: len(stated) for g, stated in found.items()} == {"e:g1": 2}


@pytest.mark.parametrize(
    "text",
    [
        "DELETE { _:b <e:b> 1 } WHERE {}",
        "DELETE WHERE { [] <e:b> ?o }",
        "INSERT { ?s ?p ?o } INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "WITH <e:g1> WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1",
        "INSERT { ?s ?p ?o } WHERE { ?s ?p }",
        "INSERT { ?s ?p ?o } FROM <e:g1> WHERE { ?s ?p ?o }",
    ],
)
def test_a_part_is_no_reason_to_take_what_does_not_parse_as_a_whole(text: str) -> None:
    with pytest.raises(BadQuery, match="line 1"):
        update.changed(begun(), Update(text))


def test_no_more_of_a_larger_store_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Beside what the engine itself reads for a pattern: what does not grow here are statements taken up in Python."""
    text = """INSERT DATA { GRAPH <e:g3> { <e:a> <e:a> 7 } } ;
        DELETE { GRAPH ?g { ?s <e:b> 1 } } INSERT { ?s <e:b> 2 } WHERE { GRAPH ?g { ?s <e:b> 1 } } ;
        CLEAR GRAPH <e:g2>"""
    quads_of, seen, read = Store.quads, [0], []

    def counting(self: Store, *args: object, **named: object) -> Iterator[Quad]:
        for quad in quads_of(self, *args, **named):  # type: ignore[arg-type]
            seen[0] += 1
            yield quad

    monkeypatch.setattr(update.walls, "stand", lambda: True)
    for number in (10, 1000):
        more = [Quad(NamedNode(f"e:{i}"), rus("x"), NamedNode("e:z"), NamedNode("e:more")) for i in range(number)]
        Store.of([*begun().quads(), *more, *map(plain, more)]).save(tmp_path / str(number))
        store, seen[0] = Store.open(tmp_path / str(number)), 0
        with monkeypatch.context() as patch:
            patch.setattr(Store, "quads", counting)
            found = update.changed(store, Update(text), tmp_path / f"copy{number}")
        assert {*found} == {*map(NamedNode, ("e:g1", "e:g2", "e:g3")), DERIVED, STORED_DEFAULT}
        read.append(seen[0])
    assert read[0] == read[1] > 0


def test_what_is_at_depth_is_no_part_of_an_operation_outside_it() -> None:
    text = """PREFIX where: <e:> WITH where:insert DELETE { ?s ?p "}" } # WHERE {
        INSERT { ?s ?p 'where { }' } USING <e:delete> USING NAMED where:using WHERE { { SELECT * WHERE {} } }"""
    (one,) = operations(text)
    assert [one.block(word).split() for word in ("DELETE", "INSERT", "WHERE")] == [
        ["{", "?s", "?p", '"}"', "}"],
        ["{", "?s", "?p", "'where", "{", "}'", "}"],
        ["{", "{", "SELECT", "*", "WHERE", "{}", "}", "}"],
    ]
    assert one.named_graph().strip() == "WITH where:insert"
    assert one.dataset().split() == ["FROM", "<e:delete>", "FROM", "NAMED", "where:using"]
