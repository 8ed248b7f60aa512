"""Is a store that was changed the store made anew of the same graphs? Oracle: `Store.load` of them. Invented data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planted import e, quads, store_of
from rusgraf import mint
from rusgraf.digest import NAMELESS, is_nameless
from rusgraf.draft import Draft
from rusgraf.store import DERIVED, ONTOLOGY, PROVENANCE, Store, derivations
from rusgraf.terms import RDF_TYPE, Literal, NamedNode, Quad, expand, rus

GRAPHS = [NamedNode(mint.graph(name)) for name in ("ett", "tva", "tre")]
KINDS = ["plan", "ersatt", "exempel", "tolkning"]
THINGS = [e(f"ting-{i}") for i in range(4)]
CLASSES = [
    rus(c) for c in ("Handlingsplan", "Aktivitetsplan", "Delmal", "Utvecklingsstrategi", "Planversion", "Risk", "Mal")
]
LINKS = [
    *(rus(p) for p in ("ingarI", "utgarFran", "samordnasMed", "avserDelmal", "kompletterar", "bidrarTill", "ansvarig")),
    rus("tillhorPlan"),
    expand("dcterms:isVersionOf"),
]


def everything(store: Store) -> set[str]:
    """Every quad, blank nodes named by what is said of them."""
    nameless = ox.Dataset(q for q in store.quads() if is_nameless(q))
    nameless.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(q) for q in nameless} | {str(q) for q in store.quads() if not is_nameless(q)}


def made_anew(graphs: Mapping[NamedNode, Sequence[Quad]], ontology: Sequence[Quad] | None = None) -> Store:
    """The store of these graphs, filled and derived in one go; with the whole ontology when none is given."""
    found = [Quad(q.subject, q.predicate, q.object, graph) for graph, said in graphs.items() for q in said]
    return Store.load([], extra=found) if ontology is None else Store.of([*ontology, *found]).extended(())


@cache
def trees() -> list[Quad]:
    """Of the ontology what anything follows from, so that an example costs milliseconds."""
    return [
        q
        for q in Store.load([]).quads(graph=ONTOLOGY)
        if q.predicate in (expand("rdfs:subClassOf"), expand("rdfs:subPropertyOf"))
        or q.object == expand("owl:SymmetricProperty")
    ]


STATEMENTS = st.one_of(
    st.builds(Quad, st.sampled_from(THINGS), st.just(RDF_TYPE), st.sampled_from(CLASSES)),
    st.builds(Quad, st.sampled_from(THINGS), st.sampled_from(LINKS), st.sampled_from(THINGS)),
    st.builds(
        Quad, st.sampled_from(THINGS), st.sampled_from([rus("ordning"), rus("ingarI")]), st.just(Literal("1.50"))
    ),
)
# What turns much over at once: a graph in or out of force; the class tree; a property made narrower or symmetric.
TURNS = st.one_of(
    st.builds(
        Quad,
        st.sampled_from(GRAPHS),
        st.just(rus("grafslag")),
        st.sampled_from([NamedNode(f"{mint.BASE}def/grafslag/{kind}") for kind in KINDS]),
    ),
    st.sampled_from(
        [
            Quad(rus("Risk"), expand("rdfs:subClassOf"), rus("Delmal")),
            Quad(rus("ansvarig"), expand("rdfs:subPropertyOf"), rus("ingarI")),
            Quad(rus("ansvarig"), RDF_TYPE, expand("owl:SymmetricProperty")),
        ]
    ),
)
# Each step gives a graph some of the same few statements, so that they come, go and stand in several graphs.
POOL = st.tuples(
    st.lists(STATEMENTS, min_size=6, max_size=14, unique=True), st.lists(TURNS, max_size=2, unique=True)
).map(lambda both: [*both[0], *both[1]])
STEPS = POOL.flatmap(
    lambda pool: st.lists(
        st.tuples(st.sampled_from(GRAPHS), st.lists(st.sampled_from(pool), max_size=12, unique=True)),
        min_size=2,
        max_size=7,
    )
)
SLOW = [HealthCheck.too_slow]


def follow(steps: Sequence[tuple[NamedNode, Sequence[Quad]]], ontology: Sequence[Quad] | None = None) -> None:
    """Change step by step, in two drafts one after the other, and compare with the store made anew."""
    graphs: dict[NamedNode, Sequence[Quad]] = {}
    store = made_anew({}, ontology)
    known = store.digests()
    for half in (steps[: len(steps) // 2], steps[len(steps) // 2 :]):
        draft = Draft.on(store)
        for graph, content in half:
            graphs[graph] = content
            draft.replace(graph, content)
        known = draft.digests_after(known)
    fresh = made_anew(graphs, ontology)
    assert everything(draft) == everything(fresh)
    assert draft.size() == len(list(draft.quads())) == fresh.size()
    assert known == fresh.digests()
    assert draft.release() == fresh.release()


@given(STEPS)
@settings(max_examples=120, suppress_health_check=SLOW)
def test_any_sequence_of_changes_gives_the_store_made_anew(steps: list[tuple[NamedNode, list[Quad]]]) -> None:
    follow(steps, trees())


@pytest.mark.slow
@given(STEPS)
@settings(max_examples=100, suppress_health_check=SLOW)
def test_many_sequences_of_changes_give_the_store_made_anew(steps: list[tuple[NamedNode, list[Quad]]]) -> None:
    follow(steps, trees())


@given(STEPS)
@settings(max_examples=5, suppress_health_check=SLOW)
def test_a_sequence_of_changes_gives_what_loading_gives(steps: list[tuple[NamedNode, list[Quad]]]) -> None:
    follow(steps)


PLAN = """graf:plan { e:strategi a rus:Utvecklingsstrategi .
  e:version a rus:Planversion ; dcterms:isVersionOf e:strategi .
  e:plan a rus:Handlingsplan ; rus:utgarFran e:strategi . e:delmal a rus:Delmal ; rus:ingarI e:plan . }
