"""Do the identifiers resolve: every one of the graph, in every format, what never was apart from what is gone?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic

from planted import PREFIX_LINES, Page, quads, store_of
from rusgraf import errors, things, thingview
from rusgraf.cli import group
from rusgraf.errors import BadParameter, RusgrafError, UnknownName
from rusgraf.library import rules
from rusgraf.mint import BASE
from rusgraf.rdf import write_triples
from rusgraf.site import Site
from rusgraf.store import DERIVED, PROFILE, Store
from rusgraf.terms import DEFAULT, NamedNode, expand, rus
from rusgraf.thingview import Asked, view
from rusgraf.web import Config, create_app
from rusgraf.workers import Limits

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
GOAL = "id/delmal/orebro-social-valfard-4"
RDFLIB = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}
KINDS = {"ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples",
         "rdf": "application/rdf+xml", "trig": "application/trig", "html": "text/html"}  # fmt: skip


def paths(store: Store) -> list[str]:
    """The local path of every identifier of ours that occurs in a graph of the store, as subject, object or graph."""
    found = {t for q in store.quads() for t in (q.subject, q.predicate, q.object, q.graph_name)}
    return sorted(p for t in found if isinstance(t, NamedNode) and (p := things.path_of(t.value)))


@pytest.fixture(scope="module")
def every(shipped: Store) -> list[str]:
    return sorted({*paths(shipped), *paths(things.profile())})


@pytest.fixture(scope="module")
def one_a_kind(every: list[str]) -> list[str]:
    """The first and the last identifier of each kind."""
    kinds: dict[str, list[str]] = {}
    for path in every:
        kinds.setdefault(path.rpartition("/")[0], []).append(path)
    return [path for found in kinds.values() for path in dict.fromkeys((found[0], found[-1]))]


def follow(client: FlaskClient, address: str, accept: str) -> tuple[int, str, bytes]:
    """Status of the first answer; media type and content of the one that it leads to, which is 200."""
    first = client.get(address, headers={"Accept": accept})
    answer = client.get(first.headers["Location"], headers={"Accept": accept}) if first.status_code == 303 else first
    assert answer.status_code == 200, (address, answer.text)
    return first.status_code, answer.mimetype, answer.data


def test_many_identifiers_of_every_space_are_looked_at(every: list[str]) -> None:
    assert len(every) > 2000
    assert {path.partition("/")[0] for path in every} == set(things.SPACES)
    assert any(path.startswith("spec/profil/") for path in every)


def test_every_identifier_resolves_to_turtle(every: list[str], client: FlaskClient) -> None:
    for path in every:
        status, kind, content = follow(client, f"/{quote(path)}", "text/turtle")
        is_thing = path.startswith("id/") or (path.count("/") > 1 and not path.startswith("res/"))
        assert (kind, status) == ("text/turtle", 303 if is_thing else status), path
        assert content, path


def test_things_answer_303_and_documents_200(client: FlaskClient) -> None:
    for path in (GOAL, "def/malgrupp/aldre", "spec/Delmal", "spec/bidrarTill", "spec/profil/Aktivitet-delmal"):
        answer = client.get(f"/{path}")
        assert (answer.status_code, answer.headers["Location"], answer.data) == (303, f"/res/om/{path}", b"")
    for path in ("res/graf/orebro-social-valfard", "def/malgrupp", "spec/ontologi", "spec/profil",
                 "res/graf/ontologi", "res/dokument/orebro-social-valfard", "res/diagram/modell"):  # fmt: skip
        assert client.get(f"/{path}").status_code == 200
        about = client.get(f"/res/om/{path}")
        assert (about.status_code, about.headers["Location"]) == (303, f"/{path}")


@pytest.mark.parametrize(("address", "leads"), [("/spec", "/spec/ontologi"), ("/spec/", "/spec/ontologi"),
                                                ("/def", "/spec/profil"), ("/def/", "/spec/profil")])  # fmt: skip
def test_name_spaces_lead_to_what_defines_them(address: str, leads: str, client: FlaskClient) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, leads)


# What the data say


def default_graph(store: Store) -> Graph:
    content = write_triples((q.triple for source in (store, things.profile()) for q in source.quads() if
                             q.graph_name in (DEFAULT, PROFILE)), "nt")  # fmt: skip
    return Graph().parse(data=content, format="nt")


def test_turtle_of_a_thing_holds_exactly_its_statements(
    one_a_kind: list[str], shipped: Store, client: FlaskClient
) -> None:
    """The oracle is rdflib's concise bounded description, over the default graph and the shapes."""
    whole, looked_at = default_graph(shipped), 0
    for path in one_a_kind:
        expected = whole.cbd(URIRef(BASE + path))
        status, _, content = follow(client, f"/{path}", "text/turtle")
        if status == 303 and len(expected):
            assert isomorphic(Graph().parse(data=content, format="turtle"), expected), path
            looked_at += 1
    assert looked_at > 40


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib, of its JSON-LD parser
@pytest.mark.parametrize("form", RDFLIB)
def test_every_format_says_the_same(form: str, client: FlaskClient) -> None:
    for path in (GOAL, "spec/bidrarTill", "def/status"):
        first, other = (
            Graph().parse(data=follow(client, f"/{path}?format={f}", "*/*")[2], format=RDFLIB[f]) for f in ("ttl", form)
        )
        assert len(first) > 5
        assert isomorphic(first, other)


