"""What does each rule of ``queries/luckor/`` find, said in plain Python?

An independent statement of the rules, written from their descriptions and from contract §3 and §4, over an invented
`Region`. `RULES` gives what a rule finds, `state` whether a finding is confirmed or unknown. Slow and simple on
purpose: no query, and nothing of the program.
Not here: how regions are drawn (``regions``), and every comparison (``test_rules_random``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import product
from typing import NamedTuple

from regions import ROLES, Region, kind


class Gap(NamedTuple):
    """What a rule finds: the columns of its row but ``gemensam``, "" where it has none."""

    fokus: str
    motpart: str = ""
    plan: str = ""
    motplan: str = ""


# Relations between things


def akin(region: Region, one: str, other: str) -> bool:
    """Whether two concepts are the same, or one is wider than the other."""
    return one == other or one in region.beyond(other, "broader") or other in region.beyond(one, "broader")


def compared(region: Region, one: str, other: str) -> bool:
    """Whether two plans stand under one strategy; those without any are compared with each other."""
    mine, theirs = region.strategies(one), region.strategies(other)
    return bool(mine & theirs) or not (mine or theirs)


def answers_for(region: Region, plan: str, goal: str) -> bool:
    """Whether what a plan says of a goal counts: the goal's strategy and version are the plan's, or not recorded."""
    pairs = ((f(plan), f(goal)) for f in (region.strategies, region.versions))
    return all(mine & theirs or not mine or not theirs for mine, theirs in pairs)


def contributing(region: Region, goal: str) -> set[str]:
    """The plans that contribute to an effect goal, themselves or through a part of theirs."""
    parts = region.at(goal, "bidrarTill")
    return {p for part in parts for p in region.plans(part) if answers_for(region, p, goal)}


def is_past(region: Region, goal: str) -> bool:
    """Whether nobody is asked to serve a goal today: revised in a later version in force, or its versions are over."""
    versions = region.versions(goal)
    later = {v for g in region.at(goal, "wasRevisionOf") for v in region.versions(g)}
    begun = {
        v for v in later
        if all(day <= region.today.isoformat() for t, prop, day in region.periods if (t, prop) == (v, "gallerFran"))
    }  # fmt: skip
    if any(region.beyond(v, "wasRevisionOf") & versions for v in begun):
        return True
    return bool(versions) and all(max(region.ends(v), default=date.max) < region.today for v in versions)


def effect_goals(region: Region, goal: str) -> set[str]:
    """The effect goals that a sub-goal serves: its own and its plans'."""
    return {g for t in {goal, *region.plans(goal)} for g in region.to(t, "bidrarTill") if kind(g) == "effektmal"}


def shared(region: Region, one: str, other: str) -> set[str]:
    """The methods and groups that two sub-goals have in common; of a group and a part of it, the wider."""
    methods = region.to(one, "anvander") & region.to(other, "anvander")
    mine, theirs = (
        {w for g in region.to(t, "riktarSigTill") for w in {g, *region.beyond(g, "broader")}} for t in (one, other)
    )
    named = region.to(one, "riktarSigTill") | region.to(other, "riktarSigTill")
    return methods | (mine & theirs & named)


def are_coupled(region: Region, one: str, other: str) -> bool:
    """Whether two sub-goals are coordinated, or have an activity or an indicator in common."""
    common = region.at(one, "avserDelmal") & region.at(other, "avserDelmal")
    followed = region.to(one, "foljsUppMed") & region.to(other, "foljsUppMed")
    return region.coupled(one, "samordnasMed", other) or bool(common | followed)


def responsible(region: Region, plan: str, method: str) -> set[str]:
    """The bodies responsible for a plan, or for one of its activities that uses the method."""
    activities = [a for a in region.at(method, "anvander") if kind(a) == "aktivitet"]
    mine = [a for a in activities if plan in region.plans_of_activity(a)]
    return {body for thing in (plan, *mine) for body in region.to(thing, "ansvarig")}


def role_plans(region: Region, body: str) -> set[str]:
    """The plans in which a body has a role: of the plan, a part or an activity of it."""
    return {p for thing in region.at(body, *ROLES) for p in region.plans_of_activity(thing)}


