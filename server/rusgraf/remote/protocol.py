"""How does rusgraf speak with a SPARQL 1.1 service? Requests, authentication and limits; never half an answer.

Queries and updates are POSTed forms, graphs are put and deleted by the Graph Store Protocol. An answer that is late,
too long, cut off, redirected, or of another type than was asked for raises. Credentials are sent when the service asks
for them (basic, digest) or always (bearer), and only to the addresses given: redirects are not followed.
Not done here: what is asked (``reader``, ``loading``). Layer: domain.
https://www.w3.org/TR/sparql11-protocol/ https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from rusgraf.errors import BadParameter, LimitReached, RusgrafError, ServiceFault
from rusgraf.naming import shown

if TYPE_CHECKING:
    from requests import Response, Session
    from requests.auth import AuthBase

JSON = "application/sparql-results+json"
NT = "application/n-triples"
_TYPES = {JSON: (JSON, "application/json"), NT: (NT, "text/plain")}
_CHUNK = 65536
_TOO_MUCH = (408, 413, 429, 503, 504)
# Virtuoso tells by these headers and this status that an answer is only part of one.
_PARTIAL = ("X-SQL-State", "X-SQL-Message")


@dataclass(frozen=True)
class Addresses:
    """Where a service takes queries, updates and graphs; "" where it takes none."""

    query: str
    update: str = ""
    graph_store: str = ""


@dataclass(frozen=True)
class Credentials:
    """User and password (basic or digest, as the service asks), or a bearer token."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Patience:
    """How long a request may take, in seconds, and how long its answer may be, in bytes."""

    seconds: float = 120.0
    max_bytes: int = 256 * 1024 * 1024


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    body: bytes | list[tuple[str, str]]
    headers: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)