def test_trig_of_a_thing_keeps_the_graph_of_each_statement(shipped: Store, client: FlaskClient) -> None:
    content = follow(client, f"/{GOAL}?format=trig", "*/*")[2].decode()
    expected = {q for q in shipped.quads(NamedNode(BASE + GOAL)) if q.graph_name != DEFAULT}
    assert set(quads(content)) == expected
    assert DERIVED in {q.graph_name for q in expected}


@pytest.mark.parametrize(
    "name", ["orebro-social-valfard", "tolkning/kolada", "orebro-sammanhallen-vard-och-omsorg-remiss"]
)
def test_named_graph_answers_with_its_triples(name: str, shipped: Store, client: FlaskClient) -> None:
    node = NamedNode(f"{BASE}res/graf/{name}")
    expected = write_triples((q.triple for q in shipped.quads(graph=node)), "nt")
    status, _, content = follow(client, f"/res/graf/{name}", "text/turtle")
    assert status == 200
    assert isomorphic(Graph().parse(data=content, format="turtle"), Graph().parse(data=expected, format="nt"))


def test_ontology_code_list_and_profile_are_whole(shipped: Store, client: FlaskClient) -> None:
    def subjects(path: str) -> set[str]:
        found = Graph().parse(data=follow(client, path, "text/turtle")[2], format="turtle").subjects()
        return {str(s) for s in found if isinstance(s, URIRef)}

    in_list = {q.subject for q in shipped.default(None, expand("skos:inScheme"), NamedNode(f"{BASE}def/malgrupp"))}
    assert subjects("/def/malgrupp") == {f"{BASE}def/malgrupp", *(s.value for s in in_list if isinstance(s, NamedNode))}
    defined = {q.subject for q in shipped.default(None, expand("rdfs:isDefinedBy"))}
    assert subjects("/spec/ontologi") >= {s.value for s in defined if isinstance(s, NamedNode)}
    assert f"{BASE}spec/profil/Aktivitet-delmal" in subjects("/spec/profil")
    assert f"{BASE}res/del/ontologi" in subjects("/spec/profil")


# Negotiation and links


@pytest.mark.parametrize(
    ("accept", "kind"),
    [(None, "html"), ("*/*", "html"), (BROWSER, "html"), ("text/turtle", "ttl"), ("application/ld+json", "jsonld"),
     ("application/n-triples", "nt"), ("application/rdf+xml", "rdf"),
     ("text/turtle;q=0.5, application/ld+json", "jsonld"),
     ("text/html;q=0.1, text/turtle;q=0.2", "ttl"), ("text/html;q=0, */*;q=0.1", "ttl"), ("text/*", "html")],
)  # fmt: skip
def test_document_comes_as_accepted_most(accept: str | None, kind: str, client: FlaskClient) -> None:
    answer = client.get(f"/res/om/{GOAL}", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, KINDS[kind])
    assert "Accept" in answer.headers["Vary"]


def test_format_goes_before_accept_and_an_unknown_one_is_refused(client: FlaskClient) -> None:
    for form, kind in KINDS.items():
        assert client.get(f"/res/om/{GOAL}?format={form}", headers={"Accept": BROWSER}).mimetype == kind
        assert client.get(f"/{GOAL}?format={form}").headers["Location"] == f"/res/om/{GOAL}?format={form}"
    assert client.get(f"/res/om/{GOAL}?format=docx").status_code == 400
    assert client.get(f"/res/om/{GOAL}", headers={"Accept": "image/png"}).status_code == 406


