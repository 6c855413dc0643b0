"""An experiment: everything that decides a result, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from engine.cells import CELLS
from engine.errors import Errors, cross_entropy, probe, squared_error
from engine.forward import unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import INITIALISERS, initial_parameters, initial_readout
from engine.parameters import Parameters, Readout
from engine.readings import Readable
from engine.sequences import Sequence, impulse, number_sequence, random_sequence, sine, symbols, text_sequence, zeros

INPUTS = ("random", "zeros", "impulse", "sine", "text", "numbers")
LOSSES = ("cross-entropy", "squared-error", "probe")
Place = Literal["last", "every"]
PLACES: tuple[Place, ...] = ("last", "every")
RANGES: dict[str, tuple[float, float]] = {
    "steps": (5, 1000),
    "hidden": (1, 128),
    "scale": (0.2, 3.0),
    "forget_bias": (-10.0, 10.0),
    "clip": (0.0, 1000.0),
    "seed": (0, 999_999),
}
MOST_CELLS = 4  # compared on one picture
SYMBOLS = (3, 1001)  # length of an own text
NUMBERS = (2, 1000)  # length of an own sequence of numbers
LARGEST_NUMBER = 1e6


@dataclass(frozen=True)
class VanishStudy:
    """Cells under one seed on one sequence; `scale` multiplies every recurrent matrix.

    Raises:
        ValueError: a field is outside its range; the message says what came and what is accepted.
    """

    cells: tuple[str, ...] = ("tanh", "lstm", "gru")
    steps: int = 50  # T; a text or own numbers bring their own length
    hidden: int = 32  # H
    initialiser: str = "gaussian"
    scale: float = 1.0
    forget_bias: float = 1.0
    inputs: str = "random"
    text: str = "hello, hello, hello"
    numbers: tuple[float, ...] = (1.0, 0.5, -0.5, 0.0, 1.0)
    loss: str = "cross-entropy"
    at: Place = "last"
    clip: float = 0.0  # threshold on the norm of all parameter gradients; 0: none
    seed: int = 7
    other_seeds: bool = False  # whether the same is shown under other seeds too; it changes no result

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} is {value:g}, but must be from {low:g} to {high:g}")
        for name, allowed in (("initialiser", INITIALISERS), ("inputs", INPUTS), ("loss", LOSSES), ("at", PLACES)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}, but must be one of {', '.join(allowed)}")
        if not 1 <= len(self.cells) <= MOST_CELLS or len(set(self.cells)) < len(self.cells):
            raise ValueError(
                f"{len(self.cells)} cells were given, but 1 to {MOST_CELLS} different ones can be compared"
            )
        if unknown := [name for name in self.cells if name not in CELLS]:
            raise ValueError(f"the cell {unknown[0]!r} is unknown; there are {', '.join(CELLS)}")
        length = len(symbols(self.text)) if len(self.text) <= 20 * SYMBOLS[1] else len(self.text)
        if not SYMBOLS[0] <= length <= SYMBOLS[1]:
            raise ValueError(f"the text has {length:,} characters, but {SYMBOLS[0]} to {SYMBOLS[1]:,} are accepted")
        if not NUMBERS[0] <= len(self.numbers) <= NUMBERS[1]:
            raise ValueError(
                f"{len(self.numbers):,} numbers were given, but {NUMBERS[0]} to {NUMBERS[1]:,} are accepted"
            )
        if not all(abs(number) <= LARGEST_NUMBER for number in self.numbers):
            raise ValueError(f"every number must be finite and between -{LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}")

    def sequence(self) -> Sequence:
        """The input sequence and its targets."""
        return _sequence(self.inputs, self.steps, self.text, self.numbers, self.seed)

    def parameters(self, cell: str, scale: float | None = None) -> Parameters:
        """The weights of `cell`, at `scale` (the experiment's own if None)."""
        gain = self.scale if scale is None else scale
        inputs = self.sequence().x.shape[2]
        return initial_parameters(CELLS[cell], self.initialiser, gain, self.hidden, inputs, self.seed, self.forget_bias)

    def readout(self) -> Readout:
        """The output weights, the same for every cell."""
        return initial_readout(self.hidden, self.sequence().outputs, self.seed)

    def errors(self, trace: Readable) -> Errors:
        """The loss of `trace`; its columns all meet the same targets."""
        batch = len(trace.ends)
        if self.loss == "probe":
            return probe(trace, np.random.default_rng([self.seed, 5]).standard_normal(self.hidden))
        sequence, first = self.sequence(), -1 if self.at == "last" else 0
        if self.loss == "cross-entropy":
            classes = np.repeat(sequence.classes[first:], batch, axis=1)
            return cross_entropy(trace, self.readout(), classes, self.at)
        targets = np.repeat(sequence.targets[first:], batch, axis=1)
        return squared_error(trace, self.readout(), targets, self.at)

    def run(self, cell: str) -> Gradients:
        """The whole run of one cell: forward, loss, backward. `.trace` has the states and gates."""
        trace = unroll(CELLS[cell], self.parameters(cell), self.sequence().x)
        return backpropagate(trace, self.errors(trace))


@lru_cache(maxsize=64)
def _sequence(inputs: str, steps: int, text: str, numbers: tuple[float, ...], seed: int) -> Sequence:
    if inputs == "text":
        return text_sequence(text)
    if inputs == "numbers":
        return number_sequence(np.array(numbers), seed)
    if inputs == "random":
        return random_sequence(steps, seed)
    return number_sequence({"zeros": zeros, "impulse": impulse, "sine": sine}[inputs](steps), seed)
