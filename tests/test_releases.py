"""Is a store directory whole at every moment: while it is written, when a process dies, when a file is damaged?"""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from planted import quads
from rusgraf import commits
from rusgraf.commits import Policy, build, prepare, writing
from rusgraf.draft import Draft
from rusgraf.errors import BrokenStore, Conflict, StoreBusy, UnreadableInput
from rusgraf.publish import add
from rusgraf.releases import Change, Release, names, open_store, pointer
from rusgraf.store import Store
from rusgraf.terms import Literal, Quad, rus
from stores import GROUND, activity, copied, graph, ground, put, some, turtle

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with three releases."""
    directory = ground(tmp_path_factory.mktemp("lager") / "lager")
    put(directory, 1)
    put(directory, 2)
    return directory


@pytest.fixture
def lager(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copied(made, tmp_path / "lager")


def numbers(store: Store) -> set[int]:
    """The graphs nr-1, nr-2 … in a store; one that is not whole fails the test."""
    found = [g for g in store.all_graphs() if "/nr-" in g.value]
    assert all(len(list(store.quads(graph=g))) == 50 for g in found)
    assert all(len(list(store.default(some(int(g.value.rpartition("-")[2]))[0].subject))) == 50 for g in found)
    return {int(g.value.rpartition("-")[2]) for g in found}


def same(store: Store, *found: int) -> bool:
    """Whether a store holds what loading the ground and these graphs gives."""
    fresh = Store.load([], extra=[*quads(GROUND), *(q for n in found for q in some(n))])
    return store.release() == fresh.release() and store.size() == fresh.size() and store.digests() == fresh.digests()


# What lies there


def test_a_store_is_what_loading_its_graphs_gives(lager: Path) -> None:
    opened = open_store(lager)
    assert same(opened.store, 1, 2)
    assert opened.warning is None
    assert opened.release.name == pointer(lager) == names(lager)[0]
    assert opened.release.release == opened.store.release()
    assert opened.release.graphs == opened.store.digests()
    assert opened.release.quads == opened.store.size()
    assert opened.release.parent == names(lager)[1]
    assert opened.release.change == Change("add", (graph("nr-2").value,))


def test_a_release_is_read_as_it_was_written(lager: Path) -> None:
    release = open_store(lager).release
    assert Release.of_json(release.as_json()) == release


def test_an_older_release_is_not_touched_by_a_newer_one(lager: Path) -> None:
    before = open_store(lager)
    files = {p: p.read_bytes() for p in (lager / "releases" / before.release.name).rglob("*") if p.is_file()}
    put(lager, 3)
    put(lager, 1, [])
    assert files == {p: p.read_bytes() for p in files}
    assert numbers(before.store) == {1, 2}
    assert numbers(open_store(lager).store) == {2, 3}


def test_a_commit_that_is_left_changes_nothing(lager: Path) -> None:
    before = sorted(p.name for p in (lager / "releases").iterdir())
    with pytest.raises(ZeroDivisionError), writing(lager) as commit:
        commit.draft.replace(graph("nr-3"), some(3))
        raise ZeroDivisionError
    assert sorted(p.name for p in (lager / "releases").iterdir()) == before
    assert same(open_store(lager).store, 1, 2)


def test_a_directory_without_a_store_is_told_how_to_get_one(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "saknas"):
        with pytest.raises(UnreadableInput) as caught:
            open_store(path)
        assert str(path) in caught.value.message
        assert "rusgraf build" in caught.value.cure


def test_a_directory_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "budget.xlsx").write_bytes(b"x")
    with pytest.raises(UnreadableInput, match="something else"):
        prepare(tmp_path, [])
    assert [p.name for p in tmp_path.iterdir()] == ["budget.xlsx"]


def test_a_directory_that_may_not_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "fil").write_bytes(b"")
    with pytest.raises(UnreadableInput, match="fil"):
        ground(tmp_path / "fil" / "lager")


# A release that is not whole


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def broken_json(place: Path) -> None:
    (place / "release.json").write_text('{"number": 3, "release": ', encoding="utf-8")


def another_count(place: Path) -> None:
    text = (place / "release.json").read_text(encoding="utf-8")
    (place / "release.json").write_text(text.replace('"quads": 50', '"quads": 51', 1), encoding="utf-8")


def another_total(place: Path) -> None:
    record = Release.of_json((place / "release.json").read_bytes())
    changed = Release(**{**vars(record), "quads": record.quads + 1})
    (place / "release.json").write_bytes(changed.as_json())


def cut_table(place: Path) -> None:
    cut(max((place / "data").glob("*.sst"), key=lambda p: p.stat().st_size))


def lost_table(place: Path) -> None:
    max((place / "data").glob("*.sst"), key=lambda p: p.stat().st_size).unlink()


def lost_current(place: Path) -> None:
    (place / "data" / "CURRENT").unlink()


def cut_manifest(place: Path) -> None:
    cut(next((place / "data").glob("MANIFEST-*")))


def lost_data(place: Path) -> None:
    (place / "data").rename(place / "borta")


def lost_json(place: Path) -> None:
    (place / "release.json").unlink()


def lost_all(place: Path) -> None:
    place.rename(place.with_name(".borta"))


DAMAGES: list[Callable[[Path], None]] = [
    *(broken_json, another_count, another_total, cut_table, lost_table, lost_current, cut_manifest),
    *(lost_data, lost_json, lost_all),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_a_damaged_release_is_passed_over_for_the_last_whole_one_and_that_is_said(
    damage: Callable[[Path], None], lager: Path
) -> None:
    last, before = names(lager)[:2]
    damage(lager / "releases" / last)
    opened = open_store(lager)
    assert opened.release.name == before
    assert same(opened.store, 1)
    assert opened.warning is not None
    for told in opened.warning.say("sv"), opened.warning.say("en"):
        assert last in told[0]
        assert before in told[0]
        assert told[1]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_a_write_on_top_of_a_damaged_release_makes_a_whole_one(damage: Callable[[Path], None], lager: Path) -> None:
    last = names(lager)[0]
    damage(lager / "releases" / last)
    release = put(lager, 3)
    assert release.name > last or damage is lost_all
    opened = open_store(lager)
    assert opened.warning is None
    assert same(opened.store, 1, 3)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"../../etc", b"000009-aaaaaaaaaaaa\n"])
def test_a_pointer_that_names_nothing_gives_the_newest_whole_release_with_a_warning(
    content: bytes | None, lager: Path
) -> None:
    newest = names(lager)[0]
    (lager / "current").unlink()
    if content is not None:
        (lager / "current").write_bytes(content)
    opened = open_store(lager)
    assert opened.release.name == newest
    assert opened.warning is not None
    put(lager, 3)
    assert open_store(lager).warning is None


def test_a_release_that_was_never_switched_to_does_not_stand_in_for_a_damaged_one(lager: Path) -> None:
    last, before = names(lager)[:2]
    put(lager, 3)
    (lager / "current").write_text(f"{last}\n", encoding="ascii")  # as when the writer died just before
    broken_json(lager / "releases" / last)
    assert open_store(lager).release.name == before


def test_a_store_without_any_whole_release_says_so_and_force_builds_it_anew(lager: Path) -> None:
    for name in names(lager):
        broken_json(lager / "releases" / name)
    with pytest.raises(BrokenStore) as caught:
        open_store(lager)
    assert "rusgraf restore" in caught.value.cure

    def anew(_: object) -> Store:
        return Store.load([], extra=quads(GROUND))

    with pytest.raises(BrokenStore):
        build(lager, anew, Change("build"))
    assert build(lager, anew, Change("build"), force=True).number == 4
    assert same(open_store(lager).store)


# What is refused


def test_a_release_that_would_be_empty_or_far_smaller_is_refused_unless_forced(lager: Path) -> None:
    for gone in (["nr-1", "nr-2"], ["nr-1", "nr-2", "grund", "mer"]):
        with writing(lager) as commit:
            for name in gone:
                commit.draft.replace(graph(name), [])
            with pytest.raises(Conflict) as caught:
                commit.publish(Change("remove"))
        assert "--force" in caught.value.cure
        assert same(open_store(lager).store, 1, 2)
    with writing(lager) as commit:
        for name in gone:
            commit.draft.replace(graph(name), [])
        commit.publish(Change("remove"), force=True)
    assert open_store(lager).release.data_quads() == 0


def test_an_empty_first_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="0 statements"):
        build(tmp_path / "lager", lambda _: Store.load([]), Change("build"))
    assert not names(tmp_path / "lager")


def test_a_write_counts_what_it_starts_from_and_what_it_has_written_once_each(
    lager: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    counts = Store.counts

    def told(store: Store) -> dict[str, int]:
        counted.append(store.release())
        return counts(store)

    monkeypatch.setattr(Store, "counts", told)
    before = pointer(lager)
    after = add(lager, [("ny.ttl", turtle(activity("ny")))]).after
    assert after.release.name == pointer(lager) and after.store.release() == after.release.release
    assert counted == [before.partition("-")[2], after.release.release]


def test_counts_are_those_of_the_graphs_that_state_anything() -> None:
    store = Store.of(quads("<e:g1> { <e:a> <e:b> 1 , 2 } <e:g2> { <e:a> <e:b> 1 }"))
    store.engine.add_graph(graph("tom"))
    assert store.counts() == {"e:g1": 2, "e:g2": 1}


def test_how_much_smaller_is_too_small_is_for_the_policy_to_say(lager: Path) -> None:
    with writing(lager, Policy(least_share=0.9)) as commit:
        commit.draft.replace(graph("nr-1"), [])
        with pytest.raises(Conflict):
            commit.publish(Change("remove"))
    with writing(lager, Policy(least_share=0.5)) as commit:
        commit.draft.replace(graph("nr-1"), [])
        commit.publish(Change("remove"))


def test_what_was_not_written_as_it_was_meant_is_not_switched_to(lager: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lossy(self: Draft, directory: Path) -> None:
        other = Store.of(q for q in self.quads() if q.object != Literal(7))
        other.save(directory)

    monkeypatch.setattr(Draft, "copy", lossy)
    with pytest.raises(BrokenStore):
        put(lager, 3)
    assert same(open_store(lager).store, 1, 2)


def test_a_change_of_one_statement_for_another_is_noticed_by_the_hash(
    lager: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_value(self: Draft, directory: Path) -> None:
        def changed(quad: Quad) -> Quad:
            return Quad(quad.subject, quad.predicate, Literal(777), quad.graph_name)

        Store.of(changed(q) if q in (some(3)[7], *self.default(object=Literal(7))) else q for q in self.quads()).save(
            directory
        )

    with writing(lager) as commit:
        commit.draft.replace(graph("nr-3"), some(3))
        monkeypatch.setattr(Draft, "copy", other_value)
        with pytest.raises(BrokenStore, match="not what was meant"):
            commit.publish(Change("add"))
    assert same(open_store(lager).store, 1, 2)


# One writer at a time


def test_a_second_writer_is_told_who_writes_and_what_to_do(lager: Path) -> None:
    with writing(lager), pytest.raises(StoreBusy, match=f"pid {os.getpid()}") as caught, writing(lager):
        pass
    assert caught.value.cure
    put(lager, 3)


def test_a_writer_in_another_process_keeps_this_one_out_until_it_is_killed(lager: Path) -> None:
    hold = "import sys, time; from pathlib import Path; from rusgraf.commits import writing\n"
    hold += "with writing(Path(sys.argv[1])): print('in', flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", hold, str(lager)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        with pytest.raises(StoreBusy, match=f"pid {process.pid}"):
            put(lager, 3)
        assert same(open_store(lager).store, 1, 2), "reading goes on"
        process.send_signal(signal.SIGKILL)
    put(lager, 3)
    assert not [p for p in (lager / "releases").iterdir() if p.name.startswith(".")]


# Old releases


def test_old_releases_go_but_not_one_that_is_read(lager: Path) -> None:
    read = open_store(lager)
    for number in range(3, 9):
        put(lager, number)
    assert len(names(lager)) == Policy().keep + 1
    assert read.release.name in names(lager)
    assert numbers(read.store) == {1, 2}
    kept = read.release.name
    del read
    put(lager, 9)
    assert kept not in names(lager)
    assert len(names(lager)) == Policy().keep


def test_a_reader_in_another_process_keeps_its_release(lager: Path) -> None:
    handle = os.open(lager / "releases" / pointer(lager) / "release.json", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_SH)  # as another process would
    kept = pointer(lager)
    for number in range(3, 9):
        put(lager, number)
    assert kept in names(lager)
    os.close(handle)


def test_rubbish_of_a_killed_writer_is_swept_by_the_next_and_when_a_server_starts(lager: Path) -> None:
    for start in (lambda: put(lager, 3), lambda: prepare(lager)):
        unfinished = lager / "releases" / ".work-x"
        (unfinished / "draft").mkdir(parents=True)
        unswitched = copied(lager / "releases" / pointer(lager), lager / "releases" / "000090-aaaaaaaaaaaa")
        start()
        assert not unfinished.exists()
        assert not unswitched.exists()


# What happens when the process dies


def run(directory: Path, first: int, *step: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(HERE / "crashing.py"), str(directory), str(first), *step]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE)


def kill_some_time(directory: Path, rounds: int) -> None:
    """Kill a process that adds and adds, at random moments; nothing that it acknowledged may be lost."""
    told = {1, 2}
    for _ in range(rounds):
        with run(directory, max(told) + 1) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.uniform(0.0, 1.5))  # noqa: S311
            process.send_signal(signal.SIGKILL)
            told |= {int(line) for line in process.stdout.read().split()}
        opened = open_store(directory)
        assert opened.warning is None
        there = numbers(opened.store)
        assert told <= there
        assert there - told <= {max(told) + 1}, "at most the one that was switched to and not yet acknowledged"
        told = there
        assert opened.store.digests() == dict(opened.release.graphs)
    assert same(open_store(directory).store, *told)
    assert len(told) > 2


def test_a_killed_writer_loses_nothing_that_it_acknowledged(lager: Path) -> None:
    kill_some_time(lager, 20)


@pytest.mark.slow
def test_a_writer_killed_sixty_times_loses_nothing(lager: Path) -> None:
    kill_some_time(lager, 60)


def die_at_every(directory: Path, stride: int) -> None:
    """Have a writer die before each step on the disk: what answers is the one before or the one after, whole."""
    told, step = {1, 2}, 0
    while True:
        number = max(told) + 1
        with run(directory, number, str(step)) as process:
            assert process.stdout is not None
            acknowledged = str(number) in process.stdout.read().split()
        there = numbers(open_store(directory).store)
        assert told <= there <= told | {number}
        assert not acknowledged or number in there
        told = there
        if process.returncode == 0:
            assert step > 20, "there were steps to die at"
            return
        assert process.returncode == -signal.SIGKILL
        step += stride


def test_a_writer_that_dies_at_some_step_leaves_the_store_before_or_after(lager: Path) -> None:
    die_at_every(lager, 7)


@pytest.mark.slow
def test_a_writer_that_dies_at_any_step_leaves_the_store_before_or_after(lager: Path) -> None:
    die_at_every(lager, 4)


def test_a_full_disk_is_a_clear_error_and_the_store_stays(lager: Path) -> None:
    fill = "import resource, sys; from pathlib import Path; from stores import put, some, graph\n"
    fill += "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\nimport signal\n"
    fill += "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nfrom rusgraf.errors import UnreadableInput\n"
    fill += (
        "try:\n  put(Path(sys.argv[1]), 3, some(3, 20000))\nexcept UnreadableInput as error:\n  print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", fill, str(lager)], capture_output=True, text=True, cwd=HERE, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert str(lager) in done.stdout
    assert same(open_store(lager).store, 1, 2)
    put(lager, 3)


def test_the_lock_says_nothing_that_is_not_there(lager: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock file with any content is no lock: only a process that is there holds it."""
    (lager / "lock").write_bytes(b"\xff pid 1, always")
    monkeypatch.setattr(commits, "now", lambda: "2026-01-01T00:00:00Z")
    put(lager, 3)
    assert rus("ordning") in {q.predicate for q in open_store(lager).store.quads(graph=graph("nr-3"))}
