"""Does a file come in whole and traced, or not at all; does what was published stay, go and come back as it should?"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planted import e
from rusgraf import mint, provenance
from rusgraf.admission import Source, graphs_of
from rusgraf.archive import backup, restore
from rusgraf.cli import group, main
from rusgraf.errors import (
    BadParameter,
    BrokenStore,
    Conflict,
    NotConforming,
    RusgrafError,
    UnknownName,
    UnreadableInput,
    UnsupportedFormat,
)
from rusgraf.findings import find
from rusgraf.inputs import read_input
from rusgraf.provenance import Version, shapes_digest, versions
from rusgraf.publish import Published, Refused, Terms, add, rebuild, remove
from rusgraf.releases import is_store, names, open_store, pointer
from rusgraf.store import OWN, PROVENANCE, Store
from rusgraf.terms import PREF_LABEL, RDF_TYPE, Literal, NamedNode, Quad, expand, rus
from rusgraf.validate import validate_quads
from stores import GROUND, activity, copied, graph, ground, turtle

NY = ("ny.ttl", turtle(activity("ny")))
RATTAD = ("ny.ttl", turtle(activity("ny", "Rättad") + activity("till")))
WRONG = ("fel.ttl", turtle('e:fel a rus:Aktivitet ; skos:prefLabel "Fel"@sv .'))
# A warning: the responsible body is said not to be known.
WARNS = (
    "varnar.ttl",
    turtle(
        'e:v a rus:Aktivitet ; skos:prefLabel "Varnar"@sv ; rus:avserDelmal e:mal ; rus:ofullstandigFor rus:ansvarig .'
    ),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the invented plan."""
    return ground(tmp_path_factory.mktemp("lager") / "lager")


@pytest.fixture
def lager(made: Path, tmp_path: Path) -> Path:
    return copied(made, tmp_path / "lager")


def put(directory: Path, *files: tuple[str, bytes], **terms: object) -> Published:
    return add(directory, files, Terms(**terms))  # type: ignore[arg-type]


def store_of(directory: Path) -> Store:
    return open_store(directory).store


def history(directory: Path) -> list[Version]:
    return versions(store_of(directory))


def ids(store: Store) -> set[str]:
    return {f.id for f in find(store)}


def stated(directory: Path) -> set[str]:
    """What the store states, without where it comes from."""
    found = store_of(directory)
    return {str(q) for g in found.all_graphs() if g not in OWN for q in found.quads(graph=g)}


# What comes in


def test_a_valid_file_becomes_a_graph_in_force_named_by_the_file(lager: Path) -> None:
    published = put(lager, NY)
    store = store_of(lager)
    assert [(p.graph, p.state, p.file) for p in published.parts] == [(graph("ny"), "new", "ny.ttl")]
    said = {(q.predicate, q.object) for q in store.quads(graph("ny"), graph=graph("ny"))}
    assert said == {
        (RDF_TYPE, rus("Graf")),
        (rus("grafslag"), NamedNode(f"{mint.BASE}def/grafslag/plan")),
        (PREF_LABEL, Literal("ny", language="sv")),
    }
    assert list(store.default(e("ny"), rus("avserDelmal"), e("mal")))
    assert list(store.default(e("ny"), rus("bidrarTill"), e("mal"))), "what follows is there too"
    assert published.after.release.name == pointer(lager)


def test_the_store_is_what_loading_the_same_files_gives(lager: Path, tmp_path: Path) -> None:
    put(lager, NY)
    put(lager, WARNS, accept_warnings=True)
    put(lager, RATTAD)
    for name, content in (("grund.trig", turtle(GROUND)), RATTAD, WARNS):
        (tmp_path / name).write_bytes(content)
    described = [
        Quad(graph(name), predicate, value, graph(name))
        for name in ("ny", "varnar")
        for predicate, value in (
            (RDF_TYPE, rus("Graf")),
            (rus("grafslag"), NamedNode(f"{mint.BASE}def/grafslag/plan")),
            (PREF_LABEL, Literal(name, language="sv")),
        )
    ]
    fresh = Store.load([tmp_path / name for name in ("grund.trig", "ny.ttl", "varnar.ttl")], extra=described)
    assert store_of(lager).release() == fresh.release()
    assert len(list(store_of(lager).default())) == len(list(fresh.default()))


