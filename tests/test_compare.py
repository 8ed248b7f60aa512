"""Does a comparison say what each region has on each theme, by whose reading, and keep “not there” from “not known”?

The three regions of these tests are invented; the last part is about the shipped data.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from planted import EXAMPLE, PREFIX_LINES, Page, e, store_of
from rusgraf.compare import Cell, Comparison, Row, compare
from rusgraf.compare.holdings import LEVELS
from rusgraf.compare.regions import Belonging, choose
from rusgraf.compare.report import FORMATS
from rusgraf.compare.words import lacks_text, shown_state
from rusgraf.errors import BadParameter, UnknownName
from rusgraf.pages import compare_page
from rusgraf.store import Store
from rusgraf.terms import RDF_TYPE, NamedNode, rus

REGIONS = """
e:norr a rus:Region ; skos:prefLabel "Region Norrmark"@sv, "Northmark Region"@en ; rus:verksamI e:norrmarks-lan .
e:norrmarks-lan a rus:Lan ; skos:prefLabel "Norrmarks län"@sv .
e:soder a rus:Region ; skos:prefLabel "Södermarksregionen"@sv ; skos:altLabel "RSM"@sv ; rus:verksamI e:sodermarks-lan .
e:sodermarks-lan a rus:Lan ; skos:prefLabel "Södermarks län"@sv .
e:vaster a rus:Region ; skos:prefLabel "Region Väster"@sv .
e:namnden a rus:Namnd ; skos:prefLabel "Nämnden"@sv ; org:subOrganizationOf e:norr .
e:rad a rus:Samverkansorgan ; skos:prefLabel "Rådet"@sv ; rus:verksamI e:sodermarks-lan .
"""
# Each region has one strategy and one plan with one goal each, all with a theme: nothing is unknown.
PLANS = (
    REGIONS
    + """
