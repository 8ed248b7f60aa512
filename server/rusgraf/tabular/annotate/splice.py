"""How is a part of a workbook changed in a few places, and every other byte of it kept?

Expat tells where each element lies; edits are made at those places, never by writing the tree anew. So prefixes,
``mc:Ignorable``, order, white space and everything unknown stay. Layer: domain; standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from rusgraf import tables
from rusgraf.tabular.markup import local, new_parser, run

_TAG = re.compile(rb"""<[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>""")
_NAME = re.compile(rb"<[^\s/>]+")
_ATTRIBUTE = re.compile(rb"""\s([^\s=<>"'/]+)\s*=\s*("[^"]*"|'[^']*')""")
_LITERAL = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # SpreadsheetML writes a character by its number so (_x000D_)


@dataclass
class Node:
    """An element: where its start tag begins, its content begins and ends, and it ends, as offsets of bytes."""

    tag: str
    given: dict[str, str]
    start: int
    inner: int
    close: int = 0
    end: int = 0
    text: str = ""
    children: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name without its prefix."""
        return local(self.tag)

    @property
    def prefix(self) -> str:
        """The prefix with its colon, "" when there is none."""
        return self.tag[: -len(self.name)]

    @property
    def namespace(self) -> str:
        """The namespace that this element declares for its own prefix, "" when it declares none."""
        return self.given.get(f"xmlns:{self.prefix[:-1]}" if self.prefix else "xmlns", "")

    def child(self, name: str) -> Node | None:
        """The first child of a name."""
        return next((node for node in self.children if node.name == name), None)

    def all(self, *names: str) -> Iterator[Node]:
        """Every element below this one that has one of the names, in order."""
        left = self.children[::-1]
        while left:
            node = left.pop()
            left += node.children[::-1]
            if node.name in names:
                yield node


def parse(data: bytes, where: str) -> Node:
    """The tree of a small part; `where` names it in an error. Raises TooLarge or UnreadableInput."""
    top = Node("", {}, 0, 0)
    stack = [top]
    parser = new_parser()

    def start(tag: str, given: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        node = Node(tag, given, at, tag_end(data, at))
        stack[-1].children.append(node)
        stack.append(node)

    def end(_: str) -> None:
        node = stack.pop()
        is_empty = data[node.inner - 2 : node.inner] == b"/>"
        node.close = node.inner if is_empty else parser.CurrentByteIndex
        node.end = node.inner if is_empty else tag_end(data, node.close)

    def text(part: str) -> None:
        stack[-1].text += part

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    run(parser, data, where)
    return top.children[0]


def tag_end(data: bytes, start: int) -> int:
    """Where the tag that begins at an offset ends."""
    found = _TAG.match(data, start)
    return found.end() if found else start


class Edits:
    """Changes to some bytes; none may overlap another."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._made: list[tuple[int, int, bytes]] = []

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Put `new` where the bytes from `start` to `end` are; what goes to one place keeps its order."""
        self._made.append((start, end, new))

    def attribute(self, start: int, name: str, value: str) -> None:
        """Set an attribute of the tag that begins at `start`; the value needs no escaping."""
        end = tag_end(self.data, start)
        for match in _ATTRIBUTE.finditer(self.data, start, end):
            if match[1] == name.encode():
                self.replace(*match.span(2), f'"{value}"'.encode())
                return
        found = _NAME.match(self.data, start)
        after = found.end() if found else start
        self.replace(after, after, f' {name}="{value}"'.encode())

    def append(self, node: Node, more: bytes) -> None:
        """Put elements at the end of an element's content."""
        self.fill(node.tag, node.inner, node.close, more)

    def fill(self, tag: str, inner: int, close: int, more: bytes) -> None:
        """The same for an element of which only these are known."""
        if self.data[inner - 2 : inner] == b"/>":
            self.replace(inner - 2, inner, b">" + more + f"</{tag}>".encode())
        else:
            self.replace(close, close, more)

    def done(self) -> bytes:
        """The bytes with all changes made; the very same object when there is none."""
        if not self._made:
            return self.data
        made: list[bytes] = []
        at = 0
        for start, end, new in sorted(self._made, key=lambda edit: edit[:2]):
            made += (self.data[at:start], new)
            at = end
        return b"".join([*made, self.data[at:]])


def with_attributes(element: bytes, given: Sequence[tuple[str, str]]) -> bytes:
    """An element with attributes of its start tag set."""
    edits = Edits(element)
    for name, value in given:
        edits.attribute(0, name, value)
    return edits.done()


def literal(text: str, lang: str) -> str:
    """Any text as a cell or comment holds it: legal in XML, cut to what Excel takes, read back as it stands."""
    return _LITERAL.sub("_x005F_", tables.clean(text, lang).replace("\r\n", "\n").replace("\r", "\n"))


def xml(text: str, lang: str) -> str:
    """The same as the content of an element."""
    return escape(literal(text, lang))


def quoted(text: str) -> str:
    """A text as the value of an attribute."""
    return escape(text, {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
