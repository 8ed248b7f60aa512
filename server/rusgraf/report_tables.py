"""How do findings look in a spreadsheet? CSV for Swedish Excel, and a workbook that explains itself.

One row a finding, labels beside IRIs; both formats have the same columns. CSV names columns and states by fixed words,
as the JSON does; the workbook says them in the language. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rusgraf.assets import package_version
from rusgraf.findings import STATES, Finding, count
from rusgraf.incomplete import Named
from rusgraf.library import LEVELS, rules
from rusgraf.overlap import Overlap, Overlaps
from rusgraf.report import because, missing, rank_text, share_text, sources, state
from rusgraf.store import Store
from rusgraf.tables import Cell, Link, Sheet, to_csv, to_xlsx
from rusgraf.wording import say

# Column → the word of its header in the workbook; those of an IRI say so after it.
COLUMNS = {
    "id": "finding_id",
    "rule": "rule",
    "status": "status",
    "severity": "severity",
    "explanation": "explanation",
    "focus_label": "focus",
    "focus": "focus",
    "counterpart_label": "counterpart",
    "counterpart": "counterpart",
    "shared_label": "shared",
    "shared": "shared",
    "plan_labels": "plans",
    "plans": "plans",
    "missing": "missing",
    "closes": "closes",
    "rank": "rank",
    "level": "level",
    "unknown_because": "unknown_because",
    "waiver": "waiver",
    "interpreted": "rests_on_interpretation",
    "sources": "sources",
    "references": "references",
}
_IRIS = ("focus", "counterpart", "shared", "plans")


def findings_csv(findings: Sequence[Finding], store: Store, lang: str) -> bytes:
    """One row a finding; several values of a cell are separated by ``; ``, documents by `` · ``."""
    return to_csv(list(COLUMNS), [list(_row(f, store, lang).values()) for f in findings], lang)


def findings_xlsx(findings: Sequence[Finding], store: Store, lang: str) -> bytes:
    """A workbook with the findings, the rules, the pairs of plans, and what the words mean."""
    header = [say(word, lang) + (" (IRI)" if key in _IRIS else "") for key, word in COLUMNS.items()]
    rows = [_said(_row(f, store, lang), lang) for f in findings]
    sheets = [
        Sheet(say("sheet_findings", lang), header, rows),
        _rules(findings, lang),
        _pairs(store, lang),
        _about(findings, store, lang),
    ]
    return to_xlsx([sheet for sheet in sheets if sheet.rows or sheet is sheets[0]], lang)


def _row(f: Finding, store: Store, lang: str) -> dict[str, Cell]:
    return {
        "id": f.id,
        "rule": f.rule,
        "status": f.status,
        "severity": f.severity,
        "explanation": f.explanation,
        **_named("focus", f.focus),
        **_named("counterpart", f.counterpart),
        **_named("shared", f.shared),
        "plan_labels": "; ".join(p.label for p in f.plans),
        "plans": _links([p.iri for p in f.plans]),
        "missing": missing(f, store, lang),
        "closes": f.closes,
        "rank": f.rank.value,
        "level": f.level,
        "unknown_because": because(f, lang),
        "waiver": state(f, lang) if f.waiver else "",
        "interpreted": str(f.interpreted).lower(),
        "sources": " · ".join(sources(f)),
        "references": _links(list(dict.fromkeys(s.reference for s in f.sources if s.reference))),
    }


def _named(column: str, thing: Named | None) -> dict[str, Cell]:
    return {f"{column}_label": thing.label if thing else None, column: Link(thing.iri) if thing else None}


def _links(iris: list[str]) -> Cell:
    """One IRI as a link; a cell can hold only one, so several are text."""
    return Link(iris[0]) if len(iris) == 1 else "; ".join(iris)


def _said(row: dict[str, Cell], lang: str) -> list[Cell]:
    """The row with its fixed words said in the language."""
    words: dict[str, Cell] = {key: say(str(row[key]), lang) for key in ("status", "severity")}
    words["level"] = say(f"level_{row['level']}", lang)
    words["interpreted"] = say("yes" if row["interpreted"] == "true" else "no", lang)
    return list({**row, **words}.values())


def _rules(findings: Sequence[Finding], lang: str) -> Sheet:
    """How many findings of each rule are in each state."""
    counts = count(findings)
    columns = [say(key, lang) for key in ("rule", "description", "severity", *STATES, "total")]
    rows: list[list[Cell]] = []
    for rule in rules():
        if numbers := counts.get(rule.name, {}).values():
            summary, severity = rule.say("summary", lang), say(rule.head["severity"], lang)
            rows.append([rule.name, summary, severity, *numbers, sum(numbers)])
    return Sheet(say("sheet_rules", lang), columns, rows)


def _pairs(store: Store, lang: str) -> Sheet:
    """The stuprör measure of each pair of plans, with what it counts."""

    def row(pair: Overlap) -> list[Cell]:
        both: list[Cell] = [cell for p in (pair.plan, pair.other) for cell in (store.label(p, lang), Link(p.value))]
        measure = say("not_known", lang) if pair.measure is None else pair.measure
        return [*both, measure, "\n".join(share_text(share, lang) for share in pair.shares)]

    plan = say("plan", lang)
    columns = [plan, f"{plan} (IRI)", plan, f"{plan} (IRI)", say("overlap", lang), say("counted", lang)]
    return Sheet(say("sheet_pairs", lang), columns, [row(pair) for pair in Overlaps(store).pairs()])


def _about(findings: Sequence[Finding], store: Store, lang: str) -> Sheet:
    """What the workbook holds, of which data, and what its words mean."""
    rows: list[tuple[str, Cell]] = [
        ("made_by", f"rusgraf {package_version()}"),
        ("release", store.release()),
        ("made_on", str(date.today())),
        ("sheet_findings", str(len(findings))),
        *((key, say(f"means_{key}", lang)) for key in STATES),
        ("rests_on_interpretation", say("means_interpreted", lang)),
        *((f"level_{key}", say(f"level_{key}_means", lang)) for key in LEVELS),
        ("rank", _rank_means(findings, lang)),
        ("sheet_rules", say("means_rules", lang)),
        ("long_texts", say("means_cut", lang)),
    ]
    return Sheet(
        say("sheet_about", lang),
        [say("sheet_about", lang), ""],
        [(say(key, lang), value) for key, value in rows],
        is_list=False,
    )


def _rank_means(findings: Sequence[Finding], lang: str) -> str:
    """What the weight is, with the first finding's as the example."""
    said = say("means_rank", lang)
    return f"{said} {findings[0].id}: {rank_text(findings[0].rank, lang)}" if findings else said
