"""How do suggestions and effects look, as text and JSON? Layer: domain."""

from __future__ import annotations

import json
from typing import Any

from rusgraf.findings import Finding
from rusgraf.report import as_json, decimal, link_json, links_text
from rusgraf.store import Store
from rusgraf.suggest import Plan, Suggestion
from rusgraf.whatif import Effect
from rusgraf.wording import say


def plan_text(plan: Plan, store: Store, lang: str) -> str:
    """The suggestions for a terminal, each with what it closes and opens, last what they do not mean."""
    lines: list[str] = []
    for number, s in enumerate(plan.suggestions, 1):
        word = say("links_one" if len(s.links) == 1 else "links_many", lang)
        lines.append(f"{number}. {len(s.links)} {word}: {suggestion_text(s, store, lang)}")
        lines += _listed("closes_number", s.closes, lang) + _listed("opens_number", s.opens, lang)
    links, closed = sum(len(s.links) for s in plan.suggestions), sum(len(s.closes) for s in plan.suggestions)
    lines.append(say("suggested", lang).format(len(plan.suggestions), links, closed, plan.left))
    lines.append(say("suggest_bound", lang).format(decimal(plan.bound, lang), plan.largest, plan.largest))
    lines.append(say("suggest_means", lang))
    return "\n".join(lines) + "\n"


def suggestion_text(suggestion: Suggestion, store: Store, lang: str) -> str:
    """The links in words, and which plans a new activity is under."""
    plans = ", ".join(plan.label for plan in suggestion.under)
    return links_text(suggestion.links, store, lang) + (f" ({say('activity_under', lang)}: {plans})" if plans else "")


def _listed(key: str, findings: tuple[Finding, ...], lang: str) -> list[str]:
    head = [f"   {say(key, lang)} {len(findings)}:"] if findings else []
    return head + [f"     {f.id} ({say(f.status, lang)}) {f.explanation}" for f in findings]


def plan_json(plan: Plan, store: Store, lang: str) -> str:
    """``{"release", "suggestions": [{"links", "text", "closes", "opens"}], "left", "bound", "means"}``."""
    made = {
        "release": store.release(),
        "suggestions": [
            {
                "links": [link_json(link) for link in s.links],
                "text": suggestion_text(s, store, lang),
                "closes": [_brief(f) for f in s.closes],
                "opens": [_brief(f) for f in s.opens],
            }
            for s in plan.suggestions
        ],
        "left": plan.left,
        "bound": plan.bound,
        "means": say("suggest_means", lang),
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _brief(finding: Finding) -> dict[str, str]:
    return {"id": finding.id, "status": finding.status, "explanation": finding.explanation}


def effect_text(effect: Effect, lang: str) -> str:
    """What would be closed, opened and changed, for a terminal."""
    lines: list[str] = []
    for key, findings in (("effect_closes", effect.closes), ("effect_opens", effect.opens)):
        if findings:
            lines.append(f"{say(key, lang)} ({len(findings)}):")
            lines += [f"  {f.id} ({say(f.status, lang)}) {f.explanation}" for f in findings]
    if effect.changes:
        lines.append(f"{say('effect_changes', lang)} ({len(effect.changes)}):")
    for old, new in effect.changes:
        lines.append(f"  {new.id} ({say(old.status, lang)} → {say(new.status, lang)}) {new.explanation}")
    return "\n".join(lines or [say("effect_none", lang)]) + "\n"


def effect_json(effect: Effect, store: Store, lang: str) -> str:
    """``{"release", "closes": [finding], "opens": [finding], "changes": [{"before", "after"}]}``."""
    made: dict[str, Any] = {
        "release": store.release(),
        "closes": [as_json(f, lang) for f in effect.closes],
        "opens": [as_json(f, lang) for f in effect.opens],
        "changes": [{"before": as_json(old, lang), "after": as_json(new, lang)} for old, new in effect.changes],
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"
