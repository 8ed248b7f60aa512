"""Does a server take up a new release while it serves: in one step, and without a request that fails? Invented data."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path

import pytest
from flask import Flask

from rusgraf.answer import Question
from rusgraf.publish import add, remove
from rusgraf.releases import names, number_of, open_store, pointer
from rusgraf.web import Config, create_app, current
from rusgraf.web.current import HEADER
from rusgraf.workers import Limits
from stores import activity, copied, graph, ground, turtle

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?a a <https://w3id.org/rusgraf/spec/Aktivitet> }"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ground(tmp_path_factory.mktemp("lager") / "lager")


@pytest.fixture
def lager(made: Path, tmp_path: Path) -> Path:
    return copied(made, tmp_path / "lager")


@pytest.fixture
def app(lager: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(current, "LOOK_SECONDS", 0.02)
    made = create_app(Config(directory=lager, limits=Limits(seconds=60, workers=1, wait_seconds=60)))
    yield made
    made.extensions["rusgraf"].close()


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def test_every_answer_names_its_release(app: Flask, lager: Path) -> None:
    client = app.test_client()
    for address in ("/", "/gaps", "/health", "/nowhere", "/sparql?query=nonsens", "/queries/utforska/sok?ord=x"):
        assert client.get(address).headers[HEADER] == pointer(lager)
    assert json.loads(client.get("/health").data)["release"] == pointer(lager).partition("-")[2]


def test_a_new_release_is_taken_up_while_requests_go_on(app: Flask, lager: Path) -> None:
    """Each answer is whole and of one release: what it says goes with the release that it names."""
    seen: list[tuple[str, int]] = []
    faults: list[object] = []
    stop = threading.Event()

    def ask() -> None:
        client = app.test_client()
        while not stop.is_set():
            answer = client.get("/sparql", query_string={"query": COUNT, "format": "json"})
            if answer.status_code != 200:
                faults.append((answer.status_code, answer.text))
                return
            number = int(json.loads(answer.data)["results"]["bindings"][0]["n"]["value"])
            seen.append((answer.headers[HEADER], number))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    expected = {pointer(lager): 0}
    for number in range(1, 4):
        add(lager, [("ny.ttl", turtle("".join(activity(f"a{i}") for i in range(number))))])
        expected[pointer(lager)] = number
        until(lambda: bool(seen) and seen[-1][0] == pointer(lager))
    remove(lager, "ny")
    expected[pointer(lager)] = 0
    until(lambda: seen[-1][0] == pointer(lager))
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert {name for name, _ in seen} >= {names(lager)[-1], names(lager)[0]}
    assert {(name, expected[name]) for name, _ in seen} == set(seen)


def test_a_request_keeps_the_release_that_it_began_with_and_then_its_workers_end(app: Flask, lager: Path) -> None:
    holder = app.extensions["rusgraf"]
    with app.test_request_context("/"):
        began = current.state()
        pool = began.pool
        add(lager, [("ny.ttl", turtle(activity("ny")))])
        until(lambda: holder.look().name == pointer(lager))
        assert current.state() is began
        assert began.store.all_graphs() != holder.look().store.all_graphs()
        assert pool.run("rusgraf.jobs:run_query", Question("ASK { ?a ?b ?c }", ("json",), 1000)), (
            "its workers still work"
        )
        del began
    until(lambda: pool._closed)
    assert not holder.pool._closed


def test_a_new_release_that_is_damaged_leaves_the_old_one_answering_and_that_is_logged(
    app: Flask, lager: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = app.test_client()
    before = pointer(lager)
    (lager / "current").write_text("000009-aaaaaaaaaaaa\n", encoding="ascii")
    with caplog.at_level(logging.WARNING, logger="rusgraf.web"):
        client.get("/health")
        until(lambda: app.extensions["rusgraf"]._seen == "000009-aaaaaaaaaaaa")
    answer = client.get("/health")
    assert (answer.status_code, answer.headers[HEADER]) == (200, before)


def test_a_fault_while_a_release_is_taken_up_leaves_the_old_one_answering(
    app: Flask, lager: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = pointer(lager)
    client = app.test_client()
    tried = threading.Event()

    def fail(*_: object) -> None:
        tried.set()
        raise MemoryError

    monkeypatch.setattr(current, "make_state", fail)
    add(lager, [("ny.ttl", turtle(activity("ny")))])
    with caplog.at_level(logging.ERROR, logger="rusgraf.web"):
        until(lambda: client.get("/health").headers[HEADER] == before and tried.is_set())
        until(lambda: "still answering from" in caplog.text)
    assert pointer(lager) in caplog.text
    assert client.get("/health").headers[HEADER] == before


def test_a_server_on_a_damaged_release_says_so(lager: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = pointer(lager)
    add(lager, [("ny.ttl", turtle(activity("ny")))])
    (lager / "releases" / pointer(lager) / "release.json").write_bytes(b"")
    with caplog.at_level(logging.ERROR, logger="rusgraf.web"):
        made = create_app(Config(directory=lager, limits=Limits(workers=1)))
    try:
        answer = made.test_client().get("/health", headers={"Accept-Language": "en"})
        assert answer.headers[HEADER] == whole
        assert pointer(lager) in json.loads(answer.data)["warning"]
        assert pointer(lager) in caplog.text
    finally:
        made.extensions["rusgraf"].close()


def test_a_server_without_a_store_names_its_release_by_its_statements(tmp_path: Path) -> None:
    path = tmp_path / "liten.ttl"
    path.write_bytes(turtle("e:a a rus:Namnd ."))
    made = create_app(Config(data=(path,), limits=Limits(workers=1)))
    try:
        answer = made.test_client().get("/health")
        assert answer.headers[HEADER] == json.loads(answer.data)["release"]
    finally:
        made.extensions["rusgraf"].close()


def served(process: subprocess.Popen[str]) -> str:
    """The address that the command tells."""
    assert process.stderr is not None
    return next(word for line in process.stderr for word in line.split() if word.startswith("http://"))


def test_the_served_command_takes_up_what_another_process_publishes(lager: Path, tmp_path: Path) -> None:
    """``rusgraf serve`` and ``rusgraf add`` as they are run, in processes of their own."""
    command = [str(Path(sys.executable).parent / "rusgraf")]
    serve = [*command, "serve", "--port", "0", "--workers", "1", "--store", str(lager)]
    file = tmp_path / "ny.ttl"
    file.write_bytes(turtle(activity("ny")))
    with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"}) as process:
        address = served(process)

        def release() -> str:
            try:
                with urllib.request.urlopen(f"{address}health", timeout=60) as answer:
                    return str(answer.headers[HEADER])
            except (OSError, HTTPException) as error:
                return str(error)

        assert release() == pointer(lager)
        subprocess.run([*command, "add", str(file), "--store", str(lager)], check=True, capture_output=True)
        assert pointer(lager).startswith("000002-")
        until(lambda: release() == pointer(lager))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.slow
def test_a_server_killed_while_others_publish_answers_from_the_last_release_when_it_is_back(lager: Path) -> None:
    """Twenty servers die by kill -9 at some moment, while a process beside them makes one release after the other."""
    command = [str(Path(sys.executable).parent / "rusgraf"), "serve", "--port", "0", "--workers", "1"]
    here = Path(__file__).parent
    adding = [sys.executable, str(here / "crashing.py"), str(lager), "10"]
    acknowledged: list[int] = []
    with subprocess.Popen(adding, stdout=subprocess.PIPE, text=True, cwd=here) as adder:
        assert adder.stdout is not None
        said = adder.stdout
        reading = threading.Thread(
            target=lambda: acknowledged.extend(int(line) for line in said if line.strip().isdigit())
        )
        reading.start()
        for _ in range(20):
            known = len(acknowledged)
            with subprocess.Popen(
                [*command, "--store", str(lager)],
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            ) as process:
                address = served(process)
                with urllib.request.urlopen(f"{address}health", timeout=60) as answer:
                    assert number_of(str(answer.headers[HEADER])) >= 1 + known
                time.sleep(random.uniform(0.0, 1.0))  # noqa: S311
                process.kill()
            assert adder.poll() is None
        adder.kill()
        reading.join(60)
    opened = open_store(lager)
    assert opened.warning is None
    assert opened.release.number - (1 + len(acknowledged)) in (0, 1), "the last may be switched to and not acknowledged"
    assert len(acknowledged) > 20
    for number in acknowledged:
        assert any(opened.store.quads(graph=graph(f"nr-{number}")))
