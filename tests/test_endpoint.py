"""Do the commands and the server work over a SPARQL service as over files, and tell its faults in one line?"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from planted import PREFIX_LINES, store_of
from rusgraf.remote import loading
from rusgraf.remote.protocol import Service
from rusgraf.store import Store
from rusgraf.web import Config, create_app, current
from rusgraf.workers import Limits
from services import Engine, Fake, fake
from test_cli import GAPS, out, refused, run
from test_remote import DATA, SECRET, Told

OTHER = "e:plan a rus:Handlingsplan . e:mal a rus:Delmal ; rus:ingarI e:plan . e:x a rus:Aktivitet ; rus:moter e:y ."


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented data as a file; the graph outside graphs is named by it."""
    path = tmp_path_factory.mktemp("data") / "prov.trig"
    path.write_text(PREFIX_LINES + DATA, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Fake]:
    with fake(Engine()) as made:
        assert out("load", "--data", data, "--endpoint", f"{made.url}/query", "--graph-store", f"{made.url}/store")
        yield made


# Commands


def test_load_says_what_the_service_holds_now(data: Path) -> None:
    with fake(Engine()) as made:
        to = ("load", "--data", data, "--endpoint", f"{made.url}/query", "--update-endpoint", f"{made.url}/update")
        release = Store.load([data]).release()
        assert f"Utgåva {release}: " in out(*to)
        assert out(*to, "--lang", "en") == f"The service holds release {release} already.\n"


@pytest.mark.parametrize(
    "command",
    [
        ("gaps", "--format", "json"),
        ("gaps", "--format", "csv", "--lang", "en"),
        ("gaps", "--asserted", "--plan", "Planen"),
        ("query", "malgrupper-per-plan", "--labels"),
        ("query", "sok", "-p", "ord=fallskad", "--format", "json"),
        ("suggest", "--max", "2"),
        ("sources", "verify", "."),
    ],
    ids=" ".join,
)
def test_command_prints_the_same_over_the_service(command: tuple[str, ...], data: Path, server: Fake) -> None:
    there, here = (run(*command, *where) for where in (("--endpoint", f"{server.url}/query"), ("--data", str(data))))
    assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr)
    assert there.stdout


def test_own_query_is_asked_of_the_service(server: Fake) -> None:
    text = "SELECT (COUNT(*) AS ?n) WHERE { ?a a <https://w3id.org/rusgraf/spec/Aktivitet> }"
    assert "2" in out("query", "-", "--endpoint", f"{server.url}/query", stdin=text).split()
    assert "SERVICE" in refused("query", "-", "--endpoint", f"{server.url}/query", stdin="ASK { SERVICE <urn:x> {} }")


def test_what_a_file_would_do_is_told_over_the_service(data: Path, server: Fake, tmp_path: Path) -> None:
    more = tmp_path / "mer.ttl"
    more.write_text(PREFIX_LINES + "e:moln rus:ansvarig e:namnd . e:namnd a rus:Namnd .", encoding="utf-8")
    told = [out("gaps", "--with", more, *w) for w in (("--endpoint", f"{server.url}/query"), ("--data", data))]
    assert told[0] == told[1]
    assert "aktivitet-utan-ansvarig" in told[0]


def test_exit_code_of_findings_is_the_same_over_the_service(server: Fake) -> None:
    assert run(*GAPS, "--endpoint", f"{server.url}/query", "--fail-on", "unknown").returncode == 1
    assert run(*GAPS, "--endpoint", f"{server.url}/query").returncode == 0


def test_two_places_for_the_data_are_refused(data: Path, server: Fake) -> None:
    assert "--data" in refused("gaps", "--data", data, "--endpoint", f"{server.url}/query")
    report = data.with_name("rapport.json")
    report.write_text(out("gaps", "--data", data, "--format", "json"), encoding="utf-8")
    assert "--endpoint" in refused("changes", report, report, "--endpoint", f"{server.url}/query")
    assert "endpoint" in refused("load", "--data", data)
    assert "endpoint" in refused("load", "--data", data, "--endpoint", f"{server.url}/query", "-o", "x.nq")
    assert "--graph-store" in refused("load", "--data", data, "--endpoint", f"{server.url}/query")


