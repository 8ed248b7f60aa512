"""Which errors can rusgraf raise, and what does each face answer?

One base class; a child per kind of cause. ``slug`` names the heading in ``docs/errors.md``, ``status``
is the HTTP status, ``exit_code`` the exit code of the command, ``title`` and ``title_sv`` are the kind's
name. Every error is told in Swedish and in English. Raised where the cause is known, caught in two
places only: ``cli.main`` and the one handler of ``web``. Layer: may import the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

_NEAREST = {
    "sv": ("Menade du", "Kända", "Inga är kända."),
    "en": ("Did you mean", "Known", "None is known."),
}


class RusgrafError(Exception):
    """An error that a person can do something about: what is wrong, and the cure.

    `message` and `cure` are English and make ``str(error)``; `sv` and `cure_sv` are the same in Swedish.
    """

    status = 500
    exit_code = 2
    slug = "error"
    title = "error"
    title_sv = "fel"

    place: tuple[int, int] | None = None
    """Line and column of the fault in what was sent, both from one."""

    def __init__(self, message: str, cure: str = "", *, sv: str = "", cure_sv: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure
        self.sv = sv
        self.cure_sv = cure_sv

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".strip()

    def say(self, lang: str) -> tuple[str, str]:
        """Message and cure in `lang` (sv or en); in English where there is no Swedish."""
        if lang == "sv":
            return self.sv or self.message, self.cure_sv or self.cure
        return self.message, self.cure

    def heading(self, lang: str) -> str:
        """The name of this kind of error in `lang` (sv or en)."""
        return self.title_sv if lang == "sv" else self.title

    def line(self) -> str:
        """The one line for a terminal: Swedish, then English; only English where there is no Swedish."""
        told = f"{' '.join(self.say('sv'))} / {self}" if self.sv else str(self)
        return " ".join(told.split())


class UnreadableInput(RusgrafError):
    """A file or body that cannot be read as what it claims to be."""

    status = 400
    slug = "unreadable-input"
    title = "unreadable input"
    title_sv = "oläsbar indata"


class UnsupportedFormat(RusgrafError):
    """A format that rusgraf does not read or write."""

    status = 415
    slug = "unsupported-format"
    title = "unsupported format"
    title_sv = "format som inte stöds"


class NotAcceptable(RusgrafError):
    """None of the media types asked for can be given."""

    status = 406
    slug = "not-acceptable"
    title = "not acceptable"
    title_sv = "inget format som passar"


class UnknownName(RusgrafError):
    """A name that nothing bears: query, rule, plan, path."""

    status = 404
    slug = "unknown-name"
    title = "unknown name"
    title_sv = "okänt namn"


class Gone(RusgrafError):
    """An identifier that was here and is withdrawn."""

    status = 410
    slug = "gone"
    title = "gone"
    title_sv = "indragen"


class BadParameter(RusgrafError):
    """A parameter that is unknown, missing or of the wrong type."""

    status = 400
    slug = "bad-parameter"
    title = "bad parameter"
    title_sv = "felaktig parameter"


class BadQuery(RusgrafError):
    """A query text that does not parse, or that is not of the form asked for."""

    status = 400
    slug = "bad-query"
    title = "bad query"
    title_sv = "felaktig fråga"


class UnanswerableQuery(RusgrafError):
    """A query that parses, and that fails while it is evaluated."""

    status = 400
    slug = "unanswerable-query"
    title = "unanswerable query"
    title_sv = "fråga som inte går att besvara"


class ForbiddenQuery(RusgrafError):
    """A query that would reach outside the store or change it."""

    status = 403
    slug = "forbidden-query"
    title = "forbidden query"
    title_sv = "otillåten fråga"


class WritingOff(RusgrafError):
    """A write to a server whose operator has not turned writing on."""

    status = 403
    slug = "writing-off"
    title = "writing off"
    title_sv = "skrivning är avstängd"


class Unauthorised(RusgrafError):
    """A write without a token, or with one that is not known."""

    status = 401
    slug = "unauthorised"
    title = "unauthorised"
    title_sv = "token saknas"


class LimitReached(RusgrafError):
    """A limit on time, memory, length or result size was reached."""

    status = 503
    exit_code = 3
    slug = "limit-reached"
    title = "limit reached"
    title_sv = "gräns nådd"


class Stopped(LimitReached):
    """Work that was stopped from outside: over its time, or its process died."""


class TooManyRequests(RusgrafError):
    """One client asks for more than its share; `retry_after` is in seconds."""

    status = 429
    exit_code = 3
    slug = "too-many-requests"
    title = "too many requests"
    title_sv = "för många anrop"
    retry_after = 5


class TooLarge(RusgrafError):
    """An input larger than the configuration allows."""

    status = 413
    exit_code = 3
    slug = "too-large"
    title = "too large"
    title_sv = "för stort"


class AddressTooLong(TooLarge):
    """An address longer than the server takes."""

    status = 414
    slug = "address-too-long"
    title = "address too long"
    title_sv = "för lång adress"


class ServiceFault(RusgrafError):
    """A SPARQL service that cannot be reached, refuses, or does not answer as the standards say."""

    status = 502
    slug = "service-fault"
    title = "service fault"
    title_sv = "fel hos SPARQL-tjänsten"


class BrokenAsset(RusgrafError):
    """A shipped or supplied query, shape or ontology file that breaks the project's own rules."""

    status = 500
    slug = "broken-asset"
    title = "broken asset"
    title_sv = "trasig projektfil"


