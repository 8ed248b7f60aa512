"""Is what a client has already not made again, is it packed as the client asks, and may pages from elsewhere read?

https://www.rfc-editor.org/rfc/rfc9110 https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from planted import PREFIX_LINES
from rusgraf.web import Config, caching, create_app
from rusgraf.workers import Limits

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NAMES = "/sparql?query=" + quote("SELECT ?n { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?n } ORDER BY ?n")
READ = ["/", "/gaps?format=json", "/gaps?format=csv", "/queries", "/queries/utforska/grafer", NAMES, "/catalog",
        "/openapi.json", "/sparql", "/def/status/pagar", "/template", "/.well-known/void"]  # fmt: skip


@pytest.mark.parametrize("accept", [BROWSER, "*/*"], ids=["browser", "program"])
@pytest.mark.parametrize("address", READ)
def test_one_who_has_the_answer_gets_304_and_no_work_is_done(
    address: str, accept: str, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(address, headers={"Accept": accept}, follow_redirects=True)
    assert first.status_code == 200
    tag, address = first.headers["ETag"], first.request.full_path.rstrip("?") if first.history else address
    assert not tag.startswith("W/")
    assert first.headers["Cache-Control"] == "no-cache"
    with monkeypatch.context() as patched:
        patched.setattr(app.extensions["rusgraf"].pool, "start", None)
        for given in (tag, f'"other", {tag}', f"W/{tag}"):
            again = client.get(address, headers={"Accept": accept, "If-None-Match": given})
            assert (again.status_code, again.data) == (304, b"")
            assert (again.headers["ETag"], again.headers["Vary"]) == (tag, first.headers["Vary"])
    other = client.get(address, headers={"Accept": accept, "If-None-Match": '"other"'})
    assert (other.status_code, other.headers["ETag"]) == (200, tag)


def test_any_answer_that_is_there_satisfies_a_star(client: FlaskClient) -> None:
    assert client.get("/gaps?format=json", headers={"If-None-Match": "*"}).status_code == 304
    assert client.get("/nowhere", headers={"If-None-Match": "*"}).status_code == 404
    assert client.get("/sparql?query=ASK", headers={"If-None-Match": "*"}).status_code == 400


def test_every_representation_has_its_own_tag(client: FlaskClient) -> None:
    kinds = product(("text/csv", "application/json"), ("sv", "en"), ("gzip", "identity"))
    headers = [dict(zip(("Accept", "Accept-Language", "Accept-Encoding"), kind, strict=True)) for kind in kinds]
    answers = [client.get(path, headers=h) for path in ("/gaps", "/gaps?status=unknown") for h in headers]
    assert len({a.headers["ETag"] for a in answers}) == len(answers) == 16
    assert {a.headers["Vary"] for a in answers} == {"Accept, Accept-Language, Accept-Encoding"}


def test_another_release_has_another_tag(tmp_path: Path, client: FlaskClient) -> None:
    path = tmp_path / "liten.trig"
    path.write_text(PREFIX_LINES + "e:plan a rus:Handlingsplan .", encoding="utf-8")
    made = create_app(Config(data=(path,), limits=Limits(workers=1)))
    try:
        tag = made.test_client().get(NAMES).headers["ETag"]
        again = client.get(NAMES, headers={"If-None-Match": tag})
        assert (again.status_code, again.headers["ETag"] != tag) == (200, True)
    finally:
        made.extensions["rusgraf"].close()


@pytest.mark.parametrize("word", ["NOW()", "now()", "RAND()", "UUID()", "STRUUID()", "N\\u004FW()"])
def test_what_differs_from_one_moment_to_the_next_is_not_kept(word: str, client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": f"SELECT ({word} AS ?x) {{}}"})
    assert answer.status_code == 200
    assert (answer.headers["Cache-Control"], "ETag" in answer.headers) == ("no-store", False)


@pytest.mark.parametrize("address", ["/health", "/nowhere", "/sparql?query=ASK", "/gaps?format=x"])
def test_errors_and_what_is_alive_are_not_kept(address: str, client: FlaskClient) -> None:
    answer = client.get(address)
    assert (answer.headers["Cache-Control"], "ETag" in answer.headers) == ("no-store", False)


def test_answer_to_a_post_has_no_tag(client: FlaskClient) -> None:
    answer = client.post("/sparql", data="ASK {}", content_type="application/sparql-query")
    assert "ETag" not in answer.headers
    again = client.post(
        "/sparql", data="ASK {}", content_type="application/sparql-query", headers={"If-None-Match": "*"}
    )
    assert again.status_code == 200


# Packing


@pytest.mark.parametrize("address", [a for a in READ if a not in ("/template", "/def/status/pagar")])
def test_packed_it_is_the_same(address: str, client: FlaskClient) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "br;q=1.0, gzip;q=0.8, *;q=0.1"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert packed.content_type == plain.content_type
    head = client.head(address, headers={"Accept-Encoding": "gzip"})
    assert (head.data, head.headers["Content-Encoding"]) == (b"", "gzip")
    assert head.headers["Content-Length"] == packed.headers["Content-Length"]


@pytest.mark.parametrize("encoding", ["identity", "gzip;q=0", "br", "deflate, br;q=0.5", ""])
def test_one_who_does_not_take_gzip_gets_none(encoding: str, client: FlaskClient) -> None:
    answer = client.get("/gaps?format=json", headers={"Accept-Encoding": encoding})
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_is_tiny_or_packed_already_is_not_packed(client: FlaskClient) -> None:
    for address in ("/sparql?query=ASK%7B%7D", "/template", "/gaps?format=xlsx"):
        assert "Content-Encoding" not in client.get(address, headers={"Accept-Encoding": "gzip"}).headers


def test_parts_are_packed_as_they_come_and_closed_with_the_response() -> None:
    closed: list[bool] = []

    class Parts:
        def __iter__(self) -> Iterator[bytes]:
            yield from (b"a" * 100_000, b"b" * 100_000)

        def close(self) -> None:
            closed.append(True)

    packed = caching._Packed(Parts())  # type: ignore[arg-type]
    assert zlib.decompress(b"".join(packed), 31) == b"a" * 100_000 + b"b" * 100_000
    packed.close()
    assert closed == [True]


# Pages from elsewhere


def preflight(client: FlaskClient, address: str, method: str) -> dict[str, set[str]]:
    asked = {"Origin": "https://yasgui.example", "Access-Control-Request-Method": method,
             "Access-Control-Request-Headers": "content-type"}  # fmt: skip
    answer = client.options(address, headers=asked)
    assert answer.status_code == 200
    return {
        name.removeprefix("Access-Control-Allow-"): {word.strip().lower() for word in value.split(",")}
        for name, value in answer.headers
        if name.startswith("Access-Control-Allow-")
    }


@pytest.mark.parametrize(
    ("address", "methods"),
    [("/sparql", {"get", "head", "post"}), ("/gaps", {"get", "head"}), ("/validate", {"get", "head"})],
)
def test_pages_from_elsewhere_may_read_and_only_read(address: str, methods: set[str], client: FlaskClient) -> None:
    allowed = preflight(client, address, "POST")
    assert allowed["Origin"] == {"*"}
    assert allowed["Methods"] == methods
    assert {"content-type", "accept"} <= allowed["Headers"]
    assert not {"authorization", "*"} & allowed["Headers"]
    assert "Credentials" not in allowed


def test_pages_from_elsewhere_see_tag_and_release(client: FlaskClient) -> None:
    seen = client.get("/gaps", headers={"Origin": "https://yasgui.example"}).headers
    assert {"ETag", "X-Rusgraf-Release", "Link"} <= set(seen["Access-Control-Expose-Headers"].split(", "))
    assert seen["Access-Control-Allow-Origin"] == "*"


# Addresses


def test_address_that_is_too_long_says_to_post(client: FlaskClient) -> None:
    query = f"ASK {{}} #{'a' * caching.MAX_ADDRESS}"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.get_json(force=True)["cure"]) == (
        414,
        "POST the query or the parameters instead.",
    )
    posted = client.post("/sparql", data=query, content_type="application/sparql-query")
    assert posted.status_code == 200
    assert client.get(f"/{'a' * 70_000}").status_code == 414
