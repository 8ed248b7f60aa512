"""Does each format tell a finding whole: workbook, CSV, Turtle with its making, Markdown that no name can break?"""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import openpyxl
import pyshacl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from rdflib import PROV, RDF, SH, Graph, URIRef

from planted import EXAMPLE, GRAPH, e, quads, store_of
from rusgraf import assets, report
from rusgraf.exports import FORMATS
from rusgraf.findings import STATES, Finding, count, find
from rusgraf.rdf import FORMATS as RDF_FORMATS
from rusgraf.rdf import parse_quads, write_triples
from rusgraf.report_markdown import escape
from rusgraf.report_tables import COLUMNS
from rusgraf.store import Store
from rusgraf.tables import XLSX_TYPE
from rusgraf.terms import RDF_TYPE, Literal, NamedNode, Quad, expand, rus
from rusgraf.validate import to_rdflib
from rusgraf.wording import say

TODAY = date(2026, 11, 22)
# Invented: two plans with a pair of sub-goals, one of them an interpretation's; activities in each of the three states.
DATA = """
e:rus a rus:Utvecklingsstrategi ; skos:prefLabel "Strategin"@sv .
e:mal a rus:Effektmal ; skos:prefLabel "Hälsa"@sv ; rus:ingarI e:rus .
e:plan-a a rus:Handlingsplan ; skos:prefLabel "Plan A"@sv ; rus:utgarFran e:rus ; rus:bidrarTill e:mal .
e:plan-b a rus:Handlingsplan ; skos:prefLabel "Plan B"@sv ; rus:utgarFran e:rus ; rus:bidrarTill e:mal .
e:mal-a a rus:Delmal ; skos:prefLabel "Mål A"@sv ; rus:ingarI e:plan-a ; rus:anvander e:sip ; rus:kalla e:ref .
e:mal-b a rus:Delmal ; skos:prefLabel "Mål B"@sv ; rus:ingarI e:plan-b ; rus:anvander e:sip .
e:sip a skos:Concept ; skos:prefLabel "SIP"@sv .
e:ref a rus:Kallhanvisning ; rus:dokument e:dok ; rus:avsnitt "Sidan 3" .
e:dok a rus:Kalldokument ; skos:prefLabel "Dokumentet"@sv .
e:traff a rus:Aktivitet ; skos:prefLabel "=HYPERLINK(1)"@sv ; rus:avserDelmal e:mal-a .
e:moln a rus:Aktivitet ; skos:prefLabel "Molnet"@sv ; rus:avserDelmal e:mal-a ; rus:ofullstandigFor rus:ansvarig .
e:regn a rus:Aktivitet ; skos:prefLabel "Regnet"@sv ; rus:avserDelmal e:mal-a .
<https://w3id.org/rusgraf/res/graf/tolkning/x> {
  <https://w3id.org/rusgraf/res/graf/tolkning/x> a rus:Graf ; rus:grafslag grafslag:tolkning .
  e:tolkad a rus:Aktivitet ; skos:prefLabel "Tolkad"@sv ; rus:avserDelmal e:mal-a .
}
"""
RESPONSIBLE = "aktivitet-utan-ansvarig"


def waived(trig: str) -> str:
    """The data, with a waiver of the finding about the rain."""
    [key] = [f.id for f in find(store_of(trig), only=[RESPONSIBLE]) if f.focus.iri == f"{EXAMPLE}regn"]
    return trig + (
        f'e:undantag a rus:Undantag ; rus:avserFynd "{key}" ; rus:motivering "Prövat."@sv ; rus:roll "Strateg" ; '
        'dcterms:created "2026-01-01"^^xsd:date ; rus:gallerTill "2030-01-01"^^xsd:date .'
    )


@pytest.fixture(scope="module")
def store() -> Store:
    return store_of(waived(DATA))


@pytest.fixture(scope="module")
def findings(store: Store) -> list[Finding]:
    found = find(store, today=TODAY)
    assert {f.status for f in found} == set(STATES)
    assert {f.interpreted for f in found} == {True, False}
    return found


