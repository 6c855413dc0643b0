"""One line in a notebook: a network of any framework, a batch, and everything that the engine knows of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, described, expect
from engine.errors import Entering
from engine.files import NetworkFile, gradients_to_torch
from engine.files.to_torch import gradients_by_name
from engine.inputs import checked_lengths
from engine.modules import array, starts_from, understood, unpacked
from engine.networks.network import Network, NetworkTrace, run_network
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from engine.networks.order import checked_mask
from engine.parameters import Readout
from engine.report import Asked, Loss, Report, report
from engine.report.asked import LOSSES, errors_of
from engine.report.runs import run_of, starts_of
from engine.targets import targets_of

LossOf = Callable[[NetworkTrace], Entering]  # such as lambda trace: entering(trace, dh)


@dataclass(frozen=True, eq=False, repr=False)
class Look(ArrayRecord):
    """What one batch does in a network.

    Figures, and tables under their names with ``_table``: `figures.report(found.report)`, of one layer
    `figures.gradient_curves(found.gradients.layers[0].forward)` and `figures.states(found.trace.layers[0].forward)`.
    """

    network: Network
    head: Readout | None
    x: Array  # (T, B, D), or (T, B) symbols
    trace: NetworkTrace
    gradients: NetworkGradients
    asked: Asked
    masks: tuple[Array | None, ...]  # of each sequence, up to its end, True where a step is read; None: everywhere
    file: NetworkFile | None = None  # what was understood of a module, by its tensors' names
    notes: tuple[str, ...] = field(default=())  # the same in sentences, and what is not run here, or otherwise
    padding: int | None = None  # the symbol whose row of the embedding has no gradient in `to_torch`, as in the module

    @property
    def outputs(self) -> Array:
        """What the head puts out at every step, (T, B, K), before any activation; without a head the top layer."""
        rows = self.trace.outputs
        return rows if self.head is None else rows @ np.asarray(self.head.V).T + self.head.d

    @property
    def ending(self) -> Array:
        """The same of the states in which its directions end, (B, K), as a module gives it that gives no others."""
        rows = self.trace.layers[-1].ending
        return rows if self.head is None else rows @ np.asarray(self.head.V).T + self.head.d

    @cached_property
    def report(self) -> Report:
        """The report on every sequence of the batch."""
        return report(self.network, _sequences(self.x, self.trace), self.head, self.asked, self.masks)

    def to_torch(self) -> dict[str, Array]:
        """The gradients of the weights by PyTorch's names, as `.grad` has them: a module's own names, where it was one.

        Raises:
            ValueError: as for `gradients_to_torch`.
        """
        if self.file is not None and any("weight_ih" in tensor.name for tensor in self.file.used):
            return gradients_by_name(self.gradients, self.file, self.padding)
        return gradients_to_torch(self.gradients)


def look(
    network: Any,
    x: Any,
    loss: str | LossOf | None = None,
    target: Any = None,
    *,
    head: Readout | None = None,
    asked: Asked | None = None,
    batch_first: bool | None = None,
    lengths: Any = None,
    mask: Any = None,
    start: Any = None,
) -> Look:
    """Run a batch through a network as it is, and carry an error back.

    Args:
        network: a Network or NetworkFile; a torch module, or one that contains nn.RNN, nn.LSTM or nn.GRU; a Keras layer
            or model; or a state dict.
        x: (T, B, D) or (B, T, D) numbers, or whole numbers without D; of one sequence also without B. Tensors too,
            and a PackedSequence, whose sequences keep their own order.
        loss: one of LOSSES by its name, summed over steps and sequences; or where its errors enter, from a trace:
            ``lambda trace: entering(trace, dh)``. None: with a target the loss that fits it, else what is `asked`.
        target: of the last step, or of every step, laid out as x is: classes, or as many numbers as the head has.
        head: what reads the outputs; None: that of the module, where it has one, else the outputs themselves.
        asked: which output the error comes from; see `report.Asked`.
        batch_first: how x is laid out; None: as the module says, Keras batch first, else time first.
        lengths: how many steps each sequence has, (B,), as of a packed batch.
        mask: True at the steps that are read, laid out as x is; None: as the module itself leaves steps out.
        start: initial states as the module takes them, h0, or (h0, c0) of an LSTM, (n, B, H) of n layers and
            directions; or a tuple of a State for each. None: the network's own, and zeros where it has none.

    Raises:
        ValueError: the network is of no kind that is understood, or something does not fit; the message says what came.
    """
    found = understood(network)
    of_file = None if found.file is None else found.file.head
    head = of_file.readout if head is None and of_file is not None else head
    first = found.batch_first if batch_first is None else batch_first
    packed = hasattr(x, "batch_sizes") and hasattr(x, "unsorted_indices")
    if packed and lengths is not None:
        raise ValueError("lengths were given, but a packed batch says by itself how long its sequences are")
    rows, ends = unpacked(x) if packed else (array("x", x), None)
    symbols = rows.dtype.kind in "iu" and (found.network.embedding is not None or rows.ndim <= 2)
    axes = 2 if symbols else 3
    one = rows.ndim == axes - 1
    if not one and rows.ndim != axes:
        raise ValueError(f"x has shape {rows.shape}, but {'(T, B)' if symbols else '(T, B, D)'} was expected")

    def laid(given: Array) -> Array:
        """An array with the axes of x in the order T, B."""
        return given[:, None] if one else given.swapaxes(0, 1) if first else given

    rows = rows if packed else laid(rows)
    if lengths is not None:
        ends = checked_lengths(array("lengths", lengths), *rows.shape[:2])
    if mask is not None:
        read: Array | None = checked_mask(laid(array("mask", mask)), rows)
    else:
        read = None if found.file is None else found.file.mask(rows)
    if read is not None and ends is not None:
        read, ends = read & (np.arange(len(rows))[:, None] < ends), None
    net = found.network
    if start is not None:
        net = replace(net, start=starts_from(start, net, rows.shape[1], one))
    trace = run_network(net, rows, ends, mask=read)
    last: Literal["last", "final"] = "final" if found.ends else "last"
    masks = tuple(None if read is None else read[:, b] for b in range(trace.batch))
    if sum(given is not None for given in (loss if target is None else target, asked)) > 1:
        raise ValueError("loss and asked were given, but the error comes from one of both")
    if callable(loss):
        errors = _own(loss, target, trace)
        asked = Asked(loss=_OfOne(errors, np.maximum(trace.ends, 1)))
    elif loss is not None or target is not None:
        if target is None:
            raise ValueError(f"a {loss} loss needs targets, as target=..")
        K = trace.outputs.shape[2] if head is None else len(head.d)
        name, targets, where = targets_of(loss, array("target", target), K, head is not None, one, laid, last)
        head = head or Readout(np.eye(K), np.zeros(K))  # of the outputs themselves
        errors = LOSSES[name](trace, head, targets, where)
        own = [targets[: len(one)] if where == "every" else targets for one in _sequences(rows, trace)]
        asked = Asked(loss=Loss(name, tuple(each[:, b] for b, each in enumerate(own)), where))
    else:
        asked = asked or Asked(last)
        errors = _every(asked, head, net, trace, rows, masks)
    gradients = backpropagate_network(trace, errors)
    return Look(net, head, rows, trace, gradients, asked, masks, found.file, found.notes, found.padding)


def _sequences(x: Array, trace: NetworkTrace) -> list[Array]:
    """Each sequence up to its end; masked ones whole."""
    ends = [len(x)] * trace.batch if trace.lengths is None else trace.lengths.tolist()
    return [x[:end, b] for b, end in enumerate(ends)]


def _own(loss: LossOf, target: Any, trace: NetworkTrace) -> Entering:
    """Where the errors of a loss of one's own enter."""
    wanted = f"a function from a trace to what `entering` gives, or one of {', '.join(LOSSES)} with target=.."
    if target is not None:
        raise ValueError(f"loss is {described(loss)} and target was given too, but expected was {wanted}")
    try:
        errors = loss(trace)
    except TypeError as error:
        raise ValueError(f"loss cannot be called with a trace ({error}), but expected was {wanted}") from error
    expect("what loss gives", errors, Entering, wanted)
    return errors


