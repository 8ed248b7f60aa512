"""The W3C's tests of SPARQL over HTTP, read from their manifests and run against a server over real connections.

A manifest holds requests and what is expected of the answers, in the W3C HTTP vocabulary (protocol and Graph Store
Protocol alike). `cases` reads one, `run` says what is wrong with a server's answers: nothing, when it passes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from rdflib import RDFS, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

FOLDER = Path(__file__).parents[2] / "shared" / "w3c"
MISSING = "the W3C test data are not beside this project (../shared/w3c)"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
STATUS = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404"}
TABULAR = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
BOOLEAN = {"application/sparql-results+json", "application/sparql-results+xml"}
GRAPHS = {
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
}
KINDS = {"tabular": TABULAR, "boolean": BOOLEAN, "RDF": set(GRAPHS)}


@dataclass(frozen=True)
class Expected:
    """What an answer must be: one of these statuses (``2xx`` is all of a kind), and the rest where it is said."""

    statuses: frozenset[str]
    truth: bool | None = None
    format: str = ""
    location: str = ""
    kind: str = ""
    graph: bytes | None = None


@dataclass(frozen=True)
class Request:
    """One request of a case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None
    expected: Expected


@dataclass(frozen=True)
class Case:
    """A test: the requests in their order, and the files that lie in named graphs before it (IRI to file)."""

    name: str
    title: str
    requests: tuple[Request, ...]
    data: Mapping[str, Path] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether the case has a server change its data."""
        return any("sparql-update" in r.headers.get("content-type", "") for r in self.requests) or any(
            (r.body or b"").startswith(b"update=") or r.path.startswith("/gsp") for r in self.requests
        )

    @property
    def refused(self) -> bool:
        """Whether all that the case asks for is to be refused."""
        return all(r.expected.statuses <= {"4xx"} for r in self.requests)


@dataclass(frozen=True)
class Place:
    """A server: where it listens, what the paths of a manifest begin with and begin with there, headers to add."""

    host: str
    port: int
    paths: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


def cases(manifest: Path) -> list[Case]:
    """The cases of a manifest, in its order, and of those that it includes; none when the file is missing.

    A case that the manifest describes and leaves out of its list (``head_non_existing_direct``) is one all the same.
    """
    if not manifest.exists():
        return []
    graph = Graph().parse(data=manifest.read_bytes(), format="turtle", publicID=manifest.as_uri())
    listed = [*_listed(graph, MF.entries), *sorted(graph.subjects(MF.action), key=str)]
    found = [_case(graph, entry, manifest) for entry in dict.fromkeys(listed)]
    for other in _listed(graph, MF.include):
        found += cases(manifest.parent / str(other).rsplit("/", 1)[-1])
    return found


def run(case: Case, place: Place) -> list[str]:
    """What is wrong with the server's answers to a case."""
    faults, known = [], {}
    for number, request in enumerate(case.requests, 1):
        answer = _send(request, place, known)
        if request.expected.location:
            known[request.expected.location] = answer.headers.get("location", "")
        faults += [f"{case.name}, request {number}: {fault}" for fault in _faults(request, answer)]
    return faults


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def _send(request: Request, place: Place, known: Mapping[str, str]) -> _Answer:
    path, body = request.path, request.body
    for name, value in known.items():
        path = path.replace(name, quote(value, safe="/:"))
        body = body.replace(name.encode(), value.encode()) if body is not None else None
    prefix = next(p for p in place.paths if path.startswith(p))
    path = place.paths[prefix] + path.removeprefix(prefix)
    connection = HTTPConnection(place.host, place.port, timeout=60)
    try:
        connection.request(request.method, path, body, {**request.headers, **place.headers})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return _Answer(answer.status, headers, answer.read())
    finally:
        connection.close()


def _faults(request: Request, answer: _Answer) -> Iterator[str]:
    wanted = request.expected
    if not {str(answer.status), f"{answer.status // 100}xx"} & wanted.statuses:
        yield f"status {answer.status}, not {sorted(wanted.statuses)}: {answer.body[:300]!r}"
        return
    if wanted.format and answer.kind not in KINDS[wanted.format]:
        yield f"{answer.kind} is not {wanted.format}"
    if wanted.kind and answer.kind != wanted.kind.partition(";")[0].strip():
        yield f"{answer.kind}, not {wanted.kind}"
    if wanted.truth is not None and _truth(answer) is not wanted.truth:
        yield f"{answer.body[:300]!r}, not {wanted.truth}"
    if wanted.location and not answer.headers.get("location"):
        yield "no Location"
    if request.method == "HEAD" and answer.body:
        yield "a body in the answer to HEAD"
    if wanted.graph is not None and not isomorphic(_graph(wanted.graph, "turtle"), _graph(answer.body, answer.kind)):
        yield f"another graph than expected: {answer.body[:500]!r}"


def _truth(answer: _Answer) -> bool | None:
    if answer.kind.endswith("+json"):
        found = json.loads(answer.body).get("boolean")
        return found if isinstance(found, bool) else None
    text = ElementTree.fromstring(answer.body).findtext("{http://www.w3.org/2005/sparql-results#}boolean")  # noqa: S314
    return {"true": True, "false": False}.get(text or "")


def _graph(content: bytes, kind: str) -> Graph:
    return Graph().parse(data=content, format=GRAPHS.get(kind, kind), publicID="http://www.example/")


def _listed(graph: Graph, predicate: URIRef) -> list[Node]:
    return [item for head in graph.objects(None, predicate) for item in Collection(graph, head)]


def _case(graph: Graph, entry: Node, manifest: Path) -> Case:
    requests = [
        _request(graph, node)
        for action in graph.objects(entry, MF.action)
        for head in graph.objects(action, HT.requests)
        for node in Collection(graph, head)
    ]
    data = {
        str(graph.value(node, RDFS.label)): manifest.parent / str(graph.value(node, UT.graph)).rsplit("/", 1)[-1]
        for node in graph.objects(entry, UT.graphData)
    }
    name = str(entry).rsplit("#", 1)[-1]
    return Case(name, str(graph.value(entry, MF.name)), tuple(requests), data)


def _request(graph: Graph, node: Node) -> Request:
    return Request(
        str(graph.value(node, HT.methodName)),
        str(graph.value(node, HT.absolutePath)),
        _headers(graph, node),
        _body(graph, node),
        _expected(graph, graph.value(node, HT.resp)),
    )


def _headers(graph: Graph, node: Node) -> dict[str, str]:
    head = graph.value(node, HT.headers)
    return {
        str(graph.value(item, HT.fieldName)).lower(): str(graph.value(item, HT.fieldValue))
        for item in (Collection(graph, head) if head is not None else ())
    }


def _body(graph: Graph, node: Node) -> bytes | None:
    body = graph.value(node, HT.body)
    if body is None:
        return None
    return str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding)))


def _expected(graph: Graph, node: Node | None) -> Expected:
    assert node is not None
    names = (str(status).rsplit("#", 1)[-1] for status in graph.objects(node, MF.expectedStatus))
    truth, format_, location = (
        graph.value(node, p) for p in (MF.expectedBoolean, MF.expectedFormat, MF.expectedLocation)
    )
    return Expected(
        frozenset(STATUS.get(name, name.removeprefix("StatusCode")) for name in names),
        bool(truth.value) if isinstance(truth, Literal) else None,
        str(format_ or ""),
        str(location or ""),
        _headers(graph, node).get("content-type", ""),
        _body(graph, node),
    )
