"""Which queries does the library hold, what do they ask for, and how are their parameters bound?

A query is one file, ``queries/<group>/<name>.rq``: SPARQL 1.1 with a head of ``#+ key: value`` lines
(contract §5). The folder is the registry. Parameters are ``$name`` variables, bound as RDF terms and
never pasted into the text. Layer: domain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from rusgraf import assets
from rusgraf.errors import BadParameter, BrokenAsset, UnknownName, nearest, unknown
from rusgraf.links import Pattern
from rusgraf.links import parse as parse_missing
from rusgraf.naming import refuse_surrogates, resolve, shown
from rusgraf.store import Store
from rusgraf.terms import PREFIXES, Literal, Term, expand

GAPS = "luckor"
_HEAD = re.compile(r"#\+\s*([A-Za-z_.-]+)\s*:\s*(.*)")
_REQUIRED = ("summary", "summary_en", "description", "tags")
_REQUIRED_OF_RULES = ("severity", "tests_absence_of", "closes")
_OPTIONAL = ("description_en",)
_OPTIONAL_OF_RULES = (
    *("explanation", "explanation_en", "explanation_unknown", "explanation_unknown_en", "closes_en"),
    *("rests_on", "shows", "level", "missing"),
)
SEVERITIES = ("high", "medium", "low")
LEVELS = ("plan", "delmal")
TYPES = ("iri", "string", "integer", "date")
_NO_SUCH = {"iri": "ingen IRI", "string": "ingen text", "integer": "inget heltal", "date": "inget datum"}
COLUMNS = ("fokus", "motpart", "gemensam", "plan", "motplan")
SCOPES = ("row", "strategy", "others", "fokus", "motpart", "plan", "motplan")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query: its name, type (one of TYPES), meaning in Swedish, and an example value."""

    name: str
    type: str
    meaning: str
    example: str


@dataclass(frozen=True)
class Query:
    """A query of the library: its place, its text, its head and its parameters."""

    group: str
    name: str
    text: str
    head: Mapping[str, str]
    parameters: tuple[Parameter, ...]

    @property
    def id(self) -> str:
        """``group/name``."""
        return f"{self.group}/{self.name}"

    def say(self, key: str, lang: str) -> str:
        """The head's `key` in `lang` (sv or en), in Swedish where there is no other, "" where there is none."""
        return (self.head.get(f"{key}_{lang}") if lang != "sv" else None) or self.head.get(key, "")

    @property
    def missing(self) -> tuple[tuple[Pattern, ...], ...]:
        """Of a rule: the alternatives of links that would close a finding."""
        return parse_missing(self.head.get("missing", ""), COLUMNS)

    @property
    def tested(self) -> tuple[tuple[str, str], ...]:
        """Of a rule: the prefixed properties whose absence it tests, each with where it does (one of SCOPES)."""
        default = self.head.get("rests_on", SCOPES[0])
        parts = (word.partition("@") for word in self.words("tests_absence_of"))
        return tuple((name, scope or default) for name, _, scope in parts)

    def words(self, key: str) -> tuple[str, ...]:
        """The head's `key` split at white space and commas; ``none`` is empty."""
        return tuple(w for w in re.split(r"[\s,]+", self.head.get(key, "")) if w and w != "none")


def _head(text: str, place: str) -> tuple[dict[str, str], dict[str, int]]:
    """The keys of a query's head: their values, and the lines that they stand in."""
    head: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        found = _HEAD.fullmatch(line.rstrip())
        if not found or not found[2].strip():
            raise BrokenAsset(
                f"{place}, line {number}: not of the form “#+ key: value”.",
                "Write key and value.",
                sv=f"{place}, rad {number}: inte på formen ”#+ nyckel: värde”.",
                cure_sv="Skriv nyckel och värde.",
            )
        key, value = found[1], found[2].strip()
        if key in head:
            raise BrokenAsset(
                f"{place}, line {number}: the key {key} stands twice.",
                "Keep one of them.",
                sv=f"{place}, rad {number}: nyckeln {key} står två gånger.",
                cure_sv="Behåll en av dem.",
            )
        head[key], lines[key] = value, number
    return head, lines


