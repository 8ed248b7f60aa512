"""What is wrong with files from outside, and where: on which line of an RDF file, in which cell of an activity sheet?

Brings together what reading finds (``inputs``) and what the shapes find (``validate``). Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from rusgraf.faultlist import LEVELS, Result
from rusgraf.inputs import Input, read_input
from rusgraf.library import rules
from rusgraf.lines import find_lines
from rusgraf.near.read import read as patterns
from rusgraf.shapes import shipped
from rusgraf.store import Store, derivations
from rusgraf.tabular.annotate import Note, annotate, to_workbook
from rusgraf.tabular.model import Fault, Place, Progress
from rusgraf.tabular.write import COLUMN_OF
from rusgraf.terms import NamedNode
from rusgraf.validate import Outcome, run_shapes, validate_quads
from rusgraf.wording import say

_PROPERTY = {column: predicate.value for predicate, column in reversed(COLUMN_OF.items())}
_LEVELS = list(LEVELS.values())


@dataclass(frozen=True)
class Checked:
    """Files as they were read, and the outcome of their validation."""

    inputs: tuple[Input, ...]
    outcome: Outcome


def check_files(store: Store, files: Sequence[tuple[str, bytes]], progress: Progress | None = None) -> Checked:
    """Read and validate files (name, content) in the context of `store`, which is left alone."""
    inputs = tuple(read_input(content, name, store, progress) for name, content in files)
    return Checked(inputs, check_inputs(store, inputs, progress))


def warm_up() -> Iterator[None]:
    """Read what every first validation reads (pySHACL, shapes, rules), in steps of some hundredths of a second to some
    tenths: for a process that has nothing else to do."""
    from rdflib import Graph

    yield
    run_shapes(Graph(), shipped()[0])
    for text in (*derivations(), *(rule.text for rule in rules())):
        yield
        with suppress(NotImplementedError):
            patterns(text)


def check_inputs(store: Store, inputs: Sequence[Input], progress: Progress | None = None) -> Outcome:
    """Validate files that were read; the results by file, those of a sheet by cell."""
    outcome = validate_quads(store, {i.name: i.quads for i in inputs}, progress)
    placed: list[Result] = []
    for one in inputs:
        own = [r for r in outcome.results if r.file == one.name]
        placed += _of_sheet(one, own) if one.written else _of_rdf(one, own)
    return replace(outcome, results=tuple(placed))


def _of_rdf(one: Input, results: Sequence[Result]) -> Iterator[Result]:
    """The results with the lines where the file says it."""
    lines = find_lines(one.content, one.name, one.quads, {(r.focus, r.path, r.value) for r in results})
    return (replace(r, line=lines.get((r.focus, r.path, r.value))) for r in results)


def _of_sheet(one: Input, results: Sequence[Result]) -> list[Result]:
    """The results with their cells, and the faults of reading, in the order of the cells.

    A cell that could not be understood gave no statement; that the statement is missing is not told again.
    """
    spoilt = {_spot(f.place) for f in one.faults if f.severity == "violation"}
    placed = [replace(r, cell=one.place(r.focus, r.path)) for r in results]
    kept = [r for r in placed if r.cell is None or _spot(r.cell) not in spoilt]
    rows = {(row.sheet, row.number): subject for subject, row in one.written.rows.items()} if one.written else {}
    found = [*kept, *(_result(f, one, rows.get((f.place.sheet, f.place.row), "")) for f in one.faults)]
    sheets = {table.sheet: number for number, table in enumerate(one.sheet.tables)} if one.sheet else {}
    return sorted(found, key=lambda r: _order(r, sheets))


def _spot(place: Place) -> tuple[str, int, int]:
    return place.sheet, place.row, place.column


def _order(result: Result, sheets: dict[str, int]) -> tuple[int, int, int, int, str]:
    level = _LEVELS.index(result.severity)
    if result.cell is None:
        return (-1, 0, 0, level, result.focus)
    cell = result.cell
    return (sheets.get(cell.sheet, -1), cell.row, cell.column, level, result.shape)


def _result(fault: Fault, one: Input, subject: str) -> Result:
    """A fault of reading as a result."""
    meant = one.written.meant.get(fault) if one.written else None
    row = one.written.rows.get(subject) if one.written else None
    return Result(
        severity=fault.severity,
        messages=tuple((lang, _told(fault, lang)) for lang in ("en", "sv")),
        focus=subject,
        path=_PROPERTY.get(fault.place.header, ""),
        value="; ".join(v.text for v in row.values(fault.place.header)) if row else "",
        shape="",
        file=one.name,
        suggestion=meant.value if meant else "",
        cell=fault.place,
        instead=fault.suggestion,
    )


def _told(fault: Fault, lang: str) -> str:
    """The message of a fault, with the readings of a question that does not list them itself."""
    message = fault.message(lang)
    if not fault.readings or all(reading in message for reading in fault.readings):
        return message
    return f"{message} {say('readings', lang)}: {'; '.join(fault.readings)}."


def to_xlsx(checked: Checked, lang: str) -> bytes:
    """The user's own workbook with its faults marked; of a CSV file a workbook like it. Only of one activity sheet."""
    (one,) = [i for i in checked.inputs if i.sheet]
    notes = [
        Note(r.cell, r.severity, r.message(lang), suggested(r, checked.outcome, lang))
        for r in checked.outcome.results
        if r.cell is not None and r.file == one.name
    ]
    make = annotate if one.sheet and one.sheet.format == "xlsx" else to_workbook
    return make(one.content, notes, lang, one.name)


def suggested(result: Result, outcome: Outcome, lang: str) -> str:
    """What would do instead, in words, or ""."""
    named = outcome.store.label(NamedNode(result.suggestion), lang) if result.suggestion else ""
    return result.instead or named


def place_text(result: Result, lang: str) -> str:
    """Where a result is: “Aktiviteter!E7 (Ansvarig)”, “rad 12”, or ""."""
    if result.cell is not None:
        sheet = f"{result.cell.sheet}!" if result.cell.sheet else ""
        return f"{sheet}{result.cell.address}" + (f" ({result.cell.header})" if result.cell.header else "")
    return f"{say('line', lang)} {result.line}" if result.line else ""
