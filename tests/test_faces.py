"""One definition, every face: the command, the server, the page, the exports and the shapes tell the same findings.

The same ids in the same states for the same data, shipped and invented, whoever asks and in whatever form.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pyshacl
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from rdflib import RDF, SH, Graph, URIRef

from planted import EXAMPLE, PREFIX_LINES
from rusgraf import assets, exports
from rusgraf.cli import group
from rusgraf.findings import STATES, find
from rusgraf.rdf import write_triples
from rusgraf.store import Store
from rusgraf.web import Config, create_app
from rusgraf.wording import say
from rusgraf.workers import Limits

States = dict[str, str]
"""Finding id → state."""

# Invented: findings of many rules in all three states, one of them resting on an interpretation.
DATA = """
e:rus a rus:Utvecklingsstrategi ; skos:prefLabel "Strategin"@sv .
e:mal a rus:Effektmal ; skos:prefLabel "Hälsa"@sv ; rus:ingarI e:rus .
e:plan-a a rus:Handlingsplan ; skos:prefLabel "Plan | *A*"@sv ; rus:utgarFran e:rus ; rus:bidrarTill e:mal .
e:plan-b a rus:Handlingsplan ; skos:prefLabel "Plan <B>"@sv ; rus:utgarFran e:rus ; rus:bidrarTill e:mal .
e:mal-a a rus:Delmal ; skos:prefLabel "=Mål;A"@sv ; rus:ingarI e:plan-a ; rus:anvander e:sip .
e:mal-b a rus:Delmal ; skos:prefLabel "Mål B"@sv ; rus:ingarI e:plan-b ; rus:anvander e:sip .
e:sip a skos:Concept ; skos:prefLabel "SIP"@sv .
e:traff a rus:Aktivitet ; skos:prefLabel "Träffen"@sv ; rus:avserDelmal e:mal-a .
e:moln a rus:Aktivitet ; skos:prefLabel "Molnet"@sv ; rus:ofullstandigFor rus:ansvarig .
e:regn a rus:Aktivitet ; skos:prefLabel "Regnet"@sv ; rus:avserDelmal e:mal-a .
<https://w3id.org/rusgraf/res/graf/tolkning/x> {
  <https://w3id.org/rusgraf/res/graf/tolkning/x> a rus:Graf ; rus:grafslag grafslag:tolkning .
  e:tolkad a rus:Aktivitet ; skos:prefLabel "Tolkad"@sv ; rus:avserDelmal e:mal-a .
}
"""
WAIVER = (
    'e:undantag a rus:Undantag ; rus:avserFynd "{}" ; rus:motivering "Prövat."@sv ; rus:roll "Strateg" ; '
    'rus:gallerTill "2999-01-01"^^xsd:date .'
)


class Face:
    """The data, and how each face is asked about them."""

    def __init__(self, paths: tuple[Path, ...], client: FlaskClient) -> None:
        self.options = [word for path in paths for word in ("--data", str(path))]
        self.store = Store.load(paths or None)
        self.client = client

    def command(self, form: str, tmp_path: Path) -> bytes:
        """What the command writes to a file."""
        target = tmp_path / f"fynd.{form}"
        arguments = ["gaps", *self.options, "--format", form, "--lang", "sv", "-o", str(target)]
        made = CliRunner().invoke(group, arguments, standalone_mode=False, catch_exceptions=False)
        assert (made.return_value, made.output) == (0, "")
        return target.read_bytes()

    def http(self, address: str, accept: str) -> bytes:
        """What the server answers."""
        answer = self.client.get(address, headers={"Accept": accept, "Accept-Language": "sv"})
        assert answer.status_code == 200
        return answer.data


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    path = tmp_path_factory.mktemp("data") / "liten.trig"
    path.write_text(PREFIX_LINES + DATA, encoding="utf-8")
    rain = next(f.id for f in find(Store.load([path])) if f.focus.iri == f"{EXAMPLE}regn")
    path.write_text(PREFIX_LINES + DATA + WAIVER.format(rain), encoding="utf-8")
    app = create_app(Config(data=(path,), limits=Limits(seconds=60, workers=1)))
    yield Face((path,), app.test_client())
    app.extensions["rusgraf"].pool.close()


@pytest.fixture(params=["invented", "shipped"])
def face(request: pytest.FixtureRequest, invented: Face, client: FlaskClient) -> Face:
    return invented if request.param == "invented" else Face((), client)


# Reading each form, by means that are not ours

SAID = {say(state, "sv"): state for state in STATES}


def of_json(content: bytes) -> States:
    return {f["id"]: f["status"] for f in json.loads(content)["findings"]}


def of_csv(content: bytes) -> States:
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return {row["id"]: row["status"] for row in csv.DictReader(text, delimiter=";")}


def of_xlsx(content: bytes) -> States:
    head, *rows = openpyxl.load_workbook(io.BytesIO(content))["Fynd"].iter_rows(values_only=True)
    key, state = head.index("Fynd-id"), head.index("Läge")
    return {str(row[key]): SAID[str(row[state])] for row in rows}


def of_turtle(content: bytes) -> States:
    ask = """PREFIX rus: <https://w3id.org/rusgraf/spec/> PREFIX dcterms: <http://purl.org/dc/terms/>
    SELECT ?id ?lage WHERE { ?fynd a rus:Fynd ; dcterms:identifier ?id ; rus:fyndlage ?lage }"""
    return {str(key): str(state) for key, state in Graph().parse(data=content, format="turtle").query(ask)}


def of_markdown(content: bytes) -> States:
    found = re.findall(r"(?m)^`([a-z-]+/[0-9a-f]+)` · \*\*(\w+)\*\* · ", content.decode())
    return {key: SAID[state] for key, state in found}


def of_text(content: bytes) -> States:
    found = re.findall(r"(?m)^\w+ · (\w+) · ([a-z-]+/[0-9a-f]+)$", content.decode())
    return {key: SAID[state] for state, key in found}


class _Articles(HTMLParser):
    """The findings of a page: the id that stands in each article's code, and the class of its first mark."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: States = {}
        self._state, self._is_id = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = (dict(attrs).get("class") or "").split()
        if tag == "span" and "mark" in words and words[-1] in STATES:
            self._state = words[-1]
        self._is_id = tag == "code"

    def handle_data(self, data: str) -> None:
        if self._is_id and re.fullmatch(r"[a-z-]+/[0-9a-f]{10}", data):
            self.found[data] = self._state
        self._is_id = False


