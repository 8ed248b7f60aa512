"""How do a publication, a build and a history look, as text and JSON? Layer: domain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from rusgraf import mint
from rusgraf.findings import find
from rusgraf.provenance import Version
from rusgraf.publish import Part, Published
from rusgraf.releases import Opened
from rusgraf.store import Store
from rusgraf.wording import say

# Above this size of the store (quads), findings are told by id alone: their sentences would take minutes.
TOLD_WHOLE = 500_000
_START = f"{mint.BASE}res/graf/"


def short(graph: str) -> str:
    """What a person calls a graph: what follows ``res/graf/`` in its IRI, else the IRI."""
    return graph.removeprefix(_START)


def as_text(made: Published, lang: str) -> str:
    """What became of each graph, what that does to the findings, and which release answers."""
    lines = [line for part in made.parts for line in _part(part, lang)]
    name = made.after.release.name
    if made.before.warning:
        lines.insert(0, " ".join(made.before.warning.say(lang)))
    if made.after is made.before:
        return "\n".join([*lines, say("published_nothing", lang).format(name)]) + "\n"
    warnings = made.outcome.counts()["warning"] if made.outcome else 0
    if warnings:
        lines.append(say("published_warnings", lang).format(warnings))
    lines += _effect("published_closes", made.closes, made.before.store, lang)
    lines += _effect("published_opens", made.opens, made.after.store, lang)
    if not made.closes and not made.opens:
        lines.append(say("published_no_effect", lang))
    return "\n".join([*lines, say("published_release", lang).format(name)]) + "\n"


def _part(part: Part, lang: str) -> list[str]:
    told = say(f"published_{part.state}", lang).format(part.statements)
    lines = [f"{part.file}{' → ' if part.file else ''}{short(part.graph.value)}: {told}"]
    if part.previous and part.state != "new":
        key = "published_since" if part.state == "unchanged" else "published_before"
        lines.append("  " + say(key, lang).format(part.previous.origin.file, part.previous.number, part.previous.made))
    return lines


def _effect(key: str, ids: frozenset[str], store: Store, lang: str) -> list[str]:
    """The findings of these ids in a store that has them, with their sentences unless it is very large."""
    if not ids:
        return []
    only = sorted({i.partition("/")[0] for i in ids})
    whole = store.size() <= TOLD_WHOLE
    found = {f.id: f for f in find(store, lang=lang, only=only)} if whole else {}
    told = {i: f"({say(found[i].status, lang)}) {found[i].explanation}" if i in found else "" for i in ids}
    return [f"{say(key, lang)} ({len(ids)}):", *(f"  {i} {told[i]}".rstrip() for i in sorted(ids))]


def built_text(opened: Opened, lang: str) -> str:
    """What a build came to."""
    stated = opened.release.stated()
    return say("built", lang).format(opened.release.name, sum(stated.values()), len(stated)) + "\n"


def history_json(found: Sequence[Version]) -> str:
    """``{"versions": [version]}``, in the order in which they came."""
    return json.dumps({"versions": [asdict(version) for version in found]}, ensure_ascii=False, indent=1) + "\n"


def history_text(found: Sequence[Version], lang: str) -> str:
    """A table of the versions, one line each."""
    if not found:
        return say("history_none", lang) + "\n"
    keys = ("graph", "came", "made", "file", "by", "warnings", "ended")
    rows = [tuple(say(f"history_{key}", lang) for key in keys), *(_row(version, lang) for version in found)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(keys))]
    return "".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() + "\n" for row in rows)


def _row(version: Version, lang: str) -> tuple[str, ...]:
    came = f"{version.number} ({version.release})" if version.number else say("history_base", lang)
    file = f"{version.origin.file} sha256:{version.origin.sha256[:12]}" if version.origin.file else "–"
    ended = say("history_there", lang)
    if version.ended:
        ended = say("history_replaced" if version.replaced else "history_removed", lang).format(version.ended)
    cells = (short(version.graph), came, version.made, file, version.by or "–", str(version.warnings), ended)
    return tuple(" ".join(cell.split()) for cell in cells)


def graph_of(name: str, found: Sequence[Version]) -> str:
    """The graph in the history that a person means, also one that is gone; "" when there is none."""
    return next((v.graph for v in found if name in (v.graph, short(v.graph))), "")
