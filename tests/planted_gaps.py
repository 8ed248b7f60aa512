"""Which gaps of each rule are planted, and what closes them?

`PLANTED` holds for each rule the fewest statements that make a gap, ways to close it, and what looks like one and
closes nothing: known answers by construction, without the oracle. Not here: regions around them (``planting``).
"""

from __future__ import annotations

from typing import NamedTuple

from oracle import Gap
from regions import ROLES


class Planted(NamedTuple):
    """Statements that make a gap ("thing property other", with full stops between), each of them needed, and the gap.

    Each of `cures` closes it, whole and not less one statement; each of `vain` does not. `ground` lies under them all:
    the gap is there without it too.
    """

    statements: str
    gap: Gap
    cures: tuple[str, ...]
    vain: tuple[str, ...] = ()
    ground: str = ""


def through(plan: str, activity: str, delmal: str) -> tuple[str, str, str]:
    """Three ways in which an activity belongs to a plan: by what it serves, twice, and by its activity plan."""
    n = plan[-1]
    return (
        f"{delmal} ingarI {plan}. {activity} avserDelmal {delmal}. ",
        f"insats-{n} ingarI {plan}. {activity} avserOmrade insats-{n}. ",
        f"aktivitetsplan-{n} utgarFran {plan}. {activity} ingarI aktivitetsplan-{n}. ",
    )


ELSEWHERE = "plan-3 utgarFran strategi-2. "
UNDER_ONE = "plan-1 utgarFran strategi-1. plan-2 utgarFran strategi-1. "
IN_BOTH = "delmal-1 ingarI plan-1. delmal-2 ingarI plan-2. "
GOAL = "effektmal-1 ingarI overmal-1. overmal-1 ingarI version-1. version-1 isVersionOf strategi-1. "
LATER = "version-2 isVersionOf strategi-1. version-2 wasRevisionOf version-1. "
REVISED = "effektmal-2 wasRevisionOf effektmal-1. effektmal-2 ingarI overmal-2. overmal-2 ingarI version-2. "
TWO_VERSIONS = "version-1 gallerTill 2015. effektmal-1 ingarI overmal-2. overmal-2 ingarI version-2"
RESPONSIBLE = "aktivitet-1 anvander metod-1. aktivitet-1 ansvarig organ-1"
IN_VAIN_FOR_GOALS = (
    ELSEWHERE + "plan-3 bidrarTill effektmal-1",
    LATER + "plan-2 utgarFran version-2. plan-2 bidrarTill effektmal-1",
    "plan-2 utgarFran strategi-1. plan-2 bidrarTill overmal-1",
    "delmal-3 bidrarTill effektmal-1",
)
GOAL_OF_A_STRATEGY = "effektmal-1 ingarI overmal-1. overmal-1 ingarI strategi-1. "
OWN_GOALS = "delmal-1 bidrarTill effektmal-1. delmal-2 bidrarTill effektmal-1. "
ONE_METHOD = "delmal-1 anvander metod-1. delmal-2 anvander metod-1"
UP = "grupp-3 broader grupp-2. grupp-2 broader grupp-1"
COUPLINGS = (
    "delmal-1 samordnasMed delmal-2",
    "delmal-2 samordnasMed delmal-1",
    "aktivitet-9 avserDelmal delmal-1. aktivitet-9 avserDelmal delmal-2",
    "delmal-1 foljsUppMed indikator-9. delmal-2 foljsUppMed indikator-9",
)
PLAN_LINKS = tuple(f"plan-1 {p} plan-2" for p in ("kompletterar", "samordnasMed", "replaces", "namner", "utgarFran"))
COUPLED_IN_VAIN = (
    *PLAN_LINKS,
    "plan-1 ansvarig organ-1. plan-2 ansvarig organ-1",
    "aktivitet-1 avserDelmal delmal-1. aktivitet-2 avserDelmal delmal-2",
    "delmal-1 kandidatindikator indikator-1. delmal-2 kandidatindikator indikator-1",
    "delmal-1 samordnasMed delmal-3. delmal-2 samordnasMed delmal-3",
)


