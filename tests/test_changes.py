"""Are two runs compared finding by finding, does any input give a result or a clear error, and can a build read it?"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from planted import PREFIX_LINES, store_of
from rusgraf import changes
from rusgraf.changes import Changes, Run, compare, parse_run, read_run, run_of
from rusgraf.changes_report import to_json, to_text
from rusgraf.cli import group
from rusgraf.errors import BadParameter, RusgrafError, TooLarge, UnreadableInput
from rusgraf.findings import find
from rusgraf.junit import to_junit
from rusgraf.library import rules
from rusgraf.report import as_json
from rusgraf.sarif import FINGERPRINT, to_sarif

TODAY = date(2026, 11, 22)
DATA = """
e:plan a rus:Handlingsplan ; skos:prefLabel "Planen"@sv .
e:mal a rus:Delmal ; skos:prefLabel "Målet"@sv ; rus:ingarI e:plan .
e:traff a rus:Aktivitet ; skos:prefLabel "Träffen"@sv ; rus:avserDelmal e:mal ; rus:kalla e:ref .
e:moln a rus:Aktivitet ; skos:prefLabel "Molnet [a](b) {0}"@sv ; rus:avserDelmal e:mal .
e:ref a rus:Kallhanvisning ; rus:dokument e:dok ; rus:avsnitt "Sidan 3" .
e:dok a rus:Kalldokument ; skos:prefLabel "Dokumentet"@sv .
"""
RULE = "aktivitet-utan-ansvarig"


def run(trig: str, name: str = "nu.json", lang: str = "sv") -> Run:
    store = store_of(trig)
    return run_of(find(store, lang=lang, today=TODAY), store, lang, name)


def told(made: Run) -> dict[str, Any]:
    """What ``gaps --format json`` would have printed for a run."""
    return {"release": made.release, "lang": made.lang, "findings": [copy.deepcopy(f) for f in made.findings.values()]}


def parsed(report: Any, name: str = "då.json") -> Run:
    return parse_run(json.dumps(report).encode(), name)


def edited(edit: Callable[[dict[str, Any]], object], rule: str = RULE) -> Changes:
    """The changes from a report with one finding (the first of a rule) edited, to the report."""
    new = run(DATA)
    report = told(new)
    edit(next(f for f in report["findings"] if f["rule"] == rule))
    return compare(parsed(report), new)


def fields(made: Changes) -> dict[str, tuple[Any, Any]]:
    [change] = made.changed
    return {f.name: (f.before, f.after) for f in change.fields}


# Comparing


def test_same_data_give_no_change_in_any_order() -> None:
    new = run(DATA)
    report = told(new)
    report["findings"].reverse()
    for finding in report["findings"]:
        for value in finding.values():
            if isinstance(value, list):
                value.reverse()
    made = compare(parsed(report), new)
    assert made.count() == {"new": 0, "gone": 0, "changed": 0, "unchanged": len(new.findings)}
    assert len(new.findings) > 2


def test_what_is_new_and_what_is_gone_are_told_by_id() -> None:
    before = run(DATA.replace("e:moln a", "e:borta a"))
    after = run(DATA)
    made = compare(before, after)
    assert {f["focus"]["iri"] for f in made.opened} == {"https://example.org/moln"}
    assert {f["focus"]["iri"] for f in made.gone} == {"https://example.org/borta"}
    assert {f["id"] for f in made.opened} == set(after.findings) - set(before.findings)
    assert {f["id"] for f in made.gone} == set(before.findings) - set(after.findings)
    assert made.changed == ()


def test_finding_that_is_no_longer_known_has_changed_in_state_and_reason() -> None:
    made = compare(run(DATA), run(DATA + "e:traff rus:ofullstandigFor rus:ansvarig ."))
    assert set(fields(made)) >= {"status", "unknown_because"}
    assert fields(made)["status"] == ("confirmed", "unknown")
    assert (made.opened, made.gone) == ((), ())


@pytest.mark.parametrize(
    ("name", "value"),
    [("status", "unknown"), ("severity", "low"), ("explanation", "Annat."), ("closes", "Annat."), ("evidence", []),
     ("sources", [{"document": "x"}]), ("plans", []),
     ("focus", {"iri": "https://example.org/traff", "label": "Möte"}), ("shared", {}),
     ("unknown_because", "x"), ("waiver", {"reason": "x"}), ("interpreted", True), ("level", "plan"), ("missing", [])],
)  # fmt: skip
def test_change_of_any_field_is_told_by_its_name(name: str, value: Any) -> None:
    made = edited(lambda finding: finding.update({name: value}))
    assert set(fields(made)) == {name}
    assert fields(made)[name][0] == value


@pytest.mark.parametrize("name", ["rank", "basis"])
def test_what_follows_from_the_rest_is_no_change(name: str) -> None:
    assert edited(lambda finding: finding.update({name: "annat"})).changed == ()


def test_field_that_an_older_program_did_not_write_is_no_change() -> None:
    assert edited(lambda finding: finding.pop("missing")).changed == ()
    assert edited(lambda finding: finding.update({"nytt fält": 1})).changed == ()


def test_reports_in_two_languages_are_not_compared() -> None:
    with pytest.raises(BadParameter, match=r"sv .* en"):
        compare(run(DATA), run(DATA, lang="en"))
    report = told(run(DATA))
    del report["lang"]
    assert parsed(report).lang == ""
    compare(parsed(report), run(DATA, lang="en"))


# Reading


def test_report_of_the_command_is_read(tmp_path: Path) -> None:
    new = run(DATA)
    for content in (json.dumps(told(new)).encode(), json.dumps(told(new)).encode("utf-8-sig")):
        (tmp_path / "r.json").write_bytes(content)
        assert read_run(tmp_path / "r.json").findings == new.findings


VALID: dict[str, Any] = {
    "id": "regel/0a", "rule": "regel", "status": "unknown", "severity": "low", "explanation": "Något.",
    "focus": {"iri": "a:b", "label": "b"}, "plans": [],
}  # fmt: skip


def broken(**more: Any) -> dict[str, Any]:
    return {"release": "x", "findings": [VALID, {**VALID, "id": "regel/0b", **more}]}


@pytest.mark.parametrize(
    ("report", "place"),
    [
        ([], "findings"), ({}, "findings"), (None, "findings"), ({"findings": {}}, "findings"),
        ({"findings": []}, "release"), ({"findings": [], "release": 3}, "release"),
        ({"findings": [3], "release": "x"}, "finding 1"), (broken(id=3), "finding 2: id"),
        (broken(id="regel"), "finding 2: id"), (broken(id="regel/0a"), "finding 2: id"),
        (broken(id="regel/0b\n"), "finding 2: id"), (broken(status="kanske"), "finding 2: status"),
        (broken(severity=None), "finding 2: severity"), (broken(severity="grav"), "finding 2: severity"),
        (broken(explanation=None), "finding 2: explanation"), (broken(focus="x"), "finding 2: focus"),
        (broken(focus={"iri": "x"}), "finding 2: focus"), (broken(plans=None), "finding 2: plans"),
        (broken(plans=[1]), "finding 2: plans"), (broken(explanation="\ud800"), "a value"),
    ],
)  # fmt: skip
def test_foreign_json_is_refused_naming_the_place(report: Any, place: str) -> None:
    with pytest.raises(UnreadableInput, match=place) as raised:
        parsed(report)
    assert "då.json" in str(raised.value)
    assert "gaps --format json" in raised.value.cure
    assert parsed({"release": "x", "findings": [VALID]}).lang == ""


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"{", b"[" * 100_000, b'{"a":' * 50_000, b"NaN", b"1" * 5000, "{}".encode("utf-16"), b"id;rule",
     b'{"release": "x", "findings": [], "a": 1e999}',
     b'{"release": "x", "findings": [], "a": ' + b"[" * 40 + b"]" * 40 + b"}"],
    ids=str,
)  # fmt: skip
def test_broken_json_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableInput, match="namn"):
        parse_run(content[:200_000], "namn")


def test_report_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(changes, "MAX_BYTES", 100)
    (tmp_path / "r.json").write_bytes(b" " * 101)
    with pytest.raises(TooLarge, match="100 bytes"):
        read_run(tmp_path / "r.json")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    _read_or_refuse(content)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["regel/0a", "low"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*VALID, "waiver"]), inner, max_size=8),
    max_leaves=15,
)


@settings(max_examples=300)
@given(JSON, st.dictionaries(st.sampled_from([*VALID, "waiver", "evidence", "missing"]), JSON, max_size=3))
def test_any_json_is_compared_in_every_format_or_refused(whole: Any, part: dict[str, Any]) -> None:
    _read_or_refuse(json.dumps(whole).encode())
    _read_or_refuse(json.dumps({"release": "\x1b[1m", "findings": [{**VALID, "waiver": None, **part}]}).encode())


def _read_or_refuse(content: bytes) -> None:
    try:
        read = parse_run(content, "namn")
    except RusgrafError as error:
        assert error.sv
        return
    plain = parsed(
        {"release": "x", "findings": [{**VALID, "waiver": {"reason": "r"}, "evidence": [], "missing": ["x"]}]}
    )
    for made in (compare(read, plain), compare(plain, read)):
        for lang in ("sv", "en"):
            assert "\x1b" not in to_text(made, lang)
            Xml.fromstring(to_junit(made, lang))  # noqa: S314
            json.loads(to_sarif(made, lang))
            json.loads(to_json(made, lang))


# How it looks


@pytest.fixture
def made() -> Changes:
    """One finding new, one gone, one changed, and more that are not."""
    after = run(DATA + 'e:ny a rus:Aktivitet ; skos:prefLabel "Nya"@sv ; rus:avserDelmal e:mal .')
    report = told(after)
    report["release"] = "000000000000"
    mine = [f for f in report["findings"] if f["rule"] == RULE]
    report["findings"].remove(next(f for f in mine if f["focus"]["label"] == "Nya"))
    changed = next(f for f in mine if f["focus"]["label"].startswith("Molnet"))
    changed["status"], changed["evidence"] = "waived", [{"s": "a:x/s", "p": "a:x/p", "o": "a:x/o", "graph": "a:x/g"}]
    report["findings"].append(
        {**mine[0], "id": f"{RULE}/00", "explanation": "Den gamla.", "severity": "low", "status": "confirmed"}
    )
    return compare(parsed(report), after)


def test_text_names_both_releases_and_tells_each_change(made: Changes) -> None:
    text = to_text(made, "sv")
    assert text.splitlines()[0] == (
        f"Utgåva av data 000000000000 (då.json, {len(made.old.findings)})"
        f" → Utgåva av data {made.new.release} (nu.json, {len(made.new.findings)})"
    )
    assert f"Nya: 1, borta: 1, ändrade: 1, oförändrade: {len(made.same)}.\n" in text
    assert made.count() == {"new": 1, "gone": 1, "changed": 1, "unchanged": len(made.new.findings) - 2}
    assert f"  − låg · bekräftad · {RULE}/00\n    Den gamla.\n" in text
    assert "      Läge: undantagen → bekräftad\n" in text
    assert "; − s p o g\n" in text
    assert "New: 1, gone: 1, changed: 1" in to_text(made, "en")
    assert max(map(len, text.splitlines()[1:])) <= 100


def test_json_holds_the_findings_and_what_changed(made: Changes) -> None:
    read = json.loads(to_json(made, "sv"))
    assert set(read) == {"from", "to", "counts", "new", "gone", "changed"}
    assert read["from"] == {"name": "då.json", "release": "000000000000", "findings": len(made.old.findings)}
    assert read["to"]["release"] == made.new.release
    assert read["counts"] == made.count()
    assert read["new"] == [made.new.findings[f["id"]] for f in read["new"]]
    assert [f["id"] for f in read["gone"]] == [f"{RULE}/00"]
    [change] = read["changed"]
    assert change["fields"]["status"] == {"before": "waived", "after": "confirmed"}


def test_json_of_a_run_is_that_of_the_report() -> None:
    store = store_of(DATA)
    found = find(store, today=TODAY)
    assert list(run_of(found, store, "sv", "x").findings.values()) == [as_json(f, "sv") for f in found]


# JUnit: what junit-10.xsd of Jenkins and JUnit.xsd of Ant both allow and demand, element by element

ATTRIBUTES = {
    "testsuites": set(),
    "testsuite": {"name", "id", "package", "hostname", "time", "timestamp", "tests", "failures", "errors", "skipped"},
    "properties": set(), "property": {"name", "value"}, "testcase": {"name", "classname", "time"},
    "failure": {"type", "message"}, "system-out": set(), "system-err": set(),
}  # fmt: skip


def test_junit_has_the_form_that_builds_read(made: Changes) -> None:
    root = Xml.fromstring(to_junit(made, "sv").encode())  # noqa: S314
    assert {node.tag: set(node.keys()) for node in root.iter()} == ATTRIBUTES
    [suite] = root
    order = [child.tag for child in suite]
    assert order == ["properties", *["testcase"] * len(made.new.findings), "system-out", "system-err"]
    assert all([child.tag for child in case] in ([], ["failure"]) for case in suite.iter("testcase"))
    assert (suite.get("tests"), suite.get("failures")) == (str(len(made.new.findings)), "2")
    date.fromisoformat(str(suite.get("timestamp"))[:10])


def test_junit_fails_what_is_new_or_changed_and_notes_what_is_gone(made: Changes) -> None:
    root = Xml.fromstring(to_junit(made, "sv").encode())  # noqa: S314
    cases = {case.get("name"): case.find("failure") for case in root.iter("testcase")}
    assert set(cases) == set(made.new.findings)
    failed = {name: node for name, node in cases.items() if node is not None}
    assert {name: node.get("type") for name, node in failed.items()} == {
        made.opened[0]["id"]: "new", made.changed[0].finding["id"]: "changed"
    }  # fmt: skip
    told_change = failed[made.changed[0].finding["id"]].text or ""
    assert "Läge: undantagen → bekräftad" in told_change
    assert failed[made.opened[0]["id"]].get("message") == made.opened[0]["explanation"]
    assert f"{RULE}/00 Den gamla." in (root.findtext(".//system-out") or "")
    values = {p.get("name"): p.get("value") for p in root.iter("property")}
    assert (values["old.release"], values["new.release"]) == ("000000000000", made.new.release)


# SARIF 2.1.0: the members that the specification demands, section by section


def results(made: Changes) -> dict[str, dict[str, Any]]:
    [one] = json.loads(to_sarif(made, "sv"))["runs"]
    return {r["partialFingerprints"][FINGERPRINT]: r for r in one["results"]}


def test_sarif_has_the_members_that_are_demanded(made: Changes) -> None:
    log = json.loads(to_sarif(made, "sv"))
    assert (log["version"], set(log)) == ("2.1.0", {"$schema", "version", "runs"})  # §3.13
    [one] = log["runs"]
    driver = one["tool"]["driver"]  # §3.14.6, §3.19
    assert driver["name"] == "rusgraf"
    names = [rule["id"] for rule in driver["rules"]]  # §3.49
    assert names == sorted(set(names))
    for rule in driver["rules"]:
        assert all(rule[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    for result in one["results"]:  # §3.27
        assert names[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        assert result["kind"] == "fail" or result["level"] == "none"  # §3.27.10
        [location] = result["locations"]
        for logical in location["logicalLocations"]:  # §3.33
            assert set(logical) == {"name", "fullyQualifiedName", "kind"}
    assert (one["properties"]["release"], one["properties"]["baselineRelease"]) == (made.new.release, "000000000000")


def test_sarif_tells_every_finding_of_both_runs_with_its_baseline_state(made: Changes) -> None:
    states = {key: result["baselineState"] for key, result in results(made).items()}
    assert set(states) == set(made.old.findings) | set(made.new.findings)
    assert {s: sum(v == s for v in states.values()) for s in ("new", "absent", "updated", "unchanged")} == {
        "new": 1, "absent": 1, "updated": 1, "unchanged": len(made.same)
    }  # fmt: skip
    assert states[f"{RULE}/00"] == "absent"
    assert states[made.opened[0]["id"]] == "new"


def test_sarif_level_follows_severity_and_what_is_not_known_is_open() -> None:
    same = run(DATA + "e:traff rus:ofullstandigFor rus:ansvarig .")
    found = results(compare(same, same))
    for key, finding in same.findings.items():
        level = {"high": "error", "medium": "warning", "low": "note"}[finding["severity"]]
        expected = ("open", "none") if finding["status"] == "unknown" else ("fail", level)
        assert (found[key]["kind"], found[key]["level"]) == expected
        assert found[key]["properties"] == {"status": finding["status"], "severity": finding["severity"]}
    assert {f["kind"] for f in found.values()} == {"open", "fail"}


def test_sarif_suppresses_what_is_waived() -> None:
    waived = edited(lambda f: f.update({"status": "waived", "waiver": {"reason": "Prövat."}}))
    report = told(waived.old)
    found = results(compare(parsed(report), parsed(report)))
    [one] = [r for r in found.values() if "suppressions" in r]
    assert one["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "Prövat."}]


def test_sarif_names_plan_and_focus_by_iri(made: Changes) -> None:
    [one] = [r for key, r in results(made).items() if key == made.opened[0]["id"]]
    [location] = one["locations"]
    names = {(thing["kind"], thing["fullyQualifiedName"]) for thing in location["logicalLocations"]}
    assert names == {("plan", "https://example.org/plan"), ("focus", "https://example.org/ny")}


def test_sarif_message_takes_no_brace_or_bracket_for_its_own(made: Changes) -> None:
    [text] = {r["message"]["text"] for r in results(made).values() if "Molnet" in r["message"]["text"]
              and r["baselineState"] == "updated"}  # fmt: skip
    assert r"Molnet \[a\](b) {{0}}" in text


def test_rule_that_is_no_more_is_only_named() -> None:
    old = parsed({"release": "x", "findings": [{**VALID, "rule": "avskaffad"}]})
    [one] = json.loads(to_sarif(compare(old, old), "sv"))["runs"]
    assert one["tool"]["driver"]["rules"] == [{"id": "avskaffad"}]
    assert "avskaffad" not in {rule.name for rule in rules()}


# The command


def write(path: Path, more: str) -> None:
    """The data and more in one graph, whatever the file is called."""
    path.write_text(f"{PREFIX_LINES}graf:prov {{ {DATA} {more} }}", encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write(tmp_path / "data.trig", "")
    (tmp_path / "old.json").write_text(invoke("gaps", "--data", tmp_path / "data.trig", "--format", "json").output)
    write(tmp_path / "mer.trig", "e:ny a rus:Aktivitet .")
    return tmp_path


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(group, [str(a) for a in arguments], standalone_mode=False)


def test_report_is_compared_with_the_data_as_they_are_now(place: Path) -> None:
    same = invoke("changes", place / "old.json", "--data", place / "data.trig", "--fail-on", "any")
    assert (same.return_value, "Nya: 0, borta: 0, ändrade: 0" in same.output) == (0, True)
    more = invoke("changes", place / "old.json", "--data", place / "mer.trig", "--format", "json")
    assert json.loads(more.output)["counts"]["new"] > 0
    assert json.loads(more.output)["to"]["name"] == "nuvarande data"


def test_report_is_compared_with_a_report(place: Path) -> None:
    new = invoke("gaps", "--data", place / "mer.trig", "--format", "json", "-o", place / "new.json")
    assert (new.return_value, new.output) == (0, "")
    told_both = invoke("changes", place / "old.json", place / "new.json", "--lang", "en")
    assert "New: " in told_both.output
    assert "→ Release of the data" in told_both.output


@pytest.mark.parametrize(
    ("data", "fail_on", "code"),
    [("mer.trig", ["new"], 1), ("mer.trig", ["gone"], 0), ("mer.trig", ["changed"], 0), ("mer.trig", ["any"], 1),
     ("mer.trig", [], 0), ("mer.trig", ["gone", "new"], 1), ("data.trig", ["any"], 0)],
)  # fmt: skip
def test_exit_code_is_one_for_what_it_is_to_fail_on(place: Path, data: str, fail_on: list[str], code: int) -> None:
    options = [word for kind in fail_on for word in ("--fail-on", kind)]
    assert invoke("changes", place / "old.json", "--data", place / data, *options).return_value == code


def test_finding_that_is_gone_or_changed_fails_too(place: Path) -> None:
    (place / "old.json").write_text(invoke("gaps", "--data", place / "mer.trig", "--format", "json").output)
    assert invoke("changes", place / "old.json", "--data", place / "data.trig", "--fail-on", "gone").return_value == 1
    write(place / "okand.trig", "e:ny a rus:Aktivitet . e:traff rus:ofullstandigFor rus:ansvarig .")
    assert (
        invoke("changes", place / "old.json", "--data", place / "okand.trig", "--fail-on", "changed").return_value == 1
    )


@pytest.mark.parametrize("form", ["table", "json", "junit", "sarif"])
def test_output_goes_to_a_file(place: Path, form: str) -> None:
    arguments = ("changes", place / "old.json", "--data", place / "mer.trig", "--format", form)
    assert invoke(*arguments, "-o", place / "ut").output == ""
    shown = invoke(*arguments).output
    written = (place / "ut").read_text(encoding="utf-8")
    assert len(written) == len(shown) > 100


def test_suffix_of_the_file_chooses_the_format(place: Path) -> None:
    for suffix, begins in (("json", '{\n "from"'), ("sarif", '{\n "$schema"'), ("txt", "Utgåva")):
        invoke("changes", place / "old.json", "--data", place / "mer.trig", "-o", place / f"ut.{suffix}")
        assert (place / f"ut.{suffix}").read_text(encoding="utf-8").startswith(begins)


def test_data_beside_two_reports_is_wrong_use(place: Path) -> None:
    for option in (["--data", place / "mer.trig"], ["--asserted"]):
        made = invoke("changes", place / "old.json", place / "old.json", *option)
        assert isinstance(made.exception, BadParameter)
        assert made.exception.exit_code == 2


def test_language_of_the_report_is_that_of_the_comparison(place: Path) -> None:
    made = invoke("changes", place / "old.json", "--data", place / "data.trig", "--lang", "en", "--fail-on", "any")
    assert (made.return_value, made.exception) == (0, None)


@pytest.mark.parametrize("content", [None, b"x", b'{"release": "x"}'])
def test_report_that_cannot_be_read_is_wrong_use(place: Path, content: bytes | None) -> None:
    if content is not None:
        (place / "trasig.json").write_bytes(content)
    made = invoke("changes", place / "trasig.json", "--data", place / "data.trig")
    assert isinstance(made.exception, UnreadableInput)
    assert "trasig.json" in str(made.exception)
