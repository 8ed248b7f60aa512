"""Is every error told in Swedish and in English, on the terminal, in a problem document and on a page?"""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import rusgraf
from rusgraf import cli, errors
from rusgraf.errors import BadParameter, RusgrafError, nearest

PACKAGE = Path(rusgraf.__file__).parent
KINDS = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, RusgrafError)]
NAMES = {kind.__name__ for kind in KINDS}
WHOLE = BadParameter("No such thing.", "Give one.", sv="Det finns inte.", cure_sv="Ange ett.")
BARE = BadParameter("No such thing.", "Give one.")


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the package that makes an error of ours, with its place."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}", node


CALLS = list(raised())


def words(node: ast.expr) -> set[str]:
    """The names that an expression uses; ``place_sv`` counts as ``place``."""
    return {n.id.removesuffix("_sv") for n in ast.walk(node) if isinstance(n, ast.Name)}


def test_the_whole_package_is_looked_at() -> None:
    assert len(CALLS) > 60
    assert {place.partition(":")[0] for place, _ in CALLS} >= {"rdf.py", "cli/query.py", "web/sparql.py"}


@pytest.mark.parametrize("call", [c for _, c in CALLS], ids=[place for place, _ in CALLS])
def test_every_error_is_raised_in_swedish_too_with_the_same_values(call: ast.Call) -> None:
    swedish = {k.arg: k.value for k in call.keywords}
    for english, key in zip(call.args, ("sv", "cure_sv"), strict=False):
        assert key in swedish
        assert words(english) <= words(swedish[key])
        assert ast.dump(english) != ast.dump(swedish[key])
    assert len(swedish) == len(call.args)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_has_a_name_in_both_languages(kind: type[RusgrafError]) -> None:
    error = kind("x")
    assert (error.heading("sv"), error.heading("en")) == (kind.title_sv, kind.title)
    assert kind.title.lower() == kind.slug.replace("-", " ")
    assert kind.title_sv not in ("", kind.title)
    assert kind is RusgrafError or kind.title_sv != RusgrafError.title_sv


def test_error_is_said_in_the_language_asked_for() -> None:
    assert str(WHOLE) == "No such thing. Give one."
    assert WHOLE.say("sv") == ("Det finns inte.", "Ange ett.")
    assert WHOLE.say("en") == ("No such thing.", "Give one.")
    assert BARE.say("sv") == BARE.say("en") == ("No such thing.", "Give one.")


def test_line_is_one_line_swedish_first() -> None:
    assert WHOLE.line() == "Det finns inte. Ange ett. / No such thing. Give one."
    assert BARE.line() == "No such thing. Give one."
    assert BadParameter("a\n b", sv="c\t\nd").line() == "c d / a b"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_error_is_whole_after_pickling(kind: type[RusgrafError]) -> None:
    error = kind("No.", "Do.", sv="Nej.", cure_sv="Gör.")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(copy) is kind
    assert vars(copy) == vars(error) == {"message": "No.", "cure": "Do.", "sv": "Nej.", "cure_sv": "Gör."}
    assert (str(copy), copy.line()) == (str(error), error.line())


@pytest.mark.parametrize(
    ("known", "sv", "en"),
    [
        (["gaps", "query"], 'Menade du "gaps"?', 'Did you mean "gaps"?'),
        (["x", "y"], "Kända: x, y.", "Known: x, y."),
        ([], "Inga är kända.", "None is known."),
    ],
)
def test_nearest_is_said_in_both_languages(known: list[str], sv: str, en: str) -> None:
    assert (nearest("gapz", known, "sv"), nearest("gapz", known, "en"), nearest("gapz", known)) == (sv, en, en)


def test_command_line_tells_an_error_in_both(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["rusgraf", "gapz"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    told = 'Det finns inget kommando "gapz". Menade du "gaps"? / There is no command "gapz". Did you mean "gaps"?'
    assert capsys.readouterr().err == f"rusgraf: {told}\n"


TOLD = {
    "/queries/utforska/sokk": (
        ("okänt namn", "Det finns ingen fråga", "Menade du"),
        ("unknown name", "There is no query", "Did you mean"),
    ),
    "/queries/utforska/sok?ordd=x": (
        ("felaktig parameter", "utforska/sok har ingen parameter", "Menade du"),
        ("bad parameter", "utforska/sok has no parameter", "Did you mean"),
    ),
    "/sparql?query=ASK": (
        ("felaktig fråga", "Frågan går inte att tolka", "Rätta den"),
        ("bad query", "The query does not parse", "Mend it"),
    ),
    "/nowhere": (
        ("Sidan finns inte", "Adressen finns inte", ""),
        ("Not Found", "The requested URL was not found", ""),
    ),
}
HEADERS = {"": 0, "sv": 0, "de, sv;q=0.5, en;q=0.4": 0, "fi": 0, "en": 1, "en-GB, sv;q=0.5": 1}


@pytest.mark.parametrize("address", TOLD)
@pytest.mark.parametrize("header", HEADERS)
def test_answer_is_swedish_unless_english_is_asked_for(address: str, header: str, client: FlaskClient) -> None:
    title, detail, cure = TOLD[address][HEADERS[header]]
    headers = {"Accept-Language": header} if header else {}
    read = client.get(address, headers={**headers, "Accept": "application/json"}).get_json(force=True)
    assert read["title"] == title
    assert read["detail"].startswith(detail)
    assert read["cure"].startswith(cure)
    page = client.get(address, headers={**headers, "Accept": "text/html"})
    assert page.content_type == "text/html; charset=utf-8"
    assert detail in page.text
    assert cure in page.text


@pytest.mark.parametrize("status", [404, 405, 413])
def test_error_of_http_has_title_and_detail_in_both_languages(status: int, client: FlaskClient) -> None:
    method, address = {404: ("GET", "/nowhere"), 405: ("DELETE", "/gaps"), 413: ("POST", "/validate")}[status]
    said = {}
    for lang in ("sv", "en"):
        headers = {"Accept-Language": lang, "Accept": "application/json", "Content-Type": "text/turtle"}
        answer = client.open(address, method=method, data=b"#" * 2**21, headers=headers)
        assert answer.status_code == status
        said[lang] = answer.get_json(force=True)
    assert all(said[lang][key] for lang in said for key in ("title", "detail"))
    assert said["sv"]["title"] != said["en"]["title"]
    assert said["sv"]["detail"] != said["en"]["detail"]


def test_address_chooses_the_language_too(client: FlaskClient) -> None:
    headers = {"Accept": "application/json", "Accept-Language": "sv"}
    assert client.get("/gaps?rule=x&lang=en", headers=headers).get_json(force=True)["title"] == "unknown name"
