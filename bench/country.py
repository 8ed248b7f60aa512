"""What would the graph hold if every region recorded its plans? An invented country, the same on every run.

Each region has a strategy with effect goals, three plans that complement each other, sub-goals, activities,
needs, risks, bodies and sources. Target groups, methods, perspectives and indicators are national, as in the
real terminologies and in Kolada, so that what joins over them meets every region. Nothing here is true.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from rusgraf import mint
from rusgraf.terms import PREF_LABEL, RDF_TYPE, Literal, NamedNode, Quad, Term, expand, rus

PLANS, FIELDS, SUBGOALS, ACTIVITIES = 3, 2, 3, 2
GOALS, NEEDS, RISKS, BODIES, INDICATORS = 12, 3, 3, 15, 100
GROUPS, METHODS, PERSPECTIVES = 40, 15, 12


def concept(scheme: str, number: int) -> NamedNode:
    return NamedNode(f"{mint.BASE}def/{scheme}/paahittad-{number}")


def indicator(number: int) -> NamedNode:
    return NamedNode(mint.thing("Indikator", f"paahittad {number}"))


class Region:
    """One region: `quads` yields what its graph states."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.random = random.Random(number)  # noqa: S311 - invented data, no secret
        self.graph = NamedNode(mint.graph(f"paahittad-{number}"))
        self.found: list[Quad] = []
        self.bodies = [self.thing("Namnd", f"organ-{i}") for i in range(BODIES)]
        self.indicators = [indicator(i) for i in range(INDICATORS)]

    def quads(self) -> list[Quad]:
        """The statements of the region's graph."""
        self.say(self.graph, RDF_TYPE, rus("Graf"))
        self.say(self.graph, rus("grafslag"), NamedNode(f"{mint.BASE}def/grafslag/plan"))
        goals = self.strategy()
        plans = [self.plan(i, goals) for i in range(PLANS)]
        self.say(plans[0], rus("kompletterar"), plans[1])
        self.say(plans[1], rus("kompletterar"), plans[2])
        return self.found

    def say(self, subject: NamedNode, predicate: NamedNode, value: Term) -> None:
        self.found.append(Quad(subject, predicate, value, self.graph))

    def thing(self, class_name: str, name: str) -> NamedNode:
        """A new thing with class, name and source."""
        node = NamedNode(mint.thing(class_name, f"paahittad {self.number}", name))
        source = NamedNode(mint.thing("Kallhanvisning", f"paahittad {self.number}", class_name, name))
        self.say(node, RDF_TYPE, rus(class_name))
        self.say(node, PREF_LABEL, Literal(f"Påhittad {name} {self.number}", language="sv"))
        self.say(node, rus("kalla"), source)
        self.say(source, RDF_TYPE, rus("Kallhanvisning"))
        self.say(source, rus("avsnitt"), Literal(f"Avsnitt {name}"))
        return node

    def some(self, things: list[NamedNode], most: int) -> list[NamedNode]:
        return self.random.sample(things, self.random.randint(0, most))

    def strategy(self) -> list[NamedNode]:
        """The strategy, its version, areas and effect goals; the goals are returned."""
        strategy, version = self.thing("Utvecklingsstrategi", "strategi"), self.thing("Planversion", "version")
        self.say(version, expand("dcterms:isVersionOf"), strategy)
        self.say(version, rus("gallerTill"), Literal("2090", datatype=expand("xsd:gYear")))
        self.area = self.thing("PrioriteratOmrade", "omrade")
        self.say(self.area, rus("ingarI"), version)
        overall = self.thing("OvergripandeMal", "overmal")
        self.say(overall, rus("ingarI"), version)
        goals = [self.thing("Effektmal", f"effektmal-{i}") for i in range(GOALS)]
        for goal in goals:
            self.say(goal, rus("ingarI"), overall)
        return goals

    def plan(self, number: int, goals: list[NamedNode]) -> NamedNode:
        """A plan with its fields, sub-goals, needs, risks and bodies."""
        plan = self.thing("Handlingsplan", f"plan-{number}")
        self.say(plan, rus("utgarFran"), self.area)
        end = self.random.choice(("2019", "2089"))
        self.say(plan, rus("gallerTill"), Literal(end, datatype=expand("xsd:gYear")))
        for name in ("beslutadAv", "ansvarig", "uppfoljsAv", "presenteradFor"):
            self.say(plan, rus(name), self.random.choice(self.bodies))
        for goal in self.some(goals, 4):
            self.say(plan, rus("bidrarTill"), goal)
        for i in range(RISKS):
            self.say(self.thing("Risk", f"risk-{number}-{i}"), rus("ingarI"), plan)
        for i in range(FIELDS):
            field = self.thing("Insatsomrade", f"insats-{number}-{i}")
            self.say(field, rus("ingarI"), plan)
            for j in range(SUBGOALS):
                self.subgoal(f"{number}-{i}-{j}", plan, field, goals)
        return plan

    def subgoal(self, name: str, plan: NamedNode, field: NamedNode, goals: list[NamedNode]) -> None:
        """A sub-goal with its groups, methods, perspectives, indicators, needs and activities."""
        subgoal = self.thing("Delmal", f"delmal-{name}")
        self.say(subgoal, rus("ingarI"), field)
        self.say(subgoal, rus("riktarSigTill"), concept("malgrupp", self.random.randrange(GROUPS)))
        self.say(subgoal, rus("anvander"), concept("arbetssatt", self.random.randrange(METHODS)))
        self.say(subgoal, rus("beaktar"), concept("perspektiv", self.random.randrange(PERSPECTIVES)))
        for goal in self.some(goals, 2):
            self.say(subgoal, rus("bidrarTill"), goal)
        for measure in self.some(self.indicators, 2):
            self.say(subgoal, rus("foljsUppMed"), measure)
        needs = [self.thing("Utvecklingsbehov", f"behov-{name}-{i}") for i in range(NEEDS)]
        for need in needs:
            self.say(need, rus("ingarI"), plan)
            self.say(subgoal, rus("moter"), need)
        for i in range(ACTIVITIES):
            self.activity(f"aktivitet-{name}-{i}", subgoal, needs)

    def activity(self, name: str, subgoal: NamedNode, needs: list[NamedNode]) -> None:
        """An activity; now and then without a sub-goal, or without a responsible body."""
        activity = self.thing("Aktivitet", name)
        if self.random.random() < 0.9:
            self.say(activity, rus("avserDelmal"), subgoal)
        if self.random.random() < 0.9:
            self.say(activity, rus("ansvarig"), self.random.choice(self.bodies))
        self.say(activity, rus("riktarSigTill"), concept("malgrupp", self.random.randrange(GROUPS)))
        self.say(activity, rus("anvander"), concept("arbetssatt", self.random.randrange(METHODS)))
        self.say(activity, rus("moter"), self.random.choice(needs))


