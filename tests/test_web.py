"""Does the server speak SPARQL 1.1 Protocol and HTTP as written, and does nothing from outside reach further?

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.robotparser import RobotFileParser

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from planted import GRAPH, PREFIX_LINES, Canary, Page
from rusgraf.findings import STATES
from rusgraf.library import GAPS, Query, library, rules
from rusgraf.rdf import FORMATS, parse_quads
from rusgraf.tables import XLSX_TYPE
from rusgraf.terms import expand
from rusgraf.web import Config, create_app
from rusgraf.workers import Limits

ASK = "ASK {}"
SELECT = "SELECT ?x { VALUES ?x { 'å' } }"
CONSTRUCT = "CONSTRUCT { <a:a> <a:b> 'å' } {}"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SECURITY = ("X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options", "Content-Security-Policy")
GOOD = """e:plan a rus:Handlingsplan ; skos:prefLabel "Planen"@sv ."""
BAD = """e:trasig a rus:Aktivitet ; skos:prefLabel "Utan allt"@sv ; rus:hittepa 1 ."""


def ask(client: FlaskClient, query: str, accept: str | None = None, **more: str) -> TestResponse:
    headers = {} if accept is None else {"Accept": accept}
    return client.get("/sparql", query_string={"query": query, **more}, headers=headers)


def browse(client: FlaskClient, address: str, **parameters: str) -> TestResponse:
    """What a browser gets."""
    return client.get(address, query_string=parameters or None, headers={"Accept": BROWSER})


def problem(response: TestResponse, status: int) -> dict[str, object]:
    """The problem document of a refusal, checked."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    read = json.loads(response.data)
    members = {"type", "title", "status", "detail", "cure", "instance", "request_id"}
    assert set(read) - {"line", "column"} == members
    assert read["status"] == status
    assert read["type"].startswith("https://w3id.org/rusgraf/res/fel/")
    assert read["detail"]
    assert "Traceback" not in response.text
    found: dict[str, object] = read
    return found


def sent(client: FlaskClient, trig: str, accept: str = "application/json", **more: str) -> TestResponse:
    content = (PREFIX_LINES + trig).encode()
    return client.post(
        "/validate", data=content, content_type="application/trig", headers={"Accept": accept}, query_string=more
    )


# The protocol


def test_query_by_get(client: FlaskClient) -> None:
    answer = ask(client, ASK)
    assert (answer.status_code, answer.content_type, json.loads(answer.data)["boolean"]) == (200, JSON, True)


@pytest.mark.parametrize("kind", [FORM, f"{FORM}; charset=utf-8", FORM.upper()])
def test_query_by_post_of_a_form(kind: str, client: FlaskClient) -> None:
    answer = client.post("/sparql", data=f"query={quote(SELECT)}", content_type=kind)
    assert json.loads(answer.data)["results"]["bindings"][0]["x"]["value"] == "å"


@pytest.mark.parametrize("kind", [DIRECT, f"{DIRECT}; charset=utf-8"])
def test_query_posted_directly(kind: str, client: FlaskClient) -> None:
    answer = client.post("/sparql", data=SELECT.encode(), content_type=kind)
    assert json.loads(answer.data)["results"]["bindings"][0]["x"]["value"] == "å"


def test_query_over_named_graphs(client: FlaskClient) -> None:
    graph = "https://w3id.org/rusgraf/res/graf/orebro-social-valfard"
    answer = ask(client, f"ASK FROM <{graph}> {{ ?s a <https://w3id.org/rusgraf/spec/Delmal> }}")
    assert json.loads(answer.data)["boolean"] is True


@pytest.mark.parametrize(
    "query", ["", "SELECT", "SELECT * { ?s ?p }", "hej", "SELECT * WHERE { ?s ?p ?o } LIMIT x", "\0"]
)
def test_query_that_does_not_parse_is_a_bad_request(query: str, client: FlaskClient) -> None:
    assert problem(ask(client, query), 400)["cure"]


@pytest.mark.parametrize(
    ("query", "line", "column", "words"),
    [
        ("SELECT * {\n  ?s ex:p ?o }", 2, 11, "the prefix ex: is not declared"),
        ("PREFIX ex: <urn:x>\nSELECT * {\n\n  ?s ex:p }", 4, 11, "}"),
        ("SELECT ?y (COUNT(?x) AS ?n) { ?x ?y ?z }", 1, 41, "unbound"),
        ("ASK { åäö 1 }", 1, 14, "end of the line"),
        ("", 1, 1, "line 1"),
        ("SELECT * FROM <urn:x> {\n ?s", 2, 2, "?s"),
    ],
)
def test_query_that_does_not_parse_is_told_with_its_place(
    query: str, line: int, column: int, words: str, client: FlaskClient
) -> None:
    told = problem(client.get("/sparql", query_string={"query": query, "lang": "en"}), 400)
    assert (told["line"], told["column"]) == (line, column)
    assert f"line {line}, column {column}" in str(told["detail"])
    assert words in str(told["detail"])
    swedish = problem(ask(client, query), 400)
    assert f"rad {line}, kolumn {column}" in str(swedish["detail"])


def test_query_that_fails_while_it_runs_is_another_kind_of_error(client: FlaskClient) -> None:
    told = problem(ask(client, "SELECT (<urn:f>(1) AS ?x) {}"), 400)
    assert str(told["type"]).endswith("/unanswerable-query")
    assert "line" not in told


@pytest.mark.parametrize("kind", [FORM, DIRECT])
def test_body_in_another_charset_is_not_supported(kind: str, client: FlaskClient) -> None:
    body = ASK if kind == DIRECT else f"query={quote(ASK)}"
    for charset in ("UTF-16", "iso-8859-1", "x"):
        problem(client.post("/sparql", data=body, content_type=f"{kind}; charset={charset}"), 415)
    for charset in ("utf-8", "UTF8", '"UTF-8"', "us-ascii"):
        answer = client.post("/sparql", data=body, content_type=f"{kind}; charset={charset}")
        assert answer.status_code == 200


