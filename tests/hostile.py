"""The corpus of what hostile people send: each a request, the answers that it may get, and in what time.

Made by code; nothing large lies in the repository. The parts: queries here, files in ``hostile_files``, HTTP in
``hostile_http``. ``CANARY`` in a request stands for a server that must never be asked, ``SECRET`` for the address of a
file that must never be read; ``ask`` puts them in, sends the request as raw bytes, and reads what comes back.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from test_guard import CHANGING, ELSEWHERE, REACHING

FINE, REFUSED, LARGE, STOPPED = frozenset({200}), frozenset({400, 403}), frozenset({413}), frozenset({503})
ANY = FINE | REFUSED | LARGE | STOPPED
"""For what may end in several ways, none of which harms: an answer, a refusal, a limit."""
PATIENCE = 12.0
"""Seconds that an answer may take where nothing else is said: the time limit of a job, its successor's start, and
what a loaded machine adds."""


@dataclass(frozen=True)
class Case:
    """A request, given whole as `raw` or in parts, and what may come of it; status 0 is no answer.

    It may take so many `seconds`; a client that says nothing more waits for `patience` seconds.
    """

    expected: frozenset[int]
    body: Callable[[], bytes] = lambda: b""
    target: str = "/sparql"
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Callable[[], bytes] | None = None
    seconds: float = PATIENCE
    patience: float = 60.0
    is_slow: bool = False

    def request(self, canary: str, secret: str) -> bytes:
        """The bytes to send."""

        def put(content: bytes) -> bytes:
            return content.replace(b"CANARY", canary.encode()).replace(b"SECRET", secret.encode())

        if self.raw:
            return put(self.raw())
        body, target = put(self.body()), put(self.target.encode())
        head = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": str(len(body)), **self.headers}
        if self.method == "GET":
            del head["Content-Length"]
        lines = [f"{self.method} ".encode() + target + b" HTTP/1.1"]
        return b"\r\n".join([*lines, *(put(f"{k}: {v}".encode()) for k, v in head.items()), b"", body])


@dataclass(frozen=True)
class Answered:
    """What came back: the status (0: nothing; 503 also of what broke off), the head and body as they came, and the
    seconds that it took."""

    status: int
    content: bytes
    seconds: float


def ask(address: tuple[str, int], request: bytes, patience: float = 60.0) -> Answered:
    """Send raw bytes and read until the server closes, or says no more for `patience` seconds."""
    began, received, length = time.monotonic(), bytearray(), -1
    with socket.create_connection(address, timeout=patience) as made:
        with suppress(OSError):  # it has had enough, and has perhaps said so
            made.sendall(request)
        with suppress(OSError):
            while part := made.recv(1 << 16):
                received += part
                length = whole_length(received[:20_000]) if length < 0 else length
                if 0 <= length <= len(received):
                    break
    content = bytes(received)
    head = content[:13].split()
    status = int(head[1]) if len(head) > 1 and head[0].startswith(b"HTTP/") and head[1].isdigit() else 0
    if is_broken_off(content):
        status = 503  # of an answer that had begun, and was stopped
    return Answered(status, content, time.monotonic() - began)


def is_broken_off(content: bytes) -> bool:
    """Whether an answer that comes in parts ends before its last one, which tells that it is not whole."""
    head, _, body = content.partition(b"\r\n\r\n")
    return b"transfer-encoding: chunked" in head.lower() and body != b"" and not body.endswith(b"0\r\n\r\n")


def whole_length(begun: bytes) -> int:
    """How many bytes an answer has by what its head says, so that one need not wait for the end; -1 if it does not."""
    head, end, _ = begun.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n")[1:] if end else ():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(head) + len(end) + int(value)
    return -1


def asked(text: str | Callable[[], str], expected: frozenset[int] = ANY) -> Case:
    """A query, posted as such."""
    return Case(
        expected,
        lambda: (text if isinstance(text, str) else text()).encode("utf-8", "surrogatepass"),
        headers={"Content-Type": "application/sparql-query"},
    )


def bytes_asked(content: bytes, expected: frozenset[int] = REFUSED) -> Case:
    """A query of bytes."""
    return Case(expected, lambda: content, headers={"Content-Type": "application/sparql-query"})


def nested(before: str, after: str, *, inside: str = "", outside: tuple[str, str] = ("SELECT * {", "}")) -> Case:
    """Something nested as deep as fits below the limit on length."""
    number = min(20_000, 90_000 // len(before + after))
    return asked(lambda: outside[0] + before * number + inside + after * number + outside[1], LARGE)


def chain(part: str, *, before: str = "SELECT * { FILTER(1", after: str = ") }") -> Case:
    """Something said again and again, which the guard's count of brackets does not see."""
    return asked(lambda: before + part * (90_000 // len(part)) + after, ANY)


_FILTER = ("SELECT * { FILTER(", ") }")
NESTED = {
    "groups": nested("{", "}"),
    "brackets": nested("(", ")", inside="1", outside=_FILTER),
    "blank nodes": nested("[ <a:p> ", "]", inside="1", outside=("SELECT * { ?s ?p ", "}")),
    "lists": nested("(", ")", inside="1", outside=("SELECT * { ?s ?p ", "}")),
    "triple terms": nested("<<( <a:a> <a:b> ", ")>>", inside="1", outside=("SELECT * { ?s ?p ", "}")),
    "reified triples": nested("<< <a:a> <a:b> ", ">>", inside="1", outside=("SELECT * { ?s ?p ", "}")),
    "optional": nested("OPTIONAL {", "}"),
    "minus": nested("MINUS {", "}"),
    "graph": nested("GRAPH ?g {", "}"),
    "union": nested("{} UNION {", "}"),
    "exists": nested("FILTER EXISTS {", "}"),
    "not exists": nested("FILTER NOT EXISTS {", "}"),
    "subqueries": nested("{SELECT * {", "}}"),
    "if": nested("IF(true,", ",1)", inside="1", outside=_FILTER),
    "coalesce": nested("COALESCE(", ")", inside="1", outside=_FILTER),
    "not in": nested("1 NOT IN (", ")", inside="1", outside=_FILTER),
    "paths": nested("(", ")*", inside="<a:p>", outside=("SELECT * { ?s ", " ?o }")),
    "negated paths": nested("!(", ")", inside="<a:p>", outside=("SELECT * { ?s ", " ?o }")),
    "annotations": nested("{| <a:p> <a:q> ", "|}", outside=("SELECT * { ?s ?p ?o ", "}")),
    "functions": nested("STR(", ")", inside="1", outside=_FILTER),
    "never closed": asked("{" * 90_000, LARGE),
    "closed only": asked("}" * 90_000, REFUSED),
    "aggregates": nested("SUM(", ")", inside="?x", outside=("SELECT (", " AS ?y) {}")),
    "construct template": nested("[ <a:p> ", "]", inside="1", outside=("CONSTRUCT { ?s ?p ", "} WHERE {}")),
}
CHAINS = {
    "plus": chain("+1"),
    "minus sign": chain("-1"),
    "times": chain("*1"),
    "or": chain("||1"),
    "and": chain("&&1"),
    "not": chain("!", before="SELECT * { FILTER(", after="1) }"),
    "negative": chain("- ", before="SELECT * { FILTER(", after="1) }"),
    "union": chain("UNION{}", before="SELECT * { {}", after="}"),
    "optional": chain("OPTIONAL{}", before="SELECT * { ", after="}"),
    "minus": chain("MINUS{}", before="SELECT * { ", after="}"),
    "path sequence": chain("/<a:p>", before="SELECT * { ?s <a:p>", after=" ?o }"),
    "path alternatives": chain("|<a:p>", before="SELECT * { ?s <a:p>", after=" ?o }"),
    "path inverse": chain("^", before="SELECT * { ?s ", after="<a:p> ?o }"),
    "filters": chain("FILTER(?o>1)", before="SELECT * { ?s ?p ?o ", after="}"),
    "patterns of one variable": asked("SELECT * {" + "".join(f"?s ?p{n} ?o{n} ." for n in range(1000)) + "}"),
    "the same pattern": asked("SELECT * {" + "?a ?b ?c ." * 3000 + "}"),
    "binds": asked("SELECT * {" + "".join(f"BIND({n} AS ?x{n})" for n in range(4000)) + "}"),
    "optional patterns": asked(
        "SELECT * { ?s a ?t " + "".join(f"OPTIONAL {{ ?s ?p{n} ?o{n} }}" for n in range(200)) + "}"
    ),
    "projections": asked("SELECT " + "".join(f"(1 AS ?x{n})" for n in range(5000)) + "{}"),
    "prefixes": asked("".join(f"PREFIX p{n}: <a:{n}> " for n in range(4000)) + "ASK {}", FINE),
    "prefixes and FROM": asked("".join(f"PREFIX p{n}: <a:{n}> " for n in range(4000)) + "ASK FROM <a:g> {}"),
    "values": asked("SELECT * { VALUES ?x {" + " 1" * 40_000 + "} } LIMIT 5", FINE),
    "a hundred thousand values": asked(lambda: "SELECT * { VALUES ?x {" + " 1" * 100_000 + "} }", LARGE),
    "crossed values": asked(
        "SELECT (COUNT(*) AS ?n) {" + "".join(f"VALUES ?x{n} {{{' 1' * 2000}}}" for n in range(4)) + "}"
    ),
    "in": asked("SELECT * { ?s ?p ?o FILTER(?o IN (" + ",".join(map(str, range(15_000))) + ")) } LIMIT 1"),
    "order keys": asked("SELECT * { ?s ?p ?o } ORDER BY " + "?s " * 20_000 + "LIMIT 1"),
    "group keys": asked("SELECT (1 AS ?x) { ?s ?p ?o } GROUP BY " + "?s " * 20_000),
    "from clauses": asked("SELECT * " + "FROM <a:g> " * 5000 + "{}", REFUSED | STOPPED),
}
_DOUBLING = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(34))
_REPLACING = "".join(f"BIND(REPLACE(?x{n}, 'a', 'aaaaaaaaaaaaaaaa') AS ?x{n + 1}) " for n in range(12))
_ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
_P = "<http://www.w3.org/2004/02/skos/core#related>"
KILLERS = {
    "cartesian count": asked(f"SELECT (COUNT(*) AS ?n) {{ {_ALL} }}", STOPPED),
    "cartesian order": asked(f"SELECT * {{ {_ALL} }} ORDER BY ?c ?f LIMIT 1", STOPPED),
    "cartesian distinct": asked(f"SELECT DISTINCT ?a ?d ?g {{ {_ALL} }}", STOPPED),
    "cartesian group": asked(f"SELECT ?a ?d (COUNT(*) AS ?n) {{ {_ALL} }} GROUP BY ?a ?d ?g ?j", STOPPED),
    "cartesian concatenation": asked(f"SELECT (GROUP_CONCAT(?c) AS ?n) {{ {_ALL} }}", STOPPED),
    "cartesian graph": asked(f"CONSTRUCT {{ ?a ?b ?f }} WHERE {{ {_ALL} }}", STOPPED),
    "cartesian rows": asked(f"SELECT * {{ {_ALL} }}", STOPPED),
    "far offset": asked(f"SELECT * {{ {_ALL} }} OFFSET 999999999999 LIMIT 1", STOPPED),
    "exists in each row": asked(
        f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f FILTER EXISTS {{ {_ALL} FILTER(?l = ?z) }} }}",
        STOPPED | FINE,
    ),
    "doubling": asked(f"SELECT ?x34 {{ BIND('aaaaaaaa' AS ?x0) {_DOUBLING} }}", STOPPED),
    "doubling, hashed": asked(f"SELECT (SHA512(?x34) AS ?h) {{ BIND('aaaaaaaa' AS ?x0) {_DOUBLING} }}", STOPPED),
    "replacing": asked(f"SELECT (STRLEN(?x12) AS ?n) {{ BIND('aaaa' AS ?x0) {_REPLACING} }}", STOPPED),
    "encoding": asked(
        f"SELECT (STRLEN(ENCODE_FOR_URI(?x28)) AS ?n) {{ BIND('å' AS ?x0) {_DOUBLING} }}", STOPPED | REFUSED
    ),
    "paths of paths": asked("SELECT (COUNT(*) AS ?n) { ?a ((!<a:p>)*)* ?b . ?b ((!<a:q>)+)* ?c }", STOPPED),
    "paths of anything": asked("SELECT (COUNT(*) AS ?n) { ?a (<a:x>|!<a:x>)* ?b . ?c (<a:y>|!<a:y>)* ?d }", STOPPED),
    "path of paths": asked(
        f"SELECT (COUNT(*) AS ?n) {{ ?a (({_P}*)*)* ?b . ?c ((^{_P}|!{_P})*)* ?d }}", STOPPED | FINE
    ),
    "long steps": asked(
        "SELECT (COUNT(*) AS ?n) { ?a (!<a:p>/^(!<a:p>)/!<a:p>/^(!<a:p>)/!<a:p>/^(!<a:p>))+ ?b }", STOPPED
    ),
    "regular expression": asked(
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(REGEX('" + "a" * 30_000 + "!', '^(a+)+$')) }", FINE | STOPPED
    ),
    "regular expression, large": asked(
        "ASK { FILTER(REGEX('a', '((a{1000}){1000}){1000}')) }", FINE | STOPPED | REFUSED
    ),
    "regular expression, long": asked(lambda: "ASK { FILTER(REGEX('a', '" + "(a|b)*" * 15_000 + "')) }"),
    "regular expression, wrong": asked("ASK { FILTER(REGEX('a', '(')) }", FINE),
    "regular expression, deep": asked(lambda: "ASK { FILTER(REGEX('a', '" + "(" * 40_000 + ")" * 40_000 + "')) }"),
    "crossed subqueries": asked(
        "SELECT * {" + "".join(f"{{SELECT (COUNT(*) AS ?n{n}) {{ ?a ?b ?c . ?d ?e ?f }} }}" for n in range(9)) + "}",
        STOPPED,
    ),
    "describe everything": asked("DESCRIBE * { ?s ?p ?o }", FINE | STOPPED),
    "every graph": asked("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } ?i ?j ?k }", STOPPED),
}
TEXTS = {
    "NUL": asked("SELECT * { ?s ?p '\0' } LIMIT 1", FINE | REFUSED),
    "NUL outside": asked("SELECT * {\0 ?s ?p ?o } LIMIT 1", REFUSED),
    "surrogate": asked("ASK { ?s ?p '\ud800' }", REFUSED),
    "surrogate escaped": asked("ASK { ?s ?p '\\uD800' }", REFUSED),
    "surrogates escaped": asked("ASK { ?s ?p '\\uD83D\\uDE00' }", REFUSED),
    "beyond Unicode": asked("ASK { ?s ?p '\\U7FFFFFFF' }", REFUSED),
    "overlong": bytes_asked(b"ASK { ?s ?p '\xc0\xaf' }"),
    "Latin-1": bytes_asked("ASK { ?s ?p 'å' }".encode("latin-1")),
    "UTF-16": bytes_asked("ASK {}".encode("utf-16")),
    "byte order mark": bytes_asked(b"\xef\xbb\xbfASK {}", FINE | REFUSED),
    "not a byte of text": bytes_asked(bytes(range(256))),
    "nothing": bytes_asked(b""),
    "white space": asked(" \t\r\n" * 20_000, REFUSED),
    "a comment": asked("#" * 90_000, REFUSED),
    "comments": asked("#x\n" * 30_000 + "ASK {}", FINE),
    "long literal": asked("ASK { ?s ?p '" + "å" * 90_000 + "' }", FINE),
    "long IRI": asked("ASK { ?s ?p <http://e/" + "a" * 90_000 + "> }", FINE),
    "long name": asked("ASK { ?s ?p ?" + "a" * 90_000 + " }", FINE),
    "long number": asked("ASK { FILTER(" + "9" * 90_000 + " = 1) }", FINE | REFUSED),
    "long exponent": asked("ASK { FILTER(1e999999999 = 1) }", FINE | REFUSED),
    "too long": asked("ASK {" + " " * 200_000 + "}", LARGE),
    "unclosed string": asked("ASK { ?s ?p '" + "a" * 90_000, REFUSED),
    "unclosed long string": asked("ASK { ?s ?p '''" + "'" * 9 + "a" * 90_000, REFUSED),
    "unclosed IRI": asked("ASK { ?s ?p <" + "a" * 90_000, REFUSED),
    "quotes": asked("ASK { " + "'" * 90_001, REFUSED),
    "backslashes": asked("ASK { ?s ?p '" + "\\" * 90_001 + "' }", REFUSED),
    "less than": asked("ASK { FILTER(1" + "<" * 90_000 + ") }", REFUSED | LARGE),
    "colons": asked("ASK { " + ":" * 90_000 + " }", REFUSED),
    "dots and dashes": asked("ASK { a:" + ".-" * 45_000 + " }", REFUSED),
    "at signs": asked("ASK { ?s ?p 'a'" + "@" * 90_000 + " }", REFUSED),
    "long tag": asked("ASK { ?s ?p 'a'@sv" + "-a" * 40_000 + " }", FINE | REFUSED),
    "right to left": asked("ASK { ?s ?p '\u202etxt\u2066\u200b' }", FINE),
    "marks": asked("ASK { ?s ?p 'a" + "\u0301" * 40_000 + "' }", FINE),
    "faces": asked("ASK { ?s ?p '" + "\U0001f468\u200d\U0001f469" * 9000 + "' }", FINE),
    "wide letters": asked("\uff33\uff25\uff2c\uff25\uff23\uff34 * {}", REFUSED),
    "other white space": asked("ASK\u00a0{\u2003}", REFUSED),
    "line separators": asked("ASK { # a\u2028 SERVICE <CANARY> {} }", FINE | REFUSED),
    "script as IRI": asked("SELECT ?x { BIND(<javascript:alert(1)> AS ?x) }", FINE),
    "script as text": asked("SELECT ?x { BIND('<script>alert(1)</script>' AS ?x) }", FINE),
    "formula": asked("SELECT ?x { BIND('=HYPERLINK(1)' AS ?x) }", FINE),
    "HTML": asked("<html><script>alert(1)</script></html>", REFUSED),
    "SQL": asked("'; DROP TABLE graphs; --", REFUSED),
    "a template": asked("{{ config.items() }} ${7*7} <%= 7 %>", REFUSED),
    "division by nought": asked("SELECT (1/0 AS ?x) {}", FINE),
    "limit beyond numbers": asked("SELECT * {} LIMIT 99999999999999999999999", FINE | REFUSED),
    "negative limit": asked("SELECT * {} LIMIT -1", REFUSED),
    "two queries": asked("ASK {} ASK {}", REFUSED),
    "base": asked("BASE <SECRET> SELECT * FROM <x> {}", REFUSED),
    "relative": asked("SELECT * FROM <../../etc/passwd> {}", REFUSED),
}
REACH = {
    **{f"reaching: {name}": asked(text.replace("§", "CANARY/"), REFUSED) for name, text in REACHING.items()},
    **{
        f"reaching for a file: {name}": asked(REACHING[name].replace("§", "SECRET"), REFUSED)
        for name in ("plain", "silent")
    },
    **{f"changing {n}: {text[:30]}": asked(text, REFUSED) for n, text in enumerate(CHANGING)},
    **{f"elsewhere {n}: {text[:40]}": asked(text, REFUSED) for n, text in enumerate(ELSEWHERE)},
    "load the canary": asked("LOAD <CANARY/x>", REFUSED),
    "load a file": asked("LOAD <SECRET>", REFUSED),
    "from the canary": asked("SELECT * FROM <CANARY/x> { ?s ?p ?o }", REFUSED),
    "from named the canary": asked("SELECT * FROM NAMED <CANARY/x> { GRAPH ?g { ?s ?p ?o } }", REFUSED),
    "from a file": asked("SELECT * FROM <SECRET> { ?s ?p ?o }", REFUSED),
    "graph of a file": asked("SELECT * { GRAPH <SECRET> { ?s ?p ?o } }", FINE),
    "graph of the canary": asked("SELECT * { GRAPH <CANARY/x> { ?s ?p ?o } }", FINE),
    "describe the canary": asked("DESCRIBE <CANARY/x>", FINE),
}
_FAST = {
    *("plus", "not", "union", "path inverse", "prefixes", "values", "a hundred thousand values", "in"),
    *("cartesian count", "doubling", "replacing", "regular expression", "regular expression, deep"),
}
QUERIES: Mapping[str, Case] = {
    **{f"nested {name}": case for name, case in NESTED.items()},
    **{f"chained {name}": replace(case, is_slow=name not in _FAST) for name, case in CHAINS.items()},
    **{f"killer: {name}": replace(case, is_slow=name not in _FAST) for name, case in KILLERS.items()},
    **{f"text: {name}": case for name, case in TEXTS.items()},
    **REACH,
}
