"""What do the checks look at? The files of the project, read once, with the line of a name in its file.

Layer: domain.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rusgraf import assets
from rusgraf.rdf import read_quads
from rusgraf.store import Store
from rusgraf.terms import RDF_TYPE, NamedNode, Quad, Term, expand

Files = Mapping[Path, list[Quad]]


class Facts:
    """Statements by subject and property. Properties and classes are named with a prefix: ``sh:path``."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._values: dict[Term, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            held = self._values[quad.subject][quad.predicate]
            if quad.object not in held:
                held.append(quad.object)

    def __len__(self) -> int:
        return len(self._values)

    def subjects(self) -> list[Term]:
        """Everything that something is said about."""
        return list(self._values)

    def values(self, subject: Term, name: str) -> list[Term]:
        """The objects of a subject's property."""
        return list(self._values[subject][expand(name)]) if subject in self._values else []

    def having(self, name: str) -> list[Term]:
        """The subjects that have the property."""
        return [s for s, held in self._values.items() if held.get(expand(name))]

    def typed(self, *names: str) -> list[Term]:
        """The subjects that have one of the classes."""
        wanted = {expand(name) for name in names}
        return [s for s, held in self._values.items() if wanted & set(held.get(RDF_TYPE, ()))]

    def is_a(self, subject: Term, name: str) -> bool:
        """Whether a subject is stated to be of the class."""
        return expand(name) in self.values(subject, "rdf:type")


@dataclass(frozen=True)
class Context:
    """What a run of the checks is about. `sources` is the folder with the texts of the plans, or None."""

    sources: Path | None = None

    @cached_property
    def vocabulary(self) -> Files:
        """The files of the data vocabulary: ``ontology/*.ttl`` without the package description."""
        folder = assets.folder("ontology")
        return {p: q for p, q in self._read("ontology").items() if p.parent == folder and p.stem != "prof"}

    @cached_property
    def terminologies(self) -> Files:
        """The files of ``ontology/termer/``."""
        return {p: q for p, q in self._read("ontology").items() if p.parent.name == "termer"}

    @cached_property
    def package(self) -> Files:
        """The description of the whole as a package, ``ontology/prof.ttl``."""
        return {p: q for p, q in self._read("ontology").items() if p.stem == "prof"}

    @cached_property
    def shapes(self) -> Files:
        """The files of the application profile, ``shapes/*.ttl``."""
        return {p: q for p, q in self._read("shapes").items() if p.parent.name != "style"}

    @cached_property
    def style(self) -> Files:
        """The shapes for the project's own files, ``shapes/style/``."""
        return {p: q for p, q in self._read("shapes").items() if p.parent.name == "style"}

    @cached_property
    def data(self) -> Files:
        """The files of ``data/``."""
        return self._read("data")

    @cached_property
    def queries(self) -> Mapping[Path, str]:
        """The texts of all queries and derivation rules."""
        return {p: p.read_text(encoding="utf-8") for p in assets.files("queries", ".rq")}

    @cached_property
    def store(self) -> Store:
        """All of it as the program loads it."""
        return Store.load()

    def place(self, path: Path, term: Term | None = None) -> str:
        """``folder/file:line``: where in a file the name of a term stands first, or the file alone."""
        shown = path.relative_to(assets.root()).as_posix()
        if not isinstance(term, NamedNode):
            return shown
        name = re.escape(re.split(r"[/#]", term.value.rstrip("/#"))[-1])
        found = re.compile(rf"[:/#]{name}(?![\w-])")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if found.search(line) and not line.lstrip().startswith(("#", "@prefix")):
                return f"{shown}:{number}"
        return shown

    def where(self, files: Files, term: Term) -> str:
        """The place of the statements about a term among some files, else the term itself."""
        for path, quads in files.items():
            if any(q.subject == term for q in quads):
                return self.place(path, term)
        return str(term)

    def _read(self, folder: str) -> Files:
        return {p: read_quads(p) for p in assets.files(folder, ".ttl", ".trig", ".nt", ".nq", ".jsonld", ".rdf")}


def facts(files: Files) -> Facts:
    """The statements of several files together."""
    return Facts(quad for quads in files.values() for quad in quads)
