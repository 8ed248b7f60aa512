"""Which days does a date cell state? Swedish and ISO forms, periods, Excel's numbers.

A form that can mean two days is a Doubt with its readings, never a guess: two-digit years, 3/4/2026, a serial whose
date system nothing tells. What stands in words only (hösten 2026, löpande) is not read. Layer: domain; standard library
only. Weeks and dates: ISO 8601. Serials: ECMA-376 part 1, 18.17.4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from rusgraf.tabular.model import Raw


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day of what a cell states: a day, week, month, quarter or year.

    A cell that states two ends has the second one's precision in `until`. `number`: it was a serial.
    """

    first: date
    last: date
    precision: str
    until: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a cell is no date: a code of ``faults.MESSAGES``, and what it may mean, as ISO dates."""

    code: str
    readings: tuple[str, ...] = ()


Found: TypeAlias = Period | Doubt
UNREADABLE, IMPOSSIBLE = Doubt("unreadable-date"), Doubt("impossible-date")
LIKELY = range(1950, 2101)
"""The years that a plan can speak of; another is told as unlikely."""
_SERIALS = (date(1990, 1, 1), date(2100, 12, 31))
_YEARS = range(1900, 2200)
_NAMES = (
    "januari jan january",
    "februari feb febr february",
    "mars mar march",
    "april apr",
    "maj may",
    "juni jun june",
    "juli jul july",
    "augusti aug august",
    "september sep sept",
    "oktober okt october oct",
    "november nov",
    "december dec",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_MONTH = rf"(?P<m>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY, _YEAR, _SHORT = r"(?P<d>\d{1,2})(?::?[ae]|st|nd|rd|th|\.)?", r"(?P<y>\d{4})", r"[-’']?(?P<s>\d{2})"
_CLOCK = r"(?:[ t]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?z?)?"
_DASHES = str.maketrans("‐‑‒–—―−", "-------")
_JOINTS = tuple(
    map(re.compile, (r" - ", r" ?\b(?:till(?: och med)?|t ?\.? ?o ?\.? ?m\b\.?|to|until)(?: |$)", r" ?/ ?", r" ?-+ ?"))
)
_WRITTEN_YEAR, _FROM_MONTH = re.compile(r"(?<!\d)\d{4}(?!\d)"), re.compile(rf"{_MONTH}.*")


def parse(text: str) -> Found:
    """The days that a text states.

    >>> parse("1 mars 2026").first.isoformat(), parse("mars–juni 2026").last.isoformat()
    ('2026-03-01', '2026-06-30')
    >>> parse("3/4/2026").readings
    ('2026-04-03', '2026-03-04')
    """
    if len(text) > 60:
        return UNREADABLE
    said = " ".join(text.casefold().translate(_DASHES).split())
    return _point(said) or _joined(said) or UNREADABLE


def read(raw: Raw, date1904: bool | None) -> Found:
    """The days that a cell states; `date1904` is the date system of its workbook, None where it has none."""
    if isinstance(raw, datetime):
        return _day(raw.date())
    if isinstance(raw, date):
        return _day(raw)
    if isinstance(raw, bool | time | timedelta):
        return UNREADABLE
    if isinstance(raw, str):
        return parse(raw)
    return _number(raw, date1904)


def _number(number: float, date1904: bool | None) -> Found:
    if 0 < number < 10**8 and (number >= 10**5 or number in _YEARS):
        return parse(str(int(number)))
    days = {system: _serial(number, system) for system in ((False, True) if date1904 is None else (date1904,))}
    likely = [day for day in days.values() if day and _SERIALS[0] <= day <= _SERIALS[1]]
    if len(days) == 1 and likely:
        return Period(likely[0], likely[0], "day", number=True)
    return Doubt("doubtful-date", tuple(day.isoformat() for day in likely)) if likely else UNREADABLE


def _serial(number: float, date1904: bool) -> date | None:
    """The day of an Excel serial. The 1900 system counts a 29 February 1900; after it, the count is from 1899-12-30."""
    start = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
    return start + timedelta(days=int(number)) if 0 < number < 10**6 else None


def _day(day: date) -> Period:
    return Period(day, day, "day")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _exact(year: int, month: int, day: int) -> Found:
    found = _date(year, month, day)
    return _day(found) if found else IMPOSSIBLE


def _months(year: int, month: int, count: int, precision: str) -> Found:
    """The period of `count` months from one on."""
    after = year * 12 + month - 1 + count
    first, next_ = _date(year, month, 1), _date(after // 12, after % 12 + 1, 1)
    return Period(first, next_ - timedelta(days=1), precision) if first and next_ else IMPOSSIBLE


def _week(year: int, week: int) -> Found:
    try:
        return Period(date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, 7), "week")
    except ValueError:
        return IMPOSSIBLE


def _one_of(days: Iterable[date | None]) -> Found:
    """The only day that the readings leave, a doubt where they leave several."""
    left = list(dict.fromkeys(day for day in days if day))
    if len(left) == 1:
        return _day(left[0])
    return Doubt("doubtful-date", tuple(day.isoformat() for day in left)) if left else IMPOSSIBLE


def _asked(days: Iterable[date | str | None]) -> Found:
    """A doubt, however few readings there are: the year was not written out."""
    readings = tuple(dict.fromkeys(str(day) for day in days if day))
    return Doubt("doubtful-date", readings) if readings else UNREADABLE


def _swapped(year: int, month: int, day: int) -> Found:
    """A day in Swedish order; where only the American order gives a day, a doubt that shows it."""
    american = _date(year, day, month)
    return _exact(year, month, day) if _date(year, month, day) or not american else _asked([american])


def _short(a: int, b: int, c: int) -> Found:
    """Three numbers of two digits: day month year, or year month day."""
    return _asked([_date(2000 + c, b, a), _date(2000 + a, b, c)])


# Each form and what its groups (d, m, y …) come to. The first that fits decides.
_FORMS: tuple[tuple[str, Callable[[dict[str, int]], Found]], ...] = (
    (rf"{_YEAR}([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_CLOCK}", lambda g: _exact(g["y"], g["m"], g["d"])),
    (r"(?P<y>(?:19|2[01])\d\d)(?P<m>\d\d)(?P<d>\d\d)", lambda g: _exact(g["y"], g["m"], g["d"])),
    (rf"{_YEAR}[-/.](?P<m>0?[1-9]|1[0-2])", lambda g: _months(g["y"], g["m"], 1, "month")),
    (_YEAR, lambda g: _months(g["y"], 1, 12, "year")),
    (rf"(?:den )?{_DAY} ?{_MONTH},? ?{_YEAR}", lambda g: _exact(g["y"], g["m"], g["d"])),
    (rf"{_MONTH} {_DAY},? {_YEAR}", lambda g: _exact(g["y"], g["m"], g["d"])),
    (rf"{_MONTH}[ -]?{_YEAR}", lambda g: _months(g["y"], g["m"], 1, "month")),
    (rf"{_YEAR}[ -]?{_MONTH}", lambda g: _months(g["y"], g["m"], 1, "month")),
    (rf"(?P<d>\d\d?)/(?P<m>\d\d?)(?:,? |-){_YEAR}", lambda g: _swapped(g["y"], g["m"], g["d"])),
    (rf"(?P<d>\d\d?)\. ?(?P<m>\d\d?)\. ?{_YEAR}", lambda g: _swapped(g["y"], g["m"], g["d"])),
    (
        rf"(?P<d>\d\d?)([-/])(?P<m>\d\d?)\2{_YEAR}{_CLOCK}",
        lambda g: _one_of([_date(g["y"], g["m"], g["d"]), _date(g["y"], g["d"], g["m"])]),
    ),
    (rf"(?:vecka|week|v\.?|w) ?(?P<w>\d\d?)(?:, ?|[ /-]){_YEAR}", lambda g: _week(g["y"], g["w"])),
    (rf"{_YEAR}[ -]?(?:vecka |week |v\.? ?|w)(?P<w>\d\d?)", lambda g: _week(g["y"], g["w"])),
    (rf"(?:kvartal|kv\.?|q) ?(?P<q>[1-4])[ /-]{_YEAR}", lambda g: _months(g["y"], g["q"] * 3 - 2, 3, "quarter")),
    (rf"{_YEAR}[ -]?(?:kvartal |kv\.? ?|q)(?P<q>[1-4])", lambda g: _months(g["y"], g["q"] * 3 - 2, 3, "quarter")),
    # A year of two digits, or none: asked, whatever it looks like.
    (
        r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])",
        lambda g: _asked([f"{g['y']}-{g['m']:02}", _date(2000 + g["y"] // 100, g["y"] % 100, g["m"])]),
    ),
    (r"(?P<a>\d\d)(?P<b>\d\d)(?P<c>\d\d)", lambda g: _short(g["a"], g["b"], g["c"])),
    (r"(?P<a>\d\d?)[-/. ]+(?P<b>\d\d?)[-/. ]+(?P<c>\d\d)", lambda g: _short(g["a"], g["b"], g["c"])),
    (rf"(?:den )?{_DAY} ?{_MONTH},? ?{_SHORT}", lambda g: _asked([_date(2000 + g["s"], g["m"], g["d"])])),
    (rf"{_MONTH} ?{_SHORT}", lambda g: _asked([f"{2000 + g['s']}-{g['m']:02}"])),
    (r"(?P<n>\d{5})", lambda g: _number(g["n"], None)),
)
_COMPILED = [(re.compile(form, re.ASCII), made) for form, made in _FORMS]


def _point(said: str) -> Found | None:
    """The one day, week, month, quarter or year that a text states; None where it has no such form."""
    for form, made in _COMPILED:
        if match := form.fullmatch(said):
            groups = match.groupdict()
            return made({key: _MONTHS[v] if v in _MONTHS else int(v) for key, v in groups.items()})
    return None


def _joined(said: str) -> Found | None:
    """The period between two ends; what the first lacks is taken from the second: “1–15 mars 2026”."""
    for joint in _JOINTS if _WRITTEN_YEAR.search(said) else ():
        for match in joint.finditer(said):
            left, right = said[: match.start()].strip(), said[match.end() :].strip()
            last = _point(right)
            if not isinstance(last, Period) or ("/" in match[0] and last.precision == "year"):
                continue  # 2026/2027 is a school or budget year as well
            whole = "/" in match[0] or last.precision == "year"
            first = _point(left) if whole else _completed(left, right)
            if isinstance(first, Period):
                joined = Period(first.first, last.last, first.precision, until=last.precision)
                return joined if joined.first <= joined.last else IMPOSSIBLE
    return None


def _completed(left: str, right: str) -> Found | None:
    """The first end of a period: as it stands, with the year of the second, or with its month and year."""
    year = _WRITTEN_YEAR.search(right)
    tail = _FROM_MONTH.search(right)
    for rest in ("", year and f" {year[0]}", tail and f" {tail[0]}"):
        if rest is not None and (found := _point(left + rest)):
            return found
    return None
