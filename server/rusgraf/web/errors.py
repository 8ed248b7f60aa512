"""The one place where errors become answers: a problem document (RFC 9457), or a page."""

from __future__ import annotations

import json
import logging

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError

from rusgraf.errors import RusgrafError
from rusgraf.pages import render
from rusgraf.web.state import lang, reply, wants_html

blueprint = Blueprint("errors", __name__)
log = logging.getLogger("rusgraf.web")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}


def problem(status: int, slug: str, title: str, detail: str, cure: str) -> Response:
    """A problem document, or a page for a browser."""
    if wants_html():
        page = render("error.html", lang(), title=title, detail=detail, cure=cure)
        made = reply(page, "text/html", status)
    else:
        body = {
            "type": f"https://w3id.org/rusgraf/res/fel/{slug}",
            "title": title,
            "status": status,
            "detail": detail,
            "cure": cure,
            "instance": request.path,
        }
        made = reply(json.dumps(body, ensure_ascii=False), "application/problem+json", status)
    if status in (429, 503):
        made.headers["Retry-After"] = "5"
    return made


@blueprint.app_errorhandler(RusgrafError)
def known(error: RusgrafError) -> Response:
    """An error of ours: its own status, message and cure."""
    return problem(error.status, error.slug, error.slug.replace("-", " "), error.message, error.cure)


@blueprint.app_errorhandler(HTTPException)
def http(error: HTTPException) -> Response:
    """An error of HTTP: unknown path, method not allowed, body too large."""
    status = error.code or 500
    made = problem(status, f"http-{status}", error.name, error.description or error.name, "")
    for name, value in error.get_headers():
        if name in ("Allow", "Location"):
            made.headers[name] = value
    return made


@blueprint.app_errorhandler(Exception)
def unexpected(error: Exception) -> Response:
    """A fault of ours: logged whole, told without its inside."""
    log.exception("unexpected fault in %s", request.path, exc_info=error)
    return http(InternalServerError())


@blueprint.after_app_request
def secure(response: Response) -> Response:
    """Security headers on everything; reading from any origin, never with credentials."""
    response.headers.update(_HEADERS)
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path == "/sparql":
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response
