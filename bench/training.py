"""Updates a second: a run with its whole history beside the usual PyTorch loop, the same sizes and the same batches.

Both draw a batch of the adding task, go forward through one layer and a readout, take the mean squared error at the
last step, go back, clip the norm at 1 and let Adam change the weights. Ours also keeps the history that the page shows
(losses, norms, the gradient at every timestep, saturation, evaluations on fresh sequences); "bare" is the same without.
PyTorch keeps two biases for each gate, which are the same work. Before anything is timed, loss and gradient must agree.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from bench.timing import NOTE, check_agreement, columns, digits, heading, interleaved, row
from engine.arrays import Array
from engine.cells import CELLS
from engine.memory import keep_freed_memory
from engine.training.optimisers import OptimiserState
from engine.training.run import Run
from engine.training.step import backward_of, forward_of, step_of
from engine.training.training import Training

T = 50
MODULES = {"tanh": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
SIZES = ((1, 32), (1, 64), (32, 32), (32, 64))  # B, H
WARM = 40  # updates before anything is timed


class Loop:
    """The loop as it is usually written."""

    def __init__(self, training: Training, dtype: torch.dtype) -> None:
        self.training, self.dtype, self.update = training, dtype, 0
        structure = training.structure
        self.module = MODULES[training.cell](structure.inputs, structure.hidden, dtype=dtype)
        self.readout = torch.nn.Linear(structure.hidden, structure.outputs, dtype=dtype)
        self.weights = [*self.module.parameters(), *self.readout.parameters()]
        self.optimiser = torch.optim.Adam(self.weights, lr=training.rate)

    def start_from(self, numbers: Array) -> None:
        """Our weights; of two biases the second is 0, but for the part that a GRU's reset gate multiplies."""
        arrays = self.training.structure.arrays(numbers)
        second = np.zeros_like(arrays["network.0.b"])
        if "network.0.recurrent_bias" in arrays:
            second[-self.training.hidden :] = arrays["network.0.recurrent_bias"]
        order = [arrays[f"network.0.{name}"] for name in "UWb"] + [second, arrays["readout.V"], arrays["readout.d"]]
        for weights, ours in zip(self.weights, order, strict=True):
            weights.data = torch.tensor(ours, dtype=self.dtype)

    def loss(self, number: int) -> torch.Tensor:
        batch = self.training.drawn_batch(number, self.training.batch)
        x, y = (torch.from_numpy(rows).to(self.dtype) for rows in (batch.x, batch.targets[0]))
        return torch.nn.functional.mse_loss(self.readout(self.module(x)[0][-1]), y)

    def __call__(self) -> float:
        self.optimiser.zero_grad()
        loss = self.loss(self.update)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights, self.training.clip)
        self.optimiser.step()
        self.update += 1
        return float(loss.item())


def check(training: Training) -> None:
    """Raise unless both have the same loss and the same gradient of W and V at the first update."""
    loop, numbers = Loop(training, torch.float64), training.start()
    loop.start_from(numbers)
    loss = loop.loss(0)
    loss.backward()
    forward = forward_of(training, training.structure.model(numbers), training.drawn_batch(0, training.batch))
    arrays = training.structure.arrays(backward_of(training, forward).gradient)
    pairs = {"loss": (np.array([forward.loss]), np.array([loss.item()]))}
    for name, weights in (("network.0.W", loop.module.weight_hh_l0), ("readout.V", loop.readout.weight)):
        assert weights.grad is not None
        pairs[name] = arrays[name], weights.grad.numpy()
    check_agreement(training.cell, pairs)


def ours(training: Training) -> Callable[[], object]:
    """One more update of a run."""
    run = Run(training)
    run.extend(WARM)
    return lambda: run.extend(run.updates + 1)


def bare(training: Training) -> Callable[[], object]:
    """One more update, of which nothing is kept."""
    at = [training.start(), OptimiserState()]

    def one() -> None:
        step = step_of(training, at[0], at[1], at[1].updates)
        at[:] = step.weights, step.state

    return one


def report() -> None:
    """Print the table as Markdown."""
    torch.set_num_threads(1)
    keep_freed_memory()
    heading("Training beside PyTorch's loop", {"PyTorch": torch.__version__})
    print(f"Adding, T = {T}, D = 2, Adam, clip 1; milliseconds an update. {NOTE}")
    peers = ("bare, ms", "ratio", "torch.nn float64, ms", "ratio", "torch.nn float32, ms", "ratio")
    columns("cell", "B", "H", "ours, ms", "updates a second", *peers)
    for cell in MODULES:
        for B, H in SIZES:
            training = Training(task="adding", cell=cell, length=T, batch=B, hidden=H)
            check(training)
            loops = [Loop(training, dtype) for dtype in (torch.float64, torch.float32)]
            medians = interleaved([ours(training), bare(training), *loops])
            theirs = zip(medians.ms[1:], medians.ratios[1:], strict=True)
            rest = [words for ms, ratio in theirs for words in (digits(ms), f"**{digits(ratio)}**")]
            row(CELLS[cell].title, B, H, digits(medians.ms[0]), f"{1e3 / medians.ms[0]:,.0f}", *rest)
