"""``/robots.txt`` and ``/favicon.ico``: what those ask for who were told of no address. Layer: face."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from rusgraf.web.state import reply, told

blueprint = Blueprint("crawlers", __name__)
COSTLY = ("/sparql", "/data", "/catalog/graf", "/validate", "/template", "/suggest", "/diff?", "/compare?", "/*format=")
"""What costs a worker, or is the same again in another format. https://www.rfc-editor.org/rfc/rfc9309"""


@blueprint.get("/robots.txt")
@told(gives=["text/plain"])
def robots() -> Response:
    """What crawlers may read: the pages."""
    rules = "".join(f"Disallow: {path}\n" for path in COSTLY)
    return reply(f"User-agent: *\n{rules}", "text/plain")


@blueprint.get("/favicon.ico")
@told(gives=["image/svg+xml"])
def icon() -> Response:
    """The picture of the pages, for a browser that shows something else."""
    return current_app.send_static_file("rusgraf.svg")
