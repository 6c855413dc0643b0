"""Modules of other programs as they are: known by what they have, none of them imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine import CELLS, Layer, Network, backpropagate_network, entering, look, run_network, to_torch
from engine.report import Asked
from tests.engine.networks import random_parameters
from tests.engine.report import sample


class Tensor:
    """Like a torch tensor: no array until it is asked for one."""

    def __init__(self, rows: np.ndarray) -> None:
        self.rows = rows

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> np.ndarray:
        return self.rows


class Module:
    """Like nn.LSTM, or a module that contains one under a name."""

    def __init__(self, network: Network, prefix: str = "", **attributes: Any) -> None:
        self.state = {prefix + name: Tensor(rows) for name, rows in to_torch(network).items()}
        self.__dict__.update(attributes)

    def state_dict(self) -> dict[str, Tensor]:
        return self.state

    def named_modules(self) -> Iterator[tuple[str, Any]]:
        yield "", self


def network(rng: np.random.Generator, cell: str = "lstm") -> Network:
    p = [random_parameters(rng, CELLS[cell], size, 4) for size in (3, 4)]
    return Network(tuple(Layer(CELLS[cell], one) for one in p))


@pytest.mark.parametrize("cell", ["lstm", "gru", "tanh", "relu"])
@pytest.mark.parametrize("prefix", ["", "encoder.rnn."])
def test_a_torch_module_is_looked_at_as_it_is(cell: str, prefix: str, rng: np.random.Generator) -> None:
    net, x = network(rng, cell), rng.standard_normal((2, 6, 3))
    found = look(Module(net, prefix, batch_first=True, nonlinearity=cell), Tensor(x))
    expected = run_network(net, x.swapaxes(0, 1))
    np.testing.assert_allclose(found.trace.outputs, expected.outputs, rtol=1e-14, atol=1e-16)
    assert len(found.report.lengths) == 2 and found.report.lengths == (6, 6)
    assert set(found.to_torch()) == set(to_torch(net))


def test_a_loss_of_ones_own_reads_our_trace(rng: np.random.Generator) -> None:
    net, x = network(rng), rng.standard_normal((6, 2, 3))
    dh = rng.standard_normal((6, 2, 4))
    found = look(net, x, loss=lambda trace: entering(trace, dh, "every"))
    trace = run_network(net, x)
    expected = backpropagate_network(trace, entering(trace, dh, "every"))
    np.testing.assert_array_equal(found.gradients.dx, expected.dx)
    curve = found.report.curves[0]
    np.testing.assert_allclose(curve.log2_dh[1], expected.layers[0].forward.log2_dh[:, 1], rtol=1e-10)


def test_without_a_loss_the_error_is_that_of_the_last_output(rng: np.random.Generator) -> None:
    net, x = network(rng), rng.standard_normal((6, 3))
    found = look(net, x, asked=Asked(unit=2))
    assert found.trace.batch == 1 and found.gradients.errors is not None
    np.testing.assert_array_equal(found.gradients.errors.dh, np.eye(1, 4, 2)[None])


def test_a_file_brings_its_head_and_symbols() -> None:
    found = look(sample.opened(), sample.reviews()[0])
    assert found.head is not None and found.report.origins[0].unit == 0


def test_what_is_not_understood_is_said(rng: np.random.Generator) -> None:
    net = network(rng)
    with pytest.raises(ValueError, match="the network is the word 'lstm', but a Network, a NetworkFile"):
        look("lstm", np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"x has shape \(1, 2, 3, 4\), but \(T, B, D\) was expected"):
        look(net, np.zeros((1, 2, 3, 4)))
    with pytest.raises(ValueError, match="loss and asked were given"):
        look(net, np.zeros((4, 3)), loss=lambda trace: entering(trace, np.zeros((4, 1, 4))), asked=Asked())
