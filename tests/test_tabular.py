"""Does the reader give every value with its true place, and every fault of a sheet in one run?

The rows are invented. Addresses are held against openpyxl and against calamine itself, encodings and quotes against the
standard library; hostile files are in test_tabular_hostile.py, forms of dates in test_dates.py.
"""

from __future__ import annotations

import csv as csv_module
import io
import re
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter

from rusgraf.errors import RusgrafError, TooLarge, UnreadableInput
from rusgraf.tabular import COLUMNS, MESSAGES, TEMPLATE_PROPERTY, Day, Place, SheetLimits, read
from rusgraf.tabular import text as text_module
from rusgraf.tabular.faults import Faults, fault
from rusgraf.tabular.text import clean
from sheets import (
    HAND_HEADER,
    HEADER,
    ROW,
    codes,
    csv,
    hand_row,
    new_sheet,
    packed,
    parts,
    put,
    raw,
    read_csv,
    read_rows,
    save,
    xlsx,
)

VALUES = (
    "P-1|Provkarta|Ritas; sedan delas|Provdelmål 1|Provkommun; Provregion||äldre||SIP|2026-03-01|2026-06-30|pågår|Norr"
)
FULL = dict(zip(COLUMNS, VALUES.split("|"), strict=True))


# Places and values


@pytest.mark.parametrize("at", [(1, 1), (4, 3), (1, 30), (900, 1)])
def test_table_is_found_wherever_it_stands_and_addresses_are_those_of_openpyxl(at: tuple[int, int]) -> None:
    content = xlsx([FULL.keys(), FULL.values()], at)
    (row,) = read(content, "plan.xlsx").rows
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Aktiviteter"]
    for column, values in row.cells.items():
        assert "; ".join(value.text for value in values) == re.sub(
            " *; *", "; ", sheet[row.place(column).address].value or ""
        )
        assert {value.place for value in values} <= {row.place(column)}
    assert row.place("Id").address == sheet.cell(at[0] + 1, at[1]).coordinate


def test_values_of_a_list_share_the_place_of_their_cell() -> None:
    (row,) = read_rows([HEADER, ("Provkarta", "Ett;Två ; ;Tre;", "Provkommun")]).rows
    assert [(v.text, v.place.address, v.header) for v in row.values("Delmål")] == [
        (text, "B2", "Delmål") for text in ("Ett", "Två", "Tre")
    ]


def test_an_empty_cell_and_an_absent_column_have_a_place() -> None:
    (row,) = read_rows([("Status", *HEADER), ("", "Provkarta", "", "Provkommun")]).rows
    assert row.values("Delmål") == row.values("Slut") == ()
    assert row.place("Delmål") == Place("Aktiviteter", 2, 3, "Delmål")
    assert row.place("Slut") == Place("Aktiviteter", 2, 2, "Slut")
    assert row.place("Delmål").letter == "C"


def test_prose_is_not_divided_at_its_semicolons() -> None:
    (row,) = read_rows([(*HEADER, "Beskrivning"), ("A; b", "Ett", "Kommun", "Först; sedan")]).rows
    assert (row.text("Aktivitet"), row.text("Beskrivning")) == ("A; b", "Först; sedan")


@given(st.integers(1, 20_000))
def test_letters_of_a_column_are_those_of_openpyxl(column: int) -> None:
    if column <= 18_278:
        assert Place("", 1, column).letter == get_column_letter(column)


def test_heading_is_found_whatever_its_case_marks_spaces_and_star() -> None:
    sheet = read_rows(
        [["Plan 2026"], ["", "AKTIVITET *", " delma\u030al", "Ansvarig\u00a0*", "Mal grupp", "arbetssatt:"], ["", *ROW]]
    )
    assert list(sheet.tables[0].columns) == ["Aktivitet", "Delmål", "Ansvarig", "Målgrupp", "Arbetssätt"]
    assert (sheet.tables[0].row, sheet.rows[0].place("Delmål").address, sheet.faults) == (2, "C3", ())


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("A\u030aldre", "Åldre"),
        ("\u00a0Äldre\u2009omsorg \u202f", "Äldre omsorg"),
        ("Vård\u00adcentral\u200b", "Vårdcentral"),
        ("två\n\trader", "två rader"),
        ("a\x07b\x9dc", "abc"),
        ("\ufeff\u2060", ""),
    ],
)
def test_text_is_cleaned(written: str, text: str) -> None:
    assert clean(written) == text


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_a_heap_of_marks_is_no_text_and_is_told() -> None:
    (row,) = (sheet := read_csv(csv([HEADER, ("P" + "\u0315\u0300" * 500, "Ett", "Kommun")]))).rows
    assert row.text("Aktivitet").endswith(text_module.LOST)
    assert codes(sheet) == ["garbled-text A2"]


