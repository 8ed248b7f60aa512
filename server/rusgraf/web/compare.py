"""``/compare``: regions side by side, theme by theme, in a worker."""

from __future__ import annotations

from flask import Blueprint, Response, request

from rusgraf.web.state import HTML, lang, media_type, reply, state, told

blueprint = Blueprint("compare", __name__)
KINDS = {HTML: "html", "application/json": "json", "text/csv": "csv", "text/markdown": "md"}


@blueprint.get("/compare")
@told(
    {"region": "string | a region; may be given more than once", "format": f"[{', '.join(KINDS.values())}]"},
    gives=[*KINDS],
)
def regions() -> Response:
    """The regions of each ``region`` in the address, all without: page, JSON, CSV or Markdown."""
    kind = media_type(KINDS)
    named = [name for name in request.args.getlist("region") if name.strip()]
    made: str | bytes = state().pool.run("rusgraf.jobs:compare_regions", named, KINDS[kind], lang())
    return reply(made, kind)
