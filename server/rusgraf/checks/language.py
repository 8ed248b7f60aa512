"""Do ontology, terminologies and shapes hold the naming and labelling rules of ``shapes/style/``?

A style file checks the folder that it is named after: ``style/ontology.ttl`` checks ``ontology/``. Its
targets only; supportive shapes may stand in any style file. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rusgraf.checks._context import Context, Files
from rusgraf.checks._model import Found, Text, examined, fault
from rusgraf.terms import PREFIXES, NamedNode
from rusgraf.validate import run_shapes, to_rdflib

TITLE = Text(
    "Namn, definitioner och former följer stilreglerna", "Names, definitions and shapes follow the style rules"
)
_TARGET = PREFIXES["sh"] + "target"


def run(context: Context) -> Iterator[Found]:
    """The results of each style file on its folder."""
    folders: dict[str, Files] = {
        "ontology": {**context.vocabulary, **context.terminologies},
        "shapes": {**context.shapes, **context.style},
    }
    yield examined(len(context.style), "stilfiler", "style files")
    for path in context.style:
        files = folders.get(path.stem)
        if files is None:
            yield fault(
                context.place(path),
                f"Det finns ingen mapp {path.stem}/.",
                f"There is no folder {path.stem}/.",
                "Döp filen efter den mapp den granskar.",
                "Name the file after the folder it checks.",
            )
            continue
        yield from _check(context, path, files)


def _check(context: Context, style: Path, files: Files) -> Iterator[Found]:
    shapes = to_rdflib(
        (q.subject, q.predicate, q.object)
        for path, quads in context.style.items()
        for q in quads
        if path == style or not q.predicate.value.startswith(_TARGET)
    )
    data = to_rdflib((q.subject, q.predicate, q.object) for quads in files.values() for q in quads)
    subjects = {q.subject for quads in files.values() for q in quads if isinstance(q.subject, NamedNode)}
    yield examined(len(subjects), f"termer och former i {style.stem}/", f"terms and shapes of {style.stem}/")
    for result in run_shapes(data, shapes):
        focus = NamedNode(result.focus) if result.focus.startswith("http") else None
        name = result.focus or "?"
        yield fault(
            context.where(files, focus) if focus else name,
            f"{name} bryter mot {result.shape.rsplit('/', 1)[-1]}.",
            f"{name} breaks {result.shape.rsplit('/', 1)[-1]}.",
            result.message("sv"),
            result.message("en"),
            result.severity,
        )
