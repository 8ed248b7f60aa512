"""How do findings look as text, JSON, CSV and Turtle? (HTML: ``pages``.)

Layer: domain. The JSON is that of contract §4 with one more field, ``interpreted``.
"""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from rusgraf import mint
from rusgraf.findings import STATES, Finding, Named, count
from rusgraf.rdf import write_triples
from rusgraf.store import Store
from rusgraf.terms import PREF_LABEL, RDF_TYPE, Literal, NamedNode, Triple, expand, rus, shorten
from rusgraf.wording import has, say

CSV_COLUMNS = (
    "id",
    "rule",
    "status",
    "severity",
    "focus",
    "focus_label",
    "counterpart",
    "counterpart_label",
    "shared",
    "shared_label",
    "plans",
    "plan_labels",
    "explanation",
    "closes",
    "unknown_because",
    "interpreted",
    "sources",
)


def _named(thing: Named | None) -> dict[str, str] | None:
    return None if thing is None else {"iri": thing.iri, "label": thing.label}


def because(finding: Finding, lang: str) -> str:
    """Why the finding is not known, and what would decide it; "" when it is known."""
    said: dict[str, list[str]] = {}
    for gap in finding.unknown_because:
        said.setdefault(gap.about.label, []).append(gap.reason)
    cures = dict.fromkeys(gap.decided_by for gap in finding.unknown_because if gap.decided_by)
    parts = [f"{about}: {' '.join(dict.fromkeys(reasons))}" for about, reasons in said.items()]
    return " ".join([*parts, f"{say('decided_by', lang)}: {' '.join(cures)}" if cures else ""]).strip()


def as_json(finding: Finding, lang: str) -> dict[str, Any]:
    """One finding as the JSON object of contract §4."""
    return {
        "id": finding.id,
        "rule": finding.rule,
        "status": finding.status,
        "severity": finding.severity,
        "focus": _named(finding.focus),
        "counterpart": _named(finding.counterpart),
        "shared": _named(finding.shared),
        "plans": [_named(plan) for plan in finding.plans],
        "explanation": finding.explanation,
        "evidence": [
            {"s": _value(q.subject), "p": _value(q.predicate), "o": _value(q.object), "graph": _value(q.graph_name)}
            for q in finding.evidence
        ],
        "sources": [{"document": s.document, "section": s.section, "reference": s.reference} for s in finding.sources],
        "closes": finding.closes,
        "unknown_because": because(finding, lang) or None,
        "waiver": None
        if finding.waiver is None
        else {
            "iri": finding.waiver.iri,
            "reason": finding.waiver.reason,
            "by": finding.waiver.by,
            "until": finding.waiver.until or None,
        },
        "interpreted": finding.interpreted,
    }


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def to_json(findings: Sequence[Finding], store: Store, lang: str) -> str:
    """``{"release": …, "findings": […]}``; `lang` is that of the findings."""
    return (
        json.dumps(
            {"release": store.release(), "findings": [as_json(f, lang) for f in findings]}, ensure_ascii=False, indent=1
        )
        + "\n"
    )


def to_csv(findings: Sequence[Finding], store: Store, lang: str) -> str:
    """One row a finding, several values in a cell separated by ``; ``."""
    del store
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for f in findings:
        pairs = [(t.iri, t.label) if t else ("", "") for t in (f.focus, f.counterpart, f.shared)]
        writer.writerow(
            [
                f.id,
                f.rule,
                f.status,
                f.severity,
                *(v for pair in pairs for v in pair),
                "; ".join(p.iri for p in f.plans),
                "; ".join(p.label for p in f.plans),
                f.explanation,
                f.closes,
                because(f, lang),
                str(f.interpreted).lower(),
                " · ".join(sources(f)),
            ]
        )
    return out.getvalue()


def to_turtle(findings: Sequence[Finding], store: Store, lang: str) -> str:
    """The findings as ``rus:Fynd``."""
    del store
    triples: list[Triple] = []
    for f in findings:
        node = NamedNode(mint.thing("Fynd", f.id))
        triples += [
            Triple(node, RDF_TYPE, rus("Fynd")),
            Triple(node, expand("dcterms:identifier"), Literal(f.id)),
            Triple(node, rus("regel"), Literal(f.rule)),
            Triple(node, rus("fyndlage"), Literal(f.status)),
            Triple(node, rus("allvar"), Literal(f.severity)),
            Triple(node, rus("fokus"), NamedNode(f.focus.iri)),
            Triple(node, PREF_LABEL, Literal(f.explanation, language=lang)),
            Triple(node, rus("slutsAv"), Literal(f.closes, language=lang)),
        ]
        if f.counterpart:
            triples.append(Triple(node, rus("motpart"), NamedNode(f.counterpart.iri)))
        if f.shared:
            triples.append(Triple(node, rus("gemensamt"), NamedNode(f.shared.iri)))
        triples += [Triple(node, rus("rorPlan"), NamedNode(p.iri)) for p in f.plans]
    return write_triples(triples, "ttl").decode()


