"""What does a store become with the statements of a file, and what follows from them? Layer: domain.

Only what follows from the new statements is worked out, by the rules of ``queries/harledning/`` over what these can
see from there. Where that is no use everything is made anew in a copy: when the file is not small beside the store,
when it puts a graph of the store out of force, and when something no longer follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from rusgraf.near.patterns import Pattern, Reach, Values, distinct
from rusgraf.near.read import read
from rusgraf.near.view import View
from rusgraf.store import DERIVED, OUT_OF_FORCE, PROFILE, Store, derivations
from rusgraf.terms import DEFAULT, NamedNode, Quad, Term, Triple, rus

# From this size of the store on, in statements for each new one, reading what is near is cheaper than making all anew.
LARGE = 10


class _Lost(Exception):
    """Something that followed no longer does."""


def with_file(store: Store, quads: Sequence[Quad], *, large: int = LARGE) -> View:
    """The store with the quads of a file and what follows from them; `store` is left alone."""
    out = {q.subject for q in quads if q.predicate == rus("grafslag") and q.object in OUT_OF_FORCE}
    was_out = {q.subject for kind in OUT_OF_FORCE for q in store.quads(None, rus("grafslag"), kind)}
    falls = any(next(store.quads(graph=g), None) for g in out - was_out if isinstance(g, NamedNode))
    if falls or next(islice(store.quads(), large * len(quads), None), None) is None:
        return anew(store, quads)
    try:
        return _beside(store, quads, {*out, *was_out, PROFILE})
    except (_Lost, NotImplementedError):
        return anew(store, quads)


def anew(store: Store, quads: Sequence[Quad]) -> View:
    """The same as a copy of everything."""
    whole = store.extended(quads)
    in_force = set(whole.graphs()) - {PROFILE}
    return View(whole, beside=Store.of(_lacking((q for q in quads if q.graph_name not in in_force), whole)))


def _beside(store: Store, quads: Sequence[Quad], out: set[Term]) -> View:
    in_force = [q for q in quads if q.graph_name not in out]
    stated = {*(q for q in quads if q.graph_name != DEFAULT), *_lacking(in_force, store)}
    followed = set[Quad]()
    for text in derivations():
        view = View(store, Store.of(stated | followed))
        for triple in _gained(text, view):
            followed |= {Quad(triple.subject, triple.predicate, triple.object, g) for g in (DERIVED, DEFAULT)}
    added = Store.of(stated | followed)
    unseen = _lacking(_lacking((q for q in quads if q.graph_name in out), store), added)
    return View(store, added, Store.of(unseen))


def _lacking(quads: Iterable[Quad], store: Store) -> set[Quad]:
    """What the default graph of `store` lacks of the quads, as quads of the default graph."""
    plain = {Quad(q.subject, q.predicate, q.object, DEFAULT) for q in quads}
    return {q for q in plain if not next(store.default(q.subject, q.predicate, q.object), None)}


def _gained(text: str, view: View) -> set[Triple]:
    """What follows by a rule with the added statements and was not there."""
    part, template = read(text)
    starts = distinct(part.starts(Reach(view, keep=False)))
    reach = Reach(view)
    for start in starts:
        part.take(reach, start)
    before, after = (
        {t for t in store.construct(text) if any(_fits(t, template, start) for start in starts)}
        for store in (reach.before(), reach.after())
    )
    if before - after:
        raise _Lost
    return {
        t
        for t in after
        if not any(next(s.default(t.subject, t.predicate, t.object), None) for s in (view.base, view.added))
    }


def _fits(triple: Triple, template: Sequence[Pattern], start: Values) -> bool:
    """Whether a constructed triple can come of a solution with these values."""
    terms = (triple.subject, triple.predicate, triple.object)
    return any(
        all(
            (place not in start or term in start[place]) if isinstance(place, str) else term == place
            for place, term in zip(pattern, terms, strict=True)
        )
        for pattern in template
    )
