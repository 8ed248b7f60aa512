"""How is a planted gap told as a region, and what is drawn around it?

`known_answers` gives regions of a planted gap alone. `region_for` draws one for a rule: the statements of a planted gap
(or all but one), perhaps a cure (or all but one of its statements), and chance links between a few things of the kinds
that the rule looks at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from oracle import OPEN
from planted_gaps import PLANTED, Planted
from regions import Link, Region, add, regions

# What a rule looks at, and what might mislead it: things of each kind at most, and properties.
ROLES_AT_WORK = "avserDelmal avserOmrade ansvarig medverkande"
VERSIONS = "isVersionOf ingarI utgarFran bidrarTill wasRevisionOf gallerTill gallerFran"
FOCUS = {
    "aktivitet-utan-ansvarig": (
        "plan:2 aktivitetsplan:1 insats:1 delmal:2 aktivitet:2 organ:2",
        "ingarI utgarFran bidrarTill " + ROLES_AT_WORK,
    ),
    "aktivitet-utan-delmal": (
        "plan:2 aktivitetsplan:1 insats:1 malomrade:1 delmal:1 aktivitet:2",
        "ingarI utgarFran avserDelmal avserOmrade bidrarTill",
    ),
    "aktor-i-en-plan": (
        "strategi:1 avtal:1 version:1 plan:3 aktivitetsplan:1 insats:1 delmal:1 aktivitet:1 organ:2",
        "isVersionOf ingarI utgarFran namner beslutadAv rapporterasTill " + ROLES_AT_WORK,
    ),
    "arbetssatt-utan-gemensam-ansvarig": (
        "strategi:1 plan:3 aktivitetsplan:1 insats:1 delmal:3 inriktning:1 aktivitet:2 metod:1 organ:2",
        "ingarI utgarFran anvander " + ROLES_AT_WORK,
    ),
    "behov-utan-aktivitet": ("plan:2 delmal:1 inriktning:1 aktivitet:1 risk:1 behov:2", "ingarI moter namner"),
    "delmal-utan-aktivitet": (
        "plan:2 insats:1 malomrade:1 delmal:2 aktivitet:2",
        "ingarI avserDelmal avserOmrade bidrarTill",
    ),
    "delmal-utan-indikator": (
        "plan:2 insats:1 malomrade:1 delmal:2 indikator:2 effektmal:1",
        "ingarI foljsUppMed kandidatindikator bidrarTill",
    ),
    "delmalspar-utan-koppling": (
        "plan:3 insats:1 effektmal:2 overmal:1 delmal:3 grupp:3 metod:2 aktivitet:1 indikator:1",
        "ingarI bidrarTill riktarSigTill anvander broader samordnasMed kompletterar avserDelmal foljsUppMed",
    ),
    "effektmal-i-en-plan": (
        "strategi:2 version:2 omrade:1 overmal:1 effektmal:2 plan:3 delmal:1 malomrade:1 aktivitetsplan:1 aktivitet:1",
        VERSIONS,
    ),
    "effektmal-utan-plan": (
        "strategi:2 version:3 omrade:1 overmal:2 effektmal:2 plan:1 delmal:1 malomrade:1 aktivitetsplan:1 aktivitet:1",
        VERSIONS,
    ),
    "malgrupp-i-en-plan": (
        "strategi:1 avtal:1 version:1 plan:3 delmal:2 aktivitet:1 aktivitetsplan:1 grupp:3",
        "isVersionOf ingarI utgarFran riktarSigTill broader",
    ),
    "malgrupp-utan-aktivitet": (
        "strategi:1 plan:3 aktivitetsplan:1 insats:1 delmal:2 aktivitet:2 grupp:3",
        "ingarI utgarFran riktarSigTill broader avserDelmal avserOmrade",
    ),
    "perspektiv-ej-delat": ("plan:3 insats:1 delmal:2 perspektiv:3", "ingarI beaktar broader kompletterar"),
    "plan-utgangen": (
        "strategi:1 avtal:1 version:1 omrade:1 plan:2 planversion:1",
        "isVersionOf ingarI utgarFran gallerTill replaces",
    ),
    "risk-utan-atgard": ("plan:2 delmal:1 inriktning:1 aktivitet:1 risk:2 behov:1", "ingarI moter namner"),
    "skilda-beslutsorgan": ("plan:3 organ:3", "kompletterar beslutadAv godkandAv uppfoljsAv namner"),
}


def statements(text: str, suffix: str = "") -> list[Link]:
    """The statements of a text of PLANTED; `suffix` is put to the names, so that they meet no others."""
    links = [Link(*statement.split()) for statement in text.strip(" .").split(". ") if statement]
    return [Link(*(f"{w}{suffix}" if re.fullmatch(r"[a-z]+-\d", w) else w for w in link)) for link in links]


def with_statements(region: Region, links: list[Link]) -> Region:
    """The region with statements more; a beginning or an end is one too."""
    periods = {link for link in links if link.prop.startswith("galler")}
    region = add(region, *(link for link in links if link not in periods))
    things = region.things | {link.thing for link in periods}
    return replace(region, things=things, periods=region.periods | periods)


def less_one(links: list[Link]) -> list[list[Link]]:
    """The statements without one of them, in every way."""
    return [[other for other in links if other != link] for link in links]


def known_answers(planted: Planted) -> Iterator[tuple[Region, bool]]:
    """Regions in which the gap of `planted` is there, or is not; the names of its statements alone."""
    premises = statements(planted.statements)
    ground = with_statements(Region(), statements(planted.ground))
    whole = with_statements(ground, premises)
    yield whole, True
    yield from ((with_statements(ground, links), False) for links in less_one(premises))
    for cure in map(statements, planted.cures):
        yield with_statements(whole, cure), False
        yield from ((with_statements(whole, links), True) for links in less_one(cure))
    yield from ((with_statements(whole, statements(text)), True) for text in planted.vain)


def most_of(text: str) -> st.SearchStrategy[list[Link]]:
    """The statements of a text, or all but one."""
    links = statements(text)
    return st.sampled_from([links, *less_one(links)])


@st.composite
def region_for(draw: st.DrawFn, name: str) -> Region:
    """A region of what a rule looks at, incomplete for what it asks about or for something else."""
    kinds, props = FOCUS[name]
    tested = sorted({prop for props in OPEN[name].values() for prop in props.split()})
    most = {k: int(n) for k, _, n in (pair.partition(":") for pair in kinds.split())}
    region = draw(regions(most, props.split(), [*tested, "utgarFran", "tema"]))
    planted = draw(st.sampled_from(PLANTED[name]))
    if draw(st.booleans()):
        region = with_statements(region, [*statements(planted.ground), *draw(most_of(planted.statements))])
        if draw(st.booleans()):
            region = with_statements(
                region, draw(st.sampled_from(["", *planted.cures, *planted.vain]).flatmap(most_of))
            )
    return region
