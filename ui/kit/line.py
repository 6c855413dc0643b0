"""A line in front of what only so many may do at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock

TICK = 0.1  # seconds between two looks of one who waits: is it still wanted, how far is it


class Line:
    """At most `places` are inside at once; the others wait in the order in which they came.

    Each who leaves wakes the one who is next and nobody else, so that a long line costs no more than a short one.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[Event] = deque()
        self._lock = Lock()

    @contextmanager
    def place(self, tick: Callable[[], object]) -> Iterator[None]:
        """Wait for a place and hold it. `tick` is called while waiting; what it raises ends the wait."""
        self._enter(tick)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, tick: Callable[[], object]) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = Event()
            self._waiting.append(turn)
        try:
            while not turn.wait(TICK):
                tick()
        except BaseException:
            with self._lock:
                called = turn.is_set()  # between the last look and now: the place goes to the next
                if not called:
                    self._waiting.remove(turn)
            if called:
                self._leave()
            raise

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
