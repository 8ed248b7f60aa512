"""Does every rule find in any small region what its description says, no more and no less, and in the right state?

The answers come from a second statement of the rules in plain Python (``oracle``); both engines are held to it. Then
what must hold whatever the data: a planted gap is found and its cure closes it, an id depends on nothing but its
things, and each kind of statement moves the findings of a rule only in the direction that the rule gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from itertools import product, starmap
from random import Random

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query as PreparedQuery
from rdflib.query import ResultRow

from oracle import MOVES, RULES, Gap, may, shared, state
from planted import EXAMPLE, GRAPH, e
from planted import quads as trig
from planted_gaps import COUPLINGS, PLAN_LINKS, PLANTED
from planting import FOCUS, known_answers, region_for, statements, with_statements
from regions import SCHEMA, Link, Mark, Region, add, candidates, quads, term
from rusgraf.findings import Named, find, finding_id
from rusgraf.library import COLUMNS, GAPS, Query, library, rules
from rusgraf.links import End, Option, Some
from rusgraf.rdf import FORMATS, parse_quads
from rusgraf.store import Store
from rusgraf.terms import RDF_TYPE, NamedNode, Quad
from test_queries import rdflib_term

NAMES = [r.name for r in rules()]


def test_every_rule_has_its_oracle_and_its_planted_gap() -> None:
    assert NAMES == sorted(RULES) == sorted(FOCUS) == sorted(PLANTED) == sorted(MOVES)


# Both engines


@cache
def ontology() -> Store:
    """What the derivation rules read of the ontology: the tree of classes and properties, and what is symmetric."""
    said = ("#subClassOf>", "#subPropertyOf>", "#SymmetricProperty>")
    inner = ox.Store()
    inner.extend(q for q in Store.load([]).quads() if any(word in f"{q.predicate} {q.object}" for word in said))
    return Store(inner)


def store_of(region: Region, extra: Iterable[Quad] = ()) -> Store:
    return ontology().extended([*quads(region), *extra])


def rule(name: str) -> Query:
    return library()[f"{GAPS}/{name}"]


@cache
def prepared(name: str) -> PreparedQuery:
    return prepareQuery(rule(name).text)


def gap_of(row: Mapping[str, str]) -> Gap:
    """The row of an answer (column → IRI, "" where unbound) in names."""
    return Gap(**{c: row.get(c, "").removeprefix(EXAMPLE) for c in COLUMNS if c != "gemensam"})


def by_oxigraph(store: Store, name: str) -> list[Gap]:
    table = store.select(rule(name).text)
    rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return sorted(gap_of({c: t.value for c, t in row.items() if isinstance(t, NamedNode)}) for row in rows)


def by_rdflib(store: Store, name: str) -> list[Gap]:
    graph = rdflib.Graph()
    for q in store.default():
        if str(q.subject).startswith(f"<{EXAMPLE}"):
            graph.add((rdflib_term(q.subject), rdflib_term(q.predicate), rdflib_term(q.object)))
    rows = (row.asdict() for row in graph.query(prepared(name)) if isinstance(row, ResultRow))
    return sorted(gap_of({c: str(t) for c, t in row.items()}) for row in rows)


def key(name: str, gap: Gap) -> str:
    return finding_id(name, {c: e(t) for c, t in gap._asdict().items() if t})


def told(store: Store, *only: str) -> dict[str, tuple[str, bool]]:
    """The findings: id → state, and whether it rests on an interpretation."""
    return {f.id: (f.status, f.interpreted) for f in find(store, only=only)}


def any_region() -> st.SearchStrategy[Region]:
    """Regions of what some rule looks at."""
    return st.sampled_from(NAMES).flatmap(region_for)


def assert_rule_is_its_oracle(name: str, region: Region) -> None:
    store = store_of(region)
    wanted = sorted(set(RULES[name](region)))
    assert by_oxigraph(store, name) == wanted
    assert by_rdflib(store, name) == wanted
    stated = set(RULES[name](region.asserted()))
    assert told(store, name) == {key(name, g): (state(region, name, g), g not in stated) for g in wanted}
    event(f"{min(len(wanted), 3)} gaps")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(data=st.data())
def test_rule_finds_what_its_description_says(name: str, data: st.DataObject) -> None:
    assert_rule_is_its_oracle(name, data.draw(region_for(name)))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(data=st.data())
def test_rule_finds_what_its_description_says_in_many_regions(name: str, data: st.DataObject) -> None:
    assert_rule_is_its_oracle(name, data.draw(region_for(name)))


@settings(max_examples=10)
@given(any_region())
def test_findings_are_the_same_with_the_whole_ontology(region: Region) -> None:
    assert told(Store.load([], extra=quads(region))) == told(store_of(region))


# Planted gaps, their answers known without the oracle


@pytest.mark.parametrize("name", NAMES)
def test_planted_gap_needs_all_that_makes_it_and_is_closed_by_a_whole_cure_alone(name: str) -> None:
    for planted in PLANTED[name]:
        for region, there in known_answers(planted):
            store = store_of(region)
            for found in (by_oxigraph(store, name), by_rdflib(store, name)):
                assert (planted.gap in found) == there, region.links


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8)
@given(data=st.data())
def test_planted_gap_is_found_beside_the_others_and_changes_none(name: str, data: st.DataObject) -> None:
    around = replace(data.draw(region_for(name)), marks=frozenset())
    planted = PLANTED[name][
        0
    ]  # its plans stand under a strategy of their own, so that they are no peers of those around
    region = with_statements(around, statements(f"{planted.ground}. {planted.statements}", "p"))
    gap = Gap(*(t and f"{t}p" for t in planted.gap))
    store = store_of(region)
    found = by_oxigraph(store, name)
    assert found == by_rdflib(store, name)
    assert set(by_oxigraph(store_of(around), name)) == {g for g in found if not any(t.endswith("p") for t in g)}
    assert told(store, name)[key(name, gap)] == ("confirmed", False)


def cured(region: Region, plans: Iterable[Named], option: Option) -> Store:
    """The region with what an option of ``missing`` says; a new plan starts from what the finding's plans do."""
    names: dict[End, NamedNode] = {}
    extra: list[Quad] = []
    for end in {end for link in option for end in (link.subject, link.object)}:
        names[end] = e(f"ny-{end.kind}") if isinstance(end, Some) else end
        if isinstance(end, Some):
            extra.append(Quad(names[end], RDF_TYPE, end.iri, GRAPH))
        if end == Some("Handlingsplan"):
            starts = {o for p in plans for o in region.to(p.iri.removeprefix(EXAMPLE), "utgarFran")}
            extra += [Quad(names[end], term("utgarFran"), e(o), GRAPH) for o in starts]
    extra += [Quad(names[link.subject], link.predicate, names[link.object], GRAPH) for link in option]
    return store_of(region, extra)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8)
