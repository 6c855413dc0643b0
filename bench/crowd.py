"""How the app bears a class: visitors over real websockets, each changing a control every two seconds.

Every scenario has a server of its own, which has shown every page once before. The visitors run in this process and
on the same cores as the server; what they take is printed too, as a server of its own would have it in addition.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.server import ROOT, Cost, Server, cost, server
from bench.visitor import Visitor

PAGES = ("unroll", "inside_the_cell", "backward", "vanish_and_explode", "the_cliff")
LINK = ("vanish_and_explode", "T=60&seed=4711")  # opened by a class at one instant; new to the server
HEAVY = ("vanish_and_explode", "cells=tanh,relu,lstm,gru&T=1000&H=128")
EVERY = 2.0  # seconds from one change of a visitor to the next
ARRIVING = 0.2  # seconds from one visitor to the next: a hundred within 20 seconds
STAYING = 12.0  # seconds that all of them are there
PORT = 8630
BUSY = 1.5  # load average beyond which the figures are not worth much


@dataclass
class Measured:
    """What one scenario has measured."""

    opened: list[float] = field(default_factory=list)  # seconds to the first picture
    changed: list[float] = field(default_factory=list)  # seconds to the new picture
    failures: list[str] = field(default_factory=list)
    received: int = 0  # bytes of the changes
    rss: float = 0.0  # the largest
    cpu_server: float = 0.0  # cores, while all were there
    cpu_workers: float = 0.0
    cpu_visitors: float = 0.0


def report(asks: bool = False) -> None:
    """Print the measurements as Markdown.

    Args:
        asks: whether every visitor of Vanish & explode asks for all scales after each first look.
    """
    load = os.getloadavg()[0]
    print(f"{'Every visitor asks' if asks else 'Only the heavy visitor asks'} for all scales; load before: {load:.1f}")
    if load > BUSY:
        print("This machine is busy with something else: the figures below are too high.")
    print("\n| visitors | first picture, p50 | p95 | last | changes | p50 | p95 | kB ", end="")
    print("| server | workers | visitors | RSS |")
    print("| --- |" + " ---: |" * 11)
    for count in (25, 50, 100):
        _row(f"{count}, over all pages", _measure(lambda url, n=count: spread(url, n, asks)))  # type: ignore[misc]
    _row("50 open one link at once", _measure(lambda url: at_once(url, 50, asks)))
    alone, beside = _measure_both(lambda url: spread(url, 25, asks), lambda url: beside_heavy(url, 25, asks))
    _row("25, before a heavy one comes", alone)
    _row("25, beside the heavy one", beside)
    ratio = _p95(beside.changed) / _p95(alone.changed)
    print(f"\nThe heavy visitor costs the others {ratio:.2f} times (p95 of a change).")
    print("server, workers, visitors: share of one core; kB: received a change; RSS: the largest, of all processes")


def _row(name: str, found: Measured) -> None:
    first = f"{_p50(found.opened):.2f} s | {_p95(found.opened):.2f} s | {max(found.opened, default=0.0):.2f} s"
    count = len(found.changed)
    change = f"{count} | {1000 * _p50(found.changed):.0f} ms | {1000 * _p95(found.changed):.0f} ms"
    size = f"{found.received / 1000 / max(1, count):.0f}"
    cores = f"{found.cpu_server:.0%} | {found.cpu_workers:.0%} | {found.cpu_visitors:.0%}"
    print(f"| {name} | {first} | {change} | {size} | {cores} | {found.rss / 1e6:.0f} MB |", flush=True)
    for failure in sorted(set(found.failures)):
        print(f"**failed {found.failures.count(failure)} times:** {failure}", flush=True)


def _p50(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) if seconds else 0.0


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else 0.0


Scenario = Callable[[str], Coroutine[Any, Any, Measured]]


def _measure(scenario: Scenario) -> Measured:
    with server(ROOT, PORT) as running:
        return asyncio.run(_watched(running, scenario))


def _measure_both(one: Scenario, other: Scenario) -> tuple[Measured, Measured]:
    with server(ROOT, PORT) as running:
        return asyncio.run(_watched(running, one)), asyncio.run(_watched(running, other))


async def _watched(running: Server, scenario: Scenario) -> Measured:
    url = running.url.replace("http", "ws", 1)
    for page in PAGES:
        visitor = Visitor(url, page)
        await visitor.open()
        await visitor.settled()
        await visitor.close()
    samples: list[tuple[float, Cost, float]] = []

    async def sample() -> None:
        while True:
            samples.append((time.perf_counter(), cost(running.pid), time.process_time()))
            await asyncio.sleep(0.5)

    watching = asyncio.create_task(sample())
    found = await scenario(url)
    watching.cancel()
    found.rss = max(one.rss for _, one, _ in samples)
    (begun, first, own_first), (ended, last, own_last) = samples[len(samples) // 2], samples[-1]
    seconds = max(ended - begun, 1e-9)
    spent = {pid: cpu - dict(first.parts).get(pid, 0.0) for pid, cpu in last.parts}
    found.cpu_server = spent.pop(running.pid, 0.0) / seconds
    found.cpu_workers = sum(spent.values()) / seconds
    found.cpu_visitors = (own_last - own_first) / seconds
    return found


async def spread(url: str, count: int, asks: bool) -> Measured:
    """Visitors who come one after another, over all pages in turn, and go on changing a control."""
    found, end = Measured(), time.perf_counter() + count * ARRIVING + STAYING
    await asyncio.gather(*(_visit(url, k, end, asks, found) for k in range(count)))
    return found


async def _visit(url: str, k: int, end: float, asks: bool, found: Measured) -> None:
    await asyncio.sleep(k * ARRIVING)
    visitor = Visitor(url, PAGES[k % len(PAGES)], asks=asks)
    try:
        found.opened.append(await visitor.open())
        received, number, due = visitor.received, 0, time.perf_counter() + EVERY
        while due < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            number += 1
            found.changed.append(await visitor.change(1000 * (k + 1) + number))
            due = max(due + EVERY, time.perf_counter())
        found.received += visitor.received - received
    except (TimeoutError, OSError) as error:
        found.failures.append(f"{visitor.page}: {type(error).__name__} {error}")
    finally:
        found.failures += visitor.failures
        await visitor.close()


async def at_once(url: str, count: int, asks: bool) -> Measured:
    """A class that opens one link, new to the server, at the same instant."""
    found = Measured()
    visitors = [Visitor(url, *LINK, asks=asks) for _ in range(count)]
    found.opened = list(await asyncio.gather(*(visitor.open() for visitor in visitors)))
    await asyncio.gather(*(visitor.settled() for visitor in visitors))
    for visitor in visitors:
        found.failures += visitor.failures
        await visitor.close()
    return found


async def beside_heavy(url: str, count: int, asks: bool) -> Measured:
    """The same visitors as in `spread`, and one who asks for the largest run that the pages offer, again and again."""
    heavy = asyncio.create_task(_heavy(url))
    found = await spread(url, count, asks)
    heavy.cancel()
    found.failures += [str(error) for error in await asyncio.gather(heavy, return_exceptions=True) if str(error)]
    return found


async def _heavy(url: str) -> None:
    visitor = Visitor(url, *HEAVY, asks=True)
    try:
        await visitor.open()
        number = 0
        while True:
            await visitor.settled()
            await asyncio.sleep(EVERY)
            number += 1
            await visitor.change(900_000 + number)
    finally:
        await visitor.close()
