"""Can what the ontology says, and what the data say with it, be true at once? Asked of a reasoner (``reason``).

Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator

from rusgraf import reason
from rusgraf.checks._context import Context
from rusgraf.checks._model import Found, Text, examined, fault, skipped
from rusgraf.terms import NamedNode

TITLE = Text("Ontologi och data motsäger inte sig själva", "Ontology and data do not contradict themselves")


def run(context: Context) -> Iterator[Found]:
    """The ontology alone (classes that can have no instance), then the ontology with the data in force."""
    for data, place in ((False, "ontology/"), (True, "data/")):
        statements = reason.statements(context.store, data=data)
        sv, en = (
            ("utsagor med data", "statements with data") if data else ("utsagor utan data", "statements without data")
        )
        verdict = reason.check_consistency(statements)
        if verdict.skipped:
            yield skipped(
                f"Ingen slutledning ({len(statements)} {sv}): {verdict.skipped}",
                f"No reasoning ({len(statements)} {en}): {verdict.skipped}",
            )
            continue
        yield examined(len(statements), sv, en)
        if verdict.consistent is False:
            why = verdict.why or "-"
            yield fault(
                place,
                f"Motsägelse ({verdict.reasoner}): {why}",
                f"Contradiction ({verdict.reasoner}): {why}",
                "Rätta den utsaga som är fel: ett ting av fel klass, eller en definitionsmängd för snäv.",
                "Correct the statement that is wrong: a thing of the wrong class, or a domain or range too narrow.",
            )
        for iri in verdict.unsatisfiable:
            yield fault(
                context.where(context.vocabulary, NamedNode(iri)),
                f"Klassen {iri} kan inte ha någon instans ({verdict.reasoner}).",
                f"The class {iri} can have no instance ({verdict.reasoner}).",
                "Ta bort den överklass eller disjunkthet som utesluter den.",
                "Remove the superclass or the disjointness that rules it out.",
            )
