"""Activations with numbers of their own, as files of other programs have them.

hard_sigmoid(alpha, beta)   min(max(alpha a + beta, 0), 1)     affine(alpha, beta)   alpha a + beta
leaky_relu(alpha)           a, or alpha a where a <= 0          hard_tanh             min(max(a, -1), 1)
thresholded_relu(alpha)     a, or 0 where a <= alpha            relu6                 min(max(a, 0), 6)
elu(alpha)                  a, or alpha (exp(a) - 1)            softsign              a / (1 + |a|)
selu                        1.0507 elu(1.6733)                  softplus              log(1 + exp(a))
scaled_tanh(alpha, beta)    alpha tanh(beta a)                  clipped(f, c)         f(min(max(a, -c), c))

The hard sigmoid of Keras 2 and ONNX has alpha = 0.2, that of Keras 3 has 1/6: at a = 2 they are 0.9 and 0.8333.
Where a function has a kink its slope is that on the left, and 0 where one is clipped.

Source: the ONNX specification of RNN, LSTM and GRU; documentation of keras.activations; Klambauer, Unterthiner, Mayr
and Hochreiter, "Self-normalizing neural networks" (2017).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

import numpy as np

from engine.activations import ACTIVATIONS, Activation, tanh_derivative
from engine.arrays import Array, between

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
MOST = 1e6  # a number of an activation's own: beyond it is no activation of a network


def hard_sigmoid(alpha: float = 0.2, beta: float = 0.5) -> Activation:
    """min(max(alpha a + beta, 0), 1)."""
    return _line("hard_sigmoid", alpha, beta, 0.0, 1.0, title=f"hard sigmoid of {_short(alpha)} a + {_short(beta)}")


def hard_tanh() -> Activation:
    """min(max(a, -1), 1)."""
    return _line("hard_tanh", 1.0, 0.0, -1.0, 1.0, title="hard tanh")


def relu6() -> Activation:
    """min(max(a, 0), 6)."""
    return _line("relu6", 1.0, 0.0, 0.0, 6.0, title="ReLU up to 6")


def affine(alpha: float = 1.0, beta: float = 0.0) -> Activation:
    """alpha a + beta; the identity where that is all it is."""
    if (alpha, beta) == (1.0, 0.0):
        return ACTIVATIONS["identity"]
    return _line("affine", alpha, beta, None, None, title=f"{_short(alpha)} a + {_short(beta)}")


def leaky_relu(alpha: float = 0.01) -> Activation:
    """a, or alpha a where a <= 0."""
    return _bent("leaky_relu", "leaky ReLU", _checked("alpha", alpha), left=alpha, edge=0.0)


def thresholded_relu(alpha: float = 1.0) -> Activation:
    """a, or 0 where a <= alpha."""
    return _bent("thresholded_relu", "thresholded ReLU", _checked("alpha", alpha), left=0.0, edge=alpha)


def elu(alpha: float = 1.0) -> Activation:
    """a, or alpha (exp(a) - 1) where a <= 0."""
    return _exponential(_name("elu", alpha), f"ELU ({_short(alpha)})", 1.0, _checked("alpha", alpha))


def selu() -> Activation:
    """1.0507 a, or 1.0507 * 1.6733 (exp(a) - 1) where a <= 0."""
    return _exponential("selu", "SELU", SELU_SCALE, SELU_ALPHA)


def softsign() -> Activation:
    """a / (1 + |a|)."""
    return Activation("softsign", _softsign, _softsign_derivative, steepest=1.0, bounded=True, title="softsign")


def softplus() -> Activation:
    """log(1 + exp(a))."""
    return Activation("softplus", _softplus, _logistic, steepest=1.0, bounded=False, title="softplus", flattens=True)


def scaled_tanh(alpha: float = 1.0, beta: float = 1.0) -> Activation:
    """alpha tanh(beta a)."""
    if (alpha, beta) == (1.0, 1.0):
        return ACTIVATIONS["tanh"]
    _checked("alpha", alpha), _checked("beta", beta)
    return Activation(
        _name("scaled_tanh", alpha, beta),
        lambda a: alpha * np.tanh(beta * a),
        lambda a: cast(Array, alpha * beta * tanh_derivative(beta * a)),
        steepest=abs(alpha * beta),
        bounded=abs(alpha) <= 1.0,
        title=f"{_short(alpha)} tanh({_short(beta)} a)",
        flattens=True,
    )


class Clipped(Activation):
    """f of a brought into [-limit, limit]: beyond, nothing that changes a changes f."""

    inner: Activation
    limit: float

    def __init__(self, inner: Activation, limit: float) -> None:
        most = max(float(np.abs(inner.value(np.array([-limit, 0.0, limit]))).max()), 0.0)
        super().__init__(
            f"clipped({inner.name}, {limit!r})",
            lambda a: inner.value(_clip(a, limit)),
            self._derivative,
            steepest=inner.steepest,
            bounded=inner.bounded or most <= 1.0,
            title=f"{inner.title} of sums clipped at {_short(limit)}",
            flattens=inner.flattens,
            shares=inner.shares,
        )
        object.__setattr__(self, "inner", inner)
        object.__setattr__(self, "limit", limit)

    def _derivative(self, a: Array) -> Array:
        return np.where(self._beyond(a), np.zeros((), a.dtype), self.inner.derivative(a))

    def _beyond(self, a: Array) -> Array:
        return np.asarray((a >= self.limit) | (a <= -self.limit))

    def slope(self, value: Array, a: Array) -> tuple[Array, Array]:
        slope, exact = self.inner.slope(value, _clip(a, self.limit))
        return np.where(self._beyond(a), np.zeros((), a.dtype), slope), exact

    def rest(self, value: Array, a: Array, slope: Array) -> Array:
        at = _clip(a, self.limit)
        return self.inner.rest(value, at, self.inner.derivative(at))


def clipped(inner: Activation, limit: float) -> Activation:
    """f of a brought into [-limit, limit], as ONNX's attribute clip.

    Raises:
        ValueError: the limit is not a positive number.
    """
    between("clip", limit, float(np.nextafter(0.0, 1.0)), float(np.finfo(np.float64).max), "a positive number")
    return Clipped(inner, limit)


KINDS: dict[str, Callable[..., Activation]] = {
    kind.__name__: kind
    for kind in (
        *(hard_sigmoid, hard_tanh, relu6, affine, leaky_relu, thresholded_relu),
        *(elu, selu, softsign, softplus, scaled_tanh),
    )
}


def activation_named(name: str) -> Activation | None:
    """The activation of a name as `Activation.name` writes it; None where it is none."""
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]
    kind, bracket, inside = name.partition("(")
    inside = inside.removesuffix(")")
    if kind == "clipped":
        inner, _, limit = inside.rpartition(", ")
        found = activation_named(inner)
        return None if found is None else clipped(found, float(limit))
    if kind not in KINDS:
        return None
    return KINDS[kind](*(float(number) for number in inside.split(", ") if bracket))


def _name(kind: str, *numbers: float) -> str:
    return f"{kind}({', '.join(repr(float(number)) for number in numbers)})" if numbers else kind


def _short(number: float) -> str:
    return f"{number:.3g}".replace("-", "\N{MINUS SIGN}")


def _checked(name: str, number: float) -> float:
    return between(f"{name} of the activation", number, -MOST, MOST, f"a number from -{MOST:,.0f} to {MOST:,.0f}")


def _kind(a: Array) -> type:
    return np.float32 if a.dtype == np.float32 else np.float64


def _clip(a: Array, limit: float) -> Array:
    """a in [-limit, limit]; for complex a the real part decides."""
    below, above = np.real(a) <= -limit, np.real(a) >= limit
    return np.where(below, np.full((), -limit, a.dtype), np.where(above, np.full((), limit, a.dtype), a))


def _size(a: Array) -> Array:
    """|a|; for complex a the sign of the real part decides."""
    return np.where(np.real(a) <= 0.0, -a, a)


def _line(kind: str, alpha: float, beta: float, low: float | None, high: float | None, title: str) -> Activation:
    """alpha a + beta, brought into [low, high]."""
    _checked("alpha", alpha), _checked("beta", beta)
    named = kind in ("hard_sigmoid", "affine")
    inside = low is not None and high is not None
    return Activation(
        _name(kind, *((alpha, beta) if named else ())),
        partial(_on_line, alpha, beta, low, high),
        partial(_line_derivative, alpha, beta, low, high),
        steepest=abs(alpha),
        bounded=low is not None and high is not None and max(abs(low), abs(high)) <= 1.0,
        title=title,
        shares=inside and low == 0.0 and high == 1.0,
    )


def _on_line(alpha: float, beta: float, low: float | None, high: float | None, a: Array) -> Array:
    on = alpha * a + beta
    if low is not None:
        on = np.where(np.real(on) <= low, np.full((), low, on.dtype), on)
    if high is not None:
        on = np.where(np.real(on) >= high, np.full((), high, on.dtype), on)
    return cast(Array, on)


def _line_derivative(alpha: float, beta: float, low: float | None, high: float | None, a: Array) -> Array:
    on = alpha * a + beta
    flat = np.zeros(a.shape, bool)
    if low is not None:
        flat |= on <= low
    if high is not None:
        flat |= on >= high
    return np.where(flat, 0.0, alpha).astype(_kind(a))


def _bent(kind: str, title: str, number: float, left: float, edge: float) -> Activation:
    """a, or left * a where a <= edge."""
    return Activation(
        _name(kind, number),
        lambda a: np.where(np.real(a) <= edge, left * a, a),
        lambda a: np.where(a <= edge, left, 1.0).astype(_kind(a)),
        steepest=max(1.0, abs(left)),
        bounded=False,
        title=f"{title} ({_short(number)})",
    )


def _exponential(name: str, title: str, scale: float, alpha: float) -> Activation:
    """scale a, or scale alpha (exp(a) - 1) where a <= 0."""

    def value(a: Array) -> Array:
        left = np.real(a) <= 0.0
        return np.where(left, scale * alpha * np.expm1(np.where(left, a, np.zeros((), a.dtype))), scale * a)

    def derivative(a: Array) -> Array:
        left = a <= 0.0
        return np.where(
            left, scale * alpha * np.exp(np.where(left, a, np.zeros((), a.dtype))), np.full((), scale, a.dtype)
        )

    return Activation(
        name, value, derivative, steepest=scale * max(1.0, abs(alpha)), bounded=False, title=title, flattens=True
    )


def _softsign(a: Array) -> Array:
    return cast(Array, a / (1.0 + _size(a)))


def _softsign_derivative(a: Array) -> Array:
    return cast(Array, 1.0 / np.square(1.0 + np.abs(a)))


def _softplus(a: Array) -> Array:
    return np.where(np.real(a) <= 0.0, np.zeros((), a.dtype), a) + np.log1p(np.exp(-_size(a)))


def _logistic(a: Array) -> Array:
    """1 / (1 + exp(-a)), with full relative precision for every a."""
    e = np.exp(-np.abs(a))
    return cast(Array, np.where(a <= 0.0, e, np.ones((), a.dtype)) / (1.0 + e))
