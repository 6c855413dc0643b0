"""Everything that is shown beyond float64, beside numbers of 120 bits and unbounded exponents (mpmath)."""

from __future__ import annotations

from functools import cache
from typing import Any

import mpmath as mp  # type: ignore[import-untyped]
import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import Errors, binary_cross_entropy, cross_entropy, probe, squared_error
from engine.forward import Trace, unroll
from engine.gradients.backward import backpropagate
from engine.gradients.clipping import clip_by_norm
from engine.gradients.contributions import contributions
from engine.networks.encoder_decoder import EncoderDecoder, run_encoder_decoder
from engine.networks.network import Layer, Network, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.overflow import Overflow
from engine.parameters import Parameters, Readout
from engine.record.kinds import Number
from engine.spectra.jacobians import growth, itemised
from engine.studies.vanish.families import family
from engine.studies.vanish.study import VanishStudy

Array = np.ndarray[Any, np.dtype[Any]]
EXACT = mp.MPContext()
EXACT.prec = 120
log2 = EXACT.log


def exact(array: Array) -> Array:
    return np.asarray(np.vectorize(EXACT.mpf, otypes=[object])(array))


def log2_norm(*arrays: Any) -> float:
    squares = sum((v * v for array in arrays for v in np.ravel(array)), EXACT.mpf(0))
    return float(log2(squares, 2) / 2) if squares else -np.inf


@cache
def exact_run(cell: str, loss: str, steps: int, scale: float, hidden: int) -> tuple[float, float]:
    """log2 of the norms of all parameter gradients and of dL/dh_1, written out here."""
    study = VanishStudy(cells=(cell,), steps=steps, scale=scale, loss=loss, hidden=hidden)
    p, sequence = study.parameters(cell), study.sequence()
    W, U, b, x = (exact(array) for array in (p.W, p.U, p.b, sequence.x[:, 0]))
    h, sums = [exact(np.zeros(hidden))], []
    for t in range(steps):
        sums.append(W.dot(h[t]) + U.dot(x[t]) + b)
        h.append(np.array([a if cell == "identity" or a > 0 else EXACT.mpf(0) for a in sums[t]], dtype=object))
    dV: Any = exact(np.zeros(1))
    error: Any = exact(np.zeros(1))
    if loss == "probe":
        direction = np.random.default_rng([study.seed, 5]).standard_normal(hidden)
        dh = exact(direction / np.linalg.norm(direction))
    else:
        readout = study.readout()
        V, o = exact(readout.V), exact(readout.V).dot(h[-1]) + exact(readout.d)
        if loss == "cross-entropy":
            weights = np.array([EXACT.exp(v - max(o)) for v in o], dtype=object)
            error = weights / sum(weights)
            error[int(sequence.classes[-1, 0])] -= 1
        else:
            error = o - exact(sequence.targets[-1, 0])
        dh, dV = V.T.dot(error), np.outer(error, h[-1])
    dW: Any = 0
    dU: Any = 0
    db: Any = 0
    for t in range(steps, 0, -1):
        first = log2_norm(dh)
        da = dh * np.array([EXACT.mpf(cell == "identity" or a > 0) for a in sums[t - 1]], dtype=object)
        dW, dU, db, dh = dW + np.outer(da, h[t - 1]), dU + np.outer(da, x[t - 1]), db + da, W.T.dot(da)
    return log2_norm(dW, dU, db, dV, error), first


EXPLOSIONS = [
    ("identity", "cross-entropy", 1742.441),
    ("identity", "probe", 1741.420),
    ("relu", "squared-error", 1230.244),
]


