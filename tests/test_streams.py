"""Does a long answer come whole or visibly broken, in little memory, and does nobody who reads slowly hold a worker?"""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from urllib.parse import quote

import pytest

from planted import PREFIX_LINES, store_of
from rusgraf.answer import Question
from rusgraf.errors import LimitReached, Stopped
from rusgraf.handover import FIRST_PART
from rusgraf.mint import BASE
from rusgraf.workers import Limits, Pool
from serving import Served, serving

JSON = "application/sparql-results+json"
RUN = "rusgraf.jobs:run_query"
PAIRS = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT "
STUCK = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# A few megabytes a second, for a minute.
SLOW = "SELECT ?a { ?a ?b ?c . ?d ?e ?f FILTER(CONTAINS(SHA512(CONCAT(STR(?a), STR(?c), STR(?d), STR(?f))), 'aa')) }"
SECONDS = 4.0


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented data."""
    path = tmp_path_factory.mktemp("data") / "liten.trig"
    path.write_text(PREFIX_LINES + "e:plan a rus:Handlingsplan ; skos:prefLabel 'Planen'@sv .", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def served(data: Path) -> Iterator[Served]:
    """A server with one worker, so that the next request needs the same one or its successor."""
    with serving("--data", data, "--workers", 1, "--timeout", SECONDS) as running:
        yield running


def asking(query: str) -> str:
    return f"/sparql?query={quote(query)}"


def children(pid: int) -> list[int]:
    """The worker processes of a server: those that multiprocessing spawned."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(c) for c in found if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes()]


def test_a_long_answer_is_whole(served: Served) -> None:
    for accept, number in ((JSON, None), ("text/csv", b"\r\n"), ("text/tab-separated-values", b"\n")):
        answer, content = served.ask(asking(f"{PAIRS}20000"), Accept=accept)
        assert (answer.status, answer.getheader("Transfer-Encoding")) == (200, "chunked")
        assert len(content) > FIRST_PART
        rows = content.count(number) - 1 if number else len(json.loads(content)["results"]["bindings"])
        assert rows == 20_000


def test_a_long_graph_is_whole(served: Served) -> None:
    query = "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"
    answer, content = served.ask(asking(query), Accept="application/n-triples")
    assert (answer.status, answer.getheader("Transfer-Encoding")) == (200, "chunked")
    assert all(line.endswith(b" .") for line in content.splitlines())
    assert len(content) > FIRST_PART


def test_a_short_answer_says_its_length(served: Served) -> None:
    answer, content = served.ask(asking("ASK {}"), Accept=JSON)
    assert answer.getheader("Content-Length") == str(len(content))


def test_packed_it_is_the_same(served: Served) -> None:
    for limit in (20_000, 20):
        _, plain = served.ask(asking(f"{PAIRS}{limit}"), Accept="text/csv")
        answer, packed = served.ask(asking(f"{PAIRS}{limit}"), Accept="text/csv", Accept_Encoding="gzip")
        assert answer.getheader("Content-Encoding") == "gzip"
        assert gzip.decompress(packed) == plain
        assert len(packed) < len(plain) / 2


def test_what_fails_before_the_first_byte_is_a_problem_document(served: Served) -> None:
    answer, content = served.ask(asking(STUCK), Accept=JSON)
    assert (answer.status, answer.getheader("Content-Type")) == (503, "application/problem+json")
    assert json.loads(content)["cure"]
    assert served.ask(asking("ASK {}"))[0].status == 200


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_time_that_runs_out_on_the_way_breaks_the_answer_off(encoding: str, served: Served) -> None:
    began = time.monotonic()
    with pytest.raises(IncompleteRead):
        served.ask(asking(SLOW), Accept="text/csv", Accept_Encoding=encoding)
    assert time.monotonic() - began < SECONDS + 3
    assert served.ask(asking("ASK {}"))[0].status == 200


def test_an_answer_over_the_limit_is_broken_off(served: Served) -> None:
    with pytest.raises(IncompleteRead) as caught:
        served.ask(asking(PAIRS + "100000000"), Accept=JSON)
    assert 2**25 < len(caught.value.partial) <= Limits().answer_bytes
    assert any("broken off" in line for line in served.said)
    assert not [line for line in served.said if "Traceback" in line or "Exception while" in line]


