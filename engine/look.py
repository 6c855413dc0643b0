"""One line in a notebook: a network of any framework, a batch, and everything that the engine knows of them.

Nothing of PyTorch or Keras is imported: a module is known by what it has, `state_dict()` or `get_weights()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, described
from engine.errors import Entering
from engine.files import NetworkFile, from_state_dict, gradients_to_torch
from engine.networks.network import Network, NetworkTrace, check_network, run_network
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from engine.parameters import Readout
from engine.report import Asked, Report, report
from engine.report.asked import errors_of

TAKEN = "a Network, a NetworkFile, a torch module with an RNN, LSTM or GRU, a Keras layer or model, or a state dict"
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

    @cached_property
    def report(self) -> Report:
        """The report on every sequence of the batch."""
        return report(self.network, list(self.x.swapaxes(0, 1)), self.head, self.asked)

    def to_torch(self) -> dict[str, Array]:
        """The gradients of the weights by PyTorch's names, as `.grad` has them."""
        return gradients_to_torch(self.gradients)


def look(
    network: Any,
    x: Any,
    loss: LossOf | None = None,
    head: Readout | None = None,
    asked: Asked | None = None,
    batch_first: bool | None = None,
) -> Look:
    """Run a batch through a network as it is, and carry an error back.

    Args:
        network: a Network or NetworkFile; a torch module, or one that contains nn.RNN, nn.LSTM or nn.GRU; a Keras layer
            or model; or a state dict.
        x: (T, B, D) or (B, T, D) numbers, or whole numbers without D; of one sequence also without B. Tensors too.
        loss: where its errors enter, from a trace: ``lambda trace: entering(trace, dh)``. None: what is `asked`.
        head: what reads the outputs; None: that of the file, where it has one.
        asked: which output the error comes from; see `report.Asked`.
        batch_first: how x is laid out; None: as the module says, Keras batch first, else time first.

    Raises:
        ValueError: the network is of no kind that is understood, or x does not fit; the message says what came.
    """
    found, of_file, first = _understood(network)
    head = of_file if head is None else head
    first = first if batch_first is None else batch_first
    rows = _array("x", x)
    symbols = rows.dtype.kind in "iu" and (found.embedding is not None or rows.ndim <= 2)
    axes = 2 if symbols else 3
    if rows.ndim == axes - 1:
        rows = rows[:, None]
    elif rows.ndim != axes:
        raise ValueError(f"x has shape {rows.shape}, but {'(T, B)' if symbols else '(T, B, D)'} was expected")
    elif first:
        rows = rows.swapaxes(0, 1)
    trace = run_network(found, rows)
    if asked is not None and loss is not None:
        raise ValueError("loss and asked were given, but the error comes from one of both")
    if loss is not None:
        errors = loss(trace)
        asked = Asked(loss=_OfOne(errors, trace.batch))
    else:
        asked = asked or Asked()
        errors = _every(asked, head, found, trace, rows)
    return Look(found, head, rows, trace, backpropagate_network(trace, errors), asked)


@dataclass(frozen=True, eq=False, repr=False)
class _OfOne(ArrayRecord):
    """A loss of the whole batch, sequence by sequence."""

    errors: Entering
    batch: int

    def __call__(self, _: NetworkTrace, __: Readout | None, sequence: int) -> Entering:
        own = slice(sequence, sequence + 1)
        return Entering(self.errors.steps, self.errors.dh[:, own], self.errors.exponent[:, own])


def _every(asked: Asked, head: Readout | None, network: Network, trace: NetworkTrace, x: Array) -> Entering:
    """The errors of what is asked of each sequence, side by side."""
    each = [errors_of(asked, head, run_network(network, x[:, b : b + 1]), b)[0] for b in range(trace.batch)]
    steps = each[0].steps
    return Entering(steps, *(np.concatenate([getattr(e, what) for e in each], axis=1) for what in ("dh", "exponent")))


def _understood(given: Any) -> tuple[Network, Readout | None, bool]:
    """The network, its head, and whether its program lays sequences out batch first."""
    if isinstance(given, Network):
        check_network(given)
        return given, None, False
    if isinstance(given, NetworkFile):
        return *_of_file(given), bool(given.batch_first)
    if hasattr(given, "state_dict") and hasattr(given, "named_modules"):
        file = from_state_dict(_named(given.state_dict()))
        kinds = [getattr(one, "nonlinearity", None) for _, one in given.named_modules()]
        cells = {question.key: "relu" for question in file.questions if "relu" in kinds and "relu" in question.choices}
        return *_of_file(file.answered(**cells)), _batch_first(given)
    if hasattr(given, "get_weights") and hasattr(given, "get_config"):
        return *_of_keras(given), True
    if isinstance(given, dict):
        return *_of_file(from_state_dict(_named(given))), False
    raise ValueError(f"the network is {described(given)}, but {TAKEN} was expected")


def _of_file(file: NetworkFile) -> tuple[Network, Readout | None]:
    if file.network is None:
        why = next((f"{one.name}: {one.why}" for one in file.left), "no recurrent layer was found in it")
        raise ValueError(f"none of the network's layers can be run here: {why}")
    return file.network, None if file.head is None else file.head.readout


def _of_keras(given: Any) -> tuple[Network, Readout | None]:
    """A Keras layer or model, by its weights' own paths."""
    weights = list(given.weights)
    named = {str(getattr(one, "path", None) or one.name): _array(str(one.name), one) for one in weights}
    if len(named) != len(weights):
        raise ValueError("the Keras weights have no names of their own, by which they could be told apart")
    return _of_file(from_state_dict(named))


def _batch_first(module: Any) -> bool:
    """Whether the recurrent modules of a torch module say so."""
    return any(bool(getattr(one, "batch_first", False)) for _, one in module.named_modules())


def _named(state: Any) -> dict[str, Array]:
    return {str(name): _array(str(name), value) for name, value in state.items()}


def _array(name: str, value: Any) -> Array:
    """An array, or a tensor wherever it is, as an array."""
    for step in ("detach", "cpu", "numpy"):
        if isinstance(value, np.ndarray):
            break
        value = getattr(value, step)() if hasattr(value, step) else value
    try:
        return np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is {described(value)}, which cannot be read as an array: {error}") from error