@pytest.mark.parametrize(("cell", "loss", "log2_gradient"), EXPLOSIONS)
def test_the_norm_of_all_gradients_where_states_and_readout_leave_float64(
    cell: str, loss: str, log2_gradient: float
) -> None:
    study = VanishStudy(cells=(cell,), steps=1000, scale=3.0, loss=loss)
    gradients = study.run(cell)
    assert gradients.log2_parameters[0] == pytest.approx(log2_gradient, abs=5e-4)
    found = family(study, cell, (1.0, 3.0))
    assert found.log2_gradient[1] == pytest.approx(gradients.log2_parameters[0], abs=1e-9)
    clipped = clip_by_norm(gradients.far_parameters, 1.0, gradients.errors.far_readout)  # type: ignore[union-attr]
    assert clipped.log2_factor == pytest.approx(-log2_gradient, abs=5e-4)
    assert clipped.norm_after == pytest.approx(1.0) and clipped.cosine == 1.0


@pytest.mark.parametrize(("cell", "loss"), [(c, o) for c in ("identity", "relu") for o in ("probe", "squared-error")])
@pytest.mark.parametrize(("steps", "scale"), [(60, 2.0), (400, 8.0), (400, 0.02)])
def test_norms_beside_exact_sums(
    cell: str, loss: str, steps: int, scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Number, "complaint", lambda *_: "")  # scales that a visitor cannot choose
    everything, first = exact_run(cell, loss, steps, scale, 4)
    gradients = VanishStudy(cells=(cell,), steps=steps, scale=scale, loss=loss, hidden=4).run(cell)
    assert gradients.log2_parameters[0] == pytest.approx(everything, abs=1e-9)
    assert gradients.log2_dh[1, 0] == pytest.approx(first, abs=1e-9)
    with np.errstate(all="ignore"):
        each = contributions(gradients).log2_norms
    assert not any(np.isnan(rows).any() or np.isposinf(rows).any() for rows in each.values())


def one_unit(cell: str, T: int, x: float = 0.0, W: float = 0.0, U: float = 0.0, **bias: float) -> Trace:
    gates = CELLS[cell].gates
    b = np.array([bias.get(gate, 0.0) for gate in gates])
    p = Parameters(
        np.full((len(gates), 1), U), np.full((len(gates), 1), W), b, {e: np.ones(1) / 2 for e in CELLS[cell].extras}
    )
    return unroll(CELLS[cell], p, np.full((T, 1, 1), x))


def slope(a: Any) -> Any:
    """log2 tanh'(a)."""
    return -2 * log2(EXACT.cosh(EXACT.mpf(a)), 2)


def test_the_cell_gradient_of_a_saturated_memory() -> None:
    i, g, T = 1 / (1 + EXACT.exp(-10)), EXACT.tanh(3), 200
    c = sum(i * g * i**k for k in range(T))
    last = slope(c) - 1  # o = 1/2
    trace = one_unit("lstm", T, input=10.0, forget=10.0, candidate=3.0)
    found = backpropagate(trace, probe(trace, [1.0])).log2_dc
    assert found is not None
    np.testing.assert_allclose(found[[T, 1], 0], [-570.612, -570.625], atol=5e-4)
    np.testing.assert_allclose(found[[T, 1], 0], [float(last), float(last + (T - 1) * log2(i, 2))], atol=1e-9)


def test_a_memory_beyond_any_float64_slope() -> None:
    T, x = 700, 700.0  # c_T is about 700: tanh' is 2**-2018
    trace = one_unit("lstm", T, input=40.0, forget=40.0, candidate=40.0)
    gradients = backpropagate(trace, probe(trace, [1.0]))
    assert gradients.log2_dc is not None
    np.testing.assert_allclose(gradients.log2_dc[1:, 0], float(slope(x)) - 1.0, atol=1e-9)
    assert not np.isneginf(gradients.log2_parameters).any()


def test_five_saturated_steps() -> None:
    study = VanishStudy(cells=("tanh",), inputs="numbers", numbers=(1000.0,) * 5, hidden=1)
    gradients, p = study.run("tanh"), study.parameters("tanh")
    w, u, h, ratio = (EXACT.mpf(float(v)) for v in (p.W[0, 0], p.U[0, 0], 0.0, 0.0))
    for t in range(5):
        a = w * h + u * 1000
        h = EXACT.tanh(a)
        ratio += (slope(a) + log2(abs(w), 2)) if t else 0
    found = family(study, "tanh", (1.0,)).reach[0]
    assert found.log2_ratio == pytest.approx(float(ratio), abs=1e-8) == pytest.approx(-10831.22, abs=5e-3)
    assert found.vanished_at is None
    split = growth(gradients)
    assert split.total[1:, 0].sum() == pytest.approx(float(ratio), abs=1e-8)
    assert itemised(gradients).log2_norm[0, 1] - itemised(gradients).log2_norm[0, 5] == pytest.approx(float(ratio))


