"""``/`` and ``/gaps``: the report and the findings."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request

from rusgraf.catalog import schema_org
from rusgraf.errors import UnknownName
from rusgraf.exports import FORMATS
from rusgraf.findings import Finding, choose, narrow
from rusgraf.naming import resolve
from rusgraf.pages import finding_page, report_page
from rusgraf.web.state import HTML, lang, media_type, named, public_base, reply, site, state, told

blueprint = Blueprint("gaps", __name__)
KINDS = {HTML: "html", **{made.media_type: name for name, made in FORMATS.items() if name != "table"}}


NARROWED = {
    "rule": "string | the name of a rule",
    "plan": "iri | a plan",
    "status": "[confirmed, unknown, waived]",
    "level": "[plan, delmal]",
}
FORMAT = {"format": f"[{', '.join(KINDS.values())}]"}


@blueprint.get("/")
@told(NARROWED, gives=[HTML])
def home() -> Response:
    """The report, a page."""
    dataset = schema_org(replace(site(), address=public_base()), state().release, lang())
    return reply(report_page(chosen(), state().store, lang(), chosen=request.args, dataset=dataset), HTML)


@blueprint.get("/gaps")
@told({**NARROWED, **FORMAT}, gives=[*KINDS])
def gaps() -> Response:
    """The findings, by Accept or ``format=``, as a page or in a format of ``exports``; narrowed by the address."""
    return show(chosen(), form())


@blueprint.get("/gaps/<rule>/<key>")
@told(FORMAT, gives=[*KINDS])
def one(rule: str, key: str) -> Response:
    """One finding."""
    found = [f for f in state().findings[lang()] if f.id == f"{rule}/{key}"]
    if not found:
        choose([rule])
        raise UnknownName(
            f"There is no finding {rule}/{key} in this release.",
            "It may be closed; /gaps lists all.",
            sv=f"Det finns inget fynd {rule}/{key} i den här utgåvan.",
            cure_sv="Det kan ha slutits; /gaps räknar upp alla.",
        )
    if form() == "html":
        return reply(finding_page(found[0], state().store, lang()), HTML)
    return show(found, form())


def form() -> str:
    """The format asked for."""
    return KINDS[media_type(KINDS)]


def show(found: list[Finding], kind: str) -> Response:
    """The findings in one format."""
    if kind == "html":
        return reply(report_page(found, state().store, lang(), chosen=request.args), HTML)
    content: bytes = state().pool.run("rusgraf.jobs:export", found, kind, lang())
    made = reply(content, FORMATS[kind].media_type)
    return named(made, f"fynd-{state().release}.{kind}") if kind in ("csv", "xlsx") else made


def chosen() -> list[Finding]:
    """The findings that the address asks for."""
    rule, plan, status, level = (request.args.get(name, "") for name in ("rule", "plan", "status", "level"))
    about = resolve(plan, state().store, "plan").value if plan else ""
    return narrow(state().findings[lang()], rule=rule, plan=about, status=status, level=level)
