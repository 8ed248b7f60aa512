"""``/`` and ``/gaps``: the report and the findings."""

from __future__ import annotations

from flask import Blueprint, Response, request

from rusgraf import report
from rusgraf.errors import BadParameter, UnknownName
from rusgraf.findings import Finding, choose, narrow
from rusgraf.library import resolve
from rusgraf.pages import finding_page, report_page
from rusgraf.web.state import HTML, accepted, lang, reply, state

blueprint = Blueprint("gaps", __name__)
KINDS = {HTML: "html", "application/json": "json", "text/csv": "csv", "text/turtle": "ttl"}


@blueprint.get("/")
def home() -> Response:
    """The report, a page."""
    return reply(report_page(chosen(), state().store, lang(), chosen=request.args), HTML)


@blueprint.get("/gaps")
def gaps() -> Response:
    """The findings, by Accept or ``format=``: page, JSON, CSV or Turtle; narrowed by rule, plan and status."""
    return show(chosen(), form())


@blueprint.get("/gaps/<rule>/<key>")
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
    wanted = request.args.get("format")
    if wanted is None:
        return KINDS[accepted(list(KINDS))[0]]
    if wanted not in KINDS.values():
        raise BadParameter(
            f"No format “{wanted[:50]}”.",
            f"Give one of {', '.join(KINDS.values())}.",
            sv=f"Det finns inget format ”{wanted[:50]}”.",
            cure_sv=f"Ange något av {', '.join(KINDS.values())}.",
        )
    return wanted


def show(found: list[Finding], kind: str) -> Response:
    """The findings in one format."""
    if kind == "html":
        return reply(report_page(found, state().store, lang(), chosen=request.args), HTML)
    media = next(media for media, name in KINDS.items() if name == kind)
    return reply(report.FORMATS[kind](found, state().store, lang()), media)


def chosen() -> list[Finding]:
    """The findings that the address asks for."""
    rule, plan, status = (request.args.get(name, "") for name in ("rule", "plan", "status"))
    about = resolve(plan, state().store, "plan").value if plan else ""
    return narrow(state().findings[lang()], rule=rule, plan=about, status=status)
