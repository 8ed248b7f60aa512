"""How does a store directory get a new release: whole and lasting, or not at all?

A copy of the release that answers (hard links, milliseconds) is changed, verified, written to disk, given its name, and
switched to by renaming one file; only then is the change acknowledged. A process that is killed on the way leaves what
answered before, and rubbish that the next writer sweeps. One writer at a time. See ``releases`` for what lies where.
Not done here: what may be changed (``publish``). Layer: domain.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from rusgraf import assets, digest
from rusgraf.digest import NAMELESS, Digest
from rusgraf.draft import Draft
from rusgraf.errors import BrokenStore, Conflict, StoreBusy, UnreadableInput
from rusgraf.files import write_whole
from rusgraf.provenance import last_number
from rusgraf.releases import (
    Change,
    Opened,
    Release,
    is_store,
    names,
    number_of,
    open_release,
    open_store,
    pointer,
)
from rusgraf.store import PROVENANCE, Store
from rusgraf.terms import NamedNode


@dataclass(frozen=True)
class Policy:
    """How many releases are kept, and what share of the last one's data a new one must have unless it is forced."""

    keep: int = 5
    least_share: float = 0.5


def now() -> str:
    """The time, as provenance and releases tell it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Commit:
    """A release in the making: change `draft`, then `publish`. `work` is a place for what is gone afterwards."""

    def __init__(self, directory: Path, base: Opened, work: Path, policy: Policy) -> None:
        self.base, self.number = base, next_number(directory)
        self.directory, self.work, self._policy = directory, work, policy

    @cached_property
    def draft(self) -> Draft:
        """What becomes the release. It is copied when it is first asked for: a store that is open for writing may need
        its files at any moment, also when `jobs.cut_off` refuses any."""
        self.base.store.copy(self.work / "draft")
        return Draft.at(self.work / "draft", size=self.base.release.quads)

    def digests(self) -> dict[str, Digest]:
        """The digests of the graphs as they are now."""
        return self.draft.digests_after(self.base.release.graphs)

    def release_name(self) -> str:
        """What names the statements as they are now; provenance does not count."""
        return digest.release(self.digests(), without=[PROVENANCE])

    def publish(self, change: Change, *, force: bool = False) -> Release:
        """Make the draft the release that answers. `force` lets it be empty, or far smaller than the last."""
        graphs = self.digests()
        release = Release(
            number=self.number,
            release=digest.release(graphs, without=[PROVENANCE]),
            made=now(),
            program=assets.package_version(),
            parent=self.base.release.name,
            change=change,
            quads=self.draft.size(),
            graphs=graphs,
        )
        if not force:
            _refuse_small(release, self.base.release, self._policy.least_share)
        made = self.work / "made"
        made.mkdir()
        self.draft.copy(made / "data")
        changed = {g for g, found in graphs.items() if self.base.release.graphs.get(g) != found}
        _finish(self.directory, made, release, changed)
        _prune(self.directory, self._policy.keep)
        return release


@contextlib.contextmanager
def writing(directory: Path, policy: Policy | None = None) -> Iterator[Commit]:
    """A commit on top of the release that answers. Leaving without `publish` changes nothing."""
    with _writer(directory), _work(directory) as work:
        yield Commit(directory, open_store(directory), work, policy or Policy())


def build(directory: Path, make: Callable[[Opened | None], Store], change: Change, *, force: bool = False) -> Release:
    """A release of a store in memory, which is made of the last one (None for the first).

    Its number is above those there, and above those that its provenance tells of: none ever stands for two.
    """
    chosen = Policy()
    with _writer(directory), _work(directory) as work:
        last = _last(directory, force)
        store = make(last)
        graphs = store.digests()
        release = Release(
            number=max(next_number(directory), last_number(store) + 1),
            release=store.release(),
            made=now(),
            program=assets.package_version(),
            parent=pointer(directory),
            change=change,
            quads=store.size(),
            graphs=graphs,
        )
        if not force:
            _refuse_small(release, last.release if last else None, chosen.least_share)
        made = work / "made"
        made.mkdir()
        store.save(made / "data")
        _finish(directory, made, release, graphs)
        _prune(directory, chosen.keep)
        return release


def prepare(directory: Path, paths: Iterable[Path] | None = None) -> Opened:
    """The store in `directory` for a server: made of `paths` when there is none, rubbish swept when nobody writes."""
    if not pointer(directory) and not names(directory):
        build(directory, lambda _: Store.load(paths), Change("build"))
    else:
        with contextlib.suppress(StoreBusy, UnreadableInput), _writer(directory):
            pass
    return open_store(directory)


def _last(directory: Path, force: bool) -> Opened | None:
    """The release that answers, if any; one that is broken counts as none when that is to be overcome by `force`."""
    try:
        return open_store(directory) if names(directory) else None
    except BrokenStore:
        if force:
            return None
        raise


def next_number(directory: Path) -> int:
    """The number of the release to come."""
    return max(map(number_of, names(directory)), default=0) + 1


@contextlib.contextmanager
def _writer(directory: Path) -> Iterator[None]:
    """The lock of the one writer; what a killed one left behind is swept."""
    if directory.exists() and not is_store(directory) and any(directory.iterdir()):
        raise UnreadableInput(
            f"{directory}: it holds something else than a rusgraf store.",
            "Give an empty directory, or one that does not exist.",
            sv=f"{directory}: där ligger annat än ett rusgraf-lager.",
            cure_sv="Ange en tom katalog, eller en som inte finns.",
        )
    with _told(directory):
        (directory / "releases").mkdir(parents=True, exist_ok=True)
        handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _lock(directory, handle)
        with _told(directory):
            _sweep(directory)
        yield
    finally:
        os.close(handle)


def _lock(directory: Path, handle: int) -> None:
    if sys.platform == "win32":
        raise UnreadableInput(
            f"{directory}: a store is not written on Windows.",
            "Write it on Linux or macOS.",
            sv=f"{directory}: ett lager kan inte skrivas i Windows.",
            cure_sv="Skriv det i Linux eller macOS.",
        )
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        told = os.pread(handle, 100, 0).decode("ascii", "replace").strip()
        raise StoreBusy(
            f"{directory}: another process is writing ({told}).",
            "Wait until it is done and try again.",
            sv=f"{directory}: en annan process skriver ({told}).",
            cure_sv="Vänta tills den är klar och försök igen.",
        ) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"pid {os.getpid()}, {now()}".encode(), 0)


@contextlib.contextmanager
def _told(directory: Path) -> Iterator[None]:
    """Trouble with the disk, as an error that names the place."""
    try:
        yield
    except OSError as error:
        raise UnreadableInput(
            f"{directory}: {error.strerror or error}.",
            "See to room and rights on the disk; nothing was changed.",
            sv=f"{directory} går inte att skriva i: {error.strerror or error}.",
            cure_sv="Se till att det finns plats och rättigheter på disken; ingenting ändrades.",
        ) from error


@contextlib.contextmanager
def _work(directory: Path) -> Iterator[Path]:
    """A place for a release in the making, which is gone afterwards."""
    with _told(directory):
        work = Path(tempfile.mkdtemp(prefix=".work-", dir=directory / "releases"))
    try:
        with _told(directory):
            yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sweep(directory: Path) -> None:
    """Remove what was never finished: working places, and releases that no switch followed."""
    for path in (directory / "releases").iterdir():
        if path.name.startswith("."):
            shutil.rmtree(path, ignore_errors=True)
    current, there = pointer(directory), names(directory)
    for name in there:
        if current in there and number_of(name) > number_of(current):
            _remove(directory / "releases" / name)


def _refuse_small(release: Release, last: Release | None, share: float) -> None:
    held, had = release.data_quads(), last.data_quads() if last else 0
    if held and held >= had * share:
        return
    raise Conflict(
        f"The release would hold {held} statements; the last one holds {had}.",
        "Say --force (of a server: --allow-shrink) if that is meant.",
        sv=f"Utgåvan skulle innehålla {held} uppgifter; den förra innehåller {had}.",
        cure_sv="Ange --force (för en server: --allow-shrink) om det är meningen.",
    )


def _finish(directory: Path, made: Path, release: Release, changed: Collection[str]) -> None:
    """Verify what lies in `made`, make it lasting, give it its name, and switch to it."""
    write_whole(made / "release.json", release.as_json())
    named = made.with_name(release.name)
    made.rename(named)
    _verify(named, release, changed)
    for path in (*named.rglob("*"), named):
        _sync(path)
    named.rename(directory / "releases" / release.name)
    _sync(directory / "releases")
    write_whole(directory / "current", f"{release.name}\n".encode())
    _sync(directory)


def _verify(named: Path, release: Release, changed: Collection[str]) -> None:
    """What was written is what was meant: it opens, its counts are right, and so are the digests of what changed."""
    store = open_release(named).store
    found = store.digests(None if NAMELESS in changed else [NamedNode(graph) for graph in changed])
    if wrong := [graph for graph in changed if graph in release.graphs and found.get(graph) != release.graphs[graph]]:
        raise BrokenStore(
            f"What was written is not what was meant: {', '.join(wrong)}.",
            "Nothing was changed; try again, and see to the disk.",
            sv=f"Det som skrevs är inte det som var meningen: {', '.join(wrong)}.",
            cure_sv="Ingenting ändrades; försök igen, och se över disken.",
        )


def _sync(path: Path) -> None:
    """Have the disk keep a file, or the names in a directory."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prune(directory: Path, keep: int) -> None:
    """Remove old releases, but none that answers or that a process reads."""
    for name in names(directory)[max(keep, 1) :]:
        if name != pointer(directory):
            _remove(directory / "releases" / name)


def _remove(place: Path) -> None:
    """Remove a release, unless a process reads it: first its name in one step, then its files."""
    if sys.platform == "win32":
        return
    import fcntl

    with contextlib.suppress(OSError), (place / "release.json").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        gone = place.with_name(f".{place.name}")
        place.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
