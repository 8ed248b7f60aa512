"""Where do the graphs of a store come from: which file, when, by whom, checked how, and until when?

PROV in a graph of its own (``…/res/graf/proveniens``), asked for by name. A publication is a `prov:Activity`; each
version of a graph is a `prov:Entity` that it generated, derived from a file named by its hash (RFC 6920). Nothing is
ever taken out, so that the history of what was removed stays. Layer: domain; https://www.w3.org/TR/prov-o/.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rusgraf import assets, mint
from rusgraf.store import PROVENANCE, Store
from rusgraf.terms import Literal, NamedNode, Quad, Term, expand, rus

PROFILE = NamedNode(f"{mint.BASE}spec/profil")
_KIND = NamedNode(f"{mint.BASE}def/grafslag/proveniens")
_MOST_WARNINGS = 1000


@dataclass(frozen=True)
class Origin:
    """The file that a version was made of: name, SHA-256 (hexadecimal), template version ("" when none is told)."""

    file: str
    sha256: str
    template: str = ""


@dataclass(frozen=True)
class Warned:
    """A warning that was accepted: the thing, the shape, and the message in Swedish."""

    focus: str
    shape: str
    message: str


@dataclass(frozen=True)
class Version:
    """A version of a graph: in which release it came, and in which it was replaced or removed (0: it is there)."""

    iri: str
    graph: str
    number: int
    release: str
    made: str
    origin: Origin
    by: str
    warnings: int
    ended: int = 0
    ended_release: str = ""
    ended_at: str = ""
    replaced: bool = False


@dataclass(frozen=True)
class Publication:
    """What came in one release: its number and name, when, in which role; the versions that came (`over` which graphs
    that were there), the graphs that went, and the things that nothing is stated of any more."""

    number: int
    release: str
    made: str
    by: str
    came: Sequence[tuple[NamedNode, Origin, Sequence[Warned]]] = ()
    over: Sequence[NamedNode] = ()
    went: Sequence[NamedNode] = ()
    ended: Sequence[NamedNode] = ()


@dataclass
class _Said:
    """Statements about one thing after the other."""

    quads: list[Quad] = field(default_factory=list)

    def say(self, subject: NamedNode, **said: Term | str) -> None:
        for name, value in said.items():
            term = Literal(value) if isinstance(value, str) else value
            self.quads.append(Quad(subject, expand(name.replace("_", ":", 1)), term, PROVENANCE))


def shapes_digest() -> str:
    """The SHA-256 of the shapes, as the version of what data are checked against."""
    made = hashlib.sha256()
    for path in assets.files("shapes", ".ttl"):
        made.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return made.hexdigest()


def quads(publication: Publication, known: Iterable[Version]) -> list[Quad]:
    """The statements of a publication, to be added to those that are there; `known` are the versions so far."""
    current = {v.graph: NamedNode(v.iri) for v in known if not v.ended}
    came = [graph for graph, _, _ in publication.came]
    said = _Said()
    said.say(PROVENANCE, rdf_type=rus("Graf"), rus_grafslag=_KIND, skos_prefLabel=Literal("Proveniens", language="sv"))
    activity = NamedNode(mint.document("publicering", str(publication.number)))
    _activity(said, activity, publication)
    unknown = [g for g in (*publication.over, *publication.went) if g.value not in current]
    for place, graph in enumerate(unknown, len(came) + 1):  # they came with the data that the store was built of
        current[graph.value] = NamedNode(mint.document("version", f"{publication.number}-{place}"))
        said.say(current[graph.value], rdf_type=expand("prov:Entity"), prov_specializationOf=graph)
    for place, (graph, origin, warned) in enumerate(publication.came, 1):
        version = NamedNode(mint.document("version", f"{publication.number}-{place}"))
        _version(said, version, (graph, origin), activity)
        _report(said, version, warned, activity)
        if graph.value in current:
            said.say(version, prov_wasRevisionOf=current[graph.value])
    for graph in (*came, *publication.went):
        if graph.value in current:
            said.say(current[graph.value], prov_wasInvalidatedBy=activity)
    for thing in publication.ended:
        said.say(thing, prov_wasInvalidatedBy=activity)
    return said.quads


def _activity(said: _Said, activity: NamedNode, publication: Publication) -> None:
    program = NamedNode(mint.document("program", f"rusgraf-{assets.package_version()}"))
    shapes = _named_by_hash(shapes_digest())
    ended = Literal(publication.made, datatype=expand("xsd:dateTime"))
    said.say(activity, rdf_type=expand("prov:Activity"), prov_endedAtTime=ended, prov_used=shapes)
    said.say(activity, prov_wasAssociatedWith=program, prov_generated=_release(publication.release))
    said.say(activity, dcterms_identifier=Literal(publication.number))
    if publication.by:
        said.say(activity, rus_roll=Literal(publication.by, language="sv"))
    said.say(_release(publication.release), rdf_type=expand("prov:Entity"), dcterms_identifier=publication.release)
    said.say(shapes, rdf_type=expand("prov:Entity"), dcterms_title="shapes", dcterms_conformsTo=PROFILE)
    said.say(program, rdf_type=expand("prov:SoftwareAgent"), dcterms_title=f"rusgraf {assets.package_version()}")


def _version(said: _Said, version: NamedNode, what: tuple[NamedNode, Origin], activity: NamedNode) -> None:
    graph, origin = what
    file = _named_by_hash(origin.sha256)
    said.say(version, rdf_type=expand("prov:Entity"), prov_specializationOf=graph, prov_wasGeneratedBy=activity)
    said.say(version, prov_wasDerivedFrom=file, dcterms_title=origin.file, dcterms_conformsTo=PROFILE)
    said.say(file, rdf_type=expand("prov:Entity"), dcterms_identifier=f"sha256:{origin.sha256}")
    if origin.template:
        template = NamedNode(mint.document("mall", origin.template))
        said.say(version, prov_wasInfluencedBy=template)
        said.say(template, rdf_type=expand("prov:Entity"), dcterms_identifier=origin.template)


def _report(said: _Said, version: NamedNode, warned: Sequence[Warned], activity: NamedNode) -> None:
    """The report of the check: that it conforms, or which warnings were accepted (the first of very many)."""
    report = NamedNode(version.value.replace("/res/version/", "/res/granskning/"))
    said.say(report, rdf_type=expand("sh:ValidationReport"), dcterms_subject=version, prov_value=Literal(len(warned)))
    said.say(report, sh_conforms=Literal(not warned))
    said.say(activity, prov_used=report)
    for number, warning in enumerate(warned[:_MOST_WARNINGS], 1):
        result = NamedNode(f"{report.value}-{number}")
        said.say(report, sh_result=result)
        said.say(result, rdf_type=expand("sh:ValidationResult"), sh_resultSeverity=expand("sh:Warning"))
        said.say(result, sh_resultMessage=Literal(warning.message, language="sv"))
        for name, value in (("sh_focusNode", warning.focus), ("sh_sourceShape", warning.shape)):
            if value.startswith(("http://", "https://")):
                said.say(result, **{name: NamedNode(value)})


def _release(name: str) -> NamedNode:
    return NamedNode(mint.document("utgava", name))


def _named_by_hash(sha256: str) -> NamedNode:
    """https://www.rfc-editor.org/rfc/rfc6920"""
    raw = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return NamedNode(f"ni:///sha-256;{raw}")