@dataclass(frozen=True, eq=False, repr=False)
class _OfOne(ArrayRecord):
    """A loss of the whole batch, sequence by sequence."""

    errors: Entering
    ends: Array  # (B,) the last step of each

    def __call__(self, trace: NetworkTrace, __: Readout | None, sequence: int) -> Entering:
        own, e = slice(sequence, sequence + 1), self.errors
        if e.of_ending:
            at = [int(np.searchsorted(e.steps, self.ends[sequence]))]
            return Entering((max(int(trace.ends[0]), 1),), e.dh[at, own], e.exponent[at, own], of_ending=True)
        n = int(np.searchsorted(e.steps, trace.steps, side="right"))
        return Entering(e.steps[:n], e.dh[:n, own], e.exponent[:n, own])


def _every(
    asked: Asked, head: Readout | None, network: Network, trace: NetworkTrace, x: Array,
    masks: Sequence[Array | None],
) -> Entering:  # fmt: skip
    """The errors of what is asked of each sequence, side by side."""
    each = []
    for b, (own, start) in enumerate(zip(_sequences(x, trace), starts_of(network, trace.batch), strict=True)):
        each.append(errors_of(asked, head, run_of(network, own[:, None], masks[b], start), b)[0])
    steps = sorted({step for errors in each for step in errors.steps})
    dh = np.zeros((len(steps), trace.batch, each[0].dh.shape[2]))
    exponent = np.zeros(dh.shape[:2], dtype=np.int64)
    for b, errors in enumerate(each):
        at = np.searchsorted(steps, errors.steps)
        dh[at, b], exponent[at, b] = errors.dh[:, 0], errors.exponent[:, 0]
    return Entering(tuple(steps), dh, exponent, of_ending=each[0].of_ending)
