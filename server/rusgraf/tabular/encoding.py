"""In which encoding is a text written? A mark or its form tells, else the Swedish words in it; else it is asked.

Bytes that are valid UTF-8 are UTF-8. The one-byte encodings all give some text, and only one gives words: “Delmål” in
Windows-1252 is “DelmÂl” as Mac OS Roman reads it. Layer: domain; standard library only.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from rusgraf.errors import UnreadableInput
from rusgraf.tabular.faults import Hint, fault
from rusgraf.tabular.model import Fault, Place

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_ONE_BYTE = {"cp1252": "windows-1252", "mac_roman": "mac-roman", "cp850": "cp850"}
_WORD, _PIECE = re.compile(r"\w+"), re.compile(r'[^\s;,"]+')
_SAMPLE, _SHOWN = 200_000, 3
# Headings of the sheet, and words with å, ä and ö that hardly any Swedish text of some length lacks.
_WORDS = """delmål målgrupp arbetssätt länsdel för på är från även när så två år under över mål vård hälsa stöd område
samhälle äldre områden åtgärder genomföra möten jämlik jämställd trygghet närvård länet örebro västmanland"""
_SWEDISH = frozenset(_WORDS.split())


@dataclass(frozen=True)
class Decoded:
    """A text, the name of its encoding, and what is to be said of the choice."""

    text: str
    encoding: str
    faults: tuple[Fault, ...] = ()


def decode(content: bytes, name: str) -> Decoded:
    """The text of a file. Where its encoding stays in doubt, the first that may be is taken and the doubt is told."""
    for mark, codec, told in _MARKS:
        if content.startswith(mark):
            return Decoded(_strict(content[len(mark) :], codec, name), told)
    if codec := _wide(content):
        return Decoded(_strict(content, codec, name), codec)
    if b"\x00" in content:
        raise _no_text(name)
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _one_byte(content)


def _wide(content: bytes) -> str:
    """UTF-16 without a mark: every other byte of a text in Latin letters is zero."""
    start = content[:4096]
    zeros = start[0::2].count(0), start[1::2].count(0)
    if max(zeros) * 4 < len(start) or min(zeros) * 10 > max(zeros):
        return ""
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _strict(content: bytes, codec: str, name: str) -> str:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        raise _no_text(name) from error
    if "\x00" in text:
        raise _no_text(name)
    return text


def _one_byte(content: bytes) -> Decoded:
    """The reading that gives Swedish words where the others give none; else a question."""
    readings = {"utf-8": content.decode("utf-8", "replace")}
    for codec in _ONE_BYTE:
        try:
            readings[codec] = content.decode(codec)
        except UnicodeDecodeError:
            continue
    told = [c for c, text in readings.items() if not _SWEDISH.isdisjoint(_WORD.findall(text[:_SAMPLE].casefold()))]
    here = Place("", 1, 1)
    if len(told) != 1:
        left = told or [codec for codec in readings if codec in _ONE_BYTE]
        seen = tuple(f"{', '.join(_words(readings[codec]))} ({_ONE_BYTE.get(codec, codec)})" for codec in left)
        asked = fault("doubtful-encoding", here, Hint(readings=seen))
        return Decoded(readings[left[0]], _ONE_BYTE.get(left[0], left[0]), (asked,))
    codec = told[0]
    unusual = (fault("unusual-encoding", here, seen=_ONE_BYTE[codec]),) if codec in ("mac_roman", "cp850") else ()
    return Decoded(readings[codec], _ONE_BYTE.get(codec, codec), unusual)


def _words(text: str) -> list[str]:
    """The first words that the doubt is about."""
    found: dict[str, None] = {}
    for match in _PIECE.finditer(text):
        if not match[0].isascii():
            found.setdefault(match[0][:30])
        if len(found) == _SHOWN:
            break
    return list(found)


def _no_text(name: str) -> UnreadableInput:
    return UnreadableInput(
        f"{name}: this is no text, so no CSV file.",
        "Save the table as CSV UTF-8.",
        sv=f"{name}: det här är ingen text, och därmed ingen CSV-fil.",
        cure_sv="Spara tabellen som CSV UTF-8.",
    )
