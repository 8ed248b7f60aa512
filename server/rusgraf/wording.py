"""What does the program say in Swedish and in English, outside the heads of the queries?

Layer: domain; standard library only.
"""

from __future__ import annotations

LANGUAGES = ("sv", "en")

_WORDS: dict[str, tuple[str, str]] = {
    "confirmed": ("bekräftad", "confirmed"),
    "unknown": ("okänd", "unknown"),
    "waived": ("undantagen", "waived"),
    "high": ("hög", "high"),
    "medium": ("medel", "medium"),
    "low": ("låg", "low"),
    "violation": ("fel", "violation"),
    "warning": ("varning", "warning"),
    "info": ("upplysning", "info"),
    "plan": ("Plan", "Plan"),
    "sources": ("Källa", "Source"),
    "evidence": ("Bevis", "Evidence"),
    "closes": ("Sluts av", "Closed by"),
    "unknown_because": ("Okänt för att", "Unknown because"),
    "known": ("Läge", "State"),
    "confirmed_because": (
        "bekräftad: det som regeln prövar är fullständigt registrerat, och länken finns inte",
        "confirmed: what the rule tests is fully recorded, and the link is not there",
    ),
    "waived_because": ("undantagen", "waived"),
    "interpreted": (
        "Vilar på en tolkning, inte bara på planernas text.",
        "Rests on an interpretation, not on the text of the plans alone.",
    ),
    "interpretation": ("tolkning", "interpretation"),
    "skos:broader": ("är en del av", "is part of"),
    "rule": ("Regel", "Rule"),
    "total": ("Summa", "Total"),
    "none_found": ("Inga fynd.", "No findings."),
    "shared": ("Gemensamt", "Shared"),
    "until": ("till och med", "until"),
    "severity": ("Allvar", "Severity"),
    "status": ("Läge", "State"),
    "focus": ("Fokus", "Focus"),
    "counterpart": ("Motpart", "Counterpart"),
    "explanation": ("Förklaring", "Explanation"),
    "graph": ("Graf", "Graph"),
    "cure": ("Åtgärd", "Cure"),
    "suggestion": ("Menade du", "Did you mean"),
    "checked": ("Prövat: {} former mot {} ting.", "Checked: {} shapes against {} things."),
    "nothing_checked": (
        "Varning: ingen form gäller något i filen; domen säger alltså ingenting.",
        "Warning: no shape is about anything in the file, so the verdict says nothing.",
    ),
    "effect_closes": ("Skulle sluta", "Would close"),
    "effect_opens": ("Skulle öppna", "Would open"),
    "decided_by": ("För att avgöra behövs", "To decide it, record"),
    "conforms": ("Uppfyller formerna", "Conforms to the shapes"),
    "fails": ("Uppfyller inte formerna", "Does not conform to the shapes"),
    "skipped": ("hoppades över", "skipped"),
    "sealed": ("passager förseglade", "passages sealed"),
    "source_found": ("funna", "found"),
    "source_absent": ("står inte i dokumentet", "not in the document"),
    "source_malformed": ("ofullständigt fingeravtryck", "fingerprint not whole"),
    "source_no-file": ("texten finns inte i mappen", "text not in the folder"),
}


def say(key: str, lang: str) -> str:
    """The program's word for `key` in `lang` (sv or en).

    >>> say("unknown", "sv")
    'okänd'
    """
    return _WORDS[key][0 if lang == "sv" else 1]


def has(key: str) -> bool:
    """Whether the program has a word for `key`."""
    return key in _WORDS