e:rus-n a rus:Utvecklingsstrategi ; skos:prefLabel "RUS N"@sv ; rus:beslutadAv e:namnden .
e:rus-s a rus:Utvecklingsstrategi ; skos:prefLabel "RUS S"@sv ; rus:beslutadAv e:rad .
e:plan-n a rus:Handlingsplan ; skos:prefLabel "Plan N"@sv ; rus:utgarFran e:rus-n ; rus:gallerTill "2030"^^xsd:gYear .
e:plan-s a rus:Handlingsplan ; skos:prefLabel "Plan S"@sv ; rus:utgarFran e:rus-s .
e:over-n a rus:OvergripandeMal ; skos:prefLabel "Över N"@sv ; rus:ingarI e:rus-n ; rus:tema e:barn .
e:over-s a rus:OvergripandeMal ; skos:prefLabel "Över S"@sv ; rus:ingarI e:rus-s ; rus:tema e:klimat .
e:mal-n a rus:Delmal ; skos:prefLabel "Mål N"@sv ; rus:ingarI e:plan-n ; rus:tema e:barn .
e:mal-s a rus:Malomrade ; skos:prefLabel "Mål S"@sv ; rus:ingarI e:plan-s ; rus:tema e:klimat, e:skola .
e:barn a skos:Concept ; skos:prefLabel "barn"@sv ; skos:inScheme rusd:tema .
e:klimat a skos:Concept ; skos:prefLabel "klimat"@sv ; skos:inScheme rusd:tema .
e:skola a skos:Concept ; skos:prefLabel "skola"@sv ; skos:inScheme rusd:tema .
e:tomt a skos:Concept ; skos:prefLabel "tomt"@sv ; skos:inScheme rusd:tema .
"""
)
READING = """
graf:tolkning-x {
  graf:tolkning-x a rus:Graf ; skos:prefLabel "Läsningar"@sv ; rus:grafslag grafslag:tolkning .
  %s
  e:tolkning a rus:Tolkning ; rus:subjekt e:mal-n ; rus:egenskap rus:tema ; rus:objekt e:skola ; rus:roll "en läsare" ;
    rus:motivering "Målet nämner skolan"@sv, "The goal names the school"@en ; dcterms:created "2031-02-03"^^xsd:date ;
    rus:kalla e:ref .
  e:ref a rus:Kallhanvisning ; rus:dokument e:dokument ; rus:avsnitt "Kapitel 2" .
  e:dokument a rus:Kalldokument ; skos:prefLabel "Dokument N"@sv .
}
"""
BOTH = ("norr", "soder")


def compared(trig: str, *names: str, lang: str = "sv", asserted: bool = False) -> Comparison:
    return compare(store_of(trig, asserted=asserted), names or ("Norrmark", "Södermark"), lang)


def row(comparison: Comparison, theme: str) -> Row:
    return next(r for r in comparison.rows if r.theme.iri == f"{EXAMPLE}{theme}")


def cell(comparison: Comparison, theme: str, region: int) -> Cell:
    return row(comparison, theme).cells[region]


def states(found: Cell) -> tuple[str, ...]:
    """The states at the levels of strategy, plans and activities."""
    return tuple(found.levels[level] for level in LEVELS)


def things(found: Cell) -> list[str]:
    return [item.thing.label for item in found.items]


# Which region a person means


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("Region Norrmark", "norr"),
        ("Norrmark", "norr"),
        ("norrmark", "norr"),
        ("Northmark Region", "norr"),
        ("Norrmarks län", "norr"),
        ("norr", "norr"),
        (f" {EXAMPLE}norr ", "norr"),
        ("Södermarksregionen", "soder"),
        ("Södermark", "soder"),
        ("Region Södermark", "soder"),
        ("RSM", "soder"),
        ("Väster", "vaster"),
    ],
)
def test_region_is_named_as_people_do(name: str, region: str) -> None:
    assert choose([name], store_of(REGIONS)) == [e(region)]


@pytest.mark.parametrize("name", ["region-orebro-lan", "aktor/region-orebro-lan", "rusi:aktor/region-orebro-lan"])
def test_region_is_named_by_its_identifier(name: str, shipped: Store) -> None:
    assert choose([name], shipped) == choose(["Örebro"], shipped)


def test_unknown_region_proposes_the_nearest_or_lists_them() -> None:
    store = store_of(REGIONS)
    with pytest.raises(UnknownName, match=r'“Norrmak”\. Did you mean "Region Norrmark"') as caught:
        choose(["Norrmak"], store)
    assert caught.value.sv == "Det finns ingen region ”Norrmak”."
    for name in ("xyzzy", "", "Nämnden", f"{EXAMPLE}namnden", "\udce5", "å" * 100_000):
        with pytest.raises(UnknownName, match=r"Known: Region Norrmark, Region Väster, Södermarksregionen\."):
            choose([name], store)


def test_name_that_two_regions_bear_is_refused_with_both() -> None:
    store = store_of(REGIONS + 'e:annan a rus:Region ; skos:prefLabel "Norrmarksregionen"@sv .')
    with pytest.raises(BadParameter, match="several regions: Norrmarksregionen, Northmark Region"):
        choose(["Norrmark"], store)
    assert choose(["Region Norrmark"], store) == [e("norr")]


@pytest.mark.parametrize("names", [["Norrmark"], ["Norrmark", "Region Norrmark"], []])
def test_it_takes_two_regions(names: list[str]) -> None:
    with pytest.raises(BadParameter, match="takes two regions"):
        compare(store_of(REGIONS), names)


def test_without_names_all_regions_with_a_document_are_compared() -> None:
    assert [s.region.iri for s in compare(store_of(PLANS)).sides] == [e("norr").value, e("soder").value]


def test_regions_stand_in_the_order_in_which_they_are_named() -> None:
    one, other = compared(PLANS, "Södermark", "Norrmark"), compared(PLANS)
    assert [side.region for side in one.sides] == [side.region for side in reversed(other.sides)]
    assert [r.cells for r in one.rows] == [tuple(reversed(r.cells)) for r in other.rows]


# Which region a thing belongs to


@pytest.mark.parametrize(
    ("trig", "regions"),
    [
        ("e:x a rus:Handlingsplan ; rus:beslutadAv e:norr .", {"norr"}),
        ("e:x a rus:Handlingsplan ; rus:beslutadAv e:namnden .", {"norr"}),
        ("e:x rus:beslutadAv e:u . e:u org:unitOf e:namnden .", {"norr"}),
        ("e:x rus:beslutadAv e:rad .", {"soder"}),
        ("e:x rus:beslutadAv e:namnden, e:rad .", {"norr", "soder"}),
        ("e:x rus:utgarFran e:v . e:v dcterms:isVersionOf e:s . e:s rus:beslutadAv e:namnden .", {"norr"}),
        ("e:x rus:ingarI/rus:ingarI e:y .", set()),
        ("e:x rus:ingarI e:y . e:y rus:ingarI e:p . e:p rus:beslutadAv e:rad .", {"soder"}),
        ("e:x dcterms:spatial e:del . e:del rus:ingarI e:norrmarks-lan .", {"norr"}),
        ("e:x rus:ansvarig e:kommun . e:kommun rus:ingarI e:del . e:del rus:ingarI e:sodermarks-lan .", {"soder"}),
        ("e:x rus:avserDelmal e:d . e:d rus:ingarI e:p . e:p rus:beslutadAv e:norr .", {"norr"}),
        ("e:x rus:namner e:norr ; rus:presenteradFor e:namnden .", set()),
        ("e:x rus:ingarI e:y . e:y rus:ingarI e:x .", set()),
    ],
)
def test_region_follows_from_what_the_data_state(trig: str, regions: set[str]) -> None:
    if "/" in trig:
        trig = trig.replace("rus:ingarI/rus:ingarI", "rus:ingarI")
    assert Belonging(store_of(REGIONS + trig)).of(e("x")) == {e(region) for region in regions}


@pytest.mark.parametrize(
    "trig",
    [
        "e:x rus:beslutadAv e:rad ; rus:utgarFran e:rus . e:rus rus:beslutadAv e:namnden .",
        "e:x rus:ingarI e:p ; rus:ansvarig e:namnden . e:p rus:beslutadAv e:rad .",
        "e:x dcterms:spatial e:sodermarks-lan ; rus:avserDelmal e:d . e:d rus:ingarI e:p . e:p rus:beslutadAv e:norr .",
        "e:x rus:beslutadAv e:o ; rus:ansvarig e:norr . e:o rus:verksamI e:sodermarks-lan .",
    ],
)
def test_stronger_kind_of_statement_decides_alone(trig: str) -> None:
    assert Belonging(store_of(REGIONS + trig)).of(e("x")) == {e("soder")}


def test_way_to_the_region_is_told_and_says_when_it_is_a_reading() -> None:
    comparison = compared(PLANS + READING % "e:mal-fri a rus:Aktivitet ; rus:avserDelmal e:mal-s .")
    ways = {d.thing.label: d.way for side in comparison.sides for d in side.documents}
    assert ways["RUS N"] == "beslutad av Nämnden, del av organisationen Region Norrmark"
    assert ways["RUS S"] == "beslutad av Rådet, verksam i Södermarks län, där Södermarksregionen är verksam"
    assert ways["Plan N"] == "utgår från RUS N, beslutad av Nämnden, del av organisationen Region Norrmark"
    loose = next(item for item in comparison.sides[1].unthemed if item.thing.label == "mal-fri")
    assert loose.way.startswith("avser delmål Mål S (tolkning), ingår i Plan S, utgår från RUS S, ")


def test_what_belongs_to_no_region_is_told_with_its_parts() -> None:
    lost = """e:herrelos a rus:Handlingsplan ; skos:prefLabel "Herrelös"@sv .
      e:del-1 a rus:Insatsomrade ; rus:ingarI e:herrelos . e:del-2 a rus:Delmal ; rus:ingarI e:del-1 ; rus:tema e:barn .
      e:fri a rus:Aktivitet ; skos:prefLabel "Fri"@sv . e:namnd a rus:Indikator ; rus:tema e:barn ."""
    comparison = compared(PLANS + lost)
    assert [(s.thing.label, s.kind.label, s.parts) for s in comparison.stray] == [
        ("Fri", "aktivitet", 0),
        ("Herrelös", "handlingsplan", 2),
        ("namnd", "indikator", 0),
    ]
    assert [r.cells for r in comparison.rows] == [r.cells for r in compared(PLANS).rows]


# What each has


def test_theme_lists_what_each_region_has_by_the_text() -> None:
    comparison = compared(PLANS)
    assert things(cell(comparison, "barn", 0)) == ["Över N", "Mål N"]
    assert states(cell(comparison, "barn", 0)) == ("yes", "yes", "no")
    goal = cell(comparison, "barn", 0).items[1]
    assert (goal.kind.label, goal.level, [w.label for w in goal.wholes]) == ("delmål", "plan", ["Plan N"])
    assert goal.basis is not None
    assert (goal.basis.interpreted, goal.basis.graph.iri) == (False, "https://w3id.org/rusgraf/res/graf/prov")


def test_reading_is_told_with_author_date_grounds_and_source() -> None:
    trig = PLANS + READING % "e:mal-n rus:tema e:skola ."
    for lang, grounds in (("sv", "Målet nämner skolan"), ("en", "The goal names the school")):
        found = cell(compared(trig, lang=lang), "skola", 0)
        assert states(found) == ("no", "interpreted", "no")
        basis = found.items[0].basis
        assert basis is not None
        assert (basis.interpreted, basis.by, basis.date, basis.grounds) == (True, "en läsare", "2031-02-03", grounds)
        assert basis.graph.label == "Läsningar"
        assert [(s.document, s.section) for s in basis.sources] == [("Dokument N", "Kapitel 2")]


def test_text_comes_before_a_reading_of_the_same() -> None:
    found = cell(compared(PLANS + "e:mal-n rus:tema e:skola ." + READING % "e:mal-n rus:tema e:skola ."), "skola", 0)
    assert states(found) == ("no", "yes", "no")
    basis = found.items[0].basis
    assert basis is not None
    assert (basis.interpreted, basis.by, basis.graph.label) == (False, "", "prov")


def test_source_of_the_theme_itself_is_preferred() -> None:
    refs = """e:mal-n rus:kalla e:ref-a, e:ref-t . e:ref-a a rus:Kallhanvisning ; rus:avsnitt "Allmänt" .
      e:ref-t a rus:Kallhanvisning ; rus:avsnitt "Tema" ; rus:styrker rus:tema ."""
    basis = cell(compared(PLANS + refs), "barn", 0).items[1].basis
    assert basis is not None
    assert [s.section for s in basis.sources] == ["Tema"]


def test_asserted_leaves_readings_out() -> None:
    comparison = compared(PLANS + READING % "e:mal-n rus:tema e:skola .", asserted=True)
    assert states(cell(comparison, "skola", 0)) == ("no", "no", "no")
    assert not cell(comparison, "skola", 0).items


def test_goals_meet_by_theme_and_say_by_which_others_too() -> None:
    comparison = compared(PLANS + "e:mal-n rus:tema e:klimat, e:skola .")
    assert row(comparison, "klimat").holders == 2
    goal = next(item for item in cell(comparison, "klimat", 0).items if item.thing.label == "Mål N")
    assert [theme.label for theme in goal.also] == ["skola"], "not barn, which the other region has not"
    several, one, none = ([r.theme.label for r in group] for group in comparison.groups())
    assert (several, one) == (["klimat", "skola"], ["barn"])
    assert "tomt" in none


def test_superseded_version_and_examples_are_left_out() -> None:
    old = """graf:gammal { graf:gammal rus:grafslag grafslag:ersatt .
      e:mal-gammalt a rus:Delmal ; rus:ingarI e:plan-n ; rus:tema e:skola . }"""
    assert not cell(compared(PLANS + old), "skola", 0).has


# What one lacks: not there, or not known


def test_theme_is_not_there_when_all_is_recorded_and_read() -> None:
    comparison = compared(PLANS)
    assert states(cell(comparison, "klimat", 0)) == ("no", "no", "no")
    assert all(not gaps for side in comparison.sides for gaps in side.unknown.values())
    assert [[r.theme.label for r in comparison.lacks(i)] for i in (0, 1)] == [["klimat", "skola"], ["barn"]]
    assert all(d.is_read for side in comparison.sides for d in side.documents)
    told = lacks_text(cell(comparison, "klimat", 0), comparison.sides[0], "sv")
    assert told == "strategi: finns inte; planer: finns inte; aktiviteter: finns inte"


@pytest.mark.parametrize(
    ("trig", "expected", "why"),
    [
        ("e:plan-n rus:ofullstandigFor rus:ingarI .", ("no", "unknown", "no"), "Plan N"),
        ("e:plan-n rus:ofullstandigFor rus:tema .", ("no", "unknown", "no"), "Plan N"),
        ("e:mal-n rus:ofullstandigFor rus:tema .", ("no", "unknown", "no"), "Mål N"),
        ("e:rus-n rus:ofullstandigFor rus:ingarI .", ("unknown", "no", "no"), "RUS N"),
        ("e:v dcterms:isVersionOf e:rus-n ; rus:ofullstandigFor rus:ingarI .", ("unknown", "no", "no"), "v"),
        ("e:rus-n rus:ofullstandigFor rus:utgarFran .", ("no", "unknown", "unknown"), "RUS N"),
        ("e:plan-n rus:ofullstandigFor rus:avserDelmal .", ("no", "no", "unknown"), "Plan N"),
        ("e:mal-n rus:ofullstandigFor rus:avserDelmal .", ("no", "no", "unknown"), "Mål N"),
        ("e:plan-n rus:ofullstandigFor rus:avserOmrade .", ("no", "no", "unknown"), "Plan N"),
        ("e:norr rus:ofullstandigFor rus:beslutadAv .", ("unknown", "unknown", "unknown"), "Region Norrmark"),
        ("e:plan-n rus:ofullstandigFor rus:foljsUppMed, rus:bidrarTill, rus:ansvarig .", ("no", "no", "no"), ""),
        ("e:plan-s rus:ofullstandigFor rus:ingarI .", ("no", "no", "no"), ""),
        ("e:ny a rus:Delmal ; rus:ingarI e:plan-n .", ("no", "unknown", "no"), "Region Norrmark"),
        ("e:ny a rus:Effektmal ; rus:ingarI e:over-n .", ("unknown", "no", "no"), "Region Norrmark"),
        ("e:ny a rus:Aktivitet ; rus:avserDelmal e:mal-n .", ("no", "no", "unknown"), "Region Norrmark"),
        (
            "e:akt a rus:Aktivitet ; rus:tema e:barn ; rus:avserDelmal e:mal-n ; rus:ofullstandigFor rus:avserDelmal .",
            ("no", "no", "no"),
            "",
        ),
        ("e:tom a rus:Handlingsplan ; rus:utgarFran e:rus-n .", ("no", "unknown", "no"), "Region Norrmark"),
        ("e:tom a rus:Aktivitetsplan ; rus:utgarFran e:plan-n .", ("no", "no", "unknown"), "Region Norrmark"),
    ],
)
def test_theme_is_not_known_where_something_that_would_decide_it_is_missing(
    trig: str, expected: tuple[str, ...], why: str
) -> None:
    comparison = compared(PLANS + trig)
    assert states(cell(comparison, "klimat", 0)) == expected
    reasons = {gap.about.label for gaps in comparison.sides[0].unknown.values() for gap in gaps}
    assert reasons == ({why} if why else set())


def test_reason_and_cure_of_the_data_are_told() -> None:
    gap = """e:plan-n rus:ofullstandigFor rus:ingarI .
      e:o a rus:Ofullstandighet ; rus:avserPlan e:plan-n ; rus:egenskap rus:ingarI ; rus:orsak "Texten saknas"@sv ;
        rus:avgorsAv "Planens text"@sv ."""
    text = " ".join(str(FORMATS["table"](compared(PLANS + gap), store_of(PLANS), "sv")).split())
    assert "planer: Plan N: Texten saknas. För att avgöra behövs: Planens text." in text


def test_region_of_which_nothing_is_recorded_lacks_nothing_for_certain() -> None:
    comparison = compared(PLANS, "Norrmark", "Väster")
    assert {states(r.cells[1]) for r in comparison.rows} == {("unknown", "unknown", "unknown")}
    assert {level: len(gaps) for level, gaps in comparison.sides[1].unknown.items()} == dict.fromkeys(LEVELS, 1)


def test_document_that_is_fully_read_is_named_where_the_rest_is_not_known() -> None:
    comparison = compared(PLANS + 'e:tom a rus:Handlingsplan ; skos:prefLabel "Tom"@sv ; rus:beslutadAv e:norr .')
    side, found = comparison.sides[0], cell(comparison, "klimat", 0)
    assert {d.thing.label: d.is_read for d in side.documents} == {"RUS N": True, "Plan N": True, "Tom": False}
    assert (found.levels["plan"], shown_state(found, side, "plan")) == ("unknown", "partly")
    told = "planer: inget i Plan N har temat, i övrigt inte känt"
    assert told in lacks_text(found, side, "sv")


def test_goal_without_theme_is_listed_and_its_document_is_not_fully_read() -> None:
    comparison = compared(PLANS + 'e:ny a rus:Delmal ; skos:prefLabel "Nytt"@sv ; rus:ingarI e:plan-n .')
    assert [item.thing.label for item in comparison.sides[0].unthemed] == ["Nytt"]
    assert {d.thing.label for d in comparison.sides[0].documents if d.is_read} == {"RUS N"}
    assert "Nytt" not in {item.thing.label for r in comparison.rows for c in r.cells for item in c.items}


# Narrower and wider themes

NARROW = 'e:forskola a skos:Concept ; skos:prefLabel "förskola"@sv . e:mal-n rus:tema e:forskola . '


@pytest.mark.parametrize("link", ["e:forskola skos:broader e:skola .", "e:skola skos:narrower e:forskola ."])
def test_narrower_theme_counts_and_is_told(link: str) -> None:
    comparison = compared(PLANS + NARROW + link)
    found = cell(comparison, "skola", 0)
    assert (found.has, things(found), states(found)) == (True, [], ("no", "yes", "no"))
    assert [(near.theme.label, near.count) for near in found.narrower] == [("förskola", 1)]
    assert row(comparison, "skola").holders == 2
    assert [theme.label for theme in row(comparison, "forskola").broader] == ["skola"]
    assert "genom det snävare temat ”förskola” (1)" in str(FORMATS["table"](comparison, store_of(""), "sv"))


def test_thing_that_has_the_theme_itself_is_not_counted_again_by_a_narrower_one() -> None:
    found = cell(compared(PLANS + NARROW + "e:forskola skos:broader e:barn ."), "barn", 0)
    assert (things(found), found.narrower) == (["Över N", "Mål N"], ())


def test_wider_theme_does_not_count_and_is_told() -> None:
    comparison = compared(PLANS + NARROW + "e:forskola skos:broader e:skola .")
    found = cell(comparison, "forskola", 1)
    assert not found.has
    assert [(near.theme.label, near.count) for near in found.wider] == [("skola", 1)]
    assert lacks_text(found, comparison.sides[1], "sv").endswith("har bara det vidare temat ”skola” (1)")


def test_two_narrower_themes_meet_in_a_wider_one_that_nothing_has() -> None:
    steps = """e:forskola skos:broader e:mellan . e:mellan skos:broader e:stor .
      e:annat skos:broader e:stor . e:mal-s rus:tema e:annat ."""
    comparison = compared(PLANS + NARROW + steps)
    assert row(comparison, "stor").holders == 2
    assert [[near.theme.label for near in c.narrower] for c in row(comparison, "stor").cells] == [
        ["förskola"],
        ["annat"],
    ]


def test_circle_of_themes_does_not_hang() -> None:
    comparison = compared(PLANS + "e:skola skos:broader e:klimat . e:klimat skos:broader e:skola, e:klimat .")
    assert [near.theme.label for near in cell(comparison, "skola", 1).narrower] == ["klimat"]


# Any number of regions, any data


def test_three_regions_stand_side_by_side() -> None:
    third = """e:plan-v a rus:Handlingsplan ; rus:beslutadAv e:vaster .
      e:rus-v a rus:Utvecklingsstrategi ; rus:beslutadAv e:vaster .
      e:mal-v a rus:Delmal ; skos:prefLabel "Mål V"@sv ; rus:ingarI e:plan-v ; rus:tema e:barn .
      e:over-v a rus:OvergripandeMal ; rus:ingarI e:rus-v ; rus:tema e:barn ."""
    comparison = compared(PLANS + third, "Norrmark", "Södermark", "Väster")
    assert row(comparison, "barn").holders == 2
    assert [r.theme.label for r in comparison.lacks(2)] == ["klimat", "skola"]
    assert "Mål V" in things(cell(comparison, "barn", 2))
    for form, make in FORMATS.items():
        made = make(comparison, store_of(""), "sv")
        assert "Region Väster" in (made.decode("utf-8-sig") if isinstance(made, bytes) else made), form


CARRIERS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["Delmal", "Aktivitet", "StrategiskInriktning"]), st.sets(st.integers(0, 3))
    ),
    max_size=12,
)


@given(CARRIERS)
@settings(max_examples=40)
def test_every_theme_of_every_part_stands_once_in_its_place_and_nothing_else_does(
    parts: list[tuple[int, str, set[int]]],
) -> None:
    trig = "".join(f"e:r{r} a rus:Region . e:p{r} a rus:Handlingsplan ; rus:beslutadAv e:r{r} . " for r in range(3))
    for i, (region, kind, themes) in enumerate(parts):
        trig += f"e:x{i} a rus:{kind} ; rus:ingarI e:p{region} . "
        trig += "".join(f"e:x{i} rus:tema e:t{t} . " for t in themes)
    comparison = compare(store_of(trig), [f"{EXAMPLE}r{r}" for r in range(3)])
    found = sorted(
        (i, int(r.theme.iri[-1]), item.thing.iri)
        for r in comparison.rows
        if r.theme.iri.startswith(EXAMPLE)
        for i, c in enumerate(r.cells)
        for item in c.items
    )
    assert found == sorted((region, t, e(f"x{i}").value) for i, (region, _, ts) in enumerate(parts) for t in ts)
    for i, side in enumerate(comparison.sides):
        bare = {e(f"x{n}").value for n, (region, _, themes) in enumerate(parts) if region == i and not themes}
        assert {item.thing.iri for item in side.unthemed} == bare
        mine = {t for region, _, themes in parts if region == i for t in themes}
        others = {t for region, _, themes in parts if region != i for t in themes}
        assert {int(r.theme.iri[-1]) for r in comparison.lacks(i)} == others - mine


def test_answer_grows_with_the_goals_and_not_with_their_pairs() -> None:
    def size(goals: int) -> int:
        trig = PLANS + "".join(
            f"e:{r}-{i} a rus:Delmal ; rus:ingarI e:plan-{r} ; rus:tema e:barn . " for r in "ns" for i in range(goals)
        )
        return len(FORMATS["json"](compared(trig), store_of(""), "sv"))

    assert size(200) - size(100) < 1.2 * (size(100) - size(1)) * 100 / 99


# The formats

HOSTILE = PLANS.replace('"Mål N"', '"=1+1 <b>|*x*"')


def test_json_holds_all_with_labels_beside_iris() -> None:
    store = store_of(PLANS)
    told = json.loads(FORMATS["json"](compare(store, ["Norrmark", "Södermark"]), store, "sv"))
    assert told["release"] == store.release()
    assert [region["label"] for region in told["regions"]] == ["Region Norrmark", "Södermarksregionen"]
    assert [theme["label"] for theme in told["regions"][0]["lacks"]] == ["klimat", "skola"]
    assert told["regions"][0]["documents"][1]["period"] == "–2030"
    found = next(t for t in told["themes"] if t["label"] == "barn")["regions"][0]
    assert (found["state"], found["levels"]) == ("yes", {"strategy": "yes", "plan": "yes", "activity": "no"})
    assert {"iri": e("mal-n").value, "label": "Mål N"}.items() <= found["items"][1].items()
    assert told["without_region"] == []


def test_csv_has_a_row_for_each_thing_and_each_lack() -> None:
    made = FORMATS["csv"](compared(HOSTILE + "e:fri a rus:Aktivitet ."), store_of(""), "sv")
    assert isinstance(made, bytes)
    rows = list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))
    barn = [r for r in rows if r["theme_label"] == "barn"]
    assert [(r["region_label"], r["relation"], r["thing_label"]) for r in barn] == [
        ("Region Norrmark", "has", "Över N"),
        ("Region Norrmark", "has", "'=1+1 <b>|*x*"),
        ("Södermarksregionen", "lacks", ""),
    ]
    assert (barn[1]["thing"], barn[1]["part_of"], barn[2]["plan"]) == (e("mal-n").value, "Plan N", "no")
    assert [r["thing"] for r in rows if r["relation"] == "no-region"] == [e("fri").value]


def test_text_shows_no_control_characters_of_the_data() -> None:
    trig = PLANS.replace('"barn"', r'"ba\nrn\u001B[31m"').replace('"Mål N"', r'"Mål\n\u001B]0;x N"')
    made = str(FORMATS["table"](compared(trig), store_of(""), "sv"))
    assert "\x1b" not in made
    assert re.search(r"^ba rn \[31m +● ● ·  2 +· · ·$", made, re.MULTILINE)


def test_markdown_escapes_the_data() -> None:
    made = str(FORMATS["md"](compared(HOSTILE), store_of(""), "sv"))
    assert r"=1+1 \<b\>\|\*x\*" in made
    assert "<b>" not in made
    assert "| barn | ● ● · 2 | · · · |" in made


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("form", ["table", "md"])
def test_text_says_all_parts_in_both_languages(form: str, lang: str) -> None:
    trig = (
        PLANS
        + READING % "e:mal-n rus:tema e:skola ."
        + "e:ny a rus:Delmal ; rus:ingarI e:plan-n . e:fri a rus:Aktivitet ."
    )
    told = " ".join(str(FORMATS[form](compared(trig, lang=lang), store_of(""), lang)).split())
    words = {
        "sv": (
            "Vad Region Norrmark såvitt känt saknar",
            "Utan tema: Region Norrmark (1)",
            "Varför något inte är känt",
            "tolkning: en läsare",
        ),
        "en": (
            "What Northmark Region, as far as is known, lacks",
            "Without a theme: Northmark Region (1)",
            "Why something",
            "interpretation: en läsare",
        ),
    }
    assert [word for word in words[lang] if word not in told] == []


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_page_is_an_accessible_table_and_harmless(lang: str) -> None:
    store = store_of(PLANS.replace('"Mål N"', '"<script>1</script>"') + NARROW + "e:forskola skos:broader e:skola .")
    text = compare_page(compare(store, [], lang), store, lang)
    page = Page(text)
    assert (page.faults, page.active_parts()) == ([], [])
    assert [a["scope"] for tag, a in page.elements if tag == "th"] == ["col"] * 3 + ["row"] * len(compare(store).rows)
    ids = {a["id"] for _, a in page.elements if "id" in a}
    assert {a["href"][1:] for tag, a in page.elements if tag == "a" and a["href"].startswith("#")} <= ids
    assert "<script>" in page.text


# The faces


def run(*arguments: str | Path, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "rusgraf", "compare", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert (done.stderr == "") == (code == 0)
    return done.stdout if code == 0 else done.stderr


def test_command_compares_in_every_format(tmp_path: Path) -> None:
    path = tmp_path / "data.trig"
    path.write_text(PREFIX_LINES + PLANS + READING % "e:mal-n rus:tema e:skola .", encoding="utf-8")
    text = run("Norrmark", "Södermark", "--data", path)
    assert text.startswith("Regioner jämförda tema för tema: Region Norrmark – Södermarksregionen\n")
    assert text == run("--data", path) == run("--data", path, "--format", "table")
    assert run("--data", path, "--lang", "en").startswith("Regions compared theme by theme: Northmark Region – ")
    assert run("--data", path, "--format", "md").startswith("# Regioner")
    assert run("--data", path, "--format", "csv").startswith("\ufefftheme_label;theme;")
    told = [json.loads(run("--data", path, "--format", "json", *more)) for more in ((), ("--asserted",))]
    skola = [next(t for t in one["themes"] if t["label"] == "skola")["regions"][0]["state"] for one in told]
    assert skola == ["interpreted", "no"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Örebro",), "Det behövs två regioner"),
        (("Örebro", "Region Örebro län"), "Det behövs två regioner"),
        (("Örbro", "Stockholm"), 'Menade du "Region Örebro län"?'),
        (("Örebro", "Stockholm", "--format", "xml"), "xml"),
        (("Örebro", "Stockholm", "--lang", "fi"), "fi"),
        (("Örebro", "Stockholm", "--data", "finns-inte"), "finns-inte"),
    ],
)
def test_command_refuses_wrong_use_in_one_line(arguments: tuple[str, ...], told: str) -> None:
    line = run(*arguments, code=2)
    assert told in line
    assert re.fullmatch(r"rusgraf: [^\n]+\n", line)


def test_server_compares_in_every_format(client: FlaskClient) -> None:
    address = "/compare?region=Örebro&region=Stockholm"
    told = client.get(address, headers={"Accept": "application/json"}).get_json(force=True)
    assert [region["label"] for region in told["regions"]] == ["Region Örebro län", "Region Stockholm"]
    assert client.get("/compare?format=json").get_json(force=True) == told
    for form, kind in (("csv", "text/csv"), ("md", "text/markdown"), ("html", "text/html")):
        answer = client.get(f"{address}&format={form}")
        assert (answer.status_code, answer.mimetype) == (200, kind)


@pytest.mark.parametrize(
    ("address", "status"),
    [("/compare?region=x&region=y", 404), ("/compare?region=Örebro", 400), ("/compare?format=xml", 400)],
)
def test_server_refuses_with_a_problem(address: str, status: int, client: FlaskClient) -> None:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.get_json(force=True)["cure"]


# The real two


@pytest.fixture(scope="module")
def real(shipped: Store) -> Comparison:
    return compare(shipped, ["Örebro", "Stockholm"])


def test_shipped_themes_are_all_readings_and_all_told(real: Comparison, shipped: Store) -> None:
    stated = sum(1 for _ in shipped.default(None, rus("tema")))
    bases = [item.basis for r in real.rows for c in r.cells for item in c.items]
    assert len(bases) == stated
    assert all(b and b.interpreted and b.by and b.date and b.grounds and b.sources and b.graph.label for b in bases)


def test_stockholm_lacks_ten_themes_that_orebro_has_and_its_plan_is_fully_read(real: Comparison) -> None:
    assert [len(group) for group in real.groups()] == [10, 10, 0]
    assert real.lacks(0) == []
    assert [r.theme.label for r in real.lacks(1)] == [
        "barn och unga",
        "fritid, kultur och social samvaro",
        "försörjning och arbete",
        "missbruk och beroende",
        "patientsäkerhet",
        "rehabilitering",
        "skolgång",
        "våld i nära relationer",
        "vård nära den enskilde",
        "äldre",
    ]
    assert {states(r.cells[1]) for r in real.lacks(1)} == {("unknown", "unknown", "unknown")}
    read = [[d.thing.label for d in side.documents if d.is_read] for side in real.sides]
    assert read == [
        ["Handlingsplan för sammanhållen vård och omsorg 2019–2022", "Handlingsplan för social välfärd 2019–2022"],
        ["Handlingsplan för god och nära vård och omsorg i Stockholms län"],
    ]


def test_absence_in_orebro_is_unknown_for_want_of_the_third_plan(real: Comparison) -> None:
    reasons = {gap.about.label for gap in real.sides[0].unknown["plan"]}
    assert "Handlingsplanen för en god, jämlik och jämställd hälsa i Örebro län 2019–2022" in reasons


def test_effect_goals_without_theme_are_listed_and_none_is_lost(real: Comparison, shipped: Store) -> None:
    goals = {q.subject for q in shipped.default(None, RDF_TYPE, rus("Mal"))}
    told = {item.thing.iri for r in real.rows for c in r.cells for item in c.items}
    told |= {item.thing.iri for side in real.sides for item in side.unthemed}
    assert {g.value for g in goals if isinstance(g, NamedNode)} <= told
    assert sum(item.kind.label == "effektmål" for item in real.sides[0].unthemed) == 18
    assert {stray.kind.label for stray in real.stray} == {"styrdokument"}, "only documents that are merely mentioned"
