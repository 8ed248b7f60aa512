"""Does the report for a terminal say all it must, and do the two matrices show what the plans say side by side?"""

from __future__ import annotations

from datetime import date

import pytest

from planted import e, store_of
from rusgraf import matrix, report
from rusgraf.findings import STATES, Finding, Gap, Named, find
from rusgraf.matrix import Cell, Matrix
from rusgraf.store import Store
from rusgraf.wording import has, say

ACTIVITY = """
e:dokument a rus:Kalldokument ; skos:prefLabel "Nyhetsbrevet"@sv .
e:ref a rus:Kallhanvisning ; rus:dokument e:dokument ; rus:avsnitt "Sidan 3" .
e:ref-2 a rus:Kallhanvisning ; rus:dokument e:dokument ; rus:avsnitt "Sidan 4" .
e:traff a rus:Aktivitet ; skos:prefLabel "Träffen"@sv ; rus:kalla e:ref, e:ref-2 .
"""
UNKNOWN = """e:traff rus:ofullstandigFor rus:ansvarig .
e:ofull a rus:Ofullstandighet ; dcterms:subject e:traff ; rus:egenskap rus:ansvarig ;
  rus:orsak "Utdraget är avkortat"@sv ; rus:avgorsAv "Hela brevet"@sv .
"""
RULE = "aktivitet-utan-ansvarig"


def text(trig: str, lang: str = "sv", *only: str) -> str:
    store = store_of(trig)
    return report.to_text(find(store, lang=lang, only=only or [RULE], today=date(2026, 11, 22)), store, lang)


# The text


def test_finding_is_told_with_state_source_and_cure() -> None:
    block = text(ACTIVITY).split("\n\n")[0].splitlines()
    assert block[0].startswith("HÖG · bekräftad · aktivitet-utan-ansvarig/")
    assert block[1] == "  Ingen aktör ansvarar för aktiviteten ”Träffen”."
    assert block[2].startswith("  Läge: bekräftad: ")
    assert "  Källa: Nyhetsbrevet: Sidan 3; Sidan 4" in block
    assert "  Sluts av: Utse en ansvarig aktör för ”Träffen”." in block


def test_finding_is_told_in_english() -> None:
    block = text(ACTIVITY, "en").split("\n\n")[0]
    assert block.startswith("HIGH · confirmed · ")
    assert "No body is responsible" in block
    assert "  Closed by: Appoint" in block


def test_unknown_finding_says_why_and_what_decides_it() -> None:
    told = " ".join(text(ACTIVITY + UNKNOWN).split())
    assert "Läge: okänd: Träffen: Utdraget är avkortat. För att avgöra behövs: Hela brevet." in told


def test_waived_finding_says_why_by_whom_and_until_when() -> None:
    key = find(store_of(ACTIVITY), only=[RULE])[0].id
    waiver = (
        f'e:undantag a rus:Undantag ; rus:avserFynd "{key}" ; rus:motivering "Prövat." ; rus:roll "Strateg" ; '
        'rus:gallerTill "2030-01-01"^^xsd:date .'
    )
    assert "undantagen: Prövat. (Strateg, till och med 2030-01-01)" in text(ACTIVITY + waiver)


def test_interpreted_finding_says_so() -> None:
    trig = """<https://w3id.org/rusgraf/res/graf/tolkning/x> {
      <https://w3id.org/rusgraf/res/graf/tolkning/x> a rus:Graf ; rus:grafslag grafslag:tolkning .
      e:traff a rus:Aktivitet }"""
    assert say("interpreted", "sv") in text(trig)
    assert say("interpreted", "sv") not in text(ACTIVITY)


def test_shared_thing_is_shown_with_the_statements_in_words() -> None:
    told = " ".join(text(PAIR, "sv", "delmalspar-utan-koppling").split())
    assert "Bevis: " in told
    assert "Mål A – använder – SIP" in told


def test_source_that_is_missing_is_a_dash() -> None:
    assert "  Källa: –" in text("e:traff a rus:Aktivitet .")


def test_no_line_is_longer_than_a_hundred_characters_but_for_a_word_that_is() -> None:
    long = "Mycket långt namn på en träff om hälsa " * 20
    lines = text(ACTIVITY.replace("Träffen", long)).splitlines()
    assert max(map(len, lines)) <= 100
    assert " ".join(" ".join(lines).split()).count("Mycket långt namn") == 80


