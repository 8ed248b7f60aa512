"""What invented regions are there to try the rules on? Things, links, periods and marks, and how they are drawn.

A `Region` is plain Python: names and what links them. It answers the questions that every rule asks of a region
(what is part of what, which plan and strategy a thing belongs to), by sets and recursion and by nothing of the program.
`quads` writes it as RDF; `regions` draws small ones, and what fails shrinks to few things and links.
Not here: what a rule finds in one (``oracle``).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from planted import GRAPH, e
from rusgraf.terms import PREFIXES, RDF_TYPE, Literal, NamedNode, Quad, expand, rus

KINDS = {
    "strategi": "Utvecklingsstrategi", "avtal": "Overenskommelse", "version": "Planversion",
    "omrade": "PrioriteratOmrade", "overmal": "OvergripandeMal", "effektmal": "Effektmal",
    "plan": "Handlingsplan", "planversion": "Planversion", "aktivitetsplan": "Aktivitetsplan",
    "insats": "Insatsomrade", "malomrade": "Malomrade", "inriktning": "StrategiskInriktning", "delmal": "Delmal",
    "aktivitet": "Aktivitet", "risk": "Risk", "behov": "Utvecklingsbehov", "indikator": "Indikator", "organ": "Namnd",
    "grupp": "", "metod": "", "perspektiv": "",
}  # fmt: skip
PREFIX_OF = {"isVersionOf": "dcterms", "replaces": "dcterms", "broader": "skos", "wasRevisionOf": "prov"}
ROLES = (
    "ansvarig", "medverkande", "beslutadAv", "godkandAv", "behandladAv", "presenteradFor", "remitteradTill",
    "framtagenMed", "uppfoljsAv", "uppfoljsMedStodAv", "rapporterasTill",
)  # fmt: skip
# What may be related to what: property, kinds of subject, kinds of object, and how many objects a subject has at most.
SCHEMA = (
    ("isVersionOf", "version", "strategi avtal", 1),
    ("isVersionOf", "planversion", "plan", 1),
    ("wasRevisionOf", "version", "version", 1),
    ("wasRevisionOf", "effektmal", "effektmal", 1),
    ("ingarI", "omrade overmal", "version strategi", 1),
    ("ingarI", "effektmal", "overmal", 2),
    ("ingarI", "insats malomrade inriktning aktivitetsplan risk behov", "plan", 2),
    ("ingarI", "delmal", "plan insats malomrade", 2),
    ("ingarI", "aktivitet", "aktivitetsplan", 1),
    ("utgarFran", "plan", "strategi avtal version omrade", 2),
    ("utgarFran", "aktivitetsplan", "plan strategi", 1),
    ("bidrarTill", "plan delmal malomrade aktivitet", "effektmal overmal", 2),
    ("riktarSigTill", "plan delmal aktivitet", "grupp", 2),
    ("beaktar", "plan delmal", "perspektiv", 2),
    ("anvander", "delmal aktivitet inriktning", "metod", 2),
    ("foljsUppMed", "delmal malomrade effektmal", "indikator", 1),
    ("kandidatindikator", "delmal malomrade", "indikator", 1),
    ("moter", "delmal aktivitet inriktning", "risk behov", 1),
    ("namner", "plan delmal aktivitet", "risk behov organ plan", 1),
    ("samordnasMed", "delmal", "delmal", 1),
    ("kompletterar", "plan", "plan", 1),
    ("replaces", "plan", "plan", 1),
    ("avserDelmal", "aktivitet", "delmal", 2),
    ("avserOmrade", "aktivitet", "insats malomrade", 2),
    ("broader", "grupp", "grupp", 1),
    ("broader", "metod", "metod", 1),
    ("broader", "perspektiv", "perspektiv", 1),
    *((role, "plan aktivitetsplan", "organ", 1) for role in ROLES),
    ("ansvarig", "aktivitet", "organ", 1),
    ("medverkande", "aktivitet", "organ", 1),
)
STRUCTURE = ("ingarI", "utgarFran", "isVersionOf")
DATE_TYPES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
INTERPRETATION = NamedNode(PREFIXES["rusr"] + "graf/tolkning/prov")
EXAMPLES = NamedNode(PREFIXES["rusr"] + "graf/exempel-prov")


class Link(NamedTuple):
    """A statement: `thing` is related by `prop` to `other`. Names, not IRIs."""

    thing: str
    prop: str
    other: str


class Mark(NamedTuple):
    """`thing` is rus:ofullstandigFor `prop`."""

    thing: str
    prop: str


@dataclass(frozen=True)
class Region:
    """An invented region. A thing's name begins with its kind (a key of KINDS): ``delmal-1``.

    `concluded` are those of `links` that stand in a graph of interpretations; `aside` are statements of an example
    graph, which is not in force; `periods` are (thing, gallerFran or gallerTill, day, month or year).
    """

    things: frozenset[str] = frozenset()
    links: frozenset[Link] = frozenset()
    concluded: frozenset[Link] = frozenset()
    aside: frozenset[Link] = frozenset()
    periods: frozenset[tuple[str, str, str]] = frozenset()
    marks: frozenset[Mark] = frozenset()
    today: date = field(default_factory=date.today)

    def of(self, *kinds: str) -> list[str]:
        """The things of these kinds."""
        return sorted(t for t in self.things if kind(t) in kinds)

    def to(self, thing: str, *props: str) -> set[str]:
        """What a thing points to by these properties."""
        return {link.other for link in self.links if link.thing == thing and link.prop in props}

    def at(self, thing: str, *props: str) -> set[str]:
        """What points to a thing by these properties."""
        return {link.thing for link in self.links if link.other == thing and link.prop in props}

    def beyond(self, thing: str, prop: str) -> set[str]:
        """What is reached from a thing by one step or more of `prop`."""
        found: set[str] = set()
        here = [thing]
        while here:
            new = self.to(here.pop(), prop) - found
            found |= new
            here += new
        return found

    def coupled(self, one: str, prop: str, other: str) -> bool:
        """Whether a symmetric property relates the two, stated from either side."""
        return other in self.to(one, prop) | self.at(one, prop)

    def wholes(self, thing: str) -> set[str]:
        """A thing and everything that it is part of."""
        return {thing} | self.beyond(thing, "ingarI")

    def plans(self, thing: str) -> set[str]:
        """The action plans that a thing belongs to, itself or through its activity plan; a plan belongs to itself."""
        wholes = self.wholes(thing)
        behind = {p for whole in wholes if kind(whole) == "aktivitetsplan" for p in self.to(whole, "utgarFran")}
        return {p for p in wholes | behind if kind(p) == "plan"}

    def plans_of_activity(self, activity: str) -> set[str]:
        """The plans that an activity belongs to, or that what it serves belongs to."""
        return {p for t in {activity, *self.to(activity, "avserDelmal", "avserOmrade")} for p in self.plans(t)}

    def origins(self, thing: str) -> set[str]:
        """What a goal stands in, and what a plan starts from: areas, versions, strategies and agreements."""
        return {w for start in {thing, *self.to(thing, "utgarFran")} for w in self.wholes(start)} - {thing}

    def strategies(self, thing: str) -> set[str]:
        """The strategies and agreements that a goal or a plan stands under."""
        origins = self.origins(thing)
        return {s for o in origins for s in {o, *self.to(o, "isVersionOf")} if kind(s) in ("strategi", "avtal")}

    def versions(self, thing: str) -> set[str]:
        """The versions that a goal stands in, or a plan answers to: all of a strategy of which it names none."""
        named = {o for o in self.origins(thing) if kind(o) in ("version", "planversion")}
        starts = {w for start in self.to(thing, "utgarFran") for w in self.wholes(start)}
        open_ = {s for s in starts if kind(s) in ("strategi", "avtal") and not self.at(s, "isVersionOf") & starts}
        return named | {v for s in open_ for v in self.at(s, "isVersionOf")}

    def ends(self, *things: str) -> list[date]:
        """The last days of these things' periods."""
        return [last_day(day) for thing, prop, day in self.periods if thing in things and prop == "gallerTill"]

    def asserted(self) -> Region:
        """What the texts alone say."""
        return replace(self, links=self.links - self.concluded, concluded=frozenset())


