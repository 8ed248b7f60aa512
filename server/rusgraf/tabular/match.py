"""Which thing of the graph does a value of the sheet name?

A value is matched by IRI, code, preferred or alternative label: as it is written, which is looked up, else exactly but
for case and kind of dash, for which all names are read. Nothing else is taken for a match. What fits nothing gets
proposals by lemma and likeness, with a score; what fits several things names them all. Layer: domain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from rusgraf import mint
from rusgraf.store import Store
from rusgraf.terms import PREFIXES, RDF_TYPE, Literal, NamedNode, expand, rus
from rusgraf.wording import LANGUAGES

_LABELS = (expand("skos:prefLabel"), expand("skos:altLabel"))
_CODES = (*map(rus, ("kommunkod", "lanskod", "nutskod", "organisationsnummer", "koladaId")), expand("skos:notation"))
_WITHIN = (rus("tillhorPlan"), rus("verksamI"), rus("ingarI"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_QUOTES = str.maketrans("", "", "\"'”“’‘»«")
_SHOWN = 5
_LEAST_SCORE = 70.0
_PART = 0.85  # all words of the one are in the other, which has more
MAX_PROPOSED = 2_000
"""Distinct unknown values that get proposals: comparing each with every name is the one step that grows with both."""


@dataclass(frozen=True)
class Target:
    """What a column may name: things of a class (or, where `scheme`, concepts of a list), and the property they get."""

    name: str
    property: NamedNode
    scheme: bool = False


@dataclass(frozen=True)
class Proposal:
    """A thing that a value may have meant, its name, and how near it is (70 to 100)."""

    thing: NamedNode
    label: str
    score: int


@dataclass(frozen=True)
class Match:
    """What a value names: `things` holds one when it is clear, several when it is not; else there may be proposals."""

    things: tuple[NamedNode, ...] = ()
    proposals: tuple[Proposal, ...] = ()


_WHERE = expand("dcterms:spatial")
TARGETS: Mapping[str, tuple[Target, ...]] = {
    "Delmål": (
        Target("Delmal", rus("avserDelmal")),
        Target("Insatsomrade", rus("avserOmrade")),
        Target("Malomrade", rus("avserOmrade")),
    ),
    "Ansvarig": (Target("Aktor", rus("ansvarig")),),
    "Medverkande": (Target("Aktor", rus("medverkande")),),
    "Målgrupp": (Target("malgrupp", rus("riktarSigTill"), scheme=True),),
    "Indikator": (Target("Indikator", rus("matsMed")),),
    "Arbetssätt": (Target("arbetssatt", rus("anvander"), scheme=True),),
    "Status": (Target("status", rus("status"), scheme=True),),
    "Länsdel": (Target("Lansdel", _WHERE), Target("Lan", _WHERE), Target("Kommun", _WHERE)),
}
"""Column → what it may name."""


def key(text: str) -> str:
    """What counts in a name: no case, quotes or kind of dash; words joined by one space.

    >>> key("Hälso–  och sjukvårdsnämnden")
    'hälso- och sjukvårdsnämnden'
    """
    return " ".join(text.casefold().translate(_DASHES).translate(_QUOTES).split())


class Names:
    """The names of the things that columns may name, read from a store when a column is first asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._columns: dict[str, _Column] = {}
        self._found: dict[tuple[str, str], Match] = {}
        self._proposed = 0

    def things(self, column: str) -> dict[NamedNode, Target]:
        """The things that a column may name, each with what it is."""
        return self._column(column).things

    def label(self, column: str, thing: NamedNode, *, whole: bool = False) -> str:
        """A name by which the column finds a thing: its label, with its plan when `whole` or when others bear it."""
        return self._column(column).shown(thing, whole=whole)

    def property(self, column: str, thing: NamedNode) -> NamedNode:
        """The property that a column gives a thing that it names."""
        return next(self._column(column).targets(thing)).property

    def match(self, column: str, text: str) -> Match:
        """What a value of a column names."""
        found = self._found.get((column, text))
        if found is None:
            found = self._found[column, text] = self._match(self._column(column), text)
        return found

    def _match(self, column: _Column, text: str) -> Match:
        iri = _iri(text, column)
        things = {iri} if iri is not None else column.verbatim(text) or column.named.get(key(text), set())
        if things:
            return Match(tuple(sorted(things, key=lambda thing: thing.value)))
        self._proposed += 1
        return Match((), column.proposals(text) if self._proposed <= MAX_PROPOSED else ())

    def _column(self, column: str) -> _Column:
        if column not in self._columns:
            self._columns[column] = _Column(self._store, TARGETS[column])
        return self._columns[column]