@given(data=st.data())
def test_what_a_finding_says_is_missing_closes_it(name: str, data: st.DataObject) -> None:
    region = data.draw(region_for(name))
    found = find(store_of(region), only=[name])[:2]
    assert all(f.missing for f in found)
    for finding in found:
        for option in finding.missing:
            assert finding.id not in told(cured(region, finding.plans, option), name)


# Ids and states


@pytest.mark.parametrize("name", NAMES)
def test_state_is_unknown_if_and_only_if_something_that_the_finding_rests_on_is_incomplete(name: str) -> None:
    props = [*(prop for prop, _ in rule(name).tested), "rus:utgarFran"]
    # Beside them a plan of no strategy, one of another, and one of both.
    beside = (
        "plan-7 namner organ-8. plan-8 utgarFran strategi-9. plan-9 utgarFran strategi-9. plan-9 utgarFran strategi-1"
    )
    for planted in dict.fromkeys((PLANTED[name][0], PLANTED[name][-1])):
        for ground, more in product({planted.ground, ""}, ("", *planted.vain[:1])):
            text = ". ".join((ground, planted.statements, more, beside))
            whole = with_statements(Region(), statements(text))
            for thing, prop in product(sorted(whole.things), props):
                region = replace(whole, marks=frozenset({Mark(thing, prop.partition(":")[2])}))
                states = {key(name, g): (state(region, name, g), False) for g in RULES[name](region)}
                assert key(name, planted.gap) in states or not ground
                assert told(store_of(region), name) == states, region.marks


def unrelated(region: Region) -> Region:
    """The region under names of its own, every plan and effect goal under a strategy of its own."""
    plans = [Link(p, "utgarFran", "strategi-9") for p in region.of("plan")]
    goals = [Link(g, "ingarI", "overmal-9") for g in region.of("effektmal")]
    grounded = add(region, *plans, *goals, Link("overmal-9", "ingarI", "strategi-9"))
    return replace(
        grounded,
        things=frozenset(f"{t}q" for t in grounded.things),
        links=frozenset(Link(f"{s}q", p, f"{o}q") for s, p, o in grounded.links),
        concluded=frozenset(),
        aside=frozenset(),
        periods=frozenset((f"{t}q", p, day) for t, p, day in grounded.periods),
        marks=frozenset(Mark(f"{t}q", p) for t, p in grounded.marks),
    )


@settings(max_examples=25)
@given(any_region(), st.randoms(use_true_random=False))
def test_ids_and_states_do_not_depend_on_order_or_syntax(region: Region, random: Random) -> None:
    content = quads(region)
    random.shuffle(content)
    for form in (FORMATS[".trig"], FORMATS[".nq"]):
        text = ox.serialize(content, format=form)
        assert text is not None
        content = parse_quads(text, form, "prov", GRAPH)
    assert told(ontology().extended(content)) == told(store_of(region))


@settings(max_examples=25)
@given(any_region(), any_region())
def test_unrelated_plans_change_no_finding(region: Region, other: Region) -> None:
    goals = [Link(g, "ingarI", "overmal-8") for g in region.of("effektmal")]
    region = add(region, *goals, Link("overmal-8", "ingarI", "strategi-8"))
    before, alone = told(store_of(region)), told(store_of(unrelated(other)))
    assert told(store_of(region, quads(unrelated(other)))) == {**before, **alone}


