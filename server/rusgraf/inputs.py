"""What does a file from outside say: RDF of any format, or an activity sheet?

Reads and understands; judges nothing (``validate``). Layer: domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rusgraf import tabular
from rusgraf.errors import UnreadableInput, UnsupportedFormat
from rusgraf.rdf import FORMATS, parse_quads, suffix_graph
from rusgraf.store import Store
from rusgraf.tabular.faults import fault
from rusgraf.tabular.match import TARGETS, Names
from rusgraf.tabular.model import Fault, Place, Progress, Sheet
from rusgraf.tabular.template import age
from rusgraf.tabular.write import Written, write
from rusgraf.terms import NamedNode, Quad, rus

KINDS = (*FORMATS, *tabular.READERS)


@dataclass(frozen=True)
class Input:
    """A file read: its quads; of an activity sheet also the sheet, the faults of reading, and which cell says what."""

    name: str
    content: bytes
    quads: list[Quad]
    sheet: Sheet | None = None
    faults: tuple[Fault, ...] = ()
    written: Written | None = None

    def place(self, subject: str, predicate: str) -> Place | None:
        """The cell that says, or should say, a property of a thing; None in a file without cells."""
        return self.written.place(subject, predicate) if self.written else None

    def unread(self) -> list[Quad]:
        """That things are incomplete for what their cells say and nobody could understand."""
        rows = {(row.sheet, row.number): subject for subject, row in self.written.rows.items()} if self.written else {}
        return [
            Quad(NamedNode(rows[place]), rus("ofullstandigFor"), target.property, self.quads[0].graph_name)
            for fault in self.faults
            if fault.severity == "violation" and (place := (fault.place.sheet, fault.place.row)) in rows
            for target in TARGETS.get(fault.place.header, ())
        ]


def read_input(content: bytes, name: str, store: Store, progress: Progress | None = None) -> Input:
    """The file `name`, its format told by its suffix; an activity sheet is understood by the names of `store`."""
    suffix = Path(name).suffix.lower()
    if suffix in tabular.READERS:
        return _read_sheet(content, name, store, progress)
    form = FORMATS.get(suffix)
    if form is None:
        raise UnsupportedFormat(
            f"{name}: rusgraf does not read this kind of file.",
            f"Give one of {', '.join(KINDS)}.",
            sv=f"{name}: rusgraf läser inte filer av det här slaget.",
            cure_sv=f"Ge en fil av något av slagen {', '.join(KINDS)}.",
        )
    quads = parse_quads(content, form, name, suffix_graph(Path(name).stem))
    if not quads:
        raise UnreadableInput(
            f"{name}: there is not one statement in it.",
            "Give a file with data.",
            sv=f"{name}: det finns inte ett enda påstående i den.",
            cure_sv="Ge en fil med data.",
        )
    return Input(name, content, quads)


def _read_sheet(content: bytes, name: str, store: Store, progress: Progress | None) -> Input:
    sheet = tabular.read(content, Path(name).name, progress=progress)
    written = write(sheet, Names(store), Path(name).stem)
    told = list(sheet.faults)
    if (old := age(sheet.template_version, store)) and sheet.tables:
        table = sheet.tables[0]
        told.append(fault(old, table.place(next(iter(table.columns))), seen=sheet.template_version))
    return Input(name, content, written.quads, sheet, tuple(told + written.faults), written)
