"""Do values of the sheet name the right things, is nothing taken silently, and does each statement know its cell?"""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planted import e, store_of
from rusgraf import tabular
from rusgraf.store import Store
from rusgraf.tabular import template
from rusgraf.tabular.match import TARGETS, Names, key
from rusgraf.tabular.model import COLUMNS, REQUIRED
from rusgraf.tabular.write import COLUMN_OF, Written, write
from rusgraf.terms import PREF_LABEL, NamedNode, Quad, expand, rus

REGION = """
e:plan a rus:Handlingsplan ; skos:prefLabel "Plan A"@sv .
e:plan-b a rus:Handlingsplan ; skos:prefLabel "Plan B"@sv .
e:d1 a rus:Delmal ; skos:prefLabel "Fler promenader"@sv ; rus:ingarI e:plan .
e:d2 a rus:Delmal ; skos:prefLabel "Trygga äldre"@sv ; rus:ingarI e:plan .
e:d3 a rus:Delmal ; skos:prefLabel "Trygga äldre"@sv ; rus:ingarI e:plan-b .
e:omrade a rus:Insatsomrade ; skos:prefLabel "Rörelse"@sv ; rus:ingarI e:plan .
e:kommun a rus:Kommun ; skos:prefLabel "Påhittade kommun"@sv ; skos:altLabel "Påhittad"@sv ; rus:kommunkod "0199" .
e:team a rus:Natverk ; skos:prefLabel "Sydbygdens folkhälsoteam"@sv , "South public health team"@en .
"""
HEAD = "Id;Aktivitet;Beskrivning;Delmål;Ansvarig;Målgrupp;Start;Slut;Status;Länsdel"


@pytest.fixture(scope="module")
def region() -> Store:
    return store_of(REGION)


@pytest.fixture(scope="module")
def names(region: Store) -> Names:
    return Names(region)


def sheet(*rows: str, head: str = HEAD) -> tabular.Sheet:
    return tabular.read("\r\n".join([head, *rows, ""]).encode(), "blad.csv")


def written(region: Store, *rows: str) -> Written:
    return write(sheet(*rows), Names(region), "blad")


@pytest.mark.parametrize(
    ("column", "text", "thing"),
    [
        ("Ansvarig", "Påhittade kommun", "kommun"),
        ("Ansvarig", "påhittade  KOMMUN", "kommun"),
        ("Ansvarig", "Påhittad", "kommun"),
        ("Ansvarig", "0199", "kommun"),
        ("Ansvarig", "https://example.org/kommun", "kommun"),
        ("Ansvarig", "<https://example.org/kommun>", "kommun"),
        ("Medverkande", "South public health team", "team"),
        ("Länsdel", "Påhittade kommun", "kommun"),
        ("Delmål", "Fler promenader", "d1"),
        ("Delmål", "”Fler promenader”", "d1"),
        ("Delmål", "Trygga äldre (Plan B)", "d3"),
        ("Delmål", "Rörelse", "omrade"),
    ],
)
def test_value_is_matched_by_iri_code_or_any_label(names: Names, column: str, text: str, thing: str) -> None:
    assert names.match(column, text).things == (e(thing),)


def test_name_as_it_is_written_goes_before_one_in_other_case() -> None:
    both = Names(store_of("e:a a rus:Namnd ; skos:prefLabel 'Rådet'@sv . e:b a rus:Namnd ; skos:altLabel 'RÅDET'@sv ."))
    assert [both.match("Ansvarig", text).things for text in ("Rådet", "RÅDET", "rådet")] == [
        (e("a"),), (e("b"),), (e("a"), e("b"))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text", "thing"),
    [
        ("Ansvarig", "Sydbygdens folkhälsotem", "team"),
        ("Ansvarig", "Sydbygdens folkhälsoteamet", "team"),
        ("Delmål", "Flera promenader", "d1"),
        ("Delmål", "fler promenad", "d1"),
    ],
)
def test_near_value_is_proposed_with_a_score_and_not_taken(names: Names, column: str, text: str, thing: str) -> None:
    match = names.match(column, text)
    assert match.things == ()
    assert match.proposals[0].thing == e(thing)
    assert 70 <= match.proposals[0].score <= 100