def test_long_lines_are_wrapped_with_an_indent() -> None:
    block = text(ACTIVITY.replace("Träffen", "ord " * 60)).split("\n\n")[0].splitlines()
    assert all(line.startswith("  ") for line in block[1:])


def test_table_of_rules_adds_up_and_ends_with_the_release() -> None:
    store = store_of(ACTIVITY + UNKNOWN)
    findings = find(store, only=[RULE, "aktivitet-utan-delmal"])
    told = report.to_text(findings, store, "sv")
    lines = told.splitlines()
    assert lines[-1] == f"release {store.release()}"
    rows = [line.split() for line in lines[-8:] if line[-1:].isdigit() and not line.startswith("release")]
    numbers = {row[0]: [int(n) for n in row[1:]] for row in rows}
    assert numbers == {"aktivitet-utan-ansvarig": [0, 1, 0], "aktivitet-utan-delmal": [1, 0, 0], "Summa": [1, 1, 0]}
    assert told.endswith("\n")


def test_nothing_found_is_said() -> None:
    told = text("e:plan a rus:Handlingsplan .")
    assert told.startswith("Inga fynd.\n")
    assert "Summa" in told


def test_sources_of_one_document_stand_together() -> None:
    [finding] = find(store_of(ACTIVITY), only=[RULE])
    assert report.sources(finding) == ["Nyhetsbrevet: Sidan 3; Sidan 4"]


def test_reasons_and_cures_are_said_once() -> None:
    gap = Gap(Named("a:a", "Planen"), "Bara känd i stora drag.", "Planen själv.")
    [finding] = find(store_of(ACTIVITY), only=[RULE])
    doubled = Finding(**{**vars(finding), "status": "unknown", "unknown_because": (gap, gap)})
    assert report.because(doubled, "sv") == "Planen: Bara känd i stora drag. För att avgöra behövs: Planen själv."


def test_every_state_and_severity_has_a_word_in_both_languages() -> None:
    for key in (*STATES, "high", "medium", "low", "violation", "warning", "info"):
        assert has(key)
        assert say(key, "sv") != say(key, "en")
    assert not has("finns inte")


# The matrices

PAIR = """
e:rus a rus:Utvecklingsstrategi ; skos:prefLabel "Strategin"@sv .
e:stort a rus:OvergripandeMal ; rus:ingarI e:rus ; rus:ordning 1 .
e:effektmal-1 a rus:Effektmal ; skos:prefLabel "Hälsa"@sv ; rus:ingarI e:stort ; rus:ordning 1 .
e:effektmal-2 a rus:Effektmal ; skos:prefLabel "Arbete"@sv ; rus:ingarI e:stort ; rus:ordning 2 .
e:plan-a a rus:Handlingsplan ; skos:prefLabel "Plan A"@sv ; rus:utgarFran e:rus ; rus:bidrarTill e:effektmal-1 .
e:plan-b a rus:Handlingsplan ; skos:prefLabel "Plan B"@sv ; rus:utgarFran e:rus .
e:mal-a a rus:Delmal ; skos:prefLabel "Mål A"@sv ; rus:ingarI e:plan-a ; rus:ordning 2 ; rus:anvander e:sip .
e:mal-a0 a rus:Delmal ; skos:prefLabel "Mål A0"@sv ; rus:ingarI e:plan-a ; rus:ordning 1 .
e:mal-b a rus:Delmal ; skos:prefLabel "Mål B"@sv ; rus:ingarI e:plan-b ; rus:anvander e:sip .
e:mal-b rus:bidrarTill e:effektmal-1 .
e:sip skos:prefLabel "SIP"@sv .
"""
TOLKNING = """<https://w3id.org/rusgraf/res/graf/tolkning/x> {
  <https://w3id.org/rusgraf/res/graf/tolkning/x> a rus:Graf ; rus:grafslag grafslag:tolkning . %s }"""


def goal_states(trig: str) -> dict[str, list[str]]:
    """Effect goal → state of each plan, from the one matrix that the data give."""
    [found] = matrix.goals(store_of(trig), "sv")
    assert [c.label for c in found.columns] == ["Plan A", "Plan B"]
    return {row.label: [cell.state for cell in cells] for row, cells in found.rows}