def links(header: str) -> dict[str, list[tuple[str, str]]]:
    """Relation → (target, type) of a Link header."""
    made: dict[str, list[tuple[str, str]]] = {}
    for target, role, kind in re.findall(r'<([^<>"\s]*)>; rel="([a-z-]+)"(?:; type="([^"]*)")?', header):
        made.setdefault(role, []).append((target, kind))
    return made


def test_document_about_a_thing_is_signposted(client: FlaskClient) -> None:
    found = links(client.get(f"/res/om/{GOAL}").headers["Link"])
    assert found["cite-as"] == [(BASE + GOAL, "")]
    assert found["canonical"] == [(f"http://localhost/res/om/{GOAL}", "")]
    assert (f"{BASE}spec/Delmal", "") in found["type"]
    assert ("http://localhost/res/graf/orebro-social-valfard", "") in found["collection"]
    assert found["license"] == [("http://creativecommons.org/licenses/by/4.0/", "")]
    for address, kind in found["describedby"]:
        assert client.get(address).mimetype == kind
    graph = links(client.get("/res/graf/orebro-social-valfard").headers["Link"])
    assert {kind for _, kind in graph["item"]} == {kind for form, kind in KINDS.items() if form != "html"}


# Pages


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_page_of_each_kind_is_whole_and_leads_nowhere_wrong(
    lang: str, one_a_kind: list[str], client: FlaskClient
) -> None:
    tried: set[str] = set()
    for path in one_a_kind:
        answer = client.get(f"/{path}?format=html&lang={lang}", follow_redirects=True)
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), path
        page = Page(answer.text)
        assert (page.faults, page.active_parts()) == ([], []), path
        assert page.elements[0][1]["lang"] == lang
        assert BASE + path in page.text
        hrefs = {a["href"] for tag, a in page.elements if tag == "a" and a["href"].startswith("/")}
        for href in sorted(hrefs - tried)[:8]:
            assert client.get(href).status_code in (200, 303), (path, href)
        tried |= hrefs


def test_page_names_what_it_shows_and_says_where_it_stands(client: FlaskClient) -> None:
    text = Page(client.get(f"/res/om/{GOAL}?lang=sv", headers={"Accept": BROWSER}).text).text
    for words in ("Våldsfria nära relationer", "delmål", "Handlingsplan för social välfärd 2019–2022", "tolkning",
                  "härledd", "5.1.4 Delmål 4", "Det som pekar hit", "Fynd ("):  # fmt: skip
        assert words in text
    english = Page(client.get(f"/res/om/{GOAL}?lang=en", headers={"Accept": BROWSER}).text).text
    assert "Close relationships free from violence" in english
    assert "What points here" in english


def test_page_of_a_class_a_property_and_a_shape_says_what_they_are(shipped: Store, client: FlaskClient) -> None:
    number = len({q.subject for q in shipped.quads(None, expand("rdf:type"), rus("Delmal"))})
    assert f"är ({number})" in Page(client.get("/res/om/spec/Delmal").text).text
    uses = sum(1 for _ in shipped.default(None, rus("bidrarTill")))
    assert f"används i {uses} " in Page(client.get("/res/om/spec/bidrarTill").text).text
    assert "Ange minst ett delmål" in Page(client.get("/res/om/spec/profil/Aktivitet-delmal").text).text


def test_page_of_a_thing_shows_the_findings_about_it(client: FlaskClient) -> None:
    found = client.get("/gaps?format=json").get_json()["findings"][0]
    page = client.get(found["focus"]["iri"].replace(BASE, "/res/om/"), headers={"Accept": BROWSER})
    assert f'href="/gaps/{found["id"]}?' in page.text


# What points here: bounded, a page at a time

MANY = "e:till a skos:Concept . " + "".join(f"e:t{i} rus:beror e:till . " for i in range(250))


def many(**asked: object) -> thingview.View:
    store = store_of(MANY.replace("e:till", f"<{BASE}def/malgrupp/prov>"))
    return view(store, "def/malgrupp/prov", Asked("sv", **asked))  # type: ignore[arg-type]


def test_things_that_point_here_are_few_at_first_and_the_number_is_told() -> None:
    (found,) = many().groups
    assert (found.key, found.total, found.is_more, len(found.items)) == ("rus:beror", 250, False, thingview.FEW)


def test_pages_together_hold_everything_that_points_here_once() -> None:
    held = [item.text for page in (1, 2, 3) for item, _ in many(by="rus:beror", page=page).groups[0].items]
    assert (len(held), len(set(held))) == (250, 250)
    last = many(by="rus:beror", page=3).groups[0]
    assert (last.page, last.pages, len(last.items)) == (3, 3, 50)