def test_at_sigterm_a_stream_ends_whole(data: Path) -> None:
    with serving("--data", data, "--workers", 1, "--timeout", 60, "--drain", 60) as running:
        wanted = running.ask(asking(f"{PAIRS}60000"), Accept="text/csv")[1]
        connection = HTTPConnection("127.0.0.1", running.port, timeout=60)
        with closing(connection):
            connection.request("GET", asking(f"{PAIRS}60000"), headers={"Accept": "text/csv"})
            answer = connection.getresponse()
            begin = answer.read(1000)
            running.process.terminate()
            time.sleep(1)
            assert begin + answer.read() == wanted
        assert running.process.wait(60) == 0


def test_a_client_that_leaves_while_it_waits_frees_its_worker(data: Path) -> None:
    with serving("--data", data, "--workers", 1, "--timeout", 120) as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=60) as made:
            made.sendall(f"GET {asking(STUCK)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(2)
            assert b"rusgraf_workers_busy 1.0" in running.ask("/metrics")[1]
        began = time.monotonic()
        assert running.ask(asking("ASK {}"))[0].status == 200
        assert time.monotonic() - began < 9  # less than one waits for a worker


@contextmanager
def begun(served: Served, query: str) -> Iterator[socket.socket]:
    """A connection whose answer has begun, and of which nothing more is read."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as made:
        made.sendall(f"GET {asking(query)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode())
        assert made.recv(12) == b"HTTP/1.1 200"
        yield made


def read_on(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_a_killed_worker_breaks_the_answer_off_and_nothing_else(served: Served) -> None:
    with begun(served, SLOW) as connection:
        [worker] = children(served.process.pid)
        os.kill(worker, signal.SIGKILL)
        assert not read_on(connection).endswith(b"0\r\n\r\n")
    assert served.ask(asking("ASK {}"))[0].status == 200
    assert served.process.poll() is None


def test_clients_that_read_nothing_or_vanish_hold_no_worker_and_no_thread(served: Served) -> None:
    with ExitStack() as slow:
        for _ in range(8):  # more than there are threads
            slow.enter_context(begun(served, f"{PAIRS}80000"))
        answer, content = served.ask(asking("ASK {}"), Accept=JSON)
        assert (answer.status, json.loads(content)["boolean"]) == (200, True)
    with begun(served, SLOW):
        pass
    assert served.ask(asking("ASK {}"))[0].status == 200


def test_head_of_a_long_answer_has_its_headers_and_leaves_the_worker(served: Served) -> None:
    [before] = children(served.process.pid)
    answer, content = served.ask(asking(f"{PAIRS}20000"), "HEAD", Accept="text/csv")
    assert (answer.status, content, answer.getheader("Content-Type")) == (200, b"", "text/csv; charset=utf-8")
    assert served.ask(asking("ASK {}"))[0].status == 200
    assert children(served.process.pid) == [before]


def old(served: Served, query: str) -> tuple[bytes, bytes]:
    """Head and body of what a client of HTTP/1.0 gets, which cannot see that an answer is broken off."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as connection:
        connection.sendall(f"GET {asking(query)} HTTP/1.0\r\nAccept: text/csv\r\n\r\n".encode())
        head, _, body = read_on(connection).partition(b"\r\n\r\n")
        return head, body


def test_client_of_http_1_0_gets_the_whole_or_an_error(served: Served) -> None:
    head, body = old(served, f"{PAIRS}20000")
    assert head.split()[1] == b"200"
    assert f"Content-Length: {len(body)}".encode() in head
    assert body == served.ask(asking(f"{PAIRS}20000"), Accept="text/csv")[1]
    head, body = old(served, SLOW)
    assert head.split()[1] == b"503"
    assert json.loads(body)["status"] == 503


# RDF that is no answer of a query: the whole graph, a graph, a document

MANY = 27_000
GRAPH = f"{BASE}res/graf/stor"
ADDRESSES = (
    "/catalog/graf?format=ttl",
    f"/data?graph={quote(GRAPH, safe='')}&format=ttl",
    "/data/stor?format=ttl",
    "/res/graf/stor?format=ttl",
)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a graph of some megabytes, whose answers end at four."""
    path = tmp_path_factory.mktemp("data") / "stor.trig"
    things = "\n".join(f'e:d{i} skos:prefLabel "Påhittat mål {i} {"x" * 60}"@sv .' for i in range(MANY))
    path.write_text(
        f"{PREFIX_LINES}<{GRAPH}> {{ <{GRAPH}> a rus:Graf ; rus:grafslag grafslag:plan . {things} }}", "utf-8"
    )
    with serving("--data", path, "--workers", 1, "--max-answer", 4) as running:
        yield running


@pytest.mark.parametrize("address", ADDRESSES)
def test_long_rdf_is_whole_in_parts(address: str, large: Served) -> None:
    answer, content = large.ask(address)
    assert (answer.status, answer.getheader("Transfer-Encoding")) == (200, "chunked")
    assert answer.getheader("Content-Type") == "text/turtle; charset=utf-8"
    assert answer.getheader("Access-Control-Allow-Origin") == "*"
    assert sorted(map(int, re.findall(rb"^<https://example.org/d(\d+)> ", content, re.MULTILINE))) == list(range(MANY))
    tag = answer.getheader("ETag")
    assert tag
    assert large.ask(address, If_None_Match=tag)[0].status == 304
    head, none = large.ask(address, "HEAD")
    assert (head.status, head.getheader("ETag"), none) == (200, tag, b"")
    packed = large.ask(address, Accept_Encoding="gzip")
    assert packed[0].getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(packed[1]) == content


@pytest.mark.parametrize("address", ADDRESSES)
def test_rdf_beyond_the_limit_is_visibly_broken_off(address: str, large: Served) -> None:
    with pytest.raises(IncompleteRead) as caught:
        large.ask(address.replace("format=ttl", "format=nt"))
    assert FIRST_PART <= len(caught.value.partial) <= 4 * 2**20
    assert large.ask(asking("ASK {}"))[0].status == 200


def test_rdf_that_is_not_there_is_an_error_of_its_own(large: Served) -> None:
    for address in ("/data/finns-inte", "/res/graf/finns-inte?format=nt"):
        answer, content = large.ask(address, Accept="application/n-triples")
        assert (answer.status, json.loads(content)["status"]) == (404, 404)


# Parts, as a worker hands them over


@pytest.fixture
def one() -> Iterator[Pool]:
    snapshot = store_of("e:a a rus:Delmal ; skos:prefLabel 'å'@sv .").dump()
    with closing(Pool(snapshot, Limits(seconds=2.0, workers=1, wait_seconds=60))) as made:
        yield made


def long(limit: int = 100_000, max_bytes: int = 2**30) -> Question:
    return Question(f"{PAIRS}{limit}", ("csv",), max_bytes)


def pid_of(workers: Pool) -> int | None:
    [worker] = workers._all
    return worker._process.pid


def test_one_who_takes_no_more_parts_keeps_the_worker_no_longer_than_its_time(one: Pool) -> None:
    before = pid_of(one)
    running = one.start(RUN, long())
    assert running.part()[0] is False
    began = time.monotonic()
    assert one.run(RUN, Question("ASK {}", ("json",), 1000)).form == "json"
    assert 1 < time.monotonic() - began < 30
    with pytest.raises(Stopped, match="2 seconds"):
        running.part()
    assert pid_of(one) == before, "it heard that nobody wants more, so it was not killed"


def test_one_who_closes_half_way_leaves_the_worker_to_others(one: Pool) -> None:
    before = pid_of(one)
    with closing(one.start(RUN, long())) as running:
        running.part()
        running.part()
    running.close()
    assert one.run(RUN, Question("ASK {}", ("json",), 1000)).form == "json"
    assert pid_of(one) == before


def test_parts_are_small_and_together_the_whole(one: Pool) -> None:
    with closing(one.start(RUN, long(20_000))) as running:
        parts, is_last = [], False
        while not is_last:
            is_last, part = running.part()
            parts.append(part.content)
    assert max(map(len, parts)) < FIRST_PART + 64 * 1024
    assert len(parts) > 5
    assert b"".join(parts) == one.run(RUN, long(20_000)).content


def test_a_limit_is_an_error_at_once_or_between_parts(one: Pool) -> None:
    with pytest.raises(LimitReached, match="1000 bytes"):
        one.start(RUN, long(max_bytes=1000)).part()
    running = one.start(RUN, long(max_bytes=2 * FIRST_PART))
    assert running.part()[0] is False
    with pytest.raises(LimitReached, match=f"{2 * FIRST_PART} bytes"):
        while True:
            running.part()
    running.close()