def test_percent_encoding_is_resolved_once(client: FlaskClient) -> None:
    query = "SELECT ?x { VALUES ?x { '%41+ %2B' } }"
    for answer in (ask(client, query), client.post("/sparql", data=f"query={quote(query)}", content_type=FORM)):
        assert json.loads(answer.data)["results"]["bindings"][0]["x"]["value"] == "%41+ %2B"


def test_two_queries_are_a_bad_request(client: FlaskClient) -> None:
    one = quote(ASK)
    problem(client.get(f"/sparql?query={one}&query={one}"), 400)
    problem(client.post("/sparql", data=f"query={one}&query={one}", content_type=FORM), 400)
    problem(client.post(f"/sparql?query={one}", data=f"query={one}", content_type=FORM), 400)
    problem(client.post(f"/sparql?query={one}", data=ASK, content_type=DIRECT), 400)


def test_bytes_that_are_not_utf_8_are_a_bad_request(client: FlaskClient) -> None:
    problem(client.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%FF%22%20%7D"), 400)
    problem(client.post("/sparql", data="query=ASK%20%22%FF", content_type=FORM), 400)
    problem(client.post("/sparql", data=b"query=ASK \xff", content_type=FORM), 400)
    problem(client.post("/sparql", data=b"ASK { ?s ?p '\xff' }", content_type=DIRECT), 400)


def test_post_without_a_query_is_a_bad_request(client: FlaskClient) -> None:
    problem(client.post("/sparql", data="", content_type=FORM), 400)
    problem(client.post("/sparql", data="q=ASK", content_type=FORM), 400)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "application/octet-stream", ""]
)
def test_body_of_another_kind_is_not_supported(kind: str, client: FlaskClient) -> None:
    problem(client.post("/sparql", data=ASK, content_type=kind), 415)


UPDATE = "INSERT DATA { <a:a> <a:b> 1 }"


def test_updates_are_refused_by_every_way(client: FlaskClient) -> None:
    problem(client.get("/sparql", query_string={"update": UPDATE}), 403)
    problem(client.post("/sparql", data=f"update={quote(UPDATE)}", content_type=FORM), 403)
    problem(client.post("/sparql", data=UPDATE, content_type="application/sparql-update"), 403)
    problem(client.post("/sparql", data=UPDATE, content_type=DIRECT), 403)
    problem(ask(client, UPDATE), 403)
    assert json.loads(ask(client, "ASK { <a:a> ?p ?o }").data)["boolean"] is False


@pytest.mark.parametrize(
    "query", ["SELECT * { SERVICE <http://a/> {} }", "LOAD <http://a/>", "SELECT * FROM <http://a/> {}", "DROP ALL"]
)
def test_query_that_reaches_out_or_changes_is_forbidden(query: str, client: FlaskClient) -> None:
    assert problem(ask(client, query), 403)["cure"]


def test_query_that_is_too_long_is_too_large(client: FlaskClient) -> None:
    problem(client.post("/sparql", data="#" * 200_000, content_type=DIRECT), 413)


def test_body_over_the_limit_is_too_large(client: FlaskClient) -> None:
    problem(client.post("/sparql", data="#" * 2**21, content_type=DIRECT), 413)
    problem(client.post("/sparql", data="query=" + "a" * 2**21, content_type=FORM), 413)


def test_too_many_parameters_are_a_bad_request(client: FlaskClient) -> None:
    problem(client.get("/sparql?" + "&".join(f"a{i}=1" for i in range(1000))), 400)


# Content negotiation


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        (SELECT, None, JSON),
        (SELECT, "*/*", JSON),
        (SELECT, "application/*", JSON),
        (SELECT, JSON, JSON),
        (SELECT, "application/json", JSON),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "application/xml", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv; charset=utf-8"),
        (SELECT, "text/csv; header=present", "text/csv; charset=utf-8"),
        (SELECT, "TEXT/CSV", "text/csv; charset=utf-8"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (SELECT, f"text/csv;q=0.5, {JSON};q=0.9", JSON),
        (SELECT, f"text/csv;q=0.9, {JSON};q=0.5", "text/csv; charset=utf-8"),
        (SELECT, f"{JSON};q=0, */*", "application/sparql-results+xml"),
        (SELECT, f"text/turtle, {JSON};q=0.1", JSON),
        (ASK, "text/csv, application/sparql-results+xml;q=0.1", "application/sparql-results+xml"),
        (CONSTRUCT, None, "text/turtle; charset=utf-8"),
        (CONSTRUCT, f"{JSON}, text/turtle;q=0.1", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, 'application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "text/plain", "application/n-triples"),
    ],
)
def test_answer_is_in_the_format_that_is_accepted_most(
    query: str, accept: str | None, kind: str, client: FlaskClient
) -> None:
    answer = ask(client, query, accept)
    assert (answer.status_code, answer.content_type) == (200, kind)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("query", "accept"),
    [(SELECT, "image/png"), (SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (ASK, "text/csv"),
     (SELECT, f"{JSON};q=0"),
     (SELECT, "*/*;q=0"), (SELECT, "nonsense")],
)  # fmt: skip
def test_format_that_cannot_be_given_is_not_acceptable(query: str, accept: str, client: FlaskClient) -> None:
    assert problem(ask(client, query, accept), 406)["cure"]


@pytest.mark.parametrize("accept", [";;;", ",", "text/html;q=x", "a" * 5000, "*/*;q=" + "9" * 400, "\xff"])
def test_accept_that_makes_no_sense_is_no_fault_of_the_server(accept: str, client: FlaskClient) -> None:
    for address in ("/", "/gaps", "/queries", "/health", "/nowhere"):
        answer = client.get(address, headers={"Accept": accept})
        assert answer.status_code in (200, 404, 406)
    assert ask(client, SELECT, accept).status_code in (200, 406)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_format_in_the_address_goes_before_accept(form: str, client: FlaskClient) -> None:
    answer = ask(client, SELECT, BROWSER, format=form)
    assert answer.status_code == 200
    assert form in answer.content_type or form == "tsv"