def may_reach(region: Region, activity: str, plan: str) -> bool:
    """Whether an activity is one of a plan under the same strategy, or of no plan at all."""
    theirs = region.plans_of_activity(activity)
    return not theirs or any(compared(region, plan, other) for other in theirs)


def alone(region: Region, plan: str, all_: Iterable[str]) -> bool:
    """Whether `plan` is the only one of `all_` under one of its strategies, and that strategy has other plans."""
    among, plans = set(all_), region.of("plan")
    for strategy in region.strategies(plan) or {""}:
        peers = {p for p in plans if strategy in (region.strategies(p) or {""})}
        if peers & among == {plan} and len(peers) > 1:
            return True
    return False


# The rules, by name


def aktivitet_utan_ansvarig(r: Region) -> Iterator[Gap]:
    for a in r.of("aktivitet"):
        if not r.to(a, "ansvarig"):
            yield Gap(a, plan=min(r.plans_of_activity(a), default=""))


def aktivitet_utan_delmal(r: Region) -> Iterator[Gap]:
    for a in r.of("aktivitet"):
        if not r.to(a, "avserDelmal"):
            yield Gap(a, plan=min(r.plans_of_activity(a), default=""))


def aktor_i_en_plan(r: Region) -> Iterator[Gap]:
    for body in r.of("organ"):
        plans = role_plans(r, body)
        yield from (Gap(body, plan=p) for p in plans if alone(r, p, plans))


def arbetssatt_utan_gemensam_ansvarig(r: Region) -> Iterator[Gap]:
    for method in r.of("metod"):
        plans = {p for goal in r.at(method, "anvander") if kind(goal) == "delmal" for p in r.plans(goal)}
        for one, other in product(plans, plans):
            common = responsible(r, one, method) & responsible(r, other, method)
            if one < other and compared(r, one, other) and not common:
                yield Gap(method, plan=one, motplan=other)


def behov_utan_aktivitet(r: Region) -> Iterator[Gap]:
    for need in r.of("behov"):
        if not any(kind(t) == "aktivitet" for t in r.at(need, "moter")):
            yield from (Gap(need, plan=p) for p in r.plans(need) or {""})


def delmal_utan_aktivitet(r: Region) -> Iterator[Gap]:
    for goal in r.of("delmal", "malomrade"):
        if not r.at(goal, "avserDelmal", "avserOmrade"):
            yield from (Gap(goal, plan=p) for p in r.plans(goal))


def delmal_utan_indikator(r: Region) -> Iterator[Gap]:
    for goal in r.of("delmal", "malomrade"):
        if not r.to(goal, "foljsUppMed"):
            yield from (Gap(goal, plan=p) for p in r.plans(goal))


def delmalspar_utan_koppling(r: Region) -> Iterator[Gap]:
    goals = r.of("delmal")
    for one, other in product(goals, goals):
        if r.plans(one) & r.plans(other) or are_coupled(r, one, other):
            continue
        if effect_goals(r, one) & effect_goals(r, other) and shared(r, one, other):
            yield from (Gap(one, other, p, q) for p in r.plans(one) for q in r.plans(other) if p < q)


def effektmal_i_en_plan(r: Region) -> Iterator[Gap]:
    for goal in r.of("effektmal"):
        if len(plans := contributing(r, goal)) == 1:
            yield Gap(goal, plan=min(plans))


def effektmal_utan_plan(r: Region) -> Iterator[Gap]:
    for goal in r.of("effektmal"):
        if not contributing(r, goal) and not is_past(r, goal):
            yield Gap(goal)


def malgrupp_i_en_plan(r: Region) -> Iterator[Gap]:
    for group in r.of("grupp"):
        seen = {p for g in r.of("grupp") if akin(r, g, group) for t in r.at(g, "riktarSigTill") for p in r.plans(t)}
        named = {p for t in r.at(group, "riktarSigTill") for p in r.plans(t)}
        yield from (Gap(group, plan=p) for p in named if alone(r, p, seen))


def malgrupp_utan_aktivitet(r: Region) -> Iterator[Gap]:
    for group in r.of("grupp"):
        near = {a for a in r.of("aktivitet") if any(akin(r, g, group) for g in r.to(a, "riktarSigTill"))}
        plans = {p for t in r.at(group, "riktarSigTill") for p in r.plans(t)}
        yield from (Gap(group, plan=p) for p in plans if not any(may_reach(r, a, p) for a in near))