class Service:
    """A SPARQL service, asked over connections that are kept; one for each thread."""

    def __init__(
        self, addresses: Addresses, credentials: Credentials | None = None, patience: Patience | None = None
    ) -> None:
        for url in filter(None, (addresses.query, addresses.update, addresses.graph_store)):
            _check(url)
        self.addresses = addresses
        self._credentials = credentials or Credentials()
        self._patience = patience or Patience()
        self._local = threading.local()
        self._schemes: dict[str, str] = {}

    def __reduce__(self) -> tuple[type[Service], tuple[Addresses, Credentials, Patience]]:
        return Service, (self.addresses, self._credentials, self._patience)  # for a worker: connections stay here

    def ports(self) -> set[int]:
        """The ports that asking it connects to: its own, those of a proxy of the environment, that of long DNS."""
        places = [urlsplit(url) for url in (self.addresses.query, *getproxies().values())]
        return {53, *(place.port or (443 if place.scheme == "https" else 80) for place in places)}

    def select(self, text: str, default: Iterable[str] = (), named: Iterable[str] = ()) -> bytes:
        """The answer of a SELECT or ASK, as SPARQL JSON, over these graphs, or those that the service has by itself."""
        return self._query(text, default, named, JSON)

    def construct(self, text: str, default: Iterable[str] = (), named: Iterable[str] = ()) -> bytes:
        """The answer of a CONSTRUCT or DESCRIBE, as N-Triples."""
        return self._query(text, default, named, NT)

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._send(_Request("POST", self.addresses.update, [("update", text)], {}))

    def put(self, graph: str, triples: bytes, *, replace: bool) -> None:
        """Make N-Triples the content of a graph, or with `replace` false add them to it."""
        headers = {"Content-Type": "text/turtle; charset=utf-8"}  # N-Triples is Turtle, and every service reads that
        method = "PUT" if replace else "POST"
        self._send(_Request(method, self.addresses.graph_store, triples, headers, {"graph": graph}))

    def delete(self, graph: str) -> None:
        """Delete a graph; it need not be there."""
        request = _Request("DELETE", self.addresses.graph_store, b"", {}, {"graph": graph})
        self._send(request, fine=(404,))

    def _query(self, text: str, default: Iterable[str], named: Iterable[str], kind: str) -> bytes:
        form = [("query", text)]
        form += [("default-graph-uri", graph) for graph in default]
        form += [("named-graph-uri", graph) for graph in named]
        return self._send(_Request("POST", self.addresses.query, form, {"Accept": kind}))

    def _send(self, request: _Request, fine: Iterable[int] = ()) -> bytes:
        import requests
        import urllib3

        end = time.monotonic() + self._patience.seconds
        try:
            with self._open(request) as answer:
                content = self._read(answer, end)
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise self._late(request.url) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if "timed out" in str(error):
                raise self._late(request.url) from error
            raise _unreachable(request.url, error) from error
        if answer.status_code not in fine:
            _refuse_fault(request, answer, content)
        return content

    def _open(self, request: _Request) -> Response:
        """The service's answer, its body not read; once more with credentials when it asks for them."""
        answer = self._once(request)
        if answer.status_code == 401 and request.url not in self._schemes and self._credentials.user:
            offered = answer.headers.get("WWW-Authenticate", "").lower()
            scheme = next((s for s in ("digest", "basic") if s in offered), "")
            if scheme:
                answer.close()
                self._schemes[request.url] = scheme
                return self._once(request)
        return answer

    def _once(self, request: _Request) -> Response:
        return self._session().request(
            request.method,
            request.url,
            params=request.parameters,
            data=request.body,
            headers=dict(request.headers),
            auth=self._auth(request.url),
            timeout=self._patience.seconds,
            allow_redirects=False,
            stream=True,
        )

    def _session(self) -> Session:
        import requests

        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.headers["User-Agent"] = "rusgraf"
        session: Session = self._local.session
        return session

    def _auth(self, url: str) -> AuthBase | Any:
        """What puts credentials into a request. Never None: that would let requests look for some in ~/.netrc."""
        from requests import auth

        if self._credentials.token:
            return self._bearer
        pair = (self._credentials.user, self._credentials.password)
        match self._schemes.get(url):
            case "basic":
                return auth.HTTPBasicAuth(*pair)
            case "digest":
                if not hasattr(self._local, "digest"):
                    self._local.digest = {}
                return self._local.digest.setdefault(url, auth.HTTPDigestAuth(*pair))
        return lambda prepared: prepared

    def _bearer(self, prepared: Any) -> Any:
        prepared.headers["Authorization"] = f"Bearer {self._credentials.token}"
        return prepared

    def _read(self, answer: Response, end: float) -> bytes:
        """The body, as long as it is neither too long nor too slow."""
        parts: list[bytes] = []
        size = 0
        while part := answer.raw.read1(_CHUNK, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > self._patience.max_bytes:
                raise LimitReached(
                    f"{answer.url}: the answer is longer than {self._patience.max_bytes} bytes.",
                    "Ask for less at a time.",
                    sv=f"{answer.url}: svaret är längre än {self._patience.max_bytes} byte.",
                    cure_sv="Fråga efter mindre åt gången.",
                )
            if time.monotonic() > end:
                raise self._late(answer.url)
        return b"".join(parts)

    def _late(self, url: str) -> LimitReached:
        return LimitReached(
            f"{url} has not answered within {self._patience.seconds:g} seconds.",
            "Ask for less, or allow more time.",
            sv=f"{url} har inte svarat inom {self._patience.seconds:g} sekunder.",
            cure_sv="Fråga efter mindre, eller tillåt längre tid.",
        )


def _check(url: str) -> None:
    """Refuse an address that is none, or that holds a password: those do not belong on a command line."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        whole = False
    if not whole or not url.isascii() or not url.isprintable() or " " in url:
        raise BadParameter(
            f"“{shown(url)}” is no address of a SPARQL service.",
            "Give one that begins with http:// or https://.",
            sv=f"”{shown(url)}” är ingen adress till en SPARQL-tjänst.",
            cure_sv="Ange en som börjar med http:// eller https://.",
        )
    if parts.username is not None or parts.password is not None:
        raise BadParameter(
            "An address holds a user name or a password.",
            "Put them into RUSGRAF_ENDPOINT_USER and RUSGRAF_ENDPOINT_PASSWORD.",
            sv="En adress innehåller användarnamn eller lösenord.",
            cure_sv="Lägg dem i RUSGRAF_ENDPOINT_USER och RUSGRAF_ENDPOINT_PASSWORD.",
        )


def _unreachable(url: str, error: Exception) -> ServiceFault:
    reason = type(error).__name__
    return ServiceFault(
        f"{url} cannot be reached, or broke off ({reason}).",
        "Check the address, and that the service runs.",
        sv=f"{url} går inte att nå, eller bröt förbindelsen ({reason}).",
        cure_sv="Kontrollera adressen och att tjänsten är igång.",
    )


def _refuse_fault(request: _Request, answer: Response, content: bytes) -> None:
    """Raise what the service refused, or what is wrong with an answer that claims to be good."""
    status, said = answer.status_code, _first_line(content)
    if 300 <= status < 400:
        raise _redirected(request.url, answer.headers.get("Location", ""))
    if status in (401, 403):
        raise _unauthorized(request.url, status)
    if status in _TOO_MUCH or status == 206 or any(name in answer.headers for name in _PARTIAL):
        raise _limited(request.url, status, said)
    if status >= 400 or status < 200:
        raise ServiceFault(
            f"{request.url} answers {status}. {said}".strip(),
            "Mend what it says, or use another service.",
            sv=f"{request.url} svarar {status}. {said}".strip(),
            cure_sv="Rätta det som sägs, eller använd en annan tjänst.",
        )
    wanted = _TYPES.get(request.headers.get("Accept", ""), ())
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if wanted and kind not in wanted:
        raise ServiceFault(
            f"{request.url} answers with {shown(kind) or 'no type'}, not with {wanted[0]}.",
            "Give the address for queries, not that of a page.",
            sv=f"{request.url} svarar med {shown(kind) or 'okänd typ'}, inte med {wanted[0]}.",
            cure_sv="Ange adressen för frågor, inte en webbsidas.",
        )


def _redirected(url: str, target: str) -> RusgrafError:
    return ServiceFault(
        f"{url} points on to {shown(target)}, and redirects are not followed.",
        "Give that address, if it is the one you mean.",
        sv=f"{url} hänvisar till {shown(target)}, och hänvisningar följs inte.",
        cure_sv="Ange den adressen, om det är den som avses.",
    )


def _unauthorized(url: str, status: int) -> RusgrafError:
    return ServiceFault(
        f"{url} answers {status}: it does not let you in.",
        "Set RUSGRAF_ENDPOINT_USER and RUSGRAF_ENDPOINT_PASSWORD, or RUSGRAF_ENDPOINT_TOKEN.",
        sv=f"{url} svarar {status}: du släpps inte in.",
        cure_sv="Sätt RUSGRAF_ENDPOINT_USER och RUSGRAF_ENDPOINT_PASSWORD, eller RUSGRAF_ENDPOINT_TOKEN.",
    )


def _limited(url: str, status: int, said: str) -> RusgrafError:
    return LimitReached(
        f"{url} answers {status}: it gave up, or gives a part only. {said}".strip(),
        "Ask for less, try again later, or raise its limits.",
        sv=f"{url} svarar {status}: tjänsten gav upp, eller ger bara en del. {said}".strip(),
        cure_sv="Fråga efter mindre, försök igen senare, eller höj tjänstens gränser.",
    )


def _first_line(content: bytes) -> str:
    """The first line that a service says, in printable characters, cut after two hundred; "" for markup."""
    if content.lstrip().startswith(b"<"):
        return ""
    lines = (line.strip() for line in content[:2000].decode("utf-8", "replace").splitlines())
    line = next(filter(None, lines), "")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line[:200])
