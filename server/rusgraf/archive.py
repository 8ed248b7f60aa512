"""How is a release kept outside its store, and brought back? One file: a ZIP of N-Quads and the record of the release.

What is derived, and the default graph, are not in it: they are made anew. A backup is read back and its graphs are
checked by count and hash, both when it is made and when it is restored. Layer: domain.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from rusgraf.commits import build
from rusgraf.errors import BrokenStore, Conflict, RusgrafError, UnreadableInput
from rusgraf.rdf import MAX_TRIPLE_TERMS, read_lines
from rusgraf.releases import Change, Release, names, open_store
from rusgraf.store import DERIVED, Store
from rusgraf.terms import DEFAULT, Quad

_DATA, _RECORD = "data.nq", "release.json"
_CHUNK = 1 << 20
_MOST_RECORD = 64 << 20
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)


def backup(directory: Path, file: Path) -> Release:
    """Write the release that answers to a new file, read it back, and give its record."""
    opened = open_store(directory)
    if file.exists():
        raise Conflict(
            f"{file} is there already.",
            "Name a new file: a backup never writes over another.",
            sv=f"{file} finns redan.",
            cure_sv="Ange en ny fil: en säkerhetskopia skrivs aldrig över en annan.",
        )
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        _write(unfinished, opened.store, opened.release)
        _read(unfinished)
        unfinished.rename(file)
    except OSError as error:
        raise UnreadableInput(
            f"{file}: {error.strerror}.",
            "Name a file in a folder that you may write to, with room for it.",
            sv=f"{file} går inte att skriva: {error.strerror}.",
            cure_sv="Ange en fil i en mapp där du får skriva och där den får plats.",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return opened.release


def restore(file: Path, directory: Path, *, force: bool = False) -> Release:
    """Make the release in a backup the one that answers in `directory`; `force` when there is one already."""
    if names(directory) and not force:
        raise Conflict(
            f"{directory}: there is a store already.",
            "Name an empty directory, or say --force: the backup then becomes the newest release.",
            sv=f"{directory}: där finns redan ett lager.",
            cure_sv="Ange en tom katalog, eller --force: kopian blir då den nyaste utgåvan.",
        )
    store = _read(file)
    return build(directory, lambda _: store.extended(()), Change("restore"), force=force)


def _write(file: Path, store: Store, release: Release) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as whole:
        with whole.open(_DATA, "w", force_zip64=True) as out:
            for quad in store.quads():
                if quad.graph_name not in (DERIVED, DEFAULT):
                    out.write(f"{quad} .\n".encode())
        whole.writestr(_RECORD, release.as_json())


def _read(file: Path) -> Store:
    """What a backup states, checked."""
    try:
        with zipfile.ZipFile(file) as whole:
            record = Release.of_json(_small(whole, _RECORD))
            total = sum(found.quads for found in record.graphs.values())
            with whole.open(_DATA) as data:
                _refuse_bombs(data)
            with whole.open(_DATA) as data:
                store = Store.of(_counted(read_lines(data, str(file)), total))
    except OSError as error:
        raise UnreadableInput(
            f"{file}: {error.strerror}.",
            "Check the path and its permissions.",
            sv=f"{file} går inte att läsa: {error.strerror}.",
            cure_sv="Kontrollera sökvägen och rättigheterna.",
        ) from error
    except (*_ZIP_FAULTS, RusgrafError) as error:
        raise _broken(file) from error
    if store.digests() != dict(record.graphs):
        raise _broken(file)
    return store


def _small(whole: zipfile.ZipFile, name: str) -> bytes:
    with whole.open(name) as part:
        content = part.read(_MOST_RECORD + 1)
    if len(content) > _MOST_RECORD:
        raise ValueError(name)
    return content


def _refuse_bombs(data: IO[bytes]) -> None:
    """Refuse what would overrun the stack of the parser (see ``rdf``)."""
    terms = 0
    while chunk := data.read(_CHUNK):
        terms += chunk.count(b"<<")
        if terms > MAX_TRIPLE_TERMS:
            raise ValueError("triple terms")


def _counted(quads: Iterable[Quad], most: int) -> Iterator[Quad]:
    """The quads, as long as they are no more than the record says."""
    for number, quad in enumerate(quads):
        if number >= most:
            raise ValueError("more statements than recorded")
        yield quad


def _broken(file: Path) -> BrokenStore:
    return BrokenStore(
        f"{file}: it is no whole backup of a rusgraf store.",
        "Use another one.",
        sv=f"{file}: filen är ingen hel säkerhetskopia av ett rusgraf-lager.",
        cure_sv="Använd en annan.",
    )
