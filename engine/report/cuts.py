"""What truncated backpropagation would have cut: how much of each layer's gradient lies behind the last k steps.

The share that is lost is ||g - g_k|| / ||g||, g the gradient of all of a direction's weights and g_k what is left of it
when errors go back k steps at most. It may pass 1, where what is cut off had cancelled most of the rest.

Where one error enters a network that reads from the start alone, g - g_k is the sum of the contributions of the steps
in front of the last k, in every layer: sums that grow from the farthest step on, of which one stands in memory at a
time, with powers of two where they leave float64. Otherwise there is a truncated pass for each k: of one output's error
through the k steps that each direction has read last when it puts that out, or, where errors enter at several steps, in
pieces of k steps, as a training loop cuts a sequence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, log2_norm
from engine.errors import Entering
from engine.gradients.backward import Gradients
from engine.gradients.carry import SAFE
from engine.gradients.collect import Together
from engine.networks.network import NetworkTrace
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from engine.networks.network_truncated import backpropagate_network_truncated
from engine.report.directions import Direction, gradients_of
from engine.wide import scaled, widened


@dataclass(frozen=True, eq=False, repr=False)
class Cut(ArrayRecord):
    """What truncation takes from one sequence's gradients."""

    steps: tuple[int, ...]  # n: k, rising
    pieces: bool  # whether the sequence is cut into pieces of k; else k counts back from the one output
    log2_lost: Array  # (n, directions) log2 ||g - g_k||
    log2_whole: Array  # (directions,) log2 ||g||


@dataclass(frozen=True, eq=False, repr=False)
class Cuts(ArrayRecord):
    """The same of all sequences, as shares."""

    directions: tuple[Direction, ...]
    every: tuple[Cut, ...]  # none where they are left out
    left_out: str = ""  # why nothing was cut, as a sentence

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """Every k, rising; a sequence of at most k steps loses nothing."""
        return tuple(sorted({k for cut in self.every for k in cut.steps}))

    @cached_property
    def each(self) -> Array:
        """log2 of the share lost of each direction's gradient, (B, n, directions); nan where the gradient is 0."""
        each = [self._of(cut, cut.log2_lost, cut.log2_whole) for cut in self.every]
        return np.stack(each) if each else np.zeros((0, 0, len(self.directions)))

    @cached_property
    def together(self) -> Array:
        """The same of all directions' weights as one vector, (B, n)."""
        each = [
            self._of(cut, _joined(cut.log2_lost)[:, None], _joined(cut.log2_whole)[None])[:, 0] for cut in self.every
        ]
        return np.stack(each) if each else np.zeros((0, 0))

    @cached_property
    def median(self) -> Array:
        """Over the sequences, (n, directions), those left out whose gradient is 0."""
        return _medians(self.each)

    @cached_property
    def median_together(self) -> Array:
        """Of all weights, (n,)."""
        return _medians(self.together)

    def _of(self, cut: Cut, lost: Array, whole: Array) -> Array:
        """Shares by every k, (n, ...)."""
        found = np.full((len(self.steps), lost.shape[1]), -np.inf)
        with np.errstate(invalid="ignore"):
            found[np.searchsorted(self.steps, cut.steps)] = lost - whole
        found[:, np.isneginf(whole)] = np.nan
        return found


class UncutError(ValueError):
    """A run of which truncation cannot be told: why, as a sentence."""


def cut_in_parts(gradients: NetworkGradients) -> Iterator[float | Cut]:
    """The shares of the work that are done, and at last what truncation takes from the only sequence of a batch.

    Raises:
        UncutError: a layer puts its states out as it read them, from the end, or errors enter at a state that no step
            shows.
    """
    assert gradients.errors is not None
    number = next((n for n, layer in enumerate(gradients.trace.network.layers, 1) if layer.as_read), None)
    if number is not None:
        raise UncutError(
            f"Truncation is left out: layer {number} puts out its states as it read them, from the end, so that a "
            "piece of time is no piece of the layers around it."
        )
    trace, errors = gradients.trace, gradients.errors
    if errors.of_ending:
        errors = _where_they_end(trace, errors)
        gradients = backpropagate_network(trace, errors)
    both = any(layer.reverse is not None or layer.layer.backwards for layer in trace.layers)
    if len(errors.steps) == 1 and not both:
        yield from _by_sums(gradients_of(gradients), errors.steps[0])
    else:
        yield from _by_passes(gradients, errors)


def _by_sums(ways: Sequence[Gradients], last: int) -> Iterator[float | Cut]:
    """From the contributions of each step."""
    steps = _rungs(last)
    lost, whole = np.full((len(steps), len(ways)), -np.inf), np.full(len(ways), -np.inf)
    for way, gradients in enumerate(ways):
        edges = [0, *(last - k for k in reversed(steps)), last]
        for n, norm in enumerate(_growing(gradients, edges), 1):
            if n <= len(steps):
                lost[len(steps) - n, way] = norm
            else:
                whole[way] = norm
        yield (way + 1) / len(ways)
    yield Cut(steps, False, lost, whole)


def _growing(gradients: Gradients, edges: Sequence[int]) -> Iterator[float]:
    """log2 of the norm of the contributions of steps 1..edge summed, for each edge but the first, rising."""
    total: dict[str, Array] = {}
    power = 0
    for start, stop in pairwise(edges):
        part, top = _between(gradients, start, stop)
        if not total:
            total, power = part, top
        else:
            up = max(power, top)
            total = {name: _times(rows, power - up) + _times(part[name], top - up) for name, rows in total.items()}
            power = up
        yield _log2_norm(total) + power


