"""How do findings look as text and JSON? (Other formats: ``exports``, ``pages``.)

Layer: domain. The JSON is that of contract §4 and more: ``interpreted``, ``level``, ``missing``, ``rank``, ``basis``.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rusgraf.findings import STATES, Finding, count, lapsed
from rusgraf.incomplete import Named
from rusgraf.links import End, Link, Option, Some
from rusgraf.overlap import Overlap, Overlaps, Share
from rusgraf.rank import Rank
from rusgraf.store import Store
from rusgraf.terms import NamedNode, rus, shorten
from rusgraf.waivers import Lapsed, Waiver
from rusgraf.wording import has, say


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
        "level": finding.level,
        "missing": [[link_json(link) for link in option] for option in finding.missing],
        "rank": asdict(finding.rank),
        "basis": finding.basis,
    }


def link_json(link: Link) -> dict[str, Any]:
    """A missing link; an end that may be any thing of a class is ``{"any": class}``."""

    def end(node: End) -> Any:
        return {"any": node.iri.value} if isinstance(node, Some) else node.value

    return {"s": end(link.subject), "p": link.predicate.value, "o": end(link.object)}


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def to_json(findings: Sequence[Finding], store: Store, lang: str) -> str:
    """``{"release", "lang", "findings": […], "overlap": […], "lapsed_waivers": […]}``; `lang` is that of the texts."""
    made = {
        "release": store.release(),
        "lang": lang,
        "findings": [as_json(f, lang) for f in findings],
        "overlap": [_overlap(pair, store, lang) for pair in Overlaps(store).pairs()],
        "lapsed_waivers": [{"why": lost.why, **asdict(lost.waiver)} for lost in lapsed(store)],
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _overlap(pair: Overlap, store: Store, lang: str) -> dict[str, Any]:
    """The stuprör measure of two plans and what it is made of."""
    plans = [{"iri": p.value, "label": store.label(p, lang)} for p in (pair.plan, pair.other)]
    return {"plans": plans, "measure": pair.measure, "shares": [asdict(share) for share in pair.shares]}


def to_text(findings: Sequence[Finding], store: Store, lang: str) -> str:
    """For a terminal: each finding with state, reason, source and cure, and last a table of the rules."""
    blocks = [_block(f, store, lang) for f in findings] or [say("none_found", lang)]
    parts = [*blocks, _overlaps(store, lang), _lapsed(store, lang), _summary(findings, store, lang)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _overlaps(store: Store, lang: str) -> str:
    """The stuprör measure of each pair of plans, with what it counts."""
    lines = []
    for pair in Overlaps(store).pairs():
        measure = say("not_known", lang) if pair.measure is None else decimal(pair.measure, lang)
        lines += _wrap(measure, f"{store.label(pair.plan, lang)} – {store.label(pair.other, lang)}")
        lines += _wrap("", "; ".join(share_text(share, lang) for share in pair.shares))
    return "\n".join([say("overlap", lang), *lines]) if lines else ""


def decimal(number: float, lang: str) -> str:
    """A number as it is written in the language.

    >>> decimal(0.76, "sv")
    '0,76'
    """
    return f"{number:.2f}".replace(".", "," if lang == "sv" else ".")


def share_text(share: Share, lang: str) -> str:
    """What two plans share of one kind: “mål 3 av 6”, or that it is not known."""
    counted = f"{say(f'share_{share.name}', lang)} {share.both} {say('of', lang)} {share.either}"
    return counted if share.known else f"{counted} ({say('not_known', lang)})"


def _lapsed(store: Store, lang: str) -> str:
    """The waivers that no longer hold."""
    return "\n".join(
        f"{say('lapsed', lang)}: {lost.waiver.finding}: {lapse_text(lost, lang)}" for lost in lapsed(store)
    )


def lapse_text(lost: Lapsed, lang: str) -> str:
    """Why a waiver does not hold, with what it said."""
    return f"{say(f'lapsed_{lost.why}', lang)}; {waiver_text(lost.waiver, lang)}"


def waiver_text(waiver: Waiver, lang: str) -> str:
    """The grounds of a waiver, and in brackets whose they are and until when."""
    until = f"{say('until', lang)} {waiver.until}" if waiver.until else ""
    return f"{waiver.reason} ({', '.join(filter(None, (waiver.by, until)))})"


def state(finding: Finding, lang: str) -> str:
    """Why the finding is in its state, in one sentence or more."""
    match finding.status:
        case "confirmed":
            return say("confirmed_because", lang)
        case "waived" if finding.waiver:
            return f"{say('waived_because', lang)}: {waiver_text(finding.waiver, lang)}"
    return f"{say('unknown', lang)}: {because(finding, lang)}"


def _block(finding: Finding, store: Store, lang: str) -> str:
    head = f"{say(finding.severity, lang).upper()} · {say(finding.status, lang)} · {finding.id}"
    lines = [head, *_wrap("", finding.explanation)]
    lines += _wrap(say("known", lang), state(finding, lang))
    if said := _triples(finding, store, lang):
        lines += _wrap(say("evidence", lang), "; ".join(said))
    if finding.interpreted:
        lines += _wrap("", say("interpreted", lang))
    lines += _wrap(say("sources", lang), " · ".join(sources(finding)) or "–")
    lines += _wrap(say("missing", lang), missing(finding, store, lang))
    lines += _wrap(say("closes", lang), finding.closes)
    lines += _wrap(say("rank", lang), rank_text(finding.rank, lang))
    return "\n".join(lines)


def missing(finding: Finding, store: Store, lang: str) -> str:
    """The links that would close a finding, in words: alternatives, and in each what belongs together."""
    return f"; {say('or', lang)}: ".join(links_text(option, store, lang) for option in finding.missing) or "–"


def links_text(links: Option, store: Store, lang: str) -> str:
    """Links that belong together, in words."""
    quoted = "”{}”" if lang == "sv" else "“{}”"
    before: set[Some] = set()

    def end(node: End) -> str:
        if isinstance(node, NamedNode):
            return quoted.format(store.label(node, lang))
        word = "same" if node in before else f"some_{node.kind}"
        return say(word, lang) if has(word) else store.label(node.iri, lang)

    words = []
    for link in links:
        words.append(f"{end(link.subject)} – {relation(link.predicate, store, lang)} – {end(link.object)}")
        before |= {node for node in (link.subject, link.object) if isinstance(node, Some)}
    return f" {say('and', lang)} ".join(words)


def rank_text(rank: Rank, lang: str) -> str:
    """The weight and how it came about."""
    parts = (rank.severity, *(decimal(p, lang) for p in (rank.plans, rank.shared, rank.uncovered)))
    return f"{decimal(rank.value, lang)} = {say('rank_formula', lang).format(*parts)}"


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
