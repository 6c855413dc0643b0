"""Where a network that is not drawn comes from: what the pages ask of it, whether it was trained here or brought along.

A source has a network, what reads its outputs, and some sequences that it is shown on. Layers, directions and sequences
are counted from 1; direction 1 reads from the start, direction 2 from the end.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, ClassVar, Protocol

import numpy as np

from engine.arrays import Array
from engine.cells import Cell
from engine.errors import Errors
from engine.networks.network import Network, NetworkTrace, run_network
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from engine.one_output import one_output
from engine.parameters import Parameters, Readout
from engine.readings import Readable
from engine.sequences import Sequence
from engine.tasks import Batch
from engine.training.losses import loss_of

PROBED = 7  # the pages’ usual seed


class Form(Protocol):
    """The arrays of a network; of shapes alone, their numbers mean nothing."""

    @property
    def network(self) -> Network:
        """The layers; the decoder's, where there is an encoder."""
        ...

    @property
    def readout(self) -> Readout | None:
        """What reads the top layer's outputs; None: nothing does, and a probe stands in for a loss."""
        ...

    @property
    def encoder(self) -> Network | None:
        """Who reads before a decoder answers."""
        ...


def probing(size: int) -> Readout:
    """What a probe reads of a state of that size: it along one direction, that of the pages’ usual seed."""
    direction = np.random.default_rng([PROBED, 5]).standard_normal(size)
    return Readout((direction / np.linalg.norm(direction))[None], np.zeros(1))