def test_each_format_is_bytes_of_a_media_type_of_its_own(findings: list[Finding], store: Store) -> None:
    assert len({made.media_type for made in FORMATS.values()}) == len(FORMATS)
    for made in FORMATS.values():
        assert isinstance(made.make(findings, store, "sv"), bytes)
        assert isinstance(made.make([], store_of(""), "en"), bytes)


# Spreadsheets


def rows(findings: list[Finding], store: Store, lang: str) -> list[dict[str, str]]:
    text = FORMATS["csv"].make(findings, store, lang).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def book(findings: list[Finding], store: Store, lang: str) -> dict[str, Worksheet]:
    made = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].make(findings, store, lang)))
    return {sheet.title: sheet for sheet in made.worksheets}


def test_csv_has_the_fixed_words_and_labels_beside_iris(findings: list[Finding], store: Store) -> None:
    found = rows(findings, store, "sv")
    assert list(found[0]) == list(COLUMNS)
    for row, finding in zip(found, findings, strict=True):
        assert (row["id"], row["status"], row["severity"]) == (finding.id, finding.status, finding.severity)
        assert row["focus"] == finding.focus.iri
        assert row["focus_label"].removeprefix("'") == finding.focus.label
        assert row["missing"] == report.missing(finding, store, "sv")
    pair = next(row for row in found if row["rule"] == "delmalspar-utan-koppling")
    assert (pair["counterpart_label"], pair["shared_label"]) == ("Mål B", "SIP")
    assert pair["plans"] == f"{EXAMPLE}plan-a; {EXAMPLE}plan-b"
    assert (pair["sources"], pair["references"]) == ("Dokumentet: Sidan 3", f"{EXAMPLE}ref")
    waiver = next(row for row in found if row["status"] == "waived")
    assert waiver["waiver"] == report.state(next(f for f in findings if f.waiver), "sv")


def test_label_that_looks_like_a_formula_is_text(findings: list[Finding], store: Store) -> None:
    [row] = [r for r in rows(findings, store, "sv") if r["focus"] == f"{EXAMPLE}traff" and r["rule"] == RESPONSIBLE]
    assert row["focus_label"] == "'=HYPERLINK(1)"
    sheet = book(findings, store, "sv")["Fynd"]
    cells = [c for line in sheet.iter_rows() for c in line if c.value == "=HYPERLINK(1)"]
    assert cells
    assert {(c.data_type, c.quotePrefix) for c in cells} == {("s", True)}


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_workbook_has_findings_rules_pairs_and_an_explanation(lang: str, findings: list[Finding], store: Store) -> None:
    sheets = book(findings, store, lang)
    assert list(sheets) == [say(f"sheet_{name}", lang) for name in ("findings", "rules", "pairs", "about")]
    first = list(sheets[say("sheet_findings", lang)].iter_rows(values_only=True))
    assert first[0][:4] == tuple(say(key, lang) for key in ("finding_id", "rule", "status", "severity"))
    assert [row[0] for row in first[1:]] == [f.id for f in findings]
    assert [row[2] for row in first[1:]] == [say(f.status, lang) for f in findings]
    rules = list(sheets[say("sheet_rules", lang)].iter_rows(values_only=True))[1:]
    numbers = {row[0]: dict(zip(STATES, row[3:6], strict=True)) for row in rules}
    assert numbers == count(findings)
    assert all(row[6] == sum(row[3:6]) for row in rules)  # type: ignore[arg-type]
    about = dict(sheets[say("sheet_about", lang)].iter_rows(values_only=True))
    assert about[say("release", lang)] == store.release()
    assert about[say("made_on", lang)] == str(date.today())
    assert all(about[say(state, lang)] == say(f"means_{state}", lang) for state in STATES)


def test_iri_in_the_workbook_is_a_link(findings: list[Finding], store: Store) -> None:
    sheet = book(findings, store, "sv")["Fynd"]
    links = {c.value: c.hyperlink.target for line in sheet.iter_rows() for c in line if c.hyperlink}
    assert links[f"{EXAMPLE}traff"] == f"{EXAMPLE}traff"
    assert set(links) >= {f.focus.iri for f in findings}


def test_workbook_of_no_findings_still_has_its_header_and_explanation() -> None:
    sheets = book([], store_of(""), "sv")
    assert list(sheets) == ["Fynd", "Om"]
    assert sheets["Fynd"].max_row == 1


