"""The server: `create_app` makes a Flask application over one snapshot of the graph.

One blueprint a concern. What comes from outside runs in worker processes (``workers``); the findings are
made once, at the start. Layer: face; never imports ``cli``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from rusgraf.findings import Finding, find
from rusgraf.store import Store
from rusgraf.web import errors, gaps, health, queries, sparql, validate
from rusgraf.web.state import State
from rusgraf.wording import LANGUAGES
from rusgraf.workers import Limits, Pool

__all__ = ["Config", "create_app"]


@dataclass(frozen=True)
class Config:
    """What a server is made of: the data (shipped when empty), a store directory, limits, the largest body."""

    data: tuple[Path, ...] = ()
    directory: Path | None = None
    limits: Limits = field(default_factory=Limits)
    max_body_bytes: int = 16 * 1024 * 1024


def create_app(config: Config | None = None) -> Flask:
    """The application. It starts worker processes; `app.extensions["rusgraf"].pool.close()` stops them."""
    config = config or Config()
    paths = config.data or None
    store = Store.build(config.directory, paths) if config.directory else Store.load(paths)
    found: dict[str, list[Finding]] = {lang: find(store, lang=lang) for lang in LANGUAGES}
    pool = Pool(store.dump(), config.limits)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = config.max_body_bytes
    app.extensions["rusgraf"] = State(store, found, pool, config.limits, store.release())
    for part in (errors, sparql, gaps, queries, validate, health):
        app.register_blueprint(part.blueprint)
    return app