def _iri(text: str, column: _Column) -> NamedNode | None:
    """The thing that an IRI, a prefixed name or ``kind/slug`` names, where the column may name it."""
    word = text.strip("<>")
    if not re.fullmatch(r"[\w:/.#-]+", word):
        return None
    if word.startswith(("http://", "https://")):
        tried = [word]
    elif word.partition(":")[0] in PREFIXES:
        tried = [expand(word).value]
    else:
        tried = [f"{mint.BASE}{part}{word}" for part in ("id/", "def/")]
    return next((node for node in map(NamedNode, tried) if column.has(node)), None)


def _by(target: Target) -> tuple[NamedNode, NamedNode]:
    """The property and value that tell that a thing is of a target."""
    if target.scheme:
        return expand("skos:inScheme"), NamedNode(f"{mint.BASE}def/{target.name}")
    return RDF_TYPE, rus(target.name)


class _Column:
    """The things of one column and all that they are called."""

    def __init__(self, store: Store, targets: Iterable[Target]) -> None:
        self._store = store
        self._targets = [(target, *_by(target)) for target in targets]
        self._lemmas: list[tuple[str, str]] | None = None

    @cached_property
    def things(self) -> dict[NamedNode, Target]:
        """All that the column may name."""
        found: dict[NamedNode, Target] = {}
        for target, kind, wanted in self._targets:
            for quad in self._store.default(None, kind, wanted):
                if isinstance(quad.subject, NamedNode):
                    found.setdefault(quad.subject, target)
        return found

    @cached_property
    def named(self) -> dict[str, set[NamedNode]]:
        """All things by the keys of all their names."""
        found: dict[str, set[NamedNode]] = {}
        for thing in self.things:
            for name in self._names(thing):
                found.setdefault(key(name), set()).add(thing)
        for thing in self.things:
            found.setdefault(key(self._whole(thing)), set()).add(thing)
        return found

    def targets(self, thing: NamedNode) -> Iterator[Target]:
        """What a thing is of what the column may name."""
        return (t for t, kind, wanted in self._targets if next(self._store.default(thing, kind, wanted), None))

    def has(self, thing: NamedNode) -> bool:
        """Whether the column may name a thing."""
        return next(self.targets(thing), None) is not None

    def verbatim(self, text: str) -> set[NamedNode]:
        """The things that bear a name or code as it is written."""
        written = [Literal(text), *(Literal(text, language=lang) for lang in LANGUAGES)]
        found = (q.subject for p in (*_LABELS, *_CODES) for o in written for q in self._store.default(None, p, o))
        return {thing for thing in found if isinstance(thing, NamedNode) and self.has(thing)}

    def _names(self, thing: NamedNode) -> Iterable[str]:
        for predicate in (*_LABELS, *_CODES):
            yield from (o.value for o in self._store.objects(thing, predicate) if isinstance(o, Literal))

    def _whole(self, thing: NamedNode) -> str:
        """The label with the plan or the place of work in brackets, else the last part of the IRI."""
        found = (o for p in _WITHIN for o in self._store.objects(thing, p) if o != thing)
        within = next((self._store.label(o) for o in found), thing.value.rsplit("/", 1)[-1])
        return f"{self._store.label(thing)} ({within})"

    def shown(self, thing: NamedNode, *, whole: bool = False) -> str:
        """The shortest name that names this thing alone."""
        names = (*(() if whole else (self._store.label(thing),)), self._whole(thing))
        return next((name for name in names if self.named.get(key(name)) == {thing}), thing.value)

    def proposals(self, text: str) -> tuple[Proposal, ...]:
        """The nearest names by letters and by lemma, best first, each thing once."""
        from rapidfuzz import fuzz, process

        if self._lemmas is None:
            self._lemmas = [(name, lemmas(name)) for name in sorted(self.named)]
        scores: dict[NamedNode, float] = {}
        names, bases = ([pair[i] for pair in self._lemmas] for i in (0, 1))
        written, base = key(text), lemmas(key(text))
        ways = (
            (fuzz.ratio, written, names, 1.0),
            (fuzz.token_sort_ratio, base, bases, 1.0),
            (fuzz.token_set_ratio, base, bases, _PART),
        )
        for scorer, wanted, choices, weight in ways:
            least = _LEAST_SCORE / weight
            for _, score, index in process.extract(wanted, choices, scorer=scorer, limit=_SHOWN, score_cutoff=least):
                for thing in self.named[names[index]]:
                    scores[thing] = max(score * weight, scores.get(thing, 0))
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0].value))[:_SHOWN]
        return tuple(Proposal(thing, self.shown(thing), int(score)) for thing, score in best)


@cache
def _lemmatize() -> Callable[[str], str]:
    import simplemma

    found: dict[str, str] = {}

    def one(word: str) -> str:
        if word not in found:
            found[word] = simplemma.lemmatize(word, lang="sv", greedy=True).casefold()
        return found[word]

    return one


def lemmas(text: str) -> str:
    """The base forms of the words of a text."""
    return " ".join(_lemmatize()(word) for word in re.findall(r"\w+", text))
