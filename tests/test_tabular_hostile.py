"""Does every hostile sheet give a clear error or a result, in seconds and in bounded memory, and any bytes at all?"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import random
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostile_sheets import CASES, Outcome, run
from rusgraf.errors import RusgrafError
from rusgraf.tabular import Sheet, read
from sheets import HEADER, ROW, csv, packed, parts, xlsx

SECONDS = 30
"""What no case may take of processor time: wide, since no test rests on speed."""


def outcomes() -> dict[str, Outcome]:
    """What came of each case; a case that the process died of, or hung in, is the last and has none."""
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=run, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    found: dict[str, Outcome] = {}
    with contextlib.suppress(EOFError):
        while ours.poll(120):
            name = ours.recv()
            if not ours.poll(4 * SECONDS):
                break
            found[name] = ours.recv()
    process.kill()
    process.join()
    return found


def wrong_with(name: str, outcome: Outcome) -> str:
    """What is not as the case expects, "" when all is."""
    case = CASES[name]
    if (outcome.error, case.words in outcome.message) != (case.error, True):
        return f"{outcome.error}: {outcome.message}"
    if case.error and (case.name not in outcome.message or len(outcome.line) > 1000):
        return f"unclear: {outcome.line}"
    return "" if outcome.seconds < SECONDS else f"{outcome.seconds:.0f} s"


def test_every_hostile_sheet_gives_a_clear_error_or_a_result_in_seconds_and_little_memory() -> None:
    found = outcomes()
    assert list(found) == list(CASES), "the process died or hung in the case after these"
    assert {name: wrong for name, outcome in found.items() if (wrong := wrong_with(name, outcome))} == {}


NAMES = st.sampled_from(
    ["plan.xlsx", "plan.csv", "PLAN.XLSX", "plan.tsv", "plan.txt", "plan.xls", "plan", ".xlsx", "x\n.csv"]
)
GOOD = xlsx([(*HEADER, "Start"), (*ROW, "2026-03-01"), ("", "1; 2", "x", 46082)])


def reads_or_refuses(content: bytes, name: str) -> None:
    try:
        sheet = read(content, name)
    except RusgrafError as error:
        assert error.sv
        assert error.cure_sv
        return
    assert isinstance(sheet, Sheet)
    assert [row.number for row in sheet.rows] == sorted(row.number for row in sheet.rows)


@given(st.binary(max_size=400), NAMES)
def test_any_bytes_under_any_name_are_a_sheet_or_a_clear_error(content: bytes, name: str) -> None:
    reads_or_refuses(content, name)


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman"]))
def test_any_text_below_a_header_is_a_sheet_or_a_clear_error(text: str, codec: str) -> None:
    content = (csv([(*HEADER, "Start", "Slut")]) + text).encode(codec, "ignore")
    reads_or_refuses(content, "plan.csv")


@settings(max_examples=200)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=4))
def test_a_workbook_with_wrong_bytes_is_a_sheet_or_a_clear_error(at: int, wrong: bytes) -> None:
    reads_or_refuses(GOOD[:at] + wrong + GOOD[at + len(wrong) :], "plan.xlsx")


PARTS = parts(GOOD)
TOUCHED = [name for name in PARTS if not name.startswith("docProps") and "theme" not in name]
VALUES = [
    "",
    "-1",
    "0",
    "99999999999999999999",
    "NaN",
    "1e400",
    "x",
    "A1",
    "XFD1048576",
    "A1:B",
    "٣",
    "&lt;",
    "#REF!",
    "s",
    "e",
]


def mutated(seed: int) -> bytes:
    """The good workbook with some attribute, text or element of its parts changed, doubled or gone."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    given_ = dict(PARTS)
    for _ in range(chance.choice([1, 1, 2, 6])):
        name = chance.choice([*TOUCHED, *["xl/worksheets/sheet1.xml"] * 3])
        text = given_[name].decode()
        pattern = chance.choice([r'"[^"]*"', r">[^<]*<", r'\w+="[^"]*"', r"<[^>]*/>|<(\w+)[^>]*>.*?</\1>", r"."])
        found = chance.choice(list(re.finditer(pattern, text)) or [re.match("", text)])
        assert found is not None
        value = chance.choice(VALUES)
        new = {'"': f'"{value}"', ">": f">{value}<"}.get(pattern[0], found[0] * chance.choice([0, 2]))
        given_[name] = (text[: found.start()] + new + text[found.end() :]).encode()
    return packed(given_)


@settings(max_examples=300)
@given(st.integers(0, 2**32))
def test_a_workbook_with_wrong_parts_is_a_sheet_or_a_clear_error(seed: int) -> None:
    reads_or_refuses(mutated(seed), "plan.xlsx")


@pytest.mark.slow
@settings(max_examples=1_000)
@given(st.integers(0, 2**32))
def test_a_workbook_with_wrong_parts_is_a_sheet_or_a_clear_error_at_length(seed: int) -> None:
    reads_or_refuses(mutated(seed), "plan.xlsx")


def test_mutated_workbooks_are_not_all_refused() -> None:
    read_ = 0
    for seed in range(100):
        try:
            read_ += bool(read(mutated(seed), "plan.xlsx").rows)
        except (RusgrafError, zipfile.BadZipFile):
            continue
    assert 20 < read_ < 90
