"""The project's checks: the shipped files hold, and each rule fails on a fault planted in a copy."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import rusgraf
from rusgraf import assets, checks, cli, reason, terms
from rusgraf.checks._model import Text, examined, skipped
from rusgraf.checks.declared import sparql_iris
from rusgraf.cli.check import _text
from rusgraf.errors import UnknownName
from rusgraf.sources import fingerprint

PREFIXES = """
@prefix rus: <https://w3id.org/rusgraf/spec/> .
@prefix rusp: <https://w3id.org/rusgraf/spec/profil/> .
@prefix rusd: <https://w3id.org/rusgraf/def/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/rusgraf/id/> .
"""
ONTOLOGY = "<https://w3id.org/rusgraf/spec/ontologi>"
PROFILE = "<https://w3id.org/rusgraf/spec/profil>"
GRAPH = "<https://w3id.org/rusgraf/res/graf/liten>"
DATA = f"""{PREFIXES}
{GRAPH} {{
  {GRAPH} a rus:Graf ; skos:prefLabel "liten graf"@sv ; rus:grafslag <https://w3id.org/rusgraf/def/grafslag/gemensam> .
  <https://w3id.org/rusgraf/res/dokument/a> a rus:Kalldokument ; skos:prefLabel "a"@sv ;
    dcterms:title "a"@sv ; rus:kallfil "a.txt" .
  <https://w3id.org/rusgraf/id/kallhanvisning/a> a rus:Kallhanvisning ;
    rus:dokument <https://w3id.org/rusgraf/res/dokument/a> ; rus:avsnitt "1" ; # FINGERPRINT
    rus:fingeravtryckLangd 4 ;
    rus:fingeravtryckSumma "{fingerprint("Slut").digest}" .
  <https://w3id.org/rusgraf/id/lan/a> a rus:Lan ; skos:prefLabel "Län"@sv ; rus:lanskod "18" ;
    rus:kalla <https://w3id.org/rusgraf/id/kallhanvisning/a> .
  # MORE
}}
"""
SHAPE = 'sh:severity sh:Violation ; sh:name "x"@sv , "x"@en ; sh:message "x"@sv , "x"@en ; rdfs:isDefinedBy ' + PROFILE
LAN = "<https://w3id.org/rusgraf/id/lan/a>"
Edit = Callable[[str], str]


def append(turtle: str) -> Edit:
    """Add statements, or lines of any kind, at the end of a file."""
    return lambda text: f"{text}\n{PREFIXES if ':' in turtle else ''}{turtle}\n"


def swap(old: str, new: str) -> Edit:
    """Replace the first occurrence, which must be there."""

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def whole(new: str) -> Edit:
    """Write the whole file anew."""
    return lambda _: new


def more(trig: str) -> Edit:
    """Add statements to the graph of the small data file."""
    return swap("# MORE", trig)


@dataclass(frozen=True)
class Planted:
    """A fault in one file, and words that the check's message about it holds."""

    check: str
    file: str
    edit: Edit
    says: str


