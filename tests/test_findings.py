"""Is every finding named by its things alone, in the right one of three states, with evidence that exists?"""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
import re
from collections.abc import Sequence
from datetime import date
from functools import cache

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import SH, Graph

from planted import EXAMPLE, GRAPH, e, quads, store_of
from rusgraf import pages, report
from rusgraf.errors import BadParameter, UnknownName
from rusgraf.findings import STATES, Finding, choose, count, find, finding_id, narrow
from rusgraf.library import COLUMNS, GAPS, find_query, rules
from rusgraf.rdf import FORMATS, parse_quads
from rusgraf.report_rdf import findings_turtle
from rusgraf.report_tables import findings_csv
from rusgraf.store import DERIVED, Store
from rusgraf.terms import PREFIXES, RDF_TYPE, Literal, NamedNode, Quad, expand, rus
from rusgraf.validate import run_shapes, shapes_graph, to_rdflib

TODAY = date(2026, 11, 22)
SOURCE = """
e:dokument a rus:Kalldokument ; skos:prefLabel "Planen"@sv .
e:ref a rus:Kallhanvisning ; rus:dokument e:dokument ; rus:avsnitt "Mål" .
e:ref-anvander a rus:Kallhanvisning ; rus:dokument e:dokument ; rus:avsnitt "Arbetssätt" ; rus:styrker rus:anvander .
"""
# Two plans under one strategy, each with a sub-goal; both sub-goals use one method and serve the plans' effect goal.
PLANS = (
    SOURCE
    + """
e:rus a rus:Utvecklingsstrategi . e:effektmal a rus:Effektmal ; rus:ingarI e:rus .
e:plan-a a rus:Handlingsplan ; skos:prefLabel "Plan A"@sv ; rus:utgarFran e:rus ; rus:bidrarTill e:effektmal .
e:plan-b a rus:Handlingsplan ; skos:prefLabel "Plan B"@sv ; rus:utgarFran e:rus ; rus:bidrarTill e:effektmal .
e:insats a rus:Insatsomrade ; rus:ingarI e:plan-a .
e:mal-a a rus:Delmal ; skos:prefLabel "Mål A"@sv ; rus:ingarI e:insats ; rus:anvander e:sip .
e:mal-a rus:kalla e:ref, e:ref-anvander .
e:mal-b a rus:Delmal ; skos:prefLabel "Mål B"@sv ; rus:ingarI e:plan-b ; rus:anvander e:sip ; rus:kalla e:ref .
e:sip skos:prefLabel "SIP"@sv .
"""
)
PAIR = "delmalspar-utan-koppling"
FIELDS = {"id", "rule", "status", "severity", "focus", "counterpart", "shared", "plans", "explanation", "evidence",
          "sources", "closes", "unknown_because", "waiver", "interpreted", "level", "missing", "rank",
          "basis"}  # fmt: skip


def found(trig: str, *only: str, lang: str = "sv") -> list[Finding]:
    return find(store_of(trig), lang=lang, only=only, today=TODAY)


def the_one(trig: str, rule: str, lang: str = "sv") -> Finding:
    [finding] = found(trig, rule, lang=lang)
    return finding


def ids(findings: Sequence[Finding]) -> set[str]:
    return {f.id for f in findings}


@pytest.fixture(scope="module")
def everything(shipped: Store) -> dict[str, list[Finding]]:
    """The findings of the shipped data in both languages."""
    return {lang: find(shipped, lang=lang) for lang in ("sv", "en")}


# The id


def test_id_is_the_rule_and_a_hash_of_the_things() -> None:
    finding = the_one(PLANS, PAIR)
    assert re.fullmatch(rf"{PAIR}/[0-9a-f]{{10}}", finding.id)
    row = {"fokus": e("mal-a"), "motpart": e("mal-b"), "plan": e("plan-a"), "motplan": e("plan-b")}
    assert finding.id == finding_id(PAIR, row)


