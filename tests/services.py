"""SPARQL services for the tests: a small one of our own that can misbehave, and two real ones on free ports."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import files
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from rusgraf.remote import loading
from rusgraf.remote.protocol import Addresses, Credentials, Patience, Service
from rusgraf.remote.reader import Reader
from rusgraf.remote.store import RemoteStore
from rusgraf.store import Store

JSON = "application/sparql-results+json"


@dataclass(frozen=True)
class Asked:
    """A request that came in: method, path, parameters of address and form, headers (lower case), body."""

    method: str
    path: str
    parameters: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Told:
    """What is answered. `slow` is the seconds before each byte of the body; `length` what Content-Length claims."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON})
    slow: float = 0.0
    length: int | None = None


Answering = Callable[[Asked], Told]


@dataclass
class Fake:
    """A server on loopback that answers as it is told; `asked` is what came in."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    def addresses(self) -> Addresses:
        return Addresses(f"{self.url}/query", f"{self.url}/update", f"{self.url}/store")

    def service(self, credentials: Credentials | None = None, patience: Patience | None = None) -> Service:
        return Service(self.addresses(), credentials, patience or Patience(seconds=20))


@contextmanager
def fake(answering: Answering) -> Iterator[Fake]:
    """A server that answers with `answering`."""
    made = Fake("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
            text = f"{parts.query}&{body.decode() if is_form else ''}"
            asked = Asked(self.command, parts.path, parse_qs(text, keep_blank_values=True), headers, body)
            made.asked.append(asked)
            self.tell(answering(asked))

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

        def tell(self, told: Told) -> None:
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body) if told.length is None else told.length))
            self.end_headers()
            try:
                for i in range(len(told.body)) if told.slow else ():
                    time.sleep(told.slow)
                    self.wfile.write(told.body[i : i + 1])
                    self.wfile.flush()
                if not told.slow:
                    self.wfile.write(told.body)
            except OSError:
                pass  # the client has had enough
            self.close_connection = told.length is not None

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Engine:
    """The SPARQL 1.1 Protocol and Graph Store Protocol over Oxigraph in memory; it may cut answers after `cap` rows."""

    def __init__(self, cap: int | None = None) -> None:
        self.store, self.cap = ox.Store(), cap

    def __call__(self, asked: Asked) -> Told:
        match asked.path:
            case "/query":
                return self.query(asked)
            case "/update":
                self.store.update(asked.parameters["update"][0])
                return Told(204)
        graph = ox.NamedNode(asked.parameters["graph"][0])
        if asked.method in ("PUT", "DELETE"):
            self.store.remove_graph(graph)
        if asked.method != "DELETE":
            self.store.bulk_load(asked.body, ox.RdfFormat.TURTLE, to_graph=graph)
        return Told(204)

    def query(self, asked: Asked) -> Told:
        default, named = (
            [ox.NamedNode(g) for g in asked.parameters.get(f"{kind}-graph-uri", ())] for kind in ("default", "named")
        )
        chosen = {"default_graph": default, "named_graphs": named} if default or named else {}
        try:
            found = self.store.query(asked.parameters["query"][0], **chosen)
        except SyntaxError as error:
            return Told(400, str(error).encode(), {"Content-Type": "text/plain"})
        if isinstance(found, ox.QueryTriples):
            lines = [f"{triple} .\n" for triple in found][: self.cap]
            return Told(200, "".join(lines).encode(), {"Content-Type": "application/n-triples"})
        content = found.serialize(format=ox.QueryResultsFormat.JSON)
        return Told(200, content if self.cap is None else self.cut(content))

    def cut(self, content: bytes) -> bytes:
        import json

        whole = json.loads(content)
        if "results" in whole:
            whole["results"]["bindings"] = whole["results"]["bindings"][: self.cap]
        return json.dumps(whole).encode()


# The real ones


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], folder: Path, probe: str) -> Iterator[None]:
    """A server program, from when it answers at `probe` until the block ends; it also dies with these tests."""
    tied = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    with (folder / "out.log").open("wb") as log:
        process = subprocess.Popen([*tied, *command], cwd=folder, stdout=log, stderr=log)
    try:
        for _ in range(300):
            if process.poll() is not None:
                break
            try:
                urllib.request.urlopen(probe, timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise AssertionError(f"{command[0]} did not come up")
        assert process.poll() is None, (folder / "out.log").read_text(errors="replace")[-2000:]
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def oxigraph(folder: Path) -> Iterator[Service]:
    """The Oxigraph server (PyPI package ``oxigraph``), in memory."""
    url = f"http://127.0.0.1:{free_port()}"
    program = next(file.locate() for file in files("oxigraph") or () if file.name == "oxigraph")
    with running(
        [str(program), "serve", "--bind", url.removeprefix("http://")], folder, f"{url}/query?query=ASK%7B%7D"
    ):
        yield Service(Addresses(f"{url}/query", f"{url}/update", f"{url}/store"))


VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
MaxSortedTopRows = {rows}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
KeepAliveTimeout = 10
[SPARQL]
ResultSetMaxRows = {rows}
"""


@contextmanager
def virtuoso(folder: Path, rows: int = 1_000_000) -> Iterator[Service]:
    """Virtuoso 7 (Debian package ``virtuoso-opensource-7-bin``); it cuts answers at `rows`. Updates need a password."""
    port = free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(sql=free_port(), http=port, rows=rows), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    command = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]
    with running(command, folder, f"{url}/sparql?query=ASK%7B%7D"):
        addresses = Addresses(f"{url}/sparql", f"{url}/sparql-auth", f"{url}/sparql-graph-crud-auth")
        yield Service(addresses, Credentials("dba", "dba"))


ENGINES: dict[str, Callable[[Path], AbstractContextManager[Service]]] = {"oxigraph": oxigraph, "virtuoso": virtuoso}
SECRETS = {"RUSGRAF_ENDPOINT_USER": "dba", "RUSGRAF_ENDPOINT_PASSWORD": "dba"}
"""In the environment, for Virtuoso."""
ENGINE_PARAMS = [pytest.param(e, marks=[pytest.mark.engines, pytest.mark.xdist_group(e)]) for e in ENGINES]
"""The names of the engines for a fixture; with ``--dist loadgroup`` each engine is started in one process."""


@dataclass
class Running:
    """An engine that runs, and what it holds."""

    service: Service
    held: object = None

    def holding(self, store: Store) -> RemoteStore:
        """The engine's store, after it was loaded with `store` where it held something else."""
        if self.held is not store:
            self.held = None
            loading.load(store, self.service)
            self.held = store
        return RemoteStore.connect(Reader(self.service))

    def load(self, *options: object) -> str:
        """Load by the command ``rusgraf load``, with what it prints."""
        self.held = None
        places = self.service.addresses
        where = ("--endpoint", places.query, "--graph-store", places.graph_store)
        return rusgraf("load", *where, *options, **SECRETS)

    def following(self) -> tuple[str, ...]:
        """The options of ``rusgraf serve`` that have it follow a store."""
        self.held = None
        places = self.service.addresses
        return "--endpoint", places.query, "--update-endpoint", places.update, "--graph-store", places.graph_store


def rusgraf(*arguments: object, **environment: str) -> str:
    """What the command prints; it must say nothing on standard error."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "rusgraf", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
