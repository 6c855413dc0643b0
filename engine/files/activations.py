"""The activations that files name: ONNX's with their alpha and beta, and Keras', of which two versions differ.

Source: the ONNX specification of RNN, LSTM and GRU; documentation of keras.activations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.activations import ACTIVATIONS, SIGMOID, TANH, Activation
from engine.cells import CELLS, GRU, LSTM, RNN, Cell, GRUBefore, LSTMVariant
from engine.files.bounds import quoted
from engine.more_activations import (
    affine,
    elu,
    hard_sigmoid,
    hard_tanh,
    leaky_relu,
    relu6,
    scaled_tanh,
    selu,
    softplus,
    softsign,
    thresholded_relu,
)

# ONNX: what makes it, and what alpha and beta are where the model gives none; None where programs differ on that.
OF_ONNX: Mapping[str, tuple[Callable[..., Activation], tuple[float | None, ...]]] = {
    "relu": (lambda: ACTIVATIONS["relu"], ()),
    "tanh": (lambda: TANH, ()),
    "sigmoid": (lambda: SIGMOID, ()),
    "softsign": (softsign, ()),
    "softplus": (softplus, ()),
    "leakyrelu": (leaky_relu, (0.01,)),
    "thresholdedrelu": (thresholded_relu, (None,)),
    "elu": (elu, (1.0,)),
    "hardsigmoid": (hard_sigmoid, (0.2, 0.5)),
    "affine": (affine, (None, None)),
    "scaledtanh": (scaled_tanh, (None, None)),
}
OF_KERAS: Mapping[str, Callable[[], Activation]] = {
    "tanh": lambda: TANH,
    "sigmoid": lambda: SIGMOID,
    "relu": lambda: ACTIVATIONS["relu"],
    "linear": lambda: ACTIVATIONS["identity"],
    "hard_tanh": hard_tanh,
    "relu6": relu6,
    "elu": elu,
    "selu": selu,
    "leaky_relu": lambda: leaky_relu(0.2),
    "softplus": softplus,
    "softsign": softsign,
}
SLOPES = {2: 0.2, 3: 1.0 / 6.0}  # of the hard sigmoid, by Keras' version


def of_onnx(names: Sequence[str], alpha: Sequence[float], beta: Sequence[float]) -> tuple[list[Activation], str]:
    """The activations of a node, and what of them is not run here, "" for nothing.

    Each takes the next alpha, and the next beta, if it has one.
    """
    found, given = list[Activation](), (iter(alpha), iter(beta))
    for name in names:
        make, usual = OF_ONNX.get(name.lower(), (None, ()))
        if make is None:
            return found, f"its activation {quoted(name)} is none that ONNX names"
        numbers = list(_numbers(usual, given))
        if None in numbers:
            return found, f"its activation {quoted(name)} comes without its alpha or beta, on which programs differ"
        try:
            found.append(make(*numbers))
        except ValueError as error:
            return found, f"its activation {quoted(name)} does not fit: {error}"
    return found, ""


def _numbers(usual: Sequence[float | None], given: Sequence[Iterator[float]]) -> Iterator[float | None]:
    """An activation's own alpha and beta; the usual ones where the lists have ended."""
    for number, rest in zip(usual, given, strict=False):
        one = next(rest, number)
        yield None if one is None else float(one)


def of_keras(name: str, version: int | None) -> list[Activation]:
    """What an activation of Keras may be: more than one where only the version says, none where it is not run here."""
    if name == "hard_sigmoid":
        return [hard_sigmoid(SLOPES[known]) for known in ((3, 2) if version is None else (min(version, 3),))]
    return [OF_KERAS[name]()] if name in OF_KERAS else []


def cell_with(kind: str, *activations: Activation) -> Cell:
    """The cell of a kind with these activations: of its gates, its candidate and its cell state, as far as it has them.

    The registry's own where they are the usual ones.
    """
    cells: Mapping[str, Callable[..., Cell]] = {"lstm": LSTM, "gru": GRU, "gru_before": GRUBefore}
    variants = {"peephole": (True, False), "coupled": (False, True), "peephole_coupled": (True, True)}
    if kind in variants:
        cell: Cell = LSTMVariant(*variants[kind], *activations)
    else:
        cell = cells[kind](*activations) if kind in cells else RNN(activations[0])
    return CELLS.get(cell.name, cell)