def perspektiv_ej_delat(r: Region) -> Iterator[Gap]:
    has = {p: {v for t in r.things if p in r.plans(t) for v in r.to(t, "beaktar")} for p in r.of("plan")}
    for one, other in product(has, has):
        if r.coupled(one, "kompletterar", other):
            lacking = {v for v in has[one] if not any(akin(r, v, w) for w in has[other])}
            yield from (Gap(v, plan=one, motplan=other) for v in lacking)


def plan_utgangen(r: Region) -> Iterator[Gap]:
    for plan in r.of("plan"):
        mine = r.ends(plan, *r.at(plan, "isVersionOf"))
        theirs = [day for s in r.strategies(plan) for day in r.ends(s, *r.at(s, "isVersionOf"))]
        if mine and theirs and max(mine) < r.today <= max(theirs) and not r.at(plan, "replaces"):
            yield Gap(plan, plan=plan)


def risk_utan_atgard(r: Region) -> Iterator[Gap]:
    for risk in r.of("risk"):
        if not r.at(risk, "moter"):
            yield from (Gap(risk, plan=p) for p in r.plans(risk) or {""})


def skilda_beslutsorgan(r: Region) -> Iterator[Gap]:
    decided = {p: r.to(p, "beslutadAv") for p in r.of("plan") if r.to(p, "beslutadAv")}
    for one, other in product(decided, decided):
        if one < other and r.coupled(one, "kompletterar", other) and not decided[one] & decided[other]:
            yield Gap(one, other, one, other)


Rule = Callable[[Region], Iterator[Gap]]
RULES: dict[str, Rule] = {
    f.__name__.replace("_", "-"): f
    for f in (
        aktivitet_utan_ansvarig, aktivitet_utan_delmal, aktor_i_en_plan, arbetssatt_utan_gemensam_ansvarig,
        behov_utan_aktivitet, delmal_utan_aktivitet, delmal_utan_indikator, delmalspar_utan_koppling,
        effektmal_i_en_plan, effektmal_utan_plan, malgrupp_i_en_plan, malgrupp_utan_aktivitet, perspektiv_ej_delat,
        plan_utgangen, risk_utan_atgard, skilda_beslutsorgan,
    )
}  # fmt: skip


# The states

# Rule: whose incompleteness for which properties leaves its findings open. `own`: the things of the finding and their
# plans; `lacking`: the plan that is said to lack something; `others`: the other plans that it is compared with, and
# what tells which plans there are; `all`: own and others; `it`: the thing itself alone.
OPEN = {
    "aktivitet-utan-ansvarig": {"own": "ansvarig"},
    "aktivitet-utan-delmal": {"own": "avserDelmal ingarI"},
    "aktor-i-en-plan": {"others": f"{' '.join(ROLES)} avserDelmal avserOmrade ingarI"},
    "arbetssatt-utan-gemensam-ansvarig": {"own": "ansvarig anvander avserDelmal avserOmrade ingarI"},
    "behov-utan-aktivitet": {"own": "moter avserDelmal avserOmrade"},
    "delmal-utan-aktivitet": {"own": "avserDelmal avserOmrade"},
    "delmal-utan-indikator": {"own": "foljsUppMed"},
    "delmalspar-utan-koppling": {"own": "samordnasMed avserDelmal foljsUppMed"},
    "effektmal-i-en-plan": {"others": "bidrarTill ingarI"},
    "effektmal-utan-plan": {"all": "bidrarTill ingarI"},
    "malgrupp-i-en-plan": {"others": "riktarSigTill ingarI"},
    "malgrupp-utan-aktivitet": {"all": "avserDelmal avserOmrade riktarSigTill ingarI"},
    "perspektiv-ej-delat": {"lacking": "beaktar ingarI"},
    "plan-utgangen": {"all": "replaces", "it": "gallerTill"},
    "risk-utan-atgard": {"own": "moter avserDelmal avserOmrade"},
    "skilda-beslutsorgan": {"own": "beslutadAv"},
}


