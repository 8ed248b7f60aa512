"""Does a passage stand in its document? Fingerprints: making, checking and sealing them.

A fingerprint is the length and SHA-256 of a passage normalised to NFKD, without marks, casefolded,
``[a-z0-9]`` only (contract §3), so that it is found in any extraction of the same document and no
sentence is quoted. Not done here: reading PDF. Layer: domain.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rusgraf import assets
from rusgraf.errors import UnreadableInput
from rusgraf.store import Store
from rusgraf.terms import Literal, NamedNode, Quad, rus

_PASSAGE = re.compile(r'rus:passage\s+"((?:[^"\\]|\\.)*)"')
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|<[^>\n]*>|#[^\n]*|(?P<end>\.(?=\s|$))|[^".#<]+|.',
    re.DOTALL,
)


@dataclass(frozen=True)
class Fingerprint:
    """Length in characters and SHA-256 (lower-case hexadecimal) of a normalised passage."""

    length: int
    digest: str


def normalise(text: str) -> str:
    """The text as NFKD without marks, casefolded, letters a–z and digits only.

    >>> normalise("Hälso- och sjukvård, 2019")
    'halsoochsjukvard2019'
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9]", "", "".join(c for c in plain if not unicodedata.combining(c)))


def fingerprint(passage: str) -> Fingerprint:
    """The fingerprint of a passage, normalised first."""
    normal = normalise(passage)
    return Fingerprint(len(normal), hashlib.sha256(normal.encode("ascii")).hexdigest())


def cut_passage(document: str, wanted: str) -> str | None:
    """The passage of a document that `wanted` names, normalised: whole, or ``first words … last words``.

    None when the words do not stand there, or their beginning stands there twice (give more words then).
    """
    normal = normalise(document)
    head, _, tail = (normalise(part) for part in wanted.partition("…"))
    start = normal.find(head)
    if not head or start < 0:
        return None
    if not tail:
        return head
    if normal.find(head, start + 1) >= 0:
        return None
    end = normal.find(tail, start + len(head))
    return None if end < 0 else normal[start : end + len(tail)]


def read_document(folder: Path, name: str) -> str:
    """The text of the source file `name` in `folder`."""
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(
            f"{folder / name}: {error}.",
            "Give the folder with the texts of the plans.",
            sv=f"{folder / name} går inte att läsa: {error}.",
            cure_sv="Ange mappen med planernas texter.",
        ) from error


def _stanzas(turtle: str) -> Iterator[str]:
    """The text in pieces, each with one statement and all that stands before it; in linear time."""
    start = 0
    for token in _TOKEN.finditer(turtle):
        if token.lastgroup == "end":
            yield turtle[start : token.end()]
            start = token.end()
    yield turtle[start:]


def seal(turtle: str, documents: dict[str, str]) -> str:
    """The text with every ``rus:passage "…"`` replaced by the fingerprint of that passage.

    `documents` maps the last part of a document's IRI to its text. A passage is written whole, or as
    ``first words … last words``. Errors name each passage that does not stand in its document.
    """
    faults: list[tuple[str, str]] = []

    def replace(stanza: str) -> str:
        named = re.search(r"rus:dokument\s+(?:\w+:|<[^>]*/)([\w-]+)", stanza)
        text = documents.get(named.group(1), "") if named else ""

        def mark(found: re.Match[str]) -> str:
            passage = cut_passage(text, found.group(1))
            if passage is None:
                faults.append((found.group(1), named.group(1) if named else ""))
                return found.group()
            made = fingerprint(passage)
            return f'rus:fingeravtryckLangd {made.length} ;\n        rus:fingeravtryckSumma "{made.digest}"'

        return _PASSAGE.sub(mark, stanza)

    sealed = "".join(map(replace, _stanzas(turtle)))
    if faults:
        raise UnreadableInput(
            f"{len(faults)} passage(s) not found in their document: {_listed(faults, 'no rus:dokument')}.",
            "Write the words as they stand there; with … both ends, and a beginning that stands there once.",
            sv=f"{len(faults)} passage(r) står inte i sitt dokument: {_listed(faults, 'rus:dokument saknas')}.",
            cure_sv="Skriv orden som de står där; med … båda ändarna, och en början som står där en gång.",
        )
    return sealed


def _listed(faults: Iterable[tuple[str, str]], none: str) -> str:
    """Passages, each with its document, or with `none`."""
    return "; ".join(f'"{passage}" ({document or none})' for passage, document in faults)


FOUND, ABSENT, NO_FILE, MALFORMED = "found", "absent", "no-file", "malformed"


@dataclass(frozen=True)
class Verdict:
    """What became of one fingerprint: the reference that carries it, its document and file, and the state.

    `state` is FOUND, ABSENT (the file is there, the passage not), NO_FILE (the document names no file, or
    the folder lacks it) or MALFORMED (length and digest are not one of each).
    """

    reference: str
    graph: str
    document: str
    file: str
    state: str


