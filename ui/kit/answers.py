"""Answers, kept for every visitor of the server who asks the same, and computed once however many ask at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from threading import Event, Lock, Thread

from engine.kept import Kept
from ui.kit.line import TICK, Line
from ui.kit.worker import parts
from ui.kit.workers import HEAVY, NoProcessError, Sort, Workers

KEPT_BYTES = 192_000_000  # some 4,000 usual answers of 50 kB, a fifth of the memory that a server of a class may take
OWN_BYTES = 24_000_000  # of one visitor's answers about what is nobody else's
GRACE = 0.3  # seconds that a run goes on when nobody waits: a rerun leaves and asks the same again at once

Make = Callable[..., object]  # (record, *rest) -> bytes, or yields shares from 0 to 1 and at last bytes
Key = tuple[str, str, Hashable, tuple[Hashable, ...]]
Store = Kept[Key, bytes]


class _Run:
    """One computation and those who wait for it."""

    def __init__(self, store: Store, grace: float) -> None:
        self.store, self.grace = store, grace  # where its answer goes; how long it goes on alone
        self.done = Event()
        self.waiting = 0
        self.alone_since = 0.0  # when the last one left, on the monotonic clock
        self.share = 0.0
        self.answer: bytes | None = None
        self.error: BaseException | None = None
        self.left = False  # by the visitor who computed it: who still waits begins again


class _Unwanted(BaseException):
    """Nobody waits for the run any more."""


def _nobody_listens(_share: float) -> None:
    return


class Answers:
    """Answers up to a limit of bytes, records included; the one not asked for longest goes first."""

    def __init__(self, kept_bytes: int = KEPT_BYTES, workers: Workers | None = None, heavy: int = HEAVY) -> None:
        self._workers = workers
        self._employed = workers is not None
        self._lines = {"heavy": Line(heavy), "runs": Line(1)}  # where there are no workers
        self._lock = Lock()
        self._kept: Store = Kept(kept_bytes)
        self._runs: dict[tuple[int, Key], _Run] = {}

    def employ(self, workers: Workers) -> None:
        """Let `workers` compute from now on; where they cannot be started, the asking thread does, as before.

        Only the first call does anything, so that a system without processes is not tried again at every page.
        """
        with self._lock:
            if self._employed:
                return
            self._employed = True
        try:
            workers.start()
        except NoProcessError:
            workers.stop()
        else:
            self._workers = workers

    @property
    def beside(self) -> bool:
        """Whether processes beside the server compute, so that a heavy run goes on while nobody waits for it."""
        return self._workers is not None

    def kept(self, make: Make, record: Hashable, *rest: Hashable) -> bytes | None:
        """The answer, if it is here already."""
        return self._kept.get(_key(make, record, rest))

    def answered(
        self,
        make: Make,
        record: Hashable,
        *rest: Hashable,
        heavy: bool = False,
        runs: bool = False,
        watch: Callable[[float], object] = _nobody_listens,
        store: Store | None = None,
        grace: float = GRACE,
    ) -> bytes:
        """`make(record, *rest)`, from what is kept, from a run that is on its way, or from a new one.

        Args:
            make: pure and at the top of its module; it returns bytes, or yields the shares done and at last bytes.
            heavy: whether it takes seconds; heavy runs share one budget, and end when nobody waits for them any more.
            runs: whether it extends what stands in memory, which is in one process alone; it bounds its own time.
            watch: called in this thread with the share that is done, ten times a second while it waits; what it raises
                (a visitor who has gone on) ends this wait, and nobody else's.
            store: a visitor's own, for answers about what is nobody else's: they are kept there alone, and shared
                with nobody; None: the one of all visitors.
            grace: seconds that a heavy run goes on when nobody waits, for who comes back to look how far it is.

        Raises:
            what `make` raises, in all who wait for it; it is not kept.
        """
        kept = self._kept if store is None else store
        key = id(kept), _key(make, record, rest)
        while True:
            with self._lock:
                if (found := kept.get(key[1])) is not None:
                    return found
                run = self._runs.get(key)
                leads = run is None
                if run is None:
                    run = _Run(kept, grace)
                    if heavy and self._workers is not None:
                        Thread(target=self._outlast, args=(key, run, make), daemon=True).start()
                        leads = False
                    self._runs[key] = run
                run.waiting += 1
            try:
                if leads:
                    self._lead(key, run, make, "heavy" if heavy else "runs" if runs else "light", watch)
                while not run.done.wait(TICK):
                    watch(run.share)
            finally:
                with self._lock:
                    run.waiting -= 1
                    run.alone_since = time.monotonic()
            if run.answer is not None:
                return run.answer
            if run.error is not None:
                raise run.error.with_traceback(None)
            assert run.left

    def _lead(self, key: tuple[int, Key], run: _Run, make: Make, sort: Sort, watch: Callable[[float], object]) -> None:
        """Compute in the thread of the visitor who asked first."""

        def tick(share: float | None) -> None:
            run.share = run.share if share is None else share
            if sort == "heavy":
                try:
                    watch(run.share)
                except BaseException:
                    run.left = True
                    raise

        try:
            run.answer = self._computed(key, make, sort, tick)
        except Exception as error:
            run.error = None if run.left else error
            if run.left:
                raise
        finally:
            run.left = run.answer is None and run.error is None
            self._end(key, run)

    def _outlast(self, key: tuple[int, Key], run: _Run, make: Make) -> None:
        """Compute in a thread of its own, until nobody waits: a visitor who leaves takes nothing from the others."""

        def tick(share: float | None) -> None:
            run.share = run.share if share is None else share
            with self._lock:
                if run.waiting == 0 and time.monotonic() - run.alone_since > run.grace:
                    del self._runs[key]  # who asks from now on begins anew
                    raise _Unwanted

        try:
            run.answer = self._computed(key, make, "heavy", tick)
        except _Unwanted:
            run.left = True
        except Exception as error:
            run.error = error
        finally:
            self._end(key, run)

    def _computed(self, key: tuple[int, Key], make: Make, sort: Sort, tick: Callable[[float | None], object]) -> bytes:
        _, (_, _, record, rest) = key
        if (workers := self._workers) is not None:
            try:
                return workers.run(make, (record, *rest), sort, tick)
            except NoProcessError:
                self._workers = None
                workers.stop()
        if sort == "light":
            return _last(make, record, rest, tick)
        with self._lines[sort].place(lambda: tick(None)):
            return _last(make, record, rest, tick)

    def _end(self, key: tuple[int, Key], run: _Run) -> None:
        with self._lock:
            if self._runs.get(key) is run:
                del self._runs[key]
            if run.answer is not None:
                run.store.put(key[1], run.answer)
        run.done.set()


def _key(make: Make, record: Hashable, rest: tuple[Hashable, ...]) -> Key:
    return make.__module__, make.__qualname__, record, rest


def _last(make: Make, record: Hashable, rest: tuple[Hashable, ...], tick: Callable[[float | None], object]) -> bytes:
    for part in parts(make(record, *rest)):
        if isinstance(part, bytes):
            return part
        tick(part)
    raise AssertionError("the last part is the answer")


_ANSWERS = Answers()  # of this process; a test makes its own
answered, kept = _ANSWERS.answered, _ANSWERS.kept


def run_beside() -> bool:
    """Whether processes beside this server compute its answers."""
    return _ANSWERS.beside


def employ_workers(preload: Sequence[str] = ()) -> None:
    """Let processes compute the answers of this server from now on.

    Nothing starts them by itself: a server does with its first page; neither a test nor a notebook starts any
    unasked. Where there can be none, all stays as it is.

    Args:
        preload: modules that each process imports at its start rather than at its first answer.
    """
    _ANSWERS.employ(Workers(preload=preload))


def own_store() -> Store:
    """A store of one visitor's answers; who lets go of it has forgotten them all."""
    return Kept(OWN_BYTES)
