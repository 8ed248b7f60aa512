"""What do the rows of an activity sheet say as RDF, and which cell says it?

Each row is an activity in one named graph. A value that names nothing, or several things, is a fault at its cell and
gives no triple. Each activity has a source: the file, the sheet and the row. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rusgraf import mint
from rusgraf.tabular.faults import Hint, fault
from rusgraf.tabular.match import TARGETS, Match, Names
from rusgraf.tabular.model import Fault, Place, Row, Sheet, Value
from rusgraf.terms import PREF_LABEL, RDF_TYPE, Literal, NamedNode, Quad, Term, expand, rus

_DESCRIPTION = expand("dcterms:description")
_OWN = {PREF_LABEL: "Aktivitet", _DESCRIPTION: "Beskrivning", rus("startdatum"): "Start", rus("slutdatum"): "Slut"}
COLUMN_OF: dict[NamedNode, str] = {
    **{target.property: column for column, targets in TARGETS.items() for target in targets},
    **_OWN,
}
"""Property → the column that says it."""


@dataclass
class Written:
    """The quads of a sheet, the row of each activity (IRI → row), the faults of matching, what cells may mean.

    `meant`: of a fault, the thing that its suggestion names. `spoilt`: the cells (sheet, row, column) that reading
    found a fault in, and that say nothing therefore.
    """

    graph: NamedNode
    quads: list[Quad] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    meant: dict[Fault, NamedNode] = field(default_factory=dict)
    spoilt: set[tuple[str, int, str]] = field(default_factory=set)

    def place(self, subject: str, predicate: str) -> Place | None:
        """The cell that says, or should say, a property of an activity; its key cell for no or another property."""
        row = self.rows.get(subject)
        column = COLUMN_OF.get(NamedNode(predicate), "Aktivitet") if predicate else "Aktivitet"
        return row.place(column) if row else None


def write(sheet: Sheet, names: Names, stem: str) -> Written:
    """The rows as quads in the graph that `stem` (the file's name without suffix) names."""
    made = Written(NamedNode(mint.graph(stem)))
    document = NamedNode(f"{mint.BASE}res/dokument/{mint.slug(stem) or 'fil'}")
    made.quads += _head(made.graph, document, sheet.name)
    known: dict[str, Row] = {}
    made.spoilt.update((f.place.sheet, f.place.row, f.place.header) for f in sheet.faults if f.severity == "violation")
    for row in sheet.rows:
        name = row.text("Aktivitet")
        subject = _subject(row, stem)
        first = made.rows.get(subject.value)
        if first:  # a fault; it is written all the same, under a name of its own, so that its other faults are found
            made.faults.append(_doubled("doubled-id", row, first, row.text("Id") or name))
            subject = NamedNode(f"{subject.value}-rad-{row.number}")
        twin = known.setdefault(name.casefold(), row)
        if name and twin is not row and not first:
            made.faults.append(_doubled("doubled-name", row, twin, name))
        made.rows[subject.value] = row
        made.quads += [Quad(subject, p, o, made.graph) for p, o in _said(row, names, made)]
        made.quads += _source(subject, row, document, made.graph)
    return made


def _subject(row: Row, stem: str) -> NamedNode:
    """The activity of a row: the IRI in its Id cell, else minted of the file's name and the Id or the name."""
    given = row.text("Id")
    if given.startswith(f"{mint.BASE}id/aktivitet/") and mint.slug(given) and " " not in given:
        return NamedNode(mint.thing("Aktivitet", given.removeprefix(f"{mint.BASE}id/aktivitet/")))
    key = given or row.text("Aktivitet")
    return NamedNode(mint.thing("Aktivitet", stem or "fil", key if mint.slug(key) else f"rad {row.number}"))


def _doubled(code: str, row: Row, first: Row, seen: str) -> Fault:
    column = "Id" if code == "doubled-id" and row.text("Id") else "Aktivitet"
    return fault(code, row.place(column), seen=seen, first=first.place(column).address)


def _said(row: Row, names: Names, made: Written) -> Iterator[tuple[NamedNode, Term]]:
    """The properties and values of a row."""
    yield RDF_TYPE, rus("Aktivitet")
    for predicate in (PREF_LABEL, _DESCRIPTION):
        if text := row.text(_OWN[predicate]):
            yield predicate, Literal(text, language="sv")
    for column in (c for c in TARGETS if (row.sheet, row.number, c) not in made.spoilt):
        for value in row.values(column):
            match = names.match(column, value.text)
            if len(match.things) == 1:
                yield names.property(column, match.things[0]), match.things[0]
            else:
                told = _unmatched(value, column, match, names)
                made.faults.append(told)
                if match.proposals:
                    made.meant[told] = match.proposals[0].thing
    for predicate, day in ((rus("startdatum"), row.start), (rus("slutdatum"), row.end)):
        if day is not None:
            yield predicate, Literal(day.value.isoformat(), datatype=expand("xsd:date"))


def _unmatched(value: Value, column: str, match: Match, names: Names) -> Fault:
    if match.things:
        readings = tuple(names.label(column, thing) for thing in match.things)
        return fault("ambiguous-name", value.place, Hint(readings), seen=value.text, choices="; ".join(readings))
    if match.proposals:
        readings = tuple(f"{p.label} ({p.score} %)" for p in match.proposals)
        hint = Hint(readings, match.proposals[0].label)
        return fault("near-name", value.place, hint, seen=value.text, choices="; ".join(readings))
    return fault("unknown-name", value.place, seen=value.text, column=column)


def _head(graph: NamedNode, document: NamedNode, name: str) -> list[Quad]:
    """What the graph and the file are."""
    said: list[tuple[NamedNode, NamedNode, Term]] = [
        (graph, RDF_TYPE, rus("Graf")),
        (graph, PREF_LABEL, Literal(name, language="sv")),
        (graph, rus("grafslag"), NamedNode(f"{mint.BASE}def/grafslag/plan")),
        (document, RDF_TYPE, rus("Kalldokument")),
        (document, expand("dcterms:title"), Literal(name, language="sv")),
        (document, rus("kallfil"), Literal(name)),
    ]
    return [Quad(s, p, o, graph) for s, p, o in said]


def _source(subject: NamedNode, row: Row, document: NamedNode, graph: NamedNode) -> list[Quad]:
    """Where the activity stands: file, sheet and row."""
    node = NamedNode(subject.value.replace("/id/aktivitet/", "/id/kallhanvisning/", 1))
    section = f"{row.sheet}, rad {row.number}" if row.sheet else f"rad {row.number}"
    said: list[tuple[NamedNode, NamedNode, Term]] = [
        (subject, rus("kalla"), node),
        (node, RDF_TYPE, rus("Kallhanvisning")),
        (node, rus("dokument"), document),
        (node, rus("avsnitt"), Literal(section)),
    ]
    return [Quad(s, p, o, graph) for s, p, o in said]
