"""What does the program say in Swedish and in English, outside the heads of the queries? The words: ``wording.toml``.

Layer: domain; standard library only.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("sv", "en")


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def say(key: str, lang: str) -> str:
    """The program's word for `key` in `lang` (sv or en).

    >>> say("unknown", "sv")
    'okänd'
    """
    return _words()[key][0 if lang == "sv" else 1]


def has(key: str) -> bool:
    """Whether the program has a word for `key`."""
    return key in _words()
