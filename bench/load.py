"""How many queries does a server answer, and how fast? ``python bench/load.py``, on a calm machine.

Ten queries of the library with nothing left to fill in, over the shipped graph in force as default graph, asked by 1, 4
and 16 clients, and by 4 clients while a query that never ends is sent every two seconds: of ``rusgraf serve``, of the
Oxigraph server (PyPI ``oxigraph``) and of rdflib-endpoint (PyPI ``rdflib-endpoint`` and ``uvicorn``), one after the
other on free ports. A server that is not installed is left out in the open. An answer counts when its status is 200.
Figures are printed as a Markdown table; nothing is asserted.
"""

from __future__ import annotations

import argparse
import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "server"))

from rusgraf import rdf
from rusgraf.library import library
from rusgraf.store import Store

KILLER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
JSON = "application/sparql-results+json"
CLIENTS = (1, 4, 16)
PATIENCE = 20.0
_ENDPOINT = """import sys, uvicorn
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint
graph = Graph()
graph.parse(sys.argv[1], format="nt")
uvicorn.run(SparqlEndpoint(graph=graph), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""


@dataclass
class Seen:
    """What came of asking for some time: seconds of each answer, and how many were none."""

    good: list[float] = field(default_factory=list)
    bad: int = 0

    def row(self, seconds: float) -> str:
        """Answers a second, median and p99 in milliseconds, failures."""
        found = sorted(self.good)
        if not found:
            return f"0 | – | – | {self.bad}"
        at = [1000 * found[int(len(found) * part)] for part in (0.5, 0.99)]
        return f"{len(found) / seconds:.1f} | {at[0]:.1f} | {at[1]:.1f} | {self.bad}"


@dataclass(frozen=True)
class Server:
    """A server that runs: its port and the path of its queries."""

    port: int
    path: str

    def post(self, body: bytes, kind: str, patience: float = PATIENCE) -> int:
        """The status of the answer to a POST, 0 when there is none."""
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        with suppress(OSError, http.client.HTTPException):
            made.request("POST", self.path, body, {"Content-Type": kind, "Accept": JSON})
            answer = made.getresponse()
            answer.read()
            return answer.status
        made.close()
        return 0

    def ask(self, text: str, patience: float = PATIENCE) -> bool:
        """Whether a query is answered."""
        return self.post(text.encode(), "application/sparql-query", patience) == 200


def queries(store: Store, number: int = 10) -> list[str]:
    """Queries of the library without parameters that find something and can be asked of any engine."""
    texts = [q.text for q in library().values() if not q.parameters and "GRAPH" not in q.text and "SELECT" in q.text]
    found = [text for text in texts if store.select(text).rows]
    return found[:: max(1, len(found) // number)][:number]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


@contextmanager
def running(command: list[str], server: Server, log: Path) -> Iterator[Server]:
    """The server, once it answers; stopped afterwards."""
    with log.open("ab") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            deadline = time.monotonic() + 90
            while not server.ask("ASK {}", 5):
                assert process.poll() is None and time.monotonic() < deadline, log.read_text(encoding="utf-8")[-1000:]
                time.sleep(0.2)
            yield server
        finally:
            process.kill()


def asking(server: Server, texts: list[str], clients: int, seconds: float) -> Seen:
    """What comes of `clients` that ask one query after the other for some time."""
    seen, lock, end = Seen(), threading.Lock(), time.monotonic() + seconds

    def work(first: int) -> None:
        turn = first
        while (began := time.monotonic()) < end:
            good = server.ask(texts[turn % len(texts)])
            with lock:
                if good:
                    seen.good.append(time.monotonic() - began)
                else:
                    seen.bad += 1
            turn += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def beside_a_killer(server: Server, work: Callable[[], Seen]) -> Seen:
    """What `work` sees while a query without end is sent every two seconds."""
    stop = threading.Event()

    def kill() -> None:
        while not stop.is_set():
            threading.Thread(target=server.ask, args=(KILLER, 60.0), daemon=True).start()
            stop.wait(2)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        return work()
    finally:
        stop.set()
        thread.join()


@dataclass(frozen=True)
class Peer:
    """A server to start: its name, its command (with PORT), where it takes queries, and where the graph is posted."""

    name: str
    command: list[str]
    path: str
    store: str = ""


def peers(nt: Path) -> Iterator[Peer]:
    """The servers that are installed; of the others a line to say so. All hold the graph in memory."""
    python = sys.executable
    limits = ["--timeout", "2", "--workers", "4", "--log", "quiet"]
    limits += ["--client-requests", "0", "--client-seconds", "0", "--client-jobs", "0"]  # all come from one address
    yield Peer("rusgraf serve", [python, "-m", "rusgraf", "serve", "--port", "PORT", *limits], "/sparql")
    oxigraph = shutil.which("oxigraph")
    if oxigraph:
        command = [oxigraph, "serve", "--bind", "127.0.0.1:PORT", "--timeout-s", "2"]
        yield Peer("oxigraph serve", command, "/query", "/store?default")
    else:
        print("oxigraph is not installed (pip install oxigraph): left out", file=sys.stderr)
    if find_spec("rdflib_endpoint") and find_spec("uvicorn"):
        yield Peer("rdflib-endpoint (uvicorn)", [python, "-c", _ENDPOINT, str(nt), "PORT"], "/")
    else:
        print("rdflib-endpoint or uvicorn is not installed (pip install): left out", file=sys.stderr)


def measured(name: str, server: Server, texts: list[str], seconds: float) -> Iterator[str]:
    """The lines of the table about a server that runs."""
    for text in texts:
        server.ask(text)  # the first time is another matter (``start``)
    for clients in CLIENTS:
        yield f"| {name} | {clients} | {asking(server, texts, clients, seconds).row(seconds)} |"
    seen = beside_a_killer(server, lambda: asking(server, texts, 4, seconds))
    yield f"| {name} | 4, and a killer every 2 s | {seen.row(seconds)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each measurement lasts")
    seconds = parser.parse_args().seconds
    store = Store.load()
    texts = queries(store)
    content = rdf.write_triples((quad.triple for quad in store.default()), "nt")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        nt = folder / "graf.nt"
        nt.write_bytes(content)
        print(f"{len(texts)} queries, {content.count(bytes([10]))} triples, {seconds:g} s each\n")
        print("| server | clients | answers/s | p50 ms | p99 ms | failed |\n|---|---|---|---|---|---|")
        for peer in peers(nt):
            port = free_port()
            filled = [word.replace("PORT", str(port)) for word in peer.command]
            with running(filled, Server(port, peer.path), folder / "log") as server:
                if peer.store:
                    assert Server(port, peer.store).post(content, "application/n-triples") in (200, 201, 204)
                for line in measured(peer.name, server, texts, seconds):
                    print(line, flush=True)


if __name__ == "__main__":
    main()
