"""What does the text of a cell say, once the traces of typing and pasting are gone?

Composed letters, plain spaces, nothing invisible; the values of a list. It does not match values to the graph, and it
repairs no spoilt text: it only sees that it is spoilt. Layer: domain; standard library only.
See https://www.unicode.org/reports/tr15/ (NFC; the bound on runs of marks is its Stream-Safe Text Format).
"""

from __future__ import annotations

import re
import unicodedata

LOST = "\N{REPLACEMENT CHARACTER}"
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
_CONTROLS = dict.fromkeys(code for code in [*range(0x20), *range(0x7F, 0xA0)] if not chr(code).isspace())
_UNSEEN = _INVISIBLE | _CONTROLS
_SPOILT = re.compile("Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_MAX_MARKS = 30


def clean(text: str) -> str:
    """The text in NFC, without soft hyphens, zero-width and control characters, each run of white space one space.

    More than 30 combining marks in a row are no text, and normalising them takes quadratic time: they become LOST.

    >>> clean(" Äldre\xad\\u00a0omsorg\\n")
    'Äldre omsorg'
    """
    if not text.isprintable():
        text = text.translate(_UNSEEN)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", _without_runs(text))
    return " ".join(text.split())


def _without_runs(text: str) -> str:
    made: list[str] = []
    run = 0
    for letter in text:
        run = run + 1 if unicodedata.combining(letter) else 0
        if run <= _MAX_MARKS:
            made.append(letter)
        elif run == _MAX_MARKS + 1:
            made.append(LOST)
    return "".join(made)


def split(text: str) -> tuple[str, ...]:
    """The values of a cell, cleaned; empty ones are left out.

    >>> split("Region Örebro län ; ;Kumla")
    ('Region Örebro län', 'Kumla')
    """
    return tuple(value for part in text.split(";") if (value := clean(part)))


def is_spoilt(text: str) -> bool:
    """Whether characters were lost, or UTF-8 was once read as Windows-1252: "DelmÃ¥l"."""
    return not text.isascii() and (LOST in text or ("Ã" in text and _SPOILT.search(text) is not None))


def restored(text: str) -> str:
    """The text that spoilt text most likely was, "" where it cannot be told; to propose, not to use.

    >>> restored("DelmÃ¥l"), restored("Delm\\ufffdl")
    ('Delmål', '')
    """
    try:
        return clean(text.encode("cp1252").decode("utf-8"))
    except UnicodeError:
        return ""


def plain(text: str) -> str:
    """A heading reduced to what counts in it: letters and digits, without case and marks. Short texts only.

    >>> plain("Mål-Grupp *")
    'malgrupp'
    """
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c.isalnum())
