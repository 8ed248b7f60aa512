"""Is what is read near new statements all that matters, and no more than that?

The oracle is the whole graph made anew: the derivation rules and the rules of the gaps over everything. Data are
regions as the rules expect them (``regions``), and statements that make no sense (``noise``).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regions
from noise import GRAPHS, NEW, OLD, VALUES, fallen, of_rules, ontology, statements
from planted import e, quads, store_of
from rusgraf.findings import finding_id, rows
from rusgraf.library import Query, rules
from rusgraf.near import effect as near_effect
from rusgraf.near.effect import effect
from rusgraf.near.follow import anew, with_file
from rusgraf.near.nearest import Nearest
from rusgraf.near.read import read
from rusgraf.near.view import View
from rusgraf.store import Store, derivations
from rusgraf.terms import Literal, Quad, Term, expand, rus

Triple = tuple[Term, Term, Term]
SMALL = dict.fromkeys(regions.KINDS, 1) | {"plan": 2, "delmal": 3, "aktivitet": 3, "grupp": 2, "organ": 2}
PROPS = {prop for prop, *_ in regions.SCHEMA}


def near(store: Store, new: list[Quad]) -> View:
    """The store with a file, read as if it were large."""
    return with_file(store, new, large=0)


def said(view: View) -> set[Triple]:
    found = [(q.subject, q.predicate, q.object) for q in view.statements()]
    assert len(found) == len(set(found))
    return set(found)


def ids(store: Store, asked: list[Query]) -> set[str]:
    return {finding_id(rule.name, row) for rule in asked for row in rows(rule, store)}


def same_as_all_anew(old: list[Quad], new: list[Quad]) -> None:
    store = ontology().extended(old)
    there = store.dump()
    view, whole = near(store, new), anew(store, new)
    assert said(view) == said(whole)
    before, after = ids(store, rules()), ids(whole.base, rules())
    assert effect(store, new, view) == (before - after, after - before)
    assert store.dump() == there


noise_old, noise_new = statements(OLD, of_rules(), 40), statements(NEW, of_rules(), 6)


@given(noise_old, noise_new)
@settings(max_examples=25)
def test_noise_follows_and_acts_as_if_all_were_made_anew(old: list[Quad], new: list[Quad]) -> None:
    same_as_all_anew(old, new)


@given(noise_old, noise_new, st.sampled_from(GRAPHS))
@settings(max_examples=8)
def test_graph_out_of_force_stays_out(old: list[Quad], new: list[Quad], out: object) -> None:
    graph = next(g for g in GRAPHS if g == out)
    same_as_all_anew([*old, fallen(graph)], new)
    same_as_all_anew(old, [*new, fallen(graph)])


@given(regions.regions(SMALL, PROPS), st.data())
@settings(max_examples=12)
def test_part_of_a_region_follows_and_acts_as_if_all_were_made_anew(
    region: regions.Region, data: st.DataObject
) -> None:
    stated = sorted(regions.quads(region), key=str)
    is_new = data.draw(st.lists(st.booleans(), min_size=len(stated), max_size=len(stated)))
    same_as_all_anew(
        [q for q, n in zip(stated, is_new, strict=True) if not n], [q for q, n in zip(stated, is_new, strict=True) if n]
    )


@pytest.mark.slow
@given(noise_old, statements(NEW, of_rules(), 15))
@settings(max_examples=1500)
def test_much_noise_follows_and_acts_as_if_all_were_made_anew(old: list[Quad], new: list[Quad]) -> None:
    same_as_all_anew(old, new)


# Every part of SPARQL that the reading claims to understand


HEAD = "PREFIX rus: <https://w3id.org/rusgraf/spec/> SELECT ?fokus ?motpart ?plan "
PARTS = {
    "union": HEAD
    + "{ { ?fokus a rus:Delmal } UNION { ?fokus a rus:Risk ; rus:ingarI ?plan } ?motpart rus:moter ?fokus }",
    "optional": HEAD
    + "{ ?fokus a rus:Delmal OPTIONAL { ?fokus rus:ingarI ?plan } OPTIONAL { ?plan rus:ansvarig ?motpart } }",
    "optional-then-join": HEAD
    + "{ ?fokus a rus:Delmal OPTIONAL { ?fokus rus:moter ?plan } ?motpart rus:ingarI ?plan }",
    "optional-with-filter": HEAD
    + "{ ?fokus a rus:Delmal OPTIONAL { ?fokus rus:ingarI ?plan FILTER NOT EXISTS { ?plan rus:moter ?fokus } } }",
    "optional-twice": HEAD
    + "{ ?fokus a rus:Delmal OPTIONAL { ?fokus rus:moter ?plan } OPTIONAL { ?plan rus:ingarI ?fokus } ?plan a ?slag }",
    "minus": HEAD + "{ ?fokus rus:ingarI ?plan MINUS { ?motpart rus:moter ?fokus . ?motpart a rus:Risk } }",
    "minus-of-an-optional": HEAD
    + "{ ?fokus a rus:Delmal OPTIONAL { ?fokus rus:moter ?plan } MINUS { ?fokus rus:ingarI ?plan } }",
    "exists": HEAD + "{ ?fokus rus:ingarI ?plan FILTER EXISTS { ?motpart rus:moter ?fokus } }",
    "not-exists": HEAD + "{ ?fokus rus:ingarI ?plan FILTER NOT EXISTS { ?fokus rus:moter ?x . ?x a rus:Risk } }",
    "not-exists-within": HEAD
    + "{ ?fokus rus:ingarI ?plan FILTER (NOT EXISTS { ?fokus rus:moter ?x } || EXISTS { ?plan rus:moter ?y }) }",
    "values": HEAD + "{ VALUES ?slag { rus:Delmal rus:Risk } ?fokus a ?slag ; rus:ingarI ?plan }",
    "values-open": HEAD + "{ VALUES (?slag ?p) { (rus:Delmal UNDEF) (UNDEF rus:moter) } ?fokus a ?slag ; ?p ?motpart }",
    "bind-another": HEAD + "{ ?x rus:ingarI ?y BIND(?x AS ?fokus) BIND(?y AS ?plan) MINUS { ?x rus:moter ?y } }",
    "bind-worked-out": HEAD + "{ ?fokus rus:ingarI ?x BIND(COALESCE(?z, ?x) AS ?plan) ?motpart rus:moter ?plan }",
    "aggregate": "PREFIX rus: <https://w3id.org/rusgraf/spec/> SELECT ?fokus (MIN(?x) AS ?plan) "
    "{ ?fokus rus:ingarI ?x OPTIONAL { ?x rus:moter ?y } } GROUP BY ?fokus HAVING (COUNT(DISTINCT ?x) = 1)",
    "aggregate-of-all": HEAD
    + "{ { SELECT (COUNT(?x) AS ?antal) { ?x a rus:Risk } } ?fokus a rus:Delmal FILTER (?antal < 2) }",
    "group-within": HEAD
    + "{{SELECT ?plan (COUNT(?x) AS ?n) {?x rus:ingarI ?plan} GROUP BY ?plan} ?fokus rus:ingarI ?plan FILTER (?n > 1)}",
    "hidden-names": HEAD
    + "{ {SELECT ?fokus {?fokus rus:moter ?x}} {SELECT ?plan {?plan rus:moter ?x . ?x a rus:Risk}} "
    "?fokus rus:ingarI ?plan }",
    "limit": HEAD
    + "{ { SELECT ?fokus { ?fokus rus:ingarI ?x } ORDER BY ?fokus LIMIT 2 } OPTIONAL { ?fokus rus:moter ?plan } }",
    "path-more": HEAD + "{ ?fokus rus:ingarI+ ?plan . ?plan a rus:Delmal }",
    "path-any": HEAD + "{ ?fokus a rus:Risk . ?fokus rus:ingarI*/rus:moter ?plan }",
    "path-back": HEAD + "{ ?fokus ^rus:ingarI/(rus:moter|^rus:moter)? ?plan }",
    "path-back-of-many": HEAD + "{ ?fokus ^(rus:ingarI/rus:moter) ?plan . ?motpart rus:moter* ?plan }",
    "path-maybe": HEAD + "{ ?fokus a rus:Delmal . ?fokus (rus:moter|rus:ingarI)?/rus:ansvarig ?plan }",
    "open-property": HEAD + "{ ?fokus ?p ?plan . ?p <http://www.w3.org/2000/01/rdf-schema#subPropertyOf>* rus:moter }",
    "same-twice": HEAD + "{ ?fokus rus:moter ?fokus MINUS { ?fokus rus:ingarI ?fokus } }",
    "apart": HEAD + "{ ?fokus a rus:Delmal . ?motpart a rus:Risk MINUS { ?x rus:moter ?y } }",
}
FEW = "rus:ingarI rus:moter rus:ansvarig rus:Delmal rus:Risk"


def like_a_rule(name: str) -> Query:
    return replace(rules()[0], name=name, text=PARTS[name])


def seen_as_in_the_whole(name: str, old: list[Quad], new: list[Quad]) -> None:
    asked = like_a_rule(name)
    store = Store.of(quads("e:annat rus:kalla e:annat .")).extended(old)
    before, after = ids(store, [asked]), ids(store.extended(new), [asked])
    assert near_effect._changed(asked, near(store, new)) == (before - after, after - before)


def invented(seed: int) -> list[Quad]:
    """Few things with many statements, always the same."""
    chance = random.Random(seed)  # noqa: S311 - invented data, no secret
    things = OLD[:5]
    links = [
        (chance.choice(things), chance.choice(FEW.split()[:3]), chance.choice([*things, VALUES[seed % 3]]))
        for _ in range(14)
    ]
    kinds = [(thing, "rdf:type", expand(chance.choice(FEW.split()[3:]))) for thing in things[:4]]
    return list({Quad(s, expand(p), o, GRAPHS[0]) for s, p, o in [*links, *kinds]})


@pytest.mark.parametrize("name", PARTS)
def test_part_of_sparql_is_seen_near_as_it_is_in_the_whole(name: str) -> None:
    stated = sorted(invented(1), key=str)
    for new in stated:
        seen_as_in_the_whole(name, [quad for quad in stated if quad != new], [new])


@pytest.mark.slow
@pytest.mark.parametrize("name", PARTS)
@given(old=statements(OLD[:5], FEW, 25), new=statements([*OLD[:5], e("nytt-1")], FEW, 4))
@settings(max_examples=30)
def test_part_of_sparql_is_seen_near_as_it_is_in_any_whole(name: str, old: list[Quad], new: list[Quad]) -> None:
    seen_as_in_the_whole(name, old, new)


@pytest.mark.parametrize(
    "text", ["SELECT * { GRAPH ?g { ?s ?p ?o } }", "SELECT * FROM <a:a> { ?s ?p ?o }", "SELECT * { ?s !rdf:type ?o }"]
)
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    with pytest.raises(NotImplementedError):
        read(text)


def test_every_rule_is_understood() -> None:
    for text in [*(rule.text for rule in rules()), *derivations()]:
        assert read(text)[0].scope


def test_rule_that_is_not_understood_is_tried_in_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    strange = replace(like_a_rule("limit"), text=HEAD + "{ GRAPH ?g { ?fokus rus:moter ?plan } }")
    monkeypatch.setattr(near_effect, "rules", lambda: [strange])
    store, new = store_of("e:a rus:ingarI e:b ."), quads("e:a rus:moter e:b .")
    closes, opens = effect(store, new, near(store, new))
    assert (len(closes), len(opens)) == (0, 1)


# What it costs


def test_small_store_is_made_anew_and_a_large_one_is_not() -> None:
    store, new = store_of("e:a a rus:Delmal ."), quads("e:ny a rus:Aktivitet ; rus:avserDelmal e:a .")
    assert with_file(store, new).base is store
    assert with_file(store, new * (store_size(store) // 10)).base is not store


def store_size(store: Store) -> int:
    return sum(1 for _ in store.quads())


def test_what_no_longer_follows_makes_all_anew() -> None:
    store = store_of(
        "e:s a rus:Utvecklingsstrategi . e:v dcterms:isVersionOf e:s . e:p a rus:Handlingsplan ; rus:utgarFran e:s ."
    )
    new = quads("e:v2 dcterms:isVersionOf e:s . e:p rus:utgarFran e:v2 .")
    view = near(store, new)
    assert view.base is not store
    assert not any(view.statements(e("p"), rus("tillhorVersion"), e("v")))


@cache
def country(plans: int) -> Store:
    """Many plans that have nothing to do with each other."""
    return store_of(
        "".join(
            f"e:p{i} a rus:Handlingsplan ; rus:ansvarig e:o{i} . e:o{i} a rus:Namnd . e:g{i} a skos:Concept . "
            + "".join(f"e:d{i}-{j} a rus:Delmal ; rus:ingarI e:p{i} ; rus:riktarSigTill e:g{i} . " for j in range(5))
            for i in range(plans)
        )
    )


@pytest.mark.parametrize(
    "new", ["e:ny a rus:Aktivitet ; rus:avserDelmal e:d0-0 ; rus:ansvarig e:o0 .", "e:d0-1 rus:moter e:ny ."]
)
def test_what_is_read_depends_on_the_file_and_not_on_the_store(new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = 0
    original = Store.default

    def counting(self: Store, *asked: object) -> Iterator[Quad]:
        nonlocal counted
        for quad in original(self, *asked):  # type: ignore[arg-type]
            counted += 1
            yield quad

    monkeypatch.setattr(Store, "default", counting)
    numbers = []
    for plans in (4, 64):
        store, counted = country(plans), 0
        effect(store, quads(new), near(store, quads(new)))
        numbers.append(counted)
    few, many = numbers
    # The rules that compare the plans of a strategy look at every plan that stands under none.
    assert many - few < 64 * 60


def test_store_on_disk_opened_for_reading_is_enough(tmp_path: Path) -> None:
    made, new = country(4), quads("e:ny a rus:Aktivitet ; rus:avserDelmal e:d0-0 .")
    made.save(tmp_path / "lager")
    read_only = Store.open(tmp_path / "lager")
    view = near(read_only, new)
    assert view.base is read_only
    assert effect(read_only, new, view) == effect(made, new, near(made, new))


# Names


def test_file_names_what_the_store_does_not() -> None:
    store = store_of('e:a skos:prefLabel "Gammal"@sv .')
    view = near(store, quads('e:a skos:prefLabel "Ny"@sv . e:b skos:prefLabel "Bara i filen"@sv .'))
    assert [view.label(t) for t in (e("a"), e("b"), e("c"), Literal("text"))] == ["Gammal", "Bara i filen", "c", "text"]


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("https://w3id.org/rusgraf/id/aktor/kumla-komun", "https://w3id.org/rusgraf/id/aktor/kumla-kommun"),
        ("https://w3id.org/rusgraf/id/aktor/ny-kommum", "https://w3id.org/rusgraf/id/aktor/ny-kommun"),
        ("https://w3id.org/rusgraf/id/aktor/kumla-kommun", ""),
        ("https://w3id.org/rusgraf/id/delmal/kumla-komun", ""),
        ("https://w3id.org/rusgraf/id/aktor/nagot helt annat", ""),
        ("https://example.org/kumla-komun", ""),
        ("", ""),
    ],
)
def test_nearest_is_of_the_same_kind_and_nothing_for_what_is_there(value: str, meant: str) -> None:
    store = store_of("<https://w3id.org/rusgraf/id/aktor/kumla-kommun> a rus:Kommun .")
    view = near(store, quads("<https://w3id.org/rusgraf/id/aktor/ny-kommun> a rus:Kommun ."))
    assert Nearest(view).to(value) == meant


def test_literal_is_as_the_file_writes_it() -> None:
    new = quads("e:a rus:vikt 13.0 ; rus:ordning 007 .")
    view = near(store_of(""), new).as_shapes_see_it(new)
    assert {str(q.object) for q in view.statements(e("a"), rus("vikt"))} == {
        str(Literal("13.0", datatype=expand("xsd:decimal")))
    }
    assert next(view.statements(e("a"), rus("ordning"))).object.value == "007"  # type: ignore[union-attr]
