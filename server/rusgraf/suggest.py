"""Which few new links would close most findings? Greedy set cover over what the rules say is missing.

A candidate is a set of links that closes at least one finding: one of the options of its rule's ``missing``, or what is
left of it when some thing already has the other links. The candidate that closes most findings per link is taken, then
what it really closes and opens is asked of the rules, and so on. Covering everything takes at most H(d) times as many
links as the best choice among the same candidates, d being the most findings that one of them closes (Chvátal 1979).
It counts links; it knows nothing of their effect. Layer: domain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rusgraf import mint
from rusgraf.findings import Finding, find, finding_id, rows
from rusgraf.incomplete import Named
from rusgraf.library import find_query, rules
from rusgraf.links import End, Link, Option, Some
from rusgraf.store import Store
from rusgraf.terms import PREFIXES, RDF_TYPE, NamedNode, Quad, Term, rus

_EXISTING = ("Handlingsplan", "Delmal")
_ACTIVITY = Some("Aktivitet")
_TRIES = 3
_GRAPH = NamedNode(mint.graph("forslag"))


@dataclass(frozen=True)
class Suggestion:
    """Links to make together, the findings that they close, and those that they open (as they would be).

    `under` are the plans that a new activity in the links was taken to be under, which is part of what it closes.
    """

    links: Option
    closes: tuple[Finding, ...]
    opens: tuple[Finding, ...]
    under: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The suggestions in order, how many findings are left, and d: the most findings that one candidate closes."""

    suggestions: tuple[Suggestion, ...]
    left: int
    largest: int

    @property
    def bound(self) -> float:
        """H(d): covering everything takes at most this many times the fewest links."""
        return round(sum(1 / n for n in range(1, self.largest + 1)), 2)


def suggest(store: Store, findings: Sequence[Finding], *, lang: str = "sv", limit: int = 10) -> Plan:
    """At most `limit` suggestions that close `findings` (those that are waived are left alone).

    What is chosen changes what the next link can do, so the candidates are made anew after each choice.
    """
    left = {f.id: f for f in findings if f.status != "waived"}
    trial = _Trial(store, lang)
    chosen: list[Suggestion] = []
    largest = 0
    refused: set[Option] = set()
    while left and len(chosen) < limit:
        found = _Candidates(trial.store, list(left.values()), trial.invented).all()
        largest = max(largest, *map(len, found.values()), 0)
        rest = [links for links in found if links not in refused]
        if not rest:
            break
        links = min(rest, key=lambda option: _key(found[option], option, left))
        about = left[min(found[links])]
        closed, opened = trial.add(links, left, about)
        if closed:
            under = about.plans if any(end == _ACTIVITY for k in links for end in (k.subject, k.object)) else ()
            chosen.append(Suggestion(links, tuple(left.pop(i) for i in closed), tuple(opened), under))
        else:
            refused.add(links)
    return Plan(tuple(chosen), len(left), largest)


def _key(ids: set[str], links: Option, findings: Mapping[str, Finding]) -> tuple[float, int, float, str]:
    """The order of choice: most findings per link, fewest links, most weight, then the links as text."""
    weight = sum(findings[i].rank.value for i in ids if i in findings)
    return (-len(ids) / len(links), len(links), -weight, str(links))


class _Candidates:
    """The candidates for a list of findings, and the findings that each closes."""

    def __init__(self, store: Store, findings: Sequence[Finding], invented: Collection[str]) -> None:
        self._store, self._findings, self._invented = store, findings, invented
        self._paths: dict[tuple[str, NamedNode], list[NamedNode]] = {}

    def all(self) -> dict[Option, set[str]]:
        """Links → ids of the findings that they close together."""
        found: dict[Option, set[str]] = defaultdict(set)
        single: dict[Link, set[str]] = defaultdict(set)
        kinds: dict[Option, Option] = {}
        for finding in self._findings:
            for option in self._options(finding):
                found[option].add(finding.id)
                if len(option) == 1:
                    single[option[0]].add(finding.id)
                for rest, general in self._started(option):
                    found[rest].add(finding.id)
                    kinds[rest] = general
        return {
            links: ids.union(*(single.get(link, ()) for link in (*links, *kinds.get(links, ()))))
            for links, ids in found.items()
        }

    def _options(self, finding: Finding) -> Iterator[Option]:
        """The options of a finding, those by a path for each thing that the path leads from."""
        patterns = find_query(f"luckor/{finding.rule}").missing
        for option in finding.missing:
            path = next((p[0].path for p in patterns if p[0].predicate == option[0].predicate), "")
            if len(option) == 1 and path and isinstance(option[0].object, NamedNode):
                for thing in self._from(path, option[0].object):
                    yield (Link(option[0].subject, option[0].predicate, thing),)
            else:
                yield option

    def _from(self, path: str, thing: NamedNode) -> list[NamedNode]:
        if (path, thing) not in self._paths:
            head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
            table = self._store.select(f"{head}SELECT ?x ?y WHERE {{ ?x {path} ?y }} ORDER BY ?x", {"y": thing})
            self._paths[path, thing] = list(dict.fromkeys(x for x, _ in table.rows if isinstance(x, NamedNode)))
        return self._paths[path, thing]

    def _started(self, option: Option) -> Iterator[tuple[Option, Option]]:
        """What is left of an option of several links when some thing has one of them; and the same in general."""
        for link in option if len(option) > 1 else ():
            rest = tuple(other for other in option if other != link)
            for some, thing in self._having(link):
                yield tuple(_put(other, some, thing) for other in rest), rest

    def _having(self, link: Link) -> Iterator[tuple[Some, NamedNode]]:
        """The things that already have a link, in the place of its `Some`."""
        subject, obj = (None if isinstance(end, Some) else end for end in (link.subject, link.object))
        for quad in sorted(self._store.default(subject, link.predicate, obj), key=str):
            for end, thing in ((link.subject, quad.subject), (link.object, quad.object)):
                if isinstance(end, Some) and isinstance(thing, NamedNode) and thing.value not in self._invented:
                    yield end, thing


