"""Does the library refuse a faulty head, and does it bind every parameter as a term, whatever it holds?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusgraf.errors import BadParameter, BrokenAsset, RusgrafError, UnknownName
from rusgraf.library import (
    GAPS,
    TYPES,
    Query,
    bind,
    find_query,
    library,
    load_library,
    parse_query,
    resolve,
    rules,
)
from rusgraf.store import Store
from rusgraf.terms import PREF_LABEL, Literal, NamedNode, Quad, rus

BODY = "SELECT ?ting ?ord WHERE { ?ting ?egenskap $ord }\nORDER BY ?ting\n"
HEAD = """#+ summary: Sammanfattning
#+ summary_en: Summary
#+ description: Beskrivning.
#+ tags: prov
"""
RULE = "#+ severity: low\n#+ tests_absence_of: rus:ansvarig\n#+ closes: Gör något.\n"
PLACE = "queries/prov/fraga.rq"
BASE = "https://w3id.org/rusgraf/"
GRAPH = NamedNode(BASE + "res/graf/prov")
DELMAL = NamedNode(BASE + "id/delmal/prov-1")
XSD_DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")
GRUPP = NamedNode(BASE + "def/malgrupp/provgrupp")


def parse(head: str, body: str = BODY, group: str = "prov") -> Query:
    return parse_query(group, "fraga", head + body, PLACE)


def refusal(head: str, body: str = BODY, group: str = "prov") -> BrokenAsset:
    """The error that this head gives; it names the file and has a cure."""
    with pytest.raises(BrokenAsset) as caught:
        parse(head, body, group)
    error = caught.value
    assert PLACE in error.message
    assert error.cure
    return error


def with_parameter(kind: str, example: str = "x") -> Query:
    return parse(f"{HEAD}#+ param.ord: {kind} | Ordet | {example}\n")


@pytest.fixture(scope="module")
def store() -> Store:
    """A store with a sub-goal, a group, and two things of the same name."""
    names = [(DELMAL, "Trygga barn"), (GRUPP, "provgrupp"), (NamedNode(BASE + "id/aktor/a"), "Tvilling"),
             (NamedNode(BASE + "id/aktor/b"), "Tvilling")]  # fmt: skip
    quads = [Quad(thing, PREF_LABEL, Literal(name, language="sv"), GRAPH) for thing, name in names]
    quads.append(Quad(DELMAL, PREF_LABEL, Literal("Safe children", language="en"), GRAPH))
    return Store.load([], extra=quads)


# Heads


def test_head_is_read_in_full() -> None:
    query = parse(HEAD + "#+ param.ord: string | Ordet som söks | vård\n")
    assert query.id == "prov/fraga"
    assert dict(query.head)["summary"] == "Sammanfattning"
    assert [(p.name, p.type, p.meaning, p.example) for p in query.parameters] == [
        ("ord", "string", "Ordet som söks", "vård")
    ]


def test_text_of_a_query_is_kept_as_it_is() -> None:
    assert parse(HEAD).text == HEAD + BODY


def test_unknown_key_is_refused_with_its_line_and_the_nearest_known_one() -> None:
    error = refusal(HEAD + "#+ sumary: x\n")
    assert "line 5" in error.message
    assert "sumary" in error.message
    assert "summary" in error.cure


def test_repeated_key_is_refused_with_its_line() -> None:
    error = refusal(HEAD + "#+ tags: mer\n")
    assert "line 5" in error.message
    assert "tags" in error.message


def test_repeated_parameter_is_refused() -> None:
    line = "#+ param.ord: string | Ordet | x\n"
    assert "line 6" in refusal(HEAD + line + line).message


@pytest.mark.parametrize("key", ["summary", "summary_en", "description", "tags"])
def test_missing_key_is_refused(key: str) -> None:
    head = "".join(line + "\n" for line in HEAD.splitlines() if not line.startswith(f"#+ {key}:"))
    assert key in refusal(head).message


@pytest.mark.parametrize("key", ["severity", "tests_absence_of", "closes"])
def test_missing_key_of_a_rule_is_refused(key: str) -> None:
    head = HEAD + "".join(line + "\n" for line in RULE.splitlines() if not line.startswith(f"#+ {key}:"))
    assert key in refusal(head, group=GAPS).message


@pytest.mark.parametrize("line", ["#+ closes:", "#+ closes:   ", "#+ closes", "#+", "#+ : x", "#+closes x"])
def test_empty_or_malformed_line_is_refused_with_its_line(line: str) -> None:
    assert "line 5" in refusal(f"{HEAD}{line}\n").message


def test_key_of_a_rule_is_refused_in_another_group() -> None:
    assert "severity" in refusal(HEAD + "#+ severity: low\n").message


@pytest.mark.parametrize(
    ("key", "value"),
    [("severity", "severe"), ("tests_absence_of", "ansvarig"), ("tests_absence_of", "rus"),
     ("tests_absence_of", "ruz:ansvarig"), ("rests_on", "everything"), ("shows", "ansvarig")],
)  # fmt: skip
def test_value_of_a_rule_key_is_checked(key: str, value: str) -> None:
    lines = [line for line in (HEAD + RULE).splitlines() if not line.startswith(f"#+ {key}:")]
    assert value in refusal("\n".join([*lines, f"#+ {key}: {value}", ""]), group=GAPS).message


@pytest.mark.parametrize(
    "value", ["string", "string | Ordet", "text | Ordet | x", "string || x", "string | Ordet | x | y", "| |"]
)
def test_malformed_parameter_is_refused(value: str) -> None:
    assert "param.ord" in refusal(f"{HEAD}#+ param.ord: {value}\n").message


@pytest.mark.parametrize("name", ["", "a-b", "a.b", "-", "."])
def test_parameter_that_can_be_no_variable_is_refused(name: str) -> None:
    refusal(f"{HEAD}#+ param.{name}: string | Ordet | x\n", f"SELECT ?x WHERE {{ ?x ?y ${name} }}\n")


def test_parameter_that_the_query_does_not_use_is_refused() -> None:
    assert "$annat" in refusal(HEAD + "#+ param.annat: string | Ordet | x\n").message


def test_parameter_that_only_a_comment_names_is_refused() -> None:
    refusal(HEAD + "#+ param.annat: string | Ordet | x\n", "# $annat is not used\n" + BODY)


def test_sentence_falls_back_to_swedish() -> None:
    query = parse(HEAD + RULE, group=GAPS)
    assert query.say("summary", "en") == "Summary"
    assert query.say("closes", "en") == query.say("closes", "sv") == "Gör något."
    assert query.say("explanation", "en") == ""


def test_words_are_split_and_none_is_empty() -> None:
    head = (HEAD + RULE).replace("tags: prov", "tags: ett,  två tre").replace("rus:ansvarig", "none")
    query = parse(head, group=GAPS)
    assert query.words("tags") == ("ett", "två", "tre")
    assert query.words("tests_absence_of") == ()


HEAD_LINES = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.builds("#+ {}: {}".format, st.sampled_from(["a", "summary", "param.ord", "param."]), st.text()),
        st.sampled_from([*HEAD.splitlines(), *RULE.splitlines(), "#+ param.ord: iri | o | x", BODY]),
    )
)


@given(st.one_of(st.text(), HEAD_LINES.map("\n".join)), st.sampled_from(["prov", GAPS]))
def test_any_text_is_a_query_or_a_broken_asset(text: str, group: str) -> None:
    try:
        query = parse_query(group, "fraga", text, PLACE)
    except BrokenAsset as error:
        assert PLACE in error.message
        assert error.cure
    else:
        assert query.text == text
        assert all(p.type in TYPES and p.name for p in query.parameters)


# The folder


def test_folder_is_the_registry(tmp_path: Path) -> None:
    (tmp_path / "egna").mkdir()
    (tmp_path / "harledning").mkdir()
    (tmp_path / "egna" / "ny.rq").write_text(HEAD + BODY, encoding="utf-8")
    (tmp_path / "harledning" / "10-regel.rq").write_text("CONSTRUCT WHERE { ?s ?p ?o }", encoding="utf-8")
    assert list(load_library(tmp_path)) == ["egna/ny"]


def test_faulty_file_is_named_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "egna").mkdir()
    path = tmp_path / "egna" / "fel.rq"
    path.write_text(BODY, encoding="utf-8")
    with pytest.raises(BrokenAsset, match=str(path)):
        load_library(tmp_path)


def test_file_that_is_not_utf_8_is_a_broken_asset(tmp_path: Path) -> None:
    (tmp_path / "egna").mkdir()
    (tmp_path / "egna" / "fel.rq").write_bytes((HEAD + "# grön\n" + BODY).encode("latin-1"))
    with pytest.raises(BrokenAsset, match="UTF-8"):
        load_library(tmp_path)


def test_query_is_found_by_name_and_by_id() -> None:
    assert find_query("effektmal-utan-plan") is find_query("luckor/effektmal-utan-plan")


def test_unknown_query_proposes_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        find_query("effektmal-utan-plann")
    assert "effektmal-utan-plan" in caught.value.cure


def test_name_of_several_queries_proposes_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    queries = {f"{g}/fraga": parse(HEAD, group=g) for g in ("ena", "andra")}
    monkeypatch.setattr("rusgraf.library.library", lambda: queries)
    with pytest.raises(UnknownName) as caught:
        find_query("fraga")
    assert "ena/fraga" in caught.value.cure
    assert "andra/fraga" in caught.value.cure


def test_rules_are_the_queries_of_the_gap_folder() -> None:
    assert {q.id for q in rules()} == {i for i in library() if i.startswith("luckor/")}
    assert len(rules()) >= 16


# Parameters


def test_unknown_parameter_proposes_the_nearest(store: Store) -> None:
    with pytest.raises(BadParameter) as caught:
        bind(with_parameter("string"), {"ort": "x"}, store)
    assert caught.value.cure == 'Did you mean "ord"?'


def test_unknown_parameter_of_a_query_without_any_is_refused(store: Store) -> None:
    with pytest.raises(BadParameter):
        bind(parse(HEAD), {"ord": "x"}, store)


@pytest.mark.parametrize("value", ["", "  ", "\n\t"])
def test_empty_parameter_stays_free(value: str, store: Store) -> None:
    assert bind(with_parameter("string"), {"ord": value}, store) == {}


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [("string", "vård", Literal("vård")), ("string", " med mellanslag ", Literal(" med mellanslag ")),
     ("integer", "-17", Literal(-17)), ("integer", " 5 ", Literal(5)),
     ("date", "2022-12-31", Literal("2022-12-31", datatype=XSD_DATE)),
     ("iri", "id/delmal", None), ("integer", "1.5", None), ("integer", "1e3", None),
     ("integer", "9" * 40, None),
     ("date", "2022", None), ("date", "2022-02-30", None), ("date", "i går", None)],
)  # fmt: skip
def test_value_is_bound_by_its_type_or_refused(kind: str, value: str, term: Literal | None, store: Store) -> None:
    query = with_parameter(kind, "exempel")
    if term is not None:
        assert bind(query, {"ord": value}, store) == {"ord": term}
        return
    with pytest.raises(BadParameter) as caught:
        bind(query, {"ord": value}, store)
    assert "ord" in caught.value.message
    assert caught.value.cure


@pytest.mark.parametrize(
    ("value", "thing"),
    [("Trygga barn", DELMAL), (" Trygga barn ", DELMAL), ("Safe children", DELMAL), ("delmal/prov-1", DELMAL),
     ("rusi:delmal/prov-1", DELMAL), (DELMAL.value, DELMAL),
     ("malgrupp/provgrupp", GRUPP), ("provgrupp", GRUPP),
     ("rusd:malgrupp/provgrupp", GRUPP), ("rus:Delmal", rus("Delmal")),
     ("https://example.org/utanför", NamedNode("https://example.org/utanför"))],
)  # fmt: skip
def test_thing_is_found_by_label_slug_prefix_or_iri(value: str, thing: NamedNode, store: Store) -> None:
    assert resolve(value, store) == thing


def test_misspelt_label_proposes_the_nearest(store: Store) -> None:
    with pytest.raises(BadParameter) as caught:
        resolve("Tryga barn", store, "delmal")
    assert "delmal" in caught.value.message
    assert caught.value.cure == 'Did you mean "Trygga barn"?'


def test_label_of_several_things_is_refused_with_their_iris(store: Store) -> None:
    with pytest.raises(BadParameter) as caught:
        resolve("Tvilling", store)
    assert f"{BASE}id/aktor/a" in caught.value.message
    assert f"{BASE}id/aktor/b" in caught.value.message


HOSTILE = ['"', "'", "\\", "{", "}", "}}", "> . } DROP ALL", '" } ; DROP ALL #', "'''", '"""',
           "a\nb", "a\r\nb", "\x00", "\ud800", "x" * 100_000, "$ord", "?ting", "# kommentar",
           "https://example.org/> . } DROP ALL", "https://example.org/a b", "https://example.org/\ud800",
           "https://example.org/\x00", "rus:}", "rusi:a/../b", "http://", "<https://example.org/>", "_:b0",
           "9" * 5000, "2022-01-01\x00", "\u202e"]  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: ascii(v)[:30])
