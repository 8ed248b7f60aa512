"""What does a write to a large store cost? ``python bench/store.py --triples 1000000 --rows 50``.

A store is built of the shipped data and an invented country (``country``), and a file of `rows` activities is added,
replaced and removed, as ``rusgraf add`` and ``remove`` do it; then SPARQL Updates of a statement or two, each in a
process of its own, as the server does it. Seconds of real time for each, with a country of 10,000 statements and with
one of `triples`. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "server"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from country import Region, country
from rusgraf.archive import backup
from rusgraf.commits import build, writing
from rusgraf.publish import Terms, add, remove
from rusgraf.releases import Change, open_store
from rusgraf.store import Store
from rusgraf.terms import PREFIXES
from rusgraf.update import Update
from rusgraf.writer import Limits, Writer
from rusgraf.writes import Terms as WriteTerms
from rusgraf.writes import Wish

UPDATES = {
    "INSERT DATA": "INSERT DATA { <https://example.org/a> <https://example.org/b> 1 }",
    "DELETE INSERT WHERE": "DELETE { ?s <https://example.org/b> ?o } INSERT { ?s <https://example.org/b> 2 } "
    "WHERE { ?s <https://example.org/b> ?o }",
    "the same after another operation": "INSERT DATA { <https://example.org/a> <https://example.org/b> 3 } ; "
    "DELETE { ?s <https://example.org/b> ?o } INSERT { ?s <https://example.org/b> 4 } "
    "WHERE { ?s <https://example.org/b> ?o }",
}


def sheet(rows: int, word: str) -> bytes:
    """A file of invented activities for a plan of the first region of the country."""
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    goal, body = Region(1).thing("Delmal", "delmal-0-0-0"), Region(1).bodies[0]
    return (prefixes + "".join(
        f'<https://example.org/bench-{i}> a rus:Aktivitet ; skos:prefLabel "Påhittad {word} {i}"@sv ;'
        f" rus:avserDelmal {goal} ; rus:ansvarig {body} .\n"
        for i in range(rows)
    )).encode()  # fmt: skip


def timed(what: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    made = work()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:40} {time.perf_counter() - start:8.2f} s   {memory:6.0f} MiB at most so far", flush=True)
    return made


def empty_commit(directory: Path) -> None:
    """A release that changes nothing: what every write costs, however small."""
    with writing(directory) as commit:
        commit.publish(Change("add"))


def updated(what: str, text: str, directory: Path) -> None:
    """An update, in a process that is ready for it; its own memory (Linux)."""
    writer = Writer(directory, Limits(seconds=600))
    (process,) = multiprocessing.active_children()
    try:
        writer.run("rusgraf.writes:prepare")
        start = time.perf_counter()
        writer.run("rusgraf.writes:write", str(directory), Wish("POST", update=Update(text)), WriteTerms())
        seconds = time.perf_counter() - start
        peak = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{process.pid}/status").read_text())
        print(f"{what:40} {seconds:8.2f} s   {int(peak[1]) / 1024 if peak else 0:6.0f} MiB of its own", flush=True)
    finally:
        writer.close()


def run(triples: int, rows: int, directory: Path) -> None:
    terms = Terms(accept_warnings=True)
    invented = country(triples)
    timed("build", lambda: build(directory, lambda _: Store.load(extra=invented), Change("build")))
    opened = timed("open and count", lambda: open_store(directory))
    print(f"{opened.release.quads} quads, {sum(opened.release.stated().values())} stated")
    timed("a release that changes nothing", lambda: empty_commit(directory))
    for what, word in (("add", "aktivitet"), ("replace", "insats"), ("the same file again", "insats")):
        timed(f"{what}, {rows} rows", lambda word=word: add(directory, [("bench.ttl", sheet(rows, word))], terms))
    timed(f"remove, {rows} rows", lambda: remove(directory, "bench"))
    for what, text in UPDATES.items():
        updated(what, text, directory)
    timed("backup", lambda: backup(directory, directory / "kopia.zip"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=50)
    given = parser.parse_args()
    for triples in (10_000, given.triples):
        with tempfile.TemporaryDirectory() as place:
            print(f"\n{triples} invented statements beside the shipped data")
            run(triples, given.rows, Path(place) / "lager")


if __name__ == "__main__":
    main()
