"""What may a worker process touch at all? Its memory and time aside: the files of the program, to read, and no network;
the process that writes also the directory of the store.

Walls of the operating system that need no rights, put up before the first job: Landlock for files (and the ports that
a store in a service is asked over), seccomp for sockets and for starting programs. They hold whatever a parser or an
engine can be brought to do; ``guard`` and the parsers are the first wall. Where the system has none of these it is said
in the log, and `jobs.cut_off` remains for queries. Layer: domain; standard library only.
https://docs.kernel.org/userspace-api/landlock.html https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import mimetypes
import os
import platform
import struct
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from rusgraf import assets

log = logging.getLogger("rusgraf.workers")
_ASSETS = ("ontology", "data", "shapes", "queries")
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/usr/share/zoneinfo")
_NAMES = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/ssl")
_NO_NEW_PRIVILEGES, _SECCOMP = 38, 22  # of prctl
_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the calls of Landlock, the same on every processor
_EXECUTE, _READ_FILE, _READ_FOLDER, _CONNECT = 1, 4, 8, 2  # rights
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# socket, execve, execveat, ptrace, io_uring_setup (which can do what the others do)
_CALLS = {"x86_64": (41, 59, 322, 101, 425), "aarch64": (198, 221, 281, 117, 425)}
_REFUSE, _ALLOW = 0x00050001, 0x7FFF0000  # EPERM
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # instructions of the Berkeley packet filter
_X32 = 0x40000000
_standing: list[bool] = []  # of this process


def build(ports: Collection[int] = (), writes: Collection[Path] = ()) -> list[str]:
    """Put up the walls around this process, for good; `ports` are those of the service that its store is asked over,
    `writes` the folders that it may change.

    To be called before any thread starts. Returns what the system has not got.
    """
    missing = []
    if not _files(ports, writes):
        missing.append("Landlock")
    if not _calls(may_connect=bool(ports)):
        missing.append("seccomp")
    if missing:
        log.warning("no %s here: work from outside is kept from files and network by its guards alone", missing)
    _standing.append(not missing)
    return missing


def stand() -> bool:
    """Whether all walls stand around this process."""
    return any(_standing)


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def landlock() -> int:
    """The version of Landlock that the system has, 0 when none: from 4 on it knows ports."""
    libc = _libc()
    return max(0, int(libc.syscall(_CREATE, None, 0, 1))) if libc else 0


def _files(ports: Collection[int], writes: Collection[Path]) -> bool:
    """Leave the files that the program itself is made of, to read, what is in `writes`, and TCP to `ports`; whether the
    system does it. The first version cannot let files be linked from one folder to another, as releases are."""
    libc, version = _libc(), landlock()
    if libc is None or not version or (writes and version < 2):
        return False
    every = (1 << {1: 13, 2: 14}.get(version, 15)) - 1
    network = 3 if version >= 4 else 0  # bind and connect by TCP
    attributes = struct.pack("<QQ", every, network)[: 16 if network else 8]
    rules = libc.syscall(_CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return False
    for path in own_files(reaches_out=bool(ports)):
        _allow(libc, rules, path, _READ_FILE | (_READ_FOLDER if path.is_dir() else 0))
    for path in writes:
        _allow(libc, rules, path, every & ~_EXECUTE)
    for port in ports if network else ():
        libc.syscall(_ADD, rules, 2, struct.pack("<QQ", _CONNECT, port), 0)
    good = bool(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and libc.syscall(_RESTRICT, rules, 0) == 0)
    os.close(rules)
    return good


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    """Give rights to a file, or what is in a folder; one that is not there is none."""
    with contextlib.suppress(OSError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)  # type: ignore[attr-defined,unused-ignore]
        libc.syscall(_ADD, rules, 1, struct.pack("<Qi", rights, place), 0)
        os.close(place)


def own_files(*, reaches_out: bool = False) -> Iterator[Path]:
    """The files and folders that the program is made of; `reaches_out` adds what names of hosts are looked up in.

    The working folder is none of them, though Python may look for modules there.
    """
    here = Path.cwd()
    yield Path(__file__).resolve().parent
    yield from (assets.folder(name) for name in _ASSETS)
    yield from (Path(entry) for entry in sys.path if entry and Path(entry).is_absolute() and Path(entry) != here)
    yield from (Path(prefix) / "lib" for prefix in {sys.prefix, sys.base_prefix} - {"/usr", "/"})
    yield from map(Path, (*_SYSTEM, *mimetypes.knownfiles, *(_NAMES if reaches_out else ())))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def _calls(*, may_connect: bool) -> bool:
    """Refuse new sockets (unless `may_connect`) and other programs; whether the system does it."""
    libc, machine = _libc(), platform.machine()
    if libc is None or machine not in _CALLS:
        return False
    refused = _CALLS[machine][1 if may_connect else 0 :]
    code = _filter(_ARCHITECTURE[machine], refused)
    program = _Program(len(code) // 8, code)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SECCOMP, 2, ctypes.byref(program), 0, 0) == 0)


def _filter(architecture: int, refused: Collection[int]) -> bytes:
    """A packet filter that refuses these calls, and all calls by another numbering than this processor's own."""

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("<HBBI", code, yes, no, value)

    number = len(refused)
    steps = [
        step(_LOAD, 4),
        step(_EQUAL, architecture, 0, number + 3),
        step(_LOAD, 0),
        step(_AT_LEAST, _X32, number + 1),
        *(step(_EQUAL, call, number - i) for i, call in enumerate(refused)),
        step(_RETURN, _ALLOW),
        step(_RETURN, _REFUSE),
    ]
    return b"".join(steps)
