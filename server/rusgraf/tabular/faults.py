"""Which faults can a sheet have, and what is an officer told of each?

``MESSAGES`` is the list of all codes: a code that is not in it does not exist. A fault of the file as a whole, that
leaves nothing to read, is a RusgrafError and not here; nor is what the shapes demand. Layer: domain; standard library
only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rusgraf.tabular.model import Fault, Place

_SHOWN = 80


@dataclass(frozen=True)
class Message:
    """What a fault of one code is: its severity, and what is wrong and what to do, in both languages."""

    severity: str
    sv: str
    en: str


_DATE_SV = "Skriv det som 2026-03-01, 1 mars 2026, mars 2026 eller 2026"
_DATE_EN = "Write it as 2026-03-01, 1 mars 2026, mars 2026 or 2026"

MESSAGES = {
    "missing-column": Message(
        "violation",
        "Kolumnen {column} saknas. Lägg till den i rubrikraden, stavad så.",
        "The column {column} is missing. Add it to the heading row, spelt like that.",
    ),
    "doubled-column": Message(
        "violation",
        "Rubriken {column} finns redan i {first}, och bara den kolumnen läses. Ta bort eller döp om den här.",
        "The heading {column} stands in {first} already, and only that column is read. Remove or rename this one.",
    ),
    "several-sheets": Message(
        "violation",
        "Flera blad har en sådan rubrikrad ({sheets}), och inget heter Aktiviteter. Inget är läst: döp det blad som "
        "gäller till Aktiviteter.",
        "Several sheets have such a heading row ({sheets}), and none is named Aktiviteter. None was read: name the one "
        "that counts Aktiviteter.",
    ),
    "second-table": Message(
        "violation",
        "Här börjar en tabell med andra rubriker. Raderna härifrån är inte lästa: flytta dem till ett eget blad.",
        "A table with other headings begins here. The rows from here on were not read: move them to another sheet.",
    ),
    "doubtful-encoding": Message(
        "violation",
        "Filens teckenkodning går inte att avgöra: texten kan läsas på flera sätt. Spara den som CSV UTF-8.",
        "The encoding of the file cannot be told: its text can be read in several ways. Save it as CSV UTF-8.",
    ),
    "garbled-text": Message(
        "violation",
        "Texten har tecken som har blivit fel när filen sparades: {seen}. Skriv om den.",
        "The text has characters that were spoilt when the file was saved: {seen}. Write it anew.",
    ),
    "error-value": Message(
        "violation",
        "Cellen har felvärdet {seen}. Rätta formeln eller skriv värdet.",
        "The cell holds the error {seen}. Mend the formula or write the value.",
    ),
    "uncalculated-formula": Message(
        "violation",
        "Cellen har en formel utan uträknat värde. Öppna filen i Excel och spara den, eller skriv värdet.",
        "The cell holds a formula without a calculated value. Open the file in Excel and save it, or write the value.",
    ),
    "several-values": Message(
        "violation",
        "Kolumnen {column} tar ett värde, men här står flera: {seen}. Lämna kvar ett.",
        "The column {column} takes one value, but here are several: {seen}. Leave one.",
    ),
    "unreadable-date": Message(
        "violation",
        "Det går inte att läsa {seen} som ett datum. " + _DATE_SV + ", eller lämna cellen tom.",
        "{seen} cannot be read as a date. " + _DATE_EN + ", or leave the cell empty.",
    ),
    "impossible-date": Message(
        "violation",
        "Datumet {seen} finns inte i kalendern. " + _DATE_SV + ".",
        "The date {seen} is not in the calendar. " + _DATE_EN + ".",
    ),
    "doubtful-date": Message(
        "violation",
        "Vilken dag är {seen}? " + _DATE_SV + ".",
        "Which day is {seen}? " + _DATE_EN + ".",
    ),
    "two-ends": Message(
        "violation",
        "Start anger en period som slutar {first}, men Slut säger {seen}. Skriv bara startdagen i Start.",
        "Start states a period that ends {first}, but Slut says {seen}. Write the first day only in Start.",
    ),
    "period-as-end": Message(
        "violation",
        "Vilken dag är slutet? {seen} är en period. Skriv den sista dagen i Slut.",
        "Which day is the end? {seen} is a period. Write the last day in Slut.",
    ),
    "near-name": Message(
        "violation",
        "Inget i grafen heter {seen}. Menade du {choices}?",
        "Nothing in the graph is called {seen}. Did you mean {choices}?",
    ),
    "unknown-name": Message(
        "violation",
        "Inget i grafen heter {seen}, och inget liknar det. Välj i mallens lista för {column}, eller be den som "
        "förvaltar grafen att lägga till det.",
        "Nothing in the graph is called {seen}, or anything like it. Choose from the template's list for {column}, or "
        "ask the steward of the graph to add it.",
    ),
    "ambiguous-name": Message(
        "violation",
        "Flera heter {seen}: {choices}. Skriv det som gäller så som det står här.",
        "Several are called {seen}: {choices}. Write the one that you mean as it stands here.",
    ),
    "doubled-id": Message(
        "violation",
        "{seen} står redan i {first}. Ge den här raden ett eget Id, eller ta bort den.",
        "{seen} stands in {first} already. Give this row an Id of its own, or remove it.",
    ),
    "doubled-name": Message(
        "warning",
        "Aktiviteten {seen} står också i {first}. Ta bort den ena om det är samma.",
        "The activity {seen} stands in {first} too. Remove one of them if they are the same.",
    ),
    "old-template": Message(
        "warning",
        "Mallen är gammal ({seen}). Hämta en ny med rusgraf template eller på webbplatsen; det ifyllda läses ändå.",
        "The template is old ({seen}). Get a new one by rusgraf template or on the web site; this one is read too.",
    ),
    "old-lists": Message(
        "info",
        "Mallens listor kommer från en tidigare utgåva av data ({seen}).",
        "The lists of the template come from an earlier release of the data ({seen}).",
    ),
    "too-many-faults": Message(
        "violation",
        "Ytterligare {count} fel och varningar visas inte. Rätta dem som visas och läs in filen igen.",
        "A further {count} violations and warnings are not shown. Mend those shown and read the file again.",
    ),
    "unknown-column": Message(
        "warning",
        "Kolumnen {seen} är okänd och läses inte. Rätta rubriken, eller låt den stå om den bara är till för er.",
        "The column {seen} is unknown and is not read. Mend the heading, or leave it if it is for yourselves only.",
    ),
    "column-without-heading": Message(
        "warning",
        "Kolumnen har värden men ingen rubrik, och läses inte. Ge den en rubrik eller ta bort den.",
        "The column has values but no heading, and is not read. Give it a heading or remove it.",
    ),
    "merged-rows": Message(
        "warning",
        "Cellerna {range} är sammanfogade: värdet läses bara på den första raden. Dela dem och skriv det på varje rad.",
        "The cells {range} are merged: the value counts for the first row only. Unmerge them and write it on each row.",
    ),
    "date-as-text": Message(
        "warning",
        "Cellen är ett datum, läst som {seen}. Om du skrev något annat: ge cellen formatet Text och skriv det igen.",
        "The cell is a date, read as {seen}. If you typed something else, format the cell as text and type it again.",
    ),
    "unlikely-year": Message(
        "warning",
        "Året i {seen} är osannolikt. Kontrollera det.",
        "The year in {seen} is unlikely. Check it.",
    ),
    "sheet-not-read": Message(
        "warning",
        "Bladet {seen} läses inte, bara {read}. Flytta dit de rader som ska med.",
        "The sheet {seen} is not read, only {read}. Move there the rows that are to be included.",
    ),
    "no-rows": Message(
        "warning",
        "Det finns inga aktiviteter under rubrikraden. Fyll i minst en rad.",
        "There are no activities below the heading row. Fill in at least one row.",
    ),
    "example-row": Message(
        "info",
        "Exempelraden läses inte.",
        "The example row is not read.",
    ),
    "repeated-heading": Message(
        "info",
        "Rubrikraden upprepas här och läses inte som en aktivitet.",
        "The heading row is repeated here and is not read as an activity.",
    ),
    "hidden-rows": Message(
        "info",
        "Dolda rader läses också: {seen}.",
        "Hidden rows are read too: {seen}.",
    ),
    "hidden-column": Message(
        "info",
        "Kolumnen {column} är dold men läses.",
        "The column {column} is hidden but is read.",
    ),
    "date-from-number": Message(
        "info",
        "Talet {seen} läses som datumet {date}.",
        "The number {seen} is read as the date {date}.",
    ),
    "imprecise-date": Message(
        "info",
        "{seen} läses som {date}: i Start den första dagen, i Slut den sista.",
        "{seen} is read as {date}: in Start the first day, in Slut the last.",
    ),
    "period-as-start": Message(
        "info",
        "Perioden {seen} läses som start och slut: {date}.",
        "The period {seen} is read as start and end: {date}.",
    ),
    "line-break": Message(
        "info",
        "Radbrytningen läses som ett mellanslag. Skilj flera värden åt med semikolon.",
        "The line break is read as a space. Separate several values by a semicolon.",
    ),
    "unusual-encoding": Message(
        "info",
        "Filen är läst som {seen}; orden i den är svenska bara då.",
        "The file was read as {seen}; only then are the words in it Swedish.",
    ),
}
"""Every code, with what is said of it."""


@dataclass(frozen=True)
class Hint:
    """What a fault offers beside its message: the readings of a question, or a text that would do."""

    readings: tuple[str, ...] = ()
    suggestion: str = ""


def fault(code: str, place: Place, hint: Hint = Hint(), **values: object) -> Fault:
    """A fault of the list at a place; `values` fill its message, long ones are cut."""
    message = MESSAGES[code]
    shown = {name: _cut(str(value)) for name, value in values.items()}
    said = (message.sv.format(**shown), message.en.format(**shown))
    return Fault(message.severity, code, *said, place, hint.suggestion, hint.readings)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


class Faults:
    """The faults of a file as they are found; an info is kept once per code and column, with the count of the rest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._found: list[Fault] = []
        self._infos: dict[tuple[str, str, str], Fault] = {}
        self._more: Counter[tuple[str, str, str]] = Counter()
        self._left_out = 0

    def tell(self, code: str, place: Place, hint: Hint = Hint(), **values: object) -> None:
        """Keep a fault of the list, or count it where there are enough."""
        if MESSAGES[code].severity == "info":
            key = (code, place.sheet, place.header)
            if key in self._infos:
                self._more[key] += 1
            else:
                self._infos[key] = fault(code, place, hint, **values)
        elif len(self._found) < self._limit:
            self._found.append(fault(code, place, hint, **values))
        else:
            self._left_out += 1

    def listed(self, sheets: Iterable[str]) -> tuple[Fault, ...]:
        """All faults by place, the sheets in the order given; last the count of those left out."""
        order = {sheet: number for number, sheet in enumerate(sheets)}
        infos = [replace(info, more=self._more[key]) for key, info in self._infos.items()]
        every = sorted(
            [*self._found, *infos],
            key=lambda f: (order.get(f.place.sheet, -1), f.place.row, f.place.column, f.code),
        )
        if self._left_out:
            every.append(fault("too-many-faults", every[-1].place, count=self._left_out))
        return tuple(every)
