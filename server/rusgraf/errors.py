"""Which errors can rusgraf raise, and what does each face answer?

One base class; a child per kind of cause. ``slug`` names the heading in ``docs/errors.md``, ``status``
is the HTTP status, ``exit_code`` the exit code of the command. Raised where the cause is known, caught
in two places only: ``cli.main`` and the one handler of ``web``. Layer: may import the standard library.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class RusgrafError(Exception):
    """An error that a person can do something about: what is wrong, and the cure."""

    status = 500
    exit_code = 2
    slug = "error"

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".strip()


class UnreadableInput(RusgrafError):
    """A file or body that cannot be read as what it claims to be."""

    status = 400
    slug = "unreadable-input"


class UnsupportedFormat(RusgrafError):
    """A format that rusgraf does not read or write."""

    status = 415
    slug = "unsupported-format"


class NotAcceptable(RusgrafError):
    """None of the media types asked for can be given."""

    status = 406
    slug = "not-acceptable"


class UnknownName(RusgrafError):
    """A name that nothing bears: query, rule, plan, path."""

    status = 404
    slug = "unknown-name"


class BadParameter(RusgrafError):
    """A parameter that is unknown, missing or of the wrong type."""

    status = 400
    slug = "bad-parameter"


class BadQuery(RusgrafError):
    """A query text that does not parse or cannot be evaluated."""

    status = 400
    slug = "bad-query"


class ForbiddenQuery(RusgrafError):
    """A query that would reach outside the store or change it."""

    status = 403
    slug = "forbidden-query"


class LimitReached(RusgrafError):
    """A limit on time, memory, length or result size was reached."""

    status = 503
    exit_code = 3
    slug = "limit-reached"


class Stopped(LimitReached):
    """Work that was stopped from outside: over its time, or its process died."""


class TooLarge(RusgrafError):
    """An input larger than the configuration allows."""

    status = 413
    exit_code = 3
    slug = "too-large"


class BrokenAsset(RusgrafError):
    """A shipped or supplied query, shape or ontology file that breaks the project's own rules."""

    status = 500
    slug = "broken-asset"


class MissingJava(RusgrafError):
    """A reasoner was asked for that needs Java, and there is none."""

    status = 501
    slug = "missing-java"


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence that proposes the known name nearest to `name`, or how many there are.

    >>> nearest("gapz", ["gaps", "query"])
    'Did you mean "gaps"?'
    """
    choices = sorted(set(known))
    hits = get_close_matches(name, choices, n=1, cutoff=0.5)
    if hits:
        return f'Did you mean "{hits[0]}"?'
    shown = ", ".join(choices[:8])
    return f"Known: {shown}{' …' if len(choices) > 8 else ''}." if choices else "None is known."
