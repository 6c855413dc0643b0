"""How much one prediction depends on every input read before it; in two sentences, on the words that decide it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from engine.arrays import Array, log2_norm
from engine.errors import cross_entropy
from engine.forward import Trace
from engine.gradients.backward import backpropagate
from engine.parameters import Readout
from engine.sequences import read_symbols, without_marks


@dataclass(frozen=True)
class Sentence:
    """Words that are read one per step, and which of them is to be predicted from those before it."""

    words: tuple[str, ...]  # as they were written, without the marks at their ends
    read: tuple[str, ...]  # as they enter
    asked: int  # the place of the predicted word, counted from 1; the words before it have been read
    first: tuple[int, ...]  # places of the words that decide it


def sentences(one: str, other: str) -> tuple[Sentence, Sentence]:
    """Two sentences, and in each the last word in which they differ, which is asked for; without one the last word.

    What decides it are the words before those that both share up to it, but for those that both begin with.
    """
    reads = [read_symbols(text, "word") for text in (one, other)]
    ends = [len(read) - _shared(*(read[::-1] for read in reads)) for read in reads]
    asked = ends if min(ends) > 1 else [len(read) for read in reads]
    before = [read[: place - 1] for read, place in zip(reads, asked, strict=True)]
    shared = _shared(*(read[::-1] for read in before))
    begun = _shared(*(read[: len(read) - shared] for read in before))
    first, second = (
        Sentence(tuple(map(without_marks, text.split())), read, place, _places(begun + 1, place - 1 - shared))
        for text, read, place in zip((one, other), reads, asked, strict=True)
    )
    return first, second


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """With how many words both begin."""
    return sum(takewhile(bool, (a == b for a, b in zip(one, other, strict=False))))


def _places(first: int, last: int) -> tuple[int, ...]:
    """From `first` to `last`; of none the one before."""
    return tuple(range(first, last + 1)) or (max(last, 1),)


def influence(trace: Trace, readout: Readout, step: int, output: int) -> Array:
    """log2 ||d log p / dx_t|| for t = 1..T, (T,), with p the softmax probability of `output` at `step`.

    -inf at steps after `step`, which the prediction has not read. Right however small it is.

    Raises:
        ValueError: there is no such step or output.
    """
    gradients = backpropagate(trace, cross_entropy(trace, readout, np.array([[output]]), (step,)))
    mantissa, exponent = gradients.scaled_dx
    return np.asarray(log2_norm(mantissa[:, 0], (1,)) + exponent[:, 0])