def pair(statements: str, ground: str = "") -> Planted:
    """Two sub-goals of two plans that share something and are not coupled; `ground` may put them in further plans."""
    gap = Gap("delmal-1", "delmal-2", "plan-1", "plan-2")
    return Planted(IN_BOTH + statements, gap, (*COUPLINGS, "delmal-2 ingarI plan-1"), COUPLED_IN_VAIN, ground)


PLANTED: dict[str, tuple[Planted, ...]] = {
    "aktivitet-utan-ansvarig": tuple(
        Planted(
            way,
            Gap("aktivitet-1", plan="plan-1"),
            ("aktivitet-1 ansvarig organ-1",),
            ("aktivitet-1 medverkande organ-1",),
        )
        for way in through("plan-1", "aktivitet-1", "delmal-1")
    ),
    "aktivitet-utan-delmal": tuple(
        Planted(
            way,
            Gap("aktivitet-1", plan="plan-1"),
            ("aktivitet-1 avserDelmal delmal-1",),
            ("aktivitet-1 bidrarTill delmal-1",),
        )
        for way in through("plan-1", "aktivitet-1", "delmal-1")[1:]
    ),
    "aktor-i-en-plan": (
        Planted(
            UNDER_ONE + "plan-1 beslutadAv organ-1",
            Gap("organ-1", plan="plan-1"),
            (
                *(f"plan-2 {role} organ-1" for role in ROLES),
                *(f"{way}aktivitet-2 ansvarig organ-1" for way in through("plan-2", "aktivitet-2", "delmal-2")),
                *(f"{way}aktivitet-2 medverkande organ-1" for way in through("plan-2", "aktivitet-2", "delmal-2")),
            ),
            ("plan-2 namner organ-1", ELSEWHERE + "plan-3 beslutadAv organ-1"),
        ),
        Planted(
            UNDER_ONE.replace("strategi", "avtal") + "plan-2 framtagenMed organ-1", Gap("organ-1", plan="plan-2"), ()
        ),
    ),
    "arbetssatt-utan-gemensam-ansvarig": (
        Planted(
            UNDER_ONE + IN_BOTH + ONE_METHOD,
            Gap("metod-1", plan="plan-1", motplan="plan-2"),
            (
                "plan-1 ansvarig organ-1. plan-2 ansvarig organ-1",
                f"aktivitet-1 avserDelmal delmal-1. aktivitet-1 avserDelmal delmal-2. {RESPONSIBLE}",
                f"aktivitet-1 avserDelmal delmal-1. {RESPONSIBLE}. "
                f"aktivitet-2 avserDelmal delmal-2. {RESPONSIBLE.replace('aktivitet-1', 'aktivitet-2')}",
                *(
                    f"{way}{RESPONSIBLE}. plan-2 ansvarig organ-1"
                    for way in through("plan-1", "aktivitet-1", "delmal-3")
                ),
                *(
                    f"{way}{RESPONSIBLE}. plan-1 ansvarig organ-1"
                    for way in through("plan-2", "aktivitet-1", "delmal-3")
                ),
            ),
            (
                "plan-1 medverkande organ-1. plan-2 ansvarig organ-1",
                f"aktivitet-1 avserDelmal delmal-1. {RESPONSIBLE}. plan-2 ansvarig organ-2",
            ),
        ),
    ),
    "behov-utan-aktivitet": (
        Planted(
            "behov-1 ingarI plan-1",
            Gap("behov-1", plan="plan-1"),
            ("aktivitet-1 moter behov-1",),
            ("delmal-1 moter behov-1",),
        ),
    ),
    "delmal-utan-aktivitet": (
        Planted(
            "delmal-1 ingarI insats-1. insats-1 ingarI plan-1",
            Gap("delmal-1", plan="plan-1"),
            ("aktivitet-1 avserDelmal delmal-1",),
            ("aktivitet-1 avserOmrade insats-1", "aktivitet-1 bidrarTill delmal-1"),
        ),
        Planted(
            "malomrade-1 ingarI plan-1", Gap("malomrade-1", plan="plan-1"), ("aktivitet-1 avserOmrade malomrade-1",)
        ),
    ),
    "delmal-utan-indikator": (
        Planted(
            "delmal-1 ingarI malomrade-1. malomrade-1 ingarI plan-1",
            Gap("delmal-1", plan="plan-1"),
            ("delmal-1 foljsUppMed indikator-1",),
            ("delmal-1 kandidatindikator indikator-1", "malomrade-1 foljsUppMed indikator-1"),
        ),
        Planted(
            "malomrade-1 ingarI plan-1", Gap("malomrade-1", plan="plan-1"), ("malomrade-1 foljsUppMed indikator-1",)
        ),
    ),
    "delmalspar-utan-koppling": (
        pair(
            "plan-1 bidrarTill effektmal-1. delmal-2 bidrarTill effektmal-1. "
            "delmal-1 riktarSigTill grupp-3. delmal-2 riktarSigTill grupp-1. " + UP
        ),
        pair(
            "delmal-1 bidrarTill effektmal-1. plan-2 bidrarTill effektmal-1. "
            "delmal-2 riktarSigTill grupp-3. delmal-1 riktarSigTill grupp-1. " + UP
        ),
        pair(OWN_GOALS + "delmal-2 riktarSigTill grupp-2. delmal-1 riktarSigTill grupp-1. grupp-2 broader grupp-1"),
        *(pair(OWN_GOALS + ONE_METHOD, ground) for ground in ("", "delmal-1 ingarI plan-3", "delmal-2 ingarI plan-3")),
    ),
    "effektmal-i-en-plan": (
        Planted(
            "plan-1 bidrarTill effektmal-1",
            Gap("effektmal-1", plan="plan-1"),
            ("plan-2 bidrarTill effektmal-1", "delmal-2 ingarI plan-2. delmal-2 bidrarTill effektmal-1"),
            (*IN_VAIN_FOR_GOALS, LATER + REVISED),
            GOAL + "plan-1 utgarFran version-1",
        ),
        Planted(
            "delmal-1 ingarI plan-1. delmal-1 bidrarTill effektmal-1",
            Gap("effektmal-1", plan="plan-1"),
            (),
            (ELSEWHERE + "plan-3 bidrarTill effektmal-1",),
            GOAL_OF_A_STRATEGY,
        ),
    ),
    "effektmal-utan-plan": (
        Planted(
            "",
            Gap("effektmal-1"),
            (
                "plan-1 bidrarTill effektmal-1",
                "delmal-1 ingarI insats-1. insats-1 ingarI plan-1. delmal-1 bidrarTill effektmal-1",
                "version-1 gallerTill 2015",
                "version-2 wasRevisionOf version-1. " + REVISED,
                "version-2 wasRevisionOf version-3. version-3 wasRevisionOf version-1. " + REVISED,
            ),
            (
                *IN_VAIN_FOR_GOALS,
                "version-1 gallerTill 2100",
                TWO_VERSIONS,
                LATER + REVISED + "version-2 gallerFran 2099",
            ),
            GOAL + "plan-1 utgarFran version-1",
        ),
        Planted("", Gap("effektmal-1"), (), (ELSEWHERE + "plan-3 bidrarTill effektmal-1",), GOAL_OF_A_STRATEGY),
    ),
    "malgrupp-i-en-plan": (
        Planted(
            UNDER_ONE + "delmal-1 ingarI plan-1. delmal-1 riktarSigTill grupp-1",
            Gap("grupp-1", plan="plan-1"),
            (
                "plan-2 riktarSigTill grupp-1",
                "plan-2 riktarSigTill grupp-2. grupp-2 broader grupp-3. grupp-3 broader grupp-1",
                "plan-2 riktarSigTill grupp-2. grupp-1 broader grupp-3. grupp-3 broader grupp-2",
            ),
            (
                ELSEWHERE + "plan-3 riktarSigTill grupp-1",
                "plan-2 riktarSigTill grupp-2. grupp-2 broader grupp-3. grupp-1 broader grupp-3",
            ),
        ),
        Planted(
            "plan-1 riktarSigTill grupp-1. plan-2 namner organ-1",
            Gap("grupp-1", plan="plan-1"),
            ("plan-2 riktarSigTill grupp-1",),
            (ELSEWHERE + "plan-3 riktarSigTill grupp-1",),
        ),
    ),
    "malgrupp-utan-aktivitet": tuple(
        Planted(
            "delmal-1 ingarI plan-1. delmal-1 riktarSigTill grupp-1",
            Gap("grupp-1", plan="plan-1"),
            (
                "aktivitet-1 riktarSigTill grupp-1",
                "aktivitet-1 riktarSigTill grupp-2. grupp-2 broader grupp-3. grupp-3 broader grupp-1",
                "aktivitet-1 riktarSigTill grupp-2. grupp-1 broader grupp-3. grupp-3 broader grupp-2",
            ),
            (
                *(
                    ELSEWHERE + way + "aktivitet-2 riktarSigTill grupp-1"
                    for way in through("plan-3", "aktivitet-2", "delmal-3")
                ),
                "aktivitet-1 riktarSigTill grupp-2. grupp-2 broader grupp-3. grupp-1 broader grupp-3",
            ),
            "plan-1 utgarFran strategi-1. " + way,
        )
        for way in ("", *through("plan-1", "aktivitet-1", "delmal-2"))
    ),
    "perspektiv-ej-delat": tuple(
        Planted(
            f"{link}. delmal-1 ingarI plan-1. delmal-1 beaktar perspektiv-1",
            Gap("perspektiv-1", plan="plan-1", motplan="plan-2"),
            (
                "plan-2 beaktar perspektiv-1",
                "delmal-2 ingarI plan-2. delmal-2 beaktar perspektiv-2. perspektiv-2 broader perspektiv-1",
                "plan-2 beaktar perspektiv-2. perspektiv-1 broader perspektiv-3. perspektiv-3 broader perspektiv-2",
                "plan-2 beaktar perspektiv-2. perspektiv-2 broader perspektiv-3. perspektiv-3 broader perspektiv-1",
            ),
            ("plan-2 beaktar perspektiv-2. perspektiv-2 broader perspektiv-3. perspektiv-1 broader perspektiv-3",),
        )
        for link in ("plan-2 kompletterar plan-1", "plan-1 kompletterar plan-2")
    ),
    "plan-utgangen": (
        Planted(
            "plan-1 utgarFran version-1. version-1 isVersionOf strategi-1. planversion-1 isVersionOf plan-1. "
            "planversion-1 gallerTill 2015. version-1 gallerTill 2100",
            Gap("plan-1", plan="plan-1"),
            ("plan-2 replaces plan-1", "plan-1 gallerTill 2099-06"),
            ("plan-1 replaces plan-2", "plan-1 gallerTill 2021-06-30", "plan-2 kompletterar plan-1"),
        ),
    ),
    "risk-utan-atgard": (
        Planted(
            "risk-1 ingarI plan-1",
            Gap("risk-1", plan="plan-1"),
            ("delmal-1 moter risk-1", "aktivitet-1 moter risk-1"),
            ("delmal-1 namner risk-1",),
        ),
    ),
    "skilda-beslutsorgan": tuple(
        Planted(
            f"{link}. plan-1 beslutadAv organ-1. plan-2 beslutadAv organ-2",
            Gap("plan-1", "plan-2", "plan-1", "plan-2"),
            ("plan-2 beslutadAv organ-1", "plan-1 beslutadAv organ-3. plan-2 beslutadAv organ-3"),
            ("plan-1 godkandAv organ-3. plan-2 godkandAv organ-3", "plan-2 uppfoljsAv organ-1"),
        )
        for link in ("plan-2 kompletterar plan-1", "plan-1 kompletterar plan-2")
    ),
}