def test_id_does_not_depend_on_what_is_shared_or_on_names_and_language() -> None:
    before = the_one(PLANS, PAIR)
    other = the_one(PLANS.replace("e:sip", "e:zip").replace("Mål A", "Nytt namn"), PAIR, lang="en")
    assert (before.shared, before.focus) != (other.shared, other.focus)
    assert before.id == other.id


@given(st.dictionaries(st.sampled_from(COLUMNS), st.integers(0, 3), min_size=1), st.data())
def test_other_things_give_another_id(row: dict[str, int], data: st.DataObject) -> None:
    other = data.draw(st.dictionaries(st.sampled_from(COLUMNS), st.integers(0, 3), min_size=1))

    def told(numbers: dict[str, int]) -> dict[str, int]:
        return {c: n for c, n in numbers.items() if c != "gemensam"}

    one, two = (finding_id("regel", {c: e(str(n)) for c, n in r.items()}) for r in (row, other))
    assert (one == two) == (told(row) == told(other))
    assert finding_id("annan", {c: e(str(n)) for c, n in row.items()}) != one


def same_in_another_syntax(content: list[Quad], suffix: str) -> list[Quad]:
    if suffix == ".ttl":
        text = ox.serialize([q.triple for q in content], format=ox.RdfFormat.TURTLE)
    else:
        text = ox.serialize(content, format=FORMATS[suffix])
    assert text is not None
    return parse_quads(text, FORMATS[suffix], f"prov{suffix}", GRAPH)


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nq", ".jsonld"])
def test_ids_do_not_depend_on_order_or_syntax(suffix: str) -> None:
    content = quads(PLANS)
    mixed = random.Random(5).sample(content, len(content))  # noqa: S311
    again = find(Store.load([], extra=same_in_another_syntax(mixed, suffix)), today=TODAY)
    assert [(f.id, f.status) for f in again] == [(f.id, f.status) for f in found(PLANS)]


def test_ids_do_not_depend_on_data_about_something_else() -> None:
    other = (
        "e:annan a rus:Utvecklingsstrategi . e:annat a rus:Risk ; rus:ingarI e:ensam . e:ensam a rus:Handlingsplan ."
    )
    assert ids(found(PLANS)) < ids(found(PLANS + other))


def test_ids_are_the_same_in_both_languages(everything: dict[str, list[Finding]]) -> None:
    assert ids(everything["sv"]) == ids(everything["en"])
    assert len(ids(everything["sv"])) == len(everything["sv"]), "no id twice"


# The three states

ACTIVITY = 'e:aktivitet a rus:Aktivitet ; skos:prefLabel "Träff"@sv .'
NOT_KNOWN = ACTIVITY + " e:aktivitet rus:ofullstandigFor rus:ansvarig ."
WHY = """e:ofull a rus:Ofullstandighet ; dcterms:subject e:aktivitet ; rus:egenskap rus:ansvarig ;
  rus:orsak "Utdraget slutar för tidigt"@sv, "The excerpt ends too soon"@en ;
  rus:avgorsAv "Hela nyhetsbrevet."@sv, "The whole newsletter."@en ."""
RESPONSIBLE = "aktivitet-utan-ansvarig"


def waiver(key: str, until: str = "") -> str:
    until = f'; rus:gallerTill "{until}"^^xsd:date' if until else ""
    return (
        f'e:undantag a rus:Undantag ; rus:avserFynd "{key}" ; rus:motivering "Prövat." ; rus:roll "Strateg" {until} .'
    )


def test_absence_in_what_is_fully_recorded_is_confirmed() -> None:
    finding = the_one(ACTIVITY, RESPONSIBLE)
    assert (finding.status, finding.unknown_because, finding.waiver) == ("confirmed", (), None)


