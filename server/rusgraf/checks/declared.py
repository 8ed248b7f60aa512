"""Is every term that the project uses declared, and everything that the data point at described?

A misspelt property makes a query silently empty and a shape silently blind; so any IRI in a namespace of
ours must be declared (``spec/``, ``def/``) or described (``id/``, ``res/``) in the shipped files.
Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rusgraf import guard, mint
from rusgraf.checks._context import Context, Files, facts
from rusgraf.checks._model import Fault, Found, Text, examined, fault
from rusgraf.errors import nearest
from rusgraf.library import RULE_HEADS
from rusgraf.terms import PREFIXES, Literal, NamedNode, Quad, expand, shorten

TITLE = Text("Bara deklarerade termer används", "Only declared terms are used")
_TERMS = (f"{mint.BASE}spec/", f"{mint.BASE}def/")
_TEXTS = {expand("sh:select"), expand("sh:ask"), expand("sh:construct")}
_NAMESPACES = {value for value in PREFIXES.values()}