# Turtle


def turtle(findings: list[Finding], store: Store, lang: str = "sv") -> list[Quad]:
    return parse_quads(FORMATS["ttl"].make(findings, store, lang), RDF_FORMATS[".ttl"], "fynd.ttl", GRAPH)


def as_graph(found: list[Quad]) -> Graph:
    """As rdflib reads it, which is not how it was written."""
    written = write_triples((q.triple for q in found), "ttl")
    return Graph().parse(data=written, format="turtle")


PROFILE = "https://w3id.org/rusgraf/spec/profil/"
COMMON = Graph().parse(assets.folder("shapes") / "gemensamt.ttl")
SHAPES = Graph().parse(assets.folder("shapes") / "fynd.ttl")
for shared in ("AllmannaEgenskaper", "Kallvarde"):  # what the shapes of findings take from the common ones
    SHAPES += COMMON.cbd(URIRef(PROFILE + shared))


def faults(found: list[Quad], store: Store) -> list[str]:
    data = to_rdflib((q.subject, q.predicate, q.object) for q in store.default()) + as_graph(found)
    _, made, _ = pyshacl.validate(data, shacl_graph=SHAPES, inference="none")
    return [str(made.value(r, SH.sourceShape)) for r in made.subjects(RDF.type, SH.ValidationResult)]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_turtle_of_invented_findings_conforms_to_the_shape(lang: str, findings: list[Finding], store: Store) -> None:
    assert faults(turtle(findings, store, lang), store) == []


def test_turtle_of_the_shipped_findings_conforms_to_the_shape(shipped: Store) -> None:
    assert faults(turtle(find(shipped, lang="en", today=TODAY), shipped, "en"), shipped) == []


def test_shape_would_notice(findings: list[Finding], store: Store) -> None:
    whole = turtle(findings, store)
    for predicate in (rus("fokus"), rus("okantForAtt"), rus("undantasAv"), expand("prov:used"), rus("pastasIGraf")):
        assert faults([q for q in whole if q.predicate != predicate], store)


def test_turtle_tells_how_a_finding_came_about(findings: list[Finding], store: Store) -> None:
    graph = as_graph(turtle(findings, store))
    made = {str(graph.value(f, PROV.wasGeneratedBy)) for f in graph.subjects(PROV.wasGeneratedBy)}
    assert len(made) == len({f.rule for f in findings})
    for finding in graph.subjects(RDF.type, URIRef(rus("Fynd").value)):
        run = graph.value(finding, PROV.wasGeneratedBy)
        plan = graph.value(graph.value(run, PROV.qualifiedAssociation), PROV.hadPlan)
        rule = graph.value(finding, URIRef(rus("regel").value))
        identifier = URIRef(expand("dcterms:identifier").value)
        assert str(graph.value(plan, identifier)) == str(rule)
        assert store.release() in {str(graph.value(used, identifier)) for used in graph.objects(run, PROV.used)}
        assert graph.value(finding, PROV.generatedAtTime) == graph.value(run, PROV.endedAtTime)


def test_turtle_tells_the_evidence_with_its_graph(findings: list[Finding], store: Store) -> None:
    found = turtle(findings, store)
    stated = {(q.subject, q.predicate): q.object for q in found}
    for finding in findings:
        [node] = [q.subject for q in found if q.object == Literal(finding.id) and q.subject != e("undantag")]
        statements = [q.object for q in found if q.subject == node and q.predicate == rus("bevis")]
        parts = [expand(f"rdf:{name}") for name in ("subject", "predicate", "object")] + [rus("pastasIGraf")]
        assert {tuple(stated[s, part] for part in parts) for s in statements} == {
            (q.subject, q.predicate, q.object, q.graph_name) for q in finding.evidence
        }


def test_turtle_tells_sources_waiver_and_interpretation(findings: list[Finding], store: Store) -> None:
    said = {(q.predicate, q.object) for q in turtle(findings, store)}
    assert said >= {
        (rus("kalla"), e("ref")), (rus("undantasAv"), e("undantag")), (rus("vilarPaTolkning"), Literal(True)),
        (rus("fyndniva"), Literal("delmal")), (RDF_TYPE, expand("prov:SoftwareAgent")),
    }  # fmt: skip


