"""SPARQL Update by the SPARQL 1.1 Protocol, for whoever has a token. https://www.w3.org/TR/sparql11-protocol/"""

from __future__ import annotations

from flask import Response, request

from rusgraf.errors import BadParameter
from rusgraf.update import Update
from rusgraf.web.parameters import FORM, UPDATE, pairs
from rusgraf.web.state import public_base, state
from rusgraf.web.writing import permitted, submit
from rusgraf.writes import Wish


def asked() -> bool:
    """Whether this request is an update: POSTed directly, or as the parameter of a form."""
    if request.method != "POST" or request.mimetype not in (UPDATE, FORM):
        return False
    return request.mimetype == UPDATE or any(part.startswith(b"update=") for part in request.get_data().split(b"&"))


def run() -> Response:
    """Do the update that was asked for."""
    permitted()
    given = pairs()
    texts = [value for name, value in given if name == "update"]
    if len(texts) != 1 or any(name == "query" for name, _ in given):
        raise BadParameter(
            "One update in one place is wanted, and no query beside it.",
            "Send update=… once in the form, or the text alone as application/sparql-update.",
            sv="En uppdatering på ett ställe krävs, och ingen fråga intill.",
            cure_sv="Skicka update=… en gång i formuläret, eller bara texten som application/sparql-update.",
        )
    using, using_named = (
        [value for name, value in given if name == wanted] for wanted in ("using-graph-uri", "using-named-graph-uri")
    )
    update = Update(texts[0], using, using_named, f"{public_base()}/sparql", state().limits.caps)
    return submit(Wish("POST", update=update))
