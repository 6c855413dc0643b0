"""How much one prediction depends on every input that was read before it, and the two sentences that ask for reach.

The first word of each sentence decides a word eleven steps later: "Today ... need", "Last year ... had".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, log2_norm
from engine.errors import cross_entropy
from engine.forward import Trace
from engine.gradients.backward import backpropagate
from engine.parameters import Readout
from engine.sequences import places_of


@dataclass(frozen=True)
class Sentence:
    """Words that are read one per step, and which of them is to be predicted from those before it."""

    words: tuple[str, ...]
    asked: int  # the place of the predicted word, counted from 1; the words before it have been read
    first: tuple[int, ...]  # places of the words that decide it


_MIDDLE = ("due", "to", "my", "current", "job", "situation", "and", "family", "conditions", "I")
_END = ("to", "take", "a", "loan")
SENTENCES = (
    Sentence(("Today", *_MIDDLE, "need", *_END), asked=12, first=(1,)),
    Sentence(("Last", "year", *_MIDDLE, "had", *_END), asked=13, first=(1, 2)),
)
VOCABULARY = tuple(dict.fromkeys(word for sentence in SENTENCES for word in sentence.words))


def one_hot(words: tuple[str, ...], vocabulary: tuple[str, ...] = VOCABULARY) -> Array:
    """Each word as a one-hot vector, (T, 1, D)."""
    return np.eye(len(vocabulary))[places_of(words, vocabulary)][:, None, :]


def influence(trace: Trace, readout: Readout, step: int, output: int) -> Array:
    """log2 ||d log p / dx_t|| for t = 1..T, (T,), with p the softmax probability of `output` at `step`.

    -inf at steps after `step`, which the prediction has not read. Right however small it is.

    Raises:
        ValueError: there is no such step or output.
    """
    gradients = backpropagate(trace, cross_entropy(trace, readout, np.array([[output]]), (step,)))
    mantissa, exponent = gradients.scaled_dx
    return np.asarray(log2_norm(mantissa[:, 0], (1,)) + exponent[:, 0])
