"""Does `diff` tell what two versions of a plan differ in, all of it and only it, and what that does to the findings?"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from planted import EXAMPLE, PREFIX_LINES, Page, e, quads, store_of
from rusgraf import diffreport, versions
from rusgraf.cli import main
from rusgraf.diff import WHAT, Change, Diff, diff
from rusgraf.errors import BadParameter, UnknownName, UnreadableInput
from rusgraf.library import find_query
from rusgraf.store import Store
from rusgraf.terms import NamedNode
from rusgraf.wording import LANGUAGES

REMISS, ADOPTED = "orebro-sammanhallen-vard-och-omsorg-remiss", "orebro-sammanhallen-vard-och-omsorg"
THING = "https://w3id.org/rusgraf/id/"
# Two versions of an invented plan: the draft is replaced by the adopted one.
COMMON = """
e:namnd-1 a rus:Namnd ; skos:prefLabel "Nämnd ett"@sv, "Board one"@en .
e:namnd-2 a rus:Namnd ; skos:prefLabel "Nämnd två"@sv, "Board two"@en .
e:barn a skos:Concept ; skos:prefLabel "barn"@sv .
e:aldre a skos:Concept ; skos:prefLabel "äldre"@sv .
e:dok a rus:Kalldokument ; skos:prefLabel "Dokumentet"@sv .
"""
HEAD = {
    "draft": """
    graf:utkast a rus:Graf ; skos:prefLabel "Utkastets graf"@sv ; rus:grafslag grafslag:ersatt ; rus:avbildar e:v1 .
    e:v1 a rus:Planversion ; skos:prefLabel "Planen, utkast"@sv, "The plan, draft"@en ; dcterms:isVersionOf e:plan .
    """,
    "adopted": """
    graf:antagen a rus:Graf ; skos:prefLabel "Grafen med planen"@sv ; rus:grafslag grafslag:plan ; rus:avbildar e:v2 .
    e:v2 a rus:Planversion ; skos:prefLabel "Planen, antagen"@sv ; dcterms:isVersionOf e:plan .
    e:v2 prov:wasRevisionOf e:v1 .
    e:v1 a rus:Planversion ; skos:prefLabel "Planen, utkast"@sv ; dcterms:isVersionOf e:plan .
    """,
}
PLAN = 'e:plan a rus:Handlingsplan ; skos:prefLabel "Planen"@sv, "The plan"@en . '
GOAL = 'e:mal a rus:Delmal ; skos:prefLabel "Målet"@sv, "The goal"@en ; rus:ingarI e:plan . '


def store_with(draft: str, adopted: str, *, common: str = COMMON) -> Store:
    """A store of an invented plan whose draft and adopted version say this, beside the plan and one goal."""
    graphs = f"graf:utkast {{ {HEAD['draft']} {draft} }} graf:antagen {{ {HEAD['adopted']} {adopted} }}"
    return store_of(common + graphs)


def compared(store: Store, first: str = "utkast", second: str = "antagen", lang: str = "sv") -> Diff:
    return diff(store, *(versions.find_version(name, store, lang) for name in (first, second)), lang=lang)


def changes(draft: str, adopted: str, lang: str = "sv") -> list[Change]:
    """The changes of an invented plan, without those about its versions themselves."""
    return list(compared(store_with(PLAN + GOAL + draft, PLAN + GOAL + adopted), lang=lang).changes)


def short(change: Change) -> tuple[str, str, str | None, tuple[str, ...], tuple[str, ...]]:
    about = change.property.label if change.property else None
    return change.what, change.thing.label, about, change.before, change.after


# What differs


def test_version_does_not_differ_from_itself(shipped: Store) -> None:
    for name in (REMISS, ADOPTED, "orebro-rus-2018"):
        made = compared(shipped, name, name)
        assert (made.changes, made.passages, made.answering) == ((), (0, 0), ())
        assert made.unchanged > 10
        assert (made.effect.closes, made.effect.opens, made.effect.changes) == ((), (), ())


def test_thing_that_only_one_version_has_is_dropped_or_added_with_what_it_points_to() -> None:
    risk = 'e:risk a rus:Risk ; skos:prefLabel "Risken"@sv ; rus:ingarI e:plan ; rus:beror e:barn . '
    (dropped,) = changes(risk, "")
    assert short(dropped) == ("dropped", "Risken", None, ("Risken",), ())
    assert (dropped.kind, dropped.note) == ("risk", "berör: barn; ingår i: Planen")
    (added,) = changes("", risk)
    assert short(added) == ("added", "Risken", None, (), ("Risken",))


def test_thing_with_another_name_is_renamed_and_a_new_translation_is_no_change() -> None:
    before, after = '"Behovet"@sv, "The need"@en', '"Bristen"@sv, "The lack"@en'
    behov = "e:behov a rus:Utvecklingsbehov ; rus:ingarI e:plan ; skos:prefLabel {} . "
    found = changes(behov.format(before), behov.format(after))
    assert [short(c) for c in found] == [("renamed", "Bristen", None, ("Behovet",), ("Bristen",))]
    found = changes(behov.format(before), behov.format(after), "en")
    assert [short(c) for c in found] == [("renamed", "The lack", None, ("The need",), ("The lack",))]
    assert changes(behov.format('"Behovet"@sv, "The need"@en'), behov.format('"Behovet"@sv, "The demand"@en')) == []


def test_dropped_and_added_thing_of_one_kind_and_place_with_near_names_may_be_the_same() -> None:
    risk = 'e:{} a rus:{} ; skos:prefLabel "{}"@sv ; rus:ingarI {} . '
    old = risk.format("r1", "Risk", "Brist på personal i hemtjänsten", "e:plan")
    (near,) = changes(old, risk.format("r2", "Risk", "Brist på personal inom hemtjänst", "e:plan"))
    assert (near.what, near.before, near.after) == (
        "near", ("Brist på personal i hemtjänsten",), ("Brist på personal inom hemtjänst",)
    )  # fmt: skip
    assert re.fullmatch(r"(7[5-9]|[89]\d) %", near.note)
    (same_words,) = changes(old, risk.format("r2", "Risk", "I hemtjänsten brist på personal", "e:plan"))
    assert same_words.note == "100 %"
    for other in (
        risk.format("r2", "Risk", "Oklar finansiering", "e:plan"),
        risk.format("r2", "Utmaning", "Brist på personal inom hemtjänst", "e:plan"),
        risk.format("r2", "Risk", "Brist på personal inom hemtjänst", "e:mal"),
    ):
        assert sorted(c.what for c in changes(old, other)) == ["added", "dropped"], other


def test_each_thing_is_near_one_other_at_most_and_the_nearest_goes_first() -> None:
    risk = 'e:{} a rus:Risk ; skos:prefLabel "{}"@sv ; rus:ingarI e:plan . '
    found = changes(
        risk.format("a", "Risk för lång väntan") + risk.format("b", "Risk för lång väntan här"),
        risk.format("c", "Risk för lång väntan nu"),
    )
    assert [short(c)[:2] + c.after for c in found if c.what == "near"] == [
        ("near", "Risk för lång väntan", "Risk för lång väntan nu")
    ]
    assert [c.thing.label for c in found if c.what == "dropped"] == ["Risk för lång väntan här"]


def test_responsibility_that_moves_is_told_with_the_body_before_and_after() -> None:
    aktivitet = 'e:a a rus:Aktivitet ; skos:prefLabel "Träffen"@sv ; rus:avserDelmal e:mal ; rus:ansvarig {} . '
    (moved,) = changes(aktivitet.format("e:namnd-1"), aktivitet.format("e:namnd-2"))
    assert short(moved) == ("body", "Träffen", "ansvarig", ("Nämnd ett",), ("Nämnd två",))
    (joined,) = changes(aktivitet.format("e:namnd-1"), aktivitet.format("e:namnd-1, e:namnd-2"))
    assert short(joined) == ("body", "Träffen", "ansvarig", (), ("Nämnd två",))


@pytest.mark.parametrize("act", ["beslutadAv", "godkandAv", "uppfoljsAv", "presenteradFor"])
def test_each_act_of_a_body_is_told_by_itself(act: str) -> None:
    found = changes(f"e:plan rus:{act} e:namnd-1 . ", f"e:plan rus:{act} e:namnd-2 . ")
    assert [(c.what, c.before, c.after) for c in found] == [("body", ("Nämnd ett",), ("Nämnd två",))]
    assert found[0].property is not None
    assert found[0].property.iri.endswith(f"/spec/{act}")


def test_link_period_and_value_are_told_apart() -> None:
    before = 'e:mal rus:riktarSigTill e:barn ; rus:ordning 1 . e:plan rus:gallerTill "2022"^^xsd:gYear . '
    after = 'e:mal rus:riktarSigTill e:aldre ; rus:ordning 2 . e:plan rus:gallerTill "2024-06"^^xsd:gYearMonth . '
    assert [short(c) for c in changes(before, after)] == [
        ("link", "Målet", "riktar sig till", ("barn",), ("äldre",)),
        ("period", "Planen", "gäller till", ("2022",), ("2024-06",)),
        ("value", "Målet", "ordning", ("1",), ("2",)),
    ]


def test_our_own_words_notes_about_the_graph_and_sources_are_no_change() -> None:
    before = """e:plan dcterms:description "Ett"@sv ; skos:note "En not"@sv ; rus:kalla e:k1 .
        e:k1 a rus:Kallhanvisning ; rus:dokument e:dok ; rus:avsnitt "1" .
        e:o a rus:Ofullstandighet ; rus:avserPlan e:plan ; rus:egenskap rus:moter . [] rus:namner e:plan . """
    after = 'e:plan dcterms:description "Två"@sv ; rdfs:seeAlso <https://example.org/sida> . '
    assert changes(before, after) == []


def test_what_one_version_does_not_hold_in_full_is_not_known_rather_than_dropped_or_added() -> None:
    more = 'e:i a rus:Indikator ; skos:prefLabel "Antal"@sv . e:mal rus:foljsUppMed e:i . '
    gap = "e:plan rus:ofullstandigFor rus:foljsUppMed . "
    found = [short(c) for c in changes(more + gap, gap)]
    assert found == [
        ("unknown", "Målet", "följs upp med", ("Antal",), ()),
        ("unknown", "Antal", None, ("Antal",), ()),
    ]
    assert [(c.what, c.after) for c in changes(gap, gap + more)] == [("unknown", ("Antal",))] * 2
    # Only the version that lacks it matters, and only the property at hand.
    assert [c.what for c in changes(more + gap, "")] == ["dropped", "link", "link"]
    other = "e:plan rus:ofullstandigFor rus:avserDelmal . "
    assert [c.what for c in changes(more + other, other)] == ["dropped", "link"]


def test_activity_is_not_known_to_be_dropped_where_the_activities_are_not_recorded() -> None:
    more = 'e:a a rus:Aktivitet ; skos:prefLabel "Träffen"@sv ; rus:avserDelmal e:mal . '
    risk = 'e:r a rus:Risk ; skos:prefLabel "Risken"@sv ; rus:ingarI e:plan . '
    gap = "e:plan rus:ofullstandigFor rus:avserDelmal . "
    assert [(c.what, c.thing.label) for c in changes(more + risk + gap, gap)] == [
        ("dropped", "Risken"),
        ("unknown", "Träffen"),
    ]


# Fingerprints


def passage(name: str, section: str, digest: str, supports: str = "") -> str:
    more = f" ; rus:styrker {supports}" if supports else ""
    return f"""e:mal rus:kalla e:{name} . e:{name} a rus:Kallhanvisning ; rus:dokument e:dok ; rus:avsnitt "{section}" ;
        rus:fingeravtryckLangd 10 ; rus:fingeravtryckSumma "{digest * 64}"{more} . """


def test_passage_with_another_fingerprint_in_the_same_section_is_reworded() -> None:
    (one,) = changes(passage("k1", "2 Mål", "a"), passage("k2", "2 Mål", "b"))
    assert short(one) == ("reworded", "Målet", None, ("a" * 64,), ("b" * 64,))
    assert one.note == "2 Mål (10 → 10 tecken)"
    assert changes(passage("k1", "2 Mål", "a"), passage("k2", "2 Mål", "a")) == []


def test_section_is_the_same_under_another_number_or_when_its_other_passages_stand_there() -> None:
    (renumbered,) = changes(passage("k1", "2.1 Mål", "a"), passage("k2", "Mål", "b"))
    assert renumbered.what == "reworded"
    kept = passage("k3", "Våra mål", "c") + passage("k4", "Våra mål", "d")
    moved = passage("k5", "Mål och medel", "c") + passage("k6", "Mål och medel", "d")
    (renamed,) = changes(passage("k1", "Våra mål", "a") + kept, passage("k2", "Mål och medel", "b") + moved)
    assert renamed.note.startswith("Mål och medel (")


def test_passage_that_supports_something_else_or_stands_elsewhere_is_counted_and_not_called_reworded() -> None:
    for old, new in (
        (passage("k1", "Mål", "a", "rus:moter"), passage("k2", "Mål", "b", "rus:ingarI")),
        (passage("k1", "Mål", "a"), passage("k2", "Förord", "b")),
    ):
        made = compared(store_with(PLAN + GOAL + old, PLAN + GOAL + new))
        assert (made.changes, made.passages) == ((), (1, 1))


# The real draft and the adopted plan (read in data/orebro/sammanhallen-vard-och-omsorg*.trig)


@pytest.fixture(scope="module")
def real(shipped: Store) -> Diff:
    return compared(shipped, REMISS, ADOPTED)


def test_adopted_plan_dropped_the_appendix_of_indicators_and_nothing_else(real: Diff) -> None:
    (dropped,) = (c for c in real.changes if c.what in ("dropped", "added", "near", "renamed", "unknown"))
    assert (dropped.what, dropped.thing.label) == ("dropped", "Bilaga med indikatorer till handlingsplanen")
    assert dropped.thing.iri == f"{THING}styrdokument/{ADOPTED}-bilaga-indikatorer"
    assert dropped.note.count("Stärka ") == 5


def test_acts_and_dialogue_that_the_adopted_plan_added_are_told(real: Diff) -> None:
    assert [short(c)[2:] for c in real.changes if c.what == "body"] == [
        ("behandlad av", (), ("Specifika samverkansrådet för social välfärd samt vård och omsorg",)),
        ("framtagen i dialog med", (), ("Kommunerna i Örebro län", "Regionens hälso- och sjukvård")),
    ]


def test_decision_is_a_date_of_the_adopted_version_and_the_comment_period_one_of_the_draft(real: Diff) -> None:
    assert [short(c)[2:] for c in real.changes if c.what == "period"] == [
        ("beslutsdatum", (), ("2019-12-04",)),
        ("svar senast", ("2019-10-15",), ()),
        ("utgiven", ("2019-06-28",), ()),
    ]


def test_only_these_things_were_reworded(real: Diff) -> None:
    assert {c.thing.iri.removeprefix(THING) for c in real.changes if c.what == "reworded"} == {
        f"handlingsplan/{ADOPTED}",
        f"risk/{ADOPTED}-4",
        f"styrdokument/{ADOPTED}-utvarderingsplan",
        f"utvecklingsbehov/{ADOPTED}-digitalisering-5",
    }


def test_five_delmal_lost_their_follow_up(real: Diff) -> None:
    """In the draft their indicators stood in an appendix that is not recorded; the adopted plan has none."""
    changed = [(old.rule, old.status, new.status, new.focus.iri) for old, new in real.effect.changes]
    delmal = [f"{THING}delmal/{ADOPTED}-{n}" for n in range(1, 6)]
    assert sorted(changed) == [("delmal-utan-indikator", "unknown", "confirmed", d) for d in delmal]
    assert real.effect.closes == ()
    assert {f.focus.iri for f in real.effect.opens} <= {f"{THING}aktor/halso-och-sjukvarden-region-orebro-lan"}


@pytest.mark.parametrize(
    ("query", "side"), [("antagen-saknas-i-remiss", "after"), ("remiss-saknas-i-antagen", "before")]
)
def test_every_statement_that_the_library_finds_in_one_version_only_is_told(
    query: str, side: str, real: Diff, shipped: Store
) -> None:
    told: set[tuple[str, str]] = set()
    for c in real.changes:
        told |= {(c.thing.iri, label) for label in getattr(c, side)}
    wholes = {c.thing.iri for c in real.changes if c.what in ("dropped", "added")}
    table = shipped.select(find_query(f"utforska/{query}").text)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert rows
    for row in rows:
        subject, value = row["subjekt"], row["vardeNamn"] or row["varde"]
        assert isinstance(subject, NamedNode)
        assert subject.value in wholes or (subject.value, getattr(value, "value", "")) in told, row


# The arrow of time


def mirrored(items: Iterable[Change]) -> set[tuple[str, str, str | None, tuple[str, ...], tuple[str, ...]]]:
    other = {"dropped": "added", "added": "dropped"}
    return {
        (other.get(c.what, c.what), c.thing.iri, c.property.iri if c.property else None, c.after, c.before)
        for c in items
    }


def plain(items: Iterable[Change]) -> set[tuple[str, str, str | None, tuple[str, ...], tuple[str, ...]]]:
    return {(c.what, c.thing.iri, c.property.iri if c.property else None, c.before, c.after) for c in items}


def of_one(
    iris: Callable[[str], str], items: set[tuple[str, str, str | None, tuple[str, ...], tuple[str, ...]]]
) -> set[tuple[str, str, str | None, tuple[str, ...], tuple[str, ...]]]:
    return {(what, iris(iri), about, before, after) for what, iri, about, before, after in items}


def test_backwards_everything_is_told_the_other_way_round(real: Diff, shipped: Store) -> None:
    back = compared(shipped, ADOPTED, REMISS)

    def one_version(iri: str) -> str:
        return re.sub(r"(planversion/.*)-(remiss|antagen)$", r"\1", iri)

    assert of_one(one_version, mirrored(back.changes)) == of_one(one_version, plain(real.changes))
    assert (back.passages[1], back.passages[0], back.unchanged) == (*real.passages, real.unchanged)
    assert [f.id for f in back.effect.closes] == [f.id for f in real.effect.opens]
    assert {(new.id, new.status) for _, new in back.effect.changes} == {
        (old.id, old.status) for old, _ in real.effect.changes
    }


THINGS = ["e:a", "e:b", "e:c"]
FACTS = [
    *(f'{t} skos:prefLabel "{name}"@sv' for t in THINGS for name in ("Hus", "Skola i norr", "Skola norr")),
    *(f"{t} rus:ingarI {o}" for t in THINGS for o in ("e:plan", "e:mal") if t != o),
    *(f"{t} rus:riktarSigTill {o}" for t in THINGS for o in ("e:barn", "e:aldre")),
    *(f"{t} rus:ansvarig {o}" for t in THINGS for o in ("e:namnd-1", "e:namnd-2")),
    *(f"{t} rus:ordning {n}" for t in THINGS for n in (1, 2)),
]
SIDES = st.frozensets(st.sampled_from(FACTS), max_size=12)


def turtle(facts: Iterable[str]) -> str:
    """The facts, each thing that they speak of being a risk, with one name at most."""
    named: dict[str, str] = {}
    for fact in sorted(facts):
        subject, predicate, _ = fact.split(" ", 2)
        named[f"{subject} {predicate}" if predicate == "skos:prefLabel" else fact] = fact
    subjects = {fact.split()[0] for fact in named.values()}
    return " . ".join(
        [PLAN.rstrip(". "), GOAL.rstrip(". "), *named.values(), *(f"{s} a rus:Risk" for s in subjects), ""]
    )


@settings(max_examples=25)
@given(SIDES, SIDES)
def test_any_two_versions_have_changes_just_where_they_differ_and_the_same_ones_backwards(
    draft: frozenset[str], adopted: frozenset[str]
) -> None:
    one, other = turtle(draft), turtle(adopted)
    store = store_with(one, other)
    made, back = compared(store), compared(store, "antagen", "utkast")
    said = [{(q.subject, q.predicate, q.object) for q in quads(text)} for text in (one, other)]
    assert bool(made.changes) == (said[0] != said[1])
    whole = ("dropped", "added", "near")
    assert plain(c for c in made.changes if c.what not in whole) == mirrored(
        c for c in back.changes if c.what not in whole
    )
    told = sum(len(c.before) for c in made.changes if c.property) + sum(c.what == "renamed" for c in made.changes)
    both = {s for s, _, _ in said[0]} & {s for s, _, _ in said[1]}
    lost = [t for t in said[0] - said[1] if t[0] in both]
    assert told == len(lost) - sum(_only_named(t, said[1]) for t in lost)


def _only_named(triple: tuple[object, ...], other: set[tuple[object, ...]]) -> bool:
    """Whether this is a name of a thing to which the other version gives none: not a renaming."""
    subject, predicate, _ = triple
    return str(predicate).endswith("#prefLabel>") and not any(
        s == subject and str(p).endswith("#prefLabel>") for s, p, _ in other
    )


# Consequences


def test_neither_the_other_version_nor_a_third_one_has_a_say_in_what_is_in_force() -> None:
    third = """graf:tredje { graf:tredje a rus:Graf ; rus:grafslag grafslag:plan ; rus:avbildar e:v0 .
        e:v0 a rus:Planversion ; dcterms:isVersionOf e:plan . e:mal rus:foljsUppMed e:i . } """
    indikator = 'e:mal rus:foljsUppMed e:i . e:i a rus:Indikator ; skos:prefLabel "Antal"@sv . '
    store = store_with(PLAN + GOAL + indikator, PLAN + GOAL, common=COMMON + third)
    before, after = (compared(store, a, b).effect for a, b in (("utkast", "antagen"), ("antagen", "utkast")))
    assert [f.id for f in before.opens if f.rule == "delmal-utan-indikator"] == [
        f.id for f in after.closes if f.rule == "delmal-utan-indikator"
    ]
    assert {f.focus.iri for f in before.opens if f.rule == "delmal-utan-indikator"} == {f"{EXAMPLE}mal"}


def test_store_is_not_touched(shipped: Store) -> None:
    before, kinds = shipped.release(), shipped.graphs()
    made = compared(shipped, REMISS, ADOPTED)
    assert made.changes
    fresh = shipped.extended(())
    assert (fresh.release(), fresh.graphs()) == (before, kinds)


def test_interpretations_count_unless_they_are_left_out() -> None:
    tolkning = """<https://w3id.org/rusgraf/res/graf/tolkning/x> {
        <https://w3id.org/rusgraf/res/graf/tolkning/x> a rus:Graf ; rus:grafslag grafslag:tolkning .
        e:a a rus:Aktivitet ; skos:prefLabel "Träffen"@sv ; rus:avserDelmal e:mal . } """
    store = store_with(PLAN, PLAN + GOAL, common=COMMON + tolkning)
    pair = [versions.find_version(name, store, "sv") for name in ("utkast", "antagen")]

    def opened(asserted: bool) -> bool:
        made = diff(store, pair[0], pair[1], asserted=asserted)
        return any(f.rule == "delmal-utan-aktivitet" for f in made.effect.opens)

    assert (opened(False), opened(True)) == (False, True)


# A strategy and its revision

STRATEGY = """
e:rus a rus:Utvecklingsstrategi ; skos:prefLabel "Strategin"@sv .
graf:s18 {
    graf:s18 a rus:Graf ; rus:grafslag grafslag:plan ; rus:avbildar e:s18 .
    e:s18 a rus:Planversion ; skos:prefLabel "Strategin 2018"@sv ; dcterms:isVersionOf e:rus .
    e:o18 a rus:OvergripandeMal ; skos:prefLabel "Livskvalitet"@sv ; rus:ingarI e:s18 .
    e:hus18 a rus:Effektmal ; skos:prefLabel "Fler bostäder"@sv ; rus:ingarI e:o18 .
    e:vag18 a rus:Effektmal ; skos:prefLabel "Bättre vägar"@sv ; rus:ingarI e:o18 .
    e:skog18 a rus:Effektmal ; skos:prefLabel "Friska skogar"@sv ; rus:ingarI e:o18 .
    e:luft18 a rus:Effektmal ; skos:prefLabel "Ren luft"@sv ; rus:ingarI e:o18 .
}
graf:s22 {
    graf:s22 a rus:Graf ; rus:grafslag grafslag:plan ; rus:avbildar e:s22 .
    e:s22 a rus:Planversion ; skos:prefLabel "Strategin 2022"@sv ; dcterms:isVersionOf e:rus .
    e:s22 prov:wasRevisionOf e:s18 .
    e:o22 a rus:OvergripandeMal ; skos:prefLabel "Livskvalitet"@sv ; rus:ingarI e:s22 ; prov:wasRevisionOf e:o18 .
    e:hus22 a rus:Effektmal ; skos:prefLabel "Goda bostäder"@sv ; rus:ingarI e:o22 ; prov:wasRevisionOf e:hus18 .
    e:vag22 a rus:Effektmal ; skos:prefLabel "Bättre vägar"@sv ; rus:ingarI e:o22 ; prov:wasRevisionOf e:vag18 .
    e:natt22 a rus:Effektmal ; skos:prefLabel "Mörka nätter"@sv ; rus:ingarI e:o22 .
    e:luft22 a rus:Effektmal ; skos:prefLabel "Ren luft inne"@sv ; rus:ingarI e:o22 ; prov:wasRevisionOf e:luft18 .
    e:ute22 a rus:Effektmal ; skos:prefLabel "Frisk luft ute"@sv ; rus:ingarI e:o22 ; prov:wasRevisionOf e:luft18 .
}
e:p18 a rus:Handlingsplan ; skos:prefLabel "Gamla planen"@sv ; rus:utgarFran e:s18 ; rus:bidrarTill e:hus18 .
e:p22 a rus:Handlingsplan ; skos:prefLabel "Nya planen"@sv ; rus:utgarFran e:s22 ; rus:bidrarTill e:natt22 .
e:pn a rus:Handlingsplan ; skos:prefLabel "Planen utan år"@sv ; rus:utgarFran e:rus ; rus:bidrarTill e:luft22 .
"""


@pytest.fixture(scope="module")
def strategy() -> Diff:
    return compared(store_of(STRATEGY), "s18", "s22")


def test_goal_that_revises_another_counts_as_the_same(strategy: Diff) -> None:
    assert [short(c) for c in strategy.changes if c.what == "renamed"] == [
        ("renamed", "Goda bostäder", None, ("Fler bostäder",), ("Goda bostäder",))
    ]
    named = {c.thing.label for c in strategy.changes}
    assert "Bättre vägar" not in named
    assert "Livskvalitet" not in named


def test_goal_that_became_two_is_dropped_and_both_are_added_as_its_revisions(strategy: Diff) -> None:
    assert {c.thing.label for c in strategy.changes if c.what == "dropped"} == {"Friska skogar"}
    added = {c.thing.label: c.note for c in strategy.changes if c.what == "added"}
    assert set(added) == {"Mörka nätter", "Frisk luft ute"}
    assert "omarbetning av: Ren luft" in added["Frisk luft ute"]
    assert [(c.before, c.after) for c in strategy.changes if c.what == "near"] == [(("Ren luft",), ("Ren luft inne",))]


def test_plans_that_answer_to_the_older_version_only_are_named(strategy: Diff) -> None:
    assert [named.label for named in strategy.answering] == ["Gamla planen"]
    assert [n.label for n in compared(store_of(STRATEGY), "s22", "s18").answering] == ["Nya planen"]


def test_revised_strategy_joins_the_older_one_and_its_goals_become_gaps_until_a_plan_takes_them_up(
    strategy: Diff,
) -> None:
    assert strategy.side_by_side

    def goals(rule: str, found: Iterable[object]) -> set[str]:
        return {f.focus.iri.removeprefix(EXAMPLE) for f in found if getattr(f, "rule", "") == rule}  # type: ignore[attr-defined]

    assert goals("effektmal-utan-plan", strategy.effect.opens) == {"hus22", "vag22", "ute22"}
    assert goals("effektmal-utan-plan", strategy.effect.closes) == {"vag18", "luft18"}  # superseded, never served
    assert goals("effektmal-i-en-plan", strategy.effect.closes) == set()  # the old plan still answers for its goal
    back = compared(store_of(STRATEGY), "s22", "s18").effect
    assert {f.id for f in back.opens} == {f.id for f in strategy.effect.closes}
    assert {f.id for f in back.closes} == {f.id for f in strategy.effect.opens}


def test_real_revision_of_2022_is_not_said_to_have_dropped_what_is_not_recorded(shipped: Store) -> None:
    made = compared(shipped, "orebro-rus-2018", "orebro-rus-2022")
    assert {c.what for c in made.changes} == {"link", "period", "unknown"}
    assert sum(c.what == "unknown" and c.kind == "effektmål" for c in made.changes) == 18
    assert [n.iri.removeprefix(THING) for n in made.answering] == [
        f"handlingsplan/orebro-{name}"
        for name in ("sammanhallen-vard-och-omsorg", "social-valfard", "god-jamlik-och-jamstalld-halsa")
    ]
    assert (made.effect.closes, made.effect.opens, made.effect.changes) == ((), (), ())


# Names and files


@pytest.mark.parametrize(
    "name",
    [
        REMISS,
        f"https://w3id.org/rusgraf/res/graf/{REMISS}",
        f"rusr:graf/{REMISS}",
        f"planversion/{REMISS}",
        f"{THING}planversion/{REMISS}",
        "Sammanhållen vård och omsorg 2019–2022, remiss",
        "Sammanhållen vård och omsorg 2019–2022, remissversion",
        " Coherent health and social care 2019–2022, draft sent for comment ",
    ],
)
def test_version_is_found_by_what_a_person_calls_it(name: str, shipped: Store) -> None:
    found = versions.find_version(name, shipped, "sv")
    assert found.graph.value == f"https://w3id.org/rusgraf/res/graf/{REMISS}"
    assert (found.name, found.is_in_force) == ("Sammanhållen vård och omsorg 2019–2022, remissversion", False)


def test_unknown_version_proposes_the_nearest_and_an_interpretation_is_none(shipped: Store) -> None:
    with pytest.raises(UnknownName, match=f'Did you mean "{REMISS}"'):
        versions.find_version(REMISS.replace("remiss", "remis"), shipped, "sv")
    with pytest.raises(UnknownName):
        versions.find_version("https://w3id.org/rusgraf/res/graf/tolkning/social-valfard", shipped, "sv")
    with pytest.raises(BadParameter, match="Unicode"):
        versions.find_version("\udcff", shipped, "sv")


def test_name_of_two_graphs_is_refused_with_both() -> None:
    store = store_of("".join(f'graf:{g} {{ graf:{g} rus:avbildar e:{g} ; skos:prefLabel "Samma"@sv }} ' for g in "ab"))
    with pytest.raises(BadParameter, match=r"res/graf/a, .*res/graf/b"):
        versions.find_version("Samma", store, "sv")


def test_versions_of_different_documents_are_not_compared(shipped: Store) -> None:
    with pytest.raises(BadParameter, match="different documents"):
        compared(shipped, ADOPTED, "orebro-social-valfard")


def write(path: Path, trig: str) -> Path:
    path.write_text(PREFIX_LINES + trig, encoding="utf-8")
    return path


def test_file_with_an_edited_version_takes_the_place_of_the_graph_it_edits(tmp_path: Path) -> None:
    store = store_with(PLAN + GOAL, PLAN + GOAL)
    more = 'e:mal rus:foljsUppMed e:i . e:i a rus:Indikator ; skos:prefLabel "Antal"@sv . '
    path = write(tmp_path / "ny.trig", f"graf:antagen {{ {HEAD['adopted']} {PLAN} {GOAL} {more} }}")
    a, b = versions.find_version("antagen", store, "sv"), versions.read_version(path, store, "sv")
    made = diff(store, a, b)
    assert [short(c) for c in made.changes] == [
        ("added", "Antal", None, (), ("Antal",)),
        ("link", "Målet", "följs upp med", (), ("Antal",)),
    ]
    assert [f.rule for f in made.effect.closes] == ["delmal-utan-indikator"]
    assert [f.id for f in diff(store, b, a).effect.opens] == [f.id for f in made.effect.closes]
    # What the edited version leaves out is not in force either.
    full = store_with(PLAN + GOAL, PLAN + GOAL + more)
    path = write(tmp_path / "utan.trig", f"graf:antagen {{ {HEAD['adopted']} {PLAN} {GOAL} }}")
    lost = diff(full, versions.find_version("antagen", full, "sv"), versions.read_version(path, full, "sv"))
    assert [f.rule for f in lost.effect.opens] == ["delmal-utan-indikator"]


def test_turtle_without_a_graph_is_a_version_too(tmp_path: Path, shipped: Store) -> None:
    one = versions.read_version(write(tmp_path / "a.ttl", PLAN + GOAL), shipped, "sv")
    other = versions.read_version(write(tmp_path / "b.ttl", PLAN), shipped, "sv")
    assert [short(c)[:2] for c in diff(shipped, one, other).changes] == [("dropped", "Målet")]


def test_file_that_holds_no_version_or_several_is_refused(tmp_path: Path, shipped: Store) -> None:
    with pytest.raises(UnreadableInput, match="says nothing"):
        versions.read_version(write(tmp_path / "tom.trig", ""), shipped, "sv")
    both = f"graf:utkast {{ {HEAD['draft']} }} graf:antagen {{ {HEAD['adopted']} }}"
    with pytest.raises(BadParameter, match="has 2 graphs"):
        versions.read_version(write(tmp_path / "bada.trig", both), shipped, "sv")
    beside = f"graf:utkast {{ {HEAD['draft']} }} graf:annat {{ e:x a rus:Risk }}"
    assert versions.read_version(write(tmp_path / "en.trig", beside), shipped, "sv").graph.value.endswith("/utkast")


def test_choices_are_the_graphs_that_represent_a_version(shipped: Store) -> None:
    slugs = {choice.iri for choice in versions.choices(shipped, "sv")}
    assert {REMISS, ADOPTED, "orebro-rus-2018", "orebro-rus-2022"} <= slugs
    assert all(versions.find_version(slug, shipped, "en").graph.value.endswith(slug) for slug in slugs)


# Faces


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str | Path
) -> tuple[object, str, str]:
    """Exit code, standard output and standard error of the command."""
    monkeypatch.setattr(sys, "argv", ["rusgraf", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        main()
    told = capsys.readouterr()
    return stop.value.code, told.out, told.err


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[object, str, str]]:
    return lambda *words: run(capsys, monkeypatch, *words)


def test_command_tells_the_same_changes_and_effect_in_every_format(
    command: Callable[..., tuple[object, str, str]], real: Diff
) -> None:
    code, out, err = command("diff", REMISS, ADOPTED, "--format", "json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert [c["thing"]["iri"] for c in told["changes"]] == [c.thing.iri for c in real.changes]
    assert {c["what"] for c in told["changes"]} <= set(WHAT)
    assert [c["id"] for c in told["effect"]["changes"]] == [new.id for _, new in real.effect.changes]
    for form in ("table", "md"):
        code, out, err = command("diff", REMISS, ADOPTED, "--format", form)
        assert (code, err) == (0, "")
        text = re.sub(r"\\(?=\W)", "", " ".join(out.split()))
        for c in real.changes:
            assert " ".join(c.thing.label.split()) in text
            assert diffreport.phrase(c, "sv") in text
        assert all(new.id in text for _, new in real.effect.changes)
        assert "https://" not in text


def test_command_speaks_english_reads_files_and_leaves_interpretations_out(
    command: Callable[..., tuple[object, str, str]], tmp_path: Path
) -> None:
    graphs = f"{COMMON} graf:utkast {{ {HEAD['draft']} {PLAN} {GOAL} }} graf:antagen {{ {HEAD['adopted']} {PLAN} }}"
    data = write(tmp_path / "data.trig", graphs)
    code, out, _ = command("diff", "utkast", "antagen", "--data", data, "--lang", "en", "--asserted")
    assert code == 0
    assert "sub-goal: The goal" in out
    assert "is part of: The plan" in out
    edited = write(tmp_path / "ny.trig", f"graf:antagen {{ {HEAD['adopted']} {PLAN} {GOAL} }}")
    code, out, _ = command("diff", edited, "antagen", "--data", data)
    assert code == 0
    assert "Faller bort (1)\n  delmål: Målet\n" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("utkastt", ADOPTED), 'ingen version "utkastt"'),
        ((ADOPTED, "orebro-social-valfard"), "olika dokument"),
        (("finns-inte.trig", ADOPTED), "finns-inte.trig"),
        ((ADOPTED,), "Missing argument"),
        ((ADOPTED, ADOPTED, "--format", "pdf"), "pdf"),
    ],
)
def test_command_refuses_with_one_line_and_the_cure(
    words: tuple[str, ...], said: str, command: Callable[..., tuple[object, str, str]]
) -> None:
    code, out, err = command("diff", *words)
    assert (code, out) == (2, "")
    assert re.fullmatch(r"rusgraf: [^\n]+\n", err)
    assert said in err


def test_markup_in_the_data_is_shown_and_never_acts() -> None:
    bad = 'e:r a rus:Risk ; skos:prefLabel "<b>[x](javascript:1)</b> | `y`"@sv ; rus:ingarI e:plan . '
    made = compared(store_with(PLAN, PLAN + bad))
    text = diffreport.to_markdown(made, "sv")
    assert r"\<b\>\[x\](javascript:1)\</b\> \| \`y\`" in text
    from rusgraf.pages import diff_page

    page = Page(diff_page(made, store_with("", ""), "sv"))
    assert (page.faults, page.active_parts()) == ([], [])
    assert "<b>[x](javascript:1)</b>" in page.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_shows_the_changes_and_the_effect(lang: str, client: FlaskClient, shipped: Store) -> None:
    answer = client.get(
        "/diff", query_string={"a": REMISS, "b": ADOPTED, "lang": lang}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 200
    page = Page(answer.get_data(as_text=True))
    assert (page.faults, page.active_parts()) == ([], [])
    made = compared(shipped, REMISS, ADOPTED, lang)
    assert all(diffreport.phrase(c, lang) in page.text for c in made.changes)
    assert all(new.explanation in page.text for _, new in made.effect.changes)
    chosen = [a["value"] for tag, a in page.elements if tag == "option" and "selected" in a]
    assert chosen == [REMISS, ADOPTED]


def test_page_without_versions_offers_them_and_json_demands_them(client: FlaskClient) -> None:
    page = Page(client.get("/diff", headers={"Accept": "text/html"}).get_data(as_text=True))
    assert REMISS in {a.get("value") for tag, a in page.elements if tag == "option"}
    assert client.get("/diff", query_string={"a": REMISS}, headers={"Accept": "application/json"}).status_code == 400


def test_server_gives_json_and_markdown_and_refuses_the_rest(client: FlaskClient, real: Diff) -> None:
    pair = {"a": REMISS, "b": ADOPTED}
    told = client.get("/diff", query_string=pair, headers={"Accept": "application/json"})
    assert told.mimetype == "application/json"
    assert told.get_data(as_text=True) == diffreport.to_json(real, "sv")
    markdown = client.get("/diff", query_string={**pair, "format": "md"})
    assert markdown.mimetype == "text/markdown"
    assert client.get("/diff", query_string={**pair, "format": "pdf"}).status_code == 400
    assert client.get("/diff", query_string={**pair, "a": "x"}).status_code == 404
    assert client.get("/diff", query_string={"a": "/etc/passwd", "b": ADOPTED}).status_code == 404


def test_growth_is_not_quadratic_in_the_number_of_things() -> None:
    """A plan that is rewritten whole: near names are looked for within a kind and place only, up to a limit."""
    from rusgraf import sameness

    many = [sameness.Candidate(e(f"t{i}"), f"Namn {i}", "place") for i in range(1_001)]
    assert sameness.near(many, many) == []
    assert len(sameness.near(many[:50], many[:50])) == 50