# Workbooks


def test_numbers_keep_what_the_cell_shows() -> None:
    sheet = new_sheet()
    put(sheet, [(*HEADER, "Id"), ("Provkarta", 1880.0, 2.5, "0123"), ("Karta", True, 180, 7)])
    sheet["C3"].number_format = "0000"
    first, second = read(save(sheet), "plan.xlsx").rows
    assert [first.text(c) for c in ("Delmål", "Ansvarig", "Id")] == ["1880", "2.5", "0123"]
    assert [second.text(c) for c in ("Delmål", "Ansvarig", "Id")] == ["SANT", "0180", "7"]


@pytest.mark.parametrize("epoch", [openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH])
def test_dates_and_serials_are_read_in_the_date_system_of_the_workbook(epoch: datetime) -> None:
    sheet = new_sheet()
    assert sheet.parent is not None
    sheet.parent.epoch = epoch
    serial = (date(2026, 6, 30) - epoch.date()).days
    put(sheet, [(*HEADER, "Start", "Slut"), (*ROW, date(2026, 3, 1), serial)])
    read_ = read(save(sheet), "plan.xlsx")
    assert read_.rows[0].start == Day(date(2026, 3, 1), "day", "Start")
    assert read_.rows[0].end == Day(date(2026, 6, 30), "day", "Slut")
    assert codes(read_) == ["date-from-number E2"]


def test_the_sheet_named_aktiviteter_is_read_and_its_copies_are_told() -> None:
    sheet = new_sheet("aktiviteter ")
    put(sheet, [HEADER, ROW])
    assert sheet.parent is not None
    for title in ("Aktiviteter (2)", "Annat"):
        put(sheet.parent.create_sheet(title), [HEADER, ROW])
    read_ = read(save(sheet), "plan.xlsx")
    assert [row.sheet for row in read_.rows] == ["aktiviteter "]
    assert [(f.code, f.place.sheet) for f in read_.faults] == [("sheet-not-read", "Aktiviteter (2)")]


def test_all_sheets_whose_name_begins_with_aktiviteter_are_read() -> None:
    sheet = new_sheet("Aktiviteter 2026")
    put(sheet, [HEADER, ROW])
    assert sheet.parent is not None
    put(sheet.parent.create_sheet("Listor"), [("Delmål", "Ansvarig", "Målgrupp"), ROW])
    put(sheet.parent.create_sheet("Aktiviteter 2027"), [HEADER, ROW, ROW])
    put(sheet.parent.create_sheet("Gammalt"), [HEADER, ROW])
    read_ = read(save(sheet), "plan.xlsx")
    assert [(row.sheet, row.number) for row in read_.rows] == [
        ("Aktiviteter 2026", 2),
        ("Aktiviteter 2027", 2),
        ("Aktiviteter 2027", 3),
    ]
    assert [(f.code, f.place.sheet) for f in read_.faults] == [("sheet-not-read", "Gammalt")]
    told: list[tuple[int, int]] = []
    read(save(sheet), "plan.xlsx", progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 5), (3, 5), (5, 5)]


def test_the_only_sheet_with_a_header_is_read_and_several_are_a_question() -> None:
    sheet = new_sheet("Framsida")
    put(sheet, [["Plan 2026"]])
    assert sheet.parent is not None
    put(sheet.parent.create_sheet("Listor"), [("Delmål", "Ansvarig", "Status"), ("Ett", "Kommun", "planerad")])
    put(sheet.parent.create_sheet("Blad2"), [HEADER, ROW])
    assert [row.sheet for row in read(save(sheet), "plan.xlsx").rows] == ["Blad2"]
    put(sheet.parent.create_sheet("Blad3"), [HEADER, ROW])
    read_ = read(save(sheet), "plan.xlsx")
    assert (read_.rows, codes(read_)) == ((), ["several-sheets A1"])
    assert "Blad2, Blad3" in read_.faults[0].message_sv


