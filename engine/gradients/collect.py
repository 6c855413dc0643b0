"""The sums that make the gradients of the weights: over everything, per column or per step.

The gradient of a weight matrix is a sum over steps and sequences of outer products, dL/dW = sum_t da_t h_{t-1}^T with
da_t the error at step t's pre-activations. A cell says which products (`Sweep.weights`); this file sums them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np

from engine.arrays import Array
from engine.cells.tape import Tape, spans
from engine.wide import is_wide

Scale = Callable[[Array], Array]  # errors (T, rows, ...) with their powers of two taken in


@dataclass(frozen=True)
class Together:
    """Sums over all steps and sequences, (R, K); of an ensemble, for each network, (N, R, K)."""

    scale: Scale
    networks: int | None

    def outer(self, errors: Array, states: Array) -> Array:
        errors = self.scale(errors)
        if self.networks is not None:
            return _columns(errors) @ _columns(states).swapaxes(1, 2)
        if is_wide(errors) and errors.ndim == 3:
            return cast(Array, (_columns(errors) @ _columns(states).swapaxes(1, 2)).sum(axis=0))
        if errors.ndim == 2:
            return errors.T @ states
        rows, columns = errors.shape[1], states.shape[1]
        total = np.zeros((rows, columns))
        for span in spans(errors):  # sequences come last, so that both sides are copied
            left, right = errors[span].swapaxes(0, 1), states[span].swapaxes(0, 1)
            total += left.reshape(rows, -1) @ right.reshape(columns, -1).T
        return total

    def sum(self, errors: Array) -> Array:
        total = self.scale(errors).sum(axis=0)
        if self.networks is not None:
            return cast(Array, total.T)
        return total if total.ndim == 1 else cast(Array, total.sum(axis=1))

    def inputs(self, errors: Array, tape: Tape) -> Array:
        if tape.symbols is None:
            return self.outer(errors, tape.inputs)
        errors, symbols = self.scale(errors), len(tape.symbols)
        if is_wide(errors):
            found = _by_symbol(np.moveaxis(errors, 1, -1), tape)
            return found if self.networks is not None or found.ndim == 2 else found.sum(axis=0)
        if self.networks is None:  # each error to the place of its row and symbol, one after the other
            rows = errors.shape[1]
            firsts = np.arange(rows).reshape(-1, *[1] * (errors.ndim - 2)) * symbols
            places = (tape.inputs[:, None] + firsts).reshape(-1)
            return np.bincount(places, errors.reshape(-1), rows * symbols).reshape(rows, symbols)
        errors = np.moveaxis(errors, 1, -1)  # (T, ..., R)
        each = np.zeros((self.networks, len(tape.symbols), errors.shape[-1]))
        np.add.at(each, (np.arange(self.networks), tape.inputs), errors)
        return np.asarray(each.swapaxes(1, 2))


@dataclass(frozen=True)
class PerColumn:
    """Sums over the steps of each column, (B, R, K)."""

    scale: Scale

    def outer(self, errors: Array, states: Array) -> Array:
        return _columns(self.scale(errors)) @ _columns(states).swapaxes(1, 2)

    def sum(self, errors: Array) -> Array:
        return cast(Array, _columns(self.scale(errors)).sum(axis=2))

    def inputs(self, errors: Array, tape: Tape) -> Array:
        if tape.symbols is None:
            return self.outer(errors, tape.inputs)
        errors = self.scale(errors)
        if is_wide(errors):
            found = _by_symbol(np.moveaxis(errors, 1, -1), tape)
            return found if found.ndim == 3 else found[None]
        each = _columns(errors).swapaxes(1, 2)  # (B, T, R)
        total = np.zeros((len(each), len(tape.symbols), each.shape[2]))
        for sums, rows, symbols in zip(total, each, tape.inputs.reshape(len(errors), -1).T, strict=True):
            np.add.at(sums, symbols, rows)
        return np.asarray(total.swapaxes(1, 2))


@dataclass(frozen=True)
class PerStep:
    """Sums over the sequences of each step, (T, R, K)."""

    scale: Scale

    def outer(self, errors: Array, states: Array) -> Array:
        errors = self.scale(errors)
        if errors.ndim == 2:
            return errors[:, :, None] * states[:, None, :]
        return errors @ states.swapaxes(1, 2)

    def sum(self, errors: Array) -> Array:
        errors = self.scale(errors)
        return errors if errors.ndim == 2 else errors.sum(axis=2)

    def inputs(self, errors: Array, tape: Tape) -> Array:
        if tape.symbols is None:
            return self.outer(errors, tape.inputs)
        errors = self.scale(errors).reshape(*errors.shape[:2], -1)  # (T, R, B)
        if is_wide(errors):
            read = tape.inputs.reshape(len(errors), 1, 1, -1) == np.arange(len(tape.symbols))[:, None]
            return cast(Array, (errors[:, :, None] * read).sum(axis=-1))
        total = np.zeros((len(errors), len(tape.symbols), errors.shape[1]))
        steps = np.arange(len(errors))[:, None]
        np.add.at(total, (steps, tape.inputs.reshape(len(errors), -1)), errors.swapaxes(1, 2))
        return total.swapaxes(1, 2)


def _columns(rows: Array) -> Array:
    """(T, R, ...) as (B, R, T)."""
    return np.moveaxis(rows, 0, -1).swapaxes(0, 1) if rows.ndim == 3 else rows.T[None]


def _by_symbol(errors: Array, tape: Tape) -> Array:
    """Errors (T, ..., R) beyond float64 summed over the steps at which each symbol was read, (..., R, n)."""
    assert tape.symbols is not None
    each = []
    for k in range(len(tape.symbols)):
        read = (tape.inputs == k)[..., None]
        steps = read.reshape(len(read), -1).any(axis=1)  # elsewhere there is nothing to add
        steps[0] = True  # of a part of a run, which may read no such symbol
        each.append((errors[steps] * read[steps]).sum(axis=0)[..., None])
    return np.concatenate(each, axis=-1)
