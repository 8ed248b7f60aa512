"""Who may write here, how is a write done, and how is it answered? Off until the operator gives a file of tokens."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, current_app, g, request

from rusgraf import tokens
from rusgraf.errors import Stopped, Unauthorised, WritingOff
from rusgraf.releases import pointer
from rusgraf.tables import XLSX_TYPE
from rusgraf.web.state import accepted, lang, named, reply
from rusgraf.writer import Writer
from rusgraf.writes import Rejected, Terms, Wish, Written

blueprint = Blueprint("writing", __name__)
log = logging.getLogger("rusgraf.web")
JSON = "application/json"
ACCEPT = "accept-warnings"
ACCEPTS = {ACCEPT: "[0, 1] | 1 accepts warnings of the shapes; they are kept with the data | POST, PUT, DELETE"}


@dataclass(frozen=True)
class Writes:
    """That writing is on: the file of tokens, the store, whether it may shrink, and who does the writes."""

    tokens: Path
    directory: Path
    allow_shrink: bool
    writer: Writer

    @classmethod
    def begin(cls, path: Path, directory: Path, *, allow_shrink: bool = False) -> Writes:
        """Turn writing on; the file must be readable now, and had better not be by others."""
        tokens.read(path)
        if tokens.is_open(path):
            log.warning("%s can be read by everybody on this machine; chmod 600 it", path)
        return cls(path, directory, allow_shrink, Writer(directory))


def permitted() -> tuple[Writes, str]:
    """How to write, and in which role; an error when writing is off or the token is none."""
    g.is_write = True
    writes: Writes | None = current_app.extensions.get("rusgraf_writes")
    if writes is None:
        raise WritingOff(
            "This server takes no writes.",
            "Publish with rusgraf add where the store lies, or have the operator turn writing on.",
            sv="Den här servern tar inte emot skrivningar.",
            cure_sv="Publicera med rusgraf add där lagret ligger, eller be den som driver servern slå på skrivning.",
        )
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    role = tokens.role_of(token.strip(), tokens.read(writes.tokens)) if kind.lower() == "bearer" else None
    if role is None:
        raise Unauthorised(
            "The token is not known." if kind else "A write needs a token.",
            "Send Authorization: Bearer and a token that the operator gave you.",
            sv="Token är inte känd." if kind else "En skrivning kräver en token.",
            cure_sv="Skicka Authorization: Bearer och en token som du har fått av den som driver servern.",
        )
    return writes, role


@blueprint.after_app_request
def challenge(response: Response) -> Response:
    """How to show a token (RFC 6750)."""
    if response.status_code == 401:
        fault = ', error="invalid_token"' if "Authorization" in request.headers else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="rusgraf"{fault}'
    return response


def submit(wish: Wish, *, location: Callable[[str], str] | None = None) -> Response:
    """The answer to a write: sent when the server itself answers from what was written.

    `location` tells where the graph of an IRI is read, for one that is new.
    """
    writes, role = permitted()
    terms = Terms(role, request.args.get(ACCEPT) == "1", writes.allow_shrink, lang())
    with writes.writer.turn():
        before = pointer(writes.directory)
        try:
            made: Written | Rejected = writes.writer.run("rusgraf.writes:write", str(writes.directory), wish, terms)
        except Stopped as error:
            if pointer(writes.directory) == before:
                raise
            raise _unsure(pointer(writes.directory)) from error
        if isinstance(made, Rejected):
            return _rejected(made)
        g.rusgraf = current_app.extensions["rusgraf"].catch_up(made.release)
    return _done(made, location)


def _done(made: Written, location: Callable[[str], str] | None) -> Response:
    graphs = [{"graph": graph, "state": state, "statements": size} for graph, (state, size) in made.graphs.items()]
    told = {"release": made.release, "graphs": graphs, "closes": made.closes, "opens": made.opens}
    response = reply(json.dumps(told, ensure_ascii=False, indent=1) + "\n", JSON)
    new = [graph for graph, (state, _) in made.graphs.items() if state == "new"]
    if location and new:
        response.status_code = 201
        response.headers["Location"] = location(new[0])
    return response


def _rejected(made: Rejected) -> Response:
    """What the shapes say, as the client likes it."""
    kinds: dict[str, str | bytes] = {JSON: made.json, "text/turtle": made.turtle}
    if made.sheet:
        kinds[XLSX_TYPE] = made.sheet
    kind = accepted(list(kinds))[0]
    response = reply(kinds[kind], kind, 422)
    return named(response, "granskad.xlsx") if kind == XLSX_TYPE else response


def _unsure(name: str) -> Stopped:
    return Stopped(
        f"The write was stopped, and the store holds a new release all the same: {name}.",
        "Look whether it holds what you sent before you send it again.",
        sv=f"Skrivningen stoppades, men lagret har ändå fått en ny utgåva: {name}.",
        cure_sv="Se efter om den innehåller det du skickade innan du skickar det igen.",
    )