@pytest.mark.parametrize(
    ("query", "said", "kind"),
    [
        # as SPARQLWrapper 2.0.0 writes them, each under format, output and results
        (SELECT, ["tsv", "text/tab-separated-values"], "text/tab-separated-values; charset=utf-8"),
        (CONSTRUCT, ["turtle"], "text/turtle; charset=utf-8"),
        (CONSTRUCT, ["n3"], "text/turtle; charset=utf-8"),
        (CONSTRUCT, ["rdf+xml", "application/rdf+xml"], "application/rdf+xml"),
        (CONSTRUCT, ["json-ld", "application/ld+json,application/x-json+ld"], "application/ld+json"),
        (CONSTRUCT, ["xml"], "application/rdf+xml"),
        (SELECT, ["application/sparql-results+json"], JSON),
    ],
)
def test_format_is_understood_in_the_words_of_tools(
    query: str, said: list[str], kind: str, client: FlaskClient
) -> None:
    answer = client.get("/sparql", query_string={"query": query, "format": said, "output": said, "results": said})
    assert (answer.status_code, answer.content_type) == (200, kind), answer.text


def test_two_formats_at_once_are_a_bad_request(client: FlaskClient) -> None:
    problem(client.get("/sparql", query_string={"query": SELECT, "format": ["csv", "json"]}), 400)


def test_unknown_format_is_a_bad_request(client: FlaskClient) -> None:
    problem(ask(client, SELECT, format="docx"), 400)
    problem(ask(client, SELECT, format="html"), 400)


