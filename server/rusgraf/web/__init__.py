"""The server: `create_app` makes a Flask application over one snapshot of the graph.

One module with a `blueprint` a concern; nothing lists them. What comes from outside runs in worker processes
(``workers``); the findings are made once for each release of the data (``current``). Layer: face; never imports
``cli``.
"""

from __future__ import annotations

import logging
import pkgutil
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from rusgraf.commits import prepare
from rusgraf.errors import BadParameter
from rusgraf.publish import rebuild
from rusgraf.releases import Opened, is_store
from rusgraf.remote.following import Follower
from rusgraf.remote.protocol import Service
from rusgraf.remote.reader import Reader
from rusgraf.remote.store import RemoteStore
from rusgraf.site import Site
from rusgraf.store import Store
from rusgraf.web.current import Current, make_state
from rusgraf.web.fairness import Fair, FairUse
from rusgraf.web.health import Drain
from rusgraf.web.log import Log, Recorder
from rusgraf.web.metrics import Metrics
from rusgraf.web.writing import Writes
from rusgraf.workers import Limits

__all__ = ["Config", "create_app"]
LICENCE = "http://creativecommons.org/licenses/by/4.0/"  # of the shipped data, see LICENSE-DATA


@dataclass(frozen=True)
class Config:
    """What a server is made of: data (shipped when empty), a store directory or a SPARQL service instead, or a service
    that follows a store directory; limits, the largest body, its site; what one client may have, what is logged,
    whether metrics are shown, and how many proxies stand before it; who may write in the directory, and whether what it
    holds may shrink."""

    data: tuple[Path, ...] = ()
    directory: Path | None = None
    service: Service | None = None
    limits: Limits = field(default_factory=Limits)
    max_body_bytes: int = 16 * 1024 * 1024
    site: Site = field(default_factory=Site)
    fair: Fair = field(default_factory=Fair)
    log: Log = field(default_factory=Log)
    has_metrics: bool = True
    proxies: int = 0
    tokens: Path | None = None
    allow_shrink: bool = False


def create_app(config: Config | None = None) -> Flask:
    """The application. It starts worker processes; `app.extensions["rusgraf"].close()` stops them."""
    config = config or Config()
    if config.tokens and not config.directory:
        raise BadParameter(
            "Writing needs a store.",
            "Give --store beside --tokens.",
            sv="Skrivning kräver ett lager.",
            cure_sv="Ange --store tillsammans med --tokens.",
        )
    site = config.site.checked()
    if not (config.data or config.directory or config.service or site.licence):
        site = replace(site, licence=LICENCE)
    paths = config.data or None
    if config.directory and config.data and not is_store(config.directory):
        rebuild(config.directory, paths)
    opened = prepare(config.directory, paths) if config.directory else None
    follower = Follower(config.directory, config.service) if config.directory and config.service else None
    metrics = Metrics()
    fair = FairUse(config.fair, metrics)
    made = make_state(_store(config, opened, follower), config.limits, opened, fair)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = config.max_body_bytes
    app.config["RUSGRAF_LOG"], app.config["RUSGRAF_METRICS"] = config.log, config.has_metrics
    app.extensions["rusgraf_site"] = site
    app.extensions |= {"rusgraf_fair": fair, "rusgraf_metrics": metrics, "rusgraf_drain": Drain()}
    app.extensions["rusgraf"] = Current(made, config.directory, config.service, follower)
    metrics.follow(app)
    app.wsgi_app = Recorder(ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=0, x_host=0), metrics)  # type: ignore[method-assign]
    if config.tokens and config.directory:
        app.extensions["rusgraf_writes"] = Writes.begin(
            config.tokens, config.directory, allow_shrink=config.allow_shrink
        )
    for module in pkgutil.iter_modules(__path__):  # the folder is the registry
        part = import_module(f"{__name__}.{module.name}")
        if hasattr(part, "blueprint"):
            app.register_blueprint(part.blueprint)
    return app


def _store(config: Config, opened: Opened | None, follower: Follower | None) -> Store:
    """What the server answers from first."""
    if opened and follower:
        logging.getLogger("rusgraf.web").info("the service is to hold release %s", opened.release.name)
        follower.follow(opened)
    if config.service:
        return RemoteStore.connect(Reader(config.service))
    return opened.store if opened else Store.load(config.data or None)
