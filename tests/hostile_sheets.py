"""The corpus of hostile sheets: each a file name, a function that makes its bytes, and what is to come of it.

``run`` reads them all in one process under a limit on its memory, and tells what came of each and in what time.
"""

from __future__ import annotations

import io
import resource
import struct
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from rusgraf.errors import RusgrafError
from rusgraf.tabular import SheetLimits, read
from sheets import HAND_HEADER, HEADER, ROW, cell, csv, hand_row, packed, parts, raw, xlsx

MEMORY = 2 * 2**30
_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_NO_RATIO = SheetLimits(max_ratio=10**6)
_BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
_REACH = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@dataclass(frozen=True)
class Case:
    """A hostile file: the error that it is to give, or "" where it is read; words of the message; limits."""

    make: Callable[[], bytes]
    error: str
    words: str = ""
    name: str = "plan.xlsx"
    limits: SheetLimits = field(default_factory=SheetLimits)


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the kind of error or "", its two messages, the seconds of processor time."""

    error: str
    message: str
    line: str
    seconds: float


def with_part(name: str, data: bytes, content: bytes | None = None) -> bytes:
    """A good workbook with one part replaced or added."""
    return packed({**parts(content or xlsx([HEADER, ROW])), name: data})


def without(name: str) -> bytes:
    """A good workbook without one part."""
    return packed({part: data for part, data in parts(xlsx([HEADER, ROW])).items() if part != name})


def opened_by(declaration: str, part: str) -> bytes:
    """A good workbook in which a part begins with a document type and uses its entity."""
    given = parts(raw(HAND_HEADER, more={_STRINGS: "<sst><si><t>x</t></si></sst>", "xl/styles.xml": "<styleSheet/>"}))
    text = given[part].decode()
    entity = "&i;" if declaration is _BOMB else "&a;"
    return packed({**given, part: (declaration + text[:-1].replace("</", f"{entity}</", 1) + text[-1]).encode()})


def lying() -> bytes:
    """A workbook whose directory says that the sheet has 10 bytes."""
    content = xlsx([HEADER, ROW])
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        size = package.getinfo(_SHEET).file_size
    at = content.rindex(_SHEET.encode()) - 46
    assert struct.unpack_from("<I", content, at + 24) == (size,)
    return content[: at + 24] + struct.pack("<I", 10) + content[at + 28 :]


def encrypted() -> bytes:
    """A zip archive whose parts are flagged as encrypted."""
    content = bytearray(xlsx([HEADER, ROW]))
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 8] |= 1
    return bytes(content)


def many_parts() -> bytes:
    """A workbook with 5,000 parts more than it needs."""
    return packed({**parts(xlsx([HEADER, ROW])), **{f"x/{n}": b"" for n in range(5000)}})


def flood() -> bytes:
    """A list of 300,000 parts that are not there."""
    return b"PK\x03\x04" + (b"PK\x01\x02" + bytes(42)) * 300_000 + b"PK\x05\x06" + bytes(18)


def shared(cells: str, strings: str) -> bytes:
    """A sheet over a list of shared strings."""
    return raw(HAND_HEADER + cells, more={_STRINGS: f"<sst>{strings}</sst>"})


def amplified() -> bytes:
    """A string as long as Excel allows, in 10,000 cells: 328 MB for who copies it."""
    rows = "".join(f'<row r="{n}">{cell(f"A{n}", 0, "s")}</row>' for n in range(2, 10_002))
    return shared(rows, f"<si><t>{'x' * 32_767}</t></si>")


def many_sheets() -> bytes:
    """Fifty sheets of two cells each, whose rectangles are together 130 million cells."""
    given = parts(raw(HAND_HEADER))
    related, listed = "", ""
    for n in range(1, 51):
        given[f"xl/worksheets/sheet{n}.xml"] = given[_SHEET].replace(
            b"</sheetData>", f'<row r="200000">{cell("M200000", 1)}</row></sheetData>'.encode()
        )
        related += f'<Relationship Id="r{n}" Type="x/worksheet" Target="worksheets/sheet{n}.xml"/>'
        listed += f'<sheet name="Blad{n}" sheetId="{n}" r:id="r{n}"/>'
    given["xl/_rels/workbook.xml.rels"] = f"<Relationships>{related}</Relationships>".encode()
    given["xl/workbook.xml"] = f'<workbook xmlns:r="r"><sheets>{listed}</sheets></workbook>'.encode()
    return packed(given)


def one_cell(address: str) -> bytes:
    """A table, and one cell somewhere."""
    row = "".join(c for c in address if c.isdigit())
    return raw(f'{HAND_HEADER}{hand_row(2, ROW)}<row r="{row}">{cell(address, 1)}</row>')


def merged() -> bytes:
    """A range merged over a thousand million cells."""
    return raw(HAND_HEADER + hand_row(2, ROW), after='<mergeCells><mergeCell ref="A2:XFD60000"/></mergeCells>')


def rows(body: str) -> bytes:
    """A table with something below it."""
    return raw(HAND_HEADER + body)


MARKS = "o" + "\u0300\u0315" * 16_000
"""One letter with 32,000 marks in the wrong order: to order them takes the square of that."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
_WIDE = "<row>" + "<c><v>1</v></c>" * 15 + "</row>"

