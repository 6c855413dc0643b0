"""A study of one cell: everything that decides what its gates do, in one frozen record.

A gate is held open or shut the honest way, by its own bias: sigmoid(20) is 1 - 2e-9 and sigmoid(-20) is 2e-9. So
"forget nothing" and "forget all" are numbers among the weights, and every gradient is that of the network they make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from engine.cells import CELLS
from engine.errors import Errors, cross_entropy, probe
from engine.forward import State, Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import initial_parameters, initial_readout
from engine.parameters import Parameters, Readout
from engine.record import Bound, declare
from engine.sequences import Sequence
from engine.studies.fields import (
    cell_field,
    hidden_field,
    input_field,
    loss_field,
    numbers_field,
    place_field,
    reads_text,
    seed_field,
    steps_field,
    text_field,
    unit_field,
)
from engine.studies.inputs import MOST_NUMBERS, Place, owns_length, sequence_of, sizes_of
from engine.studies.layered import Layered
from engine.studies.source import Source

STARTS = {"zeros": "zeros", "drawn": "a random state"}  # the state before step 1
SYMBOLS = (2, 1001)  # length of a text, in characters or words
NUMBERS = (2, 1000)
BIASED = ("input", "forget", "output", "reset", "update")  # gates whose bias a study sets


def _bias(gate: str, usual: float) -> Any:
    """The bias of a gate, where the cell has it."""
    return declare.number(
        usual,
        -30.0,
        30.0,
        f"{gate}_bias",
        f"Bias of the {gate} gate",
        "Added to every unit's sum before the logistic function: −20 holds the gate shut, 20 holds it open.",
        step=1.0,
        when=lambda study: gate in CELLS[study.cell].gates,
    )


def _reads_text(values: Mapping[str, Any]) -> bool:
    return bool(values["inputs"] == "text")


def _numbers(study: CellStudy) -> float:
    """About how many numbers a run sends: some 16 a gate, step and unit, x and what comes back to it, every weight."""
    (T, D), H, G = study.sizes, study.hidden, len(CELLS[study.cell].gates)
    return T * (16 * G * H + (1 + G) * D) + 2 * G * H * (H + D)


@dataclass(frozen=True)
class CellStudy(Layered):
    """One cell under one seed on one sequence, with the biases of its gates; a bias of a gate it lacks is at rest.

    Of a network from somewhere it is one layer in one direction.

    Raises:
        ValueError: a field is outside its range, or all together are too much to show; the message says what came and
            what is accepted.
    """

    bound: ClassVar = Bound(_numbers, MOST_NUMBERS, "numbers to show", ("hidden", "text"))

    cell: str = cell_field("lstm", "Every cell is drawn from its own equations.")
    input_bias: float = _bias("input", 0.0)
    forget_bias: float = _bias("forget", 1.0)
    output_bias: float = _bias("output", 0.0)
    reset_bias: float = _bias("reset", 0.0)
    update_bias: float = _bias("update", 0.0)
    leak: float = declare.number(  # of a leaky RNN: the share of its state that each step replaces
        0.1,
        0.0,
        1.0,
        "leak",
        "Leak λ",
        "The share of the state that each step writes anew, 0 to 1.",
        step=0.05,
        when=lambda study: "leak" in CELLS[study.cell].extras,
    )
    inputs: str = input_field("text")
    text: str = text_field(
        "hello hello",
        SYMBOLS,
        "characters or words; each step reads one and predicts the next.",
        by="unit",
        used=_reads_text,
    )
    unit: str = unit_field(reads_text)
    numbers: tuple[float, ...] = numbers_field((1.0, 0.5, -0.5, 0.0, 1.0), NUMBERS)
    steps: int = steps_field(20, 2, 1000, when=lambda study: not owns_length(study.inputs))
    start: str = declare.choice(
        "zeros",
        STARTS,
        "start",
        "Starts from",
        "The state before step 1: zeros, or one drawn under the seed.",
        few=True,
    )
    hidden: int = hidden_field(8, 32)
    seed: int = seed_field(beside=True)
    loss: str = loss_field(("cross-entropy", "probe"))
    at: Place = place_field()

    def decided(self, trained: Source) -> dict[str, Any]:
        """The cell, its size, and where its loss lies."""
        return {
            "cell": trained.cell(self.layer, self.direction).kind,
            **trained.on_one_layer(self.which, self.layer, self.direction),
        }

    @property
    def biases(self) -> dict[str, float]:
        """The bias of each gate that this cell has, by the gate's name."""
        return {gate: getattr(self, f"{gate}_bias") for gate in BIASED if gate in CELLS[self.cell].gates}

    @property
    def sizes(self) -> tuple[int, int]:
        """T and D."""
        if self.trained is not None:
            return self.trained.sizes(self.which, self.layer, self.direction)
        return sizes_of(self.inputs, self.steps, self.text, self.numbers, self.unit)

    def sequence(self) -> Sequence:
        """The input sequence and its targets; of a network from somewhere that of its lowest layer."""
        if self.trained is not None:
            return self.trained.sequence(self.which)
        return sequence_of(self.inputs, self.steps, self.text, self.numbers, self.seed, self.unit)

    def parameters(self) -> Parameters:
        """Those of the layer of a network from somewhere; else Gaussian W, Glorot U, and the biases of the gates."""
        if self.trained is not None:
            return self.within.parameters
        cell, sequence = CELLS[self.cell], self.sequence()
        D, symbols = sequence.x.shape[2], sequence.vocabulary
        drawn = initial_parameters(cell, "gaussian", 1.0, self.hidden, D, self.seed, symbols=symbols)
        b = np.zeros_like(drawn.b)
        for gate, bias in self.biases.items():
            b[cell.rows(gate, self.hidden)] = bias
        extra = {name: np.full(self.hidden, self.leak) if name == "leak" else v for name, v in drawn.extra.items()}
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
        sequence = self.sequence()
        return initial_readout(self.hidden, sequence.outputs, self.seed, sequence.vocabulary)

    def errors(self, trace: Trace) -> Errors:
        """The loss of `trace`."""
        if self.loss == "probe":
            return probe(trace, np.random.default_rng([self.seed, 5]).standard_normal(self.hidden))
        first = -1 if self.at == "last" else 0
        return cross_entropy(trace, self.readout(), self.sequence().classes[first:], self.at)

    def run(self) -> Gradients:
        """The whole run: forward, loss, backward. `.trace` has the states and gates."""
        if self.trained is not None:
            return self.trained.run(self.which)[1].layers[self.layer - 1].directions[self.direction - 1]
        trace = unroll(CELLS[self.cell], self.parameters(), self.sequence().x, self.first_state())
        return backpropagate(trace, self.errors(trace))
