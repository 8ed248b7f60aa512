"""Do the walls keep a worker from network and files whatever runs in it, and does the work still get done within?"""

from __future__ import annotations

import multiprocessing as mp
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from planted import Canary, store_of
from rusgraf import assets, walls
from rusgraf.answer import Question
from rusgraf.findings import find
from rusgraf.library import library
from rusgraf.store import Store
from rusgraf.workers import Limits, Pool
from rusgraf.writer import Writer

pytestmark = pytest.mark.skipif(walls.landlock() < 4, reason="the walls need Landlock with ports, of Linux 6.7")
SHEET = "Aktivitet;Delmål;Ansvarig\nPåhittad;x;y\n".encode()
SECRET = "hemlighet-7f3a"  # noqa: S105 (no password: what must never be seen)
TURTLE = b"<https://example.org/a> a <https://w3id.org/rusgraf/spec/Delmal> ."
FILES = {
    "a.ttl": TURTLE,
    "a.trig": b"<https://example.org/g> { " + TURTLE + b" }",
    "a.nt": TURTLE.replace(b" a ", b" <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "),
    "a.jsonld": b'{"@id": "https://example.org/a", "@type": "https://w3id.org/rusgraf/spec/Delmal"}',
    "a.rdf": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="https://'
    b'example.org/a"><rdf:type rdf:resource="https://w3id.org/rusgraf/spec/Delmal"/></rdf:Description></rdf:RDF>',
    "a.csv": SHEET,
}


@pytest.fixture(scope="module")
def one() -> Iterator[Pool]:
    """A worker over the shipped data."""
    with closing(Pool(Store.load().dump(), Limits(seconds=60, workers=1))) as made:
        yield made


def reach(_: object, kind: str, address: str, port: int) -> str:
    """A job: what comes of reaching out in one way."""
    try:
        match kind:
            case "tcp":
                socket.create_connection((address, port), 2).close()
            case "udp":
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
                    made.sendto(b"x", (address, port))
            case "unix":
                socket.socket(socket.AF_UNIX).close()
            case "listen":
                socket.create_server(("127.0.0.1", 0)).close()
            case "program":
                subprocess.run(["/bin/true"], check=True)
            case "read":
                return Path(address).read_text(encoding="utf-8")
            case "list":
                return str(os.listdir(address))  # noqa: PTH208
            case "write":
                with Path(address).open("a", encoding="utf-8"):
                    pass
            case "cut":
                os.truncate(address, 0)
            case "remove":
                Path(address).unlink()
    except OSError as error:
        return type(error).__name__
    return "done"


@pytest.mark.parametrize("kind", ["tcp", "udp", "unix", "listen", "program"])
def test_worker_reaches_no_network_and_starts_no_program(kind: str, one: Pool, canary: Canary) -> None:
    port = int(canary.url.rpartition(":")[2])
    assert one.run("test_walls:reach", kind, "127.0.0.1", port) == "PermissionError"
    assert not canary.hits


@pytest.mark.parametrize("kind", ["read", "list", "write", "cut", "remove"])
def test_worker_reaches_no_file_that_is_not_the_programs_own(kind: str, one: Pool, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    target = {"list": tmp_path, "write": tmp_path / "new"}.get(kind, secret)
    assert one.run("test_walls:reach", kind, str(target), 0) in ("PermissionError", "OSError")
    assert [p.name for p in tmp_path.iterdir()] == ["secret"]
    assert secret.read_text(encoding="utf-8") == SECRET


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "/root", "/", str(assets.root() / "docs")])
def test_worker_reads_nothing_of_the_machine(path: str, one: Pool) -> None:
    kind = "read" if Path(path).is_file() else "list"
    assert one.run("test_walls:reach", kind, path, 0) == "PermissionError"


def test_worker_reads_the_programs_own_files_and_changes_none(one: Pool) -> None:
    own = str(assets.folder("queries") / "luckor" / "plan-utgangen.rq")
    assert "SELECT" in one.run("test_walls:reach", "read", own, 0)
    for kind in ("cut", "remove", "write"):
        assert one.run("test_walls:reach", kind, own, 0) in ("PermissionError", "OSError")
    assert Path(own).stat().st_size


def test_what_reaches_out_past_the_guard_is_stopped_by_the_walls(one: Pool, canary: Canary) -> None:
    for address in (canary.url, canary.url.replace("127.0.0.1", "localhost")):
        with pytest.raises(Exception, match="fault in the program"):
            one.run("rusgraf.answer:answer", f"SELECT * {{ SERVICE <{address}/> {{ ?a ?b ?c }} }}", {}, ("json",), 1000)
    assert not canary.hits


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("form", ["json", "page", "ttl"])
def test_files_are_validated_within_the_walls(name: str, form: str, one: Pool) -> None:
    assert one.run("rusgraf.jobs:validate_file", name, FILES[name], form, "sv")


