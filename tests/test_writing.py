"""Can whoever has a token write over HTTP, nobody else, and nothing that the shapes refuse? All data are invented."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import random
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from http.client import HTTPException
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

import sheets
import w3c_http
from planted import PREFIX_LINES, Canary, quads
from rusgraf import tokens, update
from rusgraf.cli import group
from rusgraf.commits import Policy, writing
from rusgraf.errors import BadParameter, BadQuery, Conflict, RusgrafError, Stopped, UnreadableInput
from rusgraf.provenance import versions
from rusgraf.publish import rebuild
from rusgraf.releases import open_store, pointer
from rusgraf.store import OWN, Store
from rusgraf.tables import XLSX_TYPE
from rusgraf.terms import NamedNode
from rusgraf.update import STORED_DEFAULT, Update
from rusgraf.web import Config, create_app, current
from rusgraf.workers import Limits
from rusgraf.writer import Limits as WriteLimits
from rusgraf.writer import Writer
from rusgraf.writes import Terms, Wish
from services import ENGINE_PARAMS, SECRETS, Running
from stores import activity, copied, graph, ground, turtle
from writers import AUTHORISED, ROLE, TURTLE, UPDATE, serving, tokens_file

CSV = {"Content-Type": "text/csv"}
WARNS = 'e:v a rus:Aktivitet ; skos:prefLabel "Varnar"@sv ; rus:avserDelmal e:mal ; rus:ofullstandigFor rus:ansvarig .'
WRONG = 'e:fel a rus:Aktivitet ; skos:prefLabel "Fel"@sv .'
SPARQL_LINES = PREFIX_LINES.replace("@prefix", "PREFIX").replace(" .\n", "\n")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ground(tmp_path_factory.mktemp("lager") / "lager")


@pytest.fixture(scope="module")
def lager(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that the application of this module writes; each test writes graphs of its own."""
    return copied(made, tmp_path_factory.mktemp("skrivs") / "lager")


