"""What can programs ask the server, and how? OpenAPI 3.1, made of the server's routes and the query library.

Nothing lists the routes or the queries here: both are handed over. Layer: domain; https://spec.openapis.org/oas/v3.1.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from rusgraf import assets
from rusgraf.library import Parameter, Query
from rusgraf.wording import LANGUAGES

_VARIABLE = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")
_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "iri": {"type": "string"},
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
}
_IRI = {
    "sv": "IRI, prefixerat namn, slag/namn eller exakt benämning",
    "en": "IRI, prefixed name, kind/slug or exact label",
}
_LANG = {"name": "lang", "in": "query", "schema": {"type": "string", "enum": [*LANGUAGES]}}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "cure": {"type": "string"},
        "instance": {"type": "string"},
        "line": {"type": "integer", "minimum": 1, "description": "Of the fault in what was sent."},
        "column": {"type": "integer", "minimum": 1},
    },
}


@dataclass(frozen=True)
class Told:
    """What a view says of itself: its parameters in the address (name to type and meaning), what it takes and gives.

    A parameter is ``type`` or ``type | meaning`` with a type of the library, ``type!`` when it must be given; ``a, b``
    in brackets are the only values: ``[sv, en] | language``. A third part names the methods that take it, where not all
    do. What it gives may have a method before it too: ``PUT application/json``. `also` are the statuses beside 200 that
    are no faults, each with its method: ``GET 303``; without `gives` they stand instead of it.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    body: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def given(self, method: str) -> list[str]:
        """The media types that this method answers with."""
        parts = [kind.rpartition(" ") for kind in self.gives]
        return [kind for of, _, kind in parts if of in ("", method)]


@dataclass(frozen=True)
class Route:
    """A route of the server: its rule as werkzeug writes it, its methods, its name, its sentence, what it tells,
    whether what GET gives has an ETag."""

    rule: str
    methods: tuple[str, ...]
    name: str
    summary: str
    told: Told
    has_tag: bool = False


@dataclass(frozen=True)
class Library:
    """The queries of the library, and what each answers with: formats by name, and their media types."""

    queries: Sequence[Query]
    formats: Sequence[str]
    media_types: Sequence[str]


def describe(address: str, routes: Iterable[Route], library: Library, lang: str) -> Any:
    """The description as an object for JSON; `address` is the server's, texts of queries are in `lang`."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = _VARIABLE.sub(r"{\3}", route.rule)
        for method in route.methods:
            paths.setdefault(path, {})[method.lower()] = _operation(route, method)
    for query in library.queries:
        paths[f"/queries/{query.id}"] = {"get": _query(query, library, lang)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "rusgraf",
            "version": assets.package_version(),
            "summary": "Regional strategies, action plans, and where they are silos.",
            "license": {"name": "MIT, CC BY 4.0", "identifier": "MIT AND CC-BY-4.0"},
        },
        "servers": [{"url": address}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": {"Problem": _PROBLEM}},
    }


def _operation(route: Route, method: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": f"{route.name}.{method.lower()}",
        "tags": [route.name.partition(".")[0]],
        "summary": route.summary,
        "parameters": [*_variables(route.rule), *_of_address(route.told, method), _LANG],
        "responses": _responses(
            route.told.given(method), _also(route.told, method), has_tag=route.has_tag and method == "GET"
        ),
    }
    if method in ("POST", "PUT") and route.told.body:
        made["requestBody"] = {"required": True, "content": {kind: {} for kind in route.told.body}}
    return made


def _variables(rule: str) -> list[dict[str, Any]]:
    """The parameters in the path. One that may hold slashes says so, since OpenAPI has no word for it."""
    made = []
    for kind, choices, name in _VARIABLE.findall(rule):
        schema: dict[str, Any] = {"type": "string"}
        if kind == "any":
            schema["enum"] = [choice.strip() for choice in choices.split(",")]
        entry = {"name": name, "in": "path", "required": True, "schema": schema}
        made.append({**entry, "description": "May hold slashes."} if kind == "path" else entry)
    return made


def _of_address(told: Told, method: str) -> list[dict[str, Any]]:
    """The parameters in the address that this method takes."""
    parts = {name: [part.strip() for part in text.split("|")] for name, text in told.parameters.items()}
    return [_told(name, *text[:2]) for name, text in parts.items() if len(text) < 3 or method in text[2].split(", ")]


def _also(told: Told, method: str) -> list[str]:
    """The statuses beside 200 that this method answers with."""
    return [status for of, _, status in (said.partition(" ") for said in told.also) if of == method]


def _told(name: str, kind: str, meaning: str = "") -> dict[str, Any]:
    bare = kind.removesuffix("!")
    schema = {"type": "string", "enum": re.split(r",\s*", bare[1:-1])} if bare.startswith("[") else _SCHEMAS[bare]
    made: dict[str, Any] = {"name": name, "in": "query", "schema": schema}
    if bare != kind:
        made["required"] = True
    return {**made, "description": meaning} if meaning else made


def _query(query: Query, library: Library, lang: str) -> dict[str, Any]:
    labels = {"type": "string", "enum": ["0", "1"]}
    common = [
        {"name": "format", "in": "query", "schema": {"type": "string", "enum": [*library.formats]}},
        {
            "name": "labels",
            "in": "query",
            "schema": labels,
            "description": "1: names beside IRIs, in CSV and JSON alone; XLSX always has them.",
        },
        _LANG,
    ]
    return {
        "operationId": f"queries.{query.id.replace('/', '.')}",
        "tags": [f"queries/{query.group}"],
        "summary": query.say("summary", lang),
        "description": query.say("description", lang),
        "parameters": [*(_parameter(p, lang) for p in query.parameters), *common],
        "responses": _responses(library.media_types, has_tag=True),
    }


def _parameter(parameter: Parameter, lang: str) -> dict[str, Any]:
    meaning = f"{parameter.meaning} ({_IRI[lang]})" if parameter.type == "iri" else parameter.meaning
    example: str | int = int(parameter.example) if parameter.type == "integer" else parameter.example
    schema = _SCHEMAS[parameter.type]
    return {"name": parameter.name, "in": "query", "schema": schema, "description": meaning, "example": example}


def _responses(kinds: Iterable[str], also: Sequence[str] = (), *, has_tag: bool = False) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "The answer."}
    content: dict[str, Any] = {kind: {} for kind in kinds}
    fine = {} if also and not content else {"200": {**good, "content": content} if content else good}
    if fine and has_tag:
        fine["304"] = {"description": "What If-None-Match names is still the answer."}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        **fine,
        **{status: {"description": f"{HTTPStatus(int(status)).phrase}: see Location."} for status in also},
        "default": {"description": "What is wrong, and the cure.", "content": problem},
    }
