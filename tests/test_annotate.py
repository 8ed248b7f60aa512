"""Does a workbook come back with every note at its cell, and with nothing else changed?

The results are read by openpyxl, by calamine and (slow) by LibreOffice; parts that need no change are compared byte by
byte. The rows are invented.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, GradientFill, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from rusgraf.errors import RusgrafError
from rusgraf.tabular import Place, read
from rusgraf.tabular.annotate import Note, annotate, book, review, to_workbook
from rusgraf.tabular.annotate.notes import END, MARK, SEVERITIES, ours
from rusgraf.tabular.annotate.styles import FILLS
from sheets import HEADER, ROW, hand_row, new_sheet, packed, parts, put, raw, save, xlsx

COLOURS = {colour for pair in FILLS.values() for colour in pair}
SHEET = "xl/worksheets/sheet1.xml"
NS = "http://schemas.openxmlformats.org"
OWN = "xl/(worksheets/sheetRusgraf|commentsRusgraf|drawings/commentsRusgraf)1"
CHANGED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", SHEET}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


def note(address: str, severity: str = "violation", text: str = "Fel här", suggestion: str = "") -> Note:
    """A note at a cell of the sheet Aktiviteter."""
    row, column = openpyxl.utils.cell.coordinate_to_tuple(address)
    return Note(Place("Aktiviteter", row, column, "Ansvarig"), severity, text, suggestion)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(content: bytes, sheet: str = "Aktiviteter") -> list[Cell]:
    """The cells that a sheet has; not the whole rectangle, which may reach to the last row and column."""
    return list(opened(content)[sheet]._cells.values())  # type: ignore[attr-defined]


def commented(content: bytes, sheet: str = "Aktiviteter") -> dict[str, str]:
    """The comments of a sheet: address → text."""
    return {cell.coordinate: cell.comment.text for cell in cells(content, sheet) if cell.comment}


def colour(cell: Cell) -> str:
    """The colour of a cell, "" without a fill."""
    return str(cell.fill.fgColor.rgb)[-6:] if cell.fill.fill_type else ""


def look(cell: Cell) -> str:
    """The style of a cell but for its fill."""
    return repr((cell.number_format, cell.font, cell.border, cell.alignment, cell.protection))


def marked(content: bytes, sheet: str = "Aktiviteter") -> dict[str, str]:
    """The cells with a fill of ours: address → colour."""
    return {cell.coordinate: seen for cell in cells(content, sheet) if (seen := colour(cell)) in COLOURS}


def listed(content: bytes, sheet: str = "Granskning") -> list[tuple[object, ...]]:
    """The rows of the review below its headings."""
    return [row[:6] for row in opened(content)[sheet].iter_rows(min_row=4, values_only=True)]


def rich() -> bytes:
    """A workbook with all that must survive: styles, formulas, lists, a chart, an image, names, print settings."""
    sheet = new_sheet()
    put(sheet, [HEADER, ROW, ("", "", "Provkommun")])
    cell = sheet["C2"]
    cell.font, cell.number_format = Font("Arial", 14, italic=True), "@"
    cell.alignment = Alignment(horizontal="right", wrap_text=True)
    cell.border = Border(left=Side("thick"))
    sheet["E2"] = "=1+1"
    sheet["B3"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["B2"].comment = Comment("Min egen", "Anna")
    sheet["A3"].comment = Comment("En annan", "Bo")
    rule = DataValidation(type="list", formula1='"a,b"')
    rule.add("C2:C9")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add("A1:A9", CellIsRule("equal", ["1"], fill=PatternFill("solid", bgColor="FFFF0000")))
    sheet.merge_cells("G2:H3")
    sheet.print_area, sheet.freeze_panes, sheet.auto_filter.ref = "A1:C9", "B2", "A1:C3"
    parent = sheet.parent
    assert isinstance(parent, openpyxl.Workbook)
    parent.defined_names["Namn"] = DefinedName("Namn", attr_text="Aktiviteter!$A$1")
    other = parent.create_sheet("Siffror")
    put(other, [("a", 1), ("b", 2)])
    chart = BarChart()
    chart.add_data(Reference(other, min_col=2, min_row=1, max_row=2))
    other.add_chart(chart, "D2")
    return packed({**parts(save(sheet)), "xl/media/image1.png": PIXEL, "customXml/item1.xml": b"<own/>"})


def unchanged(before: bytes, after: bytes) -> dict[str, bytes]:
    """The parts of a workbook that are ours or were changed; all others are found the same to the byte."""
    old, new = parts(before), parts(after)
    assert [name for name in new if name in old] == list(old)
    return {name: data for name, data in new.items() if old.get(name) != data}


# What is said at a cell


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize(("lang", "said"), [("sv", "Menade du ”Provkommun”?"), ("en", "Did you mean ”Provkommun”?")])
def test_a_noted_cell_is_filled_and_commented_in_the_users_language(severity: str, lang: str, said: str) -> None:
    out = annotate(xlsx([HEADER, ROW]), [note("C2", severity, "Okänt namn.", "Provkommun")], lang)
    assert marked(out) == {"C2": FILLS[severity][0]}
    lines = commented(out)["C2"].split("\n")
    assert (lines[0], lines[-1], lines[2]) == (MARK, END, said)
    assert lines[1].endswith(": Okänt namn.")
    assert opened(out)["Aktiviteter"]["C2"].comment.author == "rusgraf"


def test_notes_of_one_cell_share_a_comment_and_the_worst_gives_the_colour() -> None:
    out = annotate(xlsx([HEADER, ROW]), [note("C2", "info", "Ett"), note("C2", "violation", "Två")], "sv")
    assert commented(out) == {"C2": f"{MARK}\nFel: Två\nUpplysning: Ett\n{END}"}
    assert marked(out) == {"C2": FILLS["violation"][0]}


def test_a_comment_with_too_much_to_say_points_to_the_list() -> None:
    out = annotate(xlsx([HEADER, ROW]), [note("C2", text=f"Nummer {i} {'x' * 2000}") for i in range(30)], "sv")
    assert commented(out)["C2"].split("\n")[-2] == "… och 22 till, se bladet Granskning."
    assert len(commented(out)["C2"]) < 8_000
    assert len(listed(out)) == 30


def test_light_text_gets_a_dark_mark() -> None:
    sheet = new_sheet()
    put(sheet, [HEADER, ROW])
    for cell, font in zip(sheet[1], (Font(color="FFFFFFFF"), Font(color="FF000000"), Font()), strict=True):
        cell.font = font
    out = annotate(save(sheet), [note("A1"), note("B1"), note("C1")], "sv")
    light, dark = FILLS["violation"]
    assert marked(out) == {"A1": dark, "B1": light, "C1": light}


def test_text_from_outside_is_never_a_formula_nor_markup_nor_damage() -> None:
    text = "=cmd|'/C calc'!A0 \x07\x00 _x000D_ <b>&amp;]]>\ud800"
    clean = "=cmd|'/C calc'!A0  _x000D_ <b>&amp;]]>"
    out = annotate(xlsx([HEADER, ROW]), [note("C2", text=text, suggestion="=1+1")], "sv")
    (row,) = CalamineWorkbook.from_filelike(io.BytesIO(out)).get_sheet_by_name("Granskning").to_python()[3:]
    assert row[4:6] == [clean, "=1+1"]
    cells = opened(out)["Granskning"][4]
    assert [cell.data_type for cell in cells[4:6]] == ["s", "s"]
    assert cells[5].quotePrefix
    assert b"<f" not in parts(out)["xl/worksheets/sheetRusgraf1.xml"]


# The sheet Granskning


def test_the_review_gives_the_verdict_and_lists_the_notes_in_order_with_links() -> None:
    notes = [
        note("C3", "warning", "Två"),
        note("B2", text="Ett", suggestion="x"),
        Note(Place("", 0, 0), "info", "Noll"),
    ]
    out = annotate(xlsx([HEADER, ROW]), notes, "sv")
    page = opened(out)["Granskning"]
    assert page["A1"].value == "Bladet har fel som måste rättas. Fel: 1. Varningar: 1. Upplysningar: 1."
    assert listed(out) == [
        ("Upplysning", None, None, None, "Noll", None),
        ("Fel", "Aktiviteter", "B2", "Ansvarig", "Ett", "x"),
        ("Varning", "Aktiviteter", "C3", "Ansvarig", "Två", None),
    ]
    assert [page.cell(row, 3).hyperlink and page.cell(row, 3).hyperlink.location for row in (4, 5, 6)] == [
        None,
        "'Aktiviteter'!B2",
        "'Aktiviteter'!C3",
    ]
    assert (page.freeze_panes, page.column_dimensions["G"].hidden) == ("A4", True)
    assert page["E5"].alignment.wrap_text


def test_without_faults_the_review_says_so_and_nothing_is_marked() -> None:
    before = xlsx([HEADER, ROW])
    out = annotate(before, [], "en")
    assert opened(out)["Review"]["A1"].value == "No faults were found. Violations: 0. Warnings: 0. Remarks: 0."
    assert SHEET not in unchanged(before, out)


def test_a_link_quotes_the_name_of_a_sheet() -> None:
    out = annotate(xlsx([HEADER], title='O\'Neill "&" <x>'), [Note(Place('O\'Neill "&" <x>', 1, 1), "info", "a")], "sv")
    assert opened(out)["Granskning"]["C4"].hyperlink.location == "'O''Neill \"&\" <x>'!A1"


def test_a_users_own_sheet_of_that_name_is_kept() -> None:
    sheet = new_sheet()
    put(sheet, [HEADER, ROW])
    assert sheet.parent is not None
    put(sheet.parent.create_sheet("granskning"), [["Min egen", "Aktiviteter", "A2"]] * 6)  # type: ignore[arg-type]
    once = annotate(save(sheet), [note("A2")], "sv")
    twice = annotate(once, [note("B2")], "sv")
    for out, address in ((once, "A2"), (twice, "B2")):
        assert opened(out).sheetnames == ["Aktiviteter", "granskning", "Granskning (2)"]
        assert opened(out)["granskning"]["A1"].value == "Min egen"
        assert [row[2] for row in listed(out, "Granskning (2)")] == [address]


def test_what_exceeds_a_limit_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "MAX_COMMENTS", 2)
    monkeypatch.setattr(book, "MAX_LISTED", 3)
    monkeypatch.setattr(review.tables, "MAX_LINKS", 1)
    out = annotate(xlsx([HEADER, ROW]), [note(f"A{row}") for row in range(1, 6)], "sv")
    said = str(opened(out)["Granskning"]["A2"].value)
    assert said.endswith("Bara de första 3 av 5 visas. Bara de första 2 cellerna har kommentarer.")
    assert (list(commented(out)), list(marked(out))) == (["A1", "A2"], ["A1", "A2", "A3"])
    assert [bool(cell.hyperlink) for (cell,) in opened(out)["Granskning"]["C4:C6"]] == [True, False, False]
    assert "Fel: 5." in str(opened(out)["Granskning"]["A1"].value)


# What stays


def test_all_else_of_a_rich_workbook_stays() -> None:
    before = rich()
    out = annotate(before, [note("C2"), note("B2"), note("D40"), note("H3")], "sv")
    changed = unchanged(before, out)
    talk = {name for name in parts(before) if "comment" in name.lower() or name.endswith(".vml")}
    assert {name for name in changed if not re.match(OWN, name)} <= CHANGED | talk
    assert {"xl/charts/chart1.xml", "xl/media/image1.png", "customXml/item1.xml"} <= set(parts(out)) - set(changed)
    old, new = opened(before), opened(out)
    assert new.sheetnames == [*old.sheetnames, "Granskning"]
    assert [*new.defined_names] == ["Namn"]
    was, now = old["Aktiviteter"], new["Aktiviteter"]
    for row in was.iter_rows():
        for cell in row:
            twin = now[cell.coordinate]
            assert (twin.value, look(twin)) == (cell.value, look(cell))
            assert repr(twin.fill) == repr(cell.fill) or cell.coordinate in ("C2", "B2", "G2")
    assert now.data_validations.dataValidation == was.data_validations.dataValidation
    assert [r.sqref for r in now.conditional_formatting] == [r.sqref for r in was.conditional_formatting]
    settings_ = ("print_area", "freeze_panes", "merged_cells")
    assert [str(getattr(now, name)) for name in settings_] == [str(getattr(was, name)) for name in settings_]
    assert set(marked(out)) == {"C2", "B2", "D40", "G2"}, "a note in a merged range is shown at its only visible cell"


def test_cached_values_formulas_and_order_of_the_cells_stay() -> None:
    cells = '<row r="2" spans="1:3" x:own="1"><c r="A2" t="str" cm="1"><f>1+1</f><v>2</v></c><c r="C2"/></row>'
    content = raw(hand_row(1, HEADER) + cells, more={})
    content = packed(
        {
            name: data.replace(b'main"><sheetData', b'main" xmlns:x="urn:x" xmlns:m="urn:m" m:Ignorable="x"><sheetData')
            for name, data in {**parts(xlsx([])), **{SHEET: parts(content)[SHEET]}}.items()
        }
    )
    made = parts(annotate(content, [note("A2"), note("B2")], "sv"))[SHEET].decode()
    head, _, tail = made.partition('<row r="2"')
    assert 'm:Ignorable="x"' in head
    assert re.fullmatch(
        r' spans="1:3" x:own="1"><c s="(\d+)" r="A2" t="str" cm="1"><f>1\+1</f><v>2</v></c>'
        r'<c r="B2" s="\1"/><c r="C2"/></row></sheetData><legacyDrawing [^>]*/></worksheet>',
        tail,
    )


def test_users_comments_stay_beside_ours_and_come_back_alone() -> None:
    before = rich()
    out = annotate(before, [note("B2", text="Ett"), note("C2", text="Två")], "sv")
    assert commented(out) == {
        "B2": f"Min egen\n\n{MARK}\nFel: Ett\n{END}",
        "C2": f"{MARK}\nFel: Två\n{END}",
        "A3": "En annan",
    }
    assert [opened(out)["Aktiviteter"][at].comment.author for at in ("B2", "A3")] == ["Anna", "Bo"]
    assert commented(annotate(out, [], "sv")) == {"B2": "Min egen", "A3": "En annan"}


def test_what_only_excel_looks_at_is_there_too() -> None:
    out = parts(annotate(xlsx([HEADER, ROW]), [note("A2")], "sv"))
    style = re.search(rb'<c s="(\d+)" r="A2"|<c r="A2" s="(\d+)"', out[SHEET])
    assert style
    (xfs,) = re.findall(rb"<cellXfs .*?</cellXfs>", out["xl/styles.xml"])
    xf = re.findall(rb"<xf [^>]*>", xfs)[int(style[1] or style[2])]
    assert b'applyFill="1"' in xf
    assert int(re.findall(rb'count="(\d+)"', xfs)[0]) == len(re.findall(rb"<xf ", xfs))
    drawing = out["xl/drawings/commentsRusgraf1.vml"]
    assert b'<v:shapetype id="_x0000_t202"' in drawing
    assert b"<x:Row>1</x:Row><x:Column>0</x:Column>" in drawing


def test_what_a_user_answers_around_our_text_is_kept() -> None:
    sheet = opened(annotate(xlsx([HEADER, ROW]), [note("A2")], "sv"))["Aktiviteter"]
    sheet["A2"].comment = Comment(f"Före\n{sheet['A2'].comment.text}\nBestäms i maj", "Anna")
    assert commented(annotate(save(sheet), [], "sv")) == {"A2": "Före\nBestäms i maj"}


def test_a_thread_of_replies_is_left_alone() -> None:
    sheet = new_sheet()
    put(sheet, [HEADER, ROW])
    sheet["A2"].comment = Comment("[Threaded comment] Hej", "tc={0A1B}")
    out = annotate(save(sheet), [note("A2"), note("B2")], "sv")
    assert commented(out)["A2"] == "[Threaded comment] Hej"
    assert set(marked(out)) == {"A2", "B2"}
    assert [row[2] for row in listed(out)] == ["A2", "B2"]


def test_shapes_of_others_stay_and_each_comment_has_one_box() -> None:
    sheet = new_sheet()
    put(sheet, [HEADER, ROW])
    sheet["A2"].comment = Comment("Min egen", "Anna")
    given = parts(save(sheet))
    (name,) = (n for n in given if n.endswith(".vml"))
    button = b'<v:shape id="Knapp"><v:textbox>rad<br>rad</v:textbox><x:ClientData ObjectType="Button"/></v:shape>'
    given[name] = given[name].replace(b"</xml>", button + b"</xml>")
    once = annotate(packed(given), [note("A2"), note("B2"), note("C2")], "sv")
    twice = annotate(once, [note("C2")], "sv")
    for out, boxes in ((once, 3), (twice, 2)):
        assert button in parts(out)[name]
        assert parts(out)[name].count(b'ObjectType="Note"') == boxes == len(commented(out))


def test_a_signature_that_would_not_fit_is_removed_and_this_is_said() -> None:
    given = parts(xlsx([HEADER, ROW]))
    origin = f'<Relationship Id="s" Type="{NS}/package/2006/relationships/digital-signature/origin" Target="{{}}"/>'
    given["_rels/.rels"] = given["_rels/.rels"].replace(
        b"</Relationships>", origin.format("_xmlsignatures/origin.sigs").encode() + b"</Relationships>"
    )
    given |= {"_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": b"<s/>"}
    given["[Content_Types].xml"] = given["[Content_Types].xml"].replace(
        b"</Types>", b'<Override PartName="/_xmlsignatures/sig1.xml" ContentType="a/b"/></Types>'
    )
    out = annotate(packed(given), [], "sv")
    assert not [name for name in parts(out) if "signature" in name]
    assert b"signature" not in parts(out)["_rels/.rels"] + parts(out)["[Content_Types].xml"]
    assert "signatur är borttagen" in str(opened(out)["Granskning"]["A2"].value)


# Other writers


def strict(content: bytes) -> bytes:
    """A workbook in the strict form of the standard."""
    pairs = (
        (f"{NS}/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (f"{NS}/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    )
    made = parts(content)
    for old, new in pairs:
        made = {name: data.replace(old.encode(), new.encode()) for name, data in made.items()}
    return packed(made)


def test_a_strict_workbook_stays_strict() -> None:
    out = annotate(strict(xlsx([HEADER, ROW])), [note("A2")], "sv")
    assert NS + "/spreadsheetml" not in b"".join(parts(out).values()).decode()
    rels = parts(out)["xl/worksheets/_rels/sheet1.xml.rels"].decode()
    assert 'Type="http://purl.oclc.org/ooxml/officeDocument/relationships/comments"' in rels
    assert [
        row[2] for row in CalamineWorkbook.from_filelike(io.BytesIO(out)).get_sheet_by_index(1).to_python()[3:]
    ] == ["A2"]


def prefixed(data: bytes) -> bytes:
    """A part with a prefix on each element of SpreadsheetML."""
    return re.sub(rb"<(/?)(\w)", rb"<\1x:\2", data).replace(b"xmlns=", b"xmlns:x=")


def test_prefixes_of_a_writer_are_used_for_what_is_added() -> None:
    given = parts(xlsx([HEADER, ROW], at=(2, 2)))
    given |= {name: prefixed(given[name]) for name in (SHEET, "xl/styles.xml", "xl/workbook.xml")}
    out = annotate(packed(given), [note("A1"), note("B3"), note("Z3"), note("A99")], "sv")
    assert set(marked(out)) == set(commented(out)) == {"A1", "B3", "Z3", "A99"}
    assert opened(out).sheetnames == ["Aktiviteter", "Granskning"]
    again = annotate(out, [], "sv")
    assert marked(again) == commented(again) == {}


TYPES = (
    f'<Types xmlns="{NS}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


@pytest.mark.parametrize("rows", ["<row><c/><c/></row><row/><row><c/></row>", ""])
def test_rows_and_cells_without_references_and_a_workbook_without_styles(rows: str) -> None:
    content = raw(rows, more={"[Content_Types].xml": TYPES})
    wanted = {"B1", "C1", "A2", "D2", "B3", "XFD9", "A1048576"}
    out = annotate(content, [note(address) for address in wanted], "sv")
    assert set(marked(out)) == set(commented(out)) == wanted


def test_an_inserted_cell_has_the_look_of_its_row_or_column() -> None:
    sheet = new_sheet()
    put(sheet, [HEADER, ROW])
    sheet.column_dimensions["I"].number_format = "0.00"
    sheet.row_dimensions[2].number_format = "0%"
    out = opened(annotate(save(sheet), [note("I2"), note("I5"), note("A5")], "sv"))["Aktiviteter"]
    seen = [out[address].number_format for address in ("I2", "I5", "A5")]
    assert seen == ["0%", "0.00", "General"]


# A second round


def test_a_corrected_workbook_keeps_no_stale_mark() -> None:
    before = rich()
    once = annotate(before, [note("C2"), note("B3", "warning"), note("D40")], "sv")
    sheet = opened(once)["Aktiviteter"]
    sheet["C2"] = "Provregion"  # corrected, and saved by another program, which numbers styles anew
    twice = annotate(save(sheet), [note("D40", "info")], "sv")
    assert marked(twice) == {"D40": FILLS["info"][0]}
    assert colour(opened(twice)["Aktiviteter"]["B3"]) == "00FF00"
    assert look(opened(twice)["Aktiviteter"]["C2"]) == look(opened(before)["Aktiviteter"]["C2"])
    assert set(commented(twice)) == {"B2", "A3", "D40"}
    assert [row[2] for row in listed(twice)] == ["D40"]
    assert opened(twice).sheetnames == opened(once).sheetnames


def test_a_mark_whose_cell_was_moved_goes_too_and_a_users_own_fill_stays() -> None:
    sheet = new_sheet()
    put(sheet, [HEADER, *[ROW] * 5])
    for (cell,) in sheet["B2:B6"]:
        cell.fill = PatternFill("solid", fgColor="FF00FF00")
    once = annotate(save(sheet), [note("B4"), note("B5"), note("C5")], "sv")
    moved = opened(once)["Aktiviteter"]
    moved.insert_rows(3)
    moved["C6"].fill = PatternFill("solid", fgColor="FF112233")
    twice = annotate(save(moved), [], "sv")
    assert marked(twice) == {}
    assert [colour(opened(twice)["Aktiviteter"][f"B{row}"]) for row in (2, 4, 5, 6)] == ["00FF00"] * 4
    assert colour(opened(twice)["Aktiviteter"]["C6"]) == "112233"


def test_a_gradient_comes_back() -> None:
    sheet = new_sheet()
    put(sheet, [HEADER, ROW])
    sheet["A2"].fill = GradientFill(stop=("FF000000", "FFFFFFFF"), degree=45)
    out = annotate(annotate(save(sheet), [note("A2")], "sv"), [], "sv")
    assert repr(opened(out)["Aktiviteter"]["A2"].fill) == repr(sheet["A2"].fill)


def test_rounds_do_not_heap_up_styles_or_parts() -> None:
    out, sizes = rich(), []
    for _ in range(4):
        out = annotate(annotate(out, [note("C2"), note("B3")], "sv"), [], "sv")
        sizes.append((len(parts(out)), len(parts(out)["xl/styles.xml"])))
    assert sizes[1] == sizes[2] == sizes[3]


@pytest.mark.parametrize(
    "record", ["<fill/><evil/>", "</fills><x>", "<fill>", '<fill a="b"/>', "=1+1", "<fill/>" * 300]
)
def test_a_record_that_is_no_fill_is_not_let_into_the_styles(record: str) -> None:
    once = opened(annotate(xlsx([HEADER, ROW]), [note("A2")], "sv"))
    once["Granskning"]["G4"].value, once["Granskning"]["G4"].data_type = record, "s"
    assert isinstance(once["Aktiviteter"], type(once["Granskning"]))
    twice = annotate(save(once["Granskning"]), [], "sv")
    assert marked(twice) == {}
    assert not opened(twice)["Aktiviteter"]["A2"].fill.fill_type
    assert b"evil" not in parts(twice)["xl/styles.xml"]


@given(st.lists(st.sampled_from([MARK, END, "\n", "a", " "]), max_size=12).map("".join))
def test_taking_our_text_out_leaves_no_mark(text: str) -> None:
    spans = list(ours(text))
    left = "".join(letter for i, letter in enumerate(text) if not any(a <= i < b for a, b in spans))
    assert MARK not in left
    assert spans == sorted(spans)


# Any notes, any bytes

places = st.builds(
    lambda row, column: Place("Aktiviteter", row, column),
    st.one_of(st.integers(1, 12), st.sampled_from([1_048_576, 1_048_577, 0])),
    st.one_of(st.integers(1, 12), st.sampled_from([16_384, 16_385, 0])),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.builds(Note, places, st.sampled_from(SEVERITIES), st.text(max_size=40), st.text(max_size=9))))
def test_any_notes_are_found_by_openpyxl_at_just_their_cells(notes: list[Note]) -> None:
    before = xlsx([HEADER, ROW, ["", "x"]], at=(3, 3))
    out = annotate(before, notes, "sv")
    wanted = {n.place.address for n in notes if 0 < n.place.row <= 1_048_576 and 0 < n.place.column <= 16_384}
    book_ = opened(out)["Aktiviteter"]
    assert set(commented(out)) == set(marked(out)) == wanted
    assert len(listed(out)) == len(notes)
    old = opened(before)["Aktiviteter"]
    assert all(book_[cell.coordinate].value == cell.value for row in old.iter_rows() for cell in row)
    assert parts(annotate(out, notes, "sv")).keys() == parts(out).keys()


ANNOTATED = annotate(rich(), [note("B2"), note("C2")], "sv")
FRAGILE = [
    SHEET,
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
    "_rels/.rels",
]
FRAGILE += [
    name for name in parts(ANNOTATED) if name.endswith(".vml") or "omments" in name or "sheet1.xml.rels" in name
]
SNIPPETS = [b"", b"<", b'"', b"</x>", b"\x00", b"\xff", b'r="', b'"-1"', b"<shape >", b"99999999999", b"<!DOCTYPE a>"]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(FRAGILE), st.floats(0, 1), st.integers(0, 60), st.sampled_from(SNIPPETS))
def test_a_damaged_part_gives_a_workbook_or_a_clear_error(name: str, at: float, cut: int, new: bytes) -> None:
    given_ = parts(ANNOTATED)
    start = int(at * len(given_[name]))
    given_[name] = given_[name][:start] + new + given_[name][start + cut :]
    try:
        annotate(packed(given_), [note("B2"), note("Z9")], "sv")
    except RusgrafError as error:
        assert error.sv and error.cure_sv


# CSV


def test_csv_comes_back_as_a_workbook_of_its_rows_with_the_marks() -> None:
    text = 'sep=;\n\nAktivitet;Delmål;Ansvarig;Id\n"=1+1";#N/A;_x000D_;0012\n"rad\nbruten";;\n'
    content = text.encode("cp1252")
    sheet = read(content, "plan.csv")
    out = to_workbook(content, [Note(sheet.rows[1].place("Ansvarig"), "violation", "Saknas.")], "sv")
    page = opened(out)["Aktiviteter"]
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=3)] == [
        ["=1+1", "#N/A", "_x005F_x000D_", "0012"],
        ["rad\nbruten", None, None, None],
    ]
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value} == {"s"}
    assert set(marked(out)) == set(commented(out)) == {"C4"}
    again = read(out, "plan.xlsx")
    assert [row.texts for row in again.rows] == [row.texts for row in sheet.rows]
    assert [row.number for row in again.rows] == [row.number for row in sheet.rows]


# LibreOffice


def converted(content: bytes, folder: Path, form: str) -> bytes:
    """A workbook as LibreOffice writes it in another form."""
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice is not installed")
    (folder / "in.xlsx").write_bytes(content)
    home = f"-env:UserInstallation=file://{folder}/home"
    command = [
        soffice,
        home,
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        str(folder / "out"),
        str(folder / "in.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return (folder / "out" / f"in.{form}").read_bytes()


@pytest.mark.slow
def test_libreoffice_shows_the_marks_and_what_it_saves_keeps_none_in_the_next_round(tmp_path: Path) -> None:
    wanted: Mapping[str, str] = {"B2": "Min egen", "C2": MARK, "D40": MARK, "A3": "En annan"}
    saved = converted(annotate(rich(), [note("B2"), note("C2"), note("D40"), note("B3")], "sv"), tmp_path, "xlsx")
    assert set(marked(saved)) == {"B2", "C2", "D40", "B3"}
    assert {at: text.split("\n")[0] for at, text in commented(saved).items() if at != "B3"} == dict(wanted)
    assert parts(saved).keys() >= {"xl/charts/chart1.xml"}
    corrected = annotate(saved, [note("D40", "warning")], "sv")
    assert marked(corrected) == {"D40": FILLS["warning"][0]}
    assert colour(opened(corrected)["Aktiviteter"]["B3"]) == "00FF00"
    assert commented(corrected).keys() == {"B2", "A3", "D40"}
    assert commented(corrected)["B2"] == "Min egen"
    assert opened(corrected).sheetnames == ["Aktiviteter", "Siffror", "Granskning"]