@pytest.mark.parametrize("a", [-1e6, -5000.0, -400.0, 90.0, 372.0, 1e5])
def test_a_unit_far_in_saturation_passes_on_its_true_slope(a: float) -> None:
    for cell, expected in (("tanh", slope(a)), ("sigmoid", slope(a / 2) - 2)):
        trace = one_unit(cell, 6, W=1e-30, state=a)
        found = backpropagate(trace, probe(trace, [1.0])).log2_dh[:, 0]
        np.testing.assert_allclose(np.diff(found), -float(expected + log2(EXACT.mpf(1e-30), 2)), rtol=1e-8)


@pytest.mark.parametrize(("cell", "gate"), [("lstm", "forget"), ("peephole", "forget"), ("gru", "update")])
def test_a_gate_shut_far_beyond_float64_keeps_its_share(cell: str, gate: str) -> None:
    trace = one_unit(cell, 8, **{gate: -3000.0})
    gradients = backpropagate(trace, probe(trace, [1.0]))
    rows = gradients.log2_dh if gradients.log2_dc is None else gradients.log2_dc
    np.testing.assert_allclose(np.diff(rows[1:, 0]), 3000.0 / np.log(2.0), rtol=1e-12)


def test_units_of_very_different_slopes_keep_their_own() -> None:
    parameters = Parameters(np.zeros((2, 1)), np.diag([0.5, 0.25]), np.array([900.0, 2000.0]))
    trace = unroll(CELLS["tanh"], parameters, np.zeros((3, 1, 1)))
    found = backpropagate(trace, probe(trace, [0.0, 1.0])).log2_dh[:, 0]
    np.testing.assert_allclose(np.diff(found), [2.0 - float(slope(2000.0 + k)) for k in (0.0, 0.25, 0.25)], rtol=1e-9)


def shown(*outputs: float) -> tuple[Trace, Readout]:
    """A state that is read as it is."""
    n = len(outputs)
    parameters = Parameters(np.eye(n), np.zeros((n, n)), np.zeros(n))
    return unroll(CELLS["identity"], parameters, np.array([[outputs]])), Readout(np.eye(n), np.zeros(n))


@pytest.mark.parametrize("behind", [1.0, 40.0, 800.0, 5000.0, 1e9])
def test_a_confident_prediction_leaves_an_error_that_is_not_0(behind: float) -> None:
    gone = EXACT.exp(-EXACT.mpf(behind))
    p = gone / (1 + gone)
    trace, readout = shown(0.0, -behind)
    found: list[Errors] = [cross_entropy(trace, readout, [[0]])]
    sizes = [log2(p * EXACT.sqrt(2), 2)]
    trace, readout = shown(behind)
    found.append(binary_cross_entropy(trace, readout, [[[1.0]]]))
    sizes.append(log2(p, 2))
    for errors, size in zip(found, sizes, strict=True):
        logs = np.log2(np.linalg.norm(errors.dh[0, 0])) + errors.exponent[0, 0]
        assert logs == pytest.approx(float(size), rel=1e-12, abs=1e-9)
        assert errors.log2_loss[0] == pytest.approx(float(log2(EXACT.log1p(gone), 2)), rel=1e-12, abs=1e-9)


