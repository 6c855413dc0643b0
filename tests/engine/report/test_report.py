"""Every number of a report beside a brute-force computation of it, a closed form, or the complex step."""

from __future__ import annotations

import numpy as np
import pytest

from engine import CELLS, Layer, Network, Parameters, Readout, backpropagate_network, entering, run_network
from engine.gradients.contributions import contributions
from engine.report import Asked, Loss, Report, differences, memory, report, report_in_parts
from engine.report.asked import errors_of
from tests.engine.networks import random_parameters

Array = np.ndarray


def stacked(rng: np.random.Generator, *cells: str, D: int = 3, H: int = 4, both: bool = False) -> Network:
    layers = []
    for name in cells:
        weights = [random_parameters(rng, CELLS[name], D, H) for _ in range(1 + both)]
        layers.append(Layer(CELLS[name], *weights))
        D = H * len(weights)
    return Network(tuple(layers))


def flat(p: Parameters) -> Array:
    return np.concatenate([rows.ravel() for rows in p.named().values()])


@pytest.mark.parametrize("cells", [("lstm", "gru"), ("tanh",), ("gru_before", "mgu"), ("peephole", "leaky")])
def test_what_truncation_cuts_is_the_norm_of_the_contributions_before_it(
    cells: tuple[str, ...], rng: np.random.Generator
) -> None:
    network, x = stacked(rng, *(c if c in CELLS else "lstm" for c in cells)), rng.standard_normal((11, 3))
    found = report(network, x, asked=Asked(at=9, unit=1))
    trace = run_network(network, x[:, None])
    gradients = backpropagate_network(trace, entering(trace, np.eye(1, 4, 1)[None], (9,)))
    (cut,) = found.cuts.every
    assert cut.steps == (1, 2, 4, 8) and not cut.pieces
    for way, layer in enumerate(gradients.layers):
        each = contributions(layer.forward)
        for n, k in enumerate(cut.steps):
            lost = sum(flat(each.at(t)) for t in range(1, 9 - k + 1))
            assert 2.0 ** cut.log2_lost[n, way] == pytest.approx(np.linalg.norm(lost), rel=1e-11)
        assert 2.0 ** cut.log2_whole[way] == pytest.approx(np.linalg.norm(flat(layer.forward.parameters)), rel=1e-12)


def test_shares_lost_stay_right_far_below_float64(rng: np.random.Generator) -> None:
    """A tanh network whose every step shrinks the error by 2**-10: what lies k steps back is 2**(-10 k) of the rest."""
    cell = CELLS["identity"]
    network = Network((Layer(cell, Parameters(np.eye(2), 2.0**-10 * np.eye(2), np.zeros(2))),))
    found = report(network, np.ones((400, 2)), asked=Asked(unit=0))
    assert found.curves[0].half_life == pytest.approx(0.1)
    shares = found.cuts.median_together
    k = found.cuts.steps.index(256)
    assert shares[k] == pytest.approx(-2560.0, abs=1e-9)


@pytest.mark.parametrize("at", ["last", "final", 6])
def test_both_directions_are_cut_each_on_its_own_way_back(at: str | int, rng: np.random.Generator) -> None:
    """One layer: each direction's own contributions of its last k steps are what is left."""
    network, x = stacked(rng, "lstm", both=True), rng.standard_normal((10, 3))
    found = report(network, x, asked=Asked(at, "all"))
    trace = run_network(network, x[:, None])
    errors, _ = errors_of(Asked(at, "all"), None, trace, 0)
    layer = backpropagate_network(trace, errors).layers[0]
    (cut,) = found.cuts.every
    entered = {"last": (10, 1), "final": (10, 10), 6: (6, 5)}[at]  # as each direction counts
    for way, (gradients, last) in enumerate(zip(layer.directions, entered, strict=True)):
        each = contributions(gradients)
        for n, k in enumerate(cut.steps):
            lost = sum((flat(each.at(t)) for t in range(1, last - k + 1)), np.zeros(1))
            if k < last:
                assert 2.0 ** cut.log2_lost[n, way] == pytest.approx(np.linalg.norm(lost), rel=1e-9)
            else:
                assert 2.0 ** (cut.log2_lost[n, way] - cut.log2_whole[way]) < 1e-14