def kind(name: str) -> str:
    """``delmal-1`` is a ``delmal``."""
    return name.partition("-")[0]


def last_day(day: str) -> date:
    """A month or a year means its last day."""
    year, month, rest = int(day[:4]), int(day[5:7] or 12), day[8:10]
    return date(year, month, int(rest) if rest else monthrange(year, month)[1])


def add(region: Region, *links: Link) -> Region:
    """The region with statements more, and the things that they name."""
    named = {name for link in links for name in (link.thing, link.other)}
    more = frozenset(links)
    return replace(region, things=region.things | named, links=region.links | more, aside=region.aside - more)


# As RDF


def term(prop: str) -> NamedNode:
    """The property of a local name."""
    return expand(f"{PREFIX_OF.get(prop, 'rus')}:{prop}")


def quads(region: Region) -> list[Quad]:
    """The region as statements: the texts' in one graph, conclusions and examples in graphs of their own."""
    kinds = ((INTERPRETATION, "tolkning"), (EXAMPLES, "exempel"))
    found = [Quad(g, rus("grafslag"), NamedNode(f"{PREFIXES['rusd']}grafslag/{k}"), g) for g, k in kinds]
    for name in sorted(region.things):
        if KINDS[kind(name)]:
            found.append(Quad(e(name), RDF_TYPE, rus(KINDS[kind(name)]), GRAPH))
    for link in sorted(region.links | region.aside):
        graph = EXAMPLES if link in region.aside else INTERPRETATION if link in region.concluded else GRAPH
        found.append(Quad(e(link.thing), term(link.prop), e(link.other), graph))
    for thing, prop, day in sorted(region.periods):
        found.append(Quad(e(thing), rus(prop), Literal(day, datatype=expand(DATE_TYPES[len(day)])), GRAPH))
    found += [Quad(e(mark.thing), rus("ofullstandigFor"), term(mark.prop), GRAPH) for mark in sorted(region.marks)]
    return found


