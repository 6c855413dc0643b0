"""Wide random tanh networks: whether gradients vanish or explode, known before a single weight is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import Array, between

Phase = Literal["ordered", "critical", "chaotic"]
SPACING = 0.2  # between nodes, in units of the narrower of the Gaussian and the tanh
WIDEST = 9.0  # standard deviations behind which a Gaussian holds 2e-19
FLAT = 22.0  # tanh'(u) is below 4 exp(-44) = 3e-19 from here on
CRITICAL = 1e-9  # |chi - 1| that is taken for 0: what bisection and quadrature leave of it
LARGEST = 1e100  # of a sigma, so that its square stays far inside float64


@dataclass(frozen=True)
class MeanField:
    """What the infinite-width limit says of one (sigma_w, sigma_b)."""

    q: float  # q*, the variance of the pre-activations once it has settled
    chi: float  # the factor by which a squared gradient norm changes per step back; the norm changes by sqrt(chi)
    depth_scale: float  # steps over which a squared gradient norm changes by the factor e; infinite where critical
    phase: Phase  # ordered: gradients vanish (chi < 1); chaotic: they explode (chi > 1)


def mean_field(sigma_w: float, sigma_b: float = 0.0) -> MeanField:
    """The fixed point of h_t = tanh(W h_{t-1} + b) for very many units.

    For W with independent Gaussian entries of standard deviation sigma_w / sqrt(H), b with sigma_b, and H going to
    infinity, pre-activations are Gaussian with a variance q that settles at, with z standard normal,

        q* = sigma_w^2 E[tanh(sqrt(q*) z)^2] + sigma_b^2,

    and the squared norm of a gradient changes from one step to the step before by

        chi = sigma_w^2 E[tanh'(sqrt(q*) z)^2].

    There is no input; an input that is drawn anew at every step adds the variance of U x to sigma_b^2 in q*. W is one
    matrix for all steps of a recurrent network, where the formulas were derived for a new one in every layer; the
    variance is the same, and chi takes the backward weights to be independent of the forward run. A finite network
    scatters around these values by about 1/sqrt(H). For sigma_b = 0 and sigma_w <= 1 only q* = 0 solves the equation;
    else exactly one positive q* does, because the right side is concave in q.

    Raises:
        ValueError: sigma_w or sigma_b is negative, not finite or above 1e100.

    Source: Sompolinsky, Crisanti and Sommers, "Chaos in random neural networks" (1988); Poole et al., "Exponential
    expressivity in deep neural networks through transient chaos" (2016); Schoenholz et al., "Deep information
    propagation" (2017); for recurrent networks Chen, Pennington and Schoenholz, "Dynamical isometry and a mean field
    theory of RNNs" (2018).
    """
    sigma_w, sigma_b = _checked("sigma_w", sigma_w), _checked("sigma_b", sigma_b)
    q = _variance(sigma_w, sigma_b)
    chi = sigma_w**2 * _mean_squared_slope(q)
    if abs(chi - 1.0) <= CRITICAL:
        return MeanField(q, chi, math.inf, "critical")
    depth = 0.0 if chi == 0.0 else 1.0 / abs(math.log(chi))
    return MeanField(q, chi, depth, "ordered" if chi < 1.0 else "chaotic")


def critical_sigma_w(sigma_b: float = 0.0) -> float:
    """The sigma_w at which chi = 1: the edge of chaos, where gradients neither vanish nor explode on average.

    At the edge sigma_w^2 = 1 / E[tanh'(sqrt(q) z)^2], so that the variance q fixes both sigma_w and
    sigma_b^2 = q - sigma_w^2 E[tanh(sqrt(q) z)^2], which grows with q; q is found by bisection. Exactly 1 for
    sigma_b = 0. Conditions and sources: `mean_field`.

    Raises:
        ValueError: sigma_b is negative, not finite or above 1e100.
    """
    bias = _checked("sigma_b", sigma_b) ** 2
    if bias == 0.0:
        return 1.0

    def surplus(q: float) -> float:
        return q - _mean_square(q) / _mean_squared_slope(q) - bias

    high = 1.0
    while surplus(high) < 0.0:
        high *= 2.0
    return 1.0 / math.sqrt(_mean_squared_slope(_root(surplus, high)))


def _checked(name: str, value: float) -> float:
    return between(name, value, 0.0, LARGEST, f"a number from 0 to {LARGEST:g}")


def _variance(sigma_w: float, sigma_b: float) -> float:
    """q*, the largest root of q = sigma_w^2 E[tanh^2] + sigma_b^2."""
    if sigma_b**2 == 0.0 and sigma_w <= 1.0:
        return 0.0
    return _root(lambda q: q - sigma_w**2 * _mean_square(q) - sigma_b**2, sigma_w**2 + sigma_b**2)


def _root(rising: Callable[[float], float], high: float) -> float:
    """Where `rising` crosses zero between 0 and `high`, by bisection down to two neighbouring numbers."""
    low = 0.0
    while low < (middle := (low + high) / 2.0) < high:
        if rising(middle) < 0.0:
            low = middle
        else:
            high = middle
    return high


def _mean_square(q: float) -> float:
    """E[tanh(sqrt(q) z)^2]; as 1 - E[tanh'(sqrt(q) z)] where q is large, because tanh' ends and tanh does not."""
    u, weight = _nodes(math.sqrt(q))
    if q <= 1.0:
        return float(weight @ np.tanh(u) ** 2)
    return 1.0 - float(weight @ np.cosh(u) ** -2.0)


def _mean_squared_slope(q: float) -> float:
    """E[tanh'(sqrt(q) z)^2], tanh' = 1 / cosh^2; exactly 1 for q = 0."""
    if q == 0.0:
        return 1.0
    u, weight = _nodes(math.sqrt(q))
    return float(weight @ np.cosh(u) ** -4.0)


def _nodes(spread: float) -> tuple[Array, Array]:
    """Nodes u = spread z and weights of the trapezoidal rule for E[f(u)], z standard normal; at most 221 of them.

    For a function analytic in a strip of half-width w the rule errs by about exp(-2 pi w / spacing), far less than
    Gauss-Hermite quadrature, whose nodes are too far apart once tanh(spread z) is steep. The poles of tanh(u) lie at
    +-i pi/2, so that a spacing of 1/5 in u leaves 1e-15; below a spread of 1 the Gaussian is the narrower one and
    the nodes go with z.
    """
    reach = WIDEST if spread <= 1.0 else min(WIDEST * spread, FLAT)
    steps = math.ceil(reach / SPACING)
    grid = SPACING * np.arange(-steps, steps + 1)
    z = grid if spread <= 1.0 else grid / spread
    return min(spread, 1.0) * grid, np.exp(-(z**2) / 2.0) * (SPACING / math.sqrt(2.0 * math.pi) / max(spread, 1.0))
