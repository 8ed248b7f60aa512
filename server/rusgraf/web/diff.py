"""``/diff``: two versions of a plan, compared in a worker."""

from __future__ import annotations

from flask import Blueprint, Response, request

from rusgraf.errors import BadParameter
from rusgraf.pages import diff_page
from rusgraf.web.state import HTML, lang, media_type, reply, state, told

blueprint = Blueprint("diff", __name__)
KINDS = {HTML: "html", "application/json": "json", "text/markdown": "md"}


@blueprint.get("/diff")
@told(
    {"a": "string! | the first version", "b": "string! | the second", "format": f"[{', '.join(KINDS.values())}]"},
    gives=[*KINDS],
)
def compare() -> Response:
    """What differs from version ``a`` to ``b``: page, JSON or Markdown; without both, a page to choose them."""
    kind = media_type(KINDS)
    a, b = (request.args.get(name, "").strip() for name in ("a", "b"))
    if a and b:
        made: str = state().pool.run("rusgraf.jobs:diff_versions", a, b, KINDS[kind], lang())
        return reply(made, kind)
    if kind == HTML:
        return reply(diff_page(None, state().store, lang()), HTML)
    raise BadParameter(
        "a and b name the versions to compare, and one of them is missing.",
        "Give both.",
        sv="a och b anger versionerna som jämförs, och en av dem saknas.",
        cure_sv="Ange båda.",
    )
