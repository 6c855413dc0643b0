"""A training as a history that grows: whoever looks beyond its end extends it, and any moment can be computed again.

What the history keeps is decided by the number of the update alone, never by how far the run has come, so that every
part of it says the same whenever it is asked for:

    loss, norm, clip factor, update size      of every update
    the gradient at every timestep            of every update at first, then of fewer and fewer: KEPT for each doubling
    evaluations                               at 0, 32, 64 and so on, EVALUATED for each doubling

Beside it lie snapshots of weights and optimiser, at distances that double whenever they would take more than SNAPSHOTS
bytes. A moment between them is computed again from the one before, and is the same to the last bit.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock, RLock
from time import perf_counter
from typing import Any

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, expect
from engine.overflow import Overflow
from engine.record.numerals import written
from engine.training.changes import LONGEST
from engine.training.evaluation import Evaluation, evaluate
from engine.training.optimisers import OptimiserState
from engine.training.step import Step, log2_arriving, log2_by_step, log2_heard, norm_of, saturation_of, step_of
from engine.training.training import Training

KEPT, EVALUATED = 512, 16  # for each doubling of the number of updates
LEAST = 32  # updates between two evaluations, each of which costs as much as some updates
SNAPSHOTS, FEWEST = 24_000_000, 4  # bytes, and how many are kept however large they are
LINEAR = ("sgd", "momentum", "nesterov")  # optimisers that take no square of the gradient
LARGEST = 1000.0  # log2 of a sum of squares that is far from float64's end still
ROW = 150  # bytes that a row takes beside its numbers
RUNS = 400_000_000  # bytes of all runs of a process
QUIET: dict[str, Any] = dict.fromkeys(("over", "invalid", "divide", "under"), "ignore")  # a run says itself what left
FIELDS = ("loss", "log2_norm", "log2_factor", "log2_update")


@dataclass(frozen=True, eq=False, repr=False)
class History(ArrayRecord):
    """The updates start+1..stop of a run; row k of an array is update start+k, counted from 0 on.

    What an update did is told by the weights before it: `loss` is that of its batch before the weights changed.
    """

    start: int
    stop: int
    loss: Array  # (n,) average over the readings that count
    log2_norm: Array  # (n,) log2 ||gradient|| before clipping
    log2_factor: Array  # (n,) log2 of what clipping multiplied it with; 0: nothing
    log2_update: Array  # (n,) log2 of ||update|| / ||weights||
    shown: Array  # (r,) numbers of the updates of which the gradient is kept at every timestep
    log2_dh: (
        Array  # (r, S+T) log2 ||dL/dh_t|| of them, float32; nan behind the end of a shorter batch. Of an encoder the
    )
    # S steps to where each sequence ends stand in front, nan where none is so long
    log2_arriving: Array  # (r,) log2 of what of dL/dh at each sequence's end reaches step 1 (`step.log2_arriving`)
    saturation: Array  # (r,) how flat the gates are, 0 to 1


@dataclass(frozen=True, eq=False, repr=False)
class Snapshot(ArrayRecord):
    """What the next update starts from."""

    numbers: Array  # (P,) weights
    state: OptimiserState


def distance(update: int, count: int) -> int:
    """How far apart what is kept lies after so many updates: `count` (a power of two) for each doubling."""
    return 1 << max(0, update.bit_length() - count.bit_length())


class Run:
    """One training and what has been computed of it. Safe to ask from several threads: one computes at a time.

    It begins with the first update; or at a snapshot, of a network that was saved; or with what it has in common with
    another run, whose training differs in later changes alone.
    """

    def __init__(self, training: Training, begin: Run | Snapshot | None = None) -> None:
        self.training = training
        self.stopped = ""  # a sentence, where numbers left float64 or the longest run was reached
        self.solved: int | None = None  # after how many updates an evaluation first reached the task's goal
        self._goal = training.learned.goal
        self._lock = RLock()
        start = begin if isinstance(begin, Snapshot) else Snapshot(training.start(), OptimiserState())
        self._numbers, self._state = start.numbers, start.state
        self.first = self.updates = start.state.updates  # where the history begins
        self._scalars = np.empty((256, len(FIELDS)))
        self._rows: list[Array] = []
        self._beside: list[tuple[float, float]] = []  # what arrives at step 1, and the saturation
        self._shown: list[int] = []
        self._evaluations: list[Evaluation] = []
        self._snapshots: dict[int, Snapshot] = {}
        self._near: tuple[int, Snapshot] | None = None  # where a moment was computed last
        self._apart = 16  # updates between two snapshots
        self._kept = 0  # bytes of rows and evaluations
        self._snapshots[self.first] = start
        with np.errstate(**QUIET):
            if isinstance(begin, Run):
                self._follow(begin)
            else:
                self._arrive()
            self._log2_weights = norm_of(self._numbers)

    @property
    def bytes(self) -> int:
        """About how much memory the run takes."""
        snapshots = len(self._snapshots) * (1 + len(self._state.slots)) * self._numbers.nbytes
        return snapshots + self._scalars.nbytes + self._kept

    def extend(self, until: int, seconds: float = float("inf")) -> int:
        """Make updates until there are `until`, the time is up or the run has stopped; returns how many there are.

        At least one update is made, where one is asked for, however short the time.
        """
        with self._lock, np.errstate(**QUIET):
            end = perf_counter() + seconds
            while self.updates < until and not self.stopped:
                self._one()
                if perf_counter() >= end:
                    break
            return self.updates

    def history(self, start: int, stop: int, rows: int) -> History:
        """Updates start+1..stop, as far as they are made; the gradient at every timestep of at most `rows` of them."""
        with self._lock:
            stop = min(max(stop, self.first), self.updates)
            start = min(max(start, self.first), stop)
            first, last = np.searchsorted(self._shown, (start, stop))
            chosen = range(first, last)
            if len(chosen) > rows:
                chosen = range(first, last, -(-len(chosen) // rows)) if rows else range(0)
            picked = [self._rows[k] for k in chosen]
            longest = max((len(row) for row in picked), default=0)
            log2_dh = np.full((len(picked), longest), np.nan, np.float32)
            for k, row in enumerate(picked):
                log2_dh[k, : len(row)] = row
            loss, norm, factor, update = self._scalars[start - self.first : stop - self.first].T.copy()
            shown = np.array([self._shown[k] for k in chosen], dtype=np.int64)
            arriving, saturation = np.array([self._beside[k] for k in chosen]).reshape(-1, 2).T
            return History(start, stop, loss, norm, factor, update, shown, log2_dh, arriving, saturation)

    def evaluations(self, start: int = 0, stop: int = LONGEST + 1) -> tuple[Evaluation, ...]:
        """Those after start..stop-1 updates, as far as they are made."""
        with self._lock:
            return tuple(one for one in self._evaluations if start <= one.update < stop)

    def moment(self, update: int) -> Step:
        """The next update after `update` of them, with its model, batch, traces and gradients; bit for bit what it was.

        Raises:
            ValueError: the run has not come so far.
        """
        with self._lock, np.errstate(**QUIET):
            at = self.at(update)
            return step_of(self.training, at.numbers, at.state, update)

    def at(self, update: int) -> Snapshot:
        """Weights (`numbers`) and state of the optimiser after `update` updates."""
        with self._lock, np.errstate(**QUIET):
            if not self.first <= update <= self.updates:
                has = f"begins with {self.first:,}" if update < self.first else f"has made {self.updates:,}"
                raise ValueError(f"update {update:,} was asked for, but the run {has}")
            if update == self.updates:
                return Snapshot(self._numbers, self._state)
            before = max(u for u in self._snapshots if u <= update)
            at = self._snapshots[before]
            if self._near is not None and before < self._near[0] <= update:
                before, at = self._near
            for number in range(before, update):
                step = step_of(self.training, at.numbers, at.state, number)
                at = Snapshot(step.weights, step.state)
            self._near = update, at
            return at

    def _follow(self, parent: Run) -> None:
        """Take over what both have in common."""
        with parent._lock:
            done = min(parent.updates, common(self.training, parent.training))
            at, rows = parent.at(done), int(np.searchsorted(parent._shown, done))
            self._numbers, self._state, self.updates = at.numbers, at.state, done
            self.first = parent.first
            self._scalars = parent._scalars[: max(done - self.first, 1)].copy()
            self._rows, self._beside = parent._rows[:rows], parent._beside[:rows]
            self._shown = parent._shown[:rows]
            self._evaluations = [one for one in parent._evaluations if one.update <= done]
            self._kept = sum(row.nbytes + ROW for row in self._rows) + sum(one.bytes for one in self._evaluations)
            self._snapshots = {update: one for update, one in parent._snapshots.items() if update <= done}
            self._apart = parent._apart
            self.solved = parent.solved if parent.solved is not None and parent.solved <= done else None

    def _one(self) -> None:
        if self.updates >= LONGEST:
            self.stopped = f"A run makes at most {LONGEST:,} updates."
            return
        try:
            step = step_of(self.training, self._numbers, self._state, self.updates)
        except Overflow as error:
            self.stopped = self._left(str(error))
            return
        change, weights = norm_of(step.change), norm_of(step.weights)
        squares = 0.0 if self.training.optimiser in LINEAR else 2.0 * (step.backward.log2_norm + step.log2_factor)
        for quantity, value in (
            ("the loss", step.forward.loss),
            ("the gradient", step.backward.log2_norm),
            ("the square of the gradient", np.inf if squares > LARGEST else 0.0),
            ("an update of the weights", change),
            ("a weight", weights),
        ):
            if np.isnan(value) or value == np.inf:
                self.stopped = self._left(f"{quantity} is no finite number any more")
                return
        row = self.updates - self.first
        if row == len(self._scalars):
            self._scalars = np.concatenate([self._scalars, np.empty_like(self._scalars)])
        size = change - self._log2_weights
        self._log2_weights = weights
        self._scalars[row] = step.forward.loss, step.backward.log2_norm, step.log2_factor, size
        if self.updates % distance(self.updates, KEPT) == 0:
            self._shown.append(self.updates)
            trace = step.forward.trace
            heard = log2_heard(step.backward, self.training.learned.heard)
            self._rows.append(np.concatenate([heard, log2_by_step(step.backward, trace)]).astype(np.float32))
            self._kept += self._rows[-1].nbytes + ROW
            self._beside.append((log2_arriving(step.backward, trace), saturation_of(trace)))
        self._numbers, self._state = step.weights, step.state
        self.updates += 1
        self._arrive()

    def _arrive(self) -> None:
        """Keep what is to be kept after so many updates."""
        done = self.updates
        if done % max(LEAST, distance(done, EVALUATED)) == 0:
            try:
                model = self.training.structure.model(self._numbers)
                one = evaluate(self.training, model, done, support=self.solved is None)
            except Overflow as error:
                self.stopped = self._left(str(error))
                return
            self._evaluations.append(one)
            self._kept += one.bytes
            if self.solved is None and self._goal.reached(one.loss, one.accuracy):
                self.solved = done
        if done % self._apart == 0:
            self._snapshots[done] = Snapshot(self._numbers, self._state)
            most = max(FEWEST, SNAPSHOTS // ((1 + len(self._state.slots)) * self._numbers.nbytes))
            if len(self._snapshots) > most:
                self._apart *= 2
                kept = {self.first, *range(0, done + 1, self._apart)}
                self._snapshots = {update: one for update, one in self._snapshots.items() if update in kept}

    def _left(self, what: str) -> str:
        rate, clip, _ = self.training.settings(self.updates)
        tries = f"a smaller rate than {written(rate)}" + ("" if clip else ", or clipping the gradient")
        return f"Update {self.updates + 1:,}: {what}. Try {tries}."


def common(one: Training, other: Training) -> int:
    """How many updates of two trainings are the same; 0 where they differ in more than changes on the way."""
    if any(value != getattr(other, name) for name, value in one.by_name().items() if name != "changes"):
        return 0
    return min((change.update for change in {*one.changes} ^ {*other.changes}), default=LONGEST)


_runs: OrderedDict[Training, Run] = OrderedDict()
_guard = Lock()


def run_of(training: Training) -> Run:
    """The run of this training in this process: the same for all who ask, while all runs take RUNS bytes at most.

    A change on the way goes on from the run without it.

    Raises:
        ValueError: it is no Training.
    """
    expect("training", training, Training, "one of TrainStudy().trainings()")
    with _guard:
        run = _runs.get(training)
        parents = [one for one in _runs.values() if run is None and min(common(training, one.training), one.updates)]
    parent = max(parents, key=lambda one: min(common(training, one.training), one.updates), default=None)
    made = Run(training, parent) if run is None else run
    with _guard:
        run = _runs.setdefault(training, made)
        _runs.move_to_end(training)
        while len(_runs) > 1 and sum(one.bytes for one in _runs.values()) > RUNS:
            _runs.popitem(last=False)
        return run
