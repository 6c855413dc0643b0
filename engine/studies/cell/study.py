"""A study of one cell: everything that decides what its gates do, in one frozen record.

A gate is held open or shut the honest way, by its own bias: sigmoid(20) is 1 - 2e-9 and sigmoid(-20) is 2e-9. So
"forget nothing" and "forget all" are numbers among the weights, and every gradient is that of the network they make.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from engine.cells import CELLS
from engine.errors import Errors, cross_entropy, probe
from engine.forward import State, Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import initial_parameters, initial_readout
from engine.parameters import Parameters, Readout
from engine.sequences import Sequence, impulse, number_sequence, random_sequence, sine, symbols, text_sequence, zeros
from engine.studies.vanish.study import INPUTS, LARGEST_NUMBER, PLACES, Place

UNITS = ("character", "word")  # what one step of a text reads
LOSSES = ("cross-entropy", "probe")
STARTS = ("zeros", "drawn")  # the state before step 1
SYMBOLS = (2, 1001)  # length of a text, in characters or words
NUMBERS = (2, 1000)
RANGES: dict[str, tuple[float, float]] = {
    "hidden": (1, 32),
    "steps": (2, 1000),
    **dict.fromkeys(("input_bias", "forget_bias", "output_bias", "reset_bias", "update_bias"), (-30.0, 30.0)),
    "leak": (0.0, 1.0),
    "seed": (0, 999_999),
}
BIASED = ("input", "forget", "output", "reset", "update")  # gates whose bias a study sets


@dataclass(frozen=True)
class CellStudy:
    """One cell under one seed on one sequence, with the biases of its gates; a bias of a gate it lacks is at rest.

    Raises:
        ValueError: a field is outside its range; the message says what came and what is accepted.
    """

    cell: str = "lstm"
    hidden: int = 8  # H
    inputs: str = "text"
    unit: str = "character"
    text: str = "hello hello"
    numbers: tuple[float, ...] = (1.0, 0.5, -0.5, 0.0, 1.0)
    steps: int = 20  # T; a text or own numbers bring their own length
    input_bias: float = 0.0
    forget_bias: float = 1.0
    output_bias: float = 0.0
    reset_bias: float = 0.0
    update_bias: float = 0.0
    leak: float = 0.1  # of a leaky RNN: the share of its state that each step replaces
    start: str = "zeros"
    loss: str = "cross-entropy"
    at: Place = "last"
    seed: int = 7

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} is {value:g}, but must be from {low:g} to {high:g}")
        for name, allowed in (("inputs", INPUTS), ("unit", UNITS), ("start", STARTS), ("loss", LOSSES), ("at", PLACES)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}, but must be one of {', '.join(allowed)}")
        if self.cell not in CELLS:
            raise ValueError(f"the cell {self.cell!r} is unknown; there are {', '.join(CELLS)}")
        length = len(read(self.text, self.unit))
        if self.inputs == "text" and not SYMBOLS[0] <= length <= SYMBOLS[1]:
            raise ValueError(f"the text has {length:,} {self.unit}s, but {SYMBOLS[0]} to {SYMBOLS[1]:,} are accepted")
        if not NUMBERS[0] <= len(self.numbers) <= NUMBERS[1]:
            raise ValueError(
                f"{len(self.numbers):,} numbers were given, but {NUMBERS[0]} to {NUMBERS[1]:,} are accepted"
            )
        if not all(abs(number) <= LARGEST_NUMBER for number in self.numbers):
            raise ValueError(f"every number must be finite and between -{LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}")

    @property
    def biases(self) -> dict[str, float]:
        """The bias of each gate that this cell has, by the gate's name."""
        return {gate: getattr(self, f"{gate}_bias") for gate in BIASED if gate in CELLS[self.cell].gates}

    def sequence(self) -> Sequence:
        """The input sequence and its targets."""
        return _sequence(self.inputs, self.unit, self.steps, self.text, self.numbers, self.seed)

    def parameters(self) -> Parameters:
        """Gaussian recurrent weights, Glorot input weights, and the biases of the gates."""
        cell, inputs = CELLS[self.cell], self.sequence().x.shape[2]
        drawn = initial_parameters(cell, "gaussian", 1.0, self.hidden, inputs, self.seed)
        b = np.zeros_like(drawn.b)
        for gate, bias in self.biases.items():
            b[cell.rows(gate, self.hidden)] = bias
        extra = {name: np.full(self.hidden, self.leak) if name == "leak" else v for name, v in drawn.extra.items()}
        seeing = np.random.default_rng([self.seed, 6])  # peepholes start at 0, where nobody would see what they do
        extra |= {name: 0.5 * seeing.standard_normal(self.hidden) for name in cell.extras if "peephole" in name}
        return replace(drawn, b=b, extra=extra)

    def first_state(self) -> State:
        """What step 1 starts from, (1, H): zeros, or h_0 uniform on +-0.9 and c_0 uniform on +-2."""
        has_memory, shape = CELLS[self.cell].has_memory, (1, self.hidden)
        if self.start == "zeros":
            return State(np.zeros(shape), np.zeros(shape) if has_memory else None)
        rng = np.random.default_rng([self.seed, 7])
        h = rng.uniform(-0.9, 0.9, shape)
        return State(h, rng.uniform(-2.0, 2.0, shape) if has_memory else None)

    def readout(self) -> Readout:
        """The output weights that the loss looks through."""
        return initial_readout(self.hidden, self.sequence().outputs, self.seed)

    def errors(self, trace: Trace) -> Errors:
        """The loss of `trace`."""
        if self.loss == "probe":
            return probe(trace, np.random.default_rng([self.seed, 5]).standard_normal(self.hidden))
        first = -1 if self.at == "last" else 0
        return cross_entropy(trace, self.readout(), self.sequence().classes[first:], self.at)

    def run(self) -> Gradients:
        """The whole run: forward, loss, backward. `.trace` has the states and gates."""
        trace = unroll(CELLS[self.cell], self.parameters(), self.sequence().x, self.first_state())
        return backpropagate(trace, self.errors(trace))


def read(text: str, unit: str) -> tuple[str, ...]:
    """The symbols of a text: what a reader calls its characters, or its words."""
    longest = 40 * SYMBOLS[1]  # a text far beyond what is accepted is not looked through
    return tuple(text[: 2 * longest].split()) if unit == "word" else symbols(text[:longest])


def word_sequence(text: str) -> Sequence:
    """One-hot words, as `text_sequence` for characters: the target of each step is the next word."""
    words = read(text, "word")
    vocabulary = tuple(dict.fromkeys(words))
    codes = np.array([vocabulary.index(word) for word in words])
    one_hot = np.eye(len(vocabulary))
    return Sequence(
        x=one_hot[codes[:-1], None, :],
        labels=words[:-1],
        classes=codes[1:, None],
        targets=one_hot[codes[1:], None, :],
        vocabulary=vocabulary,
    )


@lru_cache(maxsize=64)
def _sequence(inputs: str, unit: str, steps: int, text: str, numbers: tuple[float, ...], seed: int) -> Sequence:
    if inputs == "text":
        return word_sequence(text) if unit == "word" else text_sequence(text)
    if inputs == "numbers":
        return number_sequence(np.array(numbers), seed)
    if inputs == "random":
        return random_sequence(steps, seed)
    return number_sequence({"zeros": zeros, "impulse": impulse, "sine": sine}[inputs](steps), seed)