@pytest.mark.parametrize(
    ("column", "text"),
    [("Ansvarig", "Fler promenader"), ("Delmål", "Påhittade kommun"), ("Ansvarig", "199"), ("Ansvarig", ""),
     ("Ansvarig", "https://example.org/d1"), ("Målgrupp", "Rörelse"), ("Ansvarig", "http://[")],
)  # fmt: skip
def test_thing_of_another_kind_is_no_match(names: Names, column: str, text: str) -> None:
    assert names.match(column, text).things == ()


def test_label_of_several_things_lists_them_by_names_that_tell_them_apart(region: Store, names: Names) -> None:
    assert set(names.match("Delmål", "Trygga äldre").things) == {e("d2"), e("d3")}
    (fault,) = written(region, "1;Träff;;Trygga äldre;Påhittad;;;;;").faults
    assert fault.code == "ambiguous-name"
    assert set(fault.readings) == {"Trygga äldre (Plan A)", "Trygga äldre (Plan B)"}
    for reading in fault.readings:
        assert len(names.match("Delmål", reading).things) == 1


@settings(max_examples=200)
@given(st.text(max_size=40), st.sampled_from(sorted(TARGETS)))
def test_any_text_gives_a_match_whose_things_bear_that_name(text: str, column: str) -> None:
    names = _shared()
    for thing in names.match(column, text).things:
        assert thing in names.things(column)


def _shared() -> Names:
    if not hasattr(_shared, "made"):
        _shared.made = Names(store_of(REGION))  # type: ignore[attr-defined]
    made: Names = _shared.made  # type: ignore[attr-defined]
    return made


def test_every_name_that_the_graph_offers_is_matched_to_its_thing(shipped: Store) -> None:
    names = Names(shipped)
    for column in TARGETS:
        assert names.things(column)
        for thing in names.things(column):
            for whole in (True, False):
                assert names.match(column, names.label(column, thing, whole=whole)).things == (thing,), thing


