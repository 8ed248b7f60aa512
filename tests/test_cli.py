"""Does the command do what contract §6 says, with its exit codes and one line of error, and leave nothing behind?"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest

from planted import EXAMPLE, GRAPH, PREFIX_LINES, Page
from rusgraf import assets
from rusgraf.findings import STATES
from rusgraf.library import library
from rusgraf.rdf import FORMATS, parse_quads
from rusgraf.terms import expand

COMMAND = [sys.executable, "-W", "error", "-m", "rusgraf"]
PATIENCE = 300
DATA = """
e:rus a rus:Utvecklingsstrategi ; skos:prefLabel "Strategin"@sv .
e:plan a rus:Handlingsplan ; skos:prefLabel "Planen"@sv, "The plan"@en ; rus:utgarFran e:rus .
e:annan a rus:Handlingsplan ; skos:prefLabel "Den andra"@sv ; rus:utgarFran e:rus .
e:mal a rus:Delmal ; skos:prefLabel "Målet"@sv ; rus:ingarI e:plan ; rus:kalla e:ref .
e:traff a rus:Aktivitet ; skos:prefLabel "Träffen"@sv, "The meeting"@en ; rus:avserDelmal e:mal ; rus:kalla e:ref .
e:moln a rus:Aktivitet ; skos:prefLabel "Molnet"@sv ; rus:ofullstandigFor rus:ansvarig ; rus:avserDelmal e:mal .
e:ref a rus:Kallhanvisning ; rus:dokument e:dok ; rus:avsnitt "Sidan 3" .
e:dok a rus:Kalldokument ; skos:prefLabel "Dokumentet"@sv .
<https://w3id.org/rusgraf/res/graf/tolkning/x> {
  <https://w3id.org/rusgraf/res/graf/tolkning/x> a rus:Graf ; rus:grafslag grafslag:tolkning .
  e:tolkad a rus:Aktivitet ; skos:prefLabel "Tolkad"@sv ; rus:avserDelmal e:mal .
}
"""
ALL_ACTIVITIES = "SELECT ?a WHERE { ?a a <https://w3id.org/rusgraf/spec/Aktivitet> } ORDER BY ?a"
GAPS = ("gaps", "--rule", "aktivitet-utan-ansvarig")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "liten.trig"
    path.write_text(PREFIX_LINES + DATA, encoding="utf-8")
    return path


def run(*arguments: str | Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )


def out(*arguments: str | Path, code: int = 0, stdin: str = "") -> str:
    """What a run prints; it says nothing on standard error."""
    done = run(*arguments, stdin=stdin)
    assert (done.returncode, done.stderr) == (code, "")
    return done.stdout


def refused(*arguments: str | Path, code: int = 2, stdin: str = "") -> str:
    """The one line that a refused run says on standard error; it prints nothing."""
    done = run(*arguments, stdin=stdin)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert re.fullmatch(r"rusgraf: [^\n]+\n", done.stderr), done.stderr
    return done.stderr


# The command itself


def test_installed_script_is_the_same_command() -> None:
    script = Path(sys.executable).parent / "rusgraf"
    if not script.exists():
        pytest.skip("rusgraf is not installed in this environment, only on the path")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stdout == out("--version") == f"rusgraf, version {assets.package_version()}\n"


def test_help_names_every_command_and_every_command_has_help() -> None:
    told = out("--help")
    commands = sorted(p.stem for p in (Path(__file__).parent.parent / "server/rusgraf/cli").glob("[!_]*.py"))
    assert {"gaps", "query", "validate", "serve"} <= set(commands)
    for name in commands:
        assert re.search(rf"^  {name} ", told, re.MULTILINE)
        assert "--help" in out(name, "-h")


def test_unknown_command_proposes_the_nearest() -> None:
    assert 'Did you mean "gaps"?' in refused("gapz")
    assert "Known:" in refused("xyzzy")


def test_unknown_option_or_choice_is_wrong_use() -> None:
    assert "--formaat" in refused("gaps", "--formaat", "json")
    assert "json" in refused("gaps", "--format", "docx")
    assert "sv" in refused("gaps", "--lang", "fi")


# gaps


def test_gaps_of_the_shipped_data_come_in_the_same_number_in_every_format(tmp_path: Path) -> None:
    told = json.loads(out("gaps", "--format", "json"))
    ids = [f["id"] for f in told["findings"]]
    assert len(ids) > 100
    assert re.fullmatch(r"[0-9a-f]{12}", told["release"])
    text = out("gaps")
    assert re.findall(r"· ([a-z-]+/[0-9a-f]{10})$", text, re.MULTILINE) == ids
    assert text.endswith(f"release {told['release']}\n")
    told_csv = io.StringIO(out("gaps", "--format", "csv").removeprefix("\ufeff"), newline="")
    assert [row["id"] for row in csv.DictReader(told_csv, delimiter=";")] == ids


def test_gaps_come_in_every_format(data: Path) -> None:
    key = json.loads(out(*GAPS, "--data", data, "--format", "json"))["findings"][0]["id"]
    assert key in out(*GAPS, "--data", data)
    assert key in out(*GAPS, "--data", data, "--format", "table")
    assert key in out(*GAPS, "--data", data, "--format", "csv")
    turtle = parse_quads(out(*GAPS, "--data", data, "--format", "ttl").encode(), FORMATS[".ttl"], "fynd.ttl", GRAPH)
    assert key in {getattr(q.object, "value", "") for q in turtle}
    page = Page(out(*GAPS, "--data", data, "--format", "html"))
    assert (page.faults, page.addresses_of_assets()) == ([], [])
    assert key.replace("/", "-") in {a.get("id") for _, a in page.elements}


def test_output_goes_to_a_file_in_the_format_of_its_suffix(data: Path, tmp_path: Path) -> None:
    begins = {"xlsx": b"PK", "csv": b"\xef\xbb\xbfid;", "json": b'{\n "release"', "md": b"# ", "ttl": b"@prefix",
              "html": b"<!doctype html>", "txt": "HÖG".encode()}  # fmt: skip
    for suffix, begin in begins.items():
        assert out(*GAPS, "--data", data, "-o", tmp_path / f"fynd.{suffix}") == ""
        assert (tmp_path / f"fynd.{suffix}").read_bytes().startswith(begin)
    out(*GAPS, "--data", data, "--format", "csv", "-o", tmp_path / "fynd.XLSX")
    assert (tmp_path / "fynd.XLSX").read_bytes().startswith(begins["csv"])
    assert "saknas" in refused(*GAPS, "--data", data, "-o", tmp_path / "saknas" / "fynd.csv")
    out("query", "-", "--data", data, "-o", tmp_path / "svar.xlsx", stdin=ALL_ACTIVITIES)
    table = list(openpyxl.load_workbook(tmp_path / "svar.xlsx")["Svar"].iter_rows(values_only=True))
    assert table[:2] == [("a", "a_label"), (f"{EXAMPLE}moln", "Molnet")]
    assert "SELECT" in refused("query", "-", "--data", data, "--format", "xlsx", stdin="ASK {}")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
def test_workbook_never_goes_to_a_terminal_but_into_a_pipe(data: Path) -> None:
    import pty

    arguments = [*GAPS, "--data", str(data), "--format", "xlsx"]
    terminal, side = pty.openpty()
    with os.fdopen(terminal, "rb"):
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=side, stderr=subprocess.PIPE, check=False, timeout=PATIENCE
        )
        os.close(side)
    assert done.returncode == 2
    assert "-o" in done.stderr.decode()
    piped = subprocess.run([*COMMAND, *arguments], capture_output=True, check=True, timeout=PATIENCE)
    assert (piped.stdout[:2], piped.stderr) == (b"PK", b"")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ((), {"Träffen", "Molnet", "Tolkad"}),
        (("--asserted",), {"Träffen", "Molnet"}),
        (("--status", "unknown"), {"Molnet"}),
        (("--status", "waived"), set()),
        (("--plan", "Planen"), {"Träffen", "Molnet", "Tolkad"}),
        (("--plan", "Den andra"), set()),
        (("--lang", "en"), {"The meeting", "Molnet", "Tolkad"}),
    ],
)
def test_gaps_are_narrowed(options: tuple[str, ...], names: set[str], data: Path) -> None:
    findings = json.loads(out(*GAPS, "--data", data, "--format", "json", *options))["findings"]
    assert {f["focus"]["label"] for f in findings} == names


@pytest.mark.parametrize("plan", ["Planen", "The plan", f"{EXAMPLE}plan"])
def test_plan_is_named_by_label_or_iri(plan: str, data: Path) -> None:
    told = json.loads(out("gaps", "--data", data, "--plan", plan, "--format", "json"))
    assert told["findings"]
    assert all(f"{EXAMPLE}plan" in {p["iri"] for p in f["plans"]} for f in told["findings"])


def test_rules_may_be_several(data: Path) -> None:
    told = json.loads(out(*GAPS, "--rule", "delmal-utan-indikator", "--data", data, "--format", "json"))
    assert {f["rule"] for f in told["findings"]} == {"aktivitet-utan-ansvarig", "delmal-utan-indikator"}


@pytest.mark.parametrize(("fail_on", "code"), [("confirmed", 1), ("unknown", 1), ("waived", 0), ("any", 1)])
def test_fail_on_gives_exit_code_one_and_the_same_report(fail_on: str, code: int, data: Path) -> None:
    assert out(*GAPS, "--data", data, "--fail-on", fail_on, code=code) == out(*GAPS, "--data", data)


def test_fail_on_of_nothing_is_fine(data: Path) -> None:
    out("gaps", "--rule", "plan-utgangen", "--data", data, "--fail-on", "any")


@pytest.mark.parametrize(
    ("options", "cure"),
    [
        (("--rule", "aktivitet-utan-ansvarigg"), 'Did you mean "aktivitet-utan-ansvarig"?'),
        (("--plan", "Plannen"), 'Did you mean "Planen"?'),
        (("--status", "sure"), "confirmed"),
        (("--fail-on", "sure"), "confirmed"),
    ],
)
def test_unknown_rule_plan_or_state_proposes_the_nearest(options: tuple[str, ...], cure: str, data: Path) -> None:
    assert cure in refused("gaps", "--data", data, *options)


def test_states_are_the_choices_of_status() -> None:
    assert all(state in out("gaps", "--help") for state in STATES)


# Data


def test_data_may_be_a_folder_or_several_files(data: Path, tmp_path: Path) -> None:
    (tmp_path / "under").mkdir()
    (tmp_path / "under" / "fler.ttl").write_text(PREFIX_LINES + "e:fler a rus:Aktivitet .", encoding="utf-8")
    folder = json.loads(out(*GAPS, "--data", tmp_path, "--format", "json"))["findings"]
    assert [f["focus"]["iri"] for f in folder] == [f"{EXAMPLE}fler"]
    both = json.loads(out(*GAPS, "--data", tmp_path, "--data", data, "--format", "json"))["findings"]
    assert len(both) == 4


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("trasig.ttl", b"@prefix e: <a:> .\ne:a e:b", "line 2"),
        ("plan.csv", b"varken rubrik eller rad", "plan.csv"),
        ("plan.xlsx", b"PK\3\4", ".xlsx"),
        ("latin.ttl", "<a:a> <a:b> 'å' .".encode("latin-1"), "latin.ttl"),
        ("bomb.rdf", b'<!DOCTYPE r [<!ENTITY a "aa">]><r/>', "entities"),
        ("rad\nbrytning.ttl", b"x", "brytning"),
    ],
)
@pytest.mark.parametrize("command", [("gaps",), ("query", "sok"), ("validate",)], ids=lambda c: c[0])
def test_file_that_cannot_be_read_is_named_with_the_cure(
    command: tuple[str, ...], name: str, content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert words in refused(*command, *([] if command == ("validate",) else ["--data"]), path)


def test_path_that_is_not_there_and_empty_folder_are_named(tmp_path: Path) -> None:
    for arguments in (("gaps", "--data"), ("validate",), ("query", "sok", "--data")):
        assert "saknas.ttl" in refused(*arguments, tmp_path / "saknas.ttl")
    assert "no RDF file" in refused("gaps", "--data", tmp_path)
    assert str(tmp_path) in refused("validate", tmp_path)


# query


def test_query_without_a_name_lists_the_library() -> None:
    told = out("query")
    assert all(f"{name}: " in told for name in library())
    parameter = library()["utforska/sok"].parameters[0]
    assert f"-p {parameter.name}=… ({parameter.type})" in told
    assert out("query", "--lang", "en") != told


def test_query_of_the_library_is_run_by_name_and_by_id(data: Path) -> None:
    assert out("query", "aktivitet-utan-ansvarig", "--data", data) == out(
        "query", "luckor/aktivitet-utan-ansvarig", "--data", data
    )


def test_query_of_your_own_is_run_from_a_file_and_from_standard_input(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "min.rq"
    path.write_text(ALL_ACTIVITIES, encoding="utf-8")
    told = out("query", path, "--data", data, "--format", "csv")
    assert told == f"a\r\n{EXAMPLE}moln\r\n{EXAMPLE}tolkad\r\n{EXAMPLE}traff\r\n".replace("\r\n", "\n")
    assert out("query", "-", "--data", data, "--format", "csv", stdin=ALL_ACTIVITIES) == told
    assert "tolkad" not in out("query", "-", "--data", data, "--asserted", stdin=ALL_ACTIVITIES)


def test_parameter_is_bound(data: Path) -> None:
    query = library()["utforska/allt-om-delmal"]
    name = query.parameters[0].name
    told = json.loads(out("query", query.id, "-p", f"{name}=Målet", "--data", data, "--format", "json"))
    assert told["results"]["bindings"]
    assert {b[name]["value"] for b in told["results"]["bindings"]} == {f"{EXAMPLE}mal"}


@pytest.mark.parametrize("form", ["table", "csv"])
def test_labels_stand_beside_iris(form: str, data: Path) -> None:
    told = out("query", "-", "--data", data, "--labels", "--format", form, "--lang", "en", stdin=ALL_ACTIVITIES)
    assert "a_label" in told
    assert "The meeting" in told
    assert "The meeting" not in out("query", "-", "--data", data, "--format", form, stdin=ALL_ACTIVITIES)


def test_table_is_answered_in_every_format_of_a_table(data: Path) -> None:
    def ask(form: str) -> str:
        return out("query", "-", "--data", data, "--format", form, stdin=ALL_ACTIVITIES)

    assert ask("table").endswith("(3)\n")
    assert len(json.loads(ask("json"))["results"]["bindings"]) == 3
    assert "<sparql " in ask("xml")
    assert ask("tsv").startswith("?a\n")


def test_graph_and_truth_value_are_answered_in_their_formats(data: Path) -> None:
    graph = "CONSTRUCT { ?s a <a:A> } WHERE { ?s a <https://w3id.org/rusgraf/spec/Aktivitet> }"
    for form, suffix in (("table", ".ttl"), ("ttl", ".ttl"), ("nt", ".nt"), ("jsonld", ".jsonld"), ("rdf", ".rdf")):
        told = out("query", "-", "--data", data, "--format", form, stdin=graph)
        assert len(parse_quads(told.encode(), FORMATS[suffix], f"svar{suffix}", GRAPH)) == 3
    assert json.loads(out("query", "-", "--data", data, stdin="ASK {}"))["boolean"] is True
    assert "Ask for one of" in refused("query", "-", "--data", data, "--format", "csv", stdin=graph)


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("allt-om-delmall",), "", 'Did you mean "'),
        (("allt-om-delmal", "-p", "delmall=x"), "", "Did you mean"),
        (("allt-om-delmal", "-p", "delmal"), "", "name=value"),
        (("allt-om-delmal", "-p", "=x"), "", "name=value"),
        (("allt-om-delmal", "-p", "delmal=a", "-p", "delmal=b"), "", "twice"),
        (("allt-om-delmal", "-p", "delmal=Mållet"), "", 'Did you mean "Målet"?'),
        (("-", "-p", "a=b"), "ASK {}", "own query"),
        (("-",), "SELECT", "does not parse"),
        (("-",), "DROP ALL", "read-only"),
        (("-",), "SELECT * { SERVICE <http://a/> {} }", "SERVICE"),
        (("finns-inte.rq",), "", "finns-inte.rq"),
    ],
)
def test_wrong_use_of_query_is_told_with_the_cure(
    arguments: tuple[str, ...], stdin: str, words: str, data: Path
) -> None:
    assert words in refused("query", *arguments, "--data", data, stdin=stdin)


def test_query_that_is_not_utf_8_is_refused(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "latin.rq"
    path.write_bytes("SELECT * { ?s ?p 'å' }".encode("latin-1"))
    assert "UTF-8" in refused("query", path, "--data", data)


def test_query_that_is_too_long_is_a_limit(data: Path) -> None:
    assert "100000" in refused("query", "-", "--data", data, stdin="#" * 200_000, code=3)


def test_output_that_nobody_reads_is_no_error(data: Path) -> None:
    with subprocess.Popen([*COMMAND, "query"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 0


# validate

GOOD = """e:ny a rus:Aktivitet ; skos:prefLabel "Ny"@sv, "New"@en ; rus:ansvarig e:namnd .
e:ny rus:avserDelmal e:mal ; rus:kalla e:r .
e:r a rus:Kallhanvisning ; rus:dokument e:dok ; rus:avsnitt "Sidan 1" .
e:dok a rus:Kalldokument ; skos:prefLabel "Dokumentet"@sv ; dcterms:title "Dokumentet"@sv .
e:namnd a rus:Namnd ; skos:prefLabel "Nämnden"@sv, "The board"@en .
e:mal a rus:Delmal ; skos:prefLabel "Målet"@sv ; rus:ingarI e:plan ; rus:kalla e:r . """
BAD = 'e:ny a rus:Aktivitet ; skos:prefLabel "Ny"@sv ; rus:ansvarigg e:namnd .'


def written(path: Path, text: str) -> Path:
    path.write_text(PREFIX_LINES + text, encoding="utf-8")
    return path


def verdict(*arguments: str | Path, code: int) -> Mapping[str, object]:
    read: Mapping[str, object] = json.loads(out("validate", *arguments, "--format", "json", code=code))
    return read


def test_good_file_conforms_with_exit_code_zero(data: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "bra.ttl", GOOD)
    told = verdict(path, "--data", data, code=0)
    assert told["conforms"] is True
    assert out("validate", path, "--data", data).count("bra.ttl") == told["counts"]["warning"] + told["counts"]["info"]  # type: ignore[index]


def test_bad_file_does_not_with_exit_code_one_and_the_json_of_the_contract(data: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "fel.ttl", BAD)
    told = verdict(path, "--data", data, code=1)
    assert set(told) >= {"conforms", "counts", "results", "effect"}
    assert told["conforms"] is False
    assert set(told["counts"]) == {"violation", "warning", "info"}  # type: ignore[call-overload]
    assert set(told["effect"]) == {"closes", "opens"}  # type: ignore[call-overload]
    results = told["results"]
    assert isinstance(results, list)
    for result in results:
        assert set(result) >= {"file", "severity", "message", "shape", "focus", "path", "value", "cell", "suggestion"}
        assert result["file"] == str(path)
        assert result["focus"] == {"iri": f"{EXAMPLE}ny", "label": "Ny"} or result["focus"]["iri"] != f"{EXAMPLE}ny"
    shapes = {r["shape"].rsplit("/", 1)[-1] for r in results if r["severity"] == "violation"}
    assert {"Aktivitet-ansvarig", "Aktivitet-delmal", "Aktivitet"} <= shapes
    assert any(key.startswith("aktivitet-utan-ansvarig/") for key in told["effect"]["opens"])  # type: ignore[index]


def test_verdict_comes_as_text_in_both_languages_and_as_a_report(data: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "fel.ttl", BAD)
    swedish, english = (out("validate", path, "--data", data, "--lang", lang, code=1) for lang in ("sv", "en"))
    assert "Uppfyller inte formerna" in swedish
    assert "Does not conform" in english
    assert "Ange minst en ansvarig aktör" in swedish
    report = parse_quads(
        out("validate", path, "--data", data, "--format", "ttl", code=1).encode(), FORMATS[".ttl"], "rapport.ttl", GRAPH
    )
    assert any(q.predicate == expand("sh:resultMessage") for q in report)


def test_several_files_each_bear_their_results(data: Path, tmp_path: Path) -> None:
    one = written(tmp_path / "ett.ttl", BAD)
    two = written(tmp_path / "tva.trig", BAD.replace("e:ny", "e:nyare"))
    results = verdict(one, two, "--data", data, code=1)["results"]
    assert isinstance(results, list)
    assert {r["file"] for r in results} == {str(one), str(two)}


def test_file_without_a_statement_is_refused(data: Path, tmp_path: Path) -> None:
    assert "tom.ttl" in refused("validate", written(tmp_path / "tom.ttl", ""), "--data", data)


def test_validate_without_a_file_is_wrong_use() -> None:
    refused("validate")


# serve


@contextmanager
def serving(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server on a free port, and its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "rusgraf", "serve", "--port", "0", *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://[\d.]+:\d+/", process.stderr.readline())
            assert found
            yield process, found[0]
        finally:
            process.kill()


def children(pid: int) -> list[int]:
    """The processes below a process, as /proc tells."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            child = int(path.parent.name)
            found += [child, *children(child)]
    return found


def runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for left processes in /proc")
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_server_answers_and_ends_at_a_signal_leaving_no_process(stop: signal.Signals, data: Path) -> None:
    with serving("--data", data, "--workers", "2") as (process, address):
        with urllib.request.urlopen(f"{address}health", timeout=PATIENCE) as answer:
            assert json.load(answer)["status"] == "ok"
        with urllib.request.urlopen(f"{address}sparql?query=ASK%7B%7D", timeout=PATIENCE) as answer:
            assert json.load(answer)["boolean"] is True
        below = children(process.pid)
        assert len(below) >= 2
        process.send_signal(stop)
        process.wait(PATIENCE)
        told = process.stderr.read() if process.stderr else ""
        for _ in range(PATIENCE * 10):
            if not any(map(runs, below)):
                break
            signal.sigtimedwait([], 0.1)
        assert not any(map(runs, below))
        assert "Traceback" not in told


def test_server_on_a_port_that_is_taken_is_an_error(data: Path) -> None:
    with serving("--data", data, "--workers", "1") as (_, address):
        port = address.rstrip("/").rpartition(":")[2]
        again = [sys.executable, "-m", "rusgraf", "serve", "--port", port, "--data", data, "--workers", "1"]
        done = subprocess.run(again, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(rf"rusgraf: [^\n]*{port}[^\n]*--port[^\n]*\n", done.stderr)


def test_server_refuses_data_that_cannot_be_read(tmp_path: Path) -> None:
    assert "saknas" in refused("serve", "--port", "0", "--data", tmp_path / "saknas.ttl")


# What it costs, and what it leaves


@pytest.mark.parametrize(
    "arguments", [("gaps", "--data", "§"), ("query",), ("query", "sok", "--data", "§"), ("--help",)]
)
def test_heavy_libraries_are_not_imported_for_it(arguments: tuple[str, ...], data: Path) -> None:
    script = """import sys
from rusgraf.cli import main
try:
    main()
finally:
    print(*{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""
    words = [str(data) if word == "§" else word for word in arguments]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert not set(done.stderr.split()) & {"rdflib", "pyshacl", "owlready2", "flask", "werkzeug", "waitress", "jinja2"}


def test_reading_leaves_no_file_behind(data: Path, tmp_path: Path) -> None:
    home = tmp_path / "hem"
    home.mkdir()
    before = {p: p.stat().st_mtime_ns for p in assets.root().rglob("*.t*") if ".git" not in p.parts}
    for arguments in (("gaps", "--data", str(data)), ("query",), ("validate", str(data), "--data", str(data))):
        done = subprocess.run(
            [*COMMAND, *arguments],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            cwd=home,
            env={**os.environ, "HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        assert done.returncode in (0, 1)
    assert list(home.iterdir()) == []
    assert {p: p.stat().st_mtime_ns for p in before} == before