def test_merged_hidden_and_wrong_cells_are_told() -> None:
    sheet = new_sheet()
    put(sheet, [["Rubrik", "över", "allt"], HEADER, ROW, ("Karta",), ("Kurs", "=1+1", "#REF!"), ROW])
    sheet["C5"].data_type = "e"
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("B3:C4")
    sheet.row_dimensions[4].hidden = sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["C"].hidden = True
    read_ = read(save(sheet), "plan.xlsx")
    assert codes(read_) == [
        "hidden-column C2",
        "merged-rows B3",
        "hidden-rows A4",
        "uncalculated-formula B5",
        "error-value C5",
    ]
    messages = {fault.code: fault.message_sv for fault in read_.faults}
    assert "B3:C4" in messages["merged-rows"]
    assert "4–5" in messages["hidden-rows"]
    assert "#REF!" in messages["error-value"]
    assert [row.text("Delmål") for row in read_.rows] == ["Provdelmål 1", "", "", "Provdelmål 1"]


def test_what_stands_above_the_header_or_is_merged_within_a_row_is_not_told() -> None:
    sheet = new_sheet()
    put(sheet, [["=1+1", "#REF!"], ["Plan"], HEADER, ROW])
    sheet["B1"].data_type = "e"
    sheet.row_dimensions[1].hidden = True
    for merge in ("C1:C2", "B4:C4"):
        sheet.merge_cells(merge)
    assert codes(read(save(sheet), "plan.xlsx")) == []


def test_the_kept_value_of_a_formula_is_read_even_an_empty_one() -> None:
    rows = """<row r="2"><c r="A2" t="str"><f>B2</f><v>Karta</v></c><c r="B2"><f>6*7</f><v>42</v></c>
    <c r="C2" t="str"><f>""</f><v></v></c></row>"""
    sheet = read(raw(HAND_HEADER + rows), "plan.xlsx")
    assert ([sheet.rows[0].text(c) for c in HEADER], sheet.faults) == (["Karta", "42", ""], ())


@pytest.mark.parametrize("after", ["<extLst><ext><f>A1</f></ext></extLst>", "<extLst><ext><v>x</v></ext></extLst>"])
@pytest.mark.parametrize("last", ['<c r="A2" t="s"><v>0</v>\n </c>', '<c r="A2" t="s">\n <v>0</v></c>'])
def test_what_follows_the_rows_and_white_space_within_them_belong_to_no_cell(last: str, after: str) -> None:
    strings = {"xl/sharedStrings.xml": "<sst><si><t>Karta</t></si></sst>"}
    sheet = read(raw(f'{HAND_HEADER}<row r="2">{last}</row>', after=after, more=strings), "plan.xlsx")
    assert (sheet.rows[0].text("Aktivitet"), sheet.faults) == ("Karta", ())


def test_a_part_that_is_listed_twice_is_one_sheet() -> None:
    content = parts(raw(HAND_HEADER + hand_row(2, ROW)))
    listed = content["xl/workbook.xml"].replace(b"Aktiviteter", b"Blad1")
    second = b'<sheet name="Blad2" sheetId="2" r:id="r1"/></sheets>'
    content["xl/workbook.xml"] = listed.replace(b"</sheets>", second)
    assert [row.sheet for row in read(packed(content), "plan.xlsx").rows] == ["Blad1"]


def test_cells_without_references_are_counted_on() -> None:
    rows = HAND_HEADER + '<row><c t="str"><v>Karta</v></c><c/><c t="str"><v>Kommun</v></c></row>'
    (row,) = read(raw(rows), "plan.xlsx").rows
    assert (row.number, row.text("Aktivitet"), row.text("Ansvarig")) == (2, "Karta", "Kommun")


