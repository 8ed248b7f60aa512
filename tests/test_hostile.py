"""Does nothing that is sent bring the server down, reach out of it, or keep others waiting?

Each case of the corpus is sent to the real command; beside it a probe asks the same easy thing all the time. A canary
listens on loopback and a file holds a secret: the first may never be touched, the second never be told.
"""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hostile import PATIENCE, Answered, Case, ask
from hostile import QUERIES as QUERY_CASES
from hostile_files import FILES
from hostile_http import HTTP
from rusgraf import assets

WORKERS, SECONDS, MEMORY = 3, 3, 640
SECRET = b"hemlighet-7f3a9c"
INSIDE = (b"Traceback", b"site-packages", str(assets.root()).encode(), sys.base_prefix.encode(), b"root:x:0", SECRET)
MOST_RSS = 600  # MiB of the server's own process
PROBE = (
    b"GET /sparql?query=ASK%7B%3Chttps://w3id.org/rusgraf/spec/Delmal%3E%20a%20?t%7D HTTP/1.1\r\n"
    b"Host: 127.0.0.1\r\nAccept: application/sparql-results+json\r\nConnection: close\r\n\r\n"
)
CASES = {**QUERY_CASES, **FILES, **HTTP}


@dataclass
class Served:
    """The server, what it said, the canary's visitors, and what the probe saw: seconds, and whether it was right."""

    process: subprocess.Popen[bytes]
    address: tuple[str, int]
    canary: str
    secret: str
    said: list[bytes] = field(default_factory=list)
    visitors: list[str] = field(default_factory=list)
    probed: list[tuple[float, bool, int]] = field(default_factory=list)

    def workers(self) -> list[int]:
        """The processes below the server."""
        return [
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]

    def rss(self) -> int:
        """MiB of the server's own process at most so far."""
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8"))
        assert found
        return int(found[1]) // 1024


@contextmanager
def canary(visitors: list[str]) -> Iterator[str]:
    """A server that nobody may come to."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen() -> None:
            while True:
                try:
                    made, who = listening.accept()
                except OSError:
                    return
                visitors.append(str(who))
                made.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def probe(served: Served, stop: threading.Event) -> None:
    """Ask the same easy thing until told to stop."""
    while not stop.wait(0.3):
        answered = ask(served.address, PROBE, 60)
        served.probed.append((answered.seconds, b'"boolean":true' in answered.content, answered.status))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real command on a free port, with a canary and a secret beside it, and the probe at work."""
    secret = tmp_path_factory.mktemp("secret") / "secret.ttl"
    secret.write_bytes(b'<a:a> <a:b> "%s" .' % SECRET)
    command = [sys.executable, "-m", "rusgraf", "serve", "--port", "0"]
    limits = ["--timeout", str(SECONDS), "--memory", str(MEMORY), "--workers", str(WORKERS)]
    # All of it comes from one address, which fair use would slow down or refuse.
    unlimited = ["--client-requests", "0", "--client-seconds", "0", "--client-jobs", "0", "--connections", "2000"]
    visitors: list[str] = []
    with (
        canary(visitors) as url,
        subprocess.Popen([*command, *limits, *unlimited, "--log", "quiet"], stderr=subprocess.PIPE) as process,
    ):
        assert process.stderr is not None
        stop = threading.Event()
        try:
            found = None
            while not found:
                line = process.stderr.readline()
                assert line, "it did not start"
                found = re.search(rb"http://([\d.]+):(\d+)/", line)
            made = Served(process, (found[1].decode(), int(found[2])), url, secret.as_uri(), [], visitors)
            reading = threading.Thread(target=lambda: made.said.extend(process.stderr or ()), daemon=True)
            reading.start()
            probing = threading.Thread(target=probe, args=(made, stop), daemon=True)
            probing.start()
            yield made
            stop.set()
            probing.join(60)
            process.kill()
            reading.join(60)  # its file is closed after this
        finally:
            process.kill()


def wrong_with(answered: Answered, expected: frozenset[int], seconds: float) -> str:
    """What is not as it should be, "" when all is."""
    inside = [word for word in INSIDE if word in answered.content]
    if inside:
        return f"tells of the inside: {inside}"
    head = answered.content.partition(b"\r\n\r\n")[0].lower()
    if b"\r\nx-evil" in head or b"\r\nset-cookie" in head:
        return "a header came in from outside"
    if answered.status not in expected:
        return f"{answered.status}: {answered.content[:600]!r}"
    if answered.status >= 400 and answered.content.count(b"\r\n\r\n") == 1 and b'"detail"' in answered.content:
        assert b'"title"' in answered.content
    return "" if answered.seconds < seconds else f"{answered.seconds:.1f} s"


NAMES = [pytest.param(name, marks=pytest.mark.slow if case.is_slow else (), id=name) for name, case in CASES.items()]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_request_is_answered_as_it_deserves(name: str, served: Served) -> None:
    case = CASES[name]
    answered = ask(served.address, case.request(served.canary, served.secret), case.patience)
    assert wrong_with(answered, case.expected, case.seconds) == ""
    assert served.process.poll() is None, "the server is down"
    assert served.visitors == []


def test_corpus_is_large_without_the_parameters_of_queries_and_the_identifiers() -> None:
    assert sum(not name.startswith(("library: ", "identifier: ")) for name in CASES) >= 500


def test_idle_connections_and_half_requests_keep_nobody_out(served: Served) -> None:
    with contextlib.ExitStack() as open_:
        for number in range(300):
            made = open_.enter_context(socket.create_connection(served.address))
            made.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"[: 20 + number % 60])
        assert ask(served.address, PROBE, 20).status == 200


def test_a_killer_every_two_seconds_costs_itself_alone(served: Served) -> None:
    killers = [CASES[f"killer: {name}"] for name in ("cartesian count", "doubling", "cartesian concatenation")]
    answers: list[int] = []
    before = len(served.probed)

    def kill(case: Case) -> None:
        answers.append(ask(served.address, case.request(served.canary, served.secret)).status)

    threads = [threading.Thread(target=kill, args=(killers[n % 3],)) for n in range(5)]
    for thread in threads:
        thread.start()
        time.sleep(2)
    for thread in threads:
        thread.join(60)
    assert answers == [503] * len(threads)
    probed = served.probed[before:]
    assert len(probed) > 10
    assert all(is_right for _, is_right, _ in probed)
    assert max(seconds for seconds, _, _ in probed) < PATIENCE


def test_server_is_whole_after_all_of_it(served: Served) -> None:
    """The last test of the file: what the others left behind."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(served.workers()) < WORKERS:
        time.sleep(0.2)
    assert len(served.workers()) >= WORKERS
    assert served.process.poll() is None
    assert served.rss() < MOST_RSS
    assert served.visitors == []
    assert not [line for line in served.said if SECRET in line]
    probed = sorted(seconds for seconds, _, _ in served.probed)
    wrong = [one for one in served.probed if not one[1]]
    print(
        f"\nprobe: {len(probed)} times, {len(wrong)} not answered, median {probed[len(probed) // 2]:.3f} s,"
        f" p99 {probed[int(len(probed) * 0.99)]:.3f} s, at most {probed[-1]:.3f} s; server {served.rss()} MiB at most"
    )
    assert wrong == []