class Source(ABC):
    """A network from somewhere, and sequences for it."""

    private: ClassVar[bool] = False  # whether it is one visitor's alone: no link has it, no other visitor its answers

    @property
    def cut(self) -> int:
        """After how many steps its training cut errors; 0: it did not, or nobody knows."""
        return 0

    @property
    def summed(self) -> bool:
        """Whether the losses of several steps are added up; else they are averaged."""
        return True

    @property
    @abstractmethod
    def words_of_it(self) -> str:
        """What it is, in words."""

    @property
    @abstractmethod
    def form(self) -> Form:
        """Arrays of its shapes: nothing is trained for them."""

    @property
    @abstractmethod
    def whole(self) -> Form:
        """Its weights."""

    @property
    @abstractmethod
    def examples(self) -> int:
        """How many sequences of it can be looked at."""

    @abstractmethod
    def example(self, which: int = 1) -> Batch:
        """One of them, without what lies behind its end; `weights` are what each reading counts in the loss."""

    @abstractmethod
    def words(self, which: int = 1) -> tuple[tuple[str, ...], ...]:
        """Of that example what enters at each step, what is wanted at each reading, and what an encoder reads."""

    def outline(self, which: int = 1) -> Batch:
        """The same example, but that nothing is trained to know what is wanted of it."""
        return self.example(which)

    def entered(self, which: int = 1) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The first and the last of its words, for which nothing is trained."""
        entered, _, source = self.words(which)
        return entered, source

    @property
    @abstractmethod
    def loss(self) -> str:
        """A loss of `tasks`, or "output": one unit of error at one output; or "probe": one in the last state."""

    @property
    @abstractmethod
    def input_names(self) -> tuple[str, ...]:
        """What each input is called: the vocabulary where symbols enter."""

    @property
    @abstractmethod
    def output_names(self) -> tuple[str, ...]:
        """What each output is called."""

    @property
    def source_names(self) -> tuple[str, ...]:
        """The vocabulary of an encoder."""
        return ()

    @property
    def output(self) -> int:
        """Where the loss is "output": which one the error enters at, counted from 1."""
        return 1

    def errors(self, trace: Readable, readout: Readout | None = None, which: int = 1) -> Errors:
        """The loss of that example, of a trace of the whole network whose columns all read it."""
        batch, N, readout = self.example(which), len(trace.ends), readout or self.whole.readout
        if readout is None:
            read = one_output(trace, probing(trace.states[0].shape[2]), 0, batch.where)
            return replace(read, outputs=None, output_errors=None)
        if self.loss == "output":
            return one_output(trace, readout, self.output - 1, batch.where)
        assert batch.weights is not None
        repeated = replace(
            batch, targets=np.repeat(batch.targets, N, axis=1), weights=np.repeat(batch.weights, N, axis=1)
        )
        return loss_of(trace, readout, repeated, self.loss, summed=True)

    @property
    def layers(self) -> int:
        """How many there are."""
        return len(self.form.network.layers)

    def ways(self, layer: int = 1) -> int:
        """In how many directions a layer reads."""
        return len(self.form.network.layers[min(layer, self.layers) - 1].directions)

    @property
    def both(self) -> bool:
        """Whether some layer reads in both directions."""
        return any(layer.reverse is not None for layer in self.form.network.layers)

    def cell(self, layer: int = 1, way: int = 1) -> Cell:
        """The cell of a layer in a direction."""
        cells = self.form.network.layers[min(layer, self.layers) - 1].cells
        return cells[min(way, len(cells)) - 1]

    def shapes(self, layer: int = 1, way: int = 1) -> Parameters:
        """Parameters of the shapes that a layer has in a direction, or the nearest that there is."""
        directions = self.form.network.layers[min(layer, self.layers) - 1].directions
        return directions[min(way, len(directions)) - 1]

    @property
    def one_hot(self) -> bool:
        """Whether symbols enter as they are, one number for each; an embedding turns them into others."""
        return self.form.network.embedding is None and self.outline().x.ndim == 2

    def read(self, which: int = 1) -> Array:
        """What the network reads of that example: numbers (T, 1, D), or where it has an embedding symbols (T, 1)."""
        x = self.example(which).x
        if x.ndim == 3:
            return np.asarray(x, dtype=np.float64)
        return np.eye(self.shapes().input_size)[x[:, 0]][:, None] if self.form.network.embedding is None else x

    def sequence(self, which: int = 1) -> Sequence:
        """That example as an input sequence of the lowest layer: symbols one-hot or embedded, numbers as they are."""
        batch, x = self.example(which), self.read(which)
        table = None if self.form.network.embedding is None else self.whole.network.embedding
        K = max(1, len(self.output_names))
        classes = batch.targets if batch.targets.ndim == 2 else np.zeros(batch.targets.shape[:2], dtype=np.int64)
        return Sequence(
            x=x if table is None else table[x],
            labels=self.words(which)[0],
            classes=classes,
            targets=batch.targets if batch.targets.ndim == 3 else np.eye(K)[batch.targets],
            vocabulary=self.input_names if self.one_hot else (),
            places=batch.x if self.one_hot else None,
        )

    def sizes(self, which: int = 1, layer: int = 1, way: int = 1) -> tuple[int, int]:
        """T of that example, and D of a layer: how many numbers enter it at each step."""
        return len(self.outline(which).x), self.shapes(layer, way).input_size

    def on_one_layer(self, which: int, layer: int = 1, way: int = 1) -> dict[str, Any]:
        """What it says of the fields of a record of one layer: what enters, its size, its loss, and where that lies."""
        batch = self.outline(which)
        assert batch.weights is not None
        last = batch.where != "every" or not batch.weights[:-1].any()
        return {
            "hidden": self.shapes(layer, way).hidden_size,
            "inputs": "text" if batch.x.ndim == 2 else "numbers",
            "loss": self.loss,
            "at": "last" if last else "every",
        }

    def forward(self, network: Network, which: int = 1) -> NetworkTrace:
        """That example read by a network of this form, through all layers; not of an encoder and decoder."""
        return run_network(network, self.read(which))

    def run(self, which: int = 1) -> tuple[NetworkTrace, NetworkGradients]:
        """The same by itself, and back."""
        whole = self.whole
        trace = self.forward(whole.network, which)
        return trace, backpropagate_network(trace, self.errors(trace, whole.readout, which))
