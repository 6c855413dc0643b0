"""An experiment with the gradient: everything that decides how far back the error reaches, in one record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from engine.arrays import Array
from engine.cells import named
from engine.errors import Errors, cross_entropy, probe, squared_error
from engine.forward import State, Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.initialise import initial_parameters, initial_readout
from engine.parameters import Parameters, Readout
from engine.readings import Readable
from engine.record import Bound, declare
from engine.sequences import Sequence
from engine.studies.fields import (
    bias_field,
    bias_in,
    cells_field,
    hidden_field,
    input_field,
    loss_field,
    numbers_field,
    place_field,
    seed_field,
    steps_field,
    text_field,
)
from engine.studies.inputs import Place, sequence_of, sizes_of
from engine.studies.layered import Layered
from engine.studies.source import Source

INITIALISERS = {
    "gaussian": "Gaussian, N(0, 1/H)",
    "orthogonal": "Orthogonal",
    "identity": "Identity",
    "glorot": "Glorot uniform",
    "radius": "Spectral radius exactly the scale",
    "singular": "Largest singular value exactly the scale",
    "sparse": "Sparse, 15 a row; spectral radius the scale",
}
MOST_CELLS = 4  # compared on one picture
SYMBOLS = (3, 1001)  # length of an own text
NUMBERS = (2, 1000)  # length of an own sequence of numbers


def _fewer_seeds(study: VanishStudy) -> str:
    """Why there are fewer other seeds than usual, or none."""
    from engine.studies.vanish.seeds import MOST_SEEDS, other_seeds

    count = len(other_seeds(study)) if study.other_seeds else MOST_SEEDS
    if count == MOST_SEEDS:
        return ""
    if count:
        return f"A run is long here, so that only {count} other seeds are run."
    return "A run is too long here to run other seeds too: choose fewer steps or hidden units."


MOST_WORK = 25_000_000  # a run at every scale takes a gated cell some seconds then


def work(study: VanishStudy) -> int:
    """T H (H + D), to which the time of a run is about proportional: the products at each gate."""
    T, D = study.sizes
    return T * study.hidden * (study.hidden + D)


PATIENCE = 16  # times as much: who brings a wide network waits for it


def _waited_for(study: VanishStudy) -> float:
    """The same, of a network out of a file for as long as its owner waits."""
    return work(study) / (PATIENCE if study.trained is not None and study.trained.private else 1)


@dataclass(frozen=True)
class VanishStudy(Layered):
    """Cells under one seed on one sequence, or a layer of a network from somewhere on its own; `scale` multiplies every
    recurrent matrix, there that of the layer and direction alone: the loss stays that of the whole network.

    Raises:
        ValueError: a field is outside its range, or all together are too much to run; the message says what came and
            what is accepted.
    """

    bound: ClassVar = Bound(_waited_for, MOST_WORK, "products at each gate", ("hidden",))
    free: ClassVar = ("scale", "clip")

    cells: tuple[str, ...] = cells_field(MOST_CELLS, "Cells and activations compared")
    steps: int = steps_field(50, 5, 1000)  # T; a text or own numbers bring their own length
    hidden: int = hidden_field(32, 128, beside=True)
    initialiser: str = declare.choice(
        "gaussian",
        INITIALISERS,
        "init",
        "Recurrent weights W",
        "How each gate's W is drawn; the recurrent scale multiplies it. Input weights are Glorot uniform.",
    )
    scale: float = declare.number(1.0, 0.2, 3.0, "scale")  # dragged in the picture
    forget_bias: float = bias_field("forget_bias")
    update_bias: float = bias_field("update_bias")
    write_bias: float = bias_field("write_bias")
    inputs: str = input_field("random")
    text: str = text_field("hello, hello, hello", SYMBOLS, "characters; each step predicts the next one.")
    numbers: tuple[float, ...] = numbers_field((1.0, 0.5, -0.5, 0.0, 1.0), NUMBERS)
    loss: str = loss_field()
    at: Place = place_field()
    clip: float = declare.number(  # threshold on the norm of all parameter gradients; 0: none
        0.0,
        0.0,
        1000.0,
        "clip",
        "Clip at norm",
        "Threshold on the norm of all parameter gradients together; 0 is off. It multiplies them by one factor, shown "
        "at the gradient norms under the verdicts; the error that flows back through the states is not clipped.",
        step=1.0,
    )
    seed: int = seed_field(beside=True)
    other_seeds: bool = declare.switch(  # whether the same is shown under other seeds too; it changes no result
        False,
        "seeds",
        "Other seeds",
        "The same experiment under the 24 seeds that follow, at the current scale. Behind each curve, the band holds "
        "all runs but the lowest and the highest tenth; its thin line is the median.",
        note=_fewer_seeds,
    )

    def story(self) -> Self:
        """The same without its other seeds, which change no result."""
        return replace(self, other_seeds=False)

    def decided(self, trained: Source) -> dict[str, Any]:
        """One network, its size, and where its loss lies."""
        cell = trained.cell(self.layer, self.direction).kind
        return {"cells": (cell,), **trained.on_one_layer(self.which, self.layer, self.direction)}

    def aside(self) -> str:
        """As everywhere, and what the scale multiplies where there are several."""
        alone = (
            "The scale multiplies W of this chain alone; the gradient’s norm is that of its weights and of V."
            if self.place
            else ""
        )
        return " ".join(filter(None, [super().aside().strip(), alone]))

    @property
    def enters_last(self) -> bool:
        """Whether a single error enters the shown chain, at its last step."""
        if self.trained is None:
            return self.loss == "probe" or self.at == "last"
        return self.at == "last" and self.within.reads_last

    @property
    def chains(self) -> int:
        """How many chains run at every scale: the shown one, the one beside it, and those above."""
        if self.trained is None:
            return 1
        return sum(len(layer.directions) for layer in self.trained.form.network.layers[self.layer - 1 :])

    @property
    def length(self) -> int:
        """T; a text or own numbers bring their own."""
        return self.sizes[0]

    @property
    def sizes(self) -> tuple[int, int]:
        """T and D."""
        if self.trained is not None:
            return self.trained.sizes(self.which, self.layer, self.direction)
        return sizes_of(self.inputs, self.steps, self.text, self.numbers)

    def sequence(self) -> Sequence:
        """The input sequence and its targets."""
        if self.trained is not None:
            return self.trained.sequence(self.which)
        return sequence_of(self.inputs, self.steps, self.text, self.numbers, self.seed)

    def parameters(self, cell: str, scale: float | None = None) -> Parameters:
        """The weights of `cell`, at `scale` (the experiment's own if None)."""
        gain = self.scale if scale is None else scale
        if self.trained is not None:
            p = self.within.parameters
            return p if gain == 1.0 else replace(p, W=gain * p.W)
        sequence, kind, H = self.sequence(), named(cell), self.hidden
        symbols, D = sequence.vocabulary, sequence.x.shape[2]
        return initial_parameters(kind, self.initialiser, gain, H, D, self.seed, bias_in(self, cell), symbols)

    def readout(self) -> Readout | None:
        """The output weights, the same for every cell; None where a file has none."""
        if self.trained is not None:
            return self.trained.whole.readout
        return self._drawn_readout()

    def _drawn_readout(self) -> Readout:
        sequence = self.sequence()
        return initial_readout(self.hidden, sequence.outputs, self.seed, sequence.vocabulary)

    def entering(self) -> Array:
        """What the shown chain reads, in its own order: (T, 1, D), or symbols that enter one-hot, (T, 1)."""
        return self.sequence().entering if self.trained is None else self.within.entering()

    def first_state(self, batch: int = 1) -> State | None:
        """What each of so many columns starts from, where that is not zeros."""
        return None if self.trained is None else self.within.first_state(batch)

    def errors(self, trace: Readable) -> Errors:
        """The loss of `trace`; its columns all meet the same targets."""
        if self.trained is not None:
            assert isinstance(trace, Trace)
            return self.within.errors(trace)
        batch = len(trace.ends)
        if self.loss == "probe":
            return probe(trace, np.random.default_rng([self.seed, 5]).standard_normal(self.hidden))
        sequence, first = self.sequence(), -1 if self.at == "last" else 0
        if self.loss == "cross-entropy":
            classes = np.repeat(sequence.classes[first:], batch, axis=1)
            return cross_entropy(trace, self._drawn_readout(), classes, self.at)
        targets = np.repeat(sequence.targets[first:], batch, axis=1)
        return squared_error(trace, self._drawn_readout(), targets, self.at)

    def run(self, cell: str) -> Gradients:
        """The whole run of one cell: forward, loss, backward. `.trace` has the states and gates."""
        trace = unroll(self.kind(cell), self.parameters(cell), self.entering(), self.first_state())
        return backpropagate(trace, self.errors(trace))