def test_rich_text_and_prefixes_are_read() -> None:
    rich = '<row r="2"><c r="A2" t="inlineStr"><is><r><rPr><b/></rPr><t>Kar</t></r><r><t>ta</t></r></is></c></row>'
    content = parts(raw(HAND_HEADER + rich))
    (row,) = read(packed(content), "plan.xlsx").rows
    assert row.text("Aktivitet") == "Karta"
    text = content["xl/worksheets/sheet1.xml"].decode()
    content["xl/worksheets/sheet1.xml"] = (
        re.sub(r"<(/?)(?=[a-z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=").encode()
    )
    assert read(packed(content), "plan.xlsx").rows[0].text("Aktivitet") == "Karta"


def test_parts_under_other_names_are_found_by_their_relations() -> None:
    content = parts(xlsx([HEADER, ROW]))
    moved = {name.replace("xl/", "Annat/").replace("sheet1", "Blad"): data for name, data in content.items()}
    moved = {
        n: d.replace(b"/xl/", b"/Annat/").replace(b'"xl/', b'"Annat/').replace(b"sheet1", b"Blad")
        for n, d in moved.items()
    }
    assert read(packed(moved), "plan.xlsx").rows[0].text("Ansvarig") == "Provkommun"


def test_the_stamp_of_a_template_is_read() -> None:
    sheet = new_sheet()
    put(sheet, [HEADER, ROW])
    assert read(save(sheet), "plan.xlsx").template_version == ""
    assert sheet.parent is not None
    sheet.parent.custom_doc_props.append(StringProperty(name="annat", value="x"))
    sheet.parent.custom_doc_props.append(StringProperty(name=TEMPLATE_PROPERTY, value="1 abc"))
    assert read(save(sheet), "plan.xlsx").template_version == "1 abc"


CELLS = st.none() | st.text("abcÅö ;\n'\"<&_x0D", max_size=12) | st.integers(-999, 9999) | st.booleans()


@settings(max_examples=60)
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5),
    st.tuples(st.integers(1, 40), st.integers(1, 60)),
)
def test_what_openpyxl_writes_is_read_at_its_address(rows: list[list[object]], at: tuple[int, int]) -> None:
    sheet = new_sheet()
    put(sheet, [HEADER, *rows], at)
    content = save(sheet)
    written = openpyxl.load_workbook(io.BytesIO(content))["Aktiviteter"]
    read_ = read(content, "plan.xlsx")
    found = {row.place(c).address: row.text(c) for row in read_.rows for c in ("Aktivitet",) if row.text(c)}
    expected = {}
    for line in written.iter_rows(min_row=at[0] + 1, min_col=at[1], max_col=at[1]):
        value = line[0].value
        text = (
            {True: "SANT", False: "FALSKT"}[value]
            if isinstance(value, bool)
            else str(value if value is not None else "")
        )
        if clean(text):
            expected[line[0].coordinate] = clean(text)
    assert found == expected


# Text tables


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_table_is_read_in_each_encoding_with_each_delimiter_and_line_end(
    codec: str, delimiter: str, end: str
) -> None:
    text = csv([HEADER, ("Träff för äldre", "Delmål ö", "Örebro")], delimiter, end)
    sheet = read_csv(text, codec)
    assert (sheet.rows[0].text("Aktivitet"), sheet.rows[0].text("Ansvarig"), sheet.faults) == (
        "Träff för äldre",
        "Örebro",
        (),
    )
    assert sheet.delimiter == delimiter
    expected = {"utf-8-sig": "utf-8", "cp1252": "windows-1252", "utf-16": "utf-16-le"}.get(codec, codec)
    assert sheet.encoding == expected


def test_utf_16_with_the_mark_of_big_endian_is_read() -> None:
    content = b"\xfe\xff" + csv([HEADER, ROW]).encode("utf-16-be")
    assert read(content, "plan.csv").encoding == "utf-16-be"


