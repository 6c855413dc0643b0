"""What a trained network's answer follows: the gradient of each symbol, and the answer when that symbol is left out.

The gradient is the cause of learning; where the units of a trained network saturate it says little of what the answer
needs. So each symbol is also left out in turn and the network run again, and once the symbol is changed that decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, log2_norm
from engine.networks.network import Network, NetworkTrace, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.studies.backward.study import BackwardStudy
from engine.studies.trained import Trained
from engine.tasks import Batch, Task
from engine.training.losses import loss_of


@dataclass(frozen=True, eq=False, repr=False)
class LeftOut(ArrayRecord):
    """One sequence of T symbols, and the answer that is asked of it."""

    symbols: tuple[str, ...]
    decides: int | None  # the place, from 1, of the symbol that decides, where the task knows it
    wanted: str
    answer: str  # the likeliest
    share: float  # the probability of what is wanted
    log2_norms: Array  # (T,) log2 ||dL/dx_t|| of the loss -ln share
    without: Array  # (T,) the share when symbol t is left out; nan where nothing else is there

    @property
    def right(self) -> bool:
        """Whether the answer is what is wanted."""
        return self.answer == self.wanted


def answers_symbols(study: BackwardStudy) -> bool:
    """Whether a network was trained here to answer to symbols, which alone can be left out."""
    trained = study.trained
    if not isinstance(trained, Trained) or trained.task.decodes or trained.task.loss == "squared-error":
        return False
    return trained.outline(study.which).x.ndim == 2


def left_out(study: BackwardStudy) -> tuple[LeftOut, ...]:
    """What a trained network reads, and where its task has one the same opened otherwise.

    Raises:
        ValueError: it answers to no symbols.
    """
    trained = study.trained
    if not isinstance(trained, Trained) or not answers_symbols(study):
        raise ValueError("a network that was trained here to answer to symbols was expected")
    batch, task = trained.example(study.which), trained.task
    assert batch.weights is not None
    asked = int(np.flatnonzero(batch.weights[:, 0])[-1])
    codes, wanted = batch.x[:, 0], int(batch.targets[asked].ravel()[0])
    other = task.otherwise(codes)
    sentences = [(codes, wanted)] if other is None else [(codes, wanted), other]
    step = len(codes) if batch.where == "final" else asked + 1
    return tuple(_left_out(study, trained, read, step, want, other is not None) for read, want in sentences)


def _left_out(study: BackwardStudy, trained: Trained, codes: Array, step: int, wanted: int, known: bool) -> LeftOut:
    """One sequence, whose answer after `step` symbols is asked; `known`: its first symbol decides."""
    task, network, T = trained.task, _network(study, trained), len(codes)
    trace = run_network(network, codes[:, None], [T])
    batch = _asked(task, codes[:, None], [step], wanted)
    errors = loss_of(trace, trained.model.readout, batch, task.loss, summed=True)
    mantissa, exponent = backpropagate_network(trace, errors).layers[0].scaled_dx
    share, likeliest = _shares(trained, trace, batch, wanted)
    without = np.full(T, np.nan)
    if T > 1:
        fewer = np.stack([np.delete(codes, t) for t in range(T)], axis=1)
        steps = [max(1, step - (t < step)) for t in range(T)]
        again = run_network(network, fewer, [T - 1] * T)
        without, _ = _shares(trained, again, _asked(task, fewer, steps, wanted), wanted)
    names = ("0", "1") if task.loss == "binary-cross-entropy" else task.output_names
    return LeftOut(
        tuple(task.input_names[code] for code in codes.tolist()),
        1 if known else None,
        names[wanted],
        names[int(likeliest[0])],
        float(share[0]),
        np.asarray(log2_norm(mantissa[:, 0], (1,)) + exponent[:, 0]),
        without,
    )


def _asked(task: Task, codes: Array, steps: list[int], wanted: int) -> Batch:
    """Sequences (T, B) side by side, of each of which one answer counts: after so many of its steps."""
    T, B = codes.shape
    binary = task.loss == "binary-cross-entropy"
    targets = np.full((T, B, 1), float(wanted)) if binary else np.full((T, B), wanted)
    return Batch(codes, targets, "every", weights=np.equal.outer(np.arange(1, T + 1), steps).astype(np.float64))


def _shares(trained: Trained, trace: NetworkTrace, batch: Batch, wanted: int) -> tuple[Array, Array]:
    """Of each sequence the probability of what is wanted, (B,), and the likeliest answer, (B,)."""
    outputs = loss_of(trace, trained.model.readout, batch, trained.task.loss, summed=True).outputs
    assert outputs is not None
    assert batch.weights is not None
    read = outputs[batch.weights.argmax(axis=0), np.arange(outputs.shape[1])]
    if trained.task.loss == "binary-cross-entropy":
        read = np.concatenate([1.0 - read, read], axis=1)
    return read[:, wanted], read.argmax(axis=1)


def _network(study: BackwardStudy, trained: Trained) -> Network:
    """The whole network, the shown layer's W scaled as the study has it."""
    network, k = trained.model.network, study.layer - 1
    if study.scale == 1.0:
        return network
    layer, scaled = network.layers[k], study.weights(study.cells[0]).parameters
    layer = replace(layer, parameters=scaled) if study.direction == 1 else replace(layer, reverse=scaled)
    return replace(network, layers=(*network.layers[:k], layer, *network.layers[k + 1 :]))
