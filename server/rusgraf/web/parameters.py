"""What does a request of the SPARQL protocol give: which parameters, in address and body? In UTF-8, decoded once.

https://www.w3.org/TR/sparql11-protocol/ Layer: face.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import request

from rusgraf.errors import UnreadableInput, UnsupportedFormat
from rusgraf.naming import shown

FORM = "application/x-www-form-urlencoded"
QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
DIRECT = {QUERY: "query", UPDATE: "update"}
_UTF8 = ("utf-8", "utf8", "us-ascii")
_MOST = 200  # parameters


def pairs() -> list[tuple[str, str]]:
    """Every parameter of address and body, in their order; a body that is a query or update is one of that name."""
    found = _decode(request.query_string)
    return found + _body(request.mimetype) if request.method == "POST" else found


def _body(kind: str) -> list[tuple[str, str]]:
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in _UTF8:
        raise UnsupportedFormat(
            f"A body in {shown(charset)}.",
            "Encode it as UTF-8.",
            sv=f"Innehållet är kodat som {shown(charset)}.",
            cure_sv="Koda det som UTF-8.",
        )
    content = request.get_data(parse_form_data=False)
    if kind == FORM:
        return _decode(content)
    if kind in DIRECT:
        return [(DIRECT[kind], _text(content))]
    raise UnsupportedFormat(
        f"A body of type {kind or 'none'}.",
        f"POST {FORM} or {QUERY}.",
        sv=f"Innehållet är av typen {kind or 'okänd'}.",
        cure_sv=f"Skicka {FORM} eller {QUERY}.",
    )


def _decode(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    except ValueError as error:
        raise UnreadableInput(
            "The parameters are not percent-encoded UTF-8.",
            "Encode them as UTF-8.",
            sv="Parametrarna är inte procentkodad UTF-8.",
            cure_sv="Koda dem som UTF-8.",
        ) from error


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            "The text is not UTF-8.", "Encode it as UTF-8.", sv="Texten är inte UTF-8.", cure_sv="Koda den som UTF-8."
        ) from error
