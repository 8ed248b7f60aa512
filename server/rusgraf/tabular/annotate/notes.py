"""What is said at each cell? The notes of an annotated sheet, and the text that a comment makes of them.

A comment's part that rusgraf wrote stands between two marks, so that it is found again, and goes, when the workbook
comes back; what the user wrote around it stays. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rusgraf.tabular.model import Place
from rusgraf.wording import say

SEVERITIES = ("violation", "warning", "info")
AUTHOR = "rusgraf"
MARK, END = "— rusgraf —", "—"
_MOST, _LONG = 8, 700


@dataclass(frozen=True)
class Note:
    """One thing to say at one cell: `severity` is violation, warning or info; `suggestion` a text that would do."""

    place: Place
    severity: str
    text: str
    suggestion: str = ""


def one_line(text: str, most: int = _LONG) -> str:
    """A text without line breaks, cut where it is too long for a comment."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def comment(notes: Sequence[Note], lang: str, review: str) -> str:
    """The notes of one cell as the text of its comment; `review` is the sheet that lists those that find no room."""
    lines = []
    for note in notes[:_MOST]:
        lines.append(f"{say(note.severity, lang).capitalize()}: {one_line(note.text)}")
        if note.suggestion:
            lines.append(f"{say('suggestion', lang)} ”{one_line(note.suggestion, 200)}”?")
    if len(notes) > _MOST:
        lines.append(say("review_more", lang).format(len(notes) - _MOST, review))
    return "\n".join([MARK, *lines, END])


def ours(text: str) -> Iterator[tuple[int, int]]:
    """Where the text of a comment is ours: from the mark, with the empty lines before it, to the end mark."""
    at, end = 0, f"\n{END}\n"
    while (start := text.find(MARK, at)) >= 0:
        before = len(text[at:start].rstrip("\n")) + at
        close = text.find(end, start)
        at = close + len(end) - 1 if close >= 0 else len(text)
        yield before, at
