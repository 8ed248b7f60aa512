"""What does an activity sheet cost? ``python bench/validate.py --rows 60000 --triples 1000000``.

Whole processes of ``rusgraf validate``, seconds and peak memory: sheets of 1/10 of `rows` and of `rows` invented rows
beside the shipped data, as workbook and as CSV (none with ``--rows 0``); then 50 rows beside stores that hold the
shipped data and an invented country (``country``) of none, a tenth and all of `triples` statements, against opening
and counting alone. Nothing is asserted but that the rows hold no violation.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "server"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from country import country
from rusgraf.commits import build
from rusgraf.releases import Change
from rusgraf.store import Store
from start import run

ROOT = Path(__file__).resolve().parent.parent
HEADER = ("Id", "Aktivitet", "Delmål", "Ansvarig", "Målgrupp", "Start", "Slut", "Status")
EVERY = "SELECT ?namn { ?ting a $slag ; <http://www.w3.org/2004/02/skos/core#prefLabel> ?namn } ORDER BY ?namn"


def names(store: Store, kind: str) -> list[str]:
    """The names of the things of a class, those that one thing alone has."""
    text = f"PREFIX rus: <https://w3id.org/rusgraf/spec/> {EVERY.replace('$slag', kind)}"
    found = [str(getattr(row[0], "value", "")) for row in store.select(text).rows]
    return [name for name in found if found.count(name) == 1]


def rows(store: Store, number: int) -> list[list[str]]:
    goals, bodies = names(store, "rus:Delmal"), names(store, "rus:Namnd")
    groups = ["barn och unga", "äldre"]
    return [
        [f"B-{i}", f"Påhittad aktivitet nummer {i}", goals[i % len(goals)], bodies[i % len(bodies)],
         groups[i % len(groups)], "2021-03-01", "2021-11-30", "planerad"]
        for i in range(number)
    ]  # fmt: skip


def write(content: list[list[str]], path: Path) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([HEADER, *content])
        return path
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Aktiviteter")
    for row in (HEADER, *content):
        sheet.append(row)
    book.save(path)
    return path


def measure(what: str, *arguments: str) -> None:
    seconds, memory = run([sys.executable, "-m", "rusgraf", *arguments])
    print(f"{what:60} {seconds:8.2f} s {memory:8.0f} MB", flush=True)


def has_no_violation(path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "rusgraf", "validate", str(path), "--format", "json"], cwd=ROOT / "server",
        capture_output=True, check=False,
    )  # fmt: skip
    counts = json.loads(made.stdout)["counts"]
    print(f"{path.name}: {counts}")
    assert counts["violation"] == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--triples", type=int, default=1_000_000)
    given = parser.parse_args()
    shipped = Store.load()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        few = write(rows(shipped, 50), folder / "50.xlsx")
        has_no_violation(few)
        for number in (given.rows // 10, given.rows) if given.rows else ():
            for suffix in (".xlsx", ".csv"):
                sheet = write(rows(shipped, number), folder / f"{number}{suffix}")
                measure(f"validate {sheet.name}, the shipped data", "validate", str(sheet))
        for triples in (0, given.triples // 10, given.triples):
            store = folder / f"lager-{triples}"
            code = "import sys; sys.path[:0] = sys.argv[1:3]; import validate; validate.make(sys.argv[3], sys.argv[4])"
            subprocess.run(
                [sys.executable, "-c", code, str(ROOT / "server"), str(ROOT / "bench"), str(store), str(triples)],
                check=True,
            )
            measure(f"open and count, {triples} invented statements", "history", "--store", str(store))
            measure(f"validate 50.xlsx, {triples} invented statements", "validate", str(few), "--data", str(store))


def make(directory: str, triples: str) -> None:
    """A store directory; in a process of its own, whose memory is given back."""
    invented = country(int(triples)) if int(triples) else ()
    build(Path(directory), lambda _: Store.load(extra=invented), Change("build"))


if __name__ == "__main__":
    main()
