"""How do things look as HTML? The templates of ``templates/``, filled; the same for CLI and server.

Everything is escaped; a page asks for nothing from another address. Layer: domain (jinja2, no flask).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from rusgraf import assets, matrix
from rusgraf.findings import STATES, Finding, count
from rusgraf.library import Query, find_query, library, rules
from rusgraf.report import relation, sources, state
from rusgraf.store import Store
from rusgraf.terms import shorten
from rusgraf.wording import say


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("rusgraf", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(say=say, states=STATES, version=assets.package_version(), shorten=shorten, relation=relation)
    return made


def render(name: str, lang: str, **values: Any) -> str:
    """The template `name` in `lang`; `standalone` puts the style sheet into the page itself."""
    standalone = values.pop("standalone", False)
    style = (Path(__file__).parent / "web" / "static" / "rusgraf.css").read_text("utf-8") if standalone else ""
    return _environment().get_template(name).render(lang=lang, style=style, **values)


def report_page(
    findings: Sequence[Finding],
    store: Store,
    lang: str,
    *,
    standalone: bool = False,
    chosen: Mapping[str, str] | None = None,
) -> str:
    """The stuprör report: the counts, the two matrices, and every finding with its evidence."""
    plans = sorted({(p.iri, p.label) for f in findings for p in f.plans}, key=lambda pair: pair[1])
    return render(
        "report.html",
        lang,
        standalone=standalone,
        findings=findings,
        store=store,
        release=store.release(),
        counts=count(findings),
        rules={r.name: r for r in rules()},
        goals=matrix.goals(store, lang),
        pairs=matrix.pairs(store, findings, lang),
        plans=plans,
        chosen=chosen or {},
        state=state,
        sources=sources,
    )


def finding_page(finding: Finding, store: Store, lang: str) -> str:
    """One finding, whole."""
    return render(
        "finding.html",
        lang,
        finding=finding,
        store=store,
        release=store.release(),
        rule=find_query(f"luckor/{finding.rule}"),
        state=state,
        sources=sources,
    )


def queries_page(lang: str) -> str:
    """The list of the library."""
    return render("queries.html", lang, queries=list(library().values()))


def query_page(query: Query, values: Mapping[str, str], table: Any, note: str, lang: str) -> str:
    """One query: what it asks, a form for its parameters, and the answer as a table (None for a graph)."""
    return render("query.html", lang, query=query, values=values, table=table, note=note)
