"""Options that several commands share, and how they become a store."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from rusgraf.errors import BadParameter
from rusgraf.files import write_whole
from rusgraf.rdf import data_files, read_quads
from rusgraf.releases import Opened, is_store, open_store
from rusgraf.store import Store
from rusgraf.terms import Quad
from rusgraf.wording import LANGUAGES, say

if TYPE_CHECKING:
    from rusgraf.remote.protocol import Addresses, Service

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

data: Decorator = click.option(
    "--data",
    "data",
    multiple=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="RDF-fil eller mapp, eller ett lager (se build); ersätter de medföljande data. Filer kan upprepas.",
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
store: Decorator = click.option(
    "--store",
    "directory",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Lagrets katalog.",
)
waivers: Decorator = click.option(
    "--waivers",
    "kept",
    multiple=True,
    metavar="FIL",
    type=click.Path(path_type=Path),
    help="Fil med undantag (se waive), utöver data. Kan upprepas.",
)

output: Decorator = click.option(
    "-o",
    "--output",
    metavar="FIL",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Skriv till FIL; filändelsen väljer format om --format inte anges.",
)


_ENDPOINT = "rusgraf.endpoint"
endpoint: Decorator = click.option(
    "--endpoint",
    metavar="URL",
    expose_value=False,
    callback=lambda ctx, _, url: ctx.meta.update({_ENDPOINT: url}),
    help="SPARQL-tjänst som har data (se load); i stället för --data.",
)


update_endpoint: Decorator = click.option(
    "--update-endpoint", "update", default="", metavar="URL", help="Tjänstens adress för uppdateringar."
)
graph_store: Decorator = click.option(
    "--graph-store", "graphs", default="", metavar="URL", help="Tjänstens adress för grafer (går fortare att ladda)."
)


def load(
    data: tuple[Path, ...], kept: tuple[Path, ...] = (), *, asserted: bool = False, stays_on_disk: bool = False
) -> Store:
    """The store of ``--data`` (files or a store directory; shipped data when none) or ``--endpoint``, with waivers.

    A store directory that `stays_on_disk` costs what is read of it, else it is read into memory.
    """
    extra = [quad for path in data_files(kept) for quad in read_quads(path)]
    there = given_service(data)
    if len(data) == 1 and is_store(data[0]):
        return opened(data[0]).store if stays_on_disk else _in_memory(data[0], extra, asserted)
    if there is None:
        return Store.load(data or None, extra=extra, asserted=asserted)
    from rusgraf.remote.reader import Reader
    from rusgraf.remote.store import RemoteStore

    store = RemoteStore.connect(Reader(there), asserted=asserted, extra=extra)
    click.get_current_context().call_on_close(store.check)
    return store


def opened(directory: Path) -> Opened:
    """The release that answers in a store directory; that it is not the newest is told on standard error."""
    found = open_store(directory)
    if found.warning:
        click.echo(f"rusgraf: {found.warning.line()}", err=True)
    return found


def _in_memory(directory: Path, extra: Sequence[Quad], asserted: bool) -> Store:
    """The same in memory, where queries are some times faster, and no file is opened while they run."""
    store = Store.from_dump(opened(directory).store.dump())
    return store.extended(extra, asserted=asserted) if extra or asserted else store


def given_endpoint() -> str:
    """The address of ``--endpoint``, or ""."""
    return click.get_current_context().meta.get(_ENDPOINT) or ""


def given_service(*others: object) -> Service | None:
    """The service of ``--endpoint``, or None; raises when `others`, which say where data are too, are given with it."""
    url = given_endpoint()
    if not url:
        return None
    if any(others):
        raise BadParameter(
            "--endpoint: the data are in the service or elsewhere.",
            "Leave --data or --store out.",
            sv="--endpoint: data finns i tjänsten eller någon annanstans.",
            cure_sv="Utelämna --data eller --store.",
        )
    from rusgraf.remote.protocol import Addresses

    return service(Addresses(url))


def service(addresses: Addresses) -> Service:
    """The service at these addresses, with the credentials of the environment: never on a command line."""
    from rusgraf.remote.protocol import Credentials, Service

    words = (os.environ.get(f"RUSGRAF_ENDPOINT_{name}", "") for name in ("USER", "PASSWORD", "TOKEN"))
    return Service(addresses, Credentials(*words))


def formats(*names: str) -> Decorator:
    """``--format`` with these names, the first as the default."""
    return click.option(
        "--format", "form", type=click.Choice(names), default=names[0], show_default=True, help="Utdataformat."
    )


def chosen(form: str, output: Path | None, names: Collection[str]) -> str:
    """The format: as ``--format`` says, else by the suffix of the file to write, else the default."""
    suffix = output.suffix.removeprefix(".").lower() if output else ""
    asked = click.get_current_context().get_parameter_source("form") is not ParameterSource.DEFAULT
    return suffix if suffix in names and not asked else form


def emit(content: bytes, output: Path | None, *, is_text: bool = True) -> None:
    """Write to the file, or to standard output; what is no text never goes to a terminal."""
    if output:
        write_whole(output, content)
        return
    if not is_text and sys.stdout.isatty():
        raise BadParameter(
            "This format is no text.",
            "Name a file with -o.",
            sv="Det här formatet är inte text.",
            cure_sv="Ange en fil med -o.",
        )
    click.echo(content, nl=False)


def progress(lang: str) -> Callable[[int, int], None] | None:
    """Tells how far long work has come, on standard error; None where nobody looks."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        click.echo(f"\r{say('read_rows', lang).format(done, total)}", err=True, nl=done >= total)

    return tell
