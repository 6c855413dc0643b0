"""Reports on what real files have beside the usual: masks, layers that read from the end, merged directions, starts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import Network, Readout, State, backpropagate_network, entering, run_network
from engine.errors import Entering
from engine.report import Asked, Loss, Report, report
from engine.report.asked import errors_of
from tests.engine.files.golden_files import golden, opened
from tests.engine.forms import BACK, READ, formed
from tests.engine.networks import EVERY_CELL, random_parameters

MASK = np.array([0, 1, 0, 0, 1, 1, 0, 1, 1, 0], dtype=bool)
STACKS: dict[str, tuple[dict[str, Any], ...]] = {
    "one way": ({}, {"cell": "gru"}),
    "both ways": ({"both": True}, {"both": True, "cell": "gru"}),
    "merged below": ({"both": True, "merge": "mul"}, {"cell": "tanh"}),
    "from the end": ({"cell": "gru", **BACK},),
    "silent": ({"silent": True}, {"cell": "tanh", "silent": True}),
}


def network_of(rng: np.random.Generator, name: str) -> Network:
    return formed(rng, *STACKS[name]).network


def assert_same(found: Report, expected: Report) -> None:
    for a, b in zip(found.curves, expected.curves, strict=True):
        np.testing.assert_allclose(a.log2_dh[0], b.log2_dh[0], rtol=1e-11)
    for c, d in zip(found.memories, expected.memories, strict=True):
        np.testing.assert_allclose(c.half_life, d.half_life, rtol=1e-12)
    for e, f in zip(found.gates, expected.gates, strict=True):
        np.testing.assert_allclose(e.mean, f.mean, rtol=1e-12)
    for g, h in zip(found.units, expected.units, strict=True):
        np.testing.assert_allclose(g.highest, h.highest, rtol=1e-12)
        np.testing.assert_array_equal(g.flat, h.flat)
    np.testing.assert_allclose(found.cuts.median, expected.cuts.median, rtol=1e-9)
    assert found.cuts.steps == expected.cuts.steps
    assert found.origins[0].value == pytest.approx(expected.origins[0].value, rel=1e-12)


@pytest.mark.parametrize("at", ["last", "final", 8, 7])  # step 7 is left out, and stands for step 6
@pytest.mark.parametrize("name", STACKS)
def test_a_masked_sequence_is_that_of_its_read_steps(name: str, at: Any, rng: np.random.Generator) -> None:
    network, x = network_of(rng, name), rng.standard_normal((10, 2))
    head = Readout(rng.standard_normal((2, network.layers[-1].output_size)), np.zeros(2))
    asked = Asked(at, 1)
    found = report(network, x, head, asked, [MASK])
    alone = Asked({8: 4, 7: 3}.get(at, at), 1)
    assert_same(found, report(network, x[MASK], head, alone))
    assert found.lengths == (10,)
    for curve in found.curves:
        positions = curve.by_position(0)
        assert np.isnan(positions[~MASK]).all() and not np.isnan(positions[MASK]).any()
    assert np.isneginf(found.inputs[0].log2_norm[~MASK]).all()
    np.testing.assert_allclose(
        found.inputs[0].log2_norm[MASK], report(network, x[MASK], head, alone).inputs[0].log2_norm, rtol=1e-10
    )


def test_the_gradient_that_is_cut_is_that_of_the_masked_run(rng: np.random.Generator) -> None:
    network, x = network_of(rng, "both ways"), rng.standard_normal((10, 2))
    found = report(network, x, asked=Asked(9, 0), masks=[MASK])
    trace = run_network(network, x[:, None], mask=MASK[:, None])
    gradients = backpropagate_network(trace, errors_of(Asked(9, 0), None, trace, 0)[0])
    whole = [w.parameters.named() for layer in gradients.layers for w in layer.directions]
    norms = [np.sqrt(sum((rows**2).sum() for rows in named.values())) for named in whole]
    np.testing.assert_allclose(2.0 ** found.cuts.every[0].log2_whole, norms, rtol=1e-12)


def test_a_loss_at_every_step_counts_those_that_are_read(rng: np.random.Generator) -> None:
    network, x = network_of(rng, "one way"), rng.standard_normal((10, 2))
    head = Readout(rng.standard_normal((2, 2)), np.zeros(2))
    targets = rng.standard_normal((10, 2))
    found = report(network, x, head, Asked(loss=Loss("squared-error", (targets,), "every")), [MASK])
    expected = report(network, x[MASK], head, Asked(loss=Loss("squared-error", (targets[MASK],), "every")))
    assert_same(found, expected)
    assert found.cuts.every[0].pieces


def test_a_layer_that_puts_out_its_states_as_read_is_reported_without_truncation(rng: np.random.Generator) -> None:
    network, x = formed(rng, READ, {"cell": "gru"}).network, rng.standard_normal((10, 2))
    for masks in (None, [MASK]):
        found = report(network, x, asked=Asked(unit=0), masks=masks)
        assert found.cuts.left_out.startswith("Truncation is left out: layer 1 puts out its states as it read them")
        assert not found.cuts.steps and found.cuts.median_together.shape == (0,)
        mask = None if masks is None else MASK[:, None]
        trace = run_network(network, x[:, None], mask=mask)
        gradients = backpropagate_network(trace, errors_of(Asked(unit=0), None, trace, 0)[0])
        for curve, layer in zip(found.curves, gradients.layers, strict=True):
            np.testing.assert_array_equal(curve.log2_dh[0], layer.forward.log2_dh[:, 0])


@pytest.mark.parametrize("merge", ["sum", "mul", "ave"])
def test_merged_directions_are_cut_into_pieces_and_not_where_they_end(merge: str, rng: np.random.Generator) -> None:
    network, x = formed(rng, {"both": True, "merge": merge}).network, rng.standard_normal((9, 2))
    (cut,) = report(network, x, asked=Asked(5, 0)).cuts.every
    assert cut.pieces and cut.steps == (1, 2, 4, 8) and np.isfinite(cut.log2_whole).all()
    found = report(network, x, asked=Asked("final", 0))
    assert f"merged into one ({merge})" in found.cuts.left_out


@pytest.mark.parametrize("at", ["last", "final", 4])
def test_a_layer_that_reads_from_the_end_is_the_other_one_on_the_sequence_turned_round(
    at: Any, rng: np.random.Generator
) -> None:
    network, x = formed(rng, BACK).network, rng.standard_normal((9, 2))
    (layer,) = network.layers
    usual = Network((replace(layer, backwards=False),))
    same = {"last": 1, "final": 9, 4: 6}[at]
    found, expected = (
        report(network, x, asked=Asked(at, 1)),
        report(usual, x[::-1], asked=Asked(same, 1)),
    )
    np.testing.assert_allclose(found.curves[0].by_position(0), expected.curves[0].by_position(0)[::-1], rtol=1e-12)
    cut, other = found.cuts.every[0], expected.cuts.every[0]
    for k, row in zip(other.steps, other.log2_lost, strict=True):
        np.testing.assert_allclose(cut.log2_lost[cut.steps.index(k)], row, rtol=1e-9)
    np.testing.assert_allclose(cut.log2_whole, other.log2_whole, rtol=1e-12)


def test_directions_of_different_cells_and_sizes_are_told_apart(rng: np.random.Generator) -> None:
    (layer,) = formed(rng, {"both": True}).network.layers
    gru = EVERY_CELL["gru"]
    network = Network((replace(layer, reverse=random_parameters(rng, gru, 2, 5), reverse_cell=gru),))
    x = rng.standard_normal((9, 2))
    found = report(network, x, asked=Asked("final", "all"))
    assert [(one.cell.name, one.hidden_size) for one in found.directions] == [("lstm", 2), ("gru", 5)]
    trace = run_network(network, x[:, None])
    gradients = backpropagate_network(trace, entering(trace, np.ones((1, 1, 7)), "final"))
    for curve, way in zip(found.curves, gradients.layers[0].directions, strict=True):
        np.testing.assert_array_equal(curve.log2_dh[0], way.log2_dh[:, 0])
    assert [len(one.singular_values) for one in found.weights] == [2] * 4 + [5] * 3


def test_each_sequence_starts_from_its_own_states(rng: np.random.Generator) -> None:
    stack = formed(rng, {}, {"cell": "gru"})
    network = replace(stack.network, start=stack.start)
    xs = [rng.standard_normal((T, 2)) for T in (5, 7)]
    found = report(network, xs)
    for b, x in enumerate(xs):
        start = tuple(State(s.h[b], None if s.c is None else s.c[b]) for s in stack.start)
        expected = report(replace(network, start=start), x)
        np.testing.assert_array_equal(found.curves[0].log2_dh[b], expected.curves[0].log2_dh[0])
    with pytest.raises(ValueError, match="those of 2 sequences, one each, but there is one sequence"):
        report(network, xs[:1])
    with pytest.raises(ValueError, match="but there are 3: as many are expected"):
        report(network, [*xs, xs[0]])


@pytest.mark.parametrize("name", ["backwards.keras", "merged.keras", "silent.keras"])
def test_files_are_reported_as_their_framework_runs_them(name: str) -> None:
    file, values = opened(name), golden(name)
    assert file.network is not None
    given = values.get("symbols", values.get("x"))
    assert given is not None
    rows = [given[:, b] for b in range(given.shape[1]) if file.mask(given[:, b]).any()]
    masks = [file.mask(one) for one in rows]
    found = report(file.network, rows, asked=Asked(unit=0), masks=masks)
    trace = file.run(np.stack(rows, axis=1))
    for b in range(len(rows)):
        assert found.origins[b].value == pytest.approx(float(trace.outputs[trace.ends[b] - 1, b, 0]), rel=1e-12)
    assert [one is not None for one in found.curves[0].read] == [not mask.all() for mask in masks]


def test_masks_that_do_not_fit_are_said(rng: np.random.Generator) -> None:
    network, x = network_of(rng, "one way"), rng.standard_normal((10, 2))
    for masks, says in (
        ([MASK, MASK], "there are 2 masks, but 1 sequences"),
        ([MASK[:9]], r"mask 1 is True where a step is read .* of shape \(10,\); got bool of shape \(9,\)"),
        ([np.zeros(10, bool)], "sequence 1 has no step that is read: all 10 are left out"),
    ):
        with pytest.raises(ValueError, match=says):
            report(network, x, masks=masks)


def test_errors_that_enter_at_steps_that_are_left_out_are_carried_and_not_cut(rng: np.random.Generator) -> None:
    network, x = network_of(rng, "both ways"), rng.standard_normal((10, 2))
    errors = Entering(tuple(range(1, 11)), np.ones((10, 1, 4)), np.zeros((10, 1), dtype=int))
    found = report(network, x, asked=Asked(loss=lambda *_: errors), masks=[MASK])
    assert found.cuts.left_out == "Truncation is left out: errors enter at steps that the network leaves out."
    trace = run_network(network, x[:, None], mask=MASK[:, None])
    expected = backpropagate_network(trace, errors).layers[0].forward.log2_dh[:, 0]
    np.testing.assert_array_equal(found.curves[0].log2_dh[0], expected)
