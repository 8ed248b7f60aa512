"""How do the changes between two runs look to a tool that reads SARIF?

A finding is a result whose baseline state says whether it is new, unchanged, updated or absent; its id is its
fingerprint. A confirmed finding fails at the level of its severity. One that is not known is `open` ("insufficient
information", §3.27.9), which SARIF gives no level; its severity stands among its properties. A waived one is
suppressed. Layer: domain.
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from rusgraf.assets import package_version
from rusgraf.changes import Change, Changes, Told
from rusgraf.changes_report import field_text
from rusgraf.library import rules
from rusgraf.mint import BASE
from rusgraf.wording import say

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"high": "error", "medium": "warning", "low": "note"}
FINGERPRINT = "rusgrafFinding/v1"


def to_sarif(changes: Changes, lang: str) -> str:
    """A SARIF 2.1.0 log with one run."""
    parts = (("new", changes.opened), ("unchanged", changes.same), ("absent", changes.gone))
    told = [(state, finding, "") for state, findings in parts for finding in findings]
    told += [("updated", c.finding, _said(c, lang)) for c in changes.changed]
    names = sorted({finding["rule"] for _, finding, _ in told})
    run = {
        "tool": {"driver": {
            "name": "rusgraf", "version": package_version(), "informationUri": BASE,
            "rules": [_rule(name, lang) for name in names],
        }},
        "language": lang,
        "automationDetails": {"id": "rusgraf/gaps/"},
        "properties": {"release": changes.new.release, "baselineRelease": changes.old.release},
        "results": [{**_result(finding, said, lang), "ruleIndex": names.index(finding["rule"]), "baselineState": state}
                    for state, finding, said in told],
    }  # fmt: skip
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _said(change: Change, lang: str) -> str:
    return "; ".join(field_text(field, lang) for field in change.fields)


def _rule(name: str, lang: str) -> dict[str, Any]:
    """The rule with its help; one that this program does not have any more is only named."""
    rule = {r.name: r for r in rules()}.get(name)
    if rule is None:
        return {"id": name}
    cure = re.sub("[{}]", "", rule.say("closes", lang))
    return {
        "id": name,
        "shortDescription": {"text": _literal(rule.say("summary", lang))},
        "fullDescription": {"text": _literal(rule.say("description", lang))},
        "help": {"text": _literal(f"{rule.say('description', lang)} {say('closes', lang)}: {cure}")},
        "defaultConfiguration": {"level": _LEVELS[rule.head["severity"]]},
    }


def _result(finding: Told, said: str, lang: str) -> dict[str, Any]:
    """What does not depend on the other run, but for what was `said` to have changed."""
    known = finding["status"] != "unknown"
    places = [(plan, "plan") for plan in finding["plans"]] + [(finding["focus"], "focus")]
    made = {
        "ruleId": finding["rule"],
        "kind": "fail" if known else "open",
        "level": _LEVELS[finding["severity"]] if known else "none",
        "message": {"text": _literal(" ".join(filter(None, (finding["explanation"], said and f"({said})"))))},
        "locations": [{"logicalLocations": [
            {"name": thing["label"], "fullyQualifiedName": thing["iri"], "kind": kind} for thing, kind in places
        ]}],
        "partialFingerprints": {FINGERPRINT: finding["id"]},
        "properties": {"status": finding["status"], "severity": finding["severity"]},
    }  # fmt: skip
    if finding["status"] == "waived":
        waiver = finding.get("waiver")
        reason = waiver.get("reason") if isinstance(waiver, dict) else None
        made["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": str(reason or say("waived", lang))}
        ]
    return made


def _literal(text: str) -> str:
    """The text as a SARIF message: its braces and brackets are no placeholders and no links (§3.11.5, §3.11.6)."""
    return re.sub(r"([\[\]\\])", r"\\\1", text).replace("{", "{{").replace("}", "}}")
