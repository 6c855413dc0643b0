"""What one change of a control costs the server, page by page: CPU time, which other load changes little."""

from __future__ import annotations

import asyncio
import os
import statistics

from bench.crowd import PAGES, PORT
from bench.server import ROOT, Server, cost, server
from bench.visitor import Visitor

ROUNDS, CHANGES = 3, 40


def report() -> None:
    """Print the measurements as Markdown."""
    print(f"One visitor after another; load before: {os.getloadavg()[0]:.1f}\n")
    print("| page | server, ms | workers, ms | messages | kB |\n| --- |" + " ---: |" * 4)
    with server(ROOT, PORT) as running:
        for page in PAGES:
            found = [asyncio.run(_changes(running, page, number)) for number in range(ROUNDS)]
            mine, theirs, messages, size = (statistics.median(values) for values in zip(*found, strict=True))
            print(f"| {page} | {mine:.1f} | {theirs:.1f} | {messages:.0f} | {size:.0f} |", flush=True)


async def _changes(running: Server, page: str, number: int) -> tuple[float, float, float, float]:
    """CPU milliseconds of the server and of its workers, messages and kilobytes, of a change."""
    visitor = Visitor(running.url.replace("http", "ws", 1), page)
    await visitor.open()
    await _change(visitor, 10_000 * number, 8)  # what is imported or compiled at first use
    before, messages, received = cost(running.pid), visitor.messages, visitor.received
    await _change(visitor, 10_000 * number + 1_000, CHANGES)
    after = cost(running.pid)
    messages, received = visitor.messages - messages, visitor.received - received
    await visitor.close()
    if visitor.failures:
        raise RuntimeError(f"{page}: {visitor.failures[0]}")
    mine = dict(after.parts)[running.pid] - dict(before.parts)[running.pid]
    theirs = after.cpu - before.cpu - mine
    return 1e3 * mine / CHANGES, 1e3 * theirs / CHANGES, messages / CHANGES, received / 1e3 / CHANGES


async def _change(visitor: Visitor, first: int, count: int) -> None:
    for value in range(first, first + count):
        await visitor.settled()
        await visitor.change(value)
    await visitor.settled()
