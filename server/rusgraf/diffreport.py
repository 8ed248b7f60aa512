"""How does the comparison of two versions look as text, JSON and Markdown? (HTML: ``pages``.) Layer: domain."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rusgraf.diff import WHAT, Change, Diff
from rusgraf.findings import Finding
from rusgraf.incomplete import Named
from rusgraf.versions import Version
from rusgraf.wording import say


@dataclass(frozen=True)
class Section:
    """A heading, and what stands below it: what something is about, and all that is to be said of that."""

    title: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]

    def __len__(self) -> int:
        return sum(max(1, len(said)) for _, said in self.lines)


def sections(diff: Diff, lang: str) -> list[Section]:
    """The differences, one section for each sort that there is."""
    found = []
    for what in WHAT:
        about: dict[tuple[str, str], list[str]] = {}
        for c in diff.changes:
            if c.what == what:
                about.setdefault((f"{c.kind}: {c.thing.label}", c.thing.iri), []).append(phrase(c, lang))
        lines = tuple((name, tuple(filter(None, said))) for (name, _), said in about.items())
        found.append(Section(say(f"diff_{what}", lang), lines))
    found.append(Section(say("diff_answering", lang), tuple((named.label, ()) for named in diff.answering)))
    return [section for section in found if section.lines]


def phrase(change: Change, lang: str) -> str:
    """What is to be said of the thing that a change is about."""
    before, after = ", ".join(change.before), ", ".join(change.after)
    if change.what == "unknown":
        told = say("diff_only_first" if before else "diff_only_second", lang)
        return f"{change.property.label}: {before or after} ({told})" if change.property else told
    if change.what in ("dropped", "added", "reworded"):
        return change.note
    if before and after:
        told = f"{before} → {after}"
    else:
        told = f"{say('diff_gone', lang)} {before}" if before else f"{say('diff_came', lang)} {after}"
    about = f"{change.property.label}: " if change.property else ""
    return f"{about}{told}{f' ({change.note})' if change.note else ''}"


def notes(diff: Diff, lang: str) -> list[str]:
    """What the sections leave out, counted."""
    told = [] if diff.changes else [say("diff_nothing", lang)]
    told.append(say("diff_alike", lang).format(diff.unchanged))
    return [*told, say("diff_passages", lang).format(*diff.passages)] if any(diff.passages) else told


def effects(diff: Diff, lang: str) -> list[Section]:
    """What happens to the findings: a line is state and id, and the sentence."""

    def section(key: str, found: Iterable[tuple[str, Finding]]) -> Section:
        return Section(say(key, lang), tuple((f"{state} · {f.id}", (f.explanation,)) for state, f in found))

    changed = [(f"{say(old.status, lang)} → {say(new.status, lang)}", new) for old, new in diff.effect.changes]
    return [
        section("diff_closes", ((say(f.status, lang), f) for f in diff.effect.closes)),
        section("diff_opens", ((say(f.status, lang), f) for f in diff.effect.opens)),
        section("diff_changes", changed),
    ]


def effect_title(diff: Diff, lang: str) -> str:
    """Which version is in force when the findings are looked at."""
    return say("diff_effect_both" if diff.side_by_side else "diff_effect", lang)


def to_text(diff: Diff, lang: str) -> str:
    """For a terminal."""
    lines = [f"{say('diff_from', lang)}: {diff.a.name}", f"{say('diff_to', lang)}: {diff.b.name}", ""]
    for section in sections(diff, lang):
        lines += [*_section(section), ""]
    lines += [*notes(diff, lang), "", effect_title(diff, lang)]
    for section in effects(diff, lang):
        lines += _section(section)
    return "\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"{section.title} ({len(section)})"
    for about, said in section.lines:
        yield from _wrap(about, "  ", "    ")
        for sentence in said:
            yield from _wrap(sentence, "    ", "      ")


def _wrap(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, 110, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def to_markdown(diff: Diff, lang: str) -> str:
    """As Markdown; nothing in the data acts as markup."""
    lines = [f"# {_plain(diff.a.name)} → {_plain(diff.b.name)}", ""]
    for section in sections(diff, lang):
        lines += [f"## {section.title} ({len(section)})", "", *_items(section), ""]
    lines += [*(_plain(note) for note in notes(diff, lang)), "", f"## {effect_title(diff, lang)}", ""]
    for section in effects(diff, lang):
        lines += [f"### {section.title} ({len(section)})", "", *_items(section), ""]
    return "\n".join(lines).rstrip() + "\n"


def _items(section: Section) -> list[str]:
    return [
        line
        for about, said in section.lines
        for line in (f"- **{_plain(about)}**", *(f"  - {_plain(sentence)}" for sentence in said))
    ]


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|#~&!])", r"\\\1", " ".join(text.split()))


def to_json(diff: Diff, lang: str) -> str:
    """As JSON: ``before`` is what only the first says, ``after`` what only the second says."""
    del lang
    told: dict[str, Any] = {
        "from": _version(diff.a),
        "to": _version(diff.b),
        "changes": [
            {
                "what": c.what,
                "kind": c.kind,
                "thing": _named(c.thing),
                "property": _named(c.property) if c.property else None,
                "before": list(c.before),
                "after": list(c.after),
                "note": c.note or None,
            }
            for c in diff.changes
        ],
        "unchanged": diff.unchanged,
        "passages": {"only_from": diff.passages[0], "only_to": diff.passages[1]},
        "answering_to_from_only": [_named(named) for named in diff.answering],
        "side_by_side": diff.side_by_side,
        "effect": {
            "closes": [_finding(f) for f in diff.effect.closes],
            "opens": [_finding(f) for f in diff.effect.opens],
            "changes": [{"id": new.id, "from": _finding(old), "to": _finding(new)} for old, new in diff.effect.changes],
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _named(named: Named) -> dict[str, str]:
    return {"iri": named.iri, "label": named.label}


def _version(version: Version) -> dict[str, str | None]:
    return {
        "graph": version.graph.value,
        "version": version.version.value if version.version else None,
        "document": version.document.value if version.document else None,
        "label": version.name,
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "status": finding.status,
        "severity": finding.severity,
        "explanation": finding.explanation,
    }


FORMATS: dict[str, Callable[[Diff, str], str]] = {"table": to_text, "json": to_json, "md": to_markdown}