def versions(store: Store) -> list[Version]:
    """Every version of every published graph, in the order in which they came."""
    found = (_read(store, q.subject) for q in _all(store, None, expand("prov:specializationOf")))
    return sorted(found, key=lambda v: (v.number, v.graph))


def last_number(store: Store) -> int:
    """The number of the last publication that the store tells of, 0 when there is none."""
    return max((n for v in versions(store) for n in (v.number, v.ended)), default=0)


def _read(store: Store, version: Term) -> Version:
    made = _one(store, version, "prov:wasGeneratedBy")
    ended = _one(store, version, "prov:wasInvalidatedBy")
    file = _one(store, version, "prov:wasDerivedFrom")
    report = next((q.subject for q in _all(store, None, expand("dcterms:subject"), version)), None)
    replaced = any(True for _ in _all(store, None, expand("prov:wasRevisionOf"), version))
    return Version(
        iri=_text(version),
        graph=_text(_one(store, version, "prov:specializationOf")),
        number=_number(_one(store, made, "dcterms:identifier")),
        release=_text(_one(store, _one(store, made, "prov:generated"), "dcterms:identifier")),
        made=_text(_one(store, made, "prov:endedAtTime")),
        origin=Origin(
            _text(_one(store, version, "dcterms:title")),
            _text(_one(store, file, "dcterms:identifier")).removeprefix("sha256:"),
            _text(_one(store, _one(store, version, "prov:wasInfluencedBy"), "dcterms:identifier")),
        ),
        by=_text(_one(store, made, "rus:roll")),
        warnings=_number(_one(store, report, "prov:value")),
        ended=_number(_one(store, ended, "dcterms:identifier")),
        ended_release=_text(_one(store, _one(store, ended, "prov:generated"), "dcterms:identifier")),
        ended_at=_text(_one(store, ended, "prov:endedAtTime")),
        replaced=replaced,
    )


def _all(store: Store, subject: Term | None, predicate: NamedNode, value: Term | None = None) -> Iterator[Quad]:
    return store.quads(subject, predicate, value, PROVENANCE)


def _one(store: Store, subject: Term | None, name: str) -> Term | None:
    """The value of a property of a thing; None when there is none, or no thing."""
    if not isinstance(subject, NamedNode):
        return None
    return next((q.object for q in _all(store, subject, expand(name))), None)


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def _number(term: Term | None) -> int:
    return int(term.value) if isinstance(term, Literal) and term.value.isdecimal() else 0