def of_page(content: bytes) -> States:
    return _Articles(content.decode()).found


READERS: dict[str, Callable[[bytes], States]] = {
    "json": of_json, "csv": of_csv, "xlsx": of_xlsx, "ttl": of_turtle, "md": of_markdown, "table": of_text,
    "html": of_page,
}  # fmt: skip


def definition(face: Face) -> States:
    """What the domain finds, asked directly."""
    return {f.id: f.status for f in find(face.store)}


def test_every_format_of_the_command_is_read_here() -> None:
    assert set(READERS) == {*exports.FORMATS, "html"}


def test_invented_data_have_findings_of_every_state(invented: Face) -> None:
    found = find(invented.store)
    assert {f.status for f in found} == set(STATES)
    assert len({f.rule for f in found}) > 4
    assert {f.interpreted for f in found} == {True, False}


@pytest.mark.parametrize("form", READERS)
def test_command_tells_what_the_definition_finds(form: str, face: Face, tmp_path: Path) -> None:
    assert READERS[form](face.command(form, tmp_path)) == definition(face)


@pytest.mark.parametrize("form", [form for form in READERS if form != "table"])
def test_server_tells_what_the_definition_finds(form: str, face: Face) -> None:
    expected = definition(face)
    media = exports.FORMATS[form].media_type if form != "html" else "text/html"
    assert READERS[form](face.http(f"/gaps?format={form}", "*/*")) == expected
    assert READERS[form](face.http("/gaps", media)) == expected


def test_home_page_tells_what_the_definition_finds(face: Face) -> None:
    assert of_page(face.http("/", "text/html")) == definition(face)


def test_page_of_each_finding_tells_its_state(face: Face) -> None:
    expected = definition(face)
    for key in [*expected][:: max(1, len(expected) // 20)]:
        assert of_page(face.http(f"/gaps/{key}", "text/html")) == {key: expected[key]}
        assert of_json(face.http(f"/gaps/{key}", "application/json")) == {key: expected[key]}


@pytest.mark.parametrize("state", STATES)
def test_command_and_server_narrow_alike(state: str, face: Face, tmp_path: Path) -> None:
    face.options += ["--status", state]
    expected = {key: status for key, status in definition(face).items() if status == state}
    assert of_json(face.command("json", tmp_path)) == expected
    assert of_csv(face.http(f"/gaps?format=csv&status={state}", "*/*")) == expected
    del face.options[-2:]


# Where a rule is a shape too, the shape reports the same activities, and those that are not known as a warning only

RULES_THAT_ARE_SHAPES = {"aktivitet-utan-ansvarig": "Aktivitet-ansvarig", "aktivitet-utan-delmal": "Aktivitet-delmal"}


def activity_shapes() -> Graph:
    """The node shapes that target activities, with all that they refer to."""
    shapes, part = Graph(), Graph()
    for path in sorted(assets.folder("shapes").glob("*.ttl")):
        shapes.parse(path)
    targets = ((SH.targetClass, "Aktivitet"), (SH.targetSubjectsOf, "avserOmrade"))
    todo = [s for by, name in targets for s in shapes.subjects(by, URIRef(f"https://w3id.org/rusgraf/spec/{name}"))]
    done = set()
    while todo:
        done.add(node := todo.pop())
        for triple in shapes.triples((node, None, None)):
            part.add(triple)
            todo += [triple[2]] if triple[2] not in done else []
    return part


@pytest.fixture(scope="module")
def reports() -> Callable[[Store], list[tuple[str, str, bool]]]:
    """Of a store: shape, focus, and whether it is only a warning, of each result of SHACL (pySHACL, as it comes)."""

    @cache
    def made(store: Store) -> list[tuple[str, str, bool]]:
        data = Graph().parse(data=write_triples((q.triple for q in store.default()), "nt"), format="nt")
        _, report, _ = pyshacl.validate(data, shacl_graph=activity_shapes(), inference="none")
        return [
            (str(report.value(r, SH.sourceShape)).rsplit("/", 1)[-1], str(report.value(r, SH.focusNode)),
             report.value(r, SH.resultSeverity) == SH.Warning)
            for r in report.subjects(RDF.type, SH.ValidationResult)
        ]  # fmt: skip

    return made


@pytest.mark.parametrize(("rule", "stem"), RULES_THAT_ARE_SHAPES.items())
def test_rule_that_is_a_shape_finds_what_the_shape_reports(
    rule: str, stem: str, face: Face, reports: Callable[[Store], list[tuple[str, str, bool]]]
) -> None:
    found = {f.focus.iri: f.status for f in find(face.store, only=[rule])}
    results = [(focus, warned) for shape, focus, warned in reports(face.store) if shape.startswith(stem)]
    assert found
    assert {focus for focus, _ in results} == set(found)
    assert all(warned for focus, warned in results if found[focus] == "unknown")