# How they are drawn


def candidates(things: Collection[str], props: Collection[str]) -> Iterator[tuple[str, str, list[str], int]]:
    """What each thing may point to: thing, property, the others, and how many of them at most."""
    for prop, subjects, objects, most in SCHEMA:
        if prop in props:
            for thing in sorted(t for t in things if kind(t) in subjects.split()):
                others = sorted(o for o in things if kind(o) in objects.split() and o != thing)
                if others:
                    yield thing, prop, others, most


@st.composite
def regions(draw: st.DrawFn, most: Mapping[str, int], props: Collection[str], marked: Collection[str] = ()) -> Region:
    """A region with up to `most` things of each kind, linked by some of `props`, incomplete for some of `marked`.

    Which properties occur at all is drawn first: a region in which everything is linked in every way has no gaps.
    """
    things = [
        f"{k}-{n}" for k, limit in most.items() for n in range(1, draw(st.sampled_from([*range(limit + 1), limit])) + 1)
    ]
    used = {prop for prop in props if prop in STRUCTURE or draw(st.booleans())}
    links = {
        Link(thing, prop, other)
        for thing, prop, others, limit in candidates(things, used)
        for _ in range(limit)
        if (other := draw(st.sampled_from(["", *others])))
    }
    region = Region(frozenset(things), frozenset(links))
    if links:
        some = st.frozensets(st.sampled_from(sorted(links)), max_size=2)
        concluded, aside = draw(some), draw(some)
        region = replace(region, links=region.links - aside, concluded=concluded - aside, aside=aside)
    if marked and things:
        marks = st.frozensets(st.builds(Mark, st.sampled_from(things), st.sampled_from(sorted(marked))), max_size=2)
        region = replace(region, marks=draw(marks))
    periods = frozenset((thing, prop, day) for thing, prop in dated(things, props) if (day := draw(DAYS)))
    return replace(region, periods=periods)


def dated(things: Collection[str], props: Collection[str]) -> Iterator[tuple[str, str]]:
    """The things that may have a beginning or an end, with that property."""
    documents = ("plan", "planversion", "strategi", "avtal", "version")
    for prop, kinds in (("gallerTill", documents), ("gallerFran", ("version",))):
        if prop in props:
            yield from ((thing, prop) for thing in sorted(things) if kind(thing) in kinds)


# Nothing stated, long over, running, far ahead, and on either side of today; as year, month and day.
TODAY = date.today()
DAYS = st.sampled_from(
    ["", "2015", "2100", str(TODAY.year - 1), str(TODAY.year), "2020-02", "2099-06", "2021-06-30",
     *((TODAY + timedelta(days=n)).isoformat() for n in (-2, 2))]
)  # fmt: skip