@pytest.mark.parametrize(("codec", "told"), [("mac_roman", "mac-roman"), ("cp850", "cp850")])
def test_swedish_words_decide_an_unusual_encoding_and_it_is_told(codec: str, told: str) -> None:
    sheet = read_csv(csv([HEADER, ("Träff", "Ett", "Örebro")]), codec)
    assert (sheet.encoding, codes(sheet), sheet.rows[0].text("Ansvarig")) == (told, ["unusual-encoding A1"], "Örebro")


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman", "cp850"])
def test_an_encoding_that_no_word_decides_is_asked_with_the_words_in_each_reading(codec: str) -> None:
    sheet = read_csv(csv([("Aktivitet", "Delmal", "Ansvarig"), ("Kafé", "Ett", "Malmö")]), codec)
    (asked,) = sheet.faults
    assert (asked.code, asked.severity, asked.place.address) == ("doubtful-encoding", "violation", "A1")
    assert any("Kafé, Malmö" in reading for reading in asked.readings)
    assert len(asked.readings) >= 2


def test_text_that_was_spoilt_before_is_told_with_what_it_was() -> None:
    twice = "Träff".encode().decode("cp1252")
    sheet = read_rows([HEADER, (twice, "Ett", "Malm\ufffd")])
    assert [(f.code, f.place.address, f.suggestion) for f in sheet.faults] == [
        ("garbled-text", "A2", "Träff"),
        ("garbled-text", "C2", ""),
    ]


def test_utf_8_with_a_broken_byte_is_told_at_the_cell() -> None:
    content = csv([HEADER, ("Träff", "Ett", "Malmö")]).encode()
    sheet = read(content.replace(b"Malm\xc3\xb6", b"Malm\xf6"), "plan.csv")
    assert (sheet.encoding, codes(sheet)) == ("utf-8", ["garbled-text C2"])


def test_a_file_joined_of_two_encodings_is_asked_with_a_reading_in_each() -> None:
    content = csv([HEADER, ("Träff", "Ett", "K")]).encode() + csv([("Möte", "Ett", "Örebro")]).encode("cp1252")
    sheet = read(content, "plan.csv")
    assert [reading.rpartition(" ")[2] for reading in sheet.faults[0].readings] == ["(utf-8)", "(windows-1252)"]
    assert codes(sheet) == ["doubtful-encoding A1", "garbled-text A3", "garbled-text C3"]


def test_sep_line_names_the_delimiter_and_is_no_row_for_excel() -> None:
    (row,) = (sheet := read_csv("sep=|\r\n" + csv([HEADER, ROW], "|", "\r\n"))).rows
    assert (sheet.delimiter, row.number, row.line, row.place("Delmål").address) == ("|", 2, 3, "B2")
    assert sheet.tables[0].place("Delmål") == Place("", 1, 2, "Delmål", 2)