def state(r: Region, name: str, gap: Gap) -> str:
    """Unknown when what the finding rests on is incomplete for a property that the rule asks about, else confirmed."""
    marks = {*r.marks, *((p, prop) for thing, prop in r.marks for p in behind(r, thing))}
    asked = {
        (thing, prop) for whose, props in OPEN[name].items()
        for prop in props.split() for thing, prop in looked_at(r, whose, gap, prop)
    }  # fmt: skip
    return "unknown" if asked & marks else "confirmed"


PARTIAL = ("aktivitetsplan", "planversion", "version")


def behind(r: Region, thing: str) -> set[str]:
    """What an activity plan, or a version of a plan or strategy, is one of."""
    return r.plans(thing) | r.to(thing, "isVersionOf") if kind(thing) in PARTIAL else set()


def looked_at(r: Region, whose: str, gap: Gap, prop: str) -> set[tuple[str, str]]:
    """What may be incomplete, for which property."""
    if whose in ("it", "lacking"):
        return {(gap.fokus if whose == "it" else gap.motplan, prop)}
    plans = {gap.plan, gap.motplan} - {""} or plans_of(r, gap)
    own = {(t, prop) for t in ({*gap} - {""}) | plans}
    if whose == "own":
        return own
    member = gap.fokus if kind(gap.fokus) == "effektmal" else gap.plan
    others = {(p, prop) for p in r.of("plan") if p not in plans and may_count(r, p, member)}
    others |= {(s, word) for s in r.strategies(member) for word in (prop, "utgarFran")}
    return others if whose == "others" else own | others


def plans_of(r: Region, gap: Gap) -> set[str]:
    """The plans that the things of a finding belong to."""
    return {p for thing in (gap.fokus, gap.motpart) if thing for p in r.plans(thing)}


def may_count(r: Region, plan: str, member: str) -> bool:
    """Whether a rule that compares plans looks at `plan` for a goal, or beside another plan."""
    if kind(member) == "plan":
        return compared(r, plan, member)
    mine, theirs = r.strategies(plan), r.strategies(member)
    return bool(mine & theirs) or not mine or not theirs


# Which way a statement moves the findings of a rule

# Rule: by which properties a new statement may open findings, close findings, and both; by any other it does neither.
MOVES = {
    "aktivitet-utan-ansvarig": ("", "ansvarig", "ingarI utgarFran avserDelmal avserOmrade"),
    "aktivitet-utan-delmal": ("", "avserDelmal", "ingarI utgarFran avserOmrade"),
    "aktor-i-en-plan": ("", "", f"{' '.join(ROLES)} isVersionOf ingarI utgarFran avserDelmal avserOmrade"),
    "arbetssatt-utan-gemensam-ansvarig": (
        "", "ansvarig avserDelmal avserOmrade", "anvander isVersionOf ingarI utgarFran"
    ),
    "behov-utan-aktivitet": ("", "moter", "ingarI"),
    "delmal-utan-aktivitet": ("ingarI", "avserDelmal avserOmrade", ""),
    "delmal-utan-indikator": ("ingarI", "foljsUppMed", ""),
    "delmalspar-utan-koppling": (
        "bidrarTill anvander riktarSigTill broader", "samordnasMed avserDelmal foljsUppMed", "ingarI"
    ),
    "effektmal-i-en-plan": ("", "", "bidrarTill isVersionOf ingarI utgarFran"),
    "effektmal-utan-plan": ("", "bidrarTill wasRevisionOf", "isVersionOf ingarI utgarFran"),
    "malgrupp-i-en-plan": ("", "broader", "riktarSigTill isVersionOf ingarI utgarFran"),
    "malgrupp-utan-aktivitet": (
        "", "broader", "riktarSigTill isVersionOf ingarI utgarFran avserDelmal avserOmrade"
    ),
    "perspektiv-ej-delat": ("kompletterar", "broader", "beaktar ingarI"),
    "plan-utgangen": ("utgarFran ingarI", "replaces", "isVersionOf"),
    "risk-utan-atgard": ("", "moter", "ingarI"),
    "skilda-beslutsorgan": ("kompletterar", "", "beslutadAv"),
}  # fmt: skip


def may(name: str, prop: str) -> tuple[bool, bool]:
    """Whether a new statement by `prop` may open findings of a rule, and whether it may close some."""
    opens, closes, both = (prop in words.split() for words in MOVES[name])
    return opens or both, closes or both