def to_text(findings: Sequence[Finding], store: Store, lang: str) -> str:
    """For a terminal: each finding with state, reason, source and cure, and last a table of the rules."""
    blocks = [_block(f, store, lang) for f in findings] or [say("none_found", lang)]
    return "\n\n".join([*blocks, _summary(findings, store, lang)]) + "\n"


def state(finding: Finding, lang: str) -> str:
    """Why the finding is in its state, in one sentence or more."""
    match finding.status:
        case "confirmed":
            return say("confirmed_because", lang)
        case "waived" if finding.waiver:
            until = f" ({say('until', lang)} {finding.waiver.until})" if finding.waiver.until else ""
            return f"{say('waived_because', lang)}: {finding.waiver.reason} {finding.waiver.by}{until}"
    return f"{say('unknown', lang)}: {because(finding, lang)}"


def _block(finding: Finding, store: Store, lang: str) -> str:
    head = f"{say(finding.severity, lang).upper()} · {say(finding.status, lang)} · {finding.id}"
    lines = [head, *_wrap("", finding.explanation)]
    lines += _wrap(say("known", lang), state(finding, lang))
    if finding.shared:
        lines += _wrap(say("evidence", lang), "; ".join(_triples(finding, store, lang)))
    if finding.interpreted:
        lines += _wrap("", say("interpreted", lang))
    lines += _wrap(say("sources", lang), " · ".join(sources(finding)) or "–")
    lines += _wrap(say("closes", lang), finding.closes)
    return "\n".join(lines)


def sources(finding: Finding) -> list[str]:
    """The finding's sources: one string a document, with its sections."""
    sections: dict[str, list[str]] = {}
    for source in finding.sources:
        sections.setdefault(source.document, []).append(source.section)
    return [
        f"{name}: {'; '.join(dict.fromkeys(filter(None, found)))}".removesuffix(": ")
        for name, found in sections.items()
    ]


def relation(predicate: NamedNode, store: Store, lang: str) -> str:
    """A property in words, those of other vocabularies too."""
    name = shorten(predicate)
    return say(name, lang) if has(name) else store.label(predicate, lang)


def _triples(finding: Finding, store: Store, lang: str) -> list[str]:
    """The evidence that speaks of what is shared, in words; what somebody concluded is marked so."""
    concluded = set(store.interpretations())
    return [
        f"{store.label(q.subject, lang)} – {relation(q.predicate, store, lang)} – {store.label(q.object, lang)}"
        + (f" ({say('interpretation', lang)})" if q.graph_name in concluded else "")
        for q in finding.evidence
        if q.predicate != rus("ingarI")
    ]


def _wrap(head: str, text: str) -> list[str]:
    lead = f"  {head}: " if head else "  "
    return textwrap.wrap(text, 100, initial_indent=lead, subsequent_indent="    ", break_on_hyphens=False) or [lead]


def _summary(findings: Sequence[Finding], store: Store, lang: str) -> str:
    table = count(findings)
    width = max([len(rule) for rule in table] + [8])
    head = f"{say('rule', lang):{width}}  " + "  ".join(f"{say(s, lang):>10}" for s in STATES)
    rows = [f"{rule:{width}}  " + "  ".join(f"{row[s]:>10}" for s in STATES) for rule, row in sorted(table.items())]
    sums = [sum(row[s] for row in table.values()) for s in STATES]
    last = f"{say('total', lang):{width}}  " + "  ".join(f"{n:>10}" for n in sums)
    return "\n".join([head, "-" * len(head), *rows, "-" * len(head), last, f"release {store.release()}"])


FORMATS: dict[str, Callable[[Sequence[Finding], Store, str], str]] = {
    "table": to_text,
    "json": to_json,
    "csv": to_csv,
    "ttl": to_turtle,
}