def test_rows_are_numbered_as_excel_does_and_lines_as_the_file_has_them() -> None:
    text = 'Aktivitet;Delmål;Ansvarig\n\n"Karta\nover ""allt""";Ett;"A;B"\n;;\nKurs;Två;C\n'
    first, second = read_csv(text).rows
    assert (first.number, first.line, first.text("Aktivitet")) == (3, 3, 'Karta over "allt"')
    assert [v.text for v in first.values("Ansvarig")] == ["A", "B"]
    assert (second.number, second.line, second.place("Ansvarig")) == (5, 6, Place("", 5, 3, "Ansvarig", 6))


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.text("ab åÖ;,\t\"\n'", max_size=9), min_size=3, max_size=3), max_size=6),
    st.sampled_from(";,\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_what_the_csv_module_writes_is_read(rows: list[list[str]], delimiter: str, codec: str) -> None:
    made = io.StringIO(newline="")
    csv_module.writer(made, delimiter=delimiter, lineterminator="\r\n").writerows([HEADER, *rows])
    sheet = read(made.getvalue().encode(codec), "plan.csv")
    expected = [clean(row[0]) for row in rows if any(clean(c.replace(";", "") if i else c) for i, c in enumerate(row))]
    assert [row.text("Aktivitet") for row in sheet.rows] == expected


@pytest.mark.parametrize("broken", ['"Karta;Ett;Kommun\nKurs;Två;C\n', '"Karta"x;Ett;Kommun\n'])
def test_quotes_that_do_not_fit_are_an_error_at_their_line(broken: str) -> None:
    with pytest.raises(UnreadableInput, match="line 3 has quotes"):
        read_csv(csv([HEADER, ROW]) + broken)


# Faults


def test_an_unknown_column_gets_the_nearest_proposed_and_a_missing_one_is_an_error_there() -> None:
    sheet = read_rows(
        [("Id", "Aktivitet", "Delmål", "Ansvarig aktör", "Startdatum", "Anteckning"), ("1", *ROW, "2026", "x")]
    )
    assert [(f.code, f.place.address, f.suggestion) for f in sheet.faults] == [
        ("missing-column", "D1", "Ansvarig"),
        ("unknown-column", "D1", "Ansvarig"),
        ("unknown-column", "E1", "Start"),
        ("unknown-column", "F1", ""),
    ]
    assert sheet.rows[0].values("Ansvarig") == ()


def test_a_doubled_column_is_an_error_that_names_both() -> None:
    sheet = read_rows([(*HEADER, "delmål"), (*ROW, "Annat")])
    assert codes(sheet) == ["doubled-column D1"]
    assert "B1" in sheet.faults[0].message_sv
    assert sheet.rows[0].text("Delmål") == "Provdelmål 1"


def test_values_without_a_heading_are_told_once_per_column() -> None:
    rows = [HEADER, (*ROW, " "), (*ROW, "x"), (*ROW, "y", "z")]
    told = ["column-without-heading D3", "column-without-heading E4"]
    assert codes(read_rows(rows)) == codes(read_csv(csv(rows))) == told


def test_example_row_and_repeated_heading_are_told_and_not_read() -> None:
    sheet = read_rows([("Id", *HEADER), ("EXEMPEL", *ROW), ("1", *ROW), ("Id", *HEADER), ("2", *ROW)])
    assert [row.text("Id") for row in sheet.rows] == ["1", "2"]
    assert codes(sheet) == ["example-row A2", "repeated-heading B4"]


def test_a_second_table_with_other_headings_ends_the_reading_and_is_told() -> None:
    sheet = read_rows([HEADER, ROW, ("Aktivitet", "Ansvarig", "Delmål"), ROW])
    assert (len(sheet.rows), codes(sheet)) == (1, ["second-table A3"])


def test_a_table_without_rows_is_told() -> None:
    assert codes(read_rows([HEADER])) == ["no-rows A1"]


def test_several_values_where_one_belongs_are_told() -> None:
    sheet = read_rows([("Id", *HEADER, "Status", "Start"), ("1;2", *ROW, "planerad; pågår", "2026-03-01; 2026-04-01")])
    assert codes(sheet) == ["several-values A2", "several-values E2", "several-values F2"]
    assert sheet.rows[0].start is None


def test_error_values_that_were_exported_as_text_are_told() -> None:
    texts = ("#SAKNAS!", "#N/A", "#DIV/0!", "#########", "#REFERENS!", "#VÄRDEFEL!", "#NAMN?")
    sheet = read_csv(csv([HEADER, *((text, "Ett", "K #1") for text in texts)]))
    assert codes(sheet) == [f"error-value A{row}" for row in range(2, 2 + len(texts))]


def test_a_date_where_text_belongs_is_told_with_its_reading() -> None:
    sheet = read_rows([("Id", *HEADER), (datetime(2026, 2, 1), *ROW), (time(8, 30), *ROW)])
    assert [row.text("Id") for row in sheet.rows] == ["2026-02-01", "08:30:00"]
    assert codes(sheet) == ["date-as-text A2", "date-as-text A3"]


def test_lines_in_a_list_are_told_with_semicolons_proposed() -> None:
    sheet = read_rows([HEADER, ("Karta", "Ett", "Kommunen\nRegionen"), ("Kurs\nett", "Ett\n", "A;\nB")])
    (told,) = sheet.faults
    assert (told.code, told.place.address, told.suggestion) == ("line-break", "C2", "Kommunen; Regionen")
    assert told.more == 0


def test_a_truth_value_and_the_number_that_equals_it_are_told_apart() -> None:
    sheet = read_rows([(*HEADER, "Start"), (*ROW, True), (*ROW, 1)])
    assert [row.text("Start") for row in sheet.rows] == ["SANT", "1"]


DATED = (*HEADER, "Start", "Slut")


def dated(start: object, end: object = "") -> tuple[Day | None, Day | None, list[str]]:
    """What Start and Slut come to, and the faults."""
    sheet = read_rows([DATED, (*ROW, start, end)])
    return sheet.rows[0].start, sheet.rows[0].end, codes(sheet)


def test_start_is_the_first_day_and_slut_the_last_of_what_they_state() -> None:
    start, end, told = dated("mars 2026", "2027")
    assert start == Day(date(2026, 3, 1), "month", "Start")
    assert end == Day(date(2027, 12, 31), "year", "Slut")
    assert told == ["imprecise-date D2", "imprecise-date E2"]


def test_a_period_in_start_states_both_ends() -> None:
    start, end, told = dated("mars–15 juni 2026")
    assert start == Day(date(2026, 3, 1), "month", "Start")
    assert end == Day(date(2026, 6, 15), "day", "Start")
    assert told == ["period-as-start D2"]
    assert dated("mars–juni 2026", "2026-06-30")[1:] == (Day(date(2026, 6, 30), "day", "Slut"), [])


def test_two_ends_that_differ_and_a_period_in_slut_are_asked() -> None:
    assert dated("mars–juni 2026", "2026-07-01")[1:] == (None, ["two-ends E2"])
    assert dated("2026-01-01", "mars–juni 2026")[1:] == (None, ["period-as-end E2"])


@pytest.mark.parametrize(
    ("text", "code", "readings", "suggestion"),
    [
        ("1/3-26", "doubtful-date", ("2026-03-01", "2001-03-26"), ""),
        ("1 mars 26", "doubtful-date", ("2026-03-01",), "2026-03-01"),
        ("2026-02-30", "impossible-date", (), ""),
        ("våren 2026", "unreadable-date", (), ""),
    ],
)
def test_a_doubtful_date_is_a_question_that_shows_what_it_saw(
    text: str, code: str, readings: tuple[str, ...], suggestion: str
) -> None:
    sheet = read_rows([DATED, (*ROW, text)])
    (asked,) = sheet.faults
    assert (asked.code, asked.severity, asked.place.address) == (code, "violation", "D2")
    assert (asked.readings, asked.suggestion) == (readings, suggestion)
    assert text in asked.message_sv
    assert text in asked.message_en
    assert sheet.rows[0].start is None
    assert sheet.rows[0].text("Start") == text


def test_an_unlikely_year_is_read_and_told() -> None:
    start, _, told = dated("2206-03-01")
    assert start is not None
    assert (start.value.year, told) == (2206, ["unlikely-year D2"])


def test_faults_come_in_the_order_of_their_places() -> None:
    rows = [(*HEADER, "Slut", "Okänd"), ("#REF!", "Ett", "K", "x"), ("Karta", "#N/A", "K", "2026-02-30")]
    assert codes(read_rows(rows)) == [
        "unknown-column E1", "error-value A2", "unreadable-date D2", "error-value B3", "impossible-date D3",
    ]  # fmt: skip


def test_an_info_is_told_once_per_column_with_the_number_of_the_rest() -> None:
    sheet = read_rows([DATED, *[(*ROW, "2026", "2027")] * 5])
    assert [(f.code, f.place.address, f.more) for f in sheet.faults] == [
        ("imprecise-date", "D2", 4),
        ("imprecise-date", "E2", 4),
    ]


def test_faults_over_the_limit_are_counted() -> None:
    content = xlsx([HEADER, *[("#REF!", "Ett", "K")] * 9])
    sheet = read(content, "plan.xlsx", SheetLimits(max_faults=4))
    assert codes(sheet, at=False) == ["error-value"] * 4 + ["too-many-faults"]
    assert "5" in sheet.faults[-1].message_sv


@pytest.mark.parametrize("code", MESSAGES)
def test_every_fault_is_told_in_both_languages_with_the_same_values(code: str) -> None:
    message = MESSAGES[code]
    names = set(re.findall(r"\{(\w+)\}", message.sv))
    assert names == set(re.findall(r"\{(\w+)\}", message.en))
    assert message.severity in ("violation", "warning", "info")
    made = fault(code, Place("", 1, 1), **dict.fromkeys(names, "x{0}" * 200))
    assert made.message("sv") != made.message("en")
    assert len(made.message_sv) < 1000


def test_the_manual_lists_every_fault_as_it_is_told() -> None:
    page = (Path(__file__).parent.parent / "docs" / "activity-sheet.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (violation|warning|info) \|", page, re.MULTILINE))
    assert rows == {code: message.severity for code, message in MESSAGES.items()}


