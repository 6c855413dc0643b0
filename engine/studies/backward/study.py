"""A backward pass to be looked at closely: short sequences, small networks, everything that decides it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.cells import CELLS
from engine.errors import Errors, cross_entropy
from engine.forward import Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import initial_parameters, initial_readout
from engine.sequences import Sequence, symbols
from engine.studies.backward.weights import Weights
from engine.studies.vanish.study import LARGEST_NUMBER, PLACES, Place, VanishStudy

INPUTS = ("text", "random", "numbers")
RANGES: dict[str, tuple[float, float]] = {
    "steps": (5, 40),
    "hidden": (1, 16),
    "scale": (0.2, 3.0),
    "forget_bias": (-10.0, 10.0),
    "seed": (0, 999_999),
}
MOST_CELLS = 3  # side by side
SYMBOLS = (3, 41)  # of an own text; each but the last is a step
NUMBERS = (2, 40)  # of an own sequence


@dataclass(frozen=True)
class BackwardStudy:
    """Cells under one seed on one short sequence; a softmax predicts at the last step, or at every one.

    A text predicts its next character; random and own numbers have classes that are drawn under the seed.

    Raises:
        ValueError: a field is outside its range; the message says what came and what is accepted.
    """

    cells: tuple[str, ...] = ("tanh", "lstm", "gru")
    inputs: str = "text"
    text: str = "hello hello!"
    numbers: tuple[float, ...] = (1.0, 0.5, -0.5, 0.0, 1.0, -1.0)
    steps: int = 12  # T of a random sequence; the others bring their own
    at: Place = "last"
    hidden: int = 4
    scale: float = 1.0
    forget_bias: float = 1.0
    seed: int = 7

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} is {value:g}, but must be from {low:g} to {high:g}")
        for name, allowed in (("inputs", INPUTS), ("at", PLACES)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}, but must be one of {', '.join(allowed)}")
        if not 1 <= len(self.cells) <= MOST_CELLS or len(set(self.cells)) < len(self.cells):
            raise ValueError(f"{len(self.cells)} cells were given, but 1 to {MOST_CELLS} different ones are compared")
        if unknown := [name for name in self.cells if name not in CELLS]:
            raise ValueError(f"the cell {unknown[0]!r} is unknown; there are {', '.join(CELLS)}")
        count = len(symbols(self.text)) if len(self.text) <= 20 * SYMBOLS[1] else len(self.text)
        if not SYMBOLS[0] <= count <= SYMBOLS[1]:
            raise ValueError(f"the text has {count:,} characters, but {SYMBOLS[0]} to {SYMBOLS[1]} are accepted")
        if not NUMBERS[0] <= len(self.numbers) <= NUMBERS[1]:
            raise ValueError(f"{len(self.numbers):,} numbers were given, but {NUMBERS[0]} to {NUMBERS[1]} are accepted")
        if not all(abs(number) <= LARGEST_NUMBER for number in self.numbers):
            raise ValueError(f"every number must be finite and between -{LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}")

    @cached_property
    def experiment(self) -> VanishStudy:
        """The same as an experiment of the gradient lab."""
        return VanishStudy(
            cells=self.cells,
            steps=self.steps,
            hidden=self.hidden,
            scale=self.scale,
            forget_bias=self.forget_bias,
            inputs=self.inputs,
            text=self.text,
            numbers=self.numbers,
            at=self.at,
            seed=self.seed,
        )

    def sequence(self) -> Sequence:
        """The inputs and their classes."""
        return self.experiment.sequence()

    @property
    def length(self) -> int:
        """T."""
        return len(self.sequence().x)

    def weights(self, cell: str) -> Weights:
        """The weights of `cell` as the seed draws them."""
        return Weights(self.experiment.parameters(cell), self.experiment.readout())

    def errors(self, trace: Trace, weights: Weights, at: Place | None = None) -> Errors:
        """The loss of `trace`, at the study's own place if None is given."""
        place = self.at if at is None else at
        first = -1 if place == "last" else 0
        return cross_entropy(trace, weights.readout, self.sequence().classes[first:], place)

    def run(self, cell: str) -> Gradients:
        """Forward, loss and backward of one cell."""
        weights = self.weights(cell)
        trace = unroll(CELLS[cell], weights.parameters, self.sequence().x)
        return backpropagate(trace, self.errors(trace, weights))

    def gradient(self, gradients: Gradients) -> Weights:
        """The gradients of all weights, the readout's too."""
        assert gradients.readout is not None
        return Weights(gradients.parameters, gradients.readout)

    def loss(self, cell: str, weights: Weights) -> float:
        """The loss of `cell` with other weights: the network is run again."""
        with np.errstate(over="ignore", invalid="ignore"):
            trace = unroll(CELLS[cell], weights.parameters, self.sequence().x)
            return float(self.errors(trace, weights).loss.sum())

    def reading(self, cell: str, inputs: int) -> Weights:
        """Weights of the same seed for a network that reads and predicts `inputs` different words."""
        parameters = initial_parameters(
            CELLS[cell], self.experiment.initialiser, self.scale, self.hidden, inputs, self.seed, self.forget_bias
        )
        return Weights(parameters, initial_readout(self.hidden, inputs, self.seed))
