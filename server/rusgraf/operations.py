"""Of which operations is a SPARQL Update made, and of which parts is each? The text alone, taken apart by its tokens.

Nothing is parsed here: the engine does that, of the whole operation and of each part. Layer: domain.
https://www.w3.org/TR/sparql11-update/#grammar
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rusgraf import guard

_MODIFY = {"INSERT", "DELETE", "WITH"}
_MANAGE = {"CLEAR", "DROP", "ADD", "MOVE", "COPY"}


Token = tuple[str, str, int]


@dataclass(frozen=True)
class Operation:
    """One operation: what stands before it (the prologues, on their lines), its text, and its tokens outside braces
    (kind, text, offset)."""

    before: str
    text: str
    outside: tuple[Token, ...]

    @property
    def words(self) -> list[str]:
        """The bare words outside braces, in capitals; a text that does not parse may have none."""
        return [token.upper() for kind, token, _ in self.outside if kind == "word"] or [""]

    @property
    def is_data(self) -> bool:
        """Whether it is INSERT DATA or DELETE DATA: statements, no pattern."""
        return self.words[1:2] == ["DATA"] and self.text[: len("INSERT")].upper() in ("INSERT", "DELETE")

    @property
    def has_pattern(self) -> bool:
        """Whether it deletes, inserts or both where a pattern holds."""
        return self.words[0] in _MODIFY and not self.is_data and "WHERE" in self.words

    def inserted(self) -> str:
        """The same statements inserted: INSERT DATA of what INSERT DATA or DELETE DATA names."""
        return f"{self.before}INSERT{self.text[len('INSERT') :]}"

    def block(self, word: str) -> str:
        """What stands in braces after a word, with them; "" when the operation has no such part."""
        rest = [*self.outside]
        while rest and not _is(rest[0], word):
            rest = rest[1:]
        if rest[1:] and _is(rest[1], "WHERE"):  # DELETE WHERE is short for the same twice
            rest = rest[1:]
        end = next((offset for kind, _, offset in rest if kind == "close"), -1)
        return self.text[rest[0][2] + len(rest[0][1]) : end + 1] if rest else ""

    def named_graph(self) -> str:
        """WITH and its graph, "" when the operation has none."""
        return self.text[: min(self._at(word) for word in ("INSERT", "DELETE") if word in self.words)]

    def dataset(self) -> str:
        """The clauses of USING, as those of FROM."""
        text, start = self.text[: self._at("WHERE")], -1
        for kind, token, offset in reversed(self.outside):
            if _is((kind, token, offset), "USING") and offset < len(text):
                text, start = f"{text[:offset]}FROM{text[offset + len(token) :]}", offset
        return text[start:] if start >= 0 else ""

    def with_default(self, graph: str) -> str:
        """An operation on whole graphs, with a name for DEFAULT; any other as it is."""
        text = self.text
        if self.words[0] in _MANAGE:
            for kind, token, offset in reversed(self.outside):
                if _is((kind, token, offset), "DEFAULT"):
                    text = f"{text[:offset]} GRAPH {graph} {text[offset + len(token) :]}"
        return text

    def _at(self, word: str) -> int:
        return next(token[2] for token in self.outside if _is(token, word))


def _is(token: Token, word: str) -> bool:
    return token[0] == "word" and token[1].upper() == word


def operations(text: str) -> Iterator[Operation]:
    """The operations of a text, in their order; prefixes of the earlier ones hold for the later.

    Each is parsed on its own, since Oxigraph takes no prefixes between them; at its own place, so that faults have the
    line and column that they have in the whole.
    """
    before, start, depth = "", 0, 0
    outside: list[Token] = []
    for kind, token, offset in [*guard.tokens(text), ("end", "", len(text))]:
        depth += (kind == "open") - (kind == "close")
        if kind == "end" or (depth == 0 and kind == "other" and token == ";"):  # noqa: S105
            begin = _after_prologue(outside, offset)
            before += text[start:begin]
            if outside or text[start:offset].strip():
                found = tuple((k, t, o - begin) for k, t, o in outside if o >= begin)
                yield Operation(before, text[begin:offset], found)
            before += _blank(text, begin, offset + 1)
            outside, start = [], offset + 1
        elif depth == 0:
            outside.append((kind, token, offset))


def _blank(text: str, start: int, end: int) -> str:
    """As many lines and columns as a part of a text has."""
    last = text.rfind("\n", start, end)
    return "\n" * text.count("\n", start, end) + " " * (end - max(last + 1, start))


def _after_prologue(outside: Sequence[Token], end: int) -> int:
    """Where the first word stands that is no BASE or PREFIX."""
    for token in outside:
        if token[0] == "word" and not (_is(token, "BASE") or _is(token, "PREFIX")):
            return token[2]
    return end
