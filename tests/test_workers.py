"""Does work from outside harm nobody but itself, and does nothing stay behind?"""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from planted import store_of
from rusgraf.answer import Answer, Question
from rusgraf.errors import (
    BadParameter,
    BadQuery,
    ForbiddenQuery,
    LimitReached,
    NotAcceptable,
    RusgrafError,
    Stopped,
    UnknownName,
)
from rusgraf.shapes import shipped
from rusgraf.workers import Limits, Pool, Watch

RUN = "rusgraf.jobs:run_query"
PATIENCE = 60.0
SNAPSHOT = store_of("e:a a rus:Delmal ; skos:prefLabel 'å'@sv .").dump()
STUCK = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
BOMB = "SELECT ?x33 { BIND('aaaaaaaa' AS ?x0) " + " ".join(
    f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(33)
) + " }"  # fmt: skip


@pytest.fixture(scope="module")
def one() -> Iterator[Pool]:
    """A pool of one worker, so that the next job needs the same worker or its successor."""
    with closing(Pool(SNAPSHOT, Limits(seconds=PATIENCE, memory_mib=512, workers=1, wait_seconds=PATIENCE))) as made:
        yield made


def ask(workers: Pool, text: str = "ASK {}", seconds: float | None = None, max_bytes: int = 10_000) -> str:
    made: Answer = workers.run(RUN, Question(text, ("json", "ttl"), max_bytes), seconds=seconds)
    return made.content.decode()


def pid_of(workers: Pool) -> int:
    """The id of the one worker's process, once it is back."""
    ask(workers)
    [worker] = workers._all
    pid = worker._process.pid
    assert pid is not None
    return pid


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_worker_answers_from_its_snapshot(one: Pool) -> None:
    assert '"å"' in ask(one, "SELECT ?n { ?d a <https://w3id.org/rusgraf/spec/Mal> ; ?p ?n FILTER(isLiteral(?n)) }")


def test_work_over_its_time_is_stopped_and_the_next_is_answered(one: Pool) -> None:
    before = pid_of(one)
    with pytest.raises(Stopped) as caught:
        ask(one, STUCK, seconds=0.2)
    assert "0.2 seconds" in caught.value.message
    assert caught.value.cure
    assert "true" in ask(one)
    assert pid_of(one) != before
    assert not is_running(before)


def test_memory_bomb_costs_only_its_own_work(one: Pool) -> None:
    parent = os.getpid()
    with pytest.raises(LimitReached) as caught:
        ask(one, BOMB)
    assert caught.value.cure
    assert "true" in ask(one)
    assert os.getpid() == parent


def test_work_that_ends_its_process_costs_only_itself(one: Pool) -> None:
    with pytest.raises(Stopped):
        one.run("test_workers:end")
    assert "true" in ask(one)


def stumble(_: object) -> None:
    raise ZeroDivisionError("a fault of ours")


def test_a_fault_of_ours_is_told_as_one_and_the_worker_kept(one: Pool) -> None:
    before = pid_of(one)
    with pytest.raises(RusgrafError, match="ZeroDivisionError") as told:
        one.run("test_workers:stumble")
    assert not isinstance(told.value, Stopped)
    assert pid_of(one) == before


def test_deep_nesting_that_passes_no_guard_ends_no_parent(one: Pool) -> None:
    text = "SELECT * { FILTER(" + "(" * 10_000 + "1" + ")" * 10_000 + ") }"
    answered = one.run("rusgraf.answer:answer", text, {}, ("json",), 10_000)
    assert answered.form == "json"


def test_answer_that_is_too_long_is_refused_and_the_worker_kept(one: Pool) -> None:
    before = pid_of(one)
    with pytest.raises(LimitReached) as caught:
        ask(one, "SELECT * { ?a ?b ?c }", max_bytes=100)
    assert "100 bytes" in caught.value.message
    assert pid_of(one) == before


def test_graph_that_is_too_long_is_refused_and_the_worker_kept(one: Pool) -> None:
    before = pid_of(one)
    with pytest.raises(LimitReached):
        ask(one, "CONSTRUCT WHERE { ?a ?b ?c }", max_bytes=100)
    assert pid_of(one) == before


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("SELECT", BadQuery, "does not parse"),
        ("SELECT * { SERVICE <a:a> {} }", ForbiddenQuery, "SERVICE"),
        ("DROP ALL", ForbiddenQuery, "DROP"),
    ],
)
def test_error_keeps_its_kind_message_and_cure_across_the_border(
    text: str, error: type[BadQuery], words: str, one: Pool
) -> None:
    before = pid_of(one)
    with pytest.raises(error) as caught:
        ask(one, text)
    assert words in caught.value.message
    assert caught.value.cure
    assert str(caught.value) == f"{caught.value.message} {caught.value.cure}"
    assert pid_of(one) == before


def test_errors_of_every_job_cross_the_border(one: Pool) -> None:
    with pytest.raises(UnknownName, match="effektmal-utan-plan"):
        one.run("rusgraf.jobs:library_table", "effektmal-utan-plann", {}, "sv")
    with pytest.raises(BadParameter, match="Did you mean"):
        one.run("rusgraf.jobs:library_table", "utforska/sok", {"orrd": "x"}, "sv")
    with pytest.raises(NotAcceptable):
        one.run(RUN, Question("ASK {}", ("csv",), 100))


