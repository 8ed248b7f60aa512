"""SPARQL Update by the SPARQL 1.1 Protocol, for whoever has a token. https://www.w3.org/TR/sparql11-protocol/"""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Response, request

from rusgraf.errors import BadParameter, UnreadableInput
from rusgraf.update import Update
from rusgraf.web.state import public_base
from rusgraf.web.writing import permitted, submit
from rusgraf.writes import Wish

DIRECT = "application/sparql-update"
_FORM = "application/x-www-form-urlencoded"
_UTF8 = ("utf-8", "utf8", "us-ascii")


def asked() -> bool:
    """Whether this request is an update: POSTed directly, or as the parameter of a form."""
    if request.method != "POST" or request.mimetype not in (DIRECT, _FORM):
        return False
    return request.mimetype == DIRECT or any(part.startswith(b"update=") for part in request.get_data().split(b"&"))


def run() -> Response:
    """Do the update that was asked for."""
    permitted()
    pairs = _pairs(request.query_string)
    if request.mimetype == DIRECT:
        pairs.append(("update", _text(request.get_data())))
    else:
        pairs += _pairs(request.get_data())
    texts = [value for name, value in pairs if name == "update"]
    if len(texts) != 1 or any(name == "query" for name, _ in pairs):
        raise BadParameter(
            "One update in one place is wanted, and no query beside it.",
            "Send update=… once in the form, or the text alone as application/sparql-update.",
            sv="En uppdatering på ett ställe krävs, och ingen fråga intill.",
            cure_sv="Skicka update=… en gång i formuläret, eller bara texten som application/sparql-update.",
        )
    using, using_named = (
        [value for name, value in pairs if name == wanted] for wanted in ("using-graph-uri", "using-named-graph-uri")
    )
    return submit(Wish("POST", update=Update(texts[0], using, using_named, f"{public_base()}/sparql")))


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise UnreadableInput(
            "The parameters are not percent-encoded UTF-8.",
            "Encode them as UTF-8.",
            sv="Parametrarna är inte procentkodad UTF-8.",
            cure_sv="Koda dem som UTF-8.",
        ) from error


def _text(raw: bytes) -> str:
    """The body as text; what says that it is in another encoding is taken at its word."""
    try:
        if request.mimetype_params.get("charset", "utf-8").lower() in _UTF8:
            return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise UnreadableInput(
        "The update is not UTF-8.",
        "Encode it as UTF-8.",
        sv="Uppdateringen är inte UTF-8.",
        cure_sv="Koda den som UTF-8.",
    )
