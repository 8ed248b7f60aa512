"""Helpers of the tests: invented data as text, and how a page is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient

from rusgraf.rdf import FORMATS, parse_quads
from rusgraf.store import Store
from rusgraf.terms import PREFIXES, NamedNode, Quad

EXAMPLE = "https://example.org/"
GRAPH = NamedNode("https://w3id.org/rusgraf/res/graf/prov")
PREFIX_LINES = (
    "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    + "@prefix grafslag: <https://w3id.org/rusgraf/def/grafslag/> .\n"
    + "@prefix graf: <https://w3id.org/rusgraf/res/graf/> .\n"
    + f"@prefix e: <{EXAMPLE}> .\n"
)
VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass
class Canary:
    """A server on loopback that nothing may ask: its address, and what was asked of it all the same."""

    url: str
    hits: list[str] = field(default_factory=list)


def browser(app: Flask) -> FlaskClient:
    """A client that takes each answer to its end: one that does not keeps a worker."""
    made: FlaskClient = app.test_client()
    made.open = partial(made.open, buffered=True)  # type: ignore[method-assign]
    return made


def e(name: str) -> NamedNode:
    """A thing of the invented data."""
    return NamedNode(EXAMPLE + name)


def quads(trig: str) -> list[Quad]:
    """The quads of TriG without prefix lines; what stands outside a graph goes to GRAPH."""
    return parse_quads((PREFIX_LINES + trig).encode(), FORMATS[".trig"], "prov.trig", GRAPH)


def store_of(trig: str, *, asserted: bool = False) -> Store:
    """A store of TriG without prefix lines."""
    return Store.load([], extra=quads(trig), asserted=asserted)


class Page(HTMLParser):
    """A page as it stands: its elements with their attributes, its text, and what is unbalanced in it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.faults: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]
        ids = [attributes["id"] for _, attributes in self.elements if "id" in attributes]
        self.faults += [f'the id "{i}" stands twice' for i in set(ids) if ids.count(i) > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.faults.append(f"</{tag}> closes <{self._open[-1] if self._open else ''}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def addresses_of_assets(self) -> list[str]:
        """What a browser fetches with the page, without a click."""
        return [a[name] for tag, a in self.elements for name in ("src", "srcset", "data", "poster") if name in a] + [
            a.get("href", "") for tag, a in self.elements if tag == "link"
        ]

    def active_parts(self) -> list[str]:
        """What could run a script: elements that no page of ours has, and attributes that hold code."""
        active = {"script", "img", "iframe", "object", "embed", "svg", "base"}
        handlers = [f"{tag} {name}" for tag, a in self.elements for name in a if name.startswith("on")]
        links = [a["href"] for _, a in self.elements if a.get("href", "").lower().startswith(("javascript:", "data:"))]
        data = ("script", "application/ld+json")  # a block of data, which no browser runs
        return [tag for tag, a in self.elements if tag in active and (tag, a.get("type")) != data] + handlers + links