@pytest.mark.parametrize(
    ("lang", "reason", "decides"),
    [
        ("sv", "Utdraget slutar för tidigt.", "Hela nyhetsbrevet."),
        ("en", "The excerpt ends too soon.", "The whole newsletter."),
    ],
)
def test_absence_of_what_is_not_recorded_is_unknown_with_reason_and_what_decides_it(
    lang: str, reason: str, decides: str
) -> None:
    finding = the_one(NOT_KNOWN + WHY, RESPONSIBLE, lang)
    assert finding.status == "unknown"
    [gap] = finding.unknown_because
    assert (gap.about.iri, gap.reason, gap.decided_by) == (e("aktivitet").value, reason, decides)
    assert reason in report.because(finding, lang)
    assert decides in report.because(finding, lang)


def test_unknown_without_a_stated_reason_names_the_property() -> None:
    finding = the_one(NOT_KNOWN, RESPONSIBLE)
    assert finding.status == "unknown"
    assert finding.unknown_because[0].reason


def test_what_is_incomplete_for_another_property_is_confirmed() -> None:
    assert the_one(NOT_KNOWN, "aktivitet-utan-delmal").status == "confirmed"


def test_what_closes_the_gap_closes_it() -> None:
    assert found(ACTIVITY + "e:aktivitet rus:ansvarig e:namnd .", RESPONSIBLE) == []


@pytest.mark.parametrize("until", ["", "2026-11-22", "2027-01-01"])
def test_waiver_in_force_waives_with_reason_and_role(until: str) -> None:
    key = the_one(ACTIVITY, RESPONSIBLE).id
    finding = the_one(ACTIVITY + waiver(key, until), RESPONSIBLE)
    assert finding.status == "waived"
    assert finding.waiver is not None
    assert (finding.waiver.reason, finding.waiver.by, finding.waiver.until) == ("Prövat.", "Strateg", until)
    assert finding.waiver.iri == e("undantag").value


@pytest.mark.parametrize("until", ["2026-11-21", "2020-01-01"])
def test_finding_is_back_the_day_after_its_waiver(until: str) -> None:
    key = the_one(ACTIVITY, RESPONSIBLE).id
    finding = the_one(ACTIVITY + waiver(key, until), RESPONSIBLE)
    assert (finding.status, finding.waiver) == ("confirmed", None)


def test_waiver_of_another_id_does_nothing() -> None:
    for key in (f"{RESPONSIBLE}/0000000000", "", the_one(ACTIVITY, "aktivitet-utan-delmal").id):
        assert the_one(ACTIVITY + waiver(key), RESPONSIBLE).status == "confirmed"


def test_waiver_goes_before_unknown() -> None:
    key = the_one(NOT_KNOWN, RESPONSIBLE).id
    assert the_one(NOT_KNOWN + waiver(key), RESPONSIBLE).status == "waived"


def test_waiver_in_a_graph_that_is_not_in_force_does_nothing() -> None:
    key = the_one(ACTIVITY, RESPONSIBLE).id
    example = f"graf:x {{ graf:x a rus:Graf ; rus:grafslag grafslag:exempel . {waiver(key)} }}"
    assert the_one(ACTIVITY + example, RESPONSIBLE).status == "confirmed"


def test_pair_is_unknown_when_one_of_its_two_plans_is_not_recorded() -> None:
    assert the_one(PLANS, PAIR).status == "confirmed"
    for plan in ("plan-a", "plan-b"):
        finding = the_one(f"{PLANS} e:{plan} rus:ofullstandigFor rus:samordnasMed .", PAIR)
        assert finding.status == "unknown"
        assert [gap.about.iri for gap in finding.unknown_because] == [e(plan).value]


# Rules that rest on a whole strategy

GOAL = "effektmal-utan-plan"
STRATEGY = """e:rus a rus:Utvecklingsstrategi . e:mal a rus:Effektmal ; rus:ingarI e:rus .
e:plan a rus:Handlingsplan ; rus:utgarFran e:rus . e:annan a rus:Handlingsplan ; rus:utgarFran e:annan-rus .
e:annan-rus a rus:Utvecklingsstrategi . """