@pytest.mark.parametrize(
    ("told", "code", "said"),
    [
        (Told(200, b"<html>", {"Content-Type": "text/html"}), 2, "text/html"),
        (Told(302, b"", {"Location": "http://example.org/"}), 2, "example.org"),
        (Told(401, b"", {"WWW-Authenticate": "Basic"}), 2, "RUSGRAF_ENDPOINT_USER"),
        (Told(200, b'{"head": {"vars": []'), 3, "bryts av"),
        (Told(503, b"busy"), 3, "busy"),
    ],
)
def test_fault_of_the_service_is_one_line_with_its_exit_code(told: Told, code: int, said: str) -> None:
    with fake(lambda _: told) as made:
        assert said in refused("gaps", "--endpoint", f"{made.url}/query", code=code)


def test_password_comes_from_the_environment(data: Path) -> None:
    engine = Engine()
    challenge = Told(401, b"", {"WWW-Authenticate": 'Basic realm="r"'})
    with fake(lambda asked: engine(asked) if "authorization" in asked.headers else challenge) as made:
        to = ("load", "--data", data, "--endpoint", f"{made.url}/query", "--graph-store", f"{made.url}/store")
        secrets = {"RUSGRAF_ENDPOINT_USER": SECRET.user, "RUSGRAF_ENDPOINT_PASSWORD": SECRET.password}
        assert run(*to).returncode == 2
        assert run(*to, **secrets).returncode == 0
        done = run("gaps", "--endpoint", f"{made.url}/query", **secrets)
        assert (done.returncode, done.stderr) == (0, "")


def test_data_loaded_while_a_report_is_made_are_told(data: Path) -> None:
    engine = Engine()
    asked = 0

    def changing(request: object) -> Told:
        nonlocal asked
        asked += 1
        if asked == 30:
            with fake(engine) as beside:
                loading.load(store_of(OTHER), beside.service())
        return engine(request)  # type: ignore[arg-type]

    with fake(engine) as beside:
        loading.load(Store.load([data]), beside.service())
    with fake(changing) as made:
        done = run("gaps", "--format", "json", "--endpoint", f"{made.url}/query")
        assert asked > 30
        assert done.returncode == 2
        assert "andra data" in done.stderr
        assert len(done.stderr.splitlines()) == 1


# The server


@pytest.fixture(scope="module")
def service(data: Path) -> Iterator[Service]:
    with fake(Engine()) as made:
        loading.load(Store.load([data]), made.service())
        yield made.service()


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[FlaskClient]:
    app = create_app(Config(service=service, limits=Limits(seconds=60, workers=1)))
    yield app.test_client()
    app.extensions["rusgraf"].close()


@pytest.fixture(scope="module")
def plain(data: Path) -> Iterator[FlaskClient]:
    """The same data from a file."""
    app = create_app(Config(data=(data,), limits=Limits(seconds=60, workers=1)))
    yield app.test_client()
    app.extensions["rusgraf"].close()


@pytest.mark.parametrize(
    "path",
    ["/", "/gaps?format=json", "/queries", "/queries/utforska/grafer?format=csv", "/queries/utforska/sok?ord=Planen"],
)
def test_server_answers_the_same_over_the_service(path: str, client: FlaskClient, plain: FlaskClient) -> None:
    there, here = (one.get(path, headers={"Accept": "text/html"}) for one in (client, plain))
    assert there.status_code == here.status_code == 200
    assert there.get_data() == here.get_data()
    assert there.headers["X-Rusgraf-Release"] == here.headers["X-Rusgraf-Release"]


def asked(client: FlaskClient, query: str) -> tuple[int, object]:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "application/json"})
    return answer.status_code, json.loads(answer.get_data())


