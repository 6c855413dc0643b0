"""Processes beside the server that compute answers, so that pages are drawn meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from ui.kit.line import TICK, Line
from ui.kit.worker import ANSWER, ERROR, READY

ROOT = Path(__file__).parent.parent.parent
CORES = os.cpu_count() or 1
LIGHT = min(2, max(1, CORES - 1))  # processes; one server, which draws on one core, hardly keeps two busy
HEAVY = min(4, max(1, CORES // 2))  # processes, the budget of all heavy runs together
HEAVY_NICENESS = 10  # heavy runs get the cores' time that drawing and light answers leave
RUNS_NICENESS = 5  # what grows while somebody looks goes before what somebody waits for once
Sort = Literal["light", "heavy", "runs"]  # runs: those that grow stand in the memory of one process alone
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class NoProcessError(Exception):
    """This system starts no processes, or they end before they are ready."""


class WorkerDiedError(Exception):
    """The process ended in the middle of an answer."""


class Worker:
    """One process, started when it is first needed and again where it has ended."""

    def __init__(self, niceness: int, preload: Sequence[str]) -> None:
        self._niceness, self._preload = niceness, preload
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None
        self._ready = False

    def start(self) -> None:
        """Start the process; it gets ready while the server goes on.

        Raises:
            NoProcessError
        """
        if os.name != "posix" or sys.platform in ("emscripten", "wasi") or not sys.executable:
            raise NoProcessError(f"workers need a POSIX system with processes; this is {sys.platform}")
        here, there = Pipe()
        command = [sys.executable, "-m", "ui.kit.worker", str(there.fileno()), str(self._niceness), *self._preload]
        try:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
                stdin=subprocess.DEVNULL,
                pass_fds=[there.fileno()],
            )
        except OSError as error:
            raise NoProcessError(f"{' '.join(command)}: {error}") from error
        finally:
            there.close()
        self._connection, self._ready = here, False

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._connection = self._process = None

    def run(
        self, make: Callable[..., object], arguments: tuple[object, ...], tick: Callable[[float | None], object]
    ) -> bytes:
        """The answer of `make(*arguments)`.

        Args:
            tick: called with each share of the work that is done, and with None while nothing is heard; what it
                raises stops the process.

        Raises:
            NoProcessError, WorkerDiedError, and what `make` raises.
        """
        if self._connection is None:
            self.start()
        assert self._connection is not None
        try:
            self._connection.send((make, arguments))
            while True:
                while not self._connection.poll(TICK):
                    tick(None)
                word, value = self._connection.recv()
                if word in (ANSWER, ERROR):
                    break
                if word == READY:
                    self._ready = True
                else:
                    tick(value)
        except (EOFError, OSError) as error:
            ready = self._ready
            self.stop()
            raise (WorkerDiedError if ready else NoProcessError)(f"the process of {make.__qualname__} ended") from error
        except BaseException:
            self.stop()
            raise
        if word == ERROR:
            raise value
        answer: bytes = value
        return answer


class Workers:
    """Workers of three sorts, each with its line: who waits for a heavy run never keeps a light one waiting."""

    def __init__(self, light: int = LIGHT, heavy: int = HEAVY, preload: Sequence[str] = ()) -> None:
        sorts: dict[Sort, tuple[int, int]] = {"light": (light, 0), "heavy": (heavy, HEAVY_NICENESS)}
        sorts["runs"] = 1, RUNS_NICENESS
        self._lines = {sort: Line(count) for sort, (count, _) in sorts.items()}
        self._idle = {sort: [Worker(nice, preload) for _ in range(count)] for sort, (count, nice) in sorts.items()}

    def start(self) -> None:
        """Start every process now, before it is needed.

        Raises:
            NoProcessError
        """
        for idle in self._idle.values():
            for worker in idle:
                worker.start()

    def stop(self) -> None:
        """End every process that has nothing to do."""
        for idle in self._idle.values():
            for worker in idle:
                worker.stop()

    def run(
        self,
        make: Callable[..., object],
        arguments: tuple[object, ...],
        sort: Sort,
        tick: Callable[[float | None], object],
    ) -> bytes:
        """The answer of `make(*arguments)`, once more from a new process where the first one dies of it.

        Raises:
            NoProcessError, WorkerDiedError, what `make` raises, and what `tick` raises: it ends the wait in line too.
        """
        idle = self._idle[sort]
        with self._lines[sort].place(lambda: tick(None)):
            worker = idle.pop()  # the one used last: its memory is warm
            try:
                try:
                    return worker.run(make, arguments, tick)
                except WorkerDiedError:
                    return worker.run(make, arguments, tick)
            finally:
                idle.append(worker)
