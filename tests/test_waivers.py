"""Does a waiver hold as long as it should and no longer, and is one that does not hold told?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from planted import e, quads, store_of
from rusgraf import report, waivers
from rusgraf.checking import check_files
from rusgraf.cli import group
from rusgraf.errors import RusgrafError
from rusgraf.findings import find, lapsed
from rusgraf.rdf import read_quads
from rusgraf.store import Store
from rusgraf.terms import Quad

TODAY = date(2026, 11, 22)
PLANS = """
e:a a rus:Handlingsplan ; skos:prefLabel "Plan A"@sv ; rus:kompletterar e:b ; rus:beslutadAv e:x .
e:b a rus:Handlingsplan ; skos:prefLabel "Plan B"@sv ; rus:beslutadAv e:y .
"""
RULE = "skilda-beslutsorgan"


def waived(tmp_path: Path, *, until: str = "2027-01-31") -> tuple[Path, list[Quad]]:
    """A waiver of the only finding of PLANS, and its file."""
    (finding,) = find(store_of(PLANS), only=[RULE])
    file = tmp_path / "undantag.trig"
    waiver = waivers.Waiver(
        "https://example.org/u", finding.id, "Gemensam beredning.", "processledare", until, finding.basis
    )
    waivers.write(file, waiver, TODAY)
    return file, read_quads(file)


def store(trig: str, extra: list[Quad]) -> Store:
    return Store.load([], extra=[*quads(trig), *extra])


def test_waived_finding_stays_visible_as_waived_with_its_grounds(tmp_path: Path) -> None:
    _, extra = waived(tmp_path)
    (finding,) = find(store(PLANS, extra), only=[RULE], today=TODAY)
    assert finding.status == "waived"
    assert finding.waiver
    assert (finding.waiver.reason, finding.waiver.by) == ("Gemensam beredning.", "processledare")
    assert lapsed(store(PLANS, extra), TODAY) == []


@pytest.mark.parametrize(("day", "status"), [(date(2027, 1, 31), "waived"), (date(2027, 2, 1), "confirmed")])
def test_waiver_holds_its_last_day_and_not_the_next(tmp_path: Path, day: date, status: str) -> None:
    _, extra = waived(tmp_path)
    here = store(PLANS, extra)
    assert [f.status for f in find(here, only=[RULE], today=day)] == [status]
    assert [lost.why for lost in lapsed(here, day)] == ([] if status == "waived" else ["expired"])


@pytest.mark.parametrize(
    "change",
    [
        ("rus:beslutadAv e:y", "rus:beslutadAv e:z"),
        ("rus:kompletterar e:b ;", "rus:kompletterar e:b ; rus:beslutadAv e:w ;"),
    ],
)
def test_finding_comes_back_when_what_it_rests_on_changes(tmp_path: Path, change: tuple[str, str]) -> None:
    _, extra = waived(tmp_path)
    here = store(PLANS.replace(*change), extra)
    assert [f.status for f in find(here, only=[RULE], today=TODAY)] == ["confirmed"]
    assert [lost.why for lost in lapsed(here, TODAY)] == ["changed"]


def test_finding_comes_back_when_it_turns_unknown(tmp_path: Path) -> None:
    """A waiver is of what was known; that something is not known is new ground to judge."""
    plans = "e:p a rus:Handlingsplan . e:d a rus:Delmal ; rus:ingarI e:p ."
    (finding,) = find(store_of(plans), only=["delmal-utan-indikator"])
    waiver = waivers.Waiver("https://example.org/u", finding.id, "Skäl.", "roll", "2027-01-31", finding.basis)
    waivers.write(tmp_path / "u.trig", waiver, TODAY)
    here = store(plans + "e:p rus:ofullstandigFor rus:foljsUppMed .", read_quads(tmp_path / "u.trig"))
    assert [f.status for f in find(here, only=["delmal-utan-indikator"], today=TODAY)] == ["unknown"]


def test_unrelated_data_and_other_labels_leave_a_waiver_in_force(tmp_path: Path) -> None:
    _, extra = waived(tmp_path)
    more = PLANS.replace("Plan A", "Plan A, ny rubrik") + "e:c a rus:Handlingsplan ; rus:beslutadAv e:q ."
    assert [f.status for f in find(store(more, extra), only=[RULE], today=TODAY)] == ["waived"]


def test_waiver_that_matches_nothing_is_reported(tmp_path: Path) -> None:
    _, extra = waived(tmp_path)
    closed = store(PLANS.replace("e:y", "e:x"), extra)
    assert [lost.why for lost in lapsed(closed, TODAY)] == ["gone"]
    assert "inget fynd har detta id" in report.to_text(find(closed), closed, "sv")
    assert '"why": "gone"' in report.to_json(find(closed), closed, "sv")


def test_new_waiver_replaces_the_earlier_one_of_the_same_finding_and_keeps_the_others(tmp_path: Path) -> None:
    file = tmp_path / "u.trig"
    for finding, until in (("r/1", "2027-01-01"), ("r/2", "2027-01-01"), ("r/1", "2028-01-01")):
        iri = f"https://example.org/{finding}"
        waivers.write(file, waivers.Waiver(iri, finding, "Skäl.", "roll", until, "0" * 12), TODAY)
    found = waivers.read(Store.load([], extra=read_quads(file)))
    assert {key: [w.until for w in ws] for key, ws in found.items()} == {"r/1": ["2028-01-01"], "r/2": ["2027-01-01"]}


def test_file_of_waivers_states_everything_once(tmp_path: Path) -> None:
    file = tmp_path / "undantag.trig"
    for finding in ("r/1", "r/2", "r/1"):
        iri = f"https://example.org/{finding}"
        waivers.write(file, waivers.Waiver(iri, finding, "Skäl.", "roll", "2027-01-01", "0" * 12), TODAY)
    assert file.read_text(encoding="utf-8").count("skos:prefLabel") == 1
    assert file.read_text(encoding="utf-8").count('"Undantag"@sv') == 1


def test_waiver_written_by_the_command_conforms_to_the_shapes(tmp_path: Path) -> None:
    file, _ = waived(tmp_path)
    outcome = check_files(store_of(PLANS), [("undantag.trig", file.read_bytes())]).outcome
    assert outcome.focus_nodes
    assert outcome.results == ()


@pytest.mark.parametrize(
    ("reason", "by", "until", "names"),
    [(" ", "roll", "2027-01-01", "--reason"), ("Skäl", "", "2027-01-01", "--by"), ("Skäl", "roll", "snart", "--until"),
     ("Skäl", "roll", "2026-11-21", "--until")],
)  # fmt: skip
def test_waiver_without_grounds_role_or_day_to_come_is_refused(
    tmp_path: Path, reason: str, by: str, until: str, names: str
) -> None:
    with pytest.raises(RusgrafError) as caught:
        waivers.write(tmp_path / "u.trig", waivers.Waiver("https://example.org/u", "r/1", reason, by, until, ""), TODAY)
    assert names in caught.value.message
    assert not list(tmp_path.iterdir())


def run(*arguments: str) -> tuple[object, BaseException | None, str]:
    result = CliRunner().invoke(group, arguments, standalone_mode=False)
    return result.return_value, result.exception, result.stdout


def test_command_waives_and_gaps_shows_it(tmp_path: Path) -> None:
    data = tmp_path / "plan.ttl"
    prefixes = "@prefix rus: <https://w3id.org/rusgraf/spec/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."
    data.write_text(f"{prefixes} @prefix e: <https://example.org/> . {PLANS}", encoding="utf-8")
    (finding,) = find(Store.load([data]), only=[RULE])
    file = tmp_path / "undantag.trig"
    said = ("--reason", "Gemensam beredning.", "--by", "processledare", "--until", "2999-01-31")
    _, error, told = run("waive", finding.id, "--data", str(data), *said, "-o", str(file))
    assert error is None
    assert "2999-01-31" in told
    _, error, text = run("gaps", "--data", str(data), "--waivers", str(file), "--status", "waived")
    assert error is None
    assert "undantagen: Gemensam beredning. (processledare, till och med 2999-01-31)" in " ".join(text.split())
    _, error, _ = run("waive", "skilda-beslutsorgan/0000000000", "--data", str(data), *said, "-o", str(file))
    assert isinstance(error, RusgrafError)
    assert finding.id in error.cure


def test_file_that_is_no_trig_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RusgrafError, match=r"\.trig"):
        waivers.write(
            tmp_path / "u.ttl", waivers.Waiver("https://example.org/u", "r/1", "S", "r", "2027-01-01", ""), TODAY
        )


def test_longest_waiver_of_two_files_holds() -> None:
    trig = PLANS + "".join(
        f'e:u{i} a rus:Undantag ; rus:avserFynd "{find(store_of(PLANS), only=[RULE])[0].id}" ;'
        f' rus:motivering "Skäl {i}."@sv ; rus:roll "roll" ; rus:gallerTill "{day}"^^xsd:date .'
        for i, day in enumerate(("2026-12-01", "2027-06-01", "2025-01-01"))
    )
    (finding,) = find(store_of(trig), only=[RULE], today=TODAY)
    assert finding.waiver
    assert finding.waiver.iri == e("u1").value
