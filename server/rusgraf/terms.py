"""Which namespaces and RDF terms does the program speak in?

Layer: domain; one of the modules that import pyoxigraph. RDF terms keep their types
everywhere: a `NamedNode` is never a `str`.
"""

from __future__ import annotations

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from rusgraf.mint import BASE

__all__ = [
    "DEFAULT",
    "PREFIXES",
    "BlankNode",
    "Literal",
    "NamedNode",
    "Quad",
    "Term",
    "Triple",
    "expand",
    "rus",
    "shorten",
]

Term = NamedNode | BlankNode | Literal | Triple

PREFIXES: dict[str, str] = {
    "rus": f"{BASE}spec/",
    "rusp": f"{BASE}spec/profil/",
    "rusd": f"{BASE}def/",
    "rusi": f"{BASE}id/",
    "rusr": f"{BASE}res/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#",
    "sh": "http://www.w3.org/ns/shacl#",
    "prof": "http://www.w3.org/ns/dx/prof/",
}

DEFAULT = DefaultGraph()
RDF_TYPE = NamedNode(PREFIXES["rdf"] + "type")
PREF_LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
RDFS_LABEL = NamedNode(PREFIXES["rdfs"] + "label")
TITLE = NamedNode(PREFIXES["dcterms"] + "title")


def rus(name: str) -> NamedNode:
    """The term `name` of our own ontology."""
    return NamedNode(PREFIXES["rus"] + name)


def expand(name: str) -> NamedNode:
    """The IRI behind a prefixed name, or behind an absolute IRI given whole.

    Raises KeyError when the prefix is not one of PREFIXES.

    >>> expand("skos:broader").value
    'http://www.w3.org/2004/02/skos/core#broader'
    """
    if name.startswith(("http://", "https://")):
        return NamedNode(name)
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def shorten(term: Term) -> str:
    """The shortest readable form of a term: prefixed name, IRI or lexical form.

    >>> shorten(rus("Delmal"))
    'rus:Delmal'
    """
    value = term.value if isinstance(term, NamedNode | BlankNode | Literal) else str(term)
    if isinstance(term, NamedNode):
        for prefix, start in sorted(PREFIXES.items(), key=lambda pair: -len(pair[1])):
            if value.startswith(start) and value != start:
                return f"{prefix}:{value[len(start) :]}"
    return value