def test_what_a_graph_says_of_itself_is_kept(lager: Path) -> None:
    own = 'graf:egen { graf:egen a rus:Graf ; skos:prefLabel "Egen"@sv ; rus:grafslag grafslag:exempel . '
    put(lager, ("egen.trig", turtle(own + activity("ny") + "}")))
    store = store_of(lager)
    assert [q.object for q in store.quads(graph("egen"), PREF_LABEL)] == [Literal("Egen", language="sv")]
    assert graph("egen") not in store.graphs(), "an example is not in force"
    assert not list(store.default(e("ny")))


def test_all_files_of_a_call_come_in_or_none(lager: Path) -> None:
    before = pointer(lager)
    with pytest.raises(Refused):
        put(lager, NY, WRONG)
    assert pointer(lager) == before
    assert not list(store_of(lager).quads(e("ny")))
    published = put(lager, NY, ("b.ttl", turtle(activity("b"))))
    assert len(names(lager)) == 2
    assert {p.graph for p in published.parts} == {graph("ny"), graph("b")}


@pytest.mark.parametrize("goal", ["e:mal", "e:mal2"])
def test_the_effect_is_that_of_the_findings_before_and_after(goal: str, lager: Path) -> None:
    steps: Sequence[tuple[str, bytes]] = [
        ("ny.ttl", turtle(activity("ny", goal=goal))),
        ("ny.ttl", turtle(activity("ny") + activity("ny2", goal="e:mal2"))),
        ("ny.ttl", turtle(activity("ny", goal="e:mal2"))),
    ]
    seen = set[str]()
    for step in steps:
        before = ids(store_of(lager))
        published = put(lager, step)
        after = ids(store_of(lager))
        assert (published.closes, published.opens) == (before - after, after - before)
        seen |= published.closes | published.opens
    before = ids(store_of(lager))
    gone = remove(lager, "ny")
    assert (gone.closes, gone.opens) == (before - ids(store_of(lager)), ids(store_of(lager)) - before)
    assert seen
    assert gone.opens


# The shapes


def test_a_file_with_violations_is_refused_whole_with_its_results(lager: Path) -> None:
    before = stated(lager)
    with pytest.raises(NotConforming) as caught:
        put(lager, WRONG, accept_warnings=True, replace=True, force=True)
    assert isinstance(caught.value, Refused)
    assert {r.file for r in caught.value.outcome.results} == {"fel.ttl"}
    assert caught.value.exit_code == 1
    assert (stated(lager), len(names(lager))) == (before, 1)


def test_warnings_are_refused_until_they_are_accepted_and_then_recorded(lager: Path) -> None:
    with pytest.raises(Refused, match="--accept-warnings"):
        put(lager, WARNS)
    assert len(names(lager)) == 1
    put(lager, WARNS, accept_warnings=True)
    (version,) = history(lager)
    assert version.warnings == 1
    (result,) = store_of(lager).quads(None, RDF_TYPE, expand("sh:ValidationResult"), PROVENANCE)
    said = {q.predicate: q.object for q in store_of(lager).quads(result.subject, graph=PROVENANCE)}
    assert said[expand("sh:focusNode")] == e("v")
    assert str(said[expand("sh:sourceShape")]).startswith(f"<{mint.BASE}spec/profil/")
    assert isinstance(said[expand("sh:resultMessage")], Literal)


def test_a_corrected_file_is_judged_without_the_version_that_it_replaces(lager: Path) -> None:
    """Two names of one thing would be a violation if the old version were still there."""
    put(lager, NY)
    put(lager, ("ny.ttl", turtle(activity("ny", "Ett annat namn"))))
    assert [q.object for q in store_of(lager).default(e("ny"), PREF_LABEL)] == [
        Literal("Ett annat namn", language="sv")
    ]


# Twice, and again


def test_the_same_file_twice_changes_nothing_and_says_so(lager: Path) -> None:
    put(lager, NY)
    before = {p: p.read_bytes() for p in lager.rglob("*") if p.is_file() and p.name != "lock"}
    again = put(lager, ("mapp/ny.ttl", NY[1]))
    assert [p.state for p in again.parts] == ["unchanged"]
    assert again.after is again.before
    assert {p: p.read_bytes() for p in lager.rglob("*") if p.is_file() and p.name != "lock"} == before


