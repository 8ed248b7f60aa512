"""Identifiers: one function mints them, by contract §1 and Digg's profile for persistent identifiers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusgraf import mint
from rusgraf.store import Store
from rusgraf.terms import NamedNode

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hälso- och sjukvårdsnämnden", "halso-och-sjukvardsnamnden"),
        ("  Örebro läns landsting ", "orebro-lans-landsting"),
        ("idé & æske", "ide-aske"),
        ("A\u030angstro\u0308m", "angstrom"),
        ("2019–2022", "2019-2022"),
        ("…", ""),
    ],
)
def test_slug_is_as_the_contract_says(text: str, expected: str) -> None:
    assert mint.slug(text) == expected


@given(st.text())
def test_any_text_gives_a_slug_or_nothing(text: str) -> None:
    found = mint.slug(text)
    assert found == "" or SLUG.fullmatch(found)
    assert mint.slug(found) == found


@given(st.text(), st.text())
def test_an_identifier_has_no_fragment_query_or_extension(first: str, second: str) -> None:
    try:
        iri = mint.thing("OvergripandeMal", first, second)
    except ValueError:
        assert mint.slug(first) == mint.slug(second) == ""
    else:
        assert re.fullmatch(r"https://w3id\.org/rusgraf/id/overgripande-mal/[a-z0-9-]+", iri)


def test_kind_splits_the_words_of_a_class_name() -> None:
    assert mint.kind("StrategiskInriktning") == "strategisk-inriktning"
    assert mint.kind("Lan") == "lan"


def test_graphs_are_documents_and_have_no_extension() -> None:
    assert mint.graph("Örebro", "plan.ttl") == f"{mint.BASE}res/graf/orebro-plan-ttl"


def test_another_base_is_used_whole() -> None:
    assert mint.thing("Delmal", "a", base="http://localhost:8000/") == "http://localhost:8000/id/delmal/a"


def test_every_shipped_identifier_of_a_thing_has_the_minted_form() -> None:
    things = {
        term.value
        for quad in Store.load().quads()
        for term in (quad.subject, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(mint.BASE + "id/")
    }
    assert len(things) > 1000
    wrong = [iri for iri in things if not re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", iri.removeprefix(mint.BASE + "id/"))]
    assert not wrong
    assert all(mint.slug(part) == part for iri in things for part in iri.removeprefix(mint.BASE + "id/").split("/"))