graf:annan { e:annan a rus:Handlingsplan . e:annat a rus:Delmal ; rus:ingarI e:annan . }"""


def by_graph(trig: str) -> dict[NamedNode, list[Quad]]:
    found: dict[NamedNode, list[Quad]] = {}
    for quad in quads(trig):
        assert isinstance(quad.graph_name, NamedNode)
        found.setdefault(quad.graph_name, []).append(quad)
    return found


def test_what_follows_goes_with_what_it_followed_from() -> None:
    draft = Draft.on(store_of(PLAN))
    graph = NamedNode(mint.graph("blad"))
    sheet = """e:blad a rus:Aktivitetsplan ; rus:utgarFran e:plan .
      e:a a rus:Aktivitet ; rus:avserDelmal e:delmal ; rus:ingarI e:blad ."""
    draft.replace(graph, quads(sheet))
    assert list(draft.default(e("a"), rus("tillhorPlan"), e("plan")))
    assert list(draft.quads(e("a"), rus("bidrarTill"), e("delmal"), DERIVED))
    draft.replace(graph, [])
    assert not list(draft.quads(e("a")))
    assert everything(draft) == everything(store_of(PLAN))


TURNS_OF_ONE_STATEMENT = {
    "a link high up": ("", "e:plan rus:utgarFran e:annan_strategi . e:annan_strategi a rus:Utvecklingsstrategi ."),
    "a link both ways": ("e:delmal rus:samordnasMed e:annat .", ""),
    "a version of the strategy": ("e:version2 a rus:Planversion ; dcterms:isVersionOf e:strategi .", ""),
    "stated and following": (
        "e:a rus:bidrarTill e:delmal ; rus:avserDelmal e:delmal .",
        "e:a rus:bidrarTill e:delmal .",
    ),
    "a graph out of force": ("graf:plan rus:grafslag grafslag:ersatt .", ""),
    "a graph into force": ("", "graf:plan rus:grafslag grafslag:ersatt ."),
    "a class": ("", "rus:Handlingsplan rdfs:subClassOf rus:Delmal ."),
    "a property below one below": (
        "e:p rdfs:subPropertyOf e:q . e:q rdfs:subPropertyOf rus:ingarI .",
        "e:p rdfs:subPropertyOf e:q . e:q rdfs:subPropertyOf rus:ingarI . e:x e:p e:delmal . e:y e:p e:x .",
    ),
}


@pytest.mark.parametrize("case", TURNS_OF_ONE_STATEMENT)
def test_a_statement_that_comes_and_goes_leaves_nothing_behind(case: str) -> None:
    graph = NamedNode(mint.graph("blad"))
    steps = [*by_graph(PLAN).items(), *((graph, quads(turn)) for turn in TURNS_OF_ONE_STATEMENT[case]), (graph, [])]
    for number in range(2, len(steps) + 1):
        follow(steps[:number], trees())


def test_what_another_graph_states_too_stays() -> None:
    draft = Draft.on(store_of("graf:ett { e:a rus:ingarI e:b } graf:tva { e:a rus:ingarI e:b }"))
    draft.replace(GRAPHS[0], [])
    assert list(draft.default(e("a"), rus("ingarI"), e("b")))
    draft.replace(GRAPHS[1], [])
    assert not list(draft.default(e("a")))


def test_only_what_is_near_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The class tree and one plan are looked at, not the other plan: the cost is that of the change."""
    draft = Draft.on(store_of(PLAN))
    seen: list[set[str]] = []
    of = Store.of

    def spy(found: Sequence[Quad]) -> Store:
        made = of(found)
        seen.append({str(q.subject) for q in made.quads()})
        return made

    monkeypatch.setattr(Store, "of", spy)
    draft.replace(NamedNode(mint.graph("blad")), quads("e:ny a rus:Delmal ; rus:ingarI e:plan ."))
    looked_at = set().union(*seen)
    assert {str(e("delmal")), str(e("ny"))} <= looked_at
    assert not {str(e("annat")), str(e("annan"))} & looked_at


