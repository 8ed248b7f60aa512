"""Does a passage stand in its document? Fingerprints: making, checking and sealing them.

A fingerprint is the length and SHA-256 of a passage normalised to NFKD, without marks, casefolded,
``[a-z0-9]`` only (contract §3), so that it is found in any extraction of the same document and no
sentence is quoted. Not done here: reading PDF. Layer: domain.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rusgraf.errors import UnreadableInput

_PASSAGE = re.compile(r'rus:passage\s+"((?:[^"\\]|\\.)*)"')
_STANZA = re.compile(r'(?:[^".#<]|"(?:[^"\\\n]|\\.)*"|<[^>\n]*>|#[^\n]*|\.(?!\s))*\.(?=\s|$)')


@dataclass(frozen=True)
class Fingerprint:
    """Length in characters and SHA-256 (lower-case hexadecimal) of a normalised passage."""

    length: int
    digest: str


def normalise(text: str) -> str:
    """The text as NFKD without marks, casefolded, letters a–z and digits only.

    >>> normalise("Hälso- och sjukvård, 2019")
    'halsoochsjukvard2019'
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9]", "", "".join(c for c in plain if not unicodedata.combining(c)))


def fingerprint(passage: str) -> Fingerprint:
    """The fingerprint of a passage, normalised first."""
    normal = normalise(passage)
    return Fingerprint(len(normal), hashlib.sha256(normal.encode("ascii")).hexdigest())


def find_passage(document: str, mark: Fingerprint) -> int:
    """Where in a normalised document the marked passage begins, -1 when nowhere."""
    raw = document.encode("ascii")
    for start in range(len(raw) - mark.length + 1):
        if hashlib.sha256(raw[start : start + mark.length]).hexdigest() == mark.digest:
            return start
    return -1


def cut_passage(document: str, wanted: str) -> str | None:
    """The passage of a document that `wanted` names, normalised: whole, or ``first words … last words``.

    None when the words do not stand there, or their beginning stands there twice (give more words then).
    """
    normal = normalise(document)
    head, _, tail = (normalise(part) for part in wanted.partition("…"))
    start = normal.find(head)
    if not head or start < 0:
        return None
    if not tail:
        return head
    if normal.find(head, start + 1) >= 0:
        return None
    end = normal.find(tail, start + len(head))
    return None if end < 0 else normal[start : end + len(tail)]


def read_document(folder: Path, name: str) -> str:
    """The text of the source file `name` in `folder`."""
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{folder / name}: {error}.", "Give the folder with the texts of the plans.") from error


def passages(turtle: str) -> Iterator[tuple[str, str]]:
    """The unsealed passages of a Turtle or TriG text, each with the stanza that it stands in."""
    for stanza in _STANZA.finditer(turtle):
        for found in _PASSAGE.finditer(stanza.group()):
            yield found.group(1), stanza.group()


def seal(turtle: str, documents: dict[str, str]) -> str:
    """The text with every ``rus:passage "…"`` replaced by the fingerprint of that passage.

    `documents` maps the last part of a document's IRI to its text. A passage is written whole, or as
    ``first words … last words``. Errors name each passage that does not stand in its document.
    """
    faults: list[str] = []

    def replace(stanza: re.Match[str]) -> str:
        named = re.search(r"rus:dokument\s+(?:\w+:|<[^>]*/)([\w-]+)", stanza.group())
        text = documents.get(named.group(1), "") if named else ""

        def mark(found: re.Match[str]) -> str:
            passage = cut_passage(text, found.group(1))
            if passage is None:
                faults.append(f'"{found.group(1)}" ({named.group(1) if named else "no rus:dokument"})')
                return found.group()
            made = fingerprint(passage)
            return f'rus:fingeravtryckLangd {made.length} ;\n        rus:fingeravtryckSumma "{made.digest}"'

        return _PASSAGE.sub(mark, stanza.group())

    sealed = _STANZA.sub(replace, turtle)
    if faults:
        raise UnreadableInput(
            f"{len(faults)} passage(s) not found in their document: {'; '.join(faults)}.",
            "Write the words as they stand there; with … both ends, and a beginning that stands there once.",
        )
    return sealed
