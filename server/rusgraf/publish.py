"""How do checked data come into the store, and how do they leave it: in one transaction, with provenance?

All files of one call come in, or none; a file with violations is refused, and so is one that writes where it has no
business (``admission``). The same file twice changes nothing; another file for the same graph replaces its version, and
the history of both stays (``provenance``). Not done here: who may publish. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rusgraf import mint
from rusgraf.admission import Graphs, Source, graphs_of, refuse_own, refuse_taken
from rusgraf.checking import check_inputs
from rusgraf.commits import Commit, build, now, writing
from rusgraf.draft import Draft
from rusgraf.errors import BadParameter, NotConforming, unknown
from rusgraf.inputs import read_input
from rusgraf.naming import shown
from rusgraf.near.effect import effect
from rusgraf.near.follow import with_file
from rusgraf.provenance import Origin, Publication, Version, Warned, quads, versions
from rusgraf.rdf import data_files, read_quads
from rusgraf.releases import Change, Opened, open_release, open_store
from rusgraf.store import DERIVED, PROVENANCE, Store
from rusgraf.terms import DEFAULT, NamedNode, Quad
from rusgraf.validate import Outcome, Progress, validate_quads

Ids = frozenset[str]
Wanted = Mapping[str, tuple[Source, Graphs]]  # by the file as it was given


@dataclass(frozen=True)
class Terms:
    """On which terms: in which graph ("" for one named by the file), in which role, and what is allowed."""

    graph: str = ""
    by: str = ""
    accept_warnings: bool = False
    replace: bool = False
    force: bool = False


@dataclass(frozen=True)
class Part:
    """What became of one graph: `state` is new, replaced, unchanged or removed; `previous` is the version before."""

    graph: NamedNode
    file: str
    statements: int
    state: str
    previous: Version | None = None


@dataclass(frozen=True)
class Published:
    """What a publication came to: the releases before and after, its parts, and ids of findings that went and came."""

    before: Opened
    after: Opened
    parts: tuple[Part, ...]
    closes: Ids = frozenset()
    opens: Ids = frozenset()
    outcome: Outcome | None = None


class Refused(NotConforming):
    """A refusal by the shapes; `outcome` has the results."""

    outcome: Outcome


def add(directory: Path, files: Sequence[tuple[str, bytes]], terms: Terms | None = None) -> Published:
    """Publish files (name, content) in the store; each refusal is a RusgrafError and leaves the store as it was."""
    chosen = terms or Terms()
    with writing(directory) as commit:
        base = commit.base.store
        inputs = [read_input(content, name, base) for name, content in dict(files).items()]
        wanted = _wanted([Source(one) for one in inputs], chosen)
        known = versions(base)
        there = {v.graph: v for v in known if not v.ended}
        same = {name for name, (source, graphs) in wanted.items() if _is_there(source, graphs, there)}
        parts = [_part(wanted[name], graph, there, "unchanged") for name in sorted(same) for graph in wanted[name][1]]
        todo = {name: found for name, found in wanted.items() if name not in same}
        if not todo:
            return Published(commit.base, commit.base, tuple(parts))
        for source, graphs in todo.values():
            refuse_own(graphs)
            if not chosen.replace:
                refuse_taken(source, graphs, base, there)
        taken = set(base.all_graphs())
        for found in todo.values():
            parts += [_part(found, graph, there, "replaced" if graph in taken else "new") for graph in found[1]]
        return _publish(commit, todo, known, (parts, chosen))


def _publish(commit: Commit, todo: Wanted, known: Sequence[Version], how: tuple[Sequence[Part], Terms]) -> Published:
    """Check the files in a store without what they replace, and switch to the store with them."""
    parts, terms = how
    over = [part.graph for part in parts if part.state == "replaced"]
    old = _clear(commit.draft, over)
    outcome = check(commit.draft, todo, terms)
    gone = undone(commit.draft, old)
    for _, graphs in todo.values():
        for graph, stated in graphs.items():
            commit.draft.replace(graph, stated)
    publication = replace(_publication(commit, todo, outcome, terms), over=over)
    after = record(commit, publication, known, terms.force)
    came = (frozenset(outcome.closes), frozenset(outcome.opens))
    return Published(commit.base, after, tuple(parts), *together(gone, came), outcome)


def remove(directory: Path, name: str, *, by: str = "", force: bool = False) -> Published:
    """Take a graph out of the store; its history stays."""
    with writing(directory) as commit:
        graph = graph_named(name, commit.base.store)
        refuse_own([graph])
        known = versions(commit.base.store)
        previous = next((v for v in known if v.graph == graph.value and not v.ended), None)
        old = _clear(commit.draft, [graph])
        closes, opens = undone(commit.draft, old)
        gone = Publication(commit.number, commit.release_name(), now(), by.strip(), went=[graph])
        after = record(commit, gone, known, force)
        part = Part(graph, previous.origin.file if previous else "", len(old), "removed", previous)
        return Published(commit.base, after, (part,), opens, closes)


def rebuild(
    directory: Path, paths: Sequence[Path] | None = None, *, force: bool = False, progress: Progress | None = None
) -> Opened:
    """Make the release anew of data files (the shipped ones when None), and of what was published and is there.

    Files that are given are tried by the shapes, as a whole, unless it is to be done by `force`; the shipped ones were.
    """
    if paths is not None and not force:
        files = {str(path): read_quads(path) for path in data_files(paths)}
        judge(validate_quads(Store.load([]), files, progress), accept_warnings=True)
    build(directory, lambda last: _with_published(Store.load(paths), last), Change("build"), force=force)
    return open_store(directory)


def _with_published(made: Store, last: Opened | None) -> Store:
    if last is None:
        return made
    there = [NamedNode(v.graph) for v in versions(last.store) if not v.ended]
    kept = [quad for graph in (*there, PROVENANCE) for quad in last.store.quads(graph=graph)]
    return made.extended(kept, without={quad for graph in there for quad in made.quads(graph=graph)})


def graph_named(name: str, store: Store) -> NamedNode:
    """The graph that a person means: its IRI, what follows ``res/graf/`` in it, or its label."""
    there = store.all_graphs()
    short = {g: g.value.removeprefix(f"{mint.BASE}res/graf/") for g in there}
    for graph in there:
        if name in (graph.value, short[graph], store.label(graph)):
            return graph
    raise unknown(shown(name), short.values(), ("ingen graf", "no graph"))


def _wanted(files: Sequence[Source], terms: Terms) -> Wanted:
    """What the files state, by file and graph; no two of them may write in one graph."""
    found: dict[str, tuple[Source, Graphs]] = {}
    taken: dict[NamedNode, str] = {}
    for source in files:
        graphs, name = graphs_of(source, terms.graph), source.input.name
        for graph in graphs:
            if graph in taken:
                raise BadParameter(
                    f"{taken[graph]} and {name} both write in {graph.value}.",
                    "Publish them apart, with --graph.",
                    sv=f"{taken[graph]} och {name} skriver båda i {graph.value}.",
                    cure_sv="Publicera dem var för sig, med --graph.",
                )
            taken[graph] = name
        found[name] = (source, graphs)
    return found


def _is_there(source: Source, graphs: Graphs, there: Mapping[str, Version]) -> bool:
    """Whether the very same file made all its graphs as they are."""
    return all(g.value in there and there[g.value].origin.sha256 == source.sha256 for g in graphs)


def _part(found: tuple[Source, Graphs], graph: NamedNode, there: Mapping[str, Version], state: str) -> Part:
    source, graphs = found
    return Part(graph, source.name, len(graphs[graph]), state, there.get(graph.value))


def _clear(draft: Draft, graphs: Iterable[NamedNode]) -> list[Quad]:
    """Take graphs out; what they stated."""
    old: list[Quad] = []
    for graph in graphs:
        old += draft.quads(graph=graph)
        draft.replace(graph, ())
    return old


def check(draft: Draft, todo: Wanted, terms: Terms) -> Outcome:
    """The verdict of the shapes on the files, in a store without what they replace."""
    inputs = [
        replace(source.input, quads=[quad for stated in graphs.values() for quad in stated])
        for source, graphs in todo.values()
    ]
    outcome = check_inputs(draft, inputs)
    judge(outcome, accept_warnings=terms.accept_warnings)
    return outcome


def judge(outcome: Outcome, *, accept_warnings: bool) -> None:
    """Raise Refused where a verdict does not let data in."""
    counts = outcome.counts()
    if outcome.conforms and (accept_warnings or not counts["warning"]):
        return
    if outcome.conforms:
        refused = Refused(
            f"Warnings: {counts['warning']}; nothing was stored.",
            "Mend them, or accept them with --accept-warnings.",
            sv=f"Varningar: {counts['warning']}; ingenting lagrades.",
            cure_sv="Rätta dem, eller godta dem med --accept-warnings.",
        )
    else:
        refused = Refused(
            f"Violations: {counts['violation']}; nothing was stored.",
            "Mend them and publish again.",
            sv=f"Fel: {counts['violation']}; ingenting lagrades.",
            cure_sv="Rätta dem och publicera igen.",
        )
    refused.outcome = outcome
    raise refused


def undone(draft: Draft, old: Sequence[Quad]) -> tuple[Ids, Ids]:
    """The ids of the findings that what was taken out would close and open if it came back."""
    if not old:
        return frozenset(), frozenset()
    closes, opens = effect(draft, old, with_file(draft, old))
    return frozenset(closes), frozenset(opens)


def together(gone: tuple[Ids, Ids], came: tuple[Ids, Ids]) -> tuple[Ids, Ids]:
    """What is closed and opened when one thing goes and another comes; both are told beside neither."""
    closes = (gone[1] - came[1]) | (came[0] - gone[0])
    opens = (came[1] - gone[1]) | (gone[0] - came[0])
    return closes, opens


def _publication(commit: Commit, todo: Wanted, outcome: Outcome, terms: Terms) -> Publication:
    came = [
        (graph, Origin(source.name, source.sha256, source.template), warned(outcome, source.input.name))
        for source, graphs in todo.values()
        for graph in graphs
    ]
    return Publication(commit.number, commit.release_name(), now(), terms.by.strip(), came)


def warned(outcome: Outcome, file: str) -> list[Warned]:
    """The warnings about a file, for its provenance."""
    found = (r for r in outcome.results if r.severity == "warning" and r.file == file)
    return [Warned(r.focus, r.shape, r.message("sv")) for r in found]


def record(commit: Commit, publication: Publication, known: Sequence[Version], force: bool) -> Opened:
    """Write the provenance, and switch to the new release."""
    publication = replace(publication, ended=_ended(commit, [*publication.over, *publication.went]))
    told = [*commit.draft.quads(graph=PROVENANCE), *quads(publication, known)]
    commit.draft.replace(PROVENANCE, told)
    graphs = tuple(g.value for g in (*(g for g, _, _ in publication.came), *publication.went))
    made = commit.publish(Change("add" if publication.came else "remove", graphs), force=force)
    return open_release(commit.directory / "releases" / made.name, is_counted=True)


def _ended(commit: Commit, graphs: Iterable[NamedNode]) -> list[NamedNode]:
    """The identifiers of ours that these graphs spoke of, and that no graph speaks of any more."""
    had = {quad.subject for graph in graphs for quad in commit.base.store.quads(graph=graph)} - {*graphs}
    not_stated = (DEFAULT, DERIVED, PROVENANCE)
    return sorted(
        (
            thing
            for thing in had
            if isinstance(thing, NamedNode)
            and thing.value.startswith(mint.BASE)
            and all(quad.graph_name in not_stated for quad in commit.draft.quads(thing))
        ),
        key=lambda thing: thing.value,
    )
