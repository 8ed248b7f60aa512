"""How is an identifier made? One function mints every slug and every IRI of a thing.

Rules: contract §1 and Digg's profile for persistent identifiers (no fragment, query, version number or
file extension). Layer: domain; standard library only.
"""

from __future__ import annotations

import re
import unicodedata

BASE = "https://w3id.org/rusgraf/"


def slug(text: str) -> str:
    """ASCII, lower case, words joined by hyphens; å ä → a, ö → o, é → e.

    >>> slug("Hälso- och sjukvårdsnämnden")
    'halso-och-sjukvardsnamnden'
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("æ", "a"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def kind(class_name: str) -> str:
    """The kind segment for a class: its local name, words split.

    >>> kind("OvergripandeMal")
    'overgripande-mal'
    """
    return slug(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", class_name))


def thing(class_name: str, *parts: str, base: str = BASE) -> str:
    """The IRI of a thing: base, ``id``, kind, slug of the parts.

    >>> thing("Delmal", "Örebro", "social välfärd", "4")
    'https://w3id.org/rusgraf/id/delmal/orebro-social-valfard-4'
    """
    name = "-".join(filter(None, map(slug, parts)))
    if not name:
        raise ValueError("a thing needs a name that has at least one letter or digit")
    return f"{base}id/{kind(class_name)}/{name}"


def document(kind_name: str, *parts: str, base: str = BASE) -> str:
    """The IRI of a document: base, ``res``, kind, slug of the parts.

    >>> document("regel", "plan-utgangen")
    'https://w3id.org/rusgraf/res/regel/plan-utgangen'
    """
    return f"{base}res/{kind_name}/{'-'.join(filter(None, map(slug, parts)))}"


def graph(*parts: str, base: str = BASE) -> str:
    """The IRI of a named graph.

    >>> graph("exempel.ttl")
    'https://w3id.org/rusgraf/res/graf/exempel-ttl'
    """
    return document("graf", *parts, base=base)
