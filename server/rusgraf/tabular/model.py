"""What does a read activity sheet consist of? Places, values, days, rows, tables, and the limits of reading.

Plain records: no RDF, no file format, no message. Layer: domain; standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import NamedTuple, TypeAlias

COLUMNS = (
    "Id",
    "Aktivitet",
    "Beskrivning",
    "Delmål",
    "Ansvarig",
    "Medverkande",
    "Målgrupp",
    "Indikator",
    "Arbetssätt",
    "Start",
    "Slut",
    "Status",
    "Länsdel",
)
"""The columns of the sheet, in the order of the template."""
REQUIRED = ("Aktivitet", "Delmål", "Ansvarig")
PROSE = frozenset({"Aktivitet", "Beskrivning"})
"""Columns whose text is one value, whatever semicolons it holds."""
SINGLE = frozenset({"Id", "Start", "Slut", "Status"})
"""Columns that hold one value; two are a fault."""
DATES = ("Start", "Slut")
PREFERRED = "aktiviteter"
"""The name of the sheet, casefolded."""
EXAMPLE = "exempel"
"""What the Id cell of a template's example row says, casefolded."""

Raw: TypeAlias = str | float | bool | date | time | timedelta
"""A cell as the file gives it; "" where it is empty. A datetime is a date."""
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True)
class SheetLimits:
    """What a file may ask of us. `max_rows` and `max_columns` are the farthest row and column with a value."""

    max_bytes: int = 50 * 2**20
    max_entries: int = 2_000
    max_unzipped: int = 300 * 2**20
    max_ratio: int = 100
    max_rows: int = 200_000
    max_columns: int = 200
    max_cells: int = 2_600_000
    max_cell_characters: int = 32_767
    max_characters: int = 150_000_000
    max_merges: int = 20_000
    max_faults: int = 20_000


class Record(NamedTuple):
    """A row of cells: its number as a spreadsheet counts, its first line in a text file (0 in a workbook),
    the column that the first value stands in, the values."""

    row: int
    line: int
    first: int
    values: Sequence[Raw]


Cell: TypeAlias = tuple[int, int]
"""Row and column of a cell, from 1."""


@dataclass
class Facts:
    """What a workbook says of a sheet beside the values; empty for a text file.

    `padded`: number cells shown with leading zeros, and to how many digits. `merges`: first cell, last cell.
    """

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[tuple[Cell, Cell]] = field(default_factory=list)
    uncalculated: list[Cell] = field(default_factory=list)
    errors: dict[Cell, str] = field(default_factory=dict)
    padded: dict[Cell, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """One sheet as cells. `records` can be asked again; `date1904` is None where nothing tells the date system.

    `total` is what progress counts towards: rows of a workbook, lines of a text.
    """

    sheet: str
    records: Callable[[], Iterator[Record]]
    total: int
    facts: Facts = field(default_factory=Facts)
    date1904: bool | None = None


def letters(column: int) -> str:
    """The letters of a column number.

    >>> letters(5), letters(28), letters(16384)
    ('E', 'AB', 'XFD')
    """
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True, slots=True)
class Place:
    """One cell, rows and columns from 1; `sheet` is "" and `line` the physical line in a text file.

    `header` is the name of the column as rusgraf writes it, else the file's own heading.
    """

    sheet: str
    row: int
    column: int
    header: str = ""
    line: int = 0

    @property
    def letter(self) -> str:
        """The letters of the column: "E"."""
        return letters(self.column)

    @property
    def address(self) -> str:
        """The address as a spreadsheet writes it: "E7"."""
        return f"{self.letter}{self.row}"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong at one place, or good to know: severity is violation, warning or info, as in SHACL.

    `code` is a key of ``faults.MESSAGES``. A fault with `readings` is a question: what was seen can mean each of them,
    and none was chosen. `suggestion` is a text that would do in the cell. `more` is the number of further places of
    an info that is told once.
    """

    severity: str
    code: str
    message_sv: str
    message_en: str
    place: Place
    suggestion: str = ""
    readings: tuple[str, ...] = ()
    more: int = 0

    def message(self, lang: str) -> str:
        """The message in `lang` (sv or en)."""
        return self.message_en if lang == "en" else self.message_sv


@dataclass(frozen=True)
class Source:
    """A file opened: its grids, the sheets left unopened, what was found on the way, what is said of the whole."""

    format: str
    grids: tuple[Grid, ...]
    others: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    template_version: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a cell, normalised; a cell with several has one of these for each."""

    text: str
    place: Place

    @property
    def header(self) -> str:
        """The name of the column."""
        return self.place.header


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a date cell came to: Start the first of what it states, Slut the last.

    `precision` is how exact the cell is: day, week, month, quarter or year. `column` is where it was read: the
    end of a period that stands in Start has "Start".
    """

    value: date
    precision: str
    column: str


@dataclass(frozen=True)
class Table:
    """Where a table lies: its sheet, the row and line of its header, and the column number of each known column."""

    sheet: str
    row: int
    columns: Mapping[str, int]
    line: int = 0

    def place(self, column: str, row: int = 0, line: int = 0) -> Place:
        """A cell of the table, of its header when no row is given; the key cell where the column is missing."""
        number = self.columns.get(column) or self.columns.get("Aktivitet") or min(self.columns.values())
        return Place(self.sheet, row or self.row, number, column, line or (0 if row else self.line))


@dataclass(frozen=True, slots=True)
class Row:
    """One activity: `number` is the spreadsheet's row, `line` the first line in a text file, else 0.

    `texts` holds the values in the order of the table's columns; ask `values` or `cells`, which know the places.
    """

    number: int
    line: int
    table: Table
    texts: tuple[tuple[str, ...], ...]
    start: Day | None = None
    end: Day | None = None

    @property
    def sheet(self) -> str:
        """The name of the sheet, "" in a text file."""
        return self.table.sheet

    @property
    def cells(self) -> Mapping[str, tuple[Value, ...]]:
        """The values of each column of the table; () where the cell is empty."""
        return {column: self.values(column) for column in self.table.columns}

    def values(self, column: str) -> tuple[Value, ...]:
        """The values of a cell, () where it is empty or the table has no such column."""
        for name, texts in zip(self.table.columns, self.texts, strict=True):
            if name == column and texts:
                place = self.place(column)
                return tuple(Value(text, place) for text in texts)
        return ()

    def text(self, column: str) -> str:
        """The first value of a cell, "" where there is none."""
        return next((value.text for value in self.values(column)), "")

    def place(self, column: str) -> Place:
        """The cell of a column, empty or not; the row's key cell where the table has no such column."""
        return self.table.place(column, self.number, self.line)


@dataclass(frozen=True)
class Sheet:
    """A file read: its tables, their rows in order, and every fault, in the order of the places.

    `format` is xlsx or csv; `encoding` and `delimiter` are "" for a workbook, `template_version` "" where there is
    no stamp.
    """

    name: str
    tables: tuple[Table, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    format: str
    encoding: str = ""
    delimiter: str = ""
    template_version: str = ""
