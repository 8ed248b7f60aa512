"""Is every term that the project uses declared, and everything that the data point at described?

A misspelt property makes a query silently empty and a shape silently blind; so any IRI in a namespace of
ours must be declared (``spec/``, ``def/``) or described (``id/``, ``res/``) in the shipped files.
Layer: domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from rusgraf import guard, mint
from rusgraf.checks._context import Context, Facts, Files, facts
from rusgraf.checks._model import Fault, Found, Text, examined, fault
from rusgraf.errors import nearest
from rusgraf.terms import PREFIXES, Literal, NamedNode, Quad, expand, shorten

TITLE = Text("Bara deklarerade termer används", "Only declared terms are used")
_TERMS = (f"{mint.BASE}spec/", f"{mint.BASE}def/")
_SPARQL = {expand("sh:select"), expand("sh:ask"), expand("sh:construct")}
_HEAD = re.compile(r"#\+\s*(?:tests_absence_of|shows)\s*:\s*(.*)")


def run(context: Context) -> Iterator[Found]:
    """Every IRI of ours, wherever it is used, against what is declared and described."""
    files: Files = {
        **context.vocabulary, **context.terminologies, **context.package, **context.shapes, **context.style,
        **context.data,
    }  # fmt: skip
    known = _declared(files)
    used: set[str] = set()
    for path, quads in files.items():
        found = {iri for quad in quads for iri in _named(quad)}
        used |= found
        yield from _undeclared(context, path, found - known, known)
    for path, text in context.queries.items():
        found = set(sparql_iris(text)) | set(_head_iris(text))
        used |= found
        yield from _undeclared(context, path, {iri for iri in found if iri.startswith(_TERMS)} - known, known)
    yield examined(len(used), "egna identifierare", "identifiers of our own")
    yield examined(len(context.queries), "frågor", "queries")


def _declared(files: Files) -> set[str]:
    """Terms with a type (lists and prefix declarations of the shapes too), things with any description."""
    held = facts(files)
    found = {
        quad.graph_name.value for quads in files.values() for quad in quads if isinstance(quad.graph_name, NamedNode)
    }
    for subject in held.subjects():
        if isinstance(subject, NamedNode) and (not subject.value.startswith(_TERMS) or _is_declared(subject, held)):
            found.add(subject.value)
    return found


def _is_declared(subject: NamedNode, held: Facts) -> bool:
    return any(held.values(subject, name) for name in ("rdf:type", "rdf:first", "sh:declare"))


def _named(quad: Quad) -> Iterator[str]:
    """The IRIs of ours that a statement uses, those in SPARQL texts of shapes too."""
    for term in (quad.subject, quad.predicate, quad.object):
        if isinstance(term, NamedNode) and term.value.startswith(mint.BASE):
            yield term.value
    if quad.predicate in _SPARQL and isinstance(quad.object, Literal):
        yield from sparql_iris(quad.object.value)


def sparql_iris(text: str) -> Iterator[str]:
    """The IRIs of ours in a SPARQL text: whole, or with the prefixes that it declares (ours when it does not)."""
    prefixes = dict(PREFIXES)
    tokens = [(kind, token) for kind, token, _ in guard.tokens(guard.decode(text))]
    for number, (kind, token) in enumerate(tokens):
        before = tokens[number - 1][1].upper() if number else ""
        if kind == "name" and before == "PREFIX":
            prefixes[token.removesuffix(":")] = tokens[number + 1][1].strip("<>")
        elif kind == "name":
            prefix, _, local = token.rstrip(".").partition(":")
            iri = prefixes.get(prefix, "") + local
            if iri.startswith(mint.BASE):
                yield iri
        elif kind == "iri" and token[1:-1].startswith(mint.BASE) and not _declares(tokens, number):
            yield token[1:-1]


def _declares(tokens: list[tuple[str, str]], number: int) -> bool:
    """Whether the IRI at this place is a namespace in a PREFIX declaration."""
    return number >= 2 and tokens[number - 2][1].upper() == "PREFIX"


def _head_iris(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if head := _HEAD.fullmatch(line.rstrip()):
            for word in re.split(r"[\s,]+", re.sub(r"@\w+", "", head[1])):
                if word.partition(":")[0] in PREFIXES and expand(word).value.startswith(mint.BASE):
                    yield expand(word).value


def _undeclared(context: Context, path: Path, missing: Iterable[str], known: set[str]) -> Iterator[Fault]:
    for iri in sorted(missing):
        term = NamedNode(iri)
        kind = _kind(iri)
        alike = [k for k in known if _kind(k) == kind]
        hint, hint_sv = nearest(iri, alike), nearest(iri, alike, "sv")
        hint, hint_sv = (hint, hint_sv) if hint.startswith("Did") else ("", "")
        sv, en = ("deklarerad", "declared") if iri.startswith(_TERMS) else ("beskriven", "described")
        yield fault(
            context.place(path, term),
            f"{shorten(term)} är inte {sv} någonstans.",
            f"{shorten(term)} is not {en} anywhere.",
            f"Rätta stavningen, eller lägg till termen eller tinget. {hint_sv}".strip(),
            f"Correct the spelling, or add the term or the thing. {hint}".strip(),
        )


def _kind(iri: str) -> str:
    """Where an IRI belongs, down to the kind of thing, for the proposal."""
    return iri.rpartition("/")[0]