@pytest.mark.parametrize(
    ("incomplete", "status"),
    [("", "confirmed"), ("e:plan rus:ofullstandigFor rus:bidrarTill .", "unknown"),
     ("e:rus rus:ofullstandigFor rus:utgarFran .", "unknown"),
     ("e:plan rus:ofullstandigFor rus:ansvarig .", "confirmed"),
     ("e:annan rus:ofullstandigFor rus:bidrarTill .", "confirmed"),
     ("e:annan-rus rus:ofullstandigFor rus:utgarFran .", "confirmed")],
)  # fmt: skip
def test_rule_that_rests_on_the_strategy_asks_every_plan_under_it(incomplete: str, status: str) -> None:
    assert find_query(f"{GAPS}/{GOAL}").head["rests_on"] == "strategy"
    finding = next(f for f in found(STRATEGY + incomplete, GOAL) if f.focus.iri == e("mal").value)
    assert finding.status == status


TWO = """e:a a rus:Handlingsplan ; rus:kompletterar e:b ; rus:beaktar e:barn . e:b a rus:Handlingsplan .
e:akt a rus:Aktivitetsplan ; rus:utgarFran e:b . e:ver a rus:Planversion ; dcterms:isVersionOf e:b .
e:del a rus:Delmal ; rus:ingarI e:b . """


@pytest.mark.parametrize(
    ("incomplete", "status"),
    [("e:a rus:ofullstandigFor rus:beaktar .", "confirmed"), ("e:b rus:ofullstandigFor rus:beaktar .", "unknown"),
     ("e:akt rus:ofullstandigFor rus:beaktar .", "unknown"), ("e:ver rus:ofullstandigFor rus:beaktar .", "unknown"),
     ("e:del rus:ofullstandigFor rus:beaktar .", "confirmed")],
)  # fmt: skip
def test_absence_is_asked_for_where_the_rule_says_and_in_the_activity_plans_and_versions_of_a_plan(
    incomplete: str, status: str
) -> None:
    assert find_query(f"{GAPS}/perspektiv-ej-delat").tested[0] == ("rus:beaktar", "motplan")
    assert the_one(TWO + incomplete, "perspektiv-ej-delat").status == status


# Interpretations

TOLKNING = (
    "<https://w3id.org/rusgraf/res/graf/tolkning/x> { <https://w3id.org/rusgraf/res/graf/tolkning/x> a rus:Graf ; "
    "rus:grafslag grafslag:tolkning . %s }"
)


def test_finding_of_the_texts_alone_is_not_interpreted() -> None:
    assert the_one(PLANS, PAIR).interpreted is False
    assert the_one(PLANS + TOLKNING % "e:mal-a rus:tema e:tema .", PAIR).interpreted is False


def test_finding_that_an_interpretation_alone_gives_is_interpreted() -> None:
    text = PLANS.replace("rus:ingarI e:plan-b ; rus:anvander e:sip", "rus:ingarI e:plan-b")
    assert found(text, PAIR) == []
    finding = the_one(text + TOLKNING % "e:mal-b rus:anvander e:sip .", PAIR)
    assert finding.interpreted is True
    assert any("tolkning" in str(q.graph_name) for q in finding.evidence)
    assert find(store_of(text + TOLKNING % "e:mal-b rus:anvander e:sip .", asserted=True), only=[PAIR]) == []


def test_what_is_shared_is_taken_from_the_texts_when_they_have_it() -> None:
    finding = the_one(PLANS + TOLKNING % "e:mal-a rus:anvander e:a-metod . e:mal-b rus:anvander e:a-metod .", PAIR)
    assert finding.shared is not None
    assert finding.shared.iri == e("sip").value
    assert finding.interpreted is False


def test_gap_that_an_interpretation_closes_is_found_when_it_is_left_out() -> None:
    text = PLANS + TOLKNING % "e:mal-a rus:samordnasMed e:mal-b ."
    assert found(text, PAIR) == []
    assert len(find(store_of(text, asserted=True), only=[PAIR])) == 1


