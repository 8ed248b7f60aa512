"""Is the ontology, all its files together, in OWL 2 DL? Checked by pyowl2-profiles.

https://www.w3.org/TR/owl2-syntax/#Ontologies . Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator

from rusgraf.checks._context import Context
from rusgraf.checks._model import Found, Text, examined, fault
from rusgraf.store import ONTOLOGY
from rusgraf.terms import NamedNode

TITLE = Text("Ontologin är OWL 2 DL", "The ontology is in OWL 2 DL")


def run(context: Context) -> Iterator[Found]:
    """Each way in which the merged ontology leaves OWL 2 DL."""
    from pyowl2_profiles import detect_profiles

    verdict = detect_profiles(context.store.engine, ONTOLOGY.value)["dl"]
    yield examined(
        sum(1 for _ in context.store.quads(graph=ONTOLOGY)), "utsagor i ontologin", "statements of the ontology"
    )
    for sample in verdict["sample_violations"]:
        iri = str(sample["subject_iri"])
        place = context.where(context.vocabulary, NamedNode(iri)) if iri.startswith("http") else iri
        what = " ".join(str(sample.get(key) or "") for key in ("axiom_type", "details")).strip()
        yield fault(
            place,
            f"Utanför OWL 2 DL: {what}.",
            f"Outside OWL 2 DL: {what}.",
            "Deklarera termen med rätt typ, eller skriv om axiomet.",
            "Declare the term with the right type, or rewrite the axiom.",
        )
    if not verdict["in_profile"] and not verdict["sample_violations"]:
        yield fault(
            "ontology/", "Utanför OWL 2 DL.", "Outside OWL 2 DL.", "Se pyowl2-profiles.", "See pyowl2-profiles."
        )
