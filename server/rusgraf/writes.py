"""What does a write over HTTP do to a store: a graph put, added to or deleted, or an update of several?

One transaction each (``commits``), tried against the shapes and traced (``provenance``) as `publish.add` does it; a
write that changes no statement makes no release. The client names the graph, so it may be any but the program's own.
Unlike in files for `rusgraf add`, things without names may come: a PUT replaces its graph whole. Runs in a process that
can be killed (``writer``). Not done here: HTTP, and who may write. Layer: domain.
https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from rusgraf import checking, verdict
from rusgraf.admission import description, refuse_about_others, refuse_own, refuse_statement
from rusgraf.checking import Checked, check_inputs
from rusgraf.commits import Commit, now, writing
from rusgraf.draft import Draft
from rusgraf.errors import BadParameter, StoreBusy, UnknownName
from rusgraf.inputs import Input, read_input
from rusgraf.mint import graph as graph_iri
from rusgraf.mint import slug
from rusgraf.naming import shown
from rusgraf.provenance import Origin, Publication, Warned, versions
from rusgraf.publish import Ids, Refused, judge, record, together, undone, warned
from rusgraf.rdf import suffix_graph
from rusgraf.store import Store
from rusgraf.tabular import READERS
from rusgraf.terms import NamedNode, Quad
from rusgraf.update import Update, changed
from rusgraf.validate import Outcome, validate_quads
from rusgraf.wording import say

BUSY_SECONDS = 3.0
_UPDATE = "SPARQL Update"


@dataclass(frozen=True)
class Body:
    """A file that was sent: its name ("" when it has none), the suffix of its kind (``.ttl``), its bytes."""

    name: str
    suffix: str
    content: bytes


@dataclass(frozen=True)
class Terms:
    """On which terms a write is taken: role, whether warnings are accepted, whether the store may shrink; language of
    the report."""

    by: str = ""
    accept_warnings: bool = False
    allow_shrink: bool = False
    lang: str = "sv"


@dataclass(frozen=True)
class Wish:
    """What a client wants: `method` (PUT, POST, DELETE) of a graph ("" a new one) with what it sent, or an update."""

    method: str
    graph: str = ""
    bodies: tuple[Body, ...] = ()
    update: Update | None = None


@dataclass(frozen=True)
class Written:
    """What a write came to: the release that holds it, what became of each graph (new, replaced, removed, unchanged;
    and its statements), and the ids of the findings that closed and opened."""

    release: str
    graphs: Mapping[str, tuple[str, int]]
    closes: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """What the shapes say to a write that was not taken: as JSON, as Turtle, and the user's own workbook, if any."""

    json: str
    turtle: str
    sheet: bytes = b""


@dataclass(frozen=True)
class _Piece:
    """The new statements of a graph, those of them to be tried, and the files that they came in."""

    graph: NamedNode
    stated: list[Quad]
    tried: list[Quad]
    inputs: tuple[Input, ...] = ()
    origin: Origin = field(default_factory=lambda: Origin("", ""))


def prepare() -> None:
    """Read what every write needs, so that the first one does not wait for it."""
    for _ in checking.warm_up():
        pass


def write(directory: str, wish: Wish, terms: Terms) -> Written | Rejected:
    """Do what a client wants, all of it or nothing; a job of a process of its own (``writer``)."""
    with ExitStack() as stack:
        commit = _begin(stack, Path(directory))
        base = commit.base.store
        pieces = _of_update(commit, wish.update) if wish.update else [_of_graph(commit, wish)]
        refuse_own(piece.graph for piece in pieces)
        had = {piece.graph: set(base.quads(graph=piece.graph)) for piece in pieces}
        todo = [piece for piece in pieces if set(piece.stated) != had[piece.graph]]
        if not todo:
            same = {p.graph.value: ("unchanged", len(p.stated)) for p in pieces}
            return Written(commit.base.release.name, same)
        for piece in todo:
            for quad in set(piece.stated) - had[piece.graph]:
                refuse_statement(piece.origin.file, quad, nameless=True)
            refuse_about_others(piece.origin.file, piece.graph, set(piece.stated) - had[piece.graph])
        try:
            return _publish(commit, todo, had, terms)
        except Refused as refused:
            return _rejected(refused, todo, terms.lang)


