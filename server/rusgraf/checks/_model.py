"""What does a check say? The records that checks yield. Layer: domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from rusgraf.errors import RusgrafError

VIOLATION, WARNING, INFO = "violation", "warning", "info"


class Text(NamedTuple):
    """The same words in Swedish and in English."""

    sv: str
    en: str

    def say(self, lang: str) -> str:
        """The words in `lang` (sv or en)."""
        return self.sv if lang == "sv" else self.en


@dataclass(frozen=True)
class Fault:
    """Something that breaks a rule: where (file and line, or an IRI), what, and what to do.

    `severity` is violation, warning or info; `check` is filled in by the runner.
    """

    place: str
    message: Text
    cure: Text
    severity: str = VIOLATION
    check: str = ""


@dataclass(frozen=True)
class Skipped:
    """A part of a check that could not be done, and why."""

    reason: Text


@dataclass(frozen=True)
class Examined:
    """How many of what were looked at."""

    what: Text
    number: int


Found = Fault | Skipped | Examined


def fault(place: str, sv: str, en: str, cure_sv: str, cure_en: str, severity: str = VIOLATION) -> Fault:  # noqa: PLR0913, PLR0917
    """A fault from its words: message and cure, each in Swedish and English."""
    return Fault(place, Text(sv, en), Text(cure_sv, cure_en), severity)


def failed(place: str, error: RusgrafError) -> Fault:
    """A fault from an error."""
    (sv, cure_sv), (en, cure_en) = error.say("sv"), error.say("en")
    return fault(place, sv, en, cure_sv or "-", cure_en or "-")


def skipped(sv: str, en: str) -> Skipped:
    """A skipped part from its reason in both languages."""
    return Skipped(Text(sv, en))


def examined(number: int, sv: str, en: str) -> Examined:
    """A count from the name of the things in both languages."""
    return Examined(Text(sv, en), number)
