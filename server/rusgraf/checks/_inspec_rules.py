"""What does each rule of INSPEC say, when it is broken? In our words; the rule's number is the key.

``{}`` stands for the thing that breaks the rule. Layer: domain; standard library only.
http://w3id.org/inspec/specification
"""

from __future__ import annotations

from rusgraf.checks._model import Fault, fault

# Swedish, English, and the cure in both.
_RULES: dict[str, tuple[str, str, str, str]] = {
    "PROF-1": (
        "Det finns inte precis en specifikation.",
        "There is not exactly one specification.",
        "Skriv en prof:Profile med URI och dcterms:conformsTo inspec:PROF.",
        "Write one prof:Profile with a URI and dcterms:conformsTo inspec:PROF.",
    ),
    "PROF-2": (
        "{} är ingen del med URI.",
        "{} is no part with a URI.",
        "Nå den med prof:hasResource och skriv den som prof:ResourceDescriptor.",
        "Reach it by prof:hasResource and write it as prof:ResourceDescriptor.",
    ),
    "PROF-3..6": (
        "{} säger inte vad för slags del den är.",
        "{} does not say what kind of part it is.",
        "Ange inspec:RDFS, SKOS, SHACL eller SVG med dcterms:conformsTo.",
        "State inspec:RDFS, SKOS, SHACL or SVG by dcterms:conformsTo.",
    ),
    "PROF-6": (
        "Diagrammet {} är ingen del av paketet.",
        "The diagram {} is no part of the package.",
        "Lägg till en del som följer inspec:SVG, med prof:hasArtifact …/res/diagram/<filens namn>.",
        "Add a part that conforms to inspec:SVG, with prof:hasArtifact …/res/diagram/<name of the file>.",
    ),
    "PROF-8": (
        "Paketet saknar en tillämpningsprofil.",
        "The package has no application profile.",
        "Lägg till en del som följer inspec:SHACL.",
        "Add a part that conforms to inspec:SHACL.",
    ),
    "PROF-9": (
        "{} används i formerna men är ingen del.",
        "{} is used by the shapes but is no part.",
        "Lägg till den i ontology/prof.ttl, med sin namnrymd (vann:preferredNamespaceUri).",
        "Add it to ontology/prof.ttl, with its namespace (vann:preferredNamespaceUri).",
    ),
    "PROF-10": (
        "{} är inte vår och säger inte varifrån den kommer.",
        "{} is not ours and does not say where it comes from.",
        "Lägg till prof:isInheritedFrom.",
        "Add prof:isInheritedFrom.",
    ),
    "DV-2": (
        "{} owl:Ontology i stället för en.",
        "{} owl:Ontology instead of one.",
        "Låt bara ontology/rusgraf.ttl ha ett huvud.",
        "Let only ontology/rusgraf.ttl have a header.",
    ),
    "DV-3": (
        "{} pekar inte på ontologin, och bara den.",
        "{} does not point to the ontology, and only to it.",
        "Skriv rdfs:isDefinedBy en gång.",
        "Write rdfs:isDefinedBy once.",
    ),
    "DV-4": (
        "En klass eller egenskap utan URI.",
        "A class or property without a URI.",
        "Ge den en URI.",
        "Give it a URI.",
    ),
    "DV-5": (
        "{} är inte vår men pekar på vår ontologi.",
        "{} is not ours but points to our ontology.",
        "Ta bort rdfs:isDefinedBy.",
        "Remove rdfs:isDefinedBy.",
    ),
    "DV-6": (
        "Ingen del av paketet pekar på ontologin.",
        "No part of the package points to the ontology.",
        "Skriv dcterms:subject på delen som följer inspec:RDFS.",
        "Write dcterms:subject on the part that conforms to inspec:RDFS.",
    ),
    "TE-2": (
        "{} skos:ConceptScheme i stället för en.",
        "{} skos:ConceptScheme instead of one.",
        "Skriv en terminologi per fil, med URI.",
        "Write one terminology per file, with a URI.",
    ),
    "TE-3": (
        "{} hör inte till filens terminologi.",
        "{} does not belong to the terminology of the file.",
        "Lägg till skos:inScheme.",
        "Add skos:inScheme.",
    ),
    "TE-4": ("Ett begrepp utan URI.", "A concept without a URI.", "Ge det en URI.", "Give it a URI."),
    "TE-5": (
        "Ingen del av paketet pekar på {}.",
        "No part of the package points to {}.",
        "Lägg till delen i ontology/prof.ttl, med dcterms:subject.",
        "Add the part to ontology/prof.ttl, with dcterms:subject.",
    ),
    "AP-1": (
        "Profilen importerar andra data.",
        "The profile imports other data.",
        "Ta bort owl:imports: profilen är en enda datamängd.",
        "Remove owl:imports: the profile is one dataset.",
    ),
    "AP-2": (
        "Tillämpningsprofilen är inte specifikationen själv, eller saknar namn.",
        "The application profile is not the specification itself, or has no name.",
        "Låt SHACL-delens dcterms:subject vara specifikationen, med sh:name på båda språken.",
        "Let the dcterms:subject of the SHACL part be the specification, with sh:name in both languages.",
    ),
    "AP-3": (
        "En egenskapsform på nivån Violation utan URI.",
        "A property shape of violation level without a URI.",
        "Skriv den som ett eget stycke med URI.",
        "Write it as a stanza of its own with a URI.",
    ),
    "AP-4": (
        "En nodform på nivån Violation utan URI.",
        "A node shape of violation level without a URI.",
        "Skriv den som ett eget stycke med URI.",
        "Write it as a stanza of its own with a URI.",
    ),
    "AP-6": (
        "{} saknar etikett.",
        "{} has no label.",
        "Lägg till sh:name.",
        "Add sh:name.",
    ),
    "AP-6 (sh:targetClass)": (
        "{} är både form och klass.",
        "{} is both a shape and a class.",
        "Ge formen en egen URI och peka ut klassen med sh:targetClass.",
        "Give the shape a URI of its own and point out the class by sh:targetClass.",
    ),
    "AP-6 (sh:path)": (
        "{} saknar sh:path eller sh:nodeKind.",
        "{} lacks sh:path or sh:nodeKind.",
        "Lägg till det som saknas.",
        "Add what is missing.",
    ),
    "AP-13": (
        "{} pekar inte på profilen.",
        "{} does not point to the profile.",
        "Lägg till rdfs:isDefinedBy.",
        "Add rdfs:isDefinedBy.",
    ),
    "SVG-1": (
        "{} länkar inte till det som den står för.",
        "{} does not link to what it stands for.",
        "Lägg till href.",
        "Add href.",
    ),
    "SVG-2": (
        "{} säger inte vad den står för.",
        "{} does not say what it stands for.",
        "Ange data-inspec-type, till exempel class.",
        "State data-inspec-type, for instance class.",
    ),
}


def broken(rule: str, place: str, thing: object = "") -> Fault:
    """The fault that `thing` at `place` breaks a rule of _RULES."""
    sv, en, cure_sv, cure_en = _RULES[rule]
    return fault(place, f"{rule}: {sv.format(thing)}", f"{rule}: {en.format(thing)}", cure_sv, cure_en)
