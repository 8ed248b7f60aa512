"""Options that may also stand in the environment and in a file: option before environment before file before default.

The names are one: ``--public-base``, ``RUSGRAF_SERVE_PUBLIC_BASE``, ``public-base = "…"`` in a TOML file.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import click

from rusgraf.errors import BadParameter, UnreadableInput, nearest

CONFIG = "config"


class Settings(click.Command):
    """A command with ``--config FILE``, whose options may be set from outside."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        help_text = "TOML-fil med inställningar; namnen är optionernas."
        path = click.Path(path_type=Path, dir_okay=False)
        self.params.append(
            click.Option(
                [f"--{CONFIG}"], metavar="FIL", type=path, is_eager=True, expose_value=False, callback=_read,
                help=help_text,
            )
        )  # fmt: skip
        for name, option in options(self).items():
            option.envvar = variable(self, name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; a variable that sets nothing is told of."""
        known = {variable(self, name): name for name in options(self)}
        for name in os.environ:
            if name.startswith(variable(self, "")) and name not in known:
                click.echo(f"rusgraf: {name}: ingen inställning. {nearest(name, known, 'sv')} / "
                           f"no setting. {nearest(name, known)}", err=True)  # fmt: skip
        return super().parse_args(ctx, args)


def options(command: click.Command) -> dict[str, click.Option]:
    """The options that may be set from outside, by name."""
    found = [option for option in command.params if isinstance(option, click.Option)]
    return {max(option.opts, key=len).removeprefix("--"): option for option in found}


def variable(command: click.Command, name: str) -> str:
    """The environment variable of an option."""
    return f"RUSGRAF_{command.name}_{name}".replace("-", "_").upper()


def _read(ctx: click.Context, _option: click.Parameter, path: Path | None) -> None:
    """Make what a file says the defaults."""
    if path is None:
        return
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableInput(
            f"{path} cannot be read: {error}.",
            "Give a file in TOML: name = value.",
            sv=f"{path} går inte att läsa: {error}.",
            cure_sv="Ange en fil i TOML: namn = värde.",
        ) from error
    known = {name: option for name, option in options(ctx.command).items() if name != CONFIG}
    ctx.default_map = {known[name].name: value for name, value in read.items() if _fits(path, name, value, known)}


def _fits(path: Path, name: str, value: object, known: dict[str, click.Option]) -> bool:
    """Whether a setting is known and has one value, or many where it may. Raises BadParameter."""
    if name not in known:
        raise BadParameter(
            f"{path}: “{name}” is no setting.",
            nearest(name, known),
            sv=f"{path}: ”{name}” är ingen inställning.",
            cure_sv=nearest(name, known, "sv"),
        )
    if isinstance(value, str | int | float) or (known[name].multiple and isinstance(value, list)):
        return True
    raise BadParameter(
        f"{path}: {name} has no single value.",
        "Give a text, a number, true or false.",
        sv=f"{path}: {name} har inte ett enda värde.",
        cure_sv="Ange en text, ett tal, true eller false.",
    )
