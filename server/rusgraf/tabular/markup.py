"""How is the XML of a workbook read without harm? With expat, without a document type, counted first, faults named.

It gives elements without their prefixes, and knows nothing of sheets. Layer: domain; standard library only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias
from xml.parsers import expat

from rusgraf.errors import TooLarge, UnreadableInput

Start: TypeAlias = Callable[[str, dict[str, str]], None]
Text: TypeAlias = Callable[[str], None]
MAX_ELEMENTS = 500_000
"""How many elements a part may have that is no sheet and no list of strings."""


def elements(data: bytes, where: str, *tags: str) -> list[tuple[str, dict[str, str]]]:
    """Each element of a part that has one of the tags, in order, with its attributes; none when there are no bytes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, given: dict[str, str]) -> None:
        if local(tag) in tags:
            found.append((local(tag), given))

    if data:
        walk(data, where, start)
    return found


def local(tag: str) -> str:
    """The name of an element without its prefix."""
    return tag.rpartition(":")[2]


def walk(data: bytes, where: str, start: Start, text: Text | None = None, *, most: int = MAX_ELEMENTS) -> int:
    """Read a part, calling back at each start (the tag as it stands) and text; `where` names the part in an error.

    The elements are counted before any is read, and their number is the answer. A document type is refused: only it
    can declare entities, and no part of a workbook may have one (ECMA-376 part 2). So is UTF-16, which would hide it.
    """
    parser = new_parser()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    return run(parser, data, where, most)


def new_parser() -> expat.XMLParserType:
    """A parser for ``run``."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    return parser


def run(parser: expat.XMLParserType, data: bytes, where: str, most: int = MAX_ELEMENTS) -> int:
    """Let a parser with its callbacks read a part, as ``walk`` does."""
    count = data.count(b"<") - data.count(b"</")
    if count > most:
        raise TooLarge(
            f"{where}: it has more than {most} XML elements.",
            "Delete empty rows that are only formatted, or copy the table into a new workbook.",
            sv=f"{where}: den har fler än {most} XML-element.",
            cure_sv="Ta bort tomma rader som bara är formaterade, eller kopiera tabellen till en ny arbetsbok.",
        )
    try:
        if b"<!DOCTYPE" in data or b"\x00" in data:
            raise expat.ExpatError("UTF-16" if b"\x00" in data else "DOCTYPE")
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnreadableInput(
            f"{where}: its XML cannot be read ({error}).",
            "Open the file in Excel and save it anew.",
            sv=f"{where}: dess XML går inte att läsa ({error}).",
            cure_sv="Öppna filen i Excel och spara den på nytt.",
        ) from error
    return count
