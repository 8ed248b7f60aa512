"""What does a person wait for? ``python -c pass`` against ``rusgraf gaps``, whole processes, run in turns."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

SERVER = Path(__file__).resolve().parent.parent / "server"


def run(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory in MB of one process. Raises when it fails."""
    environment = {**os.environ, "PYTHONPATH": str(SERVER)}
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {said.strip()}")
    return elapsed, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("command", nargs="*", default=["gaps"], help="what to give rusgraf (default: gaps)")
    args = parser.parse_args()
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        f"rusgraf {' '.join(args.command)}": [sys.executable, "-m", "rusgraf", *args.command],
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(args.runs):
        for name, command in commands.items():
            found[name].append(run(command))
    medians = {}
    for name, runs in found.items():
        times, memory = zip(*runs, strict=True)
        medians[name] = (statistics.median(times), max(memory))
        print(f"{name:32}{medians[name][0] * 1000:9.0f} ms (from {min(times) * 1000:.0f} to "
              f"{max(times) * 1000:.0f}){medians[name][1]:9.0f} MB")  # fmt: skip
    (bare, bare_mb), (ours, ours_mb) = medians.values()
    print(f"{'difference':32}{(ours - bare) * 1000:9.0f} ms{ours_mb - bare_mb:27.0f} MB")


if __name__ == "__main__":
    main()
