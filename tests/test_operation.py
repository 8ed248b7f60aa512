"""Can the server be left on the internet? Settings, fair use, health, metrics, logs, slow clients and how it ends."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from planted import PREFIX_LINES, browser
from rusgraf.cli import group, serve
from rusgraf.cli._settings import options, variable
from rusgraf.errors import BadParameter, TooManyRequests, UnreadableInput
from rusgraf.web import Config, create_app, fairness, listen
from rusgraf.web.fairness import Fair, FairUse, client_of
from rusgraf.web.health import Drain
from rusgraf.web.log import Json, Lines, Log, Writer
from rusgraf.web.metrics import METHODS, Metrics
from rusgraf.workers import Limits

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
ASK = "/sparql?query=ASK%7B%7D"
STUCK = "/sparql?query=" + quote(
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }", safe=""
)
NAME = "Hemligsson"  # stands in a query, and must not stand in a log


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of invented data, large enough that STUCK does not end."""
    things = "\n".join(f'e:d{i} a rus:Delmal ; skos:prefLabel "Mål {i}"@sv .' for i in range(100))
    path = tmp_path_factory.mktemp("drift") / "data.trig"
    path.write_text(PREFIX_LINES + things, encoding="utf-8")
    return path


@contextmanager
def made(data: Path, **more: Any) -> Iterator[Flask]:
    """An application over the invented data, with one worker."""
    app = create_app(Config(data=(data,), limits=Limits(seconds=PATIENCE, workers=1), **more))
    with closing(app.extensions["rusgraf"]):
        yield app


def measures(app: Flask) -> dict[tuple[str, ...], float]:
    """What /metrics tells, read with the library's own parser: name and values of the labels → value."""
    text = browser(app).get("/metrics").text
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    return {(s.name, *(value for _, value in sorted(s.labels.items()))): s.value for s in samples}


# Settings


def said(monkeypatch: pytest.MonkeyPatch, *arguments: str, **env: str) -> dict[str, Any]:
    """What `serve` would be run with."""
    heard: dict[str, Any] = {}

    def note(data: object, directory: object, said: dict[str, Any]) -> None:
        heard.update(said, data=data, directory=directory)
        raise BadParameter("So far.", sv="Hit.")

    monkeypatch.setattr(serve, "_app", note)
    monkeypatch.setattr("rusgraf.web.log.to_stderr", lambda form: heard.update(log=form))
    with pytest.raises(BadParameter, match="So far"):
        CliRunner().invoke(group, ["serve", *arguments], env=env, standalone_mode=False, catch_exceptions=False)
    return heard


def test_option_goes_before_environment_before_file_before_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "rusgraf.toml"
    file.write_text('port = 1001\nidle = 11\ndrain = 1.5\nlog-queries = true\ndata = ["a", "b"]\npublic-base = "x"\n')
    env = {"RUSGRAF_SERVE_PORT": "1002", "RUSGRAF_SERVE_IDLE": "12", "RUSGRAF_SERVE_CONFIG": str(file)}
    found = said(monkeypatch, "--port", "1003", **env)
    assert (found["port"], found["idle"], found["drain"], found["workers"]) == (1003, 12, 1.5, 2)
    assert (found["log_queries"], found["data"], found["address"]) == (True, (Path("a"), Path("b")), "x")
    assert said(monkeypatch, RUSGRAF_SERVE_METRICS="no", RUSGRAF_SERVE_STORE="d")["metrics"] is False


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("prot = 1", '"port"'),
        ("config = 'x'", '"connections"|is no setting'),
        ("[serve]\nport = 1", "no setting"),
        ("port = [1]", "no single value"),
        ("port = ", "cannot be read"),
        ("port = 1\nport = 2", "cannot be read"),
    ],
)
def test_setting_that_is_none_is_an_error_that_proposes_the_nearest(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "rusgraf.toml"
    file.write_text(text)
    with pytest.raises((BadParameter, UnreadableInput), match=told) as caught:
        CliRunner().invoke(group, ["serve", "--config", str(file)], standalone_mode=False, catch_exceptions=False)
    assert str(file) in str(caught.value)


def test_file_of_settings_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="saknas"):
        CliRunner().invoke(
            group, ["serve", "--config", str(tmp_path / "saknas.toml")], standalone_mode=False, catch_exceptions=False
        )