def test_faults_of_several_sheets_follow_the_order_of_the_sheets() -> None:
    faults = Faults(10)
    for sheet, row in (("B", 1), ("A", 2), ("A", 1)):
        faults.tell("no-rows", Place(sheet, row, 1))
    assert [(f.place.sheet, f.place.row) for f in faults.listed(["A", "B"])] == [("A", 1), ("A", 2), ("B", 1)]


# What is no sheet at all


LIMITS = {
    "max_bytes": 50,
    "max_entries": 5,
    "max_rows": 9,
    "max_columns": 3,
    "max_cells": 39,
    "max_cell_characters": 11,
    "max_characters": 100,
}


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", ["plan.xlsx", "plan.csv"])
def test_each_limit_is_kept(limit: str, name: str) -> None:
    rows = [(*HEADER, "Status"), *[(*ROW, "pågår")] * 9]
    content = xlsx(rows) if name.endswith("x") else csv(rows).encode()
    if name == "plan.csv" and limit in ("max_entries", "max_characters"):
        return  # a text has no parts, and no string stands in it twice
    assert (
        len(read(content, name, SheetLimits(max_rows=10, max_columns=4, max_cells=40, max_cell_characters=12)).rows)
        == 9
    )
    with pytest.raises(TooLarge) as told:
        read(content, name, SheetLimits(**{limit: LIMITS[limit]}))
    assert name in told.value.message
    assert str(LIMITS[limit]) in told.value.message


