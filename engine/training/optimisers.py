"""Optimisers: what the weights do about a gradient, each a pure function (state, gradient) -> (state, update).

All work on one flat vector of all weights, and nothing that they are given is changed. Conventions and defaults are
PyTorch's (torch.optim), with what Keras does otherwise said at each. The update is added to the weights.

A network of PyTorch has two biases for each gate, b_ih and b_hh, that are only ever added up; here they are one. Both
get the same gradient, so that in PyTorch their sum moves twice as far (with each optimiser here, under SGD twice the
rate times the gradient), and counts twice in the norm that clipping looks at. Of a GRU's candidate both are kept apart,
as the reset gate multiplies one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array

BETAS = (0.9, 0.999)  # Adam's: how much of the mean gradient, and of the mean square, an update keeps
SQUARES = 0.99  # RMSprop's share of the mean square that is kept
TINY = 1e-8  # added to a root that is divided by
DECAY = 0.01  # AdamW's: the weights shrink by rate * DECAY at each update


@dataclass(frozen=True, eq=False, repr=False)
class OptimiserState(ArrayRecord):
    """What an optimiser remembers from one update to the next."""

    updates: int = 0  # how many were made
    slots: tuple[Array, ...] = ()  # each (P,): velocity, mean gradient, mean square, as the optimiser has them


@dataclass(frozen=True, eq=False, repr=False)
class Asked(ArrayRecord):
    """What an update is made from, beside the state."""

    gradient: Array  # (P,) as clipped
    weights: Array  # (P,)
    rate: float
    momentum: float = 0.9  # of momentum and Nesterov alone


Optimiser = Callable[[OptimiserState, Asked], tuple[OptimiserState, Array]]


def sgd(state: OptimiserState, asked: Asked) -> tuple[OptimiserState, Array]:
    """w += -rate g. Keras: the same."""
    return _after(state), asked.gradient * -asked.rate


def momentum(state: OptimiserState, asked: Asked) -> tuple[OptimiserState, Array]:
    """v = momentum v + g;  w += -rate v.

    Keras has the rate in the velocity, v = momentum v - rate g;  w += v: the same while the rate does not change.
    Source: Polyak (1964); Sutskever et al. (2013).
    """
    velocity = _velocity(state, asked)
    return _after(state, velocity), velocity * -asked.rate


def nesterov(state: OptimiserState, asked: Asked) -> tuple[OptimiserState, Array]:
    """v = momentum v + g;  w += -rate (g + momentum v). Keras: as for momentum. Source: Nesterov (1983)."""
    velocity = _velocity(state, asked)
    ahead = velocity * asked.momentum
    ahead += asked.gradient
    ahead *= -asked.rate
    return _after(state, velocity), ahead


def rmsprop(state: OptimiserState, asked: Asked) -> tuple[OptimiserState, Array]:
    """s = 0.99 s + 0.01 g**2;  w += -rate g / (sqrt(s) + 1e-8).

    Keras keeps 0.9 of s, and divides by sqrt(s + 1e-7). Source: Tieleman and Hinton (2012).
    """
    (before,) = _slots(state, asked, 1)
    squares = _mixed(before, np.square(asked.gradient), SQUARES)
    return _after(state, squares), _divided(asked.gradient * -asked.rate, squares, TINY)


def adagrad(state: OptimiserState, asked: Asked) -> tuple[OptimiserState, Array]:
    """s = s + g**2;  w += -rate g / (sqrt(s) + 1e-10).

    Keras starts s at 0.1, and divides by sqrt(s + 1e-7). Source: Duchi, Hazan and Singer (2011).
    """
    (before,) = _slots(state, asked, 1)
    squares = np.square(asked.gradient)
    squares += before
    return _after(state, squares), _divided(asked.gradient * -asked.rate, squares, 1e-10)


def adam(state: OptimiserState, asked: Asked) -> tuple[OptimiserState, Array]:
    """m = 0.9 m + 0.1 g;  s = 0.999 s + 0.001 g**2;  w += -rate m' / (sqrt(s') + 1e-8).

    m' = m / (1 - 0.9**n) and s' = s / (1 - 0.999**n) after n updates. Keras adds 1e-7 to sqrt(s) instead, before its
    correction, which is the same but for the size of that number. Source: Kingma and Ba (2015).
    """
    before = _slots(state, asked, 2)
    mean = _mixed(before[0], asked.gradient, BETAS[0])
    squares = _mixed(before[1], np.square(asked.gradient), BETAS[1])
    n = state.updates + 1
    root = np.sqrt(squares)
    root *= 1.0 / np.sqrt(1.0 - BETAS[1] ** n)
    root += TINY
    update = np.divide(mean, root, out=root)
    update *= -asked.rate / (1.0 - BETAS[0] ** n)
    return _after(state, mean, squares), update


def adamw(state: OptimiserState, asked: Asked) -> tuple[OptimiserState, Array]:
    """Adam, and beside it every weight shrinks by rate times 0.01. Keras: by rate times 0.004.

    Source: Loshchilov and Hutter (2019).
    """
    after, update = adam(state, asked)
    update -= asked.weights * (asked.rate * DECAY)
    return after, update


OPTIMISERS: dict[str, Optimiser] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adagrad": adagrad,
    "adam": adam,
    "adamw": adamw,
}


def _after(state: OptimiserState, *slots: Array) -> OptimiserState:
    return OptimiserState(state.updates + 1, slots)


def _slots(state: OptimiserState, asked: Asked, count: int) -> tuple[Array, ...]:
    return state.slots or (np.zeros_like(asked.gradient),) * count


def _velocity(state: OptimiserState, asked: Asked) -> Array:
    (before,) = _slots(state, asked, 1)
    velocity = before * asked.momentum
    velocity += asked.gradient
    return velocity


def _mixed(before: Array, new: Array, kept: float) -> Array:
    """kept * before + (1 - kept) * new."""
    mixed = before * kept
    mixed += new * (1.0 - kept)
    return mixed


def _divided(numerator: Array, squares: Array, tiny: float) -> Array:
    root = np.sqrt(squares)
    root += tiny
    return np.asarray(np.divide(numerator, root, out=root))
