"""Sentences that were made once, some of them held out: what is wanted of them stands beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.sequences import places_of
from engine.tasks.task import FRESH, Batch, Task

PART = 5  # every fifth is held out
Sentence = tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Pool(ArrayRecord):
    """P sentences side by side, as a batch that holds all of them; the first `learned` are learned."""

    all: Batch
    learned: int

    def drawn(self, rng: np.random.Generator, size: int) -> Batch:
        """Some that are learned, each with the same chance, again and again."""
        return self.of(rng.integers(0, self.learned, size))

    def asked(self, seed: int, size: int) -> Batch:
        """Some that are held out, none of which comes again before all have come."""
        held = np.random.default_rng([seed, FRESH]).permutation(np.arange(self.learned, self.all.x.shape[1]))
        return self.of(np.resize(held, size))

    def held(self) -> Batch:
        """All that are held out."""
        return self.of(slice(self.learned, None))

    def of(self, which: Array | slice) -> Batch:
        """The sentences of these numbers, of no more steps than the longest needs."""
        return self.all.of(which)


@dataclass(frozen=True)
class PooledTask(Task):
    """A task whose sequences all stand in one pool."""

    @cached_property
    def pool(self) -> Pool:
        """Every sequence there is, the lecture's first."""
        raise NotImplementedError

    @property
    def ends(self) -> tuple[int, int]:
        lengths = self.pool.all.lengths
        assert lengths is not None
        learned = lengths[: self.pool.learned]
        return int(learned.min()), int(learned.max())

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        return self.pool.drawn(rng, size)

    def evaluation(self, seed: int, size: int) -> Batch:
        return self.pool.asked(seed, size)


def padded(sentences: Sequence[Sentence], vocabulary: Sentence) -> tuple[Array, Array]:
    """Sentences side by side as places in the vocabulary, (T, P), 0 behind their ends; and their lengths, (P,)."""
    lengths = np.array([len(sentence) for sentence in sentences])
    rows = np.zeros((lengths.max(), len(sentences)), dtype=np.int64)
    for k, sentence in enumerate(sentences):
        rows[: len(sentence), k] = places_of(sentence, vocabulary)
    return rows, lengths


def every_fifth(sentences: Iterable[Sentence]) -> tuple[list[Sentence], list[Sentence]]:
    """Those that are learned and those that are held out."""
    ordered = list(sentences)
    held = ordered[PART - 1 :: PART]
    del ordered[PART - 1 :: PART]
    return ordered, held
