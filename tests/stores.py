"""Helpers of the tests of stores on disk: a small invented store, and what lies in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from planted import PREFIX_LINES, e, quads
from rusgraf import mint
from rusgraf.commits import Policy, build, writing
from rusgraf.releases import Change, Release
from rusgraf.store import Store
from rusgraf.terms import Literal, NamedNode, Quad, rus

# Enough of a plan for an activity to be valid in.
GROUND = """graf:grund { graf:grund a rus:Graf ; skos:prefLabel "Grund"@sv ; rus:grafslag grafslag:plan .
  e:plan a rus:Handlingsplan ; skos:prefLabel "Påhittad plan"@sv . e:namnd a rus:Namnd ; skos:prefLabel "Nämnden"@sv .
  e:mal a rus:Delmal ; skos:prefLabel "Delmål"@sv ; rus:ingarI e:plan .
  e:mal2 a rus:Delmal ; skos:prefLabel "Delmål 2"@sv ; rus:ingarI e:plan . }
graf:mer { graf:mer a rus:Graf ; skos:prefLabel "Mer"@sv ; rus:grafslag grafslag:gemensam .
  e:namnd2 a rus:Namnd ; skos:prefLabel "Nämnd 2"@sv . }
"""


def ground(directory: Path) -> Path:
    """A store of the invented plan alone."""
    build(directory, lambda _: Store.load([], extra=quads(GROUND)), Change("build"))
    return directory


def copied(made: Path, directory: Path) -> Path:
    """A copy of a store directory, for one test."""
    shutil.copytree(made, directory)
    return directory


def activity(name: str, label: str = "Påhittad aktivitet", goal: str = "e:mal") -> str:
    """A valid activity, as Turtle without prefixes."""
    return f'e:{name} a rus:Aktivitet ; skos:prefLabel "{label}"@sv ; rus:avserDelmal {goal} ; rus:ansvarig e:namnd .\n'


def turtle(text: str) -> bytes:
    """A file of this text."""
    return (PREFIX_LINES + text).encode()


def graph(name: str) -> NamedNode:
    return NamedNode(mint.graph(name))


def some(number: int, size: int = 50) -> list[Quad]:
    """Statements that belong together: all of them are there, or none."""
    return [Quad(e(f"ting-{number}"), rus("ordning"), Literal(i), graph(f"nr-{number}")) for i in range(size)]


def put(directory: Path, number: int, found: Iterable[Quad] | None = None) -> Release:
    """A release with one graph more."""
    with writing(directory) as commit:
        commit.draft.replace(graph(f"nr-{number}"), some(number) if found is None else found)
        return commit.publish(Change("add", (graph(f"nr-{number}").value,)))


def write(directory: Path, name: str, text: str, keep: int = 3) -> None:
    """A release in which a graph has this text alone; with none it is removed. As many as `keep` stay."""
    there = graph(name)
    stated = [Quad(q.subject, q.predicate, q.object, there) for q in quads(text)]
    with writing(directory, Policy(keep=keep)) as commit:
        commit.draft.replace(there, stated)
        commit.publish(Change("add", (there.value,)), force=True)