def test_worker_can_write_no_file(one: Pool, tmp_path: object) -> None:
    assert one.run("test_workers:try_to_write", str(tmp_path)) == "refused"


def try_to_write(store: object, folder: str) -> str:
    """A job: what comes of writing a file."""
    try:
        with open(f"{folder}/fil", "wb") as file:  # noqa: PTH123
            file.write(b"x" * 100)
    except OSError:
        return "refused"
    return "written"


def end(store: object) -> None:
    """A job that takes its process along, as a fault in an engine would."""
    os.abort()


def test_busy_workers_are_told_and_not_waited_for_without_end() -> None:
    with closing(Pool(SNAPSHOT, Limits(workers=1, wait_seconds=0.05))) as made:
        worker = made._free.get()
        with pytest.raises(LimitReached, match="busy"):
            ask(made)
        made._free.put(worker)
        assert "true" in ask(made)


@dataclass
class Client(Watch):
    """A client that is there, or has left."""

    is_there: bool = True
    told: list[str] = field(default_factory=list)

    def wanted(self) -> Callable[[], bool]:
        return lambda: self.is_there

    def taken(self) -> None:
        self.told.append("taken")

    def end(self, outcome: str, seconds: float) -> None:  # noqa: ARG002
        self.told.append(outcome)


def test_job_of_a_client_that_has_left_is_not_begun() -> None:
    client = Client()
    with closing(Pool(SNAPSHOT, Limits(workers=1, wait_seconds=PATIENCE), client)) as made:
        client.is_there = False
        with pytest.raises(LimitReached):
            ask(made)
        assert (client.told, made.free()) == (["refused"], 1)
        client.is_there = True
        assert "true" in ask(made)


def test_client_that_leaves_while_it_waits_for_a_worker_is_no_longer_waited_for() -> None:
    client = Client()
    with closing(Pool(SNAPSHOT, Limits(workers=1, wait_seconds=PATIENCE), client)) as made:
        worker = made._free.get()
        threading.Timer(0.7, lambda: setattr(client, "is_there", False)).start()
        began = time.monotonic()
        with pytest.raises(LimitReached):
            ask(made)
        assert 0.6 < time.monotonic() - began < PATIENCE / 2
        assert client.told == ["refused"]
        made._free.put(worker)


def validate_file(_: object) -> int:
    """A job by the name of one that needs warmth: how many shapes are read."""
    return shipped.cache_info().currsize if "pyshacl" in sys.modules else 0


def is_warm(_: object) -> bool:
    return bool(validate_file(_))


def test_what_a_new_worker_reads_for_validation_is_not_the_time_of_the_job() -> None:
    with closing(Pool(SNAPSHOT, Limits(workers=1))) as made:
        assert made.run("test_workers:is_warm") is False
        assert made.run("test_workers:validate_file", seconds=0.3) == 1


def test_an_idle_worker_gets_ready_for_validation_by_itself() -> None:
    with closing(Pool(SNAPSHOT, Limits(workers=1))) as made:
        assert made.run("test_workers:is_warm") is False
        end = time.monotonic() + PATIENCE
        while not made.run("test_workers:is_warm"):  # asked seldom: what it is asked goes before
            assert time.monotonic() < end
            time.sleep(2)


def test_two_workers_are_two_processes() -> None:
    with closing(Pool(SNAPSHOT, Limits(workers=2))) as made:
        assert len({w._process.pid for w in made._all}) == 2


def test_closing_leaves_no_process() -> None:
    with closing(Pool(SNAPSHOT, Limits(workers=2))) as made:
        pids = [w._process.pid for w in made._all]
        assert all(pid and is_running(pid) for pid in pids)
    assert not any(pid and is_running(pid) for pid in pids)
    assert not {p.pid for p in mp.active_children()} & set(pids)
    made.close()


def test_closing_while_a_worker_is_replaced_leaves_no_process() -> None:
    before = {p.pid for p in mp.active_children()}
    with closing(Pool(SNAPSHOT, Limits(workers=1))) as made, pytest.raises(Stopped):
        ask(made, STUCK, seconds=0.1)
    deadline = time.monotonic() + PATIENCE
    while {p.pid for p in mp.active_children()} - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert {p.pid for p in mp.active_children()} <= before


def test_worker_that_cannot_start_is_an_error() -> None:
    with pytest.raises(LimitReached, match=r"did not start \(exit 1\)"):
        Pool(b"no quads", Limits(workers=1))


def test_signal_that_ended_a_worker_is_told_by_its_name(one: Pool) -> None:
    os.kill(pid_of(one), signal.SIGSYS)
    [worker] = one._all
    assert worker.ended_by() == "SIGSYS"


def test_work_that_a_closing_pool_ends_is_told_so_and_is_no_death() -> None:
    outcomes = []
    watch = Watch()
    watch.end = lambda outcome, _: outcomes.append(outcome)  # type: ignore[method-assign]
    with closing(Pool(SNAPSHOT, Limits(seconds=PATIENCE, workers=1), watch)) as made:
        threading.Timer(0.5, made.close).start()
        with pytest.raises(Stopped, match="server is being stopped"):
            ask(made, STUCK)
    assert outcomes == ["stopped"]