def source_files(quads: Iterable[Quad]) -> dict[str, str]:
    """The text file (``rus:kallfil``) of each document, by the document's IRI."""
    return {
        quad.subject.value: quad.object.value
        for quad in quads
        if quad.predicate == rus("kallfil") and isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
    }


def texts(folder: Path | None) -> dict[str, Path]:
    """The texts that fingerprints can be checked against, by file name: those in `folder`, and the shipped ones."""
    found = {path.name: path for path in assets.files("data", ".txt")}
    if folder is not None:
        found.update((path.name, path) for path in sorted(folder.iterdir()) if path.is_file())
    return found


def verify(store: Store, folder: Path | None) -> list[Verdict]:
    """Every fingerprint of every named graph of `store` against the texts in `folder` and the shipped ones."""
    files, held = source_files(store.quads(predicate=rus("kallfil"))), texts(folder)
    waiting: dict[str, list[tuple[Verdict, Fingerprint]]] = defaultdict(list)
    verdicts: list[Verdict] = []
    for verdict, mark in _marks(store, files):
        if mark is None:
            verdicts.append(verdict)
        else:
            waiting[verdict.file].append((verdict, mark))
    for file, marked in waiting.items():
        if file not in held:
            verdicts += [v for v, _ in marked]
            continue
        text = read_document(held[file].parent, file)
        standing = find_all(text, {mark for _, mark in marked})
        verdicts += [_settle(v, FOUND if mark in standing else ABSENT) for v, mark in marked]
    return sorted(verdicts, key=lambda v: (v.graph, v.reference))


def _settle(verdict: Verdict, state: str) -> Verdict:
    return Verdict(verdict.reference, verdict.graph, verdict.document, verdict.file, state)


def _marks(store: Store, files: dict[str, str]) -> Iterator[tuple[Verdict, Fingerprint | None]]:
    """Each reference that has a fingerprint in a named graph; None for a fingerprint that is not whole."""
    parts: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name in ("fingeravtryckLangd", "fingeravtryckSumma", "dokument"):
        for quad in store.quads(predicate=rus(name)):
            if isinstance(quad.graph_name, NamedNode) and isinstance(quad.subject, NamedNode):
                value = quad.object.value if isinstance(quad.object, Literal | NamedNode) else ""
                parts[quad.graph_name.value, quad.subject.value][name].add(value)
    for (graph, reference), found in parts.items():
        lengths, digests = found["fingeravtryckLangd"], found["fingeravtryckSumma"]
        if not lengths and not digests:
            continue
        document = min(found["dokument"], default="")
        verdict = Verdict(reference, graph, document, files.get(document, ""), NO_FILE)
        whole = len(lengths) == len(digests) == len(found["dokument"]) == 1
        length, digest = min(lengths, default=""), min(digests, default="")
        if whole and re.fullmatch(r"[1-9]\d{0,6}", length) and re.fullmatch(r"[0-9a-f]{64}", digest):
            yield verdict, Fingerprint(int(length), digest)
        else:
            yield _settle(verdict, MALFORMED), None


def find_all(document: str, marks: Iterable[Fingerprint]) -> set[Fingerprint]:
    """Those of the marks whose passage stands in the document's text (as read, not yet normalised).

    Passages mostly begin and end where words do, so such windows are tried first; what they do not
    settle is sought at every place.
    """
    normal, edges = _word_edges(document)
    raw = normal.encode("ascii")
    wanted: dict[int, set[str]] = defaultdict(set)
    for mark in marks:
        wanted[mark.length].add(mark.digest)
    found: set[Fingerprint] = set()
    for length, digests in wanted.items():
        starts = [start for start in edges if start + length in edges]
        for places in (starts, range(len(raw) - length + 1)):
            for start in places:
                digest = hashlib.sha256(raw[start : start + length]).hexdigest()
                if digest in digests:
                    digests.discard(digest)
                    found.add(Fingerprint(length, digest))
                    if not digests:
                        break
            if not digests:
                break
    return found


def _word_edges(document: str) -> tuple[str, dict[int, None]]:
    """The normalised text, and the places in it where words begin or end, in order."""
    parts: list[str] = []
    edges: dict[int, None] = {0: None}
    place = 0
    for piece in re.split(r"(\W+)", document):
        parts.append(normalise(piece))
        place += len(parts[-1])
        edges[place] = None
    return "".join(parts), edges


def seal_file(path: Path, folder: Path, quads: Iterable[Quad]) -> tuple[str, int]:
    """The text of `path` with its passages sealed against the texts in `folder`, and how many there were.

    `quads` are those of the data and of the file itself: they name each document's text file.
    """
    try:
        turtle = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(
            f"{path}: {error}.",
            "Give a Turtle or TriG file in UTF-8.",
            sv=f"{path} går inte att läsa: {error}.",
            cure_sv="Ge en fil i Turtle eller TriG, i UTF-8.",
        ) from error
    number, held = len(_PASSAGE.findall(turtle)), texts(folder)
    documents = {
        iri.rsplit("/", 1)[-1]: read_document(held[file].parent, file)
        for iri, file in source_files(quads).items()
        if file in held
    }
    return seal(turtle, documents), number
