"""Does the client have this answer already, and how is it packed? What all addresses that are read share.

What an answer is depends on the release, the program, the day and what was asked, so its ETag is known before any work
is done: one who has it gets 304 at once. The rest are packed with gzip where that is accepted and worth it, and
browsers are told that pages from elsewhere may ask (CORS), for reading only. https://www.rfc-editor.org/rfc/rfc9110
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import IO

from flask import Blueprint, Response, request

from rusgraf import assets
from rusgraf.errors import AddressTooLong
from rusgraf.web.state import lang, public_base, site, state

blueprint = Blueprint("caching", __name__)
MAX_ADDRESS = 64 * 1024
SMALL = 1024
"""Bytes that are not worth packing."""
_LEVEL = 5
LIVE = {"health", "metrics"}
_PACKED = ("application/vnd.openxmlformats", "application/zip", "application/gzip", "image/png", "font/")
_POSTED = {"/sparql"}
"""Where pages from elsewhere may POST, since that is reading too."""
_EXPOSED = "Content-Disposition, ETag, Link, Location, Retry-After, X-Request-Id, X-Rusgraf-Release"


@blueprint.before_app_request
def known_already() -> Response | None:
    """304 for one who has the answer; an error for an address that no proxy would pass either."""
    length = len(request.query_string) + len(request.path)
    if length > MAX_ADDRESS:
        raise AddressTooLong(
            f"The address has {length} bytes, and {MAX_ADDRESS} are the most.",
            "POST the query or the parameters instead.",
            sv=f"Adressen har {length} byte, och {MAX_ADDRESS} är det mesta.",
            cure_sv="Skicka frågan eller parametrarna med POST i stället.",
        )
    known = request.if_none_match
    if _is_read() and known and not known.star_tag and known.contains_weak(tag()):
        return Response(status=304)
    return None


@blueprint.after_app_request
def finish(response: Response) -> Response:
    """What says how an answer may be kept and read by others; and gzip."""
    if request.method == "OPTIONS":
        return _preflight(response)
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.endpoint == "static":
        return response
    if response.status_code in (200, 304) and _is_read() and "Cache-Control" not in response.headers:
        response.set_etag(tag())
        response.headers["Cache-Control"] = "no-cache"
        response.vary.update(("Accept", "Accept-Language", "Accept-Encoding"))
        if request.if_none_match.star_tag:
            response.make_conditional(request)
    response.headers.setdefault("Cache-Control", "no-store")
    return _pack(response)


def tag() -> str:
    """The ETag of what this request is answered with, when it is answered with 200."""
    asked = (request.path, request.query_string, request.headers.get("Accept"), lang(), _takes_gzip(), public_base())
    day = (date.today(), datetime.now(UTC).date())  # some rules look at the date, in a query or beside it
    made = repr((asked, day, state().since, state().name, site(), _program()))
    return sha256(made.encode()).hexdigest()[:32]


@cache
def _program() -> str:
    """What tells this program from another version of it, also from one that is being written."""
    folders = (Path(__file__).parents[1], assets.folder("queries"))
    files = (path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file())
    seen = sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return assets.package_version() + sha256(repr(seen).encode()).hexdigest()


def _is_read() -> bool:
    """Whether this request reads what a release holds."""
    found = request.url_rule is not None and request.method in ("GET", "HEAD")
    return found and request.blueprint not in LIVE and request.endpoint != "static"


def _preflight(response: Response) -> Response:
    if "Access-Control-Request-Method" in request.headers:
        allowed = {"GET", "HEAD"} | ({"POST"} if request.path in _POSTED else set())
        methods = ", ".join(sorted(allowed & set(response.allow)))
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _takes_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0


def _pack(response: Response) -> Response:
    """The response, packed with gzip where the client takes it and where it makes it shorter."""
    if response.status_code in (204, 304) or response.direct_passthrough or response.content_encoding:
        return response
    if (response.content_type or "").startswith(_PACKED):
        return response
    response.vary.add("Accept-Encoding")
    if not _takes_gzip():
        return response
    if response.is_streamed:
        response.response = _Packed(response.response)  # type: ignore[arg-type]
    elif len(response.get_data()) >= SMALL:
        response.set_data(gzip.compress(response.get_data(), _LEVEL, mtime=0))
    else:
        return response
    response.content_encoding = "gzip"
    return response


class _Packed:
    """Parts of an answer, packed as they come."""

    def __init__(self, parts: Iterator[bytes] | IO[bytes]) -> None:
        self._parts, self._rest = parts, self._packed()

    def _packed(self) -> Iterator[bytes]:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        for part in self._parts:
            if packed := packer.compress(part):
                yield packed
        yield packer.flush()

    def __iter__(self) -> Iterator[bytes]:
        return self._rest

    def close(self) -> None:
        """Close what the parts come from."""
        self._rest.close()  # type: ignore[attr-defined]
        if hasattr(self._parts, "close"):
            self._parts.close()
