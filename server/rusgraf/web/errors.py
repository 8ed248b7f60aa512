"""The one place where errors become answers in the language asked for: a problem document (RFC 9457), or a page."""

from __future__ import annotations

import json
import logging

from flask import Blueprint, Response, abort, current_app, g, request
from werkzeug.exceptions import HTTPException, InternalServerError

from rusgraf.errors import RusgrafError, TooLarge, TooManyRequests, UnreadableInput
from rusgraf.pages import render
from rusgraf.web.log import note, request_id
from rusgraf.web.state import lang, reply, site, wants_html
from rusgraf.wording import has, say

blueprint = Blueprint("errors", __name__)
log = logging.getLogger("rusgraf.web")
FAULT = "rusgraf.fault"
"""In the environment of a request that the listener could not read: what was wrong with it."""
_HSTS = "max-age=31536000"  # of this host alone: what else its domain holds is not ours to say
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",  # the data are open: others may show them
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}
# Title and detail in Swedish of the errors of HTTP that this server gives; werkzeug has the English ones.
_SWEDISH = {
    400: ("Felaktig begäran", "Begäran går inte att förstå."),
    403: ("Förbjudet", "Du får inte läsa det här."),
    404: ("Sidan finns inte", "Adressen finns inte på servern. Kontrollera stavningen och försök igen."),
    405: ("Metoden är inte tillåten", "Den här adressen tar inte emot den metoden."),
    408: ("Begäran tog för lång tid", "Begäran kom inte fram i tid. Försök igen."),
    411: ("Längden saknas", "Begäran måste ange Content-Length."),
    413: ("Innehållet är för stort", "Det som skickades är större än servern tar emot."),
    414: ("Adressen är för lång", "Adressen är längre än servern tar emot."),
    415: ("Medietypen stöds inte", "Servern läser inte innehåll av den typen."),
    416: ("Intervallet finns inte", "Servern kan inte ge det begärda intervallet."),
    431: ("Huvudena är för stora", "Begärans huvuden är större än servern tar emot."),
    500: ("Internt fel", "Något gick fel i servern. Felet är loggat; försök igen, eller anmäl det om det består."),
    501: ("Stöds inte", "Servern kan inte det som begäran kräver."),
    503: ("Tjänsten är upptagen", "Servern kan inte svara just nu. Försök igen om en stund."),
}


def problem(status: int, slug: str, title: str, detail: str, cure: str) -> Response:
    """A problem document, or a page for a browser."""
    if wants_html():
        page = render(
            "error.html",
            lang(),
            title=title[:1].upper() + title[1:],
            detail=detail,
            cure=cure,
            request_id=request_id() if status >= 500 else "",
        )
        made = reply(page, "text/html", status)
    else:
        body = {
            "type": f"https://w3id.org/rusgraf/res/fel/{slug}",
            "title": title,
            "status": status,
            "detail": detail,
            "cure": cure,
            "instance": request.path,
            "request_id": request_id(),
            **g.pop("fault_members", {}),
        }
        made = reply(json.dumps(body, ensure_ascii=False), "application/problem+json", status)
    return made


@blueprint.app_errorhandler(RusgrafError)
def known(error: RusgrafError) -> Response:
    """An error of ours: its own status, heading, message and cure."""
    if error.place:
        g.fault_members = dict(zip(("line", "column"), error.place, strict=True))
    made = problem(error.status, error.slug, error.heading(lang()), *error.say(lang()))
    if isinstance(error, TooManyRequests):
        made.headers["Retry-After"] = str(error.retry_after)
    return made


@blueprint.app_errorhandler(HTTPException)
def http(error: HTTPException) -> Response:
    """An error of HTTP: unknown path, method not allowed, body too large."""
    status = error.code or 500
    if status == 413:
        return known(_too_large())
    title, detail = said(error, lang())
    cure = say(f"cure_{status}", lang()) if has(f"cure_{status}") else ""
    made = problem(status, f"http-{status}", title, detail, cure)
    for name, value in error.get_headers():
        if name in ("Allow", "Location"):
            made.headers[name] = value
    return made


def _too_large() -> TooLarge:
    most = current_app.config["MAX_CONTENT_LENGTH"]
    return TooLarge(
        f"What was sent is longer than {most} bytes.",
        "Send less at a time, or ask the operator for more.",
        sv=f"Det som skickades är längre än {most} byte.",
        cure_sv="Skicka mindre åt gången, eller be den som driver servern om mer.",
    )


@blueprint.before_app_request
def unreadable() -> None:
    """A request that the listener could not read is answered as any other that is wrong."""
    fault = request.environ.get(FAULT)
    if fault is None:
        return
    note("unreadable")
    if fault.body == "Bad URI":
        raise UnreadableInput(
            "The address is not percent-encoded.",
            say("bad_address", "en"),
            sv="Adressen är inte procentkodad.",
            cure_sv=say("bad_address", "sv"),
        )
    abort(fault.code)


def said(error: HTTPException, lang: str) -> tuple[str, str]:
    """Title and detail of an error of HTTP."""
    detail = error.description or error.name
    return _SWEDISH.get(error.code or 500, (f"HTTP-fel {error.code}", detail)) if lang == "sv" else (error.name, detail)


@blueprint.app_errorhandler(Exception)
def unexpected(error: Exception) -> Response:
    """A fault of ours: logged whole, told without its inside."""
    log.exception("unexpected fault in %s", request.url_rule, exc_info=error)
    return http(InternalServerError())


@blueprint.after_app_request
def secure(response: Response) -> Response:
    """Security headers on everything that has none of its own; reading from any origin, never with credentials."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if site().address.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", _HSTS)
    if response.status_code in (429, 503):
        response.headers.setdefault("Retry-After", "5")
    if not g.get("is_write") and (request.method in ("GET", "HEAD", "OPTIONS") or request.path == "/sparql"):
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response