# Evidence and sources


def test_evidence_of_a_pair_is_what_both_use_and_their_way_up_to_the_plans() -> None:
    stated = {(q.subject, q.predicate, q.object) for q in the_one(PLANS, PAIR).evidence}
    assert stated >= {
        (e("mal-a"), rus("anvander"), e("sip")),
        (e("mal-b"), rus("anvander"), e("sip")),
        (e("mal-a"), rus("ingarI"), e("insats")),
        (e("insats"), rus("ingarI"), e("plan-a")),
        (e("mal-b"), rus("ingarI"), e("plan-b")),
    }


def test_evidence_of_a_wider_group_is_the_way_to_it() -> None:
    text = PLANS.replace("rus:anvander e:sip", "rus:riktarSigTill e:barn", 1)
    text = text.replace("rus:anvander e:sip", "rus:riktarSigTill e:unga") + "e:barn skos:broader e:unga ."
    stated = {(q.subject, q.predicate, q.object) for q in the_one(text, PAIR).evidence}
    assert stated >= {
        (e("mal-a"), rus("riktarSigTill"), e("barn")),
        (e("barn"), expand("skos:broader"), e("unga")),
        (e("mal-b"), rus("riktarSigTill"), e("unga")),
    }


def test_source_that_supports_a_property_stands_for_that_property_alone() -> None:
    finding = the_one(PLANS, PAIR)
    assert {(s.document, s.section) for s in finding.sources} == {("Planen", "Mål"), ("Planen", "Arbetssätt")}
    unsupported = the_one(PLANS.replace("rus:styrker rus:anvander", "rus:styrker rus:beaktar"), PAIR)
    assert {s.section for s in unsupported.sources} == {"Mål"}


def test_thing_that_no_statement_speaks_of_gives_its_own_sources() -> None:
    finding = the_one(SOURCE + "e:a a rus:Aktivitet ; rus:kalla e:ref .", RESPONSIBLE)
    assert [s.reference for s in finding.sources] == [e("ref").value]


def test_evidence_of_the_shipped_findings_stands_in_graphs_in_force_and_is_never_derived(
    shipped: Store, everything: dict[str, list[Finding]]
) -> None:
    stated = {q for q in shipped.quads() if q.graph_name in shipped.graphs() and q.graph_name != DERIVED}
    evidence = [q for f in everything["sv"] for q in f.evidence]
    assert evidence
    assert set(evidence) <= stated
    for finding in everything["sv"]:
        assert len(set(finding.evidence)) == len(finding.evidence)


def test_findings_that_are_not_interpreted_are_those_of_the_asserted_store(
    shipped: Store, everything: dict[str, list[Finding]]
) -> None:
    asserted = find(shipped.asserted())
    assert {f.id for f in everything["sv"] if not f.interpreted} <= ids(asserted)
    assert not {f.id for f in everything["sv"] if f.interpreted} & ids(asserted)
    assert not any(f.interpreted for f in asserted)


# What every finding of the shipped data keeps


def test_every_finding_is_said_in_both_languages_without_iris_or_braces(everything: dict[str, list[Finding]]) -> None:
    said = {lang: {f.id: f for f in everything[lang]} for lang in everything}
    for key, swedish in said["sv"].items():
        english = said["en"][key]
        assert swedish.explanation != english.explanation
        assert swedish.closes != english.closes
        for text in (swedish.explanation, swedish.closes, english.explanation, english.closes):
            assert text.endswith(".")
            assert not re.search(r"[{}\0]|https?://|”–”|“–”", text), text


def test_every_finding_has_a_source(everything: dict[str, list[Finding]]) -> None:
    assert [f.id for f in everything["sv"] if not f.sources or not all(s.document for s in f.sources)] == []


