"""One update, in four phases: forward, loss, backward, update. A pure function of weights and number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, log2_norm
from engine.cells import RNN
from engine.errors import Errors
from engine.forward import State, Trace, unrolled
from engine.gradients.backward import Gradients, backpropagate
from engine.networks.encoder_decoder import (
    EncoderDecoderTrace,
    backpropagate_encoder_decoder,
    run_encoder_decoder,
)
from engine.networks.network import LayerTrace, Network, NetworkTrace, run_network, turned
from engine.networks.network_gradients import LayerGradients, NetworkGradients, backpropagate_network
from engine.networks.network_truncated import TruncatedNetwork, backpropagate_network_truncated
from engine.parameters import Parameters
from engine.tasks import Batch
from engine.training.losses import loss_of
from engine.training.model import Model, Place
from engine.training.optimisers import OPTIMISERS, Asked, OptimiserState
from engine.training.training import Training

SAFE = 1e-140, 1e140  # a norm of plain squares is right between them


@dataclass(frozen=True, eq=False, repr=False)
class Forward(ArrayRecord):
    """What a model makes of a batch."""

    trace: NetworkTrace  # of the decoder, where there is an encoder
    encoder: NetworkTrace | None
    errors: Errors  # of the training's loss; `.outputs` (m, B, K) is what it says
    loss: float  # average over the readings that count


@dataclass(frozen=True, eq=False, repr=False)
class Backward(ArrayRecord):
    """Gradients of one batch."""

    windows: tuple[tuple[int, NetworkGradients], ...]  # each with the step in front of it; one where nothing is cut
    encoder: NetworkGradients | None
    gradient: Array  # (P,) before clipping
    log2_norm: float  # of all of it; -inf for zero


@dataclass(frozen=True, eq=False, repr=False)
class Step(ArrayRecord):
    """One update with everything it was computed from."""

    number: int  # from 0 on: how many were made before
    model: Model  # before the update
    batch: Batch
    forward: Forward
    backward: Backward
    clipped: Array  # (P,) the gradient after clipping
    log2_factor: float  # log2 of ||after|| / ||before|| clipping
    change: Array  # (P,) what the update adds to the weights
    weights: Array  # (P,) after it
    state: OptimiserState  # after it


def forward_of(training: Training, model: Model, batch: Batch) -> Forward:
    """Run a model over a batch and take its loss."""
    pair, encoder = model.pair, None
    if pair is None:
        trace = _run(model.network, batch)
    else:
        assert batch.source is not None
        lengths = batch.source_lengths
        if lengths is None:
            lengths = np.full(batch.source.shape[1], len(batch.source))
        both: EncoderDecoderTrace = run_encoder_decoder(pair, batch.source, batch.x, lengths, batch.lengths)
        trace, encoder = both.decoder, both.encoder
    errors = loss_of(trace, model.readout, batch, training.learned.loss, training.summed)
    total = errors.loss.sum()
    return Forward(trace, encoder, errors, total / float(batch.counts.sum()) if training.summed else total)


def backward_of(training: Training, forward: Forward) -> Backward:
    """Carry the loss back to every weight."""
    trace, errors, encoder = forward.trace, forward.errors, None
    structure, cut = training.structure, training.cut
    windows: tuple[tuple[int, NetworkGradients], ...]
    if forward.encoder is not None:
        both = backpropagate_encoder_decoder(EncoderDecoderTrace(forward.encoder, trace), errors)
        windows, encoder = ((0, both.decoder),), both.encoder
    elif 0 < cut < trace.steps:
        pieces: TruncatedNetwork = backpropagate_network_truncated(trace, errors, cut, cut)
        windows = tuple((piece.start, piece.gradients) for piece in pieces.updates)
        readout = errors.readout
        assert readout is not None
        gradient = structure.joined(lambda place: pieces.layers[place[1]][place[2]], readout)
        return Backward(windows, None, gradient, norm_of(gradient))
    else:
        windows = ((0, _carried(trace, errors)),)

    def parameters(place: Place) -> Parameters:
        part, layer, reverse = place
        gradients = encoder if part == "encoder" else windows[0][1]
        assert gradients is not None
        return gradients.layers[layer].directions[reverse].parameters

    readout = errors.readout
    assert readout is not None
    gradient = structure.joined(parameters, readout)
    return Backward(windows, encoder, gradient, norm_of(gradient))


def step_of(training: Training, numbers: Array, state: OptimiserState, number: int) -> Step:
    """Update number `number` (from 0 on) of weights (P,): the batch is drawn, everything computed, nothing changed."""
    rate, clip, size = training.settings(number)
    batch = training.drawn_batch(number, size)
    model = training.structure.model(numbers)
    forward = forward_of(training, model, batch)
    backward = backward_of(training, forward)
    clipped, log2_factor = clip_of(backward.gradient, backward.log2_norm, training.clip_by, clip)
    asked = Asked(clipped, numbers, rate, training.momentum)
    after, change = OPTIMISERS[training.optimiser](state, asked)
    return Step(number, model, batch, forward, backward, clipped, log2_factor, change, numbers + change, after)


def clip_of(gradient: Array, log2_norm_before: float, by: str, limit: float) -> tuple[Array, float]:
    """The clipped gradient, and log2 of what its norm was multiplied with; itself where nothing is over the limit.

    As `engine.gradients.clipping`, of one vector. PyTorch divides by the norm plus 1e-6; here the norm becomes
    the limit exactly. Keras has this as global_clipnorm; its clipnorm takes each array by itself.
    """
    if limit == 0.0 or not np.isfinite(log2_norm_before):
        return gradient, 0.0
    if by == "value":
        clipped = np.clip(gradient, -limit, limit)
        return clipped, norm_of(clipped) - log2_norm_before
    log2_factor = float(np.log2(limit)) - log2_norm_before
    if log2_factor >= 0.0:
        return gradient, 0.0
    return gradient * 2.0**log2_factor, log2_factor


def norm_of(vector: Array) -> float:
    """log2 of the norm of a vector, -inf for zero; nan or inf where it holds such numbers."""
    with np.errstate(
        over="ignore", under="ignore"
    ):  # by NumPy: BLAS takes several threads, more time, and rounds otherwise
        squares = float(np.einsum("p,p->", vector, vector))
    if SAFE[0] < squares < SAFE[1]:
        return float(np.log2(squares)) / 2.0
    return float(log2_norm(vector, (0,))) if np.isfinite(vector).all() else float("nan")


def log2_by_step(backward: Backward, trace: NetworkTrace) -> Array:
    """log2 ||dL/dh_t|| of t = 1..T, over all sequences, units, layers and directions together, (T,)."""
    total = np.full(trace.steps, -np.inf)
    for start, gradients in backward.windows:
        for layer in gradients.layers:
            for reverse, direction in enumerate(layer.directions):
                rows = _by_time(direction, bool(reverse))
                here = slice(start, start + len(rows))
                total[here] = np.logaddexp2(total[here], np.logaddexp2.reduce(2.0 * rows, axis=1))
    return np.asarray(total / 2.0)


def log2_heard(backward: Backward, room: int) -> Array:
    """The same of the encoder, counted back from where each of its sequences ends, which is the last of `room` steps,
    (room,); nan where none is so long."""
    if backward.encoder is None:
        return np.full(room, np.nan)
    each = []
    for layer in backward.encoder.layers:
        for reverse, direction in enumerate(layer.directions):
            rows, ends = _by_time(direction, bool(reverse)), direction.trace.ends
            t, column = np.nonzero(np.arange(len(rows))[:, None] < ends)
            aligned = np.full((room, len(ends)), -np.inf)
            aligned[room - ends[column] + t, column] = 2.0 * rows[t, column]
            each.append(np.logaddexp2.reduce(aligned, axis=1))
    total = np.logaddexp2.reduce(each) / 2.0
    total[: room - int(backward.encoder.trace.ends.max())] = np.nan
    return np.asarray(total)


def log2_arriving(backward: Backward, trace: NetworkTrace) -> float:
    """log2 of ||dL/dh|| at step 1 over ||dL/dh|| where each sequence ends, over all sequences, units and layers.

    Of two chains it is the forward one's; nan where layers of two chains stand on each other, since the error reaches
    step 1 of the lower through the upper's reverse chain, and where nothing enters at the ends.
    """
    if trace.layers[0].reverse is not None and len(trace.layers) > 1:
        return float("nan")
    forward = trace.layers[0].forward
    first, last = -np.inf, -np.inf
    for start, gradients in backward.windows:
        for layer in gradients.layers:
            rows = 2.0 * layer.forward.log2_dh[1:]
            at = np.broadcast_to(forward.ends - 1 - start, rows.shape[1:])
            here = np.flatnonzero((at >= 0) & (at < len(rows)))
            last = np.logaddexp2(last, np.logaddexp2.reduce(rows[at[here], here], initial=-np.inf))
            first = np.logaddexp2(first, np.logaddexp2.reduce(rows[0])) if start == 0 else first
    return float(first - last) / 2.0 if last > -np.inf else float("nan")


def _by_time(gradients: Gradients, reverse: bool) -> Array:
    """log2 ||dL/dh_t|| of each sequence at the steps as they are read from the start, (T, B)."""
    rows = gradients.log2_dh[1:]
    return turned(rows, gradients.trace.ends) if reverse else rows


def saturation_of(trace: NetworkTrace) -> float:
    """How flat the gates are on average, from 0 (all linear) to 1, over layers, directions and sequences."""
    each = (direction for layer in trace.layers for direction in layer.directions)
    return float(np.mean([_saturation(direction) for direction in each]))


def _saturation(trace: Trace) -> float:
    """1 - mean of f'(a) / max f', which of tanh is the mean of y**2 and of a sigmoid that of (2 y - 1)**2."""
    cell, tape = trace.cell, trace.tape
    if trace.lengths is not None or (isinstance(cell, RNN) and cell.name not in ("tanh", "sigmoid")):
        return float(trace.saturation.mean())
    each = []
    for gate, values in cell.gate_values(tape).items():
        y = values.reshape(len(values), -1)
        squares, n = float(np.einsum("tr,tr->", y, y)), y.size
        tanh = gate in ("state", "candidate") and cell.name != "sigmoid"
        each.append(squares / n if tanh else 1.0 - 4.0 * (float(y.sum()) - squares) / n)
    return float(np.mean(each))


def _run(network: Network, batch: Batch) -> NetworkTrace:
    """The trace of a network; of a single layer without the checks, which weights of one's own and a task pass."""
    (layer, *more), B = network.layers, batch.x.shape[1]
    if more or layer.reverse is not None or batch.lengths is not None:
        nothing = tuple(State(np.zeros((B, p.hidden_size))) for one in network.layers for p in one.directions)
        return run_network(network, batch.x, batch.lengths, nothing)  # zeros, which say how many sequences there are
    start = np.zeros((B, layer.parameters.hidden_size))
    trace = unrolled(layer.cell, layer.parameters, batch.x, start, start)
    return NetworkTrace(network, None, (LayerTrace(layer, trace),))


def _carried(trace: NetworkTrace, errors: Errors) -> NetworkGradients:
    """The gradients of a network; a single layer is asked itself."""
    (layer, *more) = trace.layers
    if more or layer.reverse is not None:
        return backpropagate_network(trace, errors)
    return NetworkGradients(trace, errors, (LayerGradients(layer, backpropagate(layer.forward, errors)),))
