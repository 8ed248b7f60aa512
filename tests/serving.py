"""The real server: ``rusgraf serve`` in a process of its own on a free port."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse


@dataclass(frozen=True)
class Served:
    """A server that runs: its process, its port, and what it has said on standard error."""

    process: subprocess.Popen[str]
    port: int
    said: list[str]

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[HTTPResponse, bytes]:
        """The answer and its whole body; raises IncompleteRead when the body was broken off."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()


@contextmanager
def serving(*options: object) -> Iterator[Served]:
    """A server with these options; killed at the end."""
    command = [sys.executable, "-m", "rusgraf", "serve", "--port", "0", *map(str, options)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said: list[str] = []
    port, reading = 0, threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    try:
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                port = int(found[1])
                break
        assert port, "".join(said)
        reading.start()
        yield Served(process, port, said)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if reading.ident:
            reading.join(10)
        process.stderr.close()