def test_public_query_is_forwarded_and_its_answer_is_the_same(client: FlaskClient, plain: FlaskClient) -> None:
    for query in (
        'SELECT ?s ?c WHERE { ?s a ?c . FILTER(CONTAINS(STR(?s), "/spec/")) } ORDER BY ?s ?c LIMIT 200',
        "ASK { ?s a <https://w3id.org/rusgraf/spec/Aktivitet> }",
        "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    ):
        assert asked(client, query) == asked(plain, query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * FROM <https://w3id.org/rusgraf/res/graf/i-kraft> { ?s ?p ?o }",
        "SELECT * FROM <http://example.org/> { ?s ?p ?o }",
        "PREFIX f: <bif:> SELECT (f:file_to_string('/etc/passwd') AS ?x) { }",
        "SELECT * { ?s ?p ?o FILTER EXISTS { ?a ?b ?c FILTER(<sql:x>(?c)) } }",
        "DROP ALL",
    ],
)
def test_query_that_reaches_further_is_not_forwarded(query: str, client: FlaskClient) -> None:
    assert asked(client, query)[0] == 403


OURS = "https://w3id.org/rusgraf/res/graf/"
BOTH = "SELECT ?s ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?s ?g"


@pytest.mark.parametrize(
    "chosen",
    [
        {"default-graph-uri": f"{OURS}prov"},
        {"named-graph-uri": f"{OURS}prov"},
        {"default-graph-uri": [f"{OURS}prov", f"{OURS}harledd"], "named-graph-uri": f"{OURS}termer"},
        {"default-graph-uri": "http://example.org/nowhere"},
        {"named-graph-uri": "http://example.org/nowhere"},
    ],
)
def test_graphs_chosen_by_the_request_are_the_same_over_the_service(
    chosen: dict[str, object], client: FlaskClient, plain: FlaskClient
) -> None:
    for query in (BOTH, BOTH.replace("?g {", f"?g FROM <{OURS}ontologi> FROM NAMED <urn:x> {{", 1)):
        there, here = (c.get("/sparql", query_string={"query": query, **chosen}) for c in (client, plain))
        assert there.status_code == here.status_code == 200, there.text
        rows, expected = (
            sorted(str(row) for row in a.get_json(force=True)["results"]["bindings"] if row["s"]["type"] == "uri")
            for a in (there, here)
        )
        assert rows == expected
        assert bool(rows) is ("nowhere" not in str(chosen))


@pytest.mark.parametrize("name", ["utgava", "i-kraft", "tom"])
def test_graphs_of_the_loading_itself_are_not_chosen(name: str, client: FlaskClient) -> None:
    for parameter in ("default-graph-uri", "named-graph-uri"):
        answer = client.get("/sparql", query_string={"query": BOTH, parameter: f"{OURS}{name}"})
        assert answer.get_json(force=True)["results"]["bindings"] == []


def test_relative_iris_are_relative_to_the_endpoint_over_the_service(client: FlaskClient) -> None:
    answer = client.get(
        "/sparql", query_string={"query": "CONSTRUCT { <s> <p> 1 } {}"}, headers={"Accept": "text/plain"}
    )
    assert answer.text.startswith("<http://localhost/s> <http://localhost/p> ")


def test_graphs_of_the_loading_itself_are_not_reached(client: FlaskClient) -> None:
    status, found = asked(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert status == 200
    assert "i-kraft" not in str(found)
    assert "utgava" not in str(found)


def test_server_follows_what_is_loaded_and_never_mixes(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "LOOK_SERVICE_SECONDS", 0.0)
    first, second = Store.load([data]), store_of(OTHER)
    with fake(Engine()) as made:
        loading.load(first, made.service())
        app = create_app(Config(service=made.service(), limits=Limits(seconds=60, workers=1)))
        try:
            client = app.test_client()
            assert client.get("/health").json["release"] == first.release()
            loading.load(second, made.service())
            seen: list[tuple[int, str]] = []
            for _ in range(300):
                answer = client.get("/gaps?format=json", headers={"Accept": "application/json"})
                seen.append((answer.status_code, answer.json.get("release", "")))
                if answer.status_code == 200:
                    break
                time.sleep(0.1)
            assert seen[0][0] == 502
            assert seen[-1] == (200, second.release())
        finally:
            app.extensions["rusgraf"].close()
