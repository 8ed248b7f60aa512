"""Which thing does a person mean by what they wrote?

An IRI, a prefixed name, ``kind/slug``, or an exact label, preferred or alternative.

Layer: domain.
"""

from __future__ import annotations

import re

from rusgraf import mint
from rusgraf.errors import BadParameter, nearest
from rusgraf.store import Store
from rusgraf.terms import PREF_LABEL, PREFIXES, Literal, NamedNode, Term, expand

_ALT_LABEL = expand("skos:altLabel")
_KINDS = {"plan": "handlingsplan"}


def shown(value: str) -> str:
    """The value as an error may show it: on one line, in printable characters, cut after sixty."""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value)
    return line if len(line) <= 60 else f"{line[:60]}…"


def refuse_surrogates(name: str, value: str) -> None:
    """Refuse a value that no UTF-8 can hold: it came from bytes in another encoding."""
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise BadParameter(
            f"{name}: “{shown(value)}” is no Unicode text.",
            "Give it in UTF-8.",
            sv=f"{name}: ”{shown(value)}” är ingen Unicode-text.",
            cure_sv="Ange värdet i UTF-8.",
        )


def resolve(value: str, store: Store, name: str = "value") -> NamedNode:
    """The thing that a person means by `value`: an IRI, a prefixed name, ``kind/slug``, or an exact label."""
    refuse_surrogates(name, value)
    text = value.strip()
    if text.startswith(("http://", "https://")):
        try:
            return NamedNode(text)
        except ValueError as error:
            raise BadParameter(
                f"{name}: “{shown(value)}” is no IRI.",
                "Write it without spaces or quotes.",
                sv=f"{name}: ”{shown(value)}” är ingen IRI.",
                cure_sv="Skriv den utan blanksteg och citattecken.",
            ) from error
    if re.fullmatch(r"[a-z]+:[\w./-]+", text) and text.partition(":")[0] in PREFIXES:
        return expand(text)
    if re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", text):
        for part in ("id/", "def/"):
            node = NamedNode(f"{mint.BASE}{part}{text}")
            if next(store.quads(node), None):
                return node
    return _by_label(text, store, name)


def _by_label(text: str, store: Store, name: str) -> NamedNode:
    hits = {
        q.subject
        for language in ("sv", "en")
        for predicate in (PREF_LABEL, _ALT_LABEL)
        for q in store.default(None, predicate, Literal(text, language=language))
        if isinstance(q.subject, NamedNode)
    }
    hits = {h for h in hits if _is_kind(h, name)} or hits
    if len(hits) == 1:
        return hits.pop()
    if hits:
        listed = ", ".join(sorted(h.value for h in hits))
        raise BadParameter(
            f"{name}: “{shown(text)}” names several things: {listed}.",
            "Give the IRI.",
            sv=f"{name}: flera ting heter ”{shown(text)}”: {listed}.",
            cure_sv="Ange IRI:n.",
        )
    known = _labels(store, name)
    raise BadParameter(
        f"{name}: nothing is called “{shown(text)}”.",
        nearest(text, known),
        sv=f"{name}: inget heter ”{shown(text)}”.",
        cure_sv=nearest(text, known, "sv"),
    )


def _is_kind(thing: Term, name: str) -> bool:
    """Whether a thing is of the kind that a parameter of this name means."""
    return isinstance(thing, NamedNode) and f"/{_KINDS.get(name, name)}/" in thing.value


def _labels(store: Store, name: str) -> list[str]:
    """The Swedish names of the things that a parameter can mean; of all things when its name tells no kind."""
    named = [q for q in store.default(None, PREF_LABEL) if isinstance(q.object, Literal) and q.object.language == "sv"]
    fitting = [q for q in named if _is_kind(q.subject, name)] or named
    return [q.object.value for q in fitting if isinstance(q.object, Literal)]
