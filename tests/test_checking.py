"""Does each fault of a file come at its cell with a cure, once, in the order of the cells, and does the cure help?"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from openpyxl.worksheet.worksheet import Worksheet

from rusgraf.checking import Checked, check_files, place_text, to_xlsx
from rusgraf.cli import group
from rusgraf.library import find_query
from rusgraf.store import Store
from rusgraf.tabular import template
from rusgraf.tabular.model import COLUMNS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DELMAL = "Våldsfria nära relationer (Handlingsplan för social välfärd 2019–2022)"
GOOD = {
    "Aktivitet": "Påhittad träff", "Delmål": DELMAL, "Ansvarig": "Kumla kommun", "Målgrupp": "äldre",
    "Start": "2021-03-01", "Slut": "2021-06-30", "Status": "planerad",
}  # fmt: skip
# What an officer may write, the cell that must be told, and what it takes to mend it.
MISTAKES: list[tuple[dict[str, str], str, dict[str, str]]] = [
    ({"Ansvarig": "Kumla komun"}, "Ansvarig", {"Ansvarig": "Kumla kommun"}),
    ({"Ansvarig": ""}, "Ansvarig", {"Ansvarig": "Kumla kommun"}),
    ({"Delmål": ""}, "Delmål", {"Delmål": DELMAL}),
    ({"Delmål": "Våldsfria relationer"}, "Delmål", {"Delmål": "Våldsfria nära relationer"}),
    ({"Delmål": "Månlandning"}, "Delmål", {"Delmål": DELMAL}),
    ({"Målgrupp": "äldre; ungdommar"}, "Målgrupp", {"Målgrupp": "äldre; barn och unga"}),
    ({"Status": "påbörjad"}, "Status", {"Status": "pågår"}),
    ({"Start": "1/3-21"}, "Start", {"Start": "2021-03-01"}),
    ({"Start": "2021-02-30"}, "Start", {"Start": "2021-02-28"}),
    ({"Start": "hösten 2021"}, "Start", {"Start": "2021"}),
    ({"Start": "2021-07-01", "Slut": "2021-06-30"}, "Start", {"Start": "2021-06-01"}),
    ({"Status": "planerad; pågår"}, "Status", {"Status": "planerad"}),
    ({"Aktivitet": ""}, "Aktivitet", {"Aktivitet": "Påhittad träff utan namn"}),
    ({"Länsdel": "Söderut"}, "Länsdel", {"Länsdel": "länsdel Söder"}),
    (
        {"Arbetssätt": "samordnade individuella planer"},
        "Arbetssätt",
        {"Arbetssätt": "samordnad individuell plan (SIP)"},
    ),
    ({"Id": "samma"}, "Id", {"Id": "annan"}),
]


def cell(sheet: Worksheet, row: int, column: str, text: str) -> None:
    sheet.cell(row, COLUMNS.index(column) + 1).value = text or None


def filled(rows: list[dict[str, str]], store: Store) -> openpyxl.Workbook:
    """The template, filled in below its example row."""
    book = openpyxl.load_workbook(io.BytesIO(template.to_xlsx(store)))
    for number, row in enumerate(rows, 3):
        for column, text in {"Id": f"r{number}", **GOOD, "Aktivitet": f"Påhittad träff {number}", **row}.items():
            cell(book["Aktiviteter"], number, column, text)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def check(book: openpyxl.Workbook, store: Store) -> Checked:
    return check_files(store, [("ifylld.xlsx", saved(book))])


def violations(checked: Checked) -> list[str]:
    return [place_text(r, "sv") for r in checked.outcome.results if r.severity == "violation"]


@pytest.fixture(scope="module")
def mistaken(shipped: Store) -> openpyxl.Workbook:
    return filled([{"Id": "samma"}, *(row for row, _, _ in MISTAKES)], shipped)


def test_every_mistake_is_told_once_at_its_cell_in_order(shipped: Store, mistaken: openpyxl.Workbook) -> None:
    told = violations(check(mistaken, shipped))
    wanted = [
        f"Aktiviteter!{chr(65 + COLUMNS.index(column))}{number} ({column})"
        for number, (_, column, _) in enumerate(MISTAKES, 4)
    ]
    assert told == wanted


def test_mending_what_is_told_leaves_nothing_to_mend(shipped: Store) -> None:
    book = filled([{"Id": "samma"}, *(row for row, _, _ in MISTAKES)], shipped)
    for number, (_, _, cure) in enumerate(MISTAKES, 4):
        for column, text in cure.items():
            cell(book["Aktiviteter"], number, column, text)
    checked = check(book, shipped)
    assert violations(checked) == []
    assert checked.outcome.conforms
    assert checked.outcome.closes


@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_proposal_is_what_cures_it(shipped: Store, number: int) -> None:
    row, column, cure = MISTAKES[number]
    result = next(r for r in check(filled([{"Id": "samma"}, row], shipped), shipped).outcome.results
                  if r.severity == "violation")  # fmt: skip
    if result.instead:
        book = filled([{"Id": "samma"}, {**row, column: result.instead}], shipped)
        assert violations(check(book, shipped)) == []
    else:
        assert result.message("sv")
        assert cure


def test_workbook_comes_back_with_each_fault_in_a_comment_at_its_cell(
    shipped: Store, mistaken: openpyxl.Workbook
) -> None:
    checked = check(mistaken, shipped)
    back = openpyxl.load_workbook(io.BytesIO(to_xlsx(checked, "sv")))
    sheet = back["Aktiviteter"]
    for number, (row, column, _) in enumerate(MISTAKES, 4):
        marked = sheet.cell(number, COLUMNS.index(column) + 1)
        assert marked.comment, (number, column)
        assert "Fel:" in marked.comment.text
        assert marked.value == (row.get(column) or None)
        assert marked.fill.fgColor.rgb != sheet.cell(3, COLUMNS.index(column) + 1).fill.fgColor.rgb
    assert back.sheetnames[-1] == "Granskning"
    assert back.sheetnames[:-1] == mistaken.sheetnames


def test_json_is_that_of_the_contract(shipped: Store, mistaken: openpyxl.Workbook, tmp_path: Path) -> None:
    file = tmp_path / "ifylld.xlsx"
    file.write_bytes(saved(mistaken))
    result = CliRunner().invoke(group, ["validate", str(file), "--format", "json"], standalone_mode=False)
    assert result.return_value == 1
    made = json.loads(result.stdout)
    first = next(r for r in made["results"] if r["severity"] == "violation")
    assert first["cell"] == {"sheet": "Aktiviteter", "address": "E4", "row": 4, "column": "E", "header": "Ansvarig"}
    assert first["suggestion"] == {"iri": "https://w3id.org/rusgraf/id/aktor/kumla-kommun", "label": "Kumla kommun"}
    assert first["path"] == "https://w3id.org/rusgraf/spec/ansvarig"
    assert first["value"] == "Kumla komun"
    assert first["file"] == str(file)
    assert made["counts"]["violation"] == len(MISTAKES)
    shaped = next(r for r in made["results"] if r["shape"].endswith("/Aktivitet-ansvarig"))
    assert shaped["cell"]["address"] == "E5"
    assert set(made["effect"]) >= {"closes", "opens"}


def test_command_gives_the_workbook_back_and_only_of_one_sheet(
    shipped: Store, mistaken: openpyxl.Workbook, tmp_path: Path
) -> None:
    file, other, out = (tmp_path / name for name in ("ifylld.xlsx", "plan.ttl", "granskad.xlsx"))
    file.write_bytes(saved(mistaken))
    other.write_text("<https://example.org/a> <https://example.org/p> 1 .", encoding="utf-8")
    result = CliRunner().invoke(group, ["validate", str(file), "-o", str(out)], standalone_mode=False)
    assert result.return_value == 1
    assert "Granskning" in openpyxl.load_workbook(out).sheetnames
    for files in ([str(file), str(other)], [str(other)]):
        result = CliRunner().invoke(group, ["validate", *files, "-o", str(out)], standalone_mode=False)
        assert result.exception
        assert "A workbook comes back of one activity sheet" in str(result.exception)


def test_csv_comes_back_as_a_workbook(shipped: Store) -> None:
    text = "Id;Aktivitet;Delmål;Ansvarig\r\n1;Träff;Våldsfria nära relationer;Kumla komun\r\n"
    checked = check_files(shipped, [("ark.csv", text.encode())])
    assert violations(checked) == ["D2 (Ansvarig)"]
    back = openpyxl.load_workbook(io.BytesIO(to_xlsx(checked, "sv")))
    comment = back["Aktiviteter"]["D2"].comment
    assert comment
    assert "Kumla kommun" in comment.text


def test_terminal_names_the_column_that_was_meant(tmp_path: Path) -> None:
    file = tmp_path / "ark.csv"
    file.write_text("Aktivitet;Delmål;Ansvarig;Strt\nPåhittad;Xyz;Xyz;2027\n", encoding="utf-8")
    lines = CliRunner().invoke(group, ["validate", str(file), "--lang", "en"]).output.splitlines()
    told = next(i for i, line in enumerate(lines) if "D1 (Strt)" in line)
    assert lines[told + 1].strip() == "Did you mean Start?"


def test_sheet_is_checked_over_http_and_comes_back_on_demand(client: FlaskClient, mistaken: openpyxl.Workbook) -> None:
    content = saved(mistaken)
    sent = {"data": content, "content_type": XLSX}
    made = client.post("/validate", **sent, headers={"Accept": "application/json"}).get_json()
    assert made["counts"]["violation"] == len(MISTAKES)
    back = client.post("/validate", **sent, headers={"Accept": XLSX})
    assert back.mimetype == XLSX
    assert "Granskning" in openpyxl.load_workbook(io.BytesIO(back.data)).sheetnames
    form = {"file": (io.BytesIO(content), "ifylld.xlsx"), "back": "1"}
    assert client.post("/validate", data=form, headers={"Accept": "text/html"}).mimetype == XLSX
    page = client.post(
        "/validate", data={"file": (io.BytesIO(content), "ifylld.xlsx")}, headers={"Accept": "text/html"}
    )
    assert "Aktiviteter!E4 (Ansvarig)" in page.text
    assert "Menade du ”Kumla kommun”?" in page.text
    assert client.post("/validate", data=b"<a:b> <c:d> 1 .", content_type="text/turtle",
                       headers={"Accept": XLSX}).status_code == 406  # fmt: skip


def test_page_says_by_rule_what_a_file_would_close_and_leads_there(client: FlaskClient) -> None:
    content = "Id;Aktivitet;Delmål;Ansvarig\n1;Träff;Ökad möjlighet till egen försörjning;Kumla kommun\n".encode()
    told, page = (
        client.post("/validate", data=content, content_type="text/csv", headers={"Accept": accept})
        for accept in ("application/json", "text/html")
    )
    closes = told.get_json()["effect"]["closes"]
    assert {f.partition("/")[0] for f in closes} >= {"delmal-utan-aktivitet"}
    assert find_query("delmal-utan-aktivitet").head["summary"] in page.text
    for finding in closes:
        assert f'<a href="/gaps/{finding}?lang=sv">' in page.text
        assert client.get(f"/gaps/{finding}?lang=sv").status_code == 200


def test_what_if_takes_a_sheet_and_tells_that_it_has_faults(shipped: Store, tmp_path: Path) -> None:
    file = tmp_path / "ark.csv"
    file.write_text(
        "Id;Aktivitet;Delmål;Ansvarig\n1;Träff;Ökad möjlighet till egen försörjning;Kumla komun\n", encoding="utf-8"
    )
    result = CliRunner().invoke(group, ["gaps", "--with", str(file)], standalone_mode=False)
    assert result.exception is None
    assert "delmal-utan-aktivitet/" in result.stdout
    assert re.search(r"aktivitet-utan-ansvarig/\w+ \(okänd\)", result.stdout)
    assert "1 fel" in result.stderr
