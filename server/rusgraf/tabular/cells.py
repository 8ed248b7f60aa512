"""What does each cell of a row say? Values of lists, prose, codes, days; and what is wrong in the cell.

The same text comes again in thousands of rows, so what it comes to is kept, with what is to be told of it at every
place. It decides nothing that the graph knows. Layer: domain; standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from rusgraf.tabular import dates
from rusgraf.tabular.faults import Faults, Hint
from rusgraf.tabular.model import DATES, PROSE, SINGLE, Cell, Day, Grid, Raw, Record, Row, Table
from rusgraf.tabular.text import clean, is_spoilt, restored, split

_ERROR = re.compile(r"#(?:[A-ZÅÄÖ]+(?:/0)?[!?]|N/A|#+)")


@dataclass(frozen=True)
class Told:
    """A fault that a cell has wherever it stands."""

    code: str
    hint: Hint = field(default_factory=Hint)
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a cell comes to: its values, what is to be told of it, the days that it states."""

    texts: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    period: dates.Period | None = None


_EMPTY = Reading()


class Cells:
    """The reader of one table's rows."""

    def __init__(self, grid: Grid, table: Table, faults: Faults) -> None:
        self._table, self._faults = table, faults
        self._padded, self._date1904 = grid.facts.padded, grid.date1904
        self._columns = [(number, self._reader(name)) for name, number in table.columns.items()]
        self._lists: dict[str, Reading] = {}
        self._days: dict[tuple[type, Raw], Reading] = {}

    def row(self, record: Record) -> Row | None:
        """The activity in a row, None where the table's cells are empty."""
        first, after = record.first, record.first + len(record.values)
        readings = [
            read(raw, (record.row, number))
            if first <= number < after and (raw := record.values[number - first]) != ""
            else _EMPTY
            for number, read in self._columns
        ]
        if not any(reading.texts for reading in readings):
            return None
        stated: dict[str, Reading] = {}
        for name, reading in zip(self._table.columns, readings, strict=True):
            for told in reading.told:
                self._tell(record, name, told)
            if reading.period:
                stated[name] = reading
        start, end = self._ends(record, stated.get("Start", _EMPTY), stated.get("Slut", _EMPTY))
        return Row(record.row, record.line, self._table, tuple(r.texts for r in readings), start, end)

    def _tell(self, record: Record, name: str, told: Told) -> None:
        place = self._table.place(name, record.row, record.line)
        self._faults.tell(told.code, place, told.hint, **told.values)

    def _reader(self, name: str) -> Callable[[Raw, Cell], Reading]:
        """How the cells of a column are read."""
        if name in DATES:
            return partial(self._day, name)
        return partial(self._single if name in PROSE | SINGLE else self._list, name)

    def _list(self, _: str, raw: Raw, cell: Cell) -> Reading:
        if not isinstance(raw, str):
            return self._typed(raw, cell)
        return self._lists.get(raw) or self._lists.setdefault(raw, _several(raw))

    def _single(self, name: str, raw: Raw, cell: Cell) -> Reading:
        return _one(raw, name) if isinstance(raw, str) else self._typed(raw, cell)

    def _typed(self, raw: Raw, cell: Cell) -> Reading:
        """A number, truth value or date where text is expected: as it is shown."""
        if isinstance(raw, date | time | timedelta):
            seen = _shown(raw)
            return Reading((seen,), (Told("date-as-text", values={"seen": seen}),))
        return Reading((_shown(raw).zfill(self._padded.get(cell, 0)),))

    def _day(self, name: str, raw: Raw, _: Cell) -> Reading:
        key = (type(raw), raw)
        return self._days.get(key) or self._days.setdefault(key, self._stated(name, raw))

    def _stated(self, name: str, raw: Raw) -> Reading:
        """The days that a cell of Start or Slut states."""
        text = clean(_shown(raw))
        if not text:
            return _EMPTY
        if told := _spoilt(text) or _many(name, text):
            return Reading((text,), told)
        found = dates.read(text if isinstance(raw, str) else raw, self._date1904)
        if isinstance(found, dates.Doubt):
            only = found.readings[0] if len(found.readings) == 1 else ""
            return Reading((text,), (Told(found.code, Hint(found.readings, only), {"seen": text}),))
        return Reading((text,), tuple(_remarks(text, found)), found)

    def _ends(self, record: Record, in_start: Reading, in_end: Reading) -> tuple[Day | None, Day | None]:
        """The first and the last day of an activity; a period in Start states both, unless Slut says otherwise."""
        start, end = in_start.period, in_end.period
        first = Day(start.first, start.precision, "Start") if start else None
        if end and end.until:
            days = (end.first.isoformat(), end.last.isoformat())
            self._tell(record, "Slut", Told("period-as-end", Hint(days), {"seen": in_end.texts[0]}))
        elif start and start.until and end and end.last != start.last:
            days = (start.last.isoformat(), end.last.isoformat())
            self._tell(record, "Slut", Told("two-ends", Hint(days), {"first": days[0], "seen": days[1]}))
        elif end:
            return first, Day(end.last, end.precision, "Slut")
        elif start and start.until:
            seen = {"seen": in_start.texts[0], "date": f"{start.first}–{start.last}"}
            self._tell(record, "Start", Told("period-as-start", values=seen))
            return first, Day(start.last, start.until, "Start")
        return first, None


def _remarks(text: str, found: dates.Period) -> Iterator[Told]:
    """What is good to know of a date that was read."""
    if found.number:
        yield Told("date-from-number", values={"seen": text, "date": found.first})
    elif found.precision != "day" and not found.until:
        yield Told("imprecise-date", values={"seen": text, "date": f"{found.first}–{found.last}"})
    if found.first.year not in dates.LIKELY or found.last.year not in dates.LIKELY:
        yield Told("unlikely-year", values={"seen": text})


def _shown(raw: Raw) -> str:
    """A cell as text: whole numbers without a point, dates as ISO writes them, truth values as Swedish Excel does."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "SANT" if raw else "FALSKT"
    if isinstance(raw, datetime):
        return raw.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 10**15:
        return str(int(raw))
    return str(raw)


def _one(raw: str, name: str) -> Reading:
    """A cell with one value."""
    text = clean(raw)
    if not text:
        return _EMPTY
    return Reading((text,), _spoilt(text) or (() if name in PROSE else _many(name, text)))


def _several(raw: str) -> Reading:
    """A cell that may hold several values."""
    texts = split(raw)
    if not texts:
        return _EMPTY
    told = _spoilt("; ".join(texts))
    lines = [clean(line) for line in raw.splitlines()]
    if not told and ";" not in raw and len(list(filter(None, lines))) > 1:
        told = (Told("line-break", Hint(suggestion="; ".join(filter(None, lines)))),)
    return Reading(texts, told)


def _spoilt(text: str) -> tuple[Told, ...]:
    if is_spoilt(text):
        return (Told("garbled-text", Hint(suggestion=restored(text)), {"seen": text}),)
    if text.startswith("#") and _ERROR.fullmatch(text):
        return (Told("error-value", values={"seen": text}),)
    return ()


def _many(name: str, text: str) -> tuple[Told, ...]:
    if ";" in text and len([part for part in text.split(";") if part.strip()]) > 1:
        return (Told("several-values", values={"column": name, "seen": text}),)
    return ()
