"""Where are the folders ``ontology/``, ``data/``, ``shapes/`` and ``queries/``?

In an installed wheel they lie inside the package, in a checkout (also an editable install) beside
``server/``. Layer: standard library only; everything else asks here and never builds such a path itself.
"""

from __future__ import annotations

from pathlib import Path

from rusgraf.errors import BrokenAsset


def root() -> Path:
    """The folder that holds the four asset folders: the wheel's first, else the checkout's."""
    package = Path(__file__).resolve().parent
    for candidate in (package / "assets_root", package.parent.parent):
        if (candidate / "ontology").is_dir():
            return candidate
    raise BrokenAsset(
        "The folders ontology/, data/, shapes/ and queries/ are missing.",
        "Reinstall rusgraf.",
        sv="Mapparna ontology/, data/, shapes/ och queries/ saknas.",
        cure_sv="Installera om rusgraf.",
    )


def folder(name: str) -> Path:
    """The asset folder `name`: ontology, data, shapes or queries."""
    return root() / name


def files(name: str, *suffixes: str) -> list[Path]:
    """All files below the asset folder `name` with one of the suffixes, in a stable order."""
    return sorted(p for p in folder(name).rglob("*") if p.suffix in suffixes and p.is_file())


def package_version() -> str:
    """The version of the installed package, ``0+unknown`` when it runs from a checkout uninstalled."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("rusgraf")
    except PackageNotFoundError:
        return "0+unknown"
