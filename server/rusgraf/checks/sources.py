"""Does every fingerprint of the data match a passage of its document? Needs the texts of the plans.

Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterator

from rusgraf.checks._context import Context
from rusgraf.checks._model import Found, Text, examined, fault, skipped
from rusgraf.sources import ABSENT, FOUND, MALFORMED, verify
from rusgraf.terms import NamedNode, shorten

TITLE = Text("Fingeravtrycken stämmer med källorna", "The fingerprints match the sources")
_SAYS = {
    ABSENT: Text("passagen står inte i dokumentet", "the passage does not stand in the document"),
    MALFORMED: Text("fingeravtrycket är inte helt", "the fingerprint is not whole"),
}
_CURE = Text(
    "Skriv passagen på nytt med rus:passage och kör rusgraf sources seal.",
    "Write the passage anew with rus:passage and run rusgraf sources seal.",
)


def run(context: Context) -> Iterator[Found]:
    """Every fingerprint against the shipped texts and those in the folder that the run was given."""
    verdicts = verify(context.store, context.sources)
    judged = (FOUND, ABSENT, MALFORMED)
    yield examined(sum(v.state in judged for v in verdicts), "fingeravtryck", "fingerprints")
    missing = [v for v in verdicts if v.state not in judged]
    if missing:
        names = ", ".join(sorted({v.file or v.document for v in missing}))
        yield skipped(
            f"{len(missing)} fingeravtryck, för texten finns inte här: {names}. Ange mappen med --sources DIR.",
            f"{len(missing)} fingerprints, as the text is not here: {names}. Give its folder by --sources DIR.",
        )
    for verdict in verdicts:
        if verdict.state in _SAYS:
            reference, says = NamedNode(verdict.reference), _SAYS[verdict.state]
            named = f"{shorten(reference)} ({verdict.file})"
            yield fault(
                context.where(context.data, reference),
                f"{named}: {says.sv}.",
                f"{named}: {says.en}.",
                _CURE.sv,
                _CURE.en,
            )
