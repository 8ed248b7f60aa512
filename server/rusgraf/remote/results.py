"""What does an answer in SPARQL JSON say? Terms, tables and truth values, from bytes that another program wrote.

Nameless (blank) nodes have no name from one request to the next, so they are kept in a service under IRIs of ours and
come back as blank nodes (RDF 1.1 §3.5). Virtuoso's habits are taken: ``typed-literal``, blank nodes called
``nodeID://``, booleans written 1 and 0, the answer of an ASK given as a table. Layer: domain.
https://www.w3.org/TR/sparql11-results-json/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from rusgraf import mint
from rusgraf.errors import LimitReached, ServiceFault, UnreadableInput
from rusgraf.rdf import FORMATS, parse_quads
from rusgraf.store import Table
from rusgraf.terms import BlankNode, Literal, NamedNode, Term, Triple, expand

GENID = f"{mint.BASE}.well-known/genid/"
_NOWHERE = NamedNode(mint.graph("svar"))
_BOOLEAN = expand("xsd:boolean")
_WRITTEN = {"1": "true", "0": "false"}
_TRUTH = ("__ASK_RETVAL",)


def named(term: Term) -> NamedNode | Literal:
    """The term as a service holds it: a blank node under an IRI of ours."""
    if isinstance(term, BlankNode):
        return NamedNode(GENID + term.value)
    if isinstance(term, Triple):
        raise ServiceFault(
            f"A statement about a statement cannot be given to a service: {str(term)[:200]}.",
            "Write it as a thing of its own.",
            sv=f"Ett påstående om ett påstående går inte att ge till en tjänst: {str(term)[:200]}.",
            cure_sv="Skriv det som ett eget ting.",
        )
    return term


def nameless(term: Term) -> Term:
    """The term as we hold it: what a service calls by one of our IRIs for blank nodes is one."""
    if isinstance(term, NamedNode) and term.value.startswith(GENID):
        return BlankNode(term.value[len(GENID) :])
    return term


def read(content: bytes) -> Table | bool:
    """The table or truth value that SPARQL JSON holds; what does not parse was cut off, and raises."""
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _broken_off() from error
    try:
        if isinstance(whole.get("boolean"), bool):
            return bool(whole["boolean"])
        columns = tuple(map(str, whole["head"]["vars"]))
        if columns == _TRUTH:
            return any(binding[_TRUTH[0]]["value"] == "1" for binding in whole["results"]["bindings"])
        return Table(columns, [_row(binding, columns) for binding in whole["results"]["bindings"]])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ServiceFault(
            f"The service's answer is no SPARQL result ({type(error).__name__}: {str(error)[:100]}).",
            "Give the address of a SPARQL 1.1 service.",
            sv=f"Tjänstens svar är inget SPARQL-resultat ({type(error).__name__}: {str(error)[:100]}).",
            cure_sv="Ange adressen till en SPARQL 1.1-tjänst.",
        ) from error


def _row(binding: Mapping[str, Any], columns: Iterable[str]) -> tuple[Term | None, ...]:
    return tuple(_term(binding[column]) if column in binding else None for column in columns)


def _term(cell: Mapping[str, str]) -> Term:
    value = cell["value"]
    match cell["type"]:
        case "uri":
            return nameless(NamedNode(value))
        case "bnode":
            return BlankNode("b" + value.encode().hex())
        case "literal" | "typed-literal":
            if language := cell.get("xml:lang"):
                return Literal(value, language=language)
            datatype = NamedNode(cell["datatype"]) if cell.get("datatype") else None
            if datatype == _BOOLEAN:
                value = _WRITTEN.get(value, value)
            return Literal(value, datatype=datatype) if datatype else Literal(value)
    raise ValueError(f"type {cell['type']}")


def read_triples(content: bytes) -> list[Triple]:
    """The triples that N-Triples hold; what does not parse was cut off, and raises."""
    try:
        quads = parse_quads(content, FORMATS[".nt"], "N-Triples", _NOWHERE)
    except UnreadableInput as error:
        raise _broken_off() from error
    triples = ((nameless(q.subject), q.predicate, nameless(q.object)) for q in quads)
    return [Triple(s, p, o) for s, p, o in triples]  # type: ignore[arg-type]


def write(answer: Table | bool) -> bytes:
    """A table or truth value as SPARQL JSON."""
    if not isinstance(answer, Table):
        return json.dumps({"head": {}, "boolean": answer}).encode()
    table = answer
    cells = [{c: _cell(t) for c, t in zip(table.columns, row, strict=True) if t is not None} for row in table.rows]
    return json.dumps({"head": {"vars": table.columns}, "results": {"bindings": cells}}).encode()


def _cell(term: Term) -> dict[str, str]:
    if isinstance(term, Literal):
        kind = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **kind}
    value = term.value if isinstance(term, NamedNode | BlankNode) else str(term)
    return {"type": "bnode" if isinstance(term, BlankNode) else "uri", "value": value}


def _broken_off() -> LimitReached:
    return LimitReached(
        "The service's answer breaks off: it stopped the query, most often for want of time.",
        "Ask for less, or raise its limits.",
        sv="Tjänstens svar bryts av: den stoppade frågan, oftast av brist på tid.",
        cure_sv="Fråga efter mindre, eller höj tjänstens gränser.",
    )
