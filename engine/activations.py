"""What an activation is, and the usual four, with derivatives that stay right deep in saturation.

``1 - tanh(a)**2`` is exactly 0 in float64 from |a| = 19.1 on, and has lost half its digits at |a| = 9. A gradient
that is measured on a logarithmic scale must not end there, so derivatives are computed from the pre-activation:
tanh'(a) = 4 e / (1 + e)**2 with e = exp(-2 |a|), and sigmoid'(a) = e / (1 + e)**2 with e = exp(-|a|).

Activations with numbers of their own, and those that are met in files only, stand in `engine/more_activations.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from engine import wide
from engine.arrays import Array

MILD = 3.0  # |a| up to which 1 - tanh(a)**2 has lost a digit or two


@dataclass(frozen=True)
class Activation:
    """An elementwise function f of the pre-activation a; two of one name are the same."""

    name: str  # with its numbers, "leaky_relu(0.01)"
    value: Callable[[Array], Array] = field(compare=False)  # f(a): real, complex, or beyond float64 if f is unbounded
    derivative: Callable[[Array], Array] = field(compare=False)  # f'(a) of a real pre-activation
    steepest: float = field(compare=False)  # gamma = max |f'|: 1 for tanh, relu and identity, 1/4 for the logistic
    bounded: bool = field(compare=False)  # whether |f| <= 1, so that states cannot overflow
    title: str = field(compare=False, default="")  # in words, "leaky ReLU (0.01)"
    flattens: bool = field(compare=False, default=False)  # whether f' comes near 0, exponentially, without reaching it
    shares: bool = field(compare=False, default=False)  # whether 0 <= f <= 1, as a gate's is that lets a share through

    def __repr__(self) -> str:
        return f"Activation({self.name!r})"

    def __reduce__(self) -> tuple[Callable[[str], Activation | None], tuple[str]]:
        """It goes to another process by its name."""
        from engine.more_activations import activation_named

        return activation_named, (self.name,)

    def slope(self, value: Array, a: Array) -> tuple[Array, Array]:
        """f'(a), and f(a) with full relative precision, where `value` = f(a) as float64 rounds it is known."""
        return self.derivative(a), self.value(a) if wide.is_wide(a) else value

    def rest(self, value: Array, a: Array, slope: Array) -> Array:
        """1 - f(a) with full relative precision, from the rounded `value` and f'(a)."""
        return np.asarray(1.0 - value) if not wide.is_wide(a) else 1.0 - self.value(a)


class Tanh(Activation):
    """tanh, whose slope is cheaper from its value where it is not flat."""

    def slope(self, value: Array, a: Array) -> tuple[Array, Array]:
        return tanh_slope(value, a), value


class Sigmoid(Activation):
    """The logistic function, of which neither s nor 1 - s is 0 however far off a is."""

    def slope(self, value: Array, a: Array) -> tuple[Array, Array]:
        return sigmoid_slope(value, 0.5 * a)

    def rest(self, value: Array, a: Array, slope: Array) -> Array:
        return unrounded(1.0 - value, slope)


def sigmoid(a: Array) -> Array:
    """The logistic function 1 / (1 + exp(-a)) = (1 + tanh(a / 2)) / 2; no overflow for any a."""
    return 0.5 + 0.5 * np.tanh(0.5 * a)


def bell(a: Array) -> Array:
    """tanh'(a) / 4 = sigmoid'(2 a) = e / (1 + e)**2 with e = exp(-2 |a|); full relative precision for every a.

    Numbers beyond float64 give such numbers: e**-2000 is 2**-2885.4, not 0. Those of a float32 run give what a float32
    program finds, which knows the activation's rounded value only. In place where it can: on large arrays fresh memory
    costs more than the arithmetic.
    """
    if isinstance(a, wide.Wide):
        e = wide.exponential(-2.0 * np.abs(a.value))
        return cast(Array, e / np.square(1.0 + e.value))
    if a.dtype == np.float32:
        small = np.exp(-2.0 * np.abs(a))
        s = np.where(a < 0.0, small, 1.0) / (1.0 + small)
        return np.asarray(s * (1.0 - s))
    e = np.asarray(np.abs(a))
    e *= -2.0
    np.exp(e, out=e)
    below = 1.0 + e
    below *= below
    e /= below
    return e


def tanh_derivative(a: Array) -> Array:
    """tanh'(a) = 1 - tanh(a)**2, with full relative precision for every a."""
    if a.dtype == np.float32:
        return np.asarray(1.0 - np.square(np.tanh(a)))
    slope = bell(a)
    slope *= 4.0
    return slope


def sigmoid_derivative(a: Array) -> Array:
    """sigmoid'(a) = sigmoid(a) (1 - sigmoid(a)), with full relative precision for every a."""
    return bell(0.5 * a)


def tanh_slope(value: Array, a: Array) -> Array:
    """tanh'(a) where `value` = tanh(a) is known: from it where |a| is small, which is cheaper; to 13 digits."""
    if isinstance(a, wide.Wide) or a.dtype != np.float64:
        return tanh_derivative(a)
    slope = np.square(value)
    np.subtract(1.0, slope, out=slope)
    far = np.abs(a) > MILD
    if far.any():
        slope[far] = 4.0 * bell(a[far])
    return slope


def sigmoid_slope(gate: Array, half: Array) -> tuple[Array, Array]:
    """sigmoid'(a) and sigmoid(a) as `unrounded` has it, from the rounded `gate` and a / 2, in the same way."""
    if isinstance(half, wide.Wide) or half.dtype != np.float64:
        slope = bell(half)
        return slope, unrounded(gate, slope)
    slope = np.square(gate)
    np.subtract(gate, slope, out=slope)
    far = np.abs(half) > MILD
    if not far.any():
        return slope, gate
    slope[far], exact = bell(half[far]), gate.copy()
    exact[far] = unrounded(gate[far], slope[far])
    return slope, exact


def unrounded(gate: Array, slope: Array) -> Array:
    """A sigmoid s with full relative precision, however small, from its rounded value and its own derivative.

    s' = s (1 - s), and so s = s' + s**2: where s is tiny the exact s' carries it. With 1 - s for s it gives 1 - s.
    """
    exact = np.square(gate)
    exact += slope
    return exact


def relu(a: Array) -> Array:
    """max(a, 0); for complex a the sign of the real part decides."""
    if isinstance(a, wide.Wide):
        return a * relu_derivative(a)
    return np.where(a.real <= 0, np.zeros((), a.dtype), a)  # in this order nan stays nan


def relu_derivative(a: Array) -> Array:
    """1 where a > 0, else 0 (0 at the kink and 1 where a is no number, as PyTorch has it)."""
    off = a <= 0
    return (~off).astype(np.float32 if a.dtype == np.float32 else np.float64)


def identity_derivative(a: Array) -> Array:
    """1 everywhere."""
    return np.ones(a.shape, np.float32 if a.dtype == np.float32 else np.float64)


TANH = Tanh("tanh", np.tanh, tanh_derivative, steepest=1.0, bounded=True, title="tanh", flattens=True)
SIGMOID = Sigmoid(
    "sigmoid", sigmoid, sigmoid_derivative, steepest=0.25, bounded=True, title="sigmoid", flattens=True, shares=True
)
ACTIVATIONS = {
    activation.name: activation
    for activation in (
        TANH,
        Activation("relu", relu, relu_derivative, steepest=1.0, bounded=False, title="ReLU"),
        SIGMOID,
        Activation("identity", np.positive, identity_derivative, steepest=1.0, bounded=False, title="linear"),
    )
}
