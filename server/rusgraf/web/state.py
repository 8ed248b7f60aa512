"""What the views share: the store, the findings in each language, the workers; and small request helpers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from flask import Response, current_app, g, request
from werkzeug.datastructures import MIMEAccept

from rusgraf.errors import BadParameter, NotAcceptable, RusgrafError
from rusgraf.findings import Finding
from rusgraf.openapi import Told
from rusgraf.site import Site
from rusgraf.store import Store
from rusgraf.wording import LANGUAGES
from rusgraf.workers import Limits, Pool

HTML = "text/html"
TOLD = "told"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class State:
    """The snapshot that a request is answered from.

    `release` names the statements, `name` also which release of a store directory they are; `warning` says why it is
    not the one that should answer; `since` is the day on which the findings were made.
    """

    store: Store
    findings: dict[str, list[Finding]]
    pool: Pool
    limits: Limits
    release: str
    name: str
    warning: RusgrafError | None = None
    since: date = field(default_factory=date.today)


def told(
    parameters: Mapping[str, str] | None = None,
    *,
    body: Sequence[str] = (),
    gives: Sequence[str] = (),
    also: Sequence[str] = (),
) -> Callable[[View], View]:
    """Say what a view takes and gives, for ``/openapi.json`` (see `Told`)."""

    def mark(view: View) -> View:
        setattr(view, TOLD, Told(parameters or {}, tuple(body), tuple(gives), tuple(also)))
        return view

    return mark


def state() -> State:
    """The state of this request: the same one from its beginning to its end."""
    if "rusgraf" not in g:
        holder = current_app.extensions["rusgraf"]
        # health waits for nothing, and a change of the service is not to wait for the write that it comes of
        g.rusgraf_inside = not ((request.endpoint or "").startswith("health.") or g.get("is_write"))
        g.rusgraf = holder.enter() if g.rusgraf_inside else holder.look()
    found: State = g.rusgraf
    return found


def site() -> Site:
    """What the operator says of the server."""
    found: Site = current_app.extensions["rusgraf_site"]
    return found


def public_base() -> str:
    """The address of the server as the world sees it, without a slash at its end: as configured, else as asked for."""
    return site().address or Site(request.host_url).checked().address


def lang() -> str:
    """The language of the answer: ``lang=`` in the address, else Accept-Language, else Swedish."""
    tags = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((word for word in (request.args.get("lang", ""), *tags) if word in LANGUAGES), "sv")


def accepted(offers: Sequence[str]) -> list[str]:
    """The media types of `offers` (without parameters) that the client accepts, best first, ties as offered.

    An absent Accept accepts all. Parameters of media types do not count (RFC 9110 §12.5.1). None fits: 406.
    """
    header: MIMEAccept = request.accept_mimetypes
    wanted = [(value.partition(";")[0].strip().lower(), q) for value, q in header] or [("*/*", 1.0)]
    found = sorted(
        ((-_quality(offer, wanted), i, offer) for i, offer in enumerate(offers) if _quality(offer, wanted) > 0)
    )
    if not found:
        raise NotAcceptable(
            f"None of {request.headers.get('Accept', '')[:200]} can be given.",
            f"Ask for one of {', '.join(offers)}.",
            sv=f"Inget av {request.headers.get('Accept', '')[:200]} går att ge.",
            cure_sv=f"Be om något av {', '.join(offers)}.",
        )
    return [offer for _, _, offer in found]


def _quality(offer: str, wanted: list[tuple[str, float]]) -> float:
    """The q-value of the most specific range that fits."""
    for pattern in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        hits = [q for value, q in wanted if value == pattern]
        if hits:
            return max(hits)
    return 0.0


def media_type(kinds: Mapping[str, str]) -> str:
    """What is asked for, by ``format=`` or Accept, of `kinds`: media type to the name of its format."""
    wanted = request.args.get("format")
    if wanted is None:
        return accepted(list(kinds))[0]
    for kind, name in kinds.items():
        if name == wanted:
            return kind
    raise no_format(wanted, dict.fromkeys(kinds.values()))


def no_format(wanted: str, known: Iterable[str]) -> BadParameter:
    """The error that a format that is asked for is none of the `known`."""
    names = ", ".join(known)
    return BadParameter(
        f"No format “{wanted[:50]}”.",
        f"Give one of {names}.",
        sv=f"Det finns inget format ”{wanted[:50]}”.",
        cure_sv=f"Ange något av {names}.",
    )


def repeated(name: str) -> BadParameter:
    """The error that a parameter stands more than once."""
    return BadParameter(
        f"{name} is given more than once.",
        "Give it once.",
        sv=f"{name} är angiven mer än en gång.",
        cure_sv="Ange den en gång.",
    )


def wants_html() -> bool:
    """Whether the client would rather have a page than anything else."""
    return HTML in request.headers.get("Accept", "") and accepted([HTML, "application/json"])[0] == HTML


def reply(content: str | bytes | Iterable[bytes], media_type: str, status: int = 200) -> Response:
    """A response that says what it depends on and may be read from any origin."""
    bare_text = media_type.startswith("text/") and "charset" not in media_type
    made = Response(content, status, content_type=f"{media_type}; charset=utf-8" if bare_text else media_type)
    made.headers["Vary"] = "Accept, Accept-Language"
    return made


def named(response: Response, filename: str) -> Response:
    """The response as a file to save; `filename` is ASCII, and of our own making."""
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