def test_goals_stand_in_their_order_against_the_plans_of_their_strategy() -> None:
    other = "e:annan a rus:Utvecklingsstrategi . e:plan-c a rus:Handlingsplan ; rus:utgarFran e:annan ."
    [found] = matrix.goals(store_of(PAIR + other), "sv")
    assert found.title == Named(e("rus").value, "Strategin")
    assert [row.label for row, _ in found.rows] == ["Hälsa", "Arbete"]
    assert [c.label for c in found.columns] == ["Plan A", "Plan B"]


def test_plan_contributes_by_itself_or_by_a_part() -> None:
    assert goal_states(PAIR) == {"Hälsa": ["yes", "yes"], "Arbete": ["no", "no"]}


def test_contribution_that_somebody_concluded_is_shown_as_such() -> None:
    assert goal_states(PAIR + TOLKNING % "e:mal-b rus:bidrarTill e:effektmal-2 .")["Arbete"] == ["no", "interpreted"]


def test_what_the_text_says_goes_before_what_somebody_concluded() -> None:
    assert goal_states(PAIR + TOLKNING % "e:mal-a rus:bidrarTill e:effektmal-1 .")["Hälsa"] == ["yes", "yes"]
    assert goal_states(PAIR + TOLKNING % "e:mal-a0 rus:bidrarTill e:effektmal-1 .")["Hälsa"] == ["yes", "yes"]


def test_contribution_of_a_plan_that_is_not_recorded_is_not_known() -> None:
    assert goal_states(PAIR + "e:plan-b rus:ofullstandigFor rus:bidrarTill .")["Arbete"] == ["no", "unknown"]
    assert goal_states(PAIR + "e:plan-b rus:ofullstandigFor rus:bidrarTill .")["Hälsa"] == ["yes", "yes"]


def test_strategy_without_plans_gives_no_matrix() -> None:
    assert (
        matrix.goals(store_of("e:rus a rus:Utvecklingsstrategi . e:mal a rus:Effektmal ; rus:ingarI e:rus ."), "sv")
        == []
    )
    assert matrix.goals(store_of(""), "sv") == []


def pair_matrix(trig: str) -> list[Matrix]:
    store: Store = store_of(trig)
    return matrix.pairs(store, find(store, only=["delmalspar-utan-koppling"]), "sv")


def test_pairs_stand_in_order_with_the_finding_in_its_square() -> None:
    [found] = pair_matrix(PAIR)
    assert (found.title.label, found.other and found.other.label) == ("Plan A", "Plan B")
    assert [c.label for c in found.columns] == ["Mål B"]
    assert [row.label for row, _ in found.rows] == ["Mål A0", "Mål A"]
    [[nothing], [gap]] = [cells for _, cells in found.rows]
    assert nothing == Cell("no")
    assert gap.state == "confirmed"
    assert gap.finding.startswith("delmalspar-utan-koppling/")


def test_pair_that_is_coupled_is_shown_so() -> None:
    coupled = 'e:mal-b2 a rus:Delmal ; skos:prefLabel "Mål B2"@sv ; rus:ingarI e:plan-b ; rus:samordnasMed e:mal-a .'
    [found] = pair_matrix(PAIR + coupled)
    states = {
        (row.label, c.label): cell.state
        for row, cells in found.rows
        for c, cell in zip(found.columns, cells, strict=True)
    }
    assert states["Mål A", "Mål B2"] == "yes"
    assert states["Mål A0", "Mål B2"] == "no"
    assert states["Mål A", "Mål B"] == "confirmed"


def test_pair_that_is_not_known_is_shown_so() -> None:
    [found] = pair_matrix(PAIR + "e:plan-b rus:ofullstandigFor rus:samordnasMed .")
    assert [cell.state for _, cells in found.rows for cell in cells] == ["no", "unknown"]


def test_without_a_pair_there_is_no_matrix() -> None:
    assert pair_matrix(PAIR.replace("rus:anvander e:sip", "rus:ordning 3")) == []


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_pair_of_the_shipped_findings_stands_in_a_square(lang: str, shipped: Store) -> None:
    findings = find(shipped, lang=lang, only=["delmalspar-utan-koppling"])
    squares = {cell.finding for m in matrix.pairs(shipped, findings, lang) for _, cells in m.rows for cell in cells}
    assert squares - {""} == {f.id for f in findings}
    for m in [*matrix.goals(shipped, lang), *matrix.pairs(shipped, findings, lang)]:
        assert all(len(cells) == len(m.columns) for _, cells in m.rows)
