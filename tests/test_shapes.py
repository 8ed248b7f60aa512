"""Does each shape let good data through, catch its own fault and nothing else?

A case is a file below ``cases/shapes/<topic>/<NodeShape>/``: ``good.ttl`` gives no result,
``bad-<Shape>.ttl`` results of that shape only (``bad-<Shape>--<variant>.ttl`` for a further fault that the
same shape catches). The folder is the registry. Every case stands on ``grund.ttl``, a small invented region.
The W3C cases of the runner itself are elsewhere.
Follows https://www.w3.org/TR/shacl/ and INSPEC AP-3 to AP-6 and AP-13.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from rusgraf import assets

RUSP = Namespace("https://w3id.org/rusgraf/spec/profil/")
RUS = Namespace("https://w3id.org/rusgraf/spec/")
ROOT = Path(__file__).parent / "cases" / "shapes"
GROUND = ROOT / "grund.ttl"
CASES = sorted(ROOT.glob("*/*/*.ttl"))
GOOD = [path for path in CASES if path.name == "good.ttl"]
BAD = [path for path in CASES if path.name.startswith("bad-")]
# rdflib compares an impossible date by returning NotImplemented, which pyshacl takes for a truth value.
pytestmark = pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning")
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)


def parse(*paths: Path) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


SHAPES = parse(*sorted(assets.folder("shapes").glob("*.ttl")))
TERMS = parse(*assets.files("ontology", ".ttl"))
STYLE = {path.stem: parse(path) for path in sorted((assets.folder("shapes") / "style").glob("*.ttl"))}
BASE = TERMS + parse(GROUND)


def results(data: Graph, shapes: Graph) -> list[tuple[Node, Node]]:
    """Focus node and source shape of each result (not of the details below it)."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    found = report.objects(report.value(predicate=RDF.type, object=SH.ValidationReport), SH.result)
    return [(report.value(result, SH.focusNode), report.value(result, SH.sourceShape)) for result in found]


def sources(data: Graph, shapes: Graph) -> set[Node]:
    return {shape for _, shape in results(data, shapes)}


def renamed(path: Path) -> Graph:
    """The case, each thing that it describes under an IRI of its own."""
    case = parse(path)
    own = {s: URIRef(f"{s}/{case_id(path)}") for s in case.subjects() if isinstance(s, URIRef)}
    moved = Graph()
    for s, p, o in case:
        moved.add((own.get(s, s), p, own.get(o, o)))
    return moved


@cache
def sources_by_case() -> dict[Path, set[Node]]:
    """The source shapes of every case, from one run: all cases stand side by side in the invented region.

    pyshacl's own ``focus_nodes=`` would be no help: it also skips values inside sh:or and sh:node.
    """
    data, owner = BASE + Graph(), {}
    for path in CASES:
        case = renamed(path)
        owner |= dict.fromkeys(case.all_nodes() - BASE.all_nodes(), path)
        data += case
    found: dict[Path, set[Node]] = {path: set() for path in CASES}
    for focus, shape in results(data, SHAPES):
        found[owner[focus]].add(shape)
    return found


def expected(path: Path) -> URIRef:
    """The shape that a bad case names."""
    return RUSP[path.stem.removeprefix("bad-").split("--")[0]]


def case_id(path: Path) -> str:
    return str(path.relative_to(ROOT).with_suffix(""))


def has_target(shape: URIRef) -> bool:
    return any((shape, target, None) in SHAPES for target in TARGETS)


def constrains_itself(shape: URIRef) -> bool:
    """Whether a node shape can be the source of a result, and not only its property shapes."""
    own = (SH.closed, SH["or"], SH["class"], SH.sparql)
    return any((shape, parameter, None) in SHAPES for parameter in own)


MAIN = sorted(s for s in SHAPES.subjects(RDF.type, SH.NodeShape) if has_target(s))
REPORTING = sorted(
    {prop for shape in MAIN for prop in SHAPES.objects(shape, SH.property)}
    | {shape for shape in MAIN if constrains_itself(shape)}
)
HELPERS = sorted(set(SHAPES.subjects(RDF.type, SH.NodeShape)) - set(MAIN))


def test_the_invented_region_gives_no_result() -> None:
    assert sources(BASE, SHAPES) == set()


@pytest.mark.parametrize("path", GOOD, ids=case_id)
def test_good_data_give_no_result(path: Path) -> None:
    assert sources_by_case()[path] == set()


