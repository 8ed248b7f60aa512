"""From which release does the server answer? A store directory or a SPARQL service may get a new one while it serves.

The new state is made beside the old one, in a thread, and taken up in one step; a request keeps the state that it began
with, and the old workers end with the last such request. A release that does not open leaves the old one answering.
Every answer names its release. What a service is loaded with takes the place of what it held, so there an answer that
may be of two releases is refused.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from pathlib import Path

from flask import Blueprint, Response, request

from rusgraf.errors import RusgrafError, Stopped
from rusgraf.findings import find
from rusgraf.releases import Opened, number_of, open_store, pointer
from rusgraf.remote.protocol import Service
from rusgraf.remote.reader import Reader
from rusgraf.remote.store import RemoteStore, held
from rusgraf.store import Store
from rusgraf.web.errors import known
from rusgraf.web.state import State, state
from rusgraf.wording import LANGUAGES
from rusgraf.workers import Limits, Pool, Watch

HEADER = "X-Rusgraf-Release"
LOOK_SECONDS, LOOK_SERVICE_SECONDS, AGAIN_SECONDS = 1.0, 5.0, 60.0
blueprint = Blueprint("current", __name__)
log = logging.getLogger("rusgraf.web")


@blueprint.after_app_request
def name_release(response: Response) -> Response:
    """The release that an answer was made from; an error when what it was made from may be of two."""
    if state().store.reaches_out and request.endpoint not in ("static", "health.live"):
        try:
            state().store.check()
        except RusgrafError as error:
            response = known(error)
    response.headers[HEADER] = state().name
    return response


def make_state(store: Store, limits: Limits, opened: Opened | None = None, watch: Watch | None = None) -> State:
    """Findings and workers over a store, whose jobs `watch` is told of; they end when nobody holds it any more."""
    if opened and opened.warning:
        log.error("%s", opened.warning.line())
    found = {lang: find(store, lang=lang) for lang in LANGUAGES}
    pool = Pool(store.dump(), limits, watch)
    name = opened.release.name if opened else store.release()
    made = State(store, found, pool, limits, store.release(), name, opened.warning if opened else None)
    weakref.finalize(made, pool.close).atexit = False
    return made


class Current:
    """The state that new requests get. It follows what lies in a `directory` or a `service`."""

    def __init__(self, made: State, directory: Path | None = None, service: Service | None = None) -> None:
        self._state, self._directory, self._service = made, directory, service
        self._seen = pointer(directory) if directory else ""
        self._next = 0.0
        self._making = threading.Lock()

    @property
    def state(self) -> State:
        """The state for a request that begins now."""
        follows = self._directory or self._service
        if follows and time.monotonic() >= self._next and self._making.acquire(blocking=False):
            self._next = time.monotonic() + (LOOK_SECONDS if self._directory else LOOK_SERVICE_SECONDS)
            name = pointer(self._directory) if self._directory else ""
            if self._service or name not in ("", self._seen):
                threading.Thread(target=self._take_up, args=(name,), daemon=True).start()
            else:
                self._making.release()
        return self._state

    @property
    def pool(self) -> Pool:
        """The workers of the state."""
        return self._state.pool

    def catch_up(self, name: str) -> State:
        """The state of a release that was written just now, or of a later one; made before this returns."""
        self._making.acquire()
        if self._directory and number_of(self._state.name) < number_of(name):
            self._take_up(pointer(self._directory))  # which releases
        else:
            self._making.release()
        if number_of(self._state.name) < number_of(name):
            raise Stopped(
                f"What was sent is stored in release {name}; this server cannot answer from it yet.",
                "Do not send it again; tell the operator.",
                sv=f"Det som skickades är lagrat i utgåva {name}; servern kan inte svara ur den ännu.",
                cure_sv="Skicka det inte igen; säg till den som driver servern.",
            )
        return self._state

    def close(self) -> None:
        """Stop the workers."""
        self._state.pool.close()

    def _take_up(self, name: str) -> None:
        """Make the state of the release that lies there now, and change to it."""
        before, limits, watch = self._state, self._state.limits, self._state.pool.watch
        try:
            opened = open_store(self._directory) if self._directory else None
            reader = Reader(self._service) if self._service else None
            if opened and opened.release.name != self._state.name:
                self._state = make_state(opened.store, limits, opened, watch)
            elif reader and held(reader).release not in ("", self._state.release):
                self._state = make_state(RemoteStore.connect(reader), limits, watch=watch)
            if self._state is not before:
                log.info("now answering from release %s", self._state.name)
            self._seen = name
        except Exception:
            log.exception("release %s cannot be taken up; still answering from %s", name, self._state.name)
            self._next = time.monotonic() + AGAIN_SECONDS
        finally:
            self._making.release()
