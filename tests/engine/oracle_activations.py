"""The activations of the second engine, and which of them a cell has by its name: nothing is shared with the first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def logistic(a: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-a))


def rectifier(a: Array) -> Array:
    return a * (a.real > 0)


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "relu": rectifier,
    "sigmoid": logistic,
    "identity": lambda a: a,
}


def held(a: Array, low: float, high: float) -> Array:
    """a in [low, high], with no slope outside."""
    return np.where(a.real <= low, low, np.where(a.real >= high, high, a))


FURTHER: dict[str, Callable[..., Array]] = {
    "hard_sigmoid": lambda a, alpha, beta: held(alpha * a + beta, 0.0, 1.0),
    "hard_tanh": lambda a: held(a, -1.0, 1.0),
    "relu6": lambda a: held(a, 0.0, 6.0),
    "affine": lambda a, alpha, beta: alpha * a + beta,
    "leaky_relu": lambda a, alpha: rectifier(a) - alpha * rectifier(-a),
    "thresholded_relu": lambda a, alpha: a * (a.real > alpha),
    "elu": lambda a, alpha: rectifier(a) + alpha * (np.exp(-rectifier(-a)) - 1.0),
    "selu": lambda a: 1.0507009873554805 * FURTHER["elu"](a, 1.6732632423543772),
    "softsign": lambda a: a / (1.0 + rectifier(a) + rectifier(-a)),
    "softplus": lambda a: np.log(1.0 + np.exp(a)),
    "scaled_tanh": lambda a, alpha, beta: alpha * np.tanh(beta * a),
}


def activation(name: str) -> Callable[[Array], Array]:
    """The function of a name as "elu(0.8)" or "clipped(tanh, 0.8)"."""
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]
    kind, _, inside = name.removesuffix(")").partition("(")
    if kind == "clipped":
        inner, _, limit = inside.rpartition(", ")
        return lambda a: activation(inner)(held(a, -float(limit), float(limit)))
    numbers = [float(number) for number in inside.split(", ") if number]
    return lambda a: FURTHER[kind](a, *numbers)


def chosen(name: str) -> tuple[str, dict[str, Callable[[Array], Array]]]:
    """The kind of a cell, and its activations, of a name as "lstm[gate=elu(0.8), output=relu]"."""
    kind, _, inside = name.removesuffix("]").partition("[")
    given = dict(one.split("=") for one in re.split(r", (?=\w+=)", inside)) if inside else {}
    return kind, {what: activation(given.get(what, usual)) for what, usual in USUAL.items()}


USUAL = {"gate": "sigmoid", "candidate": "tanh", "output": "tanh"}
