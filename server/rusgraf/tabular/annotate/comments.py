"""How do our notes join the comments of a sheet? Each noted cell has one comment; a user's own text stays in it.

What rusgraf wrote at an earlier time is found by its marks and taken out, wherever the cell was moved to. A thread of
replies is left alone: Excel would write over what is added to it. Layer: domain.
See ECMA-376 part 1, 18.7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress
from xml.sax.saxutils import escape

from rusgraf.tabular.annotate.notes import AUTHOR, MARK, ours
from rusgraf.tabular.annotate.splice import Edits, Node, parse, xml
from rusgraf.tabular.model import Cell, Place
from rusgraf.tabular.scan import cell_of

_EMPTY = '<comments xmlns="{}"><authors/><commentList/></comments>'
_FONT = '<{0}rPr><{0}sz val="9"/><{0}color indexed="81"/><{0}rFont val="Tahoma"/><{0}family val="2"/></{0}rPr>'
_RUN = f'<{{0}}r>{_FONT}<{{0}}t xml:space="preserve">{{1}}</{{0}}t></{{0}}r>'
_THREAD = "tc="  # how the author of a thread begins


@dataclass(frozen=True)
class Comments:
    """The part with a sheet's comments, and the cells that have one."""

    data: bytes
    cells: frozenset[Cell]


def revise(data: bytes, where: str, texts: Mapping[Cell, str], namespace: str) -> Comments:
    """The comments of a sheet without our earlier ones, and with a text for each of these cells."""
    edits = Edits(data or _EMPTY.format(namespace).encode())
    root = parse(edits.data, where)
    authors = [node.text for node in root.all("author")]
    prefix = root.prefix
    kept: set[Cell] = set()
    for comment in root.all("comment"):
        cell = cell_of(comment.given.get("ref", ""))
        if cell is None or cell in kept:
            continue
        thread = _author(comment, authors).startswith(_THREAD)
        if _is_ours_alone(comment, edits):
            edits.replace(comment.start, comment.end, b"")
            continue
        kept.add(cell)
        if cell in texts and not thread:
            _add_run(comment, edits, _RUN.format(prefix, "\n\n" + xml(texts[cell], "sv")))
    number = authors.index(AUTHOR) if AUTHOR in authors else len(authors)
    new = {cell: _RUN.format(prefix, xml(text, "sv")) for cell, text in texts.items() if cell not in kept}
    if new and AUTHOR not in authors:
        _append(root, "authors", edits, f"<{prefix}author>{AUTHOR}</{prefix}author>")
    made = [
        f'<{prefix}comment ref="{Place("", *cell).address}" authorId="{number}"><{prefix}text>{run}</{prefix}text>'
        f"</{prefix}comment>"
        for cell, run in new.items()
    ]
    if made:
        _append(root, "commentList", edits, "".join(made))
    return Comments(edits.done(), frozenset(kept | set(new)))


def _append(root: Node, name: str, edits: Edits, more: str) -> None:
    """Put something at the end of a list of the part."""
    node = root.child(name)
    if node:
        edits.append(node, more.encode())
    else:
        edits.append(root, f"<{root.prefix}{name}>{more}</{root.prefix}{name}>".encode())


def _author(comment: Node, authors: list[str]) -> str:
    number = comment.given.get("authorId", "")
    return authors[int(number)] if number.isascii() and number.isdecimal() and int(number[:9]) < len(authors) else ""


def _is_ours_alone(comment: Node, edits: Edits) -> bool:
    """Whether a comment has our text alone; else ours is taken out of it."""
    parts = list(comment.all("t"))
    text = "".join(node.text for node in parts)
    if MARK not in text:
        return False
    kept = bytearray(b"\1" * len(text))
    for start, end in ours(text):
        kept[start:end] = bytes(end - start)
    if not "".join(compress(text, kept)).strip():
        return True
    at = 0
    for node in parts:
        left = "".join(compress(node.text, memoryview(kept)[at:]))
        at += len(node.text)
        if left != node.text:
            edits.replace(node.inner, node.close, escape(left).encode())
    return False


def _add_run(comment: Node, edits: Edits, run: str) -> None:
    """Put a run of text after those of a comment; a text without runs becomes one."""
    text = comment.child("text")
    if text is None:
        edits.append(comment, f"<{comment.prefix}text>{run}</{comment.prefix}text>".encode())
        return
    plain, runs = text.child("t"), [node for node in text.children if node.name == "r"]
    if plain:
        edits.replace(plain.start, plain.start, f"<{text.prefix}r>".encode())
    if runs:
        edits.replace(runs[-1].end, runs[-1].end, run.encode())
    elif plain:
        edits.replace(plain.end, plain.end, f"</{text.prefix}r>{run}".encode())
    else:
        edits.append(text, run.encode())
