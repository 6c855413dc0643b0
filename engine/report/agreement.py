"""Does it agree? A framework's own outputs beside what the engine computes: how far apart at most, and where.

What an array of theirs is, its shape says: the outputs of the head or of a layer at every step, those of each
sequence's last step, or last states; time first or batch first, of one sequence also without its batch. Where a shape
leaves more than one reading, the nearest is taken, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.activations import sigmoid
from engine.array_record import ArrayRecord
from engine.arrays import Array, in_words, plain
from engine.networks.network import Network, check_network
from engine.parameters import Readout
from engine.report.asked import checked_head
from engine.report.runs import Masks, checked_masks, run_of, starts_of
from engine.report.sequences import Sequences, checked_sequences

ROUNDING = {"float64": 1e-12, "float32": 2e-6}  # of the largest number: what is rounding in a run of that precision
BATCH_FIRST: dict[tuple[str, ...], tuple[int, ...]] = {
    ("step", "sequence", "unit"): (1, 0, 2),
    ("state", "sequence", "unit"): (1, 0, 2),
}
SHOWN = 8  # shapes that a message names


@dataclass(frozen=True, eq=False, repr=False)
class Compared(ArrayRecord):
    """One array of theirs beside ours."""

    name: str
    of: str  # what of ours it was compared with, in words
    largest: float  # |theirs - ours| where it is largest; nan or infinite where theirs is there
    relative: float  # the same divided by the largest |number| of ours
    place: dict[str, int]  # where that is, from 1: "sequence", "step" (or "state", of last ones) and "unit"
    ours: float  # both numbers there
    theirs: float

    @property
    def within(self) -> str:
        """Of which precision this is the rounding, "float64" or "float32"; "": of none of them."""
        return next((name for name, most in ROUNDING.items() if self.relative <= most), "")


@dataclass(frozen=True, eq=False, repr=False)
class Agreement(ArrayRecord):
    """Every array that was given, in the given order."""

    compared: tuple[Compared, ...]

    @property
    def worst(self) -> Compared:
        """That with the largest relative difference."""
        return max(self.compared, key=lambda one: np.inf if np.isnan(one.relative) else one.relative)


@dataclass(frozen=True, eq=False, repr=False)
class Ours(ArrayRecord):
    """Something that an array may be; nan where a sequence has ended."""

    words: str
    axes: tuple[str, ...]
    rows: Array


def agreement(
    network: Network,
    sequences: Sequences,
    theirs: npt.ArrayLike | Mapping[str, npt.ArrayLike],
    head: Readout | None = None,
    batch_first: bool | None = None,
    masks: Masks | None = None,
) -> Agreement:
    """The largest difference of each array of theirs from ours.

    Args:
        theirs: one array, or several by name. What they hold behind a sequence's end is not looked at.
        batch_first: how their arrays are laid out; None: as their shapes say.
        masks: as for `report`.

    Raises:
        ValueError: a sequence does not fit the network, an array is none of numbers, or its shape fits nothing; the
            message names the shapes that would.
    """
    check_network(network)
    found = list(_ours(network, sequences, head, masks))
    named = theirs if isinstance(theirs, Mapping) else {"outputs": theirs}
    if not named:
        raise ValueError("there is no array to compare, but at least one was expected")
    return Agreement(tuple(_compared(str(name), rows, found, batch_first) for name, rows in named.items()))


def _compared(name: str, given: npt.ArrayLike, every: list[Ours], batch_first: bool | None) -> Compared:
    theirs = plain(name, given)
    if theirs.dtype.kind not in "fiub":
        raise ValueError(f"{name} holds {theirs.dtype}, but numbers were expected")
    readings = [one for ours in every for one in _laid(ours, batch_first)]
    fitting = [one for one in readings if one.rows.shape == theirs.shape]
    if not fitting:
        shapes = {f"{in_words(one.rows.shape)} for {one.words}": None for one in readings}
        said = "; ".join(list(shapes)[:SHOWN])
        raise ValueError(f"{name} has shape {theirs.shape}, which is none of what there is to compare: {said}")
    apart = [_apart(name, theirs.astype(np.float64), one) for one in fitting]
    return min(apart, key=lambda one: np.inf if np.isnan(one.relative) else one.relative)


def _apart(name: str, theirs: Array, ours: Ours) -> Compared:
    """Where one array is farthest from one of ours."""
    counts = ~np.isnan(ours.rows)
    with np.errstate(invalid="ignore"):
        apart = np.where(counts, np.abs(theirs - ours.rows), -1.0)
    at = np.unravel_index(int(np.where(np.isnan(apart), np.inf, apart).argmax()), apart.shape)
    largest, size = float(apart[at]), float(np.abs(ours.rows[counts]).max(initial=0.0))
    return Compared(
        name=name,
        of=ours.words,
        largest=largest,
        relative=largest / size if size > 0.0 else largest,
        place={axis: int(k) + 1 for axis, k in zip(ours.axes, at, strict=True)},
        ours=float(ours.rows[at]),
        theirs=float(theirs[at]),
    )


def _laid(ours: Ours, batch_first: bool | None) -> Iterator[Ours]:
    """One of ours in every order of axes in which it may come."""
    turn = BATCH_FIRST.get(ours.axes)
    if batch_first is not True or turn is None:
        yield ours
    if batch_first is not False and turn is not None:
        yield Ours(ours.words, tuple(ours.axes[k] for k in turn), ours.rows.transpose(turn))
    if "sequence" in ours.axes and ours.rows.shape[k := ours.axes.index("sequence")] == 1:
        yield Ours(ours.words, (*ours.axes[:k], *ours.axes[k + 1 :]), ours.rows.squeeze(k))


def _ours(network: Network, sequences: Sequences, head: Readout | None, masks: Masks | None) -> Iterator[Ours]:
    """What an array may be, the likeliest first."""
    every = checked_sequences(network, sequences)
    T, B = max(map(len, every)), len(every)
    read, starts = checked_masks(masks, every), starts_of(network, B)
    ends: list[int] = []
    endings: list[Array] = []  # of each sequence, the states in which the top layer's directions end
    layers = [np.full((T, B, layer.output_size), np.nan) for layer in network.layers]
    states: list[list[Array]] = []  # of each sequence, of each direction: h (H,), and c where there is one
    for b, x in enumerate(every):
        trace = run_of(network, x, read[b], starts[b])
        ends.append(int(trace.ends[0]))
        endings.append(trace.layers[-1].ending[0])
        for rows, layer in zip(layers, trace.layers, strict=True):
            rows[: len(x), b] = layer.outputs[:, 0]
        states.append([rows[0] for state in trace.final for rows in (state.h, state.c) if rows is not None])
    last = np.array(ends) - 1, np.arange(B)
    ending, where = np.stack(endings), "where each direction ends"
    ended = network.layers[-1].reverse is not None or network.layers[-1].backwards
    if head is not None:
        head = checked_head(network, head)
        outputs = layers[-1] @ head.V.T + head.d
        for words, function in AFTER.items():
            rows = function(outputs)
            yield Ours(f"the head’s outputs{words}", ("step", "sequence", "unit"), rows)
            yield Ours(f"the head’s outputs{words} at each sequence’s last step", ("sequence", "unit"), rows[last])
            if ended:
                rows = function(ending @ head.V.T + head.d)
                yield Ours(f"the head’s outputs{words} {where}", ("sequence", "unit"), rows)
    for number in range(len(layers), 0, -1):
        words = "the outputs" if number == len(layers) else f"the outputs of layer {number}"
        yield Ours(words, ("step", "sequence", "unit"), layers[number - 1])
        yield Ours(f"{words} at each sequence’s last step", ("sequence", "unit"), layers[number - 1][last])
    if ended:
        yield Ours(f"the states {where}", ("sequence", "unit"), ending)
    yield from _last_states(network, states)


def _last_states(network: Network, states: list[list[Array]]) -> Iterator[Ours]:
    """h and c of every direction, by themselves and, where they are of one size, together as PyTorch has them."""
    names = [
        (letter, number, ("", " that reads from the end")[layer.reads_back(k)])
        for number, layer in enumerate(network.layers, 1)
        for k, cell in enumerate(layer.cells)
        for letter in ("hc" if cell.has_memory else "h")
    ]
    rows = [np.stack(each) for each in zip(*states, strict=True)]  # each (B, H)
    for letter in "hc":
        own = [one for one, (its, _, _) in zip(rows, names, strict=True) if its == letter]
        if own and len({one.shape for one in own}) == 1:
            yield Ours(f"the last states {letter}", ("state", "sequence", "unit"), np.stack(own))
    for one, (letter, number, way) in zip(rows, names, strict=True):
        yield Ours(f"the last state {letter} of layer {number}{way}", ("sequence", "unit"), one)


def _softmax(o: Array) -> Array:
    weight = np.exp(o - o.max(axis=-1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


def _log_softmax(o: Array) -> Array:
    shifted = o - o.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


AFTER: dict[str, Callable[[Array], Array]] = {
    "": lambda o: o,
    " after softmax": _softmax,
    " after log softmax": _log_softmax,
    " after sigmoid": sigmoid,
    " after tanh": np.tanh,
}
