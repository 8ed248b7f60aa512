"""Helpers of the tests of writing over HTTP: an invented store that is served with a token, and what clients send."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOKEN, ROLE = "pahittad-token", "påhittad roll"
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}
TURTLE = {"Content-Type": "text/turtle"}
UPDATE = {"Content-Type": "application/sparql-update"}


def tokens_file(directory: Path) -> Path:
    """A file with the token of the tests in it."""
    path = directory / "tokens"
    path.write_text(f"# påhittad\n\n{hashlib.sha256(TOKEN.encode()).hexdigest()}  {ROLE}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


@contextmanager
def serving(
    store: Path, tokens: Path, port: int = 0, *more: str, **environment: str
) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """``rusgraf serve`` over a store, as it is run: its port, and the process."""
    options = ["--port", str(port), "--workers", "1", "--store", str(store), "--tokens", str(tokens), *more]
    command = [sys.executable, "-m", "rusgraf", "serve", *options]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C.UTF-8", **environment}
    ) as process:
        try:
            assert process.stderr is not None
            told = next(word for line in process.stderr for word in line.split() if word.startswith("http://"))
            yield int(told.rstrip("/").rpartition(":")[2]), process
        finally:
            process.kill()