@pytest.mark.parametrize(("by", "page", "last"), [("rus:beror", 4, 3), ("", 2, 1)])
def test_page_beyond_the_last_is_none(by: str, page: int, last: int) -> None:
    with pytest.raises(UnknownName, match=f"The last one is {last}"):
        many(by=by, page=page)


def test_counting_stops_at_a_limit_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thingview, "MOST", 100)
    (found,) = many().groups
    assert (found.total, found.is_more) == (100, True)


def test_unknown_group_and_page_are_refused(client: FlaskClient) -> None:
    with pytest.raises(BadParameter, match="rus:beror"):
        many(by="rus:hittepa")
    for query in ("by=x", "page=0", "page=x", "page=1.5", "page=-1", "page=99999999", "page=%D9%A1"):
        assert client.get(f"/res/om/{GOAL}?{query}").status_code == 400, query


def test_statements_through_nodes_without_names_point_here_too(shipped: Store) -> None:
    groups = {g.key: {item.text for item, _ in g.items} for g in view(shipped, "spec/Insatsomrade", Asked("sv")).groups}
    union = {q.subject for q in shipped.default(None, expand("owl:unionOf"))}
    assert union
    assert groups.keys() & {"rdfs:domain", "rdfs:range"}


# What is not there


NEVER = [
    "/id/delmal/finns-inte", "/def/x/y", "/spec/Hittepa", "/spec/profil/Hittepa", "/res/graf/finns-inte", "/id/",
    "/res", "/id", "/id/x", "/res/om/id", "/res/om/id/x/y", "/res/om/res/om/id/x", f"/{GOAL}/", f"/{GOAL}x",
    f"/{GOAL.upper()}",
    "/id/%2e%2e/%2e%2e/etc/passwd", "/id/../../etc/passwd", "/id/delmal/..%2f..%2fx", "/id/delmal/%00", "/id/%ff%fe",
    "/id/a%0d%0aX-Evil:%201", "/id/<script>alert(1)</script>", "/id/%22onload=1", "/id/delmal/å", "/id/delmal/\u202e",
    "/id/delmal/x%20y", "/id/delmal/%7B%7B7*7%7D%7D", "/id/" + "a" * 50_000, "/id/" + "a/" * 5_000,
    "/id/fynd/x-0123456789",
    "/res/fel/hittepa", "/id/delmal/x%3Fa=b", "/id/delmal/x%23y", "/id/delmal/\U0001f600",
]  # fmt: skip


@pytest.mark.parametrize("accept", [BROWSER, "text/turtle", "*/*"])
@pytest.mark.parametrize("address", NEVER, ids=lambda address: address[:40])
def test_what_never_was_is_404(address: str, accept: str, client: FlaskClient) -> None:
    answer = client.get(address, headers={"Accept": accept})
    assert answer.status_code == 404, answer.text[:300]
    assert "X-Evil" not in answer.headers
    if answer.mimetype == "text/html":
        page = Page(answer.text)
        assert (page.faults, page.active_parts()) == ([], [])
        assert "49" not in page.text


def test_query_part_is_no_part_of_an_identifier(client: FlaskClient) -> None:
    assert client.get(f"/{GOAL}?utm=<script>").headers["Location"] == f"/res/om/{GOAL}"
    found = client.get(f"/{GOAL}?lang=%22%3E%0d%0aX:y", headers={"Accept": "text/html"})
    assert found.headers["Location"] == f"/res/om/{GOAL}?lang=%22%3E%0D%0AX%3Ay"