def test_of_two_files_only_the_one_that_changed_makes_a_version(lager: Path) -> None:
    other = ("b.ttl", turtle(activity("b")))
    put(lager, NY, other)
    published = put(lager, RATTAD, other)
    assert {p.file: p.state for p in published.parts} == {"ny.ttl": "replaced", "b.ttl": "unchanged"}
    assert [v.graph for v in history(lager)].count(graph("b").value) == 1


def test_a_corrected_file_replaces_its_earlier_version_and_the_history_stays(lager: Path) -> None:
    first = put(lager, NY, by="påhittad samordnare")
    second = put(lager, RATTAD)
    assert [(p.state, p.previous and p.previous.number) for p in second.parts] == [("replaced", 2)]
    assert {q.object.value for q in store_of(lager).default(e("ny"), PREF_LABEL) if isinstance(q.object, Literal)} == {
        "Rättad"
    }
    old, new = history(lager)
    assert (old.number, old.ended, old.replaced) == (2, 3, True)
    assert (old.release, old.ended_release) == (first.after.release.release, second.after.release.release)
    assert (new.number, new.ended) == (3, 0)
    assert (old.by, new.by) == ("påhittad samordnare", "")
    assert [v.origin.sha256 for v in (old, new)] == [hashlib.sha256(f[1]).hexdigest() for f in (NY, RATTAD)]


def test_the_first_version_again_is_a_third_version(lager: Path) -> None:
    for file in (NY, RATTAD, NY):
        put(lager, file)
    assert [(v.number, v.ended) for v in history(lager)] == [(2, 3), (3, 4), (4, 0)]
    assert len({v.release for v in history(lager)}) == 2, "what is stated is the same as in the first"


def test_removed_and_added_again_has_both_in_the_history(lager: Path) -> None:
    put(lager, NY)
    remove(lager, "ny", by="påhittad roll")
    assert not list(store_of(lager).quads(e("ny")))
    put(lager, NY)
    assert [(v.number, v.ended, v.replaced) for v in history(lager)] == [(2, 3, False), (4, 0, False)]


def test_a_graph_that_came_with_the_data_has_its_end_in_the_history(lager: Path) -> None:
    put(lager, NY)
    with pytest.raises(Conflict, match="--force"):
        remove(lager, "grund")
    remove(lager, "grund", force=True)
    (base,) = [v for v in history(lager) if v.graph == graph("grund").value]
    assert (base.number, base.ended, base.origin.file) == (0, 3, "")


# Where it comes from


