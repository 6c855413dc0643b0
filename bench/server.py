"""A Streamlit server of its own for a measurement, and what it and its processes cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    pid: int


@contextmanager
def server(root: Path, port: int) -> Iterator[Server]:
    """The app of `root`, until the block ends.

    Raises:
        RuntimeError: it did not answer within 20 seconds.
    """
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    process = subprocess.Popen([*command, "--server.headless", "true"], cwd=root, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise RuntimeError(f"the server of {root} did not answer at {url}")
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True)
class Cost:
    """What a process has used so far; 0 where the system does not say (no /proc)."""

    cpu: float = 0.0  # seconds
    rss: float = 0.0  # bytes, now
    parts: tuple[tuple[int, float], ...] = ()  # of each process: number, CPU seconds


def cost(pid: int) -> Cost:
    """CPU time and memory of a process and all that it has started."""
    tick, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    parts, rss = [], 0.0
    for one in _family(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            rss += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * page
        except OSError:
            continue  # it has ended meanwhile
        parts.append((one, (int(fields[11]) + int(fields[12])) / tick))
    return Cost(sum(cpu for _, cpu in parts), rss, tuple(parts))


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [one for child in task.read_text().split() for one in _family(int(child))]
        except OSError:
            continue
    return found