@pytest.fixture(scope="module")
def app(lager: Path) -> Iterator[Flask]:
    limits = Limits(seconds=60, workers=1, wait_seconds=60)
    made = create_app(Config(directory=lager, limits=limits, tokens=tokens_file(lager.parent)))
    yield made
    made.extensions["rusgraf_writes"].writer.close()
    made.extensions["rusgraf"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def put(client: FlaskClient, name: str, text: str, address: str = "", **headers: str) -> TestResponse:
    return client.put(address or f"/data/{name}", data=turtle(text), headers={**AUTHORISED, **TURTLE, **headers})


def run(client: FlaskClient, text: str, address: str = "/sparql") -> TestResponse:
    return client.post(address, data=(SPARQL_LINES + text).encode(), headers={**AUTHORISED, **UPDATE})


def ask(client: FlaskClient, pattern: str) -> bool:
    """Whether the server answers that a pattern is there."""
    text = f"{SPARQL_LINES} ASK {{ {pattern} }}"
    return bool(json.loads(client.get("/sparql", query_string={"query": text, "format": "json"}).data)["boolean"])


def slug(answer: TestResponse) -> str:
    assert answer.mimetype == "application/problem+json", answer.data
    return str(json.loads(answer.data)["type"]).rpartition("/")[2]


# Who may write


def test_writing_is_off_until_it_is_turned_on(made: Path, tmp_path: Path) -> None:
    store = copied(made, tmp_path / "lager")
    off = create_app(Config(directory=store, limits=Limits(workers=1)))
    try:
        client = off.test_client()
        for answer in (put(client, "x", activity("x")), run(client, "DROP ALL"), client.delete("/data/grund")):
            assert (answer.status_code, slug(answer)) == (403, "writing-off")
        assert b"rus:Delmal" in client.get("/data/grund").data
    finally:
        off.extensions["rusgraf"].close()
    assert pointer(store).startswith("000001-")


@pytest.mark.parametrize("shown", ["", "Bearer fel", "Bearer", "Basic cDpw", AUTHORISED["Authorization"] + "x"])
def test_without_the_token_nothing_is_written_and_the_answer_says_how_to_show_one(
    client: FlaskClient, lager: Path, shown: str
) -> None:
    before = pointer(lager)
    headers = {"Authorization": shown} if shown else {}
    form = "application/x-www-form-urlencoded"
    for answer in (
        client.put("/data/x", data=turtle(activity("x")), headers={**TURTLE, **headers}),
        client.post("/data", data=turtle(activity("x")), headers={**TURTLE, **headers}),
        client.delete("/data?default", headers=headers),
        client.post("/sparql", data="DROP ALL", headers={**UPDATE, **headers}),
        client.post("/sparql", data="update=DROP+ALL", headers={**headers, "Content-Type": form}),
    ):
        assert (answer.status_code, slug(answer)) == (401, "unauthorised")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert pointer(lager) == before


def test_a_line_taken_out_of_the_file_is_a_token_withdrawn_at_once(client: FlaskClient, lager: Path) -> None:
    file = lager.parent / "tokens"
    kept = file.read_bytes()
    try:
        file.write_bytes(b"# ingen\n")
        assert put(client, "x", activity("x")).status_code == 401
    finally:
        file.write_bytes(kept)
    assert client.delete("/data/finns-inte", headers=AUTHORISED).status_code == 404


def test_only_the_hash_of_a_token_is_kept_and_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    token, line = tokens.new("  en påhittad\n roll ")
    assert token not in line
    assert line == f"{hashlib.sha256(token.encode()).hexdigest()}  en påhittad roll"
    file = tmp_path / "tokens"
    file.write_text(f"# rad\n\n{line}\n", encoding="utf-8")
    known = tokens.read(file)
    assert tokens.role_of(token, known) == "en påhittad roll"
    assert [tokens.role_of(other, known) for other in ("", token[:-1], token + "x", line[:64], "\udcff")] == [None] * 5
    file.write_text(f"{line}\n{token}\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="line 2"):
        tokens.read(file)
    with pytest.raises(BadParameter):
        tokens.new(" ")


def test_the_command_gives_a_token_and_its_line_and_wants_a_role(tmp_path: Path) -> None:
    said = CliRunner().invoke(group, ["token", "--by", "påhittad roll", "--lang", "en"])
    _, token, _, line = said.output.splitlines()
    (tmp_path / "tokens").write_text(line, encoding="utf-8")
    assert tokens.role_of(token.strip(), tokens.read(tmp_path / "tokens")) == "påhittad roll"
    assert CliRunner().invoke(group, ["token"]).exit_code == 2
    assert "lämna" in CliRunner().invoke(group, ["token", "--by", "x"]).output


def test_a_file_that_everybody_may_read_is_told_of(tmp_path: Path) -> None:
    path = tokens_file(tmp_path)
    assert not tokens.is_open(path)
    path.chmod(0o644)
    assert tokens.is_open(path)


def test_writing_needs_a_store(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="--store"):
        create_app(Config(tokens=tokens_file(tmp_path)))


# What is written


def test_what_was_put_is_answered_at_once_and_traced(client: FlaskClient, lager: Path) -> None:
    body = turtle(activity("ny"))
    answer = client.put("/data/ny", data=body, headers={**AUTHORISED, **TURTLE})
    said = json.loads(answer.data)
    assert (answer.status_code, answer.headers["Location"]) == (201, "http://localhost/data/ny")
    assert said["release"] == answer.headers[current.HEADER] == pointer(lager)
    assert said["graphs"] == [{"graph": graph("ny").value, "state": "new", "statements": 4}]
    assert any(i.startswith("delmal-utan-aktivitet/") for i in said["closes"])
    assert ask(client, "e:ny a rus:Aktivitet")
    assert "Access-Control-Allow-Origin" not in answer.headers
    (version,) = [v for v in versions(open_store(lager).store) if v.graph == graph("ny").value]
    assert (version.by, version.origin.sha256, version.origin.file) == (
        ROLE,
        hashlib.sha256(body).hexdigest(),
        "ny.ttl",
    )


def test_the_same_again_changes_nothing_another_version_replaces_and_delete_removes(
    client: FlaskClient, lager: Path
) -> None:
    assert put(client, "tre", activity("tre")).status_code == 201
    before = pointer(lager)
    again = put(client, "tre", activity("tre"))
    assert (again.status_code, json.loads(again.data)["graphs"][0]["state"], pointer(lager)) == (
        200,
        "unchanged",
        before,
    )
    changed = put(client, "tre", activity("tre", "Rättad"))
    assert json.loads(changed.data)["graphs"][0]["state"] == "replaced"
    assert ask(client, 'e:tre skos:prefLabel "Rättad"@sv') and not ask(
        client, 'e:tre skos:prefLabel "Påhittad aktivitet"@sv'
    )
    added = client.post("/data/tre", data=turtle(activity("fyra")), headers={**AUTHORISED, **TURTLE})
    assert json.loads(added.data)["graphs"][0]["statements"] == 8
    assert ask(client, "e:tre a rus:Aktivitet . e:fyra a rus:Aktivitet")
    gone = client.delete("/data/tre", headers=AUTHORISED)
    assert (gone.status_code, json.loads(gone.data)["graphs"][0]["state"]) == (200, "removed")
    assert client.get("/data/tre").status_code == client.delete("/data/tre", headers=AUTHORISED).status_code == 404
    found = [v for v in versions(open_store(lager).store) if v.graph == graph("tre").value]
    assert [(v.replaced, v.ended > 0) for v in found] == [(True, True), (True, True), (False, True)]


def test_an_identifier_that_went_with_its_graph_is_gone_until_it_comes_back(client: FlaskClient) -> None:
    text = activity("egen").replace("e:egen", "<https://w3id.org/rusgraf/id/aktivitet/egen>")
    other = activity("annan").replace("e:annan", "<https://w3id.org/rusgraf/id/aktivitet/annan>")
    states = [client.get("/id/aktivitet/egen").status_code]
    for body in (text + other, other, text + other):
        assert put(client, "egen", body).status_code in (200, 201)
        states.append(client.get("/id/aktivitet/egen").status_code)
    assert client.delete("/data/egen", headers=AUTHORISED).status_code == 200
    assert [*states, client.get("/id/aktivitet/egen").status_code] == [404, 303, 410, 303, 410]
    assert client.get("/id/aktivitet/annan").status_code == 410


def test_an_officer_puts_a_sheet_and_corrects_it(client: FlaskClient) -> None:
    faulty = sheets.xlsx([sheets.HEADER, ("Träff", "Delmål", "Nämden")])
    headers = {**AUTHORISED, "Content-Type": XLSX_TYPE, "Content-Disposition": 'attachment; filename="prov.xlsx"'}
    told = client.put("/data/prov-2026", data=faulty, headers={**headers, "Accept": "application/json"})
    assert told.status_code == 422
    assert any(r["cell"]["address"] == "C2" for r in json.loads(told.data)["results"] if r["cell"])
    back = client.put("/data/prov-2026", data=faulty, headers={**headers, "Accept": XLSX_TYPE})
    assert (back.status_code, back.mimetype) == (422, XLSX_TYPE)
    assert "Granskning" in openpyxl.load_workbook(io.BytesIO(back.data)).sheetnames
    good = sheets.csv([sheets.HEADER, ("Träff", "Delmål", "Nämnden")]).encode()
    assert client.put("/data/prov-2026", data=good, headers={**AUTHORISED, **CSV}).status_code == 201
    assert ask(client, 'GRAPH graf:prov-2026 { ?a a rus:Aktivitet ; skos:prefLabel "Träff"@sv ; rus:ansvarig e:namnd }')
    assert ask(client, "graf:prov-2026 a rus:Graf ; rus:grafslag grafslag:plan")


def test_post_without_a_graph_makes_a_new_one_each_time(client: FlaskClient) -> None:
    places = []
    for name in ("egen1", "egen2"):
        answer = client.post("/data", data=turtle(activity(name)), headers={**AUTHORISED, **TURTLE})
        assert answer.status_code == 201
        places.append(answer.headers["Location"])
        assert name.encode() in client.get(places[-1].removeprefix("http://localhost")).data
        assert client.get("/data", query_string={"graph": places[-1]}).status_code == 200
    assert places[0] != places[1]


def test_an_update_leaves_a_store_that_is_open_its_files_where_walls_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off() -> None:
        raise AssertionError("the engine writes files of its own when it likes to")

    monkeypatch.setattr(update, "cut_off", cut_off)
    monkeypatch.setattr(update.walls, "stand", lambda: True)
    assert [*update.changed(Store.of(()), Update("INSERT DATA { GRAPH <g:g> { <a:a> <a:b> 1 } }"))] == [
        NamedNode("g:g")
    ]


def test_violations_refuse_a_write_and_the_answer_is_the_report(client: FlaskClient, lager: Path) -> None:
    before = pointer(lager)
    answer = put(client, "fel", WRONG)
    assert (answer.status_code, answer.mimetype) == (422, "application/json")
    said = json.loads(answer.data)
    assert not said["conforms"] and {r["line"] for r in said["results"]} == {PREFIX_LINES.count("\n") + 1}
    answer = put(client, "fel", WRONG, Accept="text/turtle")
    assert (answer.status_code, answer.mimetype) == (422, "text/turtle")
    assert b"sh:ValidationReport" in answer.data
    assert run(client, f"INSERT DATA {{ {WRONG} }}").status_code == 422
    assert pointer(lager) == before


def test_an_update_that_takes_away_what_a_shape_demands_is_refused(client: FlaskClient) -> None:
    assert put(client, "hel", activity("hel")).status_code == 201
    wanted = "DELETE DATA { GRAPH graf:hel { e:hel rus:ansvarig e:namnd } }"
    assert run(client, wanted).status_code == 422
    assert ask(client, "e:hel rus:ansvarig e:namnd")
    assert (
        run(client, f"{wanted} ; INSERT DATA {{ GRAPH graf:hel {{ e:hel rus:ansvarig e:namnd2 }} }}").status_code == 200
    )
    assert ask(client, "e:hel rus:ansvarig e:namnd2")


def test_warnings_refuse_until_they_are_accepted_and_are_kept(client: FlaskClient, lager: Path) -> None:
    answer = put(client, "varnar", WARNS)
    assert (answer.status_code, json.loads(answer.data)["conforms"]) == (422, True)
    assert "accept-warnings=1" in json.loads(answer.data)["refused"]
    assert put(client, "", WARNS, "/data?accept-warnings=1&graph=" + graph("varnar").value).status_code == 201
    (version,) = [v for v in versions(open_store(lager).store) if v.graph == graph("varnar").value]
    assert version.warnings == 1


@pytest.mark.parametrize("name", sorted(g.value for g in OWN))
def test_graphs_that_the_program_writes_are_never_written(client: FlaskClient, lager: Path, name: str) -> None:
    before = pointer(lager)
    for answer in (
        put(client, "", activity("x"), f"/data?graph={name}"),
        run(client, f"INSERT DATA {{ GRAPH <{name}> {{ e:x e:y e:z }} }}"),
        run(client, f"CREATE SILENT GRAPH <{name}> ; INSERT DATA {{ e:x e:y 1 }} ; MOVE DEFAULT TO <{name}>"),
    ):
        assert (answer.status_code, slug(answer)) == (409, "conflict")
    assert pointer(lager) == before


@pytest.mark.parametrize(
    "text",
    [
        "rus:Delmal rdfs:comment 'x'@sv .",
        "e:X rdfs:subClassOf rus:Delmal .",
        "graf:grund rus:grafslag grafslag:ersatt .",
    ],
)
def test_the_ontology_and_the_standing_of_other_graphs_are_not_changed(client: FlaskClient, text: str) -> None:
    assert slug(put(client, "x", text)) == slug(run(client, f"INSERT DATA {{ {text} }}")) == "conflict"


def test_a_write_that_leaves_less_than_half_is_refused(client: FlaskClient, lager: Path) -> None:
    before = pointer(lager)
    answer = run(client, "DROP ALL")
    assert (answer.status_code, slug(answer), pointer(lager)) == (409, "conflict", before)


@pytest.mark.parametrize(
    ("address", "headers", "content", "status"),
    [
        ("/data/x", TURTLE, b"<http://a> <http://b> .", 400),
        ("/data/x", TURTLE, b"", 400),
        ("/data/x", {"Content-Type": "application/trig"}, b"<http://a> <http://b> 1 .", 415),
        ("/data/x", {}, b"<http://a> <http://b> 1 .", 415),
        ("/data", TURTLE, b"<http://a> <http://b> 1 .", 400),
        ("/data?graph=kort", TURTLE, b"<http://a> <http://b> 1 .", 400),
        ("/data?graph=http://a&default", TURTLE, b"<http://a> <http://b> 1 .", 400),
        ("/data?graph=http://a&graph=http://b", TURTLE, b"<http://a> <http://b> 1 .", 400),
        ("/data?graph=%FF", TURTLE, b"<http://a> <http://b> 1 .", 400),
        ("/data?graph=http://a b", TURTLE, b"<http://a> <http://b> 1 .", 400),
        ("/data/x", {"Content-Type": "application/ld+json"}, b'{"@id":"http://g","@graph":[{"http://b":"x"}]}', 400),
        ("/data/x", {"Content-Type": XLSX_TYPE}, b"PK", 400),
        ("/data/x", {"Content-Type": "multipart/form-data; boundary=x"}, b"--x--\r\n", 400),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place(
    client: FlaskClient, address: str, headers: dict[str, str], content: bytes, status: int
) -> None:
    answer = client.put(address, data=content, headers={**AUTHORISED, **headers})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.data
    if content.endswith(b"<http://b> ."):
        assert "x.ttl, rad 1" in json.loads(answer.data)["detail"]


def test_reading_is_for_all_in_four_formats_and_the_rest_is_elsewhere(client: FlaskClient) -> None:
    for kind in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
        answer = client.get("/data/grund", headers={"Accept": kind})
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/data?graph=" + graph("grund").value).data == client.get("/data/grund").data
    assert client.head("/data/grund").data == b""
    assert client.get("/data").headers["Location"] == "/catalog/graf"
    assert client.get("/data?default", headers={"Accept": "application/n-triples"}).status_code == 200


# Updates, without a server


def changed(made: Path, text: str, **more: object) -> dict[str, set[str]]:
    """What an update comes to: the statements of each graph that it changes, by the graph's short name."""
    wish = Update(SPARQL_LINES + text, **more)  # type: ignore[arg-type]
    found = update.changed(open_store(made).store, wish)
    return {g.value.rpartition("/")[2]: {str(q.triple) for q in quads} for g, quads in found.items()}


X = "<https://example.org/x> <https://example.org/y>"


def test_what_is_inserted_outside_graph_has_a_graph_of_its_own_and_patterns_see_the_union(made: Path) -> None:
    assert changed(made, "INSERT DATA { e:x e:y 1 }") == {
        "forvald": {f'{X} "1"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    }
    found = changed(made, "INSERT { e:x e:y ?m } WHERE { ?m a rus:Delmal ; rus:tillhorPlan e:plan }")
    assert found == {"forvald": {f"{X} <https://example.org/mal>", f"{X} <https://example.org/mal2>"}}


def test_operations_run_one_after_the_other_on_what_the_earlier_left(made: Path) -> None:
    first = "INSERT DATA { GRAPH graf:a { e:x e:y e:z } } ;"
    assert changed(
        made, f"{first} INSERT {{ GRAPH graf:b {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o . FILTER(?p = e:y) }}"
    ) == {
        "a": {f"{X} <https://example.org/z>"},
        "b": {f"{X} <https://example.org/z>"},
    }
    assert changed(made, f"{first} DELETE WHERE {{ GRAPH graf:a {{ ?s ?p ?o }} }}") == {}
    assert (
        changed(
            made, "INSERT DATA { e:x e:y e:z } ; PREFIX n: <https://example.org/> DELETE DATA { n:x n:y n:z } # ; }"
        )
        == {}
    )
    found = changed(
        made, 'INSERT DATA { e:x e:y "; } DROP ALL ;" } ; # ; DROP ALL\n COPY DEFAULT TO graf:b ; CLEAR DEFAULT'
    )
    assert found == {"b": {f'{X} "; }} DROP ALL ;"'}}


def test_management_of_graphs_leaves_those_of_the_program_alone(made: Path) -> None:
    assert changed(made, "CLEAR ALL") == changed(made, "drop silent named") == {"grund": set(), "mer": set()}
    assert changed(made, "INSERT DATA { e:x e:y e:z } ; CLEAR NAMED")["forvald"] == {f"{X} <https://example.org/z>"}
    moved = changed(made, "MOVE graf:mer TO graf:flyttad ; CREATE GRAPH graf:tom")
    assert moved["mer"] == set() and len(moved["flyttad"]) == 5 and set(moved) == {"mer", "flyttad"}
    with pytest.raises(RusgrafError, match="does not exist"):
        changed(made, "CLEAR GRAPH graf:finns-inte")


@pytest.mark.parametrize(
    "text",
    [
        "DELETE DATA { e:mal a rus:Delmal }",
        "DELETE WHERE { e:mal ?p ?o }",
        "DELETE { ?s ?p ?o } INSERT { e:x e:y e:z } WHERE { ?s ?p ?o . ?s a rus:Delmal }",
    ],
)
def test_deleting_outside_graph_what_a_graph_states_names_that_graph(made: Path, text: str) -> None:
    with pytest.raises(Conflict, match=graph("grund").value):
        changed(made, text)


def test_deleting_what_follows_is_refused_too(made: Path) -> None:
    with pytest.raises(Conflict, match="harledd"):
        changed(made, "DELETE DATA { e:mal rus:tillhorPlan e:plan }")


def test_the_graphs_of_the_protocol_are_what_the_pattern_sees(made: Path) -> None:
    grund, mer = graph("grund").value, graph("mer").value
    text = "INSERT { GRAPH graf:b { ?s a e:Sedd } } WHERE { ?s a rus:Namnd }"
    assert len(changed(made, text, using=[grund])["b"]) == len(changed(made, text, using=[mer])["b"]) == 1
    assert len(changed(made, text, using=[mer, grund])["b"]) == 2
    assert changed(made, text, using_named=[mer]) == {}
    inside = "INSERT { GRAPH graf:b { ?s a e:Sedd } } WHERE { GRAPH ?g { ?s a rus:Namnd } }"
    assert len(changed(made, inside, using_named=[mer])["b"]) == 1
    for clause in ("WITH graf:mer INSERT { e:x e:y e:z } WHERE {}", "INSERT { e:x e:y e:z } USING graf:mer WHERE {}"):
        with pytest.raises(BadParameter, match="USING"):
            changed(made, clause, using=[grund])
    with pytest.raises(BadParameter, match="IRI"):
        changed(made, text, using=["inte> ?s } } ; DROP ALL #"])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("INSERT DATA {\n  <e:x> <e:y>\n}", "line 3, column 1"),
        ("CLEAR XYZ", "line 1, column 10"),
        ("CLEAR GRAPH <e:x> ALL", "line 1, column 19"),
        ("DROP ALL ; PREFIX e: <e:> # ö ; \n DROP ALL; INSERT DATA { e:x\ne:y f:z }", "line 3, column"),
        ("INSERT DATA { <e:x> <e:y> 1 } } ; DROP ALL", "line 1"),
        ("INSERT DATA { <e:x> <e:y> 1 ; DROP ALL", "line 1"),
        ("<e:x>", "line 1"),
        ("1 ; 2", "line 1"),
        ("SELECT * {}", "line 1"),
        ("WITH <e:x> INSERT {}", "line 1"),
    ],
)
def test_what_does_not_parse_is_refused_with_line_and_column(made: Path, text: str, place: str) -> None:
    with pytest.raises(BadQuery, match=place):
        update.changed(open_store(made).store, Update(text))


@pytest.mark.parametrize("walls", [1, 2])
@pytest.mark.parametrize(
    "text",
    [
        "LOAD <{}>",
        "LOAD SILENT <{}> INTO GRAPH <http://g>",
        "L\\u004fAD <{}>",
        "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
        "INSERT {{ ?s ?p ?o }} WHERE {{ S\\u0045RVICE SILENT <{}> {{ ?s ?p ?o }} }}",
        "INSERT {{ <http://a> <http://b> 1 }} USING <{}> WHERE {{}}",
    ],
)
def test_an_update_reaches_nothing_outside(
    made: Path, canary: Canary, text: str, walls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the first wall, the words, taken away, the second one, no sockets, holds."""
    if walls == 1:
        monkeypatch.setattr(update, "_REACH", set())
    try:
        found = update.changed(open_store(made).store, Update(text.format(canary.url)))
    except RusgrafError:
        found = {}
    assert canary.hits == []
    assert all(g in (STORED_DEFAULT, graph("forvald")) for g in found)


BEGIN = "<e:g1> { <e:a> <e:b> <e:a> , 1 ; <e:a> 1 . } <e:g2> { <e:b> <e:a> 'x'@sv . }"
GRAPHS = st.sampled_from(["GRAPH <e:g1>", "GRAPH <e:g2>", "GRAPH <e:g3>"])
TRIPLES = st.tuples(*(st.sampled_from(["<e:a>", "<e:b>", '"x"@sv', "1"][: 2 if i < 2 else 4]) for i in range(3)))
DATA = st.builds(
    "{} DATA {{ {} {{ {} }} }}".format, st.sampled_from(["INSERT", "DELETE"]), GRAPHS, TRIPLES.map(" ".join)
)
MODIFY = st.builds(
    "DELETE {{ {0} {{ ?s ?p ?o }} }} INSERT {{ {1} {{ ?s <e:a> ?o ; ?p 2 }} }} "
    "WHERE {{ {0} {{ ?s ?p ?o ; <e:b> ?n }} }}".format,
    GRAPHS,
    GRAPHS,
)
MANAGE = st.builds("{} SILENT {} TO {}".format, st.sampled_from(["ADD", "COPY", "MOVE"]), GRAPHS, GRAPHS)
OTHERS = st.one_of(
    st.builds("CLEAR SILENT {}".format, GRAPHS), st.builds("DELETE WHERE {{ {} {{ ?s <e:a> ?o }} }}".format, GRAPHS)
)


@cache
def begun() -> Store:
    return Store.load([], extra=quads(BEGIN))


@settings(max_examples=60)
@given(st.lists(st.one_of(DATA, DATA, MODIFY, MANAGE, OTHERS), min_size=1, max_size=6))
def test_of_named_graphs_an_update_makes_what_the_engine_makes_of_it(operations: list[str]) -> None:
    """Oxigraph runs the same text on the same quads, all at once and without our default graph."""
    text = " ; ".join(operations)
    start = quads(BEGIN)
    oracle = Store.of(start)
    oracle.engine.update(text)
    found = update.changed(begun(), Update(text))
    for name in ("e:g1", "e:g2", "e:g3"):
        wanted = set(oracle.quads(graph=NamedNode(name)))
        had = {quad for quad in start if quad.graph_name == NamedNode(name)}
        assert set(found.get(NamedNode(name), had)) == wanted
    assert {g.value for g in found} <= {"e:g1", "e:g2", "e:g3"}


ANYWHERE = st.builds(
    lambda word, place, triple: f"{word} DATA {{ {place.format(' '.join(triple))} }}",
    st.sampled_from(["INSERT", "DELETE", "insert", "delete"]),
    st.sampled_from(["{}", "GRAPH <e:g1> {{ {} }}", "GRAPH <e:g2> {{ {} }}", f"GRAPH {STORED_DEFAULT} {{{{ {{}} }}}}"]),
    TRIPLES,
)


@settings(max_examples=60)
@given(st.lists(ANYWHERE, min_size=1, max_size=5))
def test_data_alone_come_to_what_they_come_to_on_a_copy_of_the_whole(operations: list[str]) -> None:
    """A pattern that finds nothing has the same operations run on all of the store."""

    def told(text: str) -> object:
        try:
            return {graph: set(quads) for graph, quads in update.changed(begun(), Update(text)).items()}
        except Conflict as error:
            return str(error)

    text = " ; ".join(operations)
    assert told(text) == told(f"{text} ; DELETE WHERE {{ GRAPH <e:ingen> {{ ?s ?p ?o }} }}")


# The process that writes


def test_a_write_over_its_time_or_its_memory_dies_alone(made: Path, tmp_path: Path) -> None:
    store = copied(made, tmp_path / "lager")
    before = pointer(store)
    slow = "INSERT { GRAPH <http://g> { ?a ?b ?f } } WHERE { ?a ?b ?c . ?d ?e ?f . ?h ?i ?j . ?k ?l ?m } "
    bomb = "INSERT { e:x e:y ?z } WHERE { BIND('0123456789' AS ?a) "
    bomb += (
        " ".join(
            f"BIND(CONCAT(?{x},?{x}) AS ?{y})"
            for x, y in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=True)
        )
        + " }"
    )
    writer = Writer(store, WriteLimits(seconds=2, memory_mib=600))
    try:
        for text in (slow, SPARQL_LINES + bomb):
            with pytest.raises(Stopped):
                writer.run("rusgraf.writes:write", str(store), Wish("POST", update=Update(text)), Terms())
            assert pointer(store) == before
        good = Wish("POST", update=Update("INSERT DATA { <http://a> <http://b> 1 }"))
        assert writer.run("rusgraf.writes:write", str(store), good, Terms()).release == pointer(store) != before
    finally:
        writer.close()


def test_while_another_process_writes_the_answer_is_to_try_again(client: FlaskClient, lager: Path) -> None:
    with writing(lager, Policy()):
        answer = put(client, "upptagen", activity("upptagen"))
    assert (answer.status_code, slug(answer)) == (503, "store-busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert put(client, "upptagen", activity("upptagen")).status_code == 201


# The W3C's tests, on the command as it is run: alone, and before a service that follows its store


@pytest.fixture(scope="module", params=["embedded", *ENGINE_PARAMS])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, engines: Callable[[str], Running]
) -> Iterator[w3c_http.Place]:
    """A server over a store with nothing in it but what the program writes itself, and one board."""
    directory = tmp_path_factory.mktemp("w3c")
    store = directory / "lager"
    (directory / "liten.ttl").write_bytes(turtle('e:n a rus:Namnd ; skos:prefLabel "Nämnd"@sv .'))
    rebuild(store, [directory / "liten.ttl"])
    service = () if request.param == "embedded" else engines(request.param).following()
    with serving(store, tokens_file(directory), 0, "--allow-shrink", *service, **SECRETS) as (port, _):
        paths = {"/sparql/": "/sparql", "/gsp": "/data"}
        yield w3c_http.Place("127.0.0.1", port, paths, AUTHORISED)


def manifests() -> list[w3c_http.Case]:
    protocol = w3c_http.cases(w3c_http.FOLDER / "protocol" / "manifest.ttl")
    return [c for c in protocol if "update" in c.name] + w3c_http.cases(
        w3c_http.FOLDER / "graph-store-protocol" / "manifest.ttl"
    )


@pytest.mark.skipif(not w3c_http.FOLDER.exists(), reason=w3c_http.MISSING)
@pytest.mark.parametrize("case", manifests(), ids=lambda case: case.name)
def test_w3c(case: w3c_http.Case, place: w3c_http.Place) -> None:
    fresh = w3c_http.Request("POST", "/sparql/", UPDATE, b"DROP ALL", w3c_http.Expected(frozenset({"2xx"})))
    if "update" not in case.name:  # those of the Graph Store Protocol take the graphs to be new
        assert w3c_http.run(w3c_http.Case("begin", "", (fresh,)), place) == []
    assert w3c_http.run(case, place) == []


@pytest.mark.skipif(not w3c_http.FOLDER.exists(), reason=w3c_http.MISSING)
def test_all_of_the_w3cs_tests_of_writing_are_there() -> None:
    names = [case.name for case in manifests()]
    assert len(names) == len(set(names)) == 14 + 14
    assert sum(name.startswith("bad_") for name in names) == 7


@pytest.mark.slow
def test_kill_9_of_the_server_at_any_moment_loses_nothing_acknowledged(made: Path, tmp_path: Path) -> None:
    """Fifteen servers die while a client writes; each write that was answered is there, whole, and none is half."""
    store = copied(made, tmp_path / "lager")
    chance = random.Random(5)  # noqa: S311 - the same moments each time
    file, number, acknowledged = tokens_file(tmp_path), 0, set[int]()
    for turn in range(15):
        with serving(store, file) as (port, process):
            timer = threading.Timer(chance.uniform(0.0, 3.0), process.kill)
            if turn % 2:  # these die from their beginning on, the others after their first write
                timer.start()
            while process.poll() is None:
                number += 1
                try:
                    if send(port, number) in (200, 201):
                        acknowledged.add(number)
                    if not timer.is_alive():
                        timer.start()
                except (OSError, HTTPException):
                    break
            timer.join()
        found = open_store(store)
        assert found.warning is None
        for i in range(1, number + 1):
            held = sum(1 for _ in found.store.quads(graph=graph(f"nr-{i}")))
            assert held == 40 or (held == 0 and i not in acknowledged), i
    assert len(acknowledged) > 7


def send(port: int, number: int) -> int:
    body = turtle("".join(activity(f"a{number}-{i}") for i in range(10)))
    address = f"http://127.0.0.1:{port}/data/nr-{number}"
    request = urllib.request.Request(address, body, {**AUTHORISED, **TURTLE}, method="PUT")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return int(answer.status)


def test_at_sigterm_a_write_is_acknowledged_or_not_done_and_no_process_stays(made: Path, tmp_path: Path) -> None:
    """The signal goes to the writer too, as it does when a terminal or a supervisor sends it to a whole group."""
    store, chance = copied(made, tmp_path / "lager"), random.Random(7)  # noqa: S311 - the same moments each time
    file, statuses = tokens_file(tmp_path), []
    for number in range(1, 5):
        with serving(store, file) as (port, process):
            below = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
            send(port, 100 + number)  # so that the writer is ready
            told = threading.Thread(target=lambda n, p: statuses.append(sent(p, n)), args=(number, port))
            told.start()
            time.sleep(chance.uniform(0.0, 0.4))
            for pid in (process.pid, *below):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            told.join(60)
            assert process.wait(60) == 0
            assert process.stderr is not None
            assert "Traceback" not in process.stderr.read()
            end = time.monotonic() + 30
            while any(map(is_there, below)):
                assert time.monotonic() < end
                time.sleep(0.1)
        held = sum(1 for _ in open_store(store).store.quads(graph=graph(f"nr-{number}")))
        assert held == (40 if statuses[-1] else 0), "acknowledged is there, and what is not is not"
    assert any(statuses)


def sent(port: int, number: int) -> bool:
    """Whether a write was acknowledged."""
    try:
        return send(port, number) in (200, 201)
    except (OSError, HTTPException):
        return False


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
