"""Does a table open in a spreadsheet as it is: no formula, no silent loss, no more than Excel takes?"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from planted import e
from rusgraf import tables
from rusgraf.answer import Wanted, spreadsheet
from rusgraf.errors import LimitReached, TooLarge
from rusgraf.store import Table
from rusgraf.tables import Cell, Link, Sheet, cell, clean, is_formula, to_csv, to_xlsx
from rusgraf.terms import BlankNode, Literal, expand

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\ta", " =1", "\n=1", "\u00a0=1", "\u2003@x", "＝1", "－1", "＋1",
    "＠x", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0",
]  # fmt: skip
HARMLESS = ["a=1", "1-1", "”=1”", "#N/A", "hälsa", "'=1", "_x0041_", "a\nb"]
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


def book(rows: Sequence[Sequence[Cell]], columns: Sequence[str] = ("a",)) -> Worksheet:
    made = openpyxl.load_workbook(io.BytesIO(to_xlsx([Sheet("Blad", columns, rows)], "sv")))
    [sheet] = made.worksheets
    return sheet


def csv_rows(rows: Sequence[Sequence[Cell]], columns: Sequence[str] = ("a",)) -> list[list[str]]:
    text = to_csv(columns, rows, "sv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


# Formulas


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_text_in_both_formats(text: str) -> None:
    assert is_formula(text)
    found = book([[text]])["A2"]
    assert (found.data_type, found.quotePrefix) == ("s", True)
    assert str(found.value).strip() == text.strip()
    assert csv_rows([[text]])[1] == [f"'{text}"]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_does_not_is_left_alone(text: str) -> None:
    assert not is_formula(text)
    found = book([[text]])["A2"]
    assert (found.data_type, bool(found.quotePrefix)) == ("s", False)
    assert csv_rows([[text]])[1] == [text]


def test_header_is_no_formula_either() -> None:
    assert book([], ["=1"])["A1"].data_type == "s"
    assert csv_rows([], ["=1"]) == [["'=1"]]


@given(TEXT)
def test_no_text_becomes_a_formula_or_an_error(text: str) -> None:
    content = to_xlsx([Sheet("B", ["a", "b"], [[text, "x"]])], "sv")
    found = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1]
    wanted = clean(text, "sv").replace("\r\n", "\n").replace("\r", "\n")
    assert found == [wanted if wanted.strip("\n") else found[0], "x"]  # calamine drops a text of line breaks alone
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f" not in sheet
    assert b't="e"' not in sheet


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), max_size=4))
def test_csv_is_read_back_by_any_reader(rows: list[list[str]]) -> None:
    found = csv_rows(rows, ["a", "b", "c"])[1:]
    assert found == [
        [f"'{clean(v, 'sv')}" if is_formula(clean(v, "sv")) else clean(v, "sv") for v in row] for row in rows
    ]


# What Excel takes


def test_what_xml_cannot_hold_is_left_out() -> None:
    dirty = "a\x00\x08\x0b\x1f\ud800\ufffe\uffffb\tc\n😀"
    assert clean(dirty, "sv") == "ab\tc\n😀"
    assert book([[dirty]])["A2"].value == "ab\tc\n😀"
    assert csv_rows([[dirty]])[1] == ["ab\tc\n😀"]


@pytest.mark.parametrize("letter", ["å", "😀"])
def test_text_of_more_characters_than_a_cell_holds_is_cut_and_says_so(letter: str) -> None:
    units = len(letter.encode("utf-16-le")) // 2
    whole, long = letter * (tables.MAX_TEXT // units), letter * (tables.MAX_TEXT // units + 2)
    assert clean(whole, "sv") == whole
    for lang, word in (("sv", "kortad"), ("en", "cut")):
        cut = clean(long, lang)
        assert tables.MAX_TEXT - 2 < len(cut.encode("utf-16-le")) / 2 <= tables.MAX_TEXT
        assert re.search(rf"{letter} … \[{word}.*{len(long)}.*\]$", cut)
    assert str(book([[long]])["A2"].value) == clean(long, "sv")


def test_sheet_of_more_rows_or_columns_than_excel_is_refused_before_it_is_made() -> None:
    class Long(list[list[Cell]]):
        def __len__(self) -> int:
            return tables.MAX_ROWS

    for sheet in (Sheet("Lång", ["a"], Long()), Sheet("Bred", ["a"] * (tables.MAX_COLUMNS + 1), [])):
        with pytest.raises(TooLarge, match=f"{sheet.title}.*{tables.MAX_ROWS} and {tables.MAX_COLUMNS}.*CSV"):
            to_xlsx([sheet], "sv")


def test_more_links_than_excel_takes_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_LINKS", 3)
    sheet = book([[Link(f"https://example.org/{i}")] for i in range(5)])
    assert [bool(sheet.cell(row, 1).hyperlink) for row in range(2, 7)] == [True, True, True, False, False]
    assert sheet["A6"].value == "https://example.org/4"


@pytest.mark.parametrize(
    ("iri", "is_link"),
    [("https://example.org/ö?a=b&c", True), ("http://example.org/", True), ("javascript:alert(1)", False),
     ("file:///etc/passwd", False), ("urn:x:y", False), ("https://example.org/" + "a" * 2100, False)],
)  # fmt: skip
def test_only_an_address_of_the_web_is_a_link(iri: str, is_link: bool) -> None:
    found = book([[Link(iri)]])["A2"]
    assert found.value == iri
    assert (found.hyperlink.target if found.hyperlink else None) == (iri if is_link else None)
    assert csv_rows([[Link(iri)]])[1] == [iri]


def test_letter_by_number_is_kept_as_it_is_written() -> None:
    content = to_xlsx([Sheet("B", ["a"], [["_x0041_"]])], "sv")
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1] == ["_x0041_"]


# Layout


def test_header_stays_in_sight_and_has_filters_and_columns_have_widths() -> None:
    sheet = book([["kort", "x" * 300], [None, Link("https://example.org/" + "y" * 200)]], ["a", "lång rubrik"])
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:B3", "$1:$1")
    widths = [sheet.column_dimensions[c].width for c in "AB"]
    assert 5 < widths[0] < widths[1] <= 60
    assert sheet["A1"].font.b
    assert sheet["B2"].alignment.wrap_text
    assert 15 < float(sheet.row_dimensions[2].height or 0) <= 200


def test_list_alone_has_filters_and_titles_are_such_as_excel_takes() -> None:
    content = to_xlsx([Sheet("a/b:c*[d]?\\" + "x" * 40, ["a"], [["x"]], is_list=False)], "sv")
    made = openpyxl.load_workbook(io.BytesIO(content))
    assert made.worksheets[0].auto_filter.ref is None
    assert made.sheetnames == [("a-b-c--d---" + "x" * 40)[:31]]


# Terms


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (e("a"), Link("https://example.org/a")),
        (None, None),
        (Literal("åäö"), "åäö"),
        (Literal("0180"), "0180"),
        (Literal("7", datatype=expand("xsd:integer")), 7),
        (Literal("-2.5", datatype=expand("xsd:decimal")), -2.5),
        (Literal("1E3", datatype=expand("xsd:double")), 1000.0),
        (Literal("INF", datatype=expand("xsd:double")), "INF"),
        (Literal("NaN", datatype=expand("xsd:double")), "NaN"),
        (Literal("1" * 16, datatype=expand("xsd:integer")), "1" * 16),
        (Literal("sju", datatype=expand("xsd:integer")), "sju"),
        (Literal("2019-03-28", datatype=expand("xsd:date")), date(2019, 3, 28)),
        (Literal("1850-01-01", datatype=expand("xsd:date")), "1850-01-01"),
        (Literal("2019", datatype=expand("xsd:gYear")), "2019"),
        (Literal("true", datatype=expand("xsd:boolean")), "true"),
        (BlankNode("b1"), "_:b1"),
    ],
)
def test_term_is_the_cell_that_says_the_same(term: object, expected: Cell) -> None:
    found = cell(term)  # type: ignore[arg-type]
    assert (found, type(found)) == (expected, type(expected))


def test_numbers_and_days_are_such_in_the_workbook_and_swedish_in_csv() -> None:
    row: list[Cell] = [7, -2.5, date(2019, 3, 28), None]
    sheet = book([row], ["a", "b", "c", "d"])
    assert [c.value for c in sheet[2]][:3] == [7, -2.5, datetime(2019, 3, 28)]
    assert sheet["C2"].number_format == "yyyy-mm-dd"
    assert csv_rows([row], ["a", "b", "c", "d"])[1] == ["7", "-2,5", "2019-03-28", ""]


def test_csv_begins_with_a_mark_of_utf8_and_ends_its_lines_as_excel_does() -> None:
    assert to_csv(["å"], [["ö;"]], "sv") == b'\xef\xbb\xbf\xc3\xa5\r\n"\xc3\xb6;"\r\n'


# Answers of queries


def test_answer_longer_than_wanted_is_refused() -> None:
    table = Table(("a",), [(Literal("x" * 500),)])
    for form in ("csv", "xlsx"):
        assert spreadsheet(table, Wanted(form, "sv", 100_000)).form == form
        with pytest.raises(LimitReached, match="100 bytes"):
            spreadsheet(table, Wanted(form, "sv", 100))


@settings(max_examples=20)
@given(st.lists(st.tuples(TEXT.map(Literal), st.integers(-(10**14), 10**14).map(Literal)), max_size=5))
def test_both_readers_of_workbooks_see_the_same(rows: list[tuple[Literal, Literal]]) -> None:
    content = spreadsheet(Table(("a", "b"), rows), Wanted("xlsx", "sv", 2**30)).content
    fast = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1:]
    slow = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert [row[1] for row in fast] == [slow.cell(i + 2, 2).value for i in range(len(rows))]
    assert [row[1] for row in fast] == [int(number.value) for _, number in rows]
