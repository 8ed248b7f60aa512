"""Does the stuprör measure count what two plans share, and say what it does not know?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planted import e, store_of
from rusgraf.findings import find
from rusgraf.overlap import Overlap, Overlaps, Share, dimensions
from rusgraf.rank import Ranks
from rusgraf.report import to_text
from rusgraf.store import Store

PLANS = """
e:rus a rus:Utvecklingsstrategi . e:m1 a rus:Effektmal ; rus:ingarI e:rus . e:m2 a rus:Effektmal ; rus:ingarI e:rus .
e:a a rus:Handlingsplan ; rus:utgarFran e:rus ; rus:bidrarTill e:m1, e:m2 ; rus:beaktar e:x ; rus:beslutadAv e:n .
e:b a rus:Handlingsplan ; rus:utgarFran e:rus ; rus:bidrarTill e:m1 ; rus:beaktar e:y ; rus:beslutadAv e:n .
e:mal-a a rus:Delmal ; rus:ingarI e:a ; rus:riktarSigTill e:g1 ; rus:anvander e:sip .
e:mal-b a rus:Delmal ; rus:ingarI e:b ; rus:riktarSigTill e:g1, e:g2 ; rus:anvander e:sip, e:visam .
"""


def only(trig: str) -> Overlap:
    (pair,) = Overlaps(store_of(trig)).pairs()
    return pair


def counts(pair: Overlap) -> dict[str, tuple[int, int, bool]]:
    return {s.name: (s.both, s.either, s.known) for s in pair.shares}


def test_each_kind_is_counted_for_the_plan_with_its_parts() -> None:
    pair = only(PLANS)
    assert (pair.plan, pair.other) == (e("a"), e("b"))
    assert counts(pair) == {
        "goals": (1, 2, True), "groups": (1, 2, True), "methods": (1, 2, True), "bodies": (1, 1, True),
        "perspectives": (0, 2, True), "links": (0, 1, True),
    }  # fmt: skip
    assert pair.measure == round(1 - (0.5 + 0.5 + 0.5 + 1 + 0 + 0) / 6, 2)


def test_coupled_pair_of_sub_goals_counts_and_a_link_between_the_plans_does_not() -> None:
    assert counts(only(PLANS + "e:mal-a rus:samordnasMed e:mal-b ."))["links"] == (1, 1, True)
    assert counts(only(PLANS + "e:a rus:kompletterar e:b . e:a rus:samordnasMed e:b ."))["links"] == (0, 1, True)


def test_what_is_not_known_is_left_out_of_the_measure_and_told() -> None:
    pair = only(PLANS + "e:b rus:ofullstandigFor rus:beaktar, rus:avserDelmal .")
    assert [s.name for s in pair.shares if not s.known] == ["perspectives", "links"]
    assert pair.measure == round(1 - (0.5 + 0.5 + 0.5 + 1) / 4, 2)


def test_nothing_known_gives_no_measure() -> None:
    names = ", ".join(f"<{p.value}>" for ps in dimensions().values() for p in ps)
    pair = only(PLANS + f"e:a rus:ofullstandigFor {names}, rus:samordnasMed .")
    assert pair.measure is None


def test_plans_of_different_strategies_are_no_pair() -> None:
    second = "e:b a rus:Handlingsplan ; rus:utgarFran e:"
    apart = PLANS.replace(f"{second}rus", f"{second}s")
    assert Overlaps(store_of(apart + "e:s a rus:Utvecklingsstrategi .")).pairs() == []


shares = st.builds(Share, st.just("goals"), st.integers(0, 5), st.integers(5, 9), st.booleans())


@given(st.lists(shares, max_size=6))
def test_measure_is_between_nothing_and_everything_shared(found: list[Share]) -> None:
    measure = Overlap(e("a"), e("b"), tuple(found)).measure
    assert measure is None or 0 <= measure <= 1
    assert (measure is None) == (not any(s.known for s in found))


@settings(max_examples=20)
@given(st.sets(st.sampled_from("pqrst")), st.sets(st.sampled_from("pqrst")))
def test_sharing_one_thing_more_never_raises_the_measure(one: set[str], other: set[str]) -> None:
    def measured(a: set[str], b: set[str]) -> float:
        said = "".join(f"e:{plan} rus:riktarSigTill e:{g} . " for plan, gs in (("a", a), ("b", b)) for g in gs)
        return only(PLANS + said).measure or 0.0

    assert measured(one | {"u"}, other | {"u"}) <= measured(one | {"u"}, other)


def test_report_tells_the_measure_and_what_it_counts() -> None:
    store = store_of(PLANS)
    told = " ".join(to_text(find(store), store, "sv").split())
    assert "0,58: a – b" in told
    assert "mål 1 av 2; målgrupper 1 av 2; arbetssätt 1 av 2; aktörer 1 av 1; perspektiv 0 av 2;" in told


def test_shipped_pairs_are_the_three_of_orebro(shipped: Store) -> None:
    pairs = Overlaps(shipped).pairs()
    assert len(pairs) == 3
    assert [p.measure for p in pairs if "god-jamlik" in p.plan.value] == [None, None]


def test_weight_is_the_formula_that_it_shows() -> None:
    store = store_of(PLANS)
    for finding in find(store):
        rank = finding.rank
        assert rank.severity in (1, 2, 3)
        assert all(0 <= part <= 1 for part in (rank.plans, rank.shared, rank.uncovered))
        assert rank.value == pytest.approx(rank.severity * (1 + rank.plans + rank.shared + rank.uncovered), abs=0.03)


def test_weight_grows_with_plans_shared_things_and_goals_that_few_serve() -> None:
    store = store_of(PLANS)
    ranks = Ranks(store)
    one = ranks.of("medium", {"fokus": e("mal-a"), "plan": e("a")}, [e("a")])
    two = ranks.of("medium", {"fokus": e("mal-a"), "motpart": e("mal-b")}, [e("a"), e("b")])
    assert (one.plans, two.plans) == (0.5, 1.0)
    assert (one.shared, two.shared) == (0.0, 0.5)
    assert ranks.of("low", {"fokus": e("m1")}, []).uncovered == 0.0
    assert ranks.of("low", {"fokus": e("m2")}, []).uncovered == 0.5