def _put(link: Link, some: Some, thing: NamedNode) -> Link:
    return Link(
        thing if link.subject == some else link.subject, link.predicate, thing if link.object == some else link.object
    )


class _Trial:
    """What links really close and open, added one after the other to a store that is not touched."""

    def __init__(self, store: Store, lang: str) -> None:
        self.store, self._lang = store, lang
        self.invented: set[str] = set()
        self._here = _ids(store)

    def add(self, links: Option, findings: Mapping[str, Finding], about: Finding) -> tuple[list[str], list[Finding]]:
        """The ids of `findings` that the links close, `about` among them, and the findings that they open.

        Nothing is added when they do not close `about`.
        """
        some = next((end for link in links for end in (link.subject, link.object) if isinstance(end, Some)), None)
        for node, quads in self._stand_ins(some, about):
            made = [Quad(_node(k.subject, node), k.predicate, _node(k.object, node), _GRAPH) for k in links]
            trial = self.store.extended([*quads, *made])
            now = _ids(trial)
            if about.id in now:
                continue
            if quads:
                self.invented.add(node.value)
            closed, opened = [i for i in findings if i not in now], now - self._here
            names = sorted({i.partition("/")[0] for i in opened})
            new = find(trial, lang=self._lang, only=names) if names else []
            self.store, self._here = trial, now
            return closed, [f for f in new if f.id in opened and f.focus.iri not in self.invented]
        return [], []

    def _stand_ins(self, some: Some | None, finding: Finding) -> Iterator[tuple[NamedNode, list[Quad]]]:
        """Things of a class to try links with: a few that are there where the class has such, then a new one."""
        focus = NamedNode(finding.focus.iri)
        plans = [NamedNode(p.iri) for p in finding.plans]
        if some is None:
            yield focus, []
            return
        strategies = {s for n in plans or [focus] for s in self.store.objects(n, rus("tillhorStrategi"))}
        tops: list[Term] = [*plans] if some.kind == "Delmal" else sorted(strategies, key=str)
        whole = rus("tillhorPlan") if some.kind == "Delmal" else rus("tillhorStrategi")
        there = (t for top in tops for t in self._below(some, whole, top) if t not in plans)
        yield from ((thing, []) for thing in (islice(there, _TRIES) if some.kind in _EXISTING else ()))
        node = NamedNode(mint.thing(some.kind, "forslag", str(len(self.invented))))
        under = [*tops, *self.store.objects(focus, rus("tillhorVersion"))] if some.kind == "Handlingsplan" else []
        said = [(node, RDF_TYPE, some.iri), *((node, rus("utgarFran"), top) for top in under)]
        if some == _ACTIVITY and plans:  # else it would belong to every region
            whole = NamedNode(f"{node.value}-plan")
            said += [(node, rus("ingarI"), whole), (whole, RDF_TYPE, rus("Aktivitetsplan"))]
            said += [(whole, rus("utgarFran"), plan) for plan in plans]
        yield node, [Quad(s, p, o, _GRAPH) for s, p, o in said]

    def _below(self, some: Some, whole: NamedNode, top: Term) -> Iterator[NamedNode]:
        """The things of a class that belong to a plan or strategy, in order."""
        for quad in sorted(self.store.default(None, whole, top), key=str):
            thing = quad.subject
            if isinstance(thing, NamedNode) and next(self.store.default(thing, RDF_TYPE, some.iri), None):
                yield thing


def _node(end: End, stand_in: NamedNode) -> NamedNode:
    return stand_in if isinstance(end, Some) else end


def _ids(store: Store) -> set[str]:
    return {finding_id(rule.name, row) for rule in rules() for row in rows(rule, store)}
