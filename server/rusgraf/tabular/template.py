"""What does the sheet to fill in look like? A workbook or CSV made from the graph and the shapes.

Drop-downs hold the names by which ``match`` finds the things; the note at a heading is the message of the shape for
that property. Layer: domain; openpyxl where it is used.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rusgraf import assets, tables
from rusgraf.store import Store
from rusgraf.tabular.match import TARGETS, Names
from rusgraf.tabular.model import COLUMNS, EXAMPLE, REQUIRED, letters
from rusgraf.tabular.workbook import TEMPLATE_PROPERTY
from rusgraf.tabular.write import COLUMN_OF
from rusgraf.terms import NamedNode, rus
from rusgraf.wording import has, say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FORM = "1"
"""The version of the template's form; a new one when columns or their meaning change."""
ROWS = 1000
"""How far down the lists reach."""
_STYLED = 200
_WIDTHS = {"Aktivitet": 36, "Beskrivning": 44, "Delmål": 48, "Ansvarig": 30, "Medverkande": 30, "Målgrupp": 28}
_MESSAGES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rus: <https://w3id.org/rusgraf/spec/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?egenskap ?text (LANG(?text) AS ?lang) WHERE {
  ?nod sh:targetClass rus:Aktivitet ; sh:property ?form .
  ?form sh:path ?vag ; sh:message ?text .
  OPTIONAL { ?vag sh:alternativePath/rdf:rest*/rdf:first ?led }
  BIND(COALESCE(?led, ?vag) AS ?egenskap)
  FILTER(ISIRI(?egenskap))
} ORDER BY ?egenskap ?form"""


@dataclass(frozen=True)
class Narrow:
    """What a template is narrowed to: a plan and a länsdel, or None."""

    plan: NamedNode | None = None
    lansdel: NamedNode | None = None


def stamp(store: Store) -> str:
    """The version of a template: that of its form, and the release of the data that its lists come from."""
    return f"{FORM} {store.release()}"


def age(version: str, store: Store) -> str:
    """What is to be said of a template with this stamp: old-template, old-lists, or "" when it is the present one."""
    form, _, release = version.partition(" ")
    if not version or version == stamp(store):
        return ""
    return "old-template" if form != FORM else "old-lists" if release else "old-template"


def choices(store: Store, narrow: Narrow) -> dict[str, list[str]]:
    """The names that each column offers, those of sub-goals by plan."""
    names = Names(store)
    found: dict[str, list[str]] = {}
    for column in TARGETS:
        things = [t for t in names.things(column) if _fits(store, column, t, narrow)]
        named = [(_group(store, t, column), names.label(column, t, whole=column == "Delmål")) for t in things]
        found[column] = [label for _, label in sorted(named)]
    return found


def _group(store: Store, thing: NamedNode, column: str) -> tuple[str, str]:
    """What a list is ordered by: sub-goals by plan and number."""
    if column != "Delmål":
        return ("", store.label(thing).casefold())
    plans = store.objects(thing, rus("tillhorPlan"))
    order = [str(getattr(o, "value", "")).zfill(6) for o in store.objects(thing, rus("ordning"))]
    return (store.label(plans[0]) if plans else "", order[0] if order else "")


def _fits(store: Store, column: str, thing: NamedNode, narrow: Narrow) -> bool:
    if column == "Delmål" and narrow.plan:
        return narrow.plan in store.objects(thing, rus("tillhorPlan"))
    if narrow.lansdel and column in ("Ansvarig", "Medverkande", "Länsdel"):
        above = set(store.objects(narrow.lansdel, rus("ingarI")))
        places = {o for p in ("ingarI", "verksamI") for o in store.objects(thing, rus(p))}
        within = places | {o for place in places for o in store.objects(place, rus("ingarI"))}
        if column == "Länsdel":
            return thing == narrow.lansdel or narrow.lansdel in places
        return not places or narrow.lansdel in within or bool(above & places)
    return True


def notes() -> dict[str, dict[str, str]]:
    """What the shapes say of each column: column → language → message."""
    found: dict[str, dict[str, str]] = {}
    shapes = Store.load([p for p in assets.files("shapes", ".ttl") if p.parent.name != "style"])
    for prop, text, lang in shapes.select(_MESSAGES).rows:
        column = COLUMN_OF.get(prop) if isinstance(prop, NamedNode) else None
        if column and text and lang:
            said = found.setdefault(column, {})
            said.setdefault(str(getattr(lang, "value", "")), str(getattr(text, "value", "")))
    return found


def note(column: str, said: Mapping[str, Mapping[str, str]], lang: str) -> str:
    """The note at a heading: whether it must be filled in, what goes there, how to write several."""
    must = say("must_fill" if column in REQUIRED else "may_fill", lang)
    own = f"column_{column}"
    told = say(own, lang) if has(own) else said.get(column, {}).get(lang, "")
    several = say("several_values", lang) if column in TARGETS and column != "Status" else ""
    dates = say("date_forms", lang) if column in ("Start", "Slut") else ""
    return " ".join(filter(None, (must, told, several, dates)))


def example(lists: Mapping[str, list[str]]) -> dict[str, str]:
    """The example row: invented, and marked as such in its Id cell."""
    return {
        "Id": EXAMPLE.upper(),
        "Aktivitet": "Påhittad promenadgrupp (exempelrad: läses inte)",
        "Beskrivning": "Promenad varje vecka med efterföljande fika.",
        **{column: lists[column][0] for column in ("Delmål", "Ansvarig", "Målgrupp") if lists[column]},
        "Start": "2027-03-01",
        "Slut": "2027-06-30",
        "Status": next(iter(lists["Status"]), ""),
    }


def to_csv(store: Store, narrow: Narrow = Narrow()) -> bytes:
    """The template as CSV for Swedish Excel: the headings and the example row."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(example(choices(store, narrow)))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def to_xlsx(store: Store, narrow: Narrow = Narrow()) -> bytes:
    """The template as a workbook: the sheet to fill in, what goes where, and the lists."""
    from openpyxl import Workbook
    from openpyxl.packaging.custom import StringProperty

    book = Workbook()
    lists = choices(store, narrow)
    said = notes()
    _fill_sheet(book.active, lists, said)  # type: ignore[arg-type]
    _explain(book.create_sheet("Läs mig – Read me"), said)
    _list(book.create_sheet("Listor"), lists)
    stamped = StringProperty(name=TEMPLATE_PROPERTY, value=stamp(store))
    book.custom_doc_props.append(stamped)  # type: ignore[attr-defined]
    book.properties.creator = "rusgraf"
    return tables.saved(book)


