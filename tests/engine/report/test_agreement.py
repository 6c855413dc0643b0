"""Outputs of PyTorch and Keras beside ours: what is found by shape, how far apart, where, and what fits nothing."""

from __future__ import annotations

import numpy as np
import pytest

from engine import CELLS, Layer, Network, Readout, run_network
from engine.report import agreement
from engine.report.agreement import ROUNDING
from tests.engine.files.golden_files import golden, opened
from tests.engine.networks import random_parameters
from tests.engine.report import sample


def network(rng: np.random.Generator, T: int = 6, D: int = 3) -> tuple[Network, np.ndarray]:
    """An LSTM of 4 units in both directions on 2 units' GRU, with one sequence."""
    below = Layer(CELLS["gru"], random_parameters(rng, CELLS["gru"], D, 2))
    both = [random_parameters(rng, CELLS["lstm"], 2, 4) for _ in range(2)]
    return Network((below, Layer(CELLS["lstm"], *both))), rng.standard_normal((T, D))


def test_the_sample_agrees_with_pytorch_in_everything_that_is_shipped() -> None:
    file, theirs = sample.opened(), sample.outputs()
    assert file.network is not None and file.head is not None
    found = agreement(file.network, sample.reviews(), theirs, file.head.readout)
    of = {one.name: one.of for one in found.compared}
    assert of["kind"] == "the head’s outputs after sigmoid"
    assert of == {
        "outputs": "the outputs",
        "kind": of["kind"],
        "h_n": "the last states h",
        "c_n": "the last states c",
    }
    assert all(one.within == "float64" and one.relative < 1e-14 for one in found.compared)


