"""Fingerprints: made, found again, sealed, and checked against the texts of the plans."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rusgraf import cli, sources
from rusgraf.errors import UnreadableInput
from rusgraf.sources import Fingerprint, cut_passage, find_all, fingerprint, normalise
from rusgraf.store import Store

PLANS = Path(__file__).resolve().parents[2] / "shared" / "sources"
needs_plans = pytest.mark.skipif(
    not PLANS.is_dir(), reason=f"the texts of the plans are not shipped; looked for them in {PLANS}"
)
WORDS = st.lists(st.text(alphabet="abåäö -–é.1\n", min_size=1, max_size=8), min_size=1, max_size=30)

TRIG = """@prefix rus: <https://w3id.org/rusgraf/spec/> .
@prefix dok: <https://w3id.org/rusgraf/res/dokument/> .
@prefix kalla: <https://w3id.org/rusgraf/id/kallhanvisning/> .
@prefix grafslag: <https://w3id.org/rusgraf/def/grafslag/> .

<https://w3id.org/rusgraf/res/graf/prov> {
    <https://w3id.org/rusgraf/res/graf/prov> a rus:Graf ; rus:grafslag grafslag:plan .
    dok:prov a rus:Kalldokument ; rus:kallfil "prov.txt" .
    # A reference whose passage is not sealed yet.
    kalla:prov-1 a rus:Kallhanvisning ;
        rus:dokument dok:prov ;
        rus:avsnitt "1" ;
        %s .
}
"""
TEXT = "Planens första del. Alla äldre ska få stöd\ni hemmet och känna sig trygga. Slut."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prov.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def write(folder: Path, statement: str) -> Path:
    path = folder / "prov.trig"
    path.write_text(TRIG % statement, encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    return int(cli.group.main([str(a) for a in arguments], standalone_mode=False) or 0)


@given(st.text())
@example("ﬁnansiering Ⅳ ẞ İ")
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert re.fullmatch(r"[a-z0-9]*", once)
    assert normalise(once) == once


@given(st.text(), st.text(alphabet=" \t\n\u00ad-–•", max_size=5))
def test_spacing_hyphens_and_marks_of_an_extraction_do_not_matter(text: str, between: str) -> None:
    assert fingerprint(between.join(text)) == fingerprint(text)


def find_passage(document: str, mark: Fingerprint) -> int:
    """Where in a normalised document the marked passage begins, -1 when nowhere: the slow and simple way."""
    places = range(len(document) - mark.length + 1)
    return next((i for i in places if fingerprint(document[i : i + mark.length]) == mark), -1)


@given(WORDS, st.data())
def test_a_cut_passage_is_found_again_in_its_document(words: list[str], data: st.DataObject) -> None:
    document = " ".join(words)
    start = data.draw(st.integers(0, len(words) - 1))
    wanted = " ".join(words[start : data.draw(st.integers(start, len(words) - 1)) + 1])
    passage = cut_passage(document, wanted)
    if passage is None:
        assert not normalise(wanted)
    else:
        mark = fingerprint(passage)
        assert find_passage(normalise(document), mark) == normalise(document).find(passage)
        assert find_all(document, [mark]) == {mark}


@given(WORDS, st.sets(st.text(alphabet="abo1", min_size=1, max_size=4), max_size=6))
def test_looking_for_all_at_once_finds_what_looking_for_each_does(words: list[str], wanted: set[str]) -> None:
    document = " ".join(words)
    marks = {fingerprint(w) for w in wanted}
    assert find_all(document, marks) == {m for m in marks if find_passage(normalise(document), m) >= 0}


def test_first_and_last_words_name_the_passage_between_them() -> None:
    assert cut_passage(TEXT, "Alla äldre … trygga") == normalise("Alla äldre ska få stöd i hemmet och känna sig trygga")
    assert cut_passage(TEXT, "Alla yngre … trygga") is None
    assert cut_passage("en sak, en sak till", "en sak … till") is None


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    (folder / "x.txt").write_bytes(content)
    try:
        assert isinstance(sources.read_document(folder, "x.txt"), str)
    except UnreadableInput as error:
        assert "x.txt" in error.message


@given(st.text(max_size=300))
def test_a_text_without_passages_is_left_as_it_is(text: str) -> None:
    if "rus:passage" not in text:
        assert sources.seal(text, {}) == text


def test_a_long_text_without_a_full_stop_is_left_as_it_is() -> None:
    text = "ab " * 100_000
    assert sources.seal(text, {}) == text


def test_a_full_stop_in_a_string_ends_no_stanza() -> None:
    turtle = 'k:a rus:dokument dok:prov ; rus:avsnitt "1. Mål" ; rus:passage "Slut" .\n'
    assert fingerprint("Slut").digest in sources.seal(turtle, {"prov": "Börjar. Slut."})


def test_sealing_replaces_a_passage_by_a_fingerprint_that_holds(folder: Path) -> None:
    path = write(folder, 'rus:passage "Alla äldre … trygga"')
    assert run("sources", "seal", path, folder) == 0
    sealed = path.read_text(encoding="utf-8")
    assert "rus:passage" not in sealed
    assert "äldre" not in sealed
    assert "# A reference whose passage is not sealed yet." in sealed
    assert [v.state for v in sources.verify(Store.load([path]), folder)] == [sources.FOUND]
    assert sorted(p.name for p in folder.iterdir()) == ["prov.trig", "prov.txt"]


def test_sealing_to_another_file_leaves_the_first(folder: Path) -> None:
    path = write(folder, 'rus:passage "Slut"')
    before = path.read_bytes()
    assert run("sources", "seal", path, folder, "-o", folder / "ut.trig") == 0
    assert path.read_bytes() == before
    assert "fingeravtryckSumma" in (folder / "ut.trig").read_text(encoding="utf-8")


def test_sealing_keeps_the_permissions_of_the_file(folder: Path) -> None:
    path = write(folder, 'rus:passage "Slut"')
    path.chmod(0o640)
    run("sources", "seal", path, folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_passage_that_does_not_stand_there_stops_the_sealing(folder: Path) -> None:
    path = write(folder, 'rus:passage "Alla yngre"')
    before = path.read_bytes()
    with pytest.raises(UnreadableInput, match="Alla yngre"):
        run("sources", "seal", path, folder)
    assert path.read_bytes() == before


def digest(passage: str) -> str:
    made = fingerprint(passage)
    return f'rus:fingeravtryckLangd {made.length} ; rus:fingeravtryckSumma "{made.digest}"'


@pytest.mark.parametrize(
    ("statement", "state", "code"),
    [
        (digest("känna sig trygga"), sources.FOUND, 0),
        (digest("trygga. Sl"), sources.FOUND, 0),
        (digest("känna sig otrygga"), sources.ABSENT, 1),
        ("rus:fingeravtryckLangd 4", sources.MALFORMED, 1),
        ('rus:fingeravtryckLangd 99999999999 ; rus:fingeravtryckSumma "00"', sources.MALFORMED, 1),
        (digest("Slut") + " ; rus:fingeravtryckLangd 5", sources.MALFORMED, 1),
    ],
)
def test_verify_tells_the_state_of_each_fingerprint(folder: Path, statement: str, state: str, code: int) -> None:
    path = write(folder, statement)
    assert [v.state for v in sources.verify(Store.load([path]), folder)] == [state]
    assert run("sources", "verify", folder, "--data", path) == code


def test_a_missing_text_is_told_apart_from_a_missing_passage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(folder, digest("Slut"))
    (folder / "prov.txt").unlink()
    assert [v.state for v in sources.verify(Store.load([path]), folder)] == [sources.NO_FILE]
    assert run("sources", "verify", folder, "--data", path, "--lang", "en") == 1
    assert "text not in the folder (prov.txt)" in capsys.readouterr().out


def test_a_document_cannot_name_a_file_outside_the_folder(folder: Path) -> None:
    path = write(folder, digest("Slut"))
    path.write_text(path.read_text(encoding="utf-8").replace("prov.txt", "../prov.txt"), encoding="utf-8")
    (folder / "under").mkdir()
    assert [v.state for v in sources.verify(Store.load([path]), folder / "under")] == [sources.NO_FILE]


@needs_plans
def test_every_shipped_fingerprint_stands_in_its_document() -> None:
    verdicts = sources.verify(Store.load(), PLANS)
    assert len(verdicts) > 700
    assert [v for v in verdicts if v.state != sources.FOUND] == []


@needs_plans
def test_a_changed_digit_is_noticed() -> None:
    document = (PLANS / "orebro-social-valfard-2019-2022.txt").read_text(encoding="utf-8")
    whole = fingerprint(normalise(document)[1000:1200])
    wrong = Fingerprint(whole.length, ("0" if whole.digest[0] != "0" else "1") + whole.digest[1:])
    assert find_all(document, [whole, wrong]) == {whole}
