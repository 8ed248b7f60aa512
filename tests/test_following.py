"""Does a service hold what the store directory answers from after each release, by sending what differs? Invented data.

The oracle is the whole load (``rusgraf load``), which is tested by itself, into another service.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from rusgraf.errors import ServiceFault
from rusgraf.releases import open_store, pointer
from rusgraf.remote import following, loading
from rusgraf.remote.following import Follower
from rusgraf.remote.protocol import Addresses, Service
from rusgraf.remote.reader import Reader
from rusgraf.remote.store import RELEASE, RemoteStore, held
from rusgraf.terms import NamedNode, Quad
from rusgraf.web import Config, create_app, current
from rusgraf.workers import Limits
from services import Asked, Engine, Fake, Told, fake
from stores import activity, copied, graph, ground, turtle, write
from test_cli import out, refused
from test_current import until
from writers import AUTHORISED, TURTLE, UPDATE, tokens_file

TOLKNING = """<{0}> a rus:Graf ; skos:prefLabel "Tolkning"@sv ; rus:grafslag grafslag:tolkning .
  e:mal rus:bidrarTill e:mal2 ."""
KINDS = "plan", "ersatt", "exempel"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ground(tmp_path_factory.mktemp("lager") / "lager")


@pytest.fixture
def lager(made: Path, tmp_path: Path) -> Path:
    return copied(made, tmp_path / "lager")


def content(engine: Engine) -> set[ox.Quad]:
    return set(engine.store)


def whole(directory: Path) -> set[ox.Quad]:
    """What a service holds that was loaded with the release anew."""
    engine = Engine()
    with fake(engine) as server:
        loading.load(open_store(directory).store, server.service())
    return content(engine)


def follow(directory: Path, server: Fake) -> loading.Loaded:
    return Follower(directory, server.service()).follow(open_store(directory))


def texts(name: str) -> st.SearchStrategy[str]:
    """What a graph may come to state: activities, a kind (in force or not), an interpretation, blank nodes, nothing."""
    kind = st.sampled_from(KINDS).map(
        lambda kind: f"<{graph(name).value}> a rus:Graf ; rus:grafslag grafslag:{kind} . {activity('a')}"
    )
    return st.one_of(
        st.just(""),
        st.sets(st.integers(0, 3)).map(lambda some: "".join(activity(f"a{i}") for i in sorted(some))),
        kind,
        st.just(TOLKNING.format(graph(name).value)),
        st.sampled_from(["ett", "två"]).map(lambda label: f'e:mal rus:namner [ skos:prefLabel "{label}"@sv ] .'),
        st.just('e:mal skos:altLabel "rad ett\\nrad två \\"}} ; DROP ALL" .'),
    )


STEPS = st.lists(st.sampled_from(["ett", "tva"]).flatmap(lambda n: st.tuples(st.just(n), texts(n))), max_size=5)


@settings(max_examples=6)
@given(STEPS, st.sets(st.integers(0, 4)))
def test_service_holds_what_a_whole_load_gives_it(made: Path, steps: Sequence[tuple[str, str]], seen: set[int]) -> None:
    """Also when it does not see every release, and by whoever follows: the same program, or one that begins."""
    engine = Engine()
    with TemporaryDirectory() as folder, fake(engine) as server:
        directory = copied(made, Path(folder) / "lager")
        follower = Follower(directory, server.service())
        follower.follow(open_store(directory))
        for number, (name, text) in enumerate(steps):
            write(directory, name, text)
            if number in seen:
                follower.follow(open_store(directory))
        assert follower.follow(open_store(directory)).release == open_store(directory).release.release
        assert content(engine) == whole(directory)
        assert follow(directory, server).triples == 0


def test_what_is_sent_is_what_differs(lager: Path) -> None:
    engine = Engine()
    with fake(engine) as server:
        follow(lager, server)
        before, asked = content(engine), len(server.asked)
        write(lager, "ny", activity("ny"))
        sent = follow(lager, server)
        differing = {q for q in before ^ content(engine) if q.graph_name != RELEASE}
        assert sent.triples == len(differing)
        updates = [a for a in server.asked[asked:] if a.path == "/update"]
        assert len(updates) == 1
        assert content(engine) == whole(lager)


def test_many_statements_are_sent_in_many_updates(lager: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "UPDATE_BATCH", 7)
    engine = Engine()
    with fake(engine) as server:
        follow(lager, server)
        asked = len(server.asked)
        write(lager, "ny", "".join(activity(f"a{i}") for i in range(10)))
        sent = follow(lager, server)
        assert sum(a.path == "/update" for a in server.asked[asked:]) == -(-sent.triples // 7) > 5
        assert content(engine) == whole(lager)


def test_without_an_address_for_updates_everything_is_sent(lager: Path) -> None:
    engine = Engine()
    with fake(engine) as server:
        addresses = server.addresses()
        follower = Follower(lager, Service(Addresses(addresses.query, graph_store=addresses.graph_store)))
        follower.follow(open_store(lager))
        write(lager, "ny", activity("ny"))
        follower.follow(open_store(lager))
        assert content(engine) == whole(lager)
        assert "/update" not in {a.path for a in server.asked}


@pytest.mark.parametrize("foreign", [False, True])
def test_service_that_holds_something_else_is_loaded_anew(foreign: bool, lager: Path) -> None:
    engine = Engine()
    theirs = Quad(graph("a"), graph("b"), graph("c"), NamedNode("https://example.org/nagon-annans"))
    with fake(engine) as server:
        if foreign:
            engine.store.add(theirs)
        follow(lager, server)
        for number in range(5):  # more than are kept
            write(lager, "ny", activity(f"a{number}"))
        follow(lager, server)
        assert content(engine) == whole(lager) | ({theirs} if foreign else set())


def test_engine_that_forgets_is_loaded_anew_and_that_is_told(lager: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An update is acknowledged and not done: the count tells, before the release is named."""
    engine = Engine()

    def forgetful(asked: Asked) -> Told:
        return Told(204) if asked.path == "/update" else engine(asked)

    with fake(forgetful) as server:
        follow(lager, server)
        write(lager, "ny", activity("ny"))
        follow(lager, server)
        assert "anew" in caplog.text
        assert content(engine) == whole(lager)


