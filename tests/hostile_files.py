"""Hostile files for ``/validate``: RDF in every syntax, data hostile to shapes, workbooks (``hostile_sheets``)."""

# ruff: noqa: E501 -- one case a line

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import hostile_sheets
from hostile import ANY, FINE, LARGE, STOPPED, Case
from planted import PREFIX_LINES
from sheets import HEADER, ROW, csv, xlsx

TTL, TRIG, NT, NQ = "text/turtle", "application/trig", "application/n-triples", "application/n-quads"
JSONLD, XML = "application/ld+json", "application/rdf+xml"
XLSX, CSV = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv"
BAD = frozenset({400})
MANY = 20_000
_RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/"'
_ONE = '<https://example.org/a> <https://example.org/p> "x" .\n'


def sent(kind: str, make: str | bytes | Callable[[], str | bytes], expected: frozenset[int] = BAD) -> Case:
    """A file as a body of this media type."""

    def body() -> bytes:
        made = make() if callable(make) else make
        return made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made

    return Case(expected, body, "/validate", headers={"Content-Type": kind})


def form(name: str, make: Callable[[], bytes], expected: frozenset[int]) -> Case:
    """A file in a form, under a name."""

    def body() -> bytes:
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        return head.encode() + make() + b"\r\n--x--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    return Case(expected, body, "/validate", headers=kind)


def planted(make: str | Callable[[], str], expected: frozenset[int] = FINE | STOPPED) -> Case:
    """Turtle with our prefixes."""
    return sent(TTL, lambda: PREFIX_LINES + (make() if callable(make) else make), expected)


def xml(inside: str, *, document: str = "") -> str:
    """An RDF/XML document."""
    return f'<?xml version="1.0"?>{document}{_RDF}><rdf:Description rdf:about="https://example.org/a">{inside}</rdf:Description></rdf:RDF>'


def nest(before: str, after: str, inside: str = "1", number: int = MANY) -> str:
    return before * number + inside + after * number


def ld(**more: object) -> str:
    """A thing in JSON-LD."""
    return json.dumps({"@id": "https://example.org/a", "https://example.org/p": "x", **more})


_LAUGHS = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
_QUADRATIC = '<!DOCTYPE r [<!ENTITY a "' + "a" * 100_000 + '">]>'
_TERMS = {TTL: "<<( <a:a> <a:b> ", TRIG: "<<( <a:a> <a:b> ", NT: "<<( <a:a> <a:b> ", NQ: "<<( <a:a> <a:b> "}