def test_browser_gets_the_editor_and_the_answer_on_it(client: FlaskClient) -> None:
    empty = browse(client, "/sparql")
    assert "<textarea" in empty.text
    answer = ask(client, SELECT, BROWSER)
    assert answer.content_type == "text/html; charset=utf-8"
    assert "<td>å</td>" in answer.text
    assert "true" in ask(client, ASK, BROWSER).text
    assert "&lt;a:a&gt;" in ask(client, CONSTRUCT, BROWSER).text
    refused = ask(client, "SELECT", BROWSER)
    assert (refused.status_code, refused.content_type) == (400, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml", "*/*"]
)
def test_without_a_query_the_service_describes_itself(accept: str, client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": accept})
    suffix = {"application/ld+json": ".jsonld", "application/n-triples": ".nt", "application/rdf+xml": ".rdf"}.get(
        accept, ".ttl"
    )
    found = parse_quads(answer.data, FORMATS[suffix], f"tjanst{suffix}", GRAPH)
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert {q.object for q in found if q.predicate.value == f"{sd}endpoint"} == {expand("http://localhost/sparql")}


# Limits of time


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A server that stops work after half a second."""
    path = tmp_path_factory.mktemp("data") / "liten.trig"
    path.write_text(PREFIX_LINES + GOOD, encoding="utf-8")
    made = create_app(Config(data=(path,), limits=Limits(seconds=0.5, workers=1, wait_seconds=60)))
    yield made.test_client()
    made.extensions["rusgraf"].pool.close()


def test_query_over_its_time_is_503_and_the_next_is_answered(hurried: FlaskClient) -> None:
    stuck = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    answer = ask(hurried, stuck)
    problem(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0
    page = ask(hurried, stuck, BROWSER)
    assert (page.status_code, page.content_type) == (503, "text/html; charset=utf-8")
    assert ask(hurried, ASK).status_code == 200


def test_server_over_other_data_answers_from_them(hurried: FlaskClient) -> None:
    assert json.loads(ask(hurried, "ASK { <https://example.org/plan> ?p ?o }").data)["boolean"] is True
    assert hurried.get("/", headers={"Accept": BROWSER}).status_code == 200


# Findings

GAP_KINDS = {"json": "application/json", "csv": "text/csv; charset=utf-8", "ttl": "text/turtle; charset=utf-8",
             "html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8"}  # fmt: skip


def all_ids(client: FlaskClient, **more: str) -> list[str]:
    answer = client.get("/gaps", query_string={"format": "json", **more})
    return [f["id"] for f in json.loads(answer.data)["findings"]]


@pytest.mark.parametrize("form", GAP_KINDS)
def test_findings_come_by_format_and_by_accept(form: str, client: FlaskClient) -> None:
    kind = GAP_KINDS[form]
    for answer in (client.get(f"/gaps?format={form}"), client.get("/gaps", headers={"Accept": kind.partition(";")[0]})):
        assert (answer.status_code, answer.content_type) == (200, kind)
        assert all_ids(client)[0].rpartition("/")[2] in answer.text


def test_findings_in_an_unknown_format_are_refused(client: FlaskClient) -> None:
    problem(client.get("/gaps?format=docx"), 400)
    problem(client.get("/gaps", headers={"Accept": "image/png"}), 406)


def test_home_is_the_report(client: FlaskClient) -> None:
    assert client.get("/").content_type == "text/html; charset=utf-8"
    assert client.get("/", headers={"Accept": "application/json"}).content_type == "text/html; charset=utf-8"


def test_findings_are_narrowed_by_rule_plan_and_state(client: FlaskClient) -> None:
    every = json.loads(client.get("/gaps?format=json").data)["findings"]
    plan = every[0]["plans"][0]
    assert all_ids(client, rule="effektmal-i-en-plan") == [f["id"] for f in every if f["rule"] == "effektmal-i-en-plan"]
    for state in STATES:
        assert all_ids(client, status=state) == [f["id"] for f in every if f["status"] == state]
    wanted = [f["id"] for f in every if plan["iri"] in {p["iri"] for p in f["plans"]}]
    assert wanted
    for name in (
        plan["iri"],
        plan["label"],
        plan["iri"].split("/id/")[1],
        plan["iri"].replace("https://w3id.org/rusgraf/id/", "rusi:"),
    ):
        assert all_ids(client, plan=name) == wanted


@pytest.mark.parametrize(
    ("address", "status", "cure"),
    [("/gaps?rule=effektmal-utan-plann", 404, "effektmal-utan-plan"), ("/gaps?status=sure", 400, "confirmed"),
     ("/gaps?plan=Handlingsplan för social välfär", 400, "social välfärd"),
     ("/?rule=x", 404, "aktivitet-utan-ansvarig"),
     ("/gaps/effektmal-utan-plann/0123456789", 404, "effektmal-utan-plan"),
     ("/gaps/effektmal-utan-plan/0", 404, "/gaps"),
     ("/queries/utforska/sokk", 404, "sok"), ("/queries/x/y", 404, "adressater")],
)  # fmt: skip
def test_unknown_name_proposes_the_nearest(address: str, status: int, cure: str, client: FlaskClient) -> None:
    answer = client.get(address, headers={"Accept": "application/json", "Accept-Language": "sv"})
    assert cure in str(problem(answer, status)["cure"])


@pytest.mark.parametrize("form", GAP_KINDS)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_one_finding_comes_in_every_format(form: str, lang: str, client: FlaskClient) -> None:
    for key in (all_ids(client)[0], all_ids(client)[-1]):
        answer = client.get(f"/gaps/{key}?format={form}&lang={lang}")
        assert (answer.status_code, answer.content_type) == (200, GAP_KINDS[form])
        assert key in answer.text
        if form == "json":
            assert [f["id"] for f in json.loads(answer.data)["findings"]] == [key]


def test_every_finding_has_a_page(client: FlaskClient) -> None:
    one_a_rule = {key.partition("/")[0]: key for key in all_ids(client)}
    for key in one_a_rule.values():
        page = Page(browse(client, f"/gaps/{key}").text)
        assert page.faults == []


def test_language_is_chosen_by_address_then_by_header_else_swedish(client: FlaskClient) -> None:
    def language(address: str, header: str) -> str:
        page = Page(client.get(address, headers={"Accept-Language": header, "Accept": BROWSER}).text)
        return page.elements[0][1]["lang"]

    assert language("/queries", "") == "sv"
    assert language("/queries", "fr") == "sv"
    assert language("/queries", "en-GB, sv;q=0.5") == "en"
    assert language("/queries?lang=sv", "en") == "sv"
    assert language("/queries?lang=fr", "en") == "en"


# The library


def test_list_of_queries_holds_every_query(client: FlaskClient) -> None:
    listed = json.loads(client.get("/queries", headers={"Accept": "application/json"}).data)
    assert {q["id"] for q in listed} == set(library())
    assert all(set(q) == {"id", "summary", "description", "tags", "parameters"} for q in listed)
    page = browse(client, "/queries").text
    assert all(f'href="/queries/{name}?' in page for name in library())


@pytest.mark.parametrize("query", library().values(), ids=library())
def test_query_of_the_library_answers_as_json_and_as_a_page(query: Query, client: FlaskClient) -> None:
    answer = client.get(f"/queries/{query.id}", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.content_type in (JSON, "application/ld+json")
    json.loads(answer.data)
    page = browse(client, f"/queries/{query.id}")
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert Page(page.text).faults == []
    assert query.say("summary", "sv") in Page(page.text).text


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_rule_answers_as_a_query_with_the_findings_it_gives(rule: Query, client: FlaskClient) -> None:
    rows = csv.DictReader(io.StringIO(client.get(f"/queries/{GAPS}/{rule.name}?format=csv").text))
    found = json.loads(client.get(f"/gaps?format=json&rule={rule.name}").data)["findings"]
    assert sorted(row["fokus"] for row in rows) == sorted(f["focus"]["iri"] for f in found)


def parameterised() -> list[Query]:
    return [q for q in library().values() if q.parameters]


@pytest.mark.parametrize("query", parameterised(), ids=lambda q: q.id)
def test_example_of_every_parameter_is_taken(query: Query, client: FlaskClient) -> None:
    for p in query.parameters:
        answer = client.get(f"/queries/{query.id}", query_string={p.name: p.example, "format": "json"})
        assert answer.status_code == 200, answer.text


def test_parameter_narrows_the_answer(client: FlaskClient) -> None:
    address = "/queries/utforska/allt-om-delmal"
    name = library()["utforska/allt-om-delmal"].parameters[0].name
    everything = json.loads(client.get(address, query_string={"format": "json"}).data)["results"]["bindings"]
    one = json.loads(client.get(address, query_string={"format": "json", name: everything[0][name]["value"]}).data)
    assert 0 < len(one["results"]["bindings"]) < len(everything)


def test_labels_stand_beside_iris_in_csv(client: FlaskClient) -> None:
    plain = client.get("/queries/utforska/bidrag-till-mal?format=csv")
    named = client.get("/queries/utforska/bidrag-till-mal?format=csv&labels=1&lang=en")
    assert named.content_type == "text/csv; charset=utf-8"
    assert named.headers["Content-Disposition"] == 'attachment; filename="bidrag-till-mal.csv"'
    assert named.data.startswith(b"\xef\xbb\xbf")
    header = next(csv.reader(io.StringIO(named.text.removeprefix("\ufeff")), delimiter=";"))
    assert set(next(csv.reader(io.StringIO(plain.text)))) < set(header)
    rows = list(csv.DictReader(io.StringIO(named.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows
    assert all(row[c] and not row[c].startswith("http") for row in rows for c in header if c.endswith("_label"))


@pytest.mark.parametrize("by", ["format", "accept"])
def test_answer_comes_as_a_workbook_with_labels(by: str, client: FlaskClient) -> None:
    address = "/queries/utforska/bidrag-till-mal"
    headers, query = ({}, "?format=xlsx&lang=en") if by == "format" else ({"Accept": XLSX_TYPE}, "?lang=en")
    answer = client.get(address + query, headers=headers)
    assert (answer.status_code, answer.content_type) == (200, XLSX_TYPE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bidrag-till-mal.xlsx"'
    table = list(openpyxl.load_workbook(io.BytesIO(answer.data))["Answer"].iter_rows(values_only=True))
    text = client.get(f"{address}?format=csv&labels=1&lang=en").text.removeprefix("\ufeff")
    assert list(table[0]) == next(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(table) == len(text.splitlines()) > 1


def test_workbook_of_a_graph_or_with_a_bad_parameter_is_refused(client: FlaskClient) -> None:
    problem(client.get("/queries/utforska/sok?ordd=x&format=xlsx"), 400)
    problem(client.get("/queries/utforska/finns-inte?format=xlsx"), 404)
    problem(client.get("/sparql?query=ASK%7B%7D&format=xlsx"), 400)


def test_workbook_of_the_findings_holds_them_all(client: FlaskClient) -> None:
    by_format, by_accept = client.get("/gaps?format=xlsx"), client.get("/gaps", headers={"Accept": XLSX_TYPE})
    for answer in (by_format, by_accept):
        assert (answer.status_code, answer.content_type) == (200, XLSX_TYPE)
        assert re.search(r'filename="fynd-[0-9a-f]{12}\.xlsx"', answer.headers["Content-Disposition"])
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["Fynd"]
        assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == all_ids(client)


HOSTILE = [
    "'",
    '"',
    "\\",
    "}",
    "} DROP ALL",
    "<x>",
    "\n",
    "a" * 5000,
    "%00",
    "http://a b",
    "rus:}",
    "$x",
    "\u202e",
    "\ud7ff",
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: ascii(v)[:20])
@pytest.mark.parametrize("accept", ["application/json", BROWSER], ids=["json", "page"])
def test_hostile_parameter_is_a_value_or_a_bad_request(value: str, accept: str, client: FlaskClient) -> None:
    for query in ("utforska/sok", "utforska/allt-om-delmal"):
        name = library()[query].parameters[0].name
        answer = client.get(f"/queries/{query}", query_string={name: value}, headers={"Accept": accept})
        assert answer.status_code in (200, 400)
        assert "Traceback" not in answer.text
        if accept == BROWSER:
            assert Page(answer.text).faults == []


@pytest.mark.parametrize(
    "address",
    ["/queries/utforska/sok?finns=ej", "/queries/utforska/sok?ord=a&ord=b", "/queries/utforska/sok?ord=%FF&x=1"],
)
def test_unknown_or_repeated_parameter_is_a_bad_request(address: str, client: FlaskClient) -> None:
    problem(client.get(address, headers={"Accept": "application/json"}), 400)


# Validation


def test_body_that_conforms(client: FlaskClient) -> None:
    verdict = json.loads(sent(client, GOOD.replace("rus:Handlingsplan", "rus:Indikator")).data)
    assert set(verdict) >= {"conforms", "counts", "results", "effect"}
    assert set(verdict["counts"]) == {"violation", "warning", "info"}
    assert set(verdict["effect"]) == {"closes", "opens"}


def test_body_that_does_not_conform_says_what_to_do(client: FlaskClient) -> None:
    verdict = json.loads(sent(client, BAD).data)
    assert verdict["conforms"] is False
    assert verdict["counts"]["violation"] == sum(r["severity"] == "violation" for r in verdict["results"]) > 0
    for result in verdict["results"]:
        assert set(result) >= {"file", "severity", "message", "shape", "focus", "path", "value", "cell", "suggestion"}
        assert result["message"]
    assert any(key.startswith("aktivitet-utan-delmal/") for key in verdict["effect"]["opens"])


def test_messages_are_in_the_language_asked_for(client: FlaskClient) -> None:
    swedish, english = (json.loads(sent(client, BAD, lang=lang).data)["results"] for lang in ("sv", "en"))
    assert [r["shape"] for r in swedish] == [r["shape"] for r in english]
    assert all(s["message"] != e["message"] for s, e in zip(swedish, english, strict=True))


def test_verdict_comes_as_a_page_and_as_a_report(client: FlaskClient) -> None:
    page = sent(client, BAD, BROWSER)
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert Page(page.text).faults == []
    assert "Utan allt" in Page(page.text).text
    report = sent(client, BAD, "text/turtle")
    found = parse_quads(report.data, FORMATS[".ttl"], "rapport.ttl", GRAPH)
    assert [q.object.value for q in found if q.predicate == expand("sh:conforms")] == ["false"]


def test_file_of_a_form_is_validated(client: FlaskClient) -> None:
    content = (PREFIX_LINES + BAD).encode()
    answer = client.post(
        "/validate", data={"file": (io.BytesIO(content), "mapp/plan.trig")}, headers={"Accept": "application/json"}
    )
    assert {r["file"] for r in json.loads(answer.data)["results"]} == {"plan.trig"}


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [("a.ttl", b"e:a", 400), ("a.ttl", b"\xff\xfe", 400), ("a.jsonld", b"{", 400), ("a.rdf", b"<", 400),
     ("a.ttl", b"", 400), ("a.docx", b"PK", 415), ("a", b"x", 415), ("../../etc/passwd", b"x", 415),
     ("a.ttl\0.trig", b"", 400), ("<b>.ttl", b"x", 400)],
)  # fmt: skip
def test_file_that_cannot_be_read_is_refused_by_name(
    name: str, content: bytes, status: int, client: FlaskClient
) -> None:
    answer = client.post(
        "/validate", data={"file": (io.BytesIO(content), name)}, headers={"Accept": "application/json"}
    )
    assert problem(answer, status)["cure"]


def test_post_without_a_file_or_of_another_kind_is_refused(client: FlaskClient) -> None:
    problem(client.post("/validate", data={"file": (io.BytesIO(b""), "")}), 400)
    problem(client.post("/validate", data={"text": "x"}, content_type="multipart/form-data"), 400)
    problem(client.post("/validate", data=b"x", content_type="application/pdf"), 415)
    problem(client.post("/validate", data=b"x", content_type="multipart/form-data"), 400)
    problem(client.post("/validate", data={"x": "y"}, content_type=FORM), 415)


def test_file_over_the_limit_is_too_large(client: FlaskClient) -> None:
    problem(client.post("/validate", data=b"#" * (2**20 + 1), content_type="text/turtle"), 413)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.ttl"\r\n\r\n'
    body = head + b"#" * 2**21 + b"\r\n--x--\r\n"
    problem(client.post("/validate", data=body, content_type="multipart/form-data; boundary=x"), 413)


def test_uploads_are_not_kept(client: FlaskClient) -> None:
    sent(client, "e:hemlig a rus:Handlingsplan .")
    kept = "ASK { ?s ?p ?o FILTER(?s = <https://example.org/hemlig>) }"
    assert json.loads(ask(client, kept).data)["boolean"] is False


# Nothing goes out


def test_nothing_that_is_sent_makes_the_server_ask_another(client: FlaskClient, canary: Canary) -> None:
    address = f"{canary.url}/x"
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    for query in (
        f"SELECT * {{ SERVICE <{address}> {{ ?a ?b ?c }} }}",
        f"SELECT * {{ SERVICESILENT<{address}> {{ ?a ?b ?c }} }}",
        f"SELECT * {{ FILTER(1<2)SERVICE#>\n<{address}> {{ ?a ?b ?c }} }}",
        f"PREFIX : <{address}> SELECT * {{ SERVICE:x {{ ?a ?b ?c }} }}",
        f"SELECT * {{ S\\u0045RVICE <{address}> {{ ?a ?b ?c }} }}",
        f"SELECT * FROM <{address}> {{ ?a ?b ?c }}",  # noqa: S608
        f"SELECT * FROM NAMED <{address}> {{ GRAPH ?g {{ ?a ?b ?c }} }}",  # noqa: S608
        f"LOAD <{address}>",
        f"DESCRIBE <{address}>",
        f"BASE <{address}> SELECT * {{ <x> ?p ?o }}",
    ):
        assert ask(client, query).status_code in (200, 400, 403)
        assert client.post("/sparql", data=query, content_type=DIRECT).status_code in (200, 400, 403)
    ask(client, ASK, **{"default-graph-uri": address})
    for kind, content in (
        ("application/ld+json", f'{{"@context": "{address}", "@id": "a:a", "a:b": 1}}'),
        ("application/rdf+xml", f'<!DOCTYPE r SYSTEM "{address}"><rdf:RDF {rdf}/>'),
        ("application/rdf+xml", f'<!DOCTYPE r [<!ENTITY x SYSTEM "{address}">]><rdf:RDF {rdf}>&x;</rdf:RDF>'),
        (
            "text/turtle",
            f"<a:o> a <http://www.w3.org/2002/07/owl#Ontology> ; <http://www.w3.org/2002/07/owl#imports> <{address}> .",
        ),
        ("text/turtle", f"<a:s> <http://www.w3.org/ns/shacl#shapesGraph> <{address}> ."),
    ):
        assert client.post("/validate", data=content, content_type=kind).status_code in (200, 400)
    for name in ("plan", "rule", "status"):
        client.get("/gaps", query_string={name: address})
    client.get(
        "/queries/utforska/allt-om-delmal",
        query_string={library()["utforska/allt-om-delmal"].parameters[0].name: address},
    )
    client.get("/", headers={"Host": canary.url.removeprefix("http://"), "Referer": address})
    assert canary.hits == []


# Bombs


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text/turtle", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * 18_000 + "1" + " )>>" * 18_000 + " ."),
        ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><r>&b;</r>'),
    ],
)
def test_bomb_in_an_upload_is_a_bad_request(kind: str, content: str, client: FlaskClient) -> None:
    problem(client.post("/validate", data=content, content_type=kind), 400)


def test_nested_query_is_too_large(client: FlaskClient) -> None:
    problem(ask(client, "SELECT * " + "{" * 3000 + "}" * 3000), 413)


# HTTP

PAGES = [
    "/?rule=effektmal-i-en-plan",
    "/gaps?rule=delmalspar-utan-koppling",
    "/queries",
    "/queries/utforska/sok",
    "/queries/utforska/sok?ord=vård",
    "/sparql",
    "/sparql?query=x",
    f"/sparql?query={quote(SELECT)}",
    "/validate",
    "/diff",
    "/diff?a=x&b=y",
    "/nowhere",
    "/gaps?rule=x",
]
ALL = [
    *PAGES,
    "/health",
    "/static/rusgraf.css",
    "/static/nowhere",
    "/gaps?format=csv",
    "/queries?format=x",
    "/gaps/a/b",
    "/gaps/",
]


@pytest.mark.parametrize("address", ALL)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE", "TRACE"])
def test_every_response_has_the_security_headers(method: str, address: str, client: FlaskClient) -> None:
    answer = client.open(address, method=method, headers={"Accept": "application/json;q=0.1, */*"}, buffered=True)
    assert [name for name in SECURITY if name not in answer.headers] == []
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert answer.status_code < 500


@pytest.mark.parametrize("address", PAGES)
def test_head_answers_like_get_without_a_body(address: str, client: FlaskClient) -> None:
    got, head = (client.open(address, method=method, headers={"Accept": BROWSER}) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content_type, head.data) == (got.status_code, got.content_type, b"")


@pytest.mark.parametrize(
    ("address", "allowed"), [("/gaps", {"GET"}), ("/sparql", {"GET", "POST"}), ("/validate", {"GET", "POST"})]
)
def test_options_and_other_methods_say_what_is_allowed(address: str, allowed: set[str], client: FlaskClient) -> None:
    for answer in (client.options(address), client.delete(address)):
        assert set(re.split(r",\s*", answer.headers["Allow"])) >= allowed
    problem(client.delete(address), 405)


def test_unknown_path_is_a_problem_or_a_page(client: FlaskClient) -> None:
    problem(client.get("/nowhere"), 404)
    page = browse(client, "/nowhere")
    assert (page.status_code, page.content_type) == (404, "text/html; charset=utf-8")


def test_fault_of_ours_is_logged_and_told_without_its_inside(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr(app.extensions["rusgraf"].pool, "start", fail)
    with caplog.at_level(logging.ERROR, logger="rusgraf.web"):
        for accept in ("application/json", BROWSER):
            answer = client.get("/queries/utforska/sok", headers={"Accept": accept})
            assert answer.status_code == 500
            assert "secret" not in answer.text
            assert "ZeroDivision" not in answer.text
            assert [name for name in SECURITY if name not in answer.headers] == []
    assert "secret inside" in caplog.text


def test_health_tells_release_and_version(client: FlaskClient) -> None:
    told = json.loads(client.get("/health").data)
    assert set(told) >= {"status", "version", "release", "findings"}
    assert told["status"] == "ok"
    assert told["findings"] == len(all_ids(client))
    assert told["release"] == json.loads(client.get("/gaps?format=json").data)["release"]


def test_files_outside_the_static_folder_are_not_served(client: FlaskClient) -> None:
    for path in ("../__init__.py", "..%2f__init__.py", "%2e%2e/__init__.py", "/etc/passwd", "..\\__init__.py"):
        assert client.get(f"/static/{path}").status_code in (404, 308)


# Pages


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_page_is_well_formed_and_needs_nothing_from_elsewhere(address: str, lang: str, client: FlaskClient) -> None:
    joint = "&" if "?" in address else "?"
    answer = browse(client, f"{address}{joint}lang={lang}")
    page = Page(answer.text)
    assert answer.text.startswith("<!doctype html>")
    assert page.faults == []
    assert page.addresses_of_assets() == ["/static/rusgraf.css", "/static/rusgraf.svg"]
    assert all(client.get(asset, buffered=True).status_code == 200 for asset in page.addresses_of_assets())
    assert page.active_parts() == []
    assert not [tag for tag, attributes in page.elements if tag == "style" or "style" in attributes]
    assert page.elements[0][1]["lang"] == lang
    assert "{{" not in page.text
    assert "None" not in page.text


def test_links_of_the_pages_lead_somewhere(client: FlaskClient) -> None:
    for address in ("/?rule=effektmal-i-en-plan", "/queries", "/sparql", "/validate", f"/gaps/{all_ids(client)[0]}"):
        page = Page(browse(client, address).text)
        ids = {a["id"] for _, a in page.elements if "id" in a}
        links = {a["href"] for tag, a in page.elements if tag == "a"}
        assert {link[1:] for link in links if link.startswith("#")} <= ids
        seen: set[str] = set()
        for link in sorted(links - {"#innehall"}):
            kind = re.sub(r"[0-9a-f]{10}|luckor/.*|utforska/.*", "", link)
            if link.startswith("/") and kind not in seen:
                seen.add(kind)
                assert client.get(link.partition("#")[0], headers={"Accept": "*/*"}).status_code == 200, link


def test_alone_standing_report_holds_its_style_and_links_to_no_server(shipped: object) -> None:
    from rusgraf.findings import find
    from rusgraf.pages import report_page
    from rusgraf.store import Store

    assert isinstance(shipped, Store)
    page = Page(report_page(find(shipped, only=["effektmal-i-en-plan"]), shipped, "sv", standalone=True))
    assert page.faults == []
    assert page.addresses_of_assets() == []
    assert [tag for tag, _ in page.elements if tag == "style"] == ["style"]


XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</textarea><script>1</script>",
    "</title><script>1</script>",
    "<a href=javascript:alert(1)>x</a>",
    "{{ 7*7 }}",
]


@pytest.mark.parametrize("attack", XSS)
def test_markup_from_outside_is_shown_and_not_run(attack: str, client: FlaskClient) -> None:
    name, path = library()["utforska/sok"].parameters[0].name, quote(attack, safe="")
    answers = [
        browse(client, "/sparql", query=attack),
        browse(client, "/sparql", query=f"SELECT ('''{attack}''' AS ?x) {{}}"),
        browse(client, "/sparql", query=f"CONSTRUCT {{ <a:a> <a:b> '''{attack}''' }} {{}}"),
        browse(client, "/sparql", query=ASK, format=attack),
        browse(client, "/sparql", lang=attack),
        browse(client, "/queries/utforska/sok", **{name: attack}),
        browse(client, "/queries/utforska/sok", **{attack: "x"}),
        browse(client, f"/queries/utforska/{path}"),
        browse(client, f"/{path}"),
        browse(client, f"/gaps/{path}/{path}"),
        *(browse(client, "/gaps", **{key: attack}) for key in ("rule", "plan", "status", "format")),
        client.post("/validate", data={"file": (io.BytesIO(b"x"), f"{attack}.ttl")}, headers={"Accept": BROWSER}),
        sent(client, f"e:a a rus:Aktivitet ; skos:prefLabel '''{attack}'''@sv ; rus:status '''{attack}''' .", BROWSER),
    ]
    for answer in answers:
        assert answer.content_type == "text/html; charset=utf-8"
        page = Page(answer.text)
        assert page.faults == []
        assert page.active_parts() == []
        assert not re.search(r"\b49\b", page.text)


def test_data_full_of_markup_make_harmless_pages(tmp_path: Path) -> None:
    attack = XSS[1].replace('"', '\\"')
    path = tmp_path / "data.trig"
    path.write_text(
        PREFIX_LINES + f'e:rus a rus:Utvecklingsstrategi ; skos:prefLabel "{attack}"@sv . '
        f'e:plan a rus:Handlingsplan ; skos:prefLabel "{attack}"@sv ; rus:utgarFran e:rus . '
        f'e:mal a rus:Effektmal ; skos:prefLabel "{attack}"@sv ; rus:ingarI e:rus . '
        f'<javascript:alert(1)> a rus:Aktivitet ; skos:prefLabel "{attack}"@sv ; rus:kalla e:ref . '
        f'e:ref a rus:Kallhanvisning ; rus:avsnitt "{attack}" .',
        encoding="utf-8",
    )
    app = create_app(Config(data=(path,), limits=Limits(workers=1)))
    try:
        client = app.test_client()
        for address in ("/", *(f"/gaps/{key}" for key in all_ids(client)), "/queries/utforska/planer-och-perioder"):
            page = Page(browse(client, address).text)
            assert (page.faults, page.active_parts()) == ([], [])
            assert address.startswith("/queries") or "onerror" in page.text
    finally:
        app.extensions["rusgraf"].pool.close()


def test_a_graph_on_the_sparql_page_is_shown_whole_or_said_to_be_cut(client: FlaskClient) -> None:
    def shown(limit: int) -> Page:
        query = f"CONSTRUCT WHERE {{ ?s ?p ?o }} LIMIT {limit}"
        answer = client.get("/sparql", query_string={"query": query, "lang": "en"}, headers={"Accept": "text/html"})
        return Page(answer.get_data(as_text=True))

    few, many = shown(1), shown(5000)
    assert "pre" in [tag for tag, _ in few.elements]
    assert ("Only the beginning" in few.text, "Only the beginning" in many.text) == (False, True)


def test_suggestions_are_a_page_and_json_and_are_narrowed(client: FlaskClient) -> None:
    page = client.get("/suggest?max=2&rule=perspektiv-ej-delat&status=confirmed", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.text.count("perspektiv-ej-delat/") == 2
    asked = {"Accept": "application/json"}
    made = client.get("/suggest?max=2&rule=perspektiv-ej-delat&status=confirmed", headers=asked).get_json()
    assert len(made["suggestions"]) == 2
    assert {f["status"] for s in made["suggestions"] for f in s["closes"]} == {"confirmed"}


@pytest.mark.parametrize("asked", ["max=0", "max=x", "max=26", "rule=nej", "plan=nej", "status=nej"])
def test_suggestions_refuse_what_they_do_not_know(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/suggest?{asked}").status_code in (400, 404)


def test_findings_are_narrowed_by_level(client: FlaskClient) -> None:
    found = client.get("/gaps?level=plan&format=json").get_json()["findings"]
    assert {f["level"] for f in found} == {"plan"}
    assert client.get("/gaps?level=nej&format=json").status_code == 400


def test_report_keeps_the_levels_apart(client: FlaskClient) -> None:
    text = client.get("/", headers={"Accept": "text/html"}).text
    shallow, deep = text.index("Mellan planerna</h2>"), text.index("Mellan delmål, och i dem</h2>")
    assert (
        shallow < text.index('<h3 id="skilda-beslutsorgan">') < deep < text.index('<h3 id="delmalspar-utan-koppling">')
    )


@pytest.mark.parametrize(
    ("address", "told"),
    [("/gaps?statuss=confirmed", "status"), ("/gaps?status=confirmed&status=unknown", "status"),
     ("/suggest?regel=x", "rule"), ("/compare?region=Stockholm&regions=x", "region")],
)  # fmt: skip
def test_mistyped_filter_gives_no_other_answer(client: FlaskClient, address: str, told: str) -> None:
    assert told in str(problem(client.get(address, headers={"Accept": "application/json"}), 400))
    assert client.get(address, headers={"Accept": BROWSER}).status_code < 500
    assert client.get("/gaps?fbclid=x", headers={"Accept": BROWSER}).status_code == 200


# Asked for in words that are none


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/gaps?format=json&lang=xx", 400),
        ("/data/x?lang=xx", 400),
        ("/sparql?query=ASK%7B%7D&lang=xx", 400),
        ("/queries/utforska/planer-och-perioder?format=csv&lang=xx", 400),
        ("/spec/Delmal?lang=xx", 400),
        ("/template?format=ods", 400),
        ("/template?format=csv", 200),
        ("/template?format=xlsx", 200),
        ("/queries/utforska/planer-och-perioder?format=xml&labels=1", 400),
        ("/queries/utforska/planer-och-perioder?format=tsv&labels=1", 400),
        ("/queries/utforska/planer-och-perioder?format=tsv&labels=0", 200),
        ("/res/regel/finns-inte", 404),
    ],
)
def test_what_is_not_understood_is_refused_and_not_left_out(address: str, status: int, client: FlaskClient) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    if status != 200:
        assert answer.mimetype == "application/problem+json"
        assert answer.get_json(force=True)["cure"]


def test_page_comes_in_swedish_whatever_language_a_link_names(client: FlaskClient) -> None:
    for address in ("/?lang=xx", "/gaps?lang=xx", "/template?lang=xx"):
        assert client.get(address, headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_method_that_the_endpoint_has_not_is_told_to_pages_elsewhere(method: str, client: FlaskClient) -> None:
    answer = client.open("/sparql", method=method, headers={"Origin": "https://example.org"})
    assert (answer.status_code, answer.headers.get("Access-Control-Allow-Origin")) == (405, "*")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_robots_may_read_the_pages_and_nothing_that_costs(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    rules = RobotFileParser()
    rules.parse([line for line in answer.text.splitlines() if "*format" not in line])  # it knows no wildcards
    for path in (
        "/",
        "/gaps",
        "/queries",
        "/queries/utforska/sok",
        "/id/plan/x",
        "/spec/Delmal",
        "/catalog",
    ):
        assert rules.can_fetch("x", f"http://localhost{path}"), path
    for path in ("/sparql?query=x", "/sparql", "/data/x", "/catalog/graf?format=nt", "/suggest", "/diff?a=x&b=y"):
        assert not rules.can_fetch("x", f"http://localhost{path}"), path
    assert "Disallow: /*format=" in answer.text


def test_browser_gets_the_picture_also_where_no_page_names_it(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.data == client.get("/static/rusgraf.svg").data