def parse_query(group: str, name: str, text: str, place: str) -> Query:
    """The query that `text` holds. Raises BrokenAsset for an unknown, repeated, empty or missing head key."""
    head, lines = _head(text, place)
    required = _REQUIRED + (_REQUIRED_OF_RULES if group == GAPS else ())
    known = (*required, *_OPTIONAL, *(_OPTIONAL_OF_RULES if group == GAPS else ()))
    for key in head:
        if key not in known and not key.startswith("param."):
            raise BrokenAsset(
                f"{place}, line {lines[key]}: unknown head key {key}.",
                nearest(key, known),
                sv=f"{place}, rad {lines[key]}: okänd nyckel {key} i huvudet.",
                cure_sv=nearest(key, known, "sv"),
            )
    if missing := [key for key in required if key not in head]:
        raise BrokenAsset(
            f"{place}: the head lacks {', '.join(missing)}.",
            "Add a “#+ key: value” line for each.",
            sv=f"{place}: huvudet saknar {', '.join(missing)}.",
            cure_sv="Lägg till en rad ”#+ nyckel: värde” för varje.",
        )
    if group == GAPS:
        _check_rule(head, place)
    parameters = tuple(_parameter(k[6:], v, text, place) for k, v in head.items() if k.startswith("param."))
    return Query(group, name, text, head, parameters)


def _check_rule(head: Mapping[str, str], place: str) -> None:
    for key, choices in (("severity", SEVERITIES), ("rests_on", SCOPES), ("level", LEVELS)):
        if head.get(key, choices[0]) not in choices:
            raise BrokenAsset(
                f"{place}: {key} {head[key]}.",
                f"Give one of {', '.join(choices)}.",
                sv=f"{place}: {key} är {head[key]}.",
                cure_sv=f"Ange något av {', '.join(choices)}.",
            )
    for key in ("tests_absence_of", "shows"):
        for word in re.split(r"[\s,]+", head.get(key, "none")):
            name, at, scope = word.partition("@")
            is_scope = not at or (key == "tests_absence_of" and scope in SCOPES)
            if word != "none" and (":" not in name or name.partition(":")[0] not in PREFIXES or not is_scope):
                raise BrokenAsset(
                    f"{place}: {key} names {word}.",
                    f"Give prefixed names of properties, or none; after @ one of {', '.join(SCOPES)}.",
                    sv=f"{place}: {key} anger {word}.",
                    cure_sv=f"Ange egenskaper med prefix, eller none; efter @ något av {', '.join(SCOPES)}.",
                )
    try:
        parse_missing(head.get("missing", ""), COLUMNS)
    except ValueError as error:
        raise BrokenAsset(
            f"{place}: missing holds {error}.",
            "Write “?fokus rus:property ?Class . … | …” with columns and classes.",
            sv=f"{place}: missing innehåller {error}.",
            cure_sv="Skriv ”?fokus rus:egenskap ?Klass . … | …” med kolumner och klasser.",
        ) from error