INVENTED = f"""
<{BASE}id/delmal/kvar> a rus:Delmal ; skos:prefLabel "Kvar"@sv .
<{BASE}id/delmal/indragen> a rus:Delmal ; skos:prefLabel "Indragen"@sv ; owl:deprecated true .
<{BASE}id/delmal/falsk> a rus:Delmal ; owl:deprecated false .
<{BASE}id/delmal/ersatt> a rus:Delmal ; dcterms:isReplacedBy <{BASE}id/delmal/kvar> .
<{BASE}id/delmal/delad> a rus:Delmal ; dcterms:isReplacedBy <{BASE}id/delmal/kvar> , <{BASE}id/delmal/falsk> .
<{BASE}id/delmal/pekad> rus:bidrarTill <{BASE}id/effektmal/ingenstans> .
<{BASE}id/delmal/ond> a rus:Delmal ; skos:prefLabel "<img src=x onerror=alert(1)>"@sv ;
  rdfs:seeAlso <javascript:alert(1)> ;
  rus:ingarI [ skos:note "<script>" ; rus:ingarI [ a rus:Delmal ] ] .
<{BASE}id/delmal/östra> a rus:Delmal ; skos:prefLabel "Östra"@sv .
<{BASE}res/graf/proveniens> {{
  <{BASE}res/version/1-1> a prov:Entity ; prov:specializationOf <{BASE}res/graf/borta> ;
    prov:wasInvalidatedBy <{BASE}res/publicering/2> .
  <{BASE}id/delmal/borttagen> prov:wasInvalidatedBy <{BASE}res/publicering/2> .
  <{BASE}res/publicering/2> a prov:Activity .
}}
"""  # invented


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    path = tmp_path_factory.mktemp("data") / "liten.trig"
    path.write_text(PREFIX_LINES + INVENTED, encoding="utf-8")
    site = Site(address="https://rusgraf.example.org/")
    app = create_app(Config(data=(path,), limits=Limits(seconds=60, workers=1), site=site))
    yield app.test_client()
    app.extensions["rusgraf"].close()


@pytest.mark.parametrize(
    ("path", "status"),
    [("id/delmal/kvar", 303), ("id/delmal/falsk", 303), ("id/delmal/östra", 303), ("id/delmal/indragen", 410),
     ("id/delmal/delad", 410), ("id/delmal/ersatt", 308), ("id/delmal/borttagen", 410), ("res/graf/borta", 410),
     ("id/effektmal/ingenstans", 404), ("res/graf/aldrig", 404), ("res/version/1-1", 200)],
)  # fmt: skip
def test_gone_replaced_and_never_are_told_apart(path: str, status: int, invented: FlaskClient) -> None:
    for accept in ("text/turtle", BROWSER):
        answer = invented.get(f"/{quote(path)}", headers={"Accept": accept})
        assert answer.status_code == status
    if status == 308:
        assert answer.headers["Location"] == "/id/delmal/kvar"
    if status == 410:
        told = invented.get(f"/{path}", headers={"Accept": "application/json"}).get_json()
        assert (told["status"], told["type"].rpartition("/")[2]) == (410, "gone")
        assert told["cure"]


def test_what_is_withdrawn_is_still_described(invented: FlaskClient) -> None:
    for name in ("indragen", "ersatt", "delad", "borttagen"):
        assert invented.get(f"/res/om/id/delmal/{name}", headers={"Accept": "text/turtle"}).status_code == 200
    assert "Indragen" in invented.get("/res/om/id/delmal/indragen", headers={"Accept": BROWSER}).text
    assert invented.get("/res/om/res/graf/borta").status_code == 410


def test_iri_with_letters_beyond_ascii_is_led_to_and_linked(invented: FlaskClient) -> None:
    first = invented.get("/id/delmal/östra")
    assert first.headers["Location"] == "/res/om/id/delmal/%C3%B6stra"
    answer = invented.get(first.headers["Location"], headers={"Accept": BROWSER})
    assert "Östra" in answer.text
    assert answer.headers["Link"].isascii()


def test_names_and_addresses_from_data_are_shown_and_not_run(invented: FlaskClient) -> None:
    answer = invented.get("/res/om/id/delmal/ond", headers={"Accept": BROWSER})
    page = Page(answer.text)
    assert (page.faults, page.active_parts()) == ([], [])
    assert "onerror" in page.text
    assert "javascript:alert(1)" in page.text


def test_public_base_is_what_is_told_to_others_and_links_stay_here(invented: FlaskClient) -> None:
    answer = invented.get("/res/om/id/delmal/kvar", headers={"Accept": BROWSER, "Host": "intern.example:8080"})
    found = links(answer.headers["Link"])
    assert found["canonical"] == [("https://rusgraf.example.org/res/om/id/delmal/kvar", "")]
    assert "license" not in found
    assert "rusgraf.example.org" not in answer.text
    assert "intern.example" not in answer.text


@pytest.mark.parametrize(
    "site",
    [Site(address="rusgraf.example.org"), Site(address="https://a/b"), Site(address="https://a?x"), Site(address="ftp://a"),
     Site(address="https://u:p@a"), Site(address="https://a b"), Site(publisher_iri="x"), Site(licence="CC BY"),
     Site(contact="x"), Site(contact="a@b.se\nX: y")],
)  # fmt: skip
def test_what_cannot_be_of_the_operator_is_refused(site: Site) -> None:
    with pytest.raises(BadParameter):
        site.checked()