def _between(gradients: Gradients, start: int, stop: int) -> tuple[dict[str, Array], int]:
    """What steps start+1..stop add, divided by a power of two, and its exponent."""
    exponent = gradients.exponent[start + 1 : stop + 1]
    if (far := gradients.beyond) is not None:
        return far.part(start, stop).weights(Together(lambda rows: widened(rows, exponent[:, None]), None)).named(), 0
    top = int(exponent.max())
    power = (exponent - top)[:, None] if exponent.any() else None
    with np.errstate(over="ignore", invalid="ignore"):
        collect = Together(lambda rows: rows if power is None else scaled(rows, power), None)
        return gradients.sweep.part(start, stop).weights(collect).named(), top


def _by_passes(gradients: NetworkGradients, errors: Entering) -> Iterator[float | Cut]:
    """From a truncated pass for each k."""
    trace = gradients.trace
    top = max(int(one.exponent.max()) for one in gradients_of(gradients))
    if top:  # so that nothing that counts leaves float64
        errors = Entering(errors.steps, errors.dh, errors.exponent - top, of_ending=errors.of_ending)
        gradients = backpropagate_network(trace, errors)
    whole = [one.parameters.named() for one in gradients_of(gradients)]
    steps, pieces = _rungs(trace.steps), False
    lost = np.zeros((len(steps), len(whole)))
    for n, k in enumerate(steps):
        own = _own_ways(trace, errors, k)
        pieces = own is None
        passes = [backpropagate_network_truncated(trace, *one) for one in own or [(errors, k, k)]]
        updates = [gradients_of(update.gradients) for one in passes for update in one.updates]
        for way, full in enumerate(whole):
            rest = full
            for update in updates:
                part = update[way].parameters.named()
                rest = {name: np.subtract(rows, part[name], out=part[name]) for name, rows in rest.items()}
            lost[n, way] = _log2_norm(rest)
        yield (n + 1) / len(steps)
    yield Cut(steps, pieces, lost + top, np.array([_log2_norm(full) for full in whole]) + top)


def _own_ways(trace: NetworkTrace, errors: Entering, k: int) -> list[tuple[Entering, int, int]] | None:
    """The errors of each truncated pass at k, and its k1 and k2; None where a sequence has to be cut into pieces.

    One output's error is cut on each direction's own way: to the k steps up to it of one that reads from the start, to
    the k steps from it on of one that reads from the end. Merged directions have one error, and errors of several
    steps, as a training loop has them, go back in pieces.
    """
    top, T = trace.network.layers[-1], trace.steps
    if top.merge != "concat":
        return None
    size = top.parameters.hidden_size
    passes, ways = [], []
    for n, step in enumerate(errors.steps):
        for way, own in list(enumerate((slice(0, size), slice(size, None))))[: len(top.directions)]:
            if errors.dh[n, :, own].any():
                dh = np.zeros_like(errors.dh[n : n + 1])
                dh[..., own] = errors.dh[n, :, own]
                k1, k2 = (min(step - 1 + k, T), min(k, T - step + 1)) if top.reads_back(way) else (step, k)
                passes.append((Entering((step,), dh, errors.exponent[n : n + 1]), k1, k2))
                ways.append(way)
    return passes if len(ways) == len(set(ways)) else None


def _where_they_end(trace: NetworkTrace, errors: Entering) -> Entering:
    """Errors at the last states as errors at the outputs of the steps that show them.

    Raises:
        UncutError: they are merged into one, which no step shows.
    """
    top, T = trace.network.layers[-1], trace.steps
    if top.merge != "concat":
        raise UncutError(
            "Truncation is left out: the error is that of the states in which both directions end, at different steps, "
            f"merged into one ({top.merge})."
        )
    ends = [1 if top.reads_back(way) else T for way in range(len(top.directions))]
    steps = sorted(set(ends))
    dh = np.zeros((len(steps), *errors.dh.shape[1:]))
    size = top.parameters.hidden_size
    for end, own in zip(ends, (slice(0, size), slice(size, None)), strict=False):
        dh[steps.index(end), :, own] = errors.dh[-1, :, own]
    return Entering(tuple(steps), dh, np.repeat(errors.exponent[-1:], len(steps), axis=0))


def _rungs(T: int) -> tuple[int, ...]:
    """The k that are looked at, below T: powers of two."""
    return tuple(2**n for n in range(T.bit_length()) if 2**n < T)


def _times(rows: Array, power: int) -> Array:
    """rows * 2**power."""
    return scaled(rows, np.array(power)) if power else rows


def _log2_norm(named: Mapping[str, Array]) -> float:
    """log2 of the norm of all arrays together."""
    if all(isinstance(rows, np.ndarray) for rows in named.values()):
        square = sum(float(np.einsum("ij,ij->", *[np.atleast_2d(rows)] * 2)) for rows in named.values())
        if 1.0 / SAFE**2 < square < SAFE**2:
            return float(np.log2(square) / 2.0)
    return float(_joined(np.array([log2_norm(rows.reshape(1, -1), (1,))[0] for rows in named.values()])))


def _joined(log2_norms: Array) -> Array:
    """log2 of the norm of vectors behind each other, from those of each along the last axis."""
    return np.asarray(np.logaddexp2.reduce(2.0 * log2_norms, axis=-1) / 2.0)


def _medians(each: Array) -> Array:
    """Medians of shares over axis 0, from their logarithms, of those that are numbers; nan where none is."""
    found = np.full(each.shape[1:], np.nan)
    for place in np.ndindex(found.shape):
        known = np.sort(each[(slice(None), *place)])
        known = known[~np.isnan(known)]
        if len(known):
            middle = known[[(len(known) - 1) // 2, len(known) // 2]]
            found[place] = np.logaddexp2(*middle) - 1.0
    return found
