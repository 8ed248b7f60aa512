"""Options that several commands share, and how they become a store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from rusgraf.wording import LANGUAGES

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

data: Decorator = click.option(
    "--data",
    "data",
    multiple=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="RDF-fil eller mapp; ersätter de medföljande data. Kan upprepas.",
)
lang: Decorator = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="sv", show_default=True, help="Språk / language."
)
asserted: Decorator = click.option(
    "--asserted", is_flag=True, help="Lämna tolkningar utanför; bara vad planerna säger."
)
store_dir: Decorator = click.option(
    "--store",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Lager på disk; görs av data om det inte finns.",
)


def formats(*names: str) -> Decorator:
    """``--format`` with these names, the first as the default."""
    return click.option(
        "--format", "form", type=click.Choice(names), default=names[0], show_default=True, help="Utdataformat."
    )
