"""Is the package an interoperable specification by INSPEC? Every MUST of Digg's profile that concerns us.

One function per part of the rules; what a broken rule says stands in ``_inspec_rules``. Not done here:
refinements and variants of other profiles (AP-7 to AP-12, AP-14, AP-15: we have none). Layer: domain.
http://w3id.org/inspec/specification
"""

from __future__ import annotations

from collections.abc import Iterator

from rusgraf import mint
from rusgraf.checks._context import Context, Facts, facts
from rusgraf.checks._diagrams import diagrams
from rusgraf.checks._inspec_rules import broken
from rusgraf.checks._model import INFO, Fault, Found, Text, examined, fault
from rusgraf.terms import PREFIXES, BlankNode, Literal, NamedNode, Term, expand, shorten

TITLE = Text("Paketet följer Diggs profil INSPEC", "The package follows Digg's profile INSPEC")
_INSPEC = "https://w3id.org/inspec/datavoc/"
_KINDS = {name: NamedNode(_INSPEC + name) for name in ("RDFS", "SKOS", "SHACL", "SVG")}
_NAMESPACE = "http://purl.org/vocab/vann/preferredNamespaceUri"
_PACKAGE, _ONTOLOGY, _SHAPES = "ontology/prof.ttl", "ontology/", "shapes/"
_TERMS = ("owl:Class", "rdfs:Class", "rdf:Property", "owl:ObjectProperty", "owl:DatatypeProperty",
          "owl:AnnotationProperty")  # fmt: skip
_EXPRESSIONS = ("owl:unionOf", "owl:intersectionOf", "owl:complementOf", "owl:oneOf", "owl:onProperty")
_TARGETS = ("sh:targetClass", "sh:targetNode", "sh:targetSubjectsOf", "sh:targetObjectsOf")
_OPERATORS = ("rdf:first", "sh:not", "sh:node", "sh:qualifiedValueShape")
# Datatypes and the marks of INSPEC itself are no data vocabularies; shapes are not used as terms.
_NO_VOCABULARY = {PREFIXES["xsd"], PREFIXES["rusp"], _INSPEC}


def run(context: Context) -> Iterator[Found]:
    """The rules for the package, the vocabulary, the terminologies, the application profile and diagrams."""
    package = facts(context.package)
    yield from _package(context, package)
    yield from _vocabulary(context, package)
    yield from _terminologies(context, package)
    yield from _profile(context, package)
    yield from diagrams({a.value.rpartition("/")[2] for a in _held(package, "SVG", "prof:hasArtifact") if _is_ours(a)})