CASES: Mapping[str, Case] = {
    "far cell": Case(lambda: one_cell("XFD1048576"), "TooLarge", "XFD1048576"),
    "far row": Case(lambda: one_cell("A1048576"), "TooLarge", "A1048576"),
    "far column": Case(lambda: one_cell("XFD3"), "TooLarge", "XFD3"),
    "wide rectangle": Case(lambda: one_cell("GR190000"), "TooLarge", "GR190000"),
    "no such row": Case(lambda: one_cell("A1048577"), "UnreadableInput", "row 1048577"),
    "no such column": Case(lambda: one_cell("XFE3"), "UnreadableInput", "XFE3"),
    "far cell behind a prefix": Case(
        lambda: rows(f'<x:row xmlns:x="x" r="9">{cell("XFD9", 1).replace("c>", "x:c>").replace("<c", "<x:c")}</x:row>'),
        "TooLarge",
        "XFD9",
    ),
    "a dimension that is none": Case(
        lambda: packed(
            {
                part: data.replace(b"<sheetData>", b'<dimension ref="x:::"/><sheetData>')
                for part, data in parts(raw(HAND_HEADER)).items()
            }
        ),
        "UnreadableInput",
        "cannot be read",
    ),
    "a sheet elsewhere": Case(
        lambda: packed(
            {
                part: data.replace(
                    b'Target="worksheets/sheet1.xml"', b'Target="http://x.invalid/" TargetMode="External"'
                )
                for part, data in parts(raw(HAND_HEADER)).items()
            }
        ),
        "UnreadableInput",
        "no heading row",
    ),
    "huge merge": Case(merged, ""),
    "three million cells": Case(lambda: rows(_WIDE * 200_000), "TooLarge", "MiB"),
    "three million cells, ratio aside": Case(lambda: rows(_WIDE * 200_000), "TooLarge", "3000003", limits=_NO_RATIO),
    "eight million empty cells": Case(
        lambda: rows("<row>" + "<c/>" * 8_000_000 + "</row>"), "TooLarge", "8000003", limits=_NO_RATIO
    ),
    "eleven million elements": Case(lambda: rows("<x/>" * 11_000_000), "TooLarge", "XML", limits=_NO_RATIO),
    "a hundred megabytes of one letter": Case(lambda: shared("", f"<si><t>{'x' * 10**8}</t></si>"), "TooLarge", "MiB"),
    "a string that is too long": Case(
        lambda: shared(f'<row r="2">{cell("A2", 0, "s")}</row>', f"<si><t>{'x' * 32_768}</t></si>"), "TooLarge", "A2"
    ),
    "an inline string that is too long": Case(lambda: rows(hand_row(2, ["x" * 40_000])), "TooLarge", "A2"),
    "one string in ten thousand cells": Case(amplified, "TooLarge", "Aktiviteter"),
    "six million shared strings": Case(lambda: shared("", "<si/>" * 6_000_000), "TooLarge", "XML", limits=_NO_RATIO),
    "a million styles": Case(
        lambda: with_part("xl/styles.xml", b"<styleSheet><cellXfs>" + b"<xf/>" * 10**6 + b"</cellXfs></styleSheet>"),
        "TooLarge",
        "styles.xml",
    ),
    "fifty wide sheets": Case(many_sheets, "TooLarge", "Blad2"),
    "deep nesting": Case(lambda: rows("<a>" * 10**6 + "</a>" * 10**6), ""),
    "unclosed nesting": Case(lambda: rows("<a>" * 10**6), "UnreadableInput", "Aktiviteter"),
    "corrupt sheet": Case(lambda: with_part(_SHEET, b"<worksheet><sheetData><row"), "UnreadableInput", "Aktiviteter"),
    "corrupt list of sheets": Case(lambda: with_part("xl/workbook.xml", b"<<<"), "UnreadableInput", "xl/workbook.xml"),
    "sheet in UTF-16": Case(lambda: with_part(_SHEET, "<worksheet/>".encode("utf-16")), "UnreadableInput", "UTF-16"),
    "entity bomb in UTF-16": Case(
        lambda: with_part(_SHEET, f"{_BOMB}<worksheet>&i;</worksheet>".encode("utf-16")), "UnreadableInput", "UTF-16"
    ),
    "no list of sheets": Case(lambda: without("xl/workbook.xml"), "UnreadableInput", "xl/workbook.xml"),
    "no relations": Case(lambda: without("xl/_rels/workbook.xml.rels"), "UnreadableInput", "no heading row"),
    "no sheet": Case(lambda: without(_SHEET), "UnreadableInput", "Aktiviteter"),
    "no such string": Case(lambda: rows(f'<row r="2">{cell("B2", 7, "s")}</row>'), "UnreadableInput", "B2"),
    "no such error": Case(lambda: rows(f'<row r="2">{cell("B2", "#X!", "e")}</row>'), "UnreadableInput", "B2"),
    "no such type": Case(lambda: rows(f'<row r="2">{cell("B2", 7, "x")}</row>'), "UnreadableInput", "B2"),
    "rows backwards": Case(lambda: rows(hand_row(5, ROW) + hand_row(3, ROW)), "UnreadableInput", "row 3"),
    "cell of another row": Case(lambda: rows(f'<row r="2">{cell("B3", 7)}</row>'), "UnreadableInput", "B3"),
    "a merge that is none": Case(
        lambda: raw(HAND_HEADER, after='<mergeCells><mergeCell ref="x"/></mergeCells>'), "UnreadableInput", "mergeCell"
    ),
    "thirty thousand merges": Case(
        lambda: raw(HAND_HEADER, after="<mergeCells>" + '<mergeCell ref="A1:A2"/>' * 30_000 + "</mergeCells>"),
        "TooLarge",
        "merged",
    ),
    **{
        f"{kind} in {part}": Case(
            lambda declaration=declaration, part=part: opened_by(declaration, part),  # type: ignore[misc]
            "UnreadableInput",
            "DOCTYPE",
        )
        for kind, declaration in (("entity bomb", _BOMB), ("foreign entity", _REACH))
        for part in (_SHEET, _STRINGS, "xl/styles.xml", "xl/workbook.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels")
    },
    "lying size": Case(lying, "UnreadableInput", _SHEET),
    "encrypted archive": Case(encrypted, "UnreadableInput", "archive is encrypted"),
    "five thousand parts": Case(many_parts, "TooLarge", "parts"),
    "flood of parts": Case(flood, "UnreadableInput", "damaged"),
    "half an archive": Case(lambda: xlsx([HEADER, ROW])[:3000], "UnreadableInput", "damaged"),
    "password": Case(lambda: _OLE + "EncryptedPackage".encode("utf-16-le"), "UnreadableInput", "password"),
    "old Excel": Case(lambda: _OLE, "UnsupportedFormat", ".xls"),
    "PDF": Case(lambda: b"%PDF-1.7\n", "UnreadableInput", "PDF"),
    "PNG": Case(lambda: b"\x89PNG\r\n\x1a\n", "UnreadableInput", "PNG"),
    "HTML": Case(lambda: b"\xef\xbb\xbf\r\n<HTML><table>", "UnreadableInput", "HTML"),
    "text": Case(lambda: csv([HEADER, ROW]).encode(), "UnreadableInput", "text"),
    "other archive": Case(lambda: packed({"word/document.xml": b"<x/>"}), "UnreadableInput", "xl/workbook.xml"),
    "macros": Case(lambda: with_part("xl/vbaProject.bin", b"x"), "UnsupportedFormat", "macros"),
    "macros by name": Case(lambda: xlsx([HEADER, ROW]), "UnsupportedFormat", "without macros", "plan.xlsm"),
    "old Excel by name": Case(lambda: _OLE, "UnsupportedFormat", "plan.xls", "plan.xls"),
    "no suffix": Case(lambda: b"x", "UnsupportedFormat", "plan", "plan"),
    "fifty-one megabytes": Case(lambda: bytes(51 * 2**20), "TooLarge", "bytes"),
    "workbook as text": Case(lambda: xlsx([HEADER, ROW]), "UnreadableInput", "XLSX", "plan.csv"),
    "image as text": Case(lambda: b"\xff\xd8\xff", "UnreadableInput", "JPEG", "plan.csv"),
    "zeros": Case(lambda: bytes(10**6), "UnreadableInput", "no text", "plan.csv"),
    "zeros in UTF-16": Case(
        lambda: b"\xff\xfe" + csv([HEADER, ("a\0", "b", "c")]).encode("utf-16-le"),
        "UnreadableInput",
        "no text",
        "plan.csv",
    ),
    "half a letter of UTF-16": Case(lambda: b"\xff\xfea", "UnreadableInput", "no text", "plan.csv"),
    "unclosed quote": Case(
        lambda: csv([HEADER, ROW]).encode() + b'"a;b;c\n' + b"d;e;f\n" * 10**6, "TooLarge", "line 3", "plan.csv"
    ),
    "a row of twenty million cells": Case(lambda: b";" * 10**7 + b"x" + b";" * 10**7, "TooLarge", "line 1", "plan.csv"),
    "twenty million empty cells": Case(lambda: b"Aktivitet;Delmal;Ansvarig\n" + b";" * 2 * 10**7, "", "", "plan.csv"),
    "a million rows": Case(
        lambda: b"Aktivitet;Delmal;Ansvarig\n" + b"a;b;c\n" * 10**6, "TooLarge", "200001", "plan.csv"
    ),
    "a cell that is too long": Case(
        lambda: csv([HEADER, ("x" * 40_000, "a", "b")]).encode(), "TooLarge", "line 2", "plan.csv"
    ),
    "one word in no encoding": Case(lambda: b"\xe5" * 10**7, "TooLarge", "line 1", "plan.csv"),
    "heaps of marks": Case(lambda: csv([HEADER, *[(MARKS, MARKS, MARKS)] * 250]).encode(), "", "", "plan.csv"),
    "heaps of marks in the heading": Case(lambda: csv([[MARKS] * 150, *[HEADER] * 3]).encode(), "", "", "plan.csv"),
    "a hundred thousand faults": Case(lambda: csv([HEADER, *[("#REF!",) * 3] * 33_334]).encode(), "", "", "plan.csv"),
    "thirty thousand questions": Case(
        lambda: csv([(*HEADER, "Start"), *[(*ROW, f"{n // 97}/{n % 97:02}-26") for n in range(30_000)]]).encode(),
        "",
        "",
        "plan.csv",
    ),
}


def run(pipe: Connection) -> None:
    """Read every case with little memory; send its name, then what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name, case in CASES.items():
        content = case.make()
        pipe.send(name)
        began = time.process_time()
        error = message = line = ""
        try:
            read(content, case.name, case.limits)
        except RusgrafError as raised:
            error, message, line = type(raised).__name__, str(raised), raised.line()
        pipe.send(Outcome(error, message, line, time.process_time() - began))
    pipe.close()
