"""``rusgraf serve``: the web server."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rusgraf.cli import _options
from rusgraf.cli._settings import Settings
from rusgraf.errors import BadParameter
from rusgraf.guard import Caps
from rusgraf.site import Site
from rusgraf.workers import Limits

if TYPE_CHECKING:
    from flask import Flask

    from rusgraf.remote.protocol import Service
    from rusgraf.web.listen import Listen, Server

_COUNT, _SECONDS = click.IntRange(0), click.FloatRange(0)
_LENGTH, _DEPTH = click.IntRange(1000, 1_000_000), click.IntRange(10, 10_000)  # what was tried: docs/isolation.md
_MIB = 1024 * 1024


@click.command("serve", cls=Settings)
@click.option("--host", default="127.0.0.1", show_default=True, help="Adress att lyssna på.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 väljer en ledig.")
@click.option("--timeout", default=30.0, show_default=True, type=click.FloatRange(0.1), help="Sekunder per fråga.")
@click.option("--memory", default=2048, show_default=True, type=click.IntRange(256), help="MiB per arbetsprocess.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Arbetsprocesser.")
@click.option("--max-length", default=100_000, show_default=True, type=_LENGTH, help="Tecken i en fråga.")
@click.option("--max-depth", default=100, show_default=True, type=_DEPTH, help="Nivåer av parenteser i en fråga.")
@click.option("--max-answer", default=64, show_default=True, type=click.IntRange(1, 1024), help="MiB i ett svar.")
@click.option("--max-body", default=16, show_default=True, type=click.IntRange(1, 256), help="MiB som får skickas in.")
@click.option("--public-base", "address", default="", help="Serverns adress utåt, bakom en proxy: https://värd.")
@click.option("--publisher", default="", help="Utgivarens namn, till katalogen.")
@click.option(
    "--publisher-iri", default="", help="Utgivarens IRI hos dataportal.se: …/organisation/SE och tio siffror."
)
@click.option("--contact", default="", help="E-postadress till en funktion, till katalogen.")
@click.option("--licence", default="", help="IRI för datas licens, när det inte är de medföljande.")
@click.option("--proxies", default=0, show_default=True, type=_COUNT, help="Egna proxyer framför servern.")
@click.option("--client-requests", default=600, show_default=True, type=_COUNT, help="Anrop per klient och minut.")
@click.option("--client-seconds", default=60.0, show_default=True, type=_SECONDS, help="Räknetid per klient och minut.")
@click.option("--client-jobs", default=None, type=_COUNT, help="Frågor på en gång per klient; en mindre än --workers.")
@click.option("--connections", default=500, show_default=True, type=click.IntRange(10), help="Anslutningar i allt.")
@click.option("--idle", default=60, show_default=True, type=click.IntRange(1), help="Sekunder mellan två anrop.")
@click.option("--drain", default=20.0, show_default=True, type=_SECONDS, help="Sekunder för pågående vid avslut.")
@click.option("--log", default="text", show_default=True, type=click.Choice(["json", "text", "quiet"]), help="Loggen.")
@click.option(
    "--log-clients", default="network", show_default=True, type=click.Choice(["none", "network", "full"]),
    help="Klientens adress i loggen: inget, nätet, hela.",
)  # fmt: skip
@click.option("--log-queries", is_flag=True, help="Logga även frågor och adresser.")
@click.option("--metrics/--no-metrics", default=True, show_default=True, help="Mätvärden på /metrics.")
@click.option(
    "--tokens", metavar="FIL", type=click.Path(path_type=Path, dir_okay=False),
    help="Fil med tokens (se token): slår på skrivning i lagret. Annars går servern bara att läsa.",
)  # fmt: skip
@click.option("--allow-shrink", is_flag=True, help="Låt en skrivning lämna mindre än hälften kvar i lagret.")
@_options.store_dir
@_options.data
@_options.endpoint
@_options.update_endpoint
@_options.graph_store
def command(data: tuple[Path, ...], directory: Path | None, log: str, **said: Any) -> None:
    """Startar webbservern: rapporten på /, SPARQL på /sparql.

    Optionerna kan också stå i miljön (RUSGRAF_SERVE_PORT) och i en fil (--config).
    """
    from rusgraf.web.listen import Listen
    from rusgraf.web.log import to_stderr

    writer = to_stderr(log)
    app = _app(data, directory, said)
    try:
        where = Listen(
            **_some(said, "host port workers connections idle drain proxies"),
            body_bytes=said["max_body"] * _MIB,
            answer_bytes=said["max_answer"] * _MIB,
        )
        server = _listening(app, where)
        url = f"http://{where.host}:{server.port}/"
        if log == "json":
            logging.getLogger("rusgraf").info("listening", extra={"told": {"url": url}})
        else:
            click.echo(f"rusgraf: {url} (Ctrl-C avslutar)", err=True)
        server.run()
    finally:
        app.extensions["rusgraf"].close()
        if "rusgraf_writes" in app.extensions:
            app.extensions["rusgraf_writes"].writer.close()
    server.close()
    logging.getLogger("rusgraf").info("stopped")
    writer.close()


def _app(data: tuple[Path, ...], directory: Path | None, said: dict[str, Any]) -> Flask:
    """The application that the options describe."""
    from rusgraf.web import Config, create_app
    from rusgraf.web.fairness import Fair
    from rusgraf.web.log import Log

    caps = Caps(said["max_length"], said["max_depth"])
    limits = Limits(said["timeout"], said["memory"], said["max_answer"] * _MIB, caps, said["workers"])
    jobs = max(1, limits.workers - 1) if said["client_jobs"] is None else said["client_jobs"]
    return create_app(
        Config(
            data=data,
            directory=directory,
            service=_service(data, directory, said["update"], said["graphs"]),
            limits=limits,
            max_body_bytes=said["max_body"] * _MIB,
            site=Site(**_some(said, "address publisher publisher_iri contact licence")),
            fair=Fair(said["client_requests"], said["client_seconds"], jobs),
            log=Log(said["log_clients"], said["log_queries"]),
            has_metrics=said["metrics"],
            proxies=said["proxies"],
            tokens=said["tokens"],
            allow_shrink=said["allow_shrink"],
        )
    )


def _service(data: tuple[Path, ...], directory: Path | None, update: str, graphs: str) -> Service | None:
    """The service to answer from; beside a store directory it is to follow that, by these addresses."""
    from rusgraf.remote.protocol import Addresses

    url = _options.given_endpoint()
    if url and directory and (update or graphs):
        return _options.service(Addresses(url, update, graphs))
    if update or graphs or (url and directory):
        raise BadParameter(
            "A service that is to follow a store needs both, and an address to load to.",
            "Give --store, --endpoint, and --update-endpoint or --graph-store.",
            sv="En tjänst som ska följa ett lager kräver båda, och en adress att ladda till.",
            cure_sv="Ange --store, --endpoint och --update-endpoint eller --graph-store.",
        )
    return _options.given_service(data)


def _some(said: dict[str, Any], names: str) -> dict[str, Any]:
    return {name: said[name] for name in names.split()}


def _listening(app: Flask, where: Listen) -> Server:
    """The server on its sockets. Raises BadParameter when it cannot listen there."""
    from rusgraf.web.listen import Server

    try:
        return Server(app, where)
    except (OSError, ValueError) as error:
        raise BadParameter(
            f"{where.host}:{where.port}: {error}.",
            "Choose another --port or --host.",
            sv=f"Det går inte att lyssna på {where.host}:{where.port}: {error}.",
            cure_sv="Välj en annan --port eller --host.",
        ) from error