SYNTAX = {
    **{f"nested triple terms as {kind}": sent(kind, lambda t=t: f"<a:s> <a:p> {nest(t, ')>>', '<a:o>')} .")  # type: ignore[misc]
       for kind, t in _TERMS.items()},
    "many triple terms": sent(TTL, lambda: "".join(f"<a:s> <a:p> <<( <a:s> <a:p> {n} )>> ." for n in range(2000))),
    "nested reified triples": sent(TTL, lambda: f"<a:s> <a:p> {nest('<< <a:a> <a:b> ', '>>', '<a:o>')} ."),
    "nested annotations": sent(TTL, lambda: f"<a:s> <a:p> <a:o> {nest('{| <a:p> <a:o> ', '|}', '')} .", ANY),
    "nested blank nodes": sent(TTL, lambda: f"<a:s> <a:p> {nest('[ <a:p> ', ']')} .", ANY),
    "nested blank nodes, more": sent(TTL, lambda: f"<a:s> <a:p> {nest('[<a:p>', ']', '1', 300_000)} .", ANY),
    "nested lists": sent(TTL, lambda: f"<a:s> <a:p> {nest('(', ')')} .", ANY),
    "nested graphs": sent(TRIG, lambda: nest("<a:g> {", "}", _ONE)),
    "many graphs": sent(TRIG, lambda: "".join(f"<a:g{n}> {{ <a:s> <a:p> {n} }}" for n in range(MANY)), FINE | STOPPED),
    "billion laughs": sent(XML, xml("<e:p>&i;</e:p>", document=_LAUGHS)),
    "quadratic entities": sent(XML, lambda: xml(f"<e:p>{'&a;' * 100_000}</e:p>", document=_QUADRATIC)),
    "billion laughs in UTF-16": sent(XML, xml("<e:p>&i;</e:p>", document=_LAUGHS).encode("utf-16")),
    "billion laughs in UTF-16 without a mark": sent(XML, xml("<e:p>&i;</e:p>", document=_LAUGHS).encode("utf-16-be")),
    "billion laughs in UTF-7": sent(
        XML, xml("<e:p>&i;</e:p>", document=_LAUGHS).replace('"1.0"', '"1.0" encoding="UTF-7"').encode("utf-7")
    ),
    "entity of a file": sent(XML, xml("<e:p>&a;</e:p>", document='<!DOCTYPE r [<!ENTITY a SYSTEM "SECRET">]>')),
    "entity of the canary": sent(XML, xml("<e:p>&a;</e:p>", document='<!DOCTYPE r [<!ENTITY a SYSTEM "CANARY/">]>')),
    "parameter entity": sent(XML, xml("", document='<!DOCTYPE r [<!ENTITY % a SYSTEM "CANARY/"> %a;]>')),
    "document type elsewhere": sent(XML, xml("<e:p>x</e:p>", document='<!DOCTYPE r SYSTEM "CANARY/">'), FINE | BAD),
    "document type in a file": sent(XML, xml("<e:p>x</e:p>", document='<!DOCTYPE r SYSTEM "SECRET">'), FINE | BAD),
    "style sheet elsewhere": sent(XML, xml("<e:p>x</e:p>", document='<?xml-stylesheet href="CANARY/"?>'), FINE),
    "inclusion": sent(
        XML, xml('<e:p rdf:parseType="Literal"><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="SECRET"/></e:p>'), FINE
    ),
    "deep XML": sent(XML, lambda: xml(nest("<e:p><rdf:Description>", "</rdf:Description></e:p>", "")), ANY),
    "deep literal XML": sent(XML, lambda: xml(f'<e:p rdf:parseType="Literal">{nest("<a>", "</a>", "", 100_000)}</e:p>'), ANY),
    "deeper XML": sent(
        XML, lambda: xml(nest("<e:p><rdf:Description>", "</rdf:Description></e:p>", "", 100_000)), ANY
    ),
    "many name spaces": sent(
        XML, lambda: _RDF + "".join(f' xmlns:n{n}="a:{n}"' for n in range(MANY)) + "/>", BAD | STOPPED
    ),
    "many attributes": sent(
        XML, lambda: xml("<e:p" + "".join(f' e:a{n}="1"' for n in range(MANY)) + "/>"), FINE | BAD | STOPPED
    ),
    "unclosed XML": sent(XML, lambda: xml("<e:p>" * MANY)),
    "XML of no kind": sent(XML, b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
    "NUL in XML": sent(XML, xml("<e:p>\0</e:p>"), FINE | BAD),
    "ontology that runs code": sent(
        XML,
        xml('<o:python_module xmlns:o="http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#">this</o:python_module>'),
        FINE,
    ),
    "imports of the canary": sent(
        XML, xml('<owl:imports xmlns:owl="http://www.w3.org/2002/07/owl#" rdf:resource="CANARY/x.owl"/>'), FINE
    ),
    "context of the canary": sent(JSONLD, '{"@context": "CANARY/c.jsonld", "@id": "a:a", "name": "x"}'),
    "context of a file": sent(JSONLD, '{"@context": "SECRET", "@id": "a:a", "name": "x"}'),
    "contexts in a list": sent(JSONLD, '{"@context": [{"a": "a:b"}, "CANARY/c"], "@id": "a:a", "a": "x"}'),
    "context within": sent(JSONLD, '{"@id": "a:a", "a:b": {"@context": "CANARY/c", "@id": "a:c"}}'),
    "context of a term": sent(JSONLD, '{"@context": {"b": {"@id": "a:b", "@context": "CANARY/c"}}, "b": {"b": "x"}}'),
    "imported context": sent(JSONLD, '{"@context": {"@version": 1.1, "@import": "CANARY/c"}, "a:b": "x"}'),
    "relative context": sent(JSONLD, '{"@context": "../../../etc/passwd", "a:b": "x"}'),
    "vocabulary of the canary": sent(JSONLD, '{"@context": {"@vocab": "CANARY/"}, "@id": "a:a", "b": "x"}', FINE),
    "context in a header": Case(
        FINE | BAD,
        lambda: ld().encode(),
        "/validate",
        headers={"Content-Type": JSONLD, "Link": '<CANARY/c>; rel="http://www.w3.org/ns/json-ld#context"'},
    ),
    "deep JSON": sent(JSONLD, lambda: nest("[", "]", "1", 100_000), ANY),
    "deep objects": sent(JSONLD, lambda: nest('{"a:b":', "}", '"x"'), ANY),
    "deep objects, never closed": sent(JSONLD, lambda: '{"a:b":' * 100_000, BAD | STOPPED),
    "deep contexts": sent(JSONLD, lambda: '{"@context":' + nest("[", "]", "{}", 50_000) + "}", ANY),
    "a large number": sent(JSONLD, '{"@id": "a:a", "a:b": 1e999999}', FINE | BAD),
    "a long number": sent(JSONLD, lambda: '{"@id": "a:a", "a:b": ' + "9" * 1_000_000 + "}", ANY),
    "no number": sent(JSONLD, '{"@id": "a:a", "a:b": NaN}'),
    "the same key": sent(JSONLD, lambda: "{" + '"a:b": 1,' * MANY + '"@id": "a:a"}', ANY),
    "many keys": sent(JSONLD, lambda: json.dumps({"@id": "a:a"} | {f"a:{n}": n for n in range(100_000)}), ANY),
    "many aliases": sent(JSONLD, lambda: json.dumps({"@context": {f"t{n}": f"a:{n}" for n in range(50_000)}, "a:b": 1}), ANY),
    "cyclic context": sent(JSONLD, '{"@context": {"a": "b:a", "b": "a:b"}, "a": "x"}', FINE | BAD),
    "surrogate in JSON": sent(JSONLD, '{"@id": "a:a", "a:b": "\\ud800"}', FINE | BAD),
    "JSON of no kind": sent(JSONLD, b"null"),
    "remote list": sent(JSONLD, '["CANARY/x"]'),
    "prefixes": sent(TTL, lambda: "".join(f"@prefix p{n}: <a:{n}> .\n" for n in range(200_000)) + _ONE, FINE | STOPPED),
    "prefixes of prefixes": sent(TTL, "@prefix a: <a:> . @prefix a: <a:a> . a:a a:a a:a ." * 1000, FINE),
    "base of the canary": sent(TTL, "@base <CANARY/> . <x> <y> <z> .", FINE),
    "long literal": sent(TTL, lambda: f'<a:s> <a:p> "{"a" * 10_000_000}" .', FINE | STOPPED | LARGE),
    "long IRI": sent(TTL, lambda: f"<a:{'a' * 5_000_000}> <a:p> 1 .", FINE | STOPPED | BAD),
    "long tag": sent(TTL, lambda: f'<a:s> <a:p> "a"@sv{"-aaaaaaaa" * 10_000} .', FINE | BAD),
    "long number in Turtle": sent(TTL, lambda: f"<a:s> <a:p> {'9' * 1_000_000} .", FINE | STOPPED),
    "long comment": sent(TTL, lambda: "#" * 10_000_000 + "\n" + _ONE, FINE | STOPPED),
    "lines": sent(TTL, lambda: "\n" * 5_000_000 + _ONE, FINE | STOPPED),
    "too large": sent(TTL, lambda: _ONE * 400_000, LARGE),
    "space in an IRI": sent(TTL, "<a: b> <a:p> 1 ."),
    "quote in an IRI": sent(TTL, '<a:"> <a:p> 1 .'),
    "escaped quote in an IRI": sent(TTL, "<http://e/\\u0022\\u003E\\u003Cscript\\u003E> <a:p> 1 ."),
    "script as an IRI": sent(TTL, "<javascript:alert(1)> <data:text/html,x> <vbscript:x> .", FINE),
    "relative IRI": sent(TTL, "<x> <y> <z> ."),
    "IRI of a file": sent(TTL, "<SECRET> <file:///etc/passwd> <SECRET> .", FINE),
    "bad percent": sent(TTL, "<http://e/%zz%> <a:p> 1 .", FINE | BAD),
    "bad host": sent(TTL, "<http://[::1> <a:p> 1 ."),
    "tag that is none": sent(TTL, '<a:s> <a:p> "x"@123 .'),
    "Latin-1": sent(TTL, '<a:s> <a:p> "å" .'.encode("latin-1")),
    "UTF-16": sent(TTL, _ONE.encode("utf-16")),
    "byte order mark": sent(TTL, b"\xef\xbb\xbf" + _ONE.encode(), FINE | BAD),
    "surrogate": sent(TTL, '<a:s> <a:p> "\ud800" .'),
    "escaped surrogate": sent(TTL, '<a:s> <a:p> "\\uD800" .'),
    "NUL": sent(TTL, '<a:s> <a:p> "\0" .', FINE | BAD),
    "escaped NUL": sent(TTL, '<a:s> <a:p> "\\u0000" .', FINE | BAD),
    "bytes": sent(TTL, bytes(range(256)) * 100),
    "zeros": sent(NT, bytes(1_000_000)),
    "nothing": sent(TTL, b""),
    "a comment alone": sent(TTL, b"# nothing"),
    "cut short": sent(TTL, _ONE[:-8]),
    "cut in a letter": sent(TTL, '<a:s> <a:p> "å'.encode()[:-1]),
    "never closed": sent(TTL, lambda: '<a:s> <a:p> """' + '"a' * 1_000_000),
    "a merge conflict": sent(TTL, f"<<<<<<< HEAD\n{_ONE}=======\n{_ONE}>>>>>>> b\n"),
    "many faults": sent(NT, lambda: "x\n" * 500_000),
    "many blank nodes": sent(NT, lambda: "".join(f"_:b{n} <a:p> _:b{n + 1} .\n" for n in range(100_000)), FINE | STOPPED),
    "alike blank nodes": sent(NT, lambda: "".join(f"_:b{n} <a:p> _:b{n * 7 % 5000} .\n" for n in range(5000)), FINE | STOPPED),
    "literal as subject": sent(NT, '"a" <a:p> "b" .'),
    "rules": sent(TTL, "{ ?x a ?y } => { ?y a ?x } ."),
    "an update": sent(TTL, "INSERT DATA { <a:a> <a:b> 1 }"),
}  # fmt: skip


def _lies(name: str, content: str | bytes, expected: frozenset[int] = BAD) -> Case:
    return form(name, lambda: content if isinstance(content, bytes) else content.encode(), expected)


LIES = {
    "XML as Turtle": sent(TTL, xml("<e:p>x</e:p>")),
    "Turtle as XML": sent(XML, _ONE),
    "Turtle as JSON": sent(JSONLD, _ONE),
    "JSON as Turtle": sent(TTL, ld()),
    "workbook as Turtle": _lies("plan.ttl", xlsx([HEADER, ROW])),
    "Turtle as workbook": _lies("plan.xlsx", _ONE),
    "Turtle as table": _lies("plan.csv", _ONE, FINE | BAD),
    "workbook as table": _lies("plan.csv", xlsx([HEADER, ROW])),
    "two suffixes": _lies("plan.ttl.exe", _ONE, frozenset({415})),
    "no suffix": _lies("plan", _ONE, frozenset({415})),
    "suffix alone": _lies(".ttl", _ONE, FINE | frozenset({415})),
    "suffix in capitals": _lies("PLAN.TTL", _ONE, FINE),
    "path upwards": _lies("../../../../etc/passwd.ttl", _ONE, FINE),
    "path of Windows": _lies("..\\\\..\\\\secret.ttl", _ONE, FINE),
    "absolute path": _lies("/etc/cron.d/x.ttl", _ONE, FINE),
    "script as name": _lies("<script>alert(1)</script>.ttl", _ONE, FINE),
    "formula as name": _lies("=HYPERLINK(1).csv", csv([HEADER, ROW]), FINE),
    "NUL in the name": _lies("a\0b.ttl", _ONE, FINE | BAD),
    "long name": _lies("a" * 100_000 + ".ttl", _ONE, frozenset({400, 413, 415})),
    "address as name": _lies("CANARY/x.ttl", _ONE, FINE),
    "address of a file as name": _lies("SECRET", _ONE, FINE),
    "dots": _lies("...", _ONE, frozenset({415})),
    "a name of Windows": _lies("CON.ttl", _ONE, FINE),
    "a broken workbook": _lies("plan.xlsx", b"PK\x03\x04" + b"\0" * 1000),
}
_DELMAL = "e:d a rus:Delmal ; skos:prefLabel 'Påhittat'@sv "
_EVIL = {
    "digits": "0" * 50_000 + "!",
    "dashes": "0" * 6 + "-" * 50_000,
    "spaces": " " * 100_000,
    "lines": "0\\n" * 20_000,
}
SHAPED = {
    "twenty thousand violations": planted(
        lambda: "".join(f"e:x{n} a rus:Aktivitet .\n" for n in range(MANY)), FINE | STOPPED
    ),
    "twenty thousand unlike violations": planted(
        lambda: "".join(f"e:x{n} a rus:Aktivitet ; rus:ansvarig {n} ; rus:avserDelmal 'x{n}' .\n" for n in range(MANY)),
        FINE | STOPPED,
    ),
    **{
        f"{kind} for the pattern of {path}": planted(
            lambda kind=kind, path=path, of=of: f"e:a a {of} ; {path} '{_EVIL[kind]}' ."
        )  # type: ignore[misc]
        for kind in _EVIL
        for path, of in (("rus:organisationsnummer", "rus:Aktor"), ("rus:kommunkod", "rus:Kommun"))
    },
    "blank labels": planted(lambda: f"e:d a rus:Delmal ; skos:prefLabel '{' ' * 100_000}'@sv ."),
    "cycle of parts": planted("e:a dcterms:isPartOf e:b . e:b dcterms:isPartOf e:a . e:a a rus:Delmal ."),
    "cycle of broader": planted("e:a a skos:Concept ; skos:broader e:b . e:b a skos:Concept ; skos:broader e:a ."),
    "long cycle of broader": planted(
        lambda: "".join(f"e:c{n} a skos:Concept ; skos:broader e:c{(n + 1) % 5000} .\n" for n in range(5000))
    ),
    "cycle of organisations": planted(
        lambda: "".join(f"e:o{n} a rus:Aktor ; org:subOrganizationOf e:o{(n + 1) % 3000} .\n" for n in range(3000))
    ),
    "chain of organisations": planted(
        lambda: "".join(f"e:o{n} a rus:Aktor ; org:subOrganizationOf e:o{n + 1} .\n" for n in range(5000))
    ),
    "clique": planted(
        lambda: "".join(f"e:o{n} org:subOrganizationOf e:o{m} .\n" for n in range(100) for m in range(100))
    ),
    "cycle of classes": planted(
        "rus:Delmal rdfs:subClassOf rus:Aktivitet . rus:Aktivitet rdfs:subClassOf rus:Delmal ."
    ),
    "long chain of classes": planted(
        lambda: "".join(f"e:C{n} rdfs:subClassOf e:C{n + 1} .\n" for n in range(3000)) + "e:x a e:C0 ."
    ),
    "everything is the same": planted(
        "rus:Delmal <http://www.w3.org/2002/07/owl#sameAs> rus:Aktivitet . e:a <http://www.w3.org/2002/07/owl#sameAs> e:b ."
    ),
    "everything has the type": planted("rdf:type rdfs:domain rus:Delmal ; rdfs:subPropertyOf rdf:type ."),
    "a property of itself": planted("rdfs:subPropertyOf rdfs:subPropertyOf rdfs:subPropertyOf ."),
    "a list that bites its tail": planted("e:l rdf:first 1 ; rdf:rest e:l . e:d a rus:Delmal ; rus:ansvarig e:l ."),
    "owl in the data": planted(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . e:C owl:equivalentClass [ owl:intersectionOf (rus:Delmal e:C) ] ."
        " e:p a owl:TransitiveProperty, owl:SymmetricProperty ; owl:propertyChainAxiom (e:p e:p) ."
    ),
    "shapes in the data": planted(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . e:s a sh:NodeShape ; sh:targetSubjectsOf rdf:type ; sh:nodeKind sh:Literal ."
    ),
    "shapes with a query for the canary": planted(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . e:s a sh:NodeShape ; sh:targetSubjectsOf rdf:type ; sh:sparql"
        " [ sh:select 'SELECT $this { S\\\\u0045RVICE <CANARY/> { ?a ?b ?c } }' ] . " + _DELMAL + "."
    ),
    "shapes with a file": planted(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . e:s a sh:NodeShape ; sh:targetSubjectsOf rdf:type ; sh:sparql"
        " [ sh:select 'SELECT $this ?value FROM <SECRET> { ?this ?p ?value }' ] ."
    ),
    "shapes with script": planted(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . e:s a sh:NodeShape ; sh:js [ sh:jsLibrary [ sh:jsLibraryURL '"
        "CANARY/x.js' ] ] . " + _DELMAL + "."
    ),
    "shapes of ours switched off": planted(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <https://w3id.org/rusgraf/spec/Delmal> sh:deactivated true . e:x a rus:Delmal ."
    ),
    "imports": planted("<https://example.org/> <http://www.w3.org/2002/07/owl#imports> <CANARY/x>, <SECRET> ."),
    "many types": planted(lambda: "e:x a " + ", ".join(f"e:T{n}" for n in range(MANY)) + " ."),
    "all types": planted(
        "e:x a rus:Delmal, rus:Aktivitet, rus:Aktor, rus:Kommun, rus:Effektmal, rus:Indikator, skos:Concept ."
    ),
    "many labels": planted(
        lambda: "e:x a rus:Delmal ; skos:prefLabel " + ", ".join(f"'{n}'@sv" for n in range(MANY)) + " ."
    ),
    "many values": planted(lambda: _DELMAL + "; rus:ansvarig " + ", ".join(f"e:o{n}" for n in range(MANY)) + " ."),
    "one value of many": planted(lambda: "".join(f"e:d{n} rus:tillhorPlan e:p .\n" for n in range(MANY))),
    "a day that never was": planted(_DELMAL + "; dcterms:date '2026-02-30'^^xsd:date, '99999999999-01-01'^^xsd:date ."),
    "numbers that are none": planted(_DELMAL + "; rus:ordning 'x'^^xsd:integer, 'INF'^^xsd:integer, 1e400 ."),
    "a long integer": planted(lambda: _DELMAL + f"; rus:ordning {'9' * 100_000} ."),
    "formulas": planted("e:d a rus:Delmal ; skos:prefLabel '=HYPERLINK(\"CANARY\")'@sv ."),
    "script": planted("e:d a rus:Delmal ; skos:prefLabel '<script>alert(1)</script>'@sv ."),
    "our own things": planted("<https://w3id.org/rusgraf/spec/Delmal> a rus:Delmal ; skos:prefLabel 'x'@sv, 'y'@sv ."),
    "withdrawn": planted(
        "e:x dcterms:isReplacedBy e:x . <https://w3id.org/rusgraf/spec/Delmal> dcterms:isReplacedBy e:x ."
    ),
    "IRI without an end": planted(lambda: f"<https://example.org/{'a/' * 100_000}> a rus:Delmal ."),
}
_STATUS = {"": 200, "TooLarge": 413, "UnreadableInput": 400, "UnsupportedFormat": 415}
_LONG = (
    "a hundred thousand faults",
    "thirty thousand questions",
    "a million rows",
)  # more work than three seconds hold
SHEETS = {
    name: form(case.name, case.make, frozenset({_STATUS[case.error], 413, *(STOPPED if name in _LONG else ())}))
    for name, case in hostile_sheets.CASES.items()
    if case.limits == hostile_sheets.SheetLimits()
}
_FAST = {
    *("twenty thousand violations", "digits for the pattern of rus:kommunkod", "cycle of broader", "imports", "script"),
    *("shapes with a query for the canary", "shapes with a file", "everything is the same", "far cell", "lying size"),
    *("PDF", "macros", "flood of parts", "entity bomb in xl/workbook.xml", "half an archive"),
}
_WORK = FINE | STOPPED | LARGE


def _filed(kind: str, name: str, case: Case) -> Case:
    """The case, slow or not."""
    is_slow = name not in _FAST and (kind in ("shaped", "sheet") or bool(case.expected & _WORK))
    return replace(case, is_slow=is_slow)


FILES: Mapping[str, Case] = {
    f"{kind}: {name}": _filed(kind, name, case)
    for kind, cases in {"file": SYNTAX, "lie": LIES, "shaped": SHAPED, "sheet": SHEETS}.items()
    for name, case in cases.items()
}