def _fill_sheet(sheet: Worksheet, lists: Mapping[str, list[str]], said: Mapping[str, Mapping[str, str]]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.title = "Aktiviteter"
    sheet.freeze_panes = "C2"
    shown = example(lists)
    for number, column in enumerate(COLUMNS, 1):
        head = sheet.cell(1, number, f"{column} *" if column in REQUIRED else column)
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor="1F4E5F")
        head.alignment = Alignment(vertical="center", wrap_text=True)
        head.comment = Comment(f"{note(column, said, 'sv')}\n\n{note(column, said, 'en')}", "rusgraf", 320, 420)
        cell = sheet.cell(2, number, shown.get(column))
        cell.font = Font(italic=True, color="595959")
        sheet.column_dimensions[letters(number)].width = _WIDTHS.get(column, 16)
        for row in range(2, _STYLED + 2):
            sheet.cell(row, number).alignment = Alignment(vertical="top", wrap_text=True)
            if column in ("Start", "Slut"):
                sheet.cell(row, number).number_format = "yyyy-mm-dd"
            elif column == "Id":
                sheet.cell(row, number).number_format = "@"
    sheet.row_dimensions[1].height = 26
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _drop_downs(sheet, lists)


def _drop_downs(sheet: Worksheet, lists: Mapping[str, list[str]]) -> None:
    """A list for each column that names things; it does not forbid other text, since a cell may hold several names."""
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, column in enumerate(lists, 1):
        rows = max(len(lists[column]), 1) + 1
        source = f"Listor!${letters(place)}$2:${letters(place)}${rows}"
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
        letter = letters(COLUMNS.index(column) + 1)
        rule.add(f"{letter}2:{letter}{ROWS + 1}")
        sheet.add_data_validation(rule)


def _list(sheet: Worksheet, lists: Mapping[str, list[str]]) -> None:
    from openpyxl.styles import Font

    for place, (column, names) in enumerate(lists.items(), 1):
        sheet.cell(1, place, column).font = Font(bold=True)
        sheet.column_dimensions[letters(place)].width = 44
        for row, name in enumerate(names, 2):
            sheet.cell(row, place, name).data_type = "s"


def _explain(sheet: Worksheet, said: Mapping[str, Mapping[str, str]]) -> None:
    """How to fill in the sheet, in Swedish and in English."""
    from openpyxl.styles import Alignment, Font

    rows: list[Iterable[str]] = []
    for lang in ("sv", "en"):
        rows += [(say("template_title", lang),), *((line,) for line in say("template_text", lang).split("\n"))]
        rows += [(f"{column}{' *' if column in REQUIRED else ''}", note(column, said, lang)) for column in COLUMNS]
        rows.append(())
    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(number, place, text)
            cell.alignment = Alignment(vertical="top", wrap_text=place > 1)
            title = text in (say("template_title", "sv"), say("template_title", "en"))
            cell.font = Font(bold=title or (place == 1 and len(tuple(row)) > 1), size=14 if title else 11)
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 110
