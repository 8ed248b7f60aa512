"""What is new, gone or changed between two runs of the report?

A run is what ``rusgraf gaps --format json`` printed, or the findings of a store; a finding has the same id in both.
What the two say of it is compared field by field, lists without their order, and only the fields that both runs have
(an older program wrote fewer). `rank` and `basis` follow from the rest and are left out. Not done here: how it looks
(``changes_report``, ``junit``, ``sarif``). Layer: domain.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rusgraf.errors import BadParameter, RusgrafError, TooLarge, UnreadableInput
from rusgraf.findings import STATES, Finding
from rusgraf.library import SEVERITIES
from rusgraf.report import as_json
from rusgraf.store import Store
from rusgraf.wording import LANGUAGES

MAX_BYTES = 256 * 1024 * 1024
_MAX_DEPTH = 32
_FOLLOWS = ("id", "rank", "basis")
_TEXTS = ("id", "rule", "status", "severity", "explanation")
_ID = re.compile(r"[a-z0-9-]{1,200}/[0-9a-f]{1,64}")
_KNOWN = {"status": STATES, "severity": SEVERITIES}
_SURROGATE = re.compile("[\ud800-\udfff]")
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """One run: what it was read from, the release of its data, its language ("" when not said), its findings by id."""

    name: str
    release: str
    lang: str
    findings: Mapping[str, Told]


@dataclass(frozen=True)
class Field:
    """A field of a finding that is not as before."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """A finding that both runs have, as it is in the new one, and in what it has changed."""

    finding: Told
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Changes:
    """Two runs and what differs, in the order of the reports; `same` are the findings that do not differ."""

    old: Run
    new: Run
    opened: tuple[Told, ...]
    gone: tuple[Told, ...]
    changed: tuple[Change, ...]
    same: tuple[Told, ...]

    def count(self) -> dict[str, int]:
        """How many findings are new, gone, changed and unchanged."""
        numbers = (len(found) for found in (self.opened, self.gone, self.changed, self.same))
        return dict(zip(("new", "gone", "changed", "unchanged"), numbers, strict=True))


def compare(old: Run, new: Run) -> Changes:
    """What differs. Raises BadParameter when the runs are in two languages: every sentence would differ."""
    if old.lang and new.lang and old.lang != new.lang:
        raise BadParameter(
            f"{old.name} is in {old.lang} and {new.name} in {new.lang}.",
            "Make both with the same --lang.",
            sv=f"{old.name} är på {old.lang} och {new.name} på {new.lang}.",
            cure_sv="Gör båda med samma --lang.",
        )
    changed, same = [], []
    for key, finding in new.findings.items():
        if key in old.findings:
            fields = tuple(_fields(old.findings[key], finding))
            changed += [Change(finding, fields)] if fields else []
            same += [] if fields else [finding]
    return Changes(
        old,
        new,
        tuple(f for key, f in new.findings.items() if key not in old.findings),
        tuple(f for key, f in old.findings.items() if key not in new.findings),
        tuple(changed),
        tuple(same),
    )


def _fields(before: Told, after: Told) -> Iterator[Field]:
    for name in after:
        if name in before and name not in _FOLLOWS and _plain(before[name]) != _plain(after[name]):
            yield Field(name, before[name], after[name])


def _plain(value: Any) -> Any:
    """A list as its members in one order."""
    return sorted(map(spelt, value)) if isinstance(value, list) else value


def spelt(value: Any) -> str:
    """A value of JSON in one spelling."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def run_of(findings: Sequence[Finding], store: Store, lang: str, name: str) -> Run:
    """The run that these findings are."""
    return Run(name, store.release(), lang, {f.id: json.loads(json.dumps(as_json(f, lang))) for f in findings})


def read_run(path: Path) -> Run:
    """The run that ``gaps --format json`` wrote to a file. Raises UnreadableInput naming the place, TooLarge."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(str(path), str(error.strerror), str(error.strerror)) from error
    return parse_run(content, str(path))


def parse_run(content: bytes, name: str) -> Run:
    """The run in `content`; `name` stands in the error."""
    if len(content) > MAX_BYTES:
        raise TooLarge(
            f"{name}: longer than {MAX_BYTES} bytes.",
            "Narrow the report with --rule or --plan.",
            sv=f"{name}: längre än {MAX_BYTES} byte.",
            cure_sv="Snäva in rapporten med --rule eller --plan.",
        )
    try:
        read = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, a number of 5,000 digits, nested without end
        raise _unreadable(name, f"no JSON ({error})", f"inte JSON ({error})") from error
    if not isinstance(read, dict) or not isinstance(read.get("findings"), list):
        raise _unreadable(name, "no list “findings”", "listan ”findings” saknas")
    if not isinstance(read.get("release"), str):
        raise _unreadable(name, "no text “release”", "texten ”release” saknas")
    if not _is_sane(read):
        raise _unreadable(name, "a value that no report has", "ett värde som ingen rapport har")
    lang = read.get("lang")
    found: dict[str, Told] = {}
    for number, finding in enumerate(read["findings"], 1):
        fault = _fault(finding, found)
        if fault:
            raise _unreadable(name, f"finding {number}: {fault}", f"fynd {number}: {fault}")
        found[finding["id"]] = finding
    return Run(name, read["release"], lang if lang in LANGUAGES else "", found)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _is_sane(value: Any) -> bool:
    """Whether a report could hold the value: not nested deep, text that is Unicode, numbers that are finite."""
    here = [value]
    for _ in range(_MAX_DEPTH):
        here = [inner for outer in here for inner in _inside(outer)]
        if any(isinstance(v, str) and _SURROGATE.search(v) for v in here):
            return False
        if any(isinstance(v, float) and not math.isfinite(v) for v in here):
            return False
    return not here


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return (*value, *value.values())
    return value if isinstance(value, list) else ()


def _fault(finding: Any, before: Mapping[str, Told]) -> str:
    """The name of the first field that is not as in a report; "" when all are."""
    if not isinstance(finding, dict):
        return "{}"
    for name in _TEXTS:
        if not isinstance(finding.get(name), str):
            return name
    for name, known in _KNOWN.items():
        if finding[name] not in known:
            return name
    if not _is_thing(finding.get("focus")):
        return "focus"
    plans = finding.get("plans")
    if not isinstance(plans, list) or not all(map(_is_thing, plans)):
        return "plans"
    return "id" if not _ID.fullmatch(finding["id"]) or finding["id"] in before else ""


def _is_thing(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(part), str) for part in ("iri", "label"))


def _unreadable(name: str, reason: str, reason_sv: str) -> RusgrafError:
    return UnreadableInput(
        f"{name}: {reason}.",
        "Give a report that rusgraf gaps --format json wrote.",
        sv=f"{name}: {reason_sv}.",
        cure_sv="Ge en rapport som rusgraf gaps --format json har skrivit.",
    )
