"""The command ``rusgraf``: one module of this folder is one command; nothing lists them.

Thin: parse → one domain call → print. Errors become one line on standard error with the cure, Swedish /
English, and the exit code of their class (contract §6). Layer: face; never imports ``web`` except through
``serve``.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from pathlib import Path

import click

from rusgraf.errors import RusgrafError, unknown


class Commands(click.Group):
    """A group whose commands are the modules beside this file, imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name[0] != "_")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"rusgraf.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            known = self.list_commands(ctx)
            raise unknown(args[0], known, ("inget kommando", "no command"))
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rusgraf", prog_name="rusgraf")
def group() -> None:
    """Visar var en regions handlingsplaner är stuprör. / Shows where action plans are silos.

    Börja med: rusgraf gaps
    """


def main() -> None:
    """Run the command; the entry point of the installed script."""
    try:
        code = group.main(standalone_mode=False)
    except RusgrafError as error:
        click.echo(f"rusgraf: {error.line()}", err=True)
        code = error.exit_code
    except click.ClickException as error:
        click.echo(f"rusgraf: {' '.join(error.format_message().split())}", err=True)
        code = 2
    except click.Abort:
        click.echo("rusgraf: avbrutet / interrupted", err=True)
        code = 130
    except SystemExit:  # what click makes of a reader that has gone
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
