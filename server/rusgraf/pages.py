"""How do things look as HTML? The templates of ``templates/``, filled; the same for CLI and server.

Everything is escaped; a page asks for nothing from another address. Layer: domain (jinja2, no flask).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from rusgraf import assets, diffreport, matrix, versions
from rusgraf.advice import suggestion_text
from rusgraf.catalog import Part
from rusgraf.compare import Comparison, words
from rusgraf.compare.holdings import LEVELS
from rusgraf.compare.regions import regions
from rusgraf.diff import Diff
from rusgraf.findings import STATES, Finding, count, lapsed
from rusgraf.incomplete import Named
from rusgraf.library import Query, find_query, library, rules
from rusgraf.overlap import Overlaps
from rusgraf.report import decimal, lapse_text, missing, rank_text, relation, sources, state
from rusgraf.store import Store
from rusgraf.suggest import Plan
from rusgraf.terms import RDF_TYPE, NamedNode, rus, shorten
from rusgraf.thingview import CONTENT, MOST, MOST_ROWS, View
from rusgraf.wording import say

DATA_FORMS = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdf": "RDF/XML", "trig": "TriG"}


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
    made.globals.update(missing=missing, rank_text=rank_text, decimal=decimal, lapse_text=lapse_text)
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
    **more: Any,
) -> str:
    """The stuprör report: the counts, the two matrices, every finding with its evidence.

    `more` may hold ``dataset``, what search engines are told of the data (``catalog.schema_org``).
    """
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
        overlaps=Overlaps(store).pairs(),
        lapses=lapsed(store),
        plans=plans,
        chosen=chosen or {},
        dataset=more.get("dataset"),
        state=state,
        sources=sources,
        documents=sorted({source for f in findings for source in f.sources}),
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


def suggest_page(plan: Plan, store: Store, lang: str, *, chosen: Mapping[str, str], limit: int) -> str:
    """The suggestions, each with what it closes and opens, and a form to ask for others."""
    closed = sum(len(s.closes) for s in plan.suggestions)
    links = sum(len(s.links) for s in plan.suggestions)
    every = {q.subject for q in store.default(None, RDF_TYPE, rus("Handlingsplan"))}
    return render(
        "suggest.html",
        lang,
        plan=plan,
        store=store,
        release=store.release(),
        chosen=chosen,
        limit=limit,
        rules=rules(),
        plans=sorted(((p.value, store.label(p, lang)) for p in every if isinstance(p, NamedNode)), key=lambda p: p[1]),
        suggestion_text=suggestion_text,
        suggested=say("suggested", lang).format(len(plan.suggestions), links, closed, plan.left),
        bound=say("suggest_bound", lang).format(decimal(plan.bound, lang), plan.largest, plan.largest),
    )


def diff_page(diff: Diff | None, store: Store, lang: str) -> str:
    """What differs between two versions and what comes of it, with a form to choose others; None: only the form."""
    return render(
        "diff.html",
        lang,
        release=store.release(),
        diff=diff,
        choices=versions.choices(store, lang),
        a=versions.slug(diff.a.graph) if diff else "",
        b=versions.slug(diff.b.graph) if diff else "",
        sections=diffreport.sections(diff, lang) if diff else [],
        notes=diffreport.notes(diff, lang) if diff else [],
        effects=diffreport.effects(diff, lang) if diff else [],
        effect_title=diffreport.effect_title(diff, lang) if diff else "",
    )


def compare_page(comparison: Comparison, store: Store, lang: str) -> str:
    """Regions side by side: the table of themes, what each lacks, and all that it rests on."""
    return render(
        "compare.html",
        lang,
        comparison=comparison,
        numbers={row.theme.iri: i for i, row in enumerate(comparison.rows, 1)},
        words=words,
        levels=LEVELS,
        chosen=[side.region for side in comparison.sides],
        known=[Named(region.value, store.label(region, lang)) for region in regions(store)],
        release=store.release(),
    )


def queries_page(lang: str) -> str:
    """The list of the library."""
    return render("queries.html", lang, queries=list(library().values()))


def query_page(query: Query, values: Mapping[str, str], table: Any, note: str, lang: str) -> str:
    """One query: what it asks, a form for its parameters, and the answer as a table (None for a graph)."""
    return render("query.html", lang, query=query, values=values, table=table, note=note)


def thing_page(found: View, store: Store, lang: str, number: int) -> str:
    """All about a thing: its statements and sources, what points to it, and findings of the `number` that it is in."""
    values = {"content": CONTENT, "limit": MOST_ROWS, "most": MOST, "number": number, "forms": DATA_FORMS}
    return render("thing.html", lang, view=found, release=store.release(), **values)


def catalog_page(parts: Sequence[Part], unsaid: Sequence[str], store: Store, lang: str) -> str:
    """What the server publishes, and what the operator has not said of it."""
    return render("catalog.html", lang, parts=parts, unsaid=unsaid, release=store.release())


def api_page(description: Mapping[str, Any], store: Store, lang: str) -> str:
    """What programs can ask, by tag, from its description by OpenAPI."""
    tags: dict[str, list[tuple[str, str, Any]]] = {}
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            tags.setdefault(operation["tags"][0], []).append((path, method, operation))
    return render("api.html", lang, tags=dict(sorted(tags.items())), release=store.release())
