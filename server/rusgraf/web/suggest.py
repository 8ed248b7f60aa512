"""``/suggest``: the few new links that would close most findings, worked out in a worker."""

from __future__ import annotations

from flask import Blueprint, Response, request

from rusgraf.errors import BadParameter
from rusgraf.web.state import HTML, accepted, lang, reply, state, told

blueprint = Blueprint("suggest", __name__)
KINDS = {HTML: "html", "application/json": "json"}
MOST = 25
PARAMETERS = {
    "rule": "string | the name of a rule",
    "plan": "iri | a plan",
    "status": "[confirmed, unknown, waived]",
    "max": f"integer | the most suggestions, from 1 to {MOST}",
}


@blueprint.get("/suggest")
@told(PARAMETERS, gives=[*KINDS])
def suggestions() -> Response:
    """At most ``max`` suggestions for the findings of a rule, about a plan, in a state: page or JSON."""
    kind = accepted(list(KINDS))[0]
    narrowed = {name: request.args.get(name, "") for name in ("rule", "plan", "status")}
    made: str = state().pool.run("rusgraf.jobs:suggestions", narrowed, number(), KINDS[kind], lang())
    return reply(made, kind)


def number() -> int:
    """How many suggestions are asked for."""
    text = request.args.get("max", "5")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= MOST:
        raise BadParameter(
            f"max is “{text[:20]}”.",
            f"Give a number from 1 to {MOST}.",
            sv=f"max är ”{text[:20]}”.",
            cure_sv=f"Ange ett tal från 1 till {MOST}.",
        )
    return int(text)
