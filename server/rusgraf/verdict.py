"""How does the outcome of a validation look: JSON, text, page, Turtle? Layer: domain."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from rusgraf.checking import place_text, suggested
from rusgraf.library import GAPS, find_query
from rusgraf.tabular.model import Place
from rusgraf.terms import NamedNode, shorten
from rusgraf.validate import Outcome
from rusgraf.wording import say

_SH = "http://www.w3.org/ns/shacl#"


def as_json(outcome: Outcome, lang: str) -> str:
    """The JSON object of contract §8, and ``checked``: how many shapes and nodes the verdict rests on."""

    def named(iri: str) -> dict[str, str | None] | None:
        if not iri:
            return None
        node = NamedNode(iri) if iri.startswith(("http://", "https://")) else None
        return {"iri": iri, "label": outcome.store.label(node, lang) if node else iri}

    results: list[dict[str, Any]] = [
        {
            "file": r.file,
            "severity": r.severity,
            "message": r.message(lang),
            "shape": r.shape,
            "focus": named(r.focus),
            "path": r.path or None,
            "value": r.value or None,
            "line": r.line,
            "cell": _cell(r.cell),
            "suggestion": named(r.suggestion) or ({"iri": None, "label": r.instead} if r.instead else None),
        }
        for r in outcome.results
    ]
    return (
        json.dumps(
            {
                "conforms": outcome.conforms,
                "counts": outcome.counts(),
                "results": results,
                "effect": {"closes": list(outcome.closes), "opens": list(outcome.opens)},
                "checked": {"shapes": outcome.shapes, "focus_nodes": outcome.focus_nodes},
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )


def _cell(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    where = {"sheet": place.sheet, "address": place.address, "row": place.row, "column": place.letter}
    return {**where, "header": place.header}


def as_text(outcome: Outcome, lang: str) -> str:
    """For a terminal: each fault with its place and cure, last the verdict with what it rests on."""
    lines: list[str] = []
    for r in outcome.results:
        node = NamedNode(r.focus) if r.focus.startswith("http") else None
        label = outcome.store.label(node, lang) if node else r.focus
        where = ": ".join(filter(None, (r.file, place_text(r, lang), say(r.severity, lang), label)))
        lines.append(f"{where}: {r.message(lang)}")
        path = shorten(NamedNode(r.path)) if r.path else ""
        value = f"= {r.value}" if r.value not in ("", r.focus) else ""
        if r.cell is None:
            lines.append(" ".join(filter(None, (f"    <{r.focus}>", path, value))))
        if r.suggestion and not r.instead:
            lines.append(f"    {say('suggestion', lang)} <{r.suggestion}>?")
        if r.instead and r.instead not in r.message(lang):
            lines.append(f"    {say('suggestion', lang)} {r.instead}?")
    counts = ", ".join(f"{n} {say(level, lang)}" for level, n in outcome.counts().items())
    verdict = say("conforms" if outcome.conforms else "fails", lang)
    lines.append(f"{verdict}: {counts}. {say('checked', lang).format(outcome.shapes, outcome.focus_nodes)}")
    if not outcome.focus_nodes:
        lines.append(say("nothing_checked", lang))
    for part in effects(outcome, lang):
        lines.append(f"{part['verb']} ({sum(len(ids) for _, ids in part['rules'])}):")
        lines += [f"  {summary}: {', '.join(ids)}" for summary, ids in part["rules"]]
    return "\n".join(lines) + "\n"


def effects(outcome: Outcome, lang: str) -> list[dict[str, Any]]:
    """What the files would close and open: verb, and by rule its summary with the ids of the findings."""
    made = []
    for key, ids in (("effect_closes", outcome.closes), ("effect_opens", outcome.opens)):
        if ids:
            by_rule = groupby(sorted(ids), lambda i: i.partition("/")[0])
            told = [(find_query(f"{GAPS}/{rule}").say("summary", lang), list(found)) for rule, found in by_rule]
            made.append({"verb": say(key, lang), "is_there": key == "effect_closes", "rules": told})
    return made


def as_page(outcome: Outcome, lang: str) -> dict[str, Any]:
    """What the page shows: verdict, faults as words, and what the verdict rests on."""
    counts = ", ".join(f"{n} {say(level, lang)}" for level, n in outcome.counts().items())
    checked = say("checked", lang).format(outcome.shapes, outcome.focus_nodes)
    return {
        "verdict": f"{say('conforms' if outcome.conforms else 'fails', lang)}: {counts}",
        "checked": checked if outcome.focus_nodes else f"{checked} {say('nothing_checked', lang)}",
        "results": [
            {
                "severity": say(r.severity, lang),
                "message": r.message(lang),
                "focus": outcome.store.label(NamedNode(r.focus), lang) if r.focus.startswith("http") else r.focus,
                "suggested": suggested(r, outcome, lang),
                "place": place_text(r, lang) if r.cell else " ".join(filter(None, (r.focus, r.path, r.value))),
            }
            for r in outcome.results
        ],
        "effects": effects(outcome, lang),
    }


def as_turtle(outcome: Outcome) -> str:
    """The results as a SHACL validation report."""
    from rdflib import RDF, BNode, Graph, URIRef
    from rdflib import Literal as RdfLiteral
    from rdflib.namespace import SH

    graph = Graph()
    graph.bind("sh", SH)
    report = BNode()
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, RdfLiteral(outcome.conforms)))
    for r in outcome.results:
        node = BNode()
        graph.add((report, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        graph.add((node, SH.resultSeverity, URIRef(_SH + r.severity.capitalize())))
        graph.add((node, SH.focusNode, URIRef(r.focus) if r.focus.startswith("http") else BNode(r.focus)))
        for name, value in (("resultPath", r.path), ("sourceShape", r.shape)):
            if value.startswith("http"):
                graph.add((node, URIRef(_SH + name), URIRef(value)))
        if r.value:
            graph.add((node, SH.value, URIRef(r.value) if r.value.startswith("http") else RdfLiteral(r.value)))
        for lang, message in r.messages:
            graph.add((node, SH.resultMessage, RdfLiteral(message, lang=lang or None)))
    return graph.serialize(format="turtle")
