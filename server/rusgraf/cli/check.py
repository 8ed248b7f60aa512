"""``rusgraf check``: the project's own rules, on the project's own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from rusgraf import checks
from rusgraf.cli import _options
from rusgraf.wording import say


@click.command("check")
@_options.lang
@_options.formats("text", "json")
@click.option("--only", multiple=True, metavar="NAMN", help="Bara denna kontroll. Kan upprepas.")
@click.option("--sources", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Mapp med planernas texter; då prövas fingeravtrycken.")  # fmt: skip
def command(lang: str, form: str, only: tuple[str, ...], sources: Path | None) -> int:
    """Granskar ontologi, former, frågor och data mot projektets egna regler."""
    results: list[checks.Result] = []
    for result in checks.run(checks.Context(sources), only):
        results.append(result)
        if form == "text":
            click.echo(_text(result, lang))
    if form == "json":
        click.echo(json.dumps(_json(results, lang), ensure_ascii=False, indent=1))
    else:
        totals = ", ".join(f"{n} {say(level, lang)}" for level, n in _totals(results).items())
        click.echo(f"{totals}.")
    return int(_totals(results)["violation"] > 0)


def _totals(results: list[checks.Result]) -> dict[str, int]:
    return {level: sum(r.counts()[level] for r in results) for level in ("violation", "warning", "info")}


def _text(result: checks.Result, lang: str) -> str:
    """A line for the check, and below it what it skipped and found."""
    seen = ", ".join(f"{e.number} {e.what.say(lang)}" for e in result.examined)
    mark = "✗" if result.counts()["violation"] else "–" if result.skipped else "✓"  # ✓ says that all of it holds
    lines = [f"{mark} {result.name}: {result.title.say(lang)} ({seen or '–'}; {result.seconds:.1f} s)"]
    lines += [f"    {say('skipped', lang)}: {s.reason.say(lang)}" for s in result.skipped]
    for f in result.faults:
        lines.append(f"    {f.place}: {say(f.severity, lang)}: {f.message.say(lang)}")
        lines.append(f"        {say('cure', lang)}: {f.cure.say(lang)}")
    return "\n".join(lines)


def _json(results: list[checks.Result], lang: str) -> dict[str, Any]:
    return {
        "conforms": not _totals(results)["violation"],
        "counts": _totals(results),
        "checks": [
            {
                "name": r.name,
                "title": r.title.say(lang),
                "seconds": round(r.seconds, 2),
                "examined": {e.what.say(lang): e.number for e in r.examined},
                "skipped": [s.reason.say(lang) for s in r.skipped],
                "faults": [
                    {"place": f.place, "severity": f.severity, "message": f.message.say(lang), "cure": f.cure.say(lang)}
                    for f in r.faults
                ],
            }
            for r in results
        ],
    }