def test_a_loss_at_every_step_is_cut_into_pieces(rng: np.random.Generator) -> None:
    network, x = stacked(rng, "gru", "lstm"), rng.standard_normal((9, 3))
    head = Readout(rng.standard_normal((2, 4)), np.zeros(2))
    loss = Loss("squared-error", (rng.standard_normal((9, 2)),), "every")
    found = report(network, x, head, Asked(loss=loss))
    (cut,) = found.cuts.every
    trace = run_network(network, x[:, None])
    errors = loss(trace, head, 0)
    whole = backpropagate_network(trace, errors)
    assert cut.pieces and cut.steps == (1, 2, 4, 8)
    assert found.origins[0].value == pytest.approx(errors.loss.sum())  # type: ignore[attr-defined]
    top = whole.layers[1].forward
    by_hand = np.zeros_like(flat(top.parameters))
    for step in range(1, 10):  # k = 1: each step's error reaches that step alone
        dh = np.zeros((1, 1, 4))
        dh[0] = errors.dh[step - 1]
        own = backpropagate_network(trace, entering(trace, dh, (step,))).layers[1].forward
        by_hand += flat(contributions(own).at(step))
    assert 2.0 ** cut.log2_lost[0, 1] == pytest.approx(np.linalg.norm(flat(top.parameters) - by_hand), rel=1e-11)


def test_a_forget_gate_of_known_bias_has_the_half_life_of_its_closed_form() -> None:
    p = Parameters(np.zeros((12, 2)), np.zeros((12, 3)), np.zeros(12))
    p.b[3:6] = [1.0, 3.0, 0.0]
    held = report(Network((Layer(CELLS["lstm"], p),)), [np.ones((7, 2)), np.ones((4, 2))]).memories[0]
    expected = np.log(0.5) / np.log(1.0 / (1.0 + np.exp(-np.array([1.0, 3.0, 0.0]))))
    np.testing.assert_allclose(held.half_life, expected, rtol=1e-14)
    np.testing.assert_allclose(held.each, [expected, expected], rtol=1e-14)
    assert held.order.tolist() == [1, 0, 2] and held.half_life[2] == pytest.approx(1.0)


def test_gates_are_counted_over_the_steps_of_all_sequences(rng: np.random.Generator) -> None:
    network = stacked(rng, "gru")
    network.layers[0].parameters.b[:] *= 5.0
    xs = [rng.standard_normal((7, 3)), rng.standard_normal((3, 3))]
    every = np.concatenate([run_network(network, x[:, None]).layers[0].forward.gates["update"][:, 0] for x in xs])
    gate = next(one for one in report(network, xs).gates if one.gate == "update")
    np.testing.assert_allclose(gate.shut, (every < 0.1).mean(axis=0))
    np.testing.assert_allclose(gate.open, (every > 0.9).mean(axis=0))
    np.testing.assert_allclose(gate.mean, every.mean(axis=0))


def test_a_unit_whose_relu_never_opens_is_dead_and_one_at_its_ends_saturated() -> None:
    p = Parameters(np.zeros((3, 1)), np.zeros((3, 3)), np.array([-1.0, 1.0, 0.0]))
    p.U[2] = 1.0
    units = report(Network((Layer(CELLS["relu"], p),)), np.linspace(0.1, 1.0, 6)[:, None]).units[0]
    assert units.off.tolist() == [True, False, False] and units.silent.tolist() == [True, False, False]
    assert units.dead.tolist() == [True, True, False]  # the second stays at 1
    q = Parameters(np.array([[3.0], [0.5]]), np.zeros((2, 2)), np.zeros(2))
    signs = np.where(np.arange(6) % 2, 1.0, -1.0)[:, None]
    units = report(Network((Layer(CELLS["tanh"], q),)), signs).units[0]
    assert units.saturated.tolist() == [True, False] and not units.dead.any()


def test_what_an_output_depends_on_is_its_derivative_by_the_complex_step(rng: np.random.Generator) -> None:
    network, x = stacked(rng, "lstm", "gru", both=True), rng.standard_normal((5, 3))
    head = Readout(rng.standard_normal((2, 8)), rng.standard_normal(2))
    found = report(network, x, head, Asked(unit=1)).inputs[0]

    def output(at: Array) -> complex:
        return (head.V @ run_network(network, at[:, None]).outputs[-1, 0] + head.d)[1]

    dx = np.zeros((5, 3))
    for t, d in np.ndindex(5, 3):
        stepped = x.astype(complex)
        stepped[t, d] += 1e-30j
        dx[t, d] = output(stepped).imag / 1e-30
    np.testing.assert_allclose(2.0**found.log2_norm, np.linalg.norm(dx, axis=1), rtol=1e-11)
    np.testing.assert_allclose(found.sign * 2.0**found.log2_product, (x * dx).sum(axis=1), rtol=1e-10)
    np.testing.assert_allclose(2.0**found.log2_by_input, np.linalg.norm(dx, axis=0), rtol=1e-11)
    assert found.order.tolist() == np.argsort(-np.linalg.norm(dx, axis=1)).tolist()
    assert np.abs(found.shares).sum() == pytest.approx(1.0)


