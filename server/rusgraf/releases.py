"""Which release of the data lies in a store directory, and is it whole?

    DIR/current                      the name of the release that answers, switched by renaming a file
    DIR/releases/000007-3f9a1c…/     one release: it never changes once it has this name
        release.json                 what it holds, where it comes from
        data/                        an Oxigraph directory, opened for reading only
    DIR/lock                         held by the one writer (``commits``)

What is opened is counted first; a release that is not whole is passed over for the last one that is, and that is said.
A reader holds a lock on its release, so that nobody removes it meanwhile. Not done here: writing (``commits``).
Layer: domain.
"""

from __future__ import annotations

import json
import os
import re
import sys
import weakref
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rusgraf.digest import NAMELESS, Digest
from rusgraf.errors import BrokenStore, RusgrafError, UnreadableInput
from rusgraf.store import OWN, Store

NAME = re.compile(r"(\d{6,})-[0-9a-f]{12}")
_TRIES = 5


@dataclass(frozen=True)
class Change:
    """What made a release of the one before: build, add, remove or restore; of which graphs (IRIs)."""

    kind: str
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Release:
    """What a release holds: `release` names its statements, `quads` counts all, also what is derived."""

    number: int
    release: str
    made: str
    program: str
    parent: str
    change: Change
    quads: int
    graphs: Mapping[str, Digest] = field(repr=False)

    @property
    def name(self) -> str:
        """The name of its directory: number and statements."""
        return f"{self.number:06d}-{self.release}"

    def stated(self) -> dict[str, int]:
        """How many statements each named graph holds."""
        return {graph: found.quads for graph, found in self.graphs.items() if graph != NAMELESS}

    def data_quads(self) -> int:
        """How many statements the graphs hold that the program does not write itself."""
        own = {graph.value for graph in OWN}
        return sum(number for graph, number in self.stated().items() if graph not in own)

    def as_json(self) -> bytes:
        """The content of ``release.json``."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def of_json(cls, content: bytes) -> Release:
        """The reverse; what is no release raises ValueError."""
        try:
            read = json.loads(content)
            change = Change(read["change"]["kind"], tuple(read["change"]["graphs"]))
            graphs = {str(g): Digest(int(d["quads"]), str(d["sha256"])) for g, d in read["graphs"].items()}
            texts = {key: str(read[key]) for key in ("release", "made", "program", "parent")}
            return cls(number=int(read["number"]), change=change, quads=int(read["quads"]), graphs=graphs, **texts)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise ValueError(f"release.json: {type(error).__name__}") from error


@dataclass(frozen=True)
class Opened:
    """A release that is open for reading; `warning` says why it is not the one that should answer."""

    store: Store
    release: Release
    warning: RusgrafError | None = None


def is_store(directory: Path) -> bool:
    """Whether a store lies in a directory."""
    return (directory / "releases").is_dir()


def pointer(directory: Path) -> str:
    """The name of the release that answers, "" when there is none."""
    try:
        name = (directory / "current").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
    return name if NAME.fullmatch(name) else ""


def names(directory: Path) -> list[str]:
    """The names of the releases, newest first."""
    try:
        found = [p.name for p in (directory / "releases").iterdir() if NAME.fullmatch(p.name)]
    except OSError:
        return []
    return sorted(found, key=number_of, reverse=True)


def number_of(name: str) -> int:
    """The number of a release."""
    return int(name.partition("-")[0])


def open_store(directory: Path) -> Opened:
    """The release that answers, checked; the last one that is whole when it is not, with a warning."""
    if not is_store(directory):
        raise UnreadableInput(
            f"{directory}: there is no rusgraf store.",
            "Make one with rusgraf build --store.",
            sv=f"{directory}: där finns inget rusgraf-lager.",
            cure_sv="Gör ett med rusgraf build --store.",
        )
    for _ in range(_TRIES):
        wanted = pointer(directory)
        opened = _try_each(directory, wanted)
        if opened and (opened.warning is None or pointer(directory) == wanted):
            return opened
    raise BrokenStore(
        f"{directory}: no release is whole.",
        "Restore a backup with rusgraf restore, or move the directory away and build anew.",
        sv=f"{directory}: ingen utgåva är hel.",
        cure_sv="Återställ en säkerhetskopia med rusgraf restore, eller flytta katalogen och bygg om.",
    )


def _try_each(directory: Path, wanted: str) -> Opened | None:
    older = [n for n in names(directory) if not wanted or number_of(n) < number_of(wanted)]
    first: BrokenStore | None = None if wanted else _broken("current")
    for name in ([wanted] if wanted else []) + older:
        try:
            opened = open_release(directory / "releases" / name)
        except BrokenStore as error:
            first = first or error
        else:
            return Opened(opened.store, opened.release, _fallback(name, first) if first else None)
    return None


def open_release(place: Path, *, is_counted: bool = False) -> Opened:
    """The release in a directory, checked: record and data open, the counts are right. BrokenStore when not.

    `is_counted` says that the counts were found right since it was written, so that they are not made again.
    """
    handle = _hold(place / "release.json")
    try:
        with os.fdopen(os.dup(handle), "rb") as file:
            release = Release.of_json(file.read())
        store = Store.open(place / "data", release=release.release)
        if release.name != place.name:
            raise ValueError(f"release.json: {release.name}")
        if not is_counted:
            _check(store, release)
    except (OSError, ValueError, RuntimeError, RusgrafError) as error:
        os.close(handle)
        raise _broken(f"{place.name} ({getattr(error, 'message', error)})") from error
    weakref.finalize(store, os.close, handle)
    return Opened(store, release)


def _check(store: Store, release: Release) -> None:
    counted = store.counts()
    for graph, number in release.stated().items():
        if counted.get(graph, 0) != number:
            raise ValueError(f"{graph}: {counted.get(graph, 0)} ≠ {number}")
    if store.size() != release.quads:
        raise ValueError(f"{store.size()} ≠ {release.quads}")


def _hold(path: Path) -> int:
    """A shared lock on a release, as a file handle; it goes with the handle, or with the process."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise _broken(f"{path.parent.name} ({error.strerror})") from error
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:  # it is being removed
            os.close(handle)
            raise _broken(f"{path.parent.name} ({error.strerror})") from error
    return handle


def _broken(place: str) -> BrokenStore:
    return BrokenStore(
        f"A release is not whole: {place}.",
        "Restore a backup with rusgraf restore, or build the store anew.",
        sv=f"En utgåva är inte hel: {place}.",
        cure_sv="Återställ en säkerhetskopia med rusgraf restore, eller bygg om lagret.",
    )


def _fallback(name: str, why: BrokenStore) -> BrokenStore:
    return BrokenStore(
        f"{why.message} The store answers from release {name}, the last one that is whole.",
        why.cure,
        sv=f"{why.sv} Lagret svarar ur utgåva {name}, den sista som är hel.",
        cure_sv=why.cure_sv,
    )
