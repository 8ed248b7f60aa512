"""``rusgraf serve``: the web server."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from rusgraf.cli import _options
from rusgraf.errors import BadParameter
from rusgraf.site import Site
from rusgraf.workers import Limits


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adress att lyssna på.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 väljer en ledig.")
@click.option("--timeout", default=30.0, show_default=True, type=click.FloatRange(0.1), help="Sekunder per fråga.")
@click.option("--memory", default=2048, show_default=True, type=click.IntRange(256), help="MiB per arbetsprocess.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Arbetsprocesser.")
@click.option("--public-base", "address", default="", help="Serverns adress utåt, bakom en proxy: https://värd.")
@click.option("--publisher", default="", help="Utgivarens namn, till katalogen.")
@click.option(
    "--publisher-iri", default="", help="Utgivarens IRI hos dataportal.se: …/organisation/SE och tio siffror."
)
@click.option("--contact", default="", help="E-postadress till en funktion, till katalogen.")
@click.option("--licence", default="", help="IRI för datas licens, när det inte är de medföljande.")
@_options.store_dir
@_options.data
@_options.endpoint
def command(
    host: str,
    port: int,
    timeout: float,
    memory: int,
    workers: int,
    directory: Path | None,
    data: tuple[Path, ...],
    **said: str,
) -> None:
    """Startar webbservern: rapporten på /, SPARQL på /sparql."""
    from waitress.server import create_server

    from rusgraf.web import Config, create_app

    limits = Limits(seconds=timeout, memory_mib=memory, workers=workers)
    service = _options.given_service(data, directory)
    app = create_app(Config(data=data, directory=directory, service=service, limits=limits, site=Site(**said)))
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            ident="rusgraf",
            threads=workers + 4,
            # A client that reads slowly keeps no thread and no worker: what it has not read waits on disk.
            outbuf_high_watermark=limits.answer_bytes + 1024 * 1024,
        )
    except (OSError, ValueError) as error:
        app.extensions["rusgraf"].close()
        raise BadParameter(
            f"{host}:{port}: {error}.",
            "Choose another --port or --host.",
            sv=f"Det går inte att lyssna på {host}:{port}: {error}.",
            cure_sv="Välj en annan --port eller --host.",
        ) from error
    click.echo(f"rusgraf: http://{host}:{server.effective_port}/ (Ctrl-C avslutar)", err=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.run()
    finally:
        app.extensions["rusgraf"].close()