def test_provenance_names_file_hash_time_role_shapes_and_program(lager: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    published = put(lager, NY, by="  påhittad samordnare ")
    store = store_of(lager)

    def one(subject: object, name: str) -> NamedNode | Literal:
        (found,) = [q.object for q in store.quads(subject, expand(name), graph=PROVENANCE)]  # type: ignore[arg-type]
        assert isinstance(found, NamedNode | Literal)
        return found

    (version,) = [q.subject for q in store.quads(None, expand("prov:specializationOf"), graph("ny"), PROVENANCE)]
    activity_of = one(version, "prov:wasGeneratedBy")
    file = one(version, "prov:wasDerivedFrom")
    assert one(version, "dcterms:title").value == "ny.ttl"
    assert one(file, "dcterms:identifier").value == f"sha256:{hashlib.sha256(NY[1]).hexdigest()}"
    assert str(file).startswith("<ni:///sha-256;")
    assert before <= datetime.fromisoformat(one(activity_of, "prov:endedAtTime").value) <= datetime.now(UTC)
    assert one(activity_of, "rus:roll").value == "påhittad samordnare"
    assert one(one(activity_of, "prov:generated"), "dcterms:identifier").value == published.after.release.release
    used = {str(q.object) for q in store.quads(activity_of, expand("prov:used"), graph=PROVENANCE)}  # type: ignore[arg-type]
    assert any(name.startswith("<ni:///sha-256;") for name in used), shapes_digest()
    assert one(one(activity_of, "prov:wasAssociatedWith"), "dcterms:title").value.startswith("rusgraf ")


def test_provenance_is_asked_for_by_name_and_is_no_part_of_what_is_stated(lager: Path) -> None:
    put(lager, NY)
    store = store_of(lager)
    assert list(store.quads(graph=PROVENANCE))
    assert PROVENANCE not in store.graphs()
    assert not list(store.default(None, RDF_TYPE, expand("prov:Activity")))


def test_provenance_breaks_no_shape(lager: Path) -> None:
    put(lager, WARNS, accept_warnings=True)
    store = store_of(lager)
    found = validate_quads(store, {"proveniens": list(store.quads(graph=PROVENANCE))})
    assert found.focus_nodes
    assert [(r.focus, r.path, r.message("en")) for r in found.results if r.severity != "info"] == []


# Where a file may not write


def refused(directory: Path, *files: tuple[str, bytes], **terms: object) -> RusgrafError:
    before = pointer(directory)
    with pytest.raises(RusgrafError) as caught:
        put(directory, *files, **terms)
    assert pointer(directory) == before
    assert caught.value.cure
    assert caught.value.cure_sv
    return caught.value


@pytest.mark.parametrize("own", OWN, ids=lambda g: g.value.rpartition("/")[2])
@pytest.mark.parametrize("way", ["name", "graph", "trig"])
def test_a_graph_of_the_program_is_never_written(own: NamedNode, way: str, lager: Path) -> None:
    name = own.value.rpartition("/")[2]
    if way == "name":
        error = refused(lager, (f"{name}.ttl", NY[1]), replace=True, force=True)
    elif way == "graph":
        error = refused(lager, NY, graph=name, replace=True, force=True)
    else:
        trig = turtle(f"graf:ny {{ {activity('ny')} }} {own} {{ e:x e:y e:z }}")
        error = refused(lager, ("ny.trig", trig), replace=True, force=True)
    assert isinstance(error, Conflict)
    assert own.value in error.message


def test_a_graph_that_no_published_file_made_is_not_replaced_unless_that_is_said(lager: Path) -> None:
    error = refused(lager, ("mer.ttl", NY[1]))
    assert isinstance(error, Conflict)
    assert "--replace" in error.cure
    refused(lager, ("x.trig", turtle(f"graf:mer {{ {activity('ny')} }}")))
    put(lager, ("mer.ttl", NY[1]), replace=True)
    assert list(store_of(lager).quads(e("ny"), graph=graph("mer")))
    assert not list(store_of(lager).quads(e("namnd2")))
    assert [(v.number, v.ended) for v in history(lager) if v.graph == graph("mer").value] == [(0, 2), (2, 0)]


def test_another_file_of_the_same_name_is_not_taken_for_a_new_version(lager: Path) -> None:
    """Two municipalities that both send aktiviteter.ttl."""
    put(lager, ("aktiviteter.ttl", turtle(activity("kumla"))))
    error = refused(lager, ("aktiviteter.ttl", turtle(activity("hallsberg"))))
    assert isinstance(error, Conflict)
    assert {"--graph", "--replace"} <= set(error.cure.replace(";", " ").replace(".", " ").split())
    put(lager, ("aktiviteter.ttl", turtle(activity("hallsberg"))), graph="hallsberg 2026")
    assert {q.subject for q in store_of(lager).default(None, RDF_TYPE, rus("Aktivitet"))} == {
        e("kumla"),
        e("hallsberg"),
    }
    assert list(store_of(lager).quads(graph=graph("hallsberg 2026")))
    put(lager, ("aktiviteter.ttl", turtle(activity("askersund"))), replace=True)
    assert not list(store_of(lager).default(e("kumla")))


@pytest.mark.parametrize(
    "said",
    [
        "rus:Delmal rdfs:subClassOf rus:Aktivitet .",
        "e:Egen rdfs:subClassOf rus:Delmal .",
        "e:egen rdfs:subPropertyOf rus:ingarI .",
        "e:egen a owl:SymmetricProperty .",
        'rus:Delmal skos:prefLabel "Kapat"@sv .',
        "graf:grund rus:grafslag grafslag:ersatt .",
        "<https://w3id.org/rusgraf/res/graf/harledd> rus:grafslag grafslag:ersatt .",
    ],
)
def test_a_file_changes_neither_the_ontology_nor_the_standing_of_another_graph(said: str, lager: Path) -> None:
    assert isinstance(refused(lager, ("ny.ttl", turtle(activity("ny") + said)), replace=True, force=True), Conflict)


@pytest.mark.parametrize("said", ["[] a rus:Risk .", "e:ny rus:kalla [ a rus:Kallhanvisning ] ."])
def test_a_thing_without_a_name_is_refused_with_the_reason(said: str, lager: Path) -> None:
    error = refused(lager, ("ny.ttl", turtle(activity("ny") + said)))
    assert isinstance(error, UnreadableInput)
    assert "ny.ttl" in error.message
    assert "IRI" in error.cure


def test_nodes_that_no_program_can_tell_apart_do_not_stop_the_store(lager: Path) -> None:
    """Naming such blank nodes by what is said of them takes a time that grows beyond all bounds."""
    nodes = " ".join(f"_:n{i} rus:moter {', '.join(f'_:n{j}' for j in range(12) if j != i)} ." for i in range(12))
    refused(lager, ("ny.ttl", turtle(nodes)))


@pytest.mark.parametrize(
    ("files", "terms", "kind"),
    [
        ([("a.ttl", NY[1]), ("b/a.ttl", RATTAD[1])], {}, BadParameter),
        ([("a.ttl", NY[1]), ("b.ttl", RATTAD[1])], {"graph": "samma"}, BadParameter),
        ([("a.trig", turtle(f"graf:egen {{ {activity('ny')} }}"))], {"graph": "annan"}, BadParameter),
        ([NY], {"graph": "https://example.org/a b"}, BadParameter),
        ([NY], {"graph": "///"}, BadParameter),
        ([("---.ttl", NY[1])], {}, BadParameter),
        ([("ny.docx", NY[1])], {}, UnsupportedFormat),
        ([("ny.ttl", b"")], {}, UnreadableInput),
        ([("ny.ttl", b"<a:a> <a:b> .")], {}, UnreadableInput),
    ],
)
def test_wrong_use_is_a_clear_refusal(
    files: list[tuple[str, bytes]], terms: dict[str, str], kind: type[RusgrafError], lager: Path
) -> None:
    assert isinstance(refused(lager, *files, **terms), kind)


@given(name=st.text(min_size=1, max_size=20), label=st.text(max_size=20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_of_a_file_or_graph_gives_a_graph_or_a_clear_refusal(name: str, label: str) -> None:
    try:
        made = graphs_of(Source(read_input(NY[1], f"{name}.ttl", Store.of([]))), label)
    except RusgrafError as error:
        assert error.cure
    else:
        ((place, found),) = made.items()
        assert all(q.graph_name == place for q in found)
        assert mint.slug(place.value.rpartition("/")[2])


# What goes


def test_a_graph_is_removed_by_name_iri_or_label(lager: Path) -> None:
    for name in ("ny", graph("ny").value, "Nytt namn"):
        put(lager, ("ny.ttl", turtle(f'{activity("ny")} graf:ny skos:prefLabel "Nytt namn"@sv .')))
        gone = remove(lager, name)
        assert [(p.graph, p.state) for p in gone.parts] == [(graph("ny"), "removed")]
        assert graph("ny") not in store_of(lager).all_graphs()


@pytest.mark.parametrize("own", OWN, ids=lambda g: g.value.rpartition("/")[2])
def test_a_graph_of_the_program_is_not_removed(own: NamedNode, lager: Path) -> None:
    put(lager, NY)
    with pytest.raises((Conflict, UnknownName)):
        remove(lager, own.value, force=True)
    assert len(names(lager)) == 2


def test_an_unknown_graph_is_told_with_the_known_ones(lager: Path) -> None:
    with pytest.raises(UnknownName, match="grund"):
        remove(lager, "grunt")


# Built anew


def test_building_anew_keeps_what_was_published_and_renews_the_rest(lager: Path, tmp_path: Path) -> None:
    put(lager, NY)
    put(lager, ("mer.ttl", turtle(activity("mer"))), replace=True)
    put(lager, ("borta.ttl", turtle(activity("borta"))))
    remove(lager, "borta")
    newer = tmp_path / "data.trig"
    newer.write_bytes(turtle(GROUND + "graf:mer { e:gammalt a rus:Risk } graf:nytt { e:nytt a rus:Namnd }"))
    before = history(lager)
    opened = rebuild(lager, [newer], force=True)  # the files here have no sources
    assert history(lager) == before
    store = opened.store
    assert list(store.quads(e("ny"), graph=graph("ny")))
    assert list(store.default(e("ny"), rus("bidrarTill"), e("mal")))
    assert list(store.default(e("nytt")))
    assert not list(store.quads(e("gammalt"))), "a published graph goes before the file's"
    assert not list(store.quads(e("borta")))
    assert opened.release.change.kind == "build"


def test_building_anew_of_much_less_is_refused(lager: Path, tmp_path: Path) -> None:
    little = tmp_path / "lite.ttl"
    little.write_bytes(turtle("e:a a rus:Namnd ; skos:prefLabel 'A'@sv ."))
    with pytest.raises(Conflict, match="--force"):
        rebuild(lager, [little])
    assert rebuild(lager, [little], force=True).release.number == 2


# Backup and restore


def test_a_backup_brings_everything_back(lager: Path, tmp_path: Path) -> None:
    put(lager, NY)
    put(lager, RATTAD)
    backup(lager, tmp_path / "kopia.zip")
    release = restore(tmp_path / "kopia.zip", tmp_path / "nytt")
    one, other = open_store(lager), open_store(tmp_path / "nytt")
    assert {str(q) for q in one.store.quads()} == {str(q) for q in other.store.quads()}
    assert one.release.graphs == other.release.graphs
    assert release.number == 4, "no number stands for two releases"
    assert history(tmp_path / "nytt") == history(lager)
    put(tmp_path / "nytt", NY)
    assert [v.number for v in history(tmp_path / "nytt")] == [2, 3, 5]


def test_a_store_is_not_written_over_unless_that_is_said(lager: Path, tmp_path: Path) -> None:
    backup(lager, tmp_path / "kopia.zip")
    put(lager, NY)
    with pytest.raises(Conflict, match="--force"):
        restore(tmp_path / "kopia.zip", lager)
    assert list(store_of(lager).default(e("ny")))
    restore(tmp_path / "kopia.zip", lager, force=True)
    assert not list(store_of(lager).default(e("ny")))
    assert len(names(lager)) == 3


def test_a_backup_never_writes_over_a_file(lager: Path, tmp_path: Path) -> None:
    (tmp_path / "kopia.zip").write_bytes(b"viktigt")
    with pytest.raises(Conflict):
        backup(lager, tmp_path / "kopia.zip")
    assert (tmp_path / "kopia.zip").read_bytes() == b"viktigt"
    with pytest.raises(UnreadableInput, match="saknas"):
        backup(lager, tmp_path / "saknas" / "kopia.zip")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kopia.zip", "lager"]


def rezipped(path: Path, **parts: bytes) -> bytes:
    """A backup with some of its parts changed; ``data_nq`` stands for data.nq."""
    out = path.with_name("andrad.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = parts.get(name.replace(".", "_"), old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.read_bytes()


def test_a_backup_that_does_not_hold_what_it_says_is_refused(lager: Path, tmp_path: Path) -> None:
    path = tmp_path / "kopia.zip"
    backup(lager, path)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as opened:
        data, record = opened.read("data.nq"), opened.read("release.json")
    other = data.replace(b'"Delm\xc3\xa5l"', b'"Annat"', 1)
    assert other != data
    nested = b"<a:a> <a:b> " + b"<<( <a:a> <a:b> " * 20_000 + b"<a:c>" + b" )>>" * 20_000 + b" .\n"
    bad = {
        "tom": b"",
        "text": b"ingen zip",
        "halv": whole[: len(whole) // 2],
        "andra uppgifter": rezipped(path, data_nq=other),
        "fler uppgifter": rezipped(path, data_nq=data + b"<a:a> <a:b> <a:c> <a:g> .\n"),
        "oändliga uppgifter": rezipped(path, data_nq=data + b"<a:a> <a:b> <a:c> <a:g> .\n" * 1_000_000),
        "färre uppgifter": rezipped(path, data_nq=data[: data.rindex(b"\n", 0, -1) + 1]),
        "ingen json": rezipped(path, release_json=b"{"),
        "annan json": rezipped(path, release_json=record.replace(b'"sha256": "', b'"sha256": "0', 1)),
        "djup": rezipped(path, data_nq=nested),
        "ingen text": rezipped(path, data_nq=b"\xff\x00"),
    }
    for name, content in bad.items():
        file = tmp_path / f"{name}.zip"
        file.write_bytes(content)
        with pytest.raises(BrokenStore, match=name):
            restore(file, tmp_path / "nytt")
        assert not names(tmp_path / "nytt")
    with pytest.raises(UnreadableInput):
        restore(tmp_path / "finns-inte.zip", tmp_path / "nytt")


# The commands


def run(*arguments: object) -> Result:
    return CliRunner().invoke(group, [str(a) for a in arguments], standalone_mode=False)


def code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: object
) -> tuple[int, str, str]:
    """The command as it is run: exit code, standard output, standard error."""
    monkeypatch.setattr("sys.argv", ["rusgraf", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_the_commands_tell_what_they_did(lager: Path, tmp_path: Path) -> None:
    file = tmp_path / "ny.ttl"
    file.write_bytes(NY[1])
    told = run("add", file, "--store", lager, "--by", "påhittad roll").output
    assert "ny.ttl → ny: ny graf, 7 uppgifter" in told
    assert "Sluter (1):\n  delmal-utan-aktivitet/" in told
    assert f"Nu svarar utgåva {pointer(lager)}." in told
    told = run("add", file, "--store", lager, "--lang", "en").output
    assert "unchanged, 7 statements: the same file" in told
    assert f"Nothing was changed; release {pointer(lager)} answers." in told
    file.write_bytes(RATTAD[1])
    told = run("add", file, "--store", lager).output
    assert "ersatt, nu 11 uppgifter" in told
    assert "förra versionen: ny.ttl, utgåva 2" in told
    assert "Inga fynd sluts eller öppnas." in told
    told = run("remove", "ny", "--store", lager, "--by", "påhittad roll").output
    assert "ny.ttl → ny: borttagen, 11 uppgifter" in told
    assert "Öppnar (1):\n  delmal-utan-aktivitet/" in told


def test_history_shows_what_came_and_went(lager: Path) -> None:
    assert run("history", "--store", lager).output == "Ingenting har publicerats här.\n"
    put(lager, NY, by="påhittad roll")
    put(lager, RATTAD)
    remove(lager, "ny")
    put(lager, ("b.ttl", turtle(activity("b"))))
    lines = run("history", "--store", lager).output.splitlines()
    assert len(lines) == 4
    assert [line.split()[0] for line in lines] == ["graf", "ny", "ny", "b"]
    assert any("ersatt i 3" in line and "påhittad roll" in line for line in lines)
    assert any("borttagen i 4" in line for line in lines)
    assert "replaced in 3" in run("history", "ny", "--store", lager, "--lang", "en").output
    assert "b.ttl" not in run("history", "ny", "--store", lager).output
    told = json.loads(run("history", graph("ny").value, "--store", lager, "--format", "json").output)
    assert [v["origin"]["sha256"] for v in told["versions"]] == [hashlib.sha256(f[1]).hexdigest() for f in (NY, RATTAD)]
    assert run("history", "grund", "--store", lager).output == "Ingenting har publicerats här.\n"
    assert isinstance(run("history", "finns-inte", "--store", lager).exception, UnknownName)


def test_exit_codes_and_streams_are_those_of_the_contract(
    lager: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in (NY, WRONG, WARNS):
        (tmp_path / name).write_bytes(content)
    assert code(capsys, monkeypatch, "remove", "grund", "--store", lager)[0] == 2
    number, out, err = code(capsys, monkeypatch, "add", tmp_path / "fel.ttl", "--store", lager)
    assert number == 1
    assert "fel.ttl: fel: Fel: " in out.replace(f"{tmp_path}/", "")
    assert err.startswith("rusgraf: Fel: ")
    assert err.count("\n") == 1
    assert code(capsys, monkeypatch, "add", tmp_path / "varnar.ttl", "--store", lager)[0] == 1
    assert code(capsys, monkeypatch, "add", tmp_path / "varnar.ttl", "--store", lager, "--accept-warnings")[0] == 0
    assert code(capsys, monkeypatch, "add", tmp_path / "ny.ttl", "--store", lager, "--graph", "harledd")[0] == 2
    assert code(capsys, monkeypatch, "add", tmp_path / "ny.ttl", "--store", lager, "--graph", "annat")[0] == 0
    assert code(capsys, monkeypatch, "add", tmp_path / "ny.ttl", "--store", lager, "--graph", "varnar")[0] == 2
    assert (
        code(capsys, monkeypatch, "add", tmp_path / "ny.ttl", "--store", lager, "--graph", "varnar", "--replace")[0]
        == 0
    )
    assert code(capsys, monkeypatch, "remove", "grund", "--store", lager, "--force")[0] == 0
    assert code(capsys, monkeypatch, "add", tmp_path / "ny.ttl", "--store", tmp_path / "inget")[0] == 2
    assert code(capsys, monkeypatch, "history", "--store", tmp_path / "inget")[0] == 2
    assert code(capsys, monkeypatch, "add", tmp_path / "ny.ttl")[0] == 2


def test_build_backup_and_restore_tell_what_they_did(lager: Path, tmp_path: Path) -> None:
    data = tmp_path / "grund.trig"
    data.write_bytes(turtle(GROUND))
    refused = run("build", "--store", tmp_path / "nytt", "--data", data)
    assert isinstance(refused.exception, Refused)
    assert "grund.trig" in refused.output and "Ange källan" in refused.output
    assert not is_store(tmp_path / "nytt")
    told = run("build", "--store", tmp_path / "nytt", "--data", data, "--force").output
    assert f"Nu svarar utgåva {pointer(tmp_path / 'nytt')}" in told
    assert pointer(tmp_path / "nytt").startswith("000001-")
    kept = run("backup", tmp_path / "k.zip", "--store", tmp_path / "nytt", "--lang", "en").output
    assert "000001-" in kept
    assert isinstance(run("restore", tmp_path / "k.zip", "--store", tmp_path / "nytt").exception, Conflict)
    told = run("restore", tmp_path / "k.zip", "--store", tmp_path / "nytt", "--force", "--lang", "en").output
    assert f"release {pointer(tmp_path / 'nytt')} answers now" in told
    count = re.compile(r"(\d+) statements")
    assert count.findall(told) == count.findall(kept), "the same content, counted in the same way"
    little = tmp_path / "lite.ttl"
    little.write_bytes(turtle("e:a a rus:Namnd ; skos:prefLabel 'A'@sv ."))
    assert isinstance(run("build", "--store", tmp_path / "nytt", "--data", little).exception, Conflict)
    assert run("build", "--store", tmp_path / "nytt", "--data", little, "--force").exit_code == 0


def test_a_store_is_data_for_the_other_commands(lager: Path, tmp_path: Path) -> None:
    put(lager, NY)
    told = json.loads(run("gaps", "--data", lager, "--format", "json").output)
    assert told["release"] == pointer(lager).partition("-")[2]
    assert {f["id"] for f in told["findings"]} == ids(store_of(lager))
    waived = json.loads(run("gaps", "--data", lager, "--asserted", "--format", "json").output)
    assert {f["id"] for f in waived["findings"]} == {f["id"] for f in told["findings"]}
    assert "Påhittad aktivitet" in run("query", "aktiviteter", "--data", lager).output


def test_a_damaged_release_is_told_by_the_commands(lager: Path) -> None:
    put(lager, NY)
    put(lager, RATTAD)
    (lager / "releases" / pointer(lager) / "release.json").write_bytes(b"")
    told = run("history", "--store", lager)
    assert "ersatt" not in told.output
    assert "000003" in told.stderr
    assert "000002" in told.stderr


def test_more_warnings_than_are_worth_a_statement_each_are_counted(lager: Path) -> None:
    """Two thousand activities whose body is not known: all counted, a thousand told."""
    many = [provenance.Warned(f"https://example.org/{i}", "https://example.org/shape", "x") for i in range(2000)]
    origin = provenance.Origin("a.ttl", "0" * 64)
    publication = provenance.Publication(9, "abc", "2026-01-01T00:00:00Z", "", [(graph("a"), origin, many)])
    store = Store.of(provenance.quads(publication, []))
    assert [v.warnings for v in versions(store)] == [2000]
    assert len(list(store.quads(None, RDF_TYPE, expand("sh:ValidationResult")))) == 1000