PROF, MAL, STATUS = "ontology/prof.ttl", "ontology/mal.ttl", "ontology/termer/status.ttl"
SHAPES, STYLE, LITEN = "shapes/aktor.ttl", "shapes/style/ontology.ttl", "data/liten.trig"
RULE = "queries/luckor/delmal-utan-indikator.rq"
DERIVATION = "queries/harledning/30-symmetri.rq"
FAULTS = [
    Planted("inspec", PROF, swap("dcterms:conformsTo inspec:PROF", "dcterms:conformsTo inspec:RDFS"), "PROF-1:"),
    Planted("inspec", PROF, swap("del:status , ", ""), "PROF-2:"),
    Planted("inspec", PROF, swap("conformsTo inspec:SKOS", "conformsTo inspec:SKOZ"), "PROF-3..6:"),
    Planted("inspec", PROF, swap("conformsTo inspec:SHACL", "conformsTo inspec:SVG"), "PROF-8:"),
    Planted("inspec", PROF, swap('"http://www.w3.org/ns/prov#"', '"http://www.w3.org/ns/pro#"'), "PROF-9:"),
    Planted("inspec", PROF, swap("prof:isInheritedFrom <https://www.w3.org/TR/prov-o/> ;", ""), "PROF-10:"),
    Planted("inspec", MAL, append("<https://w3id.org/rusgraf/spec/annan> a owl:Ontology ."), "DV-2:"),
    Planted("inspec", MAL, append("rus:Ny a owl:Class ."), "DV-3: rus:Ny"),
    Planted("inspec", MAL, append("[] a owl:Class ."), "DV-4:"),
    Planted("inspec", MAL, append(f"skos:Concept a owl:Class ; rdfs:isDefinedBy {ONTOLOGY} ."), "DV-5: skos:Concept"),
    Planted("inspec", PROF, swap(f"dcterms:subject {ONTOLOGY} ;", ""), "DV-6:"),
    Planted("inspec", STATUS, append("rusd:status2 a skos:ConceptScheme ."), "TE-2:"),
    Planted("inspec", STATUS, swap("skos:inScheme rusd:status", "skos:inScheme rusd:tema"), "TE-3:"),
    Planted("inspec", STATUS, append("[] a skos:Concept ; skos:inScheme rusd:status ."), "TE-4:"),
    Planted("inspec", PROF, swap("dcterms:subject rusd:status ;", ""), "pekar på rusd:status"),
    Planted("inspec", SHAPES, append("rusp:Klass owl:imports <http://example.org/> ."), "AP-1:"),
    Planted("inspec", PROF, swap('sh:name "rusgraf"@sv , "rusgraf"@en ;', ""), "AP-2:"),
    Planted("inspec", SHAPES, append("rusp:Klass sh:property [ sh:path rdf:type ; sh:minCount 1 ] ."), "AP-3:"),
    Planted("inspec", SHAPES, append("[] a sh:NodeShape ; sh:targetClass rus:Mal ."), "AP-4:"),
    Planted("inspec", SHAPES, append(f"rusp:Ny a sh:NodeShape ; rdfs:isDefinedBy {PROFILE} ."), "AP-6: rusp:Ny"),
    Planted("inspec", SHAPES, append("rusp:Klass a owl:Class ."), "AP-6 (sh:targetClass): rusp:Klass"),
    Planted("inspec", SHAPES, append(f"rusp:Ny a sh:PropertyShape ; {SHAPE} ."), "AP-6 (sh:path): rusp:Ny"),
    Planted("inspec", SHAPES, append(f"rusp:Klass rdfs:isDefinedBy {ONTOLOGY} ."), "AP-13: rusp:Klass"),
    Planted("inspec", "ontology/bild.svg", whole("<svg></svg>"), "PROF-6:"),
    Planted("inspec", "ontology/bild.svg", whole('<svg><rect data-inspec-type="class"/></svg>'), "SVG-1:"),
    Planted("inspec", "ontology/bild.svg", whole('<svg><a href="https://w3id.org/rusgraf/spec/Mal"/></svg>'), "SVG-2:"),
    Planted("declared", RULE, swap("a ?slag ; rus:tillhorPlan", "a ?slag ; rus:tilhorPlan"), "rus:tilhorPlan"),
    Planted("declared", RULE, swap("absence_of: rus:foljsUppMed", "absence_of: rus:foljsUpp"), "rus:foljsUpp "),
    Planted("declared", RULE, append("# <https://w3id.org/rusgraf/spec/Borta>\nVALUES ?x { rus:Bort }"), "rus:Bort "),
    Planted("declared", SHAPES, append("rusp:Ny sh:path rus:finnsInte ."), "rus:finnsInte"),
    Planted("declared", SHAPES, append("rusp:Ny sh:property rusp:FinnsInte ."), "rusp:FinnsInte"),
    Planted("declared", SHAPES, append('[] sh:select "SELECT ?x { ?x rus:finnsInte 1 }" .'), "rus:finnsInte"),
    Planted("declared", "ontology/alignments.ttl", swap("rus:Mal skos", "rus:Maal skos"), "rus:Maal"),
    Planted("declared", STATUS, append("<https://w3id.org/rusgraf/def/status/a> skos:broader rusd:x ."), "rusd:x"),
    Planted("declared", LITEN, more(LAN + " rus:tema rusd:x ."), "rusd:x"),
    Planted("declared", LITEN, more(LAN + " rus:namner <https://w3id.org/rusgraf/id/lan/b> ."), "rusi:lan/b"),
    Planted("language", MAL, swap('rdfs:label "vision"@sv , "vision"@en', 'rdfs:label "vision"@sv'), "Term-label-en"),
    Planted("language", STATUS, swap('"planned"@en', '"planned"@sv'), "Begrepp-prefLabel"),
    Planted("language", SHAPES, append("rusp:Ny a sh:NodeShape ."), "Form-"),
    Planted("language", "shapes/style/annat.ttl", whole(""), "Det finns ingen mapp annat/"),
    Planted("profile", MAL, append("rus:bidrarTill a owl:DatatypeProperty ."), "OWL 2 DL: punning"),
    Planted("consistency", MAL, append("rus:Ny a owl:Class ; rdfs:subClassOf rus:Mal , rus:Aktor ."),
            "kan inte ha någon instans"),
    Planted("consistency", LITEN, more(LAN + " a rus:Kommun ."), "Motsägelse"),
    Planted("shapes", SHAPES, append("rusp:Ny sh:minCuont 1 ."), "sh:minCuont finns inte i SHACL"),
    Planted("shapes", SHAPES, append('rusp:Ny a sh:NodeShape ; sh:message "x"@sv .'), "har inte sh:message"),
    Planted("shapes", SHAPES, append(f"rusp:Ny a sh:NodeShape ; {SHAPE} ."), "rusp:Ny används inte"),
    Planted("shapes", SHAPES, append("rusp:Klass sh:property rusp:FinnsInte ."), "rusp:FinnsInte finns inte"),
    Planted("shapes", SHAPES, append('rusp:Klass sh:pattern "[" .'), "går inte att läsa"),
    Planted("queries", RULE, swap("SELECT ?fokus", "SELECT ?fokus ?"), "rdflib förstår inte"),
    Planted("queries", RULE, swap("SELECT ?fokus", "SELECT ?fokus ?"), "Oxigraph:"),
    Planted("queries", RULE, swap("#+ severity: medium\n", ""), "huvudet saknar severity"),
    Planted("queries", RULE, swap("?motpart ?gemensam", "?gemensam ?motpart"), "svarar med kolumnerna"),
    Planted("queries", RULE, swap("ORDER BY ?fokus", "LIMIT 10"), "inte ordnat"),
    Planted("queries", DERIVATION, whole("SELECT ?x WHERE { ?x a ?y } ORDER BY ?x"), "ska vara en CONSTRUCT"),
    Planted("data", LITEN, swap('rus:lanskod "18"', 'rus:lanskod "x"'), "Lan"),
    Planted("data", LITEN, more(LAN + ' skos:note "anna.ek@example.org"@sv .'), "e-postadress"),
    Planted("data", LITEN, more(LAN + ' skos:note "850709-9805"@sv .'), "personnummer"),
    Planted("data", LITEN, more("} <https://w3id.org/rusgraf/res/graf/b> { id:a rus:ordning 1 ."),
            "säger inte vilket slag"),
    Planted("data", LITEN, swap("# FINGERPRINT", 'rus:passage "Slut" ;'), "inte är förseglad"),
    Planted("sources", LITEN, swap('"a.txt"', '"b.txt"'), "står inte i dokumentet"),
    Planted("sources", LITEN, swap("rus:fingeravtryckLangd 4 ;", ""), "inte helt"),
]  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped files, with a small graph instead of the plans, that the program takes as its own."""
    for name in ("ontology", "shapes", "queries"):
        shutil.copytree(assets.folder(name), tmp_path / name)
    (tmp_path / "data").mkdir()
    (tmp_path / LITEN).write_text(DATA, encoding="utf-8")
    (tmp_path / "data" / "a.txt").write_text("Början. Slut.", encoding="utf-8")
    (tmp_path / "data" / "b.txt").write_text("Början.", encoding="utf-8")
    monkeypatch.setattr(assets, "root", lambda: tmp_path)
    return tmp_path


def messages(name: str) -> list[str]:
    """What a check says of the tree, in Swedish."""
    (result,) = checks.run(checks.Context(), [name])
    return [f"{f.message.sv} " for f in result.faults if f.severity != "info"]


@pytest.mark.parametrize("name", checks.names())
def test_the_shipped_files_hold_the_rule(name: str) -> None:
    (result,) = checks.run(checks.Context(), [name])
    assert [(f.place, f.message.en) for f in result.faults if f.severity == "violation"] == []
    assert sum(e.number for e in result.examined) > 0


@pytest.mark.parametrize("name", checks.names())
def test_the_copy_without_a_planted_fault_is_clean(name: str, tree: Path) -> None:
    assert messages(name) == []


@pytest.mark.parametrize("planted", FAULTS, ids=lambda p: f"{p.check}-{p.says}")
def test_a_planted_fault_is_found(planted: Planted, tree: Path) -> None:
    path = tree / planted.file
    path.write_text(planted.edit(path.read_text(encoding="utf-8") if path.exists() else ""), encoding="utf-8")
    found = messages(planted.check)
    assert any(planted.says in message for message in found), found


def test_every_check_has_a_planted_fault() -> None:
    assert {planted.check for planted in FAULTS} == set(checks.names())


def test_a_fault_says_in_which_line_it_stands(tree: Path) -> None:
    path = tree / MAL
    path.write_text(path.read_text(encoding="utf-8") + f"{PREFIXES}rus:Ny a owl:Class .\n", encoding="utf-8")
    line = len(path.read_text(encoding="utf-8").splitlines())
    (result,) = checks.run(checks.Context(), ["inspec"])
    assert [f.place for f in result.faults if "rus:Ny" in f.message.sv] == [f"{MAL}:{line}"]
    assert {f.check for f in result.faults} == {"inspec"}


def test_a_misspelt_term_comes_with_a_proposal(tree: Path) -> None:
    path = tree / RULE
    path.write_text(path.read_text(encoding="utf-8").replace("rus:tillhorPlan", "rus:tilhorPlan"), encoding="utf-8")
    (result,) = checks.run(checks.Context(), ["declared"])
    assert "tillhorPlan" in result.faults[0].cure.sv


@pytest.mark.parametrize(("name", "folder"), [("queries", "queries"), ("shapes", "shapes"), ("data", "data")])
def test_a_check_that_finds_nothing_to_examine_is_a_fault(name: str, folder: str, tree: Path) -> None:
    for path in (tree / folder).rglob("*.*"):
        path.unlink()
    (result,) = checks.run(checks.Context(), [name])
    assert result.counts()["violation"] > 0


def test_a_check_that_yields_nothing_at_all_is_a_fault() -> None:
    class Idle:
        TITLE = Text("tom", "idle")

        def __init__(self, *found: checks.Found) -> None:
            self.found = found

        def run(self, _: checks.Context) -> tuple[checks.Found, ...]:
            return self.found

    def faults(*found: checks.Found) -> list[str]:
        return [f.message.sv for f in checks._run_one("idle", Idle(*found), checks.Context()).faults]

    assert faults() == ["Kontrollen fann inte något alls att granska."]
    assert faults(examined(0, "rader", "rows")) == ["Kontrollen fann inte rader att granska."]
    assert faults(skipped("för att", "because")) == []


def test_a_file_that_cannot_be_read_is_a_fault_and_no_crash(tree: Path) -> None:
    (tree / MAL).write_text("rus:Mal a owl:Class", encoding="utf-8")
    (result,) = checks.run(checks.Context(), ["inspec"])
    assert "mal.ttl" in result.faults[0].message.sv


def test_an_unknown_check_is_refused_with_a_proposal() -> None:
    with pytest.raises(UnknownName, match="inspec"):
        list(checks.run(checks.Context(), ["inspek"]))


def test_without_the_texts_the_fingerprints_are_said_to_be_skipped() -> None:
    (result,) = checks.run(checks.Context(), ["sources"])
    assert "--sources DIR" in result.skipped[0].reason.sv


def test_without_a_reasoner_consistency_is_said_to_be_skipped(monkeypatch: pytest.MonkeyPatch, tree: Path) -> None:
    monkeypatch.setattr(reason, "find_java", lambda: None)
    monkeypatch.setattr(reason, "find_spec", lambda _: None)
    (result,) = checks.run(checks.Context(), ["consistency"])
    assert len(result.skipped) == 2
    assert result.faults == ()
    assert result.examined == ()
    assert "✓" not in _text(result, "sv")


def test_the_own_prefixes_of_a_query_are_followed() -> None:
    text = (
        "PREFIX x: <https://w3id.org/rusgraf/spec/> SELECT ?a { ?a x:ingarI/x:kalla* 'rus:strang' . # rus:kommentar\n}"
    )
    assert list(sparql_iris(text)) == [f"https://w3id.org/rusgraf/spec/{name}" for name in ("ingarI", "kalla")]


def test_every_term_that_the_program_names_is_declared() -> None:
    context = checks.Context()
    declared = {q.subject for quads in context.vocabulary.values() for q in quads}
    named = {
        node.args[0].value
        for path in Path(rusgraf.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "rus"
        and node.args and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    assert len(named) > 10
    assert {n for n in named if terms.rus(str(n)) not in declared} <= {"passage"}


def run(*arguments: str) -> int:
    return int(cli.group.main(["check", *arguments], standalone_mode=False) or 0)


def test_the_command_prints_a_line_for_each_check_and_ends_with_zero(
    capsys: pytest.CaptureFixture[str], tree: Path
) -> None:
    assert run("--only", "declared", "--only", "inspec") == 0
    out = capsys.readouterr().out
    assert out.startswith("✓ declared: Bara deklarerade termer används (")
    assert "✓ inspec" in out


def test_the_command_ends_with_one_and_gives_the_cure(capsys: pytest.CaptureFixture[str], tree: Path) -> None:
    (tree / "ontology/bild.svg").write_text('<svg><rect data-inspec-type="class"/></svg>', encoding="utf-8")
    assert run("--only", "inspec", "--lang", "en") == 1
    out = capsys.readouterr().out
    assert "✗ inspec" in out
    assert "ontology/bild.svg:1: violation: SVG-1" in out
    assert "Cure: Add href." in out


def test_json_stands_alone_on_standard_output(capsys: pytest.CaptureFixture[str], tree: Path) -> None:
    assert run("--only", "declared", "--format", "json", "--lang", "en") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["conforms"] is True
    assert answer["checks"][0]["examined"]["identifiers of our own"] > 300
