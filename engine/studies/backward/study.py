"""A backward pass to be looked at closely: short sequences, small networks, everything that decides it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.cells import named
from engine.errors import Errors, cross_entropy
from engine.forward import Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import initial_parameters, initial_readout
from engine.record import declare
from engine.sequences import Sequence
from engine.studies.backward.weights import Weights
from engine.studies.fields import (
    bias_field,
    bias_in,
    cells_field,
    hidden_field,
    input_field,
    numbers_field,
    place_field,
    seed_field,
    steps_field,
    text_field,
)
from engine.studies.inputs import Place, sequence_of
from engine.studies.layered import Layered
from engine.studies.source import Source

MOST_CELLS = 3  # side by side
SYMBOLS = (3, 41)  # of an own text; each but the last is a step
NUMBERS = (2, 40)  # of an own sequence
INITIALISER = "gaussian"
TRAINED = 64, 64  # steps and hidden units of a trained network, at most


def _sentence(key: str, label: str, default: str, **rest: Any) -> Any:
    """One of two sentences that are read to the end, far from the other inputs."""
    words = (
        "words, one a step. Asked for is the last word in which the two sentences differ; what stands before the words "
        "that both share up to it decides it."
    )
    return text_field(default, SYMBOLS, words, key=key, label=label, unit="word", when=lambda study: True, **rest)


def _too_large(trained: Source, steps: int, hidden: int) -> str:
    most = f"up to {TRAINED[0]} steps and {TRAINED[1]} hidden units a layer"
    return f"{trained.words_of_it} has {steps:,} steps and {hidden:,} hidden units; this page shows {most}."


@dataclass(frozen=True)
class BackwardStudy(Layered):
    """Cells under one seed on one short sequence; a softmax predicts at the last step, or at every one.

    A text predicts its next character; random and own numbers have classes that are drawn under the seed. Or it is one
    layer of a network from somewhere on one of its sequences: the loss, and every run again, is the whole network's.

    Raises:
        ValueError: a field is outside its range; the message says what came and what is accepted.
    """

    free: ClassVar = ("scale",)

    at: Place = place_field()
    cells: tuple[str, ...] = cells_field(MOST_CELLS)
    scale: float = declare.number(
        1.0,
        0.2,
        3.0,
        "scale",
        "Recurrent scale",
        "Every recurrent weight matrix W is multiplied by this: 0.2 to 3.",
        step=0.1,
    )
    inputs: str = input_field("text", ("text", "random", "numbers"))
    text: str = text_field("hello hello!", SYMBOLS, "characters; each step predicts the next one.")
    numbers: tuple[float, ...] = numbers_field((1.0, 0.5, -0.5, 0.0, 1.0, -1.0), NUMBERS)
    steps: int = steps_field(12, 5, 40)  # T of a random sequence; the others bring their own
    hidden: int = hidden_field(4, 16, beside=True)
    forget_bias: float = bias_field("forget_bias")
    update_bias: float = bias_field("update_bias")
    write_bias: float = bias_field("write_bias")
    seed: int = seed_field(beside=True)
    sentence: str = _sentence(
        "sentence", "A sentence", "Today, due to my current job situation and family conditions, I need to take a loan."
    )
    other: str = _sentence(
        "other",
        "Another beside it",
        "Last year, due to my current job situation and family conditions, I had to take a loan.",
        beside=True,
    )

    @classmethod
    def unfit(cls, trained: Source) -> str:
        """A sequence that is not too long to see, and layers that are not too wide."""
        steps = max(trained.sizes(which + 1)[0] for which in range(trained.examples))
        hidden = min(trained.shapes(layer + 1).hidden_size for layer in range(trained.layers))
        if steps > TRAINED[0] or hidden > TRAINED[1]:
            return _too_large(trained, steps, hidden)
        return super().unfit(trained)

    def _settle(self, trained: Source) -> None:
        super()._settle(trained)
        if self.hidden > TRAINED[1]:  # one layer may be wider than another
            raise ValueError(_too_large(trained, self.length, self.hidden))

    def decided(self, trained: Source) -> dict[str, Any]:
        """One network, its size, and where its loss lies."""
        says = trained.on_one_layer(self.which, self.layer, self.direction)
        cell = trained.cell(self.layer, self.direction).kind
        return {"cells": (cell,), **{name: says[name] for name in ("hidden", "inputs", "at")}}

    def aside(self) -> str:
        """As everywhere; and what a step's loss counts, where they are averaged."""
        n = len(self.counted()) if self.averaged else 0
        mean = f"Its loss is the mean of {n} steps’: each counts 1/{n} here." if n else ""
        others = "All other weights stay as they are." if self.place else ""
        return " ".join(filter(None, [super().aside().strip(), others, mean]))

    def sequence(self) -> Sequence:
        """The inputs and their classes."""
        if self.trained is not None:
            return self.trained.sequence(self.which)
        return sequence_of(self.inputs, self.steps, self.text, self.numbers, self.seed)

    @property
    def length(self) -> int:
        """T."""
        return len(self.sequence().x) if self.trained is None else self.trained.sizes(self.which)[0]

    def nearest_cell(self, cell: str | None) -> str:
        """`cell` if it is compared, else the first that is."""
        return cell if cell in self.cells else self.cells[0]

    @property
    def wanted(self) -> tuple[str, ...] | None:
        """What is wanted at each step, "" where nothing is; None where it has no name."""
        if self.trained is not None:
            said = dict(zip(self.within.read_at(), self.trained.words(self.which)[1], strict=True))
            return tuple(said.get(t, "") for t in range(1, self.length + 1))
        sequence = self.sequence()
        return tuple(sequence.vocabulary[k] for k in sequence.classes[:, 0]) if sequence.vocabulary else None

    def form(self, cell: str) -> Weights:
        """Weights of the shapes that `cell` has here; nothing is trained for them."""
        if self.trained is None:
            return self.weights(cell)
        return Weights(self.trained.shapes(self.layer, self.direction), self.trained.form.readout)

    def weights(self, cell: str) -> Weights:
        """The weights of `cell` as the seed draws them, or as it was trained."""
        if self.trained is not None:
            p = self.within.parameters
            scaled = p if self.scale == 1.0 else replace(p, W=self.scale * p.W)
            return Weights(scaled, self.trained.whole.readout)
        sequence = self.sequence()
        return self._drawn(cell, sequence.x.shape[2], sequence.outputs, sequence.vocabulary)

    def errors(self, trace: Trace, weights: Weights, at: Place | None = None) -> Errors:
        """The loss of `trace`, at the study's own place if None is given."""
        if self.trained is not None:  # where its task has none, there is none to be counted
            return self.within.errors(trace, weights.readout)
        place = self.at if at is None else at
        first = -1 if place == "last" else 0
        classes = self.sequence().classes[first:]
        assert weights.readout is not None
        return cross_entropy(trace, weights.readout, np.broadcast_to(classes, (len(classes), trace.batch)), place)

    def read_at(self, errors: Errors) -> tuple[int, ...]:
        """The steps at which a loss reads the shown chain, or the network above it, in the chain's own order."""
        return errors.steps if self.trained is None else self.within.read_at()

    def counted(self, errors: Errors | None = None) -> tuple[int, ...]:
        """Those of them whose loss counts: a task may mask some."""
        if self.trained is None:
            assert errors is not None
            return errors.steps
        weights = self.trained.outline(self.which).weights
        assert weights is not None
        return tuple(step for step, w in zip(self.within.read_at(), weights[:, 0].tolist(), strict=True) if w > 0.0)

    @property
    def total(self) -> str:
        """What all counted losses together are called."""
        if self.at == "last":
            return "loss"
        return "mean of all losses" if self.averaged else "sum of all losses"

    def run(self, cell: str) -> Gradients:
        """Forward, loss and backward of one cell."""
        weights = self.weights(cell)
        trace = self._unrolled(cell, weights)
        return backpropagate(trace, self.errors(trace, weights))

    def _unrolled(self, cell: str, weights: Weights) -> Trace:
        """The shown chain with some weights, or with each of an ensemble."""
        if self.trained is None:
            return unroll(named(cell), weights.parameters, self.sequence().x)
        p = weights.parameters
        start = self.within.first_state(len(p.W) if p.W.ndim == 3 else 1)
        return unroll(self.within.cell, p, self.within.numbers(), start)

    def gradient(self, gradients: Gradients) -> Weights:
        """The gradients of all weights, the readout's too."""
        return Weights(gradients.parameters, gradients.readout)

    def losses(self, cell: str, weights: Weights) -> Array:
        """The loss of `cell` with each of an ensemble of other weights, (N,): all networks are run in one call."""
        with np.errstate(over="ignore", invalid="ignore"):
            trace = self._unrolled(cell, weights)
            return np.asarray(self.errors(trace, weights).loss.sum(axis=0))

    def reading(self, cell: str, words: tuple[str, ...]) -> Weights:
        """Weights of the same seed for a network that reads and predicts these words."""
        return self._drawn(cell, len(words), len(words), words)

    def _drawn(self, cell: str, D: int, K: int, symbols: tuple[str, ...]) -> Weights:
        kind, H, seed = named(cell), self.hidden, self.seed
        drawn = initial_parameters(kind, INITIALISER, self.scale, H, D, seed, bias_in(self, cell), symbols)
        return Weights(drawn, initial_readout(H, K, seed, symbols))
