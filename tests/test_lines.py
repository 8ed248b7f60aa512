"""Is the line that a result gets the one on which the file says it: the right one, or none?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planted import EXAMPLE, GRAPH, PREFIX_LINES, store_of
from rusgraf.checking import check_files
from rusgraf.errors import UnreadableInput
from rusgraf.lines import find_lines
from rusgraf.rdf import FORMATS, parse_quads, statement_ends

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DOCUMENT = """@prefix e: <https://example.org/> . # e:a e:b
# e:a stands here in a comment only
e:annan e:p e:a .

e:a a e:Slag ;
    e:namn \"\"\"lång
text\"\"\"@sv , "kort" ;
    e:lista ( e:x
      e:y ) .
<https://example.org/b>
    e:p e:a , e:a1 ,
        e:c .
e:a1 e:p e:b . e:c e:p e:c .
"""


def lines_of(text: str, name: str, wanted: list[tuple[str, str, str]]) -> list[int | None]:
    content = text.encode()
    quads = parse_quads(content, FORMATS[Path(name).suffix], name, GRAPH)
    found = find_lines(content, name, quads, set(wanted))
    return [found.get(key) for key in wanted]


def about(subject: str, prop: str = "", value: str = "") -> tuple[str, str, str]:
    return tuple(f"{EXAMPLE}{word}" if word else "" for word in (subject, prop, value))  # type: ignore[return-value]


def test_statement_stands_on_its_line_and_a_thing_where_it_begins() -> None:
    wanted = [
        about("annan"), about("a"), (f"{EXAMPLE}a", TYPE, f"{EXAMPLE}Slag"), (f"{EXAMPLE}a", f"{EXAMPLE}namn", "kort"),
        (f"{EXAMPLE}a", f"{EXAMPLE}namn", "lång\ntext"), about("b"), about("b", "p", "a1"), about("b", "p", "c"),
        about("a1"), about("c"), about("a1", "p", "finns-inte"), about("finns-inte"),
    ]  # fmt: skip
    assert lines_of(DOCUMENT, "x.ttl", wanted) == [3, 5, 5, 7, 6, 10, 11, 12, 13, 13, 13, None]


def test_triples_and_quads_have_a_line_each() -> None:
    text = '# a\n<a:a> <a:b> <a:c> .\n\n<a:a> <a:b> <a:d> .\r\n<a:d> <a:b> "x\\ny" .\n'
    wanted = [("a:a", "a:b", "a:c"), ("a:a", "a:b", "a:d"), ("a:d", "a:b", "x\ny"), ("a:d", "", "")]
    assert lines_of(text, "x.nt", wanted) == lines_of(text, "x.nq", wanted) == [2, 4, 5, 5]


def test_thing_without_a_name_is_found_too() -> None:
    content = b'@prefix e: <https://example.org/> .\n\n[] e:p e:o ;\n   e:q "x" .\n'
    quads = parse_quads(content, FORMATS[".ttl"], "x.ttl", GRAPH)
    subject = quads[0].subject.value  # type: ignore[union-attr]
    keys = {(subject, f"{EXAMPLE}q", "x"), (subject, "", "")}
    assert find_lines(content, "x.ttl", quads, keys) == {(subject, f"{EXAMPLE}q", "x"): 4, (subject, "", ""): 3}


@pytest.mark.parametrize(("name", "content"), [
    ("x.jsonld", json.dumps({"@id": "a:a", "a:b": "x"})),
    ("x.rdf", '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">\n'
              '<r:Description r:about="a:a"><a:b>x</a:b></r:Description></r:RDF>'),
])  # fmt: skip
def test_file_that_is_read_as_a_whole_has_no_lines(name: str, content: str) -> None:
    assert lines_of(content, name, [("a:a", "a:b", "x")]) == [None]


@dataclass
class Written:
    """A document, and the line on which each subject begins and each object stands."""

    text: str
    subjects: dict[str, int]
    objects: dict[tuple[str, str, str], int]


GAP = st.sampled_from([" ", "\n", "\n\n  ", " # e:s0 e:o1\n", "\t"])
OBJECTS = st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True)
BLOCKS = st.lists(st.tuples(st.booleans(), st.lists(OBJECTS, min_size=1, max_size=2)), min_size=1, max_size=5)


@st.composite
def written(draw: st.DrawFn) -> Written:
    """Turtle with line breaks and comments where the grammar allows any."""
    made = Written("@prefix e: <https://example.org/> .\n", {}, {})

    def put(token: str) -> int:
        line = made.text.count("\n") + 1
        made.text += token + draw(GAP)
        return line

    for number, (is_whole, properties) in enumerate(draw(BLOCKS)):
        subject = f"{EXAMPLE}s{number}"
        made.subjects[subject] = put(f"<{subject}>" if is_whole else f"e:s{number}")
        for p, objects in enumerate(properties):
            put(f"e:p{p}")
            for o in objects:
                value = f"{EXAMPLE}o{o}" if o < 2 else f"text {o}"
                made.objects[subject, f"{EXAMPLE}p{p}", value] = put(f"e:o{o}" if o < 2 else f'"text {o}"')
                put("," if o != objects[-1] else "." if p == len(properties) - 1 else ";")
    return made


@given(written())
def test_line_is_the_right_one_or_none(made: Written) -> None:
    told = {**made.objects, **{(s, "", ""): line for s, line in made.subjects.items()}}
    for key, line in zip(told, lines_of(made.text, "x.ttl", list(told)), strict=True):
        assert line in (told[key], None)


@given(written())
def test_statement_is_read_whole_where_it_is_told_to_end(made: Written) -> None:
    content = made.text.encode()
    ends = statement_ends(content, ox.RdfFormat.TURTLE)
    assert ends == sorted(ends)
    for number, end in enumerate(ends, 1):
        parsed = ox.parse(content[:end], ox.RdfFormat.TURTLE)
        assert all(next(parsed) for _ in range(number))


@pytest.mark.parametrize("content", [b"", b"\n", b"\n\n# x", b"@prefix e: <https://example.org/> .\re:a e:b e:c ."])
def test_file_of_few_lines_is_no_trouble(content: bytes) -> None:
    assert all(0 < end <= len(content) for end in statement_ends(content, ox.RdfFormat.TURTLE))


def test_result_has_the_line_of_what_it_is_about() -> None:
    text = PREFIX_LINES + "e:ny a rus:Aktivitet ;\n  rus:ansvarig e:plan ;\n  rus:startdatum 5 .\n"
    found = check_files(store_of("e:plan a rus:Handlingsplan ."), [("ny.ttl", text.encode())]).outcome
    first = PREFIX_LINES.count("\n") + 1
    lines = {r.path.rpartition("/")[2]: r.line for r in found.results if r.path}
    assert (lines["ansvarig"], lines["startdatum"], lines["avserDelmal"]) == (first + 1, first + 2, first)


@pytest.mark.parametrize(
    ("name", "content"), [("x.ttl", "<a:a> <a:b>\n  ; ."), ("x.nt", "\n<a:a> <a:b> ."), ("x.jsonld", '{\n"@id" 1}')]
)
def test_error_of_parsing_tells_line_and_column(name: str, content: str) -> None:
    with pytest.raises(UnreadableInput, match=rf"{name}, line 2: .*column \d+") as raised:
        parse_quads(content.encode(), FORMATS[Path(name).suffix], name, GRAPH)
    assert f"{name}, rad 2: " in raised.value.sv
