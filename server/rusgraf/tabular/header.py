"""Which row is the header, and which column is which? Found by the names of the columns, wherever the table stands.

Case, marks, spaces and a star at the end do not count. It tells unknown, doubled and missing headings; it reads no
activity. Layer: domain; standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from rusgraf.tabular.faults import Faults, Hint
from rusgraf.tabular.model import COLUMNS, REQUIRED, Place, Raw, Record, Table, letters
from rusgraf.tabular.text import clean, plain

_KEYS = {plain(name): name for name in COLUMNS}
_MAX_NAME = 24
_MAX_HEADING = 60
_ENOUGH = 3
"""A row with so many names of columns is the header; two will do where no row has more."""


@dataclass(frozen=True)
class Header:
    """A header as found: its row and line, and its headings as they stand, with their column numbers."""

    row: int
    line: int
    headings: tuple[tuple[int, str], ...]

    @property
    def columns(self) -> dict[str, int]:
        """The known columns, each where its name stands first."""
        found: dict[str, int] = {}
        for column, text in self.headings:
            if name := known(text):
                found.setdefault(name, column)
        return found

    @property
    def is_complete(self) -> bool:
        """Whether the columns that must be there are."""
        return set(REQUIRED) <= self.columns.keys()


def known(text: Raw) -> str:
    """The column that a heading names, "" when it is none."""
    return _KEYS.get(plain(text), "") if isinstance(text, str) and 0 < len(text) <= _MAX_NAME else ""


def header_of(record: Record) -> Header:
    """A row looked at as a header."""
    texts = (
        (record.first + i, clean(v)[:_MAX_HEADING]) for i, v in enumerate(record.values) if isinstance(v, str) and v
    )
    return Header(record.row, record.line, tuple((column, text) for column, text in texts if text))


def find_header(records: Iterable[Record]) -> Header | None:
    """The first row that names three columns, else the first that names most, but at least two."""
    best: Header | None = None
    most = 1
    for record in records:
        number = len({name for value in record.values if (name := known(value))})
        if number > most:
            best, most = header_of(record), number
        if number >= _ENOUGH:
            break
    return best


def repeats(record: Record) -> bool:
    """Whether a row below the header is a header again."""
    return len({name for value in record.values if (name := known(value))}) >= _ENOUGH


def read_header(header: Header, sheet: str, faults: Faults) -> Table:
    """The table that a header begins; what is wrong with the header is told."""
    columns = header.columns
    table = Table(sheet, header.row, {name: columns[name] for name in sorted(columns, key=COLUMNS.index)}, header.line)
    unknown: dict[str, int] = {}
    for column, text in header.headings:
        place = Place(sheet, header.row, column, known(text) or text, header.line)
        name = known(text)
        if not name:
            unknown.setdefault(text, column)
            nearest = propose(text, [c for c in COLUMNS if c not in columns])
            faults.tell("unknown-column", place, Hint(suggestion=nearest), seen=text)
        elif columns[name] != column:
            faults.tell("doubled-column", place, column=name, first=f"{letters(columns[name])}{header.row}")
    for name in REQUIRED:
        if name not in columns:
            _tell_missing(name, unknown, table, faults)
    return table


def _tell_missing(name: str, unknown: dict[str, int], table: Table, faults: Faults) -> None:
    """A column that must be there: told at the unknown heading that seems meant, else at the header's first cell."""
    meant = next((text for text in unknown if propose(text, [name])), "")
    column = unknown.get(meant) or min(table.columns.values())
    faults.tell(
        "missing-column", Place(table.sheet, table.row, column, name, table.line), Hint(suggestion=name), column=name
    )


def propose(text: str, names: Sequence[str]) -> str:
    """The column that an unknown heading seems to mean: one that it begins with, or is spelt nearly like; "" for none.

    >>> propose("Startdatum", ["Slut", "Start"]), propose("Ansvarg", ["Ansvarig"])
    ('Start', 'Ansvarig')
    """
    keys = {plain(name): name for name in names}
    key = plain(text)
    begun = [k for k in keys if key.startswith(k)]
    near = begun or get_close_matches(key, keys, n=1, cutoff=0.75)
    return keys[near[0]] if near else ""
