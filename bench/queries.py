"""How does every query of the library grow with the graph? ``python bench/queries.py --sizes 10000 40000``.

The shipped data and an invented country (``country``) are loaded at several sizes; every query runs free, and
with its head's examples as parameters. Each runs in a worker that is killed when the cap is reached. The
exponent is log(t2/t1) / log(n2/n1) between the two largest sizes, n the invented statements alone; 1 is linear.
Nothing is asserted.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing as mp
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "server"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from country import country
from rusgraf.errors import BadParameter
from rusgraf.library import Query, bind, library, parse_query
from rusgraf.store import Store
from rusgraf.terms import Term

RUNS = 3
STEEP, LONG_ENOUGH_S = 1.3, 0.01


@dataclass(frozen=True)
class Time:
    """Median seconds of processor time (what else the machine does weighs little) and number of rows.

    `seconds` is None where the cap, which is real time, was reached.
    """

    seconds: float | None
    rows: int = 0


def measure(run: Callable[[], int]) -> Time:
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        rows = run()
        times.append(time.process_time() - start)
    return Time(statistics.median(times), rows)


def serve(pipe: Connection, dump: str, engine: str) -> None:
    """A worker: load the dump, then answer (text, bindings) with a Time, until None."""
    import warnings

    warnings.simplefilter("ignore")
    graph: Any
    if engine == "rdflib":
        import rdflib

        graph = rdflib.Dataset()
        graph.parse(dump, format="nquads")
    else:
        graph = Store.from_dump(Path(dump).read_bytes())
    pipe.send("ready")
    while (job := pipe.recv()) is not None:
        text, bindings = job
        if engine == "rdflib":
            import rdflib.util

            terms = {name: rdflib.util.from_n3(str(term)) for name, term in bindings.items()}
            pipe.send(measure(lambda: len(graph.query(text, initBindings=terms))))  # noqa: B023
        else:
            pipe.send(measure(lambda: count(graph.query(text, bindings))))  # noqa: B023


def count(answer: Any) -> int:
    return sum(1 for _ in answer) if hasattr(answer, "__iter__") else 1


class Worker:
    """A process that holds one graph; killed and started again when a query passes the cap."""

    def __init__(self, dump: Path, engine: str, cap: float) -> None:
        self.dump, self.engine, self.cap = dump, engine, cap
        self.start()

    def start(self) -> None:
        context = mp.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, str(self.dump), self.engine), daemon=True)
        self.process.start()
        theirs.close()
        self.pipe.recv()

    def ask(self, text: str, bindings: dict[str, Term]) -> Time:
        self.pipe.send((text, bindings))
        if self.pipe.poll(self.cap * RUNS):
            try:
                answer = self.pipe.recv()
            except EOFError:
                answer = None
            if isinstance(answer, Time):
                return answer
        self.stop()
        self.start()
        return Time(None)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()


def jobs(queries: list[Query], store: Store) -> list[tuple[str, str, dict[str, Term]]]:
    """Name, text and bindings: every query free, and with those of its examples that the store knows."""
    found: list[tuple[str, str, dict[str, Term]]] = []
    for query in queries:
        found.append((query.id, query.text, {}))
        bound: dict[str, Term] = {}
        for p in query.parameters:
            try:
                term = bind(query, {p.name: p.example}, store)[p.name]
            except BadParameter:
                continue
            if p.type != "iri" or next(store.quads(term), None):
                bound[p.name] = term
        if bound:
            found.append((f"{query.id} ({', '.join(bound)})", query.text, bound))
    return found


def exponent(small: float | None, large: float | None, ratio: float) -> float | None:
    return math.log(large / small) / math.log(ratio) if small and large else None


def seconds(value: float | None) -> str:
    return "over cap" if value is None else f"{value * 1000:.1f}"


def verdict(times: list[Time], ratio: float) -> str:
    """The exponents of time and answer, and a mark where time grows much faster than the answer allows."""
    if len(times) < 2:
        return ""
    grows = exponent(times[-2].seconds, times[-1].seconds, ratio)
    answer = exponent(times[-2].rows, times[-1].rows, ratio)
    long_enough = times[-1].seconds is None or times[-1].seconds >= LONG_ENOUGH_S
    steep = times[-1].seconds is None or (grows is not None and grows > max(STEEP, (answer or 0) + 0.3))
    shown = "" if grows is None else f"{grows:.2f}"
    return f"{shown:>6} {'' if answer is None else f'{answer:.2f}':>6} {'STEEP' if steep and long_enough else ''}"


def main() -> None:
    parser = argparse.ArgumentParser(description="How does every query grow with the graph?")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 40_000, 160_000], metavar="TRIPLES")
    parser.add_argument("--cap", type=float, default=60, help="seconds for one run of one query")
    parser.add_argument("--rdflib", action="store_true", help="time rdflib's own engine on the smallest size too")
    parser.add_argument("--only", default="", help="queries whose id contains this text")
    parser.add_argument("--files", type=Path, nargs="*", help="query files with a head, instead of the library")
    args = parser.parse_args()
    queries = [q for q in library().values() if args.only in q.id]
    if args.files:
        queries = [parse_query(f.parent.name, f.stem, f.read_text(encoding="utf-8"), str(f)) for f in args.files]
    with tempfile.TemporaryDirectory() as folder:
        run(queries, args.sizes, args.cap, args.rdflib, Path(folder))


def run(queries: list[Query], sizes: list[int], cap: float, with_rdflib: bool, folder: Path) -> None:
    """Time the queries and print the table."""
    workers, measured, todo = [], [], []
    for size in sizes:
        start = time.perf_counter()
        invented = country(size)
        store = Store.load(extra=invented)
        n = len(invented)
        print(f"{n} invented triples, made and loaded in {time.perf_counter() - start:.1f} s", flush=True)
        dump = folder / f"{size}.nq"
        dump.write_bytes(store.dump())
        measured.append(n)
        workers.append(Worker(dump, "oxigraph", cap))
        todo = jobs(queries, store)
    slow = Worker(folder / f"{sizes[0]}.nq", "rdflib", cap) if with_rdflib else None
    heads = [*(f"{n} ms" for n in measured), *(["rdflib ms"] if slow else [])]
    print(f"{'query':60}{''.join(f'{h:>14}' for h in heads)}{'rows':>9} {'exp':>6} {'rows^':>6}")
    for name, text, bindings in todo:
        times = [worker.ask(text, bindings) for worker in workers]
        ratio = measured[-1] / measured[-2] if len(measured) > 1 else 1
        cells = [seconds(t.seconds) for t in times]
        if slow:
            cells.append(seconds(slow.ask(text, bindings).seconds))
        print(f"{name:60}{''.join(f'{c:>14}' for c in cells)}{times[-1].rows:>9} {verdict(times, ratio)}", flush=True)
    for worker in [*workers, *([slow] if slow else [])]:
        worker.stop()


if __name__ == "__main__":
    main()
