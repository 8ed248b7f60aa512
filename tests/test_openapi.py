"""Does ``/openapi.json`` follow OpenAPI 3.1, and does it hold every route, every query and every parameter?"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import rusgraf
from planted import Page
from rusgraf.answer import SHEETS
from rusgraf.library import TYPES, Query, library

WEB = Path(rusgraf.__file__).parent / "web"
SAID_ELSEWHERE = {"lang"}  # of every operation


@pytest.fixture(scope="module")
def description(app: Flask) -> Any:
    return app.test_client().get("/openapi.json").get_json()


def operations(description: Any) -> list[tuple[str, str, Any]]:
    return [(path, method, o) for path, found in description["paths"].items() for method, o in found.items()]


def test_description_follows_openapi_3_1(description: Any) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="openapi-spec-validator is not installed")
    assert description["openapi"].startswith("3.1")
    assert [str(error) for error in validator.OpenAPIV31SpecValidator(description).iter_errors()] == []


def test_every_route_and_method_is_described(app: Flask, description: Any) -> None:
    described = {(path, method.upper()) for path, method, _ in operations(description)}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^<>:]*:)?(\w+)>", r"{\1}", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert (path, method) in described, rule


@pytest.mark.parametrize("query", library().values(), ids=library())
def test_every_query_is_described_with_its_parameters(query: Query, description: Any) -> None:
    found = description["paths"][f"/queries/{query.id}"]["get"]
    assert found["summary"] == query.say("summary", "sv")
    told = {p["name"]: p for p in found["parameters"]}
    assert set(told) == {p.name for p in query.parameters} | {"format", "labels", "lang"}
    for parameter in query.parameters:
        assert told[parameter.name]["schema"]["type"] == ("integer" if parameter.type == "integer" else "string")
        assert (told[parameter.name]["schema"].get("format") == "date") == (parameter.type == "date")
        assert str(told[parameter.name]["example"]) == parameter.example
    assert set(told["format"]["schema"]["enum"]) == {"json", "xml", "csv", "tsv", *SHEETS}


def test_nothing_else_is_described_as_a_query(description: Any) -> None:
    described = {
        p.removeprefix("/queries/") for p in description["paths"] if p.startswith("/queries/") and "{" not in p
    }
    assert described == set(library())


def test_every_operation_has_its_own_name_a_sentence_and_the_language(description: Any) -> None:
    names = [o["operationId"] for _, _, o in operations(description)]
    assert len(names) == len(set(names))
    for path, _, operation in operations(description):
        assert operation["summary"], path
        assert [p["name"] for p in operation["parameters"]].count("lang") == 1
        assert "default" in operation["responses"]


def test_every_variable_of_a_path_is_a_parameter(description: Any) -> None:
    for path, _, operation in operations(description):
        assert set(re.findall(r"{(\w+)}", path)) == {p["name"] for p in operation["parameters"] if p["in"] == "path"}


def read_names(tree: ast.AST) -> set[str]:
    """The parameters that a module reads from the address by a name written out."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("request.args.get", "request.args.getlist"):
            found |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
        if isinstance(node, ast.GeneratorExp | ast.DictComp) and "request.args.get(name" in ast.unparse(node):
            found |= {n.value for n in ast.walk(node.generators[0].iter) if isinstance(n, ast.Constant)}
    return found


@pytest.mark.parametrize("path", sorted(WEB.glob("*.py")), ids=lambda path: path.stem)
def test_every_parameter_that_a_view_reads_is_told(path: Path, app: Flask) -> None:
    told = {
        name
        for endpoint, view in app.view_functions.items()
        if endpoint.startswith(f"{path.stem}.") and hasattr(view, "told")
        for name in view.told.parameters
    }
    if path.stem != "state":  # what all views share
        assert read_names(ast.parse(path.read_text(encoding="utf-8"))) - SAID_ELSEWHERE <= told


def test_the_names_that_views_read_are_found() -> None:
    read = {name for path in WEB.glob("*.py") for name in read_names(ast.parse(path.read_text(encoding="utf-8")))}
    assert {"rule", "plan", "status", "level", "a", "b", "region", "max", "by", "page", "lansdel"} <= read


def test_examples_of_parameters_are_accepted(description: Any, client: FlaskClient) -> None:
    for query in library().values():
        if query.parameters:
            values = {p.name: p.example for p in query.parameters}
            answer = client.get(f"/queries/{query.id}", query_string={**values, "format": "json"})
            assert answer.status_code in (200, 406), (query.id, answer.text)


@pytest.mark.parametrize("kind", ["integer", "date", "iri"])
def test_value_of_another_type_is_refused(kind: str, client: FlaskClient) -> None:
    assert kind in TYPES
    for query in library().values():
        for parameter in query.parameters:
            if parameter.type == kind:
                answer = client.get(
                    f"/queries/{query.id}", query_string={parameter.name: "inget sådant", "format": "json"}
                )
                assert answer.status_code == 400, (query.id, parameter.name)


