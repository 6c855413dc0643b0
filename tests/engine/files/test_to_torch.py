"""Back to PyTorch's names: what is read comes out again, and gradients by the names of the weights."""

from __future__ import annotations

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import squared_error
from engine.files import from_state_dict, gradients_to_torch, read_network, to_torch
from engine.initialise import initial_parameters, initial_readout
from engine.networks.network import Layer, Network, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.training.run import Run
from engine.training.save import save
from engine.training.training import Training
from tests.engine.files.golden_files import golden, opened, run
from tests.engine.files.made import layer


@pytest.mark.parametrize("gates", [1, 3, 4])
def test_a_network_comes_out_as_it_went_in(rng: np.random.Generator, gates: int) -> None:
    arrays = {}
    for number, inputs in enumerate((2, 6)):
        for behind in (f"_l{number}", f"_l{number}_reverse"):
            arrays |= layer(rng, gates, inputs, 3, "", behind)
    arrays["embedding.weight"] = rng.standard_normal((5, 2))
    network = from_state_dict(arrays).network
    assert network is not None
    named = to_torch(network)
    assert {name: rows.shape for name, rows in named.items()} == {name: rows.shape for name, rows in arrays.items()}
    for name in ("weight_ih_l0", "weight_hh_l1_reverse", "embedding.weight"):
        np.testing.assert_array_equal(named[name], arrays[name])
    for k in range(2):  # the two biases are one sum, but for the candidate of a GRU
        both = arrays[f"bias_ih_l{k}"] + arrays[f"bias_hh_l{k}"]
        np.testing.assert_allclose(named[f"bias_ih_l{k}"] + named[f"bias_hh_l{k}"], both, rtol=0, atol=1e-15)
    if gates == 3:
        np.testing.assert_array_equal(named["bias_hh_l1"][6:], arrays["bias_hh_l1"][6:])
    again = from_state_dict(named).network
    assert again is not None
    for one, other in zip(network.layers, again.layers, strict=True):
        for mine, its in zip(one.directions, other.directions, strict=True):
            for name, rows in mine.named().items():
                np.testing.assert_array_equal(rows, its.named()[name])


def test_gradients_have_the_names_and_shapes_of_the_weights() -> None:
    """A nudge of any weight changes the loss by its gradient."""
    file, values = opened("checkpoint.ckpt"), golden("checkpoint.ckpt")
    assert file.network is not None and file.head is not None
    targets = np.zeros((*values["y"].shape[:2], 2))
    trace = run(file, values)
    named = gradients_to_torch(backpropagate_network(trace, squared_error(trace, file.head.readout, targets, "every")))
    weights = to_torch(file.network)
    assert {name: rows.shape for name, rows in named.items()} == {name: rows.shape for name, rows in weights.items()}
    for name in named:
        losses = []
        for step in (1e-6, -1e-6):
            nudged = {key: rows.copy() for key, rows in weights.items()}
            nudged[name].flat[-1] += step
            network = from_state_dict(nudged).network
            assert network is not None
            losses.append(
                squared_error(run_network(network, values["x"]), file.head.readout, targets, "every").loss.sum()
            )
        assert named[name].flat[-1] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-6)


def test_what_pytorch_has_not_is_said() -> None:
    def built(*cells: str) -> Network:
        return Network(
            tuple(Layer(CELLS[name], initial_parameters(CELLS[name], "orthogonal", 1.0, 3, 3, 0)) for name in cells)
        )

    with pytest.raises(ValueError, match="PyTorch has no peephole LSTM"):
        to_torch(built("peephole"))
    with pytest.raises(ValueError, match="layers of one cell and size, but these are LSTM of 3, GRU of 3"):
        to_torch(built("lstm", "gru"))
    with pytest.raises(ValueError, match="Network was expected"):
        to_torch(initial_readout(3, 2, 0, ()))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query", [{"task": "adding", "cell": "gru", "H": "4"}, {"task": "next-character", "cell": "lstm", "H": "4"}]
)
def test_a_training_saved_here_is_read_like_any_other_file(query: dict[str, str]) -> None:
    training, _ = Training.from_query(query)
    fresh = Run(training)
    file = read_network(save(fresh, 0))
    assert file.network is not None and file.head is not None and not file.left
    model = training.structure.model(fresh.at(0).numbers)
    assert file.network.layers[0].cell.name == training.structure.cell
    np.testing.assert_array_equal(file.network.layers[0].parameters.W, model.network.layers[0].parameters.W)
    np.testing.assert_array_equal(file.head.readout.V, model.readout.V)
    assert file.symbols is None or len(file.symbols) == training.structure.inputs


def test_encoder_and_decoder_of_a_training_are_two_networks_with_their_own_symbols() -> None:
    training, _ = Training.from_query({"task": "translation", "H": "4"})
    file = read_network(save(Run(training), 0))
    assert list(file.questions[0].choices) == ["encoder.0", "network.0"]
    for part, names in (("encoder.0", training.learned.source_names), ("network.0", training.learned.input_names)):
        assert file.answered(part=part).symbols == tuple(names)