def test_row_is_an_activity_with_all_that_its_cells_say(region: Store) -> None:
    made = written(region, "a7;Träff;Prat.;Fler promenader;Påhittad;äldre;2027-03-01;juni 2027;pågår;Påhittad")
    assert made.faults == []
    activity = NamedNode("https://w3id.org/rusgraf/id/aktivitet/blad-a7")
    said = {(q.predicate, q.object) for q in made.quads if q.subject == activity}
    assert {str(o) for p, o in said if p == rus("startdatum")} == {
        '"2027-03-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    }
    assert {str(o) for p, o in said if p == rus("slutdatum")} == {
        '"2027-06-30"^^<http://www.w3.org/2001/XMLSchema#date>'
    }
    assert (rus("avserDelmal"), e("d1")) in said
    assert (rus("ansvarig"), e("kommun")) in said
    assert (expand("dcterms:spatial"), e("kommun")) in said
    assert (rus("status"), NamedNode("https://w3id.org/rusgraf/def/status/pagar")) in said
    assert (rus("riktarSigTill"), NamedNode("https://w3id.org/rusgraf/def/malgrupp/aldre")) in said
    assert {q.graph_name for q in made.quads} == {NamedNode("https://w3id.org/rusgraf/res/graf/blad")}


def test_area_is_another_property_than_sub_goal_and_has_the_same_cell(region: Store) -> None:
    made = written(region, "1;Träff;;Rörelse;Påhittad;;;;;")
    said = {q.predicate: q.object for q in made.quads}
    assert said[rus("avserOmrade")] == e("omrade")
    assert rus("avserDelmal") not in said
    places = [made.place(next(iter(made.rows)), rus(p).value) for p in ("avserOmrade", "avserDelmal")]
    assert [p.address for p in places if p] == ["D2", "D2"]


def test_each_statement_of_a_row_knows_its_cell(region: Store) -> None:
    made = written(region, "1;Ett;;Fler promenader;Påhittad;;;;;", "", "2;Två;;Fler promenader;Påhittad;äldre;;;;")
    for subject, row in made.rows.items():
        for quad in (q for q in made.quads if q.subject == NamedNode(subject)):
            place = made.place(subject, quad.predicate.value)
            assert place
            assert place.row == row.number
            assert place.header == COLUMN_OF.get(quad.predicate, "Aktivitet")
    assert [row.number for row in made.rows.values()] == [2, 4]


def test_missing_value_points_at_the_empty_cell(region: Store) -> None:
    made = written(region, "1;Ett;;Fler promenader;;;;;;")
    place = made.place(next(iter(made.rows)), rus("ansvarig").value)
    assert place
    assert place.address == "E2"


def test_same_id_names_both_rows_and_hides_no_other_fault(region: Store) -> None:
    made = written(region, "1;Ett;;Fler promenader;Påhittad;;;;;", "1;Två;;Fler promenad;Påhittad;;;;;")
    assert [(f.code, f.place.address) for f in made.faults] == [("doubled-id", "A3"), ("near-name", "D3")]
    assert "A2" in made.faults[0].message_sv
    assert len(made.rows) == 2


def test_same_name_is_a_warning_at_the_second(region: Store) -> None:
    made = written(region, "1;Ett;;Fler promenader;Påhittad;;;;;", "2;ett;;Fler promenader;Påhittad;;;;;")
    assert [(f.severity, f.code, f.place.address) for f in made.faults] == [("warning", "doubled-name", "B3")]


def test_activity_without_id_is_known_by_its_name_in_another_order_of_rows(region: Store) -> None:
    rows = (";Ett;;Fler promenader;Påhittad;;;;;", ";Två;;Fler promenader;Påhittad;;;;;")
    one, other = (set(written(region, *order).rows) for order in (rows, rows[::-1]))
    assert one == other == {f"https://w3id.org/rusgraf/id/aktivitet/blad-{n}" for n in ("ett", "tva")}


def test_id_cell_may_hold_the_iri_of_an_activity(region: Store) -> None:
    made = written(region, "https://w3id.org/rusgraf/id/aktivitet/annan-1;Ett;;Fler promenader;Påhittad;;;;;")
    assert set(made.rows) == {"https://w3id.org/rusgraf/id/aktivitet/annan-1"}


def test_activity_has_a_source_with_file_sheet_and_row(region: Store) -> None:
    made = written(region, "1;Ett;;Fler promenader;Påhittad;;;;;")
    sections = [q.object for q in made.quads if q.predicate == rus("avsnitt")]
    assert [getattr(s, "value", "") for s in sections] == ["rad 2"]
    titles = [q.object for q in made.quads if q.predicate == expand("dcterms:title")]
    assert [getattr(t, "value", "") for t in titles] == ["blad.csv"]


@settings(max_examples=60)
@given(st.lists(st.lists(st.text(max_size=12), min_size=10, max_size=10), max_size=4))
def test_any_rows_give_quads_of_valid_terms_or_faults(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([HEAD.split(";"), *rows])
    try:
        read = tabular.read(("\ufeff" + out.getvalue()).encode("utf-8", "replace"), "blad.csv")
    except tabular_errors():
        return
    made = write(read, _shared(), "blad")
    assert all(isinstance(q, Quad) for q in made.quads)
    assert len(made.rows) == len(read.rows)
    Store.load([], extra=made.quads)


def tabular_errors() -> type[Exception]:
    from rusgraf.errors import RusgrafError

    return RusgrafError


@pytest.fixture(scope="module")
def workbook(shipped: Store) -> bytes:
    return template.to_xlsx(shipped)


def test_template_is_read_back_as_the_present_one_without_activities(shipped: Store, workbook: bytes) -> None:
    read = tabular.read(workbook, "mall.xlsx")
    assert list(read.tables[0].columns) == list(COLUMNS)
    assert read.rows == ()
    assert read.template_version == template.stamp(shipped)
    assert {f.severity for f in read.faults} <= {"info", "warning"}
    assert "example-row" in {f.code for f in read.faults}


@pytest.mark.parametrize(
    ("version", "told"),
    [("", ""), ("0 aaaaaaaaaaaa", "old-template"), ("1 aaaaaaaaaaaa", "old-lists"), ("nonsens", "old-template")],
)
def test_old_template_is_recognised(shipped: Store, version: str, told: str) -> None:
    assert template.age(version, shipped) == told
    assert template.age(template.stamp(shipped), shipped) == ""


def test_every_choice_of_the_template_names_one_thing(shipped: Store, workbook: bytes) -> None:
    lists = openpyxl.load_workbook(io.BytesIO(workbook))["Listor"]
    names = Names(shipped)
    tried = 0
    for cells in lists.iter_cols(values_only=True):
        column, *found = [str(c) for c in cells if c is not None]
        assert column in TARGETS
        for text in found:
            assert len(names.match(column, text).things) == 1, text
            tried += 1
    assert tried > 300


def test_template_has_drop_downs_notes_dates_and_an_explanation(workbook: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book["Aktiviteter"]
    lists = {str(v.sqref).split(":")[0][:-1]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert set(lists) == {chr(65 + COLUMNS.index(column)) for column in TARGETS}
    for number, column in enumerate(COLUMNS, 1):
        head = sheet.cell(1, number)
        assert str(head.value).removesuffix(" *") == column
        assert str(head.value).endswith("*") == (column in REQUIRED)
        assert head.comment
        sv, en = head.comment.text.split("\n\n")
        assert sv.startswith(("Ska fyllas i", "Får lämnas tom"))
        assert en.startswith(("Must be", "May be"))
    assert sheet["J3"].number_format == "yyyy-mm-dd"
    assert sheet["A2"].value == "EXEMPEL"
    text = " ".join(str(c.value) for row in book["Läs mig – Read me"].iter_rows() for c in row)
    assert "Så fyller du i" in text
    assert "How to fill in" in text


def test_template_is_narrowed_by_plan_and_lansdel(shipped: Store) -> None:
    plan = NamedNode("https://w3id.org/rusgraf/id/handlingsplan/orebro-social-valfard")
    lansdel = NamedNode("https://w3id.org/rusgraf/id/lansdel/orebro-soder")
    whole, narrow = (template.choices(shipped, n) for n in (template.Narrow(), template.Narrow(plan, lansdel)))
    assert set(narrow["Delmål"]) < set(whole["Delmål"])
    assert all(name.endswith("(Handlingsplan för social välfärd 2019–2022)") for name in narrow["Delmål"])
    assert "Kumla kommun" in narrow["Ansvarig"]
    assert "Karlskoga kommun" in whole["Ansvarig"]
    assert "Karlskoga kommun" not in narrow["Ansvarig"]
    assert set(narrow["Länsdel"]) >= {"länsdel Söder", "Kumla kommun"}
    assert narrow["Målgrupp"] == whole["Målgrupp"]


def test_csv_template_is_read_back(shipped: Store) -> None:
    read = tabular.read(template.to_csv(shipped), "mall.csv")
    assert list(read.tables[0].columns) == list(COLUMNS)
    assert read.rows == ()


@given(st.text(max_size=30))
def test_key_of_a_key_is_itself(text: str) -> None:
    assert key(key(text)) == key(text)


def test_labels_are_written_as_swedish(region: Store) -> None:
    made = written(region, "1;Ett;;Fler promenader;Påhittad;;;;;")
    assert {getattr(q.object, "language", "") for q in made.quads if q.predicate == PREF_LABEL} == {"sv"}