@pytest.mark.parametrize("after", range(1, 7))
def test_service_that_breaks_off_names_no_release_and_is_mended_by_the_next(after: int, lager: Path) -> None:
    engine, asked_for = Engine(), 0

    def failing(asked: Asked) -> Told:
        nonlocal asked_for
        asked_for += 1
        return Told(500, b"down", {"Content-Type": "text/plain"}) if after < asked_for else engine(asked)

    with fake(failing) as server:
        asked_for = -(10**6)
        follow(lager, server)
        write(lager, "ny", activity("ny"))
        asked_for = 0
        with pytest.raises(ServiceFault, match="down"):
            follow(lager, server)
        asked_for = -(10**6)
        if after > 1:  # then it was told that it holds none
            assert held(Reader(server.service())).release == ""
        follow(lager, server)
        assert content(engine) == whole(lager)


def test_the_service_answers_as_the_store_does_after_following(lager: Path) -> None:
    with fake(Engine()) as server:
        follow(lager, server)
        write(lager, "ny", activity("ny"))
        follow(lager, server)
        there, here = RemoteStore.connect(Reader(server.service())), open_store(lager).store
        assert re.fullmatch("[0-9a-f]{12}", there.release())
        assert there.release() == here.release()
        assert set(there.quads()) == set(here.quads())


# A server before both


@dataclass
class Gate:
    """A service that can be made to wait at updates, or to be down."""

    engine: Engine
    open: threading.Event
    is_down: bool = False
    waits: bool = False

    def __call__(self, asked: Asked) -> Told:
        if self.is_down:
            return Told(500, b"down", {"Content-Type": "text/plain"})
        if asked.path == "/update":
            self.waits = True
            self.open.wait(60)
        return self.engine(asked)


@pytest.fixture
def gate() -> Gate:
    made = Gate(Engine(), threading.Event())
    made.open.set()
    return made