def test_variable_that_sets_nothing_is_told_of() -> None:
    done = CliRunner().invoke(group, ["serve", "--help"], env={"RUSGRAF_SERVE_PROT": "1"})
    assert 'RUSGRAF_SERVE_PROT: ingen inställning. Menade du "RUSGRAF_SERVE_PORT"?' in done.stderr
    assert "RUSGRAF_SERVE" not in CliRunner().invoke(group, ["serve", "--help"]).stderr


def test_table_of_settings_in_the_manual_is_that_of_the_command() -> None:
    text = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| `(\w+)` \| ([^|]*) \|", text, re.MULTILINE)
    shown = {name: (env, default.strip().strip("`")) for name, env, default in rows}
    known = {}
    for name, option in options(serve.command).items():
        default = option.get_default(click.Context(serve.command), call=False)
        told = str(default).lower() if isinstance(default, str | int | float) else ""
        known[name] = (variable(serve.command, name), "false" if option.is_flag and not told else told)
    known["client-jobs"] = (known["client-jobs"][0], "workers − 1, at least 1")
    assert shown == known


def blocks(kind: str) -> list[str]:
    """The blocks of the manual of one kind."""
    text = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_units_of_the_manual_are_such_as_systemd_takes(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze")
    names = ("rusgraf.service", "rusgraf-backup.service", "rusgraf-backup.timer")
    for name, unit in zip(names, blocks("ini"), strict=True):
        (tmp_path / name).write_text(unit.replace("/opt/rusgraf/bin/rusgraf", "/bin/true"), encoding="utf-8")
    for name in names:
        done = subprocess.run([program, "verify", str(tmp_path / name)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_unit_of_the_manual_lets_workers_put_up_their_walls() -> None:
    [allowed] = re.findall(r"^SystemCallFilter=(.*)$", "".join(blocks("ini")), re.MULTILINE)
    assert {"@system-service", *(f"landlock_{c}" for c in ("create_ruleset", "add_rule", "restrict_self"))} <= {
        *allowed.split()
    }


def test_commands_and_variables_of_the_manual_exist() -> None:
    text = "\n".join([*blocks("ini"), *blocks("dockerfile"), *blocks("sh")])
    given = [re.findall(r"--[a-z-]+", line) for line in text.splitlines() if "rusgraf serve" in line]
    assert given
    assert {option for found in given for option in found} <= {f"--{name}" for name in options(serve.command)}
    variables = set(re.findall(r"RUSGRAF_SERVE_\w+", text))
    assert variables
    assert variables <= {variable(serve.command, name) for name in options(serve.command)}
    assert set(re.findall(r"bin/rusgraf (\w+)", text)) <= set(group.list_commands(click.Context(group)))


def test_metrics_of_the_manual_are_those_of_the_server(data: Path) -> None:
    text = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    with made(data) as app:
        browser(app).get("/health")
        names = {name[0] for name in measures(app)}
    named = {name for name in re.findall(r"rusgraf_\w+", text) if "rusgraf_" in name}
    assert named - {n.removesuffix("_count") for n in names if n.endswith("_count")} <= names


# Fair use


class Clock:
    """A clock that is set by hand."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def counted(**fair: float) -> Iterator[tuple[FairUse, Clock]]:
    """Fair use, and the clock it goes by."""
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", clock)
        yield FairUse(Fair(**fair), Metrics()), clock  # type: ignore[arg-type]


def job(use: FairUse, client: str, seconds: float) -> int:
    """A job of a client; in how many seconds to come again where it is refused, else 0."""
    fairness._client.set(client)
    try:
        use.begin()
    except TooManyRequests as error:
        return error.retry_after
    use.taken()
    use.end("ok", seconds)
    return 0


def request_of(use: FairUse, client: str) -> int:
    """A request of a client; in how many seconds to come again where it is refused, else 0."""
    try:
        use.request(client)
    except TooManyRequests as error:
        return error.retry_after
    return 0


@given(st.lists(st.floats(0, 30), max_size=30), st.integers(1, 8))
def test_wait_that_is_told_lets_one_in_and_is_no_longer_than_needed(pauses: list[float], limit: int) -> None:
    with counted(requests=limit) as (use, clock):
        for pause in [*pauses, *[0.0] * limit]:
            clock.now += pause
            request_of(use, "a")
        wait = request_of(use, "a")
        assert 0 < wait <= 60
        assert request_of(use, "b") == 0
        clock.now += wait - 1.01
        assert request_of(use, "a") > 0
        clock.now += 1.01
        assert request_of(use, "a") == 0


def test_no_minute_lets_more_than_twice_its_limit_through_and_an_hour_sixty_times_it() -> None:
    with counted(requests=30) as (use, clock):
        let = []
        for _ in range(7200):  # one try each half second, for an hour
            clock.now += 0.5
            if not request_of(use, "a"):
                let.append(clock.now)
    assert max(sum(start <= at < start + 60 for at in let) for start in let) <= 2 * 30
    assert 59 * 30 <= len(let) <= 61 * 30


def test_job_that_takes_more_than_is_left_is_let_end_and_the_next_waits_for_the_minute_to_be_over() -> None:
    with counted(seconds=60) as (use, clock):
        assert job(use, "a", 59.9) == 0
        clock.now += 20
        assert job(use, "a", 30) == 0
        assert job(use, "a", 1) == 40
        assert job(use, "b", 1) == 0
        clock.now += 40
        assert job(use, "a", 1) == 0


def test_jobs_shorter_than_a_millisecond_count() -> None:
    with counted(seconds=0.1) as (use, _):
        assert [bool(job(use, "a", 0.0001)) for _ in range(101)] == [False] * 100 + [True]


def test_flood_of_addresses_takes_bounded_memory_and_those_who_come_after_it_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fairness, "MOST_COUNTS", 1000)
    with counted(requests=2) as (use, _):
        for number in range(20_000):
            request_of(use, str(number))
            assert len(use._counts.storage) <= 1000
        assert len(use._counts.expirations) + len(use._counts.locks) <= 2000
        assert [bool(request_of(use, "a")) for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:80", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "?"),
        (None, "?"),
        ("x" * 5000, "?"),
        ("1.2.3.4, 5.6.7.8", "?"),
    ],
)
def test_client_is_an_address_or_the_network_of_one_household(address: str | None, client: str) -> None:
    assert client_of(address) == client


def ask(app: Flask, path: str, peer: str = "192.0.2.1", **headers: str) -> tuple[int, str]:
    """Status, and in how many seconds to come again."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = browser(app).get(path, headers=named, environ_base={"REMOTE_ADDR": peer})
    return answer.status_code, answer.headers.get("Retry-After", "")


def test_client_over_its_requests_is_told_when_to_come_again_and_the_others_are_served(data: Path) -> None:
    with made(data, fair=Fair(requests=3)) as app:
        assert [ask(app, "/queries")[0] for _ in range(3)] == [200] * 3
        status, wait = ask(app, "/queries")
        assert status == 429
        assert 1 <= int(wait) <= 60
        answer = browser(app).get("/queries", environ_base={"REMOTE_ADDR": "192.0.2.1"})
        assert answer.get_json()["type"].endswith("/too-many-requests")
        for path in ("/health", "/health/live", "/health/ready", "/static/rusgraf.css", "/metrics"):
            assert ask(app, path)[0] == 200
        assert ask(app, "/queries", "192.0.2.2")[0] == 200
        assert ask(app, "/queries", X_Forwarded_For="192.0.2.3")[0] == 429  # nobody has said that there is a proxy
        assert measures(app)["rusgraf_refused_total", "requests"] == 3


def test_behind_a_proxy_the_address_that_the_proxy_saw_counts(data: Path) -> None:
    with made(data, fair=Fair(requests=1), proxies=1) as app:
        assert ask(app, "/queries", X_Forwarded_For="10.0.0.1, 198.51.100.1")[0] == 200
        assert ask(app, "/queries", X_Forwarded_For="10.0.0.2, 198.51.100.1")[0] == 429
        assert ask(app, "/queries", X_Forwarded_For="10.0.0.1, 198.51.100.2")[0] == 200
        assert ask(app, "/queries", X_Forwarded_For="2001:db8:1:2::1")[0] == 200
        assert ask(app, "/queries", X_Forwarded_For="2001:db8:1:2:3::1")[0] == 429  # of the same /64


def test_time_of_workers_counts_also_that_of_short_jobs(data: Path) -> None:
    with made(data, fair=Fair(seconds=0.005)) as app:
        answers = Counter(ask(app, ASK)[0] for _ in range(200))
        assert answers[200] >= 1
        assert answers[429] > 0
        assert set(answers) == {200, 429}
        assert ask(app, ASK, "192.0.2.2")[0] == 200
        assert ask(app, "/queries")[0] == 200  # asks no worker
        found = measures(app)
        assert found["rusgraf_refused_total", "seconds"] == answers[429]
        assert found["rusgraf_jobs_total", "ok"] == answers[200] + 1


def test_client_has_its_jobs_at_once_and_the_next_waits_a_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fairness, "WAIT_SECONDS", 0.2)
    use = FairUse(Fair(jobs=1), Metrics())
    fairness._client.set("a")
    use.begin()
    with pytest.raises(TooManyRequests) as caught:
        use.begin()
    assert caught.value.retry_after >= 1
    monkeypatch.setattr(fairness, "MOST_WAITING", 0)  # each that waits holds a thread
    monkeypatch.setattr(fairness, "WAIT_SECONDS", 1000.0)
    with pytest.raises(TooManyRequests):
        use.begin()
    monkeypatch.setattr(fairness, "MOST_WAITING", 8)
    fairness._client.set("b")
    use.begin()  # another has its own
    use.taken()
    use.end("ok", 0.1)
    monkeypatch.setattr(fairness, "WAIT_SECONDS", PATIENCE)
    fairness._client.set("a")
    threading.Timer(0.1, use_ends, (use, "a")).start()
    use.begin()  # waits for the first to end
    use.taken()
    use.end("ok", 0.1)
    assert (dict(use._running), dict(use._waiting)) == ({}, {})


def use_ends(use: FairUse, client: str) -> None:
    fairness._client.set(client)
    use.taken()
    use.end("ok", 0.1)


# Health and metrics


def test_ready_is_503_without_a_worker_and_while_the_server_stops_and_live_is_not(data: Path) -> None:
    with made(data) as app:
        assert [ask(app, path)[0] for path in ("/health/ready", "/health/live")] == [200, 200]
        app.extensions["rusgraf_drain"].has_begun = True
        assert [ask(app, path)[0] for path in ("/health/ready", "/health/live", "/health")] == [503, 200, 200]
        app.extensions["rusgraf_drain"].has_begun = False
        app.extensions["rusgraf"].close()
        assert [ask(app, path)[0] for path in ("/health/ready", "/health/live")] == [503, 200]


def test_worker_that_dies_while_it_waits_is_replaced_and_no_query_pays(data: Path) -> None:
    with made(data) as app:
        [worker] = app.extensions["rusgraf"].pool._all
        os.kill(worker._process.pid, signal.SIGKILL)
        worker._process.join()
        assert ask(app, "/health/ready")[0] == 503
        assert ask(app, ASK)[0] == 200
        assert ask(app, "/health/ready")[0] == 200
        assert measures(app).get(("rusgraf_jobs_total", "died"), 0) == 0


def test_metrics_count_by_route_and_take_no_label_from_outside(data: Path) -> None:
    with made(data) as app:
        client = browser(app)
        for number in range(5):
            client.get(f"/gaps/x/{NAME}{number}")
            client.get(f"/{NAME}{number}")
            client.open("/", method=f"{NAME.upper()}{number}")
        ask(app, ASK)
        ask(app, "/sparql?query=SELECT")
        found = measures(app)
        assert found["rusgraf_requests_total", "GET", "unknown", "404"] == 5
        assert found["rusgraf_requests_total", "GET", "/gaps/<rule>/<key>", "404"] == 5
        assert found["rusgraf_jobs_total", "ok"] == 1
        assert found["rusgraf_jobs_total", "failed"] == 1
        assert found["rusgraf_workers_busy",] == 0
        assert found["rusgraf_workers_free",] == 1
        assert found["rusgraf_request_seconds_count", "/sparql"] == 2
        assert NAME.lower() not in str(found).lower()
        methods = {name[1] for name in found if name[0] == "rusgraf_requests_total"}
        assert methods <= {*METHODS, "other"}


def test_metrics_tell_release_and_findings(data: Path) -> None:
    with made(data) as app:
        found = measures(app)
        health = browser(app).get("/health")
        told = health.get_json()
        assert ("rusgraf_info", health.headers["X-Rusgraf-Release"], told["version"]) in found
        counted = [value for name, value in found.items() if name[0] == "rusgraf_findings"]
        assert sum(counted) == told["findings"]


def test_metrics_can_be_turned_off(data: Path) -> None:
    with made(data, has_metrics=False) as app:
        assert ask(app, "/metrics")[0] == 404


# Logs


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The requests in the log, as JSON has them."""
    return [json.loads(Json().format(record)) for record in caplog.records if record.name == "rusgraf.access"]


def test_log_says_what_happened_but_not_who_asked_what(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with made(data) as app:
        client = browser(app)
        query = f"SELECT ?x {{ VALUES ?x {{ '{NAME}' }} }}"
        answer = client.get("/sparql", query_string={"query": query}, environ_base={"REMOTE_ADDR": "192.0.2.77"})
        client.post("/sparql", data={"query": query}, environ_base={"REMOTE_ADDR": "2001:db8:1:2::77"})
        client.get(f"/id/delmal/{NAME}")
        client.get(f"/{NAME}")
    first, second, *_ = found = logged(caplog)
    assert first["id"] == answer.headers["X-Request-ID"]
    assert (first["method"], first["route"], first["status"], first["bytes"]) == (
        "GET",
        "/sparql",
        200,
        len(answer.data),
    )
    assert first["release"] == answer.headers["X-Rusgraf-Release"]
    assert first["ms"] > 0
    assert [f["client"] for f in (first, second)] == ["192.0.2.0/24", "2001:db8:1::/48"]
    assert [f["route"] for f in found[2:]] == ["/<any(id, def, spec, res):space>/<path:rest>", "unknown"]
    assert NAME not in caplog.text + json.dumps(found)
    assert "broken" not in first
    assert len({f["id"] for f in found}) == 4


def test_log_tells_queries_and_addresses_when_told_to(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with made(data, log=Log("full", queries=True)) as app:
        client = browser(app)
        client.get("/sparql?query=ASK%7B%7D", environ_base={"REMOTE_ADDR": "192.0.2.77"})
        client.post("/sparql", data="ASK {} # direkt", content_type="application/sparql-query")
        client.post("/sparql", data={"query": "ASK {} # form"})
    found = logged(caplog)
    assert [f["status"] for f in found] == [200] * 3
    assert found[0]["client"] == "192.0.2.77"
    assert ["ASK" in f["query"] for f in found] == [True] * 3


def test_request_id_is_taken_over_when_it_is_one_and_stands_in_the_error(data: Path) -> None:
    with made(data, log=Log("none")) as app:
        client = browser(app)
        answer = client.get("/nix", headers={"X-Request-ID": "spar-0123456789"})
        assert answer.headers["X-Request-ID"] == answer.get_json()["request_id"] == "spar-0123456789"
        for bad in ("kort", "x" * 65, 'a"b<script>cd', "a b c d e f g h"):
            assert client.get("/nix", headers={"X-Request-ID": bad}).headers["X-Request-ID"] != bad


def test_fault_of_ours_is_logged_with_the_id_that_the_user_sees(
    data: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made(data) as app:
        monkeypatch.setattr("rusgraf.web.queries.queries_page", lambda _lang: 1 / 0)
        page = browser(app).get("/queries", headers={"Accept": "text/html"})
        told = [json.loads(Json().format(r)) for r in caplog.records if r.levelname == "ERROR"]
    assert page.status_code == 500
    assert "ZeroDivisionError" in told[0]["trace"]
    assert page.headers["X-Request-ID"] in page.text
    assert told[0]["id"] == page.headers["X-Request-ID"]


def test_line_of_the_log_stays_one_line() -> None:
    record = logging.makeLogRecord({"name": "x", "msg": "a\nb\r\nc", "levelname": "INFO", "told": {"query": "d\ne"}})
    assert "\n" not in Lines().format(record)
    assert "\n" not in Json().format(record)


def test_log_that_nobody_reads_holds_up_nothing() -> None:
    reading, writing = os.pipe()
    writer = Writer(writing, most=5)
    writer.setFormatter(Lines())
    record = logging.makeLogRecord({"name": "x", "msg": "y" * 10_000, "levelname": "INFO"})
    began = time.monotonic()
    for _ in range(1000):
        writer.emit(record)
    assert time.monotonic() - began < 5
    assert writer._lost > 0
    os.close(reading)
    writer.close()
    os.close(writing)


# Headers


@pytest.mark.parametrize("path", ["/", "/nix", "/static/rusgraf.css", "/health", ASK, "/sparql?query=SELECT"])
def test_every_answer_has_the_headers_of_security(path: str, data: Path) -> None:
    with made(data) as app:
        headers = browser(app).get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    assert "Server" not in headers


def test_hsts_is_sent_when_the_public_address_is_https(data: Path) -> None:
    from rusgraf.site import Site

    with made(data, site=Site("https://rusgraf.example.org")) as app:
        assert "max-age=" in browser(app).get("/health").headers["Strict-Transport-Security"]


# Slow clients


@contextmanager
def listening(app: Flask, **more: Any) -> Iterator[int]:
    """The real server around a small application, its loop in a thread; its port."""
    server = listen.Server(app, listen.Listen("127.0.0.1", 0, **more))
    is_over = threading.Event()

    def loop() -> None:
        while not is_over.is_set():
            server._turn(0.05)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield server.port
    finally:
        is_over.set()
        thread.join()
        for listener in server._listeners:
            listener.close()
        server.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application that says little, or very much."""
    for name in ("HEAD_SECONDS", "PACE_SECONDS"):
        monkeypatch.setattr(listen, name, 0.5)
    app = Flask("small")
    app.extensions |= {"rusgraf_metrics": Metrics(), "rusgraf_drain": Drain()}
    app.add_url_rule("/", view_func=lambda: "hej", methods=["GET", "POST"])
    app.add_url_rule("/much", endpoint="much", view_func=lambda: (b"x" * 2**20 for _ in range(200)))
    return app


def closes(connection: socket.socket) -> bool:
    """Whether the server closes a connection within our patience."""
    connection.settimeout(PATIENCE)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize(
    "begun",
    [b"GET / HTTP/1.1\r\nX-Slow: ", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"],
    ids=["head", "body"],
)
def test_request_that_does_not_arrive_is_dropped(begun: bytes, small: Flask) -> None:
    with listening(small) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(begun)
        began = time.monotonic()
        assert closes(connection)
        assert time.monotonic() - began < 15


def test_head_that_trickles_is_dropped(small: Flask) -> None:
    with listening(small) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(OSError):
            for _ in range(300):
                connection.sendall(b"X: y\r\n")
                time.sleep(0.05)


def test_client_that_does_not_read_is_dropped_and_frees_its_thread(small: Flask) -> None:
    with listening(small, answer_bytes=0) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        names = Counter[str]()
        for _ in range(200):
            time.sleep(0.1)
            stuck = [f for f in sys._current_frames().values() if "write_soon" in stack(f)]
            names["stuck" if stuck else "free"] += 1
            if names["stuck"] and not stuck:
                break
        assert names["free"]
        assert names["stuck"]


def stack(frame: Any) -> list[str]:
    found = []
    while frame:
        found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found


def test_client_has_a_share_of_the_connections(small: Flask) -> None:
    with listening(small, connections=80) as port:
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(30)]
        time.sleep(0.3)
        answered = 0
        for connection in held:
            with closing(connection):
                try:
                    connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    answered += connection.recv(15).startswith(b"HTTP/1.1 200")
                except OSError:
                    continue
        assert answered == 20


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * (listen.HEAD_BYTES + 100) + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    ],
)
def test_what_is_no_request_gets_a_problem_document_and_no_banner(sent: bytes, status: int, data: Path) -> None:
    with made(data) as app, listening(app) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(sent)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == status
        assert answer.headers["Content-Type"] == "application/problem+json"
        told = json.load(answer)
        assert told["status"] == status
        assert told["cure"]
        assert told["request_id"] == answer.headers["X-Request-ID"] != ""
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Server"] is None
        assert measures(app)["rusgraf_requests_total", "GET", "unreadable", str(status)] == 1