def _parameter(name: str, value: str, text: str, place: str) -> Parameter:
    parts = [part.strip() for part in value.split("|")]
    if len(parts) != 3 or parts[0] not in TYPES or not all(parts):
        raise BrokenAsset(
            f"{place}: param.{name} is not “type | meaning | example”.",
            f"Types: {', '.join(TYPES)}.",
            sv=f"{place}: param.{name} är inte ”typ | betydelse | exempel”.",
            cure_sv=f"Typer: {', '.join(TYPES)}.",
        )
    code = re.sub(r"^\s*#.*", "", text, flags=re.MULTILINE)
    if not re.fullmatch(r"[A-Za-z_]\w*", name) or not re.search(rf"[$?]{name}\b", code):
        raise BrokenAsset(
            f"{place}: no variable ${name} in the query.",
            "Use it or drop the parameter.",
            sv=f"{place}: frågan har ingen variabel ${name}.",
            cure_sv="Använd den, eller ta bort parametern.",
        )
    projected = re.search(r"\bSELECT\b([^{]*)\{", text)
    if projected and not re.search(rf"\*|[$?]{re.escape(name)}\b", projected[1].partition("WHERE")[0]):
        raise BrokenAsset(
            f"{place}: ${name} is no column of the answer.",
            "A parameter must be one: add it to SELECT.",
            sv=f"{place}: ${name} är ingen kolumn i svaret.",
            cure_sv="En parameter måste vara det: lägg till den i SELECT.",
        )
    return Parameter(name, *parts)


def load_library(folder: Path) -> dict[str, Query]:
    """The queries below `folder` by id, in order of id. ``harledning`` holds derivation rules, no queries."""
    found: dict[str, Query] = {}
    for path in sorted(folder.glob("*/*.rq")):
        if path.parent.name != "harledning":
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError as error:
                raise BrokenAsset(
                    f"{path}: not UTF-8 at byte {error.start}.",
                    "Save it as UTF-8.",
                    sv=f"{path}: inte UTF-8 vid byte {error.start}.",
                    cure_sv="Spara filen som UTF-8.",
                ) from error
            query = parse_query(path.parent.name, path.stem, text, str(path))
            found[query.id] = query
    return found


@cache
def library() -> Mapping[str, Query]:
    """The shipped queries by id."""
    return load_library(assets.folder("queries"))


def find_query(name: str) -> Query:
    """The query with the id `name`, or the only one of that name in any group."""
    queries = library()
    hits = [q for q in queries.values() if name in (q.id, q.name)]
    if len(hits) > 1:
        raise UnknownName(
            f'"{name}" names several queries.',
            f"Give {' or '.join(q.id for q in hits)}.",
            sv=f'Flera frågor heter "{name}".',
            cure_sv=f"Ange {' eller '.join(q.id for q in hits)}.",
        )
    if not hits:
        known = [*queries, *(q.name for q in queries.values())]
        raise unknown(shown(name), known, ("ingen fråga", "no query"))
    return hits[0]


def rules() -> list[Query]:
    """The finding rules, in order of name."""
    return [q for q in library().values() if q.group == GAPS]


def bind(query: Query, values: Mapping[str, str], store: Store) -> dict[str, Term]:
    """The parameters of `query` as RDF terms, from what a person wrote; parameters not given stay free.

    An IRI may be given whole, prefixed, as ``kind/slug``, or as the exact label of one thing.
    """
    known = {p.name: p for p in query.parameters}
    for name in values:
        if name not in known:
            raise BadParameter(
                f'{query.id} has no parameter "{shown(name)}".',
                nearest(name, known),
                sv=f'{query.id} har ingen parameter "{shown(name)}".',
                cure_sv=nearest(name, known, "sv"),
            )
    return {name: _term(known[name], value, store) for name, value in values.items() if value.strip()}


def _term(parameter: Parameter, value: str, store: Store) -> Term:
    refuse_surrogates(parameter.name, value)
    match parameter.type:
        case "iri":
            return resolve(value, store, parameter.name)
        case "integer" if re.fullmatch(r"[+-]?\d{1,18}", value.strip()):
            return Literal(int(value))
        case "date":
            try:
                day = date.fromisoformat(value.strip())
                return Literal(day.isoformat(), datatype=expand("xsd:date"))
            except ValueError:
                pass
        case "string":
            return Literal(value)
    raise BadParameter(
        f"{parameter.name}: “{shown(value)}” is no {parameter.type}.",
        f"For example {parameter.example}.",
        sv=f"{parameter.name}: ”{shown(value)}” är {_NO_SUCH[parameter.type]}.",
        cure_sv=f"Till exempel {parameter.example}.",
    )
