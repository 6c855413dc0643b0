"""Which inputs the chosen output depends on: the size of dL/dx_t, and what each input adds to first order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, log2_norm
from engine.networks.network_gradients import NetworkGradients
from engine.wide import scaled


@dataclass(frozen=True, eq=False, repr=False)
class InputDependence(ArrayRecord):
    """What one sequence's inputs do to L."""

    symbols: Array | None  # (T,) what was read; None: numbers
    log2_norm: Array  # (T,) log2 ||dL/dx_t||, x_t the numbers read or the symbol's row of the embedding
    sign: Array  # (T,) of x_t . dL/dx_t: -1, 0 or 1
    log2_product: Array  # (T,) log2 |x_t . dL/dx_t|: what step t's input adds to L, to first order
    log2_by_input: Array  # (D,) log2 of the norm over the steps of dL/dx, for each of the D numbers of a step

    @property
    def order(self) -> Array:
        """Steps from the largest ||dL/dx_t|| to the smallest, from 0, (T,)."""
        return np.argsort(-self.log2_norm, kind="stable")

    @property
    def shares(self) -> Array:
        """x_t . dL/dx_t as shares of the sum of their sizes, signed, (T,); zeros where all are 0."""
        top = self.log2_product.max()
        if np.isneginf(top):
            return np.zeros_like(self.log2_product)
        sizes = self.sign * np.exp2(self.log2_product - top)
        return np.asarray(sizes / np.abs(sizes).sum())


def dependence(gradients: NetworkGradients, read: Array) -> InputDependence:
    """Of the only sequence of a batch.

    Args:
        read: what the network was given, (T, 1, D) numbers or (T, 1) symbols.
    """
    dx, exponent = (rows[:, 0] for rows in gradients.layers[0].scaled_dx)
    bottom = gradients.trace.layers[0]
    symbols = read[:, 0] if read.ndim == 2 else None
    if symbols is not None and gradients.trace.network.embedding is None:  # one-hot: x . dx is dx at the one
        product = dx[np.arange(len(dx)), symbols]
    else:
        product = np.einsum("td,td->t", bottom.order(0).in_time(bottom.forward.x)[:, 0], dx)
    top = int(exponent.max(initial=0))
    with np.errstate(divide="ignore"):
        return InputDependence(
            symbols=symbols,
            log2_norm=log2_norm(dx, (1,)) + exponent,
            sign=np.sign(product),
            log2_product=np.log2(np.abs(product)) + exponent,
            log2_by_input=log2_norm(scaled(dx, (exponent - top)[:, None]), (0,)) + top,
        )