def _begin(stack: ExitStack, directory: Path) -> Commit:
    """A commit; while another process writes, it is waited for a little."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return stack.enter_context(writing(directory))
        except StoreBusy:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _of_graph(commit: Commit, wish: Wish) -> _Piece:
    """What becomes of one graph."""
    base, graph = commit.base.store, _target(commit, wish)
    had = list(base.quads(graph=graph))
    if wish.method == "DELETE":
        if not had:
            raise UnknownName(
                f"There is no graph {shown(graph.value)}.",
                "utforska/grafer lists them.",
                sv=f"Det finns ingen graf {shown(graph.value)}.",
                cure_sv="utforska/grafer räknar upp dem.",
            )
        return _Piece(graph, [], [], origin=Origin("DELETE", ""))
    inputs = [_read(body, graph, base) for body in _apart(wish.bodies)]
    kept = had if wish.method == "POST" else []
    tried = [quad for one in inputs for quad in one.quads]
    if any(one.sheet for one in inputs):
        tried += description(graph, [*kept, *tried], _segment(graph))
        inputs[0] = replace(inputs[0], quads=tried) if len(inputs) == 1 else inputs[0]
    sent = b"".join(body.content for body in wish.bodies)
    names = ", ".join(body.name or one.name for body, one in zip(wish.bodies, inputs, strict=True))
    template = next((one.sheet.template_version for one in inputs if one.sheet), "")
    origin = Origin(names, hashlib.sha256(sent).hexdigest(), template)
    return _Piece(graph, [*kept, *tried], tried, tuple(inputs), origin)


def _target(commit: Commit, wish: Wish) -> NamedNode:
    """The graph that is meant; for a new one a name that none has."""
    try:
        return NamedNode(wish.graph or graph_iri("inskickad", str(commit.number)))
    except ValueError as error:
        raise BadParameter(
            f"“{shown(wish.graph)}” is no IRI.",
            "Give an absolute IRI.",
            sv=f"”{shown(wish.graph)}” är ingen IRI.",
            cure_sv="Ange en absolut IRI.",
        ) from error


def _apart(bodies: Sequence[Body]) -> Sequence[Body]:
    """The bodies, which findings must be able to tell apart by their names."""
    names = [body.name for body in bodies]
    for name in names:
        if names.count(name) > 1:
            raise BadParameter(
                f"Two parts are called “{shown(name)}”.",
                "Give each a name of its own.",
                sv=f"Två delar heter ”{shown(name)}”.",
                cure_sv="Ge var och en ett eget namn.",
            )
    return bodies


def _segment(graph: NamedNode) -> str:
    return slug(graph.value.rstrip("/").rpartition("/")[2]) or "graf"


def _read(body: Body, graph: NamedNode, base: Store) -> Input:
    """A file with all it states in the graph. The things of a sheet are named by the graph, not by the file."""
    is_sheet = body.suffix in READERS
    stem = _segment(graph) if is_sheet else slug(PurePosixPath(body.name).stem) or _segment(graph)
    one = read_input(body.content, f"{stem}{body.suffix}", base)
    own = suffix_graph(stem)
    for quad in one.quads:
        if quad.graph_name != own:
            raise BadParameter(
                f"{one.name} states something in another graph, {shown(str(quad.graph_name))}.",
                "Send statements without a graph; the address names it.",
                sv=f"{one.name} anger något i en annan graf, {shown(str(quad.graph_name))}.",
                cure_sv="Skicka påståenden utan graf; adressen anger den.",
            )
    return replace(one, quads=[_moved(quad, own if is_sheet else graph, graph) for quad in one.quads])


def _moved(quad: Quad, own: NamedNode, graph: NamedNode) -> Quad:
    """A statement as one of the graph, which `own` stands for."""
    subject = graph if quad.subject == own else quad.subject
    return Quad(subject, quad.predicate, graph if quad.object == own else quad.object, graph)


def _of_update(commit: Commit, update: Update) -> list[_Piece]:
    """The graphs that an update changes. What it touches is tried: the things, and what points at them in the graph."""
    origin = Origin(_UPDATE, hashlib.sha256(update.text.encode()).hexdigest())
    base, pieces = commit.base.store, []
    for graph, stated in changed(base, update, commit.work / "update").items():
        before, after = set(base.quads(graph=graph)), set(stated)
        gone = {quad.subject for quad in before - after}
        touched = {quad.subject for quad in before ^ after} | {q.subject for q in after if q.object in gone}
        pieces.append(_Piece(graph, stated, [q for q in after if q.subject in touched], origin=origin))
    return pieces


def _publish(commit: Commit, todo: Sequence[_Piece], had: Mapping[NamedNode, set[Quad]], terms: Terms) -> Written:
    """Try what is new in a store without it, and switch to the store with it."""
    draft = commit.draft
    lost: list[Quad] = []
    for piece in todo:
        rest = set(piece.stated) - set(piece.tried)
        lost += had[piece.graph] - rest
        draft.replace(piece.graph, rest)
    outcome = _try(draft, todo)
    if outcome:
        judge(outcome, accept_warnings=terms.accept_warnings)
    gone = undone(draft, lost)
    for piece in todo:
        draft.replace(piece.graph, piece.stated)
    came = (frozenset(outcome.closes), frozenset(outcome.opens)) if outcome else (Ids(), Ids())
    publication = Publication(
        commit.number,
        commit.release_name(),
        now(),
        terms.by,
        [(p.graph, p.origin, _warnings(outcome, p)) for p in todo if p.stated],
        [p.graph for p in todo if p.stated and had[p.graph]],
        [p.graph for p in todo if not p.stated],
    )
    after = record(commit, publication, versions(commit.base.store), terms.allow_shrink)
    closes, opens = together(gone, came)
    states = {p.graph.value: (_state(p, had[p.graph]), len(set(p.stated))) for p in todo}
    return Written(after.release.name, states, tuple(sorted(closes)), tuple(sorted(opens)))


def _state(piece: _Piece, had: set[Quad]) -> str:
    if not piece.stated:
        return "removed"
    return "replaced" if had else "new"


def _try(draft: Draft, todo: Sequence[_Piece]) -> Outcome | None:
    """The verdict of the shapes; None when nothing is new."""
    inputs = [one for piece in todo for one in piece.inputs]
    if inputs:
        return check_inputs(draft, inputs)
    tried = [quad for piece in todo for quad in piece.tried]
    return validate_quads(draft, {_UPDATE: tried}) if tried else None


def _warnings(outcome: Outcome | None, piece: _Piece) -> list[Warned]:
    names = [one.name for one in piece.inputs] or [_UPDATE]
    return [told for name in names for told in warned(outcome, name)] if outcome else []


def _rejected(refused: Refused, todo: Iterable[_Piece], lang: str) -> Rejected:
    """The report, and why it refuses: what conforms all the same has warnings."""
    outcome = refused.outcome
    told = {"refused": say("refused_warnings" if outcome.conforms else "refused_violations", lang)}
    inputs = tuple(one for piece in todo for one in piece.inputs)
    is_sheet = len(inputs) == 1 and inputs[0].sheet is not None
    sheet = checking.to_xlsx(Checked(inputs, outcome), lang) if is_sheet else b""
    report = json.dumps({**told, **json.loads(verdict.as_json(outcome, lang))}, ensure_ascii=False, indent=1) + "\n"
    return Rejected(report, verdict.as_turtle(outcome), sheet)
