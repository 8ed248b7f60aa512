"""From which release does the server answer? A store directory or a SPARQL service may get a new one while it serves.

The new state is made beside the old one, in a thread, and taken up in one step; a request keeps the state that it began
with, and the old workers end with the last such request. A release that does not open leaves the old one answering.
Every answer names its release. What a service is loaded with takes the place of what it held, so there an answer that
may be of two releases is refused. A service that follows a store directory is changed when the requests that have
begun are answered, and those that begin meanwhile wait; both for some seconds at most.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from pathlib import Path

from flask import Blueprint, Response, current_app, g, request

from rusgraf.errors import RusgrafError, Stopped
from rusgraf.findings import Finding, find_in
from rusgraf.releases import Opened, number_of, open_store, pointer
from rusgraf.remote.following import Follower
from rusgraf.remote.protocol import Service
from rusgraf.remote.reader import Reader
from rusgraf.remote.store import RemoteStore, held
from rusgraf.store import Store
from rusgraf.web.errors import known
from rusgraf.web.state import State, state
from rusgraf.wording import LANGUAGES
from rusgraf.workers import Limits, Pool, Watch

HEADER = "X-Rusgraf-Release"
LOOK_SECONDS, LOOK_SERVICE_SECONDS, AGAIN_SECONDS, AGAIN_SERVICE_SECONDS = 1.0, 5.0, 60.0, 10.0
SETTLE_SECONDS, LEAVE_SECONDS = 10.0, 5.0  # how long requests wait for a change of a service, and it for them
blueprint = Blueprint("current", __name__)
log = logging.getLogger("rusgraf.web")


@blueprint.after_app_request
def name_release(response: Response) -> Response:
    """The release that an answer was made from; an error when what it was made from may be of two.

    An answer to a write tells what became of it in the store directory.
    """
    asks_service = not g.get("is_write") and request.endpoint not in ("static", "health.live")
    if asks_service and state().store.reaches_out:
        try:
            state().store.check()
        except RusgrafError as error:
            response = known(error)
    response.headers[HEADER] = state().name
    return response


@blueprint.teardown_app_request
def leave(_error: BaseException | None) -> None:
    """A request that was answered from a state is over."""
    if g.pop("rusgraf_inside", False):
        current_app.extensions["rusgraf"].leave()


def make_state(store: Store, limits: Limits, opened: Opened | None = None, watch: Watch | None = None) -> State:
    """Findings and workers over a store, whose jobs `watch` is told of; they end when nobody holds it any more."""
    snapshot = store.dump()
    return _state(store, _findings(store, snapshot, opened), Pool(snapshot, limits, watch), opened)


def _findings(store: Store, snapshot: bytes, opened: Opened | None) -> dict[str, list[Finding]]:
    """The findings in each language; of a store on disk those of its copy in memory, where asking is much faster."""
    return find_in(Store.from_dump(snapshot) if opened and not store.reaches_out else store, LANGUAGES)


def _state(store: Store, found: dict[str, list[Finding]], pool: Pool, opened: Opened | None) -> State:
    if opened and opened.warning:
        log.error("%s", opened.warning.line())
    name = opened.release.name if opened else store.release()
    made = State(store, found, pool, pool.limits, store.release(), name, opened.warning if opened else None)
    weakref.finalize(made, pool.close).atexit = False
    return made


class Current:
    """The state that new requests get. It follows what lies in a `directory` or a `service`.

    With both, a `follower` has the service follow the directory.
    """

    def __init__(
        self,
        made: State,
        directory: Path | None = None,
        service: Service | None = None,
        follower: Follower | None = None,
    ) -> None:
        self._state, self._directory, self._service, self._follower = made, directory, service, follower
        self._turn, self._inside, self._is_settled = threading.Condition(), 0, True
        self._seen = pointer(directory) if directory else ""
        self._next = 0.0
        self._making = threading.Lock()

    def enter(self) -> State:
        """The state for a request that begins now, and will `leave`; while a service is changed, the one after that."""
        self.look()
        with self._turn:
            self._turn.wait_for(lambda: self._is_settled, SETTLE_SECONDS)
            self._inside += 1
            return self._state

    def leave(self) -> None:
        """A request that came in by `enter` is over."""
        with self._turn:
            self._inside -= 1
            self._turn.notify_all()

    def look(self) -> State:
        """The state as it is; whether there is a newer release is looked at beside."""
        follows = self._directory or self._service
        if follows and time.monotonic() >= self._next and self._making.acquire(blocking=False):
            self._next = time.monotonic() + (LOOK_SERVICE_SECONDS if self._service else LOOK_SECONDS)
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
        before = self._state
        try:
            if self._follower:
                self._follow(self._follower, name)
            elif self._directory:
                self._open(open_store(self._directory))
            elif self._service:
                self._connect(Reader(self._service))
            if self._state is not before:
                log.info("now answering from release %s", self._state.name)
            self._seen = name
        except Exception:
            log.exception("release %s cannot be taken up; still answering from %s", name, self._state.name)
            self._next = time.monotonic() + (AGAIN_SERVICE_SECONDS if self._service else AGAIN_SECONDS)
        finally:
            self._making.release()

    def _open(self, opened: Opened) -> None:
        """Change to a release of a store directory, if it is another one."""
        if opened.release.name != self._state.name:
            self._state = make_state(opened.store, self._state.limits, opened, self._state.pool.watch)

    def _connect(self, reader: Reader) -> None:
        """Change to what a service holds, if that is another release, and whole."""
        if held(reader).release not in ("", self._state.release):
            self._state = make_state(RemoteStore.connect(reader), self._state.limits, watch=self._state.pool.watch)

    def _follow(self, follower: Follower, name: str) -> None:
        """Have the service hold the release of this name, unless it does, and change to it between requests."""
        if name == self._seen and follower.is_there():
            return
        opened = open_store(follower.directory)
        found = _findings(opened.store, opened.store.dump(), opened)
        with self._turn:
            self._is_settled = False
            self._turn.wait_for(lambda: not self._inside, LEAVE_SECONDS)
        try:
            follower.follow(opened)
            store = RemoteStore.connect(Reader(follower.service))
            pool = Pool(store.dump(), self._state.limits, self._state.pool.watch)
            self._state = _state(store, found, pool, opened)
        finally:
            with self._turn:
                self._is_settled = True
                self._turn.notify_all()
