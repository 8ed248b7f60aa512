"""Does each missing link close its finding, and are the suggestions few, true and always the same?"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner

from planted import e, store_of
from rusgraf.cli import group
from rusgraf.errors import BadParameter
from rusgraf.findings import Finding, find
from rusgraf.library import LEVELS, Query, rules
from rusgraf.links import Link, Option, Some, options, parse
from rusgraf.rdf import read_quads
from rusgraf.report import links_text
from rusgraf.store import Store
from rusgraf.suggest import _Candidates, _Trial, suggest
from rusgraf.terms import NamedNode, rus

CASES = Path(__file__).parent / "cases" / "queries" / "luckor"
TWO_PLANS = """
e:rus a rus:Utvecklingsstrategi . e:effektmal a rus:Effektmal ; rus:ingarI e:rus .
e:a a rus:Handlingsplan ; rus:utgarFran e:rus ; rus:bidrarTill e:effektmal .
e:b a rus:Handlingsplan ; rus:utgarFran e:rus ; rus:bidrarTill e:effektmal .
e:mal-a a rus:Delmal ; rus:ingarI e:a ; rus:anvander e:sip .
e:mal-b a rus:Delmal ; rus:ingarI e:b ; rus:anvander e:sip .
"""


def case(rule: Query) -> Store:
    return Store.load([CASES / rule.name / "data.trig"])


def candidates(store: Store, found: list[Finding]) -> dict[Option, set[str]]:
    return _Candidates(store, found, ()).all()


@pytest.mark.parametrize("rule", rules(), ids=lambda r: r.name)
def test_each_option_and_each_candidate_closes_every_finding_that_it_says(rule: Query) -> None:
    store = case(rule)
    found = find(store, only=[rule.name])
    assert found
    assert all(f.missing for f in found)
    by_id = {f.id: f for f in found}
    tried = 0
    for links, ids in candidates(store, found).items():
        for i in ids:
            closed, _ = _Trial(store, "sv").add(links, by_id, by_id[i])
            assert i in closed, links
            tried += 1
    assert tried >= len(found)


def test_each_finding_of_the_shipped_data_has_a_candidate_that_closes_it(shipped: Store) -> None:
    found = find(shipped)
    closable = {i for ids in candidates(shipped, found).values() for i in ids}
    assert closable == {f.id for f in found}


@pytest.mark.parametrize("rule", rules(), ids=lambda r: r.name)
def test_each_rule_has_level_missing_links_and_a_sentence_for_what_is_not_known(rule: Query) -> None:
    assert rule.head["level"] in LEVELS
    assert rule.missing
    if rule.words("tests_absence_of"):
        for key in ("explanation_unknown", "explanation_unknown_en"):
            assert rule.head[key]
            assert rule.head[key] != rule.head[key.replace("_unknown", "")]


def test_classes_of_missing_links_are_classes_of_the_ontology(shipped: Store) -> None:
    ends = {Some(n) for r in rules() for o in r.missing for p in o for n in (p.subject, p.object) if n[0].isupper()}
    assert ends
    for some in ends:
        assert shipped.label(some.iri) != some.kind, some


@pytest.mark.parametrize(
    "text", ["?fokus", "?fokus rus:x", "?fokus x:y ?plan", "?okand rus:x ?fokus", "fokus rus:x ?plan"]
)
def test_malformed_missing_is_refused_by_its_part(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text, ("fokus", "plan"))


def test_option_that_names_a_column_the_row_lacks_is_left_out() -> None:
    patterns = parse("?fokus rus:x ?motpart | ?Aktivitet rus:y ?fokus", ("fokus", "motpart"))
    assert options(patterns, {"fokus": e("f")}) == ((Link(Some("Aktivitet"), rus("y"), e("f")),),)


def test_one_coupling_is_suggested_rather_than_a_common_activity_when_it_closes_as_much() -> None:
    store = store_of(TWO_PLANS)
    plan = suggest(store, find(store, only=["delmalspar-utan-koppling"]))
    assert [s.links for s in plan.suggestions] == [(Link(e("mal-a"), rus("samordnasMed"), e("mal-b")),)]
    assert plan.left == 0


def test_an_activity_that_serves_one_of_the_pair_needs_one_link_only() -> None:
    store = store_of(TWO_PLANS + "e:traff a rus:Aktivitet ; rus:avserDelmal e:mal-a ; rus:ansvarig e:x .")
    found = find(store, only=["delmalspar-utan-koppling", "delmal-utan-aktivitet"])
    plan = suggest(store, found)
    assert len(found) == 2
    assert [s.links for s in plan.suggestions] == [(Link(e("traff"), rus("avserDelmal"), e("mal-b")),)]
    assert {f.id for f in plan.suggestions[0].closes} == {f.id for f in found}


def test_what_is_chosen_first_makes_the_next_link_do_more() -> None:
    """Three plans, three bodies: two decisions are enough, not three."""
    store = store_of("""
    e:a a rus:Handlingsplan ; rus:kompletterar e:b, e:c ; rus:beslutadAv e:x .
    e:b a rus:Handlingsplan ; rus:kompletterar e:c ; rus:beslutadAv e:y .
    e:c a rus:Handlingsplan ; rus:beslutadAv e:z .""")
    found = find(store, only=["skilda-beslutsorgan"])
    plan = suggest(store, found)
    assert len(found) == 3
    assert sum(len(s.links) for s in plan.suggestions) == 2
    assert plan.left == 0


def test_suggestion_tells_what_it_opens() -> None:
    store = store_of(TWO_PLANS.replace("e:b a rus:Handlingsplan ; rus:utgarFran e:rus ; rus:bidrarTill e:effektmal .",
                                       "e:b a rus:Handlingsplan ; rus:utgarFran e:rus .")
                     .replace("e:a a rus:Handlingsplan ; rus:utgarFran e:rus ; rus:bidrarTill e:effektmal .",
                              "e:a a rus:Handlingsplan ; rus:utgarFran e:rus ."))  # fmt: skip
    plan = suggest(store, find(store, only=["effektmal-utan-plan"]))
    assert [[f.rule for f in s.opens] for s in plan.suggestions] == [["effektmal-i-en-plan"]]


def test_suggestions_are_the_same_whatever_the_order_of_the_findings(shipped: Store) -> None:
    found = find(shipped, only=["delmalspar-utan-koppling", "delmal-utan-aktivitet", "malgrupp-utan-aktivitet"])
    shuffled = random.Random(7).sample(found, len(found))  # noqa: S311
    one, other = (suggest(shipped, fs, limit=4) for fs in (found, shuffled))
    assert [s.links for s in one.suggestions] == [s.links for s in other.suggestions]
    assert len(one.suggestions) == 4


def fewest(store: Store, found: list[Finding]) -> int:
    """By brute force: the fewest links of the candidates that close all findings."""
    sets = list(candidates(store, found).items())
    every = {f.id for f in found}
    costs = [
        sum(len(links) for links, _ in chosen)
        for n in range(1, len(found) + 1)
        for chosen in combinations(sets, n)
        if set().union(*(ids for _, ids in chosen)) == every
    ]
    return min(costs)


def test_greedy_choice_keeps_its_guarantee_against_the_best_one() -> None:
    store = store_of("""
    e:p a rus:Handlingsplan ; rus:riktarSigTill e:g1, e:g2, e:g3, e:g4 .
    e:g1 skos:broader e:v . e:g2 skos:broader e:v, e:w . e:g3 skos:broader e:w . e:g4 skos:broader e:w .""")
    found = find(store, only=["malgrupp-utan-aktivitet"])
    plan = suggest(store, found)
    used = sum(len(s.links) for s in plan.suggestions)
    assert plan.left == 0
    assert fewest(store, found) <= used <= plan.bound * fewest(store, found)


def test_waived_findings_are_left_alone() -> None:
    store = store_of(TWO_PLANS)
    (pair,) = find(store, only=["delmalspar-utan-koppling"])
    waived = store_of(
        TWO_PLANS + f'e:u a rus:Undantag ; rus:avserFynd "{pair.id}" ; rus:gallerTill "2999-01-01"^^xsd:date .'
    )
    assert suggest(waived, find(waived, only=["delmalspar-utan-koppling"])).suggestions == ()


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(group, arguments, standalone_mode=False)
    assert result.exception is None
    assert (result.return_value or 0) == code
    return result.stdout


def suggested(*arguments: str) -> Iterator[str]:
    for s in json.loads(run("suggest", "--format", "json", *arguments))["suggestions"]:
        yield from (f["id"] for f in s["closes"])


def test_command_is_narrowed_by_rule_plan_state_and_number() -> None:
    assert {i.partition("/")[0] for i in suggested("--rule", "perspektiv-ej-delat", "--max", "2")} == {
        "perspektiv-ej-delat"
    }
    confirmed = json.loads(run("suggest", "--status", "confirmed", "--format", "json", "--max", "3"))
    assert len(confirmed["suggestions"]) == 3
    assert {f["status"] for s in confirmed["suggestions"] for f in s["closes"]} == {"confirmed"}
    stockholm = list(suggested("--plan", "handlingsplan/stockholm-god-och-nara-vard-och-omsorg", "--max", "2"))
    assert stockholm
    told = {f.id: f for f in find(Store.load())}
    assert all("stockholm" in told[i].plans[0].iri for i in stockholm)


@pytest.mark.parametrize(("lang", "words"), [("sv", "räknar länkar, inte effekt"), ("en", "count links, not effect")])
def test_command_says_that_it_counts_links_not_effect_and_its_guarantee(lang: str, words: str) -> None:
    told = run("suggest", "--max", "1", "--lang", lang, "--rule", "perspektiv-ej-delat")
    assert words in told
    assert "H(" in told


def test_links_are_told_in_words_without_an_iri(shipped: Store) -> None:
    for finding in find(shipped):
        for option in finding.missing:
            for lang in ("sv", "en"):
                assert "http" not in links_text(option, shipped, lang)


def test_a_class_without_a_word_of_ours_is_told_by_its_label(shipped: Store) -> None:
    assert "insatsområde" in links_text((Link(Some("Insatsomrade"), rus("ingarI"), NamedNode("https://example.org/x")),),
                                        shipped, "sv")  # fmt: skip


@pytest.mark.parametrize("form", ["table", "json"])
def test_what_if_tells_what_a_file_would_close_open_and_change_and_keeps_nothing(tmp_path: Path, form: str) -> None:
    new = tmp_path / "ny.ttl"
    new.write_text(
        "@prefix rus: <https://w3id.org/rusgraf/spec/> . @prefix d: <https://w3id.org/rusgraf/id/delmal/> .\n"
        "<https://example.org/a> a rus:Aktivitet ;"
        " rus:avserDelmal d:orebro-social-valfard-2, d:orebro-sammanhallen-vard-och-omsorg-1 .",
        encoding="utf-8",
    )
    told = run("gaps", "--with", str(new), "--format", form)
    store = Store.load()
    before, after = ({f.id: f for f in find(s)} for s in (store, store.extended(read_quads(new))))
    closed, opened = before.keys() - after.keys(), after.keys() - before.keys()
    assert {i.partition("/")[0] for i in closed} == {"delmalspar-utan-koppling", "delmal-utan-aktivitet"}
    assert {i.partition("/")[0] for i in opened} == {"aktivitet-utan-ansvarig"}
    if form == "json":
        made = json.loads(told)
        assert [{f["id"] for f in made[key]} for key in ("closes", "opens")] == [closed, opened]
    assert all(i in told for i in closed | opened)
    run("gaps", "--with", str(new), "--fail-on", "confirmed", code=1)
    run("gaps", "--with", str(new), "--fail-on", "confirmed", "--rule", "delmal-utan-aktivitet")


def test_what_if_of_nothing_new_says_so(tmp_path: Path) -> None:
    new = tmp_path / "ny.ttl"
    new.write_text("<https://example.org/a> <https://example.org/p> <https://example.org/b> .", encoding="utf-8")
    assert "Inga fynd skulle" in run("gaps", "--with", str(new))


def test_what_if_has_no_other_formats(tmp_path: Path) -> None:
    result = CliRunner().invoke(group, ["gaps", "--with", "x.ttl", "--format", "csv"], standalone_mode=False)
    assert isinstance(result.exception, BadParameter)