@settings(max_examples=25)
@given(any_region(), st.data())
def test_incompleteness_only_turns_confirmed_into_unknown(region: Region, data: st.DataObject) -> None:
    before = told(store_of(region))
    assume(region.things)
    props = st.sampled_from(sorted({prop for prop, *_ in SCHEMA}))
    mark = data.draw(st.builds(Mark, st.sampled_from(sorted(region.things)), props))
    after = told(store_of(replace(region, marks=region.marks | {mark})))
    assert after.keys() == before.keys()
    changed = {(before[k], after[k]) for k in before if before[k] != after[k]}
    assert changed <= {(("confirmed", i), ("unknown", i)) for i in (True, False)}


@settings(max_examples=25)
@given(any_region(), st.booleans(), st.data())
def test_waiver_in_time_turns_its_finding_alone_into_waived(
    region: Region, incomplete: bool, data: st.DataObject
) -> None:
    if incomplete:
        every = product(region.things, {prop for prop, *_ in SCHEMA})
        region = replace(region, marks=frozenset(starmap(Mark, every)))
    before = told(store_of(region))
    assume(before)
    waived = data.draw(st.sampled_from(sorted(before)))
    until = data.draw(st.sampled_from(["", "2015-01-01", "2100-01-01"]))
    period = f'; rus:gallerTill "{until}"^^xsd:date' if until else ""
    text = f'e:undantag a rus:Undantag ; rus:avserFynd "{waived}" ; rus:motivering "Prövat." {period} .'
    after = told(store_of(region, trig(text)))
    if until != "2015-01-01":
        before[waived] = ("waived", before[waived][1])
    assert after == before


# Which way a statement moves the findings of a rule


def assert_new_statement_moves_as_told(name: str, region: Region, link: Link) -> None:
    before, after = (set(by_oxigraph(store_of(r), name)) for r in (region, add(region, link)))
    opens, closes = may(name, link.prop)
    assert opens or after <= before
    assert closes or before <= after


@st.composite
def region_and_link(draw: st.DrawFn, name: str) -> tuple[Region, Link]:
    region = draw(region_for(name))
    possible = list(candidates(region.things, {prop for prop, *_ in SCHEMA}))
    assume(possible)
    thing, prop, others, _ = draw(st.sampled_from(possible))
    return region, Link(thing, prop, draw(st.sampled_from(others)))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20)
@given(data=st.data())
def test_new_statement_opens_and_closes_only_what_its_property_may(name: str, data: st.DataObject) -> None:
    assert_new_statement_moves_as_told(name, *data.draw(region_and_link(name)))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(data=st.data())
def test_new_statement_opens_and_closes_only_what_its_property_may_in_many_regions(
    name: str, data: st.DataObject
) -> None:
    assert_new_statement_moves_as_told(name, *data.draw(region_and_link(name)))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8)
@given(data=st.data())
def test_interpretations_that_may_only_open_leave_fewer_findings_asserted_and_the_other_way_round(
    name: str, data: st.DataObject
) -> None:
    """What only opens findings leaves no more of them when left out; what only closes, no fewer; the rest, the same."""
    region = data.draw(region_for(name))
    opens, closes = data.draw(st.sampled_from([(True, False), (False, True), (False, False)]))
    concluded = frozenset(link for link in region.links if may(name, link.prop) == (opens, closes))
    whole = store_of(replace(region, concluded=concluded))
    every, asserted = (set(by_oxigraph(store, name)) for store in (whole, whole.asserted()))
    assert opens or every <= asserted
    assert closes or asserted <= every


# What couples two sub-goals

PAIR = "delmalspar-utan-koppling"


@settings(max_examples=25)
@given(region_for(PAIR), st.sampled_from(COUPLINGS))
def test_coupling_closes_the_findings_of_its_pair_and_no_other(region: Region, coupling: str) -> None:
    coupled = with_statements(region, statements(coupling))
    before, after = (set(by_oxigraph(store_of(r), PAIR)) for r in (region, coupled))
    assert after == {gap for gap in before if {gap.fokus, gap.motpart} != {"delmal-1", "delmal-2"}}


@settings(max_examples=25)
@given(region_for(PAIR), st.sampled_from(PLAN_LINKS))
def test_link_between_two_plans_closes_no_gap_between_their_sub_goals(region: Region, link: str) -> None:
    linked = with_statements(region, statements(f"{link}. plan-1 ansvarig organ-1. plan-2 ansvarig organ-1"))
    assert by_oxigraph(store_of(linked), PAIR) == by_oxigraph(store_of(region), PAIR)


@settings(max_examples=25)
@given(region_for(PAIR))
def test_what_a_pair_is_said_to_share_is_the_first_of_what_both_have(region: Region) -> None:
    for row in store_of(region).select(rule(PAIR).text).rows:
        fokus, motpart, gemensam = (str(t).removeprefix(f"<{EXAMPLE}").rstrip(">") for t in row[:3])
        assert gemensam == min(shared(region, fokus, motpart))