def test_finding_is_unknown_if_and_only_if_it_has_reasons(everything: dict[str, list[Finding]]) -> None:
    for lang, findings in everything.items():
        for f in findings:
            assert f.status in STATES
            assert (f.waiver is not None) == (f.status == "waived")
            if f.status != "waived":
                assert (f.status == "unknown") == bool(f.unknown_because)
            assert (f.status == "unknown") == bool(f.unknown_because and report.because(f, lang))


def test_every_name_in_a_finding_is_a_name_and_not_the_end_of_an_iri(
    shipped: Store, everything: dict[str, list[Finding]]
) -> None:
    named = {t.iri for f in everything["sv"] for t in (f.focus, f.counterpart, f.shared, *f.plans) if t}
    labels = {
        q.subject.value
        for p in ("skos:prefLabel", "rdfs:label", "dcterms:title")
        for q in shipped.default(None, expand(p))
    }
    assert named <= labels


def test_findings_come_confirmed_first_and_weighty_first(everything: dict[str, list[Finding]]) -> None:
    order = [(STATES.index(f.status), -f.rank.value, f.rule) for f in everything["sv"]]
    assert order == sorted(order)


def test_every_finding_bears_the_severity_of_its_rule(everything: dict[str, list[Finding]]) -> None:
    severity = {rule.name: rule.head["severity"] for rule in rules()}
    assert all(f.severity == severity[f.rule] for f in everything["sv"])


# Choosing


def test_unknown_rule_proposes_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        choose(["effektmal-utan-plann"])
    assert "effektmal-utan-plan" in caught.value.cure


def test_narrowing_by_rule_plan_and_state_is_exact(everything: dict[str, list[Finding]]) -> None:
    findings = everything["sv"]
    plan = findings[0].plans[0].iri
    for rule, about, status in itertools.product(("", PAIR), ("", plan), ("", *STATES)):
        left = narrow(findings, rule=rule, plan=about, status=status)
        gone = ids(findings) - ids(left)
        assert all(rule in ("", f.rule) and status in ("", f.status) for f in left)
        assert all(not about or about in {p.iri for p in f.plans} for f in left)
        assert all(
            (rule and f.rule != rule) or (status and f.status != status) or about not in {p.iri for p in f.plans}
            for f in findings
            if f.id in gone
        )


def test_narrowing_by_an_unknown_rule_or_state_is_refused(everything: dict[str, list[Finding]]) -> None:
    with pytest.raises(UnknownName):
        narrow(everything["sv"], rule="finns-inte")
    with pytest.raises(BadParameter):
        narrow(everything["sv"], status="sure")


def test_count_adds_up(everything: dict[str, list[Finding]]) -> None:
    table = count(everything["sv"])
    assert sum(n for row in table.values() for n in row.values()) == len(everything["sv"])
    assert all(set(row) == set(STATES) for row in table.values())


# The formats


def test_json_has_exactly_the_fields_of_the_contract_and_interpreted(
    shipped: Store, everything: dict[str, list[Finding]]
) -> None:
    read = json.loads(report.to_json(everything["sv"], shipped, "sv"))
    assert set(read) == {"release", "lang", "findings", "overlap", "lapsed_waivers"}
    assert read["release"] == shipped.release()
    for f in read["findings"]:
        assert set(f) == FIELDS
        assert set(f["focus"]) == {"iri", "label"}
        assert all(set(t) == {"iri", "label"} for t in (f["counterpart"], f["shared"], *f["plans"]) if t is not None)
        assert all(set(q) == {"s", "p", "o", "graph"} for q in f["evidence"])
        assert all(set(s) >= {"document", "section"} for s in f["sources"])
        assert (f["unknown_because"] is None) == (f["status"] != "unknown")
        assert isinstance(f["interpreted"], bool)


def test_json_of_a_waiver_says_who_why_and_until_when() -> None:
    store = store_of(ACTIVITY + waiver(the_one(ACTIVITY, RESPONSIBLE).id, "2030-01-01"))
    read = json.loads(report.to_json(find(store, only=[RESPONSIBLE], today=TODAY), store, "sv"))
    assert read["findings"][0]["waiver"] == {
        "iri": EXAMPLE + "undantag", "reason": "Prövat.", "by": "Strateg", "until": "2030-01-01"
    }  # fmt: skip


