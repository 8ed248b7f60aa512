"""How do findings look as RDF? ``rus:Fynd`` with the statements that make them, and how they came about (PROV-O).

Each rule that gave a finding is an activity that used a release of the data, with the rule as its plan. A finding has
the same IRI in every run, so two runs belong in two graphs. The shape is ``shapes/fynd.ttl``. Layer: domain.
https://www.w3.org/TR/prov-o/
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rusgraf import mint
from rusgraf.assets import package_version
from rusgraf.findings import Finding
from rusgraf.library import find_query
from rusgraf.rdf import write_triples
from rusgraf.report import because, missing
from rusgraf.store import Store
from rusgraf.terms import PREF_LABEL, RDF_TYPE, BlankNode, Literal, NamedNode, Quad, Term, Triple, expand, rus

_IDENTIFIER = expand("dcterms:identifier")
_PROGRAM = BlankNode("program")


def findings_turtle(findings: Sequence[Finding], store: Store, lang: str) -> bytes:
    """The findings as Turtle, texts in `lang`, generated now from the store's release."""
    now = datetime.now(UTC).replace(microsecond=0)
    moment = Literal(now.isoformat().replace("+00:00", "Z"), datatype=expand("xsd:dateTime"))
    release = NamedNode(mint.document("utgava", store.release()))
    runs = {
        f.rule: NamedNode(mint.thing("Korning", f.rule, store.release(), f"{now:%Y%m%dT%H%M%SZ}")) for f in findings
    }
    triples = list(_ground(release, store.release())) if findings else []
    for rule, run in runs.items():
        triples += _run(run, rule, release, moment)
    for finding in findings:
        node = NamedNode(mint.thing("Fynd", finding.id))
        for predicate, value in (*_said(finding, store, lang), *_things(finding)):
            triples.append(Triple(node, predicate, value))
        triples.append(Triple(node, expand("prov:wasGeneratedBy"), runs[finding.rule]))
        triples.append(Triple(node, expand("prov:generatedAtTime"), moment))
    statements = {quad: _statement(quad) for finding in findings for quad in finding.evidence}
    for quad, statement in statements.items():
        triples += _spelt_out(quad, statement)
    return write_triples(triples, "ttl")


def _ground(release: NamedNode, name: str) -> Iterator[Triple]:
    """What all activities have in common: the data and the program."""
    yield Triple(release, RDF_TYPE, expand("prov:Entity"))
    yield Triple(release, _IDENTIFIER, Literal(name))
    yield Triple(_PROGRAM, RDF_TYPE, expand("prov:SoftwareAgent"))
    yield Triple(_PROGRAM, expand("rdfs:label"), Literal(f"rusgraf {package_version()}"))


def _run(run: NamedNode, rule: str, release: NamedNode, moment: Literal) -> Iterator[Triple]:
    """The activity: the program carried out the rule on the release."""
    query, plan = find_query(f"luckor/{rule}"), NamedNode(mint.document("regel", rule))
    association = BlankNode(f"uppdrag-{rule}")
    yield Triple(run, RDF_TYPE, expand("prov:Activity"))
    yield Triple(run, expand("prov:used"), release)
    yield Triple(run, expand("prov:used"), plan)
    yield Triple(run, expand("prov:endedAtTime"), moment)
    yield Triple(run, expand("prov:wasAssociatedWith"), _PROGRAM)
    yield Triple(run, expand("prov:qualifiedAssociation"), association)
    yield Triple(association, RDF_TYPE, expand("prov:Association"))
    yield Triple(association, expand("prov:agent"), _PROGRAM)
    yield Triple(association, expand("prov:hadPlan"), plan)
    yield Triple(plan, RDF_TYPE, expand("prov:Plan"))
    yield Triple(plan, _IDENTIFIER, Literal(rule))
    for lang in ("sv", "en"):
        yield Triple(plan, PREF_LABEL, Literal(query.say("summary", lang), language=lang))


def _said(f: Finding, store: Store, lang: str) -> Iterator[tuple[NamedNode, Term]]:
    """What is said of a finding in words and numbers."""
    yield RDF_TYPE, rus("Fynd")
    yield _IDENTIFIER, Literal(f.id)
    yield rus("regel"), Literal(f.rule)
    yield rus("fyndlage"), Literal(f.status)
    yield rus("allvar"), Literal(f.severity)
    yield rus("fyndniva"), Literal(f.level)
    yield rus("vikt"), Literal(f"{f.rank.value:g}", datatype=expand("xsd:decimal"))
    yield rus("vilarPaTolkning"), Literal(f.interpreted)
    yield PREF_LABEL, Literal(f.explanation, language=lang)
    yield rus("slutsAv"), Literal(f.closes, language=lang)
    if f.missing:
        yield rus("saknas"), Literal(missing(f, store, lang), language=lang)
    if f.unknown_because:
        yield rus("okantForAtt"), Literal(because(f, lang), language=lang)


def _things(f: Finding) -> Iterator[tuple[NamedNode, Term]]:
    """What a finding is about, rests on and is waived by."""
    yield rus("fokus"), NamedNode(f.focus.iri)
    if f.counterpart:
        yield rus("motpart"), NamedNode(f.counterpart.iri)
    if f.shared:
        yield rus("gemensamt"), NamedNode(f.shared.iri)
    if f.waiver and f.waiver.iri:
        yield rus("undantasAv"), NamedNode(f.waiver.iri)
    for plan in f.plans:
        yield rus("rorPlan"), NamedNode(plan.iri)
    for source in f.sources:
        if source.reference:
            yield rus("kalla"), NamedNode(source.reference)
    for quad in f.evidence:
        yield rus("bevis"), _statement(quad)


def _statement(quad: Quad) -> BlankNode:
    """The node of a statement in a graph: the same for all findings that rest on it."""
    return BlankNode(f"bevis-{hashlib.sha256(str(quad).encode()).hexdigest()[:16]}")


def _spelt_out(quad: Quad, node: BlankNode) -> Iterator[Triple]:
    yield Triple(node, RDF_TYPE, expand("rdf:Statement"))
    yield Triple(node, expand("rdf:subject"), quad.subject)
    yield Triple(node, expand("rdf:predicate"), quad.predicate)
    yield Triple(node, expand("rdf:object"), quad.object)
    if isinstance(quad.graph_name, NamedNode):
        yield Triple(node, rus("pastasIGraf"), quad.graph_name)
