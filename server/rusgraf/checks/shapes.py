"""Are the shapes shapes? Known terms of SHACL only, named and worded in both languages, and in use.

A misspelt ``sh:`` term is no error to a validator: it ignores it, and bad data pass. Layer: domain.
https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rusgraf.checks._context import Context, Facts, Files, facts
from rusgraf.checks._model import WARNING, Fault, Found, Text, examined, fault
from rusgraf.terms import PREFIXES, Literal, NamedNode, Term, expand, shorten

TITLE = Text("Formerna är hela", "The shapes are whole")
_SH = PREFIXES["sh"]
_TARGETS = ("sh:targetClass", "sh:targetNode", "sh:targetSubjectsOf", "sh:targetObjectsOf")
_USES = (
    expand("sh:property"),
    expand("sh:node"),
    expand("sh:qualifiedValueShape"),
    expand("sh:not"),
    expand("rdf:first"),
)


def run(context: Context) -> Iterator[Found]:
    """Each shape of the profile and of the style rules."""
    files: Files = {**context.shapes, **context.style}
    held = facts(files)
    shapes = [s for s in held.typed("sh:NodeShape", "sh:PropertyShape") if isinstance(s, NamedNode)]
    yield examined(len(shapes), "namngivna former", "named shapes")
    yield from _vocabulary(context, files)
    used = {q.object for quads in files.values() for q in quads if q.predicate in _USES}
    for shape in shapes:
        place = context.where(files, shape)
        yield from _words(shape, held, place)
        yield from _use(shape, held, place, used)
    yield from _unknown(context, files, held)
    yield from _patterns(context, files)


def _vocabulary(context: Context, files: Files) -> Iterator[Found]:
    from rdflib import SH, URIRef

    used: set[str] = set()
    for path, quads in files.items():
        found = {
            t for q in quads for t in (q.predicate, q.object) if isinstance(t, NamedNode) and t.value.startswith(_SH)
        }
        used |= {t.value for t in found}
        for term in sorted(found, key=str):
            if URIRef(term.value) not in SH:
                yield fault(
                    context.place(path, term),
                    f"{shorten(term)} finns inte i SHACL.",
                    f"{shorten(term)} is no term of SHACL.",
                    "Rätta stavningen: en okänd term granskar ingenting.",
                    "Correct the spelling: an unknown term checks nothing.",
                )
    yield examined(len(used), "termer ur SHACL", "terms of SHACL")


def _words(shape: NamedNode, held: Facts, place: str) -> Iterator[Fault]:
    for name in ("sh:name", "sh:message"):
        found = [v.language for v in held.values(shape, name) if isinstance(v, Literal)]
        if sorted(lang or "" for lang in found) != ["en", "sv"]:
            yield fault(
                place,
                f"{shorten(shape)} har inte {name} en gång på svenska och en gång på engelska.",
                f"{shorten(shape)} does not have {name} once in Swedish and once in English.",
                f"Skriv {name} på båda språken.",
                f"Write {name} in both languages.",
            )


def _use(shape: NamedNode, held: Facts, place: str, used: set[Term]) -> Iterator[Fault]:
    if shape in used or any(held.values(shape, target) for target in _TARGETS):
        return
    yield fault(
        place,
        f"{shorten(shape)} används inte: den har inget mål och ingen form pekar på den.",
        f"{shorten(shape)} is not used: it has no target and no shape points to it.",
        "Peka på den med sh:property eller sh:node, ge den ett mål, eller ta bort den.",
        "Point to it by sh:property or sh:node, give it a target, or remove it.",
        WARNING,
    )


def _unknown(context: Context, files: Files, held: Facts) -> Iterator[Fault]:
    """Shapes that are pointed to but stand nowhere."""
    known = set(held.subjects())
    pointing = {expand("sh:property"), expand("sh:node"), expand("sh:qualifiedValueShape")}
    for path, quads in files.items():
        for missing in sorted({q.object for q in quads if q.predicate in pointing} - known, key=str):
            yield fault(
                context.place(path, missing),
                f"Formen {shorten(missing)} finns inte.",
                f"There is no shape {shorten(missing)}.",
                "Rätta stavningen eller skriv formen.",
                "Correct the spelling or write the shape.",
            )


def _patterns(context: Context, files: Files) -> Iterator[Fault]:
    for path, quads in files.items():
        for quad in quads:
            if quad.predicate != expand("sh:pattern") or not isinstance(quad.object, Literal):
                continue
            try:
                re.compile(quad.object.value)
            except re.error as error:
                yield fault(
                    context.place(path, quad.subject),
                    f"Mönstret {quad.object.value} går inte att läsa: {error}.",
                    f"The pattern {quad.object.value} cannot be read: {error}.",
                    "Rätta det reguljära uttrycket.",
                    "Correct the regular expression.",
                )