GOLDEN = {  # what of ours each array of theirs is
    "language.pt": ({"y": "the outputs", "h": "the last states h", "c": "the last states c"}, "float32"),
    "checkpoint.ckpt": (
        {"y": "the outputs", "h": "the last states h", "fc": "the head’s outputs"},
        "float64",
    ),
    "legacy.pth": ({"y": "the outputs", "h": "the last states h"}, "float64"),
    "states.h5": ({"y": "the outputs"}, "float32"),
    "exported.onnx": ({"y": "the outputs", "head": "the head’s outputs"}, "float32"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_files_agree_within_the_rounding_of_their_precision(name: str) -> None:
    file, values = opened(name), golden(name)
    of, within = GOLDEN[name]
    assert file.network is not None
    given = values["symbols"] if "symbols" in values else values["x"]
    theirs = {array: values[array] for array in of}
    found = agreement(file.network, list(given.swapaxes(0, 1)), theirs, file.head and file.head.readout).compared
    assert {one.name: one.of for one in found} == of
    assert all(one.relative <= ROUNDING[within] for one in found)


def test_outputs_are_found_batch_first_too_and_the_place_is_counted_from_one(rng: np.random.Generator) -> None:
    net, _ = network(rng)
    x = rng.standard_normal((6, 5, 3))
    theirs = run_network(net, x).outputs.swapaxes(0, 1).copy()
    theirs[3, 2, 7] += 0.25
    (found,) = agreement(net, list(x.swapaxes(0, 1)), theirs).compared
    assert found.place == {"sequence": 4, "step": 3, "unit": 8} and found.within == ""
    assert found.largest == pytest.approx(0.25) and found.theirs - found.ours == pytest.approx(0.25)
    assert found.relative == pytest.approx(0.25 / np.abs(run_network(net, x).outputs).max())


def test_a_square_batch_is_read_the_way_that_agrees_unless_it_is_said(rng: np.random.Generator) -> None:
    net, _ = network(rng)
    x = rng.standard_normal((5, 5, 3))
    theirs = run_network(net, x).outputs.swapaxes(0, 1)
    sequences = list(x.swapaxes(0, 1))
    assert agreement(net, sequences, theirs).worst.within == "float64"
    assert agreement(net, sequences, theirs, batch_first=True).worst.within == "float64"
    assert agreement(net, sequences, theirs, batch_first=False).worst.relative > 0.01


def test_one_sequence_comes_with_or_without_its_batch_and_head_or_layers_by_name(rng: np.random.Generator) -> None:
    net, x = network(rng)
    trace, head = run_network(net, x[:, None]), Readout(rng.standard_normal((3, 8)), rng.standard_normal(3))
    o = trace.outputs @ head.V.T + head.d
    softmax = np.exp(o) / np.exp(o).sum(axis=-1, keepdims=True)
    theirs = {
        "y": trace.outputs[:, 0],
        "below": trace.layers[0].outputs,
        "p": softmax[-1],
        "log p": np.log(softmax),
        "h": np.stack([state.h for state in trace.final[1:]])[1],
        "c": trace.final[1].c,
    }
    found = {one.name: one.of for one in agreement(net, x, theirs, head).compared}
    assert found == {
        "y": "the outputs",
        "below": "the outputs of layer 1",
        "p": "the head’s outputs after softmax at each sequence’s last step",
        "log p": "the head’s outputs after log softmax",
        "h": "the last state h of layer 2 that reads from the end",
        "c": "the last state c of layer 2",
    }
    assert agreement(net, x, theirs, head).worst.within == "float64"


def test_what_stands_behind_a_sequences_end_is_not_looked_at(rng: np.random.Generator) -> None:
    net, _ = network(rng)
    x = rng.standard_normal((6, 2, 3))
    theirs = run_network(net, x, lengths=[6, 4]).outputs.copy()
    theirs[4:, 1] = np.nan
    assert agreement(net, [x[:, 0], x[:4, 1]], theirs).worst.within == "float64"


def test_no_number_is_a_difference_and_where_it_stands(rng: np.random.Generator) -> None:
    net, x = network(rng)
    theirs = run_network(net, x[:, None]).outputs[:, 0].copy()
    theirs[2, 3] = np.nan
    (found,) = agreement(net, x, theirs).compared
    assert np.isnan(found.largest) and found.place == {"step": 3, "unit": 4} and found.within == ""


def test_float32_outputs_are_within_its_rounding_and_a_swapped_gate_is_not(rng: np.random.Generator) -> None:
    net, x = network(rng)
    theirs = run_network(net, x[:, None]).outputs
    assert agreement(net, x, theirs.astype(np.float32)).worst.within == "float32"
    p = net.layers[0].parameters
    swapped = Network((Layer(CELLS["gru"], type(p)(np.roll(p.U, 2, axis=0), p.W, p.b, p.extra)), net.layers[1]))
    assert agreement(swapped, x, theirs).worst.relative > 1e-3


def test_a_shape_that_fits_nothing_is_told_what_would(rng: np.random.Generator) -> None:
    net, x = network(rng)
    with pytest.raises(ValueError, match=r"outputs has shape \(6, 1, 7\).*\(6, 1, 8\) for the outputs; \(1, 6, 8\)"):
        agreement(net, x, np.zeros((6, 1, 7)))
    with pytest.raises(ValueError, match="y holds <U1, but numbers were expected"):
        agreement(net, x, {"y": np.array(["a"])})
    with pytest.raises(ValueError, match="at least one was expected"):
        agreement(net, x, {})
    with pytest.raises(ValueError, match=r"sequence 2 has shape \(4, 2\), but \(T, 3\) was expected"):
        agreement(net, [x, np.zeros((4, 2))], np.zeros(3))


@pytest.mark.parametrize(("name", "layer"), [("silent.keras", "2"), ("merged.keras", "1"), ("merged.keras", "head")])
def test_steps_are_left_out_as_keras_leaves_them_out(name: str, layer: str) -> None:
    file, values = opened(name), golden(name)
    assert file.network is not None
    x = [rows for rows in values["x"].swapaxes(0, 1) if file.mask(rows).any()]
    read = [b for b, rows in enumerate(values["x"].swapaxes(0, 1)) if file.mask(rows).any()]
    theirs = values[layer][:, read] if values[layer].ndim == 3 else values[layer][read]
    head = file.head.readout if layer == "head" and file.head is not None else None
    masks = [file.mask(rows) for rows in x]
    assert agreement(file.network, x, theirs, head, masks=masks).worst.within == "float64"
    assert not agreement(file.network, x, theirs, head).worst.within