@pytest.mark.parametrize("option", ["--public-base=x", "--publisher-iri=x", "--contact=x", "--licence=x"])
def test_serve_refuses_what_cannot_be_of_the_operator(option: str) -> None:
    with pytest.raises(BadParameter):
        CliRunner().invoke(group, ["serve", option], standalone_mode=False, catch_exceptions=False)


@pytest.mark.parametrize("host", ["a<b", 'a"b', "a b", "a\\b", "[::1"])
def test_host_that_is_none_is_no_fault_of_the_server(host: str, client: FlaskClient) -> None:
    for address in (f"/res/om/{GOAL}", "/catalog?format=ttl", "/openapi.json", "/"):
        assert client.get(address, headers={"Host": host}).status_code in (200, 400)


# Other identifiers that the program gives


def test_diagram_is_a_picture_or_its_description(client: FlaskClient) -> None:
    answer = client.get("/res/diagram/modell")
    assert (answer.mimetype, answer.data[:4]) == ("image/svg+xml", b"<svg")
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "sha256-" in answer.headers["Content-Security-Policy"]
    assert client.get("/res/diagram/modell", headers={"Accept": "text/turtle"}).mimetype == "text/turtle"
    assert client.get("/res/diagram/modell", headers={"Accept": BROWSER}).mimetype == "text/html"


def test_finding_and_rule_lead_to_their_pages(client: FlaskClient) -> None:
    for found in client.get("/gaps?format=json").get_json()["findings"][::25]:
        answer = client.get(f"/id/fynd/{found['id'].replace('/', '-')}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/gaps/{found['id']}")
    for rule in rules():
        assert client.get(client.get(f"/res/regel/{rule.name}").headers["Location"]).status_code == 200


@pytest.mark.parametrize(("lang", "title"), [("sv", "Sidan finns inte"), ("en", "Not Found")])
def test_kind_of_an_error_of_http_leads_to_what_it_means(lang: str, title: str, client: FlaskClient) -> None:
    kind = client.get(f"/nowhere?lang={lang}").get_json()["type"].removeprefix("https://w3id.org/rusgraf")
    answer = client.get(f"{kind}?lang={lang}")
    assert (answer.status_code, title.lower() in answer.text.lower()) == (200, True)
    assert client.get("/res/fel/http-999").status_code == 404


def test_kind_of_error_leads_to_what_it_means(client: FlaskClient) -> None:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, RusgrafError):
            assert kind.title_sv.lower() in client.get(f"/res/fel/{kind.slug}").text.lower()


# The domain


def test_path_and_iri_are_each_other() -> None:
    assert things.path_of(BASE + GOAL) == GOAL
    assert things.node_of(GOAL) == NamedNode(BASE + GOAL)
    for other in ("https://example.org/id/x", BASE, f"{BASE}id", f"{BASE}annat/x", "urn:x"):
        assert things.path_of(other) is None
    assert things.node_of("id/a b") is None


def test_statements_out_of_force_are_told_only_when_there_are_no_others(shipped: Store) -> None:
    example = things.statements(shipped, NamedNode(f"{BASE}id/delmal/exempelplan-1"))
    assert {q.graph_name for q in example} == {NamedNode(f"{BASE}res/graf/exempelplan")}
    old = f"graf:gammal {{ graf:gammal rus:grafslag grafslag:ersatt . <{BASE}id/delmal/x> rus:ordning 1 . }}"
    both = store_of(f"<{BASE}id/delmal/x> a rus:Delmal . {old}")
    assert rus("ordning") not in {q.predicate for q in things.statements(both, NamedNode(f"{BASE}id/delmal/x"))}


def test_document_that_is_too_long_is_refused(shipped: Store) -> None:
    with pytest.raises(RusgrafError, match="bytes"):
        things.write(shipped, things.HOME, "ttl", 1000).whole()


def test_deep_and_circular_nodes_without_names_are_cut() -> None:
    store = store_of(f"<{BASE}id/delmal/r> rus:ingarI _:a . _:a rus:ingarI _:b . _:b rus:ingarI _:a .")
    assert "…" in str(view(store, "id/delmal/r", Asked("sv")).rows)


def test_path_of_an_asset_is_not_read_by_an_identifier(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/res/diagram/modell.svg").status_code == 404
    assert client.get("/res/diagram/..%2f..%2frusgraf.ttl").status_code == 404
