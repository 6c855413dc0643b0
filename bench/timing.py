"""How everything is measured: in turns within one process, and only after the results have been found equal."""

from __future__ import annotations

import gc
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from timeit import timeit

import numpy as np

from engine.arrays import Array

TOLERANCE = 1e-9  # relative to the largest entry
SECONDS, FEWEST = 6.0, 11  # rounds per row: as many as fit, and at least this many
TURN = 0.02  # seconds that a run has in each round
NOTE = "Times are medians of interleaved rounds; a ratio is the median of each round's own ratio."


@dataclass(frozen=True)
class Medians:
    """Over all rounds, one value for each run."""

    ms: Array
    ratios: Array  # time / time of the first run


def interleaved(runs: Sequence[Callable[[], object]]) -> Medians:
    """Time the runs in turn; a noisy moment then hits every column alike.

    A short run is repeated within its turn, as a drag of a slider repeats it.
    """
    rounds: list[list[float]] = []
    repeats = [max(1, round(TURN / timeit(run, number=3) * 3)) for run in runs]
    gc.collect()
    gc.disable()
    try:
        started = time.perf_counter()
        while len(rounds) < FEWEST or time.perf_counter() - started < SECONDS:
            ticks = [time.perf_counter()]
            for run, times in zip(runs, repeats, strict=True):
                for _ in range(times):
                    run()  # what it returns is freed within its own time
                ticks.append(time.perf_counter())
            rounds.append([after - before for before, after in pairwise(ticks)])
    finally:
        gc.enable()
    seconds = np.array(rounds) / repeats
    return Medians(1e3 * np.median(seconds, axis=0), np.median(seconds / seconds[:, :1], axis=0))


def check_agreement(who: str, pairs: Mapping[str, tuple[Array, Array]]) -> None:
    """Raise unless each pair, ours and a peer's, is the same numbers."""
    for name, (ours, theirs) in pairs.items():
        if ours.shape != theirs.shape:
            raise AssertionError(f"{who}, {name}: the engine's shape is {ours.shape}, the other's {theirs.shape}")
        error = np.abs(ours - theirs).max() / np.abs(theirs).max()
        if not error <= TOLERANCE:
            raise AssertionError(f"{who}, {name}: the engine is {error:.1e} off, allowed {TOLERANCE:.0e}")


def heading(title: str, packages: Mapping[str, str]) -> None:
    """Print what was measured, where and with which packages (name: version)."""
    versions = ", ".join(f"{name} {version}" for name, version in {"NumPy": np.__version__, **packages}.items())
    print(f"\n### {title}\n\n{processor()}, one thread, float64; Python {platform.python_version()}, {versions}.")


def columns(*names: str) -> None:
    """Print the head of a table whose first column is words and whose other columns are numbers."""
    print("\n| " + " | ".join(names) + " |\n| --- |" + " ---: |" * (len(names) - 1))


def row(*cells: object) -> None:
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def digits(value: float) -> str:
    """Three significant digits, never as a power of ten."""
    return f"{value:.{max(0, 2 - int(np.floor(np.log10(value))))}f}"


def beside(medians: Medians) -> list[str]:
    """Our time, then time and ratio of every peer."""
    theirs = zip(medians.ms[1:], medians.ratios[1:], strict=True)
    return [digits(medians.ms[0]), *(cell for ms, ratio in theirs for cell in (digits(ms), f"**{digits(ratio)}**"))]


def processor() -> str:
    """The CPU's model name where Linux tells it."""
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