def test_turtle_uses_only_terms_of_ours_that_are_declared(findings: list[Finding], store: Store) -> None:
    declared = {q.subject for q in store.default(None, RDF_TYPE)}
    used = {t for q in turtle(findings, store) for t in (q.predicate, q.object) if isinstance(t, NamedNode)}
    assert {t for t in used if t.value.startswith(rus("").value)} <= declared


# Markdown


def markdown(findings: list[Finding], store: Store, lang: str = "sv") -> str:
    return FORMATS["md"].make(findings, store, lang).decode()


def test_markdown_tells_each_finding_with_state_evidence_sources_and_cure(
    findings: list[Finding], store: Store
) -> None:
    sections = re.split(r"(?m)^### ", markdown(findings, store))[1:]
    by_id = {re.findall(r"^`([a-z-]+/[0-9a-f]+)`", s, re.MULTILINE)[0]: s for s in sections}
    assert set(by_id) == {f.id for f in findings}
    for finding in findings:
        section = by_id[finding.id]
        assert section.startswith(escape(finding.explanation) + "\n")
        assert f"· **{say(finding.status, 'sv')}** ·" in section
        assert f"- **Sluts av**: {escape(finding.closes)}" in section
        assert section.count("\n  - ") == len(finding.evidence) + len(finding.sources)
        assert ("- **Vilar på tolkning**: ja" in section) == finding.interpreted
    assert f"  - [Dokumentet: Sidan 3](<{EXAMPLE}ref>)" in markdown(findings, store)


def test_markdown_counts_by_rule_and_ends_when_there_is_nothing(findings: list[Finding], store: Store) -> None:
    told = markdown(findings, store)
    for rule, row in count(findings).items():
        assert f"| `{rule}` | {' | '.join(map(str, row.values()))} |" in told
    assert store.release() in told
    assert markdown([], store_of(""), "en").endswith("\nNo findings.\n")


HOSTILE = [
    "# rubrik", "*fet*", "_kursiv_", "[länk](http://x)", "![bild](x)", "<script>alert(1)</script>", "`kod`", "```",
    "~~struket~~", "a | b", "rad\n\n# ny", "&amp;", "http://x.se", "www.x.se", "a\\*b", "$x$", "1. ett", "- punkt",
    "> citat", "^[1]",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_markup(name: str) -> None:
    written = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    store = store_of(f'e:traff a rus:Aktivitet ; skos:prefLabel "{written}"@sv .')
    told = markdown(find(store, only=[RESPONSIBLE]), store)
    plain = markdown(*_plain())
    structure = r"(?m)^(#+ |- |  - |\| |`)|(?<!\\)[*`\[\]<>~|]"
    assert [m[0] for m in re.finditer(structure, told)] == [m[0] for m in re.finditer(structure, plain)]
    assert not re.search(r"(?<!<)https?://|www\.x", told.replace("](<http", ""))


def _plain() -> tuple[list[Finding], Store]:
    store = store_of('e:traff a rus:Aktivitet ; skos:prefLabel "Namn"@sv .')
    return find(store, only=[RESPONSIBLE]), store


@given(st.text(max_size=60))
def test_escaped_text_read_as_commonmark_is_the_text(text: str) -> None:
    """A backslash before ASCII punctuation is that punctuation (CommonMark §2.4)."""
    unescaped = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escape(text))
    assert unescaped == " ".join(text.split())
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>#|~&$]", escape(text))


def test_thing_that_is_no_address_of_the_web_is_no_link() -> None:
    bad = quads('<javascript:alert(1)> a rus:Aktivitet ; skos:prefLabel "Fälla"@sv .')
    store = Store.load([], extra=bad)
    told = markdown(find(store, only=[RESPONSIBLE]), store)
    assert r"Fälla (javascript:alert(1))" in told
    assert "](<javascript" not in told


def test_media_type_of_the_workbook_is_that_of_excel() -> None:
    assert FORMATS["xlsx"].media_type == XLSX_TYPE
    assert not FORMATS["xlsx"].is_text