@pytest.mark.parametrize(("lang", "title"), [("", "för stort"), ("en", "too large")])
def test_body_that_is_never_read_is_told_of_in_the_language_asked_for(lang: str, title: str, data: Path) -> None:
    with made(data, max_body_bytes=10) as app, listening(app, body_bytes=10) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        with closing(connection):
            connection.request("POST", "/validate", b"x" * 11, {"Accept-Language": lang, "X-Request-ID": "hemlig-id"})
            answer = connection.getresponse()
            told = json.load(answer)
        assert (answer.status, told["title"], told["instance"]) == (413, title, "/validate")
        assert "10 byte" in told["detail"]
        assert (told["request_id"], answer.headers["X-Request-ID"]) == ("hemlig-id", "hemlig-id")


# The real command


@contextmanager
def serving(
    data: Path, *arguments: str, env: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`rusgraf serve` on a free port, and its address."""
    command = [sys.executable, "-m", "rusgraf", "serve", "--port", "0", "--data", str(data), *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})}) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://[\d.]+:\d+", process.stderr.readline())
            assert found
            yield process, found[0]
        finally:
            process.kill()


def below(pid: int) -> list[int]:
    """The processes that a process has started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def ended(pids: list[int]) -> bool:
    """Whether the processes end within our patience."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        states = subprocess.run(
            ["ps", "-o", "stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True, check=False
        )
        if all(state.startswith("Z") for state in states.stdout.split()):
            return True
        time.sleep(0.1)
    return False


def opened(url: str, *paths: str) -> socket.socket:
    """A connection on which these are asked for, one after the other."""
    where = urlsplit(url)
    assert where.hostname
    connection = socket.create_connection((where.hostname, where.port or 80))
    connection.sendall(b"".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in paths))
    return connection


def until_busy(url: str) -> None:
    """Wait until a worker has a job."""
    for _ in range(300):
        with urllib.request.urlopen(f"{url}/metrics", timeout=PATIENCE) as answer:
            if b"\nrusgraf_workers_busy 1.0" in answer.read():
                return
        time.sleep(0.05)
    raise AssertionError("no worker became busy")


def answers(connection: socket.socket, number: int) -> list[tuple[int, bytes]]:
    """Status and body of the answers on a connection, each whole."""
    connection.settimeout(PATIENCE)
    found = []
    file = connection.makefile("rb")
    for _ in range(number):
        status = int(file.readline().split()[1])
        headers = http.client.parse_headers(file)
        body = file.read(int(headers["Content-Length"]))
        assert len(body) == int(headers["Content-Length"])
        found.append((status, body))
    return found


def test_fifty_slow_clients_and_a_hungry_one_leave_the_server_answering(data: Path) -> None:
    with serving(data, "--workers", "2", "--timeout", "3", "--log", "json") as (process, url):
        where = urlsplit(url)
        slow = [socket.create_connection((where.hostname, where.port)) for _ in range(50)]
        hungry = [opened(url, STUCK) for _ in range(20)]
        for number, connection in enumerate(slow):
            connection.sendall(b"GET / HTTP/1.1\r\nX-Slow: " + bytes([97 + number % 26]))
        until_busy(url)
        times = []
        for _ in range(10):
            began = time.monotonic()
            with urllib.request.urlopen(f"{url}/health", timeout=PATIENCE) as answer:
                assert json.load(answer)["status"] == "ok"
            times.append(time.monotonic() - began)
            for connection in slow:
                connection.sendall(b"x")
        assert max(times) < 3
        statuses = Counter(answers(connection, 1)[0][0] for connection in hungry)
        assert statuses[429] >= 11  # one ran, eight waited
        assert set(statuses) <= {429, 503}
        for connection in [*slow, *hungry]:
            connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        lines = [json.loads(line) for line in (process.stderr or [])]
        assert {line["route"] for line in lines if line["message"] == "request"} == {"/health", "/metrics", "/sparql"}


def test_killers_from_many_clients_keep_others_waiting_but_never_the_server(data: Path) -> None:
    with serving(data, "--workers", "2", "--timeout", "2", "--proxies", "1") as (_, url):
        where = urlsplit(url)

        def opened_by(client: int) -> socket.socket:
            made = socket.create_connection((where.hostname, where.port))
            made.sendall(f"GET {STUCK} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.{client}\r\n\r\n".encode())
            return made

        began = time.monotonic()
        killers = [opened_by(client) for client in range(1, 81)]
        times = []
        while time.monotonic() - began < 8:
            asked = time.monotonic()
            with urllib.request.urlopen(f"{url}/health/live", timeout=PATIENCE) as answer:
                assert answer.status == 200
            times.append(time.monotonic() - asked)
            time.sleep(0.1)
        assert max(times) < 1
        statuses = Counter(answers(killer, 1)[0][0] for killer in killers)
        assert statuses == {503: 80}
        assert time.monotonic() - began < 30
        for killer in killers:
            killer.close()
        for _ in range(100):
            with (
                contextlib.suppress(urllib.error.HTTPError),
                urllib.request.urlopen(url + ASK, timeout=PATIENCE) as answer,
            ):
                assert answer.status == 200
                return
            time.sleep(0.1)
        raise AssertionError("it did not come back")


def test_at_sigterm_what_runs_ends_and_nothing_new_begins(data: Path) -> None:
    with serving(data, "--workers", "1", "--timeout", "3", "--drain", "30", env={"RUSGRAF_SERVE_LOG": "quiet"}) as (
        process,
        url,
    ):
        workers = below(process.pid)
        with opened(url, STUCK, "/health/ready") as connection, opened(url) as idle:
            until_busy(url)
            process.send_signal(signal.SIGTERM)
            assert closes(idle)
            with pytest.raises(OSError):
                opened(url, "/health")
            (stopped, said), (ready, state) = answers(connection, 2)
        assert (stopped, ready) == (503, 503)
        assert "efter 3 sekunder" in json.loads(said)["detail"]  # it had all its time
        assert json.loads(state)["status"] == "draining"
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert ended(workers)


@pytest.mark.parametrize("signals", [1, 2])
def test_drain_has_an_end_and_the_second_signal_is_at_once(signals: int, data: Path) -> None:
    drain = "1" if signals == 1 else "300"
    with serving(data, "--workers", "1", "--timeout", "300", "--drain", drain) as (process, url):
        workers = below(process.pid)
        with closing(opened(url, STUCK)):
            until_busy(url)
            process.send_signal(signal.SIGINT)
            if signals == 2:
                time.sleep(0.5)
                assert process.poll() is None
                process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        assert ended(workers)


def test_workers_end_when_the_server_is_killed(data: Path) -> None:
    with serving(data, "--workers", "2") as (process, url):
        workers = below(process.pid)
        assert len(workers) >= 2
        with closing(opened(url, STUCK)):
            until_busy(url)
            process.kill()
            process.wait(PATIENCE)
        assert ended(workers)