def csv_rows(findings: Sequence[Finding], store: Store, lang: str) -> list[dict[str, str]]:
    text = findings_csv(findings, store, lang).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_format_holds_the_same_findings(lang: str, shipped: Store, everything: dict[str, list[Finding]]) -> None:
    findings = everything[lang]
    rows = csv_rows(findings, shipped, lang)
    turtle = parse_quads(findings_turtle(findings, shipped, lang), FORMATS[".ttl"], "fynd.ttl", GRAPH)
    text = report.to_text(findings, shipped, lang)
    page = pages.report_page(findings, shipped, lang)
    assert [row["id"] for row in rows] == [f.id for f in findings]
    nodes = {q.subject for q in turtle if q.object == rus("Fynd")}
    named = {q.object.value for q in turtle if q.predicate == expand("dcterms:identifier") and q.subject in nodes}  # type: ignore[union-attr]
    assert named == ids(findings)
    assert set(re.findall(r"· ([a-z-]+/[0-9a-f]{10})$", text, re.MULTILINE)) == ids(findings)
    assert set(re.findall(r'<a href="/gaps/([a-z-]+/[0-9a-f]{10})\?', page)) == ids(findings)


def test_csv_row_says_the_same_as_the_json(shipped: Store, everything: dict[str, list[Finding]]) -> None:
    rows = csv_rows(everything["en"], shipped, "en")
    for row, finding in zip(rows, everything["en"], strict=True):
        told = report.as_json(finding, "en")
        for key in ("rule", "status", "severity", "explanation", "closes"):
            assert row[key] == told[key]
        assert row["focus"] == told["focus"]["iri"]
        assert row["plans"].split("; ") == [p["iri"] for p in told["plans"]] or not told["plans"]
        assert row["unknown_because"] == (told["unknown_because"] or "")
        assert row["interpreted"] == str(told["interpreted"]).lower()


def test_turtle_uses_only_terms_that_are_declared(shipped: Store, everything: dict[str, list[Finding]]) -> None:
    turtle = parse_quads(findings_turtle(everything["sv"], shipped, "sv"), FORMATS[".ttl"], "fynd.ttl", GRAPH)
    declared = {q.subject for q in shipped.default(None, RDF_TYPE)}
    used = {q.predicate for q in turtle} | {q.object for q in turtle if q.predicate == RDF_TYPE}
    ours = {t for t in used if isinstance(t, NamedNode) and t.value.startswith(PREFIXES["rus"])}
    assert ours
    assert ours <= declared


def test_turtle_tells_focus_counterpart_shared_and_plans() -> None:
    store = store_of(PLANS)
    turtle = findings_turtle(find(store, only=[PAIR], today=TODAY), store, "sv")
    said = {(q.predicate, q.object) for q in parse_quads(turtle, FORMATS[".ttl"], "fynd.ttl", GRAPH)}
    assert said >= {
        (rus("fokus"), e("mal-a")), (rus("motpart"), e("mal-b")), (rus("gemensamt"), e("sip")),
        (rus("rorPlan"), e("plan-a")), (rus("rorPlan"), e("plan-b")), (rus("fyndlage"), Literal("confirmed")),
    }  # fmt: skip


def test_names_full_of_markup_are_kept_as_they_are_and_harm_no_format() -> None:
    name = '<b>"A";\n{fokus}\\ & \u2028=1+1'
    written = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    store = store_of(f'e:aktivitet a rus:Aktivitet ; skos:prefLabel "{written}"@sv .')
    findings = find(store, only=[RESPONSIBLE])
    assert name in findings[0].explanation
    assert json.loads(report.to_json(findings, store, "sv"))["findings"][0]["focus"]["label"] == name
    [row] = csv_rows(findings, store, "sv")
    assert row["focus_label"] == name
    turtle = parse_quads(findings_turtle(findings, store, "sv"), FORMATS[".ttl"], "fynd.ttl", GRAPH)
    assert any(name in q.object.value for q in turtle if isinstance(q.object, Literal))
    assert "<b>" not in pages.report_page(findings, store, "sv")


