"""Races on Train: what pictures, a class and ten different races cost whoever trains, looks on, or is elsewhere.

All of it in turns on one server: a quiet spell, then a busy one. The viewers run on the same cores as the server;
what they take is printed too, as a server of its own would have it in addition.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.browser import FLAGS
from bench.crowd import PORT
from bench.follower import Follower
from bench.server import ROOT, Server, cost, server
from bench.timing import columns, row
from bench.visitor import PATIENCE, Visitor
from engine.studies.train.study import TrainStudy
from engine.training.run import run_of
from tests.browser.chromium import find_chromium
from ui.kit.workers import RUNS_NICENESS, Worker

LONG = 20_000  # updates of a race that is not to end
ROUNDS = 3
DRAWN = 5.0  # seconds that a browser draws
CLASS, SHARED = 20, 200  # viewers of one link, and how far its race goes
RACES, BUSY, FIRST = 10, 8.0, 2.0  # different races, seconds that they run, and until each has found its pace
ELSEWHERE, EVERY = ("vanish_and_explode", "T=60"), 0.25  # who is on another page, and seconds between two changes


def report() -> None:
    """Print the measurements as Markdown."""
    print(f"Load before: {os.getloadavg()[0]:.1f}. Races of {', '.join(r.cell for r in TrainStudy().racers)}.")
    with server(ROOT, PORT) as running:
        url = running.url.replace("http", "ws", 1)
        asyncio.run(_warm(url))
        columns("race", "measured", "asked")
        _pictures(running)
        _one_link(running, url)
        _ten_races(running, url)
    print(f"\nMedians of {ROUNDS} rounds; load after: {os.getloadavg()[0]:.1f}")


async def _warm(url: str) -> None:
    for visitor in (Visitor(url, *ELSEWHERE), Follower(url, f"goal={LONG}")):
        await visitor.open()
        if isinstance(visitor, Follower):
            await visitor.follow(64, time.perf_counter() + FIRST)
        await visitor.close()


def _pictures(running: Server) -> None:
    """How many updates a second there are while a browser draws them, against the same updates and nothing else."""
    alone, drawn, frames, busy = [], [], [], []
    worker = Worker(RUNS_NICENESS, ())  # the same kind of process as the server's
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for seed in range(ROUNDS):
            seen = _watched(browser, running, seed)
            updates = seen.last - seen.first
            words = worker.run(seconds_of, (TrainStudy(goal=LONG, seed=seed), seen.first, seen.last), lambda _: None)
            alone.append(updates / float(words))
            drawn.append(updates / seen.seconds)
            frames.append(seen.painted / seen.seconds)
            busy.append(seen.busy / seen.seconds)
    worker.stop()
    kept = statistics.median(one / other for one, other in zip(drawn, alone, strict=True))
    row("updates a second, no pictures", f"{statistics.median(alone):.0f}", "")
    row(f"with {statistics.median(frames):.0f} pictures a second", f"{statistics.median(drawn):.0f}", "")
    row("of the rate is kept", f"**{kept:.0%}**", "at least 60 %")
    row("time that the training is at work or waits for a core", f"{statistics.median(busy):.0%}", "")


def seconds_of(study: TrainStudy, first: int, last: int) -> bytes:
    """Seconds that a race takes from one update to another, with nothing beside it; in words, as an answer is bytes."""
    runs = [run_of(training) for training in study.trainings()]
    for run in runs:
        run.extend(first)
    began = time.perf_counter()
    for run in runs:
        run.extend(last)
    return f"{time.perf_counter() - began}".encode()


COUNT = """() => {
  const roots = () => [...document.querySelectorAll("*")].map((host) => host.shadowRoot).filter(Boolean);
  const deep = () => roots().map((root) => root.querySelector(".stage.train")).find(Boolean);
  window.known = () => Number(deep()?.dataset.known ?? 0);
  let before = "";
  window.painted = 0;
  const look = () => {
    const at = deep()?.dataset.at ?? "";
    if (at !== before) window.painted += 1;
    before = at;
    requestAnimationFrame(look);
  };
  look();
  window.next = (before) => new Promise((resolve) => {
    const wait = () => {
      if (known() > before) resolve([known(), performance.now(), painted]);
      else requestAnimationFrame(wait);
    };
    wait();
  });
}"""


@dataclass(frozen=True)
class Seen:
    """What a browser has shown of a race."""

    first: int  # updates
    last: int
    seconds: float
    painted: int  # pictures
    busy: float  # seconds that the training was at work, or waited for a core


def _watched(browser: Browser, running: Server, seed: int) -> Seen:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{running.url}/train?goal={LONG}&seed={seed}", wait_until="commit")
    page.wait_for_selector(".stage.train svg")
    page.evaluate(COUNT)

    def read() -> tuple[int, float, int, float]:
        # right after a piece has come: what it holds was made in the time before
        known, at, painted = page.evaluate("(before) => next(before)", page.evaluate("known()"))
        return known, at, painted, busy_of(_trainer(running.pid))

    page.wait_for_timeout(1000 * FIRST)
    before = read()
    page.wait_for_timeout(1000 * DRAWN)
    after = read()
    page.context.close()
    return Seen(before[0], after[0], (after[1] - before[1]) / 1000, after[2] - before[2], after[3] - before[3])


def busy_of(pid: int) -> float:
    """Seconds that a process has been at work or has waited for a core; 0 where the system does not say."""
    try:
        at_work, waited, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
    except OSError:
        return 0.0
    return 1e-9 * (int(at_work) + int(waited))


def _trainer(pid: int) -> int:
    """The process in which runs grow."""
    for one, _ in cost(pid).parts:
        if one != pid and os.getpriority(os.PRIO_PROCESS, one) == RUNS_NICENESS:
            return one
    raise RuntimeError("no process of this server keeps runs")


def _cpu(running: Server) -> float:
    """CPU seconds that training has taken."""
    return dict(cost(running.pid).parts)[_trainer(running.pid)]


def _one_link(running: Server, url: str) -> None:
    """CPU of the process that trains: a class on one link against a single visitor on another."""
    ratios, spent = [], []
    for seed in range(100, 100 + ROUNDS):
        taken = []
        for count, offset in ((1, 0), (CLASS, 1000)):
            before = _cpu(running)
            asyncio.run(_class(url, f"goal={SHARED}&seed={seed + offset}", count))
            taken.append(_cpu(running) - before)
        ratios.append(taken[1] / taken[0])
        spent.append(taken[1])
    row(f"{CLASS} viewers of one link, CPU of the training, s", f"{statistics.median(spent):.2f}", "")
    row("times one viewer's", f"**{statistics.median(ratios):.2f}**", "1")


async def _class(url: str, query: str, count: int) -> None:
    viewers = [Follower(url, query) for _ in range(count)]
    await asyncio.gather(*(one.open() for one in viewers))
    await asyncio.gather(*(one.follow(SHARED, time.perf_counter() + PATIENCE) for one in viewers))
    for one in viewers:
        if one.known < SHARED:
            print(f"**a viewer has {one.known} of {SHARED} updates after {PATIENCE:.0f} s** {' '.join(one.failures)}")
        await one.close()


def _ten_races(running: Server, url: str) -> None:
    """How often each of ten sees a new picture of a race of its own, and how long who is elsewhere waits meanwhile."""
    quiet, busy, gaps, worst, cores = [], [], [], [], []
    for number in range(ROUNDS):
        quiet.append(asyncio.run(_elsewhere(url, 1_000 * number, BUSY / 2)))
        waits, between, taken = asyncio.run(_beside(url, number))
        busy.append(waits)
        gaps.append(statistics.median(gap for one in between for gap in one))
        worst.append(max(statistics.quantiles(one, n=20)[-1] for one in between))
        cores.append(taken)
    row(f"{RACES} races: seconds from picture to picture, p50", f"{statistics.median(gaps):.2f}", "")
    row("of the slowest viewer, p95", f"**{statistics.median(worst):.2f}**", "at most 1")
    row("the viewers' own share of a core", f"{statistics.median(cores):.0%}", "")
    for name, of in (("p50", statistics.median), ("p95", lambda waits: statistics.quantiles(waits, n=20)[-1])):
        alone, beside = (statistics.median(of(waits) for waits in each) for each in (quiet, busy))
        ratio = statistics.median(of(two) / of(one) for one, two in zip(quiet, busy, strict=True))
        row(
            f"elsewhere, {name}: {1000 * alone:.0f} ms alone, now {1000 * beside:.0f} ms",
            f"**{ratio:.2f}**",
            "at most 1.5",
        )


async def _elsewhere(url: str, first: int, seconds: float) -> list[float]:
    """Seconds of each change of one visitor of another page."""
    visitor, end, waits = Visitor(url, *ELSEWHERE), time.perf_counter() + seconds, []
    await visitor.open()
    while time.perf_counter() < end:
        await asyncio.sleep(EVERY)
        first += 1
        waits.append(await visitor.change(first))
    await visitor.close()
    return waits


async def _beside(url: str, number: int) -> tuple[list[float], list[list[float]], float]:
    """The same beside ten races: those waits, of each race the seconds between its pictures, the viewers' cores."""
    viewers = [Follower(url, f"goal={LONG}&seed={5_000 + 100 * number + k}") for k in range(RACES)]
    await asyncio.gather(*(one.open() for one in viewers))
    began, own = time.perf_counter(), time.process_time()
    racing = [asyncio.create_task(one.follow(LONG, began + BUSY)) for one in viewers]
    await asyncio.sleep(FIRST)
    waits = await _elsewhere(url, 500_000 + 1_000 * number, BUSY - FIRST)
    await asyncio.gather(*racing)
    share = (time.process_time() - own) / (time.perf_counter() - began)
    for one in viewers:
        await one.close()
    ticks = [[began + FIRST, *(at for at in one.pictures if at > began + FIRST), began + BUSY] for one in viewers]
    return waits, [[later - before for before, later in pairwise(one)] for one in ticks], share
