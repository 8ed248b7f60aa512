"""``/data``: SPARQL 1.1 Graph Store HTTP Protocol: reading for all, writing for whoever has a token.

``/data?graph=IRI`` and ``/data?default`` name a graph; ``/data/x`` is short for the graph ``…/res/graf/x``.
https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, quote

from flask import Blueprint, Response, request
from werkzeug.http import parse_options_header

from rusgraf import mint
from rusgraf.answer import MEDIA_TYPES
from rusgraf.errors import BadParameter, UnreadableInput, UnsupportedFormat
from rusgraf.pages import DATA_FORMS
from rusgraf.update import STORED_DEFAULT
from rusgraf.web.state import media_type, public_base, reply, state, told
from rusgraf.web.streams import answered
from rusgraf.web.validate import SUFFIXES
from rusgraf.web.writing import ACCEPTS, JSON, permitted, submit
from rusgraf.writes import Body, Wish

blueprint = Blueprint("data", __name__)
_GRAPHS = f"{mint.BASE}res/graf/"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
KINDS = {MEDIA_TYPES[form].partition(";")[0]: form for form in DATA_FORMS if form != "trig"}
TAKEN = {kind: suffix for kind, suffix in SUFFIXES.items() if suffix not in (".trig", ".nq")}  # one graph each
_FORMAT = {"format": f"[{', '.join(KINDS.values())}]"}
_NAMED = {"graph": "string | the graph's IRI", "default": "string | without a value: the stored default graph"}
METHODS = ["GET", "PUT", "POST", "DELETE"]
GIVES = [*(f"GET {kind}" for kind in KINDS), *(f"{method} {JSON}" for method in METHODS[1:])]


@blueprint.route("/data", methods=METHODS)
@told(
    {**_NAMED, **_FORMAT, **ACCEPTS},
    body=["multipart/form-data", *TAKEN],
    gives=GIVES,
    also=["GET 303", "PUT 201", "POST 201"],
)
def indirect() -> Response:
    """A graph by its IRI: read for all; put, add to and delete with a token. POST without one makes a new graph."""
    if request.method not in ("GET", "HEAD"):
        permitted()
    graph = _graph()
    if graph:
        return _do(graph)
    if request.method == "POST":
        return submit(Wish("POST", "", _bodies()), location=_address)
    if request.method in ("GET", "HEAD"):
        made = reply("", "text/plain", 303)  # all graphs in one file
        made.headers["Location"] = "/catalog/graf"
        return made
    raise BadParameter(
        "Which graph?",
        "Name it: /data?graph=IRI, /data?default or /data/name.",
        sv="Vilken graf?",
        cure_sv="Ange den: /data?graph=IRI, /data?default eller /data/namn.",
    )


@blueprint.route("/data/<path:name>", methods=METHODS)
@told({**_FORMAT, **ACCEPTS}, body=["multipart/form-data", *TAKEN], gives=GIVES, also=["PUT 201", "POST 201"])
def direct(name: str) -> Response:
    """The graph ``…/res/graf/`` and this name: read for all; put, add to and delete with a token."""
    if request.method not in ("GET", "HEAD"):
        permitted()
    return _do(f"{_GRAPHS}{name}")


def _do(graph: str) -> Response:
    if request.method in ("GET", "HEAD"):
        form, limit = KINDS[media_type(KINDS)], state().limits.answer_bytes
        return answered("rusgraf.things:graph_data", graph, form, limit, graph == STORED_DEFAULT.value)
    if request.method == "DELETE":
        return submit(Wish("DELETE", graph))
    return submit(Wish(request.method, graph, _bodies()), location=_address)


def _address(graph: str) -> str:
    """Where a graph is read from this server."""
    if graph.startswith(_GRAPHS):
        return f"{public_base()}/data/{quote(graph.removeprefix(_GRAPHS))}"
    return f"{public_base()}/data?graph={quote(graph, safe='')}"


def _graph() -> str:
    """The graph that the address names, "" when it names none."""
    try:
        pairs = parse_qsl(request.query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise UnreadableInput(
            "The address is not percent-encoded UTF-8.",
            "Encode it as UTF-8.",
            sv="Adressen är inte procentkodad UTF-8.",
            cure_sv="Koda den som UTF-8.",
        ) from error
    said = [(name, value) for name, value in pairs if name in ("graph", "default")]
    if not said:
        return ""
    name, value = said[0]
    if len(said) > 1 or (name == "graph" and not _SCHEME.match(value)):
        raise BadParameter(
            "One graph is wanted: graph= with an absolute IRI, or default.",
            "Give one of them, once.",
            sv="En graf krävs: graph= med en absolut IRI, eller default.",
            cure_sv="Ange en av dem, en gång.",
        )
    if name == "default":
        return STORED_DEFAULT.value
    here = f"{public_base()}/data/"
    return f"{_GRAPHS}{value.removeprefix(here)}" if value.startswith(here) else value


def _bodies() -> tuple[Body, ...]:
    """What was sent: the files of a form, or the body by its media type."""
    if request.mimetype != "multipart/form-data":
        header = parse_options_header(request.headers.get("Content-Disposition", ""))[1]
        return (_body(header.get("filename", ""), request.mimetype, request.get_data()),)
    found = [_body(sent.filename or name, sent.mimetype, sent.read()) for name, sent in request.files.items(multi=True)]
    if not found:
        raise BadParameter("No file was sent.", "Choose a file.", sv="Ingen fil skickades.", cure_sv="Välj en fil.")
    return tuple(found)


def _body(filename: str, kind: str, content: bytes) -> Body:
    """A file by its media type; one that says nothing of it goes by its name."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
    suffix = TAKEN.get(kind, "")
    if kind in ("", "application/octet-stream") and PurePosixPath(name).suffix.lower() in TAKEN.values():
        suffix = PurePosixPath(name).suffix.lower()
    if suffix:
        return Body(name, suffix, content)
    raise UnsupportedFormat(
        f"A body of type {kind or 'none'}.",
        f"Send one of {', '.join(TAKEN)}.",
        sv=f"Innehållet är av typen {kind or 'okänd'}.",
        cure_sv=f"Skicka något av {', '.join(TAKEN)}.",
    )
