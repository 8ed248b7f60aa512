"""What does a larger engine cost and gain? ``python bench/engines.py --sizes 20000 100000``.

The shipped data and an invented country (``country``) are loaded into the embedded store and into a service
(``--endpoint URL --graph-store URL``; without, the Oxigraph server of PyPI is started, in memory). Measured are
loading, the rules, the findings of some rules and of all (not with ``--some``), once each, with the requests that they
took and the largest memory of this process, the embedded store included; and how long the service takes to follow a
store to which 50 activities were added (with ``--update-endpoint``). Nothing is asserted but that the findings are the
same.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "server"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from country import country
from rusgraf import findings
from rusgraf.commits import build
from rusgraf.library import rules
from rusgraf.publish import Terms, add
from rusgraf.releases import Change, open_store
from rusgraf.remote.following import Follower
from rusgraf.remote.loading import load
from rusgraf.remote.protocol import Addresses, Credentials, Patience, Service
from rusgraf.remote.reader import Reader
from rusgraf.remote.store import RemoteStore
from rusgraf.store import Store
from services import oxigraph
from store import sheet

T = TypeVar("T")
ONLY = ("effektmal-i-en-plan", "skilda-beslutsorgan", "plan-utgangen")


def timed(run: Callable[[], T]) -> tuple[float, T]:
    start = time.monotonic()
    made = run()
    return time.monotonic() - start, made


def measure(size: int, service: Service, *, is_short: bool) -> None:
    """Print what one size costs."""
    here_s, here = timed(lambda: Store.load(extra=country(size)))
    load_s, made = timed(lambda: load(here, service))
    print(f"\n{size} invented statements: {made}")
    print(f"load: embedded {here_s:.1f} s, service {load_s:.1f} s")
    requests = 0
    send = Service._send

    def counting(*arguments: object, **named: object) -> bytes:
        nonlocal requests
        requests += 1
        return send(*arguments, **named)  # type: ignore[arg-type]

    Service._send = counting  # type: ignore[method-assign]
    tasks: list[tuple[str, Callable[[Store], list[Any]]]] = [
        ("rules", lambda s: [len(findings.rows(rule, s)) for rule in rules()]),
        (", ".join(ONLY), lambda s: findings.find(s, only=ONLY)),
        ("all findings", findings.find),
    ]
    for label, run in tasks[: 2 if is_short else 3]:
        here_s, wanted = timed(partial(run, here))
        requests = 0
        there_s, found = timed(partial(run, RemoteStore.connect(Reader(service))))
        assert found == wanted
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        rows = sum(found) if label == "rules" else len(found)
        print(
            f"{label}: {rows} rows, embedded {here_s:.1f} s, service {there_s:.1f} s, {requests} requests, {memory} MB"
        )
    Service._send = send  # type: ignore[method-assign]


def follow(size: int, service: Service, folder: Path) -> None:
    """Print what it costs to have a service hold a release that differs little from the one it has."""
    directory = folder / f"lager-{size}"
    build(directory, lambda _: Store.load(extra=country(size)), Change("build"))
    follower = Follower(directory, service)
    follower.follow(open_store(directory))
    for word in ("ny", "annan"):
        add(directory, [("bench.ttl", sheet(50, word))], Terms(accept_warnings=True))
        seconds, made = timed(lambda: follower.follow(open_store(directory)))
        print(f"follow: {seconds:.1f} s, {made}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000])
    parser.add_argument("--endpoint", default="")
    parser.add_argument("--graph-store", default="")
    parser.add_argument("--update-endpoint", default="")
    parser.add_argument("--user", default="dba")
    parser.add_argument("--password", default="dba")
    parser.add_argument("--some", action="store_true", help="leave out the findings of all rules")
    given = parser.parse_args()
    addresses = Addresses(given.endpoint, given.update_endpoint, given.graph_store) if given.endpoint else None
    patience = Patience(seconds=900)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        if not addresses:
            addresses = stack.enter_context(oxigraph(Path(folder))).addresses
        for size in given.sizes:
            service = Service(addresses, Credentials(given.user, given.password), patience)
            measure(size, service, is_short=given.some)
            if addresses.update:
                follow(size, service, Path(folder))


if __name__ == "__main__":
    main()
