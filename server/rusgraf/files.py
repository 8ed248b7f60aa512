"""How is a file written: whole, or not at all? Layer: domain; standard library only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from rusgraf.errors import UnreadableInput


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place first, then move it there: a reader sees the old one or the new one, whole."""
    try:
        handle, name = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UnreadableInput(
            f"{path}: {error.strerror}.",
            "Give a file in a folder that you may write to.",
            sv=f"{path}: går inte att skriva ({error.strerror}).",
            cure_sv="Ange en fil i en mapp som du får skriva i.",
        ) from error
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        mode = path.stat().st_mode if path.exists() else 0o666 & ~_umask()
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The mask for the rights of new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
