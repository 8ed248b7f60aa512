"""A process that adds to a store, and dies by SIGKILL: when it is killed, or by itself at its n-th step on the disk.

``python crashing.py DIR FIRST [STEP]``: adds graphs nr-FIRST, nr-FIRST+1 … and prints each number once acknowledged.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stores import put

STEPS = [(os, "fsync"), (os, "rename"), (os, "replace"), (os, "unlink"), (os, "mkdir"), (shutil, "rmtree")]


def die_at(step: int) -> None:
    """Have this process die just before its `step`-th step that changes the disk."""
    left = [step]

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **named)

        return call

    for module, name in STEPS:
        setattr(module, name, counted(getattr(module, name)))


def main() -> None:
    directory, first, *step = sys.argv[1:]
    print("ready", flush=True)
    if step:
        die_at(int(step[0]))
    for number in range(int(first), int(first) + (1 if step else 1000)):
        put(Path(directory), number)
        print(number, flush=True)


if __name__ == "__main__":
    main()