def test_losses_and_readouts_beyond_float64() -> None:
    trace = one_unit("identity", 800, x=1.0, W=100.0, U=1.0)
    h = sum(EXACT.mpf(100) ** k for k in range(800))
    errors = squared_error(trace, Readout(np.ones((1, 1)), np.zeros(1)), np.zeros((1, 1, 1)))
    assert errors.log2_loss[0] == pytest.approx(float(log2(h * h / 2, 2)), abs=1e-9)
    assert errors.log2_readout == pytest.approx(float(log2(h * EXACT.sqrt(h * h + 1), 2)), abs=1e-9)
    assert probe(trace, [1.0]).log2_loss[0] == pytest.approx(float(log2(h, 2)), abs=1e-9)
    assert np.isnan(probe(trace, [-1.0]).log2_loss[0])


@pytest.mark.parametrize("cell", ["identity", "relu"])
def test_states_that_die_out_keep_their_gradients(cell: str) -> None:
    T = 1000
    p = Parameters(np.ones((1, 1)), np.array([[0.125]]), np.zeros(1))
    x = np.zeros((T, 1, 1))
    x[0] = 1.0
    trace = unroll(CELLS[cell], p, x)
    assert trace.h[-1, 0, 0] == 0.0  # 2**-2997, as float64 shows it
    gradients = backpropagate(trace, probe(trace, [1.0]))
    each = contributions(gradients).log2_norms["W"]
    assert np.isneginf(each[0])
    np.testing.assert_allclose(each[1:], -3.0 * (T - 2), atol=1e-9)  # 2**(-3 (T - t)) times 2**(-3 (t - 2))
    squared = squared_error(trace, Readout(np.ones((1, 1)), np.zeros(1)), np.zeros((1, 1, 1)))
    assert squared.log2_loss[0] == pytest.approx(-6.0 * (T - 1) - 1.0, abs=1e-9)


def exploding(cell: str, reverse: bool, layers: int = 1) -> Network:
    W = np.diag([100.0, 0.5])
    first = Parameters(np.ones((2, 1)), W, np.zeros(2))
    above = Parameters(np.ones((2, 4 if reverse else 2)), np.eye(2), np.zeros(2))
    stack = [Layer(CELLS[cell], first, first if reverse else None), *[Layer(CELLS[cell], above)] * (layers - 1)]
    return Network(tuple(stack))


@pytest.mark.parametrize("cell", ["identity", "relu"])
def test_both_directions_beyond_float64_have_losses_that_are_numbers(cell: str) -> None:
    T = 800
    trace = run_network(exploding(cell, True), np.ones((T, 1, 1)))
    errors = squared_error(trace, Readout(np.ones((1, 4)), np.zeros(1)), np.zeros((1, 1, 1)), (400,))
    geometric = [EXACT.mpf(100) ** 400 / 99, EXACT.mpf(100) ** 401 / 99]  # but for 1 in 100**400
    o = sum(geometric)
    assert errors.log2_loss[0] == pytest.approx(float(log2(o * o / 2, 2)), abs=1e-9)
    layer = backpropagate_network(trace, errors).layers[0]
    for gradients, steps in zip(layer.directions, (400, 401), strict=True):
        expected = log2(o * EXACT.mpf(100) ** (steps - 1), 2)
        assert gradients.log2_dh[1, 0] == pytest.approx(float(expected), abs=1e-9)
    names = cross_entropy(
        trace, Readout(np.array([[1.0, 0, 0, 0], [0, 0, 1.0, 0]]), np.zeros(2)), np.zeros((T, 1), int), "every"
    )
    assert not np.isnan(names.loss).any() and not np.isnan(names.log2_loss).any()


@pytest.mark.parametrize("cell", ["identity", "relu"])
def test_a_layer_that_leaves_float64_is_named(cell: str) -> None:
    with pytest.raises(Overflow, match=r"the states of layer 1 grow .* at step 156, and layer 2 cannot read infinite"):
        run_network(exploding(cell, False, layers=2), np.ones((800, 1, 1)))
    one = exploding(cell, False)
    with pytest.raises(Overflow, match=r"the encoder's layer 1 grow .*, and the decoder cannot start from there"):
        run_encoder_decoder(EncoderDecoder(one, one), np.ones((800, 1, 1)), np.ones((3, 1, 1)))
