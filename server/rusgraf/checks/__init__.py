"""Do the project's own files hold the project's own rules? One module of this folder is one check.

Nothing lists the checks: a module whose name does not begin with ``_`` has a TITLE and a function
``run(context)`` that yields what it found (`Fault`), what it could not do (`Skipped`) and how much it
looked at (`Examined`). A check that looked at nothing is a fault: silence proves nothing then.
Not done here: judging files from outside (``validate``). Layer: domain.
"""

from __future__ import annotations

import pkgutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from rusgraf.checks._context import Context
from rusgraf.checks._model import Examined, Fault, Found, Skipped, Text, failed, fault
from rusgraf.errors import RusgrafError, unknown

__all__ = ["Check", "Context", "Examined", "Fault", "Found", "Result", "Skipped", "Text", "names", "run"]


class Check(Protocol):
    """What a module of this folder offers."""

    TITLE: Text

    def run(self, context: Context) -> Iterable[Found]:
        """What the check found, skipped and examined, in any order."""


@dataclass(frozen=True)
class Result:
    """What one check came to, and the seconds it took."""

    name: str
    title: Text
    examined: tuple[Examined, ...]
    faults: tuple[Fault, ...]
    skipped: tuple[Skipped, ...]
    seconds: float

    def counts(self) -> dict[str, int]:
        """Faults per severity."""
        return {level: sum(f.severity == level for f in self.faults) for level in ("violation", "warning", "info")}


def names() -> list[str]:
    """The names of all checks, sorted."""
    return sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name[0] != "_")


def run(context: Context, only: Iterable[str] = ()) -> Iterator[Result]:
    """Run the checks named in `only` (all when empty), one after the other, each result as it is ready."""
    known, chosen = names(), list(only)
    for name in chosen:
        if name not in known:
            raise unknown(name, known, ("ingen kontroll", "no check"))
    for name in chosen or known:
        yield _run_one(name, cast("Check", import_module(f"{__name__}.{name}")), context)


def _run_one(name: str, check: Check, context: Context) -> Result:
    started = time.monotonic()
    found: list[Found] = []
    try:
        found.extend(check.run(context))
    except RusgrafError as error:
        found.append(failed(error.slug, error))
    examined = tuple(f for f in found if isinstance(f, Examined))
    skipped = tuple(f for f in found if isinstance(f, Skipped))
    faults = [replace(f, check=name) for f in found if isinstance(f, Fault)]
    faults += [replace(f, check=name) for f in _idle(examined, bool(skipped) or bool(faults))]
    return Result(name, check.TITLE, examined, tuple(faults), skipped, time.monotonic() - started)


def _idle(examined: tuple[Examined, ...], has_said_something: bool) -> Iterator[Fault]:
    """A fault for each thing that was to be examined and of which there was none."""
    empty = [e.what for e in examined if not e.number]
    if not examined and not has_said_something:
        empty = [Text("något alls", "anything")]
    for what in empty:
        yield fault(
            "-",
            f"Kontrollen fann inte {what.sv} att granska.",
            f"The check found no {what.en} to examine.",
            "Se efter att mappen finns och har sina filer; annars är kontrollen trasig.",
            "See that the folder is there and has its files; otherwise the check is broken.",
        )
