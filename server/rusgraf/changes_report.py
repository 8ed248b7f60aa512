"""How do the changes between two runs look, as text and as JSON? For a build: ``junit``, ``sarif``. Layer: domain."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from typing import Any

from rusgraf.changes import Changes, Field, Run, Told, spelt
from rusgraf.tables import clean
from rusgraf.wording import has, say

_NAMES = {"interpreted": "rests_on_interpretation"}


def to_text(changes: Changes, lang: str) -> str:
    """For a terminal: both releases, the counts, and each finding that is new, gone or changed, with what changed."""
    lines = [f"{_run(changes.old, lang)} → {_run(changes.new, lang)}", counts_text(changes, lang)]
    for kind, sign, findings in (("new", "+", changes.opened), ("gone", "−", changes.gone)):
        lines += _head(kind, len(findings), lang)
        for finding in findings:
            lines += _told(sign, finding, lang)
    lines += _head("changed", len(changes.changed), lang)
    for change in changes.changed:
        lines += _told("~", change.finding, lang)
        lines += [line for field in change.fields for line in _wrapped("      ", field_text(field, lang))]
    return "\n".join(lines) + "\n"


def counts_text(changes: Changes, lang: str) -> str:
    """“New: 3, gone: 1, changed: 0, unchanged: 350.”"""
    said = ", ".join(f"{say(f'run_{kind}', lang)}: {number}" for kind, number in changes.count().items())
    return f"{said.capitalize()}."


def _run(run: Run, lang: str) -> str:
    return f"{say('release', lang)} {clean(run.release, lang)} ({clean(run.name, lang)}, {len(run.findings)})"


def _head(kind: str, number: int, lang: str) -> list[str]:
    return ["", f"{say(f'run_{kind}', lang).capitalize()} ({number})"] if number else []


def _told(sign: str, finding: Told, lang: str) -> list[str]:
    words = f"{say(finding['severity'], lang)} · {say(finding['status'], lang)} · {finding['id']}"
    return [f"  {sign} {words}", *_wrapped("    ", clean(finding["explanation"], lang))]


def _wrapped(indent: str, text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False)


def field_text(field: Field, lang: str) -> str:
    """One change in words: “State: unknown → confirmed”; of a list, what came and what went.

    >>> field_text(Field("status", "unknown", "confirmed"), "en")
    'State: unknown → confirmed'
    """
    key = _NAMES.get(field.name, field.name)
    name = say(key, lang) if has(key) else key
    if isinstance(field.before, list) and isinstance(field.after, list):
        before, after = Counter(map(spelt, field.before)), Counter(map(spelt, field.after))
        parts = [f"{mark} {clean(_brief(item), lang)}" for mark, items in (("+", after - before), ("−", before - after))
                 for item in sorted(items.elements())]  # fmt: skip
        return f"{name}: {'; '.join(parts)}"
    return f"{name}: {_value(field, field.before, lang)} → {_value(field, field.after, lang)}"


def _value(field: Field, value: Any, lang: str) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return say("yes" if value else "no", lang)
    if field.name in ("status", "severity") and has(value):
        return say(value, lang)
    return clean(_brief(spelt(value)), lang)


def _brief(item: str) -> str:
    """A value as briefly as can be: text as it is, a thing by its label, a statement by the ends of its IRIs."""
    value = json.loads(item)
    if isinstance(value, dict) and isinstance(value.get("label"), str):
        return str(value["label"])
    if isinstance(value, dict):
        order = [k for k in ("s", "p", "o") if k in value] + [k for k in value if k not in ("s", "p", "o")]
        return " ".join(_end(value[key]) for key in order if value[key])
    return value if isinstance(value, str) else item


def _end(value: Any) -> str:
    return value.rsplit("/", 1)[-1] if isinstance(value, str) else spelt(value)


def to_json(changes: Changes, lang: str) -> str:
    """``{"from", "to", "counts", "new": [finding], "gone": [finding], "changed": [{"finding", "fields"}]}``."""
    del lang
    made = {
        "from": _run_json(changes.old),
        "to": _run_json(changes.new),
        "counts": changes.count(),
        "new": changes.opened,
        "gone": changes.gone,
        "changed": [
            {"finding": c.finding, "fields": {f.name: {"before": f.before, "after": f.after} for f in c.fields}}
            for c in changes.changed
        ],
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _run_json(run: Run) -> dict[str, Any]:
    return {"name": run.name, "release": run.release, "findings": len(run.findings)}