@pytest.mark.parametrize("content", [b"", b" \r\n ", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx"])
def test_an_empty_file_is_an_error(content: bytes, name: str) -> None:
    with pytest.raises(RusgrafError) as told:
        read(content, name)
    assert name in told.value.message
    assert "is empty" in told.value.message or content.startswith(b"\xef")


@pytest.mark.parametrize("rows", [[["Hej"]], [["Aktivitet"], ["Karta"]], [["Id", "x"], ["1", "y"]]])
def test_a_file_without_a_header_is_an_error_that_names_the_sheet_and_the_columns(rows: list[list[str]]) -> None:
    with pytest.raises(UnreadableInput, match="no heading row was found \\(Aktiviteter\\)") as told:
        read_rows(rows)
    assert "Aktivitet, Delmål, Ansvarig" in told.value.cure_sv
    with pytest.raises(UnreadableInput):
        read_csv(csv(rows))


def test_a_row_above_that_names_two_columns_is_not_taken_for_the_header() -> None:
    sheet = read_rows([["Status", "Start"], ["utkast", "2026-01-01"], HEADER, ROW])
    assert (sheet.tables[0].row, [row.number for row in sheet.rows]) == (3, [4])


def test_two_columns_are_a_header_where_no_row_has_more() -> None:
    assert codes(read_rows([["Aktivitet"], ["Aktivitet", "Start"], ["Karta", "2026-03-01"]])) == [
        "missing-column A2",
        "missing-column A2",
    ]


def test_progress_is_told_up_to_the_end() -> None:
    for name in ("plan.xlsx", "plan.csv"):
        told: list[tuple[int, int]] = []
        rows = [HEADER, *[ROW] * 2500]
        content = xlsx(rows) if name.endswith("x") else csv(rows).encode()
        read(content, name, progress=lambda done, total, told=told: told.append((done, total)))  # type: ignore[misc]
        assert told == sorted(told)
        assert told[-1] == (2501, 2501)
        assert len(told) > 2


def test_a_hand_written_row_is_what_the_other_tests_take_it_for() -> None:
    assert read(raw(HAND_HEADER + hand_row(2, ROW)), "plan.xlsx").rows[0].text("Delmål") == "Provdelmål 1"