def test_a_change_of_a_graph_with_blank_nodes_is_digested_as_if_made_anew() -> None:
    ett = "graf:ett { e:a rus:ingarI [ a rus:Insatsomrade ; rus:ingarI e:plan ] }"
    draft = Draft.on(store_of(PLAN + ett))
    known = draft.digests()
    before = store_of(PLAN).digests()[NAMELESS].quads
    assert known[NAMELESS].quads == before + 3
    draft.replace(GRAPHS[1], quads("[] a rus:Risk ; rus:ingarI e:plan . e:plan a rus:Handlingsplan ."))
    both = {
        **by_graph(PLAN + ett),
        GRAPHS[1]: quads("[] a rus:Risk ; rus:ingarI e:plan . e:plan a rus:Handlingsplan ."),
    }
    assert everything(draft) == everything(made_anew(both))
    assert draft.digests_after(known) == made_anew(both).digests()
    draft.replace(GRAPHS[0], [])
    assert draft.digests_after(known)[NAMELESS].quads == before + 2


def test_a_release_is_named_by_what_is_stated_and_not_by_where_it_came_from() -> None:
    draft = Draft.on(store_of(PLAN))
    before, size = draft.release(), len(list(draft.default()))
    draft.replace(
        PROVENANCE, quads(f"{PROVENANCE} a rus:Graf ; rus:grafslag grafslag:proveniens . e:version a prov:Entity .")
    )
    assert draft.release() == before
    assert len(list(draft.default())) == size, "what is known of the files is asked for by name"
    draft.replace(ONTOLOGY, [*draft.quads(graph=ONTOLOGY), Quad(rus("Ny"), RDF_TYPE, expand("owl:Class"))])
    assert draft.release() != before


def test_every_rule_of_derivation_names_the_properties_that_it_joins_by() -> None:
    """What ``draft`` rests on: prefixed names, and the properties of the trees; never a full IRI as a link."""
    for text in derivations():
        body = re.sub(r"(?m)^\s*#.*$|FILTER\(.*\)$|PREFIX .*$", "", text)
        assert not re.search(r"<http", body), body
        assert set(re.findall(r"\b(\w+):[a-z]\w*", body)) <= {"rus", "dcterms", "skos", "prov", "org", "rdfs"}