def test_hostile_value_is_bound_as_a_term_or_refused(kind: str, value: str, store: Store) -> None:
    query = with_parameter(kind)
    before = set(store.quads())
    try:
        bound = bind(query, {"ord": value}, store)
    except BadParameter as error:
        assert len(str(error).splitlines()) == 1, "an error is one line"
        assert len(str(error)) < 2_000
        str(error).encode()
    else:
        answer = store.select(query.text, bound)
        assert answer.columns == ("ting", "ord")
        assert answer.rows == []
        assert bound["ord"].value == value if kind == "string" else bound
    assert query.text == with_parameter(kind).text
    assert set(store.quads()) == before


def test_string_is_compared_as_it_was_written() -> None:
    """A label full of SPARQL is found by itself, and nothing else is."""
    value = '"} UNION { ?ting ?egenskap ?x } #\n\\'
    texts = {DELMAL: value, GRUPP: "annat"}
    quads = [Quad(thing, rus("avsnitt"), Literal(text), GRAPH) for thing, text in texts.items()]
    store = Store.load([], extra=quads)
    query = with_parameter("string")
    assert store.select(query.text, bind(query, {"ord": value}, store)).rows == [(DELMAL, Literal(value))]


@given(st.text(), st.sampled_from(TYPES))
def test_any_value_is_a_term_or_a_refusal(value: str, kind: str) -> None:
    try:
        bound = bind(with_parameter(kind), {"ord": value}, EMPTY)
    except RusgrafError as error:
        assert isinstance(error, BadParameter)
    else:
        assert set(bound) == ({"ord"} if value.strip() else set())


@given(st.text())
def test_any_parameter_name_but_the_known_is_refused(name: str) -> None:
    if name != "ord":
        with pytest.raises(BadParameter) as caught:
            bind(with_parameter("string"), {name: "x"}, EMPTY)
        assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("value", ["\ud800", "a\udcffb"])
def test_half_a_character_is_refused_wherever_it_comes(value: str, store: Store) -> None:
    for name in ("ord", value):
        with pytest.raises(BadParameter) as caught:
            bind(with_parameter("string"), {name: value}, store)
        str(caught.value).encode()
    with pytest.raises(BadParameter):
        resolve(value, store)
    with pytest.raises(UnknownName) as unknown:
        find_query(value)
    str(unknown.value).encode()


EMPTY = Store.load([])