# The same rule as the shape (contract §4)

LINKS = {
    "ansvarig": "rus:ansvarig e:namnd",
    "delmal": "rus:avserDelmal e:delmal",
    "omrade": "rus:avserOmrade e:omrade",
    "ofull-ansvarig": "rus:ofullstandigFor rus:ansvarig",
    "ofull-delmal": "rus:ofullstandigFor rus:avserDelmal",
    "ofull-annat": "rus:ofullstandigFor rus:riktarSigTill",
}
GROUND = """e:namnd a rus:Namnd ; skos:prefLabel "Nämnden"@sv .
e:plan a rus:Handlingsplan ; skos:prefLabel "Planen"@sv .
e:delmal a rus:Delmal ; skos:prefLabel "Målet"@sv ; rus:ingarI e:plan .
e:omrade a rus:Insatsomrade ; skos:prefLabel "Området"@sv ; rus:ingarI e:plan ."""
IN_PLAY = {rus(name) for name in ("Namnd", "Aktor", "Delmal", "Mal", "Insatsomrade", "Handlingsplan", "Styrdokument")}
SAME = {"aktivitet-utan-delmal": "Aktivitet-delmal", "aktivitet-utan-ansvarig": "Aktivitet-ansvarig"}


def activities(links: Sequence[frozenset[str]]) -> str:
    """Activities, one a set of links."""
    lines = [
        " ; ".join(
            [f'e:aktivitet-{i} a rus:Aktivitet ; skos:prefLabel "{i}"@sv', *(LINKS[name] for name in sorted(chosen))]
        )
        for i, chosen in enumerate(links)
    ]
    return GROUND + " .\n".join([*lines, ""])


@cache
def shapes_of_activities() -> Graph:
    """The node shapes that target activities and all they refer to; the others have nothing to say here."""
    shapes, part = shapes_graph(), Graph()
    todo = [s for p in (SH.targetClass, SH.targetSubjectsOf) for s in shapes.subjects(p) if "Aktivitet" in s]
    todo = [s for s in todo if not s.endswith("Aktivitetsplan")]
    done = set()
    while todo:
        node = todo.pop()
        done.add(node)
        for triple in shapes.triples((node, None, None)):
            part.add(triple)
            todo += [triple[2]] if triple[2] not in done else []
    return part


def focus_of_shapes(store: Store, stem: str) -> set[str]:
    """The activities that shapes of this stem report, as violation or warning."""
    own = [q for q in store.default() if q.subject in IN_PLAY or str(q.subject).startswith(f"<{EXAMPLE}")]
    results = run_shapes(to_rdflib((q.subject, q.predicate, q.object) for q in own), shapes_of_activities())
    shapes = {(r.shape.rsplit("/", 1)[-1], r.focus) for r in results if r.severity != "info"}
    return {focus for shape, focus in shapes if shape.startswith(stem)}


def assert_rule_is_the_shape(links: Sequence[frozenset[str]]) -> None:
    store = store_of(activities(links))
    for rule, stem in SAME.items():
        assert {f.focus.iri for f in find(store, only=[rule])} == focus_of_shapes(store, stem)


def test_rule_and_shape_find_the_same_activities_for_every_set_of_links() -> None:
    every = [frozenset(c) for n in range(len(LINKS) + 1) for c in itertools.combinations(LINKS, n)]
    assert len(every) == 64
    assert_rule_is_the_shape(every)


@settings(max_examples=10)
@given(st.lists(st.frozensets(st.sampled_from(sorted(LINKS))), max_size=4))
def test_rule_and_shape_find_the_same_activities_in_any_small_plan(links: list[frozenset[str]]) -> None:
    assert_rule_is_the_shape(links)