@pytest.mark.parametrize("path", BAD, ids=case_id)
def test_bad_data_are_caught_by_the_shape_named_and_no_other(path: Path) -> None:
    assert sources_by_case()[path] == {expected(path)}


def test_every_case_file_is_collected() -> None:
    files = [path for path in ROOT.rglob("*") if path.is_file()]
    assert len(files) == len(GOOD) + len(BAD) + 1


def test_every_folder_has_a_good_case_and_a_bad_one() -> None:
    assert {path.parent for path in GOOD} == {path.parent for path in BAD}


def test_every_node_shape_with_a_target_has_a_good_case() -> None:
    assert set(MAIN) <= {RUSP[path.parent.name] for path in GOOD}


def test_every_shape_that_reports_has_a_bad_case() -> None:
    assert set(REPORTING) == {expected(path) for path in BAD}


def test_every_supportive_shape_is_used_by_a_shape_that_reports() -> None:
    used = {o for p in (SH.node, SH.qualifiedValueShape) for s in REPORTING for o in SHAPES.objects(s, p)}
    assert set(HELPERS) == used


def test_every_property_shape_belongs_to_a_node_shape() -> None:
    assert set(SHAPES.subjects(RDF.type, SH.PropertyShape)) == set(SHAPES.objects(None, SH.property))


def test_cases_of_a_topic_lie_beside_the_shapes_of_that_topic() -> None:
    topics = {path.stem for path in assets.folder("shapes").glob("*.ttl")}
    assert {path.parent.parent.name for path in CASES} == topics


@pytest.mark.parametrize("graph", [SHAPES, *STYLE.values()], ids=["shapes", *STYLE])
def test_every_shacl_term_exists(graph: Graph) -> None:
    used = {str(t) for triple in graph for t in triple if str(t).startswith(str(SH))}
    assert {name for name in used if URIRef(name) not in SH} == set()


def test_every_term_of_ours_that_a_shape_names_is_declared() -> None:
    declared = set(TERMS.subjects(RDF.type, None))
    named = {t for triple in SHAPES for t in triple if isinstance(t, URIRef) and t.startswith(RUS)}
    assert {t for t in named if "/" not in t.removeprefix(RUS) and t != RUS.profil} - declared == set()


def test_ontology_and_terminologies_keep_the_style() -> None:
    assert sources(TERMS, STYLE["ontology"]) == set()


def test_shapes_keep_the_style() -> None:
    everything = SHAPES + STYLE["ontology"] + STYLE["shapes"]
    assert sources(everything, STYLE["shapes"]) == set()


@pytest.mark.parametrize(
    ("triple", "caught_by"),
    [
        ((RUS.Delmal, RDFS.label, Literal("sub-goal", "en")), "Term-label-en"),
        ((RUS.ansvarig, SKOS.definition, None), "Term-definition-sv"),
        ((RUS.Delmal, RDFS.isDefinedBy, None), "EgenTerm"),
        ((URIRef("https://w3id.org/rusgraf/def/status/pagar"), SKOS.inScheme, None), "Begrepp-inScheme"),
        ((URIRef("https://w3id.org/rusgraf/spec/ontologi"), OWL.versionInfo, None), "Ontologi-version"),
    ],
)
def test_style_of_the_ontology_catches(triple: tuple[URIRef, URIRef, Literal | None], caught_by: str) -> None:
    terms = TERMS + Graph()
    terms.remove(triple)
    assert URIRef(f"https://w3id.org/rusgraf/spec/stil/{caught_by}") in sources(terms, STYLE["ontology"])


@pytest.mark.parametrize(
    ("predicate", "caught_by"),
    [
        (SH.name, "Form-namn-sv"),
        (SH.message, "Form-message-en"),
        (SH.severity, "Form-severity"),
        (RDFS.isDefinedBy, "Form-isDefinedBy"),
        (SH.path, "Egenskapsform-path"),
        (SH.nodeKind, "Egenskapsform-nodeKind"),
        (RDF.type, "Egenskapsanvandning"),
    ],
)
def test_style_of_the_shapes_catches(predicate: URIRef, caught_by: str) -> None:
    shapes = SHAPES + Graph()
    shapes.remove((RUSP["Aktivitet-ansvarig"], predicate, None))
    assert URIRef(f"https://w3id.org/rusgraf/spec/stil/{caught_by}") in sources(shapes, STYLE["shapes"])