def test_labels_come_on_demand_in_json_too(client: FlaskClient) -> None:
    address = "/queries/utforska/planer-och-perioder?format=json"
    plain, named = (client.get(f"{address}{more}").get_json() for more in ("", "&labels=1"))
    assert [c for c in named["head"]["vars"] if not c.endswith("_label")] == plain["head"]["vars"]
    assert len(named["results"]["bindings"]) == len(plain["results"]["bindings"])
    assert any("styrdokument_label" in row for row in named["results"]["bindings"])
    assert client.get(f"{address}&labels=2").status_code == 400


def test_queries_come_in_every_media_type_and_format_that_is_described(description: Any, client: FlaskClient) -> None:
    address = "/queries/utforska/planer-och-perioder"
    told = description["paths"][address]["get"]
    for kind in told["responses"]["200"]["content"]:
        answer = client.get(address, headers={"Accept": kind})
        assert (answer.status_code, answer.mimetype) == (200, kind)
    formats = next(p["schema"]["enum"] for p in told["parameters"] if p["name"] == "format")
    assert [client.get(f"{address}?format={form}").status_code for form in formats] == [200] * len(formats)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/spec", "/spec"),
        ("/def", "/def"),
        ("/data", "/data"),
        ("/catalog/{part}", "/catalog/graf-"),
        ("/{space}/{rest}", "/spec/Delmal"),
        ("/res/regel/{name}", "/res/regel/plan-utgangen"),
    ],
)
def test_redirection_is_described(path: str, address: str, description: Any, client: FlaskClient) -> None:
    assert client.get(address).status_code == 303
    assert "303" in description["paths"][path]["get"]["responses"]


def test_only_what_writes_takes_the_parameter_of_writes(description: Any) -> None:
    takes = {
        (path, method)
        for path, method, operation in operations(description)
        if any(p["name"] == "accept-warnings" for p in operation["parameters"])
    }
    assert takes == {
        ("/sparql", "post"),
        *((p, m) for p in ("/data", "/data/{name}") for m in ("put", "post", "delete")),
    }


def test_server_is_the_public_one(description: Any, client: FlaskClient) -> None:
    assert description["servers"] == [{"url": "http://localhost"}]
    other = client.get("/openapi.json", headers={"Host": "annan.example.org"}).get_json()
    assert other["servers"] == [{"url": "http://annan.example.org"}]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_page_holds_every_operation_and_asks_nobody_else(lang: str, description: Any, client: FlaskClient) -> None:
    page = Page(client.get(f"/api?lang={lang}", headers={"Accept": "text/html"}).text)
    assert (page.faults, page.active_parts()) == ([], [])
    assert all(asset.startswith("/") for asset in page.addresses_of_assets())
    for path, method, _ in operations(description):
        assert f"{method.upper()} {path}" in page.text


def test_description_is_in_the_language_asked_for(client: FlaskClient) -> None:
    swedish, english = (client.get(f"/openapi.json?lang={lang}").get_json()["paths"] for lang in ("sv", "en"))
    assert swedish["/queries/utforska/sok"]["get"]["summary"] != english["/queries/utforska/sok"]["get"]["summary"]


def kinds(description: Any, path: str, method: str) -> set[str]:
    return set(description["paths"][path][method]["responses"]["200"]["content"])


def test_what_is_given_is_told_by_method(description: Any) -> None:
    for path in ("/data", "/data/{name}"):
        assert kinds(description, path, "get") == {
            "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"
        }  # fmt: skip
        assert all(kinds(description, path, method) == {"application/json"} for method in ("put", "post", "delete"))
    asked = kinds(description, "/sparql", "get")
    assert "application/json" not in asked
    assert kinds(description, "/sparql", "post") == {*asked, "application/json"}


def test_304_is_told_where_an_answer_has_an_etag(description: Any, client: FlaskClient) -> None:
    for path, method, operation in operations(description):
        told = "304" in operation["responses"]
        assert not told or method == "get", path
        if method == "get" and "{" not in path and "200" in operation["responses"]:
            answer = client.get(path)
            has_tag = answer.status_code == 200 and "ETag" in answer.headers
            assert told == has_tag or answer.status_code != 200, path
    assert "304" in description["paths"]["/gaps"]["get"]["responses"]
    assert "304" not in description["paths"]["/health"]["get"]["responses"]


def test_what_must_be_given_is_told(description: Any) -> None:
    must = {
        (path, p["name"])
        for path, _, operation in operations(description)
        for p in operation["parameters"]
        if p.get("required") and p["in"] == "query"
    }
    assert must == {("/diff", "a"), ("/diff", "b")}