def terminology() -> Iterator[Quad]:
    """National groups (a tree three levels deep), methods, perspectives and indicators."""
    graph = NamedNode(mint.graph("paahittade-termer"))
    for i in range(INDICATORS):
        yield Quad(indicator(i), RDF_TYPE, rus("Indikator"), graph)
        yield Quad(indicator(i), PREF_LABEL, Literal(f"påhittad indikator {i}", language="sv"), graph)
    for scheme, size in (("malgrupp", GROUPS), ("arbetssatt", METHODS), ("perspektiv", PERSPECTIVES)):
        for i in range(size):
            node = concept(scheme, i)
            yield Quad(node, RDF_TYPE, expand("skos:Concept"), graph)
            yield Quad(node, expand("skos:inScheme"), NamedNode(f"{mint.BASE}def/{scheme}"), graph)
            yield Quad(node, PREF_LABEL, Literal(f"påhittad {scheme} {i}", language="sv"), graph)
            if scheme != "arbetssatt" and i >= 4:
                yield Quad(node, expand("skos:broader"), concept(scheme, i // 4), graph)


def country(triples: int) -> list[Quad]:
    """An invented country of at least `triples` statements."""
    found = list(terminology())
    number = 0
    while len(found) < triples:
        number += 1
        found += Region(number).quads()
    return found