@pytest.fixture
def app(gate: Gate, lager: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(current, "LOOK_SERVICE_SECONDS", 0.02)
    monkeypatch.setattr(current, "AGAIN_SERVICE_SECONDS", 0.02)
    with fake(gate) as server:
        limits = Limits(seconds=60, workers=1, wait_seconds=60)
        tokens = tokens_file(lager.parent)
        made = create_app(Config(directory=lager, service=server.service(), limits=limits, tokens=tokens))
        yield made
        made.extensions["rusgraf_writes"].writer.close()
        made.extensions["rusgraf"].close()


def send(app: Flask, name: str, text: str) -> TestResponse:
    return app.test_client().put(f"/data/{name}", data=turtle(text), headers={**AUTHORISED, **TURTLE})


def number(app: Flask) -> tuple[str, int]:
    """How many activities a query finds over the service, and the release that the answer names."""
    text = "SELECT (COUNT(*) AS ?n) { ?a a <https://w3id.org/rusgraf/spec/Aktivitet> }"
    answer = app.test_client().get("/sparql", query_string={"query": text, "format": "json"})
    assert answer.status_code == 200, answer.data
    return answer.headers[current.HEADER], int(json.loads(answer.data)["results"]["bindings"][0]["n"]["value"])


def test_server_writes_to_the_store_and_answers_from_the_service(app: Flask, gate: Gate, lager: Path) -> None:
    assert number(app) == (pointer(lager), 0)
    answer = send(app, "ny", activity("ny"))
    assert (answer.status_code, answer.json["release"]) == (201, pointer(lager))
    assert number(app) == (pointer(lager), 1)
    assert content(gate.engine) == whole(lager)
    assert app.test_client().get("/data/ny?format=nt").data.count(b"\n") == 4
    refused = send(app, "fel", 'e:fel a rus:Aktivitet ; skos:prefLabel "Fel"@sv .')
    assert (refused.status_code, number(app)) == (422, (pointer(lager), 1))


def test_service_is_changed_without_waiting_for_the_update_that_it_comes_of(
    app: Flask, lager: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "LEAVE_SECONDS", 90.0)
    text = "INSERT DATA { <https://example.org/a> <https://example.org/b> 1 }"
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(app.test_client().post, "/sparql", data=text, headers={**AUTHORISED, **UPDATE})
        until(asked.done)
    assert (asked.result().status_code, asked.result().json["release"]) == (200, pointer(lager))


def test_server_has_the_service_hold_what_another_process_publishes(app: Flask, gate: Gate, lager: Path) -> None:
    write(lager, "ny", activity("ny"))
    until(lambda: number(app) == (pointer(lager), 1))
    gate.engine.store.clear()  # somebody else empties the service
    wanted = whole(lager)
    until(lambda: app.test_client().get("/health").status_code == 200 and content(gate.engine) == wanted)
    until(lambda: app.test_client().get("/gaps").status_code == 200)
    assert number(app) == (pointer(lager), 1)


def test_request_that_begins_while_the_service_is_changed_is_answered_from_the_new_release(
    app: Flask, gate: Gate, lager: Path
) -> None:
    gate.open.clear()
    with ThreadPoolExecutor() as pool:
        writing = pool.submit(send, app, "ny", activity("ny"))
        until(lambda: gate.waits)
        reading = pool.submit(number, app)
        health = app.test_client().get("/health/live")
        assert (health.status_code, reading.done(), writing.done()) == (200, False, False)
        gate.open.set()
        assert writing.result().status_code == 201
        assert reading.result() == (pointer(lager), 1)


def test_readers_meet_no_fault_and_no_mixture_while_others_write(app: Flask, lager: Path) -> None:
    seen: list[tuple[str, int]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            seen.append(number(app))

    expected = {pointer(lager): 0}
    with ThreadPoolExecutor() as pool:
        readers = [pool.submit(ask) for _ in range(2)]
        try:
            for size in (1, 2, 3):
                assert send(app, "ny", "".join(activity(f"a{i}") for i in range(size))).status_code in (200, 201)
                expected[pointer(lager)] = size
        finally:
            stop.set()
        assert [reader.result() for reader in readers] == [None, None]
    assert {(name, expected[name]) for name, _ in seen} == set(seen)
    assert len({name for name, _ in seen}) > 2


def test_write_while_the_service_is_down_is_kept_and_comes_when_it_is_back(
    app: Flask, gate: Gate, lager: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = pointer(lager)
    gate.is_down = True
    answer = send(app, "ny", activity("ny"))
    assert answer.status_code == 503
    assert pointer(lager) in answer.json["detail"]
    assert pointer(lager) != before
    assert "cannot be taken up" in caplog.text
    gate.is_down = False
    until(lambda: app.test_client().get("/gaps").status_code == 200)
    until(lambda: number(app) == (pointer(lager), 1))
    assert content(gate.engine) == whole(lager)


def test_load_of_a_store_directory_sends_what_differs(lager: Path) -> None:
    engine = Engine()
    with fake(engine) as server:
        places = server.addresses()
        where = ("--endpoint", places.query, "--update-endpoint", places.update, "--graph-store", places.graph_store)
        first = out("load", "--data", lager, *where)
        write(lager, "ny", activity("ny"))
        then = out("load", "--data", lager, *where)
        assert content(engine) == whole(lager)
        sent = [int(text.split(":")[1].split()[0]) for text in (first, then)]
        assert 0 < sent[1] < 50 < sent[0]


@pytest.mark.parametrize(
    "options",
    [
        ("--store", "lager", "--endpoint", "http://127.0.0.1:9/q"),
        ("--endpoint", "http://127.0.0.1:9/q", "--update-endpoint", "http://127.0.0.1:9/u"),
        ("--store", "lager", "--graph-store", "http://127.0.0.1:9/g"),
    ],
    ids=["no address to load to", "no store", "no service"],
)
def test_what_is_missing_for_following_is_told(options: tuple[str, ...]) -> None:
    assert "--graph-store" in refused("serve", *options)
