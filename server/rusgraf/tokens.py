"""Who may write over HTTP? Whoever has a token whose hash stands in the operator's file.

One line a token: the SHA-256 of the token in hexadecimal, then the role that provenance tells; ``#`` begins a comment
line. The file is read at each attempt, so that a line taken out is a token withdrawn. Layer: domain.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rusgraf.errors import BadParameter, UnreadableInput
from rusgraf.rdf import read_file

_LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+(\S.*)")


@dataclass(frozen=True)
class Token:
    """What is kept of a token: its hash, and the role of whoever has it."""

    sha256: str
    role: str


def read(path: Path) -> list[Token]:
    """The tokens of a file; a line that is none is an error, since somebody took it for one."""
    try:
        lines = read_file(path).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            f"{path}: not UTF-8.", "Save it as UTF-8.", sv=f"{path} är inte UTF-8.", cure_sv="Spara den som UTF-8."
        ) from error
    found = []
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise UnreadableInput(
                f"{path}, line {number}: not a SHA-256 in hexadecimal followed by a role.",
                "Write the line that rusgraf token gives.",
                sv=f"{path}, rad {number}: inte en SHA-256 i hexadecimal form följd av en roll.",
                cure_sv="Skriv den rad som rusgraf token ger.",
            )
        found.append(Token(parts[1].lower(), parts[2]))
    return found


def role_of(token: str, known: Sequence[Token]) -> str | None:
    """The role of whoever has this token, None of nobody; all are compared, in a time that tells nothing."""
    made = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
    fits = [one.role for one in known if hmac.compare_digest(made, one.sha256)]
    return fits[0] if fits else None


def new(role: str) -> tuple[str, str]:
    """A token that nobody has seen, and its line for the file."""
    said = " ".join(role.split())
    if not said:
        raise BadParameter(
            "A token needs a role.",
            "Say --by, such as “folkhälsostrateg, Kumla kommun”.",
            sv="En token behöver en roll.",
            cure_sv="Ange --by, till exempel “folkhälsostrateg, Kumla kommun”.",
        )
    token = secrets.token_urlsafe(32)
    return token, f"{hashlib.sha256(token.encode()).hexdigest()}  {said}"


def is_open(path: Path) -> bool:
    """Whether others than owner and group may read the file, or change it."""
    return bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))