def _is_ours(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(mint.BASE)


def _held(package: Facts, kind: str, name: str) -> set[NamedNode]:
    """What the parts of one of _KINDS have as a property."""
    parts = [p for p in package.having("dcterms:conformsTo") if _KINDS[kind] in package.values(p, "dcterms:conformsTo")]
    return {v for part in parts for v in package.values(part, name) if isinstance(v, NamedNode)}


def _subjects(package: Facts, kind: str) -> set[NamedNode]:
    """What the parts of one of _KINDS are about."""
    return _held(package, kind, "dcterms:subject")


def _package(context: Context, package: Facts) -> Iterator[Found]:
    mark = NamedNode(_INSPEC + "PROF")
    profiles = [p for p in package.typed("prof:Profile") if mark in package.values(p, "dcterms:conformsTo")]
    if len(profiles) != 1 or not isinstance(profiles[0], NamedNode):
        yield broken("PROF-1", _PACKAGE)
        return
    parts = package.values(profiles[0], "prof:hasResource")
    yield examined(len(parts), "delar av paketet", "parts of the package")
    for part in sorted({*parts, *package.typed("prof:ResourceDescriptor")}, key=str):
        where, name = context.where(context.package, part), shorten(part)
        if part not in parts or not isinstance(part, NamedNode) or not package.is_a(part, "prof:ResourceDescriptor"):
            yield broken("PROF-2", where, name)
        if len(set(_KINDS.values()) & set(package.values(part, "dcterms:conformsTo"))) != 1:
            yield broken("PROF-3..6", where, name)
        is_own = any(map(_is_ours, package.values(part, "dcterms:subject")))
        if not is_own and not package.values(part, "prof:isInheritedFrom"):
            yield broken("PROF-10", where, name)
    if not _subjects(package, "SHACL"):
        yield broken("PROF-8", _PACKAGE)
    yield from _used(context, package)


def _used(context: Context, package: Facts) -> Iterator[Found]:
    """PROF-9: each vocabulary and terminology that the shapes use is a part."""
    named = (v for p in package.subjects() for v in package.values(p, _NAMESPACE))
    known = {v.value for v in named if isinstance(v, Literal)} | _NO_VOCABULARY
    schemes = {s.value for s in _subjects(package, "SKOS")}
    used: dict[str, str] = {}
    for path, quads in context.shapes.items():
        for term in {t for q in quads for t in (q.predicate, q.object) if isinstance(t, NamedNode)}:
            if term.value not in schemes:
                used.setdefault(_space(term.value), context.place(path, term))
    yield examined(len(used), "använda vokabulärer", "vocabularies used")
    for space, place in sorted(used.items()):
        if space not in known and space.rstrip("/") not in schemes:
            yield broken("PROF-9", place, space)


def _space(iri: str) -> str:
    """The namespace of an IRI: up to and with its last ``#`` or ``/``."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _vocabulary(context: Context, package: Facts) -> Iterator[Found]:
    held = facts(context.vocabulary)
    headers = held.typed("owl:Ontology")
    if len(headers) != 1 or not isinstance(headers[0], NamedNode):
        yield broken("DV-2", _ONTOLOGY, len(headers))
        return
    if headers[0] not in _subjects(package, "RDFS"):
        yield broken("DV-6", _PACKAGE)
    terms = held.typed(*_TERMS)
    yield examined(len(terms), "klasser och egenskaper", "classes and properties")
    for term in terms:
        defined = held.values(term, "rdfs:isDefinedBy")
        if isinstance(term, BlankNode):
            if not any(held.values(term, name) for name in _EXPRESSIONS):
                yield broken("DV-4", _ONTOLOGY)
        elif _is_ours(term) and defined != headers:
            yield broken("DV-3", context.where(context.vocabulary, term), shorten(term))
        elif not _is_ours(term) and headers[0] in defined:
            yield broken("DV-5", context.where(context.vocabulary, term), shorten(term))


def _terminologies(context: Context, package: Facts) -> Iterator[Found]:
    listed, number = _subjects(package, "SKOS"), 0
    for path, quads in context.terminologies.items():
        held, place = facts({path: quads}), context.place(path)
        schemes = held.typed("skos:ConceptScheme")
        if len(schemes) != 1 or not isinstance(schemes[0], NamedNode):
            yield broken("TE-2", place, len(schemes))
            continue
        if schemes[0] not in listed:
            yield broken("TE-5", place, shorten(schemes[0]))
        concepts = held.typed("skos:Concept", "skos:Collection", "skos:OrderedCollection")
        number += len(concepts)
        for concept in concepts:
            if not isinstance(concept, NamedNode):
                yield broken("TE-4", place)
            elif held.values(concept, "skos:inScheme") != schemes:
                yield broken("TE-3", context.place(path, concept), shorten(concept))
    yield examined(number, "begrepp", "concepts")


def _profile(context: Context, package: Facts) -> Iterator[Found]:
    held, subjects = facts(context.shapes), _subjects(package, "SHACL")
    profiles = [p for p in package.typed("prof:Profile") if p in subjects]
    if len(profiles) != 1 or len(package.values(profiles[0], "sh:name")) < 2:
        yield broken("AP-2", _PACKAGE)
        return
    if held.having("owl:imports"):
        yield broken("AP-1", _SHAPES)
    used = {shape for s in held.having("sh:property") for shape in held.values(s, "sh:property")}
    shapes = {*held.typed("sh:NodeShape", "sh:PropertyShape"), *held.having("sh:path"), *used}
    yield examined(len(shapes), "former", "shapes")
    for shape in sorted(shapes, key=str):
        if isinstance(shape, BlankNode):
            yield from _blank(context, held, shape, shape in used)
        else:
            yield from _named(context.where(context.shapes, shape), held, shape, profiles[0])
    yield from _operands(context)


def _blank(context: Context, held: Facts, shape: Term, is_used: bool) -> Iterator[Fault]:
    severity = held.values(shape, "sh:severity") or [expand("sh:Violation")]
    is_stated = any(held.values(shape, name) for name in ("rdf:type", *_TARGETS))
    if expand("sh:Violation") in severity and (is_used or is_stated):
        files = (p for p, quads in context.shapes.items() if any(q.subject == shape for q in quads))
        yield broken("AP-3" if held.values(shape, "sh:path") else "AP-4", context.place(next(files)))


def _named(where: str, held: Facts, shape: Term, profile: Term) -> Iterator[Fault]:
    name = shorten(shape)
    if held.is_a(shape, "owl:Class") or held.is_a(shape, "rdfs:Class"):
        yield broken("AP-6 (sh:targetClass)", where, name)
    if not held.values(shape, "sh:name"):
        yield broken("AP-6", where, name)
    needed = ("sh:path", "sh:nodeKind") if held.is_a(shape, "sh:PropertyShape") else ()
    if not all(held.values(shape, need) for need in needed):
        yield broken("AP-6 (sh:path)", where, name)
    if held.values(shape, "rdfs:isDefinedBy") != [profile]:
        yield broken("AP-13", where, name)


def _operands(context: Context) -> Iterator[Fault]:
    """A note on the operands of sh:or and sh:not: read to the letter, AP-3 and AP-4 would name them too."""
    operators = {expand(name) for name in _OPERATORS}
    for path, quads in context.shapes.items():
        held = facts({path: quads})
        operands = {q.object for q in quads if q.predicate in operators and isinstance(q.object, BlankNode)}
        number = sum(not held.values(operand, "sh:severity") for operand in operands)
        if number:
            yield fault(
                context.place(path),
                f"AP-3, AP-4: {number} villkor utan URI och nivå (led i sh:or, sh:not och listor).",
                f"AP-3, AP-4: {number} conditions without URI and level (operands of sh:or, sh:not and lists).",
                "Inget måste göras: de är delar av en namngiven form, och INSPEC:s egna exempel har sådana.",
                "Nothing must be done: they are parts of a named shape, and INSPEC's own examples have such.",
                INFO,
            )
