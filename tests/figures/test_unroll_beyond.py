"""What leaves float64 on Unroll is sent by its logarithms, against exact fractions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from engine.studies.unroll.study import UnrollStudy
from tests.figures.test_unroll import sent


def test_sizes_beyond_float64_are_sent_by_their_logarithms() -> None:
    exploded, _ = UnrollStudy.from_query({"trained": "task-order.H-16.scale-3.opt-sgd.cell-relu.clip-0.rate-1@1"})
    found, _, arrays = sent(exploded)
    trace = found.parts[0].trace.layers[0].forward
    W = [[Fraction(w) for w in row] for row in found.weights["W1"]]
    U, b = found.weights["U1"], found.weights["b1"][:, 0]
    h = [Fraction(0)] * 16
    for t in range(1, 51):
        carried = [sum(w * v for w, v in zip(row, h, strict=True)) for row in W]
        assert arrays["0.flow"][1, t - 1] == pytest.approx(log10_of(carried), rel=1e-12)
        drive = U @ trace.x[t - 1, 0] + b
        h = [max(Fraction(0), Fraction(u) + a) for u, a in zip(drive, carried, strict=True)]
        np.testing.assert_allclose(arrays["0.size"][t], [log10_of([v]) for v in h], rtol=1e-12)
        sums = [Fraction(u) + a for u, a in zip(drive, carried, strict=True)]
        np.testing.assert_allclose(arrays["0.sum_size"][t - 1], [log10_of([v]) for v in sums], rtol=1e-12)
    assert np.isfinite(arrays["outflow"]).all()


def test_values_and_losses_beyond_float64_are_sent_by_their_logarithms_too() -> None:
    numbers = UnrollStudy(example="numbers", numbers=(1.0, 2.0) * 100, wiring="in-step", cell="identity", hidden=2)
    edits = (("W1", 1, 1, 100.0), ("W1", 2, 2, 100.0), ("W1", 1, 2, 0.0), ("W1", 2, 1, 0.0))
    found, header, arrays = sent(replace(numbers, edits=edits))
    W, U, b = (found.weights[name] for name in ("W1", "U1", "b1"))
    V, d = found.weights["V"], found.weights["d"]
    h = [Fraction(0)] * 2
    for t, x in enumerate(found.parts[0].x[:, 0, 0]):
        h = [
            Fraction(float(W[k, k])) * h[k] + Fraction(float(U[k, 0])) * Fraction(float(x)) + Fraction(float(b[k, 0]))
            for k in range(2)
        ]
        y = sum((Fraction(float(v)) * one for v, one in zip(V[0], h, strict=True)), Fraction(float(d[0, 0])))
        assert arrays["output_size"][t, 0] == pytest.approx(log10_of([y]), rel=1e-11)
        if t < len(found.losses):
            missed = y - Fraction(float(found.wanted[t]))
            assert arrays["loss_size"][t] == pytest.approx(log10_of([missed * missed / 2]), rel=1e-11)
    assert np.isinf(arrays["outputs"]).any()
    assert "infinite" not in header["verdict"] + header["loss"]["says"]


def log10_of(numbers: Sequence[Fraction]) -> float:
    """log10 of the norm of exact numbers."""
    square = sum(v * v for v in numbers)
    return (math.log10(square.numerator) - math.log10(square.denominator)) / 2.0 if square else -math.inf
