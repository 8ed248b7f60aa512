"""How do findings look as Markdown? A report to paste into an issue, a wiki or a memorandum.

Everything from the data is escaped: it cannot become markup, and only addresses of the web become links. Layer: domain.
https://spec.commonmark.org/ and tables of https://github.github.com/gfm/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from rusgraf.assets import package_version
from rusgraf.evidence import Source
from rusgraf.findings import STATES, Finding, count
from rusgraf.incomplete import Named
from rusgraf.library import LEVELS, rules
from rusgraf.report import missing, rank_text, relation, state
from rusgraf.store import Store
from rusgraf.terms import NamedNode
from rusgraf.wording import say

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&$^!])")
_AUTOLINK = re.compile(r"(?i)(?<=[a-z])(?=://)|(?<=www)(?=\.)|(?=@)")  # GFM makes links of bare addresses


def escape(text: str) -> str:
    """The text on one line, nothing in it markup.

    >>> escape("*a* <b> www.x")
    '\\\\*a\\\\* \\\\<b\\\\> www\\\\.x'
    """
    return _AUTOLINK.sub(r"\\", _MARKUP.sub(r"\\\1", " ".join(text.split())))


def _linked(text: str, iri: str) -> str:
    """The text as a link, where the IRI is an address of the web; else followed by the IRI."""
    if re.fullmatch(r"https?://[^\s<>\\]+", iri):
        return f"[{escape(text)}](<{iri}>)"
    return escape(f"{text} ({iri})" if iri else text)


def findings_markdown(findings: Sequence[Finding], store: Store, lang: str) -> bytes:
    """The report: what the states mean, the counts, and every finding with state, evidence, sources and cure."""
    lines = [f"# {say('report_title', lang)}", ""]
    made = f"{date.today()} · rusgraf {package_version()} · {say('release', lang)} `{store.release()}`"
    lines += [made, ""]
    lines += [f"- **{say(key, lang)}**: {say(f'means_{key}', lang)}" for key in STATES]
    lines += ["", *_counts(findings, lang)]
    names = {rule.name: rule for rule in rules()}
    order = sorted(findings, key=lambda f: (LEVELS.index(f.level), f.rule))
    for rule, group in groupby(order, key=lambda f: f.rule):
        found = list(group)
        lines += ["", f"## {escape(names[rule].say('summary', lang))} ({len(found)})", ""]
        lines.append(escape(names[rule].say("description", lang)))
        for finding in found:
            lines += ["", *_section(finding, store, lang)]
    return ("\n".join(lines if findings else [*lines, say("none_found", lang)]) + "\n").encode()


def _counts(findings: Sequence[Finding], lang: str) -> list[str]:
    """How many findings of each rule are in each state, as a table."""
    if not findings:
        return []
    table = sorted(count(findings).items())
    head = [say("rule", lang), *(say(s, lang) for s in STATES)]
    rows = [[f"`{rule}`", *map(str, row.values())] for rule, row in table]
    sums = [say("total", lang), *(str(sum(row[s] for _, row in table)) for s in STATES)]
    return [_row(head), _row(["---", *["---:"] * len(STATES)]), *map(_row, rows), _row(sums)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _section(f: Finding, store: Store, lang: str) -> Iterator[str]:
    """One finding."""
    yield f"### {escape(f.explanation)}"
    yield ""
    yield f"`{f.id}` · **{say(f.status, lang)}** · {say('severity', lang)}: {say(f.severity, lang)}"
    yield ""
    yield _item("known", state(f, lang), lang)
    if f.interpreted:
        yield f"- **{say('rests_on_interpretation', lang)}**: {say('yes', lang)}"
    for key, thing in (("focus", f.focus), ("counterpart", f.counterpart), ("shared", f.shared)):
        if thing:
            yield f"- **{say(key, lang)}**: {_named(thing)}"
    if f.plans:
        yield f"- **{say('plans', lang)}**: {' · '.join(map(_named, f.plans))}"
    yield _item("missing", missing(f, store, lang), lang)
    yield _item("closes", f.closes, lang)
    yield _item("rank", rank_text(f.rank, lang), lang)
    yield from _listed("evidence", _evidence(f, store, lang), lang)
    yield from _listed("sources", [_source(s) for s in f.sources], lang)


def _item(key: str, text: str, lang: str) -> str:
    return f"- **{say(key, lang)}**: {escape(text)}"


def _named(thing: Named) -> str:
    return _linked(thing.label, thing.iri)


def _listed(key: str, items: Sequence[str], lang: str) -> list[str]:
    return [f"- **{say(key, lang)}**:", *(f"  - {item}" for item in items)] if items else []


def _evidence(f: Finding, store: Store, lang: str) -> list[str]:
    """Each statement in words, and the graph that says it."""
    said = []
    for q in f.evidence:
        words = (store.label(q.subject, lang), relation(q.predicate, store, lang), store.label(q.object, lang))
        by = store.label(q.graph_name, lang) if isinstance(q.graph_name, NamedNode) else "–"
        said.append(escape(f"{' – '.join(words)} ({say('asserted_by', lang)} {by})"))
    return said


def _source(source: Source) -> str:
    """The document and section, leading to the reference."""
    return _linked(": ".join(filter(None, (source.document, source.section))) or source.reference, source.reference)
