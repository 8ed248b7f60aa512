"""What does the result of a shape say, and in what order do results stand? Layer: domain."""

from __future__ import annotations

from dataclasses import dataclass

from rusgraf.tabular.model import Place

LEVELS = {"Violation": "violation", "Warning": "warning", "Info": "info"}


@dataclass(frozen=True)
class Result:
    """One fault: level (violation, warning, info), the node, path and value it is about, and what to do.

    `messages` holds one message per language; IRIs are strings, "" where there is none. `line` is where the file
    states it, or begins to speak of the node; None where that is not known. `cell` is the cell of an activity sheet
    that says it, or should; `instead` is a text that would do there, `suggestion` the thing that it names.
    """

    severity: str
    messages: tuple[tuple[str, str], ...]
    focus: str
    path: str
    value: str
    shape: str
    file: str = ""
    suggestion: str = ""
    line: int | None = None
    cell: Place | None = None
    instead: str = ""

    def message(self, lang: str) -> str:
        """The message in `lang`, else in Swedish, else any."""
        found = dict(self.messages)
        return found.get(lang) or found.get("sv") or next(iter(found.values()), "")


def order(result: Result) -> tuple[int, str, str, str, str]:
    """By level, then by what it is about."""
    levels = list(LEVELS.values())
    return levels.index(result.severity), result.focus, result.path, result.shape, result.value
