"""Is each form of a date read as the day that it states, and each doubtful form asked?"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel

from rusgraf.tabular import dates
from rusgraf.tabular.dates import Doubt, Period, parse, read

DAYS = {
    "2026-03-01": "2026-03-01",
    "2026-3-1": "2026-03-01",
    "2026/03/01": "2026-03-01",
    "2026‑03‑01": "2026-03-01",
    "2026–03–01": "2026-03-01",
    "20260301": "2026-03-01",
    "2026-03-01 00:00:00": "2026-03-01",
    "2026-03-01T08:30:00": "2026-03-01",
    "1 mars 2026": "2026-03-01",
    "1 MARS 2026": "2026-03-01",
    "1 mar. 2026": "2026-03-01",
    "den 1 mars 2026": "2026-03-01",
    "1:a mars 2026": "2026-03-01",
    "1:e mars, 2026": "2026-03-01",
    "1 March 2026": "2026-03-01",
    "March 1, 2026": "2026-03-01",
    "29 februari 2028": "2028-02-29",
    "1/3 2026": "2026-03-01",
    "1/3-2026": "2026-03-01",
    "01.03.2026": "2026-03-01",
    "13/3/2026": "2026-03-13",
    "3/3/2026": "2026-03-03",
}
SPANS = {
    "mars 2026": ("2026-03-01", "2026-03-31", "month", ""),
    "feb 2028": ("2028-02-01", "2028-02-29", "month", ""),
    "2026-03": ("2026-03-01", "2026-03-31", "month", ""),
    "2026-12": ("2026-12-01", "2026-12-31", "month", ""),
    "2026 december": ("2026-12-01", "2026-12-31", "month", ""),
    "2026": ("2026-01-01", "2026-12-31", "year", ""),
    "vecka 10 2026": ("2026-03-02", "2026-03-08", "week", ""),
    "v.10 2026": ("2026-03-02", "2026-03-08", "week", ""),
    "2026-W53": ("2026-12-28", "2027-01-03", "week", ""),
    "kvartal 1 2026": ("2026-01-01", "2026-03-31", "quarter", ""),
    "Q4 2026": ("2026-10-01", "2026-12-31", "quarter", ""),
    "mars–juni 2026": ("2026-03-01", "2026-06-30", "month", "month"),
    "mars-juni 2026": ("2026-03-01", "2026-06-30", "month", "month"),
    "mars t.o.m. juni 2026": ("2026-03-01", "2026-06-30", "month", "month"),
    "mars till och med juni 2026": ("2026-03-01", "2026-06-30", "month", "month"),
    "nov 2025 - feb 2026": ("2025-11-01", "2026-02-28", "month", "month"),
    "2026-03 – 2026-06": ("2026-03-01", "2026-06-30", "month", "month"),
    "1–15 mars 2026": ("2026-03-01", "2026-03-15", "day", "day"),
    "1 mars–juni 2026": ("2026-03-01", "2026-06-30", "day", "month"),
    "1/3–30/6 2026": ("2026-03-01", "2026-06-30", "day", "day"),
    "2026-03-01 till 2026-06-15": ("2026-03-01", "2026-06-15", "day", "day"),
    "2026-03-01/2026-06-15": ("2026-03-01", "2026-06-15", "day", "day"),
    "2026–2027": ("2026-01-01", "2027-12-31", "year", "year"),
    "Q1–Q3 2026": ("2026-01-01", "2026-09-30", "quarter", "quarter"),
}
ASKED = {
    "1/3-26": ("2026-03-01", "2001-03-26"),
    "26-03-01": ("2001-03-26", "2026-03-01"),
    "260301": ("2001-03-26", "2026-03-01"),
    "3/4/2026": ("2026-04-03", "2026-03-04"),
    "3/13 2026": ("2026-03-13",),
    "1 mars 26": ("2026-03-01",),
    "mars -26": ("2026-03",),
    "202603": ("2026-03",),
    "200301": ("2003-01", "2020-03-01"),
    "46082": ("2026-03-01", "2030-03-02"),
}
IMPOSSIBLE = ["2026-02-29", "31 april 2026", "2026-13-01", "vecka 53 2025", "juni-mars 2026", "0000-01-01", "32/1 2026"]
UNREADABLE = [
    "", "våren 2026", "ht 2026", "löpande", "tills vidare", "2026-", "1 mars", "mars", "2025/2026", "2025/26",
    "2026-27", "20260301-20260630x",
    "1 mars - 2026", "½ 2026", "٣ mars 2026", "²/3 2026", "-", "2026-2027-2028", "x" * 100, "1" * 61,
]  # fmt: skip


def shown(found: dates.Found) -> tuple[str, str, str, str]:
    assert isinstance(found, Period), found
    return found.first.isoformat(), found.last.isoformat(), found.precision, found.until


@pytest.mark.parametrize(("text", "day"), DAYS.items())
def test_a_day_is_read(text: str, day: str) -> None:
    assert shown(parse(text)) == (day, day, "day", "")


@pytest.mark.parametrize(("text", "span"), SPANS.items())
def test_a_span_is_read_from_its_first_day_to_its_last(text: str, span: tuple[str, str, str, str]) -> None:
    assert shown(parse(text)) == span


@pytest.mark.parametrize(("text", "readings"), ASKED.items())
def test_a_doubtful_date_is_asked_with_its_readings(text: str, readings: tuple[str, ...]) -> None:
    assert parse(text) == Doubt("doubtful-date", readings)


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_a_day_that_no_calendar_has_is_impossible(text: str) -> None:
    assert parse(text) == dates.IMPOSSIBLE


@pytest.mark.parametrize("text", UNREADABLE)
def test_words_and_halves_are_no_date(text: str) -> None:
    assert parse(text) == dates.UNREADABLE


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.booleans())
def test_a_serial_is_the_day_that_excel_shows(day: date, mac: bool) -> None:
    serial = to_excel(day, CALENDAR_MAC_1904) if mac else to_excel(day)
    found = read(float(serial), mac)
    assert isinstance(found, Period)
    assert (found.first, found.last, found.number) == (day, day, True)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (datetime(2026, 3, 1, 14, 30), ("2026-03-01", "2026-03-01", "day", "")),
        (date(2026, 3, 1), ("2026-03-01", "2026-03-01", "day", "")),
        (46082.75, ("2026-03-01", "2026-03-01", "day", "")),
        (2026.0, ("2026-01-01", "2026-12-31", "year", "")),
        (20260301.0, ("2026-03-01", "2026-03-01", "day", "")),
    ],
)
def test_a_cell_that_is_no_text_is_read(raw: float | date, expected: tuple[str, str, str, str]) -> None:
    assert shown(read(raw, False)) == expected


@pytest.mark.parametrize(
    "raw", [True, time(8), timedelta(1), 0.0, 1.0, -46082.0, 2026.5, 1e9, 1e300, float("nan"), float("inf")]
)
def test_other_numbers_times_and_truth_values_are_no_date(raw: float | time | timedelta) -> None:
    assert read(raw, False) == dates.UNREADABLE


def test_a_serial_without_a_date_system_is_asked() -> None:
    assert read(46082.0, None) == Doubt("doubtful-date", ("2026-03-01", "2030-03-02"))


@given(st.dates(date(1000, 1, 1)))
def test_every_iso_date_is_read(day: date) -> None:
    assert shown(parse(day.isoformat())) == (day.isoformat(), day.isoformat(), "day", "")


@given(st.text(max_size=70) | st.text("0123456789-–/. marsvQtil", max_size=30))
def test_any_text_is_a_period_in_order_or_a_doubt(text: str) -> None:
    found = parse(text)
    assert isinstance(found, Doubt) or found.first <= found.last


@given(st.floats() | st.integers(-10, 10**9).map(float), st.sampled_from([True, False, None]))
def test_any_number_is_a_period_in_order_or_a_doubt(number: float, system: bool | None) -> None:
    found = read(number, system)
    assert isinstance(found, Doubt) or found.first <= found.last
