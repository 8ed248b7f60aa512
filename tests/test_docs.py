"""Do the documents say what the program does? Errors, links, commands, examples and versions in the Markdown files.

A block marked ``trig``, ``turtle`` or ``sparql`` parses; what add-a-plan.md shows stands in the example file, and the
worked query and the worked shape are run as they stand on their pages. Output of commands is not compared.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pyoxigraph as ox
import pytest

from rusgraf import assets, findings
from rusgraf.checking import check_files
from rusgraf.cli import group
from rusgraf.errors import RusgrafError
from rusgraf.library import Query, parse_query
from rusgraf.rdf import FORMATS, parse_quads, suffix_graph
from rusgraf.sources import source_files, verify
from rusgraf.store import Store
from rusgraf.terms import PREFIXES, NamedNode, Quad, rus
from rusgraf.validate import run_shapes, to_rdflib

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "bench").rglob("*.md")])
EXAMPLE = assets.folder("data") / "exempel" / "exempelplan.trig"
GRAPH = suffix_graph("sida")
PAGE_IDS = [str(page.relative_to(ROOT)) for page in PAGES]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PREFIX = re.compile(r"^@prefix [\w-]+: <[^>]+> \.$", re.MULTILINE)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, *languages: str) -> list[str]:
    """The fenced blocks of a page in these languages, in order."""
    return [text for language, text in _BLOCK.findall(read(page)) if language in languages]


def quads(block: str) -> list[Quad]:
    """A block as quads; it may use the prefixes of the program and of the example file."""
    known = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
    text = "\n".join([*known, *_PREFIX.findall(read(EXAMPLE)), "@prefix tema: <https://w3id.org/rusgraf/def/tema/> .",
                      "@prefix tolkning: <https://w3id.org/rusgraf/id/tolkning/> .", block])  # fmt: skip
    return parse_quads(text.encode(), FORMATS[".trig"], "block", GRAPH)


def plain(text: str) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^```\w*\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


# Errors


def kinds(base: type[RusgrafError] = RusgrafError) -> Iterator[type[RusgrafError]]:
    yield base
    for child in base.__subclasses__():
        yield from kinds(child)


def test_every_error_has_a_heading_and_every_heading_an_error() -> None:
    headings = re.findall(r"^## (.+)$", read(DOCS / "errors.md"), re.MULTILINE)
    assert len(headings) == len(set(headings))
    assert set(headings) == {kind.slug for kind in kinds()}


def test_table_of_errors_gives_their_codes() -> None:
    rows = re.findall(r"^\| \[([\w-]+)\]\(#\1\) \| (\d) \| (\d{3}) \|$", read(DOCS / "errors.md"), re.MULTILINE)
    assert set(rows) == {(kind.slug, str(kind.exit_code), str(kind.status)) for kind in kinds()}


# Links


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", plain(read(page)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", h.replace("`", "")).strip().lower().replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_relative_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", plain(read(page)))
    for link in links:
        if not re.match(r"[a-z]+:", link):
            name, _, anchor = link.partition("#")
            target = (page.parent / name).resolve() if name else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def test_every_page_below_docs_is_linked_from_another() -> None:
    linked = {(page.parent / link.partition("#")[0]).resolve()
              for page in PAGES for link in re.findall(r"\]\(([^)\s:]+)\)", plain(read(page)))}  # fmt: skip
    assert set(DOCS.rglob("*.md")) <= linked


# Commands


def calls(page: Path) -> Iterator[list[str]]:
    """The words after ``rusgraf`` in each command of a page: in code spans, and in lines of shell blocks."""
    text = read(page)
    shown = re.findall(r"`([^`\n]+)`", plain(text))
    shown += [line for block in blocks(page, "console") for line in block.splitlines() if line.startswith("$ ")]
    shown += [line for block in blocks(page, "sh") for line in block.splitlines()]
    for line in shown:
        for part in re.split(r"&&|\||;", line):
            found = re.match(r"\$?\s*(?:\S*/)?rusgraf\s+(\S.*)", part.strip())
            if found:
                yield found[1].split()


def unknown_words(words: list[str]) -> list[str]:
    """The command, or those options of a call, that the program does not know."""
    command: click.Command = group
    context = click.Context(group)
    rest = list(words)
    while rest and isinstance(command, click.Group) and not rest[0].startswith("-") and re.match(r"\w", rest[0]):
        name = rest.pop(0)
        found = command.get_command(context, name)
        if found is None:
            return [name]
        command = found
    known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help", "-h"}
    return [word for word in rest if re.match(r"--?[a-z]", word) and word.split("=")[0] not in known]


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_commands_and_options_named_exist(page: Path) -> None:
    for words in calls(page):
        assert unknown_words(words) == [], f"rusgraf {' '.join(words)}"


def test_reader_of_commands_finds_them_and_notices_unknown_ones() -> None:
    assert ["check", "--only", "declared"] in list(calls(ROOT / "CONTRIBUTING.md"))
    assert unknown_words(["gapz"]) == ["gapz"]
    assert unknown_words(["sources", "seel", "x"]) == ["seel"]
    assert unknown_words(["gaps", "--rul", "x"]) == ["--rul"]
    assert unknown_words(["query", "-", "-p", "a=b"]) == []


def test_set_up_commands_are_those_of_the_readme() -> None:
    commands = [set(re.findall(r"^python3 -m venv .*$", read(ROOT / name), re.MULTILINE))
                for name in ("README.md", "CONTRIBUTING.md")]  # fmt: skip
    assert len(commands[1]) == 2
    assert commands[1] <= commands[0]


# Blocks


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_blocks_of_rdf_and_sparql_parse(page: Path) -> None:
    for block in blocks(page, "turtle", "trig"):
        assert quads(block)
    for block in blocks(page, "sparql"):
        ox.Store().query(block)


def test_excerpts_of_the_example_stand_in_its_file() -> None:
    held = {q.triple for q in parse_quads(EXAMPLE.read_bytes(), FORMATS[".trig"], EXAMPLE.name, GRAPH)}
    shown = [quads(block) for block in blocks(DOCS / "add-a-plan.md", "trig")]
    excerpts = [found for found in shown if not any("/tolkning/" in q.graph_name.value for q in found)]
    assert len(excerpts) == len(shown) - 1
    for found in excerpts:
        assert {q.triple for q in found if q.predicate != rus("passage")} <= held


# The example plan


@pytest.fixture(scope="module")
def example() -> Store:
    return Store.load([EXAMPLE])


def test_example_is_left_out_of_the_default_graph(shipped: Store) -> None:
    plan = NamedNode("https://w3id.org/rusgraf/id/handlingsplan/exempelplan")
    assert next(shipped.quads(plan), None)
    assert not next(shipped.default(plan), None)


def test_example_and_its_interpretation_hold_the_shapes(example: Store) -> None:
    interpretation = next(b for b in blocks(DOCS / "add-a-plan.md", "trig") if "a rus:Tolkning" in b)
    written = b"\n".join(ox.serialize([q], format=ox.RdfFormat.N_QUADS) or b"" for q in quads(interpretation))
    outcome = check_files(example, [(EXAMPLE.name, EXAMPLE.read_bytes()), ("tolkning.nq", written)]).outcome
    assert outcome.counts()["violation"] == 0
    assert outcome.counts()["warning"] == 1


def test_example_is_sealed_against_its_text(example: Store) -> None:
    assert "rus:passage" not in read(EXAMPLE)
    assert list(source_files(example.quads()).values()) == ["exempelplan.txt"]
    verdicts = verify(example, EXAMPLE.parent)
    assert len(verdicts) > 10
    assert {v.state for v in verdicts} == {"found"}


def in_force(quad: Quad) -> Quad:
    """The quad, its graph made a plan in force where it says of which kind it is."""
    plan = NamedNode("https://w3id.org/rusgraf/def/grafslag/plan")
    value = plan if quad.predicate == rus("grafslag") else quad.object
    return Quad(quad.subject, quad.predicate, value, quad.graph_name)


def test_example_shows_a_confirmed_finding_and_an_unknown_one() -> None:
    read_in = parse_quads(EXAMPLE.read_bytes(), FORMATS[".trig"], EXAMPLE.name, GRAPH)
    found = {(f.rule, f.status) for f in findings.find(Store.load([], extra=map(in_force, read_in)))}
    assert {("delmal-utan-indikator", "confirmed"), ("aktivitet-utan-ansvarig", "unknown")} <= found


# The worked query and the worked shape


@pytest.mark.parametrize(("number", "group_name"), [(0, "luckor"), (1, "utforska")])
def test_worked_query_gives_the_worked_answer(number: int, group_name: str) -> None:
    page = DOCS / "add-a-query.md"
    query: Query = parse_query(group_name, "exempel", blocks(page, "sparql")[number], page.name)
    store = Store.load([], extra=quads(blocks(page, "trig")[number]))
    table = store.select(query.text)
    rows = [",".join("" if t is None else getattr(t, "value", "") for t in row) for row in table.rows]
    assert [",".join(table.columns), *rows] == blocks(page, "csv")[number].splitlines()


def test_worked_shape_lets_the_good_case_through_and_catches_the_bad_one() -> None:
    shape, good, bad = (quads(block) for block in blocks(DOCS / "add-a-shape.md", "turtle"))
    shapes = to_rdflib(q.triple for q in shape)
    results = [run_shapes(to_rdflib(q.triple for q in case), shapes) for case in (good, bad)]
    assert [len(r) for r in results] == [0, 1]
    assert results[1][0].shape.endswith("/AnnatNamn-altLabel")


# Versions


def test_newest_version_of_the_changelog_is_that_of_the_package() -> None:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\] – \d{4}-\d\d-\d\d$", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == project["version"]