def test_symbols_say_the_same_as_the_ones_that_they_stand_for(rng: np.random.Generator) -> None:
    network, read = stacked(rng, "lstm", D=6), np.array([3, 0, 5, 3])
    symbols, numbers = report(network, read), report(network, np.eye(6)[read])
    np.testing.assert_allclose(symbols.inputs[0].log2_norm, numbers.inputs[0].log2_norm, rtol=1e-12)
    np.testing.assert_allclose(symbols.inputs[0].shares, numbers.inputs[0].shares, rtol=1e-12)
    np.testing.assert_allclose(symbols.cuts.median, numbers.cuts.median, rtol=1e-10)


def test_several_sequences_are_what_each_of_them_is_alone(rng: np.random.Generator) -> None:
    network = stacked(rng, "lstm", "gru")
    xs = [rng.standard_normal((T, 3)) for T in (12, 7, 20)]
    together, alone = report(network, xs), [report(network, x) for x in xs]
    for b, one in enumerate(alone):
        np.testing.assert_array_equal(together.curves[1].log2_dh[b], one.curves[1].log2_dh[0])
    left = [one.curves[0].log2_left for one in alone]
    assert together.curves[0].log2_left == pytest.approx(np.median(left))


def test_the_curve_is_the_one_that_pytorchs_sum_backward_would_give(rng: np.random.Generator) -> None:
    network, x = stacked(rng, "tanh"), rng.standard_normal((6, 3))
    p, curve = network.layers[0].parameters, report(network, x).curves[0]
    h = run_network(network, x[:, None]).outputs[:, 0]
    error, norms = np.ones(4), []
    for t in range(5, -1, -1):
        norms.append(np.linalg.norm(error))
        error = p.W.T @ (error * (1.0 - h[t] ** 2))
    np.testing.assert_allclose(2.0 ** curve.by_position(0), norms[::-1], rtol=1e-12)


def test_shares_rise_to_one_and_the_report_comes_last(rng: np.random.Generator) -> None:
    parts = list(report_in_parts(stacked(rng, "gru", both=True), [rng.standard_normal((5, 3))] * 2))
    shares, found = parts[:-1], parts[-1]
    assert isinstance(found, Report) and shares == sorted(shares)  # type: ignore[type-var]
    assert 0.0 < shares[0] < 0.5 and shares[-1] == pytest.approx(1.0)  # type: ignore[operator]


def test_differences_come_largest_first_and_nothing_differs_from_itself(rng: np.random.Generator) -> None:
    network, x = stacked(rng, "lstm"), rng.standard_normal((9, 3))
    p = network.layers[0].parameters
    changed = Network((Layer(CELLS["lstm"], Parameters(p.U, 1.5 * p.W, p.b)),))
    a, b = report(network, x), report(changed, x)
    found = differences(a, b)
    changes = [one.change for one in found.differences]
    assert changes == sorted(changes, reverse=True) and changes[0] > 0.1
    radius = next(one for one in found.differences if one.what == "radius")
    assert radius.second == pytest.approx(1.5 * radius.first) and radius.change == pytest.approx(1 / 3)
    assert not any(one.change > 0.0 for one in differences(a, a).differences)


def test_what_cannot_be_compared_is_said(rng: np.random.Generator) -> None:
    one, two, x = stacked(rng, "lstm"), stacked(rng, "gru", "gru"), rng.standard_normal((9, 3))
    a, b = report(one, x), report(two, x)
    assert len(differences(a, b).refused) == 2
    with pytest.raises(ValueError, match="different sequences, of 9 and of 8 steps"):
        differences(a, report(one, x[:8]))
    with pytest.raises(ValueError, match="different outputs"):
        differences(a, report(one, x, asked=Asked(at=3)))


def test_memory_grows_with_the_longest_sequence_and_bad_requests_name_what_was_expected(
    rng: np.random.Generator,
) -> None:
    network = stacked(rng, "lstm")
    x = rng.standard_normal((50, 3))
    assert memory(network, x) == memory(network, [x[:9], x]) > memory(network, x[:9])
    with pytest.raises(ValueError, match=r"sequence 1 has shape \(50, 2\), but \(T, 3\) was expected"):
        memory(network, x[:, :2])
    with pytest.raises(ValueError, match="output 4 was asked for, but there are 0 to 3"):
        report(network, x, asked=Asked(unit=4))
    with pytest.raises(ValueError, match=r"V has shape \(2, 5\), but \(K, 4\) was expected"):
        report(network, x, Readout(np.zeros((2, 5)), np.zeros(2)))
    with pytest.raises(ValueError, match="reads the outputs of a head"):
        report(network, x, asked=Asked(loss=Loss("squared-error", (np.zeros((1, 4)),))))