def test_every_other_job_is_done_within_the_walls() -> None:
    """In a worker of its own, so that each job imports what it needs behind the walls."""
    store = Store.load()
    graph = min(found.value for found in store.all_graphs())
    narrowed = {"rule": "", "plan": "", "status": ""}
    jobs: dict[str, tuple[object, ...]] = {
        "run_query": (Question(f"ASK FROM <{graph}> {{ ?a ?b ?c }}", ("json",), 10**6),),
        "library_sheet": (next(iter(library())), {}, _wanted()),
        "suggestions": (narrowed, 2, "html", "sv"),
        "compare_regions": ([], "html", "sv"),
        "thing_page": ("spec/Delmal", _asked(), 0),
        "thing_data": ("spec/Delmal", "ttl", 10**7),
        "dump": ("trig", 10**8),
        "export": (find(store)[:2], "xlsx", "sv"),
        "template_sheet": ("", "", "xlsx"),
        "validate_file": ("a.csv", SHEET, "xlsx", "sv"),
    }
    for name, arguments in jobs.items():
        with closing(Pool(store.dump(), Limits(seconds=60, workers=1))) as made:
            assert made.run(f"rusgraf.jobs:{name}", *arguments), name


def _wanted() -> object:
    from rusgraf.answer import Wanted

    return Wanted("xlsx", "sv", 10**7)


def _asked() -> object:
    from rusgraf.thingview import Asked

    return Asked("sv", "", 1, [])


def within(pipe: Connection, ports: tuple[int, ...], tries: list[tuple[str, str, int]]) -> None:
    """A process of its own: the walls, then what comes of each try."""
    missing = walls.build(ports)
    pipe.send((missing, [reach(None, *one) for one in tries]))


def from_within(ports: tuple[int, ...], *tries: tuple[str, str, int]) -> list[str]:
    ours, theirs = mp.get_context("spawn").Pipe()
    process = mp.get_context("spawn").Process(target=within, args=(theirs, ports, list(tries)))
    process.start()
    assert ours.poll(60)
    missing, found = ours.recv()
    process.join()
    assert missing == []
    return [str(one) for one in found]


def test_store_in_a_service_is_asked_over_its_port_alone(canary: Canary) -> None:
    port = int(canary.url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", 0)) as other:
        tries = [("tcp", "localhost", port), ("tcp", "127.0.0.1", other.getsockname()[1]), ("read", "/etc/passwd", 0)]
        assert from_within((port,), *tries, ("program", "", 0), ("listen", "", 0)) == [
            "done", "PermissionError", "PermissionError", "PermissionError", "PermissionError",
        ]  # fmt: skip


def test_a_system_without_walls_says_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(walls.sys, "platform", "darwin")
    assert walls.build() == ["Landlock", "seccomp"]
    assert "no ['Landlock', 'seccomp'] here" in caplog.text


def test_store_of_planted_data_has_no_port() -> None:
    assert not store_of("e:a a rus:Delmal .").ports


# The process that writes


def kept(kind: str, address: str, port: int) -> str:
    """A job of the process that writes."""
    return reach(None, kind, address, port)


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Writer, Path]]:
    """A process that may write in one directory."""
    directory = tmp_path_factory.mktemp("lager")
    made = Writer(directory)
    yield made, directory
    made.close()


@pytest.mark.parametrize("kind", ["tcp", "udp", "unix", "listen", "program"])
def test_the_process_that_writes_reaches_no_network(kind: str, writer: tuple[Writer, Path], canary: Canary) -> None:
    port = int(canary.url.rpartition(":")[2])
    assert writer[0].run("test_walls:kept", kind, "127.0.0.1", port) == "PermissionError"
    assert not canary.hits


@pytest.mark.parametrize("kind", ["read", "list", "write", "cut", "remove"])
def test_the_process_that_writes_touches_its_own_directory_alone(
    kind: str, writer: tuple[Writer, Path], tmp_path: Path
) -> None:
    made, directory = writer
    for place, outcome in ((tmp_path, "PermissionError"), (directory, {"read": SECRET, "list": "['secret']"})):
        secret = place / "secret"
        secret.write_text(SECRET, encoding="utf-8")
        target = {"list": place, "write": place / "new"}.get(kind, secret)
        told = made.run("test_walls:kept", kind, str(target), 0)
        assert told == (outcome if isinstance(outcome, str) else outcome.get(kind, "done"))
        for path in directory.iterdir():
            path.unlink()
    assert (tmp_path / "secret").read_text(encoding="utf-8") == SECRET