class NotConforming(RusgrafError):
    """Data that the shapes refuse, or that nobody has accepted the warnings of."""

    status = 422
    exit_code = 1
    slug = "not-conforming"
    title = "not conforming"
    title_sv = "följer inte formerna"


class Conflict(RusgrafError):
    """A change that goes against what is already there, and that nobody has asked for in so many words."""

    status = 409
    slug = "conflict"
    title = "conflict"
    title_sv = "konflikt"


class StoreBusy(RusgrafError):
    """Somebody else is writing to the store."""

    status = 503
    slug = "store-busy"
    title = "store busy"
    title_sv = "lagret är upptaget"


class BrokenStore(RusgrafError):
    """A store on disk, or a backup of one, that does not hold what it says."""

    status = 500
    slug = "broken-store"
    title = "broken store"
    title_sv = "trasigt lager"


def nearest(name: str, known: Iterable[str], lang: str = "en") -> str:
    """A sentence that proposes the known name nearest to `name`, or lists the first few, in `lang` (sv or en).

    >>> nearest("gapz", ["gaps", "query"])
    'Did you mean "gaps"?'
    >>> nearest("gapz", ["gaps", "query"], "sv")
    'Menade du "gaps"?'
    """
    mean, listed, none = _NEAREST["sv" if lang == "sv" else "en"]
    choices = sorted(set(known))
    hits = get_close_matches(name, choices, n=1, cutoff=0.5)
    if hits:
        return f'{mean} "{hits[0]}"?'
    shown = ", ".join(choices[:8])
    return f"{listed}: {shown}{' …' if len(choices) > 8 else ''}." if choices else none


def unknown(name: str, known: Iterable[str], kind: tuple[str, str]) -> UnknownName:
    """The error that nothing of a kind bears `name`; `kind` names it: (“ingen regel”, “no rule”)."""
    choices = list(known)
    return UnknownName(
        f'There is {kind[1]} "{name}".',
        nearest(name, choices),
        sv=f'Det finns {kind[0]} "{name}".',
        cure_sv=nearest(name, choices, "sv"),
    )


def unparsable(text: str, reason: str, place: tuple[int, int] | None = None, *, is_update: bool = False) -> BadQuery:
    """The error that a query or update does not parse at a line and column from one: `place`, or as `reason` has them.

    >>> unparsable("SELECT * {\\n ?s ?p }", "error at 2:8: expected one of LATERAL, [_]").message
    'The query does not parse at line 2, column 8, at “}”.'
    """
    said = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", reason, re.DOTALL)
    line, column = place or ((int(said[1]), int(said[2])) if said else (0, 0))
    if said:  # a few of the words that might stand there, which lead astray, or what is wrong
        reason = "; ".join(part for part in said[3].split(", ") if re.search(r"[a-z] [a-z]", part))
    why = why_sv = f" ({reason.rstrip('.')})" if reason else ""
    if prefix := _undeclared(text, line, column):
        why, why_sv = f": the prefix {prefix} is not declared", f": prefixet {prefix} är inte deklarerat"
    at, at_sv = (f" at line {line}, column {column}", f" vid rad {line}, kolumn {column}") if line else ("", "")
    rest = "".join((text.splitlines() or [""])[line - 1 : line])[max(column - 1, 0) :].strip()
    if line and rest:
        at, at_sv = f"{at}, at “{rest[:30]}”", f"{at_sv}, vid ”{rest[:30]}”"
    elif line:
        at, at_sv = f"{at}, at the end of the line", f"{at_sv}, vid radens slut"
    made = BadQuery(
        f"The {'update' if is_update else 'query'} does not parse{at}{why}.",
        "Mend it at that place or just before.",
        sv=f"{'Uppdateringen' if is_update else 'Frågan'} går inte att tolka{at_sv}{why_sv}.",
        cure_sv="Rätta den där eller strax före.",
    )
    made.place = (line, column) if line else None
    return made


def _undeclared(text: str, line: int, column: int) -> str:
    """The prefix that stands right before a place and that the text does not declare; "" when there is none."""
    before = "".join(text.splitlines()[line - 1 : line])[: max(column - 1, 0)]
    found = re.search(r"(?:^|[\s{(;,.])([^\W\d_][\w.-]*:)[\w.-]*\s*$", before)
    declared = re.findall(r"\bprefix\s+(\S*:)", text, re.IGNORECASE)
    return found[1] if found and found[1] not in declared else ""


def unanswerable(error: Exception) -> UnanswerableQuery:
    """The error that the engine could not evaluate a query, for the reason that `error` gives."""
    return UnanswerableQuery(
        f"The query cannot be evaluated: {error}.",
        "Simplify it.",
        sv=f"Frågan går inte att besvara: {error}.",
        cure_sv="Förenkla den.",
    )
