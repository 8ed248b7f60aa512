"""Is the limit on length, depth, answer and body that the operator sets the one that holds, wherever it should?

Over the real command, with limits of its own. All data are invented.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPResponse, IncompleteRead
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from planted import PREFIX_LINES
from rusgraf.cli import group
from rusgraf.guard import CAPS
from services import Engine, fake
from serving import Served, serving
from stores import ground
from writers import AUTHORISED, UPDATE, tokens_file

LENGTH, DEPTH, MIB = 1200, 120, 1024 * 1024
ASKED = ("--max-length", LENGTH, "--max-depth", DEPTH, "--max-answer", 1, "--max-body", 1, "--workers", 1)
ROW = "a" * 8000


@pytest.fixture(scope="module", params=["store", "service"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a store that may be written, alone and before a service that follows it."""
    folder = tmp_path_factory.mktemp("granser")
    where = ("--store", ground(folder / "lager"), "--tokens", tokens_file(folder), *ASKED)
    with fake(Engine()) as engine:
        there = ("--endpoint", f"{engine.url}/query", "--update-endpoint", f"{engine.url}/update")
        with serving(*where, *(there if request.param == "service" else ())) as running:
            yield running


def nested(depth: int) -> str:
    return f"ASK {'{' * depth}{'}' * depth}"


def padded(text: str, length: int) -> str:
    return text + " " * (length - len(text))


def asked(served: Served, text: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    return served.ask("/sparql", "POST", text.encode(), **{"Content-Type": "application/sparql-query", **headers})


def problem(found: tuple[HTTPResponse, bytes]) -> Any:
    """The problem document of an answer whose status it tells."""
    answer, content = found
    told = json.loads(content)
    assert (answer.getheader("Content-Type"), told["status"]) == ("application/problem+json", answer.status)
    return told


def test_length_that_is_set_is_the_one_that_holds(served: Served) -> None:
    assert asked(served, padded("ASK {}", LENGTH))[0].status == 200
    told = problem(asked(served, padded("ASK {}", LENGTH + 1)))
    assert (told["status"], told["type"].rpartition("/")[2]) == (413, "too-large")
    assert str(LENGTH + 1) in told["detail"]
    assert str(LENGTH) in told["cure"]


def test_depth_that_is_set_is_the_one_that_holds(served: Served) -> None:
    assert CAPS.depth < DEPTH
    told = problem(asked(served, nested(DEPTH + 1)))
    assert (told["status"], f" {DEPTH} " in told["detail"]) == (413, True)
    assert asked(served, nested(DEPTH))[0].status == 200
    from_graph = nested(DEPTH).replace("ASK", "SELECT * FROM <https://w3id.org/rusgraf/res/graf/grund>")
    assert asked(served, from_graph)[0].status == 200  # which another parser reads too


def test_depth_beyond_the_default_is_answered(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(PREFIX_LINES + "e:plan a rus:Handlingsplan .", encoding="utf-8")
    with serving("--data", data, "--max-depth", 10_000, "--workers", 1) as running:
        assert asked(running, nested(10_000))[0].status == 200
        assert asked(running, nested(10_001))[0].status == 413


def test_page_holds_the_same_limits(served: Served) -> None:
    for text, limit in ((padded("ASK {}", LENGTH + 1), LENGTH), (nested(DEPTH + 1), DEPTH)):
        answer, content = served.ask(f"/sparql?query={quote(text)}", Accept="text/html")
        assert (answer.status, str(limit) in content.decode()) == (413, True)


def test_answer_that_is_longer_than_set_is_an_error_or_broken_off(served: Served) -> None:
    many = f'SELECT ?x {{ BIND("{ROW[:1000]}" AS ?x) VALUES ?y {{ {"1 " * 40} }} VALUES ?z {{ {"1 " * 30} }} }}'
    assert len(many) < LENGTH + 200
    short = many.replace(ROW[:1000], ROW[:900])
    assert len(short) <= LENGTH
    try:
        answer, content = asked(served, short, Accept="text/csv")
    except IncompleteRead as error:
        assert len(error.partial) <= MIB
    else:
        assert answer.status == 503
        assert f"{MIB} byte" in json.loads(content)["detail"]


def test_body_that_is_longer_than_set_is_refused_with_the_number(served: Served) -> None:
    fits = b"<https://example.org/a> <https://example.org/b> 1 . #".ljust(MIB, b"x")
    assert served.ask("/validate", "POST", fits, Content_Type="text/turtle")[0].status == 200
    # of what is longer the head is enough: who sends on meanwhile may find the connection closed
    told = problem(served.ask("/validate", "POST", Content_Type="text/turtle", Content_Length=str(len(fits) + 1)))
    assert (told["status"], str(MIB) in told["detail"], told["cure"] != "") == (413, True, True)


def test_update_holds_the_same_limits(served: Served) -> None:
    def update(text: str) -> tuple[HTTPResponse, bytes]:
        return served.ask("/sparql", "POST", text.encode(), **AUTHORISED, **UPDATE)

    empty = "DELETE WHERE { <e:none> <e:none> ?o }"
    assert update(padded(empty, LENGTH))[0].status == 200
    assert str(LENGTH) in problem(update(padded(empty, LENGTH + 1)))["detail"]
    assert f" {DEPTH} " in problem(update(f"DELETE {{}} WHERE {nested(DEPTH + 1)[4:]}"))["detail"]
    assert update(f"DELETE {{}} WHERE {nested(DEPTH)[4:]}")[0].status == 200


@pytest.mark.parametrize(
    ("option", "value"),
    [("length", 999), ("length", 1_000_001), ("depth", 9), ("depth", 10_001), ("answer", 0), ("body", 257)],
)
def test_limit_beyond_what_was_tried_is_no_setting(option: str, value: int) -> None:
    done = CliRunner().invoke(group, ["serve", f"--max-{option}", str(value)])
    assert (done.exit_code, f"--max-{option}" in done.stderr) == (2, True)
