"""Windows of one or many long sequences, symbols or numbers, each to be continued: at every step the next is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.tasks.task import FRESH, NEXT, Batch, Task

MANY = 20  # of so many sequences some are held out whole; of fewer the end of each
EXACT = 1_000_000  # entries up to which each is counted as often as windows want it


class Spans(NamedTuple):
    """Parts of sequences that stand one behind the other."""

    row: Array  # (n,) of which sequence
    first: Array  # (n,) where each begins among all entries
    sizes: Array  # (n,) how many entries it has, at least 2


def whole(sizes: Array) -> Spans:
    """All of every sequence."""
    return Spans(np.arange(len(sizes)), np.cumsum(sizes) - sizes, sizes)


def parted(
    values: Array, sizes: Array, steps: int, part: int, tails: Array | None = None
) -> tuple[Spans, Spans | None]:
    """What is learned and what is held out; None where nothing would be long enough for a window of T + 1 entries.

    Of many sequences every `part`th different one is held out, of few the last `part`th of each, or the entries `tails`
    of each.
    """
    row, first, _ = whole(sizes)
    if len(sizes) >= MANY:
        known: dict[bytes, int] = {}
        ends = zip(first.tolist(), sizes.tolist(), strict=True)
        kind = np.array([known.setdefault(values[at : at + size].tobytes(), len(known)) for at, size in ends])
        held = kind % part == part - 1
        if not held.any():
            return whole(sizes), None
        return Spans(row[~held], first[~held], sizes[~held]), Spans(row[held], first[held], sizes[held])
    tails = sizes // part if tails is None else tails
    tails = np.where(tails > steps, tails, 0)
    held, learned = tails > 0, sizes - tails
    return (
        Spans(row, first, learned),
        Spans(row[held], (first + learned)[held], tails[held]) if held.any() else None,
    )


@dataclass(frozen=True, eq=False, repr=False)
class Windows(ArrayRecord):
    """All windows of T + 1 entries, of which the first T enter; a sequence that is shorter is a window by itself."""

    values: Array  # (N,) all sequences, symbols or numbers; nan where a number is missing
    spans: Spans
    steps: int  # T
    scale: Array | None = None  # (2, rows) of the numbers of each sequence

    @cached_property
    def _counts(self) -> Array:
        """How many windows each span has, (n,)."""
        return np.asarray(np.maximum(self.spans.sizes - self.steps, 1))

    @cached_property
    def _until(self) -> Array:
        """How many windows the spans up to each have, (n,)."""
        return np.asarray(np.cumsum(self._counts))

    @cached_property
    def _wanting(self) -> Array | None:
        """The windows that want any number that is there; None: all do."""
        if self.values.dtype.kind != "f" or not np.isnan(self.values).any():
            return None
        known = np.cumsum(~np.isnan(self.values))
        _, start, lengths = self._found(np.arange(self._until[-1]))
        return np.flatnonzero(known[start + lengths] > known[start])

    @property
    def count(self) -> int:
        """How many windows there are."""
        return int(self._until[-1]) if self._wanting is None else len(self._wanting)

    def _found(self, which: Array) -> tuple[Array, Array, Array]:
        """In which span windows are, where they begin, and how many entries enter of each, (B,)."""
        span = np.searchsorted(self._until, which, side="right")
        start = self.spans.first[span] + which - (self._until[span] - self._counts[span])
        return span, start, np.minimum(self.spans.sizes[span] - 1, self.steps)

    @cached_property
    def _entering(self) -> Array:
        """The values, where the one before stands for a missing number."""
        if self.values.dtype.kind != "f" or not np.isnan(self.values).any():
            return self.values
        known = np.where(np.isnan(self.values), 0, np.arange(len(self.values)))
        return np.asarray(self.values[np.maximum.accumulate(known)])

    def drawn(self, rng: np.random.Generator, size: int) -> Batch:
        """Windows drawn with equal chances, again and again."""
        return self.batch(rng.integers(0, self.count, size))

    def spread(self, rng: np.random.Generator, size: int) -> Batch:
        """Windows none of which comes again before all have come."""
        if size < self.count // 2:
            return self.batch(rng.choice(self.count, size, replace=False, shuffle=False))
        return self.batch(np.resize(rng.permutation(self.count), size))

    def batch(self, which: Array) -> Batch:
        """The windows of these numbers, (B,); -1 is the last."""
        which = which % self.count
        span, start, lengths = self._found(which if self._wanting is None else self._wanting[which])
        longest = int(lengths.max())
        at = start + np.arange(longest + 1)[:, None]
        whole = bool((lengths == longest).all())
        if not whole:
            at = np.minimum(at, start + lengths)  # what stands after the end is read by nobody
        scale = None if self.scale is None else self.scale[:, self.spans.row[span]]
        if self.values.dtype.kind != "f":
            symbols = self.values[at].astype(np.int64)
            return Batch(symbols[:-1], symbols[1:], "every", None if whole else lengths)
        numbers, missing = self._entering[at][..., None], np.isnan(self.values[at[1:]])
        weights = 1.0 - missing if missing.any() else None
        return Batch(numbers[:-1], numbers[1:], "every", None if whole else lengths, weights, scale=scale)

    @cached_property
    def wanted(self) -> Array:
        """How often windows want each entry, (N,); of more than a million entries each counts once."""
        first, sizes = self.spans.first, self.spans.sizes
        once = len(self.values) > EXACT
        counts = np.ones_like(sizes) if once else self._counts  # windows of a span, and how many entries each wants
        lengths = sizes - 1 if once else np.minimum(sizes - 1, self.steps)
        wanted = np.zeros(len(self.values) + 2, dtype=np.int32)
        for place, bend in ((0, 1), (counts, -1), (lengths, -1), (lengths + counts, 1)):
            np.add.at(wanted, first + 1 + place, bend)  # from here on each entry is wanted once more, or less, often
        np.cumsum(wanted, out=wanted)
        return np.cumsum(wanted, out=wanted)[: len(self.values)]


@dataclass(frozen=True)
class WindowedTask(Task):
    """A task whose sequences are windows of longer ones."""

    @cached_property
    def parts(self) -> tuple[Windows, Windows | None]:
        """What is learned, and what is held out; None where all is learned."""
        raise NotImplementedError

    one_way = NEXT

    @property
    def ends(self) -> tuple[int, int]:
        steps = np.minimum(self.parts[0].spans.sizes - 1, self.length)
        return int(steps.min()), int(steps.max())

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        return self.parts[0].drawn(rng, size)

    def evaluation(self, seed: int, size: int) -> Batch:
        learned, held = self.parts
        return (held or learned).spread(np.random.default_rng([seed, FRESH]), size)
