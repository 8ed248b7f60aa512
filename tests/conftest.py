"""What several test files stand on: the shipped graph, a running application, and a server that must see nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from planted import Canary, browser
from rusgraf.store import Store
from rusgraf.web import Config, create_app
from rusgraf.workers import Limits
from services import ENGINES, Running

settings.register_profile("rusgraf", deadline=None, derandomize=True)  # CI is the same each time
settings.load_profile("rusgraf")


@pytest.fixture(scope="session")
def shipped() -> Store:
    """The shipped data, in memory."""
    return Store.load()


@pytest.fixture(scope="session")
def app() -> Iterator[Flask]:
    """The application over the shipped data, with two workers; its time limit is wide: no test rests on speed."""
    made = create_app(Config(limits=Limits(seconds=60, workers=2, answer_bytes=2**23), max_body_bytes=2**20))
    yield made
    made.extensions["rusgraf"].pool.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return browser(app)


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Running]]:
    """The engines of ``services`` by their names, each started when it is first asked for."""
    started: dict[str, Running] = {}
    with ExitStack() as stack:

        def engine(name: str) -> Running:
            if name not in started:
                started[name] = Running(stack.enter_context(ENGINES[name](tmp_path_factory.mktemp(name))))
            return started[name]

        yield engine


@pytest.fixture
def canary() -> Iterator[Canary]:
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(f"{self.command} {self.path}")
            self.send_error(404)

        do_POST = do_HEAD = do_PUT = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Canary(f"http://127.0.0.1:{server.server_port}", hits)
    server.shutdown()
    server.server_close()
    thread.join()
